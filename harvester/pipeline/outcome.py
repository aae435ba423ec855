"""What became of each trial of a run, and of the run."""

from __future__ import annotations

from collections.abc import Callable

from harvester.errors import Interrupted, RegistryError, StorageError, TrialsideError
from harvester.shape import shape
from harvester.store import FATES, Fate, Run

Now = Callable[[], str]
"""Gives the time: UTC, ISO 8601."""
Progress = Callable[[str, int, int | None], None]

KEPT_OUTCOMES = 20_000
"""Trials of one run whose outcomes are kept one by one."""


@shape()
class TrialOutcome:
    """What became of one trial. ``line`` says in one line what a person should know; None when there is nothing to say.

    ``where`` is the place of an error of ours.
    """

    nct_id: str
    fate: Fate
    line: str | None = None
    error: TrialsideError | None = None
    version: int | None = None
    where: str | None = None


@shape()
class HarvestReport:
    """A run in numbers: ``requested`` = the sum of the fates. ``stopped_by`` is what ended it early, if something did.

    ``outcomes`` are in the order of arrival; of a run of more than `KEPT_OUTCOMES` only those with something to say.
    """

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


class Outcomes:
    """The outcomes of a run as it goes on, in bounded memory."""

    def __init__(self) -> None:
        self._kept: list[TrialOutcome] = []
        self._all = True

    def add(self, outcome: TrialOutcome) -> None:
        """Keep an outcome; in a large run only if it has something to say."""
        if self._all and len(self._kept) == KEPT_OUTCOMES:
            self._all = False
            self._kept = [each for each in self._kept if each.line]
        if self._all or (outcome.line and len(self._kept) < KEPT_OUTCOMES):
            self._kept.append(outcome)

    def report(self, run: Run, notes: tuple[str, ...], stopped: TrialsideError | None) -> HarvestReport:
        """The run as it ended."""
        counts = {fate: run.counts[fate] for fate in FATES}
        return HarvestReport(
            run_id=run.run_id,
            requested=run.requested,
            saved=counts["saved"],
            unchanged=counts["unchanged"],
            failed=counts["failed"],
            not_found=counts["not_found"],
            outcomes=tuple(self._kept),
            notes=notes,
            stopped_by=stopped,
        )


def silent(stage: str, done: int, total: int | None) -> None:
    """Tell nobody."""
