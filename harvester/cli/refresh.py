"""`trialside refresh`: stored trials fetched again."""

from __future__ import annotations

import click

from harvester.cli.collection import collection, ids_of, known
from harvester.cli.network import registry
from harvester.cli.options import command as declare
from harvester.cli.options import settings_of
from harvester.cli.writing import finish, harvesting


@declare("refresh")
@click.argument("trials", nargs=-1, metavar="[NCT]...")
@click.pass_context
def command(context: click.Context, trials: tuple[str, ...]) -> None:
    """Fetch stored trials again, all or those named; a digest or a saved page becomes the registry's own record.

    One request when the registry's data are those that are stored already. A trial that cannot be had stays as it is.

    \b
    trialside refresh
    trialside refresh NCT06438796
    """
    settings = settings_of(context)
    wanted = ids_of(trials)
    with collection(settings) as connection:
        stored = known(connection, wanted)
    with harvesting(context) as harvest, registry(settings) as opened:
        report = harvest.refresh(opened, stored if wanted else None)
    finish(context, report)
