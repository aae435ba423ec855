"""`trialside compare`: trials side by side. What only an option asks for is loaded with it."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from harvester.cli.collection import collection, ids_of, known, studies_of, warn_of_age
from harvester.cli.console import say, write_file
from harvester.cli.corrections import corrections_of, corrections_option, no_corrections
from harvester.cli.forms import FORMATS, TABLE, check_agrees, columns, form_of_file
from harvester.cli.options import Settings, settings_of
from harvester.cli.options import command as declare
from harvester.cli.sets import read_set, store_set
from harvester.compare.build import LARGEST, build_comparison
from harvester.compare.model import Comparison
from harvester.errors import InputError
from harvester.normalise import NO_CORRECTIONS, Corrections
from harvester.site.members import members_beside
from harvester.store import count_studies
from harvester.tables import StudyRows
from harvester.trial_id import typed_id

if TYPE_CHECKING:
    from sqlite3 import Connection


@declare("compare")
@click.argument("trials", nargs=-1, metavar="[NCT]...|HASH")
@click.option(
    "--set",
    "set_",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Compare a set (YAML), and keep it by its file's name.",
)
@click.option(
    "--related", type=click.IntRange(1, LARGEST - 1), metavar="N", help="Add the N most related trials of the collection."
)
@click.option("--matrix", is_flag=True, help="Who may join, every trial beside every other, whichever is the focal one.")
@click.option(
    "--differences",
    is_flag=True,
    help="Leave out the rows in which the trials are alike or it cannot be told. What one of them leaves unsaid is a difference.",
)
@click.option(
    "--rows",
    metavar="NAMES",
    help="Only these rows, by label, group, drug, words, or name in the JSON: age,dosing,transplant,criteria.lvef.",
)
@click.option("--zero", metavar="EVENT", help="Count the days of timelines from this event only, as: transplant.")
@click.option("--format", "format_", type=click.Choice(list(FORMATS)), help="Form. [default: that of the file, else table]")
@click.option("--output", "-o", type=click.Path(path_type=Path), metavar="FILE", help="Write a file instead of standard output.")
@click.option("--force", is_flag=True, help="Replace the file if it exists.")
@click.option("--as-of", "day", metavar="DAY", help="Compare the versions that held on a day, as 2026-01-31, of those stored.")
@click.option("--freeze", is_flag=True, help="Keep the comparison as it is, under the hash of its content.")
@corrections_option
@click.pass_context
def command(
    context: click.Context,
    trials: tuple[str, ...],
    set_: Path | None,
    related: int | None,
    matrix: bool,
    differences: bool,
    rows: str | None,
    zero: str | None,
    format_: str | None,
    output: Path | None,
    force: bool,
    day: str | None,
    freeze: bool,
) -> None:
    """Compare stored trials, the focal trial first: who may join, arms, doses on one time axis, outcomes, and where they differ.

    \b
    trialside compare NCT07105579 NCT06438796 NCT06111625
    trialside compare NCT07105579 --related 4 --differences
    trialside compare NCT07105579 --related 4 --rows "age,prior transplant,dosing-blinatumomab" -o comparison.docx
    trialside compare NCT07105579 NCT06111625 --as-of 2026-01-31 --freeze -o comparison.docx
    trialside compare 3f2a91c07d4e -o frozen.docx
    trialside compare --set comparators.yaml
    """
    settings = settings_of(context)
    form = form_of(settings, format_, output)
    named = [name for each in (rows or "").split(",") if (name := each.strip())]
    if rows is not None and not named:
        raise click.UsageError("--rows names no row: name some by their labels, as: age,prior transplant")
    if named and (matrix or freeze):
        raise click.UsageError("--rows goes with neither --matrix nor --freeze, which are of all rows")
    if was := frozen_asked(settings, trials, named, bool(set_ or related or matrix or zero or day or freeze)):
        deliver(FORMATS[form](was.differences_only() if differences else was), output, force)
        return
    nct_ids = trials_asked(settings, trials, set_)
    corrections = corrections_of(context) if day is not None else no_corrections(context)
    with collection(settings) as connection:
        studies = studies_beside(connection, nct_ids, related or 0, day, corrections)
        comparison = built(connection, studies, zero, named)
        if related and len(studies) - len(nct_ids) < related:
            say(settings, f"{related} related trials were asked for; this collection holds {len(studies) - len(nct_ids)}.")
        if day is None:
            warn_of_age(settings, connection, comparison.nct_ids)
    if freeze:
        from harvester.cli.freezing import keep_frozen

        comparison = keep_frozen(settings, comparison)
    shown = comparison.differences_only() if differences else comparison
    deliver(matrix_in(form, studies, comparison) if matrix else FORMATS[form](shown), output, force)


def frozen_asked(settings: Settings, asked: Sequence[str], rows: Sequence[str], has_more: bool) -> Comparison | None:
    """The frozen comparison of a hash that is named instead of trials, cut to ``rows``, with a note of it; None for trials.

    Raises UsageError where ``has_more`` is asked of it, InputError, StorageError.
    """
    if len(asked) != 1 or typed_id(asked[0]):
        return None
    from harvester.cli.freezing import frozen, is_hash
    from harvester.compare.chosen_rows import narrowed
    from harvester.history import with_hash

    if not is_hash(asked[0]):
        return None
    if has_more:
        raise click.UsageError("What was frozen is written as it was: with --rows, --differences, --format and --output alone")
    with collection(settings) as connection:
        snapshot, comparison = frozen(connection, asked[0])
    return with_hash(narrowed(comparison, rows, is_frozen=True), snapshot)


def matrix_in(form: str, studies: Sequence[StudyRows], comparison: Comparison) -> str | bytes:
    """Every trial beside every other: words for the terminal, the page's JSON, or the document `pairs` in another form."""
    from harvester.compare.matrix import build_matrix
    from harvester.export.files import REPORT_FILES
    from harvester.export.json import json_text
    from harvester.export.pairs_text import pairs_text
    from harvester.export.templates import template_report

    matrix = build_matrix(studies, comparison)
    if form == TABLE:
        return pairs_text(matrix, comparison.attribution, columns())
    if form == "json":
        return json_text({"matrix": matrix, "attribution": comparison.attribution})
    return REPORT_FILES[form].write(template_report("pairs", studies))


def trials_asked(settings: Settings, typed: Sequence[str], set_: Path | None) -> list[str]:
    """The trials as typed, or those of a set, which is stored by its file's name when all of them are. Raises InputError."""
    if set_ is None:
        if not typed:
            raise click.UsageError("Missing argument 'NCT...': name trials, or a set with --set FILE.")
        return ids_of(typed)
    if typed:
        raise click.UsageError("Name trials or a set, not both.")
    chosen = read_set(set_)
    with collection(settings) as connection:
        known(connection, chosen.nct_ids)
    store_set(settings.db, set_, chosen)
    return list(chosen.nct_ids)


def form_of(settings: Settings, asked: str | None, output: Path | None) -> str:
    """The form that is meant: as asked, else by the file's name, else JSON under --json, else a table."""
    if asked and settings.json and asked != "json":
        raise click.UsageError(f"--json and --format {asked} do not go together")
    form = asked or ("json" if settings.json else None) or form_of_file(output) or "table"
    check_agrees(form, output)
    return form


def compared(connection: Connection, nct_ids: Sequence[str]) -> Comparison:
    """The comparison of stored trials, each with the part it plays beside the first.

    Raises UnknownTrial, and InputError when they cannot be compared.
    """
    return built(connection, studies_beside(connection, nct_ids))


def studies_beside(
    connection: Connection,
    nct_ids: Sequence[str],
    related: int = 0,
    day: str | None = None,
    corrections: Corrections = NO_CORRECTIONS,
) -> list[StudyRows]:
    """The stored trials and the ``related`` most related ones; with ``day`` as they were then, read with the ``corrections``.

    Raises UnknownTrial, and InputError for a trial alone.
    """
    if len(nct_ids) < 2 and not related:
        raise InputError("A comparison needs two trials", "Name another one, or add --related 4.")
    studies = studies_of(connection, nct_ids)
    if related:
        from harvester.cli.comparators import kept, related_trials

        ranked = related_trials(connection, studies[0])
        more = [each.nct_id for each in kept(ranked, len(ranked)) if each.nct_id not in nct_ids][:related]
        studies += studies_of(connection, more)
    if day is not None:
        from harvester.cli.as_of import studies_as_of

        studies = studies_as_of(connection, [each.nct_id for each in studies], day, corrections)
    return studies


def built(connection: Connection, studies: list[StudyRows], zero: str | None = None, rows: Sequence[str] = ()) -> Comparison:
    """The comparison of these trials, of ``rows`` only where some are named.

    Raises InputError when they cannot be compared, and where none of the rows named is there.
    """
    size = count_studies(connection)
    try:
        members = members_beside(connection, studies, size)
        comparison = build_comparison(studies, members=members, collection_size=size, zero=zero, rows=rows)
    except ValueError as problem:
        tables = "Name fewer; tables of any number: trialside export --table trials|criteria|doses."
        more = tables if len(studies) > LARGEST else ""
        raise InputError(str(problem), more) from None
    if rows and not comparison.panels and not comparison.stated_only:
        unknown = ", ".join(rows)
        raise InputError(f"no row of these trials is called {unknown}", "Name rows by their labels, as: age,prior transplant.")
    return comparison


def deliver(content: str | bytes, output: Path | None, force: bool) -> None:
    """To the file, of which the name is printed, or to standard output, to which a terminal gets text only. Raises InputError."""
    if output is None or str(output) == "-":
        if isinstance(content, bytes) and sys.stdout.isatty():
            raise InputError("This form is no text for a terminal", "Name a file with -o.")
        click.echo(content, nl=False)
        return
    write_file(output, content, force)
    click.echo(output)
