"""Countries down, trials across: where each trial has sites, and how many. No map: a map shows the size of countries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from harvester.compare.model import Cell, Comparison
from harvester.export.drawing import WIDTH, Box, Drawing, Stroke, Word, cells_of, cut

KEY: Final = "countries"
LEFT, RIGHT, TOP, LANE = 160.0, 8.0, 30.0, 22.0
_BAR = 12.0
MOST: Final = 30
"""Countries that are drawn; the table has all."""

Sites = Mapping[str, int | None]
"""Number of sites by country; None where the country is stated and its sites are not counted."""


def countries(comparison: Comparison) -> Drawing | None:
    """The picture; None where no trial states a country."""
    cells = cells_of(comparison, "places", "countries")
    sites = [_sites(cell) for cell in cells]
    names = _in_order(sites)
    if not names:
        return None
    column = (WIDTH - LEFT - RIGHT) / len(sites)
    most = max([count for each in sites for count in each.values() if count] or [1])
    shown = names[:MOST]
    boxes: list[Box] = []
    words = [
        Word(LEFT + place * column, 16, _head(trial.nct_id, column), "trial") for place, trial in enumerate(comparison.trials)
    ]
    for at, name in enumerate(shown):
        y = TOP + at * LANE
        words.append(Word(8.0, y + 11, cut(name, 23), "label"))
        for place, each in enumerate(sites):
            if name in each:
                box, word = _drawn(comparison, place, name, each[name], most, LEFT + place * column, y, column)
                boxes.append(box)
                words.append(word)
    bottom = TOP + len(shown) * LANE
    strokes = [Stroke(f"M{LEFT + place * column - 6:g} 4V{bottom:g}", "grid") for place in range(len(sites))]
    if len(names) > MOST:
        words.append(Word(8.0, bottom + 12, f"and {len(names) - MOST} more countries, in the table", "tick"))
        bottom += LANE
    silent = [
        trial.nct_id for trial, cell in zip(comparison.trials, cells, strict=True) if cell is None or cell.state != "stated"
    ]
    return Drawing(
        key=KEY,
        group="sites and sponsors",
        title="Countries and sites",
        description=f"Countries of {', '.join(comparison.nct_ids)} with the number of sites in each. The table holds the same.",
        legend=(
            "Length: number of sites, on one scale; hollow: the country is named, its sites are not counted at hand."
            + (f" No country was read of {', '.join(silent)}." if silent else "")
        ),
        height=bottom + 6,
        strokes=tuple(strokes),
        boxes=tuple(boxes),
        marks=(),
        words=tuple(words),
        columns=("Country", *comparison.nct_ids),
        rows=tuple((name, *(_count(each, name, cell) for each, cell in zip(sites, cells, strict=True))) for name in names),
    )


def _drawn(
    comparison: Comparison, place: int, name: str, count: int | None, most: int, x: float, y: float, column: float
) -> tuple[Box, Word]:
    trial = comparison.trials[place]
    text = "" if count is None else str(count)
    room = max(column - 14 - 7 * len(str(most)), 6.0)
    width = round(max((count or 0) / most * room, 4.0), 1)
    title = f"{trial.nct_id}, {name}: {'sites not counted' if count is None else f'{count} site' + ('' if count == 1 else 's')}"
    box = Box(x, y, width, _BAR, "hollow" if count is None else "solid", "focal" if trial.is_focal else "", title)
    return box, Word(x + width + 4, y + 11, text, "label")


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
    return nct_id if column >= 80 else nct_id.removeprefix("NCT") if column >= 56 else f"…{nct_id[-3:]}"
