"""The commands: each parses, calls one function of a room, and prints. ``main`` is the program."""

from __future__ import annotations

import click

from harvester.cli.options import shared_options, version
from harvester.cli.program import Program

__all__ = ["main"]


@click.group(name="trialside", cls=Program, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--version", is_flag=True, expose_value=False, callback=version, help="Show the version and exit.")
@shared_options
def main() -> None:
    """Clinical trial records, kept whole, read into SQLite and set side by side, every value with its words.

    Data goes to standard output, words and progress to standard error.
    Exit codes: 0 done, 2 bad input, 3 partly done, 4 registry out of reach, 5 local database or disk, 130 interrupted.
    """
