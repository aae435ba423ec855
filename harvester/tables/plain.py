"""Rows as plain values: cheap to hand from one process to another, and what SQLite takes."""

from __future__ import annotations

from typing import Any

from harvester.schema import Row
from harvester.tables import DERIVED, StudyRows

PlainRows = dict[str, list[tuple[Any, ...]]]
"""Table name -> the values of its rows in the order of the columns; tables without rows are left out."""

_DERIVED = frozenset(DERIVED)
_BY_NAME: dict[str, type[Row]] = {row_type.table.name: row_type for row_type in DERIVED}


def plain_rows(rows: StudyRows) -> PlainRows:
    """The derived rows of a trial as values."""
    return {kind.table.name: [row.values() for row in found] for kind, found in rows.rows.items() if kind in _DERIVED}


def typed_rows(nct_id: str, plain: PlainRows) -> StudyRows:
    """The rows that `plain_rows` made plain."""
    return StudyRows(nct_id, {_BY_NAME[name]: tuple(map(_BY_NAME[name].from_values, rows)) for name, rows in plain.items()})
