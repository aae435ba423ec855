"""Which limits are times, and what times: the rules of ``time_window.py`` in their line.

Rules added here: ``time.age`` for a number that shares the unit of the next one, goes on with an age, or stands under "Age:";
an age that only says for whom another value holds is dropped.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from harvester.text.expressions.definition_file import expression
from harvester.text.expressions.gate import gated
from harvester.text.expressions.pattern import pattern_of
from harvester.text.expressions.spans import without_brackets
from harvester.text.joining.whom import is_of_place
from harvester.text.limits.concept_group import SCORES, group
from harvester.text.limits.concept_unit import canonical
from harvester.text.limits.limit import Limit
from harvester.text.limits.place import Place
from harvester.text.limits.subject import OTHER
from harvester.text.limits.written_amount import WEEKS_AND_DAYS
from harvester.text.times.duration_of import event_within, is_of_procedure, is_timed, of_attack
from harvester.text.times.state_age import age_told_as_state
from harvester.text.times.time_age import (
    MEASURED,
    carried_age,
    is_age_of_others,
    is_aged,
    is_band,
    is_for_whom,
    is_of_item,
    may_be_age,
    shares_age,
)
from harvester.text.times.time_read import TimeRead, anchor_of, duration, nearest_cue, own_event, window
from harvester.text.times.time_window import read_time
from harvester.text.times.unbinding import binds_nobody, counted_from, is_denied_ahead, without_shutting_out
from harvester.text.times.unsigned import signed_by_sentence

CELL_COUNTS = group("cell_counts")
_FOLLOWED = expression("fact.followed")
_BORN = gated(r"\b(?:born|birth|deliver\w*)\s*$", re.IGNORECASE)
_UP_TO = pattern_of(r" (?:to|and|until) ")
_CONTRACEPTION = gated(r"\b(?:contracepti\w*|birth control|condoms?)\b[^.;]*$", re.IGNORECASE)
_KEPT = gated(r"\b(?:e-?)?diar(?:y|ies)\b[^.;]*$", re.IGNORECASE)  # "completing the diary for more than 4 days" is a task
_UNTIL = pattern_of(r"^(?:before|prior to|under)$")
_INTERVAL = expression("time.interval")
_PROGRESSED = expression("time.failed")
_TREATED = pattern_of(r"\b(?:dos(?:e|es|ing)|\w*therap\w+|treatments?|regimens?|transplant\w*)\b", re.IGNORECASE)
_BEGINNING = expression("time.beginning")
_GOES_ON_WITH_AGE = expression("time.goes_on_with_age")
_NEXT_AGE = expression("time.next_age")
_SAME_WINDOW = pattern_of(r"[\s,(]*(?:or|and|to)\s*(?:within\s*)?(?:at least\s*)?", re.IGNORECASE)
# "within 4 weeks of the first dose (6 weeks for nitrosoureas)"
_IN_BRACKET = pattern_of(r"[^.;()<>≤≥]{0,100}[(\[]\s*(?:or |but |and )?(?:within |at least |less than )?")
_FOR_OTHERS = pattern_of(r"\s*(?:for|if|in (?:the )?case of|since|from|after|of) [a-z]", re.IGNORECASE)
_FOR_ANOTHER = pattern_of(r"\s*(?:for|if|in) [a-z]", re.IGNORECASE)
_OF_GROUP = pattern_of(
    r"\s*(?:for|in) (?:the )?(?:[\w-]+ ){0,3}(?:parts?|phases?|cohorts?|arms?|groups?|strat\w+)\b", re.IGNORECASE
)
# "at least 3 weeks from the last dose of vincristine, 4 weeks from cyclophosphamide"
_NEXT_OF_LIST = pattern_of(r"[^.;()<>≤≥\d]{3,90}(?:,|,? and|,? or)\s*")
# "have not taken A for at least 3 months before … and B for at least 6 months"
_AND_ANOTHER = expression("time.and_another")
_AND_SEX = expression("time.and_sex")
_OWN_EVENT = pattern_of(r"\s*(?:from|since|for) [a-z]", re.IGNORECASE)
_OR_HALF_LIVES = pattern_of(r"^[^.;<>≤≥]*\bor (?:within )?(?:at least )?(?:about |approximately |~)?(?:<|≤)?\s*$", re.IGNORECASE)
_CONTRACEPTIVES = gated(r"\bcontraceptive (?:pills?|tablets?)\b", re.IGNORECASE)
_AGED_IN_BRACKETS = pattern_of(r"\((?:[^()]*\s)?(?:for|in|if)\b[^()]*\bage[ds]?\b[^()]*$", re.IGNORECASE)
_CURED_CANCER = expression("time.cured_cancer")
_AGE_HEADING = pattern_of(r"(?:(?:patient|subject|participant)(?:'?s)? )?ages?", re.IGNORECASE)
# what may stand behind a number below "Age:": below "Men aged 2-16 with" a number may be one of anything
_ENDS_HEADED_AGE = expression("time.ends_headed_age")
# "(whichever is no longer than 28 days)", "since NSAIDs used for > 7 days"
_NO_TIME = gated(r"\bwhichever (?:is|was|be)\s*$|\bsince\b[^.;]{0,160}\b(?:used|taken|given) for\s*$", re.IGNORECASE)
_OVER_A = pattern_of(r"over an? [\w -]{1,20} (?:period|course)\b", re.IGNORECASE)  # "144 patients over a 4-year period"
_OWN_NUMBER = pattern_of(r"\d(?!.*:\s*$)")
_TABLE = pattern_of(r"[\s:(-]*(?:fe)?males?[\s:(=-]*\d", re.IGNORECASE)  # a table written on one line
_TESTED = CELL_COUNTS | {"creatinine_serum", "creatinine_clearance", "bilirubin_total", "alt", "ast", "albumin", "hemoglobin"}
_GIVEN = ((OTHER,), ("nyha",), ("ctcae_grade",), ("dose_limit",))  # what is not measured at a visit
_WASHED_ABOVE = expression("time.washed_above")
_SURGERY = pattern_of(r"^\W*(?:major |minor |prior |recent )?(?:surg(?:ery|ical)|operation)\b", re.IGNORECASE)
_WITHIN_ABOVE = expression("time.within_above")
_OF_PEOPLE = expression("time.of_people")  # "Life expectancy: at least 12 weeks" below "recovered from:"
_BEFORE_COLON = pattern_of(r"\s*(?:[^:;.<>≤≥\d]{3,90}[:(]\s*)?(?:at least )?")
_NAME_LAST = pattern_of(
    r"(?<=[a-z)])(?<!\bfor)(?<!\bof)(?<!\bin)(?<!\bover)(?<!\bduring)(?<!\blasting)(?<!\bexpectancy)[\s,]*+$", re.IGNORECASE
)
_ONLY_HOW = expression("time.only_how")
_IF_TREATED = expression("time.if_treated")
_COUNTED_IN = pattern_of(r"(?:d|\{\w+\})/(?:d|wk|mo|a)$")
_IN_OTHER_UNIT = pattern_of(r"\d ?[\w%/.*^]{0,12} ?\([^()]*$")  # "> 9 % (75 mmol/mol"
_CLOSES_SOON = pattern_of(r"[^()]{0,50}\)")
_LASTS = pattern_of(r"\bwith [^.;]*\b(?:for|since|lasting)(?: the (?:last|past))? $", re.IGNORECASE)
_AT = pattern_of(r"\bat\s*$", re.IGNORECASE)
_FREE = "prior_malignancy_free_interval"  # "no recurrence for the last 5 years" is free for so long at least
_FOR = gated(r"\bfor\s*$", re.IGNORECASE)
_COUNTED_TIMES = expression("time.counted_times")
_COUNTED = ("time_since_event", "time_since_bleeding", "time_since_infection")
_OR_OLDER = frozenset({"or over", "or older", "or above", "or under", "or younger", "and over", "and older", "and above"})
_AGE = TimeRead("age", "age", "time.age")
_NOTHING = TimeRead("none", "", "")
_AGAIN = ("(", "[", "(i.e.", "(i.e.,", "(ie,", "(ie")


@dataclass
class Times:
    """The times of one line, read in order: what an age or a window before the next limit means for it."""

    aged: Limit | None = None
    windowed: tuple[Limit, TimeRead] | None = None
    last: Limit | None = None

    def read(self, place: Place) -> tuple[Limit, TimeRead | None]:
        """The limit (with its unit, should it share one) and the time it is; none when it is no time, kind ``none`` drops it."""
        limit, following = place.limit, place.following
        told_again, self.last = _is_told_again(place, self.last), limit
        if told_again:
            return limit, _NOTHING
        time: TimeRead | None
        if following is not None and shares_age(place):
            unit = following.amount
            limit = replace(limit, amount=replace(limit.amount, unit=unit.unit or "a", kind="duration", unit_text=unit.unit_text))
            time = _NOTHING if is_for_whom(place) else _AGE
        elif self.aged is not None and limit.amount.unit == "a" and _is_elsewhere(place):
            limit, time = carried_age(limit, self.aged), _AGE
        elif (
            self.aged is not None
            and (limit.amount.kind == "duration" or may_be_age(limit))
            and _goes_on_with_age(place, self.aged)
        ):
            time = _AGE
        else:
            limit, time = signed_by_sentence(place, _time(place))
        if (
            time is None
            or time.kind in ("none", "duration")
            or (limit.amount.unit == "{half-life}" and time.relation != "within")
        ):
            time = self._same_window(place) or time
        if time is not None and time.kind == "window":
            same = self._same_window(place) if time.relation == "within" and _FOR_ANOTHER.match(place.right) else None
            time = replace(time, concept=same.concept) if same is not None and same.relation == "within" else time
            self.windowed = (limit, time)
        self.aged = limit if time is not None and time.concept == "age" else None
        return limit, time

    def _same_window(self, place: Place) -> TimeRead | None:
        """``within 4 weeks or 5 half-lives``: the second of two times joined by "or" is the same window."""
        amount = place.limit.amount
        timed = amount.kind == "duration" and amount.unit not in ("s", "min")
        if self.windowed is None or not (timed or amount.unit == "{half-life}"):
            return None
        between = place.between(self.windowed[0].end, 120)
        halved = amount.unit == "{half-life}" and between is not None and _OR_HALF_LIVES.search(between)
        bracketed = between is not None and _IN_BRACKET.fullmatch(between) and _FOR_OTHERS.match(place.right)
        plain = place.limit.comparator is None or self.windowed[1].concept == "contraception_duration"
        counted = between is not None and plain and _NEXT_OF_LIST.fullmatch(between)
        if counted and _OWN_EVENT.match(place.right):
            concept = own_event(place) or self.windowed[1].concept
            return replace(self.windowed[1], concept=concept, start=place.limit.start, anchor=anchor_of(place.right))
        another = {"washout": _AND_ANOTHER, "contraception_duration": _AND_SEX}.get(self.windowed[1].concept)
        also = between is not None and another is not None and another.fullmatch(between)
        joined = between is not None and (halved or bracketed or also or (len(between) < 60 and _SAME_WINDOW.fullmatch(between)))
        return replace(self.windowed[1], start=place.limit.start) if joined else None


def _goes_on_with_age(place: Place, aged: Limit) -> bool:
    """Whether only joining words, or those the age before is for, stand between two ages (``18-60 for A, 18-75 for B``)."""
    limit = place.limit
    if _LASTS.search(place.text, aged.end, limit.start):
        return False  # "≥ 18 years with asthma for ≥ 2 years"
    if _GOES_ON_WITH_AGE.fullmatch(place.text, aged.end, limit.start) or is_age_of_others(place, aged.end):
        return True
    of_group = may_be_age(limit) and _OF_GROUP.match(place.right) is not None  # "18-65 for the intensive arm; > 65 for the other"
    told = limit.comparator is not None and limit.start - aged.end < 120 and (limit.amount.unit == "a" or of_group)
    if limit.comparator and place.text[aged.end : limit.start].strip() == "(" and _FOR_ANOTHER.match(place.right):
        return True  # "> 75 years (> 80 years in the observational arm)", "18-65 years (up to 70 if fit)"
    return told and _NEXT_AGE.fullmatch(place.text, aged.end, limit.start) is not None


def _is_elsewhere(place: Place) -> bool:
    """Whether an age behind another is the one of a place (``18 years (20 years in Japan)``)."""
    return len(place.left) > 2 and is_of_place(place.left, place.right)


def _is_told_again(place: Place, last: Limit | None) -> bool:
    """Whether a time only tells the one before it in another unit (``13 weeks (3 months)``, ``> 18 months (> 547 days)``)."""
    limit = place.limit
    if last is None or limit.amount.kind != "duration" or last.amount.kind != "duration":
        return False
    between = place.between(last.end, 12)
    if between is None or between.strip(" ~=") not in _AGAIN or place.right[:1] not in (")", "]"):
        return False
    same = (limit.amount.value, limit.amount.unit) == (last.amount.value, last.amount.unit)
    if same or limit.comparator in (None, "=") or limit.comparator[:1] != (last.comparator or "")[:1]:
        return same or limit.comparator in (None, "=")
    ends = ((each.high if each.high is not None else each.low, each.amount.unit) for each in (limit, last))
    again, first = (canonical("state_duration", end, unit, "absolute")[0] or 0.0 for end, unit in ends)
    return abs(again - first) <= 0.1 * first


def _time(place: Place) -> TimeRead | None:
    limit, amount = place.limit, place.limit.amount
    if amount.unit in ("min", "s") and (limit.comparator is None or is_of_procedure(place)):
        return duration("state_duration") if limit.comparator else _NOTHING
    timed = is_timed(place)
    if timed and (_NO_TIME.search(place.left) or _OVER_A.match(place.text, limit.start)):
        return _NOTHING
    washed = _washed_above(place) if timed and place.line.above else None
    if washed is not None:
        return washed
    above, alone = place.line.parent_names, _is_alone(place)
    if timed and is_band(place):
        return _NOTHING
    if WEEKS_AND_DAYS in amount.flags:
        return TimeRead("age", "gestational_age", "time.age") if limit.comparator else _NOTHING
    if alone and (timed or amount.unit is None) and _is_below_age(place):
        return _AGE
    if not timed and not (amount.unit is None and is_aged(place)):
        return None
    if alone and above and above[-1].key == "life_expectancy":
        return duration("life_expectancy")
    aged = _AGED_IN_BRACKETS.search(place.left) if timed else None
    if aged and MEASURED.search(place.left[: aged.start()]):
        return _NOTHING
    if timed and (is_denied_ahead(place) or _FOLLOWED.search(place.left) or _CONTRACEPTIVES.search(place.left[-60:])):
        return _NOTHING
    if _says_for_whom(place):
        return _NOTHING
    read = None if _TABLE.match(place.right) else read_time(place)
    if read is not None and read.kind == "duration":
        read = event_within(place, read) or _apart(place, read)
    if read is not None and read.kind == "window" and (_is_of_condition(place, read) or binds_nobody(place, read)):
        return _NOTHING
    if read is not None and read.kind in ("window", "duration") and amount.unit is None:
        return None
    if read is None:
        return _NOTHING if timed else None
    if counted := counted_from(place, read):
        return replace(read, concept=counted)
    if read.kind == "age":
        return _NOTHING if is_for_whom(place) or is_of_item(limit) else read
    if read.kind == "duration":
        read = age_told_as_state(place, read) or of_attack(place, read)
    cancer = read.kind in ("window", "duration") and _CURED_CANCER.search(place.left)
    if cancer and read.kind == "window" and read.relation == "within":
        return replace(read, concept=_FREE, relation="at least" if place.text.startswith("for", read.start) else "within")
    if cancer and place.limit.comparator in (">", ">=") and read.concept != "life_expectancy":
        return window(place, read.rule, "at least", _FREE)
    beside = "assessment_window" if _stands_beside_value(place, read) else without_shutting_out(place, read)
    return replace(read, concept=beside) if beside else read


def _is_alone(place: Place) -> bool:
    """Whether a compared number opens its sentence."""
    return not place.left.strip() and place.limit.comparator is not None and place.limit.amount.reference == "absolute"


def _is_below_age(place: Place) -> bool:
    """Whether nothing but "Age:" above a number says what it is."""
    above, heading = place.line.parent_names, place.line.criterion.scope
    headed = (above and above[-1].key == "age" and not _OWN_NUMBER.search(place.line.above)) or (
        heading and _AGE_HEADING.fullmatch(heading)
    )
    return bool(headed) and _ENDS_HEADED_AGE.match(place.right) is not None


def _says_for_whom(place: Place) -> bool:
    """Whether years tell people (``2000 mcg a day for 17 years or over``, ``≥ 50% for patients over 60 years``)."""
    unit, words = place.limit.amount.unit, place.limit.comparator_words
    if unit == "a" and words in ("over", "under", "above", "below") and is_for_whom(place):
        return True
    return unit in ("a", "mo") and _FOR.search(place.left) is not None and words.lower() in _OR_OLDER


def _washed_above(place: Place) -> TimeRead | None:
    """The washout of an item below "washout of:", or below "inadequate washout, defined as" (``radiation < 14 days``)."""
    if not _WASHED_ABOVE.search(place.line.above[-200:]) or _OF_PEOPLE.search(place.left):
        return None
    told = "time_since_surgery" if _SURGERY.search(without_brackets(place.left)) else "washout"
    if _BEFORE_COLON.fullmatch(place.left):
        return window(place, "time.elapsed", "within" if _WITHIN_ABOVE.search(place.line.above) else "at least", told)
    short = (
        place.limit.comparator in ("<", "<=")
        and place.limit.amount.unit != "a"
        and _NAME_LAST.search(without_brackets(place.left))
    )
    return window(place, "time.elapsed", "within", told) if short else None


def _apart(place: Place, read: TimeRead) -> TimeRead:
    """A duration unless its words count from an event (``the interval is over 14 days``) or towards one (``before 7 days``)."""
    interval = _INTERVAL.search(place.left)
    if interval and read.concept != "disease_free_duration":
        first, *rest = _UP_TO.split(interval.group())
        if rest and _PROGRESSED.search(rest[-1]) and _TREATED.search(first):
            return window(place, "time.elapsed", "at least", "relapse_interval")
        told = nearest_cue("window", first, "time_since_event" if _BEGINNING.search(first) else "") or None
        lost = place.limit.comparator == "=" and _BEGINNING.search(first)  # treatment is asked for within hours of an onset
        return window(place, "time.elapsed", "within" if lost else "at least", told)
    scored = place.limit.amount.unit == "a" and place.earlier is not None and place.earlier[1].concepts[0] in SCORES
    if scored and (place.between(place.earlier[0].end, 8) if place.earlier else "") == " for ":
        return _NOTHING  # "KPS ≥ 60 for ≥ 16 y"
    if read.concept == "state_duration" and place.limit.comparator == "range" and _AT.search(place.left[-4:]):
        return _NOTHING  # "Hemoglobin 7-10 g/dL at 24-34 weeks"
    if _BORN.search(place.left[-40:]):
        return replace(read, concept="gestational_age")
    if read.concept == "surgery_duration" and place.limit.amount.unit not in ("h", "min"):
        return window(place, "time.elapsed", "at least", "time_since_surgery")  # no operation lasts for days
    kept = read.concept in ("treatment_duration", "state_duration") and place.limit.comparator in ("<", "<=")
    if kept and _CONTRACEPTION.search(place.left):
        return _NOTHING  # "contraception for 6 months, men for up to 3 months"
    led = _UNTIL.match(place.limit.comparator_words) or _KEPT.search(place.left[-60:])
    return _NOTHING if led and read.concept == "state_duration" else read


def _stands_beside_value(place: Place, read: TimeRead) -> bool:
    """Whether a window follows a value directly: it then says when that is measured."""
    cue = read.start or 0
    bracketed = read.concept == "time_since_event" and cue > 0 and place.text[cue - 1] == "("
    closed = _CLOSES_SOON.match(place.right) if bracketed else None
    behind = place.limit.end + closed.end() + 1 if closed and place.following else -1  # "recent (within 3 months) HbA1c > 8 %"
    if closed and any((name.key in _TESTED and name.end < cue) or name.start == behind for name in place.names):
        return True
    if read.kind == "window" and read.concept == "time_since_event" and _follows_measure(place, cue):
        return True
    counted = read.kind == "window" and (read.concept == "washout" or read.concept in _COUNTED)
    if counted and _COUNTED_TIMES.search(place.text, max(0, cue - 90), cue):
        return True
    if read.kind != "window" or place.earlier is None:
        return False
    counted = _COUNTED_IN.match(place.earlier[0].amount.unit or "") is not None  # "on ≥ 15 days per month in the 3 months before"
    if place.earlier[1].concepts in _GIVEN and not (counted and place.earlier[1].concepts == (OTHER,)):
        return False
    start = read.start if read.start is not None else place.limit.start
    if (
        place.text[start - 1 : start] == "("
        and place.text[start - 3 : start - 1].strip() == ")"
        and _CLOSES_SOON.match(place.right)
    ):
        return True
    end = place.earlier[0].end
    between = without_brackets(place.text[end:start]) if start - end < 160 else "none"  # a bracket inside another goes first
    if between[:1] == ")" and _IN_OTHER_UNIT.search(place.text[max(0, end - 60) : end]):
        between = between[1:]
    between = without_brackets(between)
    return len(between) < 60 and _ONLY_HOW.fullmatch(between) is not None


def _is_of_condition(place: Place, read: TimeRead) -> bool:
    """Whether a window is of those a value before it holds for (``> 30 if transfused within 7 days``), or as long as a life."""
    earlier, amount = place.earlier, place.limit.amount
    if amount.unit == "a" and amount.value >= 40:
        return True  # "over 65 years" looks back on nothing
    if earlier is None or earlier[0].amount.kind == "duration" or read.concept not in ("washout", "assessment_window"):
        return False
    between = place.between(earlier[0].end, 160)
    return between is not None and _IF_TREATED.search(without_brackets(between)) is not None


def _follows_measure(place: Place, cue: int) -> bool:
    """Whether a window stands between a measure's name and its value (``Hemoglobin within 21 days ≥ 8 g/dL``)."""
    named = any(name.key in _TESTED and 0 <= cue - name.end <= 1 for name in place.names)
    return named and place.following is not None and place.following.comparator is not None
