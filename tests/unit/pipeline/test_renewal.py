"""Stored records read anew, many of them: by workers as by this process, from where a run was cut off, each text once."""

from __future__ import annotations

from typing import Any

import pytest

from harvester import versions
from harvester.errors import RowsRefused
from harvester.normalise import NO_CORRECTIONS, Corrections, normalise
from harvester.pipeline import Harvest
from harvester.pipeline.renewal import renormalise
from harvester.registry.record import Origin, Record, record_of
from harvester.store import Store, count_read_by_other_rules, read_changes, read_studies, read_versions
from harvester.tables import DERIVED, StudyRows
from tests.standin.synthetic import synthetic_id, synthetic_study

NOW = "2026-11-26T08:00:00Z"
MANY = 230
"""More trials than are read in this process before the workers are asked."""


def record(number: int, day: int = 1, **altered: Any) -> Record:
    body = synthetic_study(number)
    protocol = body["protocolSection"]
    if title := altered.get("title"):
        protocol["identificationModule"]["briefTitle"] = title
    if criterion := altered.get("criterion"):
        protocol["eligibilityModule"]["eligibilityCriteria"] += f"\n* {criterion}"
    if arm := altered.get("arm"):
        protocol["armsInterventionsModule"]["armGroups"][0]["description"] = arm
    return record_of(body, None, Origin(source="api", fetched_at=NOW, data_timestamp=f"2026-01-{day:02}T09:00:05"))


def store_all(store: Store, records: list[Record]) -> None:
    Harvest(store, "harvest", lambda: NOW).arrivals(records, len(records))


def wear(store: Store, numbers: range) -> None:
    """Give some trials rows that no rules read, and let older rules have read them."""
    for number in numbers:
        store.connection.execute("UPDATE studies SET brief_title = 'worn' WHERE nct_id = ?", (synthetic_id(number),))
        store.connection.execute("UPDATE study_readings SET rules = 'older' WHERE nct_id = ?", (synthetic_id(number),))


def titles(store: Store) -> list[str]:
    return [row[0] for row in store.connection.execute("SELECT brief_title FROM studies ORDER BY nct_id")]


def test_workers_write_what_this_process_writes(store: Store) -> None:
    store_all(store, [record(number) for number in range(1, MANY + 1)])
    before, seen = titles(store), []
    wear(store, range(40, 220))

    report = renormalise(store, None, lambda stage, done, total: seen.append((stage, done, total)), workers=2)

    assert (report.changed, report.same, report.failed) == (180, MANY - 180, ())
    assert titles(store) == before
    assert count_read_by_other_rules(store.connection, MANY) == 0
    assert seen[0] == ("read", 1, MANY)
    assert seen[-1] == ("read", MANY, MANY)
    assert renormalise(store, workers=2).changed == 0


def test_what_is_left_of_a_run_that_was_cut_off_is_read_alone(store: Store) -> None:
    store_all(store, [record(number) for number in range(1, 9)])
    wear(store, range(1, 9))

    def stop(stage: str, done: int, total: int | None) -> None:
        if done == 5:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        renormalise(store, progress=stop)
    assert count_read_by_other_rules(store.connection, 8) == 3
    report = renormalise(store, outdated=True)

    assert (report.changed, report.same) == (3, 0)
    assert "worn" not in titles(store)
    assert renormalise(store, outdated=True).same == 0


def test_nothing_is_written_where_all_is_the_same(store: Store) -> None:
    store_all(store, [record(1), record(1, 2, title="Another"), record(2)])
    state = store.connection.execute("SELECT generation FROM data_state").fetchone()

    assert renormalise(store, [synthetic_id(1), synthetic_id(2)]).same == 2
    assert store.connection.execute("SELECT generation FROM data_state").fetchone() == state


def test_rows_that_are_refused_cost_no_other_trial(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    store_all(store, [record(number) for number in range(1, 131)])
    wear(store, range(1, 131))
    true = Store.renew_rows

    def refusing(self: Store, records: Any, before: Any = None) -> None:
        if synthetic_id(125) in {each.nct_id for each in records}:
            raise RowsRefused("NOT NULL constraint failed", "Please report the number of the trial.")
        true(self, records, before)

    monkeypatch.setattr(Store, "renew_rows", refusing)
    report = renormalise(store)

    assert [each.nct_id for each in report.failed] == [synthetic_id(125)]
    assert "could not be stored" in str(report.failed[0].line)
    assert report.changed == 129
    assert titles(store).count("worn") == 1


HISTORY = (
    record(1, 1),
    record(1, 2, title="Another title"),
    record(1, 3, title="Another title", criterion="Platelets >= 50 x 10^9/L"),
    record(
        1, 4, title="A third", criterion="Platelets >= 50 x 10^9/L", arm="Alphamab 9 ug/day IV on days 1-3 of each 28-day cycle"
    ),
    record(1, 5, criterion="Platelets >= 75 x 10^9/L", arm="Alphamab 9 ug/day IV on days 1-3 of each 28-day cycle"),
    record(1, 6),
)


def same(one: StudyRows, other: StudyRows) -> bool:
    return all(one.of(row_type) == other.of(row_type) for row_type in DERIVED)


def test_versions_share_what_was_read_of_the_same_text(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    store_all(store, list(HISTORY))
    stored, read = read_versions(store.connection, synthetic_id(1)), []

    def watched(record: Record, corrections: Corrections = NO_CORRECTIONS, without: Any = ()) -> StudyRows:
        read.append(tuple(without))
        return normalise(record, corrections, without)

    monkeypatch.setattr(versions, "normalise", watched)
    rows = versions._rows_of_all(stored, NO_CORRECTIONS, None)

    assert len(rows) == len(HISTORY)
    assert all(same(found, normalise(versions.stored_record(each))) for found, each in zip(rows, stored, strict=True))
    assert read == [(), (), ("doses",), ("criteria",), ("doses",), ("criteria", "doses")]


def test_what_versions_changed_is_the_same_whether_the_current_rows_are_at_hand_or_not(store: Store) -> None:
    store_all(store, list(HISTORY))
    nct_id = synthetic_id(1)
    current = read_studies(store.connection, [nct_id])[nct_id]
    told = read_changes(store.connection, nct_id, None)

    assert {each.to_version for each in told} == {2, 3, 4, 5, 6}
    assert versions.changes_of(store.connection, nct_id, NO_CORRECTIONS) == told
    assert versions.changes_of(store.connection, nct_id, NO_CORRECTIONS, current) == told
