"""Doses laid out in days from a named zero, and the totals the text supports.

The zero is the event the doses are counted from: an anchor's event (``transplant``), ``day 0`` where days before it are used,
else ``day 1``. Day 1 of cycle k stands at start + (k - 1) x the length of a cycle. Months count 30.4375 days and make an event
approximate; a treatment without a stated end is open-ended. A total is told only when every part of it is stated; amounts per kg
or per m2 stay what they are.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from harvester.shape import shape
from harvester.text.doses.dose import DoseRead
from harvester.text.schedules.anchor import DOSE_BEFORE
from harvester.text.schedules.timing import DAYS_PER

_NOT_SUMMED = ("{AUC}", "mg.h/L", "umol.min/L", "%")


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


@shape()
class TotalRead:
    """A total of one agent: ``formula`` tells how it was made, ``doses`` which doses it counts."""

    agent: str
    amount: float
    unit: str
    formula: str
    doses: tuple[int, ...]


def events(doses: Sequence[DoseRead]) -> tuple[EventRead, ...]:
    """The events of the doses of one text (of one plan told in two texts, give one); caps are no events."""
    found: list[EventRead] = []
    numbering = _numbering(doses)
    for place, dose in enumerate(doses):
        if _is_given(dose) and _has_place(dose):
            found += _events_of(place, dose, doses, numbering)
            for phase, shift in _phases(dose):
                found += _events_of(place, phase, doses, numbering, shift)
    return tuple(sorted(found, key=lambda e: (e.t0_event, e.day_start, e.dose)))


def _is_given(dose: DoseRead) -> bool:
    """Whether a dose is one that is given: no cap, and no sum of others that the text tells beside them."""
    return dose.role != "max" and "total" not in dose.flags


def _has_place(dose: DoseRead) -> bool:
    """Whether the days of a dose count from a beginning that has a place: not from a dose whose own day may be unknown."""
    return dose.anchor_event != DOSE_BEFORE


def _numbering(doses: Sequence[DoseRead]) -> str:
    """``day 0`` when the doses use days before it, else ``day 1``."""
    used = any(first < 0 for dose in doses for first, _ in dose.days or ())
    return "day 0" if used or any((_first_day(dose) or 1) < 1 for dose in doses) else "day 1"


def _first_day(dose: DoseRead) -> int | None:
    """The day a dose is said to begin on ("from day -3"); None where it names another beginning or none."""
    told = re.fullmatch(r"day (-?\d+)", dose.anchor_event or "")
    return int(told[1]) if told else None


def _phases(dose: DoseRead) -> Iterator[tuple[DoseRead, float]]:
    """The later phases of a dose whose days can be told, and how many days after its beginning each is counted from."""
    end: float | None = _end(dose)
    for phase in dose.later:
        given = replace(dose, **{**phase.parts(), "anchor_event": None, "later": ()})
        if phase.cycle_from is not None and phase.cycle_length_value is not None:
            yield given, 0.0
            end = None
            continue
        every = _span(phase.frequency_period, phase.frequency_unit)
        if end is None or every is None or phase.days or phase.weeks or phase.anchor_event:
            return
        begin = end + every if dose.days or dose.weeks else end
        yield given, begin
        lasting = _span(phase.duration_value, phase.duration_unit)
        end = begin + lasting if lasting is not None else None


def _end(dose: DoseRead) -> float | None:
    """The last day told of a dose, or the first after its duration, counted from its beginning."""
    if dose.days:
        return None if any(first < 0 for first, _ in dose.days) else dose.days[-1][1] - 1.0
    if dose.weeks:
        return 7.0 * (dose.weeks[-1][1] - (0 if any(first == 0 for first, _ in dose.weeks) else 1))
    return _span(dose.duration_value, dose.duration_unit)


def _events_of(place: int, dose: DoseRead, doses: Sequence[DoseRead], numbering: str, shift: float = 0.0) -> list[EventRead]:
    """The events of one dose, cycle by cycle; its days are counted from ``shift`` days after the beginning."""
    zero, start, vague = _start(dose, doses, numbering)
    start += shift
    counted = _counts_from_event(dose)
    if zero == "day 0" and not (dose.days or dose.weeks or dose.months or dose.anchor_event):
        return []  # where days are told from day 0, a dose that tells none may begin on any
    length = _span(dose.cycle_length_value, dose.cycle_length_unit)
    first, last, open_ended = _cycles(dose)
    start, first_day = (shift, 0.0) if counted else (start, 0.0 if zero == "day 0" else 1.0)
    windows, open_window = _windows(dose, length, first_day)
    if not windows:
        return []
    months = dose.cycle_length_unit in ("mo", "a") or dose.duration_unit in ("mo", "a")
    vague = vague or dose.months is not None
    found = []
    for cycle in range(first, last + 1):
        if cycle > 1 and length is None:
            break
        day = start + (cycle - 1) * (length or 0.0)
        told = cycle if dose.cycle_from is not None or length is not None else None
        approximate = (
            vague or shift > 0 or (months and cycle > 1) or any(flag.startswith("range_of_cycle") for flag in dose.flags)
        )
        for begin, end in windows:
            found.append(
                EventRead(
                    place, told, round(day + begin, 2), round(day + end, 2), zero, approximate, open_ended or open_window,
                    per_day(dose), dose.unit,
                )
            )  # fmt: skip
    return found


def _counts_from_event(dose: DoseRead) -> bool:
    """Whether the days of a dose are days from its event: they begin on the day told as its distance from it."""
    offset = _span(dose.anchor_offset, dose.anchor_unit)
    return dose.anchor_event is not None and offset is not None and bool(dose.days) and (dose.days or ())[0][0] == offset


def _start(dose: DoseRead, doses: Sequence[DoseRead], numbering: str) -> tuple[str, float, bool]:
    """The zero, the day of cycle 1 day 1 from it, and whether that is vague."""
    first_day = _first_day(dose)
    if first_day is not None:
        return numbering, float(first_day if numbering == "day 0" or first_day < 1 else first_day - 1), False
    anchored = dose if dose.anchor_event else next((d for d in doses if _starts_cycles_of(d, dose)), None)
    if anchored is None or anchored.anchor_offset is None:
        return numbering, 0.0, False
    offset = _span(anchored.anchor_offset, anchored.anchor_unit) or 0.0
    vague = anchored.anchor_unit in ("mo", "a")
    if dose.days and any(first < 0 for first, _ in dose.days):
        return anchored.anchor_event or numbering, 0.0, vague
    return anchored.anchor_event or numbering, offset, vague


def _starts_cycles_of(other: DoseRead, dose: DoseRead) -> bool:
    """Whether ``other`` is of the same agent and begins the cycles that ``dose`` goes on with."""
    return other.agent == dose.agent and other.anchor_offset is not None and other.cycle_from == 1 and (dose.cycle_from or 0) >= 1


def _cycles(dose: DoseRead) -> tuple[int, int, bool]:
    """First and last cycle to draw, and whether it goes on beyond."""
    if dose.cycle_from is not None:
        return dose.cycle_from, dose.cycle_to or dose.cycle_from, dose.cycle_to is None
    if dose.cycle_count_low is not None and dose.cycle_length_value is not None:
        return 1, dose.cycle_count_low, (dose.cycle_count_high or 0) > dose.cycle_count_low
    return 1, 1, dose.cycle_length_value is not None


def _windows(dose: DoseRead, length: float | None, first_day: float) -> tuple[list[tuple[float, float]], bool]:
    """Stretches of days within a cycle (0 is its first day), and whether the last is open."""
    if dose.days:
        base = first_day if first_day == 0.0 else 1.0
        return [
            (a - base if a > 0 or base == 0.0 else float(a), b - base if b > 0 or base == 0.0 else float(b)) for a, b in dose.days
        ], False
    if dose.weeks:
        base = 0 if any(first == 0 for first, _ in dose.weeks) else 1
        return [
            (7.0 * (a - base), 7.0 * (b - base) + (0.0 if a == b and dose.frequency_count is None else 6.0))
            for a, b in dose.weeks
        ], False
    if dose.months and dose.months[0][0] == 0:
        return [(DAYS_PER["mo"] * a, DAYS_PER["mo"] * b) for a, b in dose.months], False
    lasting = _span(dose.duration_value, dose.duration_unit)
    if lasting is not None:
        return _repeated(dose, lasting), False
    if length is not None and (dose.frequency_count is not None or dose.per_time):
        return [(0.0, length - 1.0)], False
    if dose.frequency_count is not None:
        return [(0.0, 0.0)], True
    return ([(0.0, 0.0)], False) if dose.anchor_offset is not None or dose.role == "single" else ([], False)


def _repeated(dose: DoseRead, lasting: float) -> list[tuple[float, float]]:
    """The days of a dose given for ``lasting`` days: one stretch, or single days when it is given less often than daily."""
    every = _span(dose.frequency_period, dose.frequency_unit) if dose.frequency_count == 1 else None
    if every is None or every < 2 or lasting / every > 120:
        return [(0.0, max(lasting - 1.0, 0.0))]
    return [(round(n * every, 2), round(n * every, 2)) for n in range(int(-(-lasting // every)))]


def _span(value: float | None, unit: str | None) -> float | None:
    """A time in days."""
    return value * DAYS_PER[unit or "d"] if value is not None else None


def per_day(dose: DoseRead) -> float | None:
    """What is given on one day of treatment, in the dose's unit; None where it is a range or cannot be told."""
    if dose.amount_low != dose.amount_high:
        return None
    if dose.per_time == "d":
        return dose.amount_low
    if dose.per_time == "h":
        return _tidy(dose.amount_low * 24) if dose.continuous else None
    if dose.per_time:
        return None
    period = _span(dose.frequency_period, dose.frequency_unit)
    if period is not None and dose.frequency_count is not None:
        if period <= 1:
            return _tidy(dose.amount_low * dose.frequency_count / period)
        return dose.amount_low if dose.frequency_count == 1 else None
    single_days = dose.days is not None and all(a == b for a, b in dose.days)
    return dose.amount_low if single_days or dose.months or (dose.days is None and dose.weeks is None) else None


def totals(doses: Sequence[DoseRead]) -> tuple[TotalRead, ...]:
    """The total of each agent and unit, where the text states all of it; see the module's rules."""
    found: list[TotalRead] = []
    for agent, unit in dict.fromkeys((dose.agent, dose.unit) for dose in doses):
        places = [i for i, dose in enumerate(doses) if (dose.agent, dose.unit) == (agent, unit) and _is_given(dose)]
        total = _total(agent, unit, places, doses) if agent and places else None
        if total:
            found.append(total)
    return tuple(found)


@shape()
class TotalConflict:
    """A total the text tells that its own doses do not make; ``dose`` is the place of the told total."""

    dose: int
    stated: float
    reckoned: TotalRead


def total_conflicts(doses: Sequence[DoseRead]) -> tuple[TotalConflict, ...]:
    """Totals told beside the doses of their agent that differ from what those doses come to, by more than one in a hundred."""
    found: list[TotalConflict] = []
    for reckoned in totals(doses):
        for place, dose in enumerate(doses):
            told = "total" in dose.flags and (dose.agent, dose.unit) == (reckoned.agent, reckoned.unit)
            if told and dose.amount_low == dose.amount_high and abs(dose.amount_low - reckoned.amount) > 0.01 * reckoned.amount:
                found.append(TotalConflict(place, dose.amount_low, reckoned))
    return tuple(found)


def _total(agent: str, unit: str, places: Sequence[int], doses: Sequence[DoseRead]) -> TotalRead | None:
    """The total of one agent, or None where a part of it is not stated."""
    own = [doses[i] for i in places]
    if unit in _NOT_SUMMED or any(not _countable(dose) for dose in own):
        return None
    by_cycles: dict[tuple[int, int], list[DoseRead]] = {}
    for dose in own:
        first, last, open_ended = _cycles(dose)
        if open_ended and dose.cycle_from is not None:
            return None
        by_cycles.setdefault((first, last), []).append(dose)
    spans = sorted(by_cycles)
    if any(a[1] >= b[0] and a != b for a, b in itertools.pairwise(spans)):
        return None
    if len(by_cycles) > 1 and any(_cycles(dose)[2] for dose in own):
        return None
    times = [(last - first + 1, group) for (first, last), group in sorted(by_cycles.items())]
    amount = _tidy(sum(count * _group_amount(group) for count, group in times))
    if len(own) == 1 and amount == own[0].amount_low:
        return None  # the dose itself
    return TotalRead(agent, amount, unit, _formula(times, amount, unit), tuple(places))


def _countable(dose: DoseRead) -> bool:
    """Whether the total of one dose in one cycle is stated: one amount, its days or duration, and how much a day."""
    counted = dose.weeks or dose.months  # on single days, which are not told
    vague = dose.alternative or dose.role in ("level", "placebo") or dose.condition is not None or counted is not None
    limited = {"up_to", "at_least", "range_of_duration", "range_of_times", "range_of_period", "frequency_conflict",
               "time_choice", "frequency_choice",
               "up_to_cycles", "goes_on_otherwise", "several_courses"} & set(dose.flags)  # fmt: skip
    return (
        not vague and not limited and per_day(dose) is not None and _days_on(dose) > 0 and dose.duration_unit not in ("mo", "a")
    )


def _days_on(dose: DoseRead) -> float:
    """Days of treatment in one cycle; 0 where not stated."""
    period = _span(dose.frequency_period, dose.frequency_unit)
    if dose.days:
        if period is not None and period > 1 and any(a != b for a, b in dose.days):
            return 0.0
        return float(sum(b - a + 1 for a, b in dose.days))
    lasting = _span(dose.duration_value, dose.duration_unit)
    if lasting is None or not (dose.per_time == "d" or period):
        return 0.0
    if period is not None and period > 1:
        return float(-(-lasting // period))
    return lasting


def _group_amount(group: Sequence[DoseRead]) -> float:
    """What the doses of one cycle come to."""
    return sum((per_day(dose) or 0.0) * _days_on(dose) for dose in group)


def _formula(times: Sequence[tuple[int, Sequence[DoseRead]]], amount: float, unit: str) -> str:
    """How a total was made: ``(3 × 9 + 11 × 28) + 3 × (14 × 28) = 335 + 3 × 392 = 1,511 ug``."""
    long, short = [], []
    for count, group in times:
        parts = " + ".join(f"{_number(_days_on(dose))} × {_number(per_day(dose) or 0.0)}" for dose in group)
        long.append((f"{count} × " if count > 1 else "") + (f"({parts})" if len(times) > 1 or count > 1 else parts))
        short.append((f"{count} × " if count > 1 else "") + _number(_tidy(_group_amount(group))))
    steps = [" + ".join(long)]
    if len(times) > 1 or times[0][0] > 1:
        steps.append(" + ".join(short))
    return " = ".join([*steps, f"{_number(amount)} {unit}"])


def _number(value: float) -> str:
    return f"{value:,.10g}" if value < 1e6 else f"{value:.6g}"


def _tidy(value: float) -> float:
    return float(f"{value:.12g}")
