"""Reading a schedule phrase alone: ``on days 1, 8 and 15 of a 28-day cycle``, ``weekly for 4 of every 6 weeks``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

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
_CYCLE = pattern_of(r"cycle|course|block", re.I)
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


@dataclass(slots=True)
class _Told:
    """What a phrase tells while its parts are put together, in days; None is not told. ``every`` is how often all is repeated."""

    text: str
    by_kind: Mapping[str, Mention]
    days: Windows | None
    weeks: Windows | None
    cycle: float | None
    interval: float | None
    times: float | None
    every: float | None
    lasting: float | None


def read_schedule(text: str) -> ScheduleRead:
    """What ``text`` says about when; pure, and silent on what it does not say."""
    flow = flow_text(text)
    mentions = [mention for mention in find_mentions(flow.text) if mention.rule != LEFT_OUT]
    by_kind: dict[str, Mention] = {}
    for mention in mentions:
        by_kind.setdefault(mention.kind, mention)
    told = _told(flow.text, by_kind)
    for put_together in (_without_cycles, _of_days, _repeated, _on_and_off, _weeks_apart, _begins, _in_weeks):
        put_together(told)
    spans = tuple(flow.raw_span(m.start, m.end) for m in mentions if m.kind in by_kind and m.kind != "route")
    rules = "+".join(dict.fromkeys(m.rule for m in mentions if m.kind != "route"))
    return ScheduleRead(
        told.days, told.weeks, _tidy(told.cycle), _tidy(told.interval), told.times, _tidy(told.lasting), spans, rules
    )


def _told(text: str, by_kind: Mapping[str, Mention]) -> _Told:
    """Each part as it is written, the first of its kind."""
    days, weeks = _windows(by_kind)
    interval, times = _interval(by_kind.get("frequency"))
    repeat = by_kind.get("interval")
    every = _frequency_days(repeat) if repeat else None
    cycle, lasting = _length(by_kind.get("cycle_length")), _length(by_kind.get("duration"))
    return _Told(text, by_kind, days, weeks, cycle, interval, times, every, lasting)


def _without_cycles(told: _Told) -> None:
    """What is "repeated every 9 weeks" and has no cycles has an interval."""
    length = told.by_kind.get("cycle_length")
    if length is None or told.cycle is None or told.every is not None or told.days or told.interval is not None:
        return
    if not _CYCLE.search(told.text, length.start, length.end):
        told.every, told.cycle = told.cycle, None


def _of_days(told: _Told) -> None:
    """Days "of 28 days" are those of a cycle."""
    of_days = _OF_DAYS.search(told.text)
    if of_days and told.days and told.cycle is None:
        told.cycle = float(of_days["n"])


def _repeated(told: _Told) -> None:
    """What "every 3 weeks" means: beside days, a shorter time or a shorter interval it is the cycle."""
    days, cycle, interval, lasting, every = told.days, told.cycle, told.interval, told.lasting, told.every
    if every is None:
        if days and interval == 7 and "frequency" in told.by_kind:
            told.interval, told.cycle = _weekly(told.text, told.by_kind["frequency"], cycle, days)
        return
    apart = bool(days) and (days or ())[-1][1] > every  # "every 2 weeks (days 1 and 15)"
    if not apart and (cycle is None or every >= cycle):
        often = told.by_kind.get("frequency")
        if interval is not None and often and _LATER.search(told.text, often.end, told.by_kind["interval"].start):
            return  # "weekly for 4 weeks, then every 2 weeks"
        shorter = lasting is not None and lasting < every and interval is None
        if days or shorter or (interval is not None and interval < every):
            told.cycle = cycle or every
            return
    told.interval = interval or every


def _on_and_off(told: _Told) -> None:
    """ "Daily for 14 days of a 21-day cycle" and "weekly x 3 every 4 weeks" are days of a cycle."""
    whole, lasting = told.cycle or told.every, told.lasting
    times = _TIMES_OVER.search(told.text) if lasting is None and told.interval == 7 else None
    if times:
        lasting = 7.0 * float(times["n"])
    if told.days is None and told.weeks is None and told.interval in (None, 1, 7) and whole and lasting and lasting < whole:
        told.days, told.cycle, told.lasting = ((1, int(lasting)),), whole, None


def _weeks_apart(told: _Told) -> None:
    """ "Weekly for 3 weeks followed by 1 week off" is a day of each week."""
    if told.interval == 7 and told.days and len(told.days) == 1 and told.days[0][1] > 1:
        told.days = tuple((day, day) for first, last in told.days for day in range(first, last + 1, 7))


def _begins(told: _Told) -> None:
    """ "Every 3 weeks starting on day 2" is day 2 of a cycle."""
    anchor, every = told.by_kind.get("anchor"), told.every
    if not every or "interval" not in told.by_kind or anchor is None or anchor.rule != "anchor.from_day":
        return
    event, _, number = (anchor.timing.anchor_event or "").partition(" ")
    first = int(number.split()[0]) if event == "day" else 0
    if told.days is None and told.cycle is None and 0 < first <= every and told.interval == every:
        told.days, told.interval, told.cycle = ((first, first),), None, every


def _in_weeks(told: _Told) -> None:
    """Days of weeks are days of the cycle."""
    days, weeks = told.days, told.weeks
    if days and weeks and weeks[0][0] > 0 and max(last for _, last in days) <= 7:
        told.days, told.weeks = _days_in_weeks(days, weeks), None


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
