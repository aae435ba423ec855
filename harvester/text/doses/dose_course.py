"""Doses that are given in several courses, of which the text counts none: what one course comes to is not all of it.

"15 ug/m2/day for 28 days following induction and reinduction" is 28 days twice. Where cycles or an interval are told the
courses are counted.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from harvester.text.doses.dose_draft import Draft
from harvester.text.expressions.definition_file import expression
from harvester.text.expressions.pattern import pattern_of

SEVERAL_COURSES = "several_courses"
_SEVERAL = expression("dose_course.several")
_LONG = frozenset({"duration", "days"})
_HOW_OFTEN = frozenset({"frequency", "interval", "days", "duration", "weeks"})
# "8 mg before and after surgery"
_TWICE = pattern_of(
    r"[^.;:\d()]{0,40}(?<![a-z])(?:(?:before|prior to) and (?:again )?(?:after|following)|pre-? ?(?:and|/) ?post-?[a-z]+)"
    r"(?! (?:meals?|food|breakfast|lunch|dinner|eating))(?![a-z])",
    re.I,
)
# "on day 1, repeated on day 15", "days 1-4 of weeks 1 and 5", "days 1-3 of both cycles"
_AGAIN = pattern_of(
    r"(?<![a-z])(?:repeat(?:ed)?(?: once| again)?,?(?: (?:on|at|after|in))? (?:day|D ?\d|weeks?|months?|\d)"
    r"|a repeat (?:dose|course|infusion)"
    r"|of (?:weeks? \d|months? \d|(?:odd|even|both|alternate|alternating)(?![a-z])))",
    re.I,
)
_COUNTED = frozenset({"cycles", "cycle_length", "interval"})


def mark_courses(text: str, drafts: Sequence[Draft]) -> None:
    """Mark those of ``drafts`` whose days are told once, and behind them in their sentence that they come again."""
    in_cycles = [draft for draft in drafts if _CYCLES & draft.parts.keys()]
    for place, draft in enumerate(drafts):
        if _may_come_again(draft) and any(_given_beside(text, draft, other) for other in in_cycles):
            draft.flags.append(SEVERAL_COURSES)
            continue
        if not _HOW_OFTEN & draft.parts.keys() and _TWICE.match(text, draft.amount.end, draft.statement.end):
            draft.flags.append(SEVERAL_COURSES)
        if not _LONG & draft.parts.keys() or _COUNTED & draft.parts.keys():
            continue
        beyond = min(next((each.amount.start for each in drafts[place + 1 :]), draft.statement.end), draft.statement.end)
        again = "weeks" not in draft.parts and _AGAIN.search(text, draft.amount.end, beyond)
        if again or _SEVERAL.search(text, draft.amount.end, beyond):
            for each in _of_the_same_days(draft, drafts[: place + 1]):
                each.flags.append(SEVERAL_COURSES)


_CYCLES = frozenset({"cycles", "cycle_length", "cycle_count"})


def _may_come_again(draft: Draft) -> bool:
    """Whether days of a dose may be those of each cycle its line tells for others: "A daily in 28-day cycles + B for 7 days"."""
    if (_COUNTED | _CYCLES | {"anchor", "until"}) & draft.parts.keys() or draft.amount.kind in ("cells", "radiation"):
        return False
    days = draft.parts["days"].timing.days if "days" in draft.parts else None
    lasting = draft.parts["duration"].timing if "duration" in draft.parts else None
    by_days = lasting is not None and lasting.duration_unit == "d" and (lasting.duration_value or 0) < 28
    return days[0][0] > 0 if days else by_days


_ANOTHER_PART = pattern_of(
    r"(?<![a-z])(?:followed by|then|after|thereafter|(?:re-?)?induction|consolidation|maintenance|intensification)(?![a-z])|;",
    re.I,
)


def _given_beside(text: str, draft: Draft, other: Draft) -> bool:
    """Whether another dose stands in the same sentence, and no word between them tells of another part of the treatment."""
    second = max(draft.amount, other.amount, key=lambda amount: amount.start)
    same = draft.statement is other.statement and draft.agent_key != other.agent_key
    return same and _ANOTHER_PART.search(text, draft.statement.start, second.start) is None


def _of_the_same_days(draft: Draft, drafts: Sequence[Draft]) -> list[Draft]:
    """``draft`` and those before it that the same words give their days: "1.5 mg/m2 (max 2 mg) on days 1 and 8 of …"."""
    told = [draft.parts[kind] for kind in sorted(_LONG & draft.parts.keys())]
    shared = [each for each in drafts if any(each.parts.get(mention.kind) is mention for mention in told)]
    return [each for each in shared if SEVERAL_COURSES not in each.flags]
