"""The extraction table of criteria: one row a value that was read, and one a criterion from which none was."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Final

from harvester.compare.concept import concept
from harvester.compare.eligible import TrialFacts
from harvester.compare.fact_region import shown_region
from harvester.compare.reading_words import clean, fact_line, fact_words
from harvester.compare.trial import Trial
from harvester.compare.wording import unit_label
from harvester.export.extraction import Column, Extraction, Value, origin
from harvester.export.flag import flag_words
from harvester.shape import shape
from harvester.tables import CriterionFact, EligibilityCriterion


@shape()
class Read:
    """One reading of a criterion, or the criterion alone."""

    trial: Trial
    criterion: EligibilityCriterion
    number: int
    fact: CriterionFact | None

    @property
    def facts(self) -> TrialFacts:
        """All criteria of the trial."""
        return self.trial.facts


def _entries(trial: Trial) -> Iterator[Read]:
    readings: dict[str, list[CriterionFact]] = {}
    for fact in trial.facts.facts:
        readings.setdefault(fact.criterion_id, []).append(fact)
    numbers: dict[str, int] = {}
    for criterion in trial.facts.criteria.values():
        if criterion.kind == "header":
            continue
        number = numbers[criterion.section] = numbers.get(criterion.section, 0) + 1
        found = readings.get(criterion.criterion_id)
        yield from (Read(trial, criterion, number, fact) for fact in found or (None,))


def _of_fact(name: str, meaning: str, column: str | None = None) -> Column[Read]:
    """A column of criterion_facts as it stands; empty where nothing was read."""
    field = column or name
    return Column(name, meaning, lambda read: getattr(read.fact, field) if read.fact else None)


def _under(read: Read) -> Value:
    parent = read.facts.criteria.get(read.criterion.parent_id or "")
    return clean(parent.text) if parent else None


def _who_may_join(read: Read) -> Value:
    is_told = read.fact is not None and shown_region(read.fact, read.criterion) is not None
    return fact_words(read.fact, read.criterion) if read.fact and is_told else None


def _values(read: Read) -> Value:
    return ", ".join(str(each) for each in json.loads(read.fact.value_set)) if read.fact and read.fact.value_set else None


def _to_know(read: Read) -> Value:
    return "; ".join(flag_words(json.loads(read.fact.flags))) if read.fact else None


CRITERIA: Final[Extraction[Read]] = Extraction(
    "criteria",
    "Eligibility criteria",
    "One row a value that was read from a criterion, and one a criterion from which none was: none is left out.",
    _entries,
    (
        Column("nct_id", "NCT number", lambda r: r.trial.nct_id),
        Column("section", "Inclusion, exclusion, or unknown where the text does not tell", lambda r: r.criterion.section),
        Column("number", "Place of the criterion in its section, from 1; the same for all readings of one", lambda r: r.number),
        Column("criterion", "The criterion in the registry's words", lambda r: clean(r.criterion.text)),
        Column(
            "reading",
            "What was read from it, in words",
            lambda r: fact_line(r.facts, r.fact, named=True).text if r.fact else None,
        ),
        Column("who_may_join", "Who may join by it; empty where that was not read", _who_may_join),
        _of_fact("words", "The words it was read from", "quote"),
        Column("read", "Whether a value was read", lambda r: r.fact is not None),
        Column("concept", "What was measured or must be there", lambda r: concept(r.fact.concept).label if r.fact else None),
        _of_fact("detail", "Which drug, scale or test"),
        _of_fact("comparator", "Relation as written"),
        _of_fact("low", "Lower limit as written"),
        _of_fact("high", "Upper limit as written"),
        Column("values", "Values of a set", _values),
        Column("unit", "Unit", lambda r: unit_label(r.fact.unit) if r.fact and r.fact.unit else None),
        _of_fact("reference", "What the limit is relative to: absolute, ULN, LLN or baseline"),
        _of_fact("window_relation", "Time window: within, at least, longer than"),
        _of_fact("window_value", "Length of the time window"),
        Column("window_unit", "Its unit", lambda r: unit_label(r.fact.window_unit) if r.fact and r.fact.window_unit else None),
        _of_fact("window_anchor", "Event the time window is counted from"),
        _of_fact("sex", "Sex it is limited to"),
        _of_fact("condition", "For whom or when, as written"),
        _of_fact("exception", "Whether it spares people inside a criterion"),
        _of_fact("alternative_group", "Readings of a trial with the same value are joined by OR: one of them is enough"),
        _of_fact("method", "How it is measured, as written"),
        Column("scope", "Cohort or part of the trial it is limited to", lambda r: r.criterion.scope),
        Column("population", "Whom it is about: patient, donor …", lambda r: r.criterion.population),
        Column("domain", "What it is about, from the list of domains", lambda r: r.criterion.domain),
        Column("label", "Number or letter that the text gives it", lambda r: r.criterion.label),
        Column("under", "The criterion that it stands under", _under),
        _of_fact("eligible_low", "Least value that may join, in canonical_unit where there is one"),
        _of_fact("eligible_low_inclusive", "Whether that value itself may join"),
        _of_fact("eligible_high", "Greatest value that may join"),
        _of_fact("eligible_high_inclusive", "Whether that value itself may join"),
        _of_fact("canonical_unit", "Canonical unit (UCUM)"),
        _of_fact("unit_ucum", "Unit as written (UCUM)", "unit"),
        Column("concept_slug", "The concept as the tables name it", lambda r: r.fact.concept if r.fact else None),
        Column("to_know", "What a reader should know of the reading", _to_know),
        _of_fact("confidence", "Measured precision of the rule; empty where too few places were labelled"),
        _of_fact("rule", "Rule that read it"),
        Column("source_path", "Field of the record", lambda r: (r.fact or r.criterion).source_path),
        Column("source_start", "First character in that field, from 0", lambda r: (r.fact or r.criterion).source_start),
        Column("source_end", "Character after the last one", lambda r: (r.fact or r.criterion).source_end),
        Column("brief_title", "Brief title of the trial", lambda r: r.trial.study.brief_title),
        *origin(lambda r: r.trial),
    ),
)
"""Every criterion with everything that was read from it."""
