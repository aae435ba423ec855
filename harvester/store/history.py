"""Versions and what they changed, over time: of one trial, and of all since a day. All functions take any open connection."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass

from harvester.schema import as_json
from harvester.store import statements
from harvester.store.reading import rows_of
from harvester.tables import RecordChange

_HEAD = """SELECT record_versions.nct_id, studies.brief_title, record_versions.version, record_versions.source,
  record_versions.data_timestamp, record_versions.first_fetched_at, record_versions.is_current, record_versions.content_sha256
FROM record_versions LEFT JOIN studies USING (nct_id)"""
_HAS_CHANGES = (
    "EXISTS (SELECT 1 FROM record_changes WHERE record_changes.nct_id = record_versions.nct_id AND to_version = version)"
)
_IS_FIRST = "version = 1"
_LATEST = "ORDER BY record_versions.first_fetched_at DESC, record_versions.nct_id, record_versions.version DESC LIMIT ?2"


@dataclass(frozen=True, slots=True)
class VersionHead:
    """A version without its record; ``title`` is the trial's title today."""

    nct_id: str
    title: str | None
    version: int
    source: str
    data_timestamp: str | None
    first_fetched_at: str | None
    is_current: bool
    content_sha256: str


def version_heads(connection: sqlite3.Connection, nct_id: str) -> list[VersionHead]:
    """The versions of a trial from the oldest data to the current ones (see `harvester.history.in_order`)."""
    order = "ORDER BY is_current, substr(coalesce(data_timestamp, ''), 1, 10), version"
    return _heads(connection.execute(f"{_HEAD} WHERE record_versions.nct_id = ? {order}", (nct_id,)))


def changed_since(connection: sqlite3.Connection, since: str | None, limit: int) -> list[tuple[VersionHead, list[RecordChange]]]:
    """The latest versions that changed something and came on or after ``since`` (ISO 8601), newest first, with their changes."""
    where = f"(?1 IS NULL OR record_versions.first_fetched_at >= ?1) AND {_HAS_CHANGES}"
    heads = _heads(connection.execute(f"{_HEAD} WHERE {where} {_LATEST}", (since, limit)))
    wanted = as_json(sorted({head.nct_id for head in heads}))
    listed = statements.select(RecordChange, "nct_id IN (SELECT value FROM json_each(?))")
    by_version: dict[tuple[str, int], list[RecordChange]] = {}
    for change in rows_of(RecordChange, connection.execute(listed, (wanted,))):
        by_version.setdefault((change.nct_id, change.to_version), []).append(change)
    return [(head, by_version[head.nct_id, head.version]) for head in heads]


def new_since(connection: sqlite3.Connection, since: str | None, limit: int) -> list[VersionHead]:
    """The latest trials of which the first version came on or after ``since``, newest first."""
    where = f"(?1 IS NULL OR record_versions.first_fetched_at >= ?1) AND {_IS_FIRST}"
    return _heads(connection.execute(f"{_HEAD} WHERE {where} {_LATEST}", (since, limit)))


def list_snapshots(connection: sqlite3.Connection, limit: int = 200) -> list[tuple[str, str, list[str]]]:
    """The latest frozen comparisons, newest first: hash, when it was frozen, trials with the focal one first."""
    sql = (
        "SELECT snapshot_sha256, created_at, nct_ids FROM comparison_snapshots ORDER BY created_at DESC, snapshot_sha256 LIMIT ?"
    )
    return [(sha256, created_at, json.loads(nct_ids)) for sha256, created_at, nct_ids in connection.execute(sql, (limit,))]


def _heads(rows: sqlite3.Cursor) -> list[VersionHead]:
    found = []
    for nct_id, title, version, source, data_timestamp, first_fetched_at, is_current, sha256 in rows:
        found.append(VersionHead(nct_id, title, version, source, data_timestamp, first_fetched_at, bool(is_current), sha256))
    return found
