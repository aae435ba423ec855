"""Durations that are not what they seem: of one attack (``attacks lasting 4-72 hours``), or of what lies ahead.

Minutes and hours of an attack are a measure of their own. Weeks of a bout or an episode are told as the duration of symptoms, but
of that one bout: unless it is the current one, nothing follows about who may join.
"""

from __future__ import annotations

import re

from harvester.text.expressions.definition_file import expression
from harvester.text.expressions.gate import gated
from harvester.text.expressions.pattern import pattern_of
from harvester.text.expressions.spans import without_brackets
from harvester.text.facts.fact_read import NOBODY, FactRead, changed
from harvester.text.limits.concept_group import group
from harvester.text.limits.place import Place
from harvester.text.times.time_read import AFTER, TimeRead, duration, nearest_cue, window

_ATTACK_LASTS = expression("namesake.lasting")
_BOUT_LASTS = expression("attack.bout_lasts")
_CURRENT = pattern_of(r"\b(?:current|present|index|ongoing|this|at the time of)\b[^.;]{0,60}$", re.IGNORECASE)
# "receipt of more than 7 days of prior antiretroviral therapy"
_HAVING_RECEIVED = gated(
    r"\b(?:receipt of|receiv(?:ed|ing)|taken|completed|undergone|exposure to|exposed to|use of|used)\s*$", re.IGNORECASE
)
_OF_TREATMENT = expression("time.of_treatment")
_BEGUN = pattern_of(r"\b(?:symptoms?|onset|illness|disease|pain|fever|ha?emorrhage|stroke)\b[^.;]{0,60}$", re.IGNORECASE)
_SO_FAR = group("so_far")
_AHEAD = expression("time.ahead")
_TRIED_OF = expression("time.tried_of")
_HAVING_HAD = expression("time.having_had")
_TREATED_FOR = expression("time.treated_for")
_FAILING = expression("time.failing")
_IN_VAIN = pattern_of(
    r"\s*(?:(?:was|were|has|have|is|are|had) )?(?:been )?(?:fail|unsuccess|ineffective|without (?:success|relief))", re.I
)
_COMPLAINING = expression("time.complaining")
_UNTIL_NOW = pattern_of(r"\s*(?:ago\b|at least|earlier|or (?:more|longer)|$|[.,;)])", re.IGNORECASE)
_PRECEDED = pattern_of(r"\b(?:after|following|for)(?: a)?\s*$", re.IGNORECASE)
_RESTED = pattern_of(
    r"\s*(?:of )?(?:rest|resting|sitting|seated|supine|standing|quiet|lying|in (?:a|the) (?:sitting|seated|supine))\b",
    re.IGNORECASE,
)
_NO_TIME = expression("time.no_time")
_ON = pattern_of(
    r"\b(?:drink\w*|smok\w*|us(?:e|ed|ing)|intake|taking|exercis\w*|active|activity)\b[^.;]{0,40}\bon\s*$", re.IGNORECASE
)
_FLAG = "of_one_attack"
# Of these "in less than 6 months" tells how long ago they were.
_EVENTS = frozenset(f"time_since_{event}" for event in ("cardiac_event", "thrombosis", "bleeding", "surgery", "injury"))

_OVER = pattern_of(
    r"\b(?:stop|heal|resol|recover|recanali|reperfus|improv|ceas|clos|dissol)\w*", re.IGNORECASE
)  # how long it took


def event_within(place: Place, read: TimeRead) -> TimeRead | None:
    """The window since an excluded event right before a time, or before its "in" (``stroke in less than 3 months``)."""
    short = place.limit.comparator in ("<", "<=") and place.line.criterion.section == "exclusion"
    if read.concept != "state_duration" or not short or _OVER.search(place.left[-80:]):
        return None
    near = place.left[-80:] if place.left.endswith(" in ") else " ".join(place.left[-40:].split()[-1:])
    event = nearest_cue("window", near, "")
    return window(place, "time.window_left", "within", event) if event in _EVENTS else None


def was_tried(place: Place) -> bool:
    """Whether a time is how long a treatment was tried (``failed conservative treatment for 3 months``) or received."""
    limit = place.limit
    if limit.comparator in (">", ">=", "<", "<=") and _HAVING_RECEIVED.search(place.left[-24:]):
        return _OF_TREATMENT.match(place.right) is not None
    if limit.comparator is not None or limit.amount.unit not in ("d", "wk", "mo", "a"):
        return False
    left = without_brackets(place.left[-240:])
    if _TRIED_OF.match(place.right):
        return _HAVING_HAD.search(left) is not None
    if _TREATED_FOR.search(left) and not AFTER.match(place.right):
        return _FAILING.search(left) is not None or _IN_VAIN.match(place.right) is not None
    return False


def ill_since(place: Place, read: TimeRead | None) -> TimeRead | None:
    """How long somebody has been ill, where a window tells since when (``complaints started at least 3 months ago``)."""
    if read is None or read.concept not in ("time_since_treatment_start", "time_since_event", "time_since_diagnosis"):
        return read
    told = _COMPLAINING.search(place.left[-90:]) and _UNTIL_NOW.match(place.right)
    return duration("symptom_duration") if told else read


def is_of_procedure(place: Place) -> bool:
    """Whether minutes say how a value is taken (``after at least 5 minutes of rest``, ``> 38.5 °C for more than 30 minutes``)."""
    if _RESTED.match(place.right) and _PRECEDED.search(place.left):
        return True
    return place.earlier is not None and place.text[place.earlier[0].end : place.limit.start].strip() == "for"


def is_timed(place: Place) -> bool:
    """Whether the unit is one of time, and none of what is only measured in it (``bone age``)."""
    amount = place.limit.amount
    timed = amount.kind == "duration" and amount.unit not in ("s", "min") and not _NO_TIME.search(place.left[-60:])
    if amount.unit == "d" and place.limit.comparator in (">", ">=") and _ON.search(place.left[-70:]):
        return False  # "heavy drinking on at least 4 days"
    return timed or amount.unit == "{half-life}"


def of_attack(place: Place, read: TimeRead) -> TimeRead:
    """The duration of an attack, where hours look like the duration of symptoms."""
    if read.concept != "symptom_duration" or place.limit.amount.unit != "h":
        return read
    before = place.text[place.bounds[0] : place.limit.number_start][-140:]
    if _ATTACK_LASTS.search(before):
        return duration("attack_duration")
    return read if _BEGUN.search(before) else duration("state_duration")


def open_duration(fact: FactRead, before: str) -> FactRead:
    """``fact`` without who may join, where its time lies ahead or is that of one bout (``periods of over 14 days``)."""
    if fact.concept == "state_duration" and fact.unit in ("min", "s"):
        return changed(fact, **NOBODY)  # how a value is taken keeps nobody out
    if fact.concept in _SO_FAR and _AHEAD.search(before[-120:]):
        return changed(fact, **NOBODY, flags=(*fact.flags, "told_ahead"))
    told = _BOUT_LASTS.search(before[-120:]) if fact.concept == "symptom_duration" else None
    if told is None or _CURRENT.search(before[-180:]):
        return fact
    return changed(fact, **NOBODY, flags=(*fact.flags, _FLAG))
