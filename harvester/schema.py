"""One declaration a table: its class is the row type, and DDL, data dictionary and site descriptions come from it.

    @table("keywords", "Words the sponsor chose …", source="protocolSection.conditionsModule.keywords")
    class Keyword(Row):
        keyword_id: str = column("Identifier of the row", key=True)
        nct_id: str = column("NCT number", references="studies.nct_id")
        name: str | None = optional("The keyword, verbatim")

A column that is added stands last in its class, and the next file of ``db/migrations`` adds it to the databases that are there.

Python types decide the SQLite type: str and Json are TEXT, int and bool INTEGER, float REAL. ``X | None`` may be NULL. A module
of tables begins with ``from __future__ import annotations``, since its types are read as written.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import field, fields
from functools import lru_cache
from operator import attrgetter
from typing import (
    Any,
    ClassVar,
    NewType,
    Self,
    TypeVar,
    dataclass_transform,
)

from harvester.shape import maker, shape

Json = NewType("Json", str)
"""JSON text in its canonical form (see `as_json`)."""


_canonical = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


def as_json(value: object) -> Json:
    """``value`` as JSON with sorted keys, no spare blanks and characters as they are: the same value, the same bytes."""
    return Json(_canonical(value))


@lru_cache(maxsize=4096)
def words_as_json(words: tuple[str, ...]) -> Json:
    """`as_json` of a list of words; kept, as the same few short lists come again and again."""
    return as_json(list(words))


@shape()
class Column:
    """What is known of one column."""

    name: str
    type: str
    nullable: bool
    description: str
    key: bool = False
    references: str | None = None
    choices: tuple[str, ...] = ()
    unit: str | None = None
    source: str | None = None
    is_json: bool = False
    is_bool: bool = False

    @property
    def ddl(self) -> str:
        """The column as CREATE TABLE has it."""
        parts = [f'"{self.name}"', self.type]
        if not self.nullable:
            parts.append("NOT NULL")
        if self.references:
            other, _, name = self.references.partition(".")
            parts.append(f'REFERENCES "{other}"("{name}") DEFERRABLE INITIALLY DEFERRED')
        return " ".join([*parts, *self._checks()])

    def _checks(self) -> list[str]:
        checks = []
        if self.choices:
            listed = ", ".join("'" + choice.replace("'", "''") + "'" for choice in self.choices)
            checks.append(f'CHECK ("{self.name}" IN ({listed}))')
        if self.is_json:
            # json_valid(NULL) is 0 up to SQLite 3.44 and NULL, which passes, after it.
            checks.append(f'CHECK ("{self.name}" IS NULL OR json_valid("{self.name}"))')
        if self.is_bool:
            checks.append(f'CHECK ("{self.name}" IN (0, 1))')
        return checks


@shape()
class Table:
    """A table as declared: what it holds, where it comes from, and its columns in order.

    ``derived`` tables are rebuilt from the stored records; the others are written once and only added to. ``column_names`` are
    those of ``columns``, asked for so often that they are not put together each time.
    """

    name: str
    description: str
    columns: tuple[Column, ...]
    source: str | None
    derived: bool
    indexes: tuple[tuple[str, ...], ...]
    row_type: type[Row]
    column_names: tuple[str, ...]

    @property
    def key(self) -> tuple[str, ...]:
        """Names of the primary key's columns."""
        return tuple(column.name for column in self.columns if column.key)

    @property
    def ddl(self) -> str:
        """CREATE TABLE, STRICT, with checks and foreign keys."""
        lines = [f"  {column.ddl}" for column in self.columns]
        names = ", ".join(f'"{name}"' for name in self.key)
        lines.append(f"  PRIMARY KEY ({names})")
        body = ",\n".join(lines)
        return f'CREATE TABLE "{self.name}" (\n{body}\n) STRICT'

    @property
    def index_ddl(self) -> tuple[str, ...]:
        """CREATE INDEX for each declared index, and for each foreign key that none of them serves."""
        return tuple(_index_ddl(self.name, names) for names in (*self.indexes, *self._foreign_key_indexes()))

    def _foreign_key_indexes(self) -> tuple[tuple[str, ...], ...]:
        # Without them SQLite reads the whole table for every parent row it deletes.
        served = {names[0] for names in (*self.indexes, self.key) if names}
        return tuple((each.name,) for each in self.columns if each.references and each.name not in served)

    def field_paths(self, column_: Column) -> tuple[str, ...]:
        """Fields of the registry's record that a column comes from, dotted, without list indexes."""
        prefix = f"{self.source}." if self.source else ""
        return tuple(f"{prefix}{path}" for path in (column_.source or "").split())


def index_name(table_name: str, names: Sequence[str]) -> str:
    """The name of an index on the columns ``names``; the first ones tell a long one apart."""
    return f"idx_{table_name}_{'_'.join(names if len(names) <= _NAMED else names[: _NAMED - 1])}"


_NAMED = 4


def _index_ddl(table_name: str, names: Sequence[str]) -> str:
    listed = ", ".join(f'"{name}"' for name in names)
    return f'CREATE INDEX "{index_name(table_name, names)}" ON "{table_name}" ({listed})'


class Row:
    """Base of all row types."""

    __slots__ = ()
    table: ClassVar[Table]
    _values: ClassVar[Any]  # an attrgetter
    _of: ClassVar[Any] = None  # a `maker`, when one is first asked for
    _booleans: ClassVar[tuple[int, ...]]  # places of what is true or false

    def values(self) -> tuple[Any, ...]:
        """The values in the order of the table's columns, as SQLite takes them."""
        read: tuple[Any, ...] = self._values(self)
        return read

    @classmethod
    def values_of(cls, rows: Iterable[Self]) -> list[tuple[Any, ...]]:
        """`values` of many rows, of this class."""
        return list(map(cls._values, rows))

    def as_dict(self) -> dict[str, Any]:
        """The row as a dictionary by column name."""
        return dict(zip(self.table.column_names, self.values(), strict=True))

    @classmethod
    def from_values(cls, values: Iterable[Any]) -> Self:
        """A row from its values in the order of the columns, booleans as such: what `values` gave.

        The same as calling the class with every column by name, which for the rows of a collection takes three times as long.
        """
        if cls._of is None:
            cls._of = maker(cls, cls.table.column_names)
        row: Self = cls._of(values)
        return row

    @classmethod
    def from_stored(cls, values: Iterable[Any]) -> Self:
        """A row from its values in the order of the columns as SQLite gives them: 0 or 1 for what is false or true."""
        if not cls._booleans:
            return cls.from_values(values)
        read = list(values)
        for place in cls._booleans:
            if read[place] is not None:
                read[place] = bool(read[place])
        return cls.from_values(read)

    @classmethod
    def of_columns(cls: type[R], names: Sequence[str]) -> Callable[[Iterable[Any]], R]:
        """A maker of rows of which only the columns ``names`` are known, from their values in that order, booleans as such.

        To ask such a row for another column raises AttributeError: what was not looked up is not taken for what is not there.
        """
        setters = tuple(getattr(cls, name).__set__ for name in names)
        first = setters[0]

        def made(values: Iterable[Any]) -> R:
            row = object.__new__(cls)
            for set_value, value in zip(setters, values, strict=True):
                set_value(row, value)
            return row

        def made_of_one(values: Iterable[Any]) -> R:  # most rows: without a loop it takes half the time
            row = object.__new__(cls)
            (value,) = values
            first(row, value)
            return row

        return made if len(setters) > 1 else made_of_one


def column(
    description: str,
    *,
    key: bool = False,
    references: str | None = None,
    choices: Sequence[str] = (),
    unit: str | None = None,
    source: str | None = None,
) -> Any:
    """A column that must be given. ``source`` is the API field, or several parted by blanks, relative to the table's source."""
    return field(metadata=_metadata(description, key, references, choices, unit, source))


def optional(
    description: str,
    *,
    references: str | None = None,
    choices: Sequence[str] = (),
    unit: str | None = None,
    source: str | None = None,
) -> Any:
    """A column that may be NULL, which is also its default."""
    return field(default=None, metadata=_metadata(description, False, references, choices, unit, source))


def _metadata(
    description: str, key: bool, references: str | None, choices: Sequence[str], unit: str | None, source: str | None
) -> dict[str, Any]:
    return {
        "description": description,
        "key": key,
        "references": references,
        "choices": tuple(choices),
        "unit": unit,
        "source": source,
    }


R = TypeVar("R", bound=Row)


@dataclass_transform(frozen_default=True, kw_only_default=True, field_specifiers=(column, optional))
def table(
    name: str,
    description: str,
    *,
    source: str | None = None,
    derived: bool = True,
    indexes: Sequence[Sequence[str]] = (("nct_id",),),
) -> Callable[[type[R]], type[R]]:
    """Declare a table: turns the class into a row type with ``.table``, frozen as a `shape` is."""

    def declare(cls: type[R]) -> type[R]:
        row_type = shape(kw_only=True)(cls)
        columns = _columns(row_type)
        names = tuple(each.name for each in columns)
        row_type._values = attrgetter(*names)
        row_type._booleans = tuple(place for place, each in enumerate(columns) if each.is_bool)
        row_type.table = Table(
            name=name,
            description=description,
            columns=columns,
            source=source,
            derived=derived,
            indexes=tuple(tuple(each) for each in indexes),
            row_type=row_type,
            column_names=names,
        )
        return row_type

    return declare


_KINDS = {"str": "TEXT", "Json": "TEXT", "int": "INTEGER", "bool": "INTEGER", "float": "REAL"}


def _columns(row_type: type[Row]) -> tuple[Column, ...]:
    return tuple(_column(each.name, str(each.type), dict(each.metadata)) for each in fields(row_type))  # type: ignore[arg-type]


def _column(name: str, told: str, metadata: dict[str, Any]) -> Column:
    """A column from its annotation as written, which is read as text: to evaluate them all takes longer than all the rest."""
    kind = told.removesuffix(" | None")
    return Column(name, _KINDS[kind], kind != told, is_json=kind == "Json", is_bool=kind == "bool", **metadata)
