"""Dosing: regimens, doses, and the events a timeline draws."""

from __future__ import annotations

from harvester.schema import Json, Row, column, optional, table
from harvester.tables.eligibility import CONFIDENCE

ROLES = ("single", "loading", "step", "maintenance", "level", "max", "rescue", "premedication", "placebo")
ROUTES = (
    "oral", "intravenous", "subcutaneous", "intramuscular", "intrathecal", "inhalation", "topical", "ophthalmic", "rectal",
    "vaginal", "nasal", "intravitreal", "intraperitoneal", "intradermal", "sublingual", "external beam", "other",
)  # fmt: skip
_ARMS = "protocolSection.armsInterventionsModule"


@table(
    "dose_regimens",
    "The plan that doses are part of: cycles, their length and number, and what they start from.",
    source=_ARMS,
)
class DoseRegimen(Row):
    """One regimen."""

    regimen_id: str = column("Identifier of the regimen", key=True)
    nct_id: str = column("NCT number", references="studies.nct_id")
    design_group_id: str | None = optional("Arm, where the text is one arm's", references="design_groups.design_group_id")
    name: str | None = optional("Name of the regimen")
    cycle_length_value: float | None = optional("Length of a cycle")
    cycle_length_unit: str | None = optional("Unit of the length", choices=("h", "d", "wk", "mo", "a"))
    cycle_count_low: int | None = optional("Number of cycles, at least")
    cycle_count_high: int | None = optional("Number of cycles, at most")
    anchor_event: str | None = optional("Event the regimen is counted from")
    anchor_offset: float | None = optional("Time from that event to the start")
    anchor_unit: str | None = optional("Unit of that time")
    until: str | None = optional("What ends it, as written")
    source_path: str = column("Field of the record")
    source_start: int = column("First character in that field, from 0", unit="code points")
    source_end: int = column("Character after the last one", unit="code points")


@table(
    "doses",
    "Every dose stated in the texts on arms and interventions.",
    source=_ARMS,
    indexes=(("nct_id",), ("agent",)),
)
class Dose(Row):
    """One stated dose."""

    dose_id: str = column("Identifier of the dose", key=True)
    nct_id: str = column("NCT number", references="studies.nct_id")
    regimen_id: str | None = optional("Regimen it is part of", references="dose_regimens.regimen_id")
    design_group_id: str | None = optional("Arm, where it is one arm's", references="design_groups.design_group_id")
    intervention_id: str | None = optional("Intervention", references="interventions.intervention_id")
    agent: str | None = optional("Medicine, cells or radiation given; empty where the text does not say")
    role: str | None = optional("Part it plays; max is a cap, level one rung of an escalation", choices=ROLES)
    level_label: str | None = optional("Name of the dose level or band")
    amount_low: float = column("Amount, lower")
    amount_high: float = column("Amount, upper; the same when single")
    unit: str | None = optional("Unit without time (UCUM)")
    unit_text: str | None = optional("Unit as written")
    per_time: str | None = optional("The amount is written per this time", choices=("min", "h", "d", "wk"))
    cell_type: str | None = optional("Cells counted: CD3+, CD34+, CAR-T …")
    route: str | None = optional("Route", choices=ROUTES)
    continuous: bool | None = optional("Whether a continuous infusion is written")
    infusion_value: float | None = optional("Length of one administration")
    infusion_unit: str | None = optional("Unit of that length")
    frequency_count: float | None = optional("Times given in a period")
    frequency_period: float | None = optional("The period")
    frequency_unit: str | None = optional("Unit of the period", choices=("min", "h", "d", "wk", "mo", "a"))
    days: Json | None = optional("Days, as [[first, last], …]")
    weeks: Json | None = optional("Weeks, as [[first, last], …]")
    cycle_from: int | None = optional("First cycle it is given in")
    cycle_to: int | None = optional("Last cycle it is given in")
    anchor_event: str | None = optional("Event its days are counted from")
    anchor_offset: float | None = optional("Time from that event to the start")
    anchor_unit: str | None = optional("Unit of that time")
    duration_value: float | None = optional("How long it is given for")
    duration_unit: str | None = optional("Unit of that time")
    until: str | None = optional("What ends it, as written")
    alternative: bool = column("Whether it is one of several amounts to choose from")
    condition: str | None = optional("For whom or when, as written")
    line: str = column("The dose in one line")
    confidence: float | None = optional(CONFIDENCE)
    flags: Json = column("What the reader should know: damage read through, guesses (JSON list)")
    rule: str = column("Rule that read it")
    quote: str = column("Its words, as the registry gives them")
    source_path: str = column("Field of the record")
    source_start: int = column("First character in that field, from 0", unit="code points")
    source_end: int = column("Character after the last one", unit="code points")
    later: Json | None = optional(
        "How the same amount is given afterwards, phase by phase: a list of objects with the columns on timing and cycle_length_*"
    )


@table(
    "schedule_events",
    "Doses laid out in days from a named zero, as a timeline draws them.",
    source=_ARMS,
    indexes=(("nct_id",), ("dose_id",)),
)
class ScheduleEvent(Row):
    """One stretch of days on which a dose is given."""

    event_id: str = column("Identifier of the event", key=True)
    dose_id: str = column("Dose", references="doses.dose_id")
    nct_id: str = column("NCT number", references="studies.nct_id")
    design_group_id: str | None = optional("Arm", references="design_groups.design_group_id")
    cycle: int | None = optional("Cycle")
    day_start: float = column("First day, from the zero", unit="d")
    day_end: float = column("Last day, inclusive", unit="d")
    t0_event: str = column("What the zero is: transplant, first dose, start of cycle 1 …")
    approximate: bool = column("Whether the days are reckoned from months or a stated 'about'")
    open_ended: bool = column("Whether it goes on past what the text says")
    amount_per_day: float | None = optional("Amount given a day, where it can be told")
    unit: str | None = optional("Unit of that amount (UCUM)")


DOSE_LINES_DDL = """CREATE VIEW "dose_lines" AS
SELECT doses.*, dose_regimens.cycle_length_value, dose_regimens.cycle_length_unit,
  dose_regimens.cycle_count_low AS cycle_count, dose_regimens.name AS regimen_name
FROM doses LEFT JOIN dose_regimens USING (regimen_id)"""
