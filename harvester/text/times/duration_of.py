"""Durations that are not what they seem: of one attack (``attacks lasting 4-72 hours``), or of what lies ahead.

Minutes and hours of an attack are a measure of their own. Weeks of a bout or an episode are told as the duration of symptoms, but
of that one bout: unless it is the current one, nothing follows about who may join.
"""

from __future__ import annotations

import re

from harvester.text.expressions.definition_file import expression
from harvester.text.expressions.pattern import pattern_of
from harvester.text.facts.fact_read import NOBODY, FactRead, changed
from harvester.text.limits.place import Place
from harvester.text.times.time_read import TimeRead, duration

_ATTACK_LASTS = expression("namesake.lasting")
_BOUT_LASTS = expression("attack.bout_lasts")
_CURRENT = pattern_of(r"\b(?:current|present|index|ongoing|this|at the time of)\b[^.;]{0,60}$", re.IGNORECASE)
_BEGUN = pattern_of(r"\b(?:symptoms?|onset|illness|disease|pain|fever|ha?emorrhage|stroke)\b[^.;]{0,60}$", re.IGNORECASE)
_SO_FAR = frozenset({"treatment_duration", "state_duration", "symptom_duration", "stable_therapy_duration"})
_AHEAD = pattern_of(
    r"\b(?:expected|anticipated|planned|likely|scheduled|intend(?:s|ed|ing)?|plan(?:s|ning)?) to"
    r" (?:remain|stay|be on|receive|continue|require|undergo|live|reside)\b[^.;]{0,80}$",
    re.IGNORECASE,
)
_FLAG = "of_one_attack"


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
    if fact.concept in _SO_FAR and _AHEAD.search(before[-120:]):
        return changed(fact, **NOBODY, flags=(*fact.flags, "told_ahead"))
    told = _BOUT_LASTS.search(before[-120:]) if fact.concept == "symptom_duration" else None
    if told is None or _CURRENT.search(before[-180:]):
        return fact
    return changed(fact, **NOBODY, flags=(*fact.flags, _FLAG))
