"""Doses laid out in days."""

from __future__ import annotations

import pytest

from harvester.text.doses.dose import read_doses
from harvester.text.doses.dose_line import canonical_line
from harvester.text.doses.events import events

# A plan like that of the reference trial: a step inside cycle 1, cycles counted from a transplant, cells once.
PLAN = (
    "Drugamab dosage:\n\nCycle 1 (starting at day 60 post-transplant):Days 1-3: 9 μg/day,Days 4-14: 28 μg/day "
    "Cycles 2-4:Days 1-14: 28 μg/day "
    "Administration method: Continuous 24-hour intravenous infusion, one cycle every 3 months.\n\n"
    "DLI dosage:Administered at day 120 post-HSCT, CD3+ cell dose: 1 × 10⁷/kg"
)


def test_the_plan_reads_as_lines() -> None:
    """Amounts, cycles, days, anchors and the cells, each where it belongs."""
    assert [canonical_line(dose) for dose in read_doses(PLAN, ["Drugamab", "DLI"]).doses] == [
        "drugamab 9 ug/d IV continuous, cycle 1, days 1-3, 3-mo cycle, 60 d after transplant",
        "drugamab 28 ug/d IV continuous, cycle 1, days 4-14, 3-mo cycle, 60 d after transplant",
        "drugamab 28 ug/d IV continuous, cycles 2-4, days 1-14, 3-mo cycle",
        "dli 1e7 CD3+ cells/kg, 120 d after transplant",
    ]


def test_cycles_are_counted_from_the_anchor() -> None:
    """Cycle k starts at the anchor plus k - 1 intervals; months make it approximate."""
    found = events(read_doses(PLAN, ["Drugamab", "DLI"]).doses)

    assert [(e.cycle, e.day_start, e.day_end, e.approximate) for e in found if e.unit == "ug"] == [
        (1, 60.0, 62.0, False),
        (1, 63.0, 73.0, False),
        (2, 151.31, 164.31, True),
        (3, 242.62, 255.62, True),
        (4, 333.94, 346.94, True),
    ]
    assert [(e.t0_event, e.day_start) for e in found if e.unit == "{cells}/kg"] == [("transplant", 120.0)]


def test_days_before_zero_and_open_ends() -> None:
    """Conditioning is counted from day 0; a treatment without an end is open-ended; a cap is no event."""
    conditioning = events(read_doses("drugamab 3.2 mg/kg/day IV on days -7 to -5").doses)
    endless = events(read_doses("drugamab 80 mg daily (max 100 mg)").doses)

    assert [(e.t0_event, e.day_start, e.day_end, e.amount_per_day) for e in conditioning] == [("day 0", -7.0, -5.0, 3.2)]
    assert [(e.open_ended, e.amount_per_day) for e in endless] == [(True, 80.0)]


def test_a_weekly_dose_stands_on_its_days() -> None:
    """Weekly for three weeks is three days, a week apart."""
    found = events(read_doses("drugamab 80 mg weekly for 3 weeks").doses)

    assert [(e.day_start, e.day_end) for e in found] == [(0.0, 0.0), (7.0, 7.0), (14.0, 14.0)]


def test_a_dose_without_a_day_has_no_place_where_days_are_told_from_day_0() -> None:
    """Beside conditioning on days before day 0, "twice daily" alone does not say when it begins."""
    doses = read_doses("Busulfan 3.2 mg/kg on days -7 to -5. Mycophenolate 1 g every 12 hours.").doses

    assert [(event.dose, event.day_start, event.day_end) for event in events(doses)] == [(0, -7.0, -5.0)]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "Drugamab 16 mg/kg weekly in cycles 1-2, every 2 weeks in cycle 3 and every 4 weeks thereafter (28-day cycles)",
            [(1, 0.0, 27.0, False), (2, 28.0, 55.0, False), (3, 56.0, 83.0, False), (4, 84.0, 111.0, True)],
        ),
        (
            "Drugamab 10 mg/kg IV on days 1 and 8 of cycle 1 and on day 1 of each subsequent 28-day cycle",
            [(1, 0.0, 0.0, False), (1, 7.0, 7.0, False), (2, 28.0, 28.0, True)],
        ),
        (
            "Drugamab 10 mg/kg weekly for 3 weeks, then every 2 weeks",
            [(None, 0.0, 0.0, False), (None, 7.0, 7.0, False), (None, 14.0, 14.0, False), (None, 21.0, 21.0, True)],
        ),
        (
            "Drugamab 300 mg at weeks 0 and 4, then every 8 weeks",
            [(None, 0.0, 0.0, False), (None, 28.0, 28.0, False), (None, 84.0, 84.0, True)],
        ),
        ("Drugamab 20 mg on days -3 to -1, then every 4 weeks", [(None, -3.0, -1.0, False)]),
    ],
)
def test_later_phases_follow_the_first(text: str, told: list[tuple[int | None, float, float, bool]]) -> None:
    """A phase with its cycles stands in them, one without begins when the phase before ends; else it is not laid out."""
    found = events(read_doses(text, ["Drugamab"]).doses)

    assert [(e.cycle, e.day_start, e.day_end, e.open_ended) for e in found] == told


def test_months_counted_from_the_first_are_laid_out_and_approximate() -> None:
    """Months 0, 1 and 6 are single days, told as approximate; without a month 0 nothing says what they count from."""
    found = events(read_doses("Drugamab 20 ug IM at 0, 1 and 6 months", ["Drugamab"]).doses)

    assert [(e.day_start, e.day_end, e.approximate) for e in found] == [
        (0.0, 0.0, True),
        (30.44, 30.44, True),
        (182.62, 182.62, True),
    ]
    assert not events(read_doses("Drugamab 20 ug IM at 1 and 6 months", ["Drugamab"]).doses)


def test_a_dose_counted_from_the_one_before_has_no_day_of_its_own() -> None:
    """ "4 weeks later" has no place on a line whose zero is another event."""
    found = events(read_doses("Drugamab 10 mg on day 1, then 20 mg 4 weeks later", ["Drugamab"]).doses)

    assert [(e.dose, e.day_start) for e in found] == [(0, 0.0)]


@pytest.mark.parametrize("told", ["2 mg on days 4 and 15 of induction", "2 mg on day 1 of induction and 4 mg on day 8"])
def test_days_of_one_course_are_no_days_of_several(told: str) -> None:
    assert not any("several_courses" in dose.flags for dose in read_doses(f"Drugamab {told}", ["Drugamab"]).doses)


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("Drugamab 10 mg daily from day 5 to day 35 after transplant", (5.0, 35.0)),
        ("Drugamab 10 mg twice daily, days 5-35 post-transplant", (5.0, 35.0)),
        ("Drugamab 10 mg daily on days 1-5", (0.0, 4.0)),
    ],
)
def test_days_counted_from_an_event_are_counted_once(text: str, days: tuple[float, float]) -> None:
    """The day that begins a list may be told as its distance from the event, too."""
    found = events(read_doses(text).doses)

    assert [(event.day_start, event.day_end) for event in found] == [days]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Drugamab 5 mg daily for 2 weeks, then 10 mg daily for 4 weeks", [(0.0, 13.0, 5.0), (14.0, 41.0, 10.0)]),
        (
            "Drugamab 5 mg weekly for 2 weeks followed by 10 mg weekly for 2 weeks",
            [(0, 0, 5), (7, 7, 5), (14, 14, 10), (21, 21, 10)],
        ),
        ("Drugamab 5 mg/day on days 1-5, then 10 mg/day", [(0.0, 4.0, 5.0), (5.0, 5.0, 10.0)]),
        ("Drugamab 5 mg daily, increased to 10 mg daily for 4 weeks", [(0.0, 0.0, 5.0)]),
    ],
)
def test_steps_follow_one_another(text: str, told: list[tuple[float, float, float]]) -> None:
    """A step begins where the one before it ends; where that is not told, it has no place, and none is given beside another."""
    found = events(read_doses(text, ["Drugamab"]).doses, text)

    assert [(e.day_start, e.day_end, e.amount_per_day) for e in found] == told


@pytest.mark.parametrize(
    ("text", "starts", "approximate"),
    [
        ("Drugamab 300 mg at week 0, then 150 mg at weeks 4 and 8", [0.0, 28.0, 56.0], False),
        ("A placebo is given at Week 0. Drugamab 150 mg at weeks 4 and 8", [28.0, 56.0], False),
        ("Drugamab 150 mg at weeks 1, 5 and 9", [0.0, 28.0, 56.0], False),
        ("Drugamab 150 mg at weeks 4 and 8", [28.0, 56.0], True),
        ("Visits from week 0. Drugamab 150 mg weekly for 3 weeks starting at week 16", [112.0, 119.0, 126.0], False),
        ("Drugamab 150 mg once a month at weeks 0, 12 and 24", [0.0, 84.0, 168.0], False),
    ],
)
def test_weeks_are_counted_as_the_text_counts_them(text: str, starts: list[float], approximate: bool) -> None:
    """From week 0 where it has one, from week 1 where that is its first; single later weeks alone leave it open by a week."""
    found = events(read_doses(text, ["Drugamab"]).doses, text)

    assert [e.day_start for e in found] == starts
    assert {(e.day_end - e.day_start, e.approximate) for e in found} == {(0.0, approximate)}


def test_a_week_of_steps_is_filled() -> None:
    text = "Drugamab 20 mg week 1, 40 mg week 2, 60 mg weeks 3-6"
    found = events(read_doses(text, ["Drugamab"]).doses, text)

    assert [(e.day_start, e.day_end) for e in found] == [(0.0, 6.0), (7.0, 13.0), (14.0, 41.0)]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Drugamab 20 mg IV every 30 minutes as needed", []),
        ("Drugamab 20 mg orally every 30 minutes", [(None, True)]),
        ("Drugamab 20 mg orally 2-3 times daily", [(None, True)]),
        ("Drugamab 20 mg/day twice a week for 3 weeks", [(None, False)]),
        ("Drugamab 20 mg IV every 2 weeks for 3 doses", [(20.0, False)] * 3),
        ("A single dose of drugamab 20 mg in a 28-day cycle", [(20.0, False)]),
        ("Drugamab 20 mg/day starting 4 weeks after the first dose", [(20.0, True)]),
    ],
)
def test_amounts_a_day_and_ends_are_told_only_where_they_are_sure(text: str, told: list[tuple[float | None, bool]]) -> None:
    found = events(read_doses(text, ["Drugamab"]).doses, text)

    assert [(e.amount_per_day, e.open_ended) for e in found] == told


@pytest.mark.parametrize(
    "text",
    [
        "Induction: drugamab 100 mg/m2 on days 1-7. Consolidation: drugamab 3 g/m2 on days 1, 3 and 5.",
        "Drugamab 100 mg/m2 on days 1-7 of the induction and 3 g/m2 on days 1, 3 and 5 of the consolidation phase.",
        "Neoadjuvant: drugamab 100 mg/m2 on days 1-7, followed by surgery. Adjuvant: drugamab 3 g/m2 every 3 weeks.",
        "Lead-in: drugamab 100 mg daily for 7 days. Combination phase: drugamab 50 mg daily in 28-day cycles",
        "Drugamab 100 mg daily for 7 days; if no response, drugamab 200 mg daily",
        "Neoadjuvant treatment:\n- Drugamab 100 mg/m2 on days 1-7\nAdjuvant treatment:\n- Drugamab 3 g/m2 daily",
    ],
)
def test_days_of_a_later_part_of_the_treatment_have_no_place(text: str) -> None:
    """When consolidation begins, nobody says: its day 1 is not that of induction."""
    found = events(read_doses(text, ["Drugamab"]).doses, text)

    assert [(e.day_start, e.day_end) for e in found] == [(0.0, 6.0)]


def test_days_beside_those_of_another_text_are_counted_from_the_same_day() -> None:
    """Where one medicine is given before day 0, day 1 of another is the day after it; what has cycles counts its own."""
    before = read_doses("Alphamab 3 mg/kg on days -5 to -3").doses
    after = read_doses("Drugamab 15 mg/m2 on days 1 and 3").doses
    cycles = read_doses("Drugamab 15 mg/m2 on day 1 of each 28-day cycle").doses

    assert [(e.t0_event, e.day_start) for e in events(after, "", before)] == [("day 0", 1.0), ("day 0", 3.0)]
    assert [(e.t0_event, e.day_start) for e in events(cycles, "", before)] == [("day 1", 0.0)]
