"""One piece of work for a visitor, in a thread of the site's, which is broken off when its time is over."""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from contextlib import suppress
from threading import Lock, get_ident
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    import sqlite3

T = TypeVar("T")


class OutOfTimeError(Exception):
    """What a visitor asked for took longer than a page may."""


class Visit(Generic[T]):
    """Reads from a connection in one thread, and is broken off from another: between two steps of Python, or within a query."""

    def __init__(self, read: Callable[[sqlite3.Connection], T]) -> None:
        self._read = read
        self._lock = Lock()
        self._at_work: tuple[int, sqlite3.Connection] | None = None
        self._is_over = False

    def run(self, connection: sqlite3.Connection) -> T:
        """What is read. Raises OutOfTimeError when it was broken off, also before it began."""
        try:
            return self._work(connection)
        finally:
            self._end()  # Again: what breaks the work off may arrive within its own end.

    def break_off(self) -> bool:
        """Do not let the work begin, or end it; whether it was at work. On its way what is raised there may be swallowed."""
        with self._lock:
            self._is_over = True
            if self._at_work is None:
                return False
            thread, connection = self._at_work
            connection.interrupt()
            _raise_in(thread)
            return True

    def _work(self, connection: sqlite3.Connection) -> T:
        with self._lock:
            if self._is_over:
                raise OutOfTimeError
            self._at_work = (get_ident(), connection)
        try:
            return self._read(connection)
        except Exception as problem:
            if self._is_over:
                raise OutOfTimeError from problem
            raise
        finally:
            self._end()

    def _end(self) -> None:
        """Nothing is at work from here on: what was raised for it and has not arrived must not end the thread's next work."""
        with self._lock:
            self._at_work = None
        if self._is_over:
            with suppress(OutOfTimeError):
                # It arrives here. To take it back (None) would leave Python's sign that something waits set for good: every
                # call of every thread looks for it from then on, and a traced one (CPython 3.11) goes round at its start.
                _raise_in(get_ident())
                for _ in range(1_000):
                    pass


def _raise_in(thread: int) -> None:
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), ctypes.py_object(OutOfTimeError))
