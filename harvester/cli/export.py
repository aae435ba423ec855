"""`trialside export`: a trial, or trials side by side, as a file to pass on."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from harvester.cli.collection import as_tables, collection, ids_of, studies_of
from harvester.cli.compare import compared, deliver
from harvester.cli.forms import FORMATS, ending, form_of_file
from harvester.cli.options import command as declare
from harvester.cli.options import settings_of
from harvester.compare.build import build_comparison
from harvester.export.json import json_text
from harvester.store import count_studies

if TYPE_CHECKING:
    from sqlite3 import Connection

COMPARISON_FORMATS: Final = tuple(name for name in FORMATS if name != "table")
MOST_IN_A_NAME: Final = 3


@declare("export")
@click.argument("trials", nargs=-1, required=True, metavar="NCT...")
@click.option("--format", "format_", type=click.Choice(COMPARISON_FORMATS), help="Form. [default: that of the file, else html]")
@click.option("--output", "-o", type=click.Path(path_type=Path), metavar="FILE", help="File; - for standard output.")
@click.option("--force", is_flag=True, help="Replace the file if it exists.")
@click.pass_context
def command(context: click.Context, trials: tuple[str, ...], format_: str | None, output: Path | None, force: bool) -> None:
    """Write stored trials to a file: one as it was read, several as a comparison, the focal trial first.

    HTML is one file that works from disk. JSON of one trial holds its rows by table; of several, the comparison. CSV has every
    value on a line of its own with its words and their place; XLSX a sheet a panel; DOCX, Markdown and LaTeX are documents.
    Without --output the file is named after the trials.

    \b
    trialside export NCT07105579
    trialside export NCT07105579 NCT06111625 --format json -o comparison.json
    trialside export NCT07105579 NCT06111625 -o comparison.docx
    """
    settings = settings_of(context)
    nct_ids = ids_of(trials)
    form = format_ or ("json" if settings.json else None) or form_of_file(output) or "html"
    with collection(settings) as connection:
        content = written(connection, nct_ids, form)
    target = output or Path(f"{file_name(nct_ids)}.{ending(form)}")
    deliver(settings, content, target, force)
    if output is None:
        click.echo(target)


def written(connection: Connection, nct_ids: list[str], form: str) -> str | bytes:
    """The trials in a form. Raises UnknownTrial, and InputError when they cannot be compared."""
    if len(nct_ids) > 1:
        return FORMATS[form](compared(connection, nct_ids))
    (study,) = studies_of(connection, nct_ids)
    if form == "json":
        return json_text(as_tables(study))
    return FORMATS[form](build_comparison([study], collection_size=count_studies(connection)))


def file_name(nct_ids: list[str]) -> str:
    """A name after the trials, the first few of them: numbers only, so that no name can lead elsewhere."""
    if len(nct_ids) == 1:
        return nct_ids[0]
    more = [f"and-{len(nct_ids) - MOST_IN_A_NAME}-more"] if len(nct_ids) > MOST_IN_A_NAME else []
    return "-".join(["comparison", *nct_ids[:MOST_IN_A_NAME], *more])
