"""What the registry says of a version without giving its record again is kept beside it, and shown with it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from harvester.registry.record import Record
from harvester.store import (
    Store,
    list_studies,
    read_record,
    read_studies,
    read_versions,
    reading,
    refreshing,
    stale,
    stale_trials,
    statistics,
    version_heads,
)
from harvester.tables import RecordVersion

Make = Callable[..., Record]
Save = Callable[[Record], int]
LATER = ("2.0.9", "2026-11-26T09:00:00", "2026-11-26T10:00:00Z")


def confirm(store: Store, *nct_ids: str, release: Sequence[str] = LATER) -> None:
    api_version, data_timestamp, seen_at = release
    with store.transaction():
        store.note_confirmed(nct_ids, api_version, data_timestamp, seen_at)


def test_a_version_seen_again_has_the_later_dates_wherever_it_is_read(store: Store, record: Make, save: Save) -> None:
    save(record(1))
    save(record(2))
    confirm(store, "NCT99000001")

    (version,) = read_versions(store.connection, "NCT99000001")
    assert (version.api_version, version.data_timestamp, version.fetched_at) == LATER
    assert version.received_at == version.first_fetched_at == "2026-11-25T08:00:00Z"
    assert read_record(store.connection, "NCT99000001") == version
    assert read_studies(store.connection, ["NCT99000001"])["NCT99000001"].one(RecordVersion) == version
    assert version_heads(store.connection, "NCT99000001")[0].data_timestamp == LATER[1]
    assert {each.nct_id: each.data_timestamp for each in list_studies(store.connection)}["NCT99000001"] == LATER[1]
    assert store.heads(["NCT99000001"])["NCT99000001"].data_timestamp == LATER[1]
    assert store.fresh_ids(LATER[1]) == {"NCT99000001"}
    counted = statistics(store.connection)
    assert (counted.data_from, counted.data_to) == ("2026-11-24T09:00:00", LATER[1])


def test_the_row_with_the_record_is_not_written(store: Store, record: Make, save: Save) -> None:
    save(record(1))
    rows = store.connection.execute("SELECT * FROM record_versions").fetchall()
    before = store.connection.total_changes
    confirm(store, "NCT99000001")

    assert store.connection.execute("SELECT * FROM record_versions").fetchall() == rows
    assert store.connection.total_changes == before + 2  # the sighting, and the state of the data


def test_a_date_set_back_is_no_news(store: Store, record: Make, save: Save) -> None:
    save(record(1))
    confirm(store, "NCT99000001")
    confirm(store, "NCT99000001", release=("2.0.1", "2020-01-01T00:00:00", "2026-11-27T10:00:00Z"))

    (version,) = read_versions(store.connection, "NCT99000001")
    assert (version.data_timestamp, version.fetched_at) == (LATER[1], "2026-11-27T10:00:00Z")


def test_an_earlier_version_keeps_the_date_on_which_it_was_seen_last(store: Store, record: Make, save: Save) -> None:
    save(record(1))
    confirm(store, "NCT99000001")
    save(record(1, title="Another title", data_timestamp="2026-11-28T09:00:00", fetched_at="2026-11-28T10:00:00Z"))

    assert [each.data_timestamp for each in read_versions(store.connection, "NCT99000001")] == [LATER[1], "2026-11-28T09:00:00"]
    assert store.fresh_ids(LATER[1]) == set()


def test_a_trial_that_is_not_stored_is_not_seen(store: Store) -> None:
    confirm(store, "NCT99000009")

    assert store.connection.execute("SELECT count(*) FROM record_sightings").fetchone()[0] == 0


def test_a_failure_before_it_was_seen_again_is_over(store: Store, record: Make, save: Save) -> None:
    save(record(1))
    run = store.begin_run("refresh", "2026-11-26T08:00:00Z", 1)
    run.count("failed", {"nct_id": "NCT99000001", "fate": "failed", "problem": "no answer"})
    with store.transaction():
        run.finish("partial", "2026-11-26T08:01:00Z")

    assert set(stale_trials(store.connection)) == {"NCT99000001"}
    confirm(store, "NCT99000001")
    assert stale_trials(store.connection) == {}


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT nct_id, version, content_sha256, source, data_timestamp FROM current_records WHERE nct_id IN ('NCT99000001')",
        "SELECT nct_id FROM current_records WHERE source = 'api' AND data_timestamp = '2026-11-26'",
        "SELECT source, count(*) FROM current_records GROUP BY source",
        "SELECT nct_id FROM record_versions WHERE is_current = 1 AND source = 'api' AND received_at < '2026-11-26'",
    ],
)
def test_what_is_asked_of_versions_leaves_their_records_alone(store: Store, sql: str) -> None:
    plan = [row[3] for row in store.connection.execute(f"EXPLAIN QUERY PLAN {sql}") if "record_versions" in row[3]]

    assert plan
    assert all("COVERING INDEX" in each for each in plan)


@pytest.mark.parametrize("sql", [stale._FAILURES, f"{reading._LIST} ORDER BY studies.nct_number DESC", refreshing._STATES])
def test_versions_are_looked_up_by_their_trials_and_never_gone_through(store: Store, sql: str) -> None:
    plan = [row[3] for row in store.connection.execute(f"EXPLAIN QUERY PLAN {sql.replace('?1', 'NULL').replace('?', 'NULL')}")]

    assert all("nct_id=?" in each for each in plan if "record_versions" in each)
    assert any("record_versions" in each for each in plan)
