"""The extraction table of doses: one row a dose that was read."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Final

from harvester.compare.reading_words import clean
from harvester.compare.surroundings import dose_sentence
from harvester.compare.trial import Trial
from harvester.compare.wording import for_reading
from harvester.export.extraction import Column, Extraction, Value, origin
from harvester.export.flag import flag_words
from harvester.shape import shape
from harvester.tables import DesignGroup, Dose, DoseRegimen, Intervention


@shape()
class Given:
    """One dose with the arm, intervention and regimen it belongs to."""

    trial: Trial
    dose: Dose
    arm: DesignGroup | None
    intervention: Intervention | None
    regimen: DoseRegimen | None


def _entries(trial: Trial) -> Iterator[Given]:
    arms = {each.design_group_id: each for each in trial.rows.of(DesignGroup)}
    interventions = {each.intervention_id: each for each in trial.rows.of(Intervention)}
    regimens = {each.regimen_id: each for each in trial.rows.of(DoseRegimen)}
    for dose in trial.rows.of(Dose):
        yield Given(
            trial,
            dose,
            arms.get(dose.design_group_id or ""),
            interventions.get(dose.intervention_id or ""),
            regimens.get(dose.regimen_id or ""),
        )


def _of_dose(name: str, meaning: str, column: str | None = None) -> Column[Given]:
    """A column of doses as it stands."""
    field = column or name
    return Column(name, meaning, lambda given: getattr(given.dose, field))


def _of_regimen(name: str, meaning: str) -> Column[Given]:
    """A column of dose_regimens as it stands; empty where the dose is part of none."""
    return Column(name, meaning, lambda given: getattr(given.regimen, name) if given.regimen else None)


def _stretches(text: str | None) -> Value:
    """Days or weeks as "1, 8 to 14": a spreadsheet takes "1-3" for a date."""
    pairs = json.loads(text) if text else []
    return ", ".join(f"{first}" if first == last else f"{first} to {last}" for first, last in pairs)


def _context(given: Given) -> Value:
    around = dose_sentence(given.trial, given.dose)
    return clean(around.quote if around else given.dose.quote)


DOSES: Final[Extraction[Given]] = Extraction(
    "doses",
    "Doses",
    "One row a dose that was read from the texts on arms and interventions. An empty cell was not read or is not stated.",
    _entries,
    (
        Column("nct_id", "NCT number", lambda g: g.trial.nct_id),
        Column("brief_title", "Brief title", lambda g: g.trial.study.brief_title),
        Column("arm", "Arm that the text is about", lambda g: g.arm.title if g.arm else None),
        Column("intervention", "Intervention that the text is about", lambda g: g.intervention.name if g.intervention else None),
        _of_dose("agent", "Medicine, cells or radiation; empty where the text does not say"),
        Column("dose", "The dose in one line", lambda g: for_reading(g.dose.line)),
        _of_dose("amount_low", "Amount, lower"),
        _of_dose("amount_high", "Amount, upper; the same when single"),
        _of_dose("unit", "Unit without time (UCUM)"),
        _of_dose("unit_text", "Unit as written"),
        _of_dose("per_time", "The amount is written per this time (UCUM)"),
        _of_dose("cell_type", "Cells counted"),
        _of_dose("role", "Part it plays; max is a cap, level one rung of an escalation"),
        _of_dose("level_label", "Name of the dose level or band"),
        _of_dose("route", "Route"),
        _of_dose("continuous", "Whether a continuous infusion is written"),
        _of_dose("infusion_value", "Length of one administration"),
        _of_dose("infusion_unit", "Unit of that length (UCUM)"),
        _of_dose("frequency_count", "Times given in a period"),
        _of_dose("frequency_period", "The period"),
        _of_dose("frequency_unit", "Unit of the period (UCUM)"),
        Column("days", "Days it is given on", lambda g: _stretches(g.dose.days)),
        Column("weeks", "Weeks it is given in", lambda g: _stretches(g.dose.weeks)),
        _of_dose("cycle_from", "First cycle it is given in"),
        _of_dose("cycle_to", "Last cycle it is given in"),
        _of_regimen("cycle_length_value", "Length of a cycle"),
        _of_regimen("cycle_length_unit", "Unit of the length (UCUM)"),
        _of_regimen("cycle_count_low", "Number of cycles, at least"),
        _of_regimen("cycle_count_high", "Number of cycles, at most"),
        _of_dose("anchor_event", "Event its days are counted from"),
        _of_dose("anchor_offset", "Time from that event to the start"),
        _of_dose("anchor_unit", "Unit of that time (UCUM)"),
        _of_dose("duration_value", "How long it is given for"),
        _of_dose("duration_unit", "Unit of that time (UCUM)"),
        _of_dose("until", "What ends it, as written"),
        _of_dose("alternative", "Whether it is one of several amounts to choose from"),
        _of_dose("condition", "For whom or when, as written"),
        Column("to_know", "What a reader should know of the reading", lambda g: "; ".join(flag_words(json.loads(g.dose.flags)))),
        _of_dose("confidence", "Measured precision of the rule; empty where too few places were labelled"),
        _of_dose("rule", "Rule that read it"),
        _of_dose("words", "The words that state the amount", "quote"),
        Column("context", "The words around them, from which the rest was read", _context),
        _of_dose("source_path", "Field of the record"),
        _of_dose("source_start", "First character in that field, from 0"),
        _of_dose("source_end", "Character after the last one"),
        *origin(lambda g: g.trial),
    ),
)
"""Every dose with everything that was read of it."""
