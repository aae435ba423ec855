"""What the doses of a text come to in all. A total is told only where every part of it is stated; amounts per kg or per m2 stay
what they are."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from harvester.shape import shape
from harvester.text.doses.dose import DoseRead
from harvester.text.doses.dose_order import course
from harvester.text.doses.events import EventRead, events, is_given, tidy

_NOT_SUMMED = ("{AUC}", "mg.h/L", "umol.min/L", "%")


@shape()
class TotalRead:
    """A total of one agent: ``formula`` tells how it was made, ``doses`` which doses it counts."""

    agent: str
    amount: float
    unit: str
    formula: str
    doses: tuple[int, ...]


def totals(doses: Sequence[DoseRead]) -> tuple[TotalRead, ...]:
    """The total of each agent and unit, where the text states all of it; see the module's rules."""
    laid = events(doses)
    pairs = dict.fromkeys((dose.agent, dose.unit) for dose in doses if dose.agent and dose.unit not in _NOT_SUMMED)
    made = (_total(agent or "", unit, doses, laid) for agent, unit in pairs)
    return tuple(total for total in made if total)


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


def _total(agent: str, unit: str, doses: Sequence[DoseRead], laid: Sequence[EventRead]) -> TotalRead | None:
    """The total of one agent, or None where a part of it is not stated, or it is not sure that all of it is given."""
    own = {at: dose for at, dose in enumerate(doses) if (dose.agent, dose.unit) == (agent, unit) and is_given(dose)}
    mine = sorted((each for each in laid if each.dose in own), key=lambda each: each.day_start)
    if any(not _countable(dose) for dose in own.values()) or {each.dose for each in mine} != set(own):
        return None
    if len({each.t0_event for each in mine}) > 1 or any(a.day_end >= b.day_start for a, b in itertools.pairwise(mine)):
        return None
    cycles = [_terms(tuple(each)) for _, each in itertools.groupby(mine, key=lambda each: each.cycle)]
    times = [(len(list(same)), terms) for terms, same in itertools.groupby(cycles)]
    amount = tidy(sum(count * days * each for count, terms in times for days, each in terms))
    if not mine or None in {each.amount_per_day for each in mine} or (len(mine) == 1 and amount == mine[0].amount_per_day):
        return None  # the dose itself
    return TotalRead(agent, amount, unit, _formula(times, amount, unit), tuple(own))


def _terms(given: Sequence[EventRead]) -> list[tuple[float, float]]:
    """Days and the amount on each of them, those of one amount after the other together."""
    alike = itertools.groupby(given, key=lambda each: each.amount_per_day or 0.0)
    return [(sum(each.day_end - each.day_start + 1 for each in same), amount) for amount, same in alike]


def _countable(dose: DoseRead) -> bool:
    """Whether the total of one dose is stated: one amount, days without an end left open, and no choice."""
    counted = dose.weeks or dose.months  # on single days, which are not told
    vague = dose.alternative or dose.role in ("level", "placebo") or dose.condition is not None or counted is not None
    limited = {"up_to", "at_least", "range_of_duration", "range_of_times", "range_of_period", "frequency_conflict",
               "time_choice", "frequency_choice",
               "up_to_cycles", "goes_on_otherwise", "several_courses"} & set(dose.flags)  # fmt: skip
    told = dose.days or (course(dose) and (dose.frequency_count or dose.per_time == "d"))
    return not vague and not limited and bool(told) and dose.duration_unit not in ("mo", "a") and not _goes_on(dose)


def _goes_on(dose: DoseRead) -> bool:
    """Whether it goes on in cycles that nobody counted."""
    return dose.cycle_from is not None and dose.cycle_to is None


def _formula(times: Sequence[tuple[int, Sequence[tuple[float, float]]]], amount: float, unit: str) -> str:
    """How a total was made: ``(3 × 9 + 11 × 28) + 3 × (14 × 28) = 335 + 3 × 392 = 1,511 ug``."""
    long, short = [], []
    for count, terms in times:
        often = f"{count} × " if count > 1 else ""
        parts = " + ".join(f"{_number(days)} × {_number(each)}" for days, each in terms)
        long.append(often + (f"({parts})" if len(times) > 1 or count > 1 else parts))
        short.append(often + _number(tidy(sum(days * each for days, each in terms))))
    steps = [" + ".join(long)]
    if len(times) > 1 or times[0][0] > 1:
        steps.append(" + ".join(short))
    return " = ".join([*steps, f"{_number(amount)} {unit}"])


def _number(value: float) -> str:
    return f"{value:,.10g}" if value < 1e6 else f"{value:.6g}"
