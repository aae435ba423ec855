"""Amounts that a text only reports: statistics of what was given, what a bottle holds, what a unit is reckoned as."""

from __future__ import annotations

import re

from harvester.text.expressions.gate import Gated
from harvester.text.expressions.pattern import pattern_of
from harvester.text.written.number import RangeRead
from harvester.text.written.unit import UnitRead

STATISTIC = "statistic of what was given"
_FILLERS = (
    r"(?: (?:single|cumulative|total|daily|weekly|unit|doses?|dosages?|administered|given|used|received|of|was|were|is|are|the|"
    r"an?|per \w+|over \d+ \w+|for \w+|\([A-Z]{2,5}\)|(?:(?<=dose )|(?<=doses ))of [a-z][\w-]{3,24})(?![a-z]))*"
)
_STATISTICS = r"(?:median|mean|most (?:common|frequent)(?:ly)?|average)"
# "a median of 3.5 g/m2", "most common single dose 50 mg"
_STATISTIC = Gated(pattern_of(rf"(?<![a-z]){_STATISTICS}{_FILLERS} ?[=:,]? ?$", re.I))
# "median 6 mg/kg (range 3.5-15)"
_RANGE = pattern_of(
    rf"(?<![a-z]){_STATISTICS}(?![a-z])(?:[^.;\n]|\.(?=\d)){{0,90}}(?<![a-z])(?:range[sd]?|IQR)(?: of| was| from| is)?[:=,]? ?$",
    re.I,
)
_RANGES = Gated(pattern_of(r"range[sd]?|IQR", re.I))
# "equivalent to 1200 mg per bottle"
_PER_BOTTLE = pattern_of(
    r" ?(?:/|per|in each|in one|in a) ?(?:bottle|vial|ampoule|ampule|container|cartridge|syringe)(?![a-z])", re.I
)
# "After constitution, a 5 mL suspension contains 200 mg"
_VESSEL = (
    r"(?:suspension|solution|vials?|bottles?|tablets?|capsules?|syringes?|ampoules?|sachets?|drops?|puffs?|m[lL]|patch(?:es)?)"
)
_HOLDS = Gated(
    pattern_of(rf"(?<![a-z])(?<!each ){_VESSEL} (?:contains?|holds?|delivers?|provides?) (?:about |approximately )?$", re.I)
)
_HOLDS_BEHIND = pattern_of(rf" (?:\w+ )?{_VESSEL} (?:contains|holds|delivers|provides)(?![a-z])", re.I)
# "1 mg = 10,000 IU"
_IS = r" ?(?:=|≈|equals|corresponds to|is equivalent to) ?"
_ONE_IS = pattern_of(rf"(?<![\d.,])1 ?(?:[mu]?g|mcg|IU|U|units?|mL|mmol){_IS}$", re.I)
_IS_SOME = pattern_of(rf"{_IS}\d")


def reported(text: str, number: RangeRead, unit: UnitRead, before: str) -> str | None:
    """Why an amount is only reported and nothing given; None when it may be given. ``before`` are the words before it."""
    if unit.kind != "radiation" and _STATISTIC.may_match(before) and _STATISTIC.search(before):
        return STATISTIC
    if _RANGES.may_match(before) and _RANGE.search(text, max(0, number.start - 140), number.start):
        return STATISTIC
    if _PER_BOTTLE.match(text, unit.end) or _HOLDS_BEHIND.match(text, unit.end):
        return "strength"
    if _HOLDS.may_match(before) and _HOLDS.search(before):
        return "strength"
    one = number.low == number.high == 1 and _IS_SOME.match(text, unit.end) is not None
    return "conversion" if one or (before.rstrip().endswith(("=", "s", "o", "≈")) and _ONE_IS.search(before)) else None
