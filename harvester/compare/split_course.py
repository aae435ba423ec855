"""A split course: one amount over several days, and the parts of it that the text gives day by day."""

from __future__ import annotations

from collections.abc import Sequence
from math import isclose

from harvester.shape import shape
from harvester.span import Source
from harvester.tables import Dose, ScheduleEvent

_ROUNDING = 0.01
"""Share by which the sum of parts may miss the whole: parts are written rounded."""


@shape()
class Given:
    """One event with its dose. ``whole`` is the dose that it is one of the parts of, where the text gives both."""

    event: ScheduleEvent
    dose: Dose
    whole: Dose | None = None

    @property
    def days(self) -> float:
        """Days of the stretch."""
        return self.event.day_end - self.event.day_start + 1

    @property
    def most_per_day(self) -> float | None:
        """The upper end of a range given on each of the days; None where no range is, or it is not told a day."""
        dose = self.dose
        if dose.amount_high is None or dose.amount_low == dose.amount_high:
            return None
        is_daily = dose.per_time == "d" or (self.days == 1 and dose.per_time is None and (dose.frequency_count or 1) == 1)
        return dose.amount_high if is_daily else None

    @property
    def condition(self) -> str | None:
        """Whom it is for or when: its own words, or those of the whole that it is a part of."""
        return self.dose.condition or (self.whole.condition if self.whole else None)

    @property
    def unit(self) -> str | None:
        """The amount's unit."""
        return self.event.unit or self.dose.unit

    @property
    def source(self) -> Source:
        """The dose's words."""
        return Source(self.dose.source_path, self.dose.source_start, self.dose.source_end, self.dose.quote)


def split(given: Sequence[Given]) -> tuple[tuple[Given, ...], tuple[Dose, ...]]:
    """The events without those that only sum up others, and the doses left out for it; parts know their whole."""
    wholes: dict[str, Dose] = {}
    part_of: dict[int, Dose] = {}
    for at, whole in enumerate(given):
        parts = [place for place, each in enumerate(given) if place != at and _is_within(each, whole)]
        if len(parts) > 1 and _sum_up([given[place] for place in parts], whole):
            wholes[whole.dose.dose_id] = whole.dose
            part_of |= dict.fromkeys(parts, whole.dose)
    if not wholes:
        return tuple(given), ()
    left = (Given(each.event, each.dose, part_of.get(at)) for at, each in enumerate(given) if each.dose.dose_id not in wholes)
    return tuple(left), tuple(wholes.values())


def _is_within(part: Given, whole: Given) -> bool:
    """Whether one stretch lies in another, shorter and in the same unit, counted from the same event and in the same cycle."""
    mine, theirs = part.event, whole.event
    return (
        part.days < whole.days
        and whole.dose.per_time is None
        and theirs.day_start <= mine.day_start
        and mine.day_end <= theirs.day_end
        and (mine.t0_event, mine.cycle, part.unit) == (theirs.t0_event, theirs.cycle, whole.unit)
    )


def _sum_up(parts: Sequence[Given], whole: Given) -> bool:
    """Whether parts on days of their own, all of them with amounts, come to the whole: at both ends of a range."""
    days = [(each.event.day_start, each.event.day_end) for each in parts]
    if any(later[0] <= earlier[1] for earlier, later in zip(sorted(days), sorted(days)[1:], strict=False)):
        return False
    for end in ("amount_low", "amount_high"):
        goal, amounts = getattr(whole.dose, end), [getattr(each.dose, end) for each in parts]
        if goal is None or None in amounts:
            return False
        told = sum(amount * (each.days if each.dose.per_time == "d" else 1) for amount, each in zip(amounts, parts, strict=True))
        if not isclose(told, goal, rel_tol=_ROUNDING):
            return False
    return True
