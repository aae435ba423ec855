"""What a refresh knows of earlier ones: the state of trials, when whole records came, the registry's fields, saved searches."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence

from harvester.schema import as_json
from harvester.shape import shape
from harvester.store import statements
from harvester.store.reading import rows_of
from harvester.tables import DataModel, SavedSearch, Study

_STATUS = "protocolSection.statusModule."
WATCHED: tuple[tuple[str, str], ...] = tuple(
    (column.name, paths[0])
    for column in Study.table.columns
    if len(paths := Study.table.field_paths(column)) == 1 and paths[0].startswith((_STATUS, "hasResults"))
)
"""Columns of a study, with the field each comes from, by which a sweep of the registry tells that a record changed."""

_MESH_LISTS = """, (SELECT json_group_array(mesh_id) FROM (SELECT mesh_id FROM browse_conditions
  WHERE nct_id = studies.nct_id AND mesh_type = 'mesh-list' ORDER BY position)),
  (SELECT json_group_array(mesh_id) FROM (SELECT mesh_id FROM browse_interventions
  WHERE nct_id = studies.nct_id AND mesh_type = 'mesh-list' ORDER BY position))"""
_STATES = f"""SELECT studies.nct_id, {", ".join(f"studies.{name}" for name, _ in WATCHED)}{_MESH_LISTS} FROM studies
CROSS JOIN current_records ON current_records.nct_id = studies.nct_id
WHERE current_records.source = 'api' AND studies.last_update_posted_date IS NOT NULL
  AND studies.nct_id IN (SELECT value FROM json_each(?))"""  # noqa: S608
_RECEIVED = "FROM record_versions WHERE is_current = 1 AND source = 'api' AND received_at"

State = tuple[str | int | bool | tuple[str | None, ...] | None, ...]
"""Values of `WATCHED` in order, then the MeSH identifiers of conditions and of interventions."""


@shape()
class Readings:
    """When the registry's whole records last came: the oldest and the youngest time, and how many came before a given time."""

    oldest: str | None
    youngest: str | None
    due: int


def states(connection: sqlite3.Connection, nct_ids: Sequence[str]) -> dict[str, State]:
    """What a sweep compares of each trial whose record the registry itself gave, and that has a date of its last update."""
    found = connection.execute(_STATES, (as_json(list(nct_ids)),))
    return {row[0]: (*row[1:-2], *(tuple(json.loads(mesh)) for mesh in row[-2:])) for row in found}


def due_for_reading(connection: sqlite3.Connection, nct_ids: Iterable[str], before: str, most: int) -> list[str]:
    """Up to ``most`` of the trials whose whole record last came from the registry before a time (UTC, ISO 8601), oldest first."""
    among = "nct_id IN (SELECT value FROM json_each(?))"
    sql = f"SELECT nct_id {_RECEIVED} < ? AND {among} ORDER BY received_at, nct_id LIMIT ?"
    return [row[0] for row in connection.execute(sql, (before, as_json(sorted(nct_ids)), most))]


def readings(connection: sqlite3.Connection, before: str, gone: Iterable[str] = ()) -> Readings:
    """When whole records last came from the registry, and how many before a time (UTC, ISO 8601), those ``gone`` left aside."""
    there = "nct_id NOT IN (SELECT value FROM json_each(?))"
    left_aside = as_json(sorted(gone))
    ends = f"SELECT min(received_at), max(received_at) {_RECEIVED} IS NOT NULL AND {there}"
    oldest, youngest = connection.execute(ends, (left_aside,)).fetchone()
    count = f"SELECT count(*) {_RECEIVED} < ? AND {there}"
    return Readings(oldest, youngest, connection.execute(count, (before, left_aside)).fetchone()[0])


def data_models(connection: sqlite3.Connection) -> list[DataModel]:
    """The registry's descriptions of its fields that were seen, the oldest first."""
    return rows_of(DataModel, connection.execute(statements.select(DataModel)))


def latest_data_model(connection: sqlite3.Connection) -> dict[str, str] | None:
    """The last description seen: field -> type; None where none was."""
    found = data_models(connection)
    return dict(json.loads(found[-1].fields)) if found else None


def keep_data_model(connection: sqlite3.Connection, fields: Mapping[str, str], seen_at: str, api_version: str | None) -> None:
    """Keep a description. Call in a transaction."""
    number = 1 + int(connection.execute(statements.count(DataModel)).fetchone()[0])
    kept = DataModel(model_id=number, seen_at=seen_at, api_version=api_version, fields=as_json(dict(fields)))
    connection.execute(statements.insert(DataModel), kept.values())


def save_search(connection: sqlite3.Connection, search: SavedSearch) -> None:
    """Keep a search; one of the same name is replaced. Call in a transaction."""
    connection.execute("DELETE FROM saved_searches WHERE name = ?", (search.name,))
    connection.execute(statements.insert(SavedSearch), search.values())


def list_searches(connection: sqlite3.Connection) -> list[SavedSearch]:
    """The saved searches, by name."""
    return sorted(rows_of(SavedSearch, connection.execute(statements.select(SavedSearch))), key=lambda each: each.name)
