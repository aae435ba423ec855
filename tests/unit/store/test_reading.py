"""Reading back: in the order asked, with one query a table, by any connection."""

from __future__ import annotations

import gc
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from itertools import islice
from pathlib import Path

import pytest

from harvester.errors import StorageError
from harvester.registry.record import Record
from harvester.store import (
    Store,
    count_studies,
    data_state,
    known_ids,
    list_studies,
    listings,
    open_for_reading,
    read_runs,
    read_studies,
    statistics,
    versions_in,
)
from harvester.tables import DERIVED

Make = Callable[..., Record]
Save = Callable[[Record], int]


def test_the_order_is_the_askers(store: Store, record: Make, save: Save) -> None:
    for number in (1, 2, 3):
        save(record(number))
    asked = ["NCT99000003", "NCT99000001", "NCT99000042", "NCT99000003"]

    assert list(read_studies(store.connection, asked)) == ["NCT99000003", "NCT99000001"]
    assert list(known_ids(store.connection, asked)) == ["NCT99000003", "NCT99000001"]
    assert [each.nct_id for each in listings(store.connection, asked)] == ["NCT99000003", "NCT99000001"]
    assert [each.nct_id for each in list_studies(store.connection, limit=2)] == ["NCT99000003", "NCT99000002"]
    assert read_studies(store.connection, []) == {}


def test_the_number_of_queries_does_not_grow_with_the_trials(store: Store, record: Make, save: Save) -> None:
    for number in range(1, 9):
        save(record(number))
    asked: list[str] = []
    store.connection.set_trace_callback(asked.append)
    read_studies(store.connection, [f"NCT99{number:06d}" for number in range(1, 9)])
    store.connection.set_trace_callback(None)

    assert len(asked) == len(DERIVED) + 2


def test_rows_come_alike_through_sqlite_row(store: Store, record: Make, save: Save) -> None:
    save(record(1))
    plain = read_studies(store.connection, ["NCT99000001"])
    store.connection.row_factory = sqlite3.Row

    assert read_studies(store.connection, ["NCT99000001"]) == plain
    assert list_studies(store.connection)[0].nct_id == "NCT99000001"
    assert statistics(store.connection).studies == 1
    assert data_state(store.connection) == 1
    assert read_runs(store.connection) == []


def test_every_write_shows_in_the_state(store: Store, record: Make, save: Save) -> None:
    states = [data_state(store.connection)]
    for make in (record(1), record(1, title="Another"), record(2)):
        save(make)
        states.append(data_state(store.connection))

    assert states == sorted(set(states))


def test_statistics_count_what_is_there(store: Store, record: Make, save: Save) -> None:
    save(replace(record(1, source="digest"), data_timestamp=None))
    save(record(2, data_timestamp="2026-11-20T00:00:00"))
    save(record(2, title="Another", data_timestamp="2026-11-24T00:00:00"))

    found = statistics(store.connection)

    assert (found.studies, found.versions, found.by_source) == (2, 3, {"api": 1, "digest": 1})
    assert found.criteria > 0
    assert (found.data_to, found.undated, found.last_run) == ("2026-11-24T00:00:00", 1, None)
    assert count_studies(store.connection) == 2


def test_versions_that_nobody_asks_for_hold_no_connection(store: Store, record: Make, save: Save, tmp_path: Path) -> None:
    save(record(1))
    with pytest.raises(StorageError, match="does not exist"):
        versions_in(tmp_path / "absent.db")
    for taken in (0, 1):
        versions = versions_in(store.path)
        assert [each.nct_id for each in islice(versions, taken)] == ["NCT99000001"] * taken
        del versions
        gc.collect()  # a connection that is left open says so, and warnings are errors here


def test_a_reader_does_not_write(store: Store, record: Make, save: Save) -> None:
    save(record(1))
    reader = open_for_reading(store.path)
    try:
        assert list(read_studies(reader, ["NCT99000001"])) == ["NCT99000001"]
        with pytest.raises(sqlite3.OperationalError, match="readonly"):
            reader.execute("DELETE FROM studies")
    finally:
        reader.close()
