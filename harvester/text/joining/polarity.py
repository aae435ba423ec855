"""Polarity: from what a criterion says to who may join.

One law: an exclusion turns a region into its complement, and so does a negation; each turns it once. What must (not) be is a
requirement under either heading: ``must not weigh < 30 kg`` turns once, ``must have`` under an exclusion heading not at all
(flag ``requirement_in_exclusion``). An exception never defines the region. Grades that are shut out leave the better ones: who is
excluded with grade 3 is not asked for grade 4.
"""

from __future__ import annotations

import re
from functools import lru_cache

from harvester.shape import shape
from harvester.text.expressions.definition_file import expression
from harvester.text.expressions.gate import gated
from harvester.text.expressions.opened import Opening
from harvester.text.expressions.pattern import pattern_of
from harvester.text.limits.concept_group import group

_NEGATED = expression("polarity.negated")
_FORBIDDEN = expression("polarity.forbidden")
_REQUIRED = gated(
    r"(?<!\bwho )(?<!\bthat )\b(?:must|should|shall) (?!not\b)"
    r"(?:have|be|weigh|show|fulfil|date|lie|demonstrate|occur|achieve|reach|remain|maintain|meet|possess|exceed)\b|\b(?:must|should|shall)\s*$",
    re.IGNORECASE,
)
_REFUSED = expression("polarity.refused")
_REFUSED_AT_ONCE = expression("polarity.refused_at_once")  # "ECOG > 2 excluded"
_REFUSES_NOBODY = expression("polarity.refuses_nobody")  # "18 to 75 (excluded)" may mean the bound; "is not an exclusion"
_REFUSED_THERE = expression("polarity.refused_there")  # "are not eligible for the myeloablative arm"
_ADMITTED = expression("polarity.admitted")
_ONLY_IF = expression("polarity.only_if")
_ONLY_WITH = expression("polarity.only_with")
_ONLY_BESIDE = expression("polarity.only_beside")
_AND_ANOTHER = expression("polarity.and_another")
_ANOTHER_AND = expression("polarity.another_and")
_EXAMPLE = gated(r"\((?:for example|for instance|e\.g\.|eg|such as)[^()]*$|^\W*example\b.*$", re.IGNORECASE)
_FIRST_AND = expression("polarity.first_and")
_BRACKETED_AND = expression("polarity.bracketed_and")
_DEFINED = Opening(expression("polarity.defined").pattern)
_UNMET_DEFINED = expression("polarity.unmet_defined")  # it may define the target as well as the missing of it
_ELIGIBLE_IF = expression("polarity.eligible_if")
_SOME_OF = expression("polarity.some_of")
_MORE_OF = expression("polarity.more_of")
_WAY_IN = expression("polarity.way_in", exact=True)
_DEMANDED = expression("polarity.demanded")
_OR_WHO = expression("polarity.or_who")
_NAIVE_OR = expression("polarity.naive_or")
_THOSE_WITH = expression("polarity.those_with")
_MUST_BEHIND = expression("polarity.must_behind")
_BESIDE_NORMAL = expression("polarity.beside_normal")
_FOR_OPENS = expression("polarity.for_opens")
_THEN_LIMIT = expression("polarity.then_limit")
_OPENING_IF = expression("polarity.opening_if")
_DESPITE = gated(r"\bdespite\b[^.;<>≤≥]{0,60}$", re.IGNORECASE)
_IF_NONE = gated(r"\b(?:if|when|where|unless|there (?:is|are)|in case of)\b[^,;<>≤≥]{0,40}\bno\b[^,;<>≤≥]*$", re.IGNORECASE)
_WHO_ELSE = pattern_of(r"\s*(?:,\s*)?(?:who|with|and (?:with|who|has|have|COG|stage))\b", re.IGNORECASE)
_EITHER_WAY = gated(r"\bsensitivity (?:of )?$|\bwith or without\b[^,;.]*$", re.IGNORECASE)
# "No dementia (score ≥ 24)": a value in brackets behind a negation tells how much there is, or how its absence is known.
# The one behind "not eligible for a transplant" tells why, so it is the patient's own.
_NOT_IN_BRACKETS = gated(
    r"\b(?:no|absence of|without|free of|(?:do|does|did) not (?:meet|respond|(?P<reason>qualify)))\b[^.;()]{0,80}"
    r"(?:\([^()]*|\[[^][()]*)$",
    re.IGNORECASE,
)
_TOO_MUCH = gated(r"\b(?:prolong|elevat|increas|hyper|toxic|neuropath|fever|pyrexi|reaction|defined as)", re.IGNORECASE)
_UNWILLING = gated(
    r"\b(?:unwilling\w*|not (?:willing|prepared|ready|agree\w*)|inability|unable|refus\w+|reluctan\w+)\b[^.;]{0,80}$",
    re.IGNORECASE,
)
_BRACKETED = pattern_of(r"\([^()]*\)|\[[^\[\]]*\]")
_BLANKS = pattern_of(r"\s(?:\s+|(?<! ))")  # but one that is a blank already
_PEOPLE_WITHOUT = expression("polarity.people_without")  # they are whom it is for
_OTHERS_WITHOUT = expression("polarity.others_without")  # they are whom the value before is for
_BUT = gated(r"^.*\b(?:but|and (?:have|has|had|having)) (?!not\b)", re.IGNORECASE | re.DOTALL)
_CANNOT = expression("polarity.cannot")
_BOTH_AND = expression("polarity.both_and")
_ADEQUACY = expression("polarity.adequacy")
_NO_DAMAGE = pattern_of(r"\W*(?:no|absence of|without|free of)\b", re.IGNORECASE)
_NO_LIST = expression("polarity.no_list")
_NO_AND = expression("polarity.no_and")
_NO_OR = expression("polarity.no_or")
_A_LIMIT = pattern_of(
    r"[<>≤≥]|\b(?:more|less|greater|fewer|higher|lower) than\b|\bat (?:least|most)\b"
    r"|\b(?:(?:above|below|over|under|up to) \d|exceed)",
    re.IGNORECASE,
)
# The side of a limit on which the organ works: where a text speaks of (in)adequate function, it asks for that side.
_RECOVERED_FROM = expression("polarity.recovered_from")
NO_RESPONSE = expression("polarity.no_response")
_GROUP_AGES = expression("polarity.group_ages")
_KIND_OF_PEOPLE = expression("joins.kind_of_people")  # "women over 60 years who weigh < 63 kg"
_ONLY_WHEN = expression("joins.only_when")
_DISEASE_NEEDS = expression("polarity.disease_needs")
_OF_FUNCTION = pattern_of(
    r"\b(?:organ function\w*|function\w*|reserve|laborator\w+ (?:values?|tests?|parameters?|criteria))\b", re.IGNORECASE
)  # asked for all together
_WORKS_ABOVE = group("works_above")
_WORKS_BELOW = group("works_below")
_WELL_ABOVE = group("well_above")
_WELL_BELOW = group("well_below")
_SCALES = {"ecog": (0, 5), "nyha": (1, 4), "asa_class": (1, 6), "ctcae_grade": (0, 5), "gvhd_grade": (0, 4), "cns_grade": (1, 3)}


@shape()
class Region:
    """Who may join: an interval (an open end is none) or a set; both empty when it cannot be said as one interval."""

    low: float | None = None
    low_inclusive: bool | None = None
    high: float | None = None
    high_inclusive: bool | None = None
    members: tuple[float | str, ...] | None = None


def stays_open(section: str, before: str, after: str) -> bool:
    """Whether a value limits nobody by itself: a condition, an example, one group of several."""
    if _ONLY_IF.search(before) or _UNWILLING.search(before) or _ONLY_BESIDE.search(before) or _EITHER_WAY.search(before):
        return True
    if _FOR_OPENS.match(before) and _THEN_LIMIT.match(after):
        return True
    bracketed = _NOT_IN_BRACKETS.search(before)
    if bracketed and not _TOO_MUCH.search(bracketed.group()):
        return True
    if section != "inclusion":
        return section == "exclusion" and (_CANNOT.search(before) is not None or _only_together(before, after))
    if _THOSE_WITH.search(before) and _MUST_BEHIND.match(after):
        return True
    if is_refused_there(after):
        return True
    one_way = _NAIVE_OR.search(before) or _ELIGIBLE_IF.search(before) or _WAY_IN.search(before) or _OR_WHO.search(before)
    return bool(one_way or _ADMITTED.match(_bare(after)) or _EXAMPLE.search(before) or _BESIDE_NORMAL.search(before))


def is_refused_there(after: str) -> bool:
    """Whether a value keeps people out of a part of the trial only (``are not eligible for the myeloablative arm``).

    Nor does it ask anybody where only a bracket says so, which may speak of the bound, or where it is said to be no exclusion.
    """
    return (_REFUSED_THERE.match(_bare(after)) or _REFUSES_NOBODY.match(after)) is not None


def is_listed_way(before: str) -> bool:
    """Whether a value is one of a list of which some are asked for (``at least two of: age > 65, diabetes``)."""
    return _MORE_OF.search(before) is not None or _SOME_OF.search(before) is not None


def is_defining(section: str, before: str) -> bool:
    """Whether a value only defines a word, as failure or menopause, or is one of several; ``before`` may span clauses."""
    if _MORE_OF.search(before) or _UNMET_DEFINED.search(before):
        return section in ("inclusion", "exclusion")
    some = _SOME_OF.search(before) and not _OF_FUNCTION.search(before)
    return section == "inclusion" and bool(some or _DEFINED.search(before))


def _only_together(before: str, after: str) -> bool:
    """Whether an excluded value may be meant only together with another right beside it."""
    return bool(
        _ONLY_WITH.match(after)
        or _DESPITE.search(before)
        or _DEMANDED.match(after)
        or _AND_ANOTHER.match(after)
        or _ANOTHER_AND.search(before[-80:])
        or (len(before) <= 120 and _FIRST_AND.match(before))
        or _BRACKETED_AND.search(before[-160:])
        or _ONLY_WHEN.search(before)
        or _KIND_OF_PEOPLE.search(before[-160:])
    )


def are_ages_of_groups(sentence: str) -> bool:
    """Whether a sentence only tells the ages of the groups it names (``adolescents (12-17 years) and adults (18-40 years)``)."""
    return _GROUP_AGES.search(sentence) is not None


def is_dose_of_disease(section: str, before: str) -> bool:
    """Whether a dose only tells how grave an excluded disease is (``asthma requiring more than 10 mg of prednisone``)."""
    return section == "exclusion" and _DISEASE_NEEDS.search(before) is not None


def is_conditional(before: str) -> bool:
    """Whether the sentence opens with a condition (``If on insulin, …``)."""
    return _OPENING_IF.search(before) is not None


def is_shared_age(section: str, after: str) -> bool:
    """Whether an excluded age is excluded only together with something else (``men over 60 who had a fracture``)."""
    return section == "exclusion" and (_WHO_ELSE.match(after) is not None or _BOTH_AND.match(after) is not None)


def works_turned(concept: str, comparator: str | None, before: str) -> int | None:
    """How often the region is turned where the words before it exclude by (in)adequate function: towards what works.

    None where they do not speak of it, or the concept has no such side.
    """
    if comparator not in ("<", "<=", ">", ">=") or concept not in _WORKS_ABOVE | _WORKS_BELOW or not _ADEQUACY.search(before):
        return None
    return int((comparator in (">", ">=")) != (concept in _WORKS_ABOVE))


def has_working_side(concept: str) -> bool:
    """Whether it is known on which side of a limit of ``concept`` an organ works."""
    return concept in _WORKS_ABOVE | _WORKS_BELOW or concept in _SCALES


def has_well_side(concept: str) -> bool:
    """Whether it is known on which side of a limit of ``concept`` a patient is well."""
    return has_working_side(concept) or concept in _WELL_ABOVE | _WELL_BELOW


def denies_damage(above: str) -> bool:
    """Whether the line above others says that organs are not damaged (``No serious organ damage:``)."""
    return _NO_DAMAGE.match(above) is not None and _ADEQUACY.search(above) is not None


def turns(section: str, before: str, after: str = "") -> int:
    """How often the region is turned: once by an exclusion or a refusal behind the value, once by a negation before it."""
    refused = section == "inclusion" and bool(_REFUSED.match(_bare(after)) or _REFUSED_AT_ONCE.match(after))
    flipped = 1 if section == "exclusion" or refused else 0
    bracketed = _NOT_IN_BRACKETS.search(before)
    if bracketed:
        return flipped + (bracketed["reason"] is None)
    before = _plain(before)
    if _IF_NONE.search(before[-120:]):
        return flipped
    recovered = _RECOVERED_FROM.search(before)
    if recovered:  # who has recovered from something is without it
        return flipped if recovered["not"] else flipped + 1
    if NO_RESPONSE.search(before[-120:]):
        return flipped  # "no response to at least 2 antidepressants" counts what has been tried
    if _FORBIDDEN.search(before[-120:]):
        return 1
    own = _OTHERS_WITHOUT.sub(" ", _PEOPLE_WITHOUT.sub("", _BUT.sub("", before)))
    told = _NEGATED.search(own[-80:])
    if told and not (told.group().endswith(("or ", "and ")) and _A_LIMIT.search(own[: told.start() - len(told.string)])):
        return flipped + 1  # but not "≤ 2.5 x ULN without metastases or ≤ 5 x ULN with them"
    return 0 if flipped and not refused and _REQUIRED.search(before) else flipped


def negation_goes_on(before: str) -> str | None:
    """How the "no" that opens a sentence comes to a value further on in its list: by ``or`` or by ``,``; None: it does not.

    ``No ascites (on ultrasound), bilirubin > 2 mg/dL or albumin < 2.8 g/dL`` denies all three.
    """
    told = _NO_LIST.match(_plain(before))
    if told is None or told["failing"]:
        return None  # "failure to achieve remission or MRD > 0.1 %" asks for either
    return "," if told["joint"] == "," else "or"


def is_no_of_values(before: str) -> bool:
    """Whether the "no" that opens a sentence has denied a value before it comes to the next by ``or``; not "must not"."""
    told = _NO_LIST.match(_plain(before))
    return told is not None and not told["forbidden"] and told["joint"] != "," and _A_LIMIT.search(told["list"]) is not None


def is_beside_missing(before: str) -> bool:
    """Whether a value is joined by "or" to what is missing (``No caregiver or ECOG > 2``)."""
    told = _NO_OR.search(_plain(before)[-160:])
    return told is not None and _A_LIMIT.search(told.group()) is None


def and_behind_no(before: str) -> bool | None:
    """Whether a value is joined by "and" to what is denied; None where it is not, True where a value has been denied before it.

    ``No dialysis and eGFR < 30 mL/min`` may ask for the second or deny it.
    """
    told = _NO_AND.search(_plain(before)[-160:])
    return None if told is None else _A_LIMIT.search(told["list"]) is not None


def is_sound(concept: str, comparator: str | None, low: float | None) -> bool:
    """Whether a limit asks for the side on which an organ works or a patient is well."""
    if comparator in (">", ">="):
        return concept in _WORKS_ABOVE | _WELL_ABOVE
    if comparator in ("<", "<="):
        return concept in _WORKS_BELOW | _WELL_BELOW or concept in _SCALES
    return concept in _SCALES and comparator in ("range", "in") and low in (0.0, None)


def _bare(words: str) -> str:
    """Words behind a value with a blank in place of what stands in brackets, up to one that is not closed in its clause."""
    return _BRACKETED.sub(" ", words).partition("(")[0] if "(" in words or "[" in words else words


@lru_cache(maxsize=16)  # four questions are asked of the same words, one after another
def _plain(before: str) -> str:
    """Words without what stands in brackets, a blank in its place."""
    if "(" not in before and "[" not in before:
        return before
    return _BLANKS.sub(" ", _BRACKETED.sub(" ", before))


def requirement_in_exclusion(section: str, before: str) -> bool:
    """Whether an exclusion is written as a requirement."""
    return section == "exclusion" and bool(_REQUIRED.search(before)) and not _NEGATED.search(before[-80:])


def complement(region: Region) -> Region:
    """Everything else; empty when that is two intervals."""
    if region.low is not None and region.high is None:
        return Region(None, None, region.low, not region.low_inclusive)
    if region.high is not None and region.low is None:
        return Region(region.high, not region.high_inclusive, None, None)
    return Region()


def eligible(concept: str, region: Region, values: tuple[float | str, ...] | None, turned: int) -> Region:
    """The region of those who may join, after ``turned`` turns; grades of a known scale also as a set."""
    if values:
        return Region(members=values) if not turned else Region(members=_rest(concept, values))
    result = complement(region) if turned % 2 else region
    return Region(result.low, result.low_inclusive, result.high, result.high_inclusive, _members(concept, region, turned))


def _rest(concept: str, values: tuple[float | str, ...]) -> tuple[float | str, ...] | None:
    scale = _SCALES.get(concept)
    if scale is None:
        return None
    rest = tuple(float(value) for value in range(scale[0], scale[1] + 1) if float(value) not in values)
    least = min((value for value in values if isinstance(value, float)), default=float(scale[0]))
    return tuple(value for value in rest if value < least) if least > scale[0] else rest  # less is better on all of them


def _members(concept: str, region: Region, turned: int) -> tuple[float | str, ...] | None:
    scale = _SCALES.get(concept)
    if scale is None:
        return None
    inside = tuple(float(value) for value in range(scale[0], scale[1] + 1) if _holds(region, float(value)))
    return _rest(concept, inside) if turned % 2 else inside


def _holds(region: Region, value: float) -> bool:
    if region.low is not None and region.low == region.high:
        return value == region.low
    low = region.low is None or value > region.low or (value == region.low and bool(region.low_inclusive))
    high = region.high is None or value < region.high or (value == region.high and bool(region.high_inclusive))
    return low and high
