"""Ages that look like the duration of a state: in brackets behind "adult", from days to years, weeks of a pregnancy."""

from __future__ import annotations

import re

from harvester.text.expressions.definition_file import expression
from harvester.text.expressions.pattern import pattern_of
from harvester.text.limits.place import Place
from harvester.text.times.time_age import AGED, CLOSING_IF, GROWN_AHEAD
from harvester.text.times.time_read import TimeRead

_PERSONS = expression("fact.persons")
_FOR_SOME = pattern_of(r"\b(?:for|in|if|with|among)\s+(?:[\w-]+\s+){0,3}$")
_TO_YEARS = expression("age.to_years")
_JOINS_AGE = pattern_of(r"\s*(?:and|but|to|,)\s*")
_ADULT_BRACKET = expression("time.adult_bracket")
_AGE = TimeRead("age", "age", "time.age")
_NOTHING = TimeRead("none", "", "")
_DONOR_AGE = TimeRead("age", "donor_age", "time.age")
_DONOR = pattern_of(r"\bdonors?\b", re.IGNORECASE)
_GESTATION = TimeRead("age", "gestational_age", "time.age")
_PREGNANT_BEHIND = pattern_of(r"(?: or (?:more|less|greater))?[^.;,()]{0,16}\b(?:gestation\w*|pregnan\w*)\b", re.IGNORECASE)
_PREGNANT_BEFORE = expression("age.pregnant_before")


def age_told_as_state(place: Place, read: TimeRead) -> TimeRead | None:
    """The age that looks like the duration of a state (``Adult leukaemia (≥ 18 years)``); none where it is a duration."""
    years = place.limit.amount.unit == "a"
    if years and place.right[:1] == ")" and _ADULT_BRACKET.search(place.left[-120:]):
        return _AGE
    if read.concept != "state_duration":
        return None
    if years and CLOSING_IF.search(place.left):
        return _NOTHING  # "GFR 40 if < 2 years"
    if _PREGNANT_BEHIND.match(place.right) or (place.limit.amount.unit == "wk" and _PREGNANT_BEFORE.search(place.left)):
        return _GESTATION
    if _spans_ages(place) or _is_a_life(place):
        return _AGE
    if years and _PERSONS.search(place.left):
        if _FOR_SOME.search(place.left) or place.earlier is not None:
            return _NOTHING
        return _DONOR_AGE if _DONOR.search(place.left[-40:]) else _AGE
    return None


def _spans_ages(place: Place) -> bool:
    """Whether the line is nothing but a range from days or months to years (``6 months to 14 years``): how old its people are."""
    limit = place.limit
    after = place.following
    bounded = limit.comparator in (">", ">=") and after is not None and after.comparator in ("<", "<=")
    if bounded and after is not None and after.amount.unit != limit.amount.unit:
        joined = _JOINS_AGE.fullmatch(place.text, limit.end, after.start)
        if joined and AGED.search(place.text[after.start : min(place.bounds[1], after.end + 12)]):
            return True
    ends = limit.rule == "limit.range" and limit.comparator in (">=", "<=")  # the ends have units of their own
    if ends and after is not None and after.rule == "limit.range" and limit.comparator == ">=" and after.amount.unit == "a":
        behind = place.text[after.start : min(place.bounds[1], after.end + 12)]
        if AGED.search(behind) or GROWN_AHEAD.search(place.left):
            return True
    return ends and _TO_YEARS.fullmatch(place.sentence.strip(" .,;")) is not None


def _is_a_life(place: Place) -> bool:
    """Whether years on both sides can only be ages (``Cohort 1 (COPD) ≥ 45 and ≤ 70 years``): no state is bounded so."""
    limit = place.limit
    if limit.amount.unit != "a" or limit.low is None or limit.high is None:
        return False
    return 16 <= limit.low < limit.high <= 100 and limit.high - limit.low >= 15
