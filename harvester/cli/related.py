"""`trialside related`: what else to look at, each with its reasons in words."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

import click

from harvester.cli.collection import attribution, collection, ids_of, studies_of
from harvester.cli.comparators import kept, related_trials, search_registry
from harvester.cli.console import say, tell
from harvester.cli.network import QUICK, registry
from harvester.cli.options import Settings, settings_of
from harvester.cli.options import command as declare
from harvester.cli.trial_text import clean
from harvester.compare.related import Related
from harvester.errors import RegistryError
from harvester.export.json import json_text
from harvester.registry.record import Record
from harvester.store import known_ids
from harvester.tables import StudyRows


@declare("related")
@click.argument("nct_id", metavar="NCT")
@click.option("--limit", type=click.IntRange(1, 200), default=10, show_default=True, metavar="N", help="At most N trials.")
@click.pass_context
def command(context: click.Context, nct_id: str, limit: int) -> None:
    """List trials related to a stored one, from the collection and from a search of the registry, each with its reasons.

    Trials that are not stored yet say so; --offline looks at the collection only; -v says why others were left out.

    \b
    trialside related NCT07105579 --limit 5
    trialside related NCT07105579 --offline --json
    """
    settings = settings_of(context)
    wanted = ids_of([nct_id])
    with collection(settings) as connection:
        (focal,) = studies_of(connection, wanted)
        ranked = related_trials(connection, focal, found_elsewhere(settings, focal, limit))
        stored = known_ids(connection, [each.nct_id for each in ranked])
    shown = kept(ranked, limit)
    if settings.json:
        click.echo(json_text(as_json(focal, shown, stored)), nl=False)
    else:
        for each in shown:
            click.echo("\n".join(lines(each, each.nct_id in stored)))
        click.echo(attribution(focal) if shown else "No related trial was found.")
    left_out = [each for each in ranked if each.left_out_reason]
    if left_out:
        say(settings, f"{len(left_out)} others were left out{'' if settings.verbose else ' (-v says why)'}")
    if settings.verbose:
        tell(settings, (f"  {each.nct_id}: {each.left_out_reason}" for each in left_out))


def found_elsewhere(settings: Settings, focal: StudyRows, limit: int) -> Sequence[Record]:
    """What a search of the registry finds; nothing, and a word about it, when it cannot be used."""
    if settings.offline:
        return ()
    try:
        with registry(settings, QUICK) as opened:
            opened.version()
        with registry(settings) as opened:
            return tuple(search_registry(opened, focal, limit))
    except RegistryError as problem:
        say(settings, f"{problem.what}: related trials are those of this collection.")
        return ()


def lines(each: Related, is_stored: bool) -> Iterator[str]:
    """A related trial: number and role, title, reasons."""
    yield f"{each.nct_id}  {each.role}{'' if is_stored else '  [not in the database]'}"
    yield f"  {clean(each.title)}"
    yield from (f"  - {clean(reason)}" for reason in each.reasons)


def as_json(focal: StudyRows, shown: Sequence[Related], stored: Collection[str]) -> dict[str, object]:
    """Related trials with every component and its weight."""
    return {
        "nct_id": focal.nct_id,
        "attribution": attribution(focal),
        "related": [
            {
                "nct_id": each.nct_id,
                "title": each.title,
                "role": each.role,
                "reasons": each.reasons,
                "components": each.components,
                "in_database": each.nct_id in stored,
            }
            for each in shown
        ],
    }
