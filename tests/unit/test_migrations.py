"""The database is what the declarations say, whatever version it began with."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from harvester.errors import NewerSchema, NotADatabase, StorageError
from harvester.migrations import (
    APPLICATION_ID,
    Migration,
    migrate,
    migrations,
    newest,
    schema_sql,
    schema_version,
)
from harvester.store import table_shapes
from harvester.tables import ALL, VIEWS


@pytest.fixture
def connection() -> Iterator[sqlite3.Connection]:
    opened = sqlite3.connect(":memory:", isolation_level=None)
    yield opened
    opened.close()


def objects(connection: sqlite3.Connection) -> set[tuple[str, str, str]]:
    """Everything in the database with its SQL, blanks made even."""
    rows = connection.execute("SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL")
    return {(kind, name, " ".join(sql.split())) for kind, name, sql in rows}


def test_migrations_end_in_what_is_declared(connection: sqlite3.Connection) -> None:
    migrate(connection)
    declared = sqlite3.connect(":memory:")
    declared.executescript(schema_sql())

    assert objects(connection) == objects(declared), "what changed in harvester/tables needs the next file of db/migrations"
    declared.close()


def test_the_tables_are_those_of_the_declarations(connection: sqlite3.Connection) -> None:
    migrate(connection)
    shapes = table_shapes(connection)

    assert shapes.keys() == {row_type.table.name for row_type in ALL}
    for row_type in ALL:
        table = row_type.table
        assert shapes[table.name] == tuple((each.name, each.type, not each.nullable, each.key) for each in table.columns)
    assert {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'view'")} >= VIEWS.keys()


def test_a_database_says_whose_it_is(connection: sqlite3.Connection) -> None:
    assert schema_version(connection) == 0
    assert migrate(connection) == (0, newest())
    assert migrate(connection) == (newest(), newest())
    assert connection.execute("PRAGMA application_id").fetchone()[0] == APPLICATION_ID
    assert schema_version(connection) == newest()


def test_a_later_programs_database_is_refused(connection: sqlite3.Connection) -> None:
    migrate(connection)
    connection.execute(f"PRAGMA user_version = {newest() + 1}")

    with pytest.raises(NewerSchema, match=f"schema {newest() + 1}"):
        migrate(connection)


def test_a_database_of_something_else_is_refused(connection: sqlite3.Connection) -> None:
    connection.execute("CREATE TABLE recipes (name TEXT)")

    with pytest.raises(NotADatabase, match="not one of trialside"):
        migrate(connection)


def test_a_failing_migration_leaves_the_database_as_it_was(connection: sqlite3.Connection) -> None:
    migrate(connection)
    before = objects(connection)
    bad = Migration(newest() + 1, "999_bad.sql", "CREATE TABLE half (x TEXT);\nINSERT INTO nowhere VALUES (1);\n")

    with pytest.raises(StorageError, match=r"999_bad\.sql failed"):
        migrate(connection, (*migrations(), bad))

    assert objects(connection) == before
    assert schema_version(connection) == newest()


def test_a_trigger_is_one_statement() -> None:
    sql = (
        "CREATE TABLE a (x);\nCREATE TRIGGER t BEFORE DELETE ON a\nBEGIN SELECT RAISE(ABORT, 'no; never'); END;\nDROP TABLE a;\n"
    )

    assert [each.split()[1] for each in Migration(1, "001_a.sql", sql).statements] == ["TABLE", "TRIGGER", "TABLE"]
    with pytest.raises(ValueError, match="inside a statement"):
        list(Migration(1, "001_a.sql", "CREATE TABLE a (").statements)


def test_numbers_have_no_gap(tmp_path: Path) -> None:
    (tmp_path / "001_a.sql").write_text("SELECT 1;")
    (tmp_path / "003_c.sql").write_text("SELECT 1;")

    with pytest.raises(ValueError, match="not numbered"):
        migrations(tmp_path)


def test_the_schema_opens_on_sqlite_3_40() -> None:
    sql = schema_sql().lower()

    assert "jsonb" not in sql
    assert "contentless_delete" not in sql
