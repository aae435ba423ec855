"""Timelines: what has a lane, what stands beside it, and what is said not to be drawn."""

from __future__ import annotations

import pytest

from harvester.compare.build import build_comparison
from harvester.compare.model import Timeline
from harvester.schema import as_json
from harvester.tables import Design
from tests.unit.compare.synthetic import ARMS, SyntheticTrial

DAY_1 = {"day_start": 0.0, "day_end": 0.0}


def drawn(trial: SyntheticTrial) -> Timeline:
    (timeline,) = build_comparison([trial.done()], collection_size=1).timelines
    return timeline


def test_the_same_dose_for_other_people_is_drawn_for_them_too() -> None:
    trial = SyntheticTrial(1).arm("Only", "drugamab")
    for cohort in ("Cohort 1", "Cohort 2"):
        trial.dose("drugamab", 8, "mg", DAY_1, condition=cohort)
    trial.dose("drugamab", 6, "mg", DAY_1, condition="Cohort 2")

    assert [(lane.label, [bar.label for bar in lane.bars]) for lane in drawn(trial).lanes] == [
        ("drugamab (Cohort 1)", ["8 mg"]),
        ("drugamab (Cohort 2)", ["8 mg", "6 mg"]),
    ]


def test_whom_a_bar_is_for_is_said_where_its_lane_does_not() -> None:
    trial = SyntheticTrial(1).arm("Only", "drugamab").dose("drugamab", 4, "g", DAY_1)
    trial.dose("drugamab", 2, "g", {"day_start": 56.0, "day_end": 99.0}, condition="responders")

    assert [bar.label for lane in drawn(trial).lanes for bar in lane.bars] == ["4 g", "2 g, responders"]


@pytest.mark.parametrize(
    ("flags", "note"),
    [
        (["up_to_cycles"], "at most"),
        (["several_courses"], "in several courses"),
        (["up_to", "goes_on_otherwise"], "at most, goes on otherwise"),
        ([], None),
    ],
)
def test_a_lane_says_where_it_is_not_given_just_as_drawn(flags: list[str], note: str | None) -> None:
    trial = SyntheticTrial(1).arm("Only", "drugamab").dose("drugamab", 4, "g", DAY_1, flags=as_json(flags))

    assert [lane.note for lane in drawn(trial).lanes] == [note]


@pytest.mark.parametrize(("amount", "path", "note"), [(4.0, "label", False), (4.0, "description", True), (5.0, "label", True)])
def test_a_title_that_names_a_dose_drawn_from_the_description_leaves_nothing_out(amount: float, path: str, note: bool) -> None:
    trial = SyntheticTrial(1).arm("Only", "drugamab")
    trial.dose("drugamab", 4, "g", DAY_1, source_path=f"{ARMS}.armGroups[0].description", line="drugamab 4 g, day 1")
    trial.dose("drugamab", amount, "g", source_path=f"{ARMS}.armGroups[0].{path}", line="drugamab, by name")

    assert (drawn(trial).note is not None) is note


def test_in_a_crossover_no_lane_tells_the_order_of_the_drugs() -> None:
    trial = (
        SyntheticTrial(1).arm("Only", "drugamab", "otheramab").dose("drugamab", 4, "g", DAY_1).dose("otheramab", 4, "g", DAY_1)
    )
    assert drawn(trial).note is None
    trial.rows.append(Design(nct_id=trial.nct_id, intervention_model="CROSSOVER"))

    told = "drugamab in NCT99000001 and otheramab in NCT99000001"
    assert drawn(trial).note == f"days of the period each is given in, in a crossover: {told}"


def test_days_counted_from_the_first_dose_stay_what_they_are() -> None:
    trial = SyntheticTrial(1).arm("Only", "drugamab")
    trial.dose("drugamab", 20, "mg", {"day_start": 28.0, "day_end": 28.0, "t0_event": "first dose"})

    assert [bar.day_start for lane in drawn(trial).lanes for bar in lane.bars] == [28.0]
