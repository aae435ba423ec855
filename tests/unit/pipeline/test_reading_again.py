"""What need not be read again is not, what other rules read is; and the rows are always those that these rules read."""

from __future__ import annotations

import json
from typing import Any

import pytest

from harvester.normalise import NO_CORRECTIONS, rows
from harvester.normalise.correction_file import Wanted
from harvester.pipeline import Harvest
from harvester.pipeline.renewal import check
from harvester.registry.record import Origin, Record, record_of
from harvester.store import Store, count_read_by_other_rules, read_by_other_rules, read_changes
from harvester.store import read_by as readings
from tests.standin.synthetic import synthetic_study

NOW = "2026-11-25T08:00:00Z"
NCT = "NCT99000001"
TEXT = "Inclusion Criteria:\n* Age 18 to 70 years\n* ECOG 0 to 1"


def version(day: int, *, status: str = "RECRUITING", criteria: str = TEXT, dose: str = "Betacept 2 mg daily") -> Record:
    body = synthetic_study(1)
    protocol = body["protocolSection"]
    protocol["statusModule"]["overallStatus"] = status
    protocol["eligibilityModule"]["eligibilityCriteria"] = criteria
    protocol["armsInterventionsModule"]["interventions"][0]["description"] = dose
    return record_of(body, json.dumps(body), Origin(source="api", fetched_at=NOW, data_timestamp=f"2026-11-{day:02d}T09:00:00"))


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The parts that are read from texts, one entry each time."""
    done: list[str] = []
    for part in ("criteria", "dosing"):
        whole = getattr(rows, f"_{part}")

        def noted(*given: Any, part: str = part, whole: Any = whole) -> Any:
            done.append(part)
            return whole(*given)

        monkeypatch.setattr(rows, f"_{part}", noted)
    return done


def is_whole(store: Store) -> bool:
    """Whether every record read anew gives the stored rows."""
    return all(finding.ok for finding in check(store.path))


def directions(store: Store) -> list[tuple[str, str | None]]:
    return [(change.kind, change.direction) for change in read_changes(store.connection, NCT)]


def test_texts_that_stay_are_not_read_again(harvest: Harvest, store: Store, read: list[str]) -> None:
    harvest.arrivals([version(1)], 1)
    assert read == ["criteria", "dosing"]
    harvest.arrivals([version(2, status="COMPLETED")], 1)
    assert read == ["criteria", "dosing"]
    harvest.arrivals([version(3, status="COMPLETED", dose="Betacept 3 mg daily")], 1)
    assert read == ["criteria", "dosing", "dosing"]
    harvest.arrivals([version(4, status="COMPLETED", criteria=f"{TEXT}\n* Weight above 40 kg", dose="Betacept 3 mg daily")], 1)
    assert read == ["criteria", "dosing", "dosing", "criteria"]

    assert is_whole(store)
    assert [kind for kind, _ in directions(store)].count("dose") == 1


def test_what_was_replaced_in_the_same_run_is_read_after_all(harvest: Harvest, store: Store) -> None:
    harvest.arrivals([version(1)], 1)
    lines = [json.loads(version(9, status=status, dose=dose).raw) for status, dose in (
        ("COMPLETED", "Betacept 9 mg daily"), ("TERMINATED", "Betacept 2 mg daily"),
    )]  # fmt: skip
    path = store.path.with_name("two.ndjson")
    path.write_text("\n".join(json.dumps(each) for each in lines), encoding="utf-8")
    report = harvest.sources([path])

    assert report.saved == 2
    assert is_whole(store)


def test_a_field_that_cannot_be_used_lets_nothing_stay(harvest: Harvest, store: Store, read: list[str]) -> None:
    body = json.loads(version(1).raw)
    body["protocolSection"]["identificationModule"]["acronym"] = 7
    harvest.arrivals([record_of(body, json.dumps(body), Origin(source="api", fetched_at=NOW, data_timestamp="2026-11-01"))], 1)
    harvest.arrivals([version(2, status="COMPLETED")], 1)

    assert read == ["criteria", "dosing"] * 2
    assert is_whole(store)


def test_a_correction_lets_nothing_stay(store: Store, read: list[str]) -> None:
    path, at = "protocolSection.eligibilityModule.eligibilityCriteria", TEXT.index("18")
    place = (path, at, at + 2, "18", "criterion_facts", "set", None, "high", "70", "60")
    corrections = {NCT: (Wanted(1, NCT, *place, "A test", "A reader", "2026-11-25"),)}
    for day, status, known in ((1, "RECRUITING", corrections), (2, "COMPLETED", NO_CORRECTIONS), (3, "TERMINATED", corrections)):
        Harvest(store, "harvest", lambda: NOW, corrections=known).arrivals([version(day, status=status)], 1)

    assert read == ["criteria", "dosing"] * 3
    assert all(finding.ok for finding in check(store.path, corrections))


def other_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readings, "rules_version", lambda: "0" * 16)


def test_what_other_rules_read_is_read_again_when_it_comes_by(
    harvest: Harvest, store: Store, read: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as earlier:
        other_rules(earlier)
        harvest.arrivals([version(1), version(2, criteria="Inclusion Criteria:\n* Age 18 to 60 years")], 2)
    told = directions(store)
    with store.transaction():  # what the other rules read
        store.connection.execute("UPDATE criterion_facts SET high = 61 WHERE high = 60")
        store.connection.execute("DELETE FROM record_changes")
    del read[:]
    assert read_by_other_rules(store.connection, [NCT, "NCT99000009"]) == [NCT]
    assert count_read_by_other_rules(store.connection, 1) == 1
    assert not is_whole(store)

    report = harvest.arrivals([version(2, criteria="Inclusion Criteria:\n* Age 18 to 60 years")], 1)

    assert report.unchanged == 1
    assert report.notes == (
        "Another version of the rules had read 1 trial: its rows were read anew, though its records are the same.",
    )
    assert read_by_other_rules(store.connection, [NCT]) == []
    assert count_read_by_other_rules(store.connection, 1) == 0
    assert is_whole(store)
    assert directions(store) == told
    assert harvest.arrivals([version(2, criteria="Inclusion Criteria:\n* Age 18 to 60 years")], 1).notes == ()


def test_rules_that_changed_are_no_change_of_the_record(harvest: Harvest, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as earlier:
        other_rules(earlier)
        harvest.arrivals([version(1)], 1)
    with store.transaction():
        store.connection.execute("DELETE FROM criterion_facts")
        store.connection.execute("DELETE FROM eligibility_criteria")
    harvest.arrivals([version(2, status="COMPLETED")], 1)

    assert {kind for kind, _ in directions(store)} == {"status"}
    assert is_whole(store)
