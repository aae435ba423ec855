"""Fields that hold one value, and lists of which only coming and going is told (definitions/fields.csv and lists.csv)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path

from harvester.definition_file import rows_of
from harvester.history.change import Change, came_or_went, even
from harvester.history.scale import lie_of
from harvester.tables import DERIVED, Country, Row, StudyRows
from harvester.tables.places import country_today
from harvester.tables.plain import same_rows

_FOLDER = Path(__file__).with_name("definitions")
_TABLES = {row_type.table.name: row_type for row_type in DERIVED}


@cache
def definition_rows(name: str) -> tuple[Mapping[str, str], ...]:
    """The rows of ``definitions/<name>`` by column. Raises ValueError for one with more or fewer values than columns."""
    return rows_of(_FOLDER / name)


def field_changes(before: StudyRows, after: StudyRows) -> Iterator[Change]:
    """Changes of the fields that hold one value, in the order of the definition file."""
    sides: dict[str, tuple[Row | None, Row | None] | None] = {}
    for line in definition_rows("fields.csv"):
        row_type = _TABLES[line["table"]]
        if line["table"] not in sides:
            is_same = same_rows(before, after, row_type)
            sides[line["table"]] = None if is_same else (before.one(row_type), after.one(row_type))
        if (both := sides[line["table"]]) is None:
            continue
        was, now = both
        if was is not None and now is not None and _is_same(was, now, line["column"], line["qualifier"]):
            continue
        old, new = _shown(was, line["column"], line["qualifier"]), _shown(now, line["column"], line["qualifier"])
        if old != new:
            change = came_or_went(field_path(row_type, line["column"]), line["kind"], old, new, line["label"])
            lie = lie_of(line["meaning"], old, new, was, now)
            if lie is not None:
                detail = f"{line['label']}: {lie[1]}" if lie[1] else line["label"]
                change = replace(change, direction=lie[0], detail=detail)
            yield change


def _is_same(was: Row, now: Row, name: str, qualifier: str) -> bool:
    """Whether a field is the same in both; of most it is, which need not be put in words to be seen."""
    return getattr(was, name) == getattr(now, name) and (not qualifier or getattr(was, qualifier) == getattr(now, qualifier))


def _shown(row: Row | None, name: str, qualifier: str) -> str | None:
    value = None if row is None else getattr(row, name)
    if value is None:
        return None
    text = ("yes" if value else "no") if isinstance(value, bool) else str(value)
    more = getattr(row, qualifier) if qualifier else None
    return f"{text} ({str(more).lower()})" if more else text


def field_path(row_type: type[Row], name: str) -> str:
    """The field of the record that a column, or the column it labels, comes from; the table's where none is declared."""
    table = row_type.table
    for wanted in (name, name.removesuffix("_label")):
        for column in table.columns:
            if column.name == wanted and (paths := table.field_paths(column)):
                return paths[0]
    return table.source or table.name


def list_changes(before: StudyRows, after: StudyRows) -> Iterator[Change]:
    """Entries of lists that came or went; the order of a list is not told."""
    for line in definition_rows("lists.csv"):
        row_type, columns = _TABLES[line["table"]], line["columns"].split()
        if same_rows(before, after, row_type):
            continue
        old, new = (_entries(rows, row_type, columns) for rows in (before, after))
        path = field_path(row_type, columns[0])
        same = _one_country if row_type is Country else even
        was, now = Counter(map(same, old)), Counter(map(same, new))
        yield from (came_or_went(path, line["kind"], text, None) for text in _named(old, was - now, same))
        yield from (came_or_went(path, line["kind"], None, text) for text in _named(new, now - was, same))


def _entries(rows: StudyRows, row_type: type[Row], columns: list[str]) -> list[str]:
    found = (", ".join(str(value) for name in columns if (value := getattr(row, name))) for row in rows.of(row_type))
    return [text for text in found if text]


def _one_country(name: str) -> str:
    """What a country and its earlier name have in common: that the registry renamed it is no change of a trial."""
    return even(country_today(name))


def _named(entries: list[str], counted: Counter[str], same: Callable[[str], str]) -> Iterator[str]:
    left = Counter(counted)
    for text in entries:
        if left[same(text)] > 0:
            left[same(text)] -= 1
            yield text
