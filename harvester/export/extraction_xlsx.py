"""An extraction table as a workbook: what its columns mean on one sheet, the table on the other, numbers as numbers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import xlsxwriter
from xlsxwriter.exceptions import FileCreateError

from harvester.export.extraction import Extraction, Value
from harvester.export.xlsx import NARROW, in_cell

MOST_ROWS: Final = 1_048_575
"""Rows below the head that a sheet of a spreadsheet holds."""

WIDE: Final = 48
_PIECE: Final = 1 << 20
LONG_TEXT: Final = frozenset(
    {"brief_title", "criterion", "reading", "words", "context", "dose", "arms", "doses", "primary_outcomes", "secondary_outcomes"}
)
"""Columns of running text; they are wide and wrapped."""


class TooManyRows(ValueError):
    """The table has more rows than a sheet holds."""


def extraction_xlsx(table: Extraction[Any], rows: Iterable[Sequence[Value]], about: Mapping[str, str]) -> Iterator[bytes]:
    """The workbook, piece by piece. Raises TooManyRows, OSError. No cell is a formula or a link by itself.

    It is made on the disk when the first piece is asked for, a row at a time: a long table takes no more memory than a short one.
    """
    with TemporaryDirectory(prefix="trialside-") as folder:
        made = Path(folder, "table.xlsx")
        _make(made, table, rows, about)
        with made.open("rb") as file:
            while piece := file.read(_PIECE):
                yield piece


def _make(made: Path, table: Extraction[Any], rows: Iterable[Sequence[Value]], about: Mapping[str, str]) -> None:
    options = {"constant_memory": True, "tmpdir": str(made.parent), "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(str(made), options)
    try:
        _fill(book, table, rows, about)
        book.close()
    except FileCreateError as problem:
        raise OSError(*problem.args[0].args) from problem
    finally:
        for sheet in book.worksheets():
            sheet._opt_close()  # the rows of a sheet lie in a file, which stays open where something went wrong


def _fill(book: xlsxwriter.Workbook, table: Extraction[Any], rows: Iterable[Sequence[Value]], about: Mapping[str, str]) -> None:
    head = book.add_format({"bold": True, "bottom": 1, "valign": "top", "bg_color": "#EEF1F4"})
    text = book.add_format({"text_wrap": True, "valign": "top"})
    plain = book.add_format({"valign": "top"})
    _about(book, table, about, head, text)
    sheet = book.add_worksheet(table.title)
    for place, name in enumerate(table.column_names):
        is_long = name in LONG_TEXT
        sheet.set_column(place, place, WIDE if is_long else max(NARROW, len(name) + 4), text if is_long else plain)
        sheet.write_string(0, place, name, head)
    count = 0
    for count, row in enumerate(rows, start=1):
        if count > MOST_ROWS:
            raise TooManyRows(f"the table has more than the {MOST_ROWS:,} rows that a sheet holds")
        for place, value in enumerate(row):
            _write(sheet, count, place, value)
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, max(count, 1), len(table.columns) - 1)
    sheet.activate()


def _write(sheet: xlsxwriter.worksheet.Worksheet, row: int, place: int, value: Value) -> None:
    if isinstance(value, bool):
        sheet.write_string(row, place, "yes" if value else "no")
    elif isinstance(value, str):
        sheet.write_string(row, place, in_cell(value))
    elif value is not None:
        sheet.write_number(row, place, value)


def _about(book: xlsxwriter.Workbook, table: Extraction[Any], about: Mapping[str, str], head: Any, text: Any) -> None:
    """What the table is, whose data it holds, and what stands in each column."""
    sheet = book.add_worksheet("About")
    sheet.set_column(0, 0, 26)
    sheet.set_column(1, 1, 110, text)
    lines = [("Table", table.title), ("", table.lead), *((name.capitalize(), value) for name, value in about.items())]
    for place, (name, value) in enumerate(lines):
        sheet.write_string(place, 0, name)
        sheet.write_string(place, 1, in_cell(value))
    top = len(lines) + 1
    for place, name in enumerate(("Column", "What stands in it")):
        sheet.write_string(top, place, name, head)
    for place, column in enumerate(table.columns, start=top + 1):
        sheet.write_string(place, 0, column.name)
        sheet.write_string(place, 1, column.meaning)
