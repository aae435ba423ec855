"""What one trial alone states: values and criteria in no row, with what nearly every trial asks for at the end."""

from __future__ import annotations

from collections.abc import Set

from harvester.compare.concept import concept
from harvester.compare.definition_file import read_yaml
from harvester.compare.eligible import Slot
from harvester.compare.model import Line, StatedOnly
from harvester.compare.reading_words import criterion_line, fact_line
from harvester.compare.trial import Trial
from harvester.tables import EligibilityCriterion

AGE = ("age", "sex")
"""Concepts that the population panel shows beside the registry's own fields."""

_NO_TEXT = "the eligibility text is not at hand"


def stated_only(trial: Trial, shown: Set[Slot], placed: Set[str]) -> StatedOnly:
    """Values in no row, and criteria in no row; a criterion whose value is listed is not listed again.

    ``shown`` are the slots that have a row, ``placed`` the criteria that stand in one.
    """
    first: dict[str, Line] = {}
    last: dict[str, Line] = {}
    for criterion in trial.facts.criteria.values():
        facts = trial.facts.of_criterion.get(criterion.criterion_id, ())
        alone = [fact for fact in facts if (slot := trial.facts.slot(fact)) not in shown and slot.concept not in AGE]
        if criterion.criterion_id in placed:
            for fact in alone if len(alone) < len(facts) else ():
                line = fact_line(trial.facts, fact, named=True)
                (last if concept(fact.concept).told_by in ("time", "window") else first)[line.text] = line
        elif criterion.kind == "item":
            line = criterion_line(trial.facts, criterion, placed=True)
            (last if _is_usual(trial, criterion) else first)[line.text] = line
    last = {text: line for text, line in last.items() if text not in first}
    lines = (*first.values(), *last.values())
    note = _note(len(first), len(last)) if trial.eligibility.criteria else _NO_TEXT
    return StatedOnly(trial.nct_id, lines, note, len(last) if first else 0)


def _note(first: int, last: int) -> str | None:
    """How many lines stand at the end because they tell trials apart least."""
    if not first or not last:
        return None
    them = "the last line is" if last == 1 else f"the last {last} lines are"
    return f"{them} on consent, contraception or compliance, or heads of lists: what nearly every trial asks for"


def _is_usual(trial: Trial, criterion: EligibilityCriterion) -> bool:
    """Whether a criterion is one that nearly every trial has, stands under such a one, or only heads a list."""
    rules = read_yaml("alignment.yaml")["told_last"]
    text = criterion.text.casefold()
    parent = trial.facts.criteria.get(criterion.parent_id or "")
    domains = {each.domain for each in (criterion, parent) if each is not None}
    return text.rstrip().endswith(":") or not domains.isdisjoint(rules["domains"]) or any(word in text for word in rules["words"])
