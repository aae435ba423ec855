"""XLSX: a sheet a table, its head and first column staying in sight, widths set; no cell is a formula or a link by itself."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Final

import xlsxwriter

from harvester.compare.model import Comparison
from harvester.compare.wording import shortened
from harvester.export.csv import COLUMNS, values
from harvester.export.registry_text import held
from harvester.export.report import SIGNS, Report, Section, Table, comparison_report

NARROW, WIDE, ABOUT = 14, 56, 110
LONGEST_CELL = 32_767
"""Characters that a cell may hold."""

LONGEST_NAME = 31
NAMES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "criteria": "Criteria with values",
        "criteria_in_words": "Criteria in words",
        "interventions": "Interventions",
        "totals": "Totals of doses",
        "pairs": "Who could join",
    }
)
"""Names of sheets, by the key of their section, where the section's title is longer than a name may be."""
ALL_COLUMNS = 260
"""Widths of all columns together, so that a printed sheet can be read; a column keeps at least `NARROWEST`."""
NARROWEST = 24
ON_ONE_LINE = frozenset({"source_path", "registry_url", "attribution"})
"""Columns that say in every row where it is from: wrapped, the last made each row nine lines high."""
LINE, TALLEST = 15.0, 405.0
"""Points of a line, and the most that a row may have."""

_NUMBER = re.compile(r"-?(?:0|[1-9]\d{0,14})(?:\.\d{1,10})?")
"""A cell that is a number and nothing else, which spreadsheets sort and sum."""
_FORBIDDEN = re.compile(r"[\[\]:*?/\\']")


def comparison_xlsx(comparison: Comparison) -> bytes:
    """The comparison: a sheet that says what it is, one a panel, and every value with its words on the last."""
    report = comparison_report(comparison)
    every = Section("values", "Every value", table=Table(COLUMNS, tuple(values(comparison)), (2,) * len(COLUMNS)))
    sections = tuple(each for each in report.sections if each.key != "words")
    return _workbook(report, (*sections, every), SIGNS)


def report_xlsx(report: Report) -> bytes:
    """A document: a sheet that says what it is, and one a section; sections of the same columns share one."""
    return _workbook(report, _together(report), "")


def _together(report: Report) -> tuple[Section, ...]:
    """The sections; where all have tables of the same columns, one table of them, so that it can be filtered as one."""
    tables = [section.table for section in report.sections if section.table]
    if len(tables) < len(report.sections) or len(tables) <= 1 or len({table.columns for table in tables}) > 1:
        return report.sections
    rows = tuple((section.title, *row) for section, table in zip(report.sections, tables, strict=True) for row in table.rows)
    return (Section("together", report.title, (), Table(("Trial", *tables[0].columns), rows)),)


def _workbook(report: Report, sections: Sequence[Section], signs: str) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties(
        {
            "title": report.title[:255],
            "comments": " ".join(report.closing)[:255],
            "author": f"trialside {report.program_version}",
            # The day of the data: the same data give the same file, whenever it is made.
            "created": _day(report.data_date),
        }
    )
    sheets = _Sheets(book)
    sheets.about([report.title, report.lead, *([signs] if signs else []), *report.closing])
    for section in sections:
        sheets.add(section)
    book.close()
    return out.getvalue()


class _Sheets:
    """The sheets of one workbook, each with a name of its own."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        self.book = book
        self.names: set[str] = set()
        self.head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top", "bg_color": "#EEF1F4"})
        self.text = book.add_format({"text_wrap": True, "valign": "top"})
        self.plain = book.add_format({"valign": "top"})
        self.first = book.add_format({"text_wrap": True, "valign": "top", "bold": True})

    def about(self, lines: Sequence[str]) -> None:
        """The first sheet: what this is, how to read it, whose data it holds."""
        sheet = self.book.add_worksheet(self._name("About"))
        sheet.set_column(0, 0, ABOUT, self.text)
        _on_paper(sheet)
        for place, line in enumerate(lines):
            sheet.write_string(place, 0, in_cell(line), self.first if place == 0 else self.text)
            sheet.set_row(place, _height([line], [ABOUT]))

    def add(self, section: Section) -> None:
        """One section: its lines, then its table with the head frozen."""
        sheet = self.book.add_worksheet(self._name(section.title, NAMES.get(section.key)))
        table = section.table or Table((section.title,), tuple((line,) for line in section.lines))
        widths = list(_widths(table)) if section.table else [ABOUT]
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width)
        lines = section.lines if section.table else ()
        for place, line in enumerate(lines):
            sheet.write_string(place, 0, in_cell(line))
        top = len(lines)
        for column, name in enumerate(table.columns):
            sheet.write_string(top, column, in_cell(name), self.head)
        wrapped = [column for column, name in enumerate(table.columns) if name not in ON_ONE_LINE]
        styles = [self.text if column in wrapped else self.plain for column in range(len(table.columns))]
        styles[0] = self.first if section.table else self.text
        for place, row in enumerate(table.rows, start=top + 1):
            sheet.set_row(place, _height([row[column] for column in wrapped], [widths[column] for column in wrapped]))
            for column, (value, style) in enumerate(zip(row, styles, strict=True)):
                if _NUMBER.fullmatch(value):
                    sheet.write_number(place, column, float(value), style)
                else:
                    sheet.write_string(place, column, in_cell(value), style)
        sheet.freeze_panes(top + 1, 1 if len(table.columns) > 1 else 0)
        _on_paper(sheet)
        sheet.repeat_rows(top)
        sheet.print_area(0, 0, top + len(table.rows), len(table.columns) - 1)
        if table.rows:
            sheet.autofilter(top, 0, top + len(table.rows), len(table.columns) - 1)

    def _name(self, title: str, short: str | None = None) -> str:
        title = short if short and len(title) > LONGEST_NAME else title
        base = " ".join(_FORBIDDEN.sub(" ", in_cell(title)).split()) or "Sheet"
        base = base if len(base) <= LONGEST_NAME else shortened(base, LONGEST_NAME - 2)
        for name in _numbered(base):
            if name.casefold() not in self.names and name.casefold() != "history":
                self.names.add(name.casefold())
                return name
        raise AssertionError("numbers do not end")


def _on_paper(sheet: xlsxwriter.worksheet.Worksheet) -> None:
    """A4 landscape, as wide as the sheet, as many pages as it takes."""
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)


def _numbered(base: str) -> Iterator[str]:
    yield base[:LONGEST_NAME].strip()
    number = 2
    while True:
        end = f" {number}"
        yield base[: LONGEST_NAME - len(end)].strip() + end
        number += 1


def _widths(table: Table) -> Iterator[int]:
    """As wide as the longest line of each column, within reason; of many columns none is wide."""
    widest = max(NARROWEST, min(WIDE, ALL_COLUMNS // len(table.columns)))
    for column, name in enumerate(table.columns):
        longest = max((len(line) for row in table.rows for line in row[column].split("\n")), default=0)
        yield min(widest, max(NARROW, len(name) + 2, longest + 2))


def _height(row: Sequence[str], widths: Sequence[int]) -> float:
    """Points that the tallest value of a row takes: not every program finds that out by itself."""
    lines = (
        sum(max(1, -(-len(line) // max(1, int(width * 0.92)))) for line in value.split("\n"))
        for value, width in zip(row, widths, strict=True)
    )
    return min(TALLEST, LINE * max(lines, default=1))


def in_cell(text: str) -> str:
    """``text`` as a cell can hold it."""
    text = held(text)
    return text if len(text) <= LONGEST_CELL else text[: LONGEST_CELL - 1] + "…"


def _day(date: str | None) -> datetime:
    try:
        return datetime.fromisoformat((date or "")[:10]).replace(tzinfo=UTC)
    except ValueError:
        return datetime(2000, 1, 1, tzinfo=UTC)
