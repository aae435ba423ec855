"""`trialside docs`: write or check the documents that are made from the code (for those who change it)."""

from __future__ import annotations

from pathlib import Path

import click

from harvester.cli.options import command as declare
from harvester.docs import documents, outdated
from harvester.errors import InputError, PartialResult
from harvester.migrations import schema_sql


@declare("docs", hidden=True)
@click.option("--check", is_flag=True, help="Write nothing; say which documents no longer tell the truth.")
@click.pass_context
def command(context: click.Context, check: bool) -> None:
    """Write db/schema.sql, db/data-dictionary.md and docs/commands.md."""
    root = Path.cwd()
    if not (root / "harvester" / "docs.py").is_file():
        raise InputError(f"{root} is not a checkout of trialside", "Run this in the folder that holds pyproject.toml.")
    program = context.find_root().command
    assert isinstance(program, click.Group)  # noqa: S101 - this command is only reached through its group
    stale = outdated(documents(root, schema_sql(), program))
    names = ", ".join(str(document.path.relative_to(root)) for document in stale)
    if check and stale:
        raise PartialResult(f"Not as the code says: {names}", "Run make docs.")
    for document in stale:
        document.write()
    click.echo(f"wrote {names}" if stale else "every document is as the code says", err=True)
