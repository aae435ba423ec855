"""SQL made from the declarations: no name in it comes from outside the program."""

from __future__ import annotations

from collections.abc import Sequence

from harvester.schema import Row
from harvester.tables import RecordVersion
from harvester.tables.versions import SEEN

SEEN_VERSIONS = "record_versions LEFT JOIN record_sightings USING (nct_id, version)"
"""Versions with the dates on which they were last seen; what `SEEN` is about."""

_INSERTS: dict[tuple[str, int], str] = {}
_SELECTS: dict[tuple[str, ...], str] = {}
_OWNER = "nct_id"  # the trial whose row it is: a row never becomes another's


def insert(row_type: type[Row], rows: int = 1) -> str:
    """INSERT of so many rows, their values one row after another in the order of the columns."""
    table = row_type.table
    if (table.name, rows) not in _INSERTS:
        names = ", ".join(f'"{name}"' for name in table.column_names)
        marks = f"({', '.join('?' for _ in table.columns)})"
        _INSERTS[table.name, rows] = f'INSERT INTO "{table.name}" ({names}) VALUES {", ".join([marks] * rows)}'  # noqa: S608
    return _INSERTS[table.name, rows]


def key_places(row_type: type[Row]) -> tuple[int, ...]:
    """Places of the key's columns among all."""
    return tuple(row_type.table.column_names.index(name) for name in row_type.table.key)


def update_places(row_type: type[Row]) -> tuple[int, ...]:
    """Places of the columns whose values `update` takes, in its order."""
    key = key_places(row_type)
    altered = (place for place, name in enumerate(row_type.table.column_names) if place not in key and name != _OWNER)
    return (*altered, *key)


def update(row_type: type[Row]) -> str:
    """UPDATE of one row by its key; takes the values at `update_places`."""
    names, key = row_type.table.column_names, row_type.table.key
    altered = ", ".join(f'"{names[place]}" = ?' for place in update_places(row_type)[: -len(key)])
    return f'UPDATE "{row_type.table.name}" SET {altered} WHERE {_has(key)}'  # noqa: S608


def delete(row_type: type[Row]) -> str:
    """DELETE of one row; takes the values of its key."""
    return f'DELETE FROM "{row_type.table.name}" WHERE {_has(row_type.table.key)}'  # noqa: S608


def _has(names: Sequence[str]) -> str:
    return " AND ".join(f'"{name}" = ?' for name in names)


def delete_of_trial(row_type: type[Row]) -> str:
    """DELETE of a trial's rows; takes the NCT number."""
    return f'DELETE FROM "{row_type.table.name}" WHERE "nct_id" = ?'  # noqa: S608


def select(row_type: type[Row], where: str = "1") -> str:
    """SELECT of all columns in order, in the order of writing, which is the order of the record. ``where`` is one of ours."""
    table = row_type.table
    known = (table.name, where)
    if known not in _SELECTS:
        names = ", ".join(f'"{name}"' for name in table.column_names)
        _SELECTS[known] = f'SELECT {names} FROM "{table.name}" WHERE {where} ORDER BY rowid'  # noqa: S608
    return _SELECTS[known]


def count(row_type: type[Row]) -> str:
    """SELECT of the number of rows."""
    return f'SELECT count(*) FROM "{row_type.table.name}"'  # noqa: S608


def select_versions(where: str) -> str:
    """SELECT of all columns of versions in order, in the order of writing."""
    names = ", ".join(SEEN.get(name, f"record_versions.{name}") for name in RecordVersion.table.column_names)
    return f"SELECT {names} FROM {SEEN_VERSIONS} WHERE {where} ORDER BY record_versions.rowid"  # noqa: S608
