"""In what order the doses of a text are given: which follow others, and which part of a treatment each is of."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from harvester.shape import shape
from harvester.text.doses.dose import DoseRead
from harvester.text.expressions.pattern import pattern_of
from harvester.text.schedules.timing import span_in_days

_THEN = pattern_of(r"\b(?:then|thereafter|followed by|subsequently|responders continue)\b[^.;\n]{0,80}$", re.IGNORECASE)
_IN_CASE = pattern_of(r"(?:if|in case|when|upon|in non-?responders|for non-?responders)\b", re.IGNORECASE)
_GIVEN_TIMES = pattern_of(r"(\d{1,3}) (?:doses|sessions|infusions|injections|administrations|applications)")
_NAMED = (
    r"\b(?P<part>re-?induction|induction|consolidation|intensification|maintenance|neo-?adjuvant|adjuvant|extension|run-?in|"
    r"lead-?in|combination(?= (?:phase|part)))"
    r"\b(?! (?:doses?|infusion|rate)\b)"
)
_PART = re.compile(_NAMED, re.IGNORECASE)
_HEADING = re.compile(rf"{_NAMED}[^.;:\n]{{0,60}}(?::|\n)", re.IGNORECASE)
_OF_PART = re.compile(rf"[^.;\n]{{0,90}}?\b(?:during|in|of|for|as) (?:the |each )?{_NAMED}", re.IGNORECASE)
_SENTENCE_END = pattern_of(r"[;\n]|\.(?!\d)")
_STEPS = ("step", "loading", "maintenance", "placebo")


@shape()
class Count:
    """How a text counts: ``day`` is ``day 0`` or ``day 1``, ``before`` whether it has days before day 0, ``week`` its first week,
    None where it is not told."""

    day: str
    before: bool
    week: int | None


def begins(doses: Sequence[DoseRead], text: str, given: Sequence[bool], count: Count) -> list[float | None]:
    """Days from the zero on which each dose begins that tells no day itself: 0, or after a dose that it follows.

    None where that has no end, and for a dose of a later part or case: nobody says when. ``given``: which are given at all.
    """
    found: list[float | None] = []
    steps: dict[tuple[str | None, str, str | None], int] = {}
    last: int | None = None
    agents: set[str | None] = set()
    parts = _parts(doses, text)
    first_part = next((part for part in parts if part), None)
    for place, dose in enumerate(doses):
        chain = (dose.agent, dose.unit, dose.condition)
        before = steps.get(chain) if dose.role in _STEPS else None
        then = _THEN.search(text, doses[last].end, dose.start) if last is not None and dose.role != "level" else None
        before = last if before is None and then and not dose.alternative else before
        begin = 0.0 if before is None else _follows(dose, doses[before], found[before], count)
        placed = dose.anchor_event or dose.cycle_from or dose.weeks
        elsewhere = parts[place] not in (None, first_part) and not then
        in_case = begin == 0.0 and not dose.days and dose.agent in agents and _IN_CASE.match(dose.condition or "")
        found.append(None if (elsewhere or in_case) and not placed else begin)
        agents.add(dose.agent)
        if given[place]:
            last = place
            if dose.role in _STEPS:
                steps[chain] = place
    return found


def _follows(dose: DoseRead, other: DoseRead, begin: float | None, count: Count) -> float | None:
    """When a dose begins that follows another, which begins on day ``begin``; 0 where it tells that itself."""
    if dose.anchor_event or dose.cycle_from is not None or dose.weeks or dose.months:
        return 0.0
    lengths = [(each.cycle_length_value, each.cycle_length_unit) for each in (dose, other)]
    if dose.days and (other.cycle_count_low is None or lengths[0] == lengths[1]):
        return 0.0
    if dose.role in _STEPS and other.role in _STEPS and dose.amount_low == other.amount_low:
        return begin  # the same step once more
    after = _after(other, dose, count)
    return None if begin is None or after is None else begin + after


def _after(other: DoseRead, dose: DoseRead, count: Count) -> float | None:
    """How many days after the beginning of ``other`` a dose begins that follows it; None where that is not told.

    After a single day it is given first when its own interval is over, after a stretch of days at once.
    """
    length = span_in_days(other.cycle_length_value, other.cycle_length_unit)
    if other.cycle_count_low is not None and (length or other.frequency_period):
        times = other.cycle_count_low if other.cycle_count_low == other.cycle_count_high else None
        return times * (length or span_in_days(other.frequency_period, other.frequency_unit) or 0.0) if times else None
    end = last_day(other, count)
    if end is None or length is not None or other.later:
        return None
    first, last = (other.days or other.weeks or ((0, 0),))[-1]
    every = span_in_days(dose.frequency_period, dose.frequency_unit) if first == last and dose.frequency_count == 1 else None
    return end + max(every or 1.0, 1.0 if other.days else 7.0) if other.days or other.weeks else end


def last_day(dose: DoseRead, count: Count) -> float | None:
    """The last day told of a dose, or the first after its duration, counted from its beginning."""
    if dose.days:
        return None if any(first < 0 for first, _ in dose.days) else dose.days[-1][1] - (0.0 if count.day == "day 0" else 1.0)
    return 7.0 * (dose.weeks[-1][1] - (count.week or 0)) if dose.weeks else course(dose)


def course(dose: DoseRead) -> float | None:
    """The days a dose is given for, as told in time or by the number of times it is given."""
    told, period = _GIVEN_TIMES.fullmatch(dose.until or ""), span_in_days(dose.frequency_period, dose.frequency_unit)
    if dose.duration_value is None and told and period and dose.frequency_count and not dose.frequency_count_high:
        return period * (int(told[1]) / dose.frequency_count)
    return span_in_days(dose.duration_value, dose.duration_unit)


def _parts(doses: Sequence[DoseRead], text: str) -> list[str | None]:
    """The part of the treatment each dose is of, as "consolidation": named behind it, before it in its sentence, by a heading."""
    ends = [0, *(found.end() for found in _SENTENCE_END.finditer(text))]
    named, heads = list(_PART.finditer(text)), list(_HEADING.finditer(text))
    starts, head_ends = [found.start() for found in named], [found.end() for found in heads]
    parts: list[str | None] = []
    for place, dose in enumerate(doses):
        begin = ends[bisect_right(ends, dose.start) - 1]
        until = doses[place + 1].start if place + 1 < len(doses) else len(text)
        before, head = bisect_left(starts, dose.start) - 1, bisect_right(head_ends, begin) - 1
        found = _OF_PART.match(text, dose.end, until)
        if not found and before >= 0 and starts[before] >= begin:
            found = named[before]
        elif not found and head >= 0:
            found = heads[head]
        parts.append(found["part"].casefold().replace("-", "") if found else None)
    return parts
