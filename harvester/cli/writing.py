"""Commands that write: the store, the clock, and how a harvest is told on the terminal."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from typing import Final

import click

from harvester.cli.console import Pace, Progress, say, warn
from harvester.cli.corrections import corrections_of
from harvester.cli.options import Settings, settings_of
from harvester.cli.program import ARGUMENTS
from harvester.errors import Interrupted, OutputFailed, PartialResult, RegistryError, StorageError
from harvester.export.printable import printable
from harvester.pipeline import Harvest, HarvestReport, TrialOutcome
from harvester.store import Store

MOST_NAMED: Final = 10
"""Trials that are named at the end of a harvest."""

_BEGAN: Final = "trialside.began"
"""Where a command's context keeps the time at which its first harvest began."""


def now() -> str:
    """The time, UTC, ISO 8601 to the second."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@contextmanager
def harvesting(context: click.Context, *, acknowledge: bool = True, workers: int = 1) -> Iterator[Harvest]:
    """A harvest into the settings' database, told on the terminal as it goes. Raises StorageError with one line.

    ``workers`` processes read the records when there are many. What the registry keeps from beginning is told by `status`.
    """
    settings = settings_of(context)
    context.meta.setdefault(_BEGAN, now())
    line, corrections, pace = Progress(settings), corrections_of(context), Pace()

    def stored(stage: str, done: int, total: int | None) -> None:
        count = f"{stage}: {done:,} of {total:,}" if total else f"{stage}: {done:,}"
        line.show(count + pace.words(done, total))

    def tell(outcome: TrialOutcome) -> None:
        line.clear()
        if outcome.line:
            warn(outcome.line) if outcome.error else say(settings, outcome.line)
        if outcome.where and settings.verbose:
            warn(f"  {outcome.where}")
        if acknowledge:
            _acknowledge(settings, outcome)

    with Store(settings.db, tell=partial(say, settings)) as store:
        harvest = Harvest(store, typed(context), now, stored, tell, corrections, workers)
        try:
            yield harvest
        except RegistryError as problem:
            if not settings.offline:
                harvest.not_begun(problem)
            raise
        finally:
            line.clear()


def typed(context: click.Context) -> str:
    """The command as it was typed."""
    return shlex.join(["trialside", *context.find_root().meta.get(ARGUMENTS, ())])


def _acknowledge(settings: Settings, outcome: TrialOutcome) -> None:
    """Say on standard output that a trial is stored. A reader who has gone does not stop the harvest; a full disk does."""
    if settings.json:
        line = json.dumps({"nct_id": outcome.nct_id, "fate": outcome.fate, "version": outcome.version, "line": outcome.line})
    elif outcome.error is None:
        line = f"{printable(outcome.nct_id)} {outcome.fate}"
    else:
        return
    try:
        click.echo(line)
    except BrokenPipeError:
        return
    except OSError as problem:
        raise OutputFailed(
            f"Standard output could not be written ({problem.strerror})", "What was acknowledged is saved."
        ) from None


def finish(context: click.Context, *reports: HarvestReport) -> None:
    """Tell how the harvest ended, and end the command with its exit code."""
    settings = settings_of(context)
    for report in reports:
        for note in report.notes:
            say(settings, note)
        if settings.json:
            click.echo(json.dumps(_summary(report)))
        say(settings, sum_of(report))
        if line := changed_line(report, context.meta[_BEGAN][:10]):
            say(settings, line)
        if report.stopped_by:
            warn(f"trialside: {report.stopped_by.line}")
    context.exit(_ending(reports))


def _ending(reports: Sequence[HarvestReport]) -> int:
    """One exit code for several harvests: 4 promises that nothing changed, so what one of them stored makes it 3."""
    codes = {report.exit_code for report in reports}
    for gravest in (Interrupted.exit_code, StorageError.exit_code):
        if gravest in codes:
            return gravest
    stored = any(report.saved + report.unchanged for report in reports)
    return PartialResult.exit_code if codes - {0} and stored else max(codes)


def _summary(report: HarvestReport) -> dict[str, object]:
    return {
        "run_id": report.run_id,
        "requested": report.requested,
        "saved": report.saved,
        "unchanged": report.unchanged,
        "failed": report.failed,
        "not_found": report.not_found,
        "stopped_by": report.stopped_by.line if report.stopped_by else None,
    }


def changed_line(report: HarvestReport, since: str) -> str | None:
    """Which trials came in another version than before, and how to see what that changed; None where none did.

    ``since`` is the day on which the harvest began.
    """
    changed = [each.nct_id for each in report.outcomes if each.fate == "saved" and (each.version or 1) > 1]
    if not changed:
        return None
    more = f" and {len(changed) - MOST_NAMED:,} more" if len(changed) > MOST_NAMED else ""
    asked = changed[0] if len(changed) == 1 else f"--since {since}"
    return f"changed: {', '.join(changed[:MOST_NAMED])}{more}; what changed: trialside diff {asked}"


def sum_of(report: HarvestReport) -> str:
    """The counts of a harvest as the sum they must be."""
    return (
        f"requested {report.requested} = saved {report.saved} + unchanged {report.unchanged}"
        f" + failed {report.failed} + not found {report.not_found}"
    )
