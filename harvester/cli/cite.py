"""`trialside cite`: how to cite trials, and a comparison of them."""

from __future__ import annotations

from pathlib import Path

import click

from harvester.cli.collection import collection, ids_of, studies_of
from harvester.cli.compare import compared, deliver
from harvester.cli.options import command as declare
from harvester.cli.options import settings_of
from harvester.export.citation import ENDINGS, FORMS
from harvester.export.reference import comparison_reference, record_reference


@declare("cite")
@click.argument("trials", nargs=-1, required=True, metavar="NCT...")
@click.option(
    "--format",
    "format_",
    type=click.Choice(list(FORMS)),
    help="Form. [default: that of the file, else vancouver; csl with --json]",
)
@click.option("--output", "-o", type=click.Path(path_type=Path), metavar="FILE", help="Write a file instead of standard output.")
@click.option("--force", is_flag=True, help="Replace the file if it exists.")
@click.pass_context
def command(context: click.Context, trials: tuple[str, ...], format_: str | None, output: Path | None, force: bool) -> None:
    """Cite stored trials as registry records; several also as a comparison, which comes first.

    The day of access is the day the record was fetched. A digest or a saved page is named as such.

    \b
    trialside cite NCT07105579
    trialside cite NCT07105579 NCT06111625 --format bibtex -o trials.bib
    """
    settings = settings_of(context)
    if format_ and settings.json and format_ != "csl":
        raise click.UsageError(f"--json and --format {format_} do not go together")
    by_name = {f".{ending}": form for form, ending in ENDINGS.items()}.get(output.suffix.lower()) if output else None
    form = format_ or ("csl" if settings.json else None) or by_name or "vancouver"
    nct_ids = ids_of(trials)
    with collection(settings) as connection:
        references = [record_reference(study) for study in studies_of(connection, nct_ids)]
        if len(references) > 1:
            references.insert(0, comparison_reference(compared(connection, nct_ids)))
    deliver(settings, FORMS[form](references), output, force)
