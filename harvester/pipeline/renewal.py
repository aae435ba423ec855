"""Stored records read anew, and the proof that a database is whole."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from harvester.errors import BadRecord, PartialResult, RowsRefused, StorageError, TrialsideError
from harvester.normalise import NO_CORRECTIONS, Corrections
from harvester.pipeline.outcome import Progress, TrialOutcome, silent
from harvester.reading.arrival import Lost, Reading
from harvester.reading.groups import read_in_groups
from harvester.reading.study import Settleable, place_of
from harvester.registry.json_text import Damaged, content_sha256, decode
from harvester.registry.piece import Piece
from harvester.shape import shape
from harvester.store import ReadBy, Store, open_for_reading, read_changes, storage_errors, with_history
from harvester.tables import Correction, RecordChange
from harvester.tables.plain import differing
from harvester.versions import changes_of, origin_of, read_version, stored_record

if TYPE_CHECKING:
    from harvester.store import Finding

Fields = tuple[str | None, str | None]
_CORRECTIONS: Final = Correction.table.name
_STAYS: Final = "What is stored of it stays; please report the number"


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
    workers: int = 1,
    *,
    outdated: bool = False,
) -> RenormaliseReport:
    """Rebuild the derived rows of all stored trials, or of those named, from their records and the corrections of their readings.

    Many are read by ``workers`` processes, and written some two hundred in a transaction. Rows that come out the same are not
    written again; the search index is, when all trials are read. A trial that cannot be read anew costs no other. With
    ``outdated`` only trials that other rules read are read anew, and those with corrections: what is left after a run that was
    cut off, or after an update of the program.
    """
    wanted = store.current_ids() if nct_ids is None else list(nct_ids)
    if outdated:
        wanted = store.outdated(wanted, corrections)
    renewal, done = Renewal(store, corrections, wanted), 0
    for group in read_in_groups(_stored(store, wanted), corrections, workers, ahead=False):
        renewal.settle(group)
        done += len(group)
        progress("read", done, len(wanted))
    renewal.fail_the_rest()
    if nct_ids is None and not outdated:
        with store.transaction():
            store.rebuild_search()
    return RenormaliseReport(renewal.changed, renewal.same, tuple(renewal.made), tuple(renewal.failed))


def _stored(store: Store, nct_ids: Sequence[str]) -> Iterator[Piece]:
    """The current records, undecoded."""
    for nct_id in nct_ids:
        version = store.record(nct_id)
        if version is not None:
            yield Piece(version.record.encode("utf-8"), nct_id, origin_of(version))


class Renewal:
    """One run of reading the trials ``nct_ids`` anew: what was read, written where it differs from what is stored."""

    def __init__(self, store: Store, corrections: Corrections, nct_ids: Sequence[str]) -> None:
        self._store = store
        self._corrections = corrections
        self._left = dict.fromkeys(nct_ids)
        self.changed = self.same = 0
        self.made: list[Correction] = []
        self.failed: list[TrialOutcome] = []

    def settle(self, group: Sequence[Settleable]) -> None:
        """Write what differs of a group, in one transaction, or each alone where the group cannot be."""
        for each in group:
            if isinstance(each, Lost) and each.where and each.asked in self._left:
                self._fail(each.asked, _fault(each.asked, each.where), each.where)
        readings = [each for each in group if isinstance(each, Reading) and each.nct_id in self._left]
        try:
            self._write(readings)
        except RowsRefused as problem:
            if len(readings) > 1:
                for alone in readings:
                    self.settle([alone])
            else:
                self._fail(
                    readings[0].nct_id, BadRecord(f"{readings[0].nct_id} could not be stored ({problem.what})", f"{_STAYS}.")
                )

    def fail_the_rest(self) -> None:
        """Name the trials whose stored text turned out to be no record of them."""
        for nct_id in list(self._left):
            version = self._store.record(nct_id)
            if version is not None:
                try:
                    stored_record(version)
                    self._fail(nct_id, _fault(nct_id, "no rows"))
                except BadRecord as problem:
                    self._fail(nct_id, problem)

    def _write(self, readings: Sequence[Reading]) -> None:
        store, there = self._store, self._store.rows_of([each.nct_id for each in readings])
        changes = self._changes(readings)
        told = [each for each in readings if each.nct_id in changes]
        known = store.read_by(changes)
        new = [each for each in told if differing(there[each.nct_id], each.tables)]
        retold = [nct_id for nct_id, own in changes.items() if own != read_changes(store.connection, nct_id, None)]
        noted = [each for each in told if known.get(each.nct_id) != ReadBy(True, _fields_of(each))]
        if new or retold or noted:
            with store.transaction(of_few=True):
                store.renew_rows(new, there)
                for nct_id in retold:
                    store.replace_changes(nct_id, changes[nct_id])
                store.note_read((each.nct_id, each.fields) for each in noted)
        altered = len({*retold, *(each.nct_id for each in new)})
        self.changed, self.same = self.changed + altered, self.same + len(told) - altered
        for each in told:
            del self._left[each.nct_id]
            self.made += map(Correction.from_values, each.tables.get(_CORRECTIONS, ()))

    def _changes(self, readings: Sequence[Reading]) -> dict[str, list[RecordChange]]:
        """What the versions of each trial changed, by its number. Trials of which a version cannot be read fail."""
        connection, changes = self._store.connection, {each.nct_id: list[RecordChange]() for each in readings}
        several = with_history(connection, changes)
        for each in readings:
            if each.nct_id in several:
                try:
                    changes[each.nct_id] = changes_of(connection, each.nct_id, self._corrections, each.rows())
                except StorageError:
                    raise
                except Exception as problem:  # one unreadable version must not cost the other trials
                    del changes[each.nct_id]
                    if isinstance(problem, TrialsideError):
                        self._fail(each.nct_id, problem)
                    else:
                        self._fail(each.nct_id, _fault(each.nct_id, place_of(problem)), place_of(problem))
        return changes

    def _fail(self, nct_id: str, error: TrialsideError, where: str | None = None) -> None:
        del self._left[nct_id]
        self.failed.append(TrialOutcome(nct_id, "failed", error.line, error, where=where))


def _fault(nct_id: str, where: str) -> BadRecord:
    kind, _, _ = where.partition(" at ")
    return BadRecord(f"{nct_id} could not be read anew ({kind})", f"{_STAYS} (-v says where it arose).")


def _fields_of(each: Reading) -> Fields:
    """What `ReadBy` tells of a trial that was read so."""
    return (None, None) if each.tables.get(_CORRECTIONS) else each.fields


def check(path: Path, corrections: Corrections = NO_CORRECTIONS) -> list[Finding]:
    """Prove the database at ``path`` whole, with the corrections it was made with, see `harvester.store.check_database`.

    Raises StorageError when it cannot be opened.
    """
    from harvester.store import check_database  # here, since whoever reads anew proves nothing

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
