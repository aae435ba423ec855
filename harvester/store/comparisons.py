"""Named comparisons and frozen ones. Writing happens inside `Store.transaction`."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from harvester.store import statements
from harvester.store.reading import rows_of
from harvester.tables import ComparisonMember, ComparisonSet, ComparisonSnapshot

Named = tuple[ComparisonSet, tuple[ComparisonMember, ...]]


def save_comparison(connection: sqlite3.Connection, named: ComparisonSet, members: Sequence[ComparisonMember]) -> None:
    """Store a named set with its comparators; a set of that name is replaced."""
    for row_type in (ComparisonMember, ComparisonSet):
        table = row_type.table.name
        connection.execute(f"DELETE FROM {table} WHERE comparison_id = ?", (named.comparison_id,))  # noqa: S608
    connection.execute(statements.insert(ComparisonSet), named.values())
    connection.executemany(statements.insert(ComparisonMember), [member.values() for member in members])


def read_comparison(connection: sqlite3.Connection, comparison_id: str) -> Named | None:
    """A named set and its comparators in order; None when there is none of that name."""
    by_name = "comparison_id = ?"
    found = rows_of(ComparisonSet, connection.execute(statements.select(ComparisonSet, by_name), (comparison_id,)))
    members = rows_of(ComparisonMember, connection.execute(statements.select(ComparisonMember, by_name), (comparison_id,)))
    return (found[0], tuple(sorted(members, key=lambda member: member.position))) if found else None


def list_comparisons(connection: sqlite3.Connection) -> list[ComparisonSet]:
    """All named sets, by name."""
    found = rows_of(ComparisonSet, connection.execute(statements.select(ComparisonSet)))
    return sorted(found, key=lambda named: named.comparison_id)


def freeze_comparison(connection: sqlite3.Connection, snapshot: ComparisonSnapshot) -> bool:
    """Keep a comparison as it was shown: whether it was new. The same content is kept once, with its first date."""
    sql = f"{statements.insert(ComparisonSnapshot)} ON CONFLICT (snapshot_sha256) DO NOTHING"
    return connection.execute(sql, snapshot.values()).rowcount == 1


def read_snapshot(connection: sqlite3.Connection, sha256: str) -> ComparisonSnapshot | None:
    """The frozen comparison of that hash, given whole or by its first twelve or more digits; None when none or several fit."""
    if len(sha256) < 12 or not all(digit in "0123456789abcdef" for digit in sha256):
        return None
    sql = statements.select(ComparisonSnapshot, "snapshot_sha256 LIKE ?")
    found = rows_of(ComparisonSnapshot, connection.execute(sql, (f"{sha256}%",)))
    return found[0] if len(found) == 1 else None
