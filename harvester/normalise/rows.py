"""All rows of one record, table by table."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING

from harvester.normalise.arms import ArmsRead, read_arms
from harvester.normalise.conditions import condition_rows
from harvester.normalise.conflicts import criterion_conflicts, dose_conflicts, schema_conflicts, total_told_conflicts
from harvester.normalise.correction_file import Corrections
from harvester.normalise.coverage import dosing_coverage, eligibility_coverage
from harvester.normalise.dosing import dosing_in_steps
from harvester.normalise.eligibility import criterion_rows, eligibility_row
from harvester.normalise.events import event_rows
from harvester.normalise.facts import fact_rows
from harvester.normalise.fields import Fields, Problem
from harvester.normalise.links import DoseText
from harvester.normalise.outcomes import outcome_rows
from harvester.normalise.people import people_rows
from harvester.normalise.places import place_rows
from harvester.normalise.references import reference_rows
from harvester.normalise.study import study_rows
from harvester.registry.record import Record
from harvester.steps import Steps
from harvester.tables import Row, StudyRows
from harvester.text.criteria.criteria import criteria_in_steps
from harvester.text.criteria.criterion import CriterionLine
from harvester.text.facts.fact import facts_in_steps
from harvester.text.facts.fact_read import FactReading

if TYPE_CHECKING:
    from harvester.normalise.corrections import Correcting


class AsRead:
    """Of a trial without corrections all stays as it was read; answers as `harvester.normalise.corrections.Correcting`."""

    def lines(self, raw: str, lines: tuple[CriterionLine, ...]) -> tuple[CriterionLine, ...]:
        """The criteria."""
        return lines

    def facts(self, raw: str, lines: tuple[CriterionLine, ...], reading: FactReading) -> FactReading:
        """What was read from them."""
        return reading

    def doses(self, text: DoseText) -> DoseText:
        """What one text says of doses."""
        return text

    def rows(self) -> Iterable[Row]:
        """None."""
        return ()


def record_steps(record: Record, corrections: Corrections, without: Collection[str] = ()) -> Steps[StudyRows]:
    """All derived rows of ``record``, as corrected; see `harvester.normalise.normalise`."""
    problems: list[Problem] = []
    correcting = _correcting(record.nct_id, corrections)
    rows = yield from _rows(record.nct_id, Fields(record.body, "", problems), correcting, without)
    rows.extend(schema_conflicts(record.nct_id, problems))
    rows.extend(correcting.rows())
    return StudyRows.collect(record.nct_id, rows)


def _correcting(nct_id: str, corrections: Corrections) -> Correcting | AsRead:
    if nct_id not in corrections:
        return AsRead()
    from harvester.normalise.corrections import Correcting  # here, as few trials have any

    return Correcting(nct_id, corrections[nct_id])


def _rows(nct_id: str, body: Fields, correcting: Correcting | AsRead, without: Collection[str]) -> Steps[list[Row]]:
    rows: list[Row] = [*study_rows(nct_id, body), *condition_rows(nct_id, body)]
    arms = read_arms(nct_id, body)
    rows += arms.rows()
    rows += outcome_rows(nct_id, body)
    module = body.under("protocolSection.eligibilityModule")
    if module:
        rows.append(eligibility_row(nct_id, module))
        yield
        if "criteria" not in without:
            rows += yield from _criteria(nct_id, module, correcting)
    yield
    if "doses" not in without:
        rows += yield from _dosing(nct_id, body, arms, correcting)
    yield
    rows += people_rows(nct_id, body)
    rows += place_rows(nct_id, body)
    rows += reference_rows(nct_id, body)
    rows += arms.conflicts
    return rows


def _dosing(nct_id: str, body: Fields, arms: ArmsRead, correcting: Correcting | AsRead) -> Steps[list[Row]]:
    """The part `doses`, see `harvester.normalise.parts`."""
    dosing = yield from dosing_in_steps(nct_id, body, arms, correcting.doses)
    yield
    return [
        *dosing.regimens,
        *(dose for dose, _, _ in dosing.doses),
        *event_rows(nct_id, dosing),
        *dose_conflicts(nct_id, dosing),
        *total_told_conflicts(nct_id, dosing),
        *(row for text in dosing.texts for row in dosing_coverage(nct_id, text)),
    ]


def _criteria(nct_id: str, module: Fields, correcting: Correcting | AsRead) -> Steps[list[Row]]:
    """The part `criteria`, see `harvester.normalise.parts`."""
    raw = module.text("eligibilityCriteria")
    if raw is None:
        return []
    lines = correcting.lines(raw, (yield from criteria_in_steps(raw)))
    yield
    reading = correcting.facts(raw, lines, (yield from facts_in_steps(raw, lines)))
    yield
    return [
        *criterion_rows(nct_id, raw, lines),
        *fact_rows(nct_id, raw, reading.facts),
        *criterion_conflicts(nct_id, raw, lines, reading.facts, module),
        *eligibility_coverage(nct_id, raw, reading),
    ]
