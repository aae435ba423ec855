"""One run from question to rows: records arrive, each is read and stored in its own transaction, and only then acknowledged.

    arrivals (registry, files, snapshot) -> standing (new, changed, older, unchanged, outranked) -> rows -> store -> acknowledge

Times are an argument (``now`` gives ISO 8601 UTC). Nothing here prints.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from harvester import resources
from harvester.errors import BadRecord, Interrupted, RegistryError, StorageError, TrialsideError
from harvester.history import record_changes
from harvester.normalise import NO_CORRECTIONS, Corrections, normalise
from harvester.registry.client import Found, NotFound, Registry
from harvester.registry.client import Outcome as RegistryOutcome
from harvester.registry.json_text import content_sha256, decode
from harvester.registry.paging import Search
from harvester.registry.record import Record
from harvester.registry.search import SearchQuery
from harvester.registry.source import Problem, read_source
from harvester.registry.trial_id import canonical_id, is_trial_id
from harvester.store import (
    FATES,
    Fate,
    Finding,
    Run,
    Store,
    check_database,
    is_database,
    open_for_reading,
    read_changes,
    read_studies,
    storage_errors,
    version_heads,
    versions_in,
)
from harvester.tables import DERIVED, Correction, RecordVersion, StudyRows
from harvester.tables.corrections import void_line
from harvester.versions import changes_of, read_version
from harvester.versions import stored_record as stored_record

Now = Callable[[], str]
Progress = Callable[[str, int, int | None], None]


@dataclass(frozen=True, slots=True)
class Lost:
    """A trial that did not arrive: what was asked for (a number, or a file), and why not."""

    asked: str
    fate: Fate
    error: TrialsideError


@dataclass(frozen=True, slots=True)
class Confirmed:
    """A trial of which the registry says, without giving its record, that it was not updated since the record here."""

    nct_id: str
    api_version: str
    data_timestamp: str


Arrival = Record | Lost | Confirmed


@dataclass(frozen=True, slots=True)
class TrialOutcome:
    """What became of one trial. ``line`` says in one line what a person should know; None when there is nothing to say."""

    nct_id: str
    fate: Fate
    line: str | None = None
    error: TrialsideError | None = None
    version: int | None = None


@dataclass(frozen=True, slots=True)
class HarvestReport:
    """A run in numbers: ``requested`` = the sum of the fates. ``stopped_by`` is what ended it early, if something did."""

    run_id: int | None
    requested: int
    saved: int
    unchanged: int
    failed: int
    not_found: int
    outcomes: tuple[TrialOutcome, ...]
    notes: tuple[str, ...] = ()
    stopped_by: TrialsideError | None = None

    @property
    def problems(self) -> tuple[TrialOutcome, ...]:
        """Trials that could not be had."""
        return tuple(outcome for outcome in self.outcomes if outcome.error is not None)

    @property
    def exit_code(self) -> int:
        """0 all is here; 3 some is not; the error's own code when nothing came or the user stopped it."""
        if isinstance(self.stopped_by, Interrupted | StorageError):
            return self.stopped_by.exit_code
        if not self.saved + self.unchanged:
            errors = [self.stopped_by] if self.stopped_by else [each.error for each in self.problems if each.error]
            if errors and (self.stopped_by or all(isinstance(error, RegistryError) for error in errors)):
                return errors[0].exit_code
        return 3 if self.failed or self.not_found or self.stopped_by else 0


def _silent(stage: str, done: int, total: int | None) -> None:
    """Tell nobody."""


@dataclass(frozen=True, slots=True)
class Harvest:
    """How to harvest into one store, with which corrections.

    ``acknowledge`` is called after each trial's transaction is on disk, never before.
    """

    store: Store
    command: str
    now: Now
    progress: Progress = _silent
    acknowledge: Callable[[TrialOutcome], None] = lambda outcome: None
    corrections: Corrections = field(default_factory=lambda: NO_CORRECTIONS)

    def ids(self, registry: Registry, nct_ids: Sequence[str]) -> HarvestReport:
        """Trials by number, from the registry."""
        wanted = list(dict.fromkeys(canonical_id(each) if is_trial_id(each) else each for each in nct_ids))
        return self.arrivals(arrivals_of(registry.studies(wanted)), len(wanted))

    def query(self, registry: Registry, query: SearchQuery, limit: int | None = None) -> HarvestReport:
        """Trials that a search of the registry finds. Raises SearchTooBroad before anything is stored."""
        search = registry.search(query, limit)
        return self.arrivals(_found(search), 0, search.notes)

    def sources(self, paths: Sequence[str | Path]) -> HarvestReport:
        """Records from files and folders, and every version of another trialside database.

        Raises UnreadableSource or StorageError, before anything is stored, for what is no source at all.
        """
        streams = [self._stream(Path(path)) for path in paths]
        return self.arrivals((each for stream in streams for each in stream), 0)

    def _stream(self, path: Path) -> Iterator[Arrival]:
        if is_database(path):
            return _from_database(path.name, versions_in(path))
        return (_from_file(each) for each in read_source(path, fetched_at=self.now()))

    def snapshot(self, nct_ids: Sequence[str] | None = None) -> HarvestReport:
        """The bundled records, all or those named."""
        wanted = None if nct_ids is None else set(nct_ids)
        bundled = (_from_file(each) for each in read_source(resources.snapshot(), fetched_at=self.now()))
        return self.arrivals((each for each in bundled if wanted is None or (_id_of(each) in wanted)), 0)

    def arrivals(self, arrivals: Iterable[Arrival], requested: int, notes: Sequence[str] = ()) -> HarvestReport:
        """Store what arrives, one transaction a trial; the run adds up however it ends.

        ``requested`` is the number of trials asked for, 0 when the arrivals themselves are all there is; ``notes`` is read at the
        end. An error that stops the run, or the user, is in the report; StorageError is raised when even that cannot be stored.
        """
        run = self.store.begin_run(self.command, self.now(), requested)
        outcomes: list[TrialOutcome] = []
        stopped: TrialsideError | None = None
        try:
            for arrival in arrivals:
                outcome = self._settle(run, arrival)
                outcomes.append(outcome)
                self.acknowledge(outcome)
                self.progress("stored", run.done, requested or None)
        except KeyboardInterrupt:
            stopped = Interrupted("Stopped; what was acknowledged is saved", "Run the same command again to go on.")
        except TrialsideError as problem:
            stopped = problem
        self._finish(run, stopped)
        return _report(run, outcomes, tuple(notes), stopped)

    def _settle(self, run: Run, arrival: Arrival) -> TrialOutcome:
        try:
            if isinstance(arrival, Confirmed):
                return self._confirm(run, arrival)
            return self._lose(run, arrival) if isinstance(arrival, Lost) else self._keep(run, arrival)
        except BaseException:
            # Stopped in the middle of a step: only the disk knows whether it counts.
            with storage_errors(self.store.path):
                run.reload()
            raise

    def read(self, version: RecordVersion) -> StudyRows:
        """The rows that a stored version gives, as corrected."""
        return read_version(version, self.corrections)

    def _lose(self, run: Run, lost: Lost) -> TrialOutcome:
        entry = {"nct_id": lost.asked, "fate": lost.fate, "problem": lost.error.what, "next_step": lost.error.next_step}
        with self.store.transaction():
            run.count(lost.fate, entry)
        return TrialOutcome(lost.asked, lost.fate, lost.error.line, lost.error)

    def _confirm(self, run: Run, same: Confirmed) -> TrialOutcome:
        with self.store.transaction():
            self.store.note_confirmed(same.nct_id, same.api_version, same.data_timestamp, self.now())
            run.count("unchanged")
        return TrialOutcome(same.nct_id, "unchanged")

    def _keep(self, run: Run, record: Record) -> TrialOutcome:
        standing = self.store.standing(record)
        if standing == "outranked":
            with self.store.transaction():
                run.count("unchanged")
            return TrialOutcome(
                record.nct_id, "unchanged", f"{record.nct_id}: the registry's own record is stored already and stays"
            )
        if standing == "older":
            with self.store.transaction():
                version = self.store.write_history(record)
                self.store.replace_changes(record.nct_id, changes_of(self.store.connection, record.nct_id, self.read))
                run.count("saved")
            line = f"{record.nct_id}: kept as an earlier version, the current one stays"
            return TrialOutcome(record.nct_id, "saved", line, version=version)
        if standing == "unchanged":
            with self.store.transaction():
                self.store.note_seen(record)
                run.count("unchanged")
            return TrialOutcome(record.nct_id, "unchanged")
        try:
            rows = normalise(record, self.corrections)
        except Exception as problem:  # one unreadable record must not cost the others
            error = BadRecord(
                f"{record.nct_id} could not be read ({type(problem).__name__})",
                "The stored version stays; please report the number.",
            )
            return self._lose(run, Lost(record.nct_id, "failed", error))
        told = void_line(rows.of(Correction))
        with self.store.transaction():
            before = read_studies(self.store.connection, [record.nct_id]).get(record.nct_id)
            version = self.store.write_study(record, rows)
            if before is not None:
                told = self._write_changes(before, rows) or told
            run.count("saved")
        return TrialOutcome(record.nct_id, "saved", told, version=version)

    def _write_changes(self, before: StudyRows, rows: StudyRows) -> str | None:
        """Store what a new current version changed; what to say when that could not be told, which costs no record."""
        connection, nct_id = self.store.connection, rows.nct_id
        stored, (last, newest) = before.one(RecordVersion), version_heads(connection, nct_id)[-2:]
        try:
            if stored is not None and last.version == stored.version:
                found = record_changes(before, rows, last.version, newest.version, (last.source, newest.source))
                self.store.add_changes(found)
            else:  # versions of other dates stand between the two now
                self.store.replace_changes(nct_id, changes_of(connection, nct_id, self.read))
        except (BadRecord, ArithmeticError, AttributeError, LookupError, NameError, TypeError, ValueError) as problem:
            return f"{nct_id}: what changed could not be told ({type(problem).__name__}); to try again: trialside normalise"
        return None

    def _finish(self, run: Run, stopped: TrialsideError | None) -> None:
        status = "interrupted" if isinstance(stopped, Interrupted) else "complete"
        if stopped is not None and status == "complete":
            status = "partial" if run.counts["saved"] + run.counts["unchanged"] else "failed"
        elif status == "complete" and run.counts["failed"] + run.counts["not_found"]:
            status = "partial"
        if stopped is not None and status != "interrupted":
            run.problems.append({"nct_id": None, "problem": stopped.what, "next_step": stopped.next_step})
        with self.store.transaction():
            run.finish(status, self.now())

    def is_fresh(self, nct_id: str, date: str) -> bool:
        """Whether a trial is stored as the registry gave it on the ``date`` of its data."""
        stored = self.store.record(nct_id)
        return stored is not None and stored.source == "api" and stored.data_timestamp == date


def _report(run: Run, outcomes: list[TrialOutcome], notes: tuple[str, ...], stopped: TrialsideError | None) -> HarvestReport:
    counts = {fate: run.counts[fate] for fate in FATES}
    return HarvestReport(
        run_id=run.run_id,
        requested=run.requested,
        saved=counts["saved"],
        unchanged=counts["unchanged"],
        failed=counts["failed"],
        not_found=counts["not_found"],
        outcomes=tuple(outcomes),
        notes=notes,
        stopped_by=stopped,
    )


def arrivals_of(outcomes: Iterable[RegistryOutcome]) -> Iterator[Arrival]:
    """What the registry answered for single trials, as arrivals."""
    return (_arrival(outcome) for outcome in outcomes)


def _arrival(outcome: RegistryOutcome) -> Arrival:
    if isinstance(outcome, Found):
        return outcome.record
    if isinstance(outcome, NotFound):
        error = TrialsideError(f"The registry has no trial {outcome.asked}", "Check the number.")
        return Lost(outcome.asked, "not_found", error)
    return Lost(outcome.asked, "failed", outcome.error)


def _found(search: Search) -> Iterator[Arrival]:
    yield from search
    for problem in search.problems:
        yield Lost("a trial of the search", "failed", problem)


def _from_file(outcome: Record | Problem) -> Arrival:
    if isinstance(outcome, Record):
        return outcome
    return Lost(outcome.nct_id or outcome.path, "failed", BadRecord(outcome.line))


def _from_database(name: str, versions: Iterator[RecordVersion]) -> Iterator[Arrival]:
    for version in versions:
        try:
            yield stored_record(version)
        except (TrialsideError, ValueError) as problem:
            error = BadRecord(f"A version of {version.nct_id} in {name} is damaged ({problem})", "Run there: trialside check")
            yield Lost(version.nct_id, "failed", error)


def _id_of(arrival: Arrival) -> str:
    return arrival.asked if isinstance(arrival, Lost) else arrival.nct_id


@dataclass(frozen=True, slots=True)
class RenormaliseReport:
    """Trials read anew: how many gave other rows than were stored, how many the same, and what became of their corrections."""

    changed: int
    same: int
    corrections: tuple[Correction, ...] = ()


def renormalise(
    store: Store,
    nct_ids: Sequence[str] | None = None,
    progress: Progress = _silent,
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
