"""`trialside export --parquet`: every table of the collection as a Parquet file, described by ``datapackage.json``."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from harvester import __version__
from harvester.cli.collection import collection, known
from harvester.cli.console import Progress, say, write_file
from harvester.cli.options import Settings
from harvester.errors import InputError, OutputFailed
from harvester.export.data_package import TABLES, Resource, columns_of, data_package
from harvester.schema import Row
from harvester.site.frame import collection_of
from harvester.store import blocks_of, one_moment

if TYPE_CHECKING:
    from sqlite3 import Connection

DESCRIBED: Final = "datapackage.json"
"""The last file that is written: where it lacks, the folder is not whole."""

Write = Callable[..., Resource]


def export_tables(settings: Settings, folder: Path, nct_ids: Sequence[str], force: bool) -> None:
    """Write the tables, of all trials or of ``nct_ids``, to ``folder``. Raises InputError, UnknownTrial, OutputFailed."""
    write = _writer()
    _make_room(folder, force)
    progress = Progress(settings)
    with collection(settings) as connection, one_moment(connection):
        chosen = known(connection, nct_ids) if nct_ids else None
        found = collection_of(connection)
        about = {"attribution": found.attribution, "data_date": found.data_date or "", "program_version": __version__}
        written = list(_written(connection, folder, chosen, about, write, progress))
    progress.clear()
    trials = next(each.rows for each in written if each.row_type.table.name == "studies")
    described = data_package(
        written, attribution=found.attribution, data_date=found.data_date, program_version=__version__, trials=trials
    )
    write_file(folder / DESCRIBED, json.dumps(described, ensure_ascii=False, indent=1) + "\n", force=True)
    say(settings, f"wrote {len(written)} tables of {trials:,} trials, {sum(each.size for each in written):,} bytes")
    click.echo(folder / DESCRIBED)


def _writer() -> Write:
    try:
        write: Write = import_module("harvester.export.parquet").write_parquet
    except ModuleNotFoundError as problem:
        if (problem.name or "").partition(".")[0] != "pyarrow":
            raise
        raise InputError(
            "Parquet files need the package pyarrow, which is not installed", "Install it with: python -m pip install pyarrow"
        ) from None
    return write


def _make_room(folder: Path, force: bool) -> None:
    """The folder is made, or holds an earlier export that may be replaced; nothing of anybody else is touched."""
    try:
        there = {path.name for path in folder.iterdir()} if folder.exists() else set()
        ours = {DESCRIBED, *(_file_name(row_type) for row_type in TABLES)}
        if there and not there <= ours:
            raise InputError(f"{folder} holds other files, as {min(there - ours)}", "Name another folder.")
        if there and not force:
            raise InputError(f"{folder} holds an export already", "Add --force to replace it, or name another folder.")
        folder.mkdir(parents=True, exist_ok=True)
        (folder / DESCRIBED).unlink(missing_ok=True)
    except OSError as problem:
        raise OutputFailed(f"{folder} cannot be used ({problem.strerror})", "Name another folder.") from None


def _file_name(row_type: type[Row]) -> str:
    return f"{row_type.table.name}.parquet"


def _written(
    connection: Connection, folder: Path, chosen: Sequence[str] | None, about: dict[str, str], write: Write, progress: Progress
) -> Iterator[Resource]:
    for number, row_type in enumerate(TABLES, start=1):
        progress.show(f"table {number} of {len(TABLES)}: {row_type.table.name}")
        path = folder / _file_name(row_type)
        blocks: Iterator[Sequence[Sequence[Any]]] = blocks_of(connection, row_type, columns_of(row_type), chosen)
        try:
            yield write(path, row_type, blocks, about)
        except OSError as problem:
            path.unlink(missing_ok=True)
            raise OutputFailed(
                f"{path} could not be written ({problem.strerror or problem})", "Check the disk and the permissions."
            ) from problem
