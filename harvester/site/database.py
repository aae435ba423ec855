"""The database as the site opens it: read only, one query's time and memory bounded."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from datasette.database import Database, QueryInterrupted, Results
from datasette.utils import sqlite_timelimit

from harvester.site.visit import OutOfTimeError, Visit
from harvester.store import count_studies, data_state, open_for_reading, open_for_writing

if TYPE_CHECKING:
    import sqlite3

T = TypeVar("T")

OWN_THREADS = 3
"""Threads of our pages, each with a connection. Datasette's own answer tables and visitors' SQL, which may take a second each."""
LONGEST_VISIT = 30.0
"""Seconds that one of our pages may take: the Word file of the twenty longest trials takes ten of the processor."""
AGAIN = 1.0
"""Seconds after which work that goes on all the same is broken off again."""
SQLITE_LIMIT_LENGTH = 0
LONGEST_VALUE = 20_000_000
"""Bytes of the longest value SQLite may make; a record is far shorter."""
LARGEST_ANSWER = 32_000_000
"""Bytes of all values in one answer of a table or a query."""
NAME = "data"


class BoundedDatabase(Database):  # type: ignore[misc]
    """A database whose answers are cut off when they grow too large: many, each within its limit, would fill the memory.

    Our pages have threads and connections of their own, so that none waits for visitors' SQL.
    """

    _counts: tuple[int, dict[str, int | None]] | None = None

    def __init__(self, ds: Any, path: str, *, is_mutable: bool) -> None:
        super().__init__(ds, path, is_mutable=is_mutable)
        self._own_threads = ThreadPoolExecutor(OWN_THREADS, thread_name_prefix="trialside")
        self._own = threading.local()

    async def visit(self, read: Callable[[sqlite3.Connection], T]) -> T:
        """What ``read`` makes of a connection of our pages, in one of their threads. OutOfTimeError after `LONGEST_VISIT`."""
        visit = Visit(read)
        made = asyncio.get_running_loop().run_in_executor(self._own_threads, self._run, visit)
        try:
            done, _ = await asyncio.wait({made}, timeout=LONGEST_VISIT)
            if done:
                return made.result()
            raise OutOfTimeError
        finally:
            if not made.done():  # also where the visitor's request itself was cancelled
                made.cancel()
                self._break_off(visit)

    def _break_off(self, visit: Visit[T]) -> None:
        """End the work, however often that takes."""
        if visit.break_off():
            asyncio.get_running_loop().call_later(AGAIN, self._break_off, visit)

    def _run(self, visit: Visit[T]) -> T:
        connection = self._own_connection()
        try:
            return visit.run(connection)
        except OutOfTimeError:
            # It may stand anywhere within what it was asked.
            self._own.connection = None
            self._all_file_connections.remove(connection)
            connection.close()
            raise

    def _own_connection(self) -> sqlite3.Connection:
        """This thread's connection, read only. Rows come as tuples, the text in them without a step of Python's."""
        connection: sqlite3.Connection | None = getattr(self._own, "connection", None)
        if connection is None:
            connection = self._own.connection = self.connect()
            connection.setlimit(SQLITE_LIMIT_LENGTH, LONGEST_VALUE)
        return connection

    async def execute(
        self,
        sql: str,
        params: Any = None,
        truncate: bool = False,
        custom_time_limit: int | None = None,
        page_size: int | None = None,
        log_sql_errors: bool = True,
    ) -> Any:
        """As Datasette's own, with `LARGEST_ANSWER` and without writing reader's errors to the terminal."""
        milliseconds = min(custom_time_limit or self.ds.sql_time_limit_ms, self.ds.sql_time_limit_ms)
        most = self._most_rows(page_size or self.ds.page_size) if truncate else None

        def work(connection: sqlite3.Connection) -> Any:
            with sqlite_timelimit(connection, milliseconds):
                try:
                    cursor = connection.execute(sql, params if params is not None else {})
                    rows = _bounded(cursor, most, sql, params)
                except Exception as problem:
                    if problem.args == ("interrupted",):
                        raise QueryInterrupted(problem, sql, params) from problem
                    raise
            cut = most is not None and len(rows) > most
            return Results(rows[:most] if cut else rows, cut, cursor.description)

        return await self.execute_fn(work)

    async def table_counts(self, limit: int = 10) -> dict[str, int | None]:
        """As Datasette's own, counted once a state of the data: with forty large tables every visit would take seconds.

        Tables that are not shown are not counted: those of the search index are the largest of all.
        """
        state = await self.visit(data_state)
        if self._counts is None or self._counts[0] != state:
            hidden = set(await self.hidden_table_names())
            counted: dict[str, int | None] = {}
            for name in await self.table_names():
                counted[name] = None if name in hidden else await self._count(name, limit)
            self._counts = (state, counted)
        return self._counts[1]

    async def _count(self, name: str, limit: int) -> int | None:
        """The number of its rows; None where counting takes too long, or fails: one table must not take the others' page away."""
        try:
            return int((await self.execute(f"select count(*) from [{name}]", custom_time_limit=limit)).rows[0][0])  # noqa: S608
        except Exception:  # SQLite's errors have no common parent that is no error of ours, and the page says "many" for each
            return None

    def _most_rows(self, page_size: int) -> int:
        most = int(self.ds.max_returned_rows)
        return most + 1 if most == page_size else most


def _bounded(cursor: sqlite3.Cursor, most: int | None, sql: str, params: Any) -> list[Any]:
    rows = []
    size = 0
    for row in cursor:
        rows.append(row)
        size += sum(len(value) for value in row if isinstance(value, str | bytes))
        if size > LARGEST_ANSWER:
            raise QueryInterrupted(ValueError("the answer is too large"), sql, params)
        if most is not None and len(rows) > most:
            break
    return rows


def make_ready(path: Path) -> tuple[bool, int]:
    """Make an empty database where there is none; refuse one that is not ours.

    Whether the file can never change here, and the number of trials in it. Raises StorageError with one line.
    """
    if not path.exists():
        open_for_writing(path).close()
    with closing(open_for_reading(path)) as connection:
        size = count_studies(connection)
    # SQLite needs to write its shared-memory file beside a database in WAL mode, even to read it.
    return not os.access(path.parent, os.W_OK) and not path.with_name(f"{path.name}-wal").exists(), size
