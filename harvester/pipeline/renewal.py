"""Stored records read anew, and the proof that a database is whole."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from harvester.errors import BadRecord, PartialResult, StorageError, TrialsideError
from harvester.normalise import NO_CORRECTIONS, Corrections, normalise
from harvester.normalise.parts import fingerprints, is_sound
from harvester.pipeline.outcome import Progress, TrialOutcome, silent
from harvester.reading.study import place_of
from harvester.registry.json_text import Damaged, content_sha256, decode
from harvester.shape import shape
from harvester.store import (
    Finding,
    ReadBy,
    Store,
    check_database,
    open_for_reading,
    read_changes,
    read_studies,
    storage_errors,
)
from harvester.tables import DERIVED, Correction, RecordChange, RecordVersion, StudyRows
from harvester.tables.plain import plain_rows
from harvester.versions import changes_of, read_version, stored_record

Fields = tuple[str | None, str | None]


@shape()
class RenormaliseReport:
    """Trials read anew: how many gave other rows than were stored, how many the same, and what became of their corrections.

    ``failed`` are those that could not be read anew, or not in every version; what is stored of them stays as it was.
    """

    changed: int
    same: int
    corrections: tuple[Correction, ...] = ()
    failed: tuple[TrialOutcome, ...] = ()

    @property
    def exit_code(self) -> int:
        """3 when some trial could not be read anew."""
        return PartialResult.exit_code if self.failed else 0


def renormalise(
    store: Store,
    nct_ids: Sequence[str] | None = None,
    progress: Progress = silent,
    corrections: Corrections = NO_CORRECTIONS,
) -> RenormaliseReport:
    """Rebuild the derived rows of all stored trials, or of those named, from their records and the corrections of their readings.

    One transaction a trial. Rows that come out the same are not written again; the search index is, when all trials are read.
    A trial that cannot be read anew costs no other.
    """
    wanted = store.current_ids() if nct_ids is None else list(nct_ids)
    changed = same = 0
    made: list[Correction] = []
    failed: list[TrialOutcome] = []
    for done, nct_id in enumerate(wanted, start=1):
        version = store.record(nct_id)
        if version is not None:
            try:
                rows, changes, fields = _anew(store, version, corrections)
            except Exception as problem:  # one unreadable record must not cost the others
                failed.append(_failed(nct_id, problem))
            else:
                made.extend(rows.of(Correction))
                is_changed = _renewed(store, rows, changes, fields)
                changed, same = changed + is_changed, same + (not is_changed)
        progress("read", done, len(wanted))
    if nct_ids is None:
        with store.transaction():
            store.rebuild_search()
    return RenormaliseReport(changed, same, tuple(made), tuple(failed))


def _anew(store: Store, version: RecordVersion, corrections: Corrections) -> tuple[StudyRows, list[RecordChange], Fields]:
    """The rows of the current version, what all versions of the trial changed, and the digests of the fields they come from."""
    record = stored_record(version)
    rows = normalise(record, corrections)
    read = partial(read_version, corrections=corrections)
    fields = fingerprints(record.body) if is_sound(plain_rows(rows)) else (None, None)
    return rows, changes_of(store.connection, version.nct_id, read, rows), fields


def _failed(nct_id: str, problem: Exception) -> TrialOutcome:
    if isinstance(problem, StorageError):
        raise problem
    error = (
        problem
        if isinstance(problem, TrialsideError)
        else BadRecord(
            f"{nct_id} could not be read anew ({type(problem).__name__})",
            "What is stored of it stays; please report the number (-v says where it arose).",
        )
    )
    where = None if isinstance(problem, TrialsideError) else place_of(problem)
    return TrialOutcome(nct_id, "failed", error.line, error, where=where)


def _renewed(store: Store, rows: StudyRows, changes: list[RecordChange], fields: Fields) -> bool:
    """Whether the rows or the changes are others than those stored; they are written then."""
    nct_id = rows.nct_id
    stored = read_studies(store.connection, [nct_id]).get(nct_id)
    if stored is not None and _same_rows(stored, rows) and changes == read_changes(store.connection, nct_id, None):
        if store.read_by([nct_id]).get(nct_id) != ReadBy(True, fields):
            with store.transaction():
                store.note_read(nct_id, fields)
        return False
    with store.transaction():
        store.replace_rows(rows, fields)
        store.replace_changes(nct_id, changes)
    return True


def _same_rows(one: StudyRows, other: StudyRows) -> bool:
    return all(one.of(row_type) == other.of(row_type) for row_type in DERIVED)


def check(path: Path, corrections: Corrections = NO_CORRECTIONS) -> list[Finding]:
    """Prove the database at ``path`` whole, with the corrections it was made with, see `harvester.store.check_database`.

    Raises StorageError when it cannot be opened.
    """
    with storage_errors(path):
        connection = open_for_reading(path)
        try:
            read = partial(read_version, corrections=corrections)
            return check_database(connection, _hash_of, read)
        finally:
            connection.close()


def _hash_of(text: str) -> str:
    """The hash of a record's text; empty for what is no record any more."""
    try:
        body = decode(text)
    except Damaged:
        return ""
    return content_sha256(body) if isinstance(body, dict) else ""
