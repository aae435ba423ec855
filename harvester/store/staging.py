"""Records that wait to be shown: on disk, outside the database, gone with the program."""

from __future__ import annotations

import json
from pathlib import Path
from types import TracebackType
from typing import Self

from harvester.store.database import connect, storage_errors
from harvester.store.standing import Received
from harvester.tables import RecordVersion

_TABLE = """CREATE TABLE staged (place INTEGER PRIMARY KEY, nct_id TEXT, content_sha256 TEXT, record TEXT, source TEXT,
  source_url TEXT, api_version TEXT, data_timestamp TEXT, fetched_at TEXT, note TEXT, aliases TEXT) STRICT"""


class Staging:
    """Records by the place they were put in, from 1. Memory does not grow with them. Use as a context manager.

    They lie in a nameless database of SQLite in the system's folder for temporary files, which no other program sees and
    which is gone when the program ends, however it ends. Raises StorageError when there is no room.
    """

    def __init__(self) -> None:
        from tempfile import gettempdir  # here, since few commands stage anything

        self._place = Path(gettempdir())
        with storage_errors(self._place):
            self._connection = connect("", check_same_thread=False)
            for statement in ("PRAGMA journal_mode = OFF", "PRAGMA synchronous = OFF", _TABLE):
                self._connection.execute(statement)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None) -> None:
        self._connection.close()

    def put(self, record: Received) -> int:
        """Keep a record: its place."""
        values = (
            *(record.nct_id, record.content_sha256, record.raw, record.source, record.source_url, record.api_version),
            *(record.data_timestamp, record.fetched_at, record.note, json.dumps(list(record.aliases))),
        )
        with storage_errors(self._place):
            cursor = self._connection.execute(f"INSERT INTO staged VALUES (NULL{', ?' * len(values)})", values)  # noqa: S608
        return int(cursor.lastrowid or 0)

    def take(self, place: int) -> tuple[RecordVersion, tuple[str, ...]]:
        """The record at a place as a version that is not stored yet (number 0), and its aliases. It is gone from its place."""
        with storage_errors(self._place):
            row = self._connection.execute("SELECT * FROM staged WHERE place = ?", (place,)).fetchone()
            self._connection.execute("DELETE FROM staged WHERE place = ?", (place,))
        _, nct_id, sha256, record, source, source_url, api_version, data_timestamp, fetched_at, note, aliases = row
        version = RecordVersion(
            nct_id=nct_id,
            version=0,
            content_sha256=sha256,
            record=record,
            source=source,
            source_url=source_url,
            api_version=api_version,
            data_timestamp=data_timestamp,
            fetched_at=fetched_at,
            first_fetched_at=None,
            received_at=fetched_at,
            is_current=False,
            note=note,
        )
        return version, tuple(json.loads(aliases))
