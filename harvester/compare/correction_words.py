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
    """The corrections that made a reading what it is, in words."""
    if "corrected" not in json.loads(row.flags):
        return ()
    name = row.concept if isinstance(row, CriterionFact) else row.agent
    here = (row.table.name, row.source_path, row.source_start, row.source_end)
    return tuple(
        correction_words(each)
        for each in corrections
        if (each.table_name, each.source_path, each.source_start, each.source_end) == here
        and each.state == "applied"
        and each.action != "drop"
        and (each.reading in (None, name) or each.column_name in ("concept", "agent"))
        and (each.column_name is None or _value(getattr(row, each.column_name)) == _value(each.new_value))
    )


def _value(written: object) -> object:
    """A value of a column or as the corrections file writes it, so that 18 and 18.0 are the same."""
    if not isinstance(written, str):
        return written
    try:
        return json.loads(written)
    except ValueError:
        return written
