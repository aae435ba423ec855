"""Criteria side by side: exact slots first, then criteria alike in subject and words, then what is stated in one trial only."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache, partial

from harvester.compare.concept import concept, with_labels
from harvester.compare.definition_file import expression, read_yaml
from harvester.compare.eligible import Slot
from harvester.compare.fact_region import unit_of
from harvester.compare.judgement import SAME_WORDS, judge
from harvester.compare.model import Cell, Panel, Row, StatedOnly
from harvester.compare.reading_words import criterion_line, fact_line
from harvester.compare.row import lines_of, make_row
from harvester.compare.silence import silent_criterion, silent_slot
from harvester.compare.similarity import Pairs, Similarity, bare_words, grouped, telling_words
from harvester.compare.stated_only import AGE, stated_only
from harvester.compare.trial import Trial, remembered
from harvester.compare.window import DAYS
from harvester.compare.wording import listed, unit_label
from harvester.shape import shape
from harvester.tables import EligibilityCriterion

_MARKER = re.compile(r"\bcd\d{1,3}(?!\d)")
_NEGATION = re.compile(r"\b(?:no|not|never|without|absence|unable|inability|unwilling\w*|cannot|free of)\b", re.IGNORECASE)


@shape()
class CriteriaComparison:
    """The criteria of all trials: panels, and what only one of them states."""

    panels: tuple[Panel, ...]
    stated_only: tuple[StatedOnly, ...]


def compare_criteria(trials: Sequence[Trial]) -> CriteriaComparison:
    """Align the criteria of the trials, the focal one first."""
    slots = shared_slots(trials)
    exact = tuple(_slot_row(trials, slot) for slot in slots)
    used = _used_criteria(trials, slots)
    groups = _alike(trials, used)
    in_words = tuple(_group_row(trials, group, at) for at, group in enumerate(groups, start=1))
    placed = used | {each.criterion_id for group in groups for each in group.members.values()}
    panels = (
        Panel("criteria", "Criteria with values that were read", "population", exact, "Limits are those of people who may join."),
        Panel("criteria_in_words", "Further criteria, matched by subject and words", "population", in_words),
    )
    return CriteriaComparison(
        tuple(panel for panel in panels if panel.rows),
        tuple(stated_only(trial, set(slots), placed) for trial in trials),
    )


def shared_slots(trials: Sequence[Trial]) -> tuple[Slot, ...]:
    """Slots that make a row, in the order of the definition file: two trials fill them, or one does and another speaks of it."""
    counts: dict[Slot, int] = {}
    for trial in trials:
        for slot in trial.facts.by_slot:
            counts[slot] = counts.get(slot, 0) + 1
    shared = (
        slot for slot, count in counts.items() if _makes_a_row(slot) and (count > 1 or _is_spoken_of_elsewhere(trials, slot))
    )
    return tuple(sorted(shared, key=lambda slot: (concept(slot.concept).order, slot)))


def _is_spoken_of_elsewhere(trials: Sequence[Trial], slot: Slot) -> bool:
    silent = (silent_slot(trial, slot) for trial in trials if slot not in trial.facts.by_slot)
    return any(cell.lines or (cell.state == "not stated" and cell.note) for cell in silent)


def _makes_a_row(slot: Slot) -> bool:
    if slot.concept in AGE:
        return False
    if not concept(slot.concept).is_of_details:
        return True
    return bool(slot.detail) and slot.detail not in read_yaml("alignment.yaml")["general_details"]


def _slot_row(trials: Sequence[Trial], slot: Slot) -> Row:
    written = next((fact.detail for trial in trials for fact in trial.facts.by_slot.get(slot, ()) if fact.detail), None)
    shown = [part for part in (written, slot.population) if part]
    label = concept(slot.concept).label + (f" ({', '.join(shown)})" if shown else "")
    cells = [_slot_cell(trial, slot) for trial in trials]
    for at, trial in enumerate(trials[1:], start=1):
        if slot in trials[0].facts.by_slot and slot in trial.facts.by_slot:
            found = judge(trials[0].facts, trial.facts, slot)
            if found:
                cells[at] = replace(cells[at], verdict=found[0], verdict_reason=found[1])
    units = {unit_of(fact) for trial in trials for fact in trial.facts.by_slot.get(slot, ())}
    is_weighed = concept(slot.concept).told_by not in ("presence", "time", None)
    told = lines_of if is_weighed else _states_only
    unit = unit_label(units.pop()) if len(units) == 1 and not units & set(DAYS) else ""
    why = f"values read as the same concept: {label}"
    settles = is_weighed and slot in trials[0].facts.by_slot  # beside a focal trial that is silent, nothing was judged
    return make_row(slot_key(slot), label, cells, why=why, unit=unit or None, told=told, settles=settles)


def slot_key(slot: Slot) -> str:
    """The key of a slot's row."""
    return "-".join(part.replace(" ", "_") for part in (slot.concept, slot.detail, slot.population) if part)


def _states_only(cell: Cell) -> object:
    """Of criteria in words only their being there is compared."""
    return None


@remembered
def _slot_cell(trial: Trial, slot: Slot) -> Cell:
    facts = trial.facts.by_slot.get(slot)
    if not facts:
        return silent_slot(trial, slot)
    lines = tuple(fact_line(trial.facts, fact) for fact in facts)
    reading = trial.facts.reading(slot)
    conflicts = dict.fromkeys(with_labels(each.detail) for each in trial.facts.conflicts(slot))
    at_odds = "the record is at odds with itself" if trial.facts.contradicts_itself(slot) else "the record's lists leave a gap"
    note = f"{at_odds}: {'; '.join(conflicts)}" if conflicts else None
    return Cell("stated", lines, note=note, summary=reading.words if reading and not conflicts else None)


def _used_criteria(trials: Sequence[Trial], slots: Sequence[Slot]) -> set[str]:
    """Criteria that a row of values shows already."""
    shown = set(slots)
    return {
        fact.criterion_id
        for trial in trials
        for slot, facts in trial.facts.by_slot.items()
        if slot in shown or slot.concept in AGE
        for fact in facts
    }


@shape()
class _Group:
    """Criteria of several trials that stand in one row; the anchor is the first trial's, ``words`` are what they share."""

    anchor: EligibilityCriterion
    members: Mapping[str, EligibilityCriterion]
    words: tuple[str, ...]

    @property
    def subject(self) -> str:
        """What all of them are about, in words; empty where they are not on one subject."""
        domains = {each.domain for each in self.members.values()}
        return "" if len(domains) > 1 or domains <= {None, "other"} else _subject(str(self.anchor.domain))

    @property
    def why(self) -> str:
        """Why they stand in one row."""
        what = f"criteria on {self.subject} that share" if self.subject else "criteria that share"
        return f"{what} {listed([f'“{word}”' for word in self.words[:5]])}"


def _alike(trials: Sequence[Trial], used: set[str]) -> tuple[_Group, ...]:
    """Rows of alike criteria: anchored in the focal trial, then among what is left in the next trial, and so on."""
    left = {trial.nct_id: _open_criteria(trial, used) for trial in trials}
    similarity = Similarity((each.text for criteria in left.values() for each in criteria), telling_words)
    groups: list[_Group] = []
    for members in grouped(left, partial(_scores, similarity)):
        anchor, *others = members.values()
        shared = Counter(word for other in others for word in similarity.shared(anchor.text, other.text))
        if shared:
            groups.append(_Group(anchor, members, tuple(word for word, _ in shared.most_common())))
    return tuple(groups)


def _open_criteria(trial: Trial, used: set[str]) -> tuple[EligibilityCriterion, ...]:
    return tuple(
        each
        for each in trial.facts.criteria.values()
        if each.kind == "item" and each.criterion_id not in used and telling_words(each.text)
    )


def _scores(similarity: Similarity, anchors: Sequence[EligibilityCriterion], there: Sequence[EligibilityCriterion]) -> Pairs:
    found = []
    words_there = [telling_words(other.text) for other in there]
    for mine, anchor in enumerate(anchors):
        words = telling_words(anchor.text)
        for theirs, other in enumerate(there):
            shared = len(words & words_there[theirs])
            if not shared or (anchor.population or "patient") != (other.population or "patient"):
                continue
            least, fewest = _least(anchor, other)
            if shared < fewest and words != words_there[theirs]:
                continue
            if _markers(anchor) and _markers(other) and _markers(anchor).isdisjoint(_markers(other)):
                continue
            score = similarity.score(anchor.text, other.text)
            if score >= least:
                found.append((score, mine, theirs))
    return found


def _markers(criterion: EligibilityCriterion) -> frozenset[str]:
    """The markers of cells that a criterion names: one on CD19 is no counterpart of one on CD22."""
    return frozenset(_MARKER.findall(criterion.text.casefold()))


def _least(left: EligibilityCriterion, right: EligibilityCriterion) -> tuple[float, int]:
    """The least score, and the least number of words in common, that two criteria need to stand in one row."""
    rules = read_yaml("alignment.yaml")
    scores = rules["score"]
    if _keeps_out(left) == _keeps_out(right) and _is_on_a_device(left.text) and _is_on_a_device(right.text):
        return float(scores["same_domain"]), 1
    if not left.domain or left.domain != right.domain or _keeps_out(left) != _keeps_out(right):
        return float(scores["other_domain"]), 2
    if left.domain in rules["single_subject"] and left.section == right.section:
        return float(scores["single_subject"]), 1
    return float(scores["same_domain"]), 2


@lru_cache(maxsize=10_000)
def _is_on_a_device(text: str) -> bool:
    return expression("implanted_device").search(text) is not None


def _keeps_out(criterion: EligibilityCriterion) -> bool:
    """Whether what the criterion names keeps people out: an exclusion without a negation, or an inclusion with one."""
    return (criterion.section == "exclusion") != bool(_NEGATION.search(criterion.text))


def _group_row(trials: Sequence[Trial], group: _Group, number: int) -> Row:
    cells = []
    for trial in trials:
        member = group.members.get(trial.nct_id)
        if member is None:
            cells.append(silent_criterion(trial, group.members.values(), group.words))
            continue
        cell = Cell("stated", (criterion_line(trial.facts, member, placed=True),))
        if member is not group.anchor and _same_words(member, group.anchor) and trials[0].nct_id in group.members:
            cell = replace(cell, verdict="same", verdict_reason=SAME_WORDS)
        cells.append(cell)
    words = group.subject or listed(group.words[:3])
    label = words[:1].upper() + words[1:]
    return make_row(f"words-{number}", label, cells, why=group.why, told=_states_only, settles=False)


def _subject(domain: str) -> str:
    """A domain in words; abbreviations stay such."""
    names: Mapping[str, str] = read_yaml("alignment.yaml")["subject_names"]
    return domain.upper() if domain in ("cns", "gvhd") else names.get(domain, domain.replace("_", " "))


def _same_words(left: EligibilityCriterion, right: EligibilityCriterion) -> bool:
    return left.section == right.section and bare_words(left.text) == bare_words(right.text)
