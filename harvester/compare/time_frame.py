"""Time frames of outcomes in one unit. A time frame that names several times, or none, is left as it is."""

from __future__ import annotations

import re
from functools import lru_cache

from harvester.compare.window import DAYS
from harvester.compare.wording import number

_UNITS = {"hour": "h", "day": "d", "week": "wk", "month": "mo", "year": "a", "yr": "a"}
_NUMBER_WORDS = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "nine": 9, "ten": 10, "twelve": 12}
_TIME = re.compile(
    r"(?<![\w.,/-])(\d{1,4}(?:\.\d{1,2})?|" + "|".join(_NUMBER_WORDS) + r")[ -]?(hour|day|week|month|year|yr)s?\b", re.IGNORECASE
)
_NAMED_DAY = re.compile(r"\b(day|week|month|year) (\d{1,4})\b", re.IGNORECASE)


@lru_cache(maxsize=4_096)
def days_of(time_frame: str | None) -> float | None:
    """The length of a time frame in days, where it names exactly one time and no other number.

    >>> days_of("2 years"), days_of("up to 24 months after transplant"), days_of("day 100"), days_of("1 and 2 years")
    (730.0, 730.0, 100.0, None)
    """
    text = time_frame or ""
    found = {_days(value, unit) for value, unit in _TIME.findall(text)}
    found |= {_days(value, unit) for unit, value in _NAMED_DAY.findall(text)}
    left = _NAMED_DAY.sub(" ", _TIME.sub(" ", text))
    if len(found) != 1 or re.search(r"\d", left):
        return None
    return found.pop()


@lru_cache(maxsize=4_096)
def in_one_unit(time_frame: str | None) -> str | None:
    """A time frame of years or months in months, as "24 months"; of days or weeks in days; of hours in hours.

    None where it is not sure, or no time at all ("0 months").
    """
    length = days_of(time_frame)
    if not length:
        return None
    units = {unit.casefold() for _, unit in _TIME.findall(time_frame or "")}
    units |= {unit.casefold() for unit, _ in _NAMED_DAY.findall(time_frame or "")}
    if units <= {"month", "year", "yr"}:
        return _counted(length / DAYS["mo"], "month")
    return _counted(length / DAYS["h"], "hour") if units == {"hour"} else _counted(length, "day")


def _counted(length: float, unit: str) -> str:
    shown = number(round(length, 2))
    return f"{shown} {unit}" if shown == "1" else f"{shown} {unit}s"


def _days(value: str, unit: str) -> float:
    count = _NUMBER_WORDS.get(value.casefold())
    return round((float(value) if count is None else count) * DAYS[_UNITS[unit.casefold()]], 4)
