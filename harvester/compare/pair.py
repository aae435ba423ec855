"""Who could join one trial but not the other: the rows whose verdict leaves people out on one side."""

from __future__ import annotations

from collections.abc import Sequence

from harvester.compare.model import Cell, CellRef, PairDifference, Panel, Row

_PANELS = ("population", "criteria")
_LEFT_OUT_BY_OTHER = ("stricter", "overlapping", "disjoint")
_LEFT_OUT_BY_FOCAL = ("looser", "overlapping", "disjoint")


def pair_differences(panels: Sequence[Panel], nct_ids: Sequence[str]) -> tuple[PairDifference, ...]:
    """For the focal trial and each other one, both ways: the rows by which people could join the one and not the other.

    A row where the other trial states no limit counts too, as not certain: silence does not prove that everybody may join.
    """
    found: list[PairDifference] = []
    rows = [(panel, row) for panel in panels if panel.key in _PANELS for row in panel.rows]
    for at, other in enumerate(nct_ids[1:], start=1):
        for panel, row in rows:
            found.extend(_differences(panel, row, nct_ids[0], other, at))
    return tuple(found)


def _differences(panel: Panel, row: Row, focal: str, other: str, at: int) -> list[PairDifference]:
    mine, theirs = row.cells[0], row.cells[at]
    found = []
    if theirs.verdict in _LEFT_OUT_BY_OTHER or (mine.state == "not stated" and theirs.state == "stated"):
        found.append(_difference(panel, row, focal, other, mine, theirs))
    if theirs.verdict in _LEFT_OUT_BY_FOCAL or (mine.state == "stated" and theirs.state == "not stated"):
        found.append(_difference(panel, row, other, focal, theirs, mine))
    return found


def _difference(panel: Panel, row: Row, trial: str, other: str, here: Cell, there: Cell) -> PairDifference:
    text = f"{row.label}: {here.words} in {trial}, {there.words} in {other}"
    certain = here.state == there.state == "stated"
    stating = trial if here.state == "stated" else other
    return PairDifference(trial, other, text, CellRef(panel.key, row.key, stating), certain)
