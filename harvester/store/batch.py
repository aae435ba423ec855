"""Many studies written with a few statements a table. Call everything here in a transaction."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from harvester.schema import as_json
from harvester.store import statements
from harvester.store.read_by import Fields
from harvester.store.renewing import write_tables
from harvester.store.standing import Head, Received, later, renews
from harvester.store.words import ALL_BESIDE
from harvester.tables import RecordVersion
from harvester.tables.plain import PlainRows, differing

_LISTED = "(SELECT value FROM json_each(?))"
_NEWEST = f"SELECT nct_id, max(version) FROM record_versions WHERE nct_id IN {_LISTED} GROUP BY nct_id"  # noqa: S608
_NO_LONGER_CURRENT = f"UPDATE record_versions SET is_current = 0 WHERE is_current = 1 AND nct_id IN {_LISTED}"  # noqa: S608
_SEEN_AGAIN = (
    "UPDATE record_versions SET source = ?, source_url = ?, api_version = ?, data_timestamp = ?, fetched_at = ?, "
    "received_at = ?, note = ? WHERE nct_id = ? AND version = ?"
)
_ALIAS = "INSERT INTO trial_aliases (alias, nct_id) VALUES (?, ?) ON CONFLICT (alias) DO UPDATE SET nct_id = excluded.nct_id"


class ReceivedRows(Received, Protocol):
    """A record with what was read from it."""

    @property
    def tables(self) -> PlainRows:
        """The derived rows."""

    @property
    def fields(self) -> Fields:
        """What they were read from."""


def write_versions(connection: sqlite3.Connection, records: Sequence[Received], *, is_current: bool) -> dict[str, int]:
    """Store each record as its trial's newest version: NCT number -> version. A trial stands in ``records`` once."""
    listed = as_json([record.nct_id for record in records])
    newest = dict(connection.execute(_NEWEST, (listed,)).fetchall())
    if newest and is_current:
        connection.execute(_NO_LONGER_CURRENT, (as_json(list(newest)),))
    versions = {record.nct_id: newest.get(record.nct_id, 0) + 1 for record in records}
    rows = [_version(record, versions[record.nct_id], is_current=is_current).values() for record in records]
    connection.executemany(statements.insert(RecordVersion), rows)
    return versions


def _version(record: Received, version: int, *, is_current: bool) -> RecordVersion:
    return RecordVersion(
        nct_id=record.nct_id,
        version=version,
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


def write_aliases(connection: sqlite3.Connection, records: Iterable[Received]) -> None:
    """Let the other numbers of each record lead to its trial."""
    pairs = [(alias, record.nct_id) for record in records for alias in record.aliases if alias != record.nct_id]
    connection.executemany(_ALIAS, pairs)


def replace_tables(connection: sqlite3.Connection, studies: Mapping[str, PlainRows], stored: Mapping[str, PlainRows]) -> None:
    """Make ``studies`` the derived rows of their trials, and what is kept beside follow; ``stored`` are the rows there are."""
    other = {nct_id: differing(tables, studies[nct_id]) for nct_id, tables in stored.items()}
    new = [nct_id for nct_id in studies if nct_id not in stored]
    altered = {
        beside: [nct_id for nct_id, names in other.items() if beside.is_other(stored[nct_id], studies[nct_id], names)]
        for beside in ALL_BESIDE
    }
    for beside, nct_ids in altered.items():
        connection.execute(beside.forget, (_numbers(nct_ids),))
    write_tables(connection, studies, stored, other)
    for beside, nct_ids in altered.items():
        connection.execute(beside.take_in, (_numbers([*nct_ids, *new]),))


def _numbers(nct_ids: Iterable[str]) -> str:
    return as_json([int(nct_id[3:]) for nct_id in nct_ids])


def note_seen(connection: sqlite3.Connection, records: Iterable[Received], current: Mapping[str, Head]) -> None:
    """Sources gave stored content again: the current version's dates change, and its source where that is no lesser one.

    An earlier version, or a lesser source of the current one, makes nothing newer.
    """
    renewed = [record for record in records if renews(record, current[record.nct_id])]
    connection.executemany(
        _SEEN_AGAIN,
        [
            (
                *(record.source, record.source_url, record.api_version),
                *(later(current[record.nct_id].data_timestamp, record.data_timestamp), record.fetched_at, record.fetched_at),
                *(record.note, record.nct_id, current[record.nct_id].version),
            )
            for record in renewed
        ],
    )
    write_aliases(connection, renewed)
