"""`trialside related`: what else to look at, each with its reasons in words."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

import click
import yaml

from harvester.cli.collection import attribution, collection, one_id, studies_of, warn_of_age
from harvester.cli.comparators import kept, related_trials, search_registry
from harvester.cli.console import say, tell, warn
from harvester.cli.network import QUICK, registry
from harvester.cli.options import Settings, settings_of
from harvester.cli.options import command as declare
from harvester.cli.sets import write_set
from harvester.cli.trial_text import clean
from harvester.compare.members import from_related
from harvester.compare.related import Related, Weights, default_weights, parse_weights
from harvester.errors import InputError, PartialResult, RegistryError, SearchTooBroad, TrialsideError
from harvester.export.json import json_text
from harvester.registry.record import Record
from harvester.shape import shape
from harvester.store import known_ids
from harvester.tables import StudyRows


@declare("related")
@click.argument("nct_id", metavar="NCT")
@click.option("--limit", type=click.IntRange(1, 200), default=10, show_default=True, metavar="N", help="At most N trials.")
@click.option("--weights", type=click.Path(path_type=Path), metavar="FILE", help="Rank with the weights of this YAML file.")
@click.option("--write", type=click.Path(path_type=Path), metavar="FILE", help="Write them as a set (YAML) for compare --set.")
@click.option("--update", is_flag=True, help="Keep what stands in the set, and add what was found besides.")
@click.option("--force", is_flag=True, help="Replace the file if it exists.")
@click.pass_context
def command(
    context: click.Context, nct_id: str, limit: int, weights: Path | None, write: Path | None, update: bool, force: bool
) -> None:
    """List trials related to a stored one, from the collection and from a search of the registry, each with its reasons.

    Trials that are not stored yet say so; --offline looks at the collection only; -v says why others were left out.
    When the registry cannot be searched, those of the collection are listed, and the exit code is 3; with none at all it is 4.

    \b
    trialside related NCT07105579 --limit 5
    trialside related NCT07105579 --offline --json
    trialside related NCT07105579 --limit 7 --write comparators.yaml
    trialside related NCT07105579 --write comparators.yaml --update
    """
    settings = settings_of(context)
    if update and not write:
        raise click.UsageError("--update goes with --write FILE, the set that is brought up to date")
    wanted = one_id(nct_id)
    used = read_weights(weights)
    with collection(settings) as connection:
        (focal,) = studies_of(connection, [wanted])
        elsewhere = found_elsewhere(settings, focal, limit)
        ranked = related_trials(connection, focal, elsewhere.records, used)
        stored = known_ids(connection, [each.nct_id for each in ranked])
        shown = kept(ranked, limit)
        warn_of_age(settings, connection, [wanted, *(each.nct_id for each in shown)])
    left_out = [each for each in ranked if each.left_out_reason]
    if write:
        found = from_related(focal.nct_id, shown, used, f"{focal.nct_id} and its comparators")
        written = write_set(write, found, update=update, force=force)
        say(settings, f"wrote {write}: {focal.nct_id} and {len(written.members)} comparators")
    if settings.json:
        click.echo(json_text(as_json(focal, shown, stored, used, left_out) | searched(settings, elsewhere)), nl=False)
    else:
        for each in shown:
            click.echo("\n".join(lines(each, each.nct_id in stored)))
        click.echo(attribution(focal) if shown else "No related trial was found.")
    if left_out:
        say(settings, f"{len(left_out)} others were left out{'' if settings.verbose else ' (-v says why)'}")
    if settings.verbose:
        tell(settings, (f"  {each.nct_id}: {each.left_out_reason}" for each in left_out))
    if elsewhere.problem:
        warn(f"trialside: {elsewhere.problem.line}")
        context.exit(PartialResult.exit_code if shown else RegistryError.exit_code)


@shape()
class Elsewhere:
    """What a search of the registry found, and what ended it early, if something did."""

    records: tuple[Record, ...] = ()
    problem: TrialsideError | None = None


def found_elsewhere(settings: Settings, focal: StudyRows, limit: int) -> Elsewhere:
    """What a search of the registry finds, as far as it can be used; a word about the collection alone when that is all."""
    if settings.offline:
        say(settings, "Related trials are those of this collection only, as --offline asks.")
        return Elsewhere()
    found: list[Record] = []
    try:
        with registry(settings, QUICK) as opened:
            opened.version()
        with registry(settings) as opened:
            found.extend(search_registry(opened, focal, limit))
    except (RegistryError, SearchTooBroad) as problem:
        what = "this collection and of a search that was cut off" if found else "this collection only"
        say(settings, f"The registry could not be searched: related trials are those of {what}.")
        return Elsewhere(tuple(found), problem)
    return Elsewhere(tuple(found))


def searched(settings: Settings, elsewhere: Elsewhere) -> dict[str, object]:
    """Where related trials were looked for, and what went wrong there."""
    whole = not settings.offline and elsewhere.problem is None
    problem = elsewhere.problem.line if elsewhere.problem else None
    return {"searched": ["collection", "registry"] if whole else ["collection"], "problem": problem}


def read_weights(path: Path | None) -> Weights:
    """The weights of a file; those of the program without one. Raises InputError with one line."""
    if path is None:
        return default_weights()
    try:
        return parse_weights(yaml.safe_load(path.read_text(encoding="utf-8")))
    except OSError as problem:
        raise InputError(f"{path} cannot be read ({problem.strerror})", "Check the path.") from None
    except yaml.YAMLError:
        raise InputError(f"{path} is not YAML", "It looks like “weights: {drug: 4.0}”.") from None
    except ValueError as problem:
        raise InputError(f"{path}: {problem}", "It looks like “weights: {drug: 4.0}”.") from None


def lines(each: Related, is_stored: bool) -> Iterator[str]:
    """A related trial: number and role, title, reasons."""
    yield f"{each.nct_id}  {each.role}{'  [digest]' if each.is_digest else '' if is_stored else '  [not in the database]'}"
    yield f"  {clean(each.title)}"
    yield from (f"  - {clean(reason)}" for reason in each.reasons)


def as_json(
    focal: StudyRows, shown: Sequence[Related], stored: Collection[str], used: Weights, left_out: Sequence[Related]
) -> dict[str, object]:
    """Related trials with every component and its weight, all that the ranking went by, and why others were left out."""
    return {
        "nct_id": focal.nct_id,
        "attribution": attribution(focal),
        "weights": used.weights,
        "limits": used.limits,
        "companions": sorted(used.companions),
        "left_out": [{"nct_id": each.nct_id, "reason": each.left_out_reason} for each in left_out],
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
