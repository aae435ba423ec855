"""`trialside export`: a trial, or trials side by side, as a file to pass on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from harvester import __version__
from harvester.cli.collection import as_tables, collection, ids_of, studies_of, warn_of_age
from harvester.cli.compare import compared, deliver
from harvester.cli.export_tables import export_tables
from harvester.cli.extracting import EXTRACTIONS, extract
from harvester.cli.forms import FORMATS, TABLE, check_agrees, ending, form_of_file
from harvester.cli.options import Settings, settings_of
from harvester.cli.options import command as declare
from harvester.compare.build import build_comparison
from harvester.errors import InputError
from harvester.export.fhir import fhir
from harvester.export.files import REPORT_FILES
from harvester.export.json import json_text
from harvester.export.registry_csv import registry_csv
from harvester.export.schema_org import schema_org
from harvester.export.templates import TEMPLATES, template_report
from harvester.store import count_studies
from harvester.tables import StudyRows

if TYPE_CHECKING:
    from sqlite3 import Connection

COMPARISON_FORMATS: Final = tuple(name for name in FORMATS if name != "table")
RECORDS: Final[dict[str, tuple[str, Callable[[Sequence[StudyRows], str], str]]]] = {
    "registry-csv": ("csv", registry_csv),
    "schema-org": ("jsonld", schema_org),
    "fhir": ("fhir.json", fhir),
}
"""Forms of records, each for itself: their endings, and what writes them."""

MOST_IN_A_NAME: Final = 3


@declare("export")
@click.argument("trials", nargs=-1, metavar="[NCT]...")
@click.option(
    "--format", "format_", type=click.Choice((*COMPARISON_FORMATS, *RECORDS)), help="Form. [default: that of the file, else html]"
)
@click.option("--template", type=click.Choice(TEMPLATES), help="Fill this document instead; any form but those of records.")
@click.option(
    "--table",
    type=click.Choice(tuple(EXTRACTIONS)),
    help="Write one table instead, of any number of trials or of all: .csv, .xlsx or .json.",
)
@click.option(
    "--parquet", type=click.Path(path_type=Path), metavar="DIR", help="Write the tables instead, of all trials or those named."
)
@click.option("--output", "-o", type=click.Path(path_type=Path), metavar="FILE", help="File; - for standard output.")
@click.option("--force", is_flag=True, help="Replace the file if it exists.")
@click.pass_context
def command(
    context: click.Context,
    trials: tuple[str, ...],
    format_: str | None,
    template: str | None,
    table: str | None,
    parquet: Path | None,
    output: Path | None,
    force: bool,
) -> None:
    """Write stored trials to a file: one as it was read, several as a comparison, the focal trial first.

    HTML is one file that works from disk. JSON of one trial holds its rows by table; of several, the comparison. CSV has every
    value on a line of its own with its words and their place; XLSX a sheet a panel; DOCX, Markdown and LaTeX are documents.
    Without --output the file is named after the trials.

    Records, each for itself: registry-csv has the columns of the registry's own downloads, schema-org is JSON-LD, fhir an R5
    ResearchStudy.

    Documents, filled as far as records go: characteristics (of included studies, as in a Cochrane review), dosing (methods and
    every dose, as assessments of health technology have them), tidier (the twelve items of TIDieR), each of any number of
    trials; pairs (who may join each trial held against every other, row by row), of 20 at most.

    Tables for data extraction, of any number of trials or of all: criteria has a row a value that was read and one a criterion
    from which none was, doses a row a dose, trials a row a trial; with the registry's words and their place.

    --parquet writes every table but contacts to a Parquet file, and datapackage.json, which describes them; it needs pyarrow
    (python -m pip install pyarrow).

    \b
    trialside export NCT07105579
    trialside export NCT07105579 NCT06111625 --template characteristics -o characteristics.docx
    trialside export NCT07105579 --format fhir
    trialside export --table criteria -o criteria.xlsx
    trialside export --parquet tables
    """
    settings, nct_ids = settings_of(context), ids_of(trials)
    if table and (template or parquet):
        raise click.UsageError("--table takes no --template and no --parquet")
    if parquet and (format_ or template or output):
        raise click.UsageError("--parquet takes no --format, --template or --output: it writes a folder")
    if table:
        extract(settings, table, nct_ids, format_, output, force)
    elif parquet:
        export_tables(settings, parquet, nct_ids, force)
    elif nct_ids:
        write_trials(settings, nct_ids, format_, template, output, force)
    else:
        raise click.UsageError("Missing argument 'NCT...': name trials; --table and --parquet also take all.")


def write_trials(
    settings: Settings, nct_ids: list[str], asked: str | None, template: str | None, output: Path | None, force: bool
) -> None:
    """Write the trials to one file. Raises UnknownTrial, and InputError when form and template do not go together."""
    form = asked or ("json" if settings.json else None) or _record_form(output) or form_of_file(output) or "html"
    if template and form in (*RECORDS, TABLE):
        raise click.UsageError(f"--template and the form {form} do not go together")
    end = RECORDS[form][0] if form in RECORDS else ending(form)
    check_agrees(form, output, *_endings_of_records(form))
    with collection(settings) as connection:
        content = filled(connection, nct_ids, template, form) if template else written(connection, nct_ids, form)
        warn_of_age(settings, connection, nct_ids)
    target = output or Path(f"{file_name(nct_ids, template or form if template or form in RECORDS else 'comparison')}.{end}")
    deliver(content, target, force)


def _record_form(output: Path | None) -> str | None:
    """The form of records that only one form's files are named for: .jsonld and .fhir.json."""
    name = output.name.lower() if output else ""
    return next((form for form, (end, _) in RECORDS.items() if end != "csv" and name.endswith(f".{end}")), None)


def _endings_of_records(form: str) -> tuple[str, ...]:
    """The endings that a form of records may have: its own, and that of all JSON."""
    end = RECORDS[form][0] if form in RECORDS else ""
    return (end, "json") if "json" in end else (end,) if end else ()


def written(connection: Connection, nct_ids: list[str], form: str) -> str | bytes:
    """The trials in a form. Raises UnknownTrial, and InputError when they cannot be compared."""
    if form in RECORDS:
        return RECORDS[form][1](studies_of(connection, nct_ids), __version__)
    if len(nct_ids) > 1:
        return FORMATS[form](compared(connection, nct_ids))
    (study,) = studies_of(connection, nct_ids)
    if form == "json":
        return json_text(as_tables(study))
    return FORMATS[form](build_comparison([study], collection_size=count_studies(connection)))


def filled(connection: Connection, nct_ids: list[str], template: str, form: str) -> str | bytes:
    """A document filled from the trials. Raises UnknownTrial, and InputError for `pairs` of more or fewer than are compared."""
    if template == "pairs" and len(nct_ids) < 2:
        raise InputError("the document pairs needs two trials", "Name another one.")
    try:
        report = template_report(template, studies_of(connection, nct_ids))
    except ValueError as problem:
        raise InputError(str(problem), "Name fewer; the other documents take any number of trials.") from None
    return REPORT_FILES[form].write(report)


def file_name(nct_ids: list[str], what: str = "comparison") -> str:
    """A name after the trials, the first few of them: numbers only, so that no name can lead elsewhere."""
    if len(nct_ids) == 1:
        return nct_ids[0] if what in ("comparison", *RECORDS) else f"{what}-{nct_ids[0]}"
    more = [f"and-{len(nct_ids) - MOST_IN_A_NAME}-more"] if len(nct_ids) > MOST_IN_A_NAME else []
    return "-".join([what, *nct_ids[:MOST_IN_A_NAME], *more])
