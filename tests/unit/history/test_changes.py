"""Changes of fields, lists, arms, doses and outcomes, and the rows that are stored of them."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest

from harvester.history import _TOLD, changes_between, in_order, record_changes
from harvester.history.fields import definition_rows, field_changes, field_path
from harvester.normalise import normalise
from harvester.registry.record import Origin, record_of
from harvester.tables import DERIVED, RecordVersion, Row, StudyRows
from harvester.tables.plain import same_rows
from tests.standin.synthetic import synthetic_study

Body = dict[str, Any]


def rows(body: Body) -> StudyRows:
    return normalise(record_of(body, None, Origin(source="api", fetched_at="2026-11-25T08:00:00Z")))


def told(change: Callable[[Body], None]) -> list[tuple[str, str | None, str | None, str, str]]:
    before = synthetic_study(1)
    before["protocolSection"]["outcomesModule"] = {
        "primaryOutcomes": [{"measure": "Relapse-free survival", "timeFrame": "18 months"}]
    }
    before["protocolSection"]["contactsLocationsModule"] = {
        "centralContacts": [{"name": "Ada Example", "phone": "555-0100"}],
        "locations": [{"facility": "Synthetic Hospital", "city": "Utopia", "country": "Nowhere"}],
    }
    after = copy.deepcopy(before)
    change(after["protocolSection"])
    found = changes_between(rows(before), rows(after))
    return [(each.kind, each.before, each.after, each.direction, each.path.rpartition(".")[2]) for each in found]


def test_fields_are_told_as_they_are_shown() -> None:
    def change(body: Body) -> None:
        body["statusModule"]["overallStatus"] = "COMPLETED"
        body["statusModule"]["startDateStruct"] = {"date": "2025-09", "type": "ACTUAL"}
        body["designModule"]["enrollmentInfo"]["count"] = 40

    assert told(change) == [
        ("status", "Not yet recruiting", "Completed", "changed", "overallStatus"),
        ("enrolment", "21 (estimated)", "40 (estimated)", "changed", "count"),
        ("date", "2025-08 (estimated)", "2025-09 (actual)", "changed", "date"),
    ]


def test_outcomes_are_told_one_by_one() -> None:
    def change(body: Body) -> None:
        body["outcomesModule"]["primaryOutcomes"][0]["timeFrame"] = "24 months"
        body["outcomesModule"]["secondaryOutcomes"] = [{"measure": "Overall survival", "timeFrame": "2 years"}]

    assert told(change) == [
        ("primary outcome", "18 months", "24 months", "changed", "timeFrame"),
        ("secondary outcome", None, "Overall survival\n2 years", "added", "measure"),
    ]


def test_doses_are_told_by_their_lines() -> None:
    def change(body: Body) -> None:
        drug = body["armsInterventionsModule"]["interventions"][0]
        drug["description"] = drug["description"].replace("2 mg", "4 mg")

    found = told(change)

    assert [(kind, direction) for kind, _, _, direction, _ in found] == [("intervention", "changed"), ("dose", "changed")]
    assert "2 mg" in str(found[1][1])
    assert "4 mg" in str(found[1][2])


def test_an_arm_that_comes_is_told_whole() -> None:
    def change(body: Body) -> None:
        arms = body["armsInterventionsModule"]
        arms["armGroups"].append({"label": "Control", "type": "NO_INTERVENTION", "description": "Observation."})

    assert told(change) == [("arm", None, "Control\nNo intervention\nObservation.", "added", "label")]


def test_who_receives_what_is_told_of_arms_that_stay() -> None:
    def change(body: Body) -> None:
        arms = body["armsInterventionsModule"]
        arms["armGroups"][0]["interventionNames"] = []
        arms["interventions"][0]["armGroupLabels"] = []

    (found,) = [each for each in told(change) if each[0] == "arm"]
    assert found[1:4] == ("Single arm receives Betacept", None, "removed")


def test_sites_come_and_go_and_contacts_are_never_told() -> None:
    def change(body: Body) -> None:
        body["contactsLocationsModule"]["locations"].append(
            {"facility": "Second Hospital", "city": "Erewhon", "country": "Elsewhere"}
        )
        body["contactsLocationsModule"]["centralContacts"][0] = {"name": "Bo Example", "phone": "555-0199"}

    found = told(change)

    assert ("site", None, "Second Hospital, Erewhon, Elsewhere", "added", "facility") in found
    assert not any("555" in f"{before}{after}" or "Bo Example" in f"{before}{after}" for _, before, after, _, _ in found)


def test_a_version_that_differs_elsewhere_says_so() -> None:
    def change(body: Body) -> None:
        body["contactsLocationsModule"]["centralContacts"][0]["phone"] = "555-0199"

    assert told(change) == [("other", None, None, "changed", "")]


def test_rows_are_numbered_and_a_lesser_source_is_told_as_one() -> None:
    before, after = synthetic_study(1), synthetic_study(1, updated="2026-02-01")
    (one,) = record_changes(rows(before), rows(after), 3, 4)
    (other,) = record_changes(rows(before), rows(after), 1, 2, ("page", "api"))

    assert (one.change_id, one.kind, one.before, one.after) == ("NCT99000001.v3-4.1", "record date", "2026-01-15", "2026-02-01")
    assert (other.kind, other.before, other.after) == ("source", "page", "api")


def version(number: int, date: str | None, *, current: bool = False) -> RecordVersion:
    empty = {column.name: None for column in RecordVersion.table.columns}
    return RecordVersion(**{**empty, "version": number, "data_timestamp": date, "is_current": current})


def test_versions_are_in_the_order_of_their_data_the_current_one_last() -> None:
    found = in_order(
        [version(1, "2026-03-01", current=True), version(2, "2026-04-01"), version(3, None), version(4, "2026-01-01")]
    )

    assert [each.version for each in found] == [3, 4, 2, 1]


def test_every_field_leads_to_a_path_of_the_record() -> None:
    tables = {row_type.table.name: row_type for row_type in DERIVED}
    for name, column in [(line["table"], line["column"]) for line in definition_rows("fields.csv")]:
        assert field_path(tables[name], column).count(".") > 0 or column == "has_results", (name, column)


@pytest.mark.parametrize("name", ["fields.csv", "lists.csv"])
def test_definitions_name_columns_that_exist(name: str) -> None:
    columns = {row_type.table.name: set(row_type.table.column_names) for row_type in DERIVED}
    for line in definition_rows(name):
        wanted = line["columns"].split() if "columns" in line else [line["column"], *filter(None, [line["qualifier"]])]
        assert set(wanted) <= columns[line["table"]], line


def of_kind(found: list[tuple[str, str | None, str | None, str, str]], kind: str) -> list[tuple[str | None, str | None, str]]:
    return [each[1:4] for each in found if each[0] == kind]


def test_an_outcome_that_changes_its_rank_has_moved() -> None:
    def change(body: Body) -> None:
        outcomes = body["outcomesModule"]
        outcomes["secondaryOutcomes"] = [{**outcomes.pop("primaryOutcomes")[0], "timeFrame": "24 months"}]

    assert of_kind(told(change), "secondary outcome") == [
        ("Relapse-free survival", "Relapse-free survival", "moved"),
        ("18 months", "24 months", "changed"),
    ]
    assert of_kind(told(change), "primary outcome") == []
    assert {path for kind, _, _, _, path in told(change) if "outcome" in kind} == {"measure", "timeFrame"}


@pytest.mark.parametrize(
    ("field", "before", "after", "direction"),
    [
        ("minimumAge", "18 Years", "16 Years", "loosened"),
        ("minimumAge", "18 Years", "21 Years", "tightened"),
        ("minimumAge", "18 Years", "216 Months", "reworded"),
        ("minimumAge", "18 Years", None, "removed"),
        ("maximumAge", "65 Years", "75 Years", "loosened"),
        ("maximumAge", "65 Years", "60 Years", "tightened"),
        ("maximumAge", None, "60 Years", "added"),
        ("sex", "ALL", "FEMALE", "tightened"),
        ("sex", "MALE", "ALL", "loosened"),
        ("sex", "MALE", "FEMALE", "changed"),
        ("healthyVolunteers", False, True, "loosened"),
        ("healthyVolunteers", True, False, "tightened"),
    ],
)
def test_fields_that_say_who_may_join_have_a_direction(
    field: str, before: str | bool | None, after: str | bool | None, direction: str
) -> None:
    """A field that is not stated on one side is no limit that was lifted or set: it came or went."""
    bodies = [synthetic_study(1), synthetic_study(1)]
    for body, value in zip(bodies, (before, after), strict=True):
        module = body["protocolSection"]["eligibilityModule"]
        module.pop(field, None)
        module |= {} if value is None else {field: value}
    (found,) = [each for each in changes_between(*map(rows, bodies)) if each.kind == "eligibility"]

    assert found.direction == direction


@pytest.mark.parametrize(
    ("before", "after", "detail"),
    [
        ({"date": "2025-08", "type": "ESTIMATED"}, {"date": "2026-03", "type": "ESTIMATED"}, "Start: 7 months later"),
        ({"date": "2025-08-10"}, {"date": "2025-08-12", "type": "ACTUAL"}, "Start: 2 days later, now actual"),
        ({"date": "2025-08-10", "type": "ESTIMATED"}, {"date": "2024-08-01", "type": "ESTIMATED"}, "Start: 12 months earlier"),
        ({"date": "2025-08", "type": "ESTIMATED"}, {"date": "2025-08-15", "type": "ESTIMATED"}, "Start"),
        ({"date": "2025-08-32", "type": "ESTIMATED"}, {"date": "2025-08-12", "type": "ESTIMATED"}, "Start"),
        ({"date": "soon"}, {"date": "2025-08-12"}, "Start"),
    ],
)
def test_dates_say_how_far_they_moved(before: Body, after: Body, detail: str) -> None:
    bodies = [synthetic_study(1), synthetic_study(1)]
    for body, value in zip(bodies, (before, after), strict=True):
        body["protocolSection"]["statusModule"]["startDateStruct"] = value
    (found,) = [each for each in changes_between(*map(rows, bodies)) if each.kind == "date"]

    assert found.detail == detail


def test_enrolment_says_how_many_more() -> None:
    bodies = [synthetic_study(1), synthetic_study(1)]
    bodies[1]["protocolSection"]["designModule"]["enrollmentInfo"] = {"count": 15, "type": "ACTUAL"}
    (found,) = [each for each in changes_between(*map(rows, bodies)) if each.kind == "enrolment"]

    assert (found.before, found.after, found.detail) == ("21 (estimated)", "15 (actual)", "Enrolment: 6 fewer, now actual")


def test_sites_that_changed_their_status_alike_are_told_as_one() -> None:
    bodies = [synthetic_study(1), synthetic_study(1)]
    for body, status in zip(bodies, ("RECRUITING", "COMPLETED"), strict=True):
        sites = [{"facility": f"Hospital {number}", "city": "Utopia", "status": status} for number in range(8)]
        clinic = {"facility": "Clinic", "status": "RECRUITING"}
        body["protocolSection"]["contactsLocationsModule"] = {"locations": [*sites, clinic]}
    (found,) = [each for each in changes_between(*map(rows, bodies)) if each.kind == "site"]

    assert (found.before, found.after, found.direction) == ("Recruiting", "Completed", "changed")
    assert found.detail is not None
    assert found.detail.startswith("status of 8 sites: Hospital 0, Utopia; ")
    assert found.detail.endswith(" and 3 more")


def test_a_dose_that_stands_with_its_arm_and_its_drug_is_told_once() -> None:
    bodies = [synthetic_study(1), synthetic_study(1)]
    for body, amount in zip(bodies, ("2 mg", "4 mg"), strict=True):
        arms = body["protocolSection"]["armsInterventionsModule"]
        words = arms["interventions"][0]["description"].replace("2 mg", amount)
        arms["interventions"][0]["description"] = arms["armGroups"][0]["description"] = words
    found = [each for each in changes_between(*map(rows, bodies)) if each.kind == "dose"]

    assert len(found) == 1
    assert (found[0].detail or "").startswith("a higher amount; from the words: ")


def test_doses_say_what_else_differs() -> None:
    bodies = [synthetic_study(1), synthetic_study(1)]
    drug = bodies[1]["protocolSection"]["armsInterventionsModule"]["interventions"][0]
    drug["description"] = drug["description"].replace("days 1-14", "days 1-21")
    (found,) = [each for each in changes_between(*map(rows, bodies)) if each.kind == "dose"]

    assert (found.detail or "").startswith("other days; from the words: ")


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("every 3 weeks for 6 cycles", "every 3 weeks for 4 cycles", ["other cycle lengths or numbers"]),
        ("on day 1 of each 21-day cycle", "on day 1 of each 28-day cycle", ["other cycle lengths or numbers"]),
        ("daily in patients weighing < 50 kg", "daily in patients weighing < 40 kg", ["another condition"]),
        ("daily for 14 days", "daily for 14 days in all", []),
    ],
)
def test_other_cycles_and_other_people_are_told(old: str, new: str, told: list[str]) -> None:
    bodies = [synthetic_study(1), synthetic_study(1)]
    for body, words in zip(bodies, (old, new), strict=True):
        drug = body["protocolSection"]["armsInterventionsModule"]["interventions"][0]
        drug["description"] = f"Drugamab 5 mg {words}"
    found = [each.detail or "" for each in changes_between(*map(rows, bodies)) if each.kind == "dose"]

    assert [each.partition(";")[0] for each in found] == told


def test_a_dose_of_one_cohort_is_told_as_that_cohort_s() -> None:
    """The doses of other cohorts, in the same words, stay what they were."""
    bodies = [synthetic_study(1), synthetic_study(1)]
    for body, amount in zip(bodies, (8, 6), strict=True):
        drug = body["protocolSection"]["armsInterventionsModule"]["interventions"][0]
        drug["description"] = f"Cohort 1: Drugamab {amount} mg daily. Cohort 2: Drugamab 8 mg daily."
    (found,) = [each for each in changes_between(*map(rows, bodies)) if each.kind == "dose"]

    assert (found.detail or "").startswith("a lower amount; ")


def test_in_the_same_rows_nothing_changed() -> None:
    whole = rows(synthetic_study(1))
    for changes, looked_at in _TOLD:
        assert list(changes(whole, whole)) == []
        own = {kind: found for kind, found in whole.rows.items() if kind in looked_at}
        other = StudyRows(whole.nct_id, {kind: found for kind, found in whole.rows.items() if kind not in looked_at})
        if looked_at:  # and nothing else is looked at
            assert list(changes(other, StudyRows(whole.nct_id, {}))) == []
            assert list(changes(StudyRows(whole.nct_id, own), StudyRows(whole.nct_id, {}))) == list(
                changes(whole, StudyRows(whole.nct_id, {}))
            )


def test_of_each_table_it_is_asked_once_whether_it_is_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def counted(before: StudyRows, after: StudyRows, row_type: type[Row]) -> bool:
        asked.append(row_type.table.name)
        return same_rows(before, after, row_type)

    monkeypatch.setattr("harvester.history.fields.same_rows", counted)
    before, after = (rows(synthetic_study(number)) for number in (1, 2))

    assert list(field_changes(before, after))
    assert len(asked) == len(set(asked)) == len({line["table"] for line in definition_rows("fields.csv")})


def test_a_country_that_the_registry_renamed_neither_comes_nor_goes() -> None:
    site = {"facility": "Synthetic Hospital", "city": "Seoul", "country": "South Korea"}

    def renamed(body: Body) -> None:
        body["contactsLocationsModule"]["locations"] = [
            site,
            {"facility": "Second Hospital", "city": "Erewhon", "country": "Russia"},
        ]

    before = synthetic_study(1)
    before["protocolSection"]["contactsLocationsModule"] = {"locations": [site | {"country": "Korea, Republic of"}]}
    after = copy.deepcopy(before)
    renamed(after["protocolSection"])
    found = {(each.kind, each.before, each.after) for each in changes_between(rows(before), rows(after))}

    assert found == {("country with sites", None, "Russia"), ("site", None, "Second Hospital, Erewhon, Russia")}
    after["protocolSection"]["contactsLocationsModule"]["locations"] = [site]
    assert [each.kind for each in changes_between(rows(before), rows(after))] == ["other"]
