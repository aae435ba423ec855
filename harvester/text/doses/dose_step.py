"""Doses of one agent that follow one another, each at its time."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from harvester.text.doses.dose_draft import Draft
from harvester.text.doses.dose_fraction import A_DAY, comes_to, fractionated, is_of_fractions, of_a_cycle
from harvester.text.expressions.gate import gated
from harvester.text.expressions.pattern import pattern_of
from harvester.text.schedules.timing import WINDOWS, Timing, Windows

_ALONE = pattern_of(
    r"(?<![a-z])(?:as |\()monotherapy|monotherapy (?:dos|group|arm)|\(alone|(?<![a-z])(?:dosed|given) alone(?![a-z])", re.I
)
_OTHER_PEOPLE = pattern_of(r"(?:patients|subjects|participants|group|arm|cohort)(?![a-z])", re.I)
_TOTAL = gated(
    r"(?:total|cumulative)(?: daily| single| cumulative| radiation)?(?: doses?| dosage| volume)?(?: of|:| is)?(?: between)? ?$",
    re.I,
)
# "the total dose to be given will be 40 mg"; what is told of a day, an infusion or some people is no total
_TOTAL_IS = gated(
    r"(?:total|cumulative) (?:dose|dosage|amount)s?(?![^.;,:()\d]{0,80}(?<![a-z])(?:per|each|every|daily|day|(?:wo)?men|patients|"
    r"adults|children)(?![a-z]))(?: (?:of|in|to|for) [a-z][^.;,:()\d]{0,40}?|"
    r" (?:administered|given|delivered|received|infused)(?: [^.;,:()\d]{0,40})?)? (?:will be|is|was|are|were|would be) $",
    re.I,
)
# "a total of 31 drops (1085 uL, equivalent to 21.7 ug)"
_TOLD_AGAIN = pattern_of(
    r"(?: of [\w-]{3,24})? ?\((?:[^()]{0,24}, )?(?:= ?|i\.e\.,? ?|(?:equivalent|corresponding|equal) to )?"
    r"(?:about |approximately )?"
)
_OF_A_PART = pattern_of(r"total (?:daily|single) (?:doses?|dosage|volume)(?: of|:| is)? ?$", re.I)  # of a day, of one dose
_LISTED = pattern_of(r"(?:,|,? (?:or|and)) ")
_OFTEN = ("frequency", "interval")  # told before a total, they are those of the dose it sums up
_IN_ALL = pattern_of(
    r" ?\(?(?:total (?:cumulative )?dose(?= ?(?:[,.;:)]|$)| (?:over|divided|split|delivered|given) )"
    r"|(?:in )?total(?! (?:dose|of|daily|body|\d))(?![a-z])"
    r"|(?:in all|altogether|overall)(?= ?(?:[.,;:)\n]|$)| (?:over|within|during) \d))",
    re.I,
)
# "2 g/kg divided over 2-5 days"
_OVER_DAYS = pattern_of(
    r"(?: IV| PO| SC)?,? ?(?P<said>(?:divided|split|spread)(?: equally| evenly)? )?over (?:the course of )?"
    r"(?:[2-7](?: ?(?:-|to) ?[2-7])?|two|three|four|five) (?:consecutive )?days(?![a-z])",
    re.I,
)
_WHEN = ("days", "weeks", "cycles")
_PHASE_LINES = 2  # so far apart may lines stand that tell phases of one plan
_FAR = 400  # signs: doses of one line that stand further apart are of different people


def _times(draft: Draft) -> tuple[object, ...]:
    """The days, weeks and cycles told for a dose."""
    return tuple(draft.parts.get(kind) for kind in _WHEN)


def _several_times(draft: Draft) -> bool:
    """Whether more than one day or week is told."""
    timings = [draft.parts[kind].timing for kind in _WHEN if kind in draft.parts]
    return any(len(timing.days or ()) > 1 or len(timing.weeks or ()) > 1 for timing in timings)


def set_sequences(text: str, drafts: Sequence[Draft]) -> None:
    """Mark three or more amounts joined by slashes that neither rise nor fall throughout as steps, none as a choice.

    Their times are kept only where one is told: which of several belongs to which amount the text does not say.
    """
    lists: dict[int, list[Draft]] = {}
    for place, draft in enumerate(drafts):
        last = drafts[place - 1] if place else None
        if draft.amount.group is not None:
            lists.setdefault(draft.amount.group, []).append(draft)
        elif last and draft.agent_key == last.agent_key and _WITH_UNITS.fullmatch(text, last.amount.end, draft.amount.start):
            members = next((each for each in lists.values() if each[-1] is last), None)
            if members is None:
                members = lists.setdefault(-last.amount.start, [last])
            members.append(draft)
    for members in lists.values():
        lows = [draft.amount.low for draft in members]
        pairs = list(itertools.pairwise(lows))
        if len({draft.agent_key for draft in members}) > 1 or _one_day_each(text, members):
            continue
        slashed = all("/" in text[a.amount.end : b.amount.start] for a, b in itertools.pairwise(members))
        if len(members) > 2 and not slashed:
            _one_span_each(text, members)
        if len(members) < 3 or not slashed:
            continue
        stepped = _STEP_UP.search(text, max(0, members[0].amount.start - 40), members[0].amount.start)
        near = lows[-1] < 20 * lows[0] or _CLIMBS.search(text, max(0, members[0].amount.start - 60), members[0].amount.start)
        if not stepped and near and (all(a < b for a, b in pairs) or all(a > b for a, b in pairs)):
            continue
        several = any(_several_times(draft) or _times(draft) != _times(members[0]) for draft in members)
        window = _one_window(members)
        for place, draft in enumerate(members):
            draft.role, draft.alternative = "step", False
            if window is not None and window[1] - window[0] + 1 == len(members):  # "100/200/400 mg on days 1-3"
                day = window[0] + place
                draft.parts["days"] = replace(draft.parts["days"], timing=Timing(days=((day, day),)))
            elif several or window is not None:
                draft.parts = {kind: m for kind, m in draft.parts.items() if kind not in _WHEN}
                draft.later = []


def _one_day_each(text: str, members: Sequence[Draft]) -> bool:
    """Give each of a list of amounts its own of as many days or weeks: "0.8 + 0.5 + 0.5 mg/m2 on days 1, 8, 15".

    So where "+" joins them, or as steps or "respectively"; of other lists of as many no day is told, with a flag.
    """
    kind = next((each for each in ("days", *sorted(WINDOWS)) if each in members[-1].parts), "days")
    told = members[-1].parts.get(kind)
    days: Windows | None = getattr(told.timing, kind) if told else None
    if told is None or not days or len(days) != len(members) or any(first != last for first, last in days):
        return False
    if any(draft.parts.get(kind) is not told for draft in members) or told.start < members[-1].amount.end:
        return False
    words = [text[a.amount.end : b.amount.start] for a, b in itertools.pairwise(members)]
    if any("/" in each or "or" in each.split() for each in words):
        return False
    stepped = _STEP_UP.search(text, max(0, members[0].amount.start - 40), members[0].amount.start)
    own = all("+" in each for each in words) or stepped or _RESPECTIVELY.match(text, told.end)
    if not own and not _rises(members):
        for draft in members:
            del draft.parts[kind]
            draft.flags.append("several_told")
        return True
    for draft, window in zip(members, days, strict=True):
        each_own: dict[str, Any] = {kind: (window,)}
        draft.role, draft.alternative = "step", False
        draft.parts[kind] = replace(told, timing=replace(told.timing, **each_own))
    return True


def _one_span_each(text: str, members: Sequence[Draft]) -> None:
    """Give each step of a ramp-up its share of the weeks told for all of them; none where they are not as many.

    "Ramp-up of 20 mg, 50 mg, 100 mg, 200 mg and 400 mg once daily over 5 weeks".
    """
    told = members[-1].parts.get("duration")
    if told is None or told.start < members[-1].amount.end:
        return
    if not _STEP_UP.search(text, max(0, members[0].amount.start - 40), members[0].amount.start):
        return
    for draft in members:
        if draft.parts.get("duration") in (None, told):
            draft.role, draft.alternative = "step", False
            draft.parts.pop("duration", None)
            if told.timing.duration_value == len(members):
                draft.parts["duration"] = replace(told, timing=replace(told.timing, duration_value=1.0))
            else:
                draft.flags.append("several_told")


_CLIMBS = pattern_of(r"dose[- ]?escalation", re.I)  # of a trial, whose levels are no steps of one patient
_WITH_UNITS = pattern_of(r" ?(?:,|\+|,? and) ?")  # "75 mg and 150 mg"
_RESPECTIVELY = pattern_of(r",? ?\(?respectively", re.I)


def _rises(members: Sequence[Draft]) -> bool:
    """Whether three amounts or more rise one after another."""
    lows = [draft.amount.low for draft in members]
    return len(lows) > 2 and all(a < b for a, b in itertools.pairwise(lows))


def _one_window(members: Sequence[Draft]) -> tuple[int, int] | None:
    """The days from one to another that are told of all the amounts of a list, and nothing else of when."""
    told = members[0].parts.get("days")
    days = told.timing.days if told else None
    alone = days is not None and len(days) == 1 and days[0][0] < days[0][1]
    if not days or not alone or any(draft.parts.get("days") is not told for draft in members):
        return None
    return days[0]


def _for_others(text: str, draft: Draft, other: Draft) -> bool:
    """Whether two amounts are of different people: a group is named between them, or they stand far apart."""
    first, second = sorted((draft.amount, other.amount), key=lambda amount: amount.start)
    between = re.sub(r"\([^()]*\)", " ", text[first.end : max(first.end, second.start)])
    if _ALONE.search(text, first.end, second.end + 16) and not _ORDER.search(between):
        return True  # "90 mg/m2 (combination) and 120 mg/m2 (monotherapy)"
    return second.start - first.end > _FAR or _OTHER_PEOPLE.search(between) is not None


_TIMES = ("days", "weeks", "cycles", "anchor", "duration", "until")
_ORDER = pattern_of(
    r"(?<![A-Za-z])(?:then|follow\w*|thereafter|afterwards|subsequent\w*|later|increas\w*|decreas\w*|escalat\w*|titrat\w*|"
    r"reduc\w*|taper\w*|rais\w*|lower(?! dose)\w*|target\w*|up to(?! \d+ (?:days|weeks|months|cycles))|"
    r"after|next|second|last|remain\w*|another|step\w*|→)(?![A-Za-z])|[→;]|->",
    re.I,
)
_TARGET = pattern_of(r"(?<![A-Za-z])[PGCI]TV")  # "PTV1: 54 Gy; PTV2: 49.2 Gy"
_FURTHER = pattern_of(r"[^.;,()]{0,30}for (?:another|the next|a further|further) ", re.I)
_BEGINS = pattern_of(
    r"(?<![A-Za-z])(?:initial\w*|start\w*|first|begin\w*|begun|step|ramp\w*"
    r"|(?:increas|decreas|escalat|titrat|reduc|taper|rais|lower|switch)\w* (?:[\w-]+ ){0,3}?from(?! (?:day|week|month|cycle)))"
    r"(?![A-Za-z])[^.;]{0,40}$",
    re.I,
)


def _in_order(text: str, draft: Draft, other: Draft) -> bool:
    """Whether two doses follow one another: at other times, or by a word such as "then" or "starting at"."""
    first, second = sorted((draft, other), key=lambda each: each.amount.start)
    if _two_names(draft, other) or _before_and_after(first, second) or _holds(draft, other) or _holds(other, draft):
        return False
    kinds = _TIMES if first.amount.kind != "radiation" else _TIMES[:4]  # in how many fractions tells no order
    timed = [{kind: d.parts[kind].timing for kind in kinds if kind in d.parts} for d in (first, second)]
    if timed[0] != timed[1] and timed[1]:
        return True
    between = text[first.amount.end : second.amount.start]
    if first.amount.kind == "radiation" and _TARGET.search(between):
        between = between.replace(";", ",")  # targets irradiated together
    if _FURTHER.match(text, second.amount.end, min(len(text), second.amount.end + 60)):
        return True
    if _ORDER.search(between) or first.role in ("loading", "maintenance") or second.role in ("loading", "maintenance"):
        return True
    return any(_BEGINS.search(text, max(d.statement.start, d.amount.start - 48), d.amount.start) for d in (first, second))


def _before_and_after(first: Draft, second: Draft) -> bool:
    """Whether one dose is given before day 0 and the other after it: before a transplant and to prevent what follows from it."""
    days = [d.parts["days"].timing.days if "days" in d.parts else None for d in (first, second)]
    return all(days) and (days[0] or ((0, 0),))[-1][1] < 0 < (days[1] or ((0, 0),))[0][0]


def _two_names(draft: Draft, other: Draft) -> bool:
    """Whether each of two doses has a name of its own beside it, and these differ, though the record lists them as one."""
    if draft.agent is None or other.agent is None:
        return False
    named = all(agent.how in ("before", "after", "of", "word") for agent in (draft.agent, other.agent))
    return named and draft.agent.name.lower() != other.agent.name.lower()


def _holds(draft: Draft, other: Draft) -> bool:
    """Whether ``other`` is in ``draft``: one of the range, or a part of it in brackets, ``240 mg (120 mg bid)``."""
    inside = draft.amount.low < draft.amount.high and draft.amount.low <= other.amount.low <= draft.amount.high
    times = draft.amount.low / other.amount.low if other.amount.low else 0.0
    return inside or (other.main is draft and times >= 2 and times == round(times))


def _phases(draft: Draft, other: Draft) -> bool:
    """Whether two doses in lines right below one another are phases of one plan: each tells how long it is given."""
    near = abs(draft.statement.line - other.statement.line) <= _PHASE_LINES
    apart = draft.statement.line != other.statement.line
    return near and apart and draft.level_label is None and all("duration" in d.parts and d.main is None for d in (draft, other))


_STEP_UP = pattern_of(r"step[- ]?up|ramp[- ]?up|dose[- ]?ramp|step(?:ped|wise) ", re.I)
_PURPOSE = pattern_of(r"[^:.\n]{0,30}(?:prophylaxis|premedication|conditioning|lymphodepletion|rescue)[^:.\n]{0,20}:", re.I)


def _other_purpose(text: str, draft: Draft, other: Draft) -> bool:
    """Whether two doses stand in sentences of which the later names another purpose: "Conditioning: …. GVHD prophylaxis: …"."""
    first, second = sorted((draft, other), key=lambda each: each.amount.start)
    return first.statement is not second.statement and _PURPOSE.match(text, second.statement.start) is not None


def _of_people(draft: Draft) -> bool:
    """Whether a dose hangs on something else than that the one before was borne."""
    return draft.condition is not None and re.match(r"(?:if|as|when) (?:well )?tolerated", draft.condition, re.I) is None


def is_total(text: str, draft: Draft) -> bool:
    """Whether an amount is said to be what a course comes to, not one dose of it."""
    start = draft.amount.start
    if _TOTAL.search(text, max(0, start - 90), start) or _IN_ALL.match(text, draft.amount.end):
        return True
    often = [draft.parts[kind].start > start for kind in _OFTEN if kind in draft.parts]
    if draft.amount.per_time is None and not any(often) and _TOTAL_IS.search(text, max(0, start - 90), start):
        return True
    over = _OVER_DAYS.match(text, draft.amount.end) if draft.amount.per_time is None else None
    by_weight = draft.amount.unit.endswith(("/kg", "/m2")) and "continuous" not in draft.parts
    return over is not None and (over["said"] is not None or by_weight)


def _another_total(text: str, before: Draft, draft: Draft) -> bool:
    """Whether an amount only goes on with a total: "total dose of 16 mg/kg or 12.8 mg/kg", not "of 50 Gy, 2 Gy daily"."""
    often = any(draft.parts[kind].start > draft.amount.start for kind in _OFTEN if kind in draft.parts)
    if often and draft.amount.kind == "radiation" and draft.amount.low * 2 <= before.amount.low:
        return False
    gap = (before.amount.end, draft.amount.start)
    listed = _LISTED.fullmatch(text, *gap) is not None or (
        before.amount.unit != draft.amount.unit and _TOLD_AGAIN.fullmatch(text, *gap) is not None
    )
    return listed and "total" in before.flags and before.agent_key == draft.agent_key


_IN_BRACKETS = pattern_of(r"\([^()]*$")


def mark_totals(text: str, drafts: Sequence[Draft]) -> None:
    """Mark what a course or a day comes to, with the other members of its list; how often is told of the dose it sums up."""
    for place, (before, draft) in enumerate(itertools.pairwise(drafts)):
        if fractionated(text, drafts, place):
            before.flags += ["total", "total_of_part"]
        if comes_to(text, draft, before):
            draft.flags.append("total")
            before.parts = {**draft.parts, **before.parts} if _is_of_a_day(text, draft) else before.parts
        if comes_to(text, before, draft):
            before.flags.append("total")
        if of_a_cycle(text, before, draft):
            before.flags += ["total", "total_of_part"]
            before.parts = {k: m for k, m in before.parts.items() if k not in (*_OFTEN, "days") or m.end <= before.amount.start}
    for place, draft in enumerate(drafts):
        last = drafts[place - 1] if place else None
        if _OF_A_PART.search(text, max(0, draft.amount.start - 40), draft.amount.start):
            draft.flags.append("total_of_part")
        if is_total(text, draft) or (last and _another_total(text, last, draft)):
            draft.flags.append("total")
            aside = _IN_BRACKETS.search(text, max(0, draft.amount.start - 40), draft.amount.start)
            earlier = (*_OFTEN, *_WHEN) if aside else _OFTEN  # "30 % on day 0, 70 % on day 1 (total 5 x 10^8 cells)"
            draft.parts = {kind: m for kind, m in draft.parts.items() if kind not in earlier or m.start > draft.amount.start}
            often = draft.parts.get("frequency")
            if "total_of_part" in draft.flags and often and (often.timing.frequency_count or 1) > 1:
                del draft.parts["frequency"]  # "60 mg three times a day, a total daily dose of 180 mg"
            if last and last.agent_key == draft.agent_key and _is_of_a_day(text, draft):
                _give_back(draft, last)
        if is_of_fractions(draft):
            del draft.parts["frequency"]  # "45 Gy in 1.5 Gy fractions twice daily": how often a fraction is given


def _is_of_a_day(text: str, draft: Draft) -> bool:
    """Whether a total is that of a day or a single dose, and not of the whole course."""
    return draft.amount.per_time == "d" or "total_of_part" in draft.flags or A_DAY.match(text, draft.amount.end) is not None


def _give_back(total: Draft, dose: Draft) -> None:
    """Give what stands behind the total of a day to the dose it sums up: "500 mg twice daily, 1 g a day in all, for 10 days"."""
    if dose.main is None and total.statement.line == dose.statement.line:
        for kind, mention in total.parts.items():
            if kind in _OF_COURSE and mention.start > total.amount.end:
                dose.parts.setdefault(kind, mention)


_OF_COURSE = frozenset({"duration", "until", "days", "weeks", "cycles", "cycle_length", "cycle_count"})


def set_steps(text: str, drafts: Sequence[Draft]) -> None:
    """Mark doses of one agent that follow one another: different amounts at different times in one line."""
    for place, draft in enumerate(drafts):
        if (
            "total" in draft.flags
            or draft.role is not None
            or draft.alternative
            or _of_people(draft)
            or "combination" in (*draft.amount.flags, *draft.flags)
        ):
            continue
        if any(
            other.amount.unit == draft.amount.unit
            and (other.amount.low, other.amount.high) != (draft.amount.low, draft.amount.high)
            and other.agent_key == draft.agent_key
            and (other.statement.line == draft.statement.line or _phases(draft, other))
            and other.role in (None, "step", "loading", "maintenance")
            and not other.alternative
            and not _of_people(other)
            and "total" not in other.flags
            and (_phases(draft, other) or not _for_others(text, draft, other))
            and not _other_purpose(text, draft, other)
            and (_phases(draft, other) or _in_order(text, draft, other))
            for other in _near(drafts, place)
        ):
            draft.role = "step"


def _near(drafts: Sequence[Draft], place: int) -> Iterator[Draft]:
    """The doses that can stand in one sequence with the one at ``place``: near it in its line, or in the lines beside it."""
    draft = drafts[place]
    lines = _PHASE_LINES if draft.level_label is None and draft.main is None and "duration" in draft.parts else 0
    for way in (range(place - 1, -1, -1), range(place + 1, len(drafts))):
        for other in (drafts[at] for at in way):
            away = abs(other.statement.line - draft.statement.line)
            if away > lines:
                break
            if away or max(draft.amount.start - other.amount.end, other.amount.start - draft.amount.end) <= _FAR:
                yield other
            elif not lines:
                break
