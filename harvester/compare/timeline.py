"""Doses of all trials on a common axis of days: one timeline a zero."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Container, Sequence
from dataclasses import replace

from harvester.compare.course import Course
from harvester.compare.model import Bar, Lane, Timeline
from harvester.compare.reading_words import clean
from harvester.compare.split_course import Given
from harvester.compare.wording import amount, listed, unit_label

FIRST_DOSE = "first dose"
_LIMITS = {
    "up_to": "at most", "up_to_cycles": "at most", "at_least": "at least", "several_courses": "in several courses",
    "goes_on_otherwise": "goes on otherwise",
}  # fmt: skip
"""Flags of doses that are not given just as often as they are drawn, in words."""
NAMED_ZEROS = ("transplant", "surgery", "randomisation", "birth", "leukapheresis")
"""Events that a timeline is counted from by name; any other event of a text is only good for the order of that text's doses."""


def timelines(courses: Sequence[Course], zero: str | None, crossed: Container[str] = ()) -> tuple[Timeline, ...]:
    """Timelines with the zero asked for; without one, every named event that some trial counts from, then the first dose.

    A zero that no trial counts from gives an empty tuple. ``crossed`` are trials in which participants receive one drug after
    the other: what order, no lane tells.
    """
    dated = [each for each in courses if each.given]
    undated = [each for each in courses if not each.given]
    if not dated:
        return ()
    events = events_of(dated)
    zeros = [each for each in events if each in NAMED_ZEROS or each == FIRST_DOSE]
    if zero is not None:
        zeros = [each for each in events if each == zero]
    return tuple(_timeline(dated, undated, each, crossed) for each in zeros)


def naming(drawn: Sequence[Timeline], without: Sequence[str]) -> tuple[Timeline, ...]:
    """The timelines with a note that names the trials of which no dose was read, where there are any."""
    note = f"{_OF_WHOLE_TRIALS} {listed(without)}" if without else None
    return tuple(replace(each, note="; ".join(filter(None, (each.note, note))) or None) for each in drawn)


def events_of(courses: Sequence[Course]) -> tuple[str, ...]:
    """Events that a timeline can be counted from, the first dose at last."""
    named = dict.fromkeys(given.event.t0_event for course in courses for given in course.given)
    return (*(each for each in named if each != FIRST_DOSE), FIRST_DOSE) if named else ()


def _timeline(courses: Sequence[Course], undated: Sequence[Course], zero: str, crossed: Container[str]) -> Timeline:
    counted = _counted_from(courses, undated)
    lanes, left_out = [], []
    for course in courses:
        event, start = counted[course.nct_id] if zero == FIRST_DOSE else (zero, 0.0)
        drawn = [given for given in course.given if given.event.t0_event == event]
        lanes += [_lane(course, words, own, start) for words, own in _apart(drawn)]
        if len(drawn) < len(course.given):
            left_out.append(f"{course.label} in {course.nct_id}")
    notes = [f"counted from another event, so not drawn in whole: {listed(left_out)}"] if left_out else []
    silent = [f"{each.label} in {each.nct_id}" for each in undated]
    silent += [f"part of {each.label} in {each.nct_id}" for each in courses if each.has_undated]
    apart = [f"{each.label} in {each.nct_id}" for each in courses if each.nct_id in crossed]
    told = ((_UNDATED, silent), (_CROSSED, apart))
    notes += [f"{head}: {listed(list(dict.fromkeys(agents)))}" for head, agents in told if agents]
    note = "; ".join(notes) or None
    return Timeline(zero.replace(" ", "-"), f"Days from {zero}", zero, _unit_of(lanes), tuple(lanes), note)


def _unit_of(lanes: Sequence[Lane]) -> str | None:
    """The unit that all amounts share."""
    units = {bar.unit for lane in lanes for bar in lane.bars}
    return units.pop() if len(units) == 1 else None


def with_lanes(timeline: Timeline, lanes: tuple[Lane, ...], is_shown: Callable[[str], bool]) -> Timeline:
    """The timeline with ``lanes`` alone, which some were left out of; its note speaks of the agents whose label ``is_shown``.

    The days stay those of the whole: where the first dose of a trial may be one of a drug without a lane, the note says so.
    """
    notes = [told for part in _PARTS.split(timeline.note or "") if (told := _spoken_of(part, is_shown))]
    if timeline.zero == FIRST_DOSE and len(lanes) < len(timeline.lanes):
        notes.append("day 0 is the first dose of the trial, also where it is one of a drug that is not shown")
    return replace(timeline, lanes=lanes, unit=_unit_of(lanes), note="; ".join(notes) or None)


_UNDATED = "not drawn, because where their days lie is not told or was not read"
_CROSSED = "days of the period each is given in, in a crossover"
_OF_WHOLE_TRIALS = "no dose was read of"
_PARTS = re.compile(rf"; (?={_UNDATED}: |{_CROSSED}: |{_OF_WHOLE_TRIALS} )")
_OF_TRIAL = re.compile(r"(?P<told>(?:part of )?(?P<label>.+?) in NCT\d{8})(?:, | and |$)")


def _spoken_of(part: str, is_shown: Callable[[str], bool]) -> str:
    """A part of a note, "why: agent in trial, agent in trial", with the agents that are shown; what is of whole trials stays."""
    head, _, agents = part.partition(": ")
    if head.startswith(_OF_WHOLE_TRIALS):
        return part
    kept = [each["told"] for each in _OF_TRIAL.finditer(agents) if is_shown(each["label"])]
    return f"{head}: {listed(kept)}" if kept else ""


def _counted_from(courses: Sequence[Course], undated: Sequence[Course]) -> dict[str, tuple[str, float]]:
    """For each trial the event that most of its doses are counted from, and the first day from it on which any is given.

    Where the event is itself the first dose of a drug without days, "onset of blinatumomab infusion", that is the day: what is
    given 12 hours before it is not the first dose; and so it is where the event is the first dose.
    """
    counts: dict[str, Counter[str]] = {}
    starts: dict[tuple[str, str], float] = {}
    for course in courses:
        for given in course.given:
            event = given.event
            counts.setdefault(course.nct_id, Counter())[event.t0_event] += 1
            key = (course.nct_id, event.t0_event)
            starts[key] = min(starts.get(key, event.day_start), event.day_start)
    most = {nct_id: counted.most_common(1)[0][0] for nct_id, counted in counts.items()}
    dosed = {each.nct_id for each in undated if each.agent in most.get(each.nct_id, "")}
    return {
        nct_id: (event, 0.0 if nct_id in dosed or event == FIRST_DOSE else starts[(nct_id, event)])
        for nct_id, event in most.items()
    }


def _apart(given: Sequence[Given]) -> list[tuple[str, list[Given]]]:
    """What is drawn in one lane: one unit, and where doses for different people lie on the same days, one kind of people.

    Each with the words that tell the lane from the others; empty where there is one lane.
    """
    lanes: dict[tuple[str | None, str | None], list[Given]] = {}
    for unit in dict.fromkeys(each.unit for each in given):
        same = [each for each in given if each.unit == unit]
        is_told_apart = _meet(same)
        for each in same:
            lanes.setdefault((unit, each.condition if is_told_apart else None), []).append(each)
    if len(lanes) < 2:
        return [("", own) for own in lanes.values()]
    has_units = len({unit for unit, _ in lanes}) > 1
    return [(_told_by(unit_label(unit) if has_units else "", own), own) for (unit, _), own in lanes.items()]


def _meet(given: Sequence[Given]) -> bool:
    """Whether doses with different conditions lie on one day."""
    days = [(each.event.day_start, each.event.day_end, each.condition) for each in given]
    return any(
        later[0] <= earlier[1] and earlier[0] <= later[1] and earlier[2] != later[2]
        for at, earlier in enumerate(days)
        for later in days[at + 1 :]
    )


def _told_by(unit: str, own: Sequence[Given]) -> str:
    """The people of a lane, where all its doses are for the same; else its unit."""
    conditions = {each.condition for each in own}
    return clean(conditions.pop() or "") if len(conditions) == 1 and None not in conditions else unit


def _lane(course: Course, words: str, own: Sequence[Given], start: float) -> Lane:
    bars = tuple(_bar(given, start, words) for given in own)
    limits = ", ".join(part for part in (words, course.arm) if part)
    label = course.label + (f" ({limits})" if limits else "")
    flags = {flag for given in own for flag in json.loads(given.dose.flags)}
    notes = ["one of several doses to choose from"] * any(given.dose.alternative for given in own)
    notes += dict.fromkeys(words for flag, words in _LIMITS.items() if flag in flags)
    return Lane(course.nct_id, label, bars, course.agent, ", ".join(notes) or None, course.arm)


def _bar(given: Given, zero: float, words: str) -> Bar:
    event = given.event
    return Bar(
        day_start=round(event.day_start - zero, 2),
        day_end=round(event.day_end - zero, 2),
        label=_label(given, words),
        unit=given.unit,
        **{name: getattr(event, name) for name in ("amount_per_day", "approximate", "open_ended", "cycle")},
        sources=(given.source,),
        most_per_day=given.most_per_day,
    )


def _label(given: Given, words: str) -> str:
    """What a bar stands for; whom it is for where the ``words`` of its lane do not say so."""
    dose = given.dose
    low, high = dose.amount_low, dose.amount_high
    shown = amount(low, dose.unit) if low == high else f"{amount(low, None)} to {amount(high, dose.unit)}"
    whom = clean(given.condition or "")
    return shown + (f"/{dose.per_time}" if dose.per_time else "") + (f", {whom}" if whom and whom != words else "")
