"""`trialside demo`: the whole way in one command, from records to a page."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from shutil import get_terminal_size
from typing import Final

import click

from harvester.cli.collection import collection
from harvester.cli.compare import compared
from harvester.cli.console import say, warn, write_file
from harvester.cli.network import QUICK, registry
from harvester.cli.options import Settings, settings_of
from harvester.cli.options import command as declare
from harvester.cli.serve import HOST, PORT, address, is_free, serve_site
from harvester.cli.sets import read_set, store_set
from harvester.cli.writing import harvesting, sum_of
from harvester.compare.model import Comparison
from harvester.errors import InputError, OutputFailed, RegistryError
from harvester.export.html import comparison_html
from harvester.export.json import json_text
from harvester.export.terminal import render
from harvester.pipeline import Harvest
from harvester.pipeline.renewal import renormalise
from harvester.resources import snapshot

SET: Final = "comparators.yaml"
"""The bundled set: the reference trial and its comparators, with the part each plays."""

FOCAL: Final = "NCT07105579"
SHORT: Final = (FOCAL, "NCT06438796", "NCT06111625")
"""Trials of the short table."""

SHORT_GROUPS: Final = ("status", "design", "population", "dosing")
"""Groups of rows in the short table."""

PORTS_TRIED: Final = 20


@declare("demo")
@click.option("--serve/--no-serve", default=True, show_default=True, help="Serve the site when all is written.")
@click.option(
    "--port",
    default=PORT,
    show_default=True,
    type=click.IntRange(1, 65535),
    help="Port of the site; if it is taken, the next free one.",
)
@click.pass_context
def command(context: click.Context, serve: bool, port: int) -> None:
    """Show everything at once: fetch the reference trial and its comparators, read them, write the comparison, serve the site.

    When the registry cannot be reached, the records bundled with the program are used, and the demo says so.

    \b
    trialside demo
    trialside demo --no-serve --offline
    """
    settings = settings_of(context)
    if not os.access(Path(), os.W_OK):
        raise OutputFailed("This folder may not be written, and the demo puts a page here", "Run it in a folder of your own.")
    bundled = snapshot() / SET
    chosen = read_set(bundled)
    with harvesting(context, acknowledge=False) as harvest:
        fill(settings, harvest, chosen.nct_ids)
    store_set(settings.db, bundled, chosen)
    with collection(settings) as connection:
        comparison, short = compared(connection, chosen.nct_ids), compared(connection, SHORT)
    page = Path(f"comparison-{FOCAL}.html")
    write_file(page, comparison_html(comparison), force=True)
    click.echo(json_text(comparison.as_json()) if settings.json else short_table(short), nl=False)
    say(settings, f"wrote {settings.db} and {page}")
    if serve:
        port = free_port(port)
        say(settings, f"comparison: {address(HOST, port, '/compare/' + ','.join(comparison.nct_ids))}")
        serve_site(settings, port=port, focal=FOCAL)


def fill(settings: Settings, harvest: Harvest, wanted: Sequence[str]) -> None:
    """Bring the ``wanted`` trials into the database: from the registry where it answers, the rest from the bundled records.

    Those that were stored before are read anew, since the program may have learnt to read more.
    """
    missing = wanted
    try:
        with registry(settings, QUICK) as opened:
            opened.version()
        with registry(settings) as opened:
            report = harvest.ids(opened, wanted)
        say(settings, f"from the registry: {sum_of(report)}")
        missing = [nct_id for nct_id in wanted if harvest.store.record(nct_id) is None]
    except RegistryError as problem:
        reason = "as --offline asks" if settings.offline else f"the registry cannot be used ({problem.what})"
        warn(f"Bundled records are taken, {reason}. Later, trialside refresh replaces digests by the registry's records.")
    if missing:
        report = harvest.snapshot(None if len(missing) == len(wanted) else missing)
        say(settings, f"from the bundled records: {sum_of(report)}")
    renormalise(harvest.store, [nct_id for nct_id in wanted if harvest.store.record(nct_id)], corrections=harvest.corrections)


def short_table(comparison: Comparison) -> str:
    """The comparison's most asked-for groups, a few rows of each panel."""
    panels = tuple(panel for panel in comparison.panels if panel.group in SHORT_GROUPS)
    width = max(100, min(get_terminal_size((100, 24)).columns, 140))
    return render(replace(comparison, panels=panels), width, rows_per_panel=4, lines_per_cell=2)


def free_port(first: int) -> int:
    """The first port from ``first`` on that can be listened on. Raises InputError when there is none among the next few."""
    ports = range(first, min(first + PORTS_TRIED, 65536))
    free = next((port for port in ports if is_free(HOST, port)), None)
    if free is None:
        raise InputError(f"No port from {first} to {ports[-1]} is free", "Name another with --port.")
    return free
