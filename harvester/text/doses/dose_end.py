"""Whether a dose ends before the one a phrase behind it is about: "0.5 mg for 4 weeks, 1 mg until week 68"."""

from __future__ import annotations

import re

from harvester.text.doses.dose_draft import Draft, same_list
from harvester.text.doses.dose_equivalent import OF_ONE
from harvester.text.expressions.pattern import pattern_of
from harvester.text.schedules.timing import Mention

COUNTS = frozenset({"until.count", "until.times_behind"})
LIST_ONLY = pattern_of(
    r"[\s,/#;+(]*(?:or|and|to|vs\.?|versus|plus|(?:in combination |combined |along |together )?with|as well as)?[\s,/#+(]*"
    r"(?:a dose of )?",
    re.I,
)
CHOICE = pattern_of(r"(?<![a-z])or(?![a-z])")
AND = pattern_of(r"(?<![A-Za-z])(?:and|plus|with|or|as well as)(?![A-Za-z])|[+/&]", re.I)
# "50 mg/kg IM once or 2 g IV q12h"
_SINGLE = pattern_of(
    r" ?(?:(?:IV|IM|SC|PO|orally) )?(?:(?:as )?(?:a )?single|[x×] ?1(?!\d)"
    r"|once(?! ?(?:-|daily|weekly|a |per |every|monthly|in )))"
    r"(?![a-z])",
    re.I,
)
# "1 supervised dose of 300 mg and 60 mg for the remaining 28 days"
_SINGLE_OF = pattern_of(
    r"(?<![a-z\d.])(?:1|one|single)(?: (?!daily|weekly|monthly|nightly|morning|evening|bedtime)[a-z-]+)? dose of "
    r"(?:[a-z][\w-]+ )?$",
    re.I,
)


def ends_before(text: str, mention: Mention, draft: Draft, following: Draft) -> bool:
    """Whether a dose ends before the one a phrase is about: a single dose, or "0.5 mg for 4 weeks, 1 mg until week 68"."""
    same = draft.agent_key == following.agent_key
    between = text[draft.amount.end : following.amount.start]
    if _of_other_times(mention, draft, following):
        return True
    if mention.kind == "interval" and not same and "cycle_count" in draft.parts and "cycle_count" not in following.parts:
        return True  # "6 cycles of A 100 mg, plus B 5 mg every 2 weeks"
    if mention.kind in ("frequency", "interval", "duration"):
        joined = AND.search(between) and not CHOICE.search(between) and not same_list(draft, following)
        one = joined and _SINGLE_OF.search(text, max(0, draft.amount.start - 40), draft.amount.start)
        return bool(one) or _SINGLE.match(between) is not None
    if mention.rule in ("until.fractions", "until.times_behind"):
        low, high = sorted((draft.amount.low, following.amount.low))  # "48 Gy or 26 Gy in 5 fractions"
        apart = high >= 1.5 * low and (_VERSUS.search(between) or CHOICE.search(between))
        return LIST_ONLY.fullmatch(between) is None or bool(apart)
    if mention.kind == "cycle_length" and not same and (before_graft(draft) or draft.amount.kind == "cells"):
        return True  # "melphalan 140 mg/m2 day -1 and drugamab 10 mg on days 1-21 of each 28-day cycle"
    if mention.kind == "cycle_length" and same and "interval" in draft.parts and "days" in following.parts:
        return CHOICE.search(between) is not None  # "1200 mg every 3 weeks or 840 mg on days 1 and 15 of each 28-day cycle"
    if mention.kind == "cycle_length" and mention.timing.days and not same:
        return draft.amount.per_time is not None or "frequency" in draft.parts  # "A QD + B QD 3 weeks on, 1 week off"
    if mention.kind == "anchor" and not same:
        return _WITH.search(between) is not None or not AND.search(between)  # "A 2 g/kg with B 1 mg/kg/day from day -1"
    if mention.kind == "continuous" and ("infusion" in draft.parts or _AT_ONCE.search(between)):
        return True  # "1 ug/kg over 10 min and 0.2 ug/kg/h as a continuous infusion", "400 mg/m2 bolus and 2400 mg/m2 …"
    if mention.kind == "division":
        return not same or mention.rule == OF_ONE  # "A 40 mg/kg/day with B 10 mg/kg/day in two divided doses"
    if (
        mention.kind == "until"
        and not same
        and ("duration" in draft.parts or _has_cycles(draft) or _of_one_agent(mention, between))
    ):
        return True  # "A for 4 cycles and B until progression"
    if mention.rule in COUNTS and "cycle_count" in draft.parts:
        return True  # "100 mg/m2 every 3 weeks x 3 or 40 mg/m2 weekly x 6"
    if mention.kind == "until" and not same and (mention.rule == "until.from_to" or _begins_anew(draft, following)):
        return True  # "A for 6 months, B from day 1 to 6 months"
    if mention.kind == "infusion" and not same:  # "A AUC 6 and B 175 mg/m2 over 3 hours", but "…, both over 3 hours"
        before = _JOINTLY.search(text, following.amount.end, mention.start)
        return before is None and not text.startswith(" each", mention.end)
    lasting = {"duration"} if mention.rule != "until.from_to" else {"duration", "days", "weeks"}
    ends = bool(lasting & draft.parts.keys()) or _MAINTENANCE.search(between) is not None
    loading = _LOADING.search(text, max(0, draft.amount.start - 40), draft.amount.end + 20) is not None
    return mention.kind == "until" and same and (ends or loading)


def _has_cycles(draft: Draft) -> bool:
    """Whether a dose tells how many cycles it is given in, or the last one."""
    which = (draft.later[-1] if draft.later else draft.parts).get("cycles")
    return "cycle_count" in draft.parts or (which is not None and which.timing.cycle_to is not None)


def _of_other_times(mention: Mention, draft: Draft, following: Draft) -> bool:
    """Whether how often is said of an amount that tells no time, and not of one that does: "20 mg/kg/day or 500 mg bid"."""
    t = mention.timing
    daily = (t.frequency_count, t.frequency_period, t.frequency_unit) == (1, 1, "d")
    by_time = draft.amount.per_time is not None and following.amount.per_time is None
    return mention.kind == "frequency" and by_time and not daily


_ENDS_ALL = pattern_of(r"progress|toxic|relapse|death|withdraw|intoleran|discontinu|end of|stud|trial", re.I)


def _of_one_agent(mention: Mention, between: str) -> bool:
    """Whether what ends the last of two medicines ends that alone: "A 5 g/m2 with B 15 mg/m2 every 6 hours until level < 0.1"."""
    return mention.rule not in COUNTS and _WITH.search(between) is not None and not _ENDS_ALL.search(mention.timing.until or "")


_VERSUS = pattern_of(r"(?<![a-z])(?:versus|vs)(?![a-z])", re.I)


def before_graft(draft: Draft) -> bool:
    """Whether the days of a dose count down to day 0."""
    days = draft.parts["days"].timing.days if "days" in draft.parts else None
    return bool(days) and (days or ((0, 0),))[0][0] < 0


def _begins_anew(draft: Draft, following: Draft) -> bool:
    """Whether the second of two doses tells when it begins and the first its days: "A on day 1 and B from day 5 until …"."""
    begins = following.parts.get("anchor")
    return begins is not None and begins.rule == "anchor.from_day" and "days" in draft.parts and "anchor" not in draft.parts


_WITH = pattern_of(r"(?<![a-z])(?:with|plus|after|before)(?![a-z])", re.I)
_IN_TURN = pattern_of(r"(?<![a-z])(?:followed by|then)(?![a-z])", re.I)
# ", on days 1 and 8 every 21 days for 6 cycles", up to any of its phrases
_TAIL = pattern_of(r", (?!\d)(?:(?:given|repeated|on|of|each|every|for|and|to|days?|weeks?|cycles?|[dDqQ]?[-\d,&]++[wd]?) )*+$")
_OF_COURSE = frozenset({"interval", "cycle_length", "cycle_count"})


def in_turn(text: str, mention: Mention, draft: Draft, following: Draft, told: frozenset[str], last: frozenset[str]) -> bool:
    """Whether a plan behind a comma is that of two medicines given one after the other: "A 5 mg, then B 9 mg, every 3 weeks".

    ``told`` is what the first tells itself: how often, for how long or in which cycles would be a plan of its own.
    """
    if mention.kind not in _OF_COURSE and not (mention.kind == "days" and _OF_COURSE & last and "days" not in told):
        return False
    beams = {"cells", "radiation"} & {draft.amount.kind, following.amount.kind}
    days = [draft.parts["days"].timing.days if "days" in draft.parts else (), mention.timing.days]
    to_day_0 = any(first < 1 for each in days for first, _ in each or ())
    own = told & (_OF_COURSE | {"frequency", "duration", "until", "weeks", "cycles", "anchor"})
    joined = _IN_TURN.search(text, draft.amount.end, following.amount.start)
    return not (own or beams or to_day_0) and bool(joined and _TAIL.search(text, following.amount.end, mention.start))


_JOINTLY = pattern_of(r"(?<![a-z])(?:both|all|each)(?![a-z])", re.I)
_AT_ONCE = pattern_of(r"(?<![a-z])(?:bolus|push|injection)(?![a-z])", re.I)
_LOADING = pattern_of(r"(?<![a-z])(?:loading|bolus|priming)(?![a-z])", re.I)
_MAINTENANCE = pattern_of(r"(?<![a-z])maintenance(?![a-z])", re.I)
