"""Proof that a database is whole: each finding names what was looked at, whether it holds, and the first thing that does not."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from harvester.migrations import newest, schema_version
from harvester.schema import Row
from harvester.shape import shape
from harvester.store import statements
from harvester.store.reading import read_studies, rows_of
from harvester.store.runs import FATES, read_runs
from harvester.tables import ALL, DERIVED, RecordVersion, StudyRows
from harvester.tables.profile import PROFILE_ROWS, PROFILES

_BESIDE = (
    ("cannot be found by their words", "study_search_docsize", "id"),
    ("cannot be found by their names", "study_search_names_docsize", "id"),
    ("have no profile to be ranked by", PROFILES, "nct_number"),
)
_OTHER_PROFILES = f"""SELECT count(*) FROM {PROFILES} JOIN {PROFILE_ROWS} AS held USING (nct_number)
WHERE {PROFILES}.profile <> held.profile"""  # noqa: S608


@shape()
class Finding:
    """One thing that was looked at."""

    name: str
    ok: bool
    detail: str


def check_database(
    connection: sqlite3.Connection,
    content_hash: Callable[[str], str],
    derive: Callable[[RecordVersion], StudyRows],
) -> list[Finding]:
    """All findings. ``content_hash`` gives the hash of a record's text; ``derive`` reads a stored record into rows anew.

    The records are read one by one, so memory does not grow with the collection.
    """
    whole = [
        _finding("schema", f"version {schema_version(connection)} of {newest()}", _schema(connection)),
        _finding("integrity", "SQLite finds no damage", _integrity(connection)),
    ]
    if not all(finding.ok for finding in whole):
        return whole  # what lies on a damaged ground cannot be judged
    findings = [
        _finding("references", "every row refers to rows that exist", _references(connection)),
        _finding("runs", "requested = saved + unchanged + failed + not found", _runs(connection)),
        _finding("versions", "numbered from 1 without a gap, one of them current", _versions(connection)),
        _finding("search", "the search index agrees with the tables", _search(connection)),
    ]
    return whole + findings + _records(connection, content_hash, derive)


def _finding(name: str, good: str, problems: Iterable[str]) -> Finding:
    found = list(problems)
    more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
    return Finding(name, not found, f"{found[0]}{more}" if found else good)


def _schema(connection: sqlite3.Connection) -> Iterator[str]:
    names = {row[0] for row in connection.execute("SELECT name FROM sqlite_master")}
    yield from (f"table {row_type.table.name} is missing" for row_type in ALL if row_type.table.name not in names)


def _integrity(connection: sqlite3.Connection) -> Iterator[str]:
    yield from (str(row[0]) for row in connection.execute("PRAGMA integrity_check") if row[0] != "ok")


def _references(connection: sqlite3.Connection) -> Iterator[str]:
    yield from (
        f"a row of {row[0]} refers to a missing row of {row[2]}" for row in connection.execute("PRAGMA foreign_key_check")
    )


def _runs(connection: sqlite3.Connection) -> Iterator[str]:
    for run in read_runs(connection, limit=1_000_000):
        if run.status != "running" and run.requested != sum(getattr(run, fate) for fate in FATES):
            yield f"run {run.run_id} does not add up"


def _versions(connection: sqlite3.Connection) -> Iterator[str]:
    yield from (
        f"{row[0]} has {row[1]} versions, the last is number {row[2]}, {row[3]} are current"
        for row in connection.execute(
            "SELECT nct_id, count(*) AS n, max(version), sum(is_current) FROM record_versions GROUP BY nct_id "
            "HAVING n <> max(version) OR min(version) <> 1 OR sum(is_current) <> 1"
        )
    )
    yield from (
        f"{row[0]} has rows and no record" if row[1] is None else f"{row[1]} has a record and no rows"
        for row in connection.execute(
            "SELECT studies.nct_id, record_versions.nct_id FROM studies FULL JOIN "
            "(SELECT nct_id FROM record_versions WHERE is_current = 1) AS record_versions USING (nct_id) "
            "WHERE studies.nct_id IS NULL OR record_versions.nct_id IS NULL"
        )
    )
    yield from (
        f"{row[0]} was seen in version {row[1]}, which is not stored"
        for row in connection.execute(
            "SELECT nct_id, version FROM record_sightings EXCEPT SELECT nct_id, version FROM record_versions"
        )
    )


def _search(connection: sqlite3.Connection) -> Iterator[str]:
    for lacking, beside, number in _BESIDE:
        without = f"SELECT count(*) FROM studies WHERE nct_number NOT IN (SELECT {number} FROM {beside})"  # noqa: S608
        beyond = f"SELECT count(*) FROM {beside} WHERE {number} NOT IN (SELECT nct_number FROM studies)"  # noqa: S608
        less, more = (connection.execute(sql).fetchone()[0] for sql in (without, beyond))
        if less or more:
            yield f"{less} trials {lacking}, {more} that stand there are gone"
    different = connection.execute(_OTHER_PROFILES).fetchone()[0]
    if different:
        yield f"{different} trials have a profile that is not what the tables hold"


def _records(
    connection: sqlite3.Connection, content_hash: Callable[[str], str], derive: Callable[[RecordVersion], StudyRows]
) -> list[Finding]:
    hashes: list[str] = []
    quotes: list[str] = []
    rows: list[str] = []
    numbers = connection.execute("SELECT nct_id, version FROM record_versions ORDER BY nct_id, version").fetchall()
    seen = spans = 0
    for nct_id, version in numbers:
        stored = _stored(connection, nct_id, version)
        if content_hash(stored.record) != stored.content_sha256:
            hashes.append(f"{nct_id} version {version} is not the record that was received")
        if stored.is_current:
            study = read_studies(connection, [nct_id]).get(nct_id, StudyRows(nct_id, {}))
            found, wrong = _misquotes(study, json.loads(stored.record))
            spans += found
            quotes.extend(wrong)
            rows.extend(_derived_differences(study, stored, derive))
            seen += 1
    return [
        _finding("hashes", f"{len(numbers)} records are what was received", hashes),
        _finding("quotes", f"{spans} spans quote their records", quotes),
        _finding("rows", f"{seen} records read anew give the stored rows", rows),
    ]


def _stored(connection: sqlite3.Connection, nct_id: str, version: int) -> RecordVersion:
    sql = statements.select(RecordVersion, "nct_id = ? AND version = ?")
    return rows_of(RecordVersion, connection.execute(sql, (nct_id, version)))[0]


def _misquotes(study: StudyRows, record: Any) -> tuple[int, list[str]]:
    wrong = []
    found = 0
    for row in study:
        values = row.as_dict()
        for path, start, end, quote in _spans(row, values):
            found += 1
            raw = _value(record, path)
            if not isinstance(raw, str) or raw[start:end] != quote:
                wrong.append(f"{study.nct_id}: a row of {row.table.name} does not quote {path}")
    return found, wrong


def _spans(row: Row, values: dict[str, Any]) -> Iterator[tuple[str, int, int, str]]:
    for side in ("source", "left", "right"):
        path, start, end = values.get(f"{side}_path"), values.get(f"{side}_start"), values.get(f"{side}_end")
        quote = values.get("quote", values.get("text")) if side == "source" else values.get(f"{side}_quote")
        if path is not None and start is not None and end is not None and quote is not None:
            yield path, start, end, quote


def _value(record: Any, path: str) -> Any:
    value = record
    for step in path.replace("[", ".[").split("."):
        if step.startswith("["):
            place = int(step[1:-1])
            value = value[place] if isinstance(value, list) and place < len(value) else None
        else:
            value = value.get(step) if isinstance(value, dict) else None
    return value


def _derived_differences(study: StudyRows, version: RecordVersion, derive: Callable[[RecordVersion], StudyRows]) -> Iterator[str]:
    try:
        derived = derive(version)
    except Exception as problem:  # what cannot be read anew is a finding, and costs no other
        yield f"{study.nct_id}: its record cannot be read anew ({type(problem).__name__})"
    else:
        yield from _differences(study, derived)


def _differences(stored: StudyRows, derived: StudyRows) -> Iterator[str]:
    for row_type in DERIVED:
        if [row.values() for row in stored.of(row_type)] != [row.values() for row in derived.of(row_type)]:
            yield f"{stored.nct_id}: {row_type.table.name} differs from what its record and the corrections give"
