"""How far large searches came. Writing happens inside `Store.transaction`."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from harvester.schema import Json
from harvester.store import statements
from harvester.store.reading import rows_of
from harvester.tables import Sweep, SweepPart


def begin_sweep(connection: sqlite3.Connection, query: Json, most: int | None, total: int | None, started_at: str) -> Sweep:
    """Keep that a search is gone through from now on."""
    newest = connection.execute("SELECT coalesce(max(sweep_id), 0) FROM sweeps").fetchone()[0]
    sweep = Sweep(sweep_id=newest + 1, query=query, most=most, total=total, started_at=started_at, finished_at=None)
    connection.execute(statements.insert(Sweep), sweep.values())
    return sweep


def unfinished_sweep(connection: sqlite3.Connection, query: Json, most: int | None) -> Sweep | None:
    """The last sweep of this search, if something of it is left."""
    where = "query = ?1 AND most IS ?2 AND sweep_id = (SELECT max(sweep_id) FROM sweeps WHERE query = ?1 AND most IS ?2)"
    found = rows_of(Sweep, connection.execute(statements.select(Sweep, where), (query, most)))
    return found[0] if found and found[0].finished_at is None else None


def list_sweeps(connection: sqlite3.Connection) -> list[tuple[Sweep, list[SweepPart]]]:
    """All sweeps with their parts, the oldest first."""
    sweeps = rows_of(Sweep, connection.execute(statements.select(Sweep)))
    return [(sweep, sweep_parts(connection, sweep.sweep_id)) for sweep in sorted(sweeps, key=lambda each: each.sweep_id)]


def sweep_parts(connection: sqlite3.Connection, sweep_id: int) -> list[SweepPart]:
    """The parts of a sweep in order."""
    found = rows_of(SweepPart, connection.execute(statements.select(SweepPart, "sweep_id = ?"), (sweep_id,)))
    return sorted(found, key=lambda part: part.position)


def save_parts(connection: sqlite3.Connection, parts: Sequence[SweepPart]) -> None:
    """Keep how far parts have come."""
    for part in parts:
        connection.execute("DELETE FROM sweep_parts WHERE sweep_id = ? AND position = ?", (part.sweep_id, part.position))
    connection.executemany(statements.insert(SweepPart), [part.values() for part in parts])


def finish_sweep(connection: sqlite3.Connection, sweep_id: int, finished_at: str) -> None:
    """Keep that nothing of a sweep is left. Tokens are of no use any more."""
    connection.execute("UPDATE sweeps SET finished_at = ? WHERE sweep_id = ?", (finished_at, sweep_id))
    connection.execute("UPDATE sweep_parts SET next_token = NULL WHERE sweep_id = ?", (sweep_id,))
