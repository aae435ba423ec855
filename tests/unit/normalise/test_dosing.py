"""Doses as rows: whose they are by the record's own links, told once, and contradictions kept."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from harvester.normalise import normalise
from harvester.registry.record import Record
from harvester.tables import Dose, DoseRegimen, RecordConflict, ScheduleEvent, StudyRows, TextCoverage, UnreadText

Make = Callable[..., Record]
ARMS = "protocolSection.armsInterventionsModule"


def two_arms(arm_text: str = "", drug_text: str = "", label: str = "A", **more: Any) -> Callable[[dict[str, Any]], object]:
    def change(protocol: dict[str, Any]) -> None:
        protocol["armsInterventionsModule"] = {
            "armGroups": [
                {"label": label, "interventionNames": ["Drug: Alphamab"], "description": arm_text},
                {"label": "B", "interventionNames": ["Drug: Betacept"]},
            ],
            "interventions": [
                {"type": "DRUG", "name": "Alphamab", "description": drug_text, "armGroupLabels": [label]},
                {"type": "DRUG", "name": "Betacept", "armGroupLabels": ["B"]},
            ],
        }
        protocol.update(more)

    return change


def owners(rows: StudyRows) -> list[tuple[str | None, float, str | None, str | None]]:
    return [
        (each.agent, each.amount_low, (each.design_group_id or "")[12:] or None, (each.intervention_id or "")[12:] or None)
        for each in rows.of(Dose)
    ]


def test_an_interventions_dose_is_its_own_and_its_only_arms(record: Make) -> None:
    rows = normalise(record(two_arms(drug_text="10 mg orally once daily")))

    assert owners(rows) == [("alphamab", 10.0, "g1", "i1")]
    (dose,) = rows.of(Dose)
    assert dose.source_path == f"{ARMS}.interventions[0].description"
    assert (dose.quote, dose.unit, dose.route) == ("10 mg", "mg", "oral")


def test_a_dose_that_names_another_intervention_is_of_that_one(record: Make) -> None:
    rows = normalise(record(two_arms(arm_text="Alphamab 10 mg and Betacept 20 mg once daily")))

    assert owners(rows) == [("alphamab", 10.0, "g1", "i1"), ("betacept", 20.0, "g1", "i2")]


def test_a_dose_without_a_name_in_an_arm_of_one_medicine_is_of_it(record: Make) -> None:
    rows = normalise(record(two_arms(arm_text="10 mg once daily")))

    assert owners(rows) == [("alphamab", 10.0, "g1", "i1")]


def test_an_intervention_named_after_several_lets_the_text_say_which(record: Make) -> None:
    def change(protocol: dict[str, Any]) -> None:
        protocol["armsInterventionsModule"] = {
            "armGroups": [{"label": "A", "interventionNames": ["Drug: AB and CD"]}],
            "interventions": [
                {
                    "type": "DRUG",
                    "name": "AB and CD",
                    "description": "Imatinib dosage:\n\nDays 1-3: 9 mg/day",
                    "armGroupLabels": ["A"],
                }
            ],
        }

    (dose,) = normalise(record(change)).of(Dose)

    assert (dose.agent, dose.intervention_id) == ("imatinib", "NCT99000001.i1")


def test_summaries_give_only_what_the_arms_do_not(record: Make) -> None:
    summary = {"briefSummary": "Patients take Alphamab 40 mg daily and Betacept 5 mg daily. Their coffee has 80 mg of caffeine."}
    rows = normalise(record(two_arms(drug_text="10 mg orally once daily", descriptionModule=summary)))

    assert [(each.agent, each.amount_low) for each in rows.of(Dose)] == [("alphamab", 10.0), ("betacept", 5.0)]
    assert "from_summary" in json.loads(rows.of(Dose)[1].flags)
    assert {each.source_path for each in rows.of(TextCoverage)}.isdisjoint({"protocolSection.descriptionModule.briefSummary"})


def test_a_contradiction_between_arm_and_intervention_is_kept(record: Make) -> None:
    rows = normalise(record(two_arms(arm_text="Alphamab 20 mg orally once daily", drug_text="10 mg orally once daily")))
    (conflict,) = [each for each in rows.of(RecordConflict) if each.kind == "dose"]

    assert (conflict.left_quote, conflict.right_quote) == ("20 mg", "10 mg")
    assert conflict.left_path.startswith(f"{ARMS}.armGroups[0]")


def test_what_may_be_one_plan_in_two_wordings_is_no_contradiction(record: Make) -> None:
    for arm_text, drug_text in [
        ("Alphamab 20 mg once daily", "10 mg twice daily"),
        ("Alphamab 10 mg once daily", "10 mg once daily"),
        ("Alphamab 10 mg or 20 mg once daily", "10 mg once daily"),
        ("Alphamab 20 mg", "10 mg once daily"),
    ]:
        rows = normalise(record(two_arms(arm_text=arm_text, drug_text=drug_text)))

        assert [each.kind for each in rows.of(RecordConflict)] == [], arm_text


def test_regimens_and_events_belong_to_doses(record: Make) -> None:
    rows = normalise(record(two_arms(drug_text="10 mg orally once daily on days 1-14 of each 28-day cycle")))
    (dose,), (regimen,) = rows.of(Dose), rows.of(DoseRegimen)

    assert dose.regimen_id == regimen.regimen_id == "NCT99000001.r1"
    assert (regimen.cycle_length_value, regimen.cycle_length_unit) == (28.0, "d")
    assert (regimen.source_start, regimen.source_end) == (dose.source_start, dose.source_end)
    assert json.loads(dose.days or "") == [[1, 14]]
    assert {each.dose_id for each in rows.of(ScheduleEvent)} == {dose.dose_id}


def test_one_plan_told_twice_is_drawn_once(record: Make) -> None:
    text = "Alphamab 10 mg orally once daily on days 1-14 of each 28-day cycle"
    rows = normalise(record(two_arms(arm_text=text, drug_text=text)))

    assert len(rows.of(Dose)) == 2
    assert {each.dose_id for each in rows.of(ScheduleEvent)} == {"NCT99000001.d1"}


def test_a_plan_of_another_arm_is_drawn_too(record: Make) -> None:
    """Two interventions that hold one medicine are given in arms of their own: the second is no repetition of the first."""

    def change(protocol: dict[str, Any]) -> None:
        two_arms(drug_text="10 mg on day 1 of each 21-day cycle")(protocol)
        second = protocol["armsInterventionsModule"]["interventions"][1]
        second["description"] = "Betacept 5 mg and Alphamab 10 mg on day 1 of each 21-day cycle"

    rows = normalise(record(change))
    alphamab = {each.dose_id for each in rows.of(Dose) if each.agent == "alphamab"}

    assert [each.design_group_id for each in rows.of(ScheduleEvent) if each.dose_id in alphamab] == [
        "NCT99000001.g1",
        "NCT99000001.g2",
    ]


def test_steps_of_a_description_are_not_drawn_from_the_title_of_its_arm(record: Make) -> None:
    rows = normalise(record(two_arms(arm_text="Alphamab 20 mg on day 1, then 10 mg weekly", label="Alphamab 20/10 mg weekly")))
    doses = {each.dose_id: each.source_path.rpartition(".")[2] for each in rows.of(Dose)}

    assert {doses[each.dose_id] for each in rows.of(ScheduleEvent)} == {"description"}
    assert [(each.day_start, each.open_ended) for each in rows.of(ScheduleEvent)] == [(0.0, False), (7.0, True)]


def test_an_amount_that_is_not_read_is_listed(record: Make) -> None:
    rows = normalise(record(two_arms(drug_text="Alphamab 10 mg/k once daily")))

    assert rows.of(Dose) == ()
    assert [each.source_path for each in rows.of(UnreadText)] == [f"{ARMS}.interventions[0].description"]
    coverage = {each.source_path: each for each in rows.of(TextCoverage)}[f"{ARMS}.interventions[0].description"]
    assert coverage.characters > coverage.read_characters == 0


def test_a_total_that_does_not_add_up_is_a_conflict(record: Make) -> None:
    told = "Alphamab 100 mg on days 1, 8 and 15, a total dose of 400 mg"
    rows = normalise(record(two_arms(arm_text=told)))

    (conflict,) = [each for each in rows.of(RecordConflict) if each.kind == "dose"]
    assert conflict.left_quote == "400 mg"
    assert conflict.right_quote == "100 mg"
    assert conflict.detail == "The text tells 400 mg in all, its doses come to 3 × 100 = 300 mg"


def test_a_total_that_adds_up_is_none(record: Make) -> None:
    rows = normalise(record(two_arms(arm_text="Alphamab 100 mg on days 1, 8 and 15, a total dose of 300 mg")))

    assert [each for each in rows.of(RecordConflict) if each.kind == "dose"] == []
