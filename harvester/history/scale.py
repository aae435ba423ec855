"""How the two values of one field lie to each other: a direction where the field says who may join, and words for the rest."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date

from harvester.history.change import Direction
from harvester.tables import Eligibility, Row

Lie = tuple[Direction, str | None]
"""A direction, and in words how the newer value lies to the older one."""

_DATE = re.compile(r"(\d{4})-(\d{2})(?:-(\d{2}))?")
_COUNT = re.compile(r"\d{1,9}")
_DAYS_TOLD = 45
"""From this many days on, a difference between two days is told in months."""


def lie_of(meaning: str, old: str | None, new: str | None, before: Row | None, after: Row | None) -> Lie | None:
    """How the newer of two shown values lies to the older; None where one is not stated or no more can be told."""
    if old is None or new is None or not meaning:
        return None
    if meaning in ("date", "count"):
        told = (_dates if meaning == "date" else _counts)(old, new)
        return ("changed", told) if told else None
    if isinstance(before, Eligibility) and isinstance(after, Eligibility):
        found = _WHO[meaning](before, after)
        return (found, None) if found else None
    return None


def _limit(before: float | None, after: float | None, *, is_lower: bool) -> Direction | None:
    if before is None or after is None:
        return None
    if before == after:
        return "reworded"
    return "tightened" if (after > before) == is_lower else "loosened"


def _sex(before: Eligibility, after: Eligibility) -> Direction | None:
    if before.gender == "ALL" and after.gender in ("FEMALE", "MALE"):
        return "tightened"
    return "loosened" if after.gender == "ALL" and before.gender in ("FEMALE", "MALE") else None


def _volunteers(before: Eligibility, after: Eligibility) -> Direction | None:
    if before.healthy_volunteers is None or after.healthy_volunteers is None:
        return None
    return "loosened" if after.healthy_volunteers else "tightened"


_WHO: Mapping[str, Callable[[Eligibility, Eligibility], Direction | None]] = {
    "youngest": lambda before, after: _limit(before.minimum_age_years, after.minimum_age_years, is_lower=True),
    "oldest": lambda before, after: _limit(before.maximum_age_years, after.maximum_age_years, is_lower=False),
    "sex": _sex,
    "open": _volunteers,
}


def _dates(old: str, new: str) -> str | None:
    """As "7 months later, now actual"; None for what are no dates of this calendar."""
    was, now = _DATE.match(old), _DATE.match(new)
    if was is None or now is None:
        return None
    return _joined(_distance(was, now), old, new)


def _distance(was: re.Match[str], now: re.Match[str]) -> str | None:
    months = 12 * (int(now[1]) - int(was[1])) + int(now[2]) - int(was[2])
    if was[3] and now[3]:
        try:
            days = (date.fromisoformat(now[0]) - date.fromisoformat(was[0])).days
        except ValueError:
            return None
        if abs(days) < _DAYS_TOLD:
            return _amount(days, "day", "later", "earlier")
    return _amount(months, "month", "later", "earlier")


def _counts(old: str, new: str) -> str | None:
    """As "16 more, now actual"."""
    was, now = _COUNT.match(old), _COUNT.match(new)
    if was is None or now is None:
        return None
    change = int(now[0]) - int(was[0])
    return _joined(f"{abs(change):,} {'more' if change > 0 else 'fewer'}" if change else None, old, new)


def _amount(number: int, unit: str, more: str, less: str) -> str | None:
    return f"{abs(number)} {unit}{'' if abs(number) == 1 else 's'} {more if number > 0 else less}" if number else None


def _joined(distance: str | None, old: str, new: str) -> str | None:
    """The distance, and what the value in brackets became."""
    was, now = (re.search(r"\((.+)\)$", text) for text in (old, new))
    became = f"now {now[1]}" if now and (was is None or was[1] != now[1]) else None
    return ", ".join(filter(None, (distance, became))) or None
