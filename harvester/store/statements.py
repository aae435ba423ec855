"""SQL made from the declarations: no name in it comes from outside the program."""

from __future__ import annotations

from harvester.schema import Row

_INSERTS: dict[tuple[str, int], str] = {}


def insert(row_type: type[Row], rows: int = 1) -> str:
    """INSERT of so many rows, their values one row after another in the order of the columns."""
    table = row_type.table
    if (table.name, rows) not in _INSERTS:
        names = ", ".join(f'"{name}"' for name in table.column_names)
        marks = f"({', '.join('?' for _ in table.columns)})"
        _INSERTS[table.name, rows] = f'INSERT INTO "{table.name}" ({names}) VALUES {", ".join([marks] * rows)}'  # noqa: S608
    return _INSERTS[table.name, rows]


def delete_of_trial(row_type: type[Row]) -> str:
    """DELETE of a trial's rows; takes the NCT number."""
    return f'DELETE FROM "{row_type.table.name}" WHERE "nct_id" = ?'  # noqa: S608


def select(row_type: type[Row], where: str = "1") -> str:
    """SELECT of all columns in order, in the order of writing, which is the order of the record."""
    names = ", ".join(f'"{name}"' for name in row_type.table.column_names)
    return f'SELECT {names} FROM "{row_type.table.name}" WHERE {where} ORDER BY rowid'  # noqa: S608


def count(row_type: type[Row]) -> str:
    """SELECT of the number of rows."""
    return f'SELECT count(*) FROM "{row_type.table.name}"'  # noqa: S608
