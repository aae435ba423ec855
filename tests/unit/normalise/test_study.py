"""The study's row: values verbatim with a label beside, dates as precise as given, unknown numbers unknown."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from harvester.normalise import normalise
from harvester.normalise.dates import date_precision
from harvester.registry.record import Record
from harvester.tables import Design, Eligibility, RecordConflict, Study, StudyRows

Make = Callable[..., Record]


def study(rows: StudyRows) -> Study:
    found = rows.one(Study)
    assert found is not None
    return found


def schema_problems(rows: StudyRows) -> list[str]:
    return [each.left_path for each in rows.of(RecordConflict) if each.kind == "schema"]


def test_values_are_verbatim_with_a_label_beside(record: Make) -> None:
    found = study(normalise(record()))

    assert (found.nct_id, found.nct_number) == ("NCT99000001", 99000001)
    assert (found.overall_status, found.overall_status_label) == ("NOT_YET_RECRUITING", "Not yet recruiting")
    assert (found.study_type, found.study_type_label) == ("INTERVENTIONAL", "Interventional")
    assert (found.number_of_arms, found.number_of_groups) == (1, None)
    assert (found.has_results, found.results_in_record) == (False, False)


def test_a_value_nobody_knows_stays_and_is_readable(record: Make) -> None:
    rows = normalise(record(lambda protocol: protocol["statusModule"].update(overallStatus="ON_THE_MOON")))

    assert (study(rows).overall_status, study(rows).overall_status_label) == ("ON_THE_MOON", "On the moon")
    assert schema_problems(rows) == []


def test_phases_stay_a_set(record: Make) -> None:
    found = study(normalise(record(lambda protocol: protocol["designModule"].update(phases=["PHASE1", "PHASE2"]))))

    assert (found.phase, found.phase_label, found.phases) == ("PHASE1/PHASE2", "Phase 1/Phase 2", '["PHASE1","PHASE2"]')


@pytest.mark.parametrize(
    ("date", "precision"),
    [
        ("2025-08-14", "day"),
        ("2025-08", "month"),
        ("2025", "year"),
        ("2025-02-30", "unknown"),
        ("2025-13", "unknown"),
        ("soon", "unknown"),
    ],
)
def test_a_date_stays_as_given(record: Make, date: str, precision: str) -> None:
    rows = normalise(record(lambda protocol: protocol["statusModule"].update(startDateStruct={"date": date, "type": "ACTUAL"})))
    found = study(rows)

    assert (found.start_date, found.start_date_precision, found.start_date_type) == (date, precision, "ACTUAL")
    assert schema_problems(rows) == (["protocolSection.statusModule.startDateStruct.date"] if precision == "unknown" else [])
    assert date_precision(date) == precision


@pytest.mark.parametrize(
    ("count", "enrollment", "unknown", "noted"),
    [
        (20, 20, False, False),
        (0, 0, False, False),
        (99999999, None, True, False),
        (-5, None, False, True),
        ("20", None, False, True),
        (20.0, 20, False, False),
        (20.5, None, False, True),
        (True, None, False, True),
        (None, None, False, False),
    ],
)
def test_enrolment(record: Make, count: Any, enrollment: int | None, unknown: bool, noted: bool) -> None:
    rows = normalise(record(lambda protocol: protocol["designModule"].update(enrollmentInfo={"count": count})))
    found = study(rows)

    assert (found.enrollment, found.enrollment_unknown) == (enrollment, unknown)
    assert bool(schema_problems(rows)) is noted


@pytest.mark.parametrize(
    ("text", "value", "unit", "years"),
    [
        ("18 Years", 18.0, "a", 18.0),
        ("1 Year", 1.0, "a", 1.0),
        ("18 Months", 18.0, "mo", 1.5),
        ("6 Weeks", 6.0, "wk", 0.114990),
        ("2 Days", 2.0, "d", 0.005476),
        ("30 Minutes", 30.0, "min", 0.000057),
        ("N/A", None, None, None),
    ],
)
def test_ages(record: Make, text: str, value: float | None, unit: str | None, years: float | None) -> None:
    rows = normalise(record(lambda protocol: protocol["eligibilityModule"].update(minimumAge=text)))
    found = rows.one(Eligibility)

    assert found is not None
    assert (found.minimum_age, found.minimum_age_value, found.minimum_age_unit, found.minimum_age_years) == (
        text,
        value,
        unit,
        years,
    )
    assert schema_problems(rows) == []


def test_an_age_that_is_none_is_noted_and_kept(record: Make) -> None:
    rows = normalise(record(lambda protocol: protocol["eligibilityModule"].update(minimumAge="grown up")))
    found = rows.one(Eligibility)

    assert found is not None
    assert (found.minimum_age, found.minimum_age_value) == ("grown up", None)
    assert schema_problems(rows) == ["protocolSection.eligibilityModule.minimumAge"]


def test_an_absent_age_is_no_claim(record: Make) -> None:
    found = normalise(record()).one(Eligibility)

    assert found is not None
    assert (found.maximum_age, found.maximum_age_years, found.child) == (None, None, None)


def test_results_that_are_promised_and_not_there_show(record: Make) -> None:
    promised = record()
    promised.body["hasResults"] = True
    found = study(normalise(promised))

    assert (found.has_results, found.results_in_record) == (True, False)


def test_who_is_masked_is_told_only_where_the_record_tells(record: Make) -> None:
    open_label = normalise(record()).one(Design)
    masked = normalise(
        record(lambda p: p["designModule"]["designInfo"].update(maskingInfo={"masking": "SINGLE", "whoMasked": ["PARTICIPANT"]}))
    ).one(Design)

    assert open_label is not None
    assert masked is not None
    assert (open_label.masking_label, open_label.subject_masked) == ("None (open label)", None)
    assert (masked.subject_masked, masked.caregiver_masked) == (True, False)
