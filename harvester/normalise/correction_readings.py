"""Readings of whole texts after their corrections: doses with their plans, criteria with their coverage."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from harvester.normalise.correction_facts import ADDED_RULE, CORRECTED
from harvester.normalise.coverage import union_length
from harvester.text.criteria.criterion import CriterionLine
from harvester.text.doses.dose import DoseRead, DoseReading
from harvester.text.facts.fact_read import FactRead, FactReading, UnreadRead

DROPPED = "what a rule read here was dropped by a correction"


def corrected_reading(lines: Sequence[CriterionLine], reading: FactReading, facts: Sequence[FactRead]) -> FactReading:
    """The reading of an eligibility text with other facts. One that lost all of them is unread."""
    ordered = tuple(sorted(facts, key=lambda fact: (fact.start, fact.end, fact.concept)))
    had, has = ({fact.line for fact in each} for each in (reading.facts, ordered))
    unread = [each for each in reading.unread if each.line not in has]
    unread += [UnreadRead(at, lines[at].start, lines[at].end, DROPPED) for at in sorted(had - has)]
    more = _length(ordered) - _length(reading.facts)
    return FactReading(
        ordered,
        tuple(sorted(unread, key=lambda each: each.start)),
        reading.characters,
        reading.read_characters + more,
    )


def corrected_doses(reading: DoseReading, kept: Mapping[int, DoseRead], added: Iterable[DoseRead]) -> DoseReading:
    """The reading of one text with the doses that stay, by their places, and those that were missed behind them."""
    at = {place: number for number, place in enumerate(sorted(kept))}
    plans = (replace(plan, doses=tuple(at[place] for place in plan.doses if place in at)) for plan in reading.regimens)
    doses = (*(kept[place] for place in sorted(kept)), *added)
    return replace(reading, doses=doses, regimens=tuple(plan for plan in plans if plan.doses))


def corrected_dose(dose: DoseRead, changes: Mapping[str, Any]) -> DoseRead:
    """``dose`` with ``changes`` by column. A single amount that is corrected stays single; another agent is found by its name."""
    told = dict(changes)
    if dose.amount_low == dose.amount_high and ("amount_low" in told) != ("amount_high" in told):
        told["amount_low"] = told["amount_high"] = told.get("amount_low", told.get("amount_high"))
    if "agent" in told:
        told["listed_agent"] = None
    flags = dose.flags if CORRECTED in dose.flags else (*dose.flags, CORRECTED)
    return replace(dose, **told, flags=flags, confidence=None)


def added_dose(start: int, end: int, quote: str, values: Mapping[str, Any]) -> DoseRead:
    """A dose that no rule read."""
    bare = DoseRead(
        start=start,
        end=end,
        quote=quote,
        agent=None,
        listed_agent=None,
        amount_low=values["amount_low"],
        amount_high=values["amount_low"],
        unit=values["unit"],
        unit_text=values["unit"],
        per_time=None,
        cell_type=None,
        role=None,
        level_label=None,
        alternative=False,
        condition=None,
        flags=(CORRECTED,),
        rule=ADDED_RULE,
    )
    return replace(bare, **values)


def _length(facts: Iterable[FactRead]) -> int:
    return union_length((fact.start, fact.end) for fact in facts)
