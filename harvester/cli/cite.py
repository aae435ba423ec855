"""`trialside cite`: how to cite trials, and a comparison of them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from harvester.cli.collection import collection, ids_of, studies_of, warn_of_age
from harvester.cli.compare import compared, deliver
from harvester.cli.freezing import frozen, is_hash
from harvester.cli.options import command as declare
from harvester.cli.options import settings_of
from harvester.compare.build import LARGEST
from harvester.errors import InputError
from harvester.export.citation import ENDINGS, FORMS
from harvester.export.reference import Reference, comparison_reference, frozen_reference, record_reference

if TYPE_CHECKING:
    from sqlite3 import Connection


@declare("cite")
@click.argument("trials", nargs=-1, required=True, metavar="NCT...|HASH")
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
    """Cite stored trials as registry records; several also as a comparison, which comes first; or a frozen one by its hash.

    Of more trials than a comparison takes, 20, each is cited for itself.

    The day of access is the day the record was fetched. A digest or a saved page is named as such.

    \b
    trialside cite NCT07105579
    trialside cite NCT07105579 NCT06111625 --format bibtex -o trials.bib
    trialside cite 3f2a91c07d4e --format ris
    """
    settings = settings_of(context)
    if format_ and settings.json and format_ != "csl":
        raise click.UsageError(f"--json and --format {format_} do not go together")
    end = output.suffix.lower() if output else ""
    by_name = {f".{ending}": form for form, ending in ENDINGS.items()}.get(end)
    if end and not by_name and not format_:
        raise InputError(f"{end} is no form of a citation", f"Name one with --format: {', '.join(FORMS)}.")
    form = format_ or ("csl" if settings.json else None) or by_name or "vancouver"
    with collection(settings) as connection:
        references = _references(connection, trials)
        warn_of_age(settings, connection, [each.key for each in references if each.kind == "record"])
    deliver(FORMS[form](references), output, force)


def _references(connection: Connection, asked: Sequence[str]) -> list[Reference]:
    """What is cited, a comparison before the records in it. Raises InputError and UnknownTrial."""
    if len(asked) == 1 and is_hash(asked[0]):
        snapshot, comparison = frozen(connection, asked[0])
        return [frozen_reference(comparison, snapshot)]
    nct_ids = ids_of(asked)
    references = [record_reference(study) for study in studies_of(connection, nct_ids)]
    is_comparison = 1 < len(references) <= LARGEST
    return [comparison_reference(compared(connection, nct_ids)), *references] if is_comparison else references
