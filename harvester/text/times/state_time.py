"""How long a state lasts (rule ``time.state``: ``for at least 2 years``), or something must have been off (rule ``time.off``)."""

from __future__ import annotations

import re
from dataclasses import replace

from harvester.text.expressions.definition_file import expression
from harvester.text.expressions.gate import gated
from harvester.text.expressions.pattern import pattern_of
from harvester.text.expressions.spans import without_brackets
from harvester.text.limits.place import Place
from harvester.text.times.time_read import (
    BEFORE,
    FOR,
    OFF,
    TimeRead,
    duration,
    first_cue,
    nearest_cue,
    state_cue,
    window,
    window_cue,
)

STILL = pattern_of(r"\bstab(?:le|ili[sz]ed)\b", re.IGNORECASE)
CLOSING_FOR = pattern_of(r"\bfor\s*$")
PLAIN_AFTER = pattern_of(r"\s*(?:after|post|following|since)")
EVENTS = ("time_since_cardiac_event", "time_since_thrombosis", "time_since_bleeding", "time_since_surgery")
_UNRECURRED = expression("time.unrecurred")
_PERSISTS = pattern_of(r"\b(?:last|persist|continu)(?:s|ed|ing|e)?\s+for\s*$", re.IGNORECASE)  # it is not off, it goes on
_NO_EVENT = expression("time.no_event")
_HABIT = gated(r"smok|\balcohol|\bdrink|\bdrugs? (?:abuse|use)|\bsober|abstinen", re.IGNORECASE)
_FREE_OF_EVENT = pattern_of(r"\b(?:seizure|attack|pain|symptom|event|headache|fever|relapse)s?[- ]free", re.IGNORECASE)
_WITHHELD = expression("time.withheld")
_SIGNS = pattern_of(r"\b(?:manifestations?|symptoms?|complaints?|episodes?)\b", re.IGNORECASE)
_LAST_DOSE = pattern_of(r"\b(?:last|latest|most recent) (?:dose|infusion|administration) (?:of [\w -]{2,40})?$", re.IGNORECASE)
_STRAIGHT_ON = pattern_of(r"(?!.*\b(?:for|last\w*|of|since|duration) $)[^,;.()<>≤≥]{0,40}", re.IGNORECASE)
_REPEATED = pattern_of(r"\b(?:repeat\w*|serial|testing|averaged?|measured|confirmed|consecutive)\b[^.;,]*$", re.IGNORECASE)
_LEADS_ON = pattern_of(r"\s*(?:and|but|to|,)\s*")
_RELAPSE = gated(r"\b(?:relaps\w*|recurren\w+|progress(?:ed|ion))\s*$", re.IGNORECASE)
_NO_OFF = pattern_of(r"\b(?:last|lasting|history|duration)\b")
_DISEASE = pattern_of(r"\b(?:malignan\w*|cancer|tumou?r|neoplas\w*|disease)\b", re.IGNORECASE)
_FREE = pattern_of(r"\bfree\b|\bno (?:clinical )?(?:evidence|signs?)\b|without", re.IGNORECASE)
_STATE_OFF = pattern_of(r"progress|menopaus|menses|menstrua|amenorrh", re.IGNORECASE)
_EVENT_OF = pattern_of(r"(?:\bof|\()\s*$")
RECENT = expression("time.recent")  # "within the following times before: chemotherapy (< 21 days)" tells when, not how long
_LAST_FOR = pattern_of(r"\b(?:for|last\w*|duration of|of)\s*$")
_CLEAR_EVENTS = ("time_since_transplant", "time_since_surgery")  # of a moment: "liver transplantation (more than 6 months)"


def read_state(place: Place) -> TimeRead | None:
    """How long a state lasts (``for at least 2 years``), or how long something must have been off."""
    limit, left, right = place.limit, place.left, place.right
    plain = without_brackets(left)[-90:]
    state, off = FOR.search(left), OFF.search(plain)
    off = None if off and STILL.search(plain[off.end() :]) else off
    if state and off and not _NO_OFF.search(state.group()) and CLOSING_FOR.search(left) and not _PERSISTS.search(left):
        return _off(place, off)
    if limit.comparator is None:
        return None
    if _leads_a_window(place):
        return window(place, "time.window_right", "at least", anchored=False)
    if limit.comparator in (">", ">=") and (_WITHHELD.search(left) or _LAST_DOSE.search(left[-60:])):
        return window(place, "time.off", "at least", "washout", anchored=False)
    if limit.comparator in ("<", "<=") and RECENT.search(left):
        return window(place, "time.window_right", "within", anchored=False)
    if limit.amount.unit in ("d", "wk", "mo", "a") and _EVENT_OF.search(left):
        below = limit.comparator in ("<", "<=")
        event = nearest_cue("window", left[-80:] if below else left[-30:], "")
        if event in (EVENTS if below else _CLEAR_EVENTS) and (below or (left.rstrip()[-1:] == "(" and right[:1] == ")")):
            return window(place, "time.window_right", "within", event, anchored=False)
    if _is_period(place):
        return replace(window(place, "time.window_left", "within", "assessment_window", anchored=False), relation="within")
    ahead = first_cue("state", right[:30], "")
    if _stands_behind_value(place) and not (ahead and _is_last_time(place)):
        return None
    if _UNRECURRED.match(right):
        return window(place, "time.off", "at least", "prior_malignancy_free_interval", anchored=False)
    if _RELAPSE.search(left):
        return window(place, "time.elapsed", "at least", "relapse_interval", anchored=False)
    if ahead and not _LAST_FOR.search(left) and not right.lstrip().startswith("without"):
        return duration(ahead)
    return duration(state_cue(place))


def _stands_behind_value(place: Place) -> bool:
    """Whether nothing but a blank parts a time from the value before it (``Karnofsky > 50% Less than 10 years``)."""
    return place.earlier is not None and not place.text[place.earlier[0].end : place.limit.start].strip()


def _is_last_time(place: Place) -> bool:
    """Whether no other time stands next, whose name the words behind this one could be."""
    return place.following is None or place.following.amount.kind != "duration"


def _is_period(place: Place) -> bool:
    """Whether "over" tells in what time something is counted or repeated (``≥ 2 units of blood over 8 weeks``)."""
    if place.limit.comparator_words != "over":
        return False
    counted = place.earlier is not None and _STRAIGHT_ON.fullmatch(place.text, place.earlier[0].end, place.limit.start)
    return bool(counted) or _REPEATED.search(place.left[-60:]) is not None


def _leads_a_window(place: Place) -> bool:
    """Whether a time is one end of a window whose other end has another unit (``≥ 14 days and < 4 months before``)."""
    after = place.following
    if after is None or after.amount.kind != "duration" or after.comparator is None:
        return False
    joined = _LEADS_ON.fullmatch(place.text, place.limit.end, after.start)
    behind = place.text[after.end : place.bounds[1]]
    return bool(joined and (BEFORE.match(behind) or PLAIN_AFTER.match(behind)))


def _off(place: Place, off: re.Match[str]) -> TimeRead | None:
    """Being without something: a treatment (washout), a disease, or progression of it."""
    left = place.left[-120:]
    if _FREE.search(off.group()) and _SIGNS.search(left[-60:]):
        return window(place, "time.off", "at least", "time_since_event")
    if _DISEASE.search(left) and _FREE.search(off.group()):
        if "progress" in left:
            return TimeRead("duration", "disease_free_duration", "time.off", None, None, place.limit.start)
        return window(place, "time.off", "at least", "prior_malignancy_free_interval", anchored=False)
    if _STATE_OFF.search(left):
        return duration(state_cue(place)) if place.limit.comparator else None
    event = _HABIT.search(left) or _FREE_OF_EVENT.search(off.group())
    told = "time_since_event" if event else window_cue(place) if _NO_EVENT.search(left) else "washout"
    return window(place, "time.off", "at least", told)
