"""`trialside refresh`: the collection brought up to the registry's date."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from harvester.cli.collection import collection, ids_of, known, other_rules_lines
from harvester.cli.console import tell
from harvester.cli.corrections import corrections_option
from harvester.cli.network import registry
from harvester.cli.options import command as declare
from harvester.cli.options import settings_of
from harvester.cli.writing import finish, harvesting
from harvester.errors import InputError
from harvester.reading.groups import cores
from harvester.refresh import Asked, refresh
from harvester.store import count_read_by_other_rules, count_studies, list_comparisons, list_searches

if TYPE_CHECKING:
    from sqlite3 import Connection


@declare("refresh")
@click.argument("asked", nargs=-1, metavar="[NCT|NAME]...")
@click.option("--all", "fetch_all", is_flag=True, help="Fetch every record again, whatever its last update.")
@click.option("--accept", is_flag=True, help="Show what the checks would stop: what trials had before is gone from them.")
@corrections_option
@click.pass_context
def command(context: click.Context, asked: tuple[str, ...], fetch_all: bool, accept: bool) -> None:
    """Bring stored trials up to the registry's date, all or those named; saved searches and comparator sets run again too.

    One request when the registry's data are those that are stored already; else records of which dates, status, results or
    terms changed are fetched, and whole records again that came more than 28 days ago. What cannot be had stays as it is; what
    the registry no longer has is kept and marked gone. A digest or a saved page becomes the registry's own record. Nothing is
    shown before the whole run passed the checks; a trial is named on standard output once it is stored.

    \b
    trialside refresh
    trialside refresh NCT06438796
    trialside refresh blinatumomab
    """
    settings = settings_of(context)
    with collection(settings) as connection:
        wanted = _asked(connection, asked, fetch_all, accept)
    with harvesting(context, workers=cores()) as harvest, registry(settings) as opened:
        reports = refresh(harvest, opened, wanted)
        connection = harvest.store.connection
        otherwise = count_read_by_other_rules(connection, count_studies(connection))
    tell(settings, other_rules_lines(otherwise))
    finish(context, *reports)


def _asked(connection: Connection, asked: Sequence[str], fetch_all: bool, accept: bool) -> Asked:
    """Names of saved searches and sets apart from NCT numbers. Raises InputError and UnknownTrial for what is neither."""
    names = {each.name for each in list_searches(connection)} | {each.comparison_id for each in list_comparisons(connection)}
    named = tuple(each for each in asked if each in names)
    others = [each for each in asked if each not in names]
    for each in others:
        if each[:1] != "@" and "nct" not in each.lower():
            raise InputError(
                f'"{each[:40]}" is neither an NCT number nor the name of a saved search or a set here',
                "Keep a search with: trialside harvest --query … --save NAME",
            )
    nct_ids = known(connection, ids_of(others))
    return Asked(tuple(nct_ids), named, fetch_all, accept)
