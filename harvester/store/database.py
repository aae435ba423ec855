"""Opening the database, for writing or for reading, and saying in one line why it cannot be."""

from __future__ import annotations

import os
import sqlite3
import warnings
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote

from harvester.errors import DatabaseBusy, DatabaseDamaged, NotADatabase, RowsRefused, StorageError
from harvester.migrations import migrate, newest, schema_version

_BUSY_MILLISECONDS = 30_000
_CACHED_STATEMENTS = 512  # two a table for writing and more for deleting and reading
_CACHE_KIBIBYTES = 32_000  # a large run touches many tables and their indexes at once
_CHECKPOINT_PAGES = 8_000  # 32 MB; writing pages home after every fourth group instead of every one costs a tenth less
_OF_THE_ROWS = (sqlite3.IntegrityError, sqlite3.DataError, sqlite3.InterfaceError, sqlite3.ProgrammingError)
_REPORT = "Please report the number of the trial."


class Connection(sqlite3.Connection):
    """A connection that tells by a ResourceWarning that it was not closed. From Python 3.13 on all do, those of others too."""

    _is_open = False

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self._is_open = True

    def close(self) -> None:
        """End the connection. May be called twice."""
        super().close()
        self._is_open = False

    def __del__(self) -> None:
        if self._is_open:
            warnings.warn(f"unclosed {self!r}", ResourceWarning, stacklevel=2, source=self)
            with suppress(sqlite3.Error):  # it may be another thread's
                self.close()


def connect(address: object, **named: Any) -> Connection:
    """As `sqlite3.connect`, without transactions of Python's own making."""
    return sqlite3.connect(address, isolation_level=None, factory=Connection, **named)  # type: ignore[call-overload, no-any-return]


@contextmanager
def storage_errors(path: Path) -> Iterator[None]:
    """Turns what SQLite and the file system raise inside into a StorageError with one line that names the file."""
    try:
        yield
    except sqlite3.Error as problem:
        raise _translated(problem, path) from problem
    except (OverflowError, UnicodeEncodeError) as problem:  # a number or a character that SQLite does not take
        raise RowsRefused(f"a value SQLite does not take: {type(problem).__name__}", _REPORT) from problem
    except NotADatabase as problem:
        raise NotADatabase(problem.what.replace("The file", str(path), 1), problem.next_step) from problem
    except BrokenPipeError:  # whoever reads standard output has had enough: no fault of the database
        raise
    except OSError as problem:
        raise StorageError(f"{path} cannot be used ({problem.strerror})", "Name another file with --db.") from problem


def _translated(problem: sqlite3.Error, path: Path) -> StorageError:
    code = getattr(problem, "sqlite_errorcode", None)
    primary = code & 0xFF if code is not None else None
    if primary == sqlite3.SQLITE_NOTADB:
        return NotADatabase(f"{path} is not a database", "Name another file with --db.")
    if primary == sqlite3.SQLITE_CORRUPT:
        return DatabaseDamaged(f"{path} is damaged ({problem})", "Restore a copy, or move it away and harvest again.")
    if primary in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return DatabaseBusy(f"{path} is locked by another program", "Wait until it has ended, then try again.")
    if primary in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR):
        return StorageError(f"{path} cannot be written, the disk may be full ({problem})", "Make room, then try again.")
    if primary == sqlite3.SQLITE_READONLY:
        return StorageError(f"{path} may only be read", "Make it writable, or name another file with --db.")
    if primary == sqlite3.SQLITE_CANTOPEN:
        return StorageError(
            f"{path} cannot be opened", "Check that its folder exists and may be written, or name another with --db."
        )
    if isinstance(problem, _OF_THE_ROWS):
        return RowsRefused(str(problem), _REPORT)
    return StorageError(f"{path} refused the work ({problem})", "Run: trialside check")


def open_for_writing(path: Path, tell: Callable[[str], None] = lambda line: None) -> sqlite3.Connection:
    """The database at ``path``, made when it is not there, brought to the newest schema; a copy is kept before a migration.

    ``tell`` is told of a migration before it begins. The caller holds the writer's lock. Raises StorageError with one line.
    """
    with storage_errors(path):
        if path.is_dir():
            raise StorageError(f"{path} is a folder", "Name a file with --db.")
        if path.exists() and not os.access(path, os.W_OK):
            raise StorageError(f"{path} may only be read", "Make it writable, or name another file with --db.")
        connection = connect(path, timeout=_BUSY_MILLISECONDS / 1000, cached_statements=_CACHED_STATEMENTS)
        try:
            version = schema_version(connection)
            if 0 < version < newest():
                copy = _copy_of(path, version)
                tell(f"{path} has schema {version} and is brought to {newest()}; as it was it is kept in {copy.name}.")
                _keep_copy(connection, copy)
            if not version:  # nothing is in it that could be lost: the disk need not be waited for until something is
                connection.execute("PRAGMA synchronous = OFF")
            connection.execute("PRAGMA journal_mode = WAL")
            migrate(connection)
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute(f"PRAGMA cache_size = -{_CACHE_KIBIBYTES}")
            connection.execute(f"PRAGMA wal_autocheckpoint = {_CHECKPOINT_PAGES}")
        except BaseException:
            connection.close()
            raise
        return connection


def _copy_of(path: Path, version: int) -> Path:
    return path.with_name(f"{path.name}.schema-{version}.bak")


def _keep_copy(connection: sqlite3.Connection, path: Path) -> None:
    with closing(connect(path)) as copy:
        connection.backup(copy)


def must_exist(path: Path) -> None:
    """Raises StorageError where there is no database: for whoever would otherwise make an empty one."""
    if not path.is_file():
        what = "is a folder" if path.is_dir() else "does not exist"
        raise StorageError(f"{path} {what}", "Make it with: trialside harvest NCT…, or name another file with --db.")


def open_for_reading(path: Path, *, any_thread: bool = False) -> sqlite3.Connection:
    """The database at ``path``, read only. Raises StorageError with one line: absent, older, newer or no database of ours.

    With ``any_thread`` one thread after another may use the connection, never two at once.
    """
    with storage_errors(path):
        must_exist(path)
        connection = _connect_read_only(path, any_thread=any_thread)
        try:
            version = schema_version(connection)
            if version == 0:
                raise StorageError(f"{path} is empty", "Fill it with: trialside harvest NCT…, or name another file with --db.")
            if version < newest():
                writable = os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)
                by = "trialside normalise" if writable else "trialside normalise --db COPY, of a copy that may be written"
                raise StorageError(f"{path} has an older schema", f"Bring it up to date with: {by}")
        except BaseException:
            connection.close()
            raise
        return connection


def _connect_read_only(path: Path, *, any_thread: bool) -> sqlite3.Connection:
    address = f"file:{quote(str(path.resolve()))}"
    if os.access(path, os.W_OK) and os.access(path.parent, os.W_OK):
        # A connection that could write clears SQLite's side files away when it closes; this one is kept from writing.
        connection = _connect(f"{address}?mode=rw", any_thread=any_thread)
        connection.execute("PRAGMA query_only = ON")
        return connection
    connection = _connect(f"{address}?mode=ro", any_thread=any_thread)
    try:
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        return connection
    except sqlite3.OperationalError:
        connection.close()
        # SQLite cannot make its shared-memory file in a folder that may not be written. Nobody else can be writing there.
        if os.access(path.parent, os.W_OK) or path.with_name(f"{path.name}-wal").exists():
            raise
        return _connect(f"{address}?mode=ro&immutable=1", any_thread=any_thread)


def _connect(address: str, *, any_thread: bool) -> sqlite3.Connection:
    return connect(address, uri=True, timeout=_BUSY_MILLISECONDS / 1000, check_same_thread=not any_thread)


def is_database(path: Path) -> bool:
    """Whether the file at ``path`` begins as SQLite files do."""
    try:
        with path.open("rb") as stream:
            return stream.read(16) == b"SQLite format 3\0"
    except OSError:
        return False


def table_shapes(connection: sqlite3.Connection) -> dict[str, tuple[tuple[str, str, bool, bool], ...]]:
    """Tables as the database has them: name -> (column, type, not null, part of the key) in order."""
    from sqlite_utils import Database  # here, since nothing else of a run needs it

    database = Database(connection)
    return {
        name: tuple((each.name, each.type, bool(each.notnull), bool(each.is_pk)) for each in database[name].columns)
        for name in database.table_names()
        if not name.startswith(("study_search", "sqlite_"))
    }
