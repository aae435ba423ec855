"""Fractions of radiation: what is given at one time of a dose whose whole is told too."""

from __future__ import annotations

import re
from collections.abc import Sequence

from harvester.text.doses.dose_amount import AmountRead
from harvester.text.expressions.pattern import pattern_of

_IN_FRACTIONS = pattern_of(
    r"(?<!\d)(?P<n>\d{1,2}) (?:daily |equal |twice-daily )?(?:fractions|fx)(?![a-z])[^.;()]{0,40}\((?:at |of )?$", re.I
)
_FRACTIONS_BEHIND = pattern_of(r" ?(?:/|in|over) ?(?!1 )\d{1,2} ?(?:fr|fx|fractions)(?![a-z])", re.I)
_TIMES = pattern_of(r" ?[x×] ?(\d{1,2})(?!\d)")
_FRACTION_AFTER = pattern_of(r" ?(?:/|per|a|each|daily|once daily)? ?(?:fr|fx|fraction|fractions|day)(?![a-z])", re.I)
_FRACTION_BEFORE = pattern_of(
    r"(?:fractions?|fx|fr)(?: of| at|,|:| with| \()? ?$|(?:daily|single|fraction) (?:dose|fraction|"
    r"size)s? (?:of )?$|(?:of|at|using|×|x) $|/ ?$",
    re.I,
)


def fraction_of(text: str, amounts: Sequence[AmountRead], index: int) -> bool:
    """Whether a radiation dose is one fraction of a total told in the same sentence."""
    amount = amounts[index]
    totals = [
        a
        for a in amounts
        if a.kind == "radiation" and a.unit == amount.unit and a.low >= 2 * amount.high and abs(a.start - amount.start) < 160
    ]
    if _FRACTIONS_BEHIND.match(text, amount.end):
        return False
    for total in totals:  # "1200 cGy in 6 fractions over 3 days (200 cGy twice daily)"
        number = _IN_FRACTIONS.search(text, total.end, amount.start)
        if number and abs(int(number["n"]) * amount.low - total.low) < 1e-6 * total.low:
            return True
    times = _TIMES.match(text, amount.end)
    if times and any(abs(int(times[1]) * amount.low - total.low) < 1e-6 * total.low for total in totals):
        return True  # "60 Gy (2 Gy x 30)"
    written = _FRACTION_AFTER.match(text, amount.end) or _FRACTION_BEFORE.search(text[max(0, amount.start - 40) : amount.start])
    return bool(totals) and (written is not None or re.search(r"/ ?(?:fr|fx|fraction)|per ", amount.unit_text, re.I) is not None)
