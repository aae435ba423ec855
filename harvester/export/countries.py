"""Countries down, trials across: where each trial has sites, and how many. No map: a map shows the size of countries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from harvester.compare.model import Cell, Comparison, TrialHead
from harvester.export.drawing import CHARACTER, WIDTH, Box, Drawing, Fill, Stroke, Word, cells_of, cut

KEY: Final = "countries"
LEFT, NARROW_LEFT, RIGHT, TOP, LANE = 160.0, 112.0, 8.0, 30.0, 22.0
_BAR, _LEAST_COLUMN = 12.0, 28.0
MOST: Final = 30
"""Countries that are drawn; the table has all."""

Sites = Mapping[str, int | None]
"""Number of sites by country; None where the country is stated and its sites are not counted."""


def countries(comparison: Comparison, width: float = WIDTH) -> Drawing | None:
    """The picture; None where no trial states a country."""
    cells = cells_of(comparison, "places", "countries")
    sites = [_sites(cell) for cell in cells]
    names = _in_order(sites)
    if not names:
        return None
    left = LEFT if width == WIDTH else NARROW_LEFT
    column = (width - left - RIGHT) / len(sites)
    if column < _LEAST_COLUMN and width < WIDTH:
        return None
    heads = [Word(left + at * column, 16, _head(trial.nct_id, column), "trial") for at, trial in enumerate(comparison.trials)]
    boxes, words = _lanes(comparison, sites, names[:MOST], column, left)
    bottom = TOP + min(len(names), MOST) * LANE
    strokes = [Stroke(f"M{left + at * column - 6:g} 4V{bottom:g}", "grid") for at in range(len(sites))]
    rest = len(names) - MOST
    more = [Word(8.0, bottom + 12, f"and {rest} more countries, in the table", "tick")] if rest > 0 else []
    return Drawing(
        key=KEY,
        group="sites and sponsors",
        title="Countries and sites",
        description=f"Countries of {', '.join(comparison.nct_ids)} with the number of sites in each. The table holds the same.",
        legend=_legend(comparison, cells),
        height=bottom + len(more) * LANE + 6,
        strokes=tuple(strokes),
        boxes=tuple(boxes),
        marks=(),
        words=(*heads, *words, *more),
        columns=("Country", *comparison.nct_ids),
        rows=tuple((name, *(_count(each, name, cell) for each, cell in zip(sites, cells, strict=True))) for name in names),
        width=width,
    )


def _lanes(
    comparison: Comparison, sites: Sequence[Sites], names: Sequence[str], column: float, left: float
) -> tuple[list[Box], list[Word]]:
    """A lane a country: its name, and a bar for each trial that has it; the longest is of the most sites that any country has."""
    most = max([count for each in sites for count in each.values() if count] or [1])
    room = max(column - 14 - 7 * len(str(most)), 6.0)
    boxes: list[Box] = []
    words: list[Word] = []
    for at, name in enumerate(names):
        y = TOP + at * LANE
        words.append(Word(8.0, y + 11, cut(name, int((left - 15) / CHARACTER)), "label"))
        for place, (trial, each) in enumerate(zip(comparison.trials, sites, strict=True)):
            if name in each:
                count, x = each[name], left + place * column
                width = round(max((count or 0) / most * room, 4.0), 1)
                fill: Fill = "hollow" if count is None else "solid"
                boxes.append(Box(x, y, width, _BAR, fill, "focal" if trial.is_focal else "", _title(trial, name, count)))
                words.append(Word(x + width + 4, y + 11, "" if count is None else str(count), "label"))
    return boxes, words


def _title(trial: TrialHead, name: str, count: int | None) -> str:
    told = "sites not counted" if count is None else f"{count} site{'' if count == 1 else 's'}"
    return f"{trial.nct_id}, {name}: {told}"


def _legend(comparison: Comparison, cells: Sequence[Cell | None]) -> str:
    read = "Length: number of sites, on one scale; hollow: the country is named, its sites are not counted at hand."
    told = zip(comparison.trials, cells, strict=True)
    silent = ", ".join(trial.nct_id for trial, cell in told if cell is None or cell.state != "stated")
    return f"{read} No country was read of {silent}." if silent else read


def _sites(cell: Cell | None) -> Sites:
    """Countries of one trial; older frozen comparisons name them without sites."""
    found: dict[str, int | None] = {}
    for line in cell.lines if cell and cell.state == "stated" else ():
        value = line.value
        found[line.text] = value.get("sites") if isinstance(value, Mapping) else None
    return found


def _in_order(sites: Sequence[Sites]) -> list[str]:
    """Countries that most trials share first, then those with most sites, then by name."""
    names = {name for each in sites for name in each}
    return sorted(
        names, key=lambda name: (-sum(name in each for each in sites), -sum(each.get(name) or 0 for each in sites), name)
    )


def _count(each: Sites, name: str, cell: Cell | None) -> str:
    if name not in each:
        return "" if cell and cell.state == "stated" else (cell.state if cell else "not stated")
    count = each[name]
    return "named" if count is None else str(count)


def _head(nct_id: str, column: float) -> str:
    return nct_id if column >= 104 else nct_id.removeprefix("NCT") if column >= 76 else f"…{nct_id[-3:]}"
