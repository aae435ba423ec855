"""Writing studies: the record first, then everything read from it, in one transaction or not at all."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

from harvester.errors import StorageError
from harvester.schema import as_json
from harvester.store import batch, runs, statements
from harvester.store.batch import ReceivedRows
from harvester.store.database import open_for_writing, storage_errors
from harvester.store.lock import WriterLock
from harvester.store.read_by import Fields, ReadBy, note_read, outdated, read_by
from harvester.store.reading import read_plain, read_record
from harvester.store.standing import Head, Received, Standing, has_version, heads, standing_of
from harvester.store.words import ALL_BESIDE
from harvester.tables import RecordChange, RecordVersion
from harvester.tables.plain import PlainRows

_CONFIRMED = """INSERT INTO record_sightings (nct_id, version, seen_api_version, seen_data_timestamp, seen_at)
SELECT nct_id, version, ?, ?, ? FROM current_records WHERE nct_id IN (SELECT value FROM json_each(?))
ON CONFLICT (nct_id, version) DO UPDATE SET seen_api_version = excluded.seen_api_version, seen_at = excluded.seen_at,
  seen_data_timestamp = max(seen_data_timestamp, excluded.seen_data_timestamp)"""


class Store:
    """The one writer of a database. Use as a context manager; holds the writer's lock until closed."""

    def __init__(self, path: Path, *, wait_seconds: float = 5.0, tell: Callable[[str], None] = lambda line: None) -> None:
        """Open ``path`` for writing, making or migrating it: then ``tell`` is told, since of many trials it takes a while.

        Raises StorageError with one line; DatabaseBusy after the wait.
        """
        self.path = path
        self._lock = WriterLock(path)
        with storage_errors(path):
            if path.parent != path:
                path.parent.mkdir(parents=True, exist_ok=True)
            self._lock.acquire(wait_seconds)
        try:
            self.connection = open_for_writing(path, tell)
        except BaseException:
            self._lock.release()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Close the database and give up the lock. May be called twice."""
        self.connection.close()
        self._lock.release()

    @contextmanager
    def transaction(self, *, of_few: bool = False) -> Iterator[None]:
        """All of what happens inside or, after any error, none of it.

        Where it is ``of_few`` trials, what SQLite needs to undo a single statement is kept in memory: a file would be written
        fifty times a trial. A statement that goes through all trials may need more than memory holds.
        """
        with storage_errors(self.path):
            self.connection.execute(f"PRAGMA temp_store = {'MEMORY' if of_few else 'DEFAULT'}")
            self.connection.execute("BEGIN IMMEDIATE")
            try:
                yield
                self.connection.execute("UPDATE data_state SET generation = generation + 1")
                self.connection.execute("COMMIT")
            except BaseException:
                if self.connection.in_transaction:
                    self.connection.execute("ROLLBACK")
                raise

    def bring_home(self) -> None:
        """Write what was committed from SQLite's log into the database, as far as no reader is in the way."""
        with storage_errors(self.path):
            self.connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()

    def begin_run(self, command: str, started_at: str, requested: int = 0) -> runs.Run:
        """Open a harvest run of ``requested`` trials (0 when not known beforehand)."""
        with self.transaction():
            return runs.begin(self.connection, command, started_at, requested)

    def standing(self, record: Received) -> Standing:
        """What ``record`` is to the store, see `standings`."""
        return self.standings([record])[record.nct_id]

    def standings(self, records: Sequence[Received]) -> dict[str, Standing]:
        """What each record is to the store, by content, source and date (see `harvester.store.standing`), by NCT number."""
        with storage_errors(self.path):
            current = heads(self.connection, [record.nct_id for record in records])
            return {record.nct_id: standing_of(self.connection, record, current.get(record.nct_id)) for record in records}

    def heads(self, nct_ids: Iterable[str]) -> dict[str, Head]:
        """The current versions of the trials that are stored, without their records."""
        with storage_errors(self.path):
            return heads(self.connection, nct_ids)

    def read_by(self, nct_ids: Iterable[str]) -> dict[str, ReadBy]:
        """How the rows of trials came about, as far as it is known."""
        with storage_errors(self.path):
            return read_by(self.connection, nct_ids)

    def rows_of(self, nct_ids: Sequence[str]) -> dict[str, PlainRows]:
        """The derived rows of each trial as plain values."""
        with storage_errors(self.path):
            return read_plain(self.connection, nct_ids)

    def note_seen(self, *records: Received) -> None:
        """Sources gave stored content again, see `harvester.store.batch.note_seen`. Call in a transaction."""
        current = heads(self.connection, [record.nct_id for record in records])
        for record in records:
            if record.nct_id not in current or not has_version(self.connection, record):
                raise StorageError(f"{record.nct_id} is not stored with this content")
        batch.note_seen(self.connection, records, current)

    def note_confirmed(self, nct_ids: Iterable[str], api_version: str, data_timestamp: str, seen_at: str) -> None:
        """The registry said that trials were not updated since their current versions. Call in a transaction."""
        self.connection.execute(_CONFIRMED, (api_version, data_timestamp, seen_at, as_json(list(nct_ids))))

    def write_studies(self, records: Sequence[ReceivedRows], before: Mapping[str, PlainRows] | None = None) -> dict[str, int]:
        """Store a new version of each trial, and its rows: NCT number -> version. Each trial once. Call in a transaction.

        ``before`` are the rows of those that are stored, if they were read already (see `read_plain`).
        """
        if not records:
            return {}
        versions = batch.write_versions(self.connection, records, is_current=True)
        batch.write_aliases(self.connection, records)
        if before is None:
            before = read_plain(self.connection, [nct_id for nct_id, version in versions.items() if version > 1])
        batch.replace_tables(self.connection, {record.nct_id: record.tables for record in records}, before)
        note_read(self.connection, ((record.nct_id, record.fields) for record in records))
        return versions

    def add_changes(self, changes: Iterable[RecordChange]) -> None:
        """Store what a version changed. Call in a transaction."""
        self.connection.executemany(statements.insert(RecordChange), [change.values() for change in changes])

    def replace_changes(self, nct_id: str, changes: Iterable[RecordChange]) -> None:
        """Make ``changes`` all that is known to have changed in a trial. Call in a transaction."""
        self.connection.execute(statements.delete_of_trial(RecordChange), (nct_id,))
        self.add_changes(changes)

    def write_history(self, record: Received) -> int:
        """Store an earlier version of a trial; the current one and its rows stay. Call in a transaction."""
        return batch.write_versions(self.connection, [record], is_current=False)[record.nct_id]

    def renew_rows(self, records: Sequence[ReceivedRows], before: Mapping[str, PlainRows] | None = None) -> None:
        """Make the rows of each record, whose content is stored, the derived rows of its trial. Call in a transaction.

        ``before`` are the rows that are stored, if they were read already (see `read_plain`).
        """
        tables = {record.nct_id: record.tables for record in records}
        there = read_plain(self.connection, list(tables)) if before is None else {nct_id: before[nct_id] for nct_id in tables}
        batch.replace_tables(self.connection, tables, there)
        note_read(self.connection, ((record.nct_id, record.fields) for record in records))

    def note_read(self, fields: Iterable[tuple[str, Fields]]) -> None:
        """Keep that trials' rows are what the rules of this program read from ``fields``. Call in a transaction."""
        note_read(self.connection, fields)

    def rebuild_search(self) -> None:
        """Make the search indexes anew from the tables, and the profiles."""
        for sql in (sql for beside in ALL_BESIDE for sql in beside.rebuild):
            self.connection.execute(sql)

    def current_ids(self) -> list[str]:
        """NCT numbers of all stored trials, in order."""
        with storage_errors(self.path):
            rows = self.connection.execute("SELECT nct_id FROM record_versions WHERE is_current = 1 ORDER BY nct_id")
            return [row[0] for row in rows]

    def outdated(self, nct_ids: Sequence[str], corrections: Collection[str] = ()) -> list[str]:
        """Those of the stored trials ``nct_ids`` that other rules read than this program's, and those with ``corrections``."""
        with storage_errors(self.path):
            return outdated(self.connection, nct_ids, corrections)

    def fresh_ids(self, date: str) -> set[str]:
        """NCT numbers of the trials whose current version is the registry's own of this dataTimestamp."""
        sql = "SELECT nct_id FROM current_records WHERE source = 'api' AND data_timestamp = ?"
        with storage_errors(self.path):
            return {row[0] for row in self.connection.execute(sql, (date,))}

    def record(self, nct_id: str) -> RecordVersion | None:
        """The current record of a trial."""
        with storage_errors(self.path):
            return read_record(self.connection, nct_id)
