"""`trialside status`: what the collection holds, how current it is, and how the last harvest ended."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from itertools import pairwise
from typing import Any

import click

from harvester.cli.collection import collection
from harvester.cli.options import command as declare
from harvester.cli.options import settings_of
from harvester.export.json import json_text
from harvester.export.terminal import printable
from harvester.refresh import field_changes
from harvester.store import Stale, Statistics, data_models, list_searches, stale_trials, statistics
from harvester.tables import DataModel, HarvestRun, SavedSearch

PROBLEMS_SHOWN = 10


@declare("status")
@click.pass_context
def command(context: click.Context) -> None:
    """Tell what the collection holds, the dates of its data, and how the last harvest ended.

    \b
    trialside status
    trialside status --json
    """
    settings = settings_of(context)
    with collection(settings) as connection:
        found, stale = statistics(connection), tuple(stale_trials(connection).values())
        models, searches = data_models(connection), list_searches(connection)
    if settings.json:
        more = {"schema_changes": _schema_changes(models), "searches": [each.as_dict() for each in searches]}
        click.echo(json_text(_as_json(found, stale) | more), nl=False)
    else:
        lines = [*_lines(str(settings.db), found), *_stale_lines(stale), *_schema_lines(models), *_search_lines(searches)]
        click.echo("\n".join(lines))


def _as_json(found: Statistics, stale: tuple[Stale, ...]) -> dict[str, Any]:
    run = found.last_run
    last = {**run.as_dict(), "problems": json.loads(run.problems)} if run else None
    return {**asdict(found), "last_run": last, "stale": stale}


def _stale_lines(stale: tuple[Stale, ...]) -> Iterator[str]:
    for each in stale[:PROBLEMS_SHOWN]:
        why = "the registry no longer has it" if each.is_gone else f"could not be fetched again: {each.problem}"
        yield printable(f"old           {each.nct_id} is of {each.fetched_at[:10]}; {why}")
    if len(stale) > PROBLEMS_SHOWN:
        yield f"              and {len(stale) - PROBLEMS_SHOWN} more (--json names all)"


def _schema_changes(models: Sequence[DataModel]) -> list[dict[str, str]]:
    """What the registry changed in its own description of its fields, and when that was seen."""
    return [
        {"seen_at": after.seen_at, "what": field_changes(json.loads(before.fields), json.loads(after.fields))}
        for before, after in pairwise(models)
    ]


def _schema_lines(models: Sequence[DataModel]) -> Iterator[str]:
    for change in _schema_changes(models)[-PROBLEMS_SHOWN:]:
        yield printable(f"registry      changed its fields, seen {change['seen_at'][:10]}: {change['what']}")


def _search_lines(searches: Sequence[SavedSearch]) -> Iterator[str]:
    for each in searches:
        yield printable(f"search        {each.name}: {each.words} (at most {each.most}); every refresh runs it")


def _lines(database: str, found: Statistics) -> Iterator[str]:
    sources = ", ".join(f"{count} {source}" for source, count in found.by_source.items()) or "none"
    yield f"database      {database}"
    yield f"trials        {found.studies:,} ({sources}), {found.versions:,} versions"
    yield f"data from     {found.data_from or 'unknown'} to {found.data_to or 'unknown'}"
    yield f"read          {found.criteria:,} criteria, {found.facts:,} facts, {found.doses:,} doses"
    yield f"conflicts     {found.conflicts:,} places where a record contradicts itself"
    if found.characters:
        yield (
            f"text read     {found.read_characters / found.characters:.0%} of {found.characters:,} characters are words of values"
            " that were read; every criterion has its row, read or not"
        )
    if found.last_run:
        yield from _run_lines(found.last_run)


def _run_lines(run: HarvestRun) -> Iterator[str]:
    indent = " " * 14
    yield f"last harvest  {printable(run.command)}: {run.status}, {run.finished_at or run.started_at}"
    yield (
        f"{indent}requested {run.requested} = saved {run.saved} + unchanged {run.unchanged}"
        f" + failed {run.failed} + not found {run.not_found}"
    )
    for problem in json.loads(run.problems)[:PROBLEMS_SHOWN]:
        yield indent + printable(" ".join(str(problem[key]) for key in ("nct_id", "problem") if problem.get(key)))
