"""What it means that a trial has no value in a row of criteria: not stated, not at hand, or said in words that were not read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence, Set

from harvester.compare.concept import Concept, concept
from harvester.compare.definition_file import read_yaml
from harvester.compare.eligible import Slot
from harvester.compare.fact_region import shown_region
from harvester.compare.model import Cell
from harvester.compare.reading_words import criterion_line, named_fact
from harvester.compare.similarity import content_words, telling_words
from harvester.compare.trial import Trial, remembered
from harvester.compare.wording import listed, lowered
from harvester.tables import EligibilityCriterion

_CRITERIA = "protocolSection.eligibilityModule.eligibilityCriteria"
_TIME = re.compile(r"\b(?:hours?|days?|weeks?|months?|years?|recent(?:ly)?)\b", re.IGNORECASE)
INSTEAD = "states instead"
"""How the note begins of a cell whose trial measures the same by other means."""
BESIDE = "a related one is stated"
"""How it begins where the trial limits something of the same organ or disease that does not stand for this."""
MOST_NAMED = 3
"""Limits of one concept that a note names; more are counted."""

_NO_TEXT = "the eligibility text is not at hand"
_SPOKEN_OF = "spoken of, but no value was read"
_IN_GENERAL = "only spoken of in general, without naming it"
_ELSEWHERE = "none was matched; on this subject or with these words"


@remembered
def silent_slot(trial: Trial, slot: Slot) -> Cell:
    """The cell of a trial that has no fact in the slot.

    Only a text that is at hand and does not speak of the concept leaves it unstated.
    """
    if not trial.eligibility.criteria:
        return Cell("not read", note=_NO_TEXT)
    instead = _stated(trial, slot, sisters(slot.concept, "instead_of_each_other"))
    if instead and trial.is_at_hand(_CRITERIA):
        return Cell("not stated", note=f"{INSTEAD}: {instead}")
    about = concept(slot.concept)
    criteria = [
        each
        for each in trial.speaks(about)
        if (about.told_by not in ("since", "time") or _TIME.search(each.text))
        and (each.population or "patient").casefold() == (slot.population or "patient")
        and _is_unread(trial, each, slot)
        and _is_of_its_own(trial, each, about)
        and _names(each, slot.detail)
    ]
    if criteria:
        return Cell("not read", tuple(criterion_line(trial.facts, each) for each in criteria), note=_SPOKEN_OF)
    if not trial.is_at_hand(_CRITERIA):
        return trial.absent(_CRITERIA)
    beside = _stated(trial, slot, sisters(slot.concept, "beside_each_other"))
    return Cell("not stated", note=f"{BESIDE}: {beside}" if beside else _in_general(trial, slot))


def _in_general(trial: Trial, slot: Slot) -> str | None:
    """The criteria that ask for what the concept is one measure of without naming it, in words: "adequate organ function"."""
    about = concept(slot.concept)
    found = [
        each
        for each in trial.facts.criteria.values()
        if about.words.stand_in_general(each.text.casefold())
        and (each.population or "patient").casefold() == (slot.population or "patient")
    ]
    return f"{_IN_GENERAL} ({_places(found[:3])})" if found else None


def sisters(slug: str, kind: str) -> Set[str]:
    """The other concepts that stand in one line with ``slug`` in a list of definitions/alignment.yaml."""
    groups = read_yaml("alignment.yaml")[kind]
    return {each for group in groups if slug in group for each in group} - {slug}


def _stated(trial: Trial, slot: Slot, others: Set[str]) -> str:
    """What the trial states of ``others`` about the same people, in words; what does not tell who may join is left out."""
    facts = [
        fact
        for other, own in trial.facts.by_slot.items()
        if other.concept in others and other.population == slot.population
        for fact in own
        if shown_region(fact, trial.facts.criteria[fact.criterion_id]) is not None
    ]
    named: dict[str, list[str]] = {}
    for fact in facts:
        words = named_fact(fact, trial.facts.criteria[fact.criterion_id])
        named.setdefault(concept(fact.concept).label, []).append(words)
    found = [words for label, limits in named.items() for words in _counted(label, list(dict.fromkeys(limits)))]
    is_choice = bool(facts) and set(facts[1:]) <= set(trial.facts.choices(facts[0]))
    return listed(found, "or" if is_choice else "and")


def _counted(label: str, limits: list[str]) -> list[str]:
    """Limits of one concept, or their number where they are a table."""
    return limits if len(limits) <= MOST_NAMED else [f"{lowered(label)} ({len(limits)} limits)"]


def silent_criterion(trial: Trial, members: Iterable[EligibilityCriterion], words: Iterable[str]) -> Cell:
    """The cell of a trial that has no criterion like the ``members`` of a row, which share ``words``.

    Only a text that is at hand, without a criterion on their subject and without their words, leaves it unstated.
    """
    if not trial.eligibility.criteria:
        return Cell("not read", note=_NO_TEXT)
    about = {each.domain for each in members if each.domain}
    stems = frozenset(stem for word in words for stem in telling_words(word))
    near = [
        each
        for each in trial.facts.criteria.values()
        if each.kind != "header" and (about & trial.subjects[each.criterion_id] or stems & content_words(each.text))
    ]
    if near:
        return Cell("not read", note=f"{_ELSEWHERE}: {_places(near[:4])}")
    return Cell("not stated") if trial.is_at_hand(_CRITERIA) else trial.absent(_CRITERIA)


def _places(criteria: Sequence[EligibilityCriterion]) -> str:
    """Where criteria stand, as "inclusion 3 and 4, exclusion 2"."""
    found: dict[str, list[str]] = {}
    for each in criteria:
        section = each.section if each.section in ("inclusion", "exclusion") else "criterion"
        found.setdefault(section, []).append(each.label or str(each.position + 1))
    return ", ".join(f"{section} {listed(list(dict.fromkeys(labels)))}" for section, labels in found.items())


def _is_unread(trial: Trial, criterion: EligibilityCriterion, slot: Slot) -> bool:
    """Whether no fact about the concept was read from the criterion: read values of it stand in their own rows.

    Where it was read and says nothing of the concept, as a life expectancy in an exception, it says nothing here.
    """
    if (criterion.criterion_id, slot.concept) in trial.facts.set_aside:
        return False
    return not any(fact.concept == slot.concept for fact in trial.facts.of_criterion.get(criterion.criterion_id, ()))


def _is_of_its_own(trial: Trial, criterion: EligibilityCriterion, about: Concept) -> bool:
    """Whether a criterion from which a sister concept was read names this one too, by a word that the sister does not share.

    "Active GVHD" says nothing of a grade; "AST and ALT" names both.
    """
    related = sisters(about.slug, "instead_of_each_other") | sisters(about.slug, "beside_each_other")
    read = {fact.concept for fact in trial.facts.of_criterion.get(criterion.criterion_id, ())} & related
    if not read:
        return True
    shared = {word for slug in read for word in concept(slug).words.plain}
    text = criterion.text.casefold()
    return any(word in text for word in about.words.plain if word not in shared)


def _names(criterion: EligibilityCriterion, detail: str) -> bool:
    text = criterion.text.casefold()
    return all(word in text for word in detail.split())
