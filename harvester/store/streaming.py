"""Whole tables read in blocks, for those who write them elsewhere: memory stays bounded however large the collection is."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from harvester.schema import Row, as_json

BLOCK_ROWS = 2_000
"""Rows read at a time."""


@contextmanager
def one_moment(connection: sqlite3.Connection) -> Iterator[None]:
    """All that is read inside is from one state of the data, whatever is written meanwhile."""
    connection.execute("BEGIN")
    try:
        yield
    finally:
        connection.execute("ROLLBACK")


def blocks_of(
    connection: sqlite3.Connection, row_type: type[Row], columns: Collection[str], nct_ids: Sequence[str] | None = None
) -> Iterator[list[tuple[Any, ...]]]:
    """``columns`` of a table's rows as SQLite holds them, in the table's order of columns and in the order of writing.

    The rows of all trials, or of ``nct_ids``.
    """
    names = ", ".join(f'"{name}"' for name in row_type.table.column_names if name in columns)
    where = "" if nct_ids is None else ' WHERE "nct_id" IN (SELECT value FROM json_each(?))'
    sql = f'SELECT {names} FROM "{row_type.table.name}"{where} ORDER BY rowid'  # noqa: S608
    found = connection.execute(sql, () if nct_ids is None else (as_json(list(nct_ids)),))
    while block := found.fetchmany(BLOCK_ROWS):
        yield block
