"""Connections of ours: each says when it was let go of without being closed."""

from __future__ import annotations

import sqlite3
import warnings
from contextlib import suppress
from typing import Any


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
