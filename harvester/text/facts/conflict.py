"""Contradictions inside one record, kept apart from mere differences of detail.

Kinds: ``age_structured`` (the text's age, or its age at a new diagnosis, against minimumAge or maximumAge), ``sex_structured``,
``inclusion_exclusion`` (values that one list admits and the other excludes), ``inclusion_exclusion_gap`` (values that neither
list admits nor excludes), ``performance_scores`` (an ECOG grade let in whose Karnofsky counterpart is shut out).

Source of the ECOG and Karnofsky counterparts: Oken et al., Am J Clin Oncol 1982;5:649-655 and the ECOG-ACRIN conversion:
ECOG 0 = 90-100, 1 = 70-80, 2 = 50-60, 3 = 30-40, 4 = 10-20.
"""

from __future__ import annotations

import re

from harvester.shape import shape
from harvester.text.criteria.criterion import CriterionLine
from harvester.text.expressions.gate import gated
from harvester.text.expressions.pattern import pattern_of
from harvester.text.facts.fact_read import FactRead
from harvester.text.joining.polarity import Region
from harvester.text.limits.concept_group import group

KARNOFSKY_OF_ECOG = {0: (90, 100), 1: (70, 80), 2: (50, 60), 3: (30, 40), 4: (10, 20)}
_AGE = pattern_of(r"^\s*(?P<value>\d+(?:\.\d+)?)\s*(?P<unit>year|month|week|day|hour|minute)s?\s*$", re.IGNORECASE)
_NEW = gated(
    r"\b(?:newly|new|recently|de novo)\s(?:diagnos|untreated)|\bpreviously untreated\b|\btreatment[- ]na[iï]ve\b", re.IGNORECASE
)
_KIN = gated(r"\b(?:parents|caregivers?|carers?|family members?|spouses?)\b", re.IGNORECASE)
_YEARS = {"year": 1.0, "month": 1 / 12, "week": 7 / 365.25, "day": 1 / 365.25, "hour": 1 / 8766, "minute": 1 / 525960}
_TOLERANCE = 1e-9
_UNIT_WORDS = {"a": "years", "mo": "months", "wk": "weeks", "d": "days", "h": "hours"}
_COMPARED = group("compared")


@shape()
class Conflict:
    """One contradiction.

    ``left`` and ``right`` are indexes of facts; ``right`` is none for a structured field, which ``right_field`` then names.
    """

    kind: str
    left: int
    right: int | None
    right_field: str | None
    right_quote: str | None
    detail: str


def age_in_years(text: str | None) -> float | None:
    """A registry age (``18 Years``, ``6 Months``) in years; none where there is none or it cannot be read."""
    match = _AGE.match(text or "")
    return float(match["value"]) * _YEARS[match["unit"].lower()] if match else None


def read_conflicts(
    facts: tuple[FactRead, ...],
    lines: tuple[CriterionLine, ...],
    minimum_age: str | None,
    maximum_age: str | None,
    sex: str | None,
    raw: str,
) -> tuple[Conflict, ...]:
    """Every contradiction among ``facts`` of the text ``raw`` and with the structured ``minimumAge``, ``maximumAge`` and ``sex``.

    Facts limited to a cohort, a subgroup, a sex or an exception are not compared: what differs there is detail.
    """
    plain = [index for index, fact in enumerate(facts) if _is_plain(fact, lines[fact.line])]
    found = [
        *_structured_age(facts, plain, minimum_age, "minimumAge", raw),
        *_structured_age(facts, plain, maximum_age, "maximumAge", raw),
        *_age_at_new_diagnosis(facts, plain, minimum_age, maximum_age, raw),
        *_structured_sex(facts, lines, sex),
        *_inclusion_exclusion(facts, lines, plain),
        *_performance_scores(facts, plain),
    ]
    return tuple(found)


def _is_plain(fact: FactRead, line: CriterionLine) -> bool:
    return (
        not fact.exception
        and fact.condition is None
        and fact.sex is None
        and line.scope is None
        and line.population in (None, "patient")
        and line.kind != "note"
    )


def _structured_age(facts: tuple[FactRead, ...], plain: list[int], stated: str | None, name: str, raw: str) -> list[Conflict]:
    low = name == "minimumAge"
    bounds: dict[int, float] = {}
    for index in plain:
        bound = facts[index].eligible_low if low else facts[index].eligible_high
        if facts[index].concept == "age" and facts[index].comparator != "=" and bound:
            bounds[index] = bound
    if len(set(bounds.values())) != 1:
        return []  # different ages in one text are cohorts or conditions
    index, bound = next(iter(bounds.items()))
    fact, years = facts[index], age_in_years(stated)
    said = f"the text says {_number(bound)} years, {name}"
    if years is None and _KIN.search(raw):
        return []  # the patient's age may not be theirs who join
    if years is None:
        return [Conflict("age_structured", index, None, name, None, f"{said} is not given")]
    exclusive = not (fact.eligible_low_inclusive if low else fact.eligible_high_inclusive)
    exclusive = exclusive or raw[fact.start : fact.end].casefold().startswith("between")  # 19 to 64 are between 18 and 65
    whole = not low and years == int(years) and int(bound) == int(years)  # who is 17.5 is still 17 in whole years
    if whole or abs(bound - years) <= 0.02 or (exclusive and abs(bound - years) <= 1.0):
        return []  # "< 65" and a maximum of 64 or 65 say the same in whole years
    return [Conflict("age_structured", index, None, name, stated, f"{said} says {stated}")]


def _age_at_new_diagnosis(
    facts: tuple[FactRead, ...], plain: list[int], minimum: str | None, maximum: str | None, raw: str
) -> list[Conflict]:
    """Ages at the diagnosis of a disease that is newly diagnosed, none of which the fields let in: infants from 1 year."""
    ages = [index for index in plain if facts[index].concept == "age_at_onset"]
    if len(ages) != 1 or not _NEW.search(raw):
        return []
    fact, low, high = facts[ages[0]], age_in_years(minimum), age_in_years(maximum)
    if fact.eligible_high is not None and low is not None and fact.eligible_high < low:
        name, stated = "minimumAge", minimum
    elif fact.eligible_low is not None and high is not None and fact.eligible_low > high:
        name, stated = "maximumAge", maximum
    else:
        return []
    words = " ".join(raw[fact.start : fact.end].replace("\\", "").split())
    detail = f"the text says {words} at a diagnosis that is new, {name} says {stated}"
    return [Conflict("age_structured", ages[0], None, name, stated, detail)]


def _structured_sex(facts: tuple[FactRead, ...], lines: tuple[CriterionLine, ...], sex: str | None) -> list[Conflict]:
    if sex not in ("MALE", "FEMALE"):
        return []
    other = "female" if sex == "MALE" else "male"
    hits = [
        index
        for index, fact in enumerate(facts)
        if fact.sex == other and not fact.exception and lines[fact.line].section == "inclusion"
    ]
    return [
        Conflict(
            "sex_structured",
            index,
            None,
            "sex",
            sex,
            f"the text gives a limit for {other} participants, the sex field says {sex}",
        )
        for index in hits[:1]
    ]


def _inclusion_exclusion(facts: tuple[FactRead, ...], lines: tuple[CriterionLine, ...], plain: list[int]) -> list[Conflict]:
    found = []
    by_key: dict[tuple[str, str | None, str | None], list[int]] = {}
    for index in plain:
        fact = facts[index]
        if fact.concept in _COMPARED and fact.comparator not in (None, "present", "absent"):
            by_key.setdefault((fact.concept, fact.reference, fact.canonical_unit or fact.unit), []).append(index)
    for indexes in by_key.values():
        inside = [index for index in indexes if lines[facts[index].line].section == "inclusion"]
        outside = [index for index in indexes if lines[facts[index].line].section == "exclusion"]
        for left in inside:
            for right in outside:
                words = _disagreement(facts[left], facts[right])
                if words:
                    kind = "inclusion_exclusion_gap" if "neither" in words else "inclusion_exclusion"
                    found.append(Conflict(kind, left, right, None, None, words))
    return found


def _disagreement(included: FactRead, excluded: FactRead) -> str | None:
    """How two regions of who may join disagree: one admits what the other shuts out."""
    if included.eligible_set and excluded.eligible_set:
        return _sets_disagree(included, excluded)
    left, right = _region(included), _region(excluded)
    if left is None or right is None or _same_direction_equal(left, right):
        return None
    name = included.concept.replace("_", " ")
    for side, one, two in (("low", left.low, right.low), ("high", left.high, right.high)):
        if one is not None and two is not None and abs(one - two) > _TOLERANCE:
            between = f"{_number(min(one, two))} to {_number(max(one, two))}"
            admits = (two > one) if side == "low" else (two < one)
            if admits:
                return f"{name} of {between}{_unit(included)} is included and excluded"
            return f"{name} of {between}{_unit(included)} is neither included nor excluded"
    return None


def _sets_disagree(included: FactRead, excluded: FactRead) -> str | None:
    """The same for grades: the members one list admits and the other does not."""
    inside, left_in = set(included.eligible_set or ()), set(excluded.eligible_set or ())
    name = included.concept.upper() if included.concept in ("ecog", "nyha") else included.concept.replace("_", " ")
    for members, words in (
        (inside - left_in, "is included and excluded"),
        (left_in - inside, "is neither included nor excluded"),
    ):
        if members:
            return f"{name} {', '.join(_number(float(value)) for value in sorted(members, key=str))} {words}"
    return None


def _region(fact: FactRead) -> Region | None:
    region = Region(fact.eligible_low, fact.eligible_low_inclusive, fact.eligible_high, fact.eligible_high_inclusive)
    return None if region.low is None and region.high is None else region


def _same_direction_equal(left: Region, right: Region) -> bool:
    return left.low == right.low and left.high == right.high


def _performance_scores(facts: tuple[FactRead, ...], plain: list[int]) -> list[Conflict]:
    ecogs = [index for index in plain if facts[index].concept == "ecog" and facts[index].eligible_set]
    scores = [index for index in plain if facts[index].concept == "karnofsky" and facts[index].eligible_low is not None]
    if len(ecogs) != 1 or len(scores) != 1 or _are_alternatives(facts[ecogs[0]], facts[scores[0]]):
        return []
    worst = max(int(value) for value in facts[ecogs[0]].eligible_set or () if isinstance(value, float))
    floor = facts[scores[0]].eligible_low or 0.0
    low, high = KARNOFSKY_OF_ECOG.get(worst, (0, 100))
    if high >= floor:
        return []
    detail = (
        f"ECOG {worst} is let in, which corresponds to Karnofsky {low}-{high}, but Karnofsky must be at least {_number(floor)}"
    )
    return [Conflict("performance_scores", ecogs[0], scores[0], None, None, detail)]


def _are_alternatives(left: FactRead, right: FactRead) -> bool:
    return left.line == right.line and left.alternative_group is not None and left.alternative_group == right.alternative_group


def _number(value: float) -> str:
    return f"{value:g}"


def _unit(fact: FactRead) -> str:
    if fact.reference in ("ULN", "LLN"):
        return f" x {fact.reference}"
    unit = fact.canonical_unit or fact.unit
    return "" if unit is None else f" {_UNIT_WORDS.get(unit, unit)}"
