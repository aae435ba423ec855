"""Outcomes of two versions, over all their ranks: one that was secondary and is primary now has moved."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from harvester.history.change import Change, came_or_went
from harvester.history.entries import Fields, renewed, same_entries, unpaired, whole_words
from harvester.tables import DesignOutcome, StudyRows

_RANKS = ("primary", "secondary", "other")
_FIELDS: Fields = (("time_frame", "time frame"), ("description", "words"))
_API_NAMES = {"measure": "measure", "time_frame": "timeFrame", "description": "description"}


def outcome_changes(before: StudyRows, after: StudyRows) -> Iterator[Change]:
    """What changed within each rank, what moved from one to another, what went and what came."""
    gone: list[DesignOutcome] = []
    come: list[DesignOutcome] = []
    for rank in _RANKS:
        old, new = ([row for row in rows.of(DesignOutcome) if row.outcome_type == rank] for rows in (before, after))
        pairs = same_entries(old, new, "measure", _FIELDS)
        for mine, theirs in pairs:
            yield from renewed(old[mine], new[theirs], _path(rank), _kind(rank), "measure", _FIELDS)
        gone += unpaired(old, (mine for mine, _ in pairs))
        come += unpaired(new, (theirs for _, theirs in pairs))
    moved = same_entries(gone, come, "measure", _FIELDS)
    for mine, theirs in moved:
        yield from _moved(gone[mine], come[theirs])
    for row in unpaired(gone, (mine for mine, _ in moved)):
        rank = row.outcome_type
        yield came_or_went(_path(rank)("measure"), _kind(rank), whole_words(row, "measure", _FIELDS), None)
    for row in unpaired(come, (theirs for _, theirs in moved)):
        rank = row.outcome_type
        yield came_or_went(_path(rank)("measure"), _kind(rank), None, whole_words(row, "measure", _FIELDS))


def _moved(was: DesignOutcome, now: DesignOutcome) -> Iterator[Change]:
    rank, path = now.outcome_type, _path(now.outcome_type)
    where = f"from the {was.outcome_type} to the {rank} outcomes"
    yield Change(path("measure"), _kind(rank), was.measure, now.measure, "moved", where)
    yield from renewed(was, now, path, _kind(rank), "measure", _FIELDS)


def _kind(rank: str) -> str:
    return f"{rank} outcome"


def _path(rank: str) -> Callable[[str], str]:
    return lambda column: f"protocolSection.outcomesModule.{rank}Outcomes.{_API_NAMES[column]}"
