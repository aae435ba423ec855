"""`trialside normalise`: read the stored records anew."""

from __future__ import annotations

import json
from functools import partial

import click

from harvester.cli.collection import ids_of, known
from harvester.cli.console import Pace, Progress, say, warn
from harvester.cli.corrections import corrections_of, corrections_option, told
from harvester.cli.options import command as declare
from harvester.cli.options import settings_of
from harvester.errors import Interrupted
from harvester.pipeline.renewal import renormalise
from harvester.reading.groups import cores
from harvester.store import Store, known_ids, must_exist


@declare("normalise")
@click.argument("trials", nargs=-1, metavar="[NCT]...")
@click.option("--outdated", is_flag=True, help="Only trials that another version of the rules read, and corrected ones.")
@click.option("--workers", type=click.IntRange(1, 64), metavar="N", help="Processes that read many records. [default one a core]")
@corrections_option
@click.pass_context
def command(context: click.Context, trials: tuple[str, ...], outdated: bool, workers: int | None) -> None:
    """Rebuild every row from the stored records, without the network: after an update of the program, or to be sure.

    Brings an older database to this program's schema first, and applies the corrections file. Twice gives the same rows.
    A trial that cannot be read anew is named and keeps its rows, the others are read, and the exit code is 3. What is read is
    kept as it goes on: cut off, a run is finished with --outdated.

    \b
    trialside normalise
    trialside normalise --outdated
    trialside normalise NCT07105579
    """
    settings = settings_of(context)
    wanted = ids_of(trials)
    line, pace, corrections = Progress(settings), Pace(), corrections_of(context)
    must_exist(settings.db)
    with Store(settings.db, tell=partial(say, settings)) as store:
        stored = known(store.connection, wanted) if wanted else None
        try:
            report = renormalise(
                store,
                stored,
                lambda stage, done, total: line.show(f"{stage}: {done:,} of {total:,}{pace.words(done, total)}"),
                corrections,
                workers or cores(),
                outdated=outdated,
            )
        except KeyboardInterrupt:
            raise Interrupted("Stopped; what was read anew is kept", "To go on: trialside normalise --outdated") from None
        line.clear()
        elsewhere = [] if wanted else sorted(corrections.keys() - known_ids(store.connection, list(corrections)).keys())
    failed = [{"nct_id": each.nct_id, "problem": each.line, "where": each.where} for each in report.failed]
    if settings.json:
        click.echo(json.dumps({"changed": report.changed, "same": report.same, "failed": failed}))
    for each in report.failed:
        warn(f"{each.line} [{each.where}]" if each.where and settings.verbose else str(each.line))
    lost = f", {len(failed)} could not be" if failed else ""
    read = report.changed + report.same
    say(settings, f"read {read} trial{'' if read == 1 else 's'} anew{lost}: {report.changed} changed, {report.same} the same")
    for sentence in told(report.corrections):
        say(settings, sentence)
    if elsewhere:
        say(settings, f"corrections of trials that are not in the database: {', '.join(elsewhere)}")
    context.exit(report.exit_code)
