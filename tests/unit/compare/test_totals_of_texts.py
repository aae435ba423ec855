"""Totals of what texts say, as a comparison shows them: from the words to the formula."""

from __future__ import annotations

import json
from typing import Any

import pytest

from harvester.compare.build import build_comparison
from harvester.normalise import normalise
from harvester.registry.record import Origin, record_of
from harvester.tables import Dose, StudyRows
from tests.standin.synthetic import synthetic_study

# A plan like that of the reference trial: a step inside cycle 1, cycles counted from a transplant, cells once.
PLAN = (
    "Drugamab dosage:\n\nCycle 1 (starting at day 60 post-transplant):Days 1-3: 9 μg/day,Days 4-14: 28 μg/day "
    "Cycles 2-4:Days 1-14: 28 μg/day "
    "Administration method: Continuous 24-hour intravenous infusion, one cycle every 3 months.\n\n"
    "DLI dosage:Administered at day 120 post-HSCT, CD3+ cell dose: 1 × 10⁷/kg"
)


def rows_of(text: str, *agents: str) -> StudyRows:
    """The rows of a record whose one arm receives ``agents`` as ``text`` says."""
    body = synthetic_study(1)
    given: list[dict[str, Any]] = [{"type": "DRUG", "name": name, "armGroupLabels": ["Only"]} for name in agents]
    arm = {"label": "Only", "description": text, "interventionNames": [f"Drug: {name}" for name in agents]}
    body["protocolSection"]["armsInterventionsModule"] = {"armGroups": [arm], "interventions": given}
    return normalise(record_of(body, None, Origin(source="api", fetched_at="2026-11-25T08:00:00Z")))


def totals(rows: StudyRows) -> list[str]:
    return [each.formula for each in build_comparison([rows], collection_size=1).totals]


def flags(rows: StudyRows) -> list[list[str]]:
    return [json.loads(each.flags) for each in rows.of(Dose)]


def test_a_total_shows_how_it_was_made() -> None:
    """335 in cycle 1 and 392 in each of three more are 1,511 micrograms; cells given once have no total."""
    assert totals(rows_of(PLAN, "Drugamab", "DLI")) == ["335 + 3 × 392 = 1,511 µg"]


@pytest.mark.parametrize(
    ("text", "total"),
    [
        ("drugamab 80 mg twice daily for 14 days", "14 × 160 = 2,240 mg"),
        ("drugamab 75 mg/m2 on day 1 of each 21-day cycle for 6 cycles", "6 × 75 = 450 mg/m²"),
        ("drugamab 80 mg/m2 weekly for 6 weeks", "6 × 80 = 480 mg/m²"),
        ("drugamab 3.2 mg/kg/day on days -7 to -5", "3 × 3.2 = 9.6 mg/kg"),
    ],
)
def test_totals_keep_their_basis(text: str, total: str) -> None:
    """What is written per m2 or per kg is totalled per m2 or per kg."""
    assert totals(rows_of(text, "Drugamab")) == [total]


@pytest.mark.parametrize(
    "text",
    [
        "drugamab 80 mg daily until progression",
        "drugamab 60-80 mg daily for 14 days",
        "drugamab 75 or 150 mg daily for 14 days",
        "drugamab 75 mg/m2 on day 1 of each 21-day cycle for up to 6 cycles",
        "Cohort 1: drugamab 10 mg daily for 7 days; Cohort 2: drugamab 20 mg daily for 7 days",
        "carboplatin AUC 5 on day 1 for 4 cycles",
        "drugamab 80 mg daily for 2 months",
        "drugamab 100 mg on days 1-5",
        "drugamab 28 ug weekly on days 1-28",
        "drugamab 100 mg as a 5-day infusion on days 1-5",
    ],
)
def test_no_total_where_the_text_does_not_support_one(text: str) -> None:
    """An open end, a range, a choice, a ladder, a limit or an unsaid frequency: no total."""
    assert totals(rows_of(text, "Drugamab", "Carboplatin")) == []


def test_a_dose_that_goes_on_otherwise_has_no_total() -> None:
    """What it comes to depends on how long the last phase goes on."""
    assert totals(rows_of("Drugamab 10 mg weekly for 3 weeks, then every 2 weeks", "Drugamab")) == []


@pytest.mark.parametrize(
    ("text", "formula"),
    [
        ("Drugamab 100 mg/day in 2 divided doses for 10 days", "10 × 100 = 1,000 mg"),
        ("Drugamab 1800 mg daily in 3 divided doses for 5 days", "5 × 1,800 = 9,000 mg"),
    ],
)
def test_how_a_day_is_divided_changes_no_total(text: str, formula: str) -> None:
    """The amount told is that of the day, in however many doses."""
    assert totals(rows_of(text, "Drugamab")) == [formula]


@pytest.mark.parametrize(
    "told",
    [
        "following induction and reinduction",
        "once after induction and again after reinduction",
        "in two courses",
        "each course",
        "after induction and after consolidation therapy",
        "which may be repeated once",
    ],
)
def test_what_is_given_in_several_courses_has_no_total_of_one(told: str) -> None:
    """Half of what is given, called the total, is a wrong figure; the amount, its days and a flag are left."""
    rows = rows_of(f"Drugamab 15 mcg/m2/day for 28 days {told}", "Drugamab")
    (dose,) = rows.of(Dose)

    assert (dose.amount_low, dose.duration_value) == (15, 28)
    assert "several_courses" in dose.flags
    assert totals(rows) == []


def test_a_cap_and_the_dose_it_caps_are_given_in_the_same_courses() -> None:
    """The words behind the cap are of both: they share their days."""
    told = "Drugamab 1.5 mg/m2 (max 2 mg) on days 1, 8 and 15 of induction and again in reinduction"
    rows = rows_of(told, "Drugamab")

    assert [(dose.amount_low, "several_courses" in dose.flags) for dose in rows.of(Dose)] == [(1.5, True), (2, True)]
    assert totals(rows) == []


@pytest.mark.parametrize(
    ("told", "flag"),
    [
        ("10 mg daily on days 1-10 of the consolidation phase II, III and VI", "several_courses"),
        ("10 mg daily for 10 days following induction and reinduction", "several_courses"),
        ("10 mg daily on days 1-10 of each course", "several_courses"),
        ("1500 IU/m2 on day 4 of induction and day 15 of consolidation", "several_courses"),
        ("2 mg on days 1 and 8 of induction, and on days 1 and 15 of maintenance therapy", "several_courses"),
        ("2 mg up to 3 times a day for 5 days", "range_of_times"),
        ("20% and 80% of 50 mg on days 1 and 2", None),
        ("one third of 30 mg on day 1 and two thirds on day 2", "in_parts"),
        ("3 mg/kg on days -6 to -3 (or -5 to -4 for reduced intensity)", "time_choice"),
        ("100 mg daily on days 2-5 (or up to day 10)", "time_choice"),
        ("8 mg before and after surgery", "several_courses"),
        ("0.5 mL IM on day 0, day 28 and month 6", "goes_on_otherwise"),
        ("150 mg on days 1, 15 and at 6 months", "goes_on_otherwise"),
        ("150 mg at baseline, day 15 and day 29", "goes_on_otherwise"),
        ("100 mg three times a week on alternate weeks for 12 weeks", "frequency_conflict"),
        ("100 mg twice weekly, every other week, for 12 weeks", "frequency_conflict"),
    ],
)
def test_what_is_left_open_has_no_total(told: str, flag: str | None) -> None:
    """A second day that is not read, a number that is open: a sum would be a wrong figure."""
    rows = rows_of(f"Drugamab {told}", "Drugamab")

    assert [flag in each for each in flags(rows)] == ([True] if flag else [])
    assert totals(rows) == []


def test_what_is_given_in_one_course_has_its_total() -> None:
    rows = rows_of("Drugamab 15 mcg/m2/day for 28 days following consolidation", "Drugamab")

    assert totals(rows) == ["28 × 15 = 420 µg/m²"]


def test_days_beside_the_cycles_of_another_are_not_all_of_them() -> None:
    """Seven days of every cycle are no seven days in all."""
    told = "Ivosidenib 500 mg once daily in 28-day cycles + drugamab 75 mg/m2/day x 7 days"
    rows = rows_of(told, "Drugamab", "Ivosidenib")

    assert [(dose.amount_low, "several_courses" in dose.flags) for dose in rows.of(Dose)] == [(500, False), (75, True)]
    assert not any("mg/m²" in each for each in totals(rows))


@pytest.mark.parametrize(
    ("text", "formula"),
    [
        ("Drugamab 60 mg/day for 7 days, then 40 mg/day for 7 days", "7 × 60 + 7 × 40 = 700 mg"),
        ("Drugamab 375 mg/m2 once weekly for 4 doses", "4 × 375 = 1,500 mg/m²"),
        ("Drugamab 75 mg/m2 every 3 weeks for 6 cycles", "6 × 75 = 450 mg/m²"),
        ("Drugamab 0.5 mL on day 0 and day 28", "2 × 0.5 = 1 mL"),
    ],
)
def test_steps_doses_and_cycles_that_are_counted_add_up(text: str, formula: str) -> None:
    assert totals(rows_of(text, "Drugamab")) == [formula]
