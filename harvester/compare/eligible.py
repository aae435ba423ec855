"""From the facts of one trial to the people it admits: one `Reading` a slot, with its limit or why there is none.

A slot is what exact alignment goes by: concept, detail and population. Facts of a slot are joined as the text joins them:
by AND, or by OR where the reader found alternatives. An OR inside an exclusion leaves no choice: not (a or b) is not a and not b.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cached_property
from math import inf
from typing import Any

from harvester.compare.concept import concept
from harvester.compare.definition_file import expression, read_yaml
from harvester.compare.doubt import doubt_about, has_unread_alternative
from harvester.compare.fact_region import (
    axis_of,
    branch_of,
    has_manner,
    has_manner_around,
    is_converted,
    is_of_one,
    is_other_than,
    is_rate,
    is_reckoned,
    is_turned,
    plain,
    region_of,
    unit_of,
)
from harvester.compare.region import Clause, Limit, Region, Rule
from harvester.compare.wording import region_words
from harvester.shape import shape
from harvester.tables import CriterionFact, EligibilityCriterion, RecordConflict, StudyRows

GAP = "inclusion_exclusion_gap"
"""A kind of conflict that is no contradiction: values that are neither included nor excluded."""


@shape(order=True)
class Slot:
    """What a fact is about. ``detail`` and ``population`` are empty where nothing is named; patients are not named."""

    concept: str
    detail: str = ""
    population: str = ""

    @classmethod
    def of(cls, fact: CriterionFact, criterion: EligibilityCriterion | None) -> Slot:
        """The slot of a fact that was read from ``criterion``."""
        whom = (criterion.population or "").casefold() if criterion else ""
        return cls(_asked(fact, criterion), plain(fact.detail), "" if whom == "patient" else whom)


@dataclass(frozen=True)
class Reading:
    """What one trial says in one slot.

    ``problem`` says why no limit can be told; ``calendar`` that months were reckoned in days, ``converted`` that a unit was
    changed, ``has_manner`` that the limit must be met in some manner, as without transfusion, by its own words and
    by those around it.
    """

    slot: Slot
    facts: tuple[CriterionFact, ...]
    limit: Limit | None
    problem: str | None
    axes: frozenset[str]
    calendar: bool
    converted: bool
    has_manner: tuple[bool, bool]

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
        if len(self.facts) < 2 or region is None or region.values is not None or len(units) != 1:
            return None
        told_by = concept(self.slot.concept).told_by
        is_of_one = told_by != "since" and (
            told_by not in ("alike", "named") or len({fact.criterion_id for fact in self.facts}) < 2
        )
        if self.calendar or is_rate(self.facts[0]) or not is_of_one:  # 28 days since major surgery, 7 since a minor one
            return None
        return region_words(concept(self.slot.concept).unfitted(region), units.pop())


class TrialFacts:
    """The facts and criteria of one trial, by slot.

    ``set_aside`` are the criterion_id and the concept of facts that say nothing of their concept where they stand.
    """

    def __init__(self, study: StudyRows) -> None:
        self.study = study
        self.criteria: Mapping[str, EligibilityCriterion] = {each.criterion_id: each for each in study.of(EligibilityCriterion)}
        self._readings: dict[Slot, Reading] = {}
        placed = tuple(_placed(study, self.criteria))
        self.facts = tuple(fact for fact, is_set_aside in placed if not is_set_aside)
        self.set_aside = frozenset((fact.criterion_id, fact.concept) for fact, is_set_aside in placed if is_set_aside)

    @cached_property
    def by_slot(self) -> Mapping[Slot, tuple[CriterionFact, ...]]:
        """Facts by slot, in the order of the text."""
        found: dict[Slot, list[CriterionFact]] = {}
        for fact in self.facts:
            found.setdefault(self.slot(fact), []).append(fact)
        return {slot: tuple(facts) for slot, facts in found.items()}

    def reading(self, slot: Slot) -> Reading | None:
        """What the trial says in a slot; None where it has no fact in it."""
        if slot not in self._readings and slot in self.by_slot:
            self._readings[slot] = self._reading(slot, self.by_slot[slot])
        return self._readings.get(slot)

    def conflicts(self, slot: Slot) -> tuple[RecordConflict, ...]:
        """Contradictions of the record that touch the words of a slot's facts and are not about another concept."""
        facts = self.by_slot.get(slot, ())
        found = (each for each in self.study.of(RecordConflict) if any(_touches(each, fact) for fact in facts))
        return tuple(each for each in found if _may_be_about(each, slot.concept))

    def settles(self, fact: CriterionFact) -> bool:
        """Whether a presence alone tells who may join."""
        return fact.eligible_set is not None and not has_unread_alternative(self, fact)

    def contradicts_itself(self, slot: Slot) -> bool:
        """Whether the record admits by one criterion of the slot whom it keeps out by another."""
        return any(each.kind != GAP for each in self.conflicts(slot))

    def variants(self, slot: Slot) -> tuple[Reading, ...]:
        """The reading of a slot, and where its record leaves a gap between its lists also what each of them says alone."""
        whole = self.reading(slot)
        if whole is None or not self.conflicts(slot):
            return (whole,) if whole else ()
        sections = dict.fromkeys(self.section(fact) for fact in whole.facts)
        alone = (tuple(fact for fact in whole.facts if self.section(fact) == section) for section in sections)
        return (whole, *(self._reading(slot, facts) for facts in alone))

    def slot(self, fact: CriterionFact) -> Slot:
        """The slot of one of the facts."""
        return Slot.of(fact, self.criteria[fact.criterion_id])

    def choices(self, fact: CriterionFact) -> tuple[CriterionFact, ...]:
        """The other facts that a person may meet in place of this one."""
        group = self._group(fact)
        if any(is_turned(each) for each in group):
            return ()
        return tuple(each for each in group if each is not fact)

    def other_choices(self, fact: CriterionFact) -> list[CriterionFact]:
        """What a person may meet in place of a fact, its own concept left aside: a limit is no alternative of itself.

        What stands in the words of another limit of the concept goes with that: "ALT and AST ≤ 3, or ≤ 5 with liver metastases".
        """
        choices = self.choices(fact)
        paired = {each.source_start for each in choices if is_of_one(each, fact)}
        return [each for each in choices if not is_of_one(each, fact) and each.source_start not in paired]

    def branch(self, fact: CriterionFact) -> str:
        """The people a fact is limited to; everybody where its condition is that an alternative of it is not met."""
        return "" if any(is_other_than(fact, each) for each in self.choices(fact)) else branch_of(fact)

    def scope(self, fact: CriterionFact) -> str | None:
        """The part of the trial a fact is limited to; None where its whole section has one scope, or where that is no part."""
        criterion = self.criteria[fact.criterion_id]
        is_part = len(self._scopes[criterion.section]) > 1 and expression("part").search(criterion.scope or "") is not None
        return criterion.scope if is_part else None

    @cached_property
    def _scopes(self) -> Mapping[str, set[str | None]]:
        found: dict[str, set[str | None]] = {}
        for each in self.criteria.values():
            if each.kind in ("item", "parent"):
                found.setdefault(each.section, set()).add(each.scope)
        return found

    def _reading(self, slot: Slot, facts: tuple[CriterionFact, ...]) -> Reading:
        joined = tuple(dict.fromkeys(each for fact in facts for each in self._group(fact)))
        problem = doubt_about(self, facts, joined)
        limit = None if problem else self._limit(facts)
        if limit and limit.admits_nobody:
            limit, problem = None, "its criteria on this, read together, admit nobody"
        elif limit and limit.admits_everybody:
            limit, problem = None, "its criteria on this, read together, keep nobody out"
        return Reading(
            slot,
            facts,
            limit,
            problem,
            frozenset(axis_of(each) for each in joined),
            any(is_reckoned(each) for each in joined),
            any(is_converted(each) for each in joined),
            (any(has_manner(each) for each in joined), any(has_manner_around(each, self._texts_over(each)) for each in joined)),
        )

    def _texts_over(self, fact: CriterionFact) -> Iterator[str]:
        """The words of a fact's criterion and of the lines above it."""
        own: EligibilityCriterion | None = self.criteria[fact.criterion_id]
        while own is not None:
            yield own.text
            own = self.criteria.get(own.parent_id or "")

    def section(self, fact: CriterionFact) -> str:
        """The section of the text that a fact stands in."""
        return self.criteria[fact.criterion_id].section

    @cached_property
    def of_criterion(self) -> Mapping[str, tuple[CriterionFact, ...]]:
        """Facts by criterion_id, in the order of the text."""
        found: dict[str, list[CriterionFact]] = {}
        for fact in self.facts:
            found.setdefault(fact.criterion_id, []).append(fact)
        return {criterion_id: tuple(facts) for criterion_id, facts in found.items()}

    def _group(self, fact: CriterionFact) -> tuple[CriterionFact, ...]:
        """The fact with those it is joined to by OR; facts of one span ("AST and ALT ≤ 3 × ULN") hold together."""
        if fact.alternative_group is None:
            return (fact,)
        return tuple(
            each
            for each in self.of_criterion[fact.criterion_id]
            if each is fact or (each.alternative_group == fact.alternative_group and each.source_start != fact.source_start)
        )

    def _limit(self, facts: Sequence[CriterionFact]) -> Limit:
        clauses: dict[str, list[Clause]] = {"": []}
        for fact in facts:
            branch = self.branch(fact)
            group = tuple(each for each in self._group(fact) if self.branch(each) == branch)
            choice = len(group) > 1 and not any(is_turned(each) for each in group)
            clauses.setdefault(branch, []).append(self._clause(group if choice else (fact,)))
        rest = clauses.pop("")
        branches = {name: Rule.of(*own, *(each for each in rest if not _replaced(each, own))) for name, own in clauses.items()}
        return Limit(Rule.of(*rest), branches)

    def _clause(self, facts: Iterable[CriterionFact]) -> Clause:
        alternatives: dict[str, Region] = {}
        for fact in facts:
            region = region_of(fact, self.criteria[fact.criterion_id])
            assert region is not None  # noqa: S101 - `doubt_about` was asked first
            axis = axis_of(fact)
            both = alternatives[axis].union(region) if axis in alternatives else region
            alternatives[axis] = concept(fact.concept).fitted(both)
        return Clause(alternatives)


def _asked(fact: CriterionFact, criterion: EligibilityCriterion | None) -> str:
    """The concept a fact asks for: a failure to reach a remission, demanded of those who join, is no remission."""
    if fact.comparator != "absent" or (criterion and criterion.section == "exclusion"):
        return fact.concept
    asked: str = read_yaml("alignment.yaml")["denied"].get(fact.concept, fact.concept)
    return asked


def _replaced(clause: Clause, own: Sequence[Clause]) -> bool:
    """Whether a limit for everybody gives way to one for a subgroup: where both limit one axis on one side."""
    return any(
        axis in each.alternatives and _same_side(region, each.alternatives[axis])
        for each in own
        for axis, region in clause.alternatives.items()
    )


def _same_side(left: Region, right: Region) -> bool:
    if left.values is not None or right.values is not None or left.is_empty or right.is_empty:
        return True
    lower = left.intervals[0].low > 0 and right.intervals[0].low > 0
    return lower or (left.intervals[-1].high != inf and right.intervals[-1].high != inf)


def _placed(study: StudyRows, criteria: Mapping[str, EligibilityCriterion]) -> Iterator[tuple[CriterionFact, bool]]:
    """The facts of a trial's criteria, and whether they say nothing of their concept where they stand."""
    beside: dict[str, set[str]] = {}
    for fact in study.of(CriterionFact):
        beside.setdefault(fact.criterion_id, set()).add(fact.concept)
    for fact in study.of(CriterionFact):
        own = criteria.get(fact.criterion_id)
        if own is None:
            continue
        near = beside[own.criterion_id] | beside.get(own.parent_id or "", set())
        yield fact, any(_is_set_aside(fact, own, near, rule) for rule in read_yaml("alignment.yaml")["set_aside"])


def _is_set_aside(fact: CriterionFact, own: EligibilityCriterion, near: Set[str], rule: Mapping[str, Any]) -> bool:
    if fact.concept not in rule["concepts"]:
        return False
    if "words" in rule:
        return (own.population or "patient") == "patient" and rule["words"] in own.text.casefold()
    if "behind" in rule:
        behind = own.text[fact.source_end - own.source_start :].casefold().lstrip()
        return behind.startswith(tuple(rule["behind"]))
    return not near.isdisjoint(rule.get("beside", ())) or rule.get("flag") in json.loads(fact.flags)


def _may_be_about(conflict: RecordConflict, concept_: str) -> bool:
    """Two limits in one pair of brackets share their words; a contradiction between the lists names the one it is about."""
    if not conflict.kind.startswith("inclusion_exclusion"):
        return True
    behind = conflict.detail.casefold().partition(f"{concept_.replace('_', ' ')} ")
    return not behind[0] and re.match(r"of\b|\d", behind[2]) is not None  # "lvef of 50 to 60 %", and of grades "ecog 2"


def _touches(conflict: RecordConflict, fact: CriterionFact) -> bool:
    sides = (
        (conflict.left_path, conflict.left_start, conflict.left_end),
        (conflict.right_path, conflict.right_start, conflict.right_end),
    )
    return any(
        path == fact.source_path and start is not None and end is not None and start < fact.source_end and fact.source_start < end
        for path, start, end in sides
    )
