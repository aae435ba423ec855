"""`trialside export --table`: one tidy table of any number of trials, as a review keeps it beside its reports."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from harvester import __version__
from harvester.cli.collection import collection, known, warn_of_age
from harvester.cli.console import Progress, say, write_pieces
from harvester.cli.options import Settings
from harvester.errors import InputError, OutputFailed
from harvester.export.extracted_criteria import CRITERIA
from harvester.export.extracted_doses import DOSES
from harvester.export.extracted_trials import TRIALS
from harvester.export.extraction import Extraction, Value, extraction_csv, extraction_json
from harvester.site.frame import collection_of
from harvester.store import blocks_of, one_moment, read_studies
from harvester.tables import Study, StudyRows

if TYPE_CHECKING:
    from sqlite3 import Connection

EXTRACTIONS: Final[dict[str, Extraction[Any]]] = {table.name: table for table in (TRIALS, CRITERIA, DOSES)}
"""The tables, by name."""

FORMS: Final = ("csv", "xlsx", "json")
_AT_A_TIME: Final = 100


def extract(settings: Settings, name: str, nct_ids: Sequence[str], form: str | None, output: Path | None, force: bool) -> None:
    """Write a table of the trials, or of all, to a file. Raises InputError, UnknownTrial, OutputFailed."""
    table, form = EXTRACTIONS[name], form_of(form, settings, output)
    progress = Progress(settings)
    with collection(settings) as connection, one_moment(connection):
        asked = known(connection, nct_ids) if nct_ids else every_trial(connection)
        warn_of_age(settings, connection, asked)
        studies = studies_in_turn(connection, asked, progress)
        write_extraction(settings, connection, table, studies, form, output or Path(f"{name}.{form}"), force)


def form_of(asked: str | None, settings: Settings, output: Path | None) -> str:
    """The form of a table that was asked for, by name or by the file's ending. Raises InputError where there is no such form."""
    of_file = output.suffix.lower().lstrip(".") if output and str(output) != "-" else ""
    form = asked or ("json" if settings.json else None) or of_file or "csv"
    if form not in FORMS:
        raise InputError(f"a table is not written as {form}", f"Name a file that ends with .{', .'.join(FORMS)}.")
    if of_file and of_file != form:
        raise InputError(f"{output} is not the name of a {form} file", "Leave out --format, or name another file.")
    return form


def every_trial(connection: Connection) -> list[str]:
    """The numbers of all stored trials in order."""
    return sorted(nct_id for block in blocks_of(connection, Study, ("nct_id",)) for (nct_id,) in block)


def studies_in_turn(connection: Connection, nct_ids: Sequence[str], progress: Progress) -> Iterator[StudyRows]:
    """The trials in the order asked, some at a time, so that any number of them can be gone through."""
    for start in range(0, len(nct_ids), _AT_A_TIME):
        progress.show(f"trial {start + 1:,} of {len(nct_ids):,}")
        yield from read_studies(connection, nct_ids[start : start + _AT_A_TIME]).values()
    progress.clear()


def write_extraction(
    settings: Settings,
    connection: Connection,
    table: Extraction[Any],
    studies: Iterable[StudyRows],
    form: str,
    target: Path,
    force: bool,
) -> None:
    """Write the table of these trials, and say so. Raises InputError, OutputFailed."""
    about = {"attribution": collection_of(connection).attribution, "program": f"trialside {__version__}"}
    counted = count()
    rows = (row for row, _ in zip(table.rows(studies), counted, strict=False))
    _write(target, _pieces(table, rows, form, about), force)
    if str(target) != "-":
        say(settings, f"wrote {next(counted):,} rows")
        click.echo(target)


def _pieces(table: Extraction[Any], rows: Iterator[tuple[Value, ...]], form: str, about: dict[str, str]) -> Iterator[str | bytes]:
    """The file's pieces; nothing is read or made before the first is asked for. Raises InputError."""
    if form == "csv":
        yield from extraction_csv(table, rows)
        return
    if form == "json":
        yield from extraction_json(table, rows, about)
        return
    from harvester.export.extraction_xlsx import TooManyRows, extraction_xlsx

    try:
        yield from extraction_xlsx(table, rows, about)
    except TooManyRows as problem:
        raise InputError(f"{problem}", "Write .csv or .json, or name trials.") from None


def _write(target: Path, pieces: Iterable[str | bytes], force: bool) -> None:
    if str(target) != "-":
        write_pieces(target, pieces, force)
        return
    try:
        for piece in pieces:
            click.echo(piece, nl=False)
    except BrokenPipeError:
        raise
    except OSError as problem:
        raise OutputFailed(f"standard output cannot be written ({problem.strerror})", "Check where it goes.") from problem
