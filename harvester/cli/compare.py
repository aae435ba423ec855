"""`trialside compare`: trials side by side."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from harvester.cli.collection import collection, ids_of, studies_of
from harvester.cli.comparators import kept, related_trials
from harvester.cli.console import say, write_file
from harvester.cli.forms import FORMATS, form_of_file
from harvester.cli.freezing import keep_frozen
from harvester.cli.options import Settings, settings_of
from harvester.cli.options import command as declare
from harvester.compare.build import LARGEST, build_comparison
from harvester.compare.model import Comparison, Member
from harvester.errors import InputError
from harvester.store import count_studies

if TYPE_CHECKING:
    from sqlite3 import Connection


@declare("compare")
@click.argument("trials", nargs=-1, required=True, metavar="NCT...")
@click.option(
    "--related", type=click.IntRange(1, LARGEST - 1), metavar="N", help="Add the N most related trials of the collection."
)
@click.option("--differences", is_flag=True, help="Leave out the rows in which all trials agree.")
@click.option("--zero", metavar="EVENT", help="Count the days of timelines from this event only, as: transplant.")
@click.option("--format", "format_", type=click.Choice(list(FORMATS)), help="Form. [default: that of the file, else table]")
@click.option("--output", "-o", type=click.Path(path_type=Path), metavar="FILE", help="Write a file instead of standard output.")
@click.option("--force", is_flag=True, help="Replace the file if it exists.")
@click.option("--freeze", is_flag=True, help="Keep the comparison as it is today, under the hash of its content.")
@click.pass_context
def command(
    context: click.Context,
    trials: tuple[str, ...],
    related: int | None,
    differences: bool,
    zero: str | None,
    format_: str | None,
    output: Path | None,
    force: bool,
    freeze: bool,
) -> None:
    """Compare stored trials, the focal trial first: who may join, arms, doses on one time axis, outcomes, and where they differ.

    \b
    trialside compare NCT07105579 NCT06438796 NCT06111625
    trialside compare NCT07105579 --related 4 --differences
    trialside compare NCT07105579 NCT06111625 --format html -o comparison.html
    trialside compare NCT07105579 NCT06111625 -o comparison.xlsx
    trialside compare NCT07105579 NCT06111625 --freeze
    """
    settings = settings_of(context)
    form = form_of(settings, format_, output)
    nct_ids = ids_of(trials)
    with collection(settings) as connection:
        comparison = compared(connection, nct_ids, related or 0, zero)
    if freeze:
        keep_frozen(settings, comparison)
    deliver(settings, FORMATS[form](comparison.differences_only() if differences else comparison), output, force)


def form_of(settings: Settings, asked: str | None, output: Path | None) -> str:
    """The form that is meant: as asked, else by the file's name, else JSON under --json, else a table."""
    if asked and settings.json and asked != "json":
        raise click.UsageError(f"--json and --format {asked} do not go together")
    return asked or ("json" if settings.json else None) or form_of_file(output) or "table"


def compared(connection: Connection, nct_ids: Sequence[str], related: int = 0, zero: str | None = None) -> Comparison:
    """The comparison of stored trials, each with the part it plays beside the first, and the ``related`` most related ones.

    Raises UnknownTrial, and InputError when they cannot be compared.
    """
    if len(nct_ids) < 2 and not related:
        raise InputError("A comparison needs two trials", "Name another one, or add --related 4.")
    studies = studies_of(connection, nct_ids)
    ranked = related_trials(connection, studies[0])
    members = {each.nct_id: Member(each.nct_id, each.role, "; ".join(each.reasons)) for each in ranked}
    more = [each.nct_id for each in kept(ranked, len(ranked)) if each.nct_id not in nct_ids][:related]
    try:
        return build_comparison(
            [*studies, *(studies_of(connection, more))], members=members, collection_size=count_studies(connection), zero=zero
        )
    except ValueError as problem:
        raise InputError(str(problem)) from None


def deliver(settings: Settings, content: str | bytes, output: Path | None, force: bool) -> None:
    """To the file, or to standard output, to which a terminal gets no bytes that are not text. Raises InputError."""
    if output is None or str(output) == "-":
        if isinstance(content, bytes) and sys.stdout.isatty():
            raise InputError("This form is no text for a terminal", "Name a file with -o.")
        click.echo(content, nl=False)
        return
    write_file(output, content, force)
    say(settings, f"wrote {output}")
