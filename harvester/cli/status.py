"""`trialside status`: what the collection holds, how current it is, and how the last harvest ended."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from itertools import pairwise
from typing import Any

import click

from harvester.cli.collection import collection, other_rules_lines
from harvester.cli.options import command as declare
from harvester.cli.options import settings_of
from harvester.cli.sweep_lines import sweep_lines, sweeps_as_data
from harvester.cli.writing import now
from harvester.export.json import json_text
from harvester.export.printable import printable
from harvester.refresh import REREAD_DAYS, field_changes, reread_before
from harvester.store import (
    Readings,
    Stale,
    Statistics,
    count_read_by_other_rules,
    data_models,
    list_searches,
    list_snapshots,
    list_sweeps,
    readings,
    stale_trials,
    statistics,
)
from harvester.tables import DataModel, HarvestRun, SavedSearch, percent_read

PROBLEMS_SHOWN = 10


@declare("status")
@click.pass_context
def command(context: click.Context) -> None:
    """Tell what the collection holds, the dates of its data, and how the last harvest ended.

    -v shows all problems of the last harvest, those of the program itself with the place they arose in.

    \b
    trialside status
    trialside status -v
    trialside status --json
    """
    settings = settings_of(context)
    with collection(settings) as connection:
        found, stale = statistics(connection), tuple(stale_trials(connection).values())
        otherwise = count_read_by_other_rules(connection, found.studies)
        models, searches = data_models(connection), list_searches(connection)
        whole = readings(connection, reread_before(now()), [each.nct_id for each in stale if each.is_gone])
        sweeps, frozen = list_sweeps(connection), list_snapshots(connection)
    if settings.json:
        more = {
            "schema_changes": _schema_changes(models),
            "searches": [each.as_dict() for each in searches],
            "whole_records": whole,
            "sweeps": sweeps_as_data(sweeps),
            "read_by_other_rules": otherwise,
            "frozen": [{"sha256": sha256, "frozen_at": at, "nct_ids": nct_ids} for sha256, at, nct_ids in frozen],
        }
        click.echo(json_text(_as_json(found, stale) | more), nl=False)
    else:
        lines = [*_lines(str(settings.db), found), *(f"rules         {line}" for line in other_rules_lines(otherwise))]
        lines += _reading_lines(whole)
        if found.last_run:
            lines += _run_lines(found.last_run, verbose=bool(settings.verbose))
        lines += sweep_lines(sweeps)
        lines += [*_stale_lines(stale), *_schema_lines(models), *_search_lines(searches), *_frozen_lines(frozen)]
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


def _frozen_lines(frozen: Sequence[tuple[str, str, Sequence[str]]]) -> Iterator[str]:
    for sha256, at, nct_ids in frozen[:PROBLEMS_SHOWN]:
        more = f" and {len(nct_ids) - 2} more" if len(nct_ids) > 2 else ""
        yield f"frozen        {sha256[:12]} of {at[:10]}: {', '.join(nct_ids[:2])}{more}"


def _lines(database: str, found: Statistics) -> Iterator[str]:
    sources = ", ".join(f"{count:,} {source}" for source, count in found.by_source.items()) or "none"
    yield f"database      {database}"
    yield f"trials        {found.studies:,} ({sources}), {found.versions:,} versions"
    days = dict.fromkeys(each[:10] for each in (found.data_from, found.data_to) if each)
    undated = f"; of {found.undated:,} unknown" if days and found.undated else ""
    yield f"data of       {' to '.join(days) or 'unknown days'}{undated}"
    yield f"read          {found.criteria:,} criteria, {found.facts:,} facts, {found.doses:,} doses"
    yield f"conflicts     {found.conflicts:,} places where a record contradicts itself"
    if found.characters:
        share = f"{percent_read(found.read_characters, found.characters)} % of {found.characters:,} characters"
        yield f"text read     {share} are words of values that were read; every criterion has its row, read or not"


def _reading_lines(whole: Readings) -> Iterator[str]:
    """When the registry's whole records came: a refresh that finds a trial not updated fetches its record only now and then."""
    if whole.oldest is None or whole.youngest is None:
        return
    due = f"; {whole.due:,} came more than {REREAD_DAYS} days ago, the next refreshes read them again" if whole.due else ""
    yield f"whole records came from the registry {whole.oldest[:10]} to {whole.youngest[:10]}{due}"


def _run_lines(run: HarvestRun, *, verbose: bool) -> Iterator[str]:
    indent = " " * 14
    when = run.finished_at or f"begun {run.started_at}; if no trialside is at work on it any more, it was cut off"
    yield f"last harvest  {printable(run.command)}: {run.status}, {when}"
    yield (
        f"{indent}requested {run.requested:,} = saved {run.saved:,} + unchanged {run.unchanged:,}"
        f" + failed {run.failed:,} + not found {run.not_found:,}"
    )
    problems = json.loads(run.problems)
    for problem in problems if verbose else problems[:PROBLEMS_SHOWN]:
        where = f" [{problem['where']}]" if verbose and problem.get("where") else ""
        yield indent + printable(" ".join(str(problem[key]) for key in ("nct_id", "problem") if problem.get(key)) + where)
    if len(problems) > PROBLEMS_SHOWN and not verbose:
        yield f"{indent}and {len(problems) - PROBLEMS_SHOWN} more (-v shows all)"
