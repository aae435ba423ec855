"""How fast something is infused, told beside how much of it is given."""

from __future__ import annotations

import re
from collections.abc import Sequence

from harvester.text.doses.dose_amount import AmountRead
from harvester.text.expressions.pattern import pattern_of

# "first infusion at 50 mg/h, increased by 50 mg/h every 30 minutes to a maximum of 400 mg/h"
_FIRST_RATE = pattern_of(
    r"(?:(?:first|initial|second|subsequent|starting) (?:infusions?|rate)|infusion rate|rate)(?: rate)?(?: is| was| will be)?"
    r"(?: started| initiated)?(?: of| at|:)? $",
    re.I,
)
_MOST_RATE = pattern_of(r"(?:to a |to the )?max\w*(?: rate)?(?: of)? ?$", re.I)
_PER_SHORT = ("h", "min")


def rate_of(text: str, amounts: Sequence[AmountRead], first: int, index: int) -> str | None:
    """How fast a dose told before (from place ``first`` on) is infused, and how fast at most."""
    amount = amounts[index]
    if amount.per_time not in _PER_SHORT or not any(a.per_time is None for a in amounts[first:index]):
        return None
    before = text[max(0, amount.start - 60) : amount.start]
    if _FIRST_RATE.search(before):
        return "rate of an infusion"
    rates = [a for a in amounts[first:index] if a.per_time in _PER_SHORT]
    faster = _MOST_RATE.search(before) and rates and all(a.excluded in ("rate of an infusion", "increment") for a in rates)
    return "rate of an infusion" if faster else None
