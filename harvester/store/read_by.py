"""By which rules the rows of trials were read, and from which texts."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Sequence

from harvester.rules import rules_version
from harvester.schema import as_json
from harvester.shape import shape
from harvester.tables import StudyReading

Fields = tuple[str | None, str | None]
"""Digests of the fields that criteria and doses were read from; None where they are to be read again in any case."""
_OF_THESE = """SELECT nct_id, rules, criteria_fields, doses_fields,
  EXISTS (SELECT 1 FROM corrections WHERE corrections.nct_id = study_readings.nct_id)
FROM study_readings WHERE nct_id IN (SELECT value FROM json_each(?))"""
_NOTE = f"""INSERT INTO study_readings ({", ".join(StudyReading.table.column_names)}) VALUES (?, ?, ?, ?)
ON CONFLICT (nct_id) DO UPDATE SET rules = excluded.rules, criteria_fields = excluded.criteria_fields,
  doses_fields = excluded.doses_fields
WHERE (excluded.rules, excluded.criteria_fields, excluded.doses_fields) IS NOT (rules, criteria_fields, doses_fields)"""  # noqa: S608
_BY_THESE_RULES = "SELECT count(*) FROM study_readings WHERE rules = ?"
_BY_OTHERS = """SELECT studies.nct_id FROM studies LEFT JOIN study_readings USING (nct_id)
WHERE rules IS NOT ? AND studies.nct_id IN (SELECT value FROM json_each(?)) ORDER BY studies.nct_id"""


@shape()
class ReadBy:
    """How the rows of a trial came about. ``fields`` are None where a correction was applied."""

    is_current: bool
    fields: Fields


def read_by(connection: sqlite3.Connection, nct_ids: Iterable[str]) -> dict[str, ReadBy]:
    """How the rows of the trials among ``nct_ids`` came about, as far as it is known."""
    rules = rules_version()
    return {
        row[0]: ReadBy(row[1] == rules, (None, None) if row[4] else (row[2], row[3]))
        for row in connection.execute(_OF_THESE, (as_json(list(nct_ids)),))
    }


def note_read(connection: sqlite3.Connection, fields: Iterable[tuple[str, Fields]]) -> None:
    """Keep that the rows of trials were read by the rules of this program. Call in a transaction."""
    rules = rules_version()
    connection.executemany(_NOTE, [(nct_id, rules, *digests) for nct_id, digests in fields])


def read_by_other_rules(connection: sqlite3.Connection, nct_ids: Sequence[str]) -> list[str]:
    """Those of the stored trials ``nct_ids`` whose rows other rules read than this program's, in order."""
    return [row[0] for row in connection.execute(_BY_OTHERS, (rules_version(), as_json(list(nct_ids))))]


def outdated(connection: sqlite3.Connection, nct_ids: Sequence[str], corrections: Collection[str]) -> list[str]:
    """Those of the stored trials ``nct_ids`` that other rules read, that have corrections or whose rows were made with some."""
    corrected = {row[0] for row in connection.execute("SELECT DISTINCT nct_id FROM corrections")}.union(corrections)
    others = {*read_by_other_rules(connection, nct_ids), *corrected}
    return [nct_id for nct_id in nct_ids if nct_id in others]


def other_rules_line(connection: sqlite3.Connection, nct_ids: Sequence[str]) -> str | None:
    """What to say beside the rows of the stored trials ``nct_ids``, if other rules read some of them."""
    found = read_by_other_rules(connection, nct_ids)
    if not found:
        return None
    named, more = " ".join(found[:5]), len(found) - 5
    whose, all_anew = f"Another version of the rules read the rows of {named}", "trialside normalise --outdated"
    if more > 0:
        return f"{whose} and {more} more. To read all anew: {all_anew}"
    return f"{whose}. To read them anew: trialside normalise {named}"


def count_read_by_other_rules(connection: sqlite3.Connection, studies: int) -> int:
    """How many of all ``studies`` trials have rows that other rules read than this program's."""
    return studies - int(connection.execute(_BY_THESE_RULES, (rules_version(),)).fetchone()[0])
