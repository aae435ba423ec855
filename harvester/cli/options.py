"""Options that every command takes, before or after its name, and what they amount to."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, TypeVar

import click

from harvester import __version__
from harvester.errors import InputError

API_BASE: Final = "https://clinicaltrials.gov/api/v2"
MIN_INTERVAL: Final = 1.2
DATABASE: Final = Path("db/trials.db")

F = TypeVar("F", bound=Callable[..., Any])


@dataclass
class Settings:
    """What the shared options and the environment say; options win."""

    db: Path = field(default_factory=lambda: Path(os.environ.get("TRIALSIDE_DB") or DATABASE))
    api_base: str = field(default_factory=lambda: os.environ.get("TRIALSIDE_API_BASE") or API_BASE)
    offline: bool = False
    json: bool = False
    quiet: bool = False
    verbose: int = 0

    @property
    def min_interval(self) -> float:
        """Seconds between two requests; raises InputError for a value of the environment that is no such number."""
        text = os.environ.get("TRIALSIDE_MIN_INTERVAL", "").strip()
        try:
            seconds = float(text) if text else MIN_INTERVAL
        except ValueError:
            seconds = -1.0
        if not 0 <= seconds <= 3600:
            raise InputError(f"TRIALSIDE_MIN_INTERVAL={text[:40]} is not a number of seconds", "Give 0 to 3600, or unset it.")
        return seconds


class SharedOption(click.Option):
    """An option that every command takes; help and README show these once."""

    shared = True


def settings_of(context: click.Context) -> Settings:
    """The settings of this run, the same object for the group and its command."""
    return context.find_root().ensure_object(Settings)


def _store(context: click.Context, parameter: click.Parameter, value: Any) -> None:
    if value is not None and value is not False and value != 0 and parameter.name:
        setattr(settings_of(context), parameter.name, value)


def _check_db(context: click.Context, parameter: click.Parameter, value: Path | None) -> None:
    if value is not None and value.is_dir():
        raise click.BadParameter(f"{value} is a folder; name a file, as {value / 'trials.db'}", context, parameter)
    _store(context, parameter, value)


def _check_api_base(context: click.Context, parameter: click.Parameter, value: str | None) -> None:
    if value is not None and not value.startswith(("http://", "https://")):
        raise click.BadParameter(f"{value!r} is not an address; it begins with https://", context, parameter)
    _store(context, parameter, value)


def _option(*names: str, callback: Callable[..., None] = _store, **attributes: Any) -> Callable[[F], F]:
    return click.option(*names, cls=SharedOption, expose_value=False, is_eager=True, callback=callback, **attributes)


_SHARED = (
    _option("--db", type=click.Path(path_type=Path), callback=_check_db, metavar="PATH",
            help="Database file. [env TRIALSIDE_DB; default db/trials.db]"),
    _option("--api-base", callback=_check_api_base, metavar="URL",
            help=f"Address of the registry's API. [env TRIALSIDE_API_BASE; default {API_BASE}]"),
    _option("--offline", is_flag=True, default=False, help="Make no request; what needs the registry says so."),
    _option("--json", is_flag=True, default=False, help="Print JSON instead of words."),
    _option("--quiet", "-q", is_flag=True, default=False, help="Print data and errors only."),
    _option("--verbose", "-v", count=True, help="Say more; -vv shows where a bug arose."),
)  # fmt: skip


def shared_options(function: F) -> F:
    """Give a command the options that every command takes."""
    for add in reversed(_SHARED):
        function = add(function)
    return function


def version(context: click.Context, parameter: click.Parameter, asked: bool) -> None:
    """Print the version and end; after the shared options, which are read first, so that --json holds wherever it stands."""
    if asked:
        told = {"program": "trialside", "version": __version__}
        click.echo(json.dumps(told) if settings_of(context).json else f"trialside {__version__}")
        context.exit()


class Command(click.Command):
    """A command whose help shows the shared options apart from its own."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write two lists: the command's own options, then those of every command."""
        for title, shared in (("Options", False), ("Options of every command", True)):
            records = [
                record
                for parameter in self.get_params(ctx)
                if isinstance(parameter, click.Option) and isinstance(parameter, SharedOption) == shared
                if (record := parameter.get_help_record(ctx))
            ]
            if records:
                with formatter.section(title):
                    formatter.write_dl(records)


def command(name: str, **attributes: Any) -> Callable[[Callable[..., Any]], click.Command]:
    """Declare a command that takes the shared options besides its own."""

    def declare(function: Callable[..., Any]) -> click.Command:
        return click.command(name, cls=Command, **attributes)(shared_options(function))

    return declare
