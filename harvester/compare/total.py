"""What stated doses add up to, with the formula. Only where every amount, day and cycle is stated; never across units."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby, pairwise
from math import isclose

from harvester.compare.agent import phase_words
from harvester.compare.course import Course
from harvester.compare.model import Total
from harvester.compare.reading_words import clean
from harvester.compare.split_course import Given
from harvester.compare.wording import amount, listed, number
from harvester.span import Source
from harvester.tables import Dose

_NAME = re.compile(r"[\s-]+")
_NOT_SUMMED = ("{AUC}", "mg.h/L", "umol.min/L", "%")
_VAGUE = {
    "up_to",
    "at_least",
    "range_of_duration",
    "range_of_times",
    "range_of_period",
    "goes_on_otherwise",
    "several_courses",
    "range_of_infusion",
    "frequency_conflict",
    "up_to_cycles",
    "from_summary",
    "time_choice",
    "frequency_choice",
}
"""Flags of doses whose amount, length or number is not one figure, or that stand in a summary only."""
_OF_PART = "total_of_part"
"""Flag of what a day or one dose comes to, which is not what the course comes to."""


def totals(courses: Sequence[Course]) -> tuple[Total, ...]:
    """Totals of the courses that carry one; a course of a single day has none beside its dose."""
    found = [total for each in courses for total in (_stated(each) or [_total(each) or _a_cycle(each)]) if total]
    return tuple(_with_phases(total, courses, found) for total in found)


def _with_phases(total: Total, courses: Sequence[Course], found: Sequence[Total]) -> Total:
    """A total with those of the other phases that bear names of their own, as "post-transplant cyclophosphamide".

    What they come to is added where each of them has one total of the same arm and unit, and only names a phase further:
    "insulin glargine" is no phase of insulin. Else it is said to be counted apart.
    """
    mine = set(_NAME.split(total.agent.casefold()))
    names = {each.label for each in courses if each.nct_id == total.nct_id}
    apart = sorted(name for name in names if mine < set(_NAME.split(name.casefold())))
    if not apart:
        return total
    place = (total.nct_id, total.arm, total.unit)
    others = [each for each in found if each.agent in apart and (each.nct_id, each.arm, each.unit) == place]
    further = {word for name in apart for word in _NAME.split(name.casefold())} - mine
    if [each.agent for each in others] != apart or not further <= phase_words():
        return replace(total, formula=f"{total.formula}, {listed(apart)} counted apart")
    whole = round(total.amount + sum(each.amount for each in others), 6)
    told = "; ".join([total.formula, *(f"{each.agent} {each.formula}" for each in others)])
    sources = tuple(dict.fromkeys(source for each in (total, *others) for source in each.sources))
    return replace(total, amount=whole, formula=f"{told}; {amount(whole, total.unit)} in all", sources=sources)


def _stated(course: Course) -> list[Total | None]:
    """Totals that the text states itself; what several texts state alike stands once. What a day comes to is none."""
    by_amount: dict[tuple[float, str], list[Dose]] = {}
    for dose in course.stated:
        often = dose.frequency_count and dose.unit not in ("Gy", "cGy")  # of fractions
        of_a_day = dose.per_time or often or _OF_PART in json.loads(dose.flags)
        if dose.amount_low == dose.amount_high and dose.unit and not dose.alternative and not of_a_day:
            by_amount.setdefault((dose.amount_low, dose.unit), []).append(dose)
    whole = max(by_amount, default=(0.0, ""))
    parts = [value for value, unit in by_amount if unit == whole[1] and value < whole[0]]
    if len(parts) > 1 and isclose(sum(parts), whole[0]):  # "56 Gy: 40 Gy, then 16 Gy"
        by_amount = {whole: by_amount[whole]}
    return [
        Total(
            course.nct_id,
            course.label,
            value,
            unit,
            f"{amount(value, unit)} ({'; '.join(['stated as the total', *_conditions(doses)])})",
            tuple(dict.fromkeys(Source(d.source_path, d.source_start, d.source_end, d.quote) for d in doses)),
            course.arm,
        )
        for (value, unit), doses in by_amount.items()
    ]


def _conditions(doses: Sequence[Dose]) -> list[str]:
    return list(dict.fromkeys(clean(each.condition) for each in doses if each.condition))


def _total(course: Course) -> Total | None:
    if not course.given or course.times is None or not _is_closed(course):
        return None
    unit = course.given[0].event.unit
    if unit is None or unit in _NOT_SUMMED or (len(course.given) == course.given[0].days == course.times == 1):
        return None
    sums = [_cycle_sum(tuple(given)) for _, given in groupby(course.given, key=lambda each: each.event.cycle)]
    whole = round(sum(sums) * course.times, 6)
    parts = [(value, len(list(same))) for value, same in groupby(sums)]
    terms = " + ".join(number(value) if times == 1 else f"{times} × {number(value)}" for value, times in parts)
    if len(sums) == 1:
        terms = _terms(course.given)
    if course.times > 1:
        terms = f"{course.times} × ({terms})"
    sources = tuple(dict.fromkeys(given.source for given in course.given))
    formula = f"{terms} = {amount(whole, unit)}"
    return Total(course.nct_id, course.label, whole, unit, formula, sources, course.arm)


def _a_cycle(course: Course) -> Total | None:
    """What one cycle comes to, where every cycle is the same and only their number is left open."""
    events = [given.event for given in course.given]
    comes_again = all(each.cycle == 1 and each.open_ended for each in events)
    is_of_one_cycle = any(dose.cycle_from is not None or dose.cycle_to is not None for dose in course.doses)
    if not events or not comes_again or is_of_one_cycle or not _is_told(course):
        return None
    unit = events[0].unit
    if unit is None or unit in _NOT_SUMMED or sum(given.days for given in course.given) == 1:
        return None
    whole, terms = _cycle_sum(course.given), _terms(course.given)
    sources = tuple(dict.fromkeys(given.source for given in course.given))
    formula = f"{terms} = {amount(whole, unit)} a cycle"
    return Total(course.nct_id, course.label, whole, f"{unit}/{{cycle}}", formula, sources, course.arm)


def _is_closed(course: Course) -> bool:
    """Whether nothing is left open: every dose is told, and none goes on past what the text says."""
    return _is_told(course) and not any(given.event.open_ended for given in course.given)


def _is_told(course: Course) -> bool:
    """Whether every dose has its days, one amount and one unit, and no choice is written."""
    with_days = {given.dose.line for given in course.given}
    if any(_is_vague(dose) for dose in course.doses) or any(given.event.amount_per_day is None for given in course.given):
        return False
    if any(dose.line not in with_days for dose in course.doses):
        return False
    events = [given.event for given in course.given]
    return (
        not any(each.day_end < each.day_start for each in events)
        and len({each.unit for each in events}) == 1
        and not _overlap(course.given)
    )


def _is_vague(dose: Dose) -> bool:
    """Whether what one dose comes to is left open by its own words."""
    choice = dose.alternative or dose.condition is not None or dose.amount_low != dose.amount_high
    months = dose.duration_unit in ("mo", "a")
    return choice or months or dose.weeks is not None or bool(_VAGUE & set(json.loads(dose.flags)))


def _overlap(given: Sequence[Given]) -> bool:
    """Whether two stretches share a day: then it is not sure that both are given."""
    events = [each.event for each in given]
    return any(later.day_start <= earlier.day_end for earlier, later in pairwise(events))


def _cycle_sum(given: Sequence[Given]) -> float:
    return round(sum(each.days * (each.event.amount_per_day or 0.0) for each in given), 6)


def _terms(given: Sequence[Given]) -> str:
    """Stretches as products of days and amounts, those of one amount after the other together: "3 × 9 + 11 × 28"."""
    alike = [
        (amount, sum(each.days for each in same))
        for amount, same in groupby(given, lambda each: each.event.amount_per_day or 0.0)
    ]
    return " + ".join(number(amount) if days == 1 else f"{number(days)} × {number(amount)}" for amount, days in alike)
