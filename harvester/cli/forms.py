"""The forms that comparisons and trials leave in: name, ending of the file, and what writes it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from shutil import get_terminal_size
from typing import Final

from harvester.compare.model import Comparison
from harvester.export.csv import comparison_csv, report_csv
from harvester.export.json import json_text
from harvester.export.markdown import report_markdown
from harvester.export.report import Report, comparison_report
from harvester.export.terminal import render

WIDEST: Final = 160
SUFFIXES: Final = {
    ".txt": "table", ".json": "json", ".html": "html", ".htm": "html", ".csv": "csv", ".xlsx": "xlsx", ".docx": "docx",
    ".md": "markdown", ".markdown": "markdown", ".tex": "latex",
}  # fmt: skip
"""Endings of files and the form they ask for."""

ENDINGS: Final = {"table": "txt", "markdown": "md", "latex": "tex"}
"""Endings that differ from the form's own name."""


def ending(form: str) -> str:
    """The ending of a file of this form, without its dot."""
    return ENDINGS.get(form, form)


def form_of_file(output: Path | None) -> str | None:
    """The form that a file's name asks for."""
    return SUFFIXES.get(output.suffix.lower()) if output else None


def table(comparison: Comparison) -> str:
    """The comparison as a table as wide as the terminal."""
    return render(comparison, min(get_terminal_size((100, 24)).columns, WIDEST), rows_per_panel=None)


def json(comparison: Comparison) -> str:
    """The comparison as JSON, every field of it."""
    return json_text(comparison.as_json())


# Jinja, XlsxWriter and python-docx are slow to load: only the form that needs one brings it.


def html(comparison: Comparison) -> str:
    """The comparison as a page that needs nothing else."""
    from harvester.export.html import comparison_html

    return comparison_html(comparison)


def xlsx(comparison: Comparison) -> bytes:
    """The comparison as a workbook."""
    from harvester.export.xlsx import comparison_xlsx

    return comparison_xlsx(comparison)


def latex(report: Report) -> str:
    """A document as LaTeX."""
    from harvester.export.latex import report_latex

    return report_latex(report)


def docx(report: Report) -> bytes:
    """A document as a Word file."""
    from harvester.export.docx import report_docx

    return report_docx(report)


def report_workbook(report: Report) -> bytes:
    """A document as a workbook."""
    from harvester.export.xlsx import report_xlsx

    return report_xlsx(report)


FORMATS: Final[dict[str, Callable[[Comparison], str | bytes]]] = {
    "table": table,
    "json": json,
    "html": html,
    "markdown": lambda comparison: report_markdown(comparison_report(comparison)),
    "csv": comparison_csv,
    "xlsx": xlsx,
    "docx": lambda comparison: docx(comparison_report(comparison)),
    "latex": lambda comparison: latex(comparison_report(comparison)),
}
"""Forms of a comparison."""

REPORT_FORMATS: Final[dict[str, Callable[[Report], str | bytes]]] = {
    "markdown": report_markdown,
    "csv": report_csv,
    "xlsx": report_workbook,
    "docx": docx,
    "latex": latex,
    "json": json_text,
}
"""Forms of any other document."""
