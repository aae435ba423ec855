"""Rows as plain values: cheap to hand from one process to another, and what SQLite takes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from harvester.schema import Row
from harvester.tables import DERIVED, StudyRows

PlainRows = Mapping[str, list[tuple[Any, ...]]]
"""Table name -> the values of its rows in the order of the columns, those that are stored as SQLite gives them; tables without
rows are left out."""

_DERIVED = frozenset(DERIVED)
_BY_NAME: dict[str, type[Row]] = {row_type.table.name: row_type for row_type in DERIVED}


class _Typed(Mapping[type[Row], tuple[Row, ...]]):
    """Rows by their types, each table made when it is asked for: most of a trial's tables nobody looks at.

    Tables in which ``twin`` has the same are those of the twin.
    """

    def __init__(self, plain: PlainRows, twin: _Typed | None = None) -> None:
        self._plain = plain
        self._twin = twin
        self._made: dict[type[Row], tuple[Row, ...]] = {}
        self.other = frozenset(_BY_NAME) if twin is None else differing(plain, twin._plain)

    def is_twin_of(self, rows: object) -> bool:
        """Whether the tables that are not among ``other`` are those of ``rows``."""
        return self._twin is not None and self._twin is rows

    def __getitem__(self, row_type: type[Row]) -> tuple[Row, ...]:
        name = row_type.table.name
        if self._twin is not None and name not in self.other:
            return self._twin[row_type]
        if row_type not in self._made:
            self._made[row_type] = tuple(map(row_type.from_stored, self._plain[name]))
        return self._made[row_type]

    def __contains__(self, row_type: object) -> bool:
        return isinstance(row_type, type) and issubclass(row_type, Row) and row_type.table.name in self._plain

    def __iter__(self) -> Iterator[type[Row]]:
        return (_BY_NAME[name] for name in self._plain)

    def __len__(self) -> int:
        return len(self._plain)


def plain_rows(rows: StudyRows) -> PlainRows:
    """The derived rows of a trial as values."""
    return {kind.table.name: kind.values_of(found) for kind, found in rows.rows.items() if kind in _DERIVED}


def typed_rows(nct_id: str, plain: PlainRows) -> StudyRows:
    """The rows that `plain_rows` made plain."""
    return StudyRows(nct_id, _Typed(plain))


def typed_versions(nct_id: str, before: PlainRows, after: PlainRows) -> tuple[StudyRows, StudyRows]:
    """The rows of two versions of a trial. Tables that are the same in both are the same rows, not only equal ones."""
    newer = _Typed(after)
    return StudyRows(nct_id, _Typed(before, newer)), StudyRows(nct_id, newer)


def same_rows(one: StudyRows, other: StudyRows, row_type: type[Row]) -> bool:
    """Whether two versions of a trial have the same rows in a table; of plain ones none is typed to tell."""
    if isinstance(one.rows, _Typed) and one.rows.is_twin_of(other.rows):
        return row_type.table.name not in one.rows.other
    return one.of(row_type) == other.of(row_type)


def differing(one: PlainRows, other: PlainRows) -> frozenset[str]:
    """Names of the tables in which two readings of a trial differ. SQLite's 0 and 1 are the same as False and True."""
    return frozenset(name for name in _BY_NAME if one.get(name) != other.get(name))
