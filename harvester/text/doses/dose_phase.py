"""How the same amount is given later: "weekly in cycles 1-2, every 2 weeks in cycles 3-6, every 4 weeks thereafter"."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from operator import attrgetter

from harvester.text.doses.agent import AgentMention
from harvester.text.doses.dose_draft import Draft
from harvester.text.expressions.definition_file import expression
from harvester.text.expressions.pattern import pattern_of
from harvester.text.schedules.timing import Mention

_start = attrgetter("start")
OF_LATER = frozenset({"frequency", "interval", "until", "duration"})
_OFTEN = frozenset({"frequency", "interval"})
_HOW_OFTEN = frozenset({"frequency", "interval", "days", "weeks", "months"})
_OF_PHASE = _HOW_OFTEN | {"cycles", "duration", "until", "cycle_count", "cycle_length"}
_JOINED_WITHIN = 120  # signs before a phrase in which the words stand that join it to the one before
_PHASE = pattern_of(r"(?:[,;]|(?<=\d )\(|(?<![a-z])and|(?<![a-z])then) ?(?:then |and |once |given |only |on )*$", re.I)
# "followed by infusion of stem cells on day 0": the day is theirs.
_FOLLOWING = pattern_of(r"(?<![a-z])followed by (?!\d)[A-Za-z][^,;.\d]{6,60}$", re.I)
# "and responders continued drugamab maintenance every 8 weeks": no longer the doses before.
_CONTINUED = pattern_of(
    r"(?:[,;]|(?<![a-z])and) (?:and )?(?!continu)[^,;\d]{3,40}(?:continu(?:e[ds]?|ing|ation)(?![a-z])|maintenance)[^,;]{0,50}$"
    r"|(?<![a-z])and (?:then )?(?:modified|adjusted|changed|recalculated) [^,;]{0,70}$",
    re.I,
)
_THEN = expression("dose_phase.then")
# "monthly for 4-7 cycles) and maintenance therapy (once every 2 months"
_MAINTAINED = pattern_of(
    r"(?:and|then|followed by) (?:during |in |as )?maintenance(?: therapy| treatment| phase)? ?\(?(?:once )?$", re.I
)
_REPEATED = pattern_of(r"and (?:again|(?:is |was |to be )?repeated) (?:in|during|on|at) $", re.I)
# "at 0, 12 and 24 hours, then once daily"
_AT_HOURS = pattern_of(
    r"(?<![a-z])at (?:hours? \d|(?:\d{1,3}(?:, and |, | and | & )){1,8}\d{1,3} ?(?:hours?|hrs?|h)(?![a-z]))", re.I
)
_THEREAFTER = pattern_of(r",? ?\(?(?:thereafter|afterwards|subsequently)(?![a-z])", re.I)
_BOUNDED = pattern_of(
    r" for (?:\d{1,2}|two|three|four|six|eight|twelve) (?:weeks|months|doses)(?![a-z])"
    r"| (?:for|in|during|from|on) (?:(?:each |all |the )?(?:subsequent|following|later|remaining) (?:\d+-day )?"
    r"(?:cycles?|courses?)|cycles?|C\d|weeks?|months?|days?|years?|maintenance|consolidation|the)| (?:cycles? |C)\d"
    r"|,? ?(?:thereafter|afterwards|until)"
    r"|,? ?\((?:for |in |from )?(?:cycles?|C\d|weeks?|months?)"
    r"| ?[x×] ?\d",
    re.I,
)
# "on day 1 and once weekly from day 8", "every 3 weeks in the first year and every 6 weeks in the second"
_STARTS = pattern_of(
    r",? (?:from|starting|start|beginning|commencing)(?: (?:on|at|from|in|with))? (?:the )?(?:day|week|month|cycle|[DWC]) ?\d",
    re.I,
)
_AND = pattern_of(r"(?<![a-z])(?:and|then) (?:then |once |given )*$", re.I)
_IN_PART = pattern_of(r" (?:in|during|for) (?:the )?(?:first |1st |initial )?(?:year|months?|induction)(?![a-z])", re.I)
_CYCLE_BETWEEN = pattern_of(r" of (?:every|each|an?) \d+[ -](?:day|week) cycles? (?:(?:from|in|during|for|of|on) )?", re.I)
_IN_ALL = pattern_of(r"(?<![a-z])(?:total|maximum|up to)(?![a-z])", re.I)


# "A and B for 2 days followed by cells": what is told before is not of what follows, unless that is a rest
_FOLLOWED_BY = pattern_of(
    r"(?<![a-z])followed by (?!(?:an? |the |about |approximately )?(?:\d|one|two|three|rest|break|no ))", re.I
)
_OR_BEHIND = pattern_of(r"[^()]{0,40}\) (?:or|versus|vs\.?) ", re.I)  # "injections (8 weeks on/4 weeks off) or weekly drugamab"


# "On day 1, premedication followed by A", "Every 21 days for 6 cycles: B followed by A": of all that follows
_HEADS = pattern_of(
    r"\W*(?:(?:on|at|in|for|during|the|of|each|every|and|to|cycles?|days?|weeks?|courses?|\d+)(?![a-z\d])[ ,-]*)*", re.I
)
_HEADED = pattern_of(r"[,:](?! ?(?:then |and )?followed)")


def of_part_before(text: str, mention: Mention, draft: Draft) -> bool:
    """Whether a time before the first dose of a statement is of what is given before that dose: "B for 2 days followed by A"."""
    if _OR_BEHIND.match(text, mention.end, draft.amount.start):
        return True
    if mention.kind == "route" or not _FOLLOWED_BY.search(text, mention.end, draft.amount.start):
        return False
    head = _HEADED.search(text, mention.end, min(mention.end + 24, draft.amount.start))
    since = draft.statement.start
    return head is None or head.start() - since > 60 or not _HEADS.fullmatch(text, since, head.start())


_THEN_DOSE = pattern_of(r"(?<![a-z])then (?:(?:at|by|with) )?$", re.I)


def led_by_then(text: str, mention: Mention, draft: Draft) -> bool:
    """Whether a time is of what is given before the first dose told: "drugamab with step-up dosing in cycle 1, then 48 mg"."""
    led = _THEN_DOSE.search(text, max(mention.end, draft.amount.start - 12), draft.amount.start)
    headed = ":" in text[mention.end : draft.amount.start]
    return mention.kind in ("cycles", "days", "weeks", "duration", "anchor") and led is not None and not headed


# "surgery 6 weeks after the last dose", but "2 g before surgery 30 minutes after waking"
_OTHER_EVENT = pattern_of(
    r"(?<![a-z])(?<!at )(?<!before )(?<!during )(?<!after )(?<!prior to )(?<!with )"
    r"(?:surgery|resection|operation|transplant(?:ation)?|[AH]?SCT|apheresis|biops(?:y|ies)|MRI|CT|scans?|assessments?"
    r"|evaluations?|sampling|samples|follow-up)(?: (?:at|about|approximately|performed|done|is|will be)){0,2} $",
    re.I,
)


# "changed to oral when tolerated"; "with doubling of the dose at week 4"
_CHANGED_TO = pattern_of(r"(?<![a-z])(?:chang|convert|switch|transition)(?:ed|ing|es)? to (?:an? )?$", re.I)
_CHANGE_OF = pattern_of(
    r"(?<![a-z])(?:doubling|halving|increase|reduction|escalation|adjustment)s? (?:of|in) (?:the )?doses?"
    r"(?: (?:at|in|on|from|after))? $",
    re.I,
)


# "400 mg IV, then orally twice daily"
_THEN_WAY = pattern_of(
    r"(?<![a-z])(?:IV|intravenous(?:ly)?|IM|SC),? (?:and )?(?:then|followed by) "
    r"(?:by mouth|oral(?:ly)?|PO|SC|subcutaneous(?:ly)?|IM|IV|intravenous(?:ly)?) $",
    re.I,
)
# "every 4 weeks after a loading period of weekly doses"
_AFTER_PHASE = pattern_of(
    r"(?<![a-z])(?:after|following|preceded by) (?:an? |the )?(?:\d+[- ][a-z]+ )?(?:initial )?"
    r"(?:loading|lead-in|run-in|ramp-up|step-up|titration|induction)(?: [a-z]+){0,3} $",
    re.I,
)


def goes_on_elsewhere(text: str, mention: Mention, mains: Sequence[Draft]) -> bool:
    """Whether a phrase at the end tells of something else than the doses before it.

    "(0.8 mg/m2 …) and on day 1 of subsequent cycles" where cycle 1 was told at the head; "responders continued maintenance".
    """
    before = text[max(mains[-1].amount.end, mention.start - 90) : mention.start]
    if mention.kind == "cycle_count" and re.search(r"(?<![a-z])followed by ?$", before, re.I):
        return True
    if mention.kind == "anchor" and _OTHER_EVENT.search(before):
        return True
    if mention.kind in OF_LATER and _AFTER_PHASE.search(before):
        return True
    if mention.kind == "route":
        return _CHANGED_TO.search(before) is not None
    if mention.kind in OF_LATER and _THEN_WAY.search(before):
        return True
    if _CHANGE_OF.search(before):
        return True
    if (mention.kind in OF_LATER or mention.kind in ("cycle_count", "cycle_length")) and _CONTINUED.search(before):
        return True
    return mention.kind == "days" and _FOLLOWING.search(before) is not None and not _THEN.search(before)


class Phases:
    """The phases of the doses of one statement: what is told of later times is kept apart from how a dose is given first."""

    def __init__(self, text: str, mentions: Sequence[Mention], again: Sequence[AgentMention] = ()) -> None:
        self._text = text
        for agent in again:  # "weekly for 8 weeks, then drugamab every 2 weeks"
            self._text = f"{self._text[: agent.start]}{'_' * (agent.end - agent.start)}{self._text[agent.end :]}"
        self._mentions = sorted(mentions, key=_start)

    def take(self, mention: Mention, draft: Draft) -> bool:
        """Take ``mention``, written behind the amount of ``draft``, where it tells of a later phase."""
        begins = self._begins(mention, draft) or self._of_another_cycle(mention, draft)
        if begins or (draft.later and self._begins_next(mention, draft.later[-1])):
            draft.later.append({mention.kind: mention})
            draft.flags.append("goes_on_otherwise")
            return True
        if not draft.later or (mention.kind not in _OF_PHASE and mention.rule != "anchor.from_day"):
            return False
        if mention.kind == "cycle_length" and not self._told(draft, mention, "cycle_length"):
            return False  # "(28-day cycles)" at the end is said of all phases
        if mention.kind == "cycle_count" and _IN_ALL.search(self._text, mention.start, mention.end):
            return False
        draft.later[-1].setdefault(mention.kind, mention)
        return True

    def _of_another_cycle(self, mention: Mention, draft: Draft) -> bool:
        """Whether a day of a cycle is told after one of another: "60 mg on C1D15 and C2D1"."""
        if mention.rule != "cycle.cd" or not _PHASE.search(self._text, max(draft.amount.end, mention.start - 12), mention.start):
            return False
        told = [m for m in self._mentions if m.rule.startswith("days.cycle_day") and draft.amount.end <= m.start]
        here = [m for m in told if m.start == mention.start]
        return bool(here) and told[0].start < mention.start and told[0].rule != here[0].rule

    def share(self, drafts: Sequence[Draft]) -> None:
        """Give the phases of a dose to those before it that are given as often at first: "A 5 mg and B 10 mg weekly, then …"."""
        for last in drafts:
            told = [last.parts[kind] for kind in _HOW_OFTEN if kind in last.parts] if last.later else []
            for draft in drafts:
                if told and not draft.later and all(draft.parts.get(mention.kind) is mention for mention in told):
                    draft.later = list(last.later)
                    draft.flags.append("goes_on_otherwise")

    def _of_cycles(self, mention: Mention) -> bool:
        """Whether cycles are told right behind days: "and day 1 of cycles 2 through 5"."""
        following = (m for m in self._mentions if m.kind == "cycles" and m.start >= mention.end)
        told = next(following, None)
        return told is not None and (
            told.start - mention.end < 8 or _CYCLE_BETWEEN.fullmatch(self._text, mention.end, told.start) is not None
        )

    def _opens_phase(self, cycles: Mention, since: int) -> bool:
        """Whether cycles are told right before how often: "cycles 1-3 weekly, cycles 4-6 every 2 weeks"."""
        often = next((m for m in self._mentions if m.start >= cycles.end), None)
        told = often is not None and often.kind in _OFTEN and often.start - cycles.end < 4
        return told and _PHASE.search(self._text, since, cycles.start) is not None

    def _told(self, draft: Draft, mention: Mention, kind: str) -> bool:
        return any(m.kind == kind and draft.amount.end <= m.start < mention.start for m in self._mentions)

    def _begins_next(self, mention: Mention, phase: dict[str, Mention]) -> bool:
        """Whether a third phase begins after the second: joined to it, and telling anew how often."""
        if mention.kind not in _HOW_OFTEN or not _HOW_OFTEN & phase.keys():
            return False
        since = max(phase[kind].end for kind in phase)
        # "days 1 and 15, every 28 days"; not "day 1 of cycles 2-6 and every 3 months thereafter"
        both_days = mention.kind == "interval" and "days" in phase and not _THEREAFTER.match(self._text, mention.end)
        joined = _PHASE.search(self._text, since, mention.start) or _THEN.search(self._text, since, mention.start)
        return joined is not None and not both_days

    def _begins(self, mention: Mention, draft: Draft) -> bool:
        """Whether the phrase is the first that tells of a later phase of the same amount."""
        if draft.later or mention.kind not in _HOW_OFTEN | {"duration", "cycles"}:
            return False
        text, since = self._text, max(draft.amount.end, mention.start - _JOINED_WITHIN)
        first, here = (bisect_left(self._mentions, at, key=_start) for at in (draft.amount.end, mention.start))
        before = [m for m in self._mentions[first:here] if m.end <= mention.start]
        told = {m.kind for m in before}
        if mention.kind == "cycles":
            order = [m.kind for m in before if m.kind == "cycles" or m.kind in _OFTEN]
            return order[:1] == ["cycles"] and len(order) == 2 and self._opens_phase(mention, since)
        if mention.kind in _OFTEN and told & _HOW_OFTEN and _MAINTAINED.search(text, since, mention.start):
            return True
        if _THEN.search(text, since, mention.start):
            first = bool(told & (_HOW_OFTEN | {"duration", "continuous"})) or draft.amount.per_time is not None
            return first or _AT_HOURS.search(text, draft.amount.end, mention.start) is not None
        if mention.kind == "weeks" and "weeks" in told and _REPEATED.search(text, since, mention.start):
            return True
        if mention.kind == "duration" and {"duration", "cycles"} <= told and self._of_cycles(mention):
            return _PHASE.search(text, since, mention.start) is not None  # "and for 5 days in subsequent cycles"
        if mention.kind in ("duration", "weeks", "months") or not _PHASE.search(text, since, mention.start):
            return False
        if mention.kind == "days":
            kinds = [m.kind for m in before if m.kind in ("days", "cycles", *_OFTEN)]
            if kinds[:1] == ["days"] and self._of_cycles(mention) and _falls_back(before, mention):
                return True  # "on days 8, 9, 15, 16 and on days 1, 2, 8, 9 of subsequent cycles"
            return kinds[:2] == ["days", "cycles"] or ("cycles" in kinds and self._of_cycles(mention))
        if told & {"days", "weeks"} and _THEREAFTER.match(text, mention.end):
            return True
        if mention.kind == "interval" and text.endswith(" and ", since, mention.start) and _several(before):
            return True  # "on day 1, day 90 and every 6 months"
        if mention.kind in _OFTEN and told & (_HOW_OFTEN | {"duration"}) and _STARTS.match(text, mention.end):
            return bool(told & _OFTEN) or _AND.search(text, since, mention.start) is not None
        often = next((m for m in before if m.kind in _OFTEN), None)
        bound = [m for m in before if often and m.start >= often.end and m.kind in ("cycles", "weeks", "duration", "until")]
        bound = bound or [m for m in (often,) if m and _IN_PART.match(text, m.end)]
        weekly = often is not None and often.timing.frequency_unit != "d"
        return bool(bound) and weekly and _BOUNDED.match(text, mention.end) is not None


def _several(before: Sequence[Mention]) -> bool:
    """Whether two or more single days or weeks are told."""
    windows = [window for m in before for window in m.timing.days or m.timing.weeks or ()]
    return len(windows) > 1 and all(first == last for first, last in windows)


def _falls_back(before: Sequence[Mention], mention: Mention) -> bool:
    """Whether days begin no later than those told last before them, so that they are of another cycle."""
    told = [m for m in before if m.kind == "days" and m.timing.days]
    return bool(told and mention.timing.days) and (mention.timing.days or ())[0][0] <= (told[-1].timing.days or ())[-1][1]
