"""Scores of performance that hold for an age group only: "Lansky for those up to 16 years, Karnofsky for those above".

Such a limit is no looser than one for everybody: those of the other ages are held to another score, or are not in the trial.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from math import inf
from typing import TYPE_CHECKING

from harvester.compare.definition_file import expression, read_yaml
from harvester.compare.fact_region import condition_of, region_of
from harvester.tables import CriterionFact, Eligibility, EligibilityCriterion

if TYPE_CHECKING:
    from harvester.compare.eligible import Slot, TrialFacts
    from harvester.compare.model import Verdict

_BRACKETS = re.compile(r"\(([^()]{1,60})\)")
_LIMIT = re.compile(r"(≥|>=|>|≤|<=|<)\s{0,3}(\d{1,3})")
_SPAN = re.compile(r"(\d{1,3})\s{0,3}(?:-|to)\s{0,3}(\d{1,3})")


def ages_of(fact: CriterionFact, criterion: EligibilityCriterion) -> str | None:
    """The ages a limit of a score holds for, in the text's words: its condition, or brackets behind its value or its name."""
    names: Mapping[str, Sequence[str]] = read_yaml("alignment.yaml")["scores_by_age"]
    if fact.concept not in names:
        return None
    condition = condition_of(fact)
    if condition is not None:
        return condition if expression("ages").search(condition) else None
    places = (each.replace("\\", "").strip() for each in _in_brackets(fact, criterion, names))
    return next((each for each in places if expression("ages").search(each)), None)


def _in_brackets(fact: CriterionFact, criterion: EligibilityCriterion, names: Mapping[str, Sequence[str]]) -> Iterator[str]:
    text, offset = criterion.text, criterion.source_start
    behind = _BRACKETS.match(text[fact.source_end - offset :].lstrip())
    if behind:
        yield behind[1]
    before = text[: fact.source_start - offset]
    start = max(before.casefold().rfind(name) for name in names[fact.concept])
    if start < 0:
        return
    named = before[start:]
    others = (named.casefold().find(name) for score, known in names.items() if score != fact.concept for name in known)
    end = min((each for each in others if each > 0), default=len(named))
    yield from (each[1] for each in _BRACKETS.finditer(named[:end]))


def judge_ages(focal: TrialFacts, other: TrialFacts, slot: Slot) -> tuple[Verdict, str] | None:
    """The verdict where one of two limits holds for some ages only; None where the limits compare as any others do."""
    mine, theirs = _ages(focal, slot), _ages(other, slot)
    if mine and mine == theirs and {each.concept for each in _scores(focal)} != {each.concept for each in _scores(other)}:
        return "not comparable", "the limit holds for an age group only, and one of them states no score for the other ages"
    if not mine | theirs or mine == theirs or _holds_for_all(focal, other, slot) or _holds_for_all(other, focal, slot):
        return None
    if len(_scores(focal)) > 1 and _scores(focal) == _scores(other):
        return "same", "the same limits, by whichever score belongs to an age"
    said = " beside ".join("; ".join(sorted(ages)) if ages else "no age" for ages in (theirs, mine))
    return "not comparable", f"the limit holds for an age group only: {said}"


def _ages(facts: TrialFacts, slot: Slot) -> frozenset[str]:
    found = (ages_of(fact, facts.criteria[fact.criterion_id]) for fact in facts.by_slot[slot])
    return frozenset(each for each in found if each)


def _scores(facts: TrialFacts) -> Mapping[Slot, object]:
    """The one limit of each score that a trial uses; of a score with several limits something that is like no other's."""
    known = read_yaml("alignment.yaml")["scores_by_age"]
    found: dict[Slot, object] = {}
    for slot, own in facts.by_slot.items():
        if slot.concept in known:
            limits = {region_of(fact, facts.criteria[fact.criterion_id]) for fact in own}
            found[slot] = limits.pop() if len(limits) == 1 and None not in limits else facts
    return found


def _holds_for_all(facts: TrialFacts, other: TrialFacts, slot: Slot) -> bool:
    """Whether the group that one trial names in brackets holds all ages the other admits, whose limit names none."""
    ages, who = _ages(facts, slot), other.study.one(Eligibility)
    if who is None or len(ages) != 1 or _ages(other, slot) or any(condition_of(fact) for fact in facts.by_slot[slot]):
        return False
    low, high = _span(next(iter(ages)))
    least = who.minimum_age_years if who.minimum_age_years is not None else 0.0
    most = who.maximum_age_years if who.maximum_age_years is not None else inf
    return low <= least and most <= high


def _span(ages: str) -> tuple[float, float]:
    """The youngest and oldest of a group, in years; a group that holds nobody where its words do not tell."""
    low, high = 0.0, inf
    signs = _LIMIT.findall(ages)
    for sign, years in signs:
        if sign[0] in "≥>":
            low = float(years)
        else:
            high = float(years)
    between = _SPAN.search(ages)
    if between and not signs:
        return float(between[1]), float(between[2])
    return (low, high) if signs else (inf, -inf)
