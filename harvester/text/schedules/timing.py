"""What a text says about how and when something is given: the parts of a dose beside its amount."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields
from operator import attrgetter
from typing import Any

from harvester.shape import shape

# Days that a unit of time is reckoned as; a month is a twelfth of a year.
DAYS_PER = {"min": 1 / 1440, "h": 1 / 24, "d": 1.0, "wk": 7.0, "mo": 30.4375, "a": 365.25}


def span_in_days(value: float | None, unit: str | None) -> float | None:
    """A time in days."""
    return value * DAYS_PER[unit or "d"] if value is not None else None


Windows = tuple[tuple[int, int], ...]  # inclusive ranges of whole numbers, in the order written
WINDOWS = frozenset({"days", "weeks", "months"})  # the parts told so


@shape()
class Timing:
    """How and when; every part is None where nothing was read.

    Units are ``min`` ``h`` ``d`` ``wk`` ``mo`` ``a``. ``days``, ``weeks`` and ``months`` are inclusive windows,
    negative before day 0.
    ``anchor_offset`` is negative for "before". ``cycle_to`` is None with ``cycle_from`` set for "from cycle 2 on". Of a range the
    lower end, of an offset the earlier, is the value; the other end stands beside it as ``…_high`` and is told in the line.

    The parts as FHIR R5 (Dosage, Timing.repeat) and CDISC USDM name them, where they fit: ``route`` is Dosage.route or
    Administration.route; ``frequency_*`` frequency, period and periodUnit, or Administration.frequency; ``infusion_*`` duration
    and durationUnit (of one administration); ``duration_*`` boundsDuration, or Administration.duration; ``anchor_*`` event and
    offset, or a Timing relative to an Encounter; ``cycle_count_*`` count and countMax. Day windows and cycles have no place in
    FHIR's Timing; in USDM they are ScheduledActivityInstances.
    """

    route: str | None = None
    continuous: bool | None = None
    infusion_value: float | None = None
    infusion_unit: str | None = None
    infusion_high: float | None = None
    frequency_count: float | None = None
    frequency_count_high: float | None = None
    frequency_period: float | None = None
    frequency_period_high: float | None = None
    frequency_unit: str | None = None
    days: Windows | None = None
    weeks: Windows | None = None
    months: Windows | None = None
    cycle_from: int | None = None
    cycle_to: int | None = None
    cycle_length_value: float | None = None
    cycle_length_unit: str | None = None
    cycle_length_high: float | None = None
    cycle_count_low: int | None = None
    cycle_count_high: int | None = None
    anchor_event: str | None = None
    anchor_offset: float | None = None
    anchor_unit: str | None = None
    anchor_high: float | None = None
    duration_value: float | None = None
    duration_unit: str | None = None
    duration_high: float | None = None
    until: str | None = None

    def merged(self, other: Timing) -> Timing:
        """This timing with the parts of ``other`` that it lacks."""
        return all_told((self, other))

    def parts(self) -> dict[str, Any]:
        """Every part by its name."""
        return dict(zip(PARTS, _parts_of(self), strict=True))

    def told(self) -> dict[str, Any]:
        """The parts that are told, by their names; windows as ``[first, last]``."""
        return {
            name: [list(window) for window in value] if name in WINDOWS else value
            for name, value in self.parts().items()
            if value is not None
        }


PARTS = tuple(part.name for part in fields(Timing))
_parts_of = attrgetter(*PARTS)


def all_told(timings: Iterable[Timing]) -> Timing:
    """What several timings tell together: each part as the first tells it that has it."""
    told: dict[str, Any] = {}
    for timing in timings:
        for name, value in zip(PARTS, _parts_of(timing), strict=True):
            if value is not None and name not in told:
                told[name] = value
    return Timing(**told)


@shape()
class Mention:
    """A phrase about one part of the timing, where it stands in the regular text."""

    kind: str
    start: int
    end: int
    timing: Timing
    rule: str
    flags: tuple[str, ...] = ()

    def overlaps(self, start: int, end: int) -> bool:
        """Whether the phrase shares a character with ``[start, end)``."""
        return self.start < end and start < self.end


UNIT_WORDS = r"(?:minutes?|mins?|hours?|hrs?|h|days?|d|weeks?|wks?|w|months?|mos?|years?|yrs?)(?![A-Za-z])"
_UNITS = {"mi": "min", "h": "h", "d": "d", "w": "wk", "mo": "mo", "y": "a", "n": "d"}


def time_unit(word: str) -> str:
    """The unit a word of time means: ``hrs`` is ``h``, ``weeks`` is ``wk``."""
    folded = word.lower()
    return _UNITS.get(folded[:2]) or _UNITS[folded[0]]
