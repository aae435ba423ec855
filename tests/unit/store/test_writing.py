"""What is stored is stored whole, once, and never changed afterwards."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from harvester.errors import DatabaseBusy, StorageError
from harvester.normalise import NO_CORRECTIONS, normalise
from harvester.reading.study import reading_of
from harvester.registry.record import Record
from harvester.store import Store, read_record, read_studies, read_versions
from harvester.tables import DERIVED, RecordChange, RecordVersion, Study
from tests.storing import write_record

Make = Callable[..., Record]
Save = Callable[[Record], int]


def test_a_study_comes_back_as_it_was_written(store: Store, record: Make, save: Save) -> None:
    first = record(1)

    assert store.standing(first) == "new"
    assert save(first) == 1

    stored = read_studies(store.connection, [first.nct_id])[first.nct_id]
    rows = normalise(first)
    for row_type in DERIVED:
        assert stored.of(row_type) == rows.of(row_type), row_type.table.name
    version = stored.one(RecordVersion)
    assert version is not None
    assert version.record == first.raw
    assert (version.content_sha256, version.version, version.is_current) == (first.content_sha256, 1, True)


def test_the_same_content_is_no_new_version_but_is_seen(store: Store, record: Make, save: Save) -> None:
    save(record(1))
    again = record(1, data_timestamp="2026-11-26T09:00:00", fetched_at="2026-11-26T10:00:00Z", api_version="2.0.9")

    assert store.standing(again) == "unchanged"
    with store.transaction():
        store.note_seen(again)

    (version,) = read_versions(store.connection, again.nct_id)
    assert (version.data_timestamp, version.fetched_at) == ("2026-11-26T09:00:00", "2026-11-26T10:00:00Z")
    assert version.first_fetched_at == "2026-11-25T08:00:00Z"


def test_a_date_set_back_does_not_make_the_data_older(store: Store, record: Make, save: Save) -> None:
    save(record(1))
    with store.transaction():
        store.note_seen(record(1, data_timestamp="2024-01-01T00:00:00"))

    (version,) = read_versions(store.connection, "NCT99000001")
    assert version.data_timestamp == "2026-11-24T09:00:00"


def test_other_content_is_a_new_version_and_the_old_one_stays(store: Store, record: Make, save: Save) -> None:
    save(record(1))
    other = record(1, title="Another title")

    assert store.standing(other) == "changed"
    assert save(other) == 2

    versions = read_versions(store.connection, other.nct_id)
    assert [(each.version, each.is_current) for each in versions] == [(1, False), (2, True)]
    study = read_studies(store.connection, [other.nct_id])[other.nct_id].one(Study)
    assert study is not None
    assert study.brief_title == "Another title"
    first = read_record(store.connection, other.nct_id, 1)
    assert first is not None
    assert "Another title" not in first.record


@pytest.mark.parametrize(
    ("stored", "arriving", "standing"),
    [
        ("digest", "api", "changed"),
        ("digest", "page", "changed"),
        ("page", "file", "changed"),
        ("api", "file", "changed"),
        ("api", "page", "outranked"),
        ("file", "digest", "outranked"),
        ("page", "digest", "outranked"),
    ],
)
def test_a_lesser_source_never_replaces_a_better_one(
    store: Store, record: Make, save: Save, stored: str, arriving: str, standing: str
) -> None:
    save(record(1, source=stored))

    assert store.standing(record(1, title="Told otherwise", source=arriving)) == standing


@pytest.mark.parametrize(
    ("stored", "arriving", "date", "standing"),
    [
        ("api", "file", "2026-11-20", "older"),
        ("api", "file", "2026-11-24", "changed"),
        ("api", "file", "2026-11-30", "changed"),
        ("api", "api", "2026-11-20T09:00:00", "older"),
        ("api", "api", "2026-11-24T01:00:00", "changed"),
        ("file", "api", "2026-11-20T09:00:00", "changed"),
        ("file", "file", "2026-11-20", "older"),
        ("digest", "api", "2026-11-20T09:00:00", "changed"),
    ],
)
def test_older_data_never_replace_younger(
    store: Store, record: Make, save: Save, stored: str, arriving: str, date: str, standing: str
) -> None:
    save(record(1, source=stored))

    assert store.standing(record(1, title="Told otherwise", source=arriving, data_timestamp=date)) == standing


def test_an_earlier_version_is_kept_beside_the_current_one(store: Store, record: Make, save: Save) -> None:
    save(record(1))
    earlier = record(1, title="As it was", source="file", data_timestamp="2025-01-01")
    with store.transaction():
        assert store.write_history(earlier) == 2

    assert store.standing(earlier) == "unchanged"
    with store.transaction():
        store.note_seen(earlier)
    versions = read_versions(store.connection, "NCT99000001")
    assert [(each.version, each.is_current, each.data_timestamp) for each in versions] == [
        (1, True, "2026-11-24T09:00:00"),
        (2, False, "2025-01-01"),
    ]
    study = read_studies(store.connection, ["NCT99000001"])["NCT99000001"].one(Study)
    assert study is not None
    assert study.brief_title != "As it was"


def test_without_a_date_nothing_is_older(store: Store, record: Make, save: Save) -> None:
    undated = record(1, source="file")
    object.__setattr__(undated, "data_timestamp", None)
    save(undated)

    assert store.standing(record(1, title="Told otherwise", source="file", data_timestamp="2020-01-01")) == "changed"


def test_a_better_source_of_the_same_content_is_remembered_and_a_lesser_one_is_not(
    store: Store, record: Make, save: Save
) -> None:
    save(record(1, source="file"))
    with store.transaction():
        store.note_seen(record(1, source="api", source_url="https://example.org/studies/NCT99000001"))
        store.note_seen(record(1, source="digest"))

    (version,) = read_versions(store.connection, "NCT99000001")
    assert (version.source, version.source_url) == ("api", "https://example.org/studies/NCT99000001")


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE record_versions SET record = '{}'",
        "UPDATE record_versions SET content_sha256 = 'x'",
        "UPDATE record_versions SET version = 7",
        "UPDATE record_versions SET first_fetched_at = 'x'",
        "DELETE FROM record_versions",
    ],
)
def test_versions_are_only_added_to(store: Store, record: Make, save: Save, sql: str) -> None:
    save(record(1))

    with pytest.raises(sqlite3.IntegrityError, match="only added to"):
        store.connection.execute(sql)


def test_only_one_version_is_current(store: Store, record: Make, save: Save) -> None:
    save(record(1))
    save(record(1, title="Another"))

    with pytest.raises(sqlite3.IntegrityError):
        store.connection.execute("UPDATE record_versions SET is_current = 1")


def test_an_error_inside_takes_all_of_it_back(store: Store, record: Make, save: Save) -> None:
    save(record(1))
    other = record(1, title="Never stored")

    def half() -> None:
        with store.transaction():
            write_record(store, other)
            store.connection.execute("INSERT INTO keywords (keyword_id) VALUES ('half')")

    with pytest.raises(StorageError, match="NOT NULL"):
        half()

    assert len(read_versions(store.connection, other.nct_id)) == 1
    study = read_studies(store.connection, [other.nct_id])[other.nct_id].one(Study)
    assert study is not None
    assert study.brief_title != "Never stored"


def test_a_row_cannot_refer_to_nothing(store: Store) -> None:
    with pytest.raises(StorageError, match="FOREIGN KEY"), store.transaction():
        store.connection.execute("INSERT INTO brief_summaries (nct_id, description) VALUES ('NCT99000077', 'x')")


def test_what_was_not_stored_cannot_be_seen_again(store: Store, record: Make) -> None:
    with pytest.raises(StorageError, match="not stored"), store.transaction():
        store.note_seen(record(1))


def test_aliases_lead_to_the_trial(store: Store, record: Make, save: Save) -> None:
    aliased = record(1)
    object.__setattr__(aliased, "aliases", ("NCT99000901",))
    save(aliased)

    assert list(read_studies(store.connection, ["NCT99000901"])) == ["NCT99000001"]


def test_changes_are_stored_with_the_version(store: Store, record: Make, save: Save) -> None:
    save(record(1))
    other = record(1, title="Another")
    change = RecordChange(
        change_id="NCT99000001.2.1", nct_id="NCT99000001", from_version=1, to_version=2, path="briefTitle", kind="text",
        before="a", after="b", direction="changed",
    )  # fmt: skip
    with store.transaction():
        write_record(store, other, [change])

    from harvester.store import read_changes

    assert read_changes(store.connection) == [change]
    assert read_changes(store.connection, "NCT99000002") == []


def test_one_writer_at_a_time(store: Store) -> None:
    with pytest.raises(DatabaseBusy, match="Another trialside is writing"):
        Store(store.path, wait_seconds=0.1)


def test_nothing_stays_beside_a_closed_database(tmp_path: Path, record: Make) -> None:
    path = tmp_path / "deep" / "trials.db"
    with Store(path) as opened, opened.transaction():
        write_record(opened, record(1))
    opened.close()

    assert [each.name for each in path.parent.iterdir()] == ["trials.db"]


def test_what_is_brought_home_stands_in_the_database_alone(store: Store, record: Make, save: Save, tmp_path: Path) -> None:
    save(record(1))
    alone = tmp_path / "alone.db"
    store.bring_home()
    alone.write_bytes(store.path.read_bytes())
    with closing(sqlite3.connect(alone)) as connection:
        assert connection.execute("SELECT nct_id FROM studies").fetchall() == [("NCT99000001",)]


def test_a_lock_file_left_behind_locks_nobody_out(tmp_path: Path) -> None:
    path = tmp_path / "trials.db"
    path.with_name("trials.db.lock").write_text("left by a program that was killed")

    with Store(path, wait_seconds=0) as opened:
        assert opened.current_ids() == []
    assert not path.with_name("trials.db.lock").exists()


def test_reading_anew_replaces_all_rows(store: Store, record: Make, save: Save) -> None:
    save(record(1))
    other = record(1, title="Read otherwise")
    rows = normalise(other)
    with store.transaction():
        store.renew_rows([reading_of(other, NO_CORRECTIONS)])

    stored = read_studies(store.connection, ["NCT99000001"])["NCT99000001"]
    for row_type in DERIVED:
        assert stored.of(row_type) == rows.of(row_type)
    assert store.current_ids() == ["NCT99000001"]
    kept = store.record("NCT99000001")
    assert kept is not None
    assert kept.version == 1
