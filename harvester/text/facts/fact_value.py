"""Limits as facts: their words, their numbers in canonical units, and whom they let in."""

from __future__ import annotations

import math
import re
from dataclasses import replace

from harvester.text.expressions.definition_file import expression
from harvester.text.expressions.pattern import pattern_of
from harvester.text.expressions.rule import confidence_of
from harvester.text.facts.fact_read import FactRead, changed
from harvester.text.facts.said import says_something
from harvester.text.joining.modifier import (
    age_band,
    condition_of,
    is_exception,
    method_of,
    sex_of,
    sex_spoken_of,
)
from harvester.text.joining.open_value import is_open
from harvester.text.joining.own_finding import defines
from harvester.text.joining.polarity import Region, eligible, is_conditional, requirement_in_exclusion
from harvester.text.joining.ways import is_change
from harvester.text.joining.who_joins import AGES, is_no_exception, recovered, turned
from harvester.text.joining.whom import label_of_line, of_others, part_before, whom_of
from harvester.text.limits.comparator import FLIPPED
from harvester.text.limits.concept_group import COUNTS, SCORES, group
from harvester.text.limits.concept_unit import canonical
from harvester.text.limits.detail import a_day, counted_behind, drug_of, event_of, measured_before, sample_of, scale_of
from harvester.text.limits.fluid import IN_FLUID
from harvester.text.limits.label import balanced
from harvester.text.limits.limit import Limit
from harvester.text.limits.place import Place, ReadingLine
from harvester.text.limits.subject import OTHER, Subject
from harvester.text.times.fact_time import CELL_COUNTS

_NO_ULN = group("without_normal_limit")
_OF_SAMPLE_LEFT = expression("fact.of_sample_left")
_OF_SAMPLE_RIGHT = expression("fact.of_sample_right")
_LEADS_WITH = expression("fact.leads_with")
_REPEATED = expression("fact.repeated")
_REPEATED_IF = expression("fact.repeated_if")
_BELOW = pattern_of(r"[\s)]*(?:or (?:more|greater|lower) )?(?:below|under|less than|lower than)\b", re.IGNORECASE)
_POWER = pattern_of(r" ?[x×] ?10(?:\^|\*{1,2})?(?P<power>\d)\b")
_TIMES_WHAT = pattern_of(r" ?[xX×](?=\s*(?:$|[,;.)]|(?:or|and|if|for|in)\b))")
_APART = pattern_of(r"\s*apart\b", re.IGNORECASE)
_BEYOND_IDEAL = expression("fact.beyond_ideal")
_ABOVE_ANOTHER = expression("namesake.above_another")
_AWAY = expression("fact_value.away")  # "a tumour ≤ 12 cm from the anal verge"
_LENGTHS = ("mm", "cm", "m", "km", "[mi_i]")
_FOR_WHOM_OR = pattern_of(r"\s*(?:with|without|if|for|in) [^,;.<>≤≥\d]{2,40},? or\s*", re.IGNORECASE)
_NO_OF_BOUND = expression("fact.no_of_bound")  # "not exceeding 3 x ULN": denies nothing that stands behind it
_GOES_ON = expression("namesake.goes_on")
_GRADE_GOES_ON = expression("namesake.grade_goes_on")
_NAMES_ANOTHER = expression("namesake.names_another")  # "or grade ≥ 2 of any other toxicity"
# "opioids (more than 2 days per month)" are named before
_DAYS = ("days", "day", "nights", "hours", "hour", "h", "hrs", "hr", "minutes", "minute", "mins", "min")
# What describes a treatment, or is the half of a way: "≥ 30% of the bone marrow", "≥ 12% or 200 mL".
_DESCRIBES = pattern_of(r"\s*(?:of (?:the )?(?:bone )?(?P<marrow>marrow)\b|(?:or|and/or) \d+ ?m?l\b)", re.IGNORECASE)
_RADIATED = pattern_of(r"radi(?:at|oth)|\bfield\b", re.IGNORECASE)
_SIMILAR = expression("fact.similar")
_OF_AGE = frozenset({16.0, 18.0, 19.0, 20.0, 21.0})
_CONSENT_BEFORE = expression("fact.consent_before")
_CONSENT_BEHIND = expression("fact.consent_behind")
_LEAST = {
    ("hemoglobin", "g/dL"): 1.0,
    ("platelets", "10*9/L"): 1.0,
    ("anc", "10*9/L"): 0.02,
    ("wbc", "10*9/L"): 0.02,
}
_ASKED_BESIDE = group("asked_beside")
_MORE_IS_BETTER = group("more_is_better")
_LESS_IS_BETTER = group("less_is_better")
_WORSE = frozenset({"or worse", "worse than", "no worse than", "not worse than"})
_VIRUS = pattern_of(r"\b(?:HIV(?:-[12])?|EBV|CMV|H[BC]V|BKV?|JCV?|HHV-?[68]|VZV|HSV|adenovirus) (?:plasma |serum )?$")
_OPEN = frozenset({"range_falls", "no_sign", "damaged_basis"})  # flags of a limit that asks nothing of anybody
# Values no body holds: a unit was confused.
_MOST = {
    ("creatinine_serum", "mg/dL"): 50.0,
    ("bilirubin_total", "mg/dL"): 100.0,
    ("hemoglobin", "g/dL"): 30.0,
    ("platelets", "10*9/L"): 10000.0,
    ("anc", "10*9/L"): 1000.0,
}
# "≥ 13/12 g/dL (men/women)": which is whose cannot be said in one limit
_EACH_OF_TWO = pattern_of(
    r" ?/ ?\d[\d.]*\b(?:[^.;()<>≤≥]|\.(?=\w)){0,30}[(\s](?:for |in )?(?:males?|men|females?|women|m|f|w) ?(?:/|and|or) ?"
    r"(?:males?|men|females?|women|m|f|w)\b",
    re.IGNORECASE,
)
_EVERY_FEW = pattern_of(  # "at least one attack every other day"
    r"(?: [\w-]+){0,3} (?:per|every|each) (?:other|second|third|[2-9]|\d\d|two|three|four)\b", re.IGNORECASE
)
# Of these a number alone is one value of few; of the others it may be meant as the least or as the most.
_GRADED = SCORES - {"karnofsky", "lansky"}
_OWN_RULE = ("subject.before", "subject.inside")


def framed(
    line: ReadingLine, start: int, end: int, concept: str, rule: str, before: str, after: str, flags: tuple[str, ...]
) -> FactRead:
    """A fact on ``text[start:end]`` with its words and modifiers, its values still empty."""
    span = line.normal.raw_span(start, end).shifted(line.criterion.start)
    kept = tuple(flag for flag in dict.fromkeys((*flags, *line.normal.flags(start, end))) if flag != "hyphen")
    whom = whom_of(line.criterion.section, before, after, line.criterion.scope)
    own = condition_of(before, after) or whom.words
    if whom.words and own and (own.startswith(whom.words) or whom.words.startswith(f"{own} and ")):
        own = whom.words  # "Patients with CMML must have a WBC count ≤ 10,000 …", "in Germany and France"
    sex = (sex_spoken_of(own) if own else None) or sex_of("" if of_others(whom) else before, after) or whom.sex
    told = own or people_of_line(line, start)
    if told is not None and line.criterion.section == "exclusion" and defines(concept, told):
        told = None  # "severe renal impairment: clearance < 30 mL/min"
    return FactRead(
        *(line.index, span.start, span.end, concept, None, rule),
        sex=sex,
        condition=told,
        exception=line.spared or is_exception(before, after, line.criterion.section, line.text[max(0, start - 800) : start]),
        confidence=confidence_of(rule),
        flags=kept,
    )


def people_of_line(line: ReadingLine, start: int) -> str | None:
    """The people all of a line is for, or the part of it that ``start`` stands in."""
    label = None if line.criterion.scope else label_of_line(line.text, start)
    return label or part_before(line.text, start) or line.whom or line.disease


def leads_with(place: Place) -> str | None:
    """The people a value goes on with from the one before (``ANC ≥ 750/uL; with marrow disease ≥ 500/uL``)."""
    if place.earlier is None:
        return None
    amount, last = place.limit.amount, place.earlier[0].amount
    alike = amount.unit == last.unit and amount.reference == last.reference and amount.unit is not None
    told = _LEADS_WITH.fullmatch(place.left) if alike and place.earlier[0].start < place.bounds[0] else None
    return " ".join(told["whom"].split()) if told else None


def is_threshold(place: Place, subject: Subject) -> bool:
    """Whether a limit that is no time is a fact of its subject; false where the limit alone says nothing."""
    if place.limit.comparator_words.startswith(("prior to", "before")):
        return False  # what stands before an event is no limit of it
    if not says_something(place, subject) or _APART.match(place.right):
        return False
    if _TIMES_WHAT.match(place.right) and place.limit.amount.reference == "absolute":
        return False  # "AST > 5x"
    if _EACH_OF_TWO.match(place.right) or (subject.concepts == ("attack_frequency",) and _EVERY_FEW.match(place.right)):
        return False
    if _SIMILAR.search(place.left[-40:]) or _is_of_consent(place, subject):
        return False
    if (place.limit.amount.unit == "%" and _OF_SAMPLE_RIGHT.match(place.right)) or _OF_SAMPLE_LEFT.search(place.left[-160:]):
        return False  # how many of those recruited
    power = _POWER.match(place.right) if place.limit.amount.unit is None else None
    if power is not None and not (power["power"] in "39" and group("cell_counts").issuperset(subject.concepts)):
        return False  # "≤ 1 x 109 monocytes": of what volume nobody says
    if place.limit.amount.unit == "{SD}" and place.limit.comparator in ("<", "<=") and _BELOW.match(place.right):
        return False  # "≤ 3 SD below the mean": within them, or beyond
    # says when a test is done again
    return not (_REPEATED_IF.search(place.left[-180:]) and _REPEATED.search(place.sentence))


def threshold_frame(place: Place, subject: Subject) -> FactRead:
    """What the facts of a threshold share: its words and modifiers, its values still empty."""
    limit, text = place.limit, place.text
    counted = subject.rule == "subject.counted" and subject.end > limit.end
    behind = subject.rule == "subject.behind" and subject.end > limit.end
    end = subject.end if counted else limit.end
    after = text[subject.end : place.bounds[1]] if counted or behind else place.right
    rule = limit.rule if subject.rule in _OWN_RULE else f"{limit.rule}+{subject.rule}"
    base = framed(place.line, limit.start, end, subject.concepts[0], rule, place.left, after, limit.flags)
    since = text[place.since : limit.start]
    beside = (name.start for name in place.names if name.start >= limit.end and name.key not in subject.concepts)
    method = method_of(text[limit.start : min(place.until, next(beside, place.until))]) or method_of(since)
    named = text[subject.end : limit.start] if len(subject.concepts) == 1 else ""
    condition = base.condition or age_band(place.right) or age_band(named)
    if condition is None and (subject.start < place.bounds[0] or subject.concepts == (OTHER,)):
        condition = leads_with(place)
    if condition is not None and condition.startswith("with ") and set(subject.concepts) <= _ASKED_BESIDE:
        condition = None  # a second requirement beside the score
    sex, detail = base.sex or sex_of(since, after), _detail(place, subject)
    spares = base.exception and not is_no_exception(place.line, limit, subject.concepts[0], place.left)
    return changed(base, sex=sex, condition=condition, method=method, detail=detail, exception=spares)


def threshold_facts(place: Place, subject: Subject, base: FactRead) -> list[FactRead]:
    """The facts of a threshold, one a concept; ``base`` is its `threshold_frame`."""
    limit = _below_mean(a_day(_better(place.limit, subject), subject, place), place.right)
    return [valued(_of_concept(base, concept, place), place.line, one, place.left) for concept, one in _parts(limit, subject)]


def named_as_before(place: Place, facts: list[FactRead], found: list[FactRead]) -> list[FactRead]:
    """``facts`` with the name of the value before where theirs has none (``> 115 g/m2 (men) or > 95 g/m2 (women)``)."""
    carried = _is_aside(place) or (place.limit.rule == "limit.plain" and place.limit.comparator is not None)  # the other's words
    if len(facts) != 1 or not found or place.earlier is None or (facts[0].detail is not None and not carried):
        return facts
    fact, last = facts[0], found[-1]
    between = place.between(place.earlier[0].end, 60)
    or_else = fact.detail is None and (between or "").strip(" ,;") == "or"  # "weight loss (≥ 5% or ≥ 5 kg)"
    alike = fact.concept == last.concept in (OTHER, "ctcae_grade") and (or_else or fact.unit == last.unit)
    between = between if alike and last.detail is not None else None
    # "grade 3 colitis or grade 3 rash", "or grade 2 of any other toxicity" are named behind
    behind = fact.concept != OTHER and between and ((last.detail or "") in between or _NAMES_ANOTHER.match(place.right))
    goes_on = between and (carried or (_GOES_ON if fact.concept == OTHER else _GRADE_GOES_ON).search(between))
    return [changed(fact, detail=last.detail)] if goes_on and not behind else facts


def _is_aside(place: Place) -> bool:
    """Whether only whom the value before is for stands between two (``≥ 130 ms with LBBB or ≥ 150 ms``)."""
    return place.earlier is not None and _FOR_WHOM_OR.fullmatch(place.text, place.earlier[0].end, place.limit.start) is not None


def _of_concept(fact: FactRead, concept: str, place: Place) -> FactRead:
    """``fact`` about ``concept``, for the ages in the bracket behind its name where several names have one."""
    if fact.condition is None:
        until = place.limit.end + 90 if concept in SCORES else place.limit.start
        names = [name for name in place.names if name.key == concept and place.since <= name.start < until]
        aged = next((band for name in names if (band := age_band(place.text[name.end : name.end + 100]))), None)
        return changed(fact, concept=concept, condition=aged)
    return fact if fact.concept == concept else changed(fact, concept=concept)


def _is_of_consent(place: Place, subject: Subject) -> bool:
    """Whether a number is the age from which somebody signs for oneself (``a guardian's consent if under 18``)."""
    other = {place.limit.low, place.limit.high} - _OF_AGE - {None}
    if other or subject.concepts != (OTHER,) or place.limit.amount.unit is not None:
        return False
    return bool(_CONSENT_BEFORE.search(place.left[-240:]) or _CONSENT_BEHIND.match(place.right))


def _better(limit: Limit, subject: Subject) -> Limit:
    """``grade 1 or better`` is at most 1, a T-score of ``-2.5 or worse`` at most -2.5."""
    turned = (
        _MORE_IS_BETTER
        if limit.comparator_words in _WORSE
        else _LESS_IS_BETTER
        if limit.comparator_words == "or better"
        else None
    )
    heard = limit.amount.unit == "dB" and limit.comparator_words == "or better"  # who hears better needs fewer decibels
    if turned is None or not (heard or set(subject.concepts) <= turned) or limit.comparator not in FLIPPED:
        return limit
    return replace(
        limit,
        comparator=FLIPPED[limit.comparator],
        low=limit.high,
        low_inclusive=limit.high_inclusive,
        high=limit.low,
        high_inclusive=limit.low_inclusive,
    )


def _below_mean(limit: Limit, right: str) -> Limit:
    """``2.5 SD or more below the mean`` is at most -2.5."""
    told = limit.comparator in FLIPPED and limit.amount.unit == "{SD}" and _BELOW.match(right) is not None
    if not told or min(value for value in (limit.low, limit.high) if value is not None) <= 0:
        return limit
    return replace(
        limit,
        comparator=FLIPPED[limit.comparator or "="],
        low=None if limit.high is None else -limit.high,
        low_inclusive=limit.high_inclusive,
        high=None if limit.low is None else -limit.low,
        high_inclusive=limit.low_inclusive,
    )


def _parts(limit: Limit, subject: Subject) -> list[tuple[str, Limit]]:
    """The concepts that share a limit; a blood pressure written as a pair is one limit each."""
    if limit.rule != "limit.pressure" or limit.second is None:
        return [(concept, limit) for concept in subject.concepts]
    value = limit.second.value
    lower = replace(limit, low=value if limit.low is not None else None, high=value if limit.high is not None else None)
    return [("sbp", limit), ("dbp", lower)]


def valued(base: FactRead, line: ReadingLine, limit: Limit, before: str) -> FactRead:
    """``base`` with the limit's numbers, their canonical form and the region of those who may join."""
    concept, section = base.concept, line.criterion.section
    unit, reference = _unit_of(limit, concept, base.detail), limit.amount.reference
    low, low_unit = canonical(concept, limit.low, unit, reference)
    high, high_unit = canonical(concept, limit.high, unit, reference)
    canonical_unit = low_unit or high_unit
    beyond = _is_too_much(concept, canonical_unit, low, high) or _is_too_little(concept, canonical_unit, low, high)
    if beyond:
        low = high = canonical_unit = None  # a unit that cannot be meant: mmol/L of creatinine
    alone = limit.comparator is None  # a number alone is a value that counts itself
    ends = (True, True) if alone else (limit.low_inclusive, limit.high_inclusive)
    region = Region(low, ends[0], high, ends[1]) if canonical_unit else Region(limit.low, ends[0], limit.high, ends[1])
    who = Region()
    conditional = base.condition is None and concept not in AGES and is_conditional(before)
    bare = reference == "absolute" and concept not in SCORES | COUNTS and _is_bare(line, limit)
    doubtful = conditional or bare or base.exception or not _OPEN.isdisjoint(limit.flags) or _is_part(line.text, limit, before)
    unsigned = (alone or limit.is_unsigned) and not limit.values and reference != "baseline" and concept not in _GRADED
    differs = reference == "absolute" and concept not in AGES and is_change(concept, before, limit.comparator_words)
    before = _NO_OF_BOUND.sub("", before)
    if not (beyond or doubtful or unsigned or differs) and section != "unknown" and not is_open(line, limit, concept, before):
        turns = turned(line, limit, concept, before, line.text[limit.end : line.clipped(limit.start, limit.end)[1]])
        who = eligible(concept, recovered(concept, limit, region, before), limit.values or None, turns)
    return changed(
        base,
        comparator=limit.comparator or "=",
        low=limit.low,
        low_inclusive=limit.low_inclusive,
        high=limit.high,
        high_inclusive=limit.high_inclusive,
        value_set=limit.values or None,
        unit=unit,
        unit_text=limit.amount.unit_text,
        reference=reference,
        canonical_low=low,
        canonical_high=high,
        canonical_unit=canonical_unit,
        eligible_low=who.low,
        eligible_low_inclusive=who.low_inclusive,
        eligible_high=who.high,
        eligible_high_inclusive=who.high_inclusive,
        eligible_set=who.members,
        flags=(
            *base.flags,
            *_doubts(base, line, limit, before),
            *(("implausible",) if beyond else ()),
            *(("no_sign",) if unsigned else ()),
            *(("change_of_measure",) if differs else ()),
        ),
    )


def _is_part(text: str, limit: Limit, before: str) -> bool:
    """Whether a share describes a radiation, or a value is the half of a way or of a time and a dose."""
    told = _DESCRIBES.match(text, limit.end) if limit.amount.unit == "%" else None
    return told is not None and (told["marrow"] is None or _RADIATED.search(before[-100:]) is not None)


def _is_bare(line: ReadingLine, limit: Limit) -> bool:
    """Whether a value stands behind a lone "=", which is often what is left of a lost sign."""
    return limit.comparator in (None, "=") and "=" in line.text[limit.start : limit.number_start]


def _is_too_much(concept: str, unit: str | None, low: float | None, high: float | None) -> bool:
    return max(low or 0.0, high or 0.0) > _MOST.get((concept, unit or ""), math.inf)


def _is_too_little(concept: str, unit: str | None, low: float | None, high: float | None) -> bool:
    """Whether a limit is below what any body has, so that its unit cannot be meant."""
    told = [value for value in (low, high) if value]
    least = _LEAST.get((concept, unit or ""))
    return least is not None and bool(told) and max(told) < least


def _doubts(base: FactRead, line: ReadingLine, limit: Limit, before: str) -> list[str]:
    """Flags on a value's meaning."""
    found = []
    if requirement_in_exclusion(line.criterion.section, before):
        found.append("requirement_in_exclusion")
    if limit.amount.reference == "ULN" and base.concept in _NO_ULN:
        found.append("implausible")
    if _is_bare(line, limit) and base.concept not in SCORES:
        found.append("bare_equals")
    return found


def _unit_of(limit: Limit, concept: str, detail: str | None) -> str | None:
    unit = limit.amount.unit
    drunk = concept == "alcohol_intake" or (detail or "").lower() in ("caffeine", "alcohol")
    if drunk and unit in ("[IU]", "[IU]/d"):
        return "{units}/d" if unit == "[IU]/d" else None
    if unit in ("{points}", "{packs}/a") or (unit == "deg" and concept in SCORES):
        return None
    if unit in ("mm3", "uL") and concept in CELL_COUNTS:
        return f"/{unit}"
    if unit is None and concept == "gestational_age" and limit.amount.reference == "absolute":
        return "wk"
    if unit is None and concept in ("age", "age_at_onset", "donor_age") and limit.amount.reference == "absolute":
        return "a"
    return unit


def _detail(place: Place, subject: Subject) -> str | None:
    """Which drug or scale, or for a measure without a concept the words before it."""
    if subject.concepts == (OTHER,):
        told, beyond = counted_behind(place), _BEYOND_IDEAL.match(place.right)
        told = (measured_before(place) or told) if told is None or told in _DAYS else told
        beyond = beyond or _ABOVE_ANOTHER.match(place.right) or IN_FLUID.match(place.right)
        beyond = beyond or (_AWAY.match(place.right) if place.limit.amount.unit in _LENGTHS else None)
        return f"{told} {beyond['what']}" if told and beyond else told
    if subject.concepts[0] == "blasts":
        return sample_of(place, subject)
    if subject.concepts[0] == "ctcae_grade":
        return event_of(place)
    if subject.concepts[0] == "dose_limit":
        return drug_of(place, subject)
    if subject.concepts[0] in ("other_score", "z_score", "cognitive_score", "viral_load"):
        virus = _VIRUS.search(place.text, 0, subject.start) if subject.concepts == ("viral_load",) else None
        named = place.text[virus.start() if virus else subject.start : subject.end]
        return scale_of(place, subject, named) if subject.concepts[0] in ("other_score", "z_score") else balanced(named)
    return None
