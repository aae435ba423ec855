"""One writer at a time: a lock file beside the database, gone when the writer is."""

from __future__ import annotations

import os
import time
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any

from harvester.errors import DatabaseBusy

fcntl: Any = None
with suppress(ModuleNotFoundError):
    fcntl = import_module("fcntl")
"""Where there is none, on Windows, `filelock` knows what to do."""

_PAUSE_SECONDS = 0.05


class WriterLock:
    """The right to write to one database.

    The operating system holds the lock and gives it up when the process ends, however it ends: a file left behind by a
    killed writer locks nobody out.
    """

    def __init__(self, database: Path) -> None:
        self.path = database.with_name(database.name + ".lock")
        self._descriptor: int | None = None

    def acquire(self, wait_seconds: float) -> None:
        """Take the lock; DatabaseBusy when another writer keeps it for ``wait_seconds``."""
        deadline = time.monotonic() + wait_seconds
        while not self._try():
            if time.monotonic() >= deadline:
                raise DatabaseBusy(
                    f"Another trialside is writing to {self.path.with_suffix('').name}",
                    "Wait until it has ended, then try again.",
                )
            time.sleep(_PAUSE_SECONDS)

    def release(self) -> None:
        """Give the lock up and remove its file."""
        if self._descriptor is None:
            return
        # Removed while still held: whoever waits on the old file sees that it is gone and takes a new one.
        self.path.unlink(missing_ok=True)
        _unlock(self._descriptor)
        os.close(self._descriptor)
        self._descriptor = None

    def _try(self) -> bool:
        descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
        try:
            if _lock(descriptor) and self._is_ours(descriptor):
                self._descriptor = descriptor
                return True
        finally:  # also where the file system knows no locks
            if self._descriptor is None:
                os.close(descriptor)
        return False

    def _is_ours(self, descriptor: int) -> bool:
        try:
            return os.path.samestat(os.fstat(descriptor), os.stat(self.path))
        except FileNotFoundError:
            return False


def _lock(descriptor: int) -> bool:
    """Lock an open file as the operating system does it; False where another has the lock."""
    if fcntl is None:
        from filelock import lock_descriptor  # here, as it takes as long to load as a record to read

        return lock_descriptor(descriptor, blocking=False)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    return True


def _unlock(descriptor: int) -> None:
    if fcntl is None:
        from filelock import unlock_descriptor

        unlock_descriptor(descriptor)
    else:
        fcntl.flock(descriptor, fcntl.LOCK_UN)
