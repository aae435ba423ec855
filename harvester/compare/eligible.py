"""From the facts of one trial to the people it admits: one `Reading` a slot, with its limit or why there is none.

A slot is what exact alignment goes by: concept, detail and population. Facts of a slot are joined as the text joins them:
by AND, or by OR where the reader found alternatives. An OR inside an exclusion leaves no choice: not (a or b) is not a and not b.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import inf

from harvester.compare.concept import concept
from harvester.compare.region import Clause, Interval, Limit, Region, Rule
from harvester.compare.window import DAYS, has_window, time_since
from harvester.compare.wording import region_words
from harvester.tables import CriterionFact, EligibilityCriterion, StudyRows

_AND = re.compile(r"\b(?:and|with|plus)\b(?!/or)|&", re.IGNORECASE)
_EXCEPT = re.compile(r"\W*(?:unless|except|excluding|other than)\b", re.IGNORECASE)
_OR = re.compile(r"\bor\b|[;.\n]", re.IGNORECASE)


@dataclass(frozen=True, slots=True, order=True)
class Slot:
    """What a fact is about. ``detail`` and ``population`` are empty where nothing is named; patients are not named."""

    concept: str
    detail: str = ""
    population: str = ""

    @classmethod
    def of(cls, fact: CriterionFact, criterion: EligibilityCriterion | None) -> Slot:
        """The slot of a fact that was read from ``criterion``."""
        whom = (criterion.population or "").casefold() if criterion else ""
        return cls(fact.concept, plain(fact.detail), "" if whom == "patient" else whom)


@dataclass(frozen=True)
class Reading:
    """What one trial says in one slot. ``problem`` says why no limit can be told; ``calendar`` that months were reckoned."""

    slot: Slot
    facts: tuple[CriterionFact, ...]
    limit: Limit | None
    problem: str | None
    axes: frozenset[str]
    calendar: bool

    @property
    def region(self) -> Region | None:
        """The one region that holds for everybody, where the limit is no more than that."""
        if self.limit is None or self.limit.branches or len(self.limit.rest.clauses) != 1:
            return None
        regions = tuple(self.limit.rest.clauses[0].alternatives.values())
        return regions[0] if len(regions) == 1 else None

    @property
    def words(self) -> str | None:
        """That region in words, where several facts come to it."""
        region = self.region
        units = {unit_of(fact) for fact in self.facts}
        if len(self.facts) < 2 or region is None or region.values is not None or len(units) != 1 or self.calendar:
            return None
        return region_words(concept(self.slot.concept).unfitted(region), units.pop())


class TrialFacts:
    """The facts and criteria of one trial, by slot."""

    def __init__(self, study: StudyRows) -> None:
        self.study = study
        self.criteria: Mapping[str, EligibilityCriterion] = {each.criterion_id: each for each in study.of(EligibilityCriterion)}
        self.facts = tuple(fact for fact in study.of(CriterionFact) if fact.criterion_id in self.criteria)

    @cached_property
    def by_slot(self) -> Mapping[Slot, tuple[CriterionFact, ...]]:
        """Facts by slot, in the order of the text."""
        found: dict[Slot, list[CriterionFact]] = {}
        for fact in self.facts:
            found.setdefault(self.slot(fact), []).append(fact)
        return {slot: tuple(facts) for slot, facts in found.items()}

    @cached_property
    def readings(self) -> Mapping[Slot, Reading]:
        """What the trial says, slot by slot."""
        return {slot: self._reading(slot, facts) for slot, facts in self.by_slot.items()}

    def slot(self, fact: CriterionFact) -> Slot:
        """The slot of one of the facts."""
        return Slot.of(fact, self.criteria[fact.criterion_id])

    def choices(self, fact: CriterionFact) -> tuple[CriterionFact, ...]:
        """The other facts that a person may meet in place of this one."""
        group = self._group(fact)
        if any(is_turned(each) for each in group):
            return ()
        return tuple(each for each in group if each is not fact)

    def _reading(self, slot: Slot, facts: tuple[CriterionFact, ...]) -> Reading:
        joined = tuple(dict.fromkeys(each for fact in facts for each in self._group(fact)))
        unclear = (self._unclear(each) for each in joined)
        problem = self._problem(facts) or next((why for why in unclear if why), None)
        limit = None if problem else self._limit(facts)
        if limit and limit.admits_nobody:
            limit, problem = None, "its criteria on this, read together, admit nobody"
        return Reading(
            slot,
            facts,
            limit,
            problem,
            frozenset(axis_of(each) for each in joined),
            any(each.window_unit in ("mo", "a") or _in_months(each) for each in joined),
        )

    def _section(self, fact: CriterionFact) -> str:
        return self.criteria[fact.criterion_id].section

    def _problem(self, facts: Sequence[CriterionFact]) -> str | None:
        scopes = {self.criteria[fact.criterion_id].scope for fact in facts}
        if scopes != {None}:
            return "the limit is one part's of the trial: " + ", ".join(sorted(each for each in scopes if each))
        if any((fact.exception and not fact.condition) or _EXCEPT.match(fact.condition or "") for fact in facts):
            return "an exception is written"
        if any(self.needs_more(fact) for fact in facts):
            return "the criterion excludes only together with something else"
        if self._limits_twice(facts):
            return "one criterion states two limits, and for whom each of them holds was not read"
        if any(self._section(fact) == "unknown" for fact in facts):
            return "the text does not say whether it includes or excludes"
        return None

    def needs_more(self, fact: CriterionFact) -> bool:
        """Whether an exclusion may join the fact to a neighbouring one by AND, so that neither excludes by itself."""
        criterion = self.criteria[fact.criterion_id]
        if criterion.section != "exclusion":
            return False
        for other in self._of_criterion[fact.criterion_id]:
            first, last = sorted((fact, other), key=lambda each: each.source_start)
            between = criterion.text[first.source_end - criterion.source_start : last.source_start - criterion.source_start]
            if _AND.search(between) and not _OR.search(between):
                return True
        return False

    @cached_property
    def _of_criterion(self) -> Mapping[str, tuple[CriterionFact, ...]]:
        found: dict[str, list[CriterionFact]] = {}
        for fact in self.facts:
            found.setdefault(fact.criterion_id, []).append(fact)
        return {criterion_id: tuple(facts) for criterion_id, facts in found.items()}

    def _limits_twice(self, facts: Sequence[CriterionFact]) -> bool:
        """Whether one criterion limits the same people twice on one side, by different values."""
        seen: dict[tuple[str, str, bool], float | None] = {}
        for fact in facts:
            if fact.alternative_group is not None or has_window(fact):
                continue
            for is_low, end in ((True, fact.eligible_low), (False, fact.eligible_high)):
                place = (fact.criterion_id, _branch(fact), is_low)
                if end is not None and seen.setdefault(place, end) != end:
                    return True
        return False

    def _unclear(self, fact: CriterionFact) -> str | None:
        """Why it cannot be told who may join by this fact, or None when it can."""
        if region_of(fact, self.criteria[fact.criterion_id]) is None:
            return "who may join was not read"
        if fact.alternative_group is not None and self._section(fact) == "exclusion" and not is_turned(fact):
            return "alternatives inside an exclusion"
        return None

    def _group(self, fact: CriterionFact) -> tuple[CriterionFact, ...]:
        """The fact with those it is joined to by OR."""
        if fact.alternative_group is None:
            return (fact,)
        return tuple(
            each
            for each in self.facts
            if each.criterion_id == fact.criterion_id and each.alternative_group == fact.alternative_group
        )

    def _limit(self, facts: Sequence[CriterionFact]) -> Limit:
        clauses: dict[str, list[Clause]] = {"": []}
        for fact in facts:
            group = tuple(each for each in self._group(fact) if _branch(each) == _branch(fact))
            choice = len(group) > 1 and not any(is_turned(each) for each in group)
            clauses.setdefault(_branch(fact), []).append(self._clause(group if choice else (fact,)))
        branches = {name: Rule.of(*each) for name, each in clauses.items() if name}
        return Limit(Rule.of(*clauses[""]), branches)

    def _clause(self, facts: Iterable[CriterionFact]) -> Clause:
        alternatives: dict[str, Region] = {}
        for fact in facts:
            region = region_of(fact, self.criteria[fact.criterion_id])
            assert region is not None  # noqa: S101 - `_unclear` was asked first
            axis = axis_of(fact)
            alternatives[axis] = alternatives[axis].union(region) if axis in alternatives else region
        return Clause(alternatives)


def _branch(fact: CriterionFact) -> str:
    return ", ".join(part for part in (fact.sex or "", plain(fact.condition)) if part)


def axis_of(fact: CriterionFact) -> str:
    """The axis a fact is measured on: concept, detail, and unit or reference. Different axes of a concept do not compare."""
    return "|".join((fact.concept, plain(fact.detail), unit_of(fact)))


def unit_of(fact: CriterionFact) -> str:
    """The unit of a fact's eligible limits: {ULN} for a reference, days for a window, the canonical unit, or as written."""
    if fact.reference and fact.reference != "absolute":
        return "{" + fact.reference + "}"
    if has_window(fact):
        return "d" if fact.window_unit in DAYS else str(fact.window_unit)
    if concept(fact.concept).step:
        return ""
    return fact.canonical_unit or fact.unit or ""


def region_of(fact: CriterionFact, criterion: EligibilityCriterion) -> Region | None:
    """Those who may join by this fact, on its axis and its concept's scale; None where the reading does not say."""
    region = written_region(fact, criterion)
    if region is None:
        return None
    if has_window(fact):
        region = region.scaled(DAYS.get(fact.window_unit or "", 1.0))
    return concept(fact.concept).fitted(region)


def written_region(fact: CriterionFact, criterion: EligibilityCriterion) -> Region | None:
    """Those who may join by this fact, in the canonical unit or the window's own; None where the reading does not say."""
    if has_window(fact):
        is_since = concept(fact.concept).told_by in ("since", "detail")
        return time_since(fact, criterion.section, criterion.text) if is_since else None
    if fact.eligible_low is None and fact.eligible_high is None:
        return None if fact.eligible_set is None else _values(fact.eligible_set)
    low = -inf if fact.eligible_low is None else fact.eligible_low
    high = inf if fact.eligible_high is None else fact.eligible_high
    return Region.of(Interval(low, high, bool(fact.eligible_low_inclusive), bool(fact.eligible_high_inclusive)))


def _values(text: str) -> Region:
    values = json.loads(text)
    if values and all(isinstance(each, int | float) for each in values):
        return Region.of(*(Interval(each, each, True, True) for each in values))
    return Region.of_values(str(each).casefold() for each in values)


def is_turned(fact: CriterionFact) -> bool:
    """Whether those who may join lie on the other side of what is written, as in an exclusion."""
    if fact.comparator in ("present", "absent", "in") and fact.eligible_set is not None:
        return bool(json.loads(fact.eligible_set) != (json.loads(fact.value_set) if fact.value_set else [fact.comparator]))
    if fact.comparator in (">", ">="):
        return fact.eligible_low is None and fact.eligible_high is not None
    if fact.comparator in ("<", "<="):
        return fact.eligible_high is None and fact.eligible_low is not None
    return False


def plain(text: str | None) -> str:
    """Words without case, punctuation and double blanks, for telling whether two details or conditions are one."""
    return " ".join("".join(sign if sign.isalnum() or sign in "+-/" else " " for sign in (text or "").casefold()).split())


def _in_months(fact: CriterionFact) -> bool:
    return fact.unit in ("mo", "a") and fact.canonical_unit in ("d", "wk")
