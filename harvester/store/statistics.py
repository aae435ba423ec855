"""How much is stored, how current it is, and when it last changed."""

from __future__ import annotations

import sqlite3

from harvester.schema import Row
from harvester.shape import shape
from harvester.store import statements
from harvester.store.runs import read_runs
from harvester.tables import CriterionFact, Dose, EligibilityCriterion, HarvestRun, RecordConflict, RecordVersion, Study
from harvester.tables.versions import SOURCES

_CURRENT = f"""SELECT min(data_timestamp), max(data_timestamp), count(*) - count(data_timestamp),
  {", ".join(["sum(source = ?)"] * len(SOURCES))}
FROM current_records"""  # noqa: S608
"""All in one go and without sorting: of a large collection it takes a while."""


@shape()
class Statistics:
    """Counts of the local collection. ``data_from`` and ``data_to`` are the oldest and the youngest date of the data, ``undated``
    the trials whose data have none."""

    studies: int
    versions: int
    criteria: int
    facts: int
    doses: int
    conflicts: int
    characters: int
    read_characters: int
    by_source: dict[str, int]
    data_from: str | None
    data_to: str | None
    undated: int
    last_run: HarvestRun | None


def statistics(connection: sqlite3.Connection) -> Statistics:
    """Counts of the local collection, all from one moment if the caller holds a transaction."""
    characters = connection.execute("SELECT coalesce(sum(characters), 0), coalesce(sum(read_characters), 0) FROM text_coverage")
    written, read = characters.fetchone()
    oldest, youngest, undated, *counts = connection.execute(_CURRENT, SOURCES).fetchone()
    runs = read_runs(connection, limit=1)
    return Statistics(
        studies=_count(connection, Study),
        versions=_count(connection, RecordVersion),
        criteria=_count(connection, EligibilityCriterion),
        facts=_count(connection, CriterionFact),
        doses=_count(connection, Dose),
        conflicts=_count(connection, RecordConflict),
        characters=written,
        read_characters=read,
        by_source={source: count for source, count in sorted(zip(SOURCES, counts, strict=True)) if count},
        data_from=oldest,
        data_to=youngest,
        undated=undated,
        last_run=runs[0] if runs else None,
    )


def _count(connection: sqlite3.Connection, row_type: type[Row]) -> int:
    return int(connection.execute(statements.count(row_type)).fetchone()[0])


def data_state(connection: sqlite3.Connection) -> int:
    """A number that every write raises: equal numbers, equal data. One row is read."""
    return int(connection.execute("SELECT generation FROM data_state").fetchone()[0])
