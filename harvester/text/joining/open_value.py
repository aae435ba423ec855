"""A value that leaves open who may join: a definition, an example, a condition of another value, one way in of several."""

from __future__ import annotations

import re

from harvester.text.expressions.definition_file import expression
from harvester.text.expressions.gate import gated
from harvester.text.expressions.pattern import pattern_of
from harvester.text.expressions.spans import without_brackets
from harvester.text.joining.modifier import sex_of_age
from harvester.text.joining.polarity import (
    NO_RESPONSE,
    and_behind_no,
    are_ages_of_groups,
    denies_damage,
    has_well_side,
    has_working_side,
    is_beside_missing,
    is_defining,
    is_dose_of_disease,
    is_listed_way,
    is_no_of_values,
    is_refused_there,
    is_shared_age,
    is_sound,
    negation_goes_on,
    stays_open,
    turns,
)
from harvester.text.joining.ways import (
    asks_nothing,
    is_advised,
    is_age_beside,
    is_age_of_one_way,
    is_example,
    is_of_share,
    is_one_way,
)
from harvester.text.joining.who_joins import AGES, LAST_WORDS, SIGNS_OF_SIDE, comes_to_value, is_sick_beside_missing
from harvester.text.limits.concept_group import SCORES, group
from harvester.text.limits.limit import Limit
from harvester.text.limits.place import ReadingLine

_WITH = pattern_of(r"\s*(?:(?!or\b|and\b|being\b|treated\b)[a-z-]+ ){0,2}with (?!out|or without|the exception)", re.IGNORECASE)
# "no earlier chemotherapy or a maximum of 6 months of it": so much was taken at most, and may have been
_TAKEN = frozenset({"treatment_duration", "state_duration", "prior_lines", "prior_cycles", "dose_limit"})
_LIMITING = pattern_of(r"\b(?:limit(?:s|ing)?|shorten(?:s|ing)?|reduc(?:es|ing))\b[^.;]*$", re.IGNORECASE)
_MUST_RESOLVE = pattern_of(
    r"[^.;<>≤≥]{0,80}\b(?:must|should|need to) (?:have )?(?:be(?:en)? )?(?:resolv|recover|improv|return|decreas)", re.IGNORECASE
)
_MENSES_BEFORE = expression("who_joins.menses_before")
_MENSES_SIGNS = frozenset({"fsh", "estradiol"})
_AGE_NEEDS = expression("who_joins.age_needs")
_WHO_MAY = expression("who_joins.who_may")  # "women older than 65 who …, but have a low density, may be enrolled"
_NOTHING_BEFORE = expression("joins.nothing_before")
_CONFIRMED_BY = expression("joins.confirmed_by")
_OR_STEADY = expression("joins.or_steady")
_FAILED_ON = expression("joins.failed_on")  # with which dose a treatment failed
_MAY_BE_TREATED = expression("joins.may_be_treated")
_EXCESS = expression("joins.excess")
_EXCESS_BEFORE = expression("joins.excess_before")
_OF_THOSE_BELOW = pattern_of(
    r"\W*(?:for|in) (?:the |all )?(?:patients|participants|subjects|individuals|those|women|men|adults|children|adolescents)\b",
    re.IGNORECASE,
)
_TERM_DEFINED = expression("joins.term_defined", exact=True)
_KIND_ASIDE = expression("joins.kind_aside")
_AND_FOR_LESS = expression("joins.and_for_less")
_WASHOUT = pattern_of(r"\bwash-? ?out\b", re.IGNORECASE)
_NO_DONOR = expression("joins.no_donor")
_BESIDE_NOT = expression("joins.beside_not")
_MAY_BE_LET_IN = expression("joins.may_be_let_in")
_AN_AGE = pattern_of(r"\bage[ds]?\b[^.;]{0,30}\d|\d ?(?:years|yrs)\b", re.IGNORECASE)
_RELAXED = expression("joins.relaxed")
_FOR_A_TIME = expression("joins.for_a_time")
_GRADED_OF_TWO = expression("joins.graded_of_two")
_TERM = pattern_of(r"\W*(?P<term>[A-Za-z][\w-]*(?: [\w-]+){1,3}):")
_GRADES = frozenset({"tumor_grade", "other_score"})
_WILLING = expression("who_joins.willing")
_MEANING = expression("who_joins.meaning")
_ASIDE = expression("who_joins.aside")
_OF_FERTILE = expression("who_joins.of_fertile")
_CONTRACEPTION = gated(r"\b(?:contracepti\w+|birth control|abstinen\w+)\b[^.;]{0,120}$", re.IGNORECASE)
_PEOPLE_AGED = expression("whom.subject_before")
_NO_MENSES = pattern_of(r"\b(?:menopaus\w*|amenorrh\w*|menses|menstrua\w*|hysterectom\w*)", re.IGNORECASE)
_RISK = pattern_of(r"\brisk factors?\b[^.;]{0,120}$", re.IGNORECASE)
_DISEASE_SIGNS = expression("polarity.disease_signs")  # of which one is enough to have the disease
_SIGNS = group("signs_of_disease")
_RESISTANT = pattern_of(
    r"\b(?:resistan\w+|refractor\w+|(?:inadequate|insufficient|no|poor) response|non-?respon\w+|intoleran\w+"
    r"|fail(?:ed|ure)|despite)\b(?:[^.;]|\.(?= [a-z]))*$",
    re.IGNORECASE,
)
_LASTING = expression("polarity.lasting")
_PHASE_BEHIND = pattern_of(r"[^.;,()<>≤≥\d]{0,20}\(\s*(?:for )?(?:the )?(?:[\w-]+ ){0,2}phase\b[^()]{0,20}\)", re.IGNORECASE)
# "… are allowed (the number of irradiated lesions is not more than 3)": which of those spared are
_ALLOWED_IF = gated(r"\b(?:are|is) (?:also )?(?:allowed|permitted|acceptable)\s*\([^()]*$", re.IGNORECASE)
_TO_BE_TREATED = pattern_of(r"\b(?:eligible|candidates?|suitable|scheduled|planned|amenable) (?:for|to)\b[^.;]*$", re.IGNORECASE)
_CAPPED = pattern_of(r"\d[^()]{0,60}\([^()]*$")
_METASTASES = expression("who_joins.metastases")
_STATES_LAST = group("states_that_last")
_A_LIFE = 16  # years
_AT_MOST = ("no ", "not ", "up to", "at most", "max", "only up to")
_MASSES = ("mg", "g/", "ug", "ng/kg")
_OF_DONOR = frozenset({"hla_match", "cell_count"})


def _may_be_denied(limit: Limit, concept: str, before: str, after: str) -> bool:
    """Whether nobody can say if the "no" that opens a sentence denies a value: what is sound is rarely denied."""
    if limit.comparator_words.lower().startswith(("no ", "not ")):
        return False
    reached = comes_to_value(before, after)
    sound = is_sound(concept, limit.comparator, limit.low)
    if not sound and limit.comparator != "range" and _is_ambiguous(limit, concept, before):
        return True
    return (reached is None and not sound) or (reached is True and sound)


def _least(limit: Limit) -> float:
    """The least number that a limit names."""
    return min((value for value in (limit.low, *limit.values) if isinstance(value, (int, float))), default=0.0)


def _is_ambiguous(limit: Limit, concept: str, before: str) -> bool:
    """Whether "and" or "or" may begin a demand of its own behind a denial (``no dialysis and eGFR < 30``)."""
    turns_it = turns("inclusion", before) == 1
    if turns_it or comes_to_value(before, "") is True:
        sided = has_well_side(concept) or limit.comparator in (">", ">=")
        known = sided and (limit.comparator in SIGNS_OF_SIDE or _least(limit) >= 2)
        beside = limit.comparator not in SIGNS_OF_SIDE or is_beside_missing(before)
        if not known and beside and not concept.endswith(("_duration", "_grade")) and (not turns_it or is_beside_missing(before)):
            return True  # "no diabetes or ferritin < 300", "no heart failure or NYHA I"
    joined = None if concept.endswith(("_duration", "_grade")) else and_behind_no(before)
    return joined is True or (joined is False and turns_it)


def _is_taken_at_most(limit: Limit, concept: str, before: str) -> bool:
    """Whether so much treatment may have been given, beside none (``no chemotherapy or a maximum of 6 months of it``)."""
    taken = concept in _TAKEN and limit.comparator in ("<", "<=")
    return taken and (is_beside_missing(before) or negation_goes_on(before) is not None)


def is_open(line: ReadingLine, limit: Limit, concept: str, before: str) -> bool:
    """Whether who may join stays open: a definition, an example, a condition of another value, one way in of several."""
    after = line.text[limit.end : line.clipped(limit.start, limit.end)[1]]
    if is_of_share(before) or (concept == "other_measure" and is_of_share(line.text[limit.start : limit.end] + after[:60])):
        return True
    if line.criterion.kind == "parent" and _OF_THOSE_BELOW.match(before) and after.rstrip().endswith(":"):
        return True  # "For patients aged ≥ 65 years:"
    excluded, included = line.criterion.section == "exclusion", line.criterion.section == "inclusion"
    if included and _is_taken_at_most(limit, concept, LAST_WORDS.sub("", before)):
        return True
    if (included and concept != "dose_limit" and _ALLOWED_IF.search(before)) or _is_excess(limit, before, after):
        return True  # "> 1 mg/dL above the upper limit of normal": no level
    if excluded and limit.comparator_words.startswith("limited to"):
        return True  # how little is enough to be shut out
    if concept in AGES:
        return _is_open_age(line, limit, before, after)
    if _is_open_kind(limit, concept, before, after) or (excluded and _is_open_exclusion(line, limit, concept, before, after)):
        return True
    if line.one_of_several or line.conditional or line.disease or asks_nothing(before, after):
        return True
    wide = line.text[max(0, limit.start - 600) : limit.start]
    if included and _RELAXED.match(after):
        return True  # "for > 6 months (if a mutation is known, the history may be less than 6 months)"
    if included:
        if concept in _OF_DONOR and _NO_DONOR.search(before):
            return True  # "lack of a matched sibling or of a cord blood with ≥ 5 x 10^7 cells/kg": of the donor that is not there
        if (has_well_side(concept) or concept in SCORES) and _BESIDE_NOT.search(before[-120:]):
            return True  # "not in remission with PHQ-9 > 10"
        if has_well_side(concept) and not is_sound(concept, limit.comparator, limit.low) and _MAY_BE_TREATED.match(after):
            return True  # "patients with hemoglobin < 8 g/dL may be transfused"
        term = _TERM_DEFINED.match(before) if line.above else None
        if term is not None and term["term"].lower() in line.above.lower():
            return True  # says what a word of the line above it means
        if _asks_nothing(limit, concept, before) or _defines_way(line.text, before, limit.start):
            return True
        if (concept == "other_measure" or concept.endswith("_duration")) and _WILLING.search(before):
            return True  # what they agree to do
        if concept.endswith("_duration") and _CONTRACEPTION.search(before):
            return True  # which contraception counts
        if concept in _STATES_LAST and _METASTASES.search(before[-160:]):
            return True  # of those who have them
        if (concept == "life_expectancy" and _LIMITING.search(before[-60:])) or (
            concept == "dose_limit" and _TO_BE_TREATED.search(before)
        ):
            return True  # "no disease limiting survival to less than 2 years"; how they will be treated
        way = is_one_way(before, after) or is_example(before) or _may_be_denied(limit, concept, before, after)
        if way or (concept in _SIGNS and _DISEASE_SIGNS.search(wide)):
            return True
    return stays_open(line.criterion.section, before, after) or is_defining(line.criterion.section, wide)


def _asks_nothing(limit: Limit, concept: str, before: str) -> bool:
    """Whether the words before an inclusion's value say what it is told for, or offer the way of those who need none."""
    if _NOTHING_BEFORE.search(before):
        return True
    dosed = concept == "dose_limit" or (concept == "other_measure" and (limit.amount.unit or "").startswith(_MASSES))
    if dosed and (_FAILED_ON.search(before) or _OR_STEADY.search(before)):
        return True  # "off steroids for 4 weeks or on a stable dose ≤ 10 mg"
    if concept == "other_measure" and limit.amount.unit is None and _CONFIRMED_BY.search(before):
        return True  # "confirmed by at least 2 out of 3 urine samples"
    if concept.endswith("_duration"):
        if limit.comparator == "range" and NO_RESPONSE.search(before[-120:]):
            return True  # "no improvement after 6-10 weeks": longer will do
        return _OR_STEADY.search(before) is not None or _CONFIRMED_BY.search(before) is not None
    return concept in _GRADES and _GRADED_OF_TWO.search(before[-100:]) is not None


def _defines_way(text: str, before: str, at: int) -> bool:
    """Whether a sentence says what one of the ways is that the line has named (``Local progression: …``)."""
    label = _TERM.match(before) if ":" in before else None
    return label is not None and label["term"].lower() in text[: at - len(before)].lower()


def _is_excess(limit: Limit, before: str, after: str) -> bool:
    """Whether a value tells by how much a measure lies beyond the limit of normal, or that limit stands behind such a value."""
    if limit.amount.reference in ("ULN", "LLN"):
        return 1.0 in (limit.low, limit.high) and _EXCESS_BEFORE.search(before) is not None
    return _EXCESS.match(after) is not None


def _is_open_age(line: ReadingLine, limit: Limit, before: str, after: str) -> bool:
    included = line.criterion.section == "inclusion"
    if _PHASE_BEHIND.match(after) or is_advised(after) or _is_age_of_some(line, limit, before, after):
        return True
    shared = is_shared_age(line.criterion.section, after) or _RISK.search(before) is not None
    if sex_of_age(before, after) and not line.one_of_several:
        return shared  # each sex has its age
    grouped = line.one_of_several or are_ages_of_groups(before + line.text[limit.start : limit.end] + after)
    if included and _BESIDE_NOT.search(before[-100:]):
        return True  # "not enrolled in other trials with age ≥ 18"
    way = included and (is_age_of_one_way(before, after) or is_example(before) or is_listed_way(before))
    way = (
        way
        or (included and (is_refused_there(after) or _NO_DONOR.search(before) is not None))
        or is_age_beside(line.text[max(0, limit.start - 200) : limit.start], after)
    )
    return shared or grouped or way or bool(_NO_MENSES.search(without_brackets(after[:200])[:120]))


def _is_open_kind(limit: Limit, concept: str, before: str, after: str) -> bool:
    """Whether values of a kind ask nothing where these words stand beside them, under either heading."""
    if concept.endswith("_duration"):
        return concept == "amenorrhea_duration" or (limit.amount.unit == "a" and (limit.low or 0) >= _A_LIFE)  # rather an age
    if _MEANING.search(before) or (concept == "other_measure" and _ASIDE.search(before)):
        return True  # explains a word
    if concept.endswith("_grade"):
        return _MUST_RESOLVE.match(after) is not None  # "any grade 3 toxicity must have resolved to grade 2"
    if concept in _MENSES_SIGNS:
        return _MENSES_BEFORE.search(before) is not None  # tells what menopause is
    return concept == "contraceptive_failure_rate"  # says which methods count


def _is_open_exclusion(line: ReadingLine, limit: Limit, concept: str, before: str, after: str) -> bool:
    """Whether nobody is excluded by the value alone."""
    sound = is_sound(concept, limit.comparator, limit.low)
    if not sound and is_no_of_values(before) and turns("exclusion", before) == 1:
        return True  # "no ALT > 3 x ULN or AST > 3 x ULN"
    unsure = sound and not has_working_side(concept) and limit.comparator in SIGNS_OF_SIDE and is_beside_missing(before)
    unsure = unsure or (not has_well_side(concept) and is_sick_beside_missing(limit, sound, before))
    if unsure and turns("exclusion", before) == 2:
        return True  # "no telephone or MMSE < 24"
    if concept.endswith("_duration") and (_KIND_ASIDE.search(before) or _WASHOUT.search(line.above)):
        return True  # "chronic (more than 7 days) use of steroids"
    if concept.endswith("_duration") and limit.low is None and _AND_FOR_LESS.search(before[-160:]):
        return True  # "hypothyroidism and treatment for < 6 months"
    if concept.endswith("_duration") and (_LASTING.search(before) or _RESISTANT.search(before)):
        return True  # how long what stands before it lasts, or what makes a disease resistant
    if line.above and denies_damage(line.above) and not has_working_side(concept):
        return True  # "No organ damage:" above a measure of which nobody says which side is sick
    if (concept == "dose_limit" or (limit.amount.unit or "").startswith(_MASSES)) and _FAILED_ON.search(before):
        return concept in ("dose_limit", "other_measure")  # "no response to at least 50 mg of sertraline"
    if concept in ("dose_limit", "alcohol_intake"):
        capped = _CAPPED.search(before) is not None and limit.low is None  # "more than 0.1 mg/kg/day (maximum 4 mg/day)"
        allowed = (
            limit.low is None and limit.comparator_words.lower().startswith(_AT_MOST) and turns("exclusion", before) == 1
        )  # how much may be taken
        return capped or allowed or _FOR_A_TIME.match(after) is not None or is_dose_of_disease("exclusion", before)
    return concept.endswith("_grade") and _WITH.match(after) is not None


def _is_age_of_some(line: ReadingLine, limit: Limit, before: str, after: str) -> bool:
    """Whether an age is of menopause, or of those of whom something else is asked (``Patients over 60 must have an ECG``)."""
    if limit.low is not None and limit.high is not None:
        return False
    if _OF_FERTILE.search(before):
        return True
    if 40 <= (limit.low or limit.high or 0) <= 65 and _MENSES_BEFORE.search(before):
        return True
    let_in = _MAY_BE_LET_IN.match(after)
    if _WHO_MAY.match(after) or (let_in and (let_in["if"] or (limit.high or 99) < 40 or _is_second_age(line, limit))):
        return True  # "Children under 12 may be enrolled after review"
    asked = line.criterion.section == "inclusion" and limit.low not in (None, 18.0) and _AGE_NEEDS.match(after) is not None
    return asked and _PEOPLE_AGED.fullmatch(before) is not None


def _is_second_age(line: ReadingLine, limit: Limit) -> bool:
    """Whether another age stands before an age in its line, or above it: that one is the study's."""
    return _AN_AGE.search(f"{line.above[-300:]} {line.text[max(0, limit.start - 300) : limit.start]}") is not None
