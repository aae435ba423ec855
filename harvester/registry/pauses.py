"""How long to wait before asking again: the registry's ``Retry-After`` when it makes sense, growing pauses of our own else."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

_SECONDS = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,6})?")
FIRST_PAUSE: Final = 1.0
GROWTH: Final = 3.0


def retry_after(header: str | None, date_header: str | None, now: Callable[[], datetime]) -> float | None:
    """Seconds that ``Retry-After`` asks for (RFC 9110, section 10.2.3): a number or an HTTP date; None when it is neither.

    A date is taken against the answer's own ``Date``, so that a wrong clock here does no harm; a past one means no wait.
    """
    if header is None:
        return None
    if _SECONDS.fullmatch(header.strip()):
        return float(header.strip())
    until = _date(header)
    if until is None:
        return None
    return max(0.0, (until - (_date(date_header) or now())).total_seconds())


def pause(attempt: int) -> float:
    """Seconds to wait after the ``attempt``-th failure (from 1) when the registry names no time: 1, 3, 9, 27."""
    return FIRST_PAUSE * GROWTH ** (attempt - 1)


def _date(header: str | None) -> datetime | None:
    if header is None:
        return None
    try:
        found = parsedate_to_datetime(header.strip())
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
