"""Limits that are times as facts: ages and durations with their values, windows with what they are counted from."""

from __future__ import annotations

import re

from harvester.text.expressions.pattern import pattern_of
from harvester.text.facts.fact_read import NOBODY, FactRead, changed
from harvester.text.facts.fact_value import framed, valued
from harvester.text.joining.modifier import names_both_sexes, only_other_than, sex_of_age, sex_spoken_of
from harvester.text.joining.who_joins import AGES
from harvester.text.limits.concept_group import group
from harvester.text.limits.limit import Limit
from harvester.text.limits.place import Place
from harvester.text.times.duration_of import open_duration
from harvester.text.times.time_read import BEFORE, GIVEN_BEFORE, TimeRead
from harvester.text.times.time_window import sex_behind

_OF_ONE_SEX = group("of_one_sex")
# "within 10-14 days before": at some time of the last 14; "within the period from 2 to 6 weeks" means both ends
_WITHIN = pattern_of(r"within (?:a |the )?(?:(?:last|past|previous|preceding|first|approximately|about) )?", re.IGNORECASE)
_KEPT_UP = ("contraception_duration", "breast_feeding_restriction")  # of a range the least is asked for


def time_facts(place: Place, limit: Limit, time: TimeRead, base: FactRead) -> list[FactRead]:
    """The facts of a limit that is a time: one, or of a window from a range (``30 to 90 days after``) one for either end.

    ``base`` is its `time_frame`.
    """
    if time.kind != "window":
        before = _before(place, limit, time)
        told = open_duration(valued(base, place.line, limit, before), before)
        following = place.following  # "> 2 years > 5 mg": only both together count
        both = following is not None and following.amount.kind != "duration" and place.text[limit.end : following.start] == " "
        return [changed(told, **NOBODY) if both and time.kind == "duration" else told]
    value = limit.low if limit.low is not None else limit.high
    relation = "at least" if _ended_before(place, limit, time, base) else time.relation
    first = changed(base, window_value=value, window_unit=limit.amount.unit, window_relation=relation, window_anchor=time.anchor)
    second = limit.high if limit.comparator == "range" and limit.low is not None else None
    if second is None or time.concept in _KEPT_UP:
        return [first]
    if time.concept == "washout":  # off for 2-4 weeks is off for 2 at least; taken 2-4 weeks before is taken within 4
        excluded = place.line.criterion.section == "exclusion"
        kept = changed(first, window_value=second, window_relation="within") if excluded else first
        relation = kept.window_relation if excluded else "at least"
        return [changed(kept, window_relation=relation, flags=(*kept.flags, "window_range"))]
    if _WITHIN.fullmatch(place.text, _start(limit, time), limit.number_start):
        return [changed(first, window_value=second, window_relation="within", flags=(*first.flags, "window_range"))]
    lower = changed(first, window_relation="at least" if limit.low_inclusive else "longer than")
    return [lower, changed(first, window_value=second, window_relation="within")]


def _ended_before(place: Place, limit: Limit, time: TimeRead, base: FactRead) -> bool:
    """Whether those who may join all the same have ended something so long before (``who finished it 14 days before``)."""
    bare = base.exception and limit.comparator is None and time.rule == "time.window_right" and time.relation == "within"
    return bare and BEFORE.match(place.right) is not None and GIVEN_BEFORE.search(place.left[-90:]) is not None


def time_frame(place: Place, limit: Limit, time: TimeRead) -> FactRead:
    """What the facts of a limit that is a time share: its words and modifiers, its values still empty."""
    start, before = _start(limit, time), _before(place, limit, time)
    base = framed(place.line, start, limit.end, time.concept, time.rule, before, place.right, limit.flags)
    if time.concept in _OF_ONE_SEX:
        base = changed(base, sex=sex_behind(place.right) or base.sex or sex_spoken_of(before))
    if time.concept in AGES:
        base = _of_both_sexes(base, before)
        base = changed(base, sex=base.sex or sex_of_age(before, place.right))
    if time.kind == "window" and base.exception and only_other_than(before):
        base = changed(base, exception=False)  # "other than" says of what, not of when
    return base


def _start(limit: Limit, time: TimeRead) -> int:
    return time.start if time.start is not None else limit.start


def _before(place: Place, limit: Limit, time: TimeRead) -> str:
    """The words of the sentence before a time and its cue."""
    return place.text[place.bounds[0] : _start(limit, time)]


def _of_both_sexes(age: FactRead, before: str) -> FactRead:
    """``age`` without a sex where both are named before it, and without what is asked for beside it (``with …``)."""
    both = age.sex is not None and names_both_sexes(before)
    beside = age.condition is not None and age.condition.startswith("with ")
    return changed(age, sex=None if both else age.sex, condition=None if beside else age.condition)
