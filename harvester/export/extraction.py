"""Data extraction tables: one tidy table of any number of trials, a row a trial, a criterion's reading or a dose.

What a systematic review keeps of each record, in the shape that spreadsheets and statistics programs take: one head of columns,
one value a cell, numbers as numbers, the registry's words and their place beside every reading. Columns are declarations, so
another one is a line in `extracted_trials`, `extracted_criteria` or `extracted_doses`.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from harvester.compare.head import data_date, registry_url
from harvester.compare.trial import Trial
from harvester.export.formula import harmless
from harvester.export.registry_text import words
from harvester.tables import StudyRows

E = TypeVar("E")
Value = str | float | int | bool | None


@dataclass(frozen=True, slots=True)
class Column(Generic[E]):
    """One column: its name, what stands in it, and how an entry gives it."""

    name: str
    meaning: str
    of: Callable[[E], Value]


@dataclass(frozen=True, slots=True)
class Extraction(Generic[E]):
    """One table: ``entries`` gives what its rows are of, trial by trial."""

    name: str
    title: str
    lead: str
    entries: Callable[[Trial], Iterable[E]]
    columns: tuple[Column[E], ...]

    @property
    def column_names(self) -> tuple[str, ...]:
        """Names of the columns in their order."""
        return tuple(column.name for column in self.columns)

    def rows(self, studies: Iterable[StudyRows]) -> Iterator[tuple[Value, ...]]:
        """The rows of the trials, in their order; text without the registry's markup, what is not known is None."""
        for study in studies:
            for entry in self.entries(Trial(study)):
                yield tuple(_plain(column.of(entry)) for column in self.columns)


def _plain(value: Value) -> Value:
    if isinstance(value, str):
        return "\n".join(words(line) for line in value.splitlines()) or None
    return value


def origin(trial_of: Callable[[E], Trial]) -> tuple[Column[E], ...]:
    """The last columns of every table: which data they are, where the record stands, and whether it is a digest."""
    return (
        Column("data_date", "Day of the registry's data", lambda entry: data_date(trial_of(entry))),
        Column(
            "record_source",
            "Where the record came from: api, file, page, or digest (facts in our own words until the next refresh)",
            lambda entry: trial_of(entry).source,
        ),
        Column("registry_url", "The record in the registry", lambda entry: registry_url(trial_of(entry).nct_id)),
    )


def extraction_csv(table: Extraction[Any], rows: Iterable[Sequence[Value]]) -> Iterator[str]:
    """The table as CSV, piece by piece: UTF-8, one head, lines end with CR LF (RFC 4180), no cell is a formula."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(table.column_names)
    for row in rows:
        writer.writerow([_cell(value) for value in row])
        if out.tell() > 1 << 16:
            yield _taken(out)
    yield _taken(out)


def _cell(value: Value) -> object:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return harmless(value) if isinstance(value, str) else _number(value)


def _number(value: float | int | None) -> object:
    return "" if value is None else f"{value:.15g}"


def _taken(out: io.StringIO) -> str:
    text = out.getvalue()
    out.seek(0)
    out.truncate()
    return text


def extraction_json(table: Extraction[Any], rows: Iterable[Sequence[Value]], about: Mapping[str, str]) -> Iterator[str]:
    """The table as one JSON object, piece by piece: what it is, its columns with their meaning, and a list of rows by name."""
    head = {
        "table": table.name,
        "title": table.title,
        **about,
        "columns": [{"name": column.name, "meaning": column.meaning} for column in table.columns],
    }
    yield json.dumps(head, ensure_ascii=False, indent=1)[:-2] + ',\n "rows": ['
    between = "\n  "
    for row in rows:
        yield between + json.dumps(dict(zip(table.column_names, row, strict=True)), ensure_ascii=False)
        between = ",\n  "
    yield "\n ]\n}\n"
