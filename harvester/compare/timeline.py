"""Doses of all trials on a common axis of days: one timeline a zero."""

from __future__ import annotations

from collections.abc import Sequence

from harvester.compare.course import Course, Given
from harvester.compare.model import Bar, Lane, Timeline
from harvester.compare.wording import amount, listed

FIRST_DOSE = "first dose"


def timelines(courses: Sequence[Course], zero: str | None) -> tuple[Timeline, ...]:
    """Timelines with the zero asked for; without one, every event that some trial counts from, then the first dose.

    A zero that no trial counts from gives an empty tuple.
    """
    dated = [each for each in courses if each.given]
    if not dated:
        return ()
    events = dict.fromkeys(given.event.t0_event for course in dated for given in course.given)
    named = [each for each in events if each != FIRST_DOSE and not each.startswith("start")]
    wanted = [*named, FIRST_DOSE] if zero is None else [each for each in (*named, FIRST_DOSE) if each == zero]
    return tuple(_timeline(dated, each) for each in wanted)


def _timeline(courses: Sequence[Course], zero: str) -> Timeline:
    starts = _starts(courses)
    lanes = []
    for course in courses:
        if zero == FIRST_DOSE:
            bars = tuple(_bar(given, starts[(course.nct_id, given.event.t0_event)]) for given in course.given)
        else:
            bars = tuple(_bar(given, 0.0) for given in course.given if given.event.t0_event == zero)
        if bars:
            lanes.append(_lane(course, bars))
    units = {bar.unit for lane in lanes for bar in lane.bars}
    left_out = {course.nct_id for course in courses} - {lane.nct_id for lane in lanes}
    note = f"not counted from this event, so not drawn: {listed(sorted(left_out))}" if left_out else None
    return Timeline(
        zero.replace(" ", "-"), f"Days from {zero}", zero, units.pop() if len(units) == 1 else None, tuple(lanes), note
    )


def _starts(courses: Sequence[Course]) -> dict[tuple[str, str], float]:
    """The first day on which a trial gives anything, for each event its days are counted from."""
    starts: dict[tuple[str, str], float] = {}
    for course in courses:
        for given in course.given:
            key = (course.nct_id, given.event.t0_event)
            starts[key] = min(starts.get(key, given.event.day_start), given.event.day_start)
    return starts


def _lane(course: Course, bars: tuple[Bar, ...]) -> Lane:
    label = course.label + (f" ({course.arm})" if course.arm else "")
    return Lane(course.nct_id, label, bars, course.agent)


def _bar(given: Given, zero: float) -> Bar:
    event, dose = given.event, given.dose
    return Bar(
        day_start=event.day_start - zero,
        day_end=event.day_end - zero,
        label=_label(given),
        amount_per_day=event.amount_per_day,
        unit=event.unit or dose.unit,
        approximate=event.approximate,
        open_ended=event.open_ended,
        cycle=event.cycle,
        sources=(given.source,),
    )


def _label(given: Given) -> str:
    dose = given.dose
    low, high = dose.amount_low, dose.amount_high
    shown = amount(low, dose.unit) if low == high else f"{amount(low, None)} to {amount(high, dose.unit)}"
    return shown + (f" per {dose.per_time}" if dose.per_time else "")
