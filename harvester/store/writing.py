"""Writing studies: the record first, then everything read from it, in one transaction a study."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Literal, Protocol, Self

from harvester.errors import StorageError
from harvester.store import runs, statements
from harvester.store.database import open_for_writing, storage_errors
from harvester.store.lock import WriterLock
from harvester.store.reading import current_version, read_record
from harvester.tables import DERIVED, RecordChange, RecordVersion, StudyRows

Standing = Literal["new", "changed", "unchanged", "older", "outranked"]
"""What a record is to the store: its first version, a new one, one it has, an earlier one, or a lesser view of what it has."""

_RANK = {"digest": 0, "page": 1, "file": 2, "api": 2}
_SEARCH_COLUMNS = "titles, conditions, interventions, summary, criteria"


class Received(Protocol):
    """A record as it came from a source."""

    @property
    def nct_id(self) -> str:
        """NCT number."""

    @property
    def raw(self) -> str:
        """JSON text as received."""

    @property
    def content_sha256(self) -> str:
        """Hash of the content without the registry's release stamp."""

    @property
    def source(self) -> str:
        """``api``, ``file``, ``page`` or ``digest``."""

    @property
    def source_url(self) -> str | None:
        """Address it came from."""

    @property
    def api_version(self) -> str | None:
        """The registry's apiVersion."""

    @property
    def data_timestamp(self) -> str | None:
        """Date of the data."""

    @property
    def fetched_at(self) -> str:
        """When it was fetched (UTC, ISO 8601)."""

    @property
    def aliases(self) -> Sequence[str]:
        """Other numbers that lead to the trial."""

    @property
    def note(self) -> str | None:
        """What a reader should know of the source."""


class Store:
    """The one writer of a database. Use as a context manager; holds the writer's lock until closed."""

    def __init__(self, path: Path, *, wait_seconds: float = 5.0) -> None:
        """Open ``path`` for writing, making or migrating it. Raises StorageError with one line; DatabaseBusy after the wait."""
        self.path = path
        self._lock = WriterLock(path)
        with storage_errors(path):
            if path.parent != path:
                path.parent.mkdir(parents=True, exist_ok=True)
            self._lock.acquire(wait_seconds)
        try:
            self.connection = open_for_writing(path)
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
    def transaction(self) -> Iterator[None]:
        """All of what happens inside or, after any error, none of it."""
        with storage_errors(self.path):
            self.connection.execute("BEGIN IMMEDIATE")
            try:
                yield
                self.connection.execute("UPDATE data_state SET generation = generation + 1")
                self.connection.execute("COMMIT")
            except BaseException:
                if self.connection.in_transaction:
                    self.connection.execute("ROLLBACK")
                raise

    def begin_run(self, command: str, started_at: str, requested: int = 0) -> runs.Run:
        """Open a harvest run of ``requested`` trials (0 when not known beforehand)."""
        with self.transaction():
            return runs.begin(self.connection, command, started_at, requested)

    def standing(self, record: Received) -> Standing:
        """What ``record`` is to the store, by content, source and date.

        A page or a digest never replaces the registry's own record, and older data never younger; but what the registry itself
        answered counts more than any file, whose date nobody vouches for.
        """
        current = self.record(record.nct_id)
        if current is None:
            return "new"
        if current.content_sha256 == record.content_sha256:
            return "unchanged"
        if _RANK[record.source] < _RANK[current.source]:
            return "outranked"
        same_rank = _RANK[record.source] == _RANK[current.source]
        beats_files = record.source == "api" and current.source != "api"
        if not same_rank or beats_files or not _is_older(record.data_timestamp, current.data_timestamp):
            return "changed"
        return "unchanged" if self._has(record) else "older"

    def note_seen(self, record: Received) -> None:
        """The registry gave stored content again: the current version's dates change, and its source where that is better."""
        current = current_version(self.connection, record.nct_id)
        if current is None or not self._has(record):
            raise StorageError(f"{record.nct_id} is not stored with this content")
        if current.content_sha256 != record.content_sha256 or _RANK[record.source] < _RANK[current.source]:
            return  # an earlier version, or a lesser source of this one: nothing is newer for it
        self.connection.execute(
            "UPDATE record_versions SET source = ?, source_url = ?, api_version = ?, data_timestamp = ?, fetched_at = ?, "
            "received_at = ?, note = ? WHERE nct_id = ? AND version = ?",
            (
                *(record.source, record.source_url, record.api_version),
                *(_later(current.data_timestamp, record.data_timestamp), record.fetched_at, record.fetched_at, record.note),
                *(record.nct_id, current.version),
            ),
        )
        self._write_aliases(record)

    def note_confirmed(self, nct_id: str, api_version: str, data_timestamp: str, fetched_at: str) -> None:
        """The registry said that a trial was not updated since the current version: its dates change, nothing else."""
        self.connection.execute(
            "UPDATE record_versions SET api_version = ?, data_timestamp = max(coalesce(data_timestamp, ''), ?), fetched_at = ? "
            "WHERE nct_id = ? AND is_current = 1",
            (api_version, data_timestamp, fetched_at, nct_id),
        )

    def write_study(self, record: Received, rows: StudyRows, changes: Iterable[RecordChange] = ()) -> int:
        """Store a new version of a trial and make ``rows`` its derived rows: the version's number. Call in a transaction."""
        self.connection.execute("UPDATE record_versions SET is_current = 0 WHERE nct_id = ? AND is_current = 1", (record.nct_id,))
        version = self._write_version(record, is_current=True)
        self._write_aliases(record)
        self.replace_rows(rows)
        self.add_changes(changes)
        return version

    def add_changes(self, changes: Iterable[RecordChange]) -> None:
        """Store what a version changed. Call in a transaction."""
        self.connection.executemany(statements.insert(RecordChange), [change.values() for change in changes])

    def replace_changes(self, nct_id: str, changes: Iterable[RecordChange]) -> None:
        """Make ``changes`` all that is known to have changed in a trial. Call in a transaction."""
        self.connection.execute(statements.delete_of_trial(RecordChange), (nct_id,))
        self.add_changes(changes)

    def write_history(self, record: Received) -> int:
        """Store an earlier version of a trial; the current one and its rows stay. Call in a transaction."""
        return self._write_version(record, is_current=False)

    def _write_version(self, record: Received, *, is_current: bool) -> int:
        newest = self.connection.execute(
            "SELECT coalesce(max(version), 0) FROM record_versions WHERE nct_id = ?", (record.nct_id,)
        ).fetchone()[0]
        version = RecordVersion(
            nct_id=record.nct_id,
            version=newest + 1,
            content_sha256=record.content_sha256,
            record=record.raw,  # type: ignore[arg-type]  # JSON as received, not canonical
            source=record.source,
            source_url=record.source_url,
            api_version=record.api_version,
            data_timestamp=record.data_timestamp,
            fetched_at=record.fetched_at,
            first_fetched_at=record.fetched_at,
            is_current=is_current,
            note=record.note,
            received_at=record.fetched_at,
        )
        self.connection.execute(statements.insert(RecordVersion), version.values())
        return version.version

    def replace_rows(self, rows: StudyRows) -> None:
        """Make ``rows`` the derived rows of their trial. Call in a transaction."""
        number = (int(rows.nct_id[3:]),)
        self.connection.execute(
            f"INSERT INTO study_search (study_search, rowid, {_SEARCH_COLUMNS}) "  # noqa: S608
            f"SELECT 'delete', nct_number, {_SEARCH_COLUMNS} FROM study_search_text WHERE nct_number = ?",
            number,
        )
        for row_type in reversed(DERIVED):
            self.connection.execute(statements.delete_of_trial(row_type), (rows.nct_id,))
        for row_type in DERIVED:
            found = rows.of(row_type)
            if found:
                self.connection.executemany(statements.insert(row_type), [row.values() for row in found])
        self.connection.execute(
            f"INSERT INTO study_search (rowid, {_SEARCH_COLUMNS}) "  # noqa: S608
            f"SELECT nct_number, {_SEARCH_COLUMNS} FROM study_search_text WHERE nct_number = ?",
            number,
        )

    def rebuild_search(self) -> None:
        """Make the search index anew from the tables."""
        self.connection.execute("INSERT INTO study_search (study_search) VALUES ('rebuild')")

    def current_ids(self) -> list[str]:
        """NCT numbers of all stored trials, in order."""
        with storage_errors(self.path):
            rows = self.connection.execute("SELECT nct_id FROM record_versions WHERE is_current = 1 ORDER BY nct_id")
            return [row[0] for row in rows]

    def record(self, nct_id: str) -> RecordVersion | None:
        """The current record of a trial."""
        with storage_errors(self.path):
            return read_record(self.connection, nct_id)

    def _has(self, record: Received) -> bool:
        sql = "SELECT count(*) FROM record_versions WHERE nct_id = ? AND content_sha256 = ?"
        return bool(self.connection.execute(sql, (record.nct_id, record.content_sha256)).fetchone()[0])

    def _write_aliases(self, record: Received) -> None:
        self.connection.executemany(
            "INSERT INTO trial_aliases (alias, nct_id) VALUES (?, ?) ON CONFLICT (alias) DO UPDATE SET nct_id = excluded.nct_id",
            [(alias, record.nct_id) for alias in record.aliases if alias != record.nct_id],
        )


def _is_older(one: str | None, other: str | None) -> bool:
    # Files carry the day of the registry's release, answers its time too; without a date nothing can be called older.
    return one is not None and other is not None and one[:10] < other[:10]


def _later(one: str | None, other: str | None) -> str | None:
    # ISO 8601 dates order as text; a clock or a file set back never makes the data look older than they are.
    return max(filter(None, (one, other)), default=None)
