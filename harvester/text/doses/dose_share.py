"""Whether a phrase behind a dose holds for the doses before it too."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence

from harvester.text.doses.dose_draft import Draft, unnamed, words_between
from harvester.text.doses.dose_end import AND, CHOICE, COUNTS, LIST_ONLY, ends_before, in_turn
from harvester.text.doses.dose_step import is_total
from harvester.text.expressions.definition_file import definition_lists
from harvester.text.expressions.gate import gated
from harvester.text.expressions.pattern import pattern_of
from harvester.text.expressions.spans import Brackets
from harvester.text.schedules.timing import DAYS_PER, Mention

TIME_KINDS = frozenset({"frequency", "interval", "days", "weeks", "duration"})
_OFTEN, _OWN_KINDS = frozenset({"frequency", "interval"}), frozenset({"infusion", "continuous", "anchor", "cycles"})
_CYCLE_KINDS = frozenset({"cycle_length", "cycle_count", "until"})
_NO_NEWS = pattern_of(
    r"(?<![A-Za-z])(?:of|at|a|the|dose|PO|SC|orally|subcutaneous(?:ly)?|(?:by )?(?:IV|"
    r"intravenous(?:ly)?)(?: (?:bolus|infusion|injection)){0,2}|\d+(?:\.\d+)? ?%)(?![A-Za-z])",
    re.I,
)
_ASIDE_OR = pattern_of(r"\((?:or|alternatively) ", re.I)
_BRACKETED = pattern_of(r"\([^()]*\)?|^[^()]*\)")
THEN = pattern_of(
    r"(?<![A-Za-z])(?:then|followed by|thereafter|afterwards|increas\w*|escalat\w*|titrat\w*|reduc\w*|"
    r"subsequently|later|until|if not)(?![A-Za-z])",
    re.I,
)


_OWN_DAYS = frozenset(definition_lists("dose-words.txt")["days of their own"])


def share_back(
    text: str, mention: Mention, index: int, mains: Sequence[Draft], told: Sequence[frozenset[str]], brackets: Brackets
) -> None:
    """Give a phrase behind a dose to the doses before it in the same list, as far back as the list is plain."""
    around = brackets.innermost(mains[index].amount.start)
    inside = around if around and around[0] < mention.start < around[1] else None
    if mention.rule == "anchor.later" or _keeps(text, mention, mains[: index + 1]):
        return  # counted from the dose before; "0.2 mg/kg/day or 1 mg/kg in all over 5 days"
    goes_on = _goes_on_in(mention, mains[index : index + 2], told[index : index + 2])
    own = _opened_behind(text, mains[index], mention, brackets)
    for position in range(index - 1, -1, -1):
        draft, following = mains[position], mains[position + 1]
        between = text[draft.amount.end : following.amount.start]
        if draft.parts.get(mention.kind) is mention:
            continue
        aside = brackets.innermost(draft.amount.start)
        closed = aside if aside and aside[1] < mains[index].amount.start else None
        if mention.kind in TIME_KINDS and closed and _ASIDE_OR.match(text, closed[0]):
            continue  # "cisplatin on day 1 (or carboplatin AUC 5) plus 5-FU on days 1-5"
        if mention.kind in draft.parts or (inside and not inside[0] < draft.amount.start):
            return
        if closed and _LED_ON.match(text, closed[1]) and mention.kind in _SINGLE_WAY:
            return  # "A (100 mg day 1, 400 mg day 3) with B 75 mg/m2 SC"
        same = draft.agent_key == following.agent_key
        own_days = same and "days" in draft.parts and "days" not in following.parts
        once = own_days and mention.kind in (*_OFTEN, "until") and text[mention.start - 2] != ","
        if once or ends_before(text, mention, draft, following) or (not same and _leads_name(text, mention, mains[index])):
            return  # "9 mg/kg on day 1, 7 mg/kg weekly"
        words = _words_between(text, mention, draft, following)
        plain = same and (LIST_ONLY.fullmatch(words) or LIST_ONLY.fullmatch(unnamed(words, following)))
        if plain or (same and (_same_plan(mention, draft, following) or _aside(mention, between, following))):
            draft.give(mention)
            continue
        if mention.kind == "route" and not same and _of_one_list(text, mains, position, index):
            draft.give(mention)
            continue
        if not same and in_turn(text, mention, draft, following, told[position], told[index]):
            draft.give(mention)
            continue
        if THEN.search(between) or not (_holds_for_same if same else _holds_for_other)(mention, draft, following, between):
            return
        if not same and ((own and _has_own(text, draft, brackets)) or (mention.kind in ("days", "cycles") and goes_on)):
            return  # "15 mg/m2 on day 1 and 10 mg/m2 on days 3 and 6" is a plan of its own
        if not same and position == index - 1 and not AND.search(between) and not _of_long_list(mention, index, mains, told):
            return
        limited = mention.kind == "duration" and same and "days" not in told[position] and CHOICE.search(between)
        if mention.kind in TIME_KINDS and TIME_KINDS & told[position] and not (limited or _is_cycle_of(mention, draft)):
            return
        if same or not (mention.kind in _OFTEN and draft.amount.per_time):
            draft.give(mention)


def _keeps(text: str, mention: Mention, drafts: Sequence[Draft]) -> bool:
    """Whether a time is of the last dose alone: of a total, or days of the third: "A, B and prednisone 100 mg days 1-5"."""
    if mention.kind == "duration":
        return is_total(text, drafts[-1])
    return mention.kind == "days" and drafts[-1].agent_key in _OWN_DAYS and len({draft.agent_key for draft in drafts[-3:]}) == 3


def _opened_behind(text: str, draft: Draft, mention: Mention, brackets: Brackets) -> bool:
    """Whether a phrase stands in brackets that open right behind the amount of a dose."""
    around = brackets.innermost(mention.start)
    return around is not None and around[0] >= draft.amount.end and not text[draft.amount.end : around[0]].strip()


# "1 mg/kg (Cohort A), 3 mg/kg (Cohort B) IV every 2 weeks"
_LABEL_ASIDE = pattern_of(r" ?\((?:dose )?(?:cohort|group|level|arm|part|DL|low|mid|high)[^()]{0,20}\)", re.I)


_LABEL_BETWEEN = pattern_of(r"\)?(?:,|,? and) ?(?:dose )?(?:level|cohort|DL|group) ?-?\w{1,2}:? ?\(", re.I)


def _words_between(text: str, mention: Mention, draft: Draft, following: Draft) -> str:
    """The words between two doses, without labels of levels; for a way or days without how often the first is given."""
    apart = mention.kind == "route" or (mention.kind == "days" and "interval" not in draft.parts)
    words = words_between(text, draft, following) if apart else text[draft.amount.end : following.amount.start]
    return _LABEL_BETWEEN.sub(",", _LABEL_ASIDE.sub("", words)) if draft.agent_key == following.agent_key else words


def _goes_on_in(mention: Mention, pair: Sequence[Draft], told: Sequence[frozenset[str]]) -> bool:
    """Whether the dose after that of a phrase is of the same agent and told in the same way: they are a plan of their own."""
    return len(pair) > 1 and pair[1].agent_key == pair[0].agent_key and mention.kind in told[1]


def _has_own(text: str, draft: Draft, brackets: Brackets) -> bool:
    """Whether times of a dose stand in brackets behind it: "A 1 mg/m2 (days 1 and 8), B 40 mg (cycles 1-4)"."""
    return any(_opened_behind(text, draft, part, brackets) for part in draft.parts.values())


def _leads_name(text: str, mention: Mention, draft: Draft) -> bool:
    """Whether a way stands right before the agent of the dose before it, which it belongs to: "with 0.5 mcg/kg IV drugamab"."""
    agent = draft.agent if mention.kind == "route" else None
    if agent is None or not draft.amount.end <= mention.start < mention.end <= agent.start:
        return False
    return not text[mention.end : agent.start].strip()


_LED_ON = pattern_of(r"\)? ?,? ?(?:with|plus|in combination with|combined with|followed by) ", re.I)
_BOLUS = pattern_of(r" ?(?:IV |intravenous )?bolus[^;.]{0,40}$", re.I)  # "400 mg bolus, then 900 mg over 46 h every 14 days"
_SINGLE_WAY = frozenset({"route", "infusion", "continuous", "frequency", "days"})
_OF_ALL = gated(
    r"(?<![a-z])(?:all|(?<!of )(?<!in )(?<!for )each|both)"
    r"(?: (?:drugs|agents|given|administered|of (?:them|which)|infused|IV|orally))*(?: on)? $",
    re.I,
)
_LISTED = frozenset({"frequency", "interval", "days", "cycle_length", "cycle_count", "cycles", "duration", "until"})


def share_with_list(
    text: str, mention: Mention, index: int, mains: Sequence[Draft], told: Sequence[frozenset[str]], brackets: Brackets
) -> None:
    """Give a phrase behind a bracket that lists doses to all of them, and one that "all on" or "each" leads to all before it.

    "(A 375 mg/m2 day 1, B 100 mg days 1-5) every 21 days"; "A 85 mg/m2, B 200 mg/m2, all on day 1".
    """
    around = brackets.innermost(mains[index].amount.start)
    if mention.kind in ("route", "anchor") and around is not None and around[1] <= mention.start:
        for draft in mains[:index]:  # "14 g/m2 (10 g/m2 for infants; 12 g/m2 for children) IV", "… 11 hours before apheresis"
            inside = draft.amount.start > around[0] or _WAY_ALONE.fullmatch(text, draft.amount.end, around[0])
            if inside and draft.agent_key == mains[index].agent_key:
                draft.give(mention)
    if mention.kind not in _LISTED:
        return
    tail = _is_tail(text, mention, index, mains, told)
    behind = tail or (
        around is not None and around[1] <= mention.start and not _CLAUSE.search(_plain(text, around[1], mention.start))
    )
    if not behind and not _OF_ALL.search(text, max(0, mention.start - 48), mention.start):
        return
    for place in reversed(range(index)):
        draft = mains[place]
        if around and draft.amount.start < around[0] and not _JOINED_REGIMEN.fullmatch(text, draft.amount.end, around[0]):
            return
        after = mains[place + 1]
        replaced = draft.agent_key == after.agent_key and THEN.search(text, draft.amount.end, after.amount.start)
        if replaced and mention.kind in ("duration", "until"):
            continue  # "(a 600 mg loading dose, then 75 mg twice daily) for 12 months"
        if _may_take(mention, draft, told[place]):
            draft.give(mention)


_WAY_ALONE = pattern_of(r" ?(?:(?:IV|SC|PO|IM|IT|orally|subcutaneously|intravenously) )?", re.I)
_CLAUSE = pattern_of(r"[,;:(]|(?<![a-z])(?:and|then|with|plus|or|followed)(?![a-z])")


# "brentuximab 1.2 mg/kg + AVD (doxorubicin …) on days 1 and 15"
_JOINED_REGIMEN = pattern_of(r" ?(?:IV |orally |SC )?(?:\+|plus|and|with|in combination with) ?[A-Z][\w-]{1,14} ?")


_BEHIND_TAIL = pattern_of(
    r", (?:repeated )?(?:(?:every|q) ?\d+[ -]?[a-z]+|at \d[\d-]*[ -](?:day|week)s? intervals?) $", re.I
)  # ", every 21 days for 6 cycles"


def _plain(text: str, start: int, end: int) -> str:
    """The words there, with lists of numbers made one: "on days 1, 8 and 15 of each"."""
    return _NUMBERS.sub("-", text[start:end])


_NUMBERS = pattern_of(r"(?<=\d)(?:, ?(?:and )?| and )(?=\d)")


def _is_tail(text: str, mention: Mention, index: int, mains: Sequence[Draft], told: Sequence[frozenset[str]]) -> bool:
    """Whether how the whole is repeated stands behind a comma at the end of three agents or more: "…, every 14 days"."""
    listed = mains[: index + 1]
    if mention.kind == "cycles":  # "A on day 1, B on days 2-4 and C on days 2-4 in cycle 1"
        each = len({draft.agent_key for draft in listed}) == len(listed) >= 3 and index == len(mains) - 1
        own = {"cycles", "cycle_length", "cycle_count", "interval"}
        return each and not mains[index].later and all("days" in kinds and not own & kinds for kinds in told[:index])
    return (
        mention.kind in ("interval", "cycle_length", "cycle_count")
        and index == len(mains) - 1
        and len({draft.agent_key for draft in listed}) >= 3
        and (
            text[mention.start - 2 : mention.start] == ", "
            or _BEHIND_TAIL.search(text, max(0, mention.start - 40), mention.start) is not None
        )
        and not any({"interval", "frequency", "cycle_length", "cycle_count"} & kinds for kinds in told[:index])
    )


def _may_take(mention: Mention, draft: Draft, told: frozenset[str]) -> bool:
    """Whether a dose of a list has none of what is told for the whole list."""
    if mention.kind == "interval" and "days" in told and not {"interval", "frequency", "cycle_length"} & told:
        return draft.amount.kind != "radiation"
    if mention.kind in TIME_KINDS:
        daily = mention.kind == "days" and _is_daily(draft)  # "(A 30 mg/m2 daily and B 300 mg/m2 daily) on days -5 to -3"
        return not ((TIME_KINDS - {"frequency"} if daily else TIME_KINDS) & told) and draft.amount.kind != "radiation"
    return mention.kind not in told and not (mention.kind == "cycle_length" and "interval" in told)


def _is_daily(draft: Draft) -> bool:
    """Whether a dose tells that it is given every day."""
    return "frequency" in draft.parts and draft.parts["frequency"].timing.frequency_unit in ("d", "h")


def _ends_by_count(draft: Draft) -> bool:
    """Whether the dose has a number of administrations of its own: "every 3 weeks for up to 35 administrations"."""
    return "until" in draft.parts and draft.parts["until"].rule in COUNTS


_ASIDE = pattern_of(
    r",? ?(?:(?:may|can|could) be )?(?:reduced|decreased|increased|escalated|lowered) to(?: a(?: dose of)?)? ?", re.I
)


def _aside(mention: Mention, between: str, following: Draft) -> bool:
    """Whether a change is told in passing, "80 mg, reduced to 40 mg for toxicity, orally", or an infusion after a bolus."""
    if mention.kind in ("interval", "cycle_count", "cycle_length"):
        return "infusion" in following.parts and "frequency" not in following.parts and _BOLUS.match(between) is not None
    return mention.kind in ("route", "frequency", "until") and _ASIDE.fullmatch(between) is not None


def _same_plan(mention: Mention, draft: Draft, following: Draft) -> bool:
    """Whether an earlier dose of the agent is of the same cycles: it goes before in cycle 1, or tells its cycle and no length."""
    if mention.kind == "cycle_length":
        return "cycles" in draft.parts
    if mention.kind == "cycles" and _day_by_day(draft) and _day_by_day(following):
        return True  # "days 1 (100 mg), 2 (900 mg) and 8 (1,000 mg) of cycle 2"
    if mention.kind != "cycles" or "cycles" in draft.parts or (mention.timing.cycle_from, mention.timing.cycle_to) != (1, 1):
        return False
    earlier, later = (each.parts["days"].timing.days if "days" in each.parts else None for each in (draft, following))
    return bool(earlier and later) and (earlier or ())[-1][1] < (later or ())[0][0]


def _of_one_form(mention: Mention) -> bool:
    """Whether a phrase tells what tablets are taken like: by mouth, once or more a day."""
    return mention.timing.route == "oral" or (mention.kind == "frequency" and mention.timing.frequency_unit in ("d", "h"))


def _is_oral(draft: Draft) -> bool:
    """Whether a dose is told to be swallowed."""
    return "route" in draft.parts and draft.parts["route"].timing.route == "oral"


def _basis(draft: Draft) -> str:
    """What an amount is reckoned by: ``m2``, ``kg``, or nothing."""
    return draft.amount.unit.partition("/")[2]


def _day_by_day(draft: Draft) -> bool:
    """Whether a dose is one of a list in which every amount stands behind its own day."""
    return "days" in draft.parts and draft.parts["days"].rule == "days.of_amount"


def _of_long_list(mention: Mention, index: int, mains: Sequence[Draft], told: Sequence[frozenset[str]]) -> bool:
    """Whether a time behind the last of three or more different agents, none with a time of its own, is of all of them.

    Days, or the length of the cycle: "A AUC 5, B 175 mg/m2, C 15 mg/kg every 3 weeks for 6 cycles"; never "weekly".
    """
    single = mention.kind == "days" and all(last == first > 0 for first, last in mention.timing.days or ())
    if index + 1 < len(mains) and not (single and all("days" in parts for parts in told[index + 1 :])):
        return False  # "A 1800 mg, B 1.3 mg/m2, C 25 mg on days 1-21, D 40 mg"; not "A, B, C on day 1, D on days 1-5"
    before = mains[: index + 1]
    period = mention.timing.frequency_period or 0.0
    of_cycle = mention.kind == "interval" and period * DAYS_PER[mention.timing.frequency_unit or "d"] >= 14
    return (
        (of_cycle or mention.kind in ("days", "cycle_length", "cycle_count"))
        and len({draft.agent_key for draft in before}) == len(before) >= 3
        and not any(TIME_KINDS & parts for parts in told[:index])
    )


def _holds_for_same(mention: Mention, draft: Draft, following: Draft, between: str) -> bool:
    """Whether a phrase holds back over words to another amount of the same agent: its way and its cycles, or a choice."""
    tight = LIST_ONLY.fullmatch(_without_agents(between, draft, following)) is not None
    if mention.kind in _OWN_KINDS and mention.kind != "continuous" and not tight:
        return False
    if mention.kind == "route" and _is_loose_list(between):
        return False
    return CHOICE.search(between) is not None or mention.kind in ("route", "continuous", *_CYCLE_KINDS)


def _holds_for_other(mention: Mention, draft: Draft, following: Draft, between: str) -> bool:
    """Whether a phrase holds back to the dose of another agent: through a plain list, or because it tells the cycle."""
    tight = LIST_ONLY.fullmatch(_without_agents(between, draft, following)) is not None
    beam = (draft.amount.kind == "radiation") != (following.amount.kind == "radiation")
    if (beam and mention.kind not in _CYCLE_KINDS) or mention.rule == "days.signed" or mention.kind == "continuous":
        return False  # "oxaliplatin 85 mg/m2 and 5-FU 2400 mg/m2 by continuous infusion": of the last alone
    if mention.rule in COUNTS and not tight:
        return False  # "methotrexate 250 mg/m2 day 1 and cytarabine 0.5 g/m2 q12h x 4 doses"
    if _of_one_form(mention) and _basis(draft) != _basis(following):
        return False  # "docetaxel 60 mg/m2 with drugamab 10 mg orally once daily"
    ways = {each.parts["route"].timing.route for each in (draft, following) if "route" in each.parts}
    stretch = any(first != last for first, last in mention.timing.days or ())  # on which one swallows; days one by one suit both
    if (len(ways) > 1 or "bolus" in between) and (mention.kind == "frequency" or (mention.kind == "days" and stretch)):
        return False  # "drugamab 12 mg/kg IV + otherol 25 mg PO on days 1-21"
    if mention.kind == "frequency" and _basis(following) and (mention.timing.frequency_count or 0) > 1:
        return False  # "methotrexate 3.5 g/m2 + cytarabine 2 g/m2 BID"
    if mention.kind in ("cycle_length", "cycle_count") and _of_other_plan(draft, following, between):
        return False
    if mention.kind == "interval" and _is_oral(draft) and not _is_oral(following):
        return False  # "drugamab 10 mg orally with docetaxel 75 mg/m2 every 21 days"
    in_days = mention.kind == "duration" and mention.timing.duration_unit in ("d", "wk")
    if in_days and (draft.amount.per_time != following.amount.per_time or "bolus" in between):
        return False  # "vincristine 1.5 mg/m2 and prednisone 40 mg/m2/day x 5 days"
    if (mention.kind == "anchor" and "days" in draft.parts) or (mention.kind == "infusion" and _is_long(mention)):
        return False  # "A (10 mg/m2 days 3 and 6) and B 3 mg/kg from day -1"; "A 200 mg/m2 and 5-FU 2600 mg/m2 over 24 h"
    if mention.kind == "cycle_count" and ("cycles" in draft.parts or _ends_by_count(draft)):
        return False
    if mention.kind in ("route", *_OWN_KINDS, *TIME_KINDS) and not tight and not _is_cycle_of(mention, draft):
        return False
    return not (mention.kind == "route" and _is_loose_list(between))


def _of_one_list(text: str, mains: Sequence[Draft], first: int, last: int) -> bool:
    """Whether doses of three or more medicines stand in one plain list that ends with "and": "A, B and C IV on day 1"."""
    listed = mains[first : last + 1]
    words = [_without_agents(text[a.amount.end : b.amount.start], a, b) for a, b in itertools.pairwise(listed)]
    plain = len(listed) > 2 and all(LIST_ONLY.fullmatch(each) for each in words)
    return plain and AND.search(words[-1]) is not None and not any("route" in draft.parts for draft in listed[:1])


def _of_other_plan(draft: Draft, following: Draft, between: str) -> bool:
    """Whether a dose has a plan of its own beside the next: given at another interval, or in its stead and with its own times.

    "A 250 mg/m2 weekly plus B on day 1 every 3 weeks for 6 cycles"; "A every 3 weeks, or B daily for 4 weeks of each cycle".
    """
    often = [each.parts.get("interval") or each.parts.get("frequency") for each in (draft, following)]
    apart = [told.timing for told in often if told and told.timing.frequency_unit in ("wk", "mo")]
    return len(set(apart)) > 1 or (CHOICE.search(between) is not None and bool({"frequency", "interval"} & draft.parts.keys()))


def _is_long(mention: Mention) -> bool:
    """Whether an infusion takes half a day or more."""
    value, unit = mention.timing.infusion_value, mention.timing.infusion_unit
    return value is not None and value * DAYS_PER[unit or "h"] >= 0.5


def _is_loose_list(between: str) -> bool:
    """Whether only commas join two doses: a way told behind the last is then not told for the first."""
    return re.search(r"[,;]", between) is not None and not re.search(r"(?<![a-z])(?:and|plus|as well as)(?![a-z])|\+", between)


def _is_cycle_of(mention: Mention, draft: Draft) -> bool:
    """Whether "every 3 weeks" is the length of the cycle for ``draft``, which tells its days and no cycle of its own."""
    often = draft.parts.get("frequency")
    daily = often is None or often.timing.frequency_unit in ("h", "d")
    told = {"interval", "cycle_length"} & draft.parts.keys()
    return mention.kind == "interval" and "days" in draft.parts and daily and not told


def _without_agents(between: str, *drafts: Draft) -> str:
    """The words between two doses without the names of their agents."""
    for draft in drafts:
        if draft.agent:
            between = between.replace(draft.agent.name, "")
    return _NO_NEWS.sub(" ", _BRACKETED.sub(" ", between))


_WHEN = ("days", "weeks", "cycles", "frequency", "interval", "duration")


def share_with_aside(text: str, mains: Sequence[Draft], brackets: Brackets) -> None:
    """Give what may be given instead the times of the dose it stands for: "cisplatin on day 1 (or carboplatin AUC 5)"."""
    for first, second in itertools.pairwise(mains):
        around = brackets.innermost(second.amount.start)
        aside = around is not None and around[0] > first.amount.end and _ASIDE_OR.match(text, around[0])
        if aside:
            kinds = [kind for kind in _WHEN if kind in first.parts and not (_OFTEN & second.parts.keys() and kind in _OFTEN)]
            second.parts = {kind: first.parts[kind] for kind in kinds} | second.parts
