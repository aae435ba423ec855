"""Contradictions inside one record, as rows; also fields that are not what the registry's data model says."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from harvester.normalise.fields import Problem
from harvester.tables import RecordConflict


def schema_conflicts(nct_id: str, problems: Iterable[Problem]) -> Iterator[RecordConflict]:
    """One conflict of kind ``schema`` a field that could not be used, each field once."""
    for number, problem in enumerate(dict.fromkeys(problems), start=1):
        yield RecordConflict(
            conflict_id=f"{nct_id}.schema{number}",
            nct_id=nct_id,
            kind="schema",
            left_path=problem.path,
            left_start=None,
            left_end=None,
            left_quote=problem.quote,
            right_path=problem.path,
            right_start=None,
            right_end=None,
            right_quote="",
            detail=problem.detail[:1].upper() + problem.detail[1:],
        )
