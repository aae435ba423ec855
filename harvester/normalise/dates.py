"""Dates and ages as the registry writes them, kept as they are, with what can be told from them."""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache

from harvester.normalise.fields import Fields
from harvester.vocabularies import labels

_DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?\Z")
_AGE = re.compile(r"(\d{1,9}(?:\.\d{1,9})?) (\w{1,20})\Z")
_NO_LIMIT = ("N/A",)
_YEARS = {"a": 1.0, "mo": 1 / 12, "wk": 7 / 365.25, "d": 1 / 365.25, "h": 1 / 8766, "min": 1 / 525_960}


def dated(fields: Fields, key: str) -> tuple[str | None, str | None]:
    """A date as given and its precision (``day``, ``month``, ``year``, or ``unknown`` for one no calendar has)."""
    text = fields.text(key)
    if text is None:
        return None, None
    precision = date_precision(text)
    if precision == "unknown":
        fields.note(key, "no calendar has this date")
    return text, precision


@lru_cache(maxsize=4096)  # the same days come again and again
def date_precision(text: str) -> str:
    """How precise an ISO 8601 date is.

    >>> date_precision("2025-08"), date_precision("2025-02-30")
    ('month', 'unknown')
    """
    match = _DATE.match(text)
    if not match:
        return "unknown"
    year, month, day = match.groups()
    try:
        date(int(year), int(month or 1), int(day or 1))
    except ValueError:
        return "unknown"
    return "day" if day else "month" if month else "year"


def aged(fields: Fields, key: str) -> tuple[float | None, str | None, float | None]:
    """The number of an age such as ``18 Years``, its unit (UCUM) and the age in years; nothing for ``N/A`` or no limit."""
    text = fields.text(key)
    if text is None or text in _NO_LIMIT:
        return None, None, None
    match = _AGE.match(" ".join(text.split()))
    unit = labels("AgeUnit").get(match.group(2).capitalize()) if match else None
    if match is None or unit is None:
        fields.note(key, "the age is not a number and a unit")
        return None, None, None
    value = float(match.group(1))
    return value, unit, round(value * _YEARS[unit], 6)
