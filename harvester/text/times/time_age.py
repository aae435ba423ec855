"""Ages: years of a person told from other years (rule ``time.age``), and those that only say for whom a value holds."""

from __future__ import annotations

import re
from dataclasses import replace

from harvester.shape import shape
from harvester.text.expressions.definition_file import expression
from harvester.text.expressions.gate import gated
from harvester.text.expressions.pattern import pattern_of
from harvester.text.joining.modifier import age_band
from harvester.text.joining.whom import is_age_label, is_subject_age
from harvester.text.limits.concept_group import SCORES, group
from harvester.text.limits.limit import Limit
from harvester.text.limits.place import Place
from harvester.text.limits.subject import OTHER
from harvester.text.times.time_read import AFTER, BEFORE, FOR, TimeRead
from harvester.text.written.token import Phrase

AGE_WORDS = gated(r"\b(?:old|older|younger|elder|of age|y/o)\b", re.IGNORECASE)
_DIGIT = pattern_of(r"\d")
_AGE = gated(r"\bage\b", re.IGNORECASE)
_AGE_RIGHT = expression("age.right")
_AGE_MOMENT = expression("age.moment")
_AGE_GAP = expression("age.gap")
_ONSET = gated(r"\b(?:onset|first symptoms?|diagnos\w+ before|began|started)\b", re.IGNORECASE)
_ONSET_WORDS = ("onset", "after age", "before age", "after the age", "before the age")
_TURNING = ("before", "after", "prior to", "under", "by")
_BEGINNING = expression("age.beginning")
_AT_FIRST = expression("age.at_first")
_DIAGNOSED_AT = expression("age.diagnosed_at")
_FAMILY = expression("age.family")
_PERSON_FIRST = pattern_of(r"\s*(?:patients?|participants?|adults?)", re.IGNORECASE)
_MENSES = pattern_of(r"\b(?:menopaus\w*|amenorrh\w*|menses|menstrua\w*|sterili\w*)\b|postmenopaus\w*", re.IGNORECASE)
_IMAGED = expression("age.imaged")
_UNRECURRED = expression("time.unrecurred")
_IS_SPECIMEN = expression("age.is_specimen")  # "archived material up to 2 years old"
_GROWN = expression("age.grown")
# at the head of a clause: "fever in children > 5 days" tells how long the fever lasts
_YOUNG = expression("time.young")
_BORN_AT = pattern_of(r"\b(?:newborns|neonates|(?:(?:pre-?)?term|premature) (?:infants|babies))\s*$", re.IGNORECASE)
_ADULTS = expression("age.adults")
_FERTILE = pattern_of(r"(?:child-?bearing|reproductive|fertile)\s$", re.IGNORECASE)
_NO_AGE = expression("age.no_age")
_LATER_EVENT = expression("time.later_event")
_TO_BE = pattern_of(r"\W*(?:(?:patients?|participants?|subjects?|volunteers?|children) )?to be\s*", re.IGNORECASE)
_PERSONS = expression("fact.persons")
_ONE_MUST = pattern_of(r"\W*(?:must|should|has to|have to) be\s*", re.IGNORECASE)
_ENDS_AGE = pattern_of(r"[\s-]*(?:of age|old)?[\s.;,)]*", re.IGNORECASE)
_ENDS = expression("age.ends")
# "Men and women 18 to 65 with asthma", "Patients between 18 and 75 (inclusive)"
_WHOM = pattern_of(r"\s*(?:\(inclusive\)|(?:with|who|diagnosed|scheduled|undergoing|inclusive|of either sex)\b)", re.IGNORECASE)
_DONOR = gated(r"\bdonors?\b[^.;:]{0,30}$", re.IGNORECASE)
_RECIPIENT = gated(r"\brecipients?(?:'s?)?\b[^.;:]{0,20}$", re.IGNORECASE)  # "donor age 18-60; recipient age 2-70"
# "(age ≤ 40) and older (age > 50) donors"
_DONORS = expression("age.donors")
_AGE_CONDITION = expression("fact.age_condition")
_CONSENT_BEFORE = expression("fact.consent_before")
_CONSENT_BEHIND = expression("fact.consent_behind")
_APART = pattern_of(r"\d|\(|for")
_WORD = pattern_of(r"\w")
_THEN_VALUE = pattern_of(
    r"\s?(?:of age|old)?\)\s*(?:(?:of|must be|should be|is) )?(?:[<>≤≥\d]|at least|(?:greater|more|less) than)"
)
_BRACKET_THEN_YEARS = pattern_of(r"\s*\([^()]{0,90}\)\s*(?:years?|yrs?)\b")
GROWN_AHEAD = gated(r"\b(?:adults?|elderly|seniors?|children|minors?|adolescents?|infants?)\s*[(,]?\s*$", re.IGNORECASE)
_OLDER = pattern_of(r"\b(?:older|younger|elder)\b|under the age", re.IGNORECASE)
_SHARED = pattern_of(r"[\s,]*(?:and|or|and/or)?\s*")
AGED = pattern_of(r"\b(?:old|of age|older|younger|age)\b")
_OPENING_CONDITION = pattern_of(r"\s*(?:if|for|in)\b", re.IGNORECASE)
# "No induction therapy allowed in newly diagnosed disease in patients at least 65 years old"
_ALLOWED_IN = expression("time.allowed_in")
_ASSENT_BEHIND = pattern_of(
    r"[^.;,]{0,40}\b(?:should|must|will|need to|may) (?:also )?(?:provide|give|sign)\w* (?:\w+ )?assent", re.I
)
_IN_BRACKETS_FOR = pattern_of(r"\((?:[^()]*\s)?(?:for|in|if)\b[^()]*$", re.IGNORECASE)
CLOSING_IF = pattern_of(r"\bif\s*(?:\w+\s*){0,2}$", re.IGNORECASE)
_MEASURED_BEFORE = pattern_of(r"\d ?(?:mg/dl|g/dl|[uµ]mol/l|mmol/l)\s*$", re.IGNORECASE)
_TABLE_VALUE = pattern_of(r"\d\.\d|mg/dl", re.IGNORECASE)
MEASURED = pattern_of(r"[<>≤≥]|\d ?(?:%|m[lg]\b|years|weeks|months)")
_CELL_COUNTS = group("cell_counts")
# "≥ 18 for mothers; others ≥ 12"
_OF_OTHERS = pattern_of(
    r"[^.;]{0,40}[;,.]\s*(?:and |but )?(?:for )?(?:all )?(?:the )?others:?\s*(?:aged? |must be |should be )?", re.IGNORECASE
)
_BOTH_SEXES = pattern_of(r"\W*(?:fe)?(?:males?|men) (?:and|or|/|and/or) (?:fe)?(?:males?|men|women)\W*", re.IGNORECASE)
_YEARS_BEHIND = pattern_of(r" ?(?:years?|yrs?)(?: of age| old)?(?= ?(?:$|[.,;)]|and\b|with\b|who\b|at\b))", re.IGNORECASE)
_LASTING = pattern_of(r"\b(?:history|duration|lasting|for)\b", re.IGNORECASE)  # "onset before 50, history of ≥ 12 months"
_AGED_BEFORE = pattern_of(  # "18-59 years of age with ECOG 0-2, or 60 years and above with ECOG 0-1"
    r"(?:\b(?:aged?|ages)\b[^.;]{0,12}\d|\d ?(?:years|yrs)[ -](?:of age|old)\b)[^.;]{0,80}\bor $", re.IGNORECASE
)
_NO_MORE = pattern_of(r"\s*(?:$|[.;,)])")
_OLDEST = {"a": 120, "mo": 1440, "wk": 6260, "d": 43830, "h": 720, None: 120}  # no age is above, in its unit


@shape()
class _Told:
    """How an age is told: a name before it, a name right behind it, words such as "old", or nothing but people."""

    owner: Phrase | None
    behind: Phrase | None
    gap: str
    before: bool  # the words behind say "before" an event

    @classmethod
    def of(cls, place: Place) -> _Told:
        limit = place.limit
        own = [name for name in place.names if place.since <= name.start and name.end <= limit.number_start]
        owner = own[-1] if own else None
        if owner is not None and _FERTILE.search(place.text, max(0, owner.start - 16), owner.start):
            owner = None  # "of childbearing age, at least 6 months after"
        near = next((name for name in place.names if name.start >= limit.end and name.start - limit.end <= 12), None)
        if near is not None and _DIGIT.search(place.text, limit.end, near.start):
            near = None
        gap = place.text[owner.end : limit.start] if owner is not None else ""
        return cls(owner, near, gap, bool(BEFORE.match(place.right)))

    def owned_by(self, *keys: str) -> bool:
        """Whether the name before the age is one of ``keys``."""
        return self.owner is not None and self.owner.key in keys


def read_age(place: Place) -> TimeRead | None:
    """The age ``place`` holds; none when it is no age. Ages of relatives are dropped, since they limit nobody."""
    limit, told = place.limit, _Told.of(place)
    if limit.amount.unit not in ("a", "mo", "wk", "d", "h", None):
        return None
    gestation = any(
        name.key == "gestational_age" and limit.number_start < name.start < limit.end < name.end for name in place.names
    )
    gestation = (
        gestation or told.owned_by("gestational_age") or (told.behind is not None and told.behind.key == "gestational_age")
    )
    if gestation and limit.amount.word and limit.amount.unit is None:
        return None  # "transfer before 36 weeks PMA without at least one measurement"
    if gestation and limit.amount.unit != "a" and not _AGE_RIGHT.match(place.right):  # nobody is carried for years
        if limit.comparator is None or _LATER_EVENT.search(place.left[-80:]):
            return TimeRead("none", "", "")  # "oxygen until 36 weeks' postmenstrual age"
        return TimeRead("age", "gestational_age", "time.age")
    if (
        told.owned_by("age_at_onset") and len(told.gap) < 60 and not _LASTING.search(told.gap)
    ) or limit.comparator_words.startswith(_ONSET_WORDS):
        return TimeRead("age", "age_at_onset", "time.age")
    largest = max(value for value in (limit.low, limit.high, 0.0) if value is not None)
    if largest > _OLDEST[limit.amount.unit] or (told.before and not _AGE_RIGHT.match(place.right) and told.owner is None):
        return None
    if _is_onset(place, told):
        return TimeRead("age", "age_at_onset", "time.age") if limit.comparator else None
    return _person_age(place, told)


def _is_onset(place: Place, told: _Told) -> bool:
    """Whether an age is the one at which a disease began."""
    if told.owned_by("age") and _ONSET.search(told.gap):
        return True
    if _AT_FIRST.match(place.right) or _DIAGNOSED_AT.search(place.left[-60:]):
        return True
    words = place.text[place.limit.start : place.limit.end]
    aged = _AGE.search(place.left[-60:]) or _AGE_RIGHT.match(place.right) or AGE_WORDS.search(words)
    named = aged is not None or told.owned_by("age") or "age" in place.limit.comparator_words
    if place.limit.comparator_words.startswith(_TURNING) and named and _BEGINNING.search(place.left[-80:]):
        return True
    return bool(place.limit.amount.unit == "a" and aged and _ONSET.search(place.left[-60:]))


def _person_age(place: Place, told: _Told) -> TimeRead | None:
    limit, unit, left = place.limit, place.limit.amount.unit, place.left
    words = place.text[limit.start : limit.end]
    far = 80 if limit.comparator else 12
    inside = limit.rule == "limit.reversed" and any(
        name.key == "age" for name in place.names if limit.start <= name.start < limit.end + 8
    )
    named = inside or (told.owned_by("age", "donor_age") and len(told.gap) < far and bool(_AGE_GAP.fullmatch(told.gap)))
    old = bool(AGE_WORDS.search(words) or _AGE_RIGHT.match(place.right) or (unit == "a" and _AGE_MOMENT.match(place.right)))
    specimen = _IMAGED.search(left[-80:]) if unit != "a" else _is_short(limit) and limit.low is None and _IS_SPECIMEN.search(left)
    if old and not named and specimen:
        return TimeRead("window", "assessment_window", "time.window_right", "within", None, limit.start)
    grown = old and not told.before and not (unit in ("mo", "wk", "d", "h") and FOR.search(left))
    bare = _is_bare(place, told)
    if (bare or grown) and not named and _MENSES.match(place.right.lstrip(" ,(")[:30]):
        return None
    people = limit.comparator is not None and unit in ("a", None) and bool(_GROWN.search(left) or is_of_people(place))
    young = limit.comparator is not None and unit in ("mo", "wk", "d") and bool(_YOUNG.search(left))
    if young and unit == "wk" and _BORN_AT.search(left) and (limit.low or limit.high or 0) >= 22:
        return TimeRead("age", "gestational_age", "time.age")  # nobody is a newborn for so long
    people = people or young
    adjacent = told.behind is not None and told.behind.key == "age" and not place.text[limit.end : told.behind.start].strip(" -")
    again = limit.rule == "limit.after" and unit == "a" and _AGED_BEFORE.search(place.text[: limit.start]) is not None
    grown = grown or again or (adjacent and not told.before and unit in ("a", None))
    alone = limit.comparator is None and unit == "a" and grown and _ADULTS.fullmatch(left) and _ENDS_AGE.fullmatch(place.right)
    if not (named or alone) and (limit.comparator is None or not (grown or bare or people)):
        return None
    if _FAMILY.search(left[-120:]) and not _PERSON_FIRST.match(left):
        return TimeRead("none", "", "")
    of_donor = bool(_DONOR.search(left) or _DONORS.match(place.right))
    of_donor = of_donor or (place.line.criterion.population == "donor" and not _RECIPIENT.search(left))
    return TimeRead("age", "donor_age" if of_donor else "age", "time.age")


def is_of_people(place: Place) -> bool:
    """Whether a compared number is all that is told of people (``Participants must be at least 18``)."""
    limit = place.limit
    value = limit.low if limit.low is not None else limit.high
    if limit.comparator is None or limit.amount.unit is not None or not 10 <= (value or 0) <= 100:
        return False
    people = _PERSONS.search(place.left[-60:]) or _ONE_MUST.fullmatch(place.left) or _BOTH_SEXES.fullmatch(place.left)
    if people and _ENDS.match(place.right):
        return True
    if _YEARS_BEHIND.match(place.right) and _ADULTS.fullmatch(place.left):  # "18+ years"
        return place.text[limit.end - 1] == "+"
    both = limit.low is not None and limit.high is not None and limit.high <= 90
    return both and _ADULTS.fullmatch(place.left) is not None and _WHOM.match(place.right) is not None


def _is_short(limit: Limit) -> bool:
    """Whether so many years can be a specimen's, or those without a recurrence: "marrow ≤ 70 years old" is of people."""
    return limit.comparator is not None and limit.amount.value <= 10


def _is_bare(place: Place, told: _Told) -> bool:
    """Whether years stand alone, or only people before them (``Men and women 18-75 years``)."""
    if place.limit.amount.unit != "a" or place.limit.comparator is None or told.before:
        return False
    right = place.right
    if _MENSES.search(place.left[-60:]):
        return False
    if _TO_BE.fullmatch(place.left):  # "to be at least 2 years in remission" is no age
        return _ENDS_AGE.fullmatch(right) is not None
    free = _is_short(place.limit) and _UNRECURRED.match(right)
    return bool(_ADULTS.fullmatch(place.left)) and not (AFTER.match(right) or _NO_AGE.match(right) or free)


def is_of_item(limit: Limit) -> bool:
    """Whether the number of an item is glued to an age (``3.14 to 70 years``): no age has such decimals."""
    low = limit.low or 0.0
    return limit.amount.unit == "a" and "weeks_and_days" not in limit.flags and abs(low * 4 - round(low * 4)) > 1e-6 and low > 2


def is_band(place: Place) -> bool:
    """Whether years only say for whom a laboratory value holds: in a table below it, or alone in brackets behind it."""
    above = place.line.parent_names
    if any(name.key == "creatinine_serum" for name in above) and _TABLE_VALUE.search(place.text):
        return True
    opened = place.text.rfind("(", max(0, place.limit.start - 40), place.limit.start)
    if opened < 0 or age_band(place.text[opened : opened + 100]) is None:
        return False
    scored = any(name.key in SCORES and not place.text[name.end : opened].strip() for name in place.names if name.end <= opened)
    measured = place.earlier is not None and place.earlier[0].amount.unit is not None
    return scored or measured or _MEASURED_BEFORE.search(place.text, max(0, opened - 16), opened) is not None


def is_aged(place: Place) -> bool:
    """Whether a number without a unit is an age: one is named before or right behind it."""
    limit = place.limit
    if limit.rule == "limit.set":
        return False
    own = [name for name in place.names if place.since <= name.start and name.end <= limit.number_start]
    behind = any(
        name.key in ("age", "gestational_age")
        and 0 <= name.start - limit.end <= 6
        and not _APART.search(place.text, limit.end, name.start)
        for name in place.names
    )
    if limit.comparator and _BRACKET_THEN_YEARS.match(place.right):
        return True
    if limit.comparator and GROWN_AHEAD.search(place.text[max(0, limit.start - 30) : limit.start]):
        return True
    if limit.rule == "limit.reversed" and any(
        name.key == "age" and limit.start <= name.start < limit.end + 8 for name in place.names
    ):
        return True
    named = bool(own) and own[-1].key in ("age", "donor_age", "age_at_onset", "gestational_age")
    return named or behind or bool(_OLDER.search(limit.comparator_words)) or is_of_people(place)


def shares_age(place: Place) -> bool:
    """Whether a number without a unit shares the next one's (``less than 6, and older than 18 years``)."""
    limit, following = place.limit, place.following
    if following is None or limit.comparator is None or limit.amount.reference != "absolute" or limit.amount.unit is not None:
        return False
    if _is_outside(limit, following) and _ADULTS.fullmatch(place.left) and not place.line.parent_names:
        return _SHARED.fullmatch(place.text, limit.end, following.start) is not None
    own = [name for name in place.names if place.since <= name.start and name.end <= limit.number_start]
    if own and limit.number_start - own[-1].end <= 3 and own[-1].key in SCORES:
        return False  # "ECOG 0-1, ≥ 18 years of age"
    if place.left.rstrip()[-1:] in (")", "]"):
        return False  # "Pain (VPS) > 3, 18-45 years"
    if following.amount.unit not in ("a", "mo") or not _SHARED.fullmatch(place.text, limit.end, following.start):
        return False
    return bool(AGED.search(place.text[following.start : following.end + 10]))


def _is_outside(limit: Limit, following: Limit) -> bool:
    """Whether two compared numbers are the ages beyond which nobody joins (``under 18 or over 65 years``)."""
    words = following.amount.unit == "a" or (following.amount.unit is None and following.comparator_words.isalpha())
    ages = 10 <= (limit.high or 0) <= 25 and 40 <= (following.low or 0) <= 110
    return words and ages and limit.low is None and following.high is None


def is_for_whom(place: Place) -> bool:
    """Whether an age only says for whom another value of the sentence holds (``≥ 50% for patients > 16 years``)."""
    limit, left = place.limit, place.left
    if _CONSENT_BEFORE.search(left[-240:]) or (_OPENING_CONDITION.match(left) and _CONSENT_BEHIND.match(place.right)):
        return True
    if _ASSENT_BEHIND.match(place.right) or _ALLOWED_IN.search(left[-200:]):
        return True
    graded = place.text[max(0, limit.start - 60) : limit.start]
    bracketed = graded.rstrip().endswith("(") and not _AGE.search(graded)
    if bracketed and any(name.key in SCORES and 0 <= limit.start - name.end < 45 for name in place.names):
        return True
    if (is_subject_age(left, place.right) and limit.low != 18) or is_age_label(place.right):
        return True
    if not _AGE_CONDITION.search(left):
        return False
    bracket = _IN_BRACKETS_FOR.search(left)
    if bracket and (place.earlier is not None or MEASURED.search(left[: bracket.start()])):
        return True
    if bracket and _THEN_VALUE.match(place.right):  # "DLCO (in patients aged ≥ 8 years) ≥ 50%"
        opened = place.bounds[0] + bracket.start()
        return any(0 <= opened - name.end <= 1 for name in place.names)
    if _OPENING_CONDITION.match(left) and _WORD.search(place.text, limit.end, limit.end + 40):
        return True
    scored = any(name.key in SCORES or name.key in _CELL_COUNTS for name in place.names if name.end <= limit.start)
    beside = place.earlier is not None and place.earlier[1].concepts != (OTHER,) and limit.start - place.earlier[0].end < 60
    return bool(CLOSING_IF.search(left)) or scored or beside


def carried_age(limit: Limit, first: Limit) -> Limit:
    """``limit`` with the comparator of the age before it, should it have none of its own."""
    if limit.comparator is not None or first.comparator not in (">", ">="):
        return limit
    return replace(limit, comparator=first.comparator, low=limit.amount.value, high=None, low_inclusive=first.low_inclusive)


def may_be_age(limit: Limit) -> bool:
    """Whether a compared number without a unit can be an age (``Age < 18 or ≥ 85``)."""
    value = limit.low if limit.low is not None else limit.high
    return (
        limit.comparator is not None
        and limit.amount.unit is None
        and limit.amount.reference == "absolute"
        and 0 < (value or 0) <= 120
    )


def is_age_of_others(place: Place, since: int) -> bool:
    """Whether a compared number behind an age that ends at ``since`` is the age of all others."""
    told = may_be_age(place.limit) and _NO_MORE.match(place.right) is not None
    return told and _OF_OTHERS.fullmatch(place.text, since, place.limit.start) is not None
