"""The forms a comparison or a document leaves in as a file: name, ending, media type, and what writes it.

Jinja, XlsxWriter and python-docx are slow to load: only the form that needs one brings it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

from harvester.compare.model import Comparison
from harvester.export.csv import comparison_csv, report_csv
from harvester.export.json import json_text
from harvester.export.latex import report_latex
from harvester.export.markdown import report_markdown
from harvester.export.report import Report, comparison_report

T = TypeVar("T")
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@dataclass(frozen=True, slots=True)
class FileForm(Generic[T]):
    """One form. ``ending`` has no dot; ``label`` names it to readers."""

    name: str
    ending: str
    media_type: str
    label: str
    write: Callable[[T], str | bytes]

    def bytes_of(self, thing: T) -> bytes:
        """The file's content; text as UTF-8, what no UTF-8 file can hold replaced."""
        written = self.write(thing)
        return written.encode("utf-8", "replace") if isinstance(written, str) else written


def _json(comparison: Comparison) -> str:
    return json_text(comparison.as_json())


def _html(comparison: Comparison) -> str:
    from harvester.export.html import comparison_html

    return comparison_html(comparison)


def _xlsx(comparison: Comparison) -> bytes:
    from harvester.export.xlsx import comparison_xlsx

    return comparison_xlsx(comparison)


def _report_xlsx(report: Report) -> bytes:
    from harvester.export.xlsx import report_xlsx

    return report_xlsx(report)


def _docx(comparison: Comparison) -> bytes:
    from harvester.export.docx import report_docx
    from harvester.export.figures import figures

    return report_docx(comparison_report(comparison), figures(comparison))


def _report_docx(report: Report) -> bytes:
    from harvester.export.docx import report_docx

    return report_docx(report)


def _report_html(report: Report) -> str:
    from harvester.export.html import report_html

    return report_html(report)


def _reported(write: Callable[[Report], str | bytes]) -> Callable[[Comparison], str | bytes]:
    return lambda comparison: write(comparison_report(comparison))


_COMPARISON: Final[tuple[FileForm[Comparison], ...]] = (
    FileForm("json", "json", "application/json; charset=utf-8", "JSON", _json),
    FileForm("html", "html", "text/html; charset=utf-8", "One HTML file", _html),
    FileForm("markdown", "md", "text/markdown; charset=utf-8", "Markdown", _reported(report_markdown)),
    FileForm("csv", "csv", "text/csv; charset=utf-8", "CSV, a value a line", comparison_csv),
    FileForm("xlsx", "xlsx", WORKBOOK, "Excel, a sheet a panel", _xlsx),
    FileForm("docx", "docx", WORD, "Word", _docx),
    FileForm("latex", "tex", "application/x-tex; charset=utf-8", "LaTeX", _reported(report_latex)),
)
COMPARISON_FILES: Final[Mapping[str, FileForm[Comparison]]] = {form.name: form for form in _COMPARISON}
"""Forms of a comparison, by name."""

_REPORT: Final[tuple[FileForm[Report], ...]] = (
    FileForm("json", "json", "application/json; charset=utf-8", "JSON", json_text),
    FileForm("html", "html", "text/html; charset=utf-8", "One HTML file", _report_html),
    FileForm("markdown", "md", "text/markdown; charset=utf-8", "Markdown", report_markdown),
    FileForm("csv", "csv", "text/csv; charset=utf-8", "CSV", report_csv),
    FileForm("xlsx", "xlsx", WORKBOOK, "Excel", _report_xlsx),
    FileForm("docx", "docx", WORD, "Word", _report_docx),
    FileForm("latex", "tex", "application/x-tex; charset=utf-8", "LaTeX", report_latex),
)
REPORT_FILES: Final[Mapping[str, FileForm[Report]]] = {form.name: form for form in _REPORT}
"""Forms of any other document, by name."""
