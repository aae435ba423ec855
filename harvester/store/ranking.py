"""Reading of many trials what a ranking of related ones looks at, and no more."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from typing import Any

import orjson

from harvester.schema import Row, as_json
from harvester.store import statements
from harvester.store.reading import known_ids, rows_of
from harvester.tables import RecordVersion, StudyRows
from harvester.tables.profile import LOOKED_AT, PROFILES

ByType = dict[type[Row], tuple[Row, ...]]
_PROFILES = f"SELECT nct_number, profile FROM {PROFILES} WHERE nct_number IN (SELECT value FROM json_each(?))"  # noqa: S608
_LESSER = """SELECT nct_id FROM record_versions INDEXED BY record_versions_lesser_sources
WHERE is_current = 1 AND source IN ('page', 'digest') AND nct_id IN (SELECT value FROM json_each(?))"""
_CURRENT = statements.select_versions("record_versions.nct_id IN (SELECT value FROM json_each(?)) AND is_current = 1")


def read_for_ranking(connection: sqlite3.Connection, nct_ids: Sequence[str]) -> dict[str, StudyRows]:
    """As `harvester.store.read_studies`, with what a ranking looks at (`harvester.tables.profile.LOOKED_AT`).

    The version of a record only where it is none of the registry's own: those leave nothing out.
    """
    found = _profiles(connection, nct_ids)
    others = known_ids(connection, [nct_id for nct_id in nct_ids if nct_id not in found])
    found |= _profiles(connection, others.values())
    lesser = [row[0] for row in connection.execute(_LESSER, (as_json(list(found)),))]
    if lesser:
        for version in rows_of(RecordVersion, connection.execute(_CURRENT, (as_json(lesser),))):
            found[version.nct_id][RecordVersion] = (version,)
    known = (others.get(nct_id, nct_id) for nct_id in nct_ids)
    return {nct_id: StudyRows(nct_id, found[nct_id]) for nct_id in known if nct_id in found}


def _profiles(connection: sqlite3.Connection, nct_ids: Iterable[str]) -> dict[str, ByType]:
    """The rows of stored trials, by their own numbers."""
    numbers = [int(nct_id[3:]) for nct_id in nct_ids if nct_id[3:].isdecimal()]
    found = connection.execute(_PROFILES, (as_json(numbers),)) if numbers else ()
    return {f"NCT{number:08d}": _rows(orjson.loads(profile)) for number, profile in found}


def _rows(profile: Sequence[Sequence[Sequence[Any]]]) -> ByType:
    return {row_type: tuple(made(rows)) for (row_type, made), rows in zip(_makers(), profile, strict=True) if rows}


@cache
def _makers() -> tuple[tuple[type[Row], Callable[[Any], Iterable[Row]]], ...]:
    return tuple((row_type, _maker(row_type, names)) for row_type, names in LOOKED_AT.items())


def _maker(row_type: type[Row], names: Sequence[str]) -> Callable[[Any], Iterable[Row]]:
    if names == row_type.table.column_names:
        return lambda rows: rows_of(row_type, rows)
    made = row_type.of_columns(names)
    return lambda rows: map(made, rows)
