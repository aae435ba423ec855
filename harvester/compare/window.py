"""Time windows as sets: how long ago an event must be for a person to join.

"Within" and "at least" say the same thing from two sides: "no surgery within 14 days" and "at least 14 days since surgery" both
admit those whose surgery is 14 days ago or longer; "no surgery ≤ 14 days ago" and "more than 14 days" ask for longer. Which
side a text means is told by its section and its negation; where they do not settle it, there is no region.
"""

from __future__ import annotations

import re
from math import inf

from harvester.compare.region import Interval, Region
from harvester.tables import CriterionFact

DAYS = {"h": 1 / 24, "d": 1.0, "wk": 7.0, "mo": 365 / 12, "a": 365.0}
"""Days in a unit of time. A month is the twelfth part of a year; a verdict leaves room for what else trials mean by it."""

_NEGATION = re.compile(r"\b(?:no|not|without|never|absence|none|neither|free)\b")
_HOLDS_ITS_END = re.compile(r"[≤⩽]|<\s?=|=\s?<|\bor less\b")  # whose event is just so long ago is kept away too


def has_window(fact: CriterionFact) -> bool:
    """Whether the fact is a time window and no threshold."""
    return fact.window_value is not None and fact.low is None and fact.high is None and fact.value_set is None


def time_since(fact: CriterionFact, section: str, text: str) -> Region | None:
    """Those who may join by a window, in its own unit, from its criterion's section and words; None where it is not sure."""
    if fact.window_value is None or fact.exception:
        return None
    negated = _NEGATION.search(text.casefold()) is not None
    keeps_away = {
        ("exclusion", "within"): not negated,
        ("inclusion", "within"): negated,
        ("inclusion", "at least"): not negated,
        ("inclusion", "longer than"): not negated,
        ("exclusion", "at least"): negated,
    }
    if not keeps_away.get((section, fact.window_relation or ""), False):
        return None
    is_longer = fact.window_relation == "longer than" or _HOLDS_ITS_END.search(fact.quote) is not None
    return Region.of(Interval(fact.window_value, inf, not is_longer, False))
