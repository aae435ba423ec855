"""The rows of stored trials brought to what was read anew: only what differs is written. Call in a transaction.

Rows are numbered by their place in the record, so that most stay under their keys when something is added or altered.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

from harvester.schema import Row
from harvester.store import statements
from harvester.tables import DERIVED
from harvester.tables.plain import PlainRows

Values = tuple[Any, ...]
_AT_ONCE = 64  # rows; more gain nothing


@dataclass
class Writing:
    """What is to be done to one table."""

    row_type: type[Row]
    gone: list[Values] = field(default_factory=list)
    altered: list[Values] = field(default_factory=list)
    come: list[Values] = field(default_factory=list)
    key: tuple[int, ...] = field(init=False)

    def __post_init__(self) -> None:
        self.key = statements.key_places(self.row_type)

    def renew(self, stored: Sequence[Values], read: Sequence[Values]) -> None:
        """Rows of one trial: those up to the first that has another key are altered, the rest go and come.

        So they stay in the order of the record, which is the order of their writing.
        """
        same = 0
        for before, after in zip(stored, read, strict=False):
            if any(before[place] != after[place] for place in self.key):
                break
            same += 1
            if before != after:
                self.altered.append(after)
        self.gone += stored[same:]
        self.come += read[same:]

    def delete(self, connection: sqlite3.Connection) -> None:
        """Delete what is gone."""
        if self.gone:
            connection.executemany(statements.delete(self.row_type), ([row[place] for place in self.key] for row in self.gone))

    def write(self, connection: sqlite3.Connection) -> None:
        """Write what is other than it was, and what came."""
        if self.altered:
            order = statements.update_places(self.row_type)
            connection.executemany(statements.update(self.row_type), ([row[place] for place in order] for row in self.altered))
        if self.come:
            insert(connection, self.row_type, self.come)


def write_tables(
    connection: sqlite3.Connection,
    studies: Mapping[str, PlainRows],
    stored: Mapping[str, PlainRows],
    other: Mapping[str, Collection[str]],
) -> None:
    """Make ``studies`` the derived rows of their trials. ``stored`` are the rows of those that are there already, ``other`` the
    tables in which they differ from these."""
    new = [tables for nct_id, tables in studies.items() if nct_id not in stored]
    writings = [Writing(row_type) for row_type in DERIVED]
    for each in writings:
        name = each.row_type.table.name
        for nct_id, names in other.items():
            if name in names:
                each.renew(stored[nct_id].get(name, ()), studies[nct_id].get(name, ()))
        each.come += chain.from_iterable(tables.get(name, ()) for tables in new)
    for each in reversed(writings):
        each.delete(connection)
    for each in writings:
        each.write(connection)


def insert(connection: sqlite3.Connection, row_type: type[Row], rows: Sequence[Values]) -> None:
    """Insert rows, most of them many in one statement: what SQLite sets up for a statement is then set up once for all."""
    together = len(rows) // _AT_ONCE * _AT_ONCE
    if together:
        values = (tuple(chain.from_iterable(rows[start : start + _AT_ONCE])) for start in range(0, together, _AT_ONCE))
        connection.executemany(statements.insert(row_type, _AT_ONCE), values)
    connection.executemany(statements.insert(row_type), rows[together:])
