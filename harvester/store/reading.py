"""Reading studies back: a few queries however many trials. All functions take any open SQLite connection."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any, TypeVar

from harvester.schema import Row, as_json
from harvester.shape import shape
from harvester.store import statements
from harvester.store.database import open_for_reading, storage_errors
from harvester.tables import DERIVED, RecordChange, RecordVersion, Study, StudyRows
from harvester.tables.plain import PlainRows
from harvester.tables.versions import SEEN

R = TypeVar("R", bound=Row)

_IS_LISTED = '"nct_id" IN (SELECT value FROM json_each(?))'
_LIST = """SELECT studies.nct_id, brief_title, acronym, overall_status, overall_status_label, phase_label, study_type_label,
  enrollment, start_date, current_records.source, current_records.data_timestamp, current_records.version, current_records.note,
  minimum_age, maximum_age
FROM studies CROSS JOIN current_records ON current_records.nct_id = studies.nct_id
LEFT JOIN eligibilities ON eligibilities.nct_id = studies.nct_id"""


@shape()
class StudyListing:
    """One trial in a list."""

    nct_id: str
    brief_title: str | None
    acronym: str | None
    overall_status: str | None
    overall_status_label: str | None
    phase_label: str | None
    study_type_label: str | None
    enrollment: int | None
    start_date: str | None
    source: str
    data_timestamp: str | None
    version: int
    note: str | None
    minimum_age: str | None
    maximum_age: str | None

    @property
    def ages(self) -> str | None:
        """The ages that the registry's fields let in, in words, as "18 to 65 years"; None where they set no limit."""
        low, high = ((each or "").lower() for each in (self.minimum_age, self.maximum_age))
        if low and high:
            (number, _, unit), (_, _, other) = low.partition(" "), high.partition(" ")
            return f"{number if unit.rstrip('s') == other.rstrip('s') else low} to {high}"
        return f"from {low}" if low else f"to {high}" if high else None


def rows_of(row_type: type[R], found: Iterable[tuple[Any, ...]]) -> list[R]:
    """Typed rows from what SQLite gave for `statements.select`."""
    return [row_type.from_stored(values) for values in found]


def read_studies(
    connection: sqlite3.Connection, nct_ids: Sequence[str], of: Iterable[type[Row]] = DERIVED
) -> dict[str, StudyRows]:
    """All derived rows and the current `RecordVersion` of the trials that are stored, in the order asked; one query a table.

    With ``of`` only the rows of those types, for who looks at no others in many trials. An obsolete number is answered with
    the trial it stands for; a trial that is not stored is left out.
    """
    known = known_ids(connection, nct_ids)
    wanted = as_json(sorted(set(known.values())))
    by_trial: dict[str, dict[type[Row], tuple[Row, ...]]] = {nct_id: {} for nct_id in known.values()}
    for row_type in of:
        share_out(by_trial, rows_of(row_type, connection.execute(statements.select(row_type, _IS_LISTED), (wanted,))))
    current = statements.select_versions(f"{_IS_LISTED} AND is_current = 1")
    share_out(by_trial, rows_of(RecordVersion, connection.execute(current, (wanted,))))
    return {nct_id: StudyRows(nct_id, by_trial[nct_id]) for nct_id in dict.fromkeys(known.values())}


def read_plain(connection: sqlite3.Connection, nct_ids: Sequence[str]) -> dict[str, PlainRows]:
    """All derived rows of each trial as plain values, one query a table.

    They are equal to what `harvester.tables.plain.plain_rows` gives; SQLite's 0 and 1 stay, as most rows are only compared.
    """
    by_trial: dict[str, dict[str, list[tuple[Any, ...]]]] = {nct_id: {} for nct_id in nct_ids}
    wanted = as_json(list(nct_ids))
    for row_type in DERIVED:
        name, owner = row_type.table.name, itemgetter(row_type.table.column_names.index("nct_id"))
        found = connection.execute(statements.select(row_type, _IS_LISTED), (wanted,))
        for nct_id, rows in groupby(found, owner):
            by_trial[nct_id].setdefault(name, []).extend(rows)
    return dict(by_trial)


def share_out(by_trial: dict[str, dict[type[Row], tuple[Row, ...]]], rows: Iterable[Row]) -> None:
    """Give each trial its own of the rows of one table."""
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row.nct_id, []).append(row)  # type: ignore[attr-defined]  # every derived table has it
    for nct_id, own in found.items():
        by_trial[nct_id][type(own[0])] = tuple(own)


def known_ids(connection: sqlite3.Connection, nct_ids: Sequence[str]) -> dict[str, str]:
    """Stored trials among ``nct_ids``: the number asked for -> the trial's own number, in the order asked."""
    found = connection.execute(
        "SELECT value, coalesce(studies.nct_id, trial_aliases.nct_id) FROM json_each(?) "
        "LEFT JOIN studies ON studies.nct_id = value LEFT JOIN trial_aliases ON trial_aliases.alias = value",
        (as_json(list(nct_ids)),),
    ).fetchall()
    by_number = {row[0]: row[1] for row in found if row[1] is not None}
    return {asked: by_number[asked] for asked in dict.fromkeys(nct_ids) if asked in by_number}


def read_record(connection: sqlite3.Connection, nct_id: str, version: int | None = None) -> RecordVersion | None:
    """One version of a trial's record, the current one unless a number is given; None when it is not stored."""
    where = "nct_id = ?1 AND (version = ?2 OR (?2 IS NULL AND is_current = 1))"
    found = rows_of(RecordVersion, connection.execute(statements.select_versions(where), (nct_id, version)))
    return found[0] if found else None


def read_versions(connection: sqlite3.Connection, nct_id: str) -> list[RecordVersion]:
    """All versions of a trial's record, the oldest first."""
    found = rows_of(RecordVersion, connection.execute(statements.select_versions("nct_id = ?"), (nct_id,)))
    return sorted(found, key=lambda each: each.version)


def with_history(connection: sqlite3.Connection, nct_ids: Iterable[str]) -> set[str]:
    """Those of the trials ``nct_ids`` of which there is more than one version."""
    sql = "SELECT nct_id FROM record_versions WHERE is_current = 0 AND nct_id IN (SELECT value FROM json_each(?))"
    return {row[0] for row in connection.execute(sql, (as_json(list(nct_ids)),))}


def versions_in(path: Path) -> Iterator[RecordVersion]:
    """Every version of every record in another database, those of a trial together, the oldest data first; one by one.

    Raises StorageError at once when ``path`` is no database of ours.
    """
    open_for_reading(path).close()
    return _versions(path)


def _versions(path: Path) -> Iterator[RecordVersion]:
    # What is many is asked for in a thread of its own.
    with storage_errors(path), closing(open_for_reading(path, any_thread=True)) as connection:
        keys = connection.execute(
            f"SELECT nct_id, version FROM {statements.SEEN_VERSIONS} "  # noqa: S608
            f"ORDER BY nct_id, is_current, coalesce({SEEN['data_timestamp']}, ''), version"
        ).fetchall()
        for nct_id, version in keys:
            found = read_record(connection, nct_id, version)
            if found is not None:
                yield found


def read_changes(connection: sqlite3.Connection, nct_id: str | None = None, limit: int | None = 200) -> list[RecordChange]:
    """The latest ``limit`` changes of one trial or of all, newest first; without a limit all of them, in the order written."""
    # A condition that leaves open whether there is a trial would read the whole table for each.
    listed, values = ("1", ()) if nct_id is None else ("nct_id = ?", (nct_id,))
    changes = statements.select(RecordChange, listed)
    if limit is None:
        return rows_of(RecordChange, connection.execute(changes, values))
    sql = f"SELECT * FROM ({changes} DESC) LIMIT ?"  # noqa: S608
    return rows_of(RecordChange, connection.execute(sql, (*values, limit)))


def list_studies(connection: sqlite3.Connection, limit: int = 100) -> list[StudyListing]:
    """Stored trials in the order of their numbers, the youngest number first."""
    found = connection.execute(f"{_LIST} ORDER BY studies.nct_number DESC LIMIT ?", (limit,))
    return [StudyListing(*row) for row in found]


def listings(connection: sqlite3.Connection, nct_ids: Sequence[str]) -> list[StudyListing]:
    """The trials ``nct_ids`` as listed, in that order; those not stored are left out."""
    sql = f"{_LIST} WHERE studies.nct_id IN (SELECT value FROM json_each(?))"  # noqa: S608
    found = connection.execute(sql, (as_json(list(nct_ids)),))
    by_id = {row[0]: StudyListing(*row) for row in found}
    return [by_id[nct_id] for nct_id in dict.fromkeys(nct_ids) if nct_id in by_id]


def count_studies(connection: sqlite3.Connection) -> int:
    """Number of stored trials."""
    return int(connection.execute(statements.count(Study)).fetchone()[0])
