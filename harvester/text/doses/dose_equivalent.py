"""Amounts that only reckon a dose in another medicine: "methylprednisolone 1 g (equivalent to prednisone 1250 mg)"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from harvester.text.doses.dose_amount import AmountRead
from harvester.text.expressions.pattern import pattern_of

# "1 g daily (equivalent to prednisone 1250 mg)": an amount is reckoned in another medicine, which is not given.
_EQUIVALENT_TO = pattern_of(
    r"(?<![a-z])(?:equivalent|equal|equipotent|corresponding) to (?:(?:an?|the) )?(?:(?:oral|daily|total|dose|doses|of) ){0,3}"
    r"(?:[A-Za-z][A-Za-z-]{3,30} )?(?:at |of |≤ ?|>= ?|<= ?|≥ ?|up to )?$",
    re.I,
)
_OF_ANOTHER = pattern_of(r"(?: ?(?:/|per|a) ?day| daily)? of [a-z]", re.I)


def in_terms_of_another(text: str, before: Sequence[AmountRead], amount: AmountRead) -> bool:
    """Whether a mass only says what another medicine's would be that is told before it in its sentence."""
    told = _EQUIVALENT_TO.search(text, max(0, amount.start - 90), amount.start)
    if told is None:
        return False
    masses = [each for each in before if each.kind == amount.kind and each.excluded is None]
    between = text[masses[-1].end : told.start()] if masses else None
    near = between is not None and len(between) < 60 and not re.search(r"[;\n]|\. ", between)
    named = told.group().split()[-1].lower() not in ("to", "of", "dose", "at", "daily")
    return near and (named or _OF_ANOTHER.match(text, amount.end) is not None)
