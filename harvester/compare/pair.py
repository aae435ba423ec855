"""Who could join one trial but not the other: the rows whose verdict leaves people out on one side."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from harvester.compare.concept import concept
from harvester.compare.definition_file import expression
from harvester.compare.model import Cell, CellRef, Line, PairDifference, Panel, Row
from harvester.compare.reading_words import EXCLUDED, NOT_EXCLUDED, UNDER, clean
from harvester.compare.silence import INSTEAD
from harvester.compare.wording import shortened

_OF_SOME = re.compile(r"^(?:excluded: )?(?:for|in|among) (?:those|individuals|patients|subjects|participants)\b", re.IGNORECASE)
_OFFERS = re.compile(r"\b(?:or|with/without|regardless|irrespective|if)\b", re.IGNORECASE)
_PANELS = ("population", "criteria")
_MOST_LIMITS = 4
_LONGEST = 140
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


def by_pair(pairs: Sequence[PairDifference]) -> tuple[tuple[str, str, tuple[PairDifference, ...]], ...]:
    """Differences by who could join which trial but not which other, in the order in which the pairs come."""
    found: dict[tuple[str, str], list[PairDifference]] = {}
    for each in pairs:
        found.setdefault((each.trial, each.other), []).append(each)
    return tuple((trial, other, tuple(own)) for (trial, other), own in found.items())


def _keeps_out(row: Row, stating: Cell, silent: Cell) -> bool:
    """Whether a limit of one trial keeps people out whom a trial without it may take.

    When a test is done keeps nobody out; nor is a trial without the limit silent that measures the same by other means. Criteria
    in words keep out by what they exclude; what they let in, offer as one way of several, or ask of some people only does not.
    """
    if concept(row.key.partition("-")[0]).told_by == "time" or (silent.note or "").startswith(INSTEAD):
        return False
    return any(_is_demand(line) if _is_in_words(line) else _is_limit(line) for line in stating.lines)


def _is_in_words(line: Line) -> bool:
    return line.text.removeprefix(NOT_EXCLUDED).removeprefix(EXCLUDED) == clean(line.sources[-1].quote) if line.sources else False


def _is_limit(line: Line) -> bool:
    if not isinstance(line.value, dict):
        return True
    return bool(line.value.get("tells_who_may_join", True)) and not _is_way_in(line.value)


def _is_way_in(value: Mapping[str, Any]) -> bool:
    """Whether a limit admits only the side that trials keep out as a rule: one way to be included, as "an LVEF below 50 %"."""
    side = concept(str(value.get("concept"))).side
    low, high = value.get("eligible_low"), value.get("eligible_high")
    return (side == "high" and low is None and high is not None) or (side == "low" and high is None and low is not None)


def _is_demand(line: Line) -> bool:
    if line.text.startswith(NOT_EXCLUDED) or expression("lets_in").search(line.text) or _OF_SOME.search(line.text):
        return False
    return line.text.startswith(EXCLUDED) or not (_OFFERS.search(line.text) or (line.note or "").startswith(UNDER))


def _differences(panel: Panel, row: Row, focal: str, other: str, at: int) -> list[PairDifference]:
    mine, theirs = row.cells[0], row.cells[at]
    found = []
    if theirs.verdict in _LEFT_OUT_BY_OTHER or _is_silent_beside(row, mine, theirs):
        found.append(_difference(panel, row, focal, other, mine, theirs))
    if theirs.verdict in _LEFT_OUT_BY_FOCAL or _is_silent_beside(row, theirs, mine):
        found.append(_difference(panel, row, other, focal, theirs, mine))
    return found


def _is_silent_beside(row: Row, silent: Cell, stating: Cell) -> bool:
    return silent.state == "not stated" and stating.state == "stated" and _keeps_out(row, stating, silent)


def _briefly(cell: Cell) -> str:
    """What a cell says; of a table of limits their number and the first, of long words their beginning."""
    lines = list(dict.fromkeys(line.text for line in cell.lines))
    if cell.state == "stated" and not cell.summary and len(lines) > _MOST_LIMITS:
        return f"{len(lines)} limits, first {shortened(lines[0], _LONGEST)}"
    return shortened(cell.words, _LONGEST)


def _difference(panel: Panel, row: Row, trial: str, other: str, here: Cell, there: Cell) -> PairDifference:
    text = f"{row.label}: {_briefly(here)} in {trial}, {_briefly(there)} in {other}"
    certain = here.state == there.state == "stated"
    stating = trial if here.state == "stated" else other
    return PairDifference(trial, other, text, CellRef(panel.key, row.key, stating), certain)
