"""Stored versions read anew: the record of one, its rows, and what each of a trial's versions changed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from harvester.errors import BadRecord, InputError
from harvester.normalise import NO_CORRECTIONS, Corrections, normalise
from harvester.normalise.parts import completed, fingerprints, is_sound, same_parts
from harvester.registry.json_text import Damaged, decode, decode_exactly
from harvester.registry.record import Origin, Record, record_of
from harvester.store import read_record, read_versions
from harvester.tables import RecordChange, RecordVersion, StudyRows
from harvester.tables.plain import PlainRows, plain_rows, typed_rows

if TYPE_CHECKING:
    import sqlite3

Read = Callable[[RecordVersion], StudyRows]
"""Gives the rows of a stored version."""


def origin_of(version: RecordVersion) -> Origin:
    """Where a stored version came from."""
    return Origin(
        source=version.source,
        source_url=version.source_url,
        api_version=version.api_version,
        data_timestamp=version.data_timestamp,
        fetched_at=version.fetched_at,
        note=version.note,
    )


def stored_record(version: RecordVersion) -> Record:
    """The record of a stored version, as it was received. Raises BadRecord when the stored text is no record of it any more."""
    try:
        record = record_of(_decoded(version.record), version.record, origin_of(version))
    except (Damaged, BadRecord):
        record = None
    if record is None or record.nct_id != version.nct_id:
        raise BadRecord(
            f"Version {version.version} of {version.nct_id} as it is stored is no record of it any more",
            "Restore a copy of the database; the other trials are not concerned.",
        )
    return record


def _decoded(text: str) -> Any:
    exact = decode_exactly(text.encode("utf-8", "surrogatepass"))  # what this does not take `decode` judges
    return decode(text) if exact is None else exact


def read_version(version: RecordVersion, corrections: Corrections = NO_CORRECTIONS) -> StudyRows:
    """The rows that a stored version gives, as corrected. Raises BadRecord when the stored text is no record any more."""
    return normalise(stored_record(version), corrections)


def changes_of(
    connection: sqlite3.Connection, nct_id: str, corrections: Corrections, current: StudyRows | None = None
) -> list[RecordChange]:
    """What every stored version of a trial changed, the oldest data first; ``current`` are the rows of the current version.

    The same versions give the same changes, whatever the order in which they came.
    """
    from harvester.history import in_order, record_changes  # here, since most runs compare nothing

    versions = in_order(read_versions(connection, nct_id))
    if len(versions) < 2:
        return []
    rows = _rows_of_all(versions, corrections, current)
    return [
        change
        for (was, before), (now, after) in pairwise(zip(versions, rows, strict=True))
        for change in record_changes(before, after, was.version, now.version, (was.source, now.source))
    ]


def _rows_of_all(versions: Sequence[RecordVersion], corrections: Corrections, current: StudyRows | None) -> list[StudyRows]:
    """The rows of each version, the last of them read first: most versions have the criteria and arms of the one after them,
    and these are not read again."""
    found: list[StudyRows] = []
    after: tuple[tuple[str, str], PlainRows] | None = None
    for each in reversed(versions):
        record = stored_record(each)
        read_from = fingerprints(record.body)
        kept = same_parts(record.body, after[0]) if after else ()
        rows = current if current and each.is_current else normalise(record, corrections, kept)
        if after and kept and rows is not current:
            rows = typed_rows(each.nct_id, completed(plain_rows(rows), after[1], kept))
        tables = plain_rows(rows)
        after = (read_from, tables) if is_sound(tables) and not corrections.get(each.nct_id) else None
        found.append(rows)
    return found[::-1]


def compared_versions(
    connection: sqlite3.Connection, nct_id: str, first: int, second: int, read: Read
) -> tuple[RecordChange, ...]:
    """What changed from any stored version of a trial to any other. Raises InputError naming a version that is not stored."""
    from harvester.history import record_changes  # as above

    found = []
    for number in (first, second):
        version = read_record(connection, nct_id, number)
        if version is None:
            raise InputError(f"{nct_id} has no version {number} here", f"List them with: trialside diff {nct_id} --list")
        found.append(version)
    before, after = found
    return record_changes(read(before), read(after), first, second, (before.source, after.source))
