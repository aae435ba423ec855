"""A comparison as a table for the terminal: short, in plain characters, never wider than it may be."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from textwrap import shorten

from harvester.compare.model import Cell, Comparison, Row, TrialHead
from harvester.export.printable import printable
from harvester.export.report import SIGN_OF, line_text, outcome_of

LABEL_WIDTH = 22
NARROWEST_COLUMN = 22
TITLE_LENGTH = 90
MOST_ALONE = 12
"""Criteria without a row that are told in their words; more are only counted."""
NARROWEST = LABEL_WIDTH + 2 * (NARROWEST_COLUMN + 2)
GAP = "  "
LEGEND = (
    "Signs: ≠ the trials differ; 1 one alone states it; = they do not differ; (=) those that state it do not; "
    "? cannot be told: not read, or words to be weighed."
)
ABSENCES = {"not stated": "- not stated", "not applicable": "n/a", "not read": "? not read"}


def render(comparison: Comparison, width: int = 100, rows_per_panel: int | None = 8, lines_per_cell: int | None = 3) -> str:
    """The comparison as lines of at most ``width`` columns, the focal trial beside as many others as fit.

    More trials than fit follow in further tables, the focal trial first in each; a row in which none of a table's trials
    states anything is left out. Panels are cut after ``rows_per_panel`` rows and cells after ``lines_per_cell`` lines, and
    say so; None cuts nothing. A ``width`` below `NARROWEST`, which two trials need, counts as that.
    """
    width = max(width, NARROWEST)
    fitting = max(2, (width - LABEL_WIDTH) // (NARROWEST_COLUMN + len(GAP)))
    tables = [
        "\n".join(_table(comparison, columns, width, rows_per_panel, lines_per_cell))
        for columns in _batches(len(comparison.trials), fitting)
    ]
    return "\n\n".join([*tables, "\n".join(_foot(comparison, width, len(tables)))]) + "\n"


def _batches(trials: int, fitting: int) -> list[list[int]]:
    """Which trials stand in which table: the focal trial (0) in each, the others shared out in their order."""
    others = list(range(1, trials))
    step = max(1, fitting - 1)
    return [[0, *others[start : start + step]] for start in range(0, len(others), step)] or [[0]]


def _table(
    comparison: Comparison, columns: list[int], width: int, rows_per_panel: int | None, lines_per_cell: int | None
) -> Iterator[str]:
    column_width = max(NARROWEST_COLUMN, (width - LABEL_WIDTH) // len(columns) - len(GAP))
    widths = [LABEL_WIDTH, *[column_width] * len(columns)]
    heads = [comparison.trials[column] for column in columns]
    yield from _laid_out(["", *("\n".join(_head(head)) for head in heads)], widths)
    for panel in comparison.panels:
        rows = [row for row in panel.rows if any(row.cells[column].state == "stated" for column in columns)]
        if rows:
            yield from ("", printable(panel.title).upper())
        for row in rows[:rows_per_panel]:
            yield from _laid_out([_label(row), *(_cell(row.cells[column], lines_per_cell) for column in columns)], widths)
        yield from _left_out(len(rows), rows_per_panel)


def _head(head: TrialHead) -> Iterator[str]:
    yield f"{head.nct_id}{' (focal)' if head.is_focal else ''}"
    yield head.acronym or shorten(head.title, TITLE_LENGTH, placeholder=" …")
    if head.role:
        yield f"[{head.role}]"
    if head.source == "digest":
        yield "[digest]"


def _label(row: Row) -> str:
    """The row's name behind a sign, as the legend explains."""
    return f"{SIGN_OF[outcome_of(row)]} {row.label}".lstrip()


def _left_out(rows: int, rows_per_panel: int | None) -> Iterator[str]:
    more = rows - rows_per_panel if rows_per_panel is not None else 0
    if more > 0:
        yield f"  … {more} more row{'s' if more > 1 else ''} in the page and in --format json"


def _cell(cell: Cell, lines_per_cell: int | None) -> str:
    if cell.state != "stated":
        return ABSENCES[cell.state]
    texts = [cell.summary] if cell.summary else list(dict.fromkeys(line.text for line in cell.lines))
    lines = texts[:lines_per_cell]
    more = len(texts) - len(lines)
    verdict = [f"({cell.verdict})"] if cell.verdict and cell.verdict != "same" else []
    return "\n".join([*lines, *([f"+{more} more"] if more else []), *verdict])


def _foot(comparison: Comparison, width: int, tables: int) -> Iterator[str]:
    several = f" They speak of all {len(comparison.trials)} trials, also of those in another table." if tables > 1 else ""
    yield from wrapped(LEGEND + several, width)
    for total in comparison.totals:
        yield from wrapped(f"{total.nct_id}, {total.agent}, in all: {total.formula}", width)
    for line in _only_in_one(comparison):
        yield from wrapped(line, width)
    for note in comparison.notes:
        yield from wrapped(note, width)
    yield from wrapped(comparison.attribution, width)


def _only_in_one(comparison: Comparison) -> Iterator[str]:
    """Criteria without a counterpart, and so without a row above: unsaid, they would be taken for criteria that were not read.

    Few of them, as where rows were chosen, stand in their words; of many there is the number.
    """
    alone = [only for only in comparison.stated_only if only.lines]
    if sum(len(only.lines) for only in alone) <= MOST_ALONE:
        yield from (f"{only.nct_id} alone states: {line_text(line)}" for only in alone for line in only.lines)
    else:
        counts = ", ".join(f"{len(only.lines)} of {only.nct_id}" for only in alone)
        yield f"Criteria that only one trial states have no row here: {counts}. See the page or --format markdown."


def _laid_out(cells: Sequence[str], widths: Sequence[int]) -> Iterator[str]:
    """Cells side by side, each wrapped to its column."""
    columns = [list(wrapped(cell, width)) for cell, width in zip(cells, widths, strict=True)]
    for index in range(max(map(len, columns))):
        pieces = (
            _padded(column[index] if index < len(column) else "", width) for column, width in zip(columns, widths, strict=True)
        )
        yield GAP.join(pieces).rstrip()


def wrapped(text: str, width: int) -> Iterator[str]:
    """Lines of at most ``width`` columns; a word that is longer is cut, a line that goes on is indented by two."""
    for paragraph in text.split("\n"):
        line = ""
        for word in printable(paragraph).split():
            if line and columns_of(line) + 1 + columns_of(word) > width:
                yield line
                line = " "
            line = f"{line} {word}" if line else word
            while columns_of(line) > width:
                cut = _fitting(line, width)
                yield line[:cut]
                line = "  " + line[cut:]
        yield line


def _fitting(line: str, width: int) -> int:
    """How many characters of ``line`` take at most ``width`` columns; at least three, so that cutting always ends."""
    used = 0
    for index, character in enumerate(line):
        used += columns_of(character)
        if used > width:
            return max(3, index)
    return len(line)


def _padded(text: str, width: int) -> str:
    return text + " " * (width - columns_of(text))


def columns_of(text: str) -> int:
    """Columns that a terminal gives ``text``: two for wide characters, none for combining marks."""
    if text.isascii():
        return len(text)
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)
