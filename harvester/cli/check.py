"""`trialside check`: is the database what it should be?"""

from __future__ import annotations

import click

from harvester.cli.corrections import corrections_of, corrections_option
from harvester.cli.options import command as declare
from harvester.cli.options import settings_of
from harvester.errors import DatabaseDamaged
from harvester.export.json import json_text
from harvester.export.printable import printable
from harvester.pipeline.renewal import check


@declare("check")
@corrections_option
@click.pass_context
def command(context: click.Context) -> None:
    """Prove the database whole: no damage, every hash and quote true, every row what its record gives when it is read anew.

    \b
    trialside check
    trialside check --json
    """
    settings = settings_of(context)
    findings = check(settings.db, corrections_of(context))
    if settings.json:
        click.echo(json_text([{"name": each.name, "ok": each.ok, "detail": each.detail} for each in findings]), nl=False)
    else:
        for each in findings:
            click.echo(f"{'ok' if each.ok else 'NOT OK':<7} {each.name:<11} {printable(each.detail)}")
    wrong = [each.name for each in findings if not each.ok]
    if wrong:
        raise DatabaseDamaged(
            f"{settings.db} fails {len(wrong)} of {len(findings)} checks: {', '.join(wrong)}",
            "For rows or search: trialside normalise (with the same --corrections). Otherwise restore a copy.",
        )
