"""What a record is to the store: judged by content, source and date, for many records with one query."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from typing import Literal, Protocol

from harvester.schema import as_json
from harvester.shape import shape

Standing = Literal["new", "changed", "unchanged", "older", "outranked"]
"""What a record is to the store: its first version, a new one, one it has, an earlier one, or a lesser view of what it has."""

_RANK = {"digest": 0, "page": 1, "file": 2, "api": 2}
_HEADS = """SELECT nct_id, version, content_sha256, source, data_timestamp FROM current_records
WHERE nct_id IN (SELECT value FROM json_each(?))"""


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


@shape()
class Head:
    """The current version of a trial, without its record."""

    nct_id: str
    version: int
    content_sha256: str
    source: str
    data_timestamp: str | None


def heads(connection: sqlite3.Connection, nct_ids: Iterable[str]) -> dict[str, Head]:
    """The current versions of the trials among ``nct_ids`` that are stored."""
    return {row[0]: Head(*row) for row in connection.execute(_HEADS, (as_json(list(nct_ids)),))}


def standing_of(connection: sqlite3.Connection, record: Received, current: Head | None) -> Standing:
    """What ``record`` is to the store.

    A page or a digest never replaces the registry's own record, and older data never younger; but what the registry itself
    answered counts more than any file, whose date nobody vouches for.
    """
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
    return "unchanged" if has_version(connection, record) else "older"


def renews(record: Received, current: Head) -> bool:
    """Whether ``record``, whose content is stored, is the current version again from a source that is no lesser one."""
    return current.content_sha256 == record.content_sha256 and _RANK[record.source] >= _RANK[current.source]


def has_version(connection: sqlite3.Connection, record: Received) -> bool:
    """Whether some version of the trial has this content."""
    sql = "SELECT count(*) FROM record_versions WHERE nct_id = ? AND content_sha256 = ?"
    return bool(connection.execute(sql, (record.nct_id, record.content_sha256)).fetchone()[0])


def _is_older(one: str | None, other: str | None) -> bool:
    # Files carry the day of the registry's release, answers its time too; without a date nothing can be called older.
    return one is not None and other is not None and one[:10] < other[:10]


def later(one: str | None, other: str | None) -> str | None:
    """The later of two dates: a clock or a file set back never makes the data look older than they are."""
    return max(filter(None, (one, other)), default=None)  # ISO 8601 dates order as text
