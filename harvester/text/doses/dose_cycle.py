"""One cycle told for a list of medicines: "A on day 1 and B on days 1-3 of each 21-day cycle", "6 cycles of A (…); B (…)"."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence

from harvester.text.doses.dose_band import in_one_part
from harvester.text.doses.dose_draft import Draft
from harvester.text.doses.dose_end import before_graft
from harvester.text.expressions.gate import gated
from harvester.text.expressions.pattern import pattern_of
from harvester.text.expressions.spans import Brackets
from harvester.text.schedules.timing import DAYS_PER, Mention

# Another plan than that of the list: under a label of its own, or after something.
_OTHER_PLAN = gated(
    r":|(?<![a-z])(?:after|post|following|(?:re-?)?induction|consolidation|intensification|maintenance|conditioning"
    r"|arms?|groups?|cohorts?|parts?|surgery|resection|transplant\w*|(?:chemo)?radi(?:otherapy|ation|otherapeutic))(?![a-z])",
    re.I,
)
_LATER = pattern_of(r"(?<![a-z])(?:then|followed by|until)(?![a-z])", re.I)
_CHOSEN = pattern_of(r"(?<![a-z])(?:or|versus|vs\.?)(?: [\w-]+){0,2} ?\(?$", re.I)


def _goes_on(text: str, first: Draft, second: Draft) -> bool:
    """Whether two doses stand in one sentence, which semicolons may part."""
    if first.statement is second.statement:
        return True
    return text[second.statement.start - 2 : second.statement.start] == "; " and in_one_part(first, second)


def _lists(text: str, drafts: Sequence[Draft], brackets: Brackets) -> Iterator[list[Draft]]:
    """The doses of each sentence, those in one pair of brackets by themselves."""
    listed: dict[tuple[int, int] | None, list[Draft]] = {}
    before: Draft | None = None
    for draft in drafts:
        if before is not None and not _goes_on(text, before, draft):
            yield from listed.values()
            listed = {}
        around = brackets.innermost(draft.amount.start)
        shared = around and any(around[0] < each.amount.start < around[1] and each is not draft for each in drafts)
        listed.setdefault(around if shared else None, []).append(draft)
        before = draft
    yield from listed.values()


def share_cycle(text: str, drafts: Sequence[Draft], brackets: Brackets) -> None:
    """Give the one length of a cycle that a list tells to all of it that tell days it holds and no other course.

    "A 20 mg/m2 on days 1 and 8; B 25 mg on days 1-21; and C 40 mg weekly in 28-day cycles".
    """
    for listed in _lists(text, drafts, brackets) if len(drafts) > 1 else ():
        told = [mention for draft in listed if (mention := _cycle_of(draft))]
        lengths = {_days_of(mention) for mention in told}
        if len(lengths) != 1 or len(told) == len(listed) or _around_graft(listed) or _are_apart(text, listed, told[-1]):
            continue
        ends = [draft.parts.get("until") for draft in listed if _cycle_of(draft)]
        for draft in listed:
            same_end = "until" not in draft.parts or draft.parts["until"] in ends
            if _cycle_of(draft) is None and same_end and _is_within(draft, next(iter(lengths))):
                draft.parts[told[0].kind] = told[0]


def _around_graft(listed: Sequence[Draft]) -> bool:
    """Whether a list has cells or days before a graft: its days count from that, not in a cycle."""
    return any(draft.amount.kind == "cells" or before_graft(draft) for draft in listed)


def _cycle_of(draft: Draft) -> Mention | None:
    """The phrase that tells how long the cycle of a dose is: as such, or how often its days come again."""
    length = draft.parts.get("cycle_length")
    return length or (draft.parts.get("interval") if {"days", "interval"} <= draft.parts.keys() else None)


def _days_of(mention: Mention) -> float:
    """The days a cycle is long."""
    t = mention.timing
    value, unit = t.cycle_length_value or t.frequency_period or 0.0, t.cycle_length_unit or t.frequency_unit
    return round(value * DAYS_PER[unit or "d"], 1)


def _are_apart(text: str, listed: Sequence[Draft], told: Mention) -> bool:
    """Whether doses of a list are of several plans, one after another or to choose from, or the cycle has weeks on and off."""
    if told.timing.days or _AFTER.match(text, told.end):
        return True
    if any("interval" in draft.parts and _cycle_of(draft) is None for draft in listed):
        return True  # "A every 2 weeks, B on day 1 of each 42-day cycle, C on day 1"
    for first, second in itertools.pairwise(listed):
        named = second.agent is not None and second.agent.start > first.amount.end
        between = text[first.amount.end : second.agent.start if second.agent and named else second.amount.start]
        if _OTHER_PLAN.search(between) or (_LATER.search(between) and not _on_later_days(first, second, told)):
            return True
        if told.end <= second.amount.start and _CHOSEN.search(between):
            return True  # "A on day 1 of each 21-day cycle or B on days 1-14"
    return False


def _on_later_days(first: Draft, second: Draft, told: Mention) -> bool:
    """Whether the second follows the first within a cycle told behind both: "A on day 1, then B on days 15-28 of each cycle"."""
    days = [draft.parts["days"].timing.days if "days" in draft.parts else None for draft in (first, second)]
    in_turn = days[0] is not None and days[1] is not None and days[0][-1][1] < days[1][0][0]
    return in_turn and told.start > second.amount.start


_AFTER = pattern_of(r"[^.;,()]{0,20}(?<![a-z])(?:after|post|following)(?![a-z])", re.I)


def _is_within(draft: Draft, length: float) -> bool:
    """Whether a dose tells days of a cycle that is ``length`` days long, and nothing else of its own course."""
    days = draft.parts["days"].timing.days if "days" in draft.parts else None
    if not days or draft.later or draft.amount.kind == "radiation" or {"interval", "anchor", "weeks"} & draft.parts.keys():
        return False
    return days[0][0] > 0 and days[-1][1] <= length


_OF_WHOLE = frozenset({"cycle_length", "cycle_count"})


def share_opening(text: str, drafts: Sequence[Draft]) -> None:
    """Give the cycles a sentence opens with, before any name, to all plans in it that ";" parts and that tell none.

    "6 cycles of 28 days of treatment with A (375 mg/m2 on day 1); B (25 mg/m2 on days 1-3) and C (250 mg/m2 on days 1-3)".
    """
    told: dict[str, Mention] = {}
    before: Draft | None = None
    for draft in drafts:
        begins = before is None or draft.statement is not before.statement
        goes_on = before is not None and draft.statement is not before.statement and _goes_on(text, before, draft)
        parted = goes_on or (not begins and bool(told))
        if begins and not goes_on:
            first = draft.agent.start if draft.agent else draft.statement.start
            told = {
                kind: m
                for kind, m in draft.parts.items()
                if kind in _OF_WHOLE and draft.statement.start <= m.start < first and _OPENS_ALL.search(text, m.end, first)
            }
            opened = draft.statement
        other = _CYCLES & draft.parts.keys() or _OTHER_PLAN.search(text, draft.statement.start, draft.amount.start)
        if parted and told and not other and draft.amount.kind != "radiation" and draft.statement is not opened:
            draft.parts.update(told)
        elif other and goes_on and begins:
            told = {}
        before = draft


_OPENS_ALL = pattern_of(r"(?<![a-z])(?:treatment|therapy|chemotherapy|combination|regimen)(?: with| of)?(?![a-z])|:", re.I)
_CYCLES = frozenset({"cycles", "cycle_length", "cycle_count", "interval"})


def share_lengths(text: str, drafts: Sequence[Draft]) -> None:
    """Give days told behind the last of a list to those before it that last as many.

    "A 25 mg/m2 x 3 days and B 250 mg/m2 x 3 days on days -5 to -3".
    """
    for second, first in itertools.pairwise(reversed(drafts)):
        told = second.parts.get("days")
        own = first.statement is not second.statement or _TIMES & first.parts.keys()
        if told is None or own or told.start < second.amount.end:
            continue
        lasting = [draft.parts["duration"].timing if "duration" in draft.parts else None for draft in (first, second)]
        days = sum(last - start + 1 for start, last in told.timing.days or ())
        alike = all(each and each.duration_unit == "d" and each.duration_value == days for each in lasting)
        between = text[first.parts["duration"].end : second.agent.start] if alike and second.agent else ""
        if alike and _AND_NEXT.fullmatch(between):
            first.parts["days"] = told


_TIMES = frozenset({"days", "weeks", "anchor", "cycles", "interval"})
_AND_NEXT = pattern_of(r"\)?(?:,|,? and|,? plus|,? with| ?\+) (?:IV |PO |SC )?", re.I)
