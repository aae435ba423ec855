"""Whether a limit is a fact at all: a number that counts readings, names a version or ends a scale says nothing of a patient."""

from __future__ import annotations

import re

from harvester.text.expressions.definition_file import expression
from harvester.text.expressions.gate import gated
from harvester.text.expressions.pattern import pattern_of
from harvester.text.limits.concept import concepts
from harvester.text.limits.concept_group import SCORES, group
from harvester.text.limits.detail import counted_behind
from harvester.text.limits.limit import Limit
from harvester.text.limits.limit_normal import BOUNDED_ABOVE, only_a_condition
from harvester.text.limits.place import Place
from harvester.text.limits.subject import OTHER, Subject

_CONVERTED = pattern_of(r"\s*[(\[]\s*(?:approximately |about |~ ?|= ?|or )?$")
_NO_MEASURE = expression("fact.no_measure")
_MOMENT = pattern_of(r"\s*(?:after|before|prior to|following|post)\b", re.IGNORECASE)
_OF_LIST = pattern_of(
    r"\s*(?:or more )?(?:of (?:the )?(?:following|these|below)\b"
    r"|(?:out )?of (?:the )?(?:\d|two|three|four|five)\b[^.;<>≤≥\d]{0,24}\b(?:samples?|tests?|measurements?|specimens?|visits?))",
    re.IGNORECASE,
)
_LINE_OF = pattern_of(
    r"\s*(?:\+|and|or|/)?\s*(?:beyond|later|further|above|more|setting|treatment|therapy|chemo\w*|NSCLC|SOC)\b|[\s).,;]*$",
    re.IGNORECASE,
)
_TREATED = pattern_of(r"\b(?:chemo\w*|therap(?:y|ies)|treat\w*|lines?|progress\w*|relapsed?|SOC)\b", re.IGNORECASE)
_OF_A_TEST = expression("said.of_a_test")
_ON = pattern_of(r"\b(?:on|at|during)\s*$", re.IGNORECASE)
_OCCASIONS = pattern_of(r"\s*(?:[\w-]+ ){0,2}occasions?\b", re.IGNORECASE)
_OF_MOST = pattern_of(r"\bof(?: an?| the)?\s*$", re.IGNORECASE)
_MEANS = pattern_of(r"\s*(?:=|:|is|means)?\s*[a-z]{2,}", re.IGNORECASE)
_ITEMS = pattern_of(
    r"[\s-]*(?:(?!on\b|of\b|in\b|for\b|with\b|and\b|or\b|but\b)[\w-]+ ){0,2}(?:items?|questions?|subscales?|domains?)\b"
)
_ENDS_OF_SCALE = pattern_of(
    r"\s*\((?:on )?(?:an? )?(?:[\w-]+ ){0,2}(?:scale|ranged?|ranges|scored)(?: of| from)?[\s:=]*", re.IGNORECASE
)
_SCALE = pattern_of(r"[\s-]*(?:point )?scale\b")
# "≥ 2 based on a standardized scale of 0-4"; a scale with a name is asked of by its numbers ("ECOG scale 0-2")
_ON_PLAIN_SCALE = pattern_of(
    r"\b(?:on|upon|using|by) (?:an? |the )?(?:[a-z0-9][a-z0-9-]* ){0,3}scale,? ?(?:\(|of|from|ranging from|that ranges from)?\s*$"
)
_NAMES_GRADE = pattern_of(r"[\s:(=-]*(?:(?:of|is|class|grade|score|status|level|stage)[\s:(=-]*){0,2}")
_BEHIND_ACRONYM = pattern_of(r"\) ?(?:(?:of|is|class|grade|score|status|level|stage)[\s:(=-]*){1,2}")  # "Coma Scale (GCS) of 15"
_RECRUITS = gated(
    r"\b(?:expect|plan|aim|intend|target|attempt|strive)\w* to (?:recruit|enrol\w*|include)\b[^.;]*$", re.IGNORECASE
)
_OF_SAMPLE = expression("said.of_sample")
_OF_THOSE = gated(r"\b\d{1,2} ?% having\b[^.;]{0,40}$", re.IGNORECASE)
_GOES_ON_IN_ROMANS = pattern_of(r"\s?(?:-|to|or|and)\s?(?:VI{1,3}|IX|X)\b")
_OF_QUESTIONS = gated(r"\b(?:on|of|in|for|with) (?:the )?(?:questions?|items?)\s*$|\((?:the )?scale\s*:?\s*$", re.IGNORECASE)
_OF_A_STUDY = expression("said.of_a_study")
_ONE_IS = pattern_of(r"\(\s*(?:1|one) [A-Za-z][\w -]{2,20}$", re.IGNORECASE)  # "(1 pack year = 20 cigarettes a day)"
_FRACTION = pattern_of(r"/[2-5](?![\d./])(?! ?(?:points?|on|in)\b)(?= [a-z])")  # "more than 1/3 of a hemisphere"
_LOGMAR = pattern_of(r" ?log ?MAR\b", re.IGNORECASE)
_SCALES = group("scales")
_OUT_OF = pattern_of(r"\d{1,2} ?/ ?(?:5|10|20|30|50|100)")
_OF_A_WHOLE = pattern_of(r"\d ?/ ?$")
_HAS_HAD = expression("said.has_had")
_PLANNED = pattern_of(
    r"\b(?:will|plan\w*|to (?:receive|undergo)|schedul\w*|may|allowed|during|candidates?|intend\w*|next)\b", re.IGNORECASE
)
_LEVELS = expression("said.levels")
_IN_NAME = pattern_of(r"\b(?:FEF|MMEF|i?PTH|GLP-?1|amyloid[ -]?(?:beta|β)?|A(?:b|β)|[ABC]NP) ?\(?$")
_NEVER_PLAIN = (SCORES - {"karnofsky", "lansky"}) | {OTHER} | group("never_plain")
_WORSE_IS_TOLD = group("more_is_better") | group("less_is_better")
_LEADS_TO_VALUE = expression("said.leads_to_value")
_ENDS_VALUE = pattern_of(r"\s*(?:$|[.,;)]|and\b|or\b|if\b|for\b|unless\b|without\b|\(|/)", re.IGNORECASE)
_CHANGES = expression("said.changes")


def says_something(place: Place, subject: Subject) -> bool:
    """Whether a limit is a fact: a number alone is one only as a multiple of ULN or as a score's value."""
    limit, amount = place.limit, place.limit.amount
    if _is_top_of_scale(place) or (limit.comparator == "range" and amount.unit in ("Hz", "kHz")):
        return False  # "≤ 20 dB at 500-4000 Hz"
    if limit.rule == "limit.normal":
        return set(subject.concepts) <= BOUNDED_ABOVE and not only_a_condition(place.left)
    if amount.unit == "%" and (_RECRUITS.search(place.left[-60:]) or _OF_SAMPLE.match(place.right)):
        return False  # of whom the sample is to consist
    if _OF_THOSE.search(place.left) or _OF_QUESTIONS.search(place.left[-30:]) or _OF_A_STUDY.search(place.left):
        return False
    if amount.unit == "%" and _OF_A_TEST.search(place.left[-120:]):
        return False  # how good a test is
    in_litres = subject.concepts == (OTHER,) and amount.unit == "L" and amount.value in (1, 2, 3, 4)
    if in_litres and _LINE_OF.match(place.right) and _TREATED.search(place.left[-60:]):
        return False  # "chemotherapy for 2L and beyond": a line of therapy
    if limit.comparator == "=" and _ONE_IS.search(place.left[-30:]):
        return False
    if (limit.comparator == "range" and _names_a_thing(place)) or _FRACTION.match(place.right):
        return False
    if subject.concepts[0] in _SCALES and _OUT_OF.fullmatch(place.text, limit.start, limit.end):
        return False  # "3/5 or higher": three of five, no set
    if amount.unit is None and subject.concepts[0] == "other_score" and _ITEMS.match(place.right):
        return False  # how many items a scale has
    if subject.concepts == (OTHER,) and _LOGMAR.match(place.right) and place.left.rstrip().endswith("("):
        return False  # the value before in another unit
    known = subject.concepts != (OTHER,)
    bare = not known and amount.unit is None and amount.reference == "absolute"
    if bare and _OF_A_WHOLE.search(place.text, max(0, limit.start - 4), limit.start):
        return False  # "pain of 4/5 or more"
    if limit.comparator == "=":
        return (known or amount.unit is not None) and not place.left.endswith("than or ")  # "less" or "greater" was lost
    if limit.comparator == "range":
        return _is_said_range(place, subject, bare)
    if limit.comparator_words == "worse than" and not set(subject.concepts) <= _WORSE_IS_TOLD:
        return False
    if limit.comparator is not None:
        if amount.unit is None and _OF_LIST.match(place.right):
            return False
        if (bare or _lacks_its_unit(place, subject)) and _NO_MEASURE.match(place.text[limit.end : limit.end + 60]):
            return False
        if subject.concepts == (OTHER,) and amount.unit in ("min", "s", "h") and _MOMENT.match(place.right):
            return False  # "60 or more minutes after the first dose"
        if place.earlier is not None and _ON.search(place.left[-8:]) and _OCCASIONS.match(place.right):
            return False  # how often the value before it is measured
        return not (bare and amount.word) or counted_behind(place) is not None
    if amount.reference == "ULN":
        return known
    return _is_grade(place, subject) or _is_plain_value(place, subject) or _is_of_the_past(place, subject)


def _names_a_thing(place: Place) -> bool:
    """Whether a range belongs to a name (``PTH(1-84)``, ``FEF 25-75%``) or tells calendar years."""
    limit = place.limit
    if limit.amount.unit is None and limit.low is not None and 1900 <= limit.low <= (limit.high or 0.0) <= 2100:
        return True
    measured = limit.amount.unit not in (None, "%")  # "PTH 150-600 pg/mL"
    return not measured and limit.start == limit.number_start and _IN_NAME.search(place.left[-20:]) is not None


def _is_top_of_scale(place: Place) -> bool:
    """Whether a bracket only tells how far the scale of the value before it goes (``polyp score ≥ 5 (maximum 8)``)."""
    if not place.limit.comparator_words.startswith("max"):
        return False
    if _OF_MOST.search(place.left[-12:]):
        return True  # "(of a maximum score of 8)"
    bracketed = place.right[:1] == ")" and place.left[-1:] == "("
    return bracketed and place.earlier is not None and set(place.earlier[1].concepts) <= _SCALES


def _lacks_its_unit(place: Place, subject: Subject) -> bool:
    """Whether a bare number stands where the measure is told in a unit."""
    amount = place.limit.amount
    if amount.unit is not None or amount.reference != "absolute" or subject.concepts[0] in SCORES:
        return False
    known = concepts().get(subject.concepts[0])
    return known is not None and known.kind == "numeric" and known.canonical_unit is not None


def _is_said_range(place: Place, subject: Subject, bare: bool) -> bool:
    """Whether a range is a fact: not the ends of a scale, not the range before in other units."""
    limit = place.limit
    ends_of_scale = limit.low == 0 and limit.high in (10, 100) and subject.concepts[0] in ("pain_score", "other_score")
    ends_of_scale = ends_of_scale or (limit.low in (0.0, 1.0) and _ON_PLAIN_SCALE.search(place.left[-70:]) is not None)
    if ends_of_scale or _SCALE.match(place.text[limit.end : limit.end + 16]):
        return False
    aside = place.between(place.earlier[0].end, 40) if place.earlier is not None and limit.low in (0.0, 1.0) else None
    if aside is not None and _ENDS_OF_SCALE.fullmatch(aside):
        return False  # "staining score > 4 (NEI scale 0-15)"
    if subject.concepts == (OTHER,) and limit.amount.unit in ("min", "s") and limit.start == limit.number_start:
        return False  # "at 10-60 min after"
    if bare:
        signed = limit.rule in ("limit.pair", "limit.reversed") or limit.start < limit.number_start
        return signed or _LEVELS.match(place.right) is not None or counted_behind(place) is not None
    between = place.between(place.earlier[0].end, 60) if place.earlier else None
    return not (limit.rule == "limit.range" and between is not None and _is_converted(between, limit))


def _is_converted(between: str, limit: Limit) -> bool:
    """Whether only a bracket opens between two ranges: the second tells the first in other units."""
    told = _CONVERTED.search(between) if limit.amount.unit == "Gy" else _CONVERTED.fullmatch(between)
    return told is not None


def _is_grade(place: Place, subject: Subject) -> bool:
    """Whether a number alone is the value of a score or grade named right before it (``ECOG 2``, ``CNS grade 3``)."""
    limit = place.limit
    if (
        subject.rule != "subject.before"
        or subject.concepts[0] not in SCORES
        or limit.amount.unit is not None
        or limit.amount.word
    ):
        return False
    if "." in place.text[limit.number_start : limit.end]:
        return False  # a version (CTCAE 5.0)
    if 1950 <= limit.amount.value <= 2035:
        return False  # "GOLD 2020 guidelines": a year
    if place.text[limit.start - 1 : limit.start] == "(" and _MEANS.match(place.right):
        return False  # "scale (0 none, 10 worst)"
    if place.text.endswith("than ", 0, subject.start):
        return False  # "no greater than Canadian Cardiovascular Society (CCS) class 2": the sign is not read
    if _GOES_ON_IN_ROMANS.match(place.right) or _ITEMS.match(place.right):
        return False  # a scale of more than five grades, "Rating Scale 17 items"
    between = place.between(subject.end, 60)
    return between is not None and bool(_NAMES_GRADE.fullmatch(between) or _BEHIND_ACRONYM.fullmatch(between))


def _is_of_the_past(place: Place, subject: Subject) -> bool:
    """Whether a bare number counts the cycles or lines somebody has had (``after two cycles``, ``failed 2 lines of therapy``)."""
    if subject.concepts[0] not in ("prior_cycles", "prior_lines") or subject.start < place.limit.start:
        return False
    return _HAS_HAD.search(place.left[-60:]) is not None and _PLANNED.search(place.left[-80:]) is None


def _is_plain_value(place: Place, subject: Subject) -> bool:
    """Whether a measure's name and its value stand alone, without any sign (``GFR 50 mL/min``)."""
    known, amount = concepts().get(subject.concepts[0]), place.limit.amount
    if (
        known is None
        or known.kind not in ("numeric", "ordinal")
        or subject.concepts[0] in _NEVER_PLAIN
        or amount.word
        or amount.unit is None
    ):
        return False
    between = place.between(subject.end, 40) if subject.rule == "subject.before" else None
    told = between is not None and _LEADS_TO_VALUE.fullmatch(between) and _ENDS_VALUE.match(place.right)
    return bool(told and not _CHANGES.search(place.text, max(place.since, subject.start - 40), subject.start))
