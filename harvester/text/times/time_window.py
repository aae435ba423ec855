"""Times in criteria: ages, durations of a state (`state_time`), and windows before or after an event.

Rules: ``time.age`` (see ``time_age.py``), ``time.window_left`` (``within 4 weeks``, ``in the past 6 months``),
``time.window_right`` (``2 weeks before``, ``3 months after``), ``time.elapsed`` (``4 weeks must have elapsed``),
``time.implicit`` (``within the past year``), ``time.off`` (``off steroids for at least 7 days``), ``time.state`` (``for at
least 2 years``), ``time.half_life``.
"""

from __future__ import annotations

import re
from dataclasses import replace

from harvester.text.expressions.definition_file import expression
from harvester.text.expressions.gate import gated
from harvester.text.expressions.pattern import pattern_of
from harvester.text.expressions.spans import without_brackets
from harvester.text.limits.concept_group import group
from harvester.text.limits.place import Place
from harvester.text.times.duration_of import ill_since, was_tried
from harvester.text.times.state_time import CLOSING_FOR, EVENTS, PLAIN_AFTER, RECENT, STILL, read_state
from harvester.text.times.time_age import AGE_WORDS, read_age
from harvester.text.times.time_read import (
    AFTER,
    BEFORE,
    FOR,
    OFF,
    PREGNANCY_PLANNED,
    STABLE,
    TimeRead,
    anchor_of,
    duration,
    first_cue,
    given_cue,
    nearest_cue,
    state_cue,
    time_between,
    window,
)

_WITHIN = expression("time.within")
_ADJECTIVE = pattern_of(r"\W*(?:last|past|previous|next)\b", re.IGNORECASE)
_DURING = pattern_of(r"\W*(?:during|in) the(?! (?:past|last|previous|preceding|prior|next|first))")
_BETWEEN = expression("time.between")
_PERSISTING = gated(r"\b(?:last|persist)(?:s|ed|ing)? for\s*$|\bpersist(?:s|ed|ing)?\s*$", re.IGNORECASE)
_DAYS_OF = pattern_of(r"(?:\d|days?|weeks?|months?) $")
_ENDS = pattern_of(r"\s*(?:$|[.;])")
_INTENDED = ("planned_event_window", PREGNANCY_PLANNED)
_FREQUENCY = gated(r"(?:\bevery|\beach|\bper|\bq|\bonce(?: in)?|\btimes(?: in)?|\bcycle of|\ba|/)\s*$", re.IGNORECASE)
_WASHOUT = pattern_of(r"\s*(?:of (?:prior )?)?wash[- ]?out\b(?!-)(?: periods?)?", re.IGNORECASE)
_LEADING_BRACKET = pattern_of(r"^\s*\([^()]{0,60}\)")
_WASHED = gated(r"\bwash[- ]?out['’]?(?: periods?)?(?: of)?(?: at least)?\s*$", re.IGNORECASE)
_UP_TO = pattern_of(r"up to|upto")  # "contraception for up to 5 weeks after": it lasts as long
_APART = expression("time.apart")
_SEPARATED = expression("time.separated")  # "on two occasions separated by at least 8 weeks"
_TOLD_FOR = gated(r"\bdiagnos(?:ed|is)\b(?:(?!\bfree\b)[^.;]){0,60}\bfor\s*$", re.IGNORECASE)
_ANY_FOR = pattern_of(r"\bfor\b", re.IGNORECASE)
_LASTING = pattern_of(r"\bfor\s*$|last(?:s|ed|ing)\s*$")
_HISTORY_OF = pattern_of(r"\bhistory of (?!use\b|treat|therap|prior |previous )[^.;,()<>≤≥]{3,60} of\s*$", re.IGNORECASE)
_DATED_BACK = expression("time.dated_back")
_BACK = pattern_of(r"\s*(?:back(?!-| (?:pain|surg|symptom))\b|in the past\s*(?:$|[.;,)]))", re.IGNORECASE)
_LISTED = expression("time.listed")
_BEFORE_LATER = pattern_of(r"[^.;]{0,120}\b(?:prior to|before)\b")
_CONTRACEPTION = expression("time.contraception")
_AFTER_TREATMENT = expression("time.after_treatment")
_TREATMENT = expression("time.treatment")
_OF_LAST = pattern_of(r"\s*of (?:the |their )?(?:last|final|end)\b", re.IGNORECASE)
# a window for it: "pregnancy test no more than 3 days from the start of study treatment"
_OF_TEST = gated(
    r"\bpregnancy test(?![^.;]*\b(?:contracepti|birth control|abstin|avoid|refrain|and\b|or\b|for\b))[^.;]*$", re.IGNORECASE
)
_OF_STUDY = expression("time.of_study")
_OF_AMENORRHEA = expression("unsigned.unbled_behind")
_OF_PERIOD = pattern_of(r"\s*(?:study|trial|treatment) (?:period|phase)\b", re.IGNORECASE)  # "during the eight week study period"
_LAST_MENSES = gated(r"\blast (?:menstrual period|menses|menstruation|period)\b[^.;\d]{0,30}$", re.IGNORECASE)
_SINCE_MENSES = pattern_of(r"\s*since (?:the |their |her )?last (?:menstrual|menses|period)", re.IGNORECASE)
_BREAST_FED = gated(r"\b(?:breast-? ?feed\w*|lactat\w*|nursing)\b[^.;]*$", re.IGNORECASE)
_PREVENTION = expression("time.prevention")
_FOR_SEX = expression("time.for_sex")
_PREVENTING = gated(r"\b(?:contracepti\w*|birth control|condoms?)\b", re.IGNORECASE)
_OWN_EVENT = expression("time.own_event")
_FROM = pattern_of(r"\s*from\b|,? from (?:the )?first\b")
_OF = pattern_of(r"[\s)]*of\b")
_IN = pattern_of(r"\b(?:in|during|over)(?: the)?(?: (?:first|initial))?\s*$", re.IGNORECASE)
_OF_TRANSPLANT = pattern_of(r"\s*of (?:the |an? )?(?:[\w-]+ ){0,2}transplant", re.IGNORECASE)
_SECOND = expression("time.second")  # "4 months/6 months after"
_ON_FROM = expression("time.on_from")
_OFF_FOR = expression("time.off_for")  # "must be off prazosin for 2 days prior"
_MENOPAUSAL = pattern_of(r"\s*(?:of )?(?:being )?post-?\s?menopaus", re.IGNORECASE)
_IF_SEX = expression("time.if_sex")
_DURATION_BEFORE = gated(r"\bduration\b[^.;]{0,90}$", re.IGNORECASE)
_ELAPSED_BEHIND = pattern_of(r"[^.;]{0,160}\b(?:elapsed?|lapsed|passed)\b")
_SINCE_BEFORE = expression("time.since_before")
_SINCE_NOW = gated(r"\bsince\s*$", re.IGNORECASE)
# "at least 6 weeks prior conservative treatment": how long it was tried, as no "to" makes the treatment an event
_OF_PRIOR_CARE = expression("time.of_prior_care")
_IMPLICIT = expression("time.implicit")
_DAYS_AFTER = expression("time.days_after")
_DURATIONS = group("own_durations")
_UNITS = {
    "year": ("a", 1.0),
    "month": ("mo", 1.0),
    "week": ("wk", 1.0),
    "day": ("d", 1.0),
    "half-year": ("a", 0.5),
    "half year": ("a", 0.5),
    "halfyear": ("a", 0.5),
}


def read_time(place: Place) -> TimeRead | None:
    """What the time of ``place`` is (a unit of time, or none and a name of age beside it); none when it is no condition."""
    limit, left, right = place.limit, place.left, place.right
    within = _WITHIN.search(left)
    if limit.amount.unit == "{half-life}":
        kept = "contraception_duration" if within is None and _PREVENTING.search(left) else None
        read = window(place, "time.half_life", "within" if within else "at least", kept)
        return replace(read, start=_cue_start(place, within), relation="at least" if kept else read.relation)
    if limit.comparator in (">", ">=") and _WASHED.search(left):
        return window(place, "time.elapsed", "at least", "washout")
    bare = _LEADING_BRACKET.sub("", right)
    short = limit.comparator == "<" and place.line.criterion.section == "exclusion"  # "less than a 4-week washout"
    named = _WASHOUT.match(bare) if short or limit.comparator in (None, ">", ">=") else None
    if named or (limit.comparator is None and _WASHED.search(left) and not BEFORE.match(right)):
        anchor = anchor_of(bare[named.end() :]) if named else None
        return TimeRead("window", "washout", "time.elapsed", "within" if short else "at least", anchor)
    if (limit.comparator is None or limit.rule == "limit.range") and _FREQUENCY.search(left.rstrip()[-12:]):
        return None
    hyphen = "hyphen" in limit.amount.flags and not ((limit.amount.unit_text or "").endswith("s") and BEFORE.match(right))
    if was_tried(place):
        return duration("treatment_duration")
    if within is not None and _is_adjective(place, within, hyphen):
        within = None
    if within is not None and not (AGE_WORDS.search(place.text[limit.start : limit.end]) and not BEFORE.match(right)):
        return _window_left(place, within)
    if limit.comparator and (_OF_AMENORRHEA.match(right) or _SINCE_MENSES.match(right) or _LAST_MENSES.search(left)):
        return duration("amenorrhea_duration")
    if _MENOPAUSAL.match(right):
        return duration("amenorrhea_duration") if limit.comparator else TimeRead("none", "", "")
    if _APART.match(right) or _SEPARATED.search(left):
        return TimeRead("none", "", "")
    if hyphen and limit.comparator is None and not (BEFORE.match(right) and (limit.amount.unit_text or "").endswith("s")):
        return None  # "the 12-week trial", but "in the 4-weeks prior to"
    if limit.comparator and _TOLD_FOR.search(left) and limit.amount.unit is not None:
        return window(place, "time.elapsed", "at least", "time_since_diagnosis", anchored=False)
    age = read_age(place)
    if age is not None:
        return age
    own = [name for name in place.names if place.since <= name.start and name.end <= limit.number_start]
    if own and own[-1].key in _DURATIONS and limit.comparator:
        return duration(own[-1].key)
    return ill_since(place, _window_before(place) or _window_after(place) or read_state(place))


def _is_adjective(place: Place, cue: re.Match[str], hyphen: bool) -> bool:
    """Whether the cue belongs to something else: bouts that "last at least 16 weeks", "during the 8-week trial"."""
    verb = bool(_ADJECTIVE.match(cue.group())) and place.limit.comparator is not None
    return verb or ((hyphen or _OF_PERIOD.match(place.right) is not None) and bool(_DURING.match(cue.group())))


def _cue_start(place: Place, cue: re.Match[str] | None) -> int:
    if cue is None:
        return place.limit.start
    skipped = len(cue.group()) - len(cue.group().lstrip())
    return place.bounds[0] + cue.start() + skipped


def _window_left(place: Place, cue: re.Match[str]) -> TimeRead:
    """``within 4 weeks of``; a stable dose "for the last 3 months before" is a duration."""
    if _ANY_FOR.search(cue.group()) and STILL.search(place.left[-90:]):
        return duration("stable_therapy_duration")
    read = replace(window(place, "time.window_left", "within"), start=_cue_start(place, cue))
    read = read if read.concept == STABLE else replace(read, relation="within")
    if place.limit.comparator == ">" and "within" in cue.group().lower():
        return TimeRead("none", "", "")  # "relapsed within more than 6 months": either way
    if _DAYS_OF.search(place.left[: cue.start()]) and cue.group().lower().startswith("of"):
        return replace(read, concept="assessment_window")  # "on at least 30 of the last 90 days"
    if _DURING.match(cue.group()) and _ENDS.match(place.right) and read.concept not in _INTENDED:
        return TimeRead("none", "", "")  # "before the study and during the 2 weeks": the study's own
    later = PLAIN_AFTER.match(place.right) or _OF_LAST.match(place.right)
    told = later and read.concept != PREGNANCY_PLANNED and _CONTRACEPTION.search(place.left)
    if told and _is_contraception(place):
        kept = _kept_up(place)
        return replace(read, concept=kept, relation="within" if kept == PREGNANCY_PLANNED else "at least")
    return read


def _is_contraception(place: Place) -> bool:
    """Whether a time after a treatment says how long contraception goes on."""
    right = _FOR_SEX.sub("", place.right)
    if not AFTER.match(right) or not _AFTER_TREATMENT.match(right) or _OF_TEST.search(place.left[-160:]):
        return False
    told = _CONTRACEPTION.search(place.text[max(0, place.limit.start - 800) : place.limit.start])
    told = told or _PREVENTING.search(place.line.above)
    here = _PREVENTING.search(place.left) and not _OWN_EVENT.search(right[:60])
    return bool(here or (told and _TREATMENT.search(right[:90])))


def sex_behind(right: str) -> str | None:
    """The sex a time is told for right behind it (``4.5 months for male subjects``)."""
    found = _FOR_SEX.match(right) or _IF_SEX.match(right)
    return None if found is None else "female" if found["sex"].lower().startswith(("w", "f", "a w")) else "male"


def _kept_up(place: Place) -> str:
    """What goes on after a last dose: contraception, no breast-feeding, or that a pregnancy is planned, by what is told last."""
    if nearest_cue("window", place.left[-200:], "", ("contraception_duration", PREGNANCY_PLANNED)) == PREGNANCY_PLANNED:
        return PREGNANCY_PLANNED
    fed = _BREAST_FED.search(place.left[-200:])
    return "contraception_duration" if fed is None or _PREVENTION.search(fed.group()) else "breast_feeding_restriction"


def _window_before(place: Place) -> TimeRead | None:
    """``2 weeks before``, and states that last up to an event (``for at least 2 years before``)."""
    limit, left, right = place.limit, place.left, place.right
    before, state = BEFORE.match(right), FOR.search(left)
    if not before and limit.comparator and _LISTED.search(left) and _BEFORE_LATER.match(right):
        return window(place, "time.window_right", "at least", anchored=False)
    if state and limit.comparator and nearest_cue("state", left[-120:], "") == "amenorrhea_duration":
        return duration("amenorrhea_duration")
    if not before:
        return None
    if (
        limit.comparator in (">", ">=")
        and _FROM.match(place.text, limit.start)
        and _ON_FROM.search(left[-160:])
        and not OFF.search(left[-110:])
    ):
        return duration(state_cue(place))  # "treated with A from at least one month before"
    if limit.comparator in (">", ">=") and _OF_PRIOR_CARE.match(right):
        return duration("treatment_duration")
    if state and nearest_cue("window", left[-80:], "") == "contraception_duration":
        return window(place, "time.window_right", "at least", "contraception_duration")
    lasting = _LASTING.search(left) or (limit.comparator in (">", ">=") and _HISTORY_OF.search(left))
    if state and lasting and not OFF.search(without_brackets(left)[-110:]):
        return duration(state_cue(place)) if limit.comparator else TimeRead("none", "", "")
    if state and limit.comparator and _LASTING.search(left) and "progress" in left[-120:]:
        return duration("disease_free_duration")
    if _OFF_FOR.search(left[-90:]):
        return window(place, "time.off", "at least", "washout")
    return window(place, "time.window_right", "within")


def _window_after(place: Place) -> TimeRead | None:
    """``3 months after the last dose``, ``4 weeks must have elapsed since``, and durations counted from an event."""
    limit, left, right = place.limit, place.left, _SECOND.sub("", place.right)
    parted = _BETWEEN.match(right) if limit.comparator else None
    if parted:
        return time_between(place, parted["first"], parted["then"])
    after, state = AFTER.match(_FOR_SEX.sub("", right)), FOR.search(left)
    if after and _is_contraception(place):
        anchor = anchor_of(_FOR_SEX.sub("", right))
        told = replace(window(place, "time.window_right", "at least", _kept_up(place)), anchor=anchor)
        up_to = told.concept != PREGNANCY_PLANNED and _UP_TO.match(limit.comparator_words)
        return replace(told, relation="at least") if up_to else told
    after = AFTER.match(right)
    if after and state and STILL.search(left[-12:]):  # "brain metastases stable for 4 weeks after radiotherapy"
        return duration(nearest_cue("state", left[-120:], "state_duration")) if limit.comparator else TimeRead("none", "", "")
    if limit.comparator and _FROM.match(right):
        lasting = state and CLOSING_FOR.search(left) and not OFF.search(left[-110:])
        if lasting or _DURATION_BEFORE.search(left):
            return duration(state_cue(place))
    of = _OF.match(right)
    if (
        state
        and of
        and limit.comparator in (">", ">=")
        and place.line.criterion.section == "exclusion"
        and _OF_STUDY.match(right)
    ):
        told = window(place, "time.window_right", "within")
        if told.concept in EVENTS or told.concept == "time_since_event":
            return replace(told, relation="within")  # "stroke for at least 2 months of randomization" shuts out recent ones
    if limit.comparator in (">", ">=") and not after and _SINCE_NOW.search(left):
        return duration(state_cue(place))  # "on transfusion since at least 6 years"
    if after and limit.comparator and _PERSISTING.search(left):
        return duration(state_cue(place))  # "headache that persists for more than 3 months after its onset"
    if after and not (state and of):
        return _counted_from(place, bool(of))
    elapsed = _ELAPSED_BEHIND.match(right) or (limit.comparator and (_SINCE_BEFORE.search(left) or _dates_back(place)))
    return window(place, "time.elapsed", "at least") if elapsed else None


def _dates_back(place: Place) -> bool:
    """Whether a time tells how long ago its event was (``the last seizure must date back at least 6 months``)."""
    return _DATED_BACK.search(place.left[-24:]) is not None or _BACK.match(place.right) is not None


def _counted_from(place: Place, of: bool) -> TimeRead:
    """A time with "after", "since", "from" or "of" behind it; without a comparator only the first two count from an event."""
    dropped = TimeRead("none", "", "")
    if of and place.limit.comparator in ("<", "<=") and RECENT.search(place.left) and not place.left.endswith("onset ("):
        return window(place, "time.window_right", "within", anchored=False)  # "recent use (≤ 3 days) of antipyretics"
    if of and place.limit.comparator and _OF_TRANSPLANT.match(place.right):
        return window(place, "time.window_right", "at least", "time_since_transplant")
    if of and place.limit.comparator and _OF_STUDY.match(place.right):
        return window(place, "time.window_right", "within")
    if of and place.limit.comparator in ("<", "<=") and _IN.search(place.left[-6:]):
        return window(place, "time.window_right", "within")  # "relapsed in ≤ 12 months of the transplant"
    if of:
        told = first_cue("state", place.right[:80], "") or given_cue("", place.right)
        return duration(told) if place.limit.comparator else dropped
    if place.limit.comparator is None and not PLAIN_AFTER.match(place.right):
        return dropped
    return window(place, "time.window_right", "within" if _IN.search(place.left[-20:]) else "at least")


def implicit_windows(text: str) -> tuple[tuple[int, int, float, str], ...]:
    """Windows without a number (``within the past year``, ``a week before``): start, end, value, unit."""
    found = []
    for match in _IMPLICIT.finditer(text):
        unit, value = _UNITS[match["unit"].lower()]
        found.append((match.start(), match.end(), value, unit))
    return tuple(found)


def day_windows(text: str) -> tuple[tuple[re.Match[str], str], ...]:
    """Windows by the number of a day after an event (``between day 60 and day 120 after transplant``), with their unit."""
    return tuple((match, _UNITS[match["unit"].lower()][0]) for match in _DAYS_AFTER.finditer(text))
