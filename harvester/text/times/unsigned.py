"""Times whose sentence, and no sign beside the number, says which way they limit.

A dose stable for 90 days is stable for at least so long; who is expected to die within a day lives less than that.
"""

from __future__ import annotations

import re
from dataclasses import replace

from harvester.text.expressions.definition_file import expression
from harvester.text.expressions.gate import gated
from harvester.text.expressions.pattern import pattern_of
from harvester.text.limits.limit import Limit
from harvester.text.limits.place import Place
from harvester.text.times.time_read import TimeRead, duration, state_cue

_STEADY = expression("unsigned.steady")
_DYING = expression("unsigned.dying")
_DOOMED = expression("unsigned.doomed")
_DEATH_SOON = gated(
    r"\bdeath (?:(?:occurring|to occur) )?(?:with ?in|in)(?: the)?(?: (?:next|first|following))?\s*$", re.IGNORECASE
)
_IS_LIKELY = expression("unsigned.is_likely")
_LIVES = expression("unsigned.lives")
_AT_LEAST_LAST = gated(r"\bfor at least (?:the )?(?:last|past|previous|preceding)\s*$", re.IGNORECASE)
_FOR_LAST = gated(r"\bfor (?:the )?(?:last|past|previous|preceding)\s*$", re.IGNORECASE)
_HOW_LIKELY = pattern_of(r"[^.;,\d]{0,40}\d+(?:\.\d+)? ?%")  # "risk of death within 12 months > 50%"
_IN_PROGRESS = expression("unsigned.in_progress")
# "pregnant women after 24 weeks of gestation": how far this pregnancy is, not when something befell an earlier one
_AFTER = expression("unsigned.after")
_GESTATION = pattern_of(r"\s*(?:' )?(?:of )?(?:gestation|pregnancy|amenorrh)", re.IGNORECASE)
_GESTATIONAL = TimeRead("age", "gestational_age", "time.age")
_UNDONE = pattern_of(r"\b(?:fail\w*|unable|inab\w+|unwilling|cannot|not|never|despite|within)\b", re.IGNORECASE)
_GOING_ON = frozenset({"washout", "time_since_event", "time_since_treatment"})
_STOPPED = pattern_of(
    r"\b(?:no|not|never|without|off|free|none|stopped|discontinued|abstin\w*|refrain\w*|withdrawn)\b", re.IGNORECASE
)
_SURVIVING = expression("unsigned.surviving")
_UNBLED_BEFORE = expression("unsigned.unbled_before")  # "amenorrhoea for 12 months"
_UNBLED_BEHIND = expression("unsigned.unbled_behind")  # "one year post-menopausal"
_UNBLED_MOST = {"mo": 60.0, "a": 10.0}  # what is longer is an age


def signed_by_sentence(place: Place, time: TimeRead | None) -> tuple[Limit, TimeRead | None]:
    """The limit of ``place`` with the comparator its sentence gives it, and the time it then is; both as they were otherwise."""
    limit, left = place.limit, place.left[-140:]
    if limit.amount.kind != "duration" or limit.amount.unit in ("s", "min"):
        return limit, time
    dying = _DYING.search(left) or (_DEATH_SOON.search(left) and _IS_LIKELY.match(place.right))
    if time is not None and time.kind == "window" and dying and _HOW_LIKELY.match(place.right):
        return limit, replace(time, kind="none")
    if time is not None and time.kind == "window" and dying:
        return _at_most(limit), duration("life_expectancy")
    if limit.comparator is None and limit.amount.unit == "wk" and _GESTATION.match(place.right) and _AFTER.search(left):
        value = limit.amount.value
        return replace(limit, comparator=">", low=value, low_inclusive=False, high=None, high_inclusive=None), _GESTATIONAL
    if limit.comparator is None and time is not None and _is_told_to_last(place, left):
        return _lasting(place, time)
    if limit.comparator is None and _LIVES.may_match(left) and _LIVES.fullmatch(left):
        return limit, duration("life_expectancy")
    if limit.comparator is not None or (time is not None and time.kind not in ("none", "duration")):
        return limit, time
    if _DOOMED.search(left):
        return _at_most(limit), duration("life_expectancy")
    if _SURVIVING.search(left):
        return _at_least(limit), duration("life_expectancy")
    if _STEADY.search(left):
        return _at_least(limit), duration("stable_therapy_duration")
    unbled = limit.amount.value <= _UNBLED_MOST.get(limit.amount.unit or "", 0)
    unbled = unbled and bool(_UNBLED_BEHIND.match(place.right) or _UNBLED_BEFORE.search(left))
    return (_at_least(limit), duration("amenorrhea_duration")) if unbled else (limit, time)


def _is_told_to_last(place: Place, left: str) -> bool:
    """Whether a state has gone on for the time: "for at least the last 3 months", "in remission for the past 6 months"."""
    if _AT_LEAST_LAST.search(left):
        return True
    going = place.line.criterion.section == "inclusion" and _FOR_LAST.search(left)
    return bool(going and _IN_PROGRESS.search(left) and not _UNDONE.search(left))


def _lasting(place: Place, time: TimeRead) -> tuple[Limit, TimeRead]:
    """What has gone on "for at least the last 3 months": a state, where nothing in its words was stopped or denied."""
    if time.kind == "duration":
        return _at_least(place.limit), time
    if time.concept == "time_since_diagnosis":
        return place.limit, replace(time, relation="at least")
    goes_on = time.concept in _GOING_ON and not _STOPPED.search(place.left)
    return (_at_least(place.limit), duration(state_cue(place))) if goes_on else (place.limit, time)


def _at_most(limit: Limit) -> Limit:
    value = limit.high if limit.high is not None else limit.low
    return replace(limit, comparator="<", low=None, low_inclusive=None, high=value, high_inclusive=False)


def _at_least(limit: Limit) -> Limit:
    return replace(limit, comparator=">=", low=limit.amount.value, low_inclusive=True, high=None, high_inclusive=None)
