"""Every reason not to open a database is one line that names the file and the next step."""

from __future__ import annotations

import gc
import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from harvester.errors import DatabaseBusy, DatabaseDamaged, NotADatabase, StorageError
from harvester.registry.record import Record
from harvester.store import Store, is_database, open_for_reading, open_for_writing, storage_errors
from harvester.store.database import connect
from tests.storing import write_record

Make = Callable[..., Record]


@pytest.fixture
def database(tmp_path: Path, record: Make) -> Path:
    path = tmp_path / "trials.db"
    with Store(path) as store, store.transaction():
        write_record(store, record(1))
    return path


def refusal(path: Path, kind: type[StorageError], *, write: bool) -> str:
    with pytest.raises(kind) as caught:
        (Store if write else open_for_reading)(path)
    assert str(path) in caught.value.line or path.name in caught.value.line
    assert caught.value.next_step
    return caught.value.line


@pytest.mark.parametrize("write", [True, False])
def test_words_are_no_database(database: Path, write: bool) -> None:
    database.write_text("Dear reader, " * 100)

    assert "is not a database" in refusal(database, NotADatabase, write=write)
    assert not is_database(database)


@pytest.mark.parametrize("write", [True, False])
def test_a_truncated_file_is_damaged(database: Path, write: bool) -> None:
    os.truncate(database, database.stat().st_size // 2)

    assert "is damaged" in refusal(database, DatabaseDamaged, write=write)
    assert is_database(database)


@pytest.mark.parametrize("write", [True, False])
def test_a_folder_is_no_file(tmp_path: Path, write: bool) -> None:
    assert "is a folder" in refusal(tmp_path, StorageError, write=write)


def test_a_file_under_a_file_cannot_be(database: Path) -> None:
    refusal(database / "deeper.db", StorageError, write=True)
    assert not is_database(database / "deeper.db")


def test_an_absent_file_is_made_for_writing_and_named_for_reading(tmp_path: Path) -> None:
    assert "does not exist" in refusal(tmp_path / "absent.db", StorageError, write=False)
    with Store(tmp_path / "made.db") as store:
        assert store.current_ids() == []


def test_an_empty_file_becomes_a_database(tmp_path: Path) -> None:
    (tmp_path / "empty.db").touch()
    with Store(tmp_path / "empty.db") as store:
        assert store.current_ids() == []


def test_an_empty_database_is_called_so_to_a_reader(tmp_path: Path) -> None:
    (tmp_path / "empty.db").touch()

    assert "empty.db is empty" in refusal(tmp_path / "empty.db", StorageError, write=False)


@pytest.mark.parametrize(
    ("code", "kind", "words"),
    [
        (sqlite3.SQLITE_BUSY, DatabaseBusy, "locked by another program"),
        (sqlite3.SQLITE_LOCKED, DatabaseBusy, "locked by another program"),
        (sqlite3.SQLITE_FULL, StorageError, "the disk may be full"),
        (sqlite3.SQLITE_IOERR, StorageError, "the disk may be full"),
        (sqlite3.SQLITE_READONLY, StorageError, "may only be read"),
        (sqlite3.SQLITE_CANTOPEN, StorageError, "cannot be opened"),
        (sqlite3.SQLITE_CORRUPT, DatabaseDamaged, "is damaged"),
        (sqlite3.SQLITE_NOTADB, NotADatabase, "is not a database"),
        (sqlite3.SQLITE_CONSTRAINT, StorageError, "refused the work"),
    ],
)
def test_what_sqlite_says_becomes_one_line(tmp_path: Path, code: int, kind: type[StorageError], words: str) -> None:
    problem = sqlite3.OperationalError("words of SQLite")
    problem.sqlite_errorcode = code

    with pytest.raises(kind, match=words) as caught, storage_errors(tmp_path / "trials.db"):
        raise problem

    assert caught.value.exit_code == 5
    assert caught.value.next_step


def test_a_writer_that_waits_in_vain_says_so(database: Path) -> None:
    with closing(sqlite3.connect(database, isolation_level=None, timeout=0)) as other, Store(database) as store:
        store.connection.execute("PRAGMA busy_timeout = 50")
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(DatabaseBusy), store.transaction():
            pass
        other.execute("ROLLBACK")
        with store.transaction():
            pass


def test_a_reader_who_has_had_enough_is_no_fault_of_the_database(tmp_path: Path) -> None:
    with pytest.raises(BrokenPipeError), storage_errors(tmp_path / "trials.db"):
        raise BrokenPipeError


@pytest.mark.parametrize("made", [open_for_reading, open_for_writing], ids=lambda made: made.__name__)
def test_a_connection_says_that_it_was_not_closed(database: Path, made: Callable[[Path], sqlite3.Connection]) -> None:
    made(database).execute("SELECT 1")
    with pytest.warns(ResourceWarning, match="unclosed <harvester"):
        gc.collect()  # a connection and the statements that it remembers hold each other
    made(database).close()  # says nothing: warnings are errors here


def test_an_address_that_cannot_be_opened_leaves_no_connection(tmp_path: Path) -> None:
    (tmp_path / "words.db").write_text("Dear reader, " * 100)
    for _ in range(2):
        with pytest.raises(NotADatabase):
            open_for_reading(tmp_path / "words.db")
    with pytest.raises(sqlite3.OperationalError):
        connect(tmp_path / "absent" / "x.db")
