"""Times in criteria: ages, durations of a state, and windows before or after an event.

Rules: ``time.age`` (years of a person), ``time.window_left`` (``within 4 weeks``, ``in the past 6 months``),
``time.window_right`` (``2 weeks before``, ``3 months after``), ``time.elapsed`` (``4 weeks must have elapsed``),
``time.implicit`` (``within the past year``), ``time.off`` (``off steroids for at least 7 days``), ``time.state`` (``for at
least 2 years``), ``time.half_life``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from harvester.text.definition_file import definition_pairs, expression
from harvester.text.limit import Limit
from harvester.text.token import Phrase

_AGE_RIGHT = re.compile(r"\s*(?:\([^()]{0,30}\)\s*)?,?\s*-?\s*(?:of age|old\b|y/o|yo\b|in age)", re.IGNORECASE)
_AGE_MOMENT = expression("time_window.age_moment")
_AGE_GAP = expression("time_window.age_gap")
_ONSET = re.compile(r"\b(?:onset|first symptoms?|diagnos\w+ before|began|started)\b", re.IGNORECASE)
_FAMILY = expression("time_window.family")
_MENSES = re.compile(r"\b(?:menopaus\w*|amenorrh\w*|menses|menstrua\w*|sterili\w*)\b|postmenopaus\w*", re.IGNORECASE)
_IMAGED = expression("time_window.imaged")
_AGE_WORDS = re.compile(r"\b(?:old|older|younger|elder|of age|y/o)\b", re.IGNORECASE)
_GROWN = expression("time_window.grown")
_ADULTS = expression("time_window.adults")
_WITHIN = expression("time_window.within")
_BEFORE = expression("time_window.before")
_AFTER = expression("time_window.after")
_ELAPSED = expression("time_window.elapsed")
_FREQUENCY = re.compile(r"(?:\bevery|\beach|\bper|\bq|\bonce(?: in)?|\btimes(?: in)?|\bcycle of|\ba|/)\s*$", re.IGNORECASE)
_OFF = expression("time_window.off")
_FOR = expression("time_window.for")
_IMPLICIT = expression("time_window.implicit")
_UNITS = {
    "year": ("a", 1.0),
    "month": ("mo", 1.0),
    "week": ("wk", 1.0),
    "day": ("d", 1.0),
    "half-year": ("a", 0.5),
    "half year": ("a", 0.5),
    "halfyear": ("a", 0.5),
}
_ANCHOR = expression("time_window.anchor")
_ANCHOR_STOP = re.compile(
    r"\s+(?:and|or|unless|except|with|which|that|if|is|are|will|must|may|who|but|for|whichever|to be"
    r"|the patients?|throughout|during|where|when)\b.*",
    re.IGNORECASE | re.DOTALL,
)
_CONTRACEPTION = expression("time_window.contraception")
_DURATION_CONCEPTS = frozenset(
    {"life_expectancy", "symptom_duration", "remission_duration", "treatment_duration", "surgery_duration"}
)


@dataclass(frozen=True, slots=True)
class TimeRead:
    """What a time is: ``kind`` is age, window, duration or none of them (drop)."""

    kind: str
    concept: str
    rule: str
    relation: str | None = None
    anchor: str | None = None
    start: int | None = None  # where the words begin, cue included
    end: int | None = None


@cache
def _cues(kind: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    pairs = [(key.split(".", 1), value) for key, value in definition_pairs("times.txt")]
    return tuple((key[1], re.compile(value, re.IGNORECASE)) for key, value in pairs if key[0] == kind)


def nearest_cue(kind: str, text: str, default: str) -> str:
    """The concept whose cue stands last in ``text`` (definitions/times.txt), else ``default``."""
    best, where = default, -1
    for slug, pattern in _cues(kind):
        for match in pattern.finditer(text):
            if match.end() > where:
                best, where = slug, match.end()
    return best


def first_cue(kind: str, text: str, default: str) -> str:
    """The concept whose cue stands first in ``text``, else ``default``."""
    best, where = default, len(text) + 1
    for slug, pattern in _cues(kind):
        match = pattern.search(text)
        if match and match.start() < where:
            best, where = slug, match.start()
    return best


def read_time(
    text: str, limit: Limit, bounds: tuple[int, int], names: tuple[Phrase, ...], since: int, donor: bool
) -> TimeRead | None:
    """What the time ``limit`` (unit of time, or none and a name of age beside it) is; none when it is no condition."""
    left, right = text[bounds[0] : limit.start], text[limit.end : bounds[1]]
    unit = limit.amount.unit
    if unit == "{half-life}":
        within = _WITHIN.search(left)
        relation = _relation(limit, "within" if within else "at least")
        return TimeRead(
            "window",
            _window_concept(text, limit, bounds),
            "time.half_life",
            relation,
            _anchor(right),
            _cue_start(limit, within, bounds),
        )
    if _FREQUENCY.search(left) and limit.comparator is None:
        return None
    within = _WITHIN.search(left)
    hyphen = "hyphen" in limit.amount.flags
    if within and (
        (re.match(r"\W*(?:last|past|previous|next)\b", within.group(), re.IGNORECASE) and limit.comparator)
        or (hyphen and re.match(r"\W*(?:during|in) the", within.group()))
    ):
        within = None
    if within and not (_AGE_WORDS.search(text[limit.start : limit.end]) and not _BEFORE.match(right)):
        return _window_left(text, limit, bounds, within, right)
    if hyphen and limit.comparator is None:
        return TimeRead("window", "washout", "time.elapsed", "at least", None) if re.match(r"\s*wash-?out", right) else None
    age = _age(text, limit, bounds, names, since, left, right, donor)
    if age:
        return age
    owner = next((name for name in reversed(names) if since <= name.start and name.end <= limit.number_start), None)
    if owner is not None and owner.key in _DURATION_CONCEPTS and limit.comparator:
        return TimeRead("duration", owner.key, "time.state")
    return _window_right(text, limit, bounds, left, right) or _state(text, limit, bounds, left, right)


def _cue_start(limit: Limit, cue: re.Match[str] | None, bounds: tuple[int, int]) -> int:
    if cue is None:
        return limit.start
    skipped = len(cue.group()) - len(cue.group().lstrip())
    return bounds[0] + cue.start() + skipped


def _relation(limit: Limit, plain: str) -> str:
    return {">=": "at least", ">": "longer than", "<": "within", "<=": "within"}.get(limit.comparator or "", plain)


def _window_left(text: str, limit: Limit, bounds: tuple[int, int], cue: re.Match[str], right: str) -> TimeRead:
    left = text[bounds[0] : limit.start]
    words = cue.group().lower()
    if re.search(r"\bfor\b", words) and re.search(r"\bstable\b", left[-90:], re.IGNORECASE) and _BEFORE.match(right):
        return TimeRead("duration", "stable_therapy_duration", "time.state")
    return TimeRead(
        "window",
        _window_concept(text, limit, bounds),
        "time.window_left",
        "within",
        _anchor(right),
        _cue_start(limit, cue, bounds),
    )


def _anchor(right: str) -> str | None:
    match = _ANCHOR.match(right)
    if not match:
        return None
    words = " ".join(_ANCHOR_STOP.sub("", match["anchor"]).split())
    return words[:80].strip() or None


def _age(
    text: str, limit: Limit, bounds: tuple[int, int], names: tuple[Phrase, ...], since: int, left: str, right: str, donor: bool
) -> TimeRead | None:
    unit = limit.amount.unit
    if unit not in ("a", "mo", "wk", "d", None):
        return None
    largest = max(value for value in (limit.low, limit.high, 0.0) if value is not None)
    words = text[limit.start : limit.end]
    before = _BEFORE.match(right)
    own = [name for name in names if since <= name.start and name.end <= limit.number_start]
    owner = own[-1] if own else None
    behind = next((name for name in names if name.start >= limit.end and name.start - limit.end <= 12), None)
    behind = None if behind is not None and re.search(r"\d", text[limit.end : behind.start]) else behind
    if (behind is not None and behind.key == "gestational_age") or (owner is not None and owner.key == "gestational_age"):
        return TimeRead("age", "gestational_age", "time.age")
    if (
        owner is not None and owner.key == "age_at_onset" and len(text[owner.end : limit.start]) < 60
    ) or limit.comparator_words.startswith(("onset", "after age", "before age", "after the age", "before the age")):
        return TimeRead("age", "age_at_onset", "time.age")
    if largest > 120 or (before and not _AGE_RIGHT.match(right) and owner is None):
        return None
    gap = text[owner.end : limit.start] if owner is not None else ""
    told = bool(re.search(r"\bage\b", left[-60:], re.IGNORECASE) or _AGE_RIGHT.match(right) or _AGE_WORDS.search(words))
    if (owner is not None and owner.key == "age" and _ONSET.search(gap)) or (unit == "a" and told and _ONSET.search(left[-60:])):
        return TimeRead("age", "age_at_onset", "time.age") if limit.comparator else None
    named = (
        owner is not None and owner.key == "age" and len(gap) < (80 if limit.comparator else 12) and bool(_AGE_GAP.fullmatch(gap))
    )
    old = bool(_AGE_WORDS.search(words) or _AGE_RIGHT.match(right) or (unit == "a" and _AGE_MOMENT.match(right)))
    if old and not named and unit != "a" and _IMAGED.search(left[-80:]):
        return TimeRead("window", "assessment_window", "time.window_right", "within", None, limit.start)
    grown = old and not before and not (unit in ("mo", "wk", "d") and _FOR.search(left))
    bare = (
        unit == "a" and limit.comparator is not None and bool(_ADULTS.fullmatch(left)) and not _AFTER.match(right) and not before
    )
    bare = bare and not re.match(
        r"[\s-]*(?:history|duration|follow|interval|experience|period|survival|or more of|of (?!age))", right, re.IGNORECASE
    )
    if (bare or grown) and not named and _MENSES.match(right.lstrip(" ,(")[:30]):
        return None
    bare = bare or (unit in ("a", None) and limit.comparator is not None and bool(_GROWN.search(left)))
    adjacent = behind is not None and behind.key == "age" and not text[limit.end : behind.start].strip(" -")
    grown = grown or (adjacent and not before and unit in ("a", None))
    if not (named or grown or bare) or (limit.comparator is None and not named):
        return None
    if unit is None and not (named or grown or _AGE_WORDS.search(words) or _GROWN.search(left)):
        return None
    if _FAMILY.search(left[-120:]) and not re.match(r"\s*(?:patients?|participants?|adults?)", left, re.IGNORECASE):
        return TimeRead("none", "", "")
    return TimeRead(
        "age", "donor_age" if donor or re.search(r"\bdonors?\b[^.;]{0,30}$", left, re.IGNORECASE) else "age", "time.age"
    )


def _window_right(text: str, limit: Limit, bounds: tuple[int, int], left: str, right: str) -> TimeRead | None:
    before, after = _BEFORE.match(right), _AFTER.match(right)
    state = _FOR.search(left)
    listed = re.search(
        r"\b(?:completed|discontinued|stopped|surgery|radiotherapy|radiation|therapy|chemotherapy|treatment"
        r"|infusion|transplant\w*)\s*[(:]?\s*$",
        left,
        re.IGNORECASE,
    )
    if listed and limit.comparator and not before and re.match(r"[^.;]{0,120}\b(?:prior to|before)\b", right):
        return TimeRead(
            "window", _window_concept(text, limit, bounds), "time.window_right", _relation(limit, "at least"), None, limit.start
        )
    if state and nearest_cue("state", left[-120:], "") == "amenorrhea_duration" and limit.comparator:
        return TimeRead("duration", "amenorrhea_duration", "time.state")
    if before and state and nearest_cue("window", left[-80:], "") == "contraception_duration":
        return TimeRead(
            "window", "contraception_duration", "time.window_right", _relation(limit, "at least"), _anchor(right), limit.start
        )
    if before and state and not _OFF.search(left[-110:]) and re.search(r"\bfor\s*$|last(?:s|ed|ing)\s*$", left):
        return (
            TimeRead("duration", nearest_cue("state", left[-160:], "state_duration"), "time.state") if limit.comparator else None
        )
    if before:
        return TimeRead(
            "window",
            _window_concept(text, limit, bounds),
            "time.window_right",
            _relation(limit, "within"),
            _anchor(right),
            limit.start,
        )
    contraception = _CONTRACEPTION.search(text[max(0, limit.start - 800) : limit.start])
    if (
        after
        and contraception
        and re.match(r"[\s,()]*(?:\([^()]{0,40}\)\s*)?(?:after|following|post|from|of|thereafter)", right)
        and re.search(
            r"thereafter|afterwards|dose|treatment|study|therapy|drug|infusion|end|discontin|last|administration"
            r"|intervention|completion|stud",
            right[:90],
        )
    ):
        return TimeRead(
            "window", "contraception_duration", "time.window_right", _relation(limit, "at least"), _anchor(right), limit.start
        )
    if limit.comparator and re.match(r"\s*from\b", right) and re.search(r"\bduration\b[^.;]{0,60}$", left, re.IGNORECASE):
        return TimeRead("duration", nearest_cue("state", left[-160:], "state_duration"), "time.state")
    if (
        state
        and limit.comparator
        and re.match(r"\s*from\b", right)
        and re.search(r"\bfor\s*$", left)
        and not _OFF.search(left[-110:])
    ):
        return TimeRead("duration", nearest_cue("state", left[-160:], "state_duration"), "time.state")
    if after and not (state and re.match(r"\s*of\b", right)):
        plain_of = re.match(r"\s*of\b", right)
        if plain_of and limit.comparator is None:
            return None
        if plain_of:
            return TimeRead("duration", first_cue("state", right[:80], "state_duration"), "time.state")
        if limit.comparator is None and not re.match(r"\s*(?:after|post|following|since)", right):
            return None
        return TimeRead(
            "window",
            _window_concept(text, limit, bounds),
            "time.window_right",
            _relation(limit, "at least"),
            _anchor(right),
            limit.start,
        )
    if re.match(r"[^.;]{0,160}\b(?:elapsed?|lapsed|passed)\b", right) or (
        limit.comparator
        and re.search(r"\b(?:since|wash-?out(?: period)?(?: of)?|interval (?:of|between))\b[^.;]{0,60}$", left, re.IGNORECASE)
    ):
        return TimeRead(
            "window",
            _window_concept(text, limit, bounds),
            "time.elapsed",
            _relation(limit, "at least"),
            _anchor(right),
            limit.start,
        )
    return None


def _state(text: str, limit: Limit, bounds: tuple[int, int], left: str, right: str) -> TimeRead | None:
    state = _FOR.search(left)
    off = _OFF.search(left[-90:])
    if state and off and not re.search(r"\b(?:last|lasting|history|duration)\b", state.group()) and re.search(r"\bfor\s*$", left):
        if re.search(r"\b(?:malignan\w*|cancer|tumou?r|neoplas\w*|disease)\b", left[-120:], re.IGNORECASE) and re.search(
            r"\bfree\b|\bno evidence\b|without", off.group(), re.IGNORECASE
        ):
            slug = "disease_free_duration" if re.search(r"progress", left[-120:]) else "prior_malignancy_free_interval"
            kind = "duration" if slug == "disease_free_duration" else "window"
            return TimeRead(kind, slug, "time.off", _relation(limit, "at least") if kind == "window" else None, None, limit.start)
        if re.search(r"progress|menopaus|menses|menstrua|amenorrh", left[-120:], re.IGNORECASE):
            return (
                TimeRead("duration", nearest_cue("state", left[-160:], "state_duration"), "time.state")
                if limit.comparator
                else None
            )
        return TimeRead("window", "washout", "time.off", _relation(limit, "at least"), _anchor(right), limit.start)
    if limit.comparator is None:
        return None
    if limit.comparator in ("<", "<=") and re.search(r"\b(?:of|\()\s*$", left):
        event = nearest_cue("window", left[-80:], "")
        if event in ("time_since_cardiac_event", "time_since_thrombosis", "time_since_bleeding", "time_since_surgery"):
            return TimeRead("window", event, "time.window_right", "within", None, limit.start)
    ahead = first_cue("state", right[:30], "")
    if ahead and not re.search(r"\b(?:for|last\w*|duration of|of)\s*$", left):
        return TimeRead("duration", ahead, "time.state")
    cue = nearest_cue("state", left[-160:], "")
    if not cue:
        cue = first_cue("state", right[:80], "state_duration")
    return TimeRead("duration", cue, "time.state")


def _window_concept(text: str, limit: Limit, bounds: tuple[int, int]) -> str:
    left = text[bounds[0] : limit.start]
    slug = nearest_cue("window", left[-200:], "")
    if not slug:
        slug = first_cue("window", text[limit.end : min(bounds[1], limit.end + 160)], "")
    return slug or nearest_cue("window", text[max(0, bounds[0] - 200) : bounds[0]], "time_since_event")


def implicit_windows(text: str) -> tuple[tuple[int, int, float, str], ...]:
    """Windows without a number (``within the past year``, ``a week before``): start, end, value, unit."""
    found = []
    for match in _IMPLICIT.finditer(text):
        unit, value = _UNITS[match["unit"].lower()]
        found.append((match.start(), match.end(), value, unit))
    return tuple(found)
