"""Amounts in brackets behind a dose: its cap, its total, what others get instead."""

from __future__ import annotations

import itertools
import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import replace

from harvester.text.doses.dose_condition import group_behind
from harvester.text.doses.dose_draft import Draft
from harvester.text.doses.dose_role import is_cap
from harvester.text.doses.dose_step import is_total
from harvester.text.expressions.pattern import pattern_of
from harvester.text.expressions.spans import Brackets
from harvester.text.schedules.timing import Mention, Timing

# In brackets behind a dose: what others get instead, "(20 mg if >75 years)".
_FOR_OTHERS = pattern_of(
    r"(?<![A-Za-z])(?:if|when|for (?:patients|subjects|those|age|peds|pa?ediatrics|children|"
    r"adults|adolescents|infants|women|men))(?![A-Za-z])|[<>≥≤] ?\d",
    re.I,
)


_A_TOTAL = pattern_of(r"\((?:for )?(?:a )?total(?: dose| cumulative dose)?(?: of)?:? ?$|total(?: dose)?(?: of)?:? ?$", re.I)


_PER_CYCLE = pattern_of(r" per (?:cycle|course)\)", re.I)


def _named_at(draft: Draft) -> int:
    """Where the agent of a dose is named before its amount; -1 where it is not."""
    agent = draft.agent
    return agent.start if agent and agent.start < draft.amount.start else -1


_LOADING_IN = pattern_of(
    r" \([^()\d]{0,24}(?<![a-z])loading(?: doses?)?(?: of)?[:,=]? ?", re.I
)  # "6 mg/kg (loading dose: 8 mg/kg)"
_MORE = pattern_of(r"(?:,|,? (?:or|and)) ")  # "(total dose of 16 mg/kg, 12.8 mg/kg or 520 mg/m2)"


def mark_asides(text: str, drafts: list[Draft], pairs: Brackets) -> None:
    """Tie caps and repeated amounts in brackets to the dose they follow: ``1.4 mg/m2 (max 2 mg)``."""
    starts = [draft.amount.start for draft in drafts]
    for main, draft in itertools.pairwise(drafts):
        between = text[main.amount.end : draft.amount.start]
        capped = len(between) < 48 and ";" not in between and is_cap(text, draft.amount.start, draft.amount.end)
        capped = capped and not (_TIMED.search(between) and _TIMED.match(text, draft.amount.end))
        around = [pair for pair in pairs.around(draft.amount.start) if pair[0] >= main.amount.end]
        alone = bool(around) and bisect_left(starts, around[-1][1]) - bisect_right(starts, around[-1][0]) == 1
        named = draft.agent is not None and (
            draft.agent.how in ("before", "after", "of", "word")
            or (draft.agent.how in ("cells", "earlier") and main.amount.end <= _named_at(draft))
        )
        own = named and draft.agent is not None and draft.agent_key != main.agent_key and main.amount.end <= draft.agent.start
        capped = capped and not own  # "20 mg/kg B (at most 1 g A and 2 g B)"
        other = (alone and not (named and draft.agent_key != main.agent_key)) and (
            (len(between) < 12 and not between.startswith(")"))  # "1 (100 mg), 2 (900 mg)" are two of a list
            or group_behind(text, draft.amount.end)
            or _FOR_OTHERS.search(text, *around[-1])
            or _A_TOTAL.search(between)
            or _LOADING_IN.fullmatch(between)
        )
        goes_on = main.main is not None and "total" in main.flags and _MORE.fullmatch(between)
        summed = _A_TOTAL.search(between) or _PER_CYCLE.match(text, draft.amount.end) or is_total(text, draft)
        total = goes_on or (around and summed)
        if capped or other or total:
            draft.main = main.main or main
            draft.flags += ["total"] if total else []
            if capped or (draft.agent and draft.agent.how not in ("before", "after", "of", "word")):
                draft.agent = main.agent


_TIMED = pattern_of(
    r"(?: of [^,;()]{2,24}/ ?mL)? (?:on |at |in )?(?:days?|weeks?|cycles?|D|C) ?[-+]?\d", re.I
)  # "30 mg on day 1, up to 40 mg day 2"
_PEOPLE = pattern_of(r" ?\((adults?|children|adolescents|infants|pa?ediatrics?|women|men)(?: patients)?\)", re.I)


def labelled(text: str, mention: Mention, mains: Sequence[Draft]) -> tuple[int, int] | None:
    """The dose for the same people as a phrase: "1500 mg (adults) or 650 mg (children) on days 1, 3, 5 (adults)"."""
    label = _PEOPLE.match(text, mention.end)
    if not label:
        return None
    for place, draft in enumerate(mains):
        same = _PEOPLE.match(text, draft.amount.end)
        if same and same[1].lower() == label[1].lower() and draft.amount.end <= mention.start:
            return place, 1
    return None


_FOR_WHOM = pattern_of(r" ?\((?:[<>≥≤]|for |if |in |when )| in (?:the )?(?:group|arm|cohort) \w", re.I)


def told_of_others(text: str, draft: Draft, mention: Mention) -> bool:
    """Whether how often is told twice of a dose, each with whom it is for: "every 36 h (< 30 weeks), every 24 h (≥ 30 weeks)".

    The dose is then left without, and with a flag: which of the two is whose, one dose cannot tell.
    """
    own = draft.parts.get(mention.kind)
    if own is None or mention.kind not in ("frequency", "interval", "days") or own.timing == mention.timing:
        return False
    if not _FOR_WHOM.match(text, own.end) or not _FOR_WHOM.match(text, mention.end):
        return False
    draft.parts[mention.kind] = replace(own, timing=Timing(), flags=("several_told",))
    return True


# "and, 4 weeks later, a second dose of 5 mg"
_LATER_THEN = pattern_of(
    r"[^|]*(?:then|followed|and|[,;]) ?\|,? ?(?:an? |the )?(?:(?:second|third|further|booster|another) )?(?:\w+ of )?", re.I
)
_DAY_DOSE = pattern_of(r"[^|]*(?:following|after) (?:an? |the )?\| ?(?:\w+ )?dose of ", re.I)  # "after the day 1 dose of 400 mg"


# "150 mg SC every 4 weeks with oral loading 600 mg"
_WAY_OF_NEXT = pattern_of(
    r"[^|]*(?:(?<![a-z])(?:with|and|plus|then)|[,+]) ?\| (?:(?:loading|maintenance|lead-in|induction|starting|initial|booster) )?"
    r"(?:doses? )?(?:of )?",
    re.I,
)


def leads_to_next(mention: Mention, left: str, right: str) -> bool:
    """Whether a time or way between two amounts is of the second: "followed 4 weeks later by 5 mg", "the day 1 dose of 4 mg"."""
    between = f"{left}|{right}"
    if mention.kind == "route":
        return mention.timing.route != "external beam" and _WAY_OF_NEXT.fullmatch(between) is not None
    if mention.rule == "anchor.later":
        return right.startswith(" by ") or _LATER_THEN.fullmatch(between) is not None
    return mention.kind == "days" and _DAY_DOSE.fullmatch(between) is not None


_WHEN = frozenset({"days", "weeks", "months", "cycles"})
_JOINS = pattern_of(
    r"(?: (?:(?:is|was|were|will be) (?:given|administered|infused|injected|taken)|"
    r"IV|PO|SC|IM|IT|orally|intravenously|subcutaneously|daily|once|twice|over \d+ ?(?:h|min)[a-z]*))*\)? ?"
    r"(?:[,;→]|->|,? ?(?:and|then|followed by))(?: (?:and|then))?,? ?(?:(?:on|at|in|from) )?(?:the )?\(?",
    re.I,
)
_LEADS = pattern_of(r"\)?,? ?(?:[-\u2013\u2014:] ?)?(?:of |at |a dose of )?")
_AND = pattern_of(r"(?<![a-z])(?:and|then)(?![a-z])", re.I)


def opens_next(mention: Mention, left: str, right: str, following: Draft, style: int) -> bool:
    """Whether a time between two amounts is of the second: where times stand before them, or "and" and a comma lead to that.

    "Day 1: A 5 mg, day 8: A 9 mg"; "A 150 mg daily and, from week 4, B 75 mg".
    """
    if (mention.kind not in _WHEN and mention.rule != "anchor.from_day") or not _JOINS.fullmatch(left):
        return False
    if style != -1 and not (right.startswith(",") and _AND.search(left)):
        return False
    agent = following.agent
    named = agent is not None and agent.how in ("before", "word") and mention.end <= agent.start < following.amount.start
    return _LEADS.fullmatch(right[: agent.start - mention.end] if agent and named else right) is not None


# "2 mg every 5 minutes, maximum 20 mg per session": not so often as the dose it caps
_PER_OCCASION = pattern_of(
    r" ?(?:(?:per|each|in (?:a|one)|in any) (?:day|session|procedure|visit|attack|episode|treatment|course|cycle|week|month|eye)"
    r"|in (?:all|total)|(?:in|over|within) (?:a )?\d{1,2}[ -]?(?:h|hours?)(?: period)?)(?![a-z])",
    re.I,
)


def take_of_main(text: str, draft: Draft, main: Draft) -> None:
    """Give what is told of a dose to the one in brackets behind it, or that caps it, but how often where that is of a day."""
    often = draft.amount.per_time or _is_of_occasion(text, draft)
    for mention in main.parts.values():
        if not (often and mention.kind in ("frequency", "interval")):
            draft.give(mention)


def _is_of_occasion(text: str, draft: Draft) -> bool:
    """Whether an amount is that of a day, a visit or a cycle by its own words, and so not given as often as another."""
    amount = draft.amount
    inside = _PER_OCCASION.search(text, amount.start, amount.end)
    return inside is not None or _PER_OCCASION.match(text, amount.end) is not None


def give_opened(mention: Mention, mains: Sequence[Draft], brackets: Brackets) -> None:
    """Give days told first in brackets to all doses in them: "(day 1, 375 mg/m2 cycle 1, 500 mg/m2 cycles 2-6)"."""
    around = brackets.innermost(mention.start)
    if around is None or any(around[0] < mention.start < d.amount.start and "days" in d.parts for d in mains[1:2]):
        return
    for draft in mains[1:]:
        if (
            around[0] < draft.amount.start < around[1]
            and draft.agent_key == mains[0].agent_key
            and mention.rule != "days.of_amount"
        ):
            draft.give(mention)


def give_bracket(text: str, mention: Mention, following: Sequence[Draft], brackets: Brackets) -> None:
    """Give the cycle told right before a bracket to the doses in it: "in cycle 1 (0.6 mg/m2 day 2, 0.3 mg/m2 day 8)"."""
    for draft in following:
        around = brackets.innermost(draft.amount.start)
        if around is None or text[mention.end : around[0] + 1] not in (" (", "("):
            return
        draft.give(mention)
