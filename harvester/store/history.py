"""Versions and what they changed, over time: of one trial, and of all since a day. All functions take any open connection."""

from __future__ import annotations

import json
import sqlite3

from harvester.schema import as_json
from harvester.shape import shape
from harvester.store import statements
from harvester.store.reading import rows_of
from harvester.tables import RecordChange
from harvester.tables.versions import SEEN

_COLUMNS = f"""SELECT record_versions.nct_id, studies.brief_title, record_versions.version, record_versions.source,
  {SEEN["data_timestamp"]}, record_versions.first_fetched_at, record_versions.is_current, record_versions.content_sha256
FROM"""
_HEAD = f"{_COLUMNS} {statements.SEEN_VERSIONS} LEFT JOIN studies USING (nct_id)"
_LATEST = "ORDER BY record_versions.first_fetched_at DESC, record_versions.rowid DESC LIMIT ?"
"""What came last first. All of a large harvest may have one time; the index of times has its versions as they were written."""
_CHANGED = "SELECT DISTINCT nct_id, to_version AS version FROM record_changes"
_FEW = 100_000
"""Changes up to which the versions are found by them; of more than that, the latest versions are looked through."""


@shape()
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
    order = f"ORDER BY is_current, substr(coalesce({SEEN['data_timestamp']}, ''), 1, 10), version"
    return _heads(connection.execute(f"{_HEAD} WHERE record_versions.nct_id = ? {order}", (nct_id,)))


@shape()
class Place:
    """A version's place in the order of the latest first: when it came here, trial, number."""

    first_fetched_at: str
    nct_id: str
    version: int


@shape()
class Wanted:
    """Which versions and changes are asked for; None stands for all.

    ``since`` a time (ISO 8601) on or after which versions came, ``kinds`` and ``directions`` of changes, ``nct_ids`` of trials;
    ``after`` is the place of the last version that was shown before.
    """

    since: str | None = None
    kinds: tuple[str, ...] | None = None
    directions: tuple[str, ...] | None = None
    nct_ids: tuple[str, ...] | None = None
    after: Place | None = None

    @property
    def is_about_changes(self) -> bool:
        """Whether only some changes are asked for."""
        return self.kinds is not None or self.directions is not None

    @property
    def of_changes(self) -> tuple[str, list[str]]:
        """The condition on changes, and its values."""
        return _conditions(
            ("kind IN (SELECT value FROM json_each(?))", self.kinds),
            ("direction IN (SELECT value FROM json_each(?))", self.directions),
            ("record_changes.nct_id IN (SELECT value FROM json_each(?))", self.nct_ids),
        )

    @property
    def of_versions(self) -> tuple[str, list[str]]:
        """The condition on versions, and its values."""
        where, values = _conditions(
            ("record_versions.first_fetched_at >= ?", self.since),
            ("record_versions.nct_id IN (SELECT value FROM json_each(?))", self.nct_ids),
        )
        if self.after is not None:
            last = self.after
            where += (
                " AND record_versions.first_fetched_at <= ? AND (record_versions.first_fetched_at < ? OR record_versions.rowid <"
                " (SELECT last.rowid FROM record_versions AS last WHERE last.nct_id = ? AND last.version = ?))"
            )
            values += [last.first_fetched_at, last.first_fetched_at, last.nct_id, str(last.version)]
        return where, values


def _conditions(*each: tuple[str, str | tuple[str, ...] | None]) -> tuple[str, list[str]]:
    told = [(where, value) for where, value in each if value is not None]
    values = [value if isinstance(value, str) else as_json(list(value)) for _, value in told]
    return " AND ".join(("1", *(where for where, _ in told))), values


Changed = tuple[VersionHead, list[RecordChange], int]
"""A version, the changes of it that were asked for, and how many others it made."""


def changed_since(connection: sqlite3.Connection, wanted: Wanted, limit: int, *, with_new: bool = False) -> list[Changed]:
    """The latest versions that made changes of those wanted, newest first; ``with_new``: first versions too."""
    changes, change_values = wanted.of_changes
    where, values = wanted.of_versions
    is_new = "record_versions.version = 1 OR " if with_new else ""
    of_version = "record_changes.nct_id = record_versions.nct_id AND to_version = record_versions.version"
    if not with_new and _are_few(connection):
        joined = f"JOIN ({_CHANGED} WHERE {changes}) AS changed USING (nct_id, version)"
        sql, parameters = f"{_HEAD} {joined} WHERE {where} {_LATEST}", [*change_values, *values]
    else:
        exists = f"EXISTS (SELECT 1 FROM record_changes WHERE {of_version} AND {changes})"  # noqa: S608
        sql, parameters = f"{_HEAD} WHERE {where} AND ({is_new}{exists}) {_LATEST}", [*values, *change_values]
    return _with_changes(connection, _heads(connection.execute(sql, (*parameters, limit))), wanted)


def _are_few(connection: sqlite3.Connection) -> bool:
    return int(connection.execute("SELECT coalesce(max(rowid), 0) FROM record_changes").fetchone()[0]) <= _FEW


def _with_changes(connection: sqlite3.Connection, heads: list[VersionHead], wanted: Wanted) -> list[Changed]:
    trials = as_json(sorted({head.nct_id for head in heads}))
    listed = statements.select(RecordChange, "nct_id IN (SELECT value FROM json_each(?))")
    by_version: dict[tuple[str, int], list[RecordChange]] = {}
    for change in rows_of(RecordChange, connection.execute(listed, (trials,))):
        by_version.setdefault((change.nct_id, change.to_version), []).append(change)
    found = []
    for head in heads:
        made = by_version.get((head.nct_id, head.version), [])
        asked = [
            each
            for each in made
            if (wanted.kinds is None or each.kind in wanted.kinds)
            and (wanted.directions is None or each.direction in wanted.directions)
        ]
        found.append((head, asked, len(made) - len(asked)))
    return found


def new_since(
    connection: sqlite3.Connection, wanted: Wanted, limit: int, counted: int | None = None
) -> tuple[list[VersionHead], int]:
    """The latest trials of which the first version came, newest first, and how many there are in all.

    More than ``counted`` are counted as one more than that: of very many, each would have to be looked at.
    """
    where, values = wanted.of_versions
    condition = f"{where} AND record_versions.version = 1"
    most = -1 if counted is None else counted + 1
    sql = f"SELECT count(*) FROM (SELECT 1 FROM record_versions WHERE {condition} LIMIT ?)"  # noqa: S608
    count = int(connection.execute(sql, (*values, most)).fetchone()[0])
    return _heads(connection.execute(f"{_HEAD} WHERE {condition} {_LATEST}", (*values, limit))), count


def latest_arrival(connection: sqlite3.Connection) -> str | None:
    """When the latest version came here (UTC, ISO 8601)."""
    found = connection.execute("SELECT max(first_fetched_at) FROM record_versions").fetchone()[0]
    return None if found is None else str(found)


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
