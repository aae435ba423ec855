"""Criteria of two versions: added, removed, moved, reworded, and where the reading can tell, tightened or loosened.

A direction is claimed only for what was read on both sides: every value of the one criterion has its counterpart in the
other, and each verdict is a statement about sets of people (see `harvester.compare.region`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from harvester.compare.eligible import Slot
from harvester.compare.reading_words import named_fact
from harvester.history.change import Change, even
from harvester.history.direction import Wording, direction
from harvester.history.pairing import Pair, out_of_order, paired
from harvester.tables import CriterionFact, EligibilityCriterion, StudyRows

_LEAST_ALIKE = 0.5
_SAME_SLOT = 0.25
_KINDS = {"inclusion": "inclusion criterion", "exclusion": "exclusion criterion", "unknown": "criterion"}
_SECTION_NAMES = {"inclusion": "the inclusion criteria", "exclusion": "the exclusion criteria", "unknown": "under no heading"}


@dataclass(frozen=True)
class _Side:
    """The criteria of one version with the facts of each."""

    criteria: tuple[EligibilityCriterion, ...]
    facts: Mapping[str, tuple[CriterionFact, ...]]

    @classmethod
    def of(cls, rows: StudyRows) -> _Side:
        facts: dict[str, list[CriterionFact]] = {}
        for fact in rows.of(CriterionFact):
            facts.setdefault(fact.criterion_id, []).append(fact)
        kept = tuple(each for each in rows.of(EligibilityCriterion) if each.kind != "header")
        return cls(kept, {key: tuple(found) for key, found in facts.items()})

    def own(self, criterion: EligibilityCriterion) -> tuple[CriterionFact, ...]:
        """The facts of a criterion."""
        return self.facts.get(criterion.criterion_id, ())

    def words(self, criterion: EligibilityCriterion) -> str:
        """What was read from a criterion, in words; empty where nothing was."""
        return "; ".join(dict.fromkeys(named_fact(each, criterion) for each in self.own(criterion)))

    def slots(self, criterion: EligibilityCriterion) -> frozenset[Slot]:
        """What its facts are about."""
        return frozenset(Slot.of(each, criterion) for each in self.own(criterion))


def criterion_changes(before: StudyRows, after: StudyRows) -> Iterator[Change]:
    """What changed among the criteria: what went and what changed in the order of the old text, then what came."""
    old, new = _Side.of(before), _Side.of(after)
    partner = dict(_pairs(old, new))
    moved = _moved(old, new, partner)
    for place, criterion in enumerate(old.criteria):
        if place not in partner:
            yield Change(criterion.source_path, _kind(criterion), criterion.text, None, "removed", _said(old.words(criterion)))
            continue
        counterpart = new.criteria[partner[place]]
        if criterion.text != counterpart.text and (change := _other_words(old, criterion, new, counterpart)):
            yield change
        if place in moved:
            yield _move(criterion, counterpart, moved[place])
    matched = set(partner.values())
    for place, criterion in enumerate(new.criteria):
        if place not in matched:
            yield Change(criterion.source_path, _kind(criterion), None, criterion.text, "added", _said(new.words(criterion)))


def _pairs(old: _Side, new: _Side) -> tuple[Pair, ...]:
    """The same words in the same section, then the same words elsewhere, then words alike in the same section."""

    def bonus(left: EligibilityCriterion, right: EligibilityCriterion) -> float:
        if left.section != right.section or (left.kind == "note") != (right.kind == "note"):
            return -1.0
        return _SAME_SLOT if old.slots(left) & new.slots(right) else 0.0

    keys = (lambda each: (each.section, even(each.text)), lambda each: even(each.text))
    return paired(old.criteria, new.criteria, keys, lambda each: each.text, _LEAST_ALIKE, bonus)


def _moved(old: _Side, new: _Side, partner: Mapping[int, int]) -> dict[int, str]:
    """Old places of criteria that stand elsewhere now, with where: another section, another parent, another place."""
    by_id = {each.criterion_id: place for place, each in enumerate(old.criteria)}
    new_by_id = {each.criterion_id: place for place, each in enumerate(new.criteria)}
    found: dict[int, str] = {}
    stayed: list[Pair] = []
    for place, counterpart in partner.items():
        was, now = old.criteria[place], new.criteria[counterpart]
        above, above_now = by_id.get(was.parent_id or ""), new_by_id.get(now.parent_id or "")
        if was.section != now.section:
            found[place] = f"from {_SECTION_NAMES[was.section]} to {_SECTION_NAMES[now.section]}"
        elif above is not None and above_now is not None and partner.get(above) != above_now:
            found[place] = "to another parent criterion"
        elif (above is None) == (above_now is None):
            stayed.append((place, counterpart))
        else:
            found[place] = "out of its parent criterion" if above_now is None else "into a parent criterion"
    return found | {place: "to another place in its list" for place, _ in out_of_order(stayed)}


def _move(was: EligibilityCriterion, now: EligibilityCriterion, where: str) -> Change:
    return Change(now.source_path, _kind(now), was.text, now.text, "moved", where)


def _kind(criterion: EligibilityCriterion) -> str:
    return _KINDS[criterion.section]


def _said(words: str) -> str | None:
    return f"read as {words}" if words else None


def _other_words(old: _Side, was: EligibilityCriterion, new: _Side, now: EligibilityCriterion) -> Change | None:
    """The change of a criterion's words; None where only blanks, capitals or the registry's escapes differ."""
    if even(was.text) == even(now.text):
        return None
    before, after = old.words(was), new.words(now)
    detail = f"{before or 'nothing read'} → {after or 'nothing read'}" if before != after else _said(after)
    told = direction(Wording(was, old.own(was)), Wording(now, new.own(now)))
    return Change(now.source_path, _kind(now), was.text, now.text, told, detail)
