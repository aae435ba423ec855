"""`trialside harvest`: records from the registry or from files into the database."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from harvester.cli.corrections import corrections_option
from harvester.cli.options import command as declare
from harvester.cli.writing import finish, harvesting, now
from harvester.errors import InputError, MalformedId
from harvester.pipeline.arrivals import opened
from harvester.reading.groups import cores
from harvester.trial_id import is_trial_id

DEFAULT_LIMIT = 100
MOST_SAVED = 20_000
"""Trials of a saved search at most: every refresh runs it again."""
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


@declare("harvest")
@click.argument("trials", nargs=-1, metavar="[NCT]...")
@click.option(
    "--query",
    metavar="TEXT",
    help="Trials that a search of the registry finds: words, all of which must occur, or its address there.",
)
@click.option("--related", type=click.IntRange(1, 1000), metavar="N", help="Also N trials like each of those named.")
@click.option("--from", "paths", multiple=True, metavar="PATH", help="Records from files: see below. Further paths may follow.")
@click.option("--all", "everything", is_flag=True, help="All trials: of the search, or of the whole registry.")
@click.option("--limit", type=click.IntRange(1), metavar="N", help=f"At most N trials of a search. [default {DEFAULT_LIMIT}]")
@click.option("--save", "name", metavar="NAME", help="Keep the search under this name: every refresh runs it again.")
@click.option("--workers", type=click.IntRange(1, 64), metavar="N", help="Processes that read many records. [default one a core]")
@corrections_option
@click.pass_context
def command(
    context: click.Context,
    trials: tuple[str, ...],
    query: str | None,
    related: int | None,
    paths: tuple[str, ...],
    everything: bool,
    limit: int | None,
    name: str | None,
    workers: int | None,
) -> None:
    """Fetch trial records, store each whole, and read it into rows. A trial is named on standard output once it is stored.

    \b
    trialside harvest NCT07105579 NCT06438796
    trialside harvest NCT07105579 --related 20
    trialside harvest --query "blinatumomab donor lymphocyte infusion" --limit 50
    trialside harvest --query blinatumomab --save blinatumomab
    trialside harvest --from records/ download.zip page.html
    trialside harvest --all

    Files may be a record of the registry, a folder of them, NDJSON, a JSON list, a search answer, the registry's zip
    download, a saved registry page (HTML or text), or another trialside database, whose versions are added to this one's.

    --all goes through the whole registry, or all that a search finds, a thousand trials a request. Stopped, it goes on where
    it stood when the same command is given again; `status` tells what is left.

    With --json each trial is an object on a line of its own.
    """
    _check_asked(trials, query, related, paths, everything, limit)
    wanted = [] if paths else _ids(trials)
    if query is not None:
        from harvester.registry.search import words_query  # here, since files need none

        words_query(query)  # an address that is not understood makes no database
    if name is not None:
        _check_name(name, query)
    streams = opened([*paths, *trials], now()) if paths else []  # before a database is made for what is not there
    with harvesting(context, acknowledge=not everything or not sys.stdout.isatty(), workers=workers or cores()) as harvest:
        if paths:
            reports = [harvest.streams(streams)]
        else:
            from harvester.cli.fetching import Wanted, fetch  # here, since reading files needs no network

            reports = fetch(context, harvest, Wanted(wanted, query, related or 0, limit, everything))
        if name is not None and query is not None and not reports[0].stopped_by:
            from harvester.cli.fetching import keep_search

            keep_search(harvest, name, query, limit or (MOST_SAVED if everything else DEFAULT_LIMIT))
    finish(context, *reports)


def _check_asked(
    trials: Sequence[str],
    query: str | None,
    related: int | None,
    paths: Sequence[str],
    everything: bool,
    limit: int | None,
) -> None:
    """Raises UsageError for what does not go together."""
    asked = (("NCT numbers", trials and not paths), ("--query", query), ("--from", paths), ("--all", everything and not query))
    given = [name for name, value in asked if value]
    if len(given) != 1:
        what = f"{' and '.join(given)} do not go together" if given else "Nothing was asked for"
        raise click.UsageError(f"{what}; give NCT numbers, --query, --from or --all")
    if (related and not trials) or (limit and not query and not everything):
        raise click.UsageError("--related goes with NCT numbers, --limit with --query or --all")
    if query is not None and not query.strip():
        raise click.UsageError("--query is empty")


def _check_name(name: str, query: str | None) -> None:
    """Raises UsageError for a name that could be taken for something else, or a name without a search."""
    if query is None:
        raise click.UsageError("--save goes with --query")
    if not _NAME.fullmatch(name) or is_trial_id(name):
        raise click.UsageError("--save takes a short name of letters, digits, dots and hyphens that is no NCT number")


def _ids(trials: Sequence[str]) -> list[str]:
    from harvester.cli.collection import ids_of  # here, since files name their trials themselves

    try:
        return ids_of(trials)
    except MalformedId as problem:
        if any(Path(name).exists() for name in trials if name):
            raise InputError(problem.what, "To read files, write --from before them.") from None
        raise
