"""Doses laid out in days from a named zero.

The zero is the event the doses are counted from: an anchor's event (``transplant``), ``day 0`` where days before it are used,
else ``day 1``. Day 1 of cycle k stands at start + (k - 1) x the length of a cycle. Months count 30.4375 days and make an event
approximate; a treatment without a stated end is open-ended. A step of a course begins when the step before it ends, or has no
place where that is not told; a dose taken as needed has none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from harvester.shape import shape
from harvester.text.doses.dose import DoseRead
from harvester.text.doses.dose_order import Count, begins, course, last_day
from harvester.text.schedules.anchor import DOSE_BEFORE
from harvester.text.schedules.timing import DAYS_PER, span_in_days

_IN_NEED = re.compile(r"\b(?:as|if|when|where) (?:needed|required|necessary)\b|\bon demand\b|\bp\.?r\.?n\b", re.IGNORECASE)
_OPEN_OFTEN = {"range_of_times", "range_of_period", "frequency_choice"}
_WEEK_0 = re.compile(r"\b(?:weeks?|wks?)[ -]?0\b", re.IGNORECASE)
_WEEK_1 = re.compile(r"\b(?:weeks?|wks?)[ -]?1\b|\b(?:first|1st) week\b", re.IGNORECASE)


@shape()
class EventRead:
    """One stretch of days on which a dose is given; ``dose`` is its place in the doses given.

    ``day_start`` and ``day_end`` (inclusive) are days from the zero; ``amount_per_day`` is in ``unit``, None where it
    cannot be told.
    """

    dose: int
    cycle: int | None
    day_start: float
    day_end: float
    t0_event: str
    approximate: bool
    open_ended: bool
    amount_per_day: float | None
    unit: str


def events(doses: Sequence[DoseRead], text: str = "", beside: Sequence[DoseRead] = ()) -> tuple[EventRead, ...]:
    """The events of the doses of one text (of one plan told in two texts, give one); caps are no events.

    ``text`` is asked for its first week, ``beside`` are doses of other texts that count the same days.
    """
    found: list[EventRead] = []
    count = _count(doses, doses, text)
    shared = count if count.day == "day 0" else _count(beside, doses, text)
    given = [is_given(dose) for dose in doses]
    for place, (dose, begin) in enumerate(zip(doses, begins(doses, text, given, count), strict=True)):
        if begin is None or not given[place] or dose.anchor_event == DOSE_BEFORE:
            continue
        own = shared if dose.days and dose.cycle_length_value is None and dose.cycle_from is None else count
        found += _events_of(place, dose, doses, own, begin)
        for phase, shift in _phases(dose, count):
            found += _events_of(place, phase, doses, own, begin + shift)
    return tuple(sorted(found, key=lambda e: (e.t0_event, e.day_start, e.dose)))


def is_given(dose: DoseRead) -> bool:
    """Whether a dose is one that is given: no cap, no sum of others that the text tells beside them, nothing taken in need."""
    return dose.role != "max" and "total" not in dose.flags and not _IN_NEED.search(dose.condition or "")


def _count(doses: Sequence[DoseRead], own: Sequence[DoseRead], text: str) -> Count:
    """How ``doses`` count: days from day 0 where they use it or days before it, weeks as ``text`` and its ``own`` doses do."""
    told = (day for dose in doses for day in (_first_day(dose), *(first for first, _ in dose.days or ())))
    first = min((day for day in told if day is not None), default=1)
    weeks = [window for dose in own for window in dose.weeks or ()]
    from_0 = _WEEK_0.search(text) or any(start == 0 for start, _ in weeks)
    from_1 = _WEEK_1.search(text) or any(start == 1 or start < end for start, end in weeks)
    return Count("day 0" if first < 1 else "day 1", first < 0, 0 if from_0 else 1 if from_1 else None)


def _first_day(dose: DoseRead) -> int | None:
    """The day a dose is said to begin on ("from day -3"); None where it names another beginning or none."""
    told = re.fullmatch(r"day (-?\d+)", dose.anchor_event or "")
    return int(told[1]) if told else None


def _phases(dose: DoseRead, count: Count) -> Iterator[tuple[DoseRead, float]]:
    """The later phases of a dose whose days can be told, and how many days after its beginning each is counted from."""
    end = last_day(dose, count)
    for phase in dose.later:
        given = replace(dose, **{**phase.parts(), "anchor_event": None, "later": ()})
        if phase.cycle_from is not None and phase.cycle_length_value is not None:
            yield given, 0.0
            end = None
            continue
        every = span_in_days(phase.frequency_period, phase.frequency_unit)
        if end is None or every is None or phase.days or phase.weeks or phase.anchor_event:
            return
        begin = end + every if dose.days or dose.weeks else end
        yield given, begin
        lasting = span_in_days(phase.duration_value, phase.duration_unit)
        end = begin + lasting if lasting is not None else None


def _events_of(place: int, dose: DoseRead, doses: Sequence[DoseRead], count: Count, shift: float) -> list[EventRead]:
    """The events of one dose, cycle by cycle; its days are counted from ``shift`` days after the beginning."""
    every = span_in_days(dose.frequency_period, dose.frequency_unit)
    if dose.cycle_length_value is None and dose.cycle_count_low and dose.frequency_count == 1 and every and every >= 7:
        dose = replace(dose, cycle_length_value=every, cycle_length_unit="d", days=dose.days or ((0, 0),))  # "q3w for 6 cycles"
    zero, start, vague = _start(dose, doses, count)
    start += shift
    counted = _counts_from_event(dose)
    if count.before and not (dose.days or dose.weeks or dose.months or dose.anchor_event or shift):
        return []
    length = span_in_days(dose.cycle_length_value, dose.cycle_length_unit)
    first, last, open_ended = _cycles(dose)
    start, first_day = (shift, 0.0) if counted else (start, 0.0 if zero == "day 0" else 1.0)
    if dose.weeks and not dose.days:
        windows, open_window = _in_weeks(dose, count.week or 0, doses), False
    else:
        windows, open_window = _windows(dose, length, first_day, begun=dose.anchor_event is not None or shift > 0)
    in_months = dose.duration_unit in ("mo", "a") and not dose.days and len(windows) == 1
    vague = vague or shift > 0 or in_months or dose.months is not None or (dose.weeks is not None and count.week is None)
    found = []
    for cycle in range(first, last + 1):
        if cycle > 1 and length is None:
            break
        day = start + (cycle - 1) * (length or 0.0)
        told = cycle if dose.cycle_from is not None or length is not None else None
        months = cycle > 1 and dose.cycle_length_unit in ("mo", "a")
        approximate = vague or months or any(flag.startswith("range_of_cycle") for flag in dose.flags)
        for begin, end in windows:
            found.append(
                EventRead(
                    place, told, round(day + begin, 2), round(day + end, 2), zero, approximate, open_ended or open_window,
                    _per_day(dose, end - begin + 1), dose.unit,
                )
            )  # fmt: skip
    return found


def _counts_from_event(dose: DoseRead) -> bool:
    """Whether the days of a dose are days from its event: they begin on the day told as its distance from it."""
    offset = span_in_days(dose.anchor_offset, dose.anchor_unit)
    return dose.anchor_event is not None and offset is not None and bool(dose.days) and (dose.days or ())[0][0] == offset


def _start(dose: DoseRead, doses: Sequence[DoseRead], count: Count) -> tuple[str, float, bool]:
    """The zero, the day of cycle 1 day 1 from it, and whether that is vague."""
    first_day, first_week = _first_day(dose), re.fullmatch(r"week (\d+)", dose.anchor_event or "")
    if first_day is not None:
        return count.day, float(first_day if count.day == "day 0" or first_day < 1 else first_day - 1), False
    if first_week and not (dose.days or dose.weeks):
        return count.day, 7.0 * (int(first_week[1]) - (count.week or 0)), count.week is None
    anchored = dose if dose.anchor_event else next((d for d in doses if _starts_cycles_of(d, dose)), None)
    if anchored is None or anchored.anchor_offset is None:
        return count.day, 0.0, False
    offset = span_in_days(anchored.anchor_offset, anchored.anchor_unit) or 0.0
    vague = anchored.anchor_unit in ("mo", "a") or anchored.anchor_high is not None
    if dose.days and any(first < 0 for first, _ in dose.days):
        return anchored.anchor_event or count.day, 0.0, vague
    return anchored.anchor_event or count.day, offset, vague


def _starts_cycles_of(other: DoseRead, dose: DoseRead) -> bool:
    """Whether ``other`` is of the same agent and begins the cycles that ``dose`` goes on with."""
    return other.agent == dose.agent and other.anchor_offset is not None and other.cycle_from == 1 and (dose.cycle_from or 0) >= 1


def _cycles(dose: DoseRead) -> tuple[int, int, bool]:
    """First and last cycle to draw, and whether it goes on beyond."""
    if dose.cycle_from is not None:
        return dose.cycle_from, dose.cycle_to or dose.cycle_from, dose.cycle_to is None
    if dose.role == "single":
        return 1, 1, False
    if dose.cycle_count_low is not None and dose.cycle_length_value is not None:
        return 1, dose.cycle_count_low, (dose.cycle_count_high or 0) > dose.cycle_count_low
    return 1, 1, dose.cycle_length_value is not None


def _windows(dose: DoseRead, length: float | None, first_day: float, *, begun: bool) -> tuple[list[tuple[float, float]], bool]:
    """Stretches of days within a cycle (0 is its first day), and whether the last is open; ``begun``: a beginning is told."""
    if dose.days:
        base = first_day if first_day == 0.0 else 1.0
        return [
            (a - base if a > 0 or base == 0.0 else float(a), b - base if b > 0 or base == 0.0 else float(b)) for a, b in dose.days
        ], False
    if dose.months and dose.months[0][0] == 0:
        return [(DAYS_PER["mo"] * a, DAYS_PER["mo"] * b) for a, b in dose.months], False
    lasting = course(dose)
    if lasting is not None:
        return _repeated(dose, lasting), False
    if length is not None and (dose.frequency_count is not None or dose.per_time):
        return [(0.0, length - 1.0)], False
    if dose.frequency_count is not None or (dose.per_time == "d" and begun):
        return [(0.0, 0.0)], True
    return ([(0.0, 0.0)], False) if dose.anchor_offset is not None or dose.role == "single" else ([], False)


def _in_weeks(dose: DoseRead, base: int, doses: Sequence[DoseRead]) -> list[tuple[float, float]]:
    """Stretches of days from the weeks of a dose: a week that is told alone is one day of it, where nothing says it is all of it.

    What is given more than once a week fills its weeks, and so do the steps of a course that has a stretch of weeks. Beside a
    longer duration the week told is the one it begins in.
    """
    period, lasting = span_in_days(dose.frequency_period, dose.frequency_unit), course(dose) or 0.0
    steps = [each for each in doses if each.agent == dose.agent and each.weeks]
    fills = _is_daily(dose) or (period is not None and period / (dose.frequency_count or 1) < 7)
    fills = fills or (period is None and any(_is_daily(each) or any(a < b for a, b in each.weeks or ()) for each in steps))
    found = []
    for a, b in dose.weeks or ():
        days = 7.0 * (b - a + 1) if a < b or fills else 1.0
        days = lasting if len(dose.weeks or ()) == 1 and a == b and lasting > 7 else days
        found += [(7.0 * (a - base) + begin, 7.0 * (a - base) + end) for begin, end in _repeated(dose, days)]
    return found


def _is_daily(dose: DoseRead) -> bool:
    return dose.per_time == "d" or (span_in_days(dose.frequency_period, dose.frequency_unit) or 2.0) <= 1


def _repeated(dose: DoseRead, lasting: float) -> list[tuple[float, float]]:
    """The days of a dose given for ``lasting`` days: one stretch, or single days when it is given less often than daily."""
    every = span_in_days(dose.frequency_period, dose.frequency_unit) if dose.frequency_count == 1 else None
    if every is None or every < 2 or lasting / every > 120:
        return [(0.0, max(lasting - 1.0, 0.0))]
    return [(round(n * every, 2), round(n * every, 2)) for n in range(int(-(-lasting // every)))]


def _per_day(dose: DoseRead, days: float) -> float | None:
    """What is given on each of the days of a stretch; None where it is a range, or given less often, or over several of them."""
    infusion = span_in_days(dose.infusion_value, dose.infusion_unit) or 0.0
    period = span_in_days(dose.frequency_period, dose.frequency_unit)
    rarer = (period or 0.0) > 1 or (dose.per_time is None and infusion > 1)
    if dose.amount_low != dose.amount_high or _OPEN_OFTEN & set(dose.flags) or (days > 1 and rarer):
        return None
    if dose.per_time == "d":
        return dose.amount_low
    if dose.per_time == "h":
        return _tidy(dose.amount_low * 24) if dose.continuous else None
    if dose.per_time:
        return None
    if period is not None and dose.frequency_count is not None:
        if period <= 1:  # a time in minutes tells how soon it may be taken again, not how often it is
            return None if dose.frequency_unit == "min" else _tidy(dose.amount_low * dose.frequency_count / period)
        return dose.amount_low if dose.frequency_count == 1 else None
    single_days = (dose.days is not None and all(a == b for a, b in dose.days)) or (dose.weeks is not None and days == 1)
    return dose.amount_low if single_days or dose.months or (dose.days is None and dose.weeks is None) else None


def _tidy(value: float) -> float:
    return float(f"{value:.12g}")
