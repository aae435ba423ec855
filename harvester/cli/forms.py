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
    return render(comparison, min(get_terminal_size((100, 24)).columns, WIDEST), rows_per_panel=None)


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


def ending(form: str) -> str:
    """The ending of a file of this form, without its dot."""
    return "txt" if form == TABLE else COMPARISON_FILES[form].ending


def form_of_file(output: Path | None) -> str | None:
    """The form that a file's name asks for, None for a name without an ending. Raises InputError for an ending of no form."""
    if output is None or not output.suffix:
        return None
    form = SUFFIXES.get(output.suffix.lower())
    if form is None:
        raise InputError(f"{output.suffix} is no form of a file here", f"Name one with --format: {', '.join(FORMATS)}.")
    return form
