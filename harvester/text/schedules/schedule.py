"""Reading a schedule phrase alone: ``on days 1, 8 and 15 of a 28-day cycle``, ``weekly for 4 of every 6 weeks``."""

from __future__ import annotations

import re
from collections.abc import Mapping

from harvester.shape import shape
from harvester.span import Span
from harvester.text.expressions.pattern import pattern_of
from harvester.text.schedules.days import LEFT_OUT
from harvester.text.schedules.mentions import find_mentions
from harvester.text.schedules.timing import DAYS_PER, Mention, Windows
from harvester.text.written.flow import flow_text

# weekly x 3
_TIMES_OVER = pattern_of(
    r"(?:weekly|qw|every week) ?(?:x|×) ?(?P<n>[2-9])(?! ?[a-z]*(?:days?|weeks?|months?|mg)(?![a-z])|\d)", re.I
)
_OF_DAYS = pattern_of(r"(?<![A-Za-z])(?:of|in) (?:a |each |every )?(?P<n>\d{2}) days(?![A-Za-z])", re.I)
_LATER = pattern_of(r"(?<![A-Za-z])(?:then|thereafter|followed by|afterwards?|cycles? [\d-]+)(?![A-Za-z])", re.I)
_THEREAFTER = pattern_of(r"(?<![A-Za-z])(?:thereafter|then|followed by|afterwards?)(?![A-Za-z])", re.I)


@shape()
class ScheduleRead:
    """When, in days. ``days`` are inclusive windows within the cycle; numbers are None where the phrase does not tell them.

    ``interval_days`` is the time between two administrations, ``cycle_days`` the length after which all repeats; months count
    30.4375 days, years 365.25. ``spans`` are the raw places of the words that were read.
    """

    days: Windows | None = None
    weeks: Windows | None = None
    cycle_days: float | None = None
    interval_days: float | None = None
    times_per_day: float | None = None
    duration_days: float | None = None
    spans: tuple[Span, ...] = ()
    rule: str = ""


def read_schedule(text: str) -> ScheduleRead:
    """What ``text`` says about when; pure, and silent on what it does not say."""
    flow = flow_text(text)
    mentions = [mention for mention in find_mentions(flow.text) if mention.rule != LEFT_OUT]
    by_kind: dict[str, Mention] = {}
    for mention in mentions:
        by_kind.setdefault(mention.kind, mention)
    days, weeks = _windows(by_kind)
    cycle = _length(by_kind.get("cycle_length"))
    interval, times = _interval(by_kind.get("frequency"))
    repeat = by_kind.get("interval")
    every = _frequency_days(repeat) if repeat else None
    lasting = _length(by_kind.get("duration"))
    length = by_kind.get("cycle_length")
    said = flow.text[length.start : length.end] if length else ""
    if cycle is not None and every is None and not days and interval is None and not re.search(r"cycle|course|block", said, re.I):
        every, cycle = cycle, None  # "repeated every 9 weeks" of something that has no cycles
    of_days = _OF_DAYS.search(flow.text)
    if of_days and days and cycle is None:
        cycle = float(of_days["n"])
    interval, cycle = _repeated(flow.text, by_kind, days, cycle, interval, lasting, every)
    whole = cycle or every
    times_told = _TIMES_OVER.search(flow.text) if lasting is None and interval == 7 else None
    if times_told:  # "weekly x 3 every 4 weeks"
        lasting = 7.0 * float(times_told["n"])
    if days is None and weeks is None and interval in (None, 1, 7) and whole and lasting and lasting < whole:
        days, cycle, lasting = ((1, int(lasting)),), whole, None  # "daily for 14 days of a 21-day cycle"
    elif times_told:
        lasting = None
    if interval == 7 and days and len(days) == 1 and days[0][1] > 1:  # "weekly for 3 weeks followed by 1 week off"
        days = tuple((day, day) for first, last in days for day in range(first, last + 1, 7))
    begins = (
        by_kind["anchor"].timing.anchor_event if "anchor" in by_kind and by_kind["anchor"].rule == "anchor.from_day" else None
    )
    first = int((begins or "day 0").split()[1]) if (begins or "").startswith("day ") else 0
    if repeat and days is None and cycle is None and every and 0 < first <= every and interval == every:
        days, interval, cycle = ((first, first),), None, every  # "every 3 weeks starting on day 2"
    if days and weeks and weeks[0][0] > 0 and max(last for _, last in days) <= 7:
        days, weeks = _days_in_weeks(days, weeks), None
    spans = tuple(flow.raw_span(m.start, m.end) for m in mentions if m.kind in by_kind and m.kind != "route")
    rules = "+".join(dict.fromkeys(m.rule for m in mentions if m.kind != "route"))
    return ScheduleRead(days, weeks, _tidy(cycle), _tidy(interval), times, _tidy(lasting), spans, rules)


def _repeated(
    text: str,
    by_kind: Mapping[str, Mention],
    days: Windows | None,
    cycle: float | None,
    interval: float | None,
    lasting: float | None,
    every: float | None,
) -> tuple[float | None, float | None]:
    """Interval and cycle with what "every 3 weeks" means: beside days, a shorter time or a shorter interval it is the cycle."""
    apart = bool(days) and every is not None and (days or ())[-1][1] > every  # "every 2 weeks (days 1 and 15)"
    if every is not None and (apart or (cycle is not None and every < cycle)):
        return interval or every, cycle
    if every is not None:
        often = by_kind.get("frequency")
        if interval is not None and often and _LATER.search(text, often.end, by_kind["interval"].start):
            return interval, cycle  # "weekly for 4 weeks, then every 2 weeks"
        if days or (lasting is not None and lasting < every and interval is None) or (interval is not None and interval < every):
            return interval, cycle or every
        return interval or every, cycle
    if days and interval == 7 and "frequency" in by_kind:
        return _weekly(text, by_kind["frequency"], cycle, days)
    return interval, cycle


def _windows(by_kind: Mapping[str, Mention]) -> tuple[Windows | None, Windows | None]:
    """The first day windows and week windows."""
    days = by_kind["days"].timing.days if "days" in by_kind else None
    length = by_kind.get("cycle_length")
    if days is None and length is not None:
        days = length.timing.days
    return days, by_kind["weeks"].timing.weeks if "weeks" in by_kind else None


def _weekly(text: str, weekly: Mention, cycle: float | None, days: Windows) -> tuple[float | None, float | None]:
    """What "weekly" beside days means: after "thereafter" nothing certain, "day 1 every week" a cycle, else how often."""
    before = text[max(0, weekly.start - 24) : weekly.start]
    if _THEREAFTER.search(before) or _THEREAFTER.match(text[weekly.end :].lstrip()):
        return None, cycle
    if cycle is None and (weekly.rule == "frequency.every" or days[-1][1] <= 7):
        return None, 7.0  # "weekly on day 1"
    return 7.0, cycle


def _interval(frequency: Mention | None) -> tuple[float | None, float | None]:
    """Days between two days of administration, and times a day, of a frequency.

    Twice daily and every 12 hours are every day, two times; twice weekly is every 3.5 days on average.
    """
    if frequency is None:
        return None, None
    if frequency.rule == "frequency.days_a_week":
        return None, None
    period, count = _frequency_days(frequency), frequency.timing.frequency_count or 1
    if period < 1:
        return 1.0, float(round(count / period, 4)) if period > 0 else None
    if period == 1:
        return 1.0, float(count)
    return period / count, None


def _frequency_days(mention: Mention) -> float:
    """Days of the period of a frequency."""
    timing = mention.timing
    return (timing.frequency_period or 0) * DAYS_PER[timing.frequency_unit or "d"]


def _length(mention: Mention | None) -> float | None:
    """A cycle's length or a duration in days."""
    if mention is None:
        return None
    timing = mention.timing
    value, unit = timing.cycle_length_value or timing.duration_value, timing.cycle_length_unit or timing.duration_unit
    return value * DAYS_PER[unit or "d"] if value is not None else None


def _days_in_weeks(days: Windows, weeks: Windows) -> Windows:
    """Days 1-5 during weeks 1, 2 and 4 as days of the cycle."""
    numbers = [week for first, last in weeks for week in range(first, last + 1)]
    return tuple((7 * (week - 1) + first, 7 * (week - 1) + last) for week in numbers for first, last in days)


def _tidy(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


def answer_schedule(question: Mapping[str, object]) -> dict[str, object]:
    """The answer to one line of ``read schedule``: ``{"id", "text"}`` gives id, days, cycle_days, interval_days, times_per_day,
    duration_days and rule; days as ``[[first, last], …]``, what is not told null."""
    read = read_schedule(str(question.get("text") or ""))
    return {
        "id": question.get("id"),
        "days": [list(window) for window in read.days] if read.days else None,
        "weeks": [list(window) for window in read.weeks] if read.weeks else None,
        "cycle_days": _whole(read.cycle_days),
        "interval_days": _whole(read.interval_days),
        "times_per_day": _whole(read.times_per_day),
        "duration_days": _whole(read.duration_days),
        "spans": [[span.start, span.end] for span in read.spans],
        "rule": read.rule or None,
    }


def _whole(value: float | None) -> float | int | None:
    """``value`` as a whole number where it is one."""
    return int(value) if value is not None and value == int(value) else value
