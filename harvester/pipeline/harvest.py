"""One run from question to rows. Times are an argument; nothing here prints."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import field
from pathlib import Path
from typing import TYPE_CHECKING

from harvester import resources
from harvester.errors import Interrupted, TrialsideError
from harvester.normalise import NO_CORRECTIONS, Corrections
from harvester.pipeline.arrivals import arrivals_of, bundled, found_by, opened, without_stop
from harvester.pipeline.outcome import HarvestReport, Now, Outcomes, Progress, TrialOutcome, silent
from harvester.pipeline.settling import Settling
from harvester.reading.arrival import Arrival
from harvester.reading.groups import read_in_groups
from harvester.reading.study import Known
from harvester.shape import shape
from harvester.store import Run, Store
from harvester.trial_id import canonical_id, is_trial_id

if TYPE_CHECKING:
    from harvester.registry.client import Registry
    from harvester.registry.paging import Search
    from harvester.registry.search import SearchQuery


@shape()
class Harvest:
    """How to harvest into one store, with which corrections, read by how many processes (1: in this one).

    ``acknowledge`` is called for each trial after the transaction it is in is on disk, never before.
    """

    store: Store
    command: str
    now: Now
    progress: Progress = silent
    acknowledge: Callable[[TrialOutcome], None] = lambda outcome: None
    corrections: Corrections = field(default_factory=lambda: NO_CORRECTIONS)
    workers: int = 1

    def ids(self, registry: Registry, nct_ids: Sequence[str]) -> HarvestReport:
        """Trials by number, from the registry."""
        wanted = list(dict.fromkeys(canonical_id(each) if is_trial_id(each) else each for each in nct_ids))
        return self.arrivals(arrivals_of(registry.studies(wanted)), len(wanted))

    def query(self, registry: Registry, query: SearchQuery, limit: int | None = None) -> HarvestReport:
        """Trials that a search of the registry finds. Raises SearchTooBroad before anything is stored."""
        return self.search(registry.search(query, limit))

    def search(self, search: Search) -> HarvestReport:
        """Trials of a search of the registry that was begun."""
        return self.arrivals(found_by(search), 0, search.notes, counted=lambda: search.counted)

    def sources(self, paths: Sequence[str | Path]) -> HarvestReport:
        """Records from files and folders, and every version of another trialside database.

        Raises UnreadableSource or StorageError, before anything is stored, for what is no source at all. Of several files, one
        that turns out to hold no record costs none of the others.
        """
        return self.streams(opened(paths, self.now()))

    def streams(self, streams: Sequence[tuple[Path, Iterator[Arrival]]]) -> HarvestReport:
        """The same of sources that were opened already."""
        if len(streams) == 1:
            return self.arrivals(streams[0][1], 0)
        return self.arrivals((each for path, stream in streams for each in without_stop(path, stream)), 0)

    def snapshot(self, nct_ids: Sequence[str] | None = None) -> HarvestReport:
        """The bundled records, all or those named."""
        asked = sum(1 for _ in resources.snapshot().glob("*.json")) if nct_ids is None else len(nct_ids)
        return self.arrivals(bundled(self.now(), nct_ids), asked)

    def arrivals(
        self,
        arrivals: Iterable[Arrival],
        requested: int,
        notes: Sequence[str] = (),
        reached: Callable[[object], None] = lambda what: None,
        expected: int | None = None,
        ahead: bool = True,
        counted: Callable[[], int] = lambda: 0,
    ) -> HarvestReport:
        """Store what arrives; the run adds up however it ends.

        ``requested`` is the number of trials asked for, 0 when the arrivals themselves are all there is; then ``expected`` says
        how many there may be. ``notes`` is read at the end, as ``counted``: how many there should have been, of which those that
        did not come count as failed. ``reached`` is told, in a transaction, of the points in the source that were passed. With
        ``ahead`` False no other thread asks for the arrivals: for those that look into the store. An error that stops the run,
        or the user, is in the report; StorageError is raised when even that cannot be stored.
        """
        run = self.store.begin_run(self.command, self.now(), requested)
        settling = Settling(self.store, run, self.now, self.corrections, reached)
        outcomes = Outcomes()
        stopped: TrialsideError | None = None
        try:
            for group in read_in_groups(arrivals, self.corrections, self.workers, ahead=ahead, stored=self._known):
                for outcome in settling.settle(group):
                    outcomes.add(outcome)
                    self.acknowledge(outcome)
                self.progress("stored", run.done, requested or expected)
        except KeyboardInterrupt:
            stopped = Interrupted("Stopped; what was acknowledged is saved", "Run the same command again to go on.")
        except TrialsideError as problem:
            stopped = problem
        run.requested = max(run.requested, counted())
        self._finish(run, stopped)
        return outcomes.report(run, (*notes, *_renewed_line(settling.renewed)), stopped)

    def not_begun(self, problem: TrialsideError) -> None:
        """Keep that a run was ended by ``problem`` before it could ask for a trial."""
        self._finish(self.store.begin_run(self.command, self.now()), problem)

    def _known(self, nct_ids: Sequence[str]) -> dict[str, Known]:
        """What is stored of trials, as far as it may save reading their records."""
        heads = self.store.heads(nct_ids) if nct_ids else {}
        known = self.store.read_by(heads) if heads else {}
        return {
            nct_id: Known(heads[nct_id].content_sha256, each.is_current, each.fields)
            for nct_id, each in known.items()
            if nct_id in heads
        }

    def _finish(self, run: Run, stopped: TrialsideError | None) -> None:
        status = "interrupted" if isinstance(stopped, Interrupted) else "complete"
        if stopped is not None and status == "complete":
            status = "partial" if run.counts["saved"] + run.counts["unchanged"] else "failed"
        elif status == "complete" and run.requested > run.counts["saved"] + run.counts["unchanged"]:
            status = "partial"
        if stopped is not None and status != "interrupted":
            run.problems.append({"nct_id": None, "problem": stopped.what, "next_step": stopped.next_step})
        with self.store.transaction():
            run.finish(status, self.now())

    def fresh(self, date: str) -> set[str]:
        """Trials that are stored as the registry gave them on the ``date`` of its data."""
        return self.store.fresh_ids(date)


def _renewed_line(renewed: int) -> list[str]:
    if not renewed:
        return []
    trials, their = ("1 trial", "its") if renewed == 1 else (f"{renewed:,} trials", "their")
    return [f"Another version of the rules had read {trials}: {their} rows were read anew, though {their} records are the same."]
