"""Limits of who may join as bars, a block a row on a scale of its own: what the trials admit, seen at once."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import wrap
from typing import Final

from harvester.compare.model import Cell, Comparison, Row
from harvester.export.drawing import CHARACTER, NARROW, WIDTH, Box, Drawing, Fill, Mark, Stroke, Tone, Word, cut
from harvester.export.range_bar import EDGE, RangeBar, range_bars
from harvester.export.range_bar import WIDTH as BAR_WIDTH
from harvester.shape import shape

KEY: Final = "limits"
PANELS: Final = ("population", "criteria")
LEFT, TOP = 116.0, 6.0
LINE, HEADING, GAP = 16.0, 22.0, 12.0
TALLEST: Final = 520.0
"""User units of a part that still can be read on a sheet of A4 landscape."""
_BAR, _END = 5.0, 4.5
_LEGEND: Final = (
    "Each block has a scale of its own. A filled end belongs to the range, a hollow one does not, an arrow head has no limit on "
    "that side. Where a trial states several limits, or one on another scale, its words stand without a bar."
)


@shape()
class _Sheet:
    """Where a lane's parts stand: its bar, the words that say the same, and how high it is."""

    width: float
    lane: float
    left: float
    right: float
    middle: float
    words: float


_WIDE: Final = _Sheet(WIDTH, 22.0, LEFT, WIDTH - 292.0, 8.0, WIDTH - 272.0)
_NARROW: Final = _Sheet(NARROW, 38.0, 16.0, NARROW - 16.0, 24.0, LEFT)
"""On a phone a bar stands below its words."""


@shape()
class _Block:
    """One row that is drawn, with its bars and the height that it takes."""

    row: Row
    bars: tuple[RangeBar | None, ...]
    sheet: _Sheet
    silent: tuple[str, ...]
    """Lines that say which trials state nothing in the row, by the state that they are in."""

    @property
    def places(self) -> tuple[int, ...]:
        """Places of the trials that state something in the row."""
        return tuple(place for place, cell in enumerate(self.row.cells) if cell.state == "stated")

    @property
    def height(self) -> float:
        """User units that the block takes."""
        return HEADING + self.sheet.lane * len(self.places) + LINE * len(self.silent) + GAP


def limits(comparison: Comparison, width: float = WIDTH) -> Drawing | None:
    """The picture of all rows of which at least two trials state one range in one unit; None where there is none."""
    blocks = _blocks(comparison, _WIDE if width == WIDTH else _NARROW)
    return _drawing(comparison, blocks, KEY, "Limits of who may join") if blocks else None


def limits_in_parts(comparison: Comparison) -> tuple[Drawing, ...]:
    """The same picture in parts that a sheet of paper has room for, in order."""
    parts: list[list[_Block]] = []
    for block in _blocks(comparison):
        if parts and sum(each.height for each in parts[-1]) + block.height <= TALLEST:
            parts[-1].append(block)
        else:
            parts.append([block])
    of = f" of {len(parts)}"
    return tuple(
        _drawing(comparison, own, f"{KEY}-{at}", "Limits of who may join" + (f", part {at}{of}" if len(parts) > 1 else ""))
        for at, own in enumerate(parts, start=1)
    )


def _blocks(comparison: Comparison, sheet: _Sheet = _WIDE) -> list[_Block]:
    rows = (row for panel in comparison.panels if panel.key in PANELS for row in panel.rows)
    found = (_Block(row, range_bars(row), sheet, _silent(comparison, row, sheet.width)) for row in rows)
    return [each for each in found if any(each.bars)]


def _drawing(comparison: Comparison, blocks: Sequence[_Block], key: str, title: str) -> Drawing:
    strokes: list[Stroke] = []
    boxes: list[Box] = []
    marks: list[Mark] = []
    words: list[Word] = []
    y = TOP
    for block in blocks:
        words.append(Word(8.0, y + 14, _heading(block.row), "trial"))
        lane = y + HEADING
        for place in block.places:
            _lane(comparison, block, place, lane, strokes, boxes, marks, words)
            lane += block.sheet.lane
        words += [Word(8.0, lane + 12 + at * LINE, line, "tick") for at, line in enumerate(block.silent)]
        y += block.height
    return Drawing(
        key=key,
        group="population",
        title=title,
        description=f"Who may join {', '.join(comparison.nct_ids)} by {_rows(len(blocks))}. The table holds the same.",
        legend=_LEGEND,
        height=y,
        strokes=tuple(strokes),
        boxes=tuple(boxes),
        marks=tuple(marks),
        words=tuple(words),
        columns=("By", "Trial", "Who may join", "Beside the focal trial"),
        rows=tuple(_row(comparison, block.row, place, cell) for block in blocks for place, cell in enumerate(block.row.cells)),
        width=blocks[0].sheet.width,
    )


def _lane(
    comparison: Comparison,
    block: _Block,
    place: int,
    y: float,
    strokes: list[Stroke],
    boxes: list[Box],
    marks: list[Mark],
    words: list[Word],
) -> None:
    """One trial's range with its number before and its words behind."""
    trial, bar, sheet = comparison.trials[place], block.bars[place], block.sheet
    tone: Tone = "focal" if trial.is_focal else ""
    words.append(Word(8.0, y + 12, trial.nct_id, "label"))
    words.append(
        Word(sheet.words, y + 12, cut(block.row.cells[place].words, int((sheet.width - sheet.words) / CHARACTER)), "label")
    )
    if bar is None:
        return
    middle = y + sheet.middle
    strokes.append(Stroke(f"M{sheet.left:g} {middle:g}H{sheet.right:g}", "grid"))
    low, high = _scaled(bar.x, sheet), _scaled(bar.x + bar.width, sheet)
    title = f"{trial.nct_id}, {block.row.label}: {bar.title}"
    boxes.append(Box(low, middle - _BAR / 2, round(max(high - low, 1.5), 1), _BAR, "solid", tone, title))
    for x, is_open, is_solid, side in ((low, bar.open_low, bar.solid_low, -1), (high, bar.open_high, bar.solid_high, 1)):
        fill: Fill = "solid" if is_open or is_solid else "hollow"
        marks.append(Mark(_arrow(x, middle, side) if is_open else _diamond(x, middle), fill, tone, title))


def _scaled(x: float, sheet: _Sheet) -> float:
    """A place of a bar in a cell as a place of this picture."""
    return round(sheet.left + EDGE + (x - EDGE) / (BAR_WIDTH - 2 * EDGE) * (sheet.right - sheet.left - 2 * EDGE), 1)


def _arrow(x: float, y: float, side: int) -> str:
    return f"{x:g},{y - _END - 0.5:g} {x + side * 2 * _END:g},{y:g} {x:g},{y + _END + 0.5:g}"


def _diamond(x: float, y: float) -> str:
    return f"{x - _END:g},{y:g} {x:g},{y - _END:g} {x + _END:g},{y:g} {x:g},{y + _END:g}"


def _rows(count: int) -> str:
    return f"{count} row" if count == 1 else f"{count} rows"


def _heading(row: Row) -> str:
    return f"{row.label}, {row.unit}" if row.unit else row.label


def _silent(comparison: Comparison, row: Row, width: float) -> tuple[str, ...]:
    by_state: dict[str, list[str]] = {}
    for trial, cell in zip(comparison.trials, row.cells, strict=True):
        if cell.state != "stated":
            by_state.setdefault(cell.state, []).append(trial.nct_id)
    return tuple(wrap("; ".join(f"{state}: {', '.join(nct_ids)}" for state, nct_ids in by_state.items()), int((width - 16) / 8)))


def _row(comparison: Comparison, row: Row, place: int, cell: Cell) -> tuple[str, ...]:
    trial = comparison.trials[place]
    return (_heading(row), trial.nct_id, cell.words, "focal trial" if trial.is_focal else cell.verdict or "")
