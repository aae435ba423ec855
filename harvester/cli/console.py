"""Words for the person at the terminal: on standard error, none under --quiet, progress only where it can be seen."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final

import click

from harvester.cli.options import Settings
from harvester.errors import InputError, OutputFailed
from harvester.export.printable import printable


def say(settings: Settings, text: str) -> None:
    """One line of words, unless --quiet."""
    if not settings.quiet:
        click.echo(printable(text), err=True)


def warn(text: str) -> None:
    """One line that is said under --quiet too."""
    click.echo(printable(text), err=True)


def tell(settings: Settings, lines: Iterable[str]) -> None:
    """Several lines of words, unless --quiet."""
    for line in lines:
        say(settings, line)


class Progress:
    """A line that is overwritten as work goes on; silent under --quiet and where standard error is no terminal."""

    def __init__(self, settings: Settings) -> None:
        self._shown = not settings.quiet and sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
        self._width = 0

    def show(self, text: str) -> None:
        """Replace the line."""
        if self._shown:
            line = printable(text)[:100]
            click.echo("\r" + line.ljust(self._width), err=True, nl=False)
            self._width = len(line)

    def clear(self) -> None:
        """Take the line away, before words or the end."""
        if self._shown and self._width:
            click.echo("\r" + " " * self._width + "\r", err=True, nl=False)
            self._width = 0


class Pace:
    """How fast something goes on and how long it will take, from the times it was asked; nothing in the first seconds."""

    _SETTLED: Final = 3.0  # seconds before a rate means anything

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._began: float | None = None
        self._first = 0

    def words(self, done: int, total: int | None) -> str:
        """As ", 830 a second, 11 min left"; empty while it cannot be told."""
        now = self._clock()
        if self._began is None:
            self._began, self._first = now, done
        took, came = now - self._began, done - self._first
        if took < self._SETTLED or not came:
            return ""
        rate = came / took
        pace = f", {rate:,.0f} a second" if rate >= 1 else f", {rate * 60:,.0f} a minute"
        return f"{pace}, {_span((total - done) / rate)} left" if total and total > done else pace


def _span(seconds: float) -> str:
    if seconds < 100:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 100 * 60 else f"{seconds / 3600:.1f} h"


def write_file(path: Path, content: str | bytes, force: bool) -> None:
    """Write a file whole or not at all: beside it first, then in its place.

    Raises InputError when it exists without ``force`` or is a folder, OutputFailed when it cannot be written.
    """
    write_pieces(path, (content,), force)


def write_pieces(path: Path, pieces: Iterable[str | bytes], force: bool) -> None:
    """The same for a file that is made piece by piece, however long it is: none is asked for where it must not be written."""
    if path.is_dir():
        raise InputError(f"{path} is a folder", "Name a file.")
    if path.exists() and not force:
        raise InputError(f"{path} exists", "Add --force to replace it, or name another file.")
    if path.exists() and not path.is_file():
        _write(path, pieces, path)
        return
    beside = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        _write(beside, pieces, path)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def _write(path: Path, pieces: Iterable[str | bytes], asked: Path) -> None:
    """Write ``path``; what goes wrong names the file that was ``asked`` for."""
    try:
        with path.open("wb") as file:
            for piece in pieces:
                file.write(piece.encode("utf-8", "backslashreplace") if isinstance(piece, str) else piece)
    except OSError as problem:
        step = "Check the disk and the permissions." if asked.parent.exists() else f"Make the folder {asked.parent} first."
        raise OutputFailed(f"{asked} could not be written ({problem.strerror})", step) from problem
