"""Harvests as history: what was asked for and what became of it, kept with every step so that a cut-off run adds up too."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from harvester.schema import as_json
from harvester.store import statements
from harvester.tables import HarvestRun

Fate = Literal["saved", "unchanged", "failed", "not_found"]
FATES: tuple[Fate, ...] = ("saved", "unchanged", "failed", "not_found")
KEPT_PROBLEMS = 1000
"""Problems kept with a run; the counts go on."""


@dataclass(slots=True)
class Run:
    """A harvest under way; its row is written by `save`, inside the transaction of the steps it counts."""

    connection: sqlite3.Connection
    run_id: int
    requested: int
    counts: dict[Fate, int] = field(default_factory=lambda: dict.fromkeys(FATES, 0))
    problems: list[Mapping[str, str | None]] = field(default_factory=list)
    _saved_problems: int = 0

    def count(self, fate: Fate, problem: Mapping[str, str | None] | None = None) -> None:
        """One trial more has met its fate; call `save` before the transaction ends."""
        self.counts[fate] += 1
        self.requested = max(self.requested, self.done)
        if problem is not None and len(self.problems) < KEPT_PROBLEMS:
            self.problems.append(problem)

    def reload(self) -> None:
        """Back to what is on disk, after a step that may or may not have got there."""
        row = self.connection.execute(
            "SELECT requested, problems, saved, unchanged, failed, not_found FROM harvest_runs WHERE run_id = ?", (self.run_id,)
        ).fetchone()
        self.requested, self.problems = row[0], json.loads(row[1])
        self.counts = dict(zip(FATES, row[2:], strict=True))
        self._saved_problems = len(self.problems)

    @property
    def done(self) -> int:
        """Trials whose fate is known."""
        return sum(self.counts.values())

    def save(self) -> None:
        """Write the counts as they stand; the problems only where there are new ones, since a long run may keep many."""
        self.connection.execute(
            "UPDATE harvest_runs SET requested = ?, saved = ?, unchanged = ?, failed = ?, not_found = ? WHERE run_id = ?",
            (self.requested, *(self.counts[fate] for fate in FATES), self.run_id),
        )
        if len(self.problems) != self._saved_problems:
            self._saved_problems = len(self.problems)
            self.connection.execute(
                "UPDATE harvest_runs SET problems = ? WHERE run_id = ?", (as_json(self.problems), self.run_id)
            )

    def finish(self, status: str, finished_at: str) -> None:
        """End the run. Trials that were asked for and not reached count as failed."""
        missed = self.requested - self.done
        if missed:
            self.counts["failed"] += missed
            self.problems.append({"nct_id": None, "problem": f"{missed} not reached", "next_step": "Run the same command again."})
        self.save()
        self.connection.execute(
            "UPDATE harvest_runs SET status = ?, finished_at = ? WHERE run_id = ?", (status, finished_at, self.run_id)
        )


def begin(connection: sqlite3.Connection, command: str, started_at: str, requested: int) -> Run:
    """Open a run; runs that a killed program left open are closed as interrupted first, their rest counted as failed."""
    for run in read_runs(connection, status="running"):
        counts: dict[Fate, int] = {fate: getattr(run, fate) for fate in FATES}
        Run(connection, run.run_id, run.requested, counts, [*_problems(run)]).finish("interrupted", started_at)
    cursor = connection.execute(
        "INSERT INTO harvest_runs (command, started_at, requested, saved, unchanged, failed, not_found, status, problems) "
        "VALUES (?, ?, ?, 0, 0, 0, 0, 'running', '[]')",
        (command, started_at, requested),
    )
    return Run(connection, int(cursor.lastrowid or 0), requested)


def read_runs(connection: sqlite3.Connection, *, status: str | None = None, limit: int = 100) -> list[HarvestRun]:
    """The latest runs, newest first; with ``status`` only those."""
    where = "(?1 IS NULL OR status = ?1)"
    sql = f"SELECT * FROM ({statements.select(HarvestRun, where)}) ORDER BY run_id DESC LIMIT ?2"  # noqa: S608
    rows = connection.execute(sql, (status, limit))
    return [HarvestRun(**dict(zip(HarvestRun.table.column_names, tuple(row), strict=True))) for row in rows]


def _problems(run: HarvestRun) -> list[Mapping[str, str | None]]:
    found = json.loads(run.problems)
    return found if isinstance(found, list) else []
