"""What a refresh knows of earlier ones: update dates, the registry's description of its fields, searches kept by name."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence

from harvester.schema import as_json
from harvester.store import statements
from harvester.store.reading import rows_of
from harvester.tables import DataModel, SavedSearch

_UPDATE_DATES = """SELECT studies.nct_id, studies.last_update_posted_date FROM studies
JOIN record_versions ON record_versions.nct_id = studies.nct_id AND record_versions.is_current = 1
WHERE record_versions.source = 'api' AND studies.last_update_posted_date IS NOT NULL
  AND studies.nct_id IN (SELECT value FROM json_each(?))"""


def update_dates(connection: sqlite3.Connection, nct_ids: Sequence[str]) -> dict[str, str]:
    """The last update of each trial as posted; only of trials whose record the registry itself gave."""
    return dict(connection.execute(_UPDATE_DATES, (as_json(list(nct_ids)),)).fetchall())


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
