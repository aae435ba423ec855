"""Corrections in words, and which of them a reading shows."""

from __future__ import annotations

import json
from collections.abc import Iterable

from harvester.tables import Correction, CriterionFact, Dose

_DONE = {"drop": "dropped", "add": "added"}


def correction_words(correction: Correction) -> str:
    """What was corrected, why, by whom and when: ``low: 21 instead of 18 (typing error; A. Reader, 2026-11-25)``."""
    by = f"({correction.reason}; {correction.who}, {correction.made_on})"
    if correction.action == "set":
        column = (correction.column_name or "").replace("_", " ")
        return f"{column}: {correction.new_value or 'nothing'} instead of {correction.old_value or 'nothing'} {by}"
    what = f" of {correction.reading}" if correction.reading else ""
    return f"a reading{what} {_DONE[correction.action]} {by}"


def corrections_shown(corrections: Iterable[Correction], row: CriterionFact | Dose) -> tuple[str, ...]:
    """The corrections that made a reading what it is, its own and those of its criterion, in words."""
    if "corrected" not in json.loads(row.flags):
        return ()
    name = row.concept if isinstance(row, CriterionFact) else row.agent
    applied = [each for each in corrections if each.state == "applied" and each.source_path == row.source_path]
    return tuple(correction_words(each) for each in applied if _is_of_criterion(each, row) or _is_of_reading(each, row, name))


def _is_of_criterion(correction: Correction, row: CriterionFact | Dose) -> bool:
    inside = correction.source_start <= row.source_start and row.source_end <= correction.source_end
    return correction.table_name == "eligibility_criteria" and inside


def _is_of_reading(correction: Correction, row: CriterionFact | Dose, name: str | None) -> bool:
    here = (row.table.name, row.source_start, row.source_end)
    if correction.action == "drop" or (correction.table_name, correction.source_start, correction.source_end) != here:
        return False
    if correction.reading not in (None, name) and correction.column_name not in ("concept", "agent"):
        return False
    column = correction.column_name
    return column is None or _value(getattr(row, column)) == _value(correction.new_value)


def _value(written: object) -> object:
    """A value of a column or as the corrections file writes it, so that 18 and 18.0 are the same."""
    if not isinstance(written, str):
        return written
    try:
        return json.loads(written)
    except ValueError:
        return written
