"""Rival demands: two values of one measure that a section asks of everybody, where one would make the other pointless.

``BMI ≥ 30`` in one line and ``BMI ≥ 27`` in the next cannot both be meant for all: one is for some patients only, and the words
that say so were not read. Who may join then stays open for all of them (flag ``competing_limits``).
"""

from __future__ import annotations

from itertools import pairwise

from harvester.text.criteria.criterion import CriterionLine
from harvester.text.facts.fact_read import NOBODY, FactRead, changed
from harvester.text.limits.concept_group import group

COMPETING = "competing_limits"
_MANY = group("many_at_once")
_TREATMENTS = group("treatments_counted")
_ANY_SCALE = frozenset({"score", "scores", "scale", "index", "grade", "total score", "scale score"})
_SCALES = group("scales")


def without_rivals(facts: list[FactRead], lines: tuple[CriterionLine, ...]) -> list[FactRead]:
    """``facts`` (of ``lines``) where no two demands of one section on one measure compete.

    Those of one line are looked at first, then those of one list, then those of a section: a line that contradicts itself
    says nothing against the others.
    """
    asking = [fact for fact in facts if _asks_all(fact)]
    rivals: set[int] = set()
    for place in (_line, _list, _section):
        if place is not _line:
            asking = [fact for fact in asking if fact.alternative_group is None and _is_listed(lines[fact.line])]
        beside: dict[object, list[FactRead]] = {}
        for fact in asking:
            beside.setdefault((place(fact, lines[fact.line]), _measure(fact)), []).append(fact)
        rivals.update(id(fact) for each in beside.values() if len(each) > 1 and _compete(each) for fact in each)
        asking = [fact for fact in asking if id(fact) not in rivals]
    if not rivals:
        return facts
    torn = {(fact.line, fact.alternative_group) for fact in facts if id(fact) in rivals and fact.alternative_group is not None}
    if torn:  # of one group of ways all are told or none is
        rivals.update(id(fact) for fact in facts if (fact.line, fact.alternative_group) in torn and fact.eligible_set is None)
    halves = {(fact.line, fact.end + 1) for fact in facts if id(fact) in rivals and fact.concept == "sbp"}  # "150-160/95-100"
    rivals.update(id(fact) for fact in facts if fact.concept == "dbp" and (fact.line, fact.start) in halves)
    return [changed(fact, **NOBODY, flags=(*fact.flags, COMPETING)) if id(fact) in rivals else fact for fact in facts]


def _line(fact: FactRead, _: CriterionLine) -> object:
    return (fact.line, fact.alternative_group)


def _is_listed(line: CriterionLine) -> bool:
    """Whether a line may compete with others: each exclusion of a list shuts out by itself."""
    return line.section != "exclusion" or line.parent is not None


def _list(_: FactRead, line: CriterionLine) -> object:
    return (line.section, line.parent, line.scope, _people(line))


def _section(_: FactRead, line: CriterionLine) -> object:
    return (line.section, line.scope, _people(line))


def _people(line: CriterionLine) -> str | None:
    """Others than the patients that a line is about; one that names the patients is for them as one that names nobody."""
    return None if line.population == "patient" else line.population


def _measure(fact: FactRead) -> object:
    return (fact.concept, fact.reference, fact.sex, fact.detail, fact.method, fact.canonical_unit or fact.unit)


def _asks_all(fact: FactRead) -> bool:
    """Whether a fact asks a value of everybody, alone."""
    asked = fact.eligible_low is not None or fact.eligible_high is not None
    alone = fact.condition is None and not fact.exception
    return asked and alone and fact.concept not in _MANY and not fact.concept.endswith(("_duration", "_frequency", "_days"))


def _compete(facts: list[FactRead]) -> bool:
    lows = _bounds([(fact.eligible_low, fact.eligible_low_inclusive, 1) for fact in facts])
    highs = _bounds([(fact.eligible_high, fact.eligible_high_inclusive, -1) for fact in facts])
    if len({fact.unit for fact in facts}) > 1:
        lows, highs = _told_again(lows), _told_again(highs)
    if facts[0].concept in _SCALES:
        return (facts[0].detail or "score").lower() not in _ANY_SCALE and bool(lows and highs and max(lows) > min(highs))
    if facts[0].concept in _TREATMENTS and len(highs) < 2:
        return bool(lows and highs and max(lows) > min(highs))  # "at least 2 lines, at least 1 with …" both hold
    both = facts[0].alternative_group is None  # of ways in, "below 30 or above 80" is one region in two pieces
    if not both and _are_apart(facts):
        return False
    return len(lows) > 1 or len(highs) > 1 or (both and bool(lows and highs and (max(lows) > min(highs) or _meet(facts))))


def _told_again(ends: set[float]) -> set[float]:
    """``ends`` told in two units, one where a rounded conversion tells it again (``≥ 9 g/dL or ≥ 5.6 mmol/L``)."""
    return {max(ends)} if ends and 0 < max(ends) <= 1.02 * min(ends) else ends


def _meet(facts: list[FactRead]) -> bool:
    """Whether one fact begins where another ends and one of them leaves that out: "over 50" and "50 or younger"."""
    lows = {fact.eligible_low: fact.eligible_low_inclusive for fact in facts if fact.eligible_low is not None}
    return any(fact.eligible_high in lows and not (fact.eligible_high_inclusive and lows[fact.eligible_high]) for fact in facts)


def _are_apart(facts: list[FactRead]) -> bool:
    """Whether ways in are ranges with two ends each, none of which touches another (``BMI 20-25 or BMI 30-35``)."""
    told = [(fact.eligible_low, fact.eligible_high) for fact in facts]
    ends = sorted((low, high) for low, high in told if low is not None and high is not None)
    return len(ends) == len(told) and all(one[1] < other[0] for one, other in pairwise(ends))


def _bounds(ends: list[tuple[float | None, bool | None, int]]) -> set[float]:
    """The ends that are told, those once that are told again: "< 66 years" is "≤ 65 years", as scores and ages are told in whole
    numbers, and "more than 50% (≥ 50%)" parts nobody from the others but who has 50."""
    told = {value for value, _, _ in ends if value is not None}
    whole = {
        value + step if not inclusive and value.is_integer() and value > 2 else value
        for value, inclusive, step in ends
        if value is not None
    }
    return told if len(told) == 1 else whole
