"""The shape of a time that was read, and the words it is told by: cues, relations, anchors."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache

from harvester.shape import shape
from harvester.text.expressions.definition_file import definition_pairs, expression
from harvester.text.expressions.gate import gated
from harvester.text.expressions.opened import Opened
from harvester.text.expressions.pattern import pattern_of
from harvester.text.expressions.spans import without_brackets
from harvester.text.limits.concept_group import group
from harvester.text.limits.place import Place

BEFORE = expression("time.before")
_ENDED = expression("time.ended")  # what "must be completed 7 days before" asks for
_LAST_WAS = expression("time.last_was")
_HALF_LIVES_OF = expression("time.half_lives_of")
_SHARED_ANCHOR = expression("time.shared_anchor")  # "infarction within 6 months or stroke within 3 months before enrolment"
_KEPT_UNTIL = expression("time.kept_until")  # "permitted until 48 hours before": it ends so long before
_BEFORE_SURGERY = expression("time.before_surgery")
AFTER = expression("time.after")
FOR = expression("time.for")
OFF = expression("time.off")
_ANCHOR = expression("time.anchor")
_ANCHOR_STOP = expression("time.anchor_stop")
_STUDY_WORDS = expression("time.study_words")  # what a window is counted from, not what it is about
_EVENT_LIST = frozenset({"time_since_cardiac_event", "time_since_thrombosis"})  # of several events the first named
_FUTURE = expression("time.future")
_PAST = expression("time.past")
_RECENT = gated(r"\brecent\s*\(\s*(?:within)?\s*$", re.IGNORECASE)
_STABLE = expression("time.stable")
_OTHER_CANCER = expression("time.other_cancer")
_UNRELATED = expression("time.unrelated")
_ASIDE = expression("time.aside")
_TOLD_BEFORE = pattern_of(
    r"\b(?:history of|diagnosis of|presence of|evidence of|episodes? of) (?:[\w-]+ ){0,3}[a-z]{5,}", re.IGNORECASE
)
# "histological proof of cancer within 90 days": the trial's own disease, and no second one
_PROVEN = expression("time.proven")
_A_TIME = expression("criteria.a_time")
_BIOPSY = pattern_of(r"\bbiops(?:y|ies)\b[^.;]{0,40}$", re.IGNORECASE)
_ONSET_OF = pattern_of(r"\bonset\b", re.IGNORECASE)
_OF_SPECIMEN = frozenset({"washout", "time_since_event", "time_since_surgery", ""})
# "archival tissue (up to 3 years prior)", "a specimen obtained after the last treatment, but not more than 8 weeks before"
_SPECIMEN = expression("time.specimen")
# What a window of its own was told for lies behind: "infarction within 6 months or stroke within 12 months"
_APART = pattern_of(r"\bhistory of\b|\b(?:days|weeks|months?|years?)\b", re.IGNORECASE)
# "4 weeks since surgery and at least 2 weeks since radiotherapy": each is counted from its own event
_COUNTED_BEFORE = expression("time.counted_before")
_COUNTED = pattern_of(r"\s*(?:since|from|after|following) (?P<event>[^.;,()\d]{3,60})", re.IGNORECASE)
# What a window next to "confirmed" or "assessed" is not about: it says when that was done.
_CONFIRMED = frozenset({"", "time_since_transplant", "time_since_event", "washout"})
_CONFIRMING = expression("time.confirming")
_SUICIDAL = expression("time.suicidal")  # whose "plan" and "intent" lie behind; a planned operation lies ahead
_OVER_THE = pattern_of(r"over the\b", re.IGNORECASE)  # "over the 3 months before screening"
_ONE_TEST = pattern_of(r"\b(?:first|second|third|one|another|repeat) tests?\b[^.;]{0,60}$", re.IGNORECASE)
_TEST = gated(r"\b(?:tests?|study)\b", re.IGNORECASE)
_RULES_OUT = gated(r"\bto (?:rule out|exclude) (?:a |any )?pregnan", re.IGNORECASE)
_PREGNANCY = pattern_of(r"\bpregnan\w+|\bhcg\b", re.IGNORECASE)
_FROM_PAST = expression("time.from_past")
_MAJOR_SURGERY = expression("time.major_surgery")  # named first, and what trials ask for
# "PD on treatment or within 60 days after its end": what came so soon, and no treatment
_PROGRESSED = expression("time.progressed")
# "other conditions affecting absorption of the drug that occurred within 28 days"
_OCCURRED = expression("time.occurred")
_GIVEN = expression("time.given")  # what occurred was a treatment
_REQUIRING = expression("time.requiring")
_TREATED_WITH = pattern_of(r"\b(?:requir(?:ed|es|ing)|need(?:ed|s|ing)|necessitat\w+|treated) ", re.IGNORECASE)
_SAID = pattern_of(r"\b(?!(?:and|or|has|have|had|been)\b)[a-z]{3,}[^,:(]*$", re.IGNORECASE)  # what no comma parts from the window
_CUE = expression("time.within")
_NEXT_PART = pattern_of(r"(?<!from)(?<!of)(?<!in)[,;]| and (?:who|that|which)\b")
_EXCEPT = pattern_of(r"\b(?:except(?!ional)|unless|excluding|other than)", re.IGNORECASE)  # what is spared tells no window
_EVENTS_TREATED = group("events_treated")
# "steroids for clinical relapse within 30 days", "anti-SARS-CoV-2 products": what was taken, not what it was for
_TREATED = group("treated_illnesses")
_TREATMENT_FOR = expression("time.treatment_for")
_SINCE_EVENT = expression("time.since_event")
_TREATED_EPISODE = expression("time.treated_episode")
_LET_IN = expression("time.let_in")
_OF_EVENT = expression("time.of_event")
_PERFORMED = pattern_of(r"\b(?:performed|done|taken|carried out|repeated)\s*(?:with ?in)?\s*$", re.IGNORECASE)
_DURATION_OF = gated(r"\b(?:total |with a |a )?duration\b", re.IGNORECASE)
_STEADY = pattern_of(r"\b(?:stable|unchanged|constant)(?: for)?\s*$", re.IGNORECASE)
_NOT_GIVEN = expression("time.not_given")  # "refractory to transfusions for 2 weeks"
_WITHOUT = pattern_of(r"\s*(?:without|before|after|off)\b")
_BEGINNING = expression("time.beginning")
_FAILED = expression("time.failed")
_SAME_AGAIN = expression("time.same_again")  # "2 weeks between two assessments" says when they are made
_NO_LATER = ("no later than", "not later than")
GIVEN_BEFORE = expression("time.given_before")
PREGNANCY_PLANNED, STABLE = "pregnancy_intention_window", "stable_therapy_duration"
_RELATIONS = {">=": "at least", ">": "longer than", "<": "within", "<=": "within"}


@shape()
class TimeRead:
    """What a time is.

    ``kind`` is age, window, duration or none (to be dropped); ``start`` is where its words begin, the cue included.
    """

    kind: str
    concept: str
    rule: str
    relation: str | None = None
    anchor: str | None = None
    start: int | None = None


@cache
def _cues() -> dict[str, list[tuple[str, re.Pattern[str]]]]:
    """The cues of definitions/times.txt by kind: their concepts and what says so."""
    found: dict[str, list[tuple[str, re.Pattern[str]]]] = {}
    for key, value in definition_pairs("times.txt"):
        kind, _, concept = key.partition(".")
        found.setdefault(kind, []).append((concept, pattern_of(value, re.IGNORECASE)))
    return found


@cache
def _opened() -> dict[str, Opened]:
    return {kind: Opened(pattern for _, pattern in cues) for kind, cues in _cues().items()}


def nearest_cue(kind: str, text: str, default: str, among: tuple[str, ...] = ()) -> str:
    """The concept whose cue stands last in ``text`` (definitions/times.txt), of all or of those ``among``, else ``default``."""
    best, where = default, -1
    cues = _cues()[kind]
    for index, matches in _opened()[kind].matches(text):
        for match in matches:
            if match.end() > where and (not among or cues[index][0] in among):
                best, where = cues[index][0], match.end()
    return best


def first_cue(kind: str, text: str, default: str) -> str:
    """The concept whose cue stands first in ``text``, else ``default``."""
    best, where = default, len(text) + 1
    cues = _cues()[kind]
    for index, match in _opened()[kind].firsts(text):
        if match.start() < where:
            best, where = cues[index][0], match.start()
    return best


def state_cue(place: Place) -> str:
    """The concept of a duration by the words before it, else behind it."""
    left = without_brackets(place.left)[-160:]
    told = _TREATED_EPISODE.sub(" treatment ", _DURATION_OF.sub(" ", left))  # the word itself tells least
    slug = nearest_cue("state", told, "") or (nearest_cue("state", left, "") if told != left else "")
    return slug or first_cue("state", place.right[:80], "") or given_cue(left[-60:], place.right)


def given_cue(left: str, right: str) -> str:
    """The concept of a duration whose words only name a medicine, before it (``ruxolitinib for 6 months``) or behind it."""
    steady = _STEADY.search(left) is not None
    behind = "" if steady or _WITHOUT.match(right) else right[:40]
    told = nearest_cue("window", left, "") or first_cue("window", behind, "")
    if told != "washout" or _NOT_GIVEN.search(left):
        return "state_duration"
    return "stable_therapy_duration" if steady else "treatment_duration"


def time_between(place: Place, first: str, then: str) -> TimeRead:
    """A time between two events is one since the first (``at least 3 weeks between chemotherapy and registration``)."""
    told = first_cue("window", first, "time_since_event" if _BEGINNING.search(first) else "")
    if told in ("", "assessment_window") or _SAME_AGAIN.search(first):
        return TimeRead("none", "", "")
    told = "relapse_interval" if _FAILED.search(then) else told
    anchor = None if " and " in then else then.strip()
    return replace(window(place, "time.elapsed", "at least", told), anchor=anchor)


def implicit_cue(before: str, words: str) -> str:
    """The concept of a window without a number (``words``) by the words ``before`` it: an event, or what is planned."""
    told = nearest_cue("window", before[-200:], "time_since_event")
    planned = told.startswith(("time_since_", "washout")) and _FUTURE.search(f"{before}{words} ") and not _PAST.search(words)
    return "planned_event_window" if planned else told


def _lies_ahead(place: Place, slug: str, left: str) -> bool:
    """Whether an operation, or what began before it a diagnosis, is still to come (``onset > 1 year prior to diagnosis``)."""
    if slug in ("time_since_surgery", "time_since_transplant"):
        return _BEFORE_SURGERY.match(place.right) is not None
    return slug == "time_since_diagnosis" and _ONSET_OF.search(left) is not None and BEFORE.match(place.right) is not None


def window_cue(place: Place) -> str:
    """The concept of a window: by the words before it, else behind it, else of the sentence before."""
    left = _STUDY_WORDS.sub(" ", _ASIDE.sub(" ", _UNRELATED.sub(" ", place.left[-200:])))
    if _RECENT.search(left):
        behind = _TREATED_WITH.split(place.right[:200], maxsplit=1)[0]  # "recent (< 1 year) bleeding that required transfusion"
        told = first_cue("window", behind.partition(")")[2][:160], "") or first_cue("window", behind[:160], "")
        return told or nearest_cue("window", left, "time_since_event")
    event = _REQUIRING.search(left)
    headed = nearest_cue("window", left[: event.start()], "") if event else ""
    if headed in _EVENTS_TREATED:
        return headed  # "bleeding requiring transfusion within 3 months": the event, not what it was treated with
    since = _SINCE_EVENT.match(place.right) or (_LET_IN.search(left) and _OF_EVENT.match(place.right))
    if since:
        return first_cue("window", since.group(), "time_since_event")
    plain = without_brackets(left)
    slug = (nearest_cue("window", plain, "") if plain != left else "") or nearest_cue("window", left, "")
    slug = "time_since_surgery" if slug == "time_since_injury" and _MAJOR_SURGERY.search(left) else slug
    if not slug and not (_TOLD_BEFORE.search(plain) and not AFTER.match(place.right)):
        slug = first_cue("window", _behind(place, plain), "")
        slug = "" if _lies_ahead(place, slug, left) else slug
    performed = _PERFORMED.search(left) and BEFORE.match(place.right)
    if performed and (slug == "time_since_treatment_start" or (not slug and place.limit.comparator not in (">", ">="))):
        return "assessment_window"  # "β2-microglobulin performed within 14 days prior to the start of treatment"
    if slug == "washout" and (_STABLE.search(left) or _STABLE.search(plain)):
        return "stable_therapy_duration"
    if slug in ("washout", "time_since_diagnosis") and _OTHER_CANCER.search(left):
        return "prior_malignancy_free_interval"
    if slug in _EVENT_LIST:
        named = first_cue("window", _APART.split(place.left[-200:])[-1], slug)
        slug = named if named in _EVENT_LIST else slug
    if _is_for_pregnancy(place, slug, left):
        return "pregnancy_test_window"
    if slug in _TREATED and _TREATMENT_FOR.search(left):
        return "washout"
    if slug in ("washout", "time_since_event", "") and _FROM_PAST.match(place.right[:120]) and _PROGRESSED.search(left):
        return "relapse_interval"
    if slug == "washout" and _OCCURRED.search(left) and not _GIVEN.search(_OCCURRED.sub("", left)):
        return "time_since_event"
    told = slug or "time_since_event"
    if told.startswith(("time_since_", "washout")) and _is_planned(place, left):
        return "planned_event_window"
    if slug in _CONFIRMED and _CONFIRMING.search(left):
        return "assessment_window"
    specimen = slug in _OF_SPECIMEN and place.line.criterion.section == "inclusion"
    of_list = _A_TIME.fullmatch(place.text.strip())  # "Within 14 days of registration:" above values
    if specimen and (of_list or _SPECIMEN.search(left) or (slug == "time_since_surgery" and _BIOPSY.search(left))):
        return "assessment_window"
    if slug == "time_since_relapse" and _FROM_PAST.match(without_brackets(place.right[:120])):
        return "relapse_interval"
    return slug or nearest_cue("window", place.text[: place.bounds[0]][-200:], "time_since_event")


def _behind(place: Place, left: str) -> str:
    """The words behind a window that may tell what it is of: not what it comes before, is spared or was treated with."""
    right = place.right[:200]
    anchored = _ANCHOR.match(right) if BEFORE.match(right) and not _STUDY_WORDS.match(right.lstrip()) else None
    if anchored:
        stop = _ANCHOR_STOP.search(anchored["anchor"])
        right = right[anchored.start("anchor") + stop.start() if stop else anchored.end() :]
    if _SAID.search(_CUE.sub("", left)):
        right = _NEXT_PART.split(right, maxsplit=1)[0]
    return _TREATED_WITH.split(_EXCEPT.split(_STUDY_WORDS.sub(" ", right), maxsplit=1)[0], maxsplit=1)[0][:160]


def own_event(place: Place) -> str:
    """The concept of a window counted from an event of its own, where the window before it is as well; else empty."""
    counted = _COUNTED.match(place.right) if _COUNTED_BEFORE.search(place.left[-140:]) else None
    return first_cue("window", counted["event"], "") if counted else ""


def _is_for_pregnancy(place: Place, slug: str, left: str) -> bool:
    """Whether a test is one for pregnancy, by the words before it or by what it is to rule out."""
    if slug == "assessment_window" and _ONE_TEST.search(left):
        return _PREGNANCY.search(place.text, max(0, place.limit.start - 400), place.limit.start) is not None
    return _TEST.search(left) is not None and _RULES_OUT.search(place.right[:160]) is not None


def _is_planned(place: Place, left: str) -> bool:
    """Whether the window lies ahead: what is planned or expected within it."""
    plain = without_brackets(left) if "(" in left else left
    if not (_FUTURE.search(left) or _FUTURE.search(plain)) or _SUICIDAL.search(left):
        return False
    return not (BEFORE.match(place.right) or _PAST.search(left))


def relation_of(place: Place, plain: str) -> str:
    """``within``, ``at least`` or ``longer than`` by the comparator, ``plain`` without one."""
    if place.limit.comparator_words == "over" and _OVER_THE.match(place.text, place.limit.start) and BEFORE.match(place.right):
        return "within"
    if place.limit.comparator_words in _NO_LATER and BEFORE.match(place.right) and GIVEN_BEFORE.search(place.left[-90:]):
        return "at least"
    if plain == "within" and BEFORE.match(place.right):
        words = place.text[place.bounds[0] : place.limit.number_start]
        if _KEPT_UNTIL.search(words[-90:]):
            return "at least"
    if not place.limit.comparator and plain == "within" and _ENDED.search(place.left[-80:]):
        return "at least"
    if not place.limit.comparator and place.line.criterion.section == "inclusion" and _LAST_WAS.search(place.left[-120:]):
        return "at least"
    return _RELATIONS.get(place.limit.comparator or "", plain)


def anchor_of(right: str) -> str | None:
    """The event a window is counted from, as written behind it."""
    match = _ANCHOR.match(right)
    if not match:
        return None
    words = " ".join(_ANCHOR_STOP.sub("", match["anchor"]).split())
    return None if words.lower() in ("to", "the") else words[:80].strip() or None


def window(place: Place, rule: str, plain: str, concept: str | None = None, anchored: bool = True) -> TimeRead:
    """The window of ``place``; without ``concept`` its words tell what it is about."""
    halved = "half-lives" if place.limit.amount.unit == "{half-life}" else ""
    right = _HALF_LIVES_OF.sub("half-lives", halved + place.right[:200])[len(halved) :]
    anchor = anchor_of(right) if anchored else None
    shared = _SHARED_ANCHOR.match(right) if anchored and not anchor and plain == "within" else None
    anchor = anchor_of(right[shared.end() :]) if shared else anchor
    told = concept or own_event(place) or window_cue(place)
    if (
        told in ("prior_malignancy_free_interval", "time_since_event")
        and place.line.criterion.section == "inclusion"
        and _PROVEN.search(place.left[-300:])
    ):
        told = "assessment_window"
    relation = "within" if told == PREGNANCY_PLANNED else relation_of(place, plain)
    relation = (
        "at least" if told == STABLE and relation == "within" else relation
    )  # "on a stable dose within the 3 months before"
    return TimeRead("window", told, rule, relation, anchor, place.limit.start)


def duration(concept: str) -> TimeRead:
    """How long a state lasted."""
    return TimeRead("duration", concept, "time.state")
