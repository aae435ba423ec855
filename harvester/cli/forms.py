"""The forms that commands write: those of files, and a table for the terminal."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from shutil import get_terminal_size
from typing import Final

from harvester.compare.model import Comparison
from harvester.errors import InputError
from harvester.export.files import COMPARISON_FILES
from harvester.export.terminal import render

WIDEST: Final = 160
TABLE: Final = "table"


def table(comparison: Comparison) -> str:
    """The comparison as a table as wide as the terminal."""
    return render(comparison, columns(), rows_per_panel=None)


def columns() -> int:
    """The columns of the terminal, as far as lines are still easy to read."""
    return min(get_terminal_size((100, 24)).columns, WIDEST)


FORMATS: Final[dict[str, Callable[[Comparison], str | bytes]]] = {
    TABLE: table,
    **{name: form.write for name, form in COMPARISON_FILES.items()},
}
"""Forms of a comparison."""

SUFFIXES: Final = {
    ".txt": TABLE,
    ".htm": "html",
    ".markdown": "markdown",
    **{f".{form.ending}": name for name, form in COMPARISON_FILES.items()},
}
"""Endings of files and the form they ask for."""


def check_agrees(form: str, output: Path | None, *endings: str) -> None:
    """Raises InputError where a file's name says another form than is written; ``endings`` are those of a form of records.

    Plain text (.txt) says none: a table of the terminal, Markdown and LaTeX are all such.
    """
    if output is None or output.name.lower().endswith(tuple(f".{each}" for each in endings)):
        return
    named = SUFFIXES.get(output.suffix.lower())
    if named not in (None, TABLE, form):
        own = endings[0] if endings else ending(form)
        step = f"Name it {output.name.removesuffix(output.suffix)}.{own}, or ask for {named}."
        raise InputError(f"{output} is named as {named}, and {form} was asked for", step)


def ending(form: str) -> str:
    """The ending of a file of this form, without its dot."""
    return "txt" if form == TABLE else COMPARISON_FILES[form].ending


def form_of_file(output: Path | None) -> str | None:
    """The form that a file's name asks for, None for a name without an ending. Raises InputError for an ending of no form."""
    if output is None or not output.suffix:
        return None
    form = SUFFIXES.get(output.suffix.lower())
    if form is None:
        paper = "Print the .html, which fits A4 landscape, or the .docx. " if output.suffix.lower() == ".pdf" else ""
        raise InputError(f"{output.suffix} is no form of a file here", f"{paper}Name one with --format: {', '.join(FORMATS)}.")
    return form
