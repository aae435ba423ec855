"""Doses that are given in several courses, of which the text counts none: what one course comes to is not all of it.

"15 ug/m2/day for 28 days following induction and reinduction" is 28 days twice. Where cycles or an interval are told the
courses are counted.
"""

from __future__ import annotations

from collections.abc import Sequence

from harvester.text.doses.dose_draft import Draft
from harvester.text.expressions.definition_file import expression

SEVERAL_COURSES = "several_courses"
_SEVERAL = expression("dose_course.several")
_LONG = frozenset({"duration", "days"})
_COUNTED = frozenset({"cycles", "cycle_length", "interval"})


def mark_courses(text: str, drafts: Sequence[Draft]) -> None:
    """Mark those of ``drafts`` whose days are told once, and behind them in their sentence that they come again."""
    for place, draft in enumerate(drafts):
        if not _LONG & draft.parts.keys() or _COUNTED & draft.parts.keys():
            continue
        beyond = next((each.amount.start for each in drafts[place + 1 :]), draft.statement.end)
        if _SEVERAL.search(text, draft.amount.end, min(beyond, draft.statement.end)):
            draft.flags.append(SEVERAL_COURSES)
