"""Stored records read anew, and the proof that a database is whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from harvester.normalise import NO_CORRECTIONS, Corrections
from harvester.pipeline.outcome import Progress, silent
from harvester.registry.json_text import content_sha256, decode
from harvester.store import (
    Finding,
    Store,
    check_database,
    open_for_reading,
    read_changes,
    read_studies,
    storage_errors,
)
from harvester.tables import DERIVED, Correction, StudyRows
from harvester.versions import changes_of, read_version


@dataclass(frozen=True, slots=True)
class RenormaliseReport:
    """Trials read anew: how many gave other rows than were stored, how many the same, and what became of their corrections."""

    changed: int
    same: int
    corrections: tuple[Correction, ...] = ()


def renormalise(
    store: Store,
    nct_ids: Sequence[str] | None = None,
    progress: Progress = silent,
    corrections: Corrections = NO_CORRECTIONS,
) -> RenormaliseReport:
    """Rebuild the derived rows of all stored trials, or of those named, from their records and the corrections of their readings.

    One transaction a trial. Rows that come out the same are not written again; the search index is, when all trials are read.
    """
    wanted = store.current_ids() if nct_ids is None else list(nct_ids)
    changed = same = 0
    made: list[Correction] = []
    for done, nct_id in enumerate(wanted, start=1):
        version = store.record(nct_id)
        if version is not None:
            rows = read_version(version, corrections)
            made.extend(rows.of(Correction))
            stored = read_studies(store.connection, [nct_id]).get(nct_id)
            changes = changes_of(store.connection, nct_id, partial(read_version, corrections=corrections), rows)
            if stored is not None and _same_rows(stored, rows) and changes == read_changes(store.connection, nct_id, None):
                same += 1
            else:
                with store.transaction():
                    store.replace_rows(rows)
                    store.replace_changes(nct_id, changes)
                changed += 1
        progress("read", done, len(wanted))
    if nct_ids is None:
        with store.transaction():
            store.rebuild_search()
    return RenormaliseReport(changed, same, tuple(made))


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
            return check_database(connection, lambda text: content_sha256(decode(text)), read)
        finally:
            connection.close()
