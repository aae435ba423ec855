"""Compiled expressions, kept between runs of the program in the user's cache folder.

Reading one record needs some hundreds of expressions, and to compile them takes longer than all the rest of a run. Python offers
no public way to keep them, so this module does what `re` does inside (``re._parser``, ``re._compiler``, ``_sre``), for CPython
only. It is an economy and nothing else: with another Python, a file that is damaged or of someone else, or a folder that cannot
be written, everything is compiled as ever. What is kept of an expression is found by its whole text and flags, so no rule can be
read in an older form. ``TRIALSIDE_CACHE`` names another folder; ``TRIALSIDE_CACHE=off`` keeps nothing.
"""

from __future__ import annotations

import atexit
import marshal
import os
import re
import stat
import sys
import time
import zlib
from array import array
from collections.abc import Callable
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any, Final

from harvester import __version__
from harvester.text.expressions.pattern import compile_with

OFF: Final = "off"
ENOUGH: Final = 1_000
"""Bytes of code, packed, that are worth writing the file for at the end of a run."""
MUCH: Final = 16_000
"""Bytes of code, packed, that are worth it in the middle: it is written in the time that takes to compile about as much."""
_MOST: Final = 4_000_000
"""Bytes of code in the file, twice what there is; then much of it is of rules that are no more, and it is begun again."""
_LARGEST: Final = 32_000_000
_ABANDONED: Final = 60.0
"""Seconds after which a file that is being written was left behind by a process that ended."""
_DIGEST: Final = 32  # bytes

_Entry = tuple[int, bytes, int, dict[str, int], tuple[str | None, ...]]


def cache_folder(setting: str | None) -> Path | None:
    """Where to keep them: ``setting`` is what ``TRIALSIDE_CACHE`` says. None for nowhere.

    The places are those that platformdirs names; loading it would take a twelfth of the start that this module is to shorten.
    """
    if setting == OFF or sys.implementation.name != "cpython":
        return None
    if setting:
        return Path(setting)
    try:
        home = Path.home()
    except RuntimeError:  # a user whom the machine does not know
        return None
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or home / "AppData" / "Local") / "trialside" / "Cache"
    if sys.platform == "darwin":
        return home / "Library" / "Caches" / "trialside"
    named = Path(os.environ.get("XDG_CACHE_HOME") or "~")
    return (named if named.is_absolute() else home / ".cache") / "trialside"


def keep_compiled(setting: str | None) -> Callable[[], None]:
    """Let the rules compile with what is kept in the folder that ``setting`` names (see `cache_folder`), and keep what is new.

    Nothing is read before an expression is needed. What is returned keeps what is new by now, if it is much: for a process that
    is not waited for at its end.
    """
    begun: list[Compiled] = []

    def begin(expression: str, flags: int) -> re.Pattern[str]:
        folder = cache_folder(setting)
        if folder is None:
            compile_with(re.compile)
            return re.compile(expression, flags)
        compiled = Compiled(folder)
        begun.append(compiled)
        compile_with(compiled.pattern)
        atexit.register(compiled.save)
        return compiled.pattern(expression, flags)

    def keep() -> None:
        for compiled in begun:
            compiled.save(MUCH)

    compile_with(begin)
    return keep


class Compiled:
    """The compiled expressions of one folder: ``pattern`` instead of ``re.compile``, and ``save`` when all is done."""

    def __init__(self, folder: Path) -> None:
        """``folder`` need not be there."""
        self._path = folder / f"expressions-{sys.implementation.cache_tag}.bin"
        self._kept: dict[str, _Entry] | None = None
        self._new: dict[str, _Entry] = {}

    def pattern(self, expression: str, flags: int) -> re.Pattern[str]:
        """What ``re.compile(expression, flags)`` gives. Raises re.error as it does."""
        if self._kept is None:
            self._kept = _read(self._path)
        flags = int(flags)  # as the library does: it asks for single flags very often
        key = f"{flags} {expression}"
        entry = self._kept.get(key)
        if entry is None:
            entry = _compiled(expression, flags)
            if entry is None:
                return re.compile(expression, flags)
            self._new[key] = entry
        return _pattern(expression, entry) or re.compile(expression, flags)

    def save(self, enough: int = ENOUGH) -> None:
        """Keep what is new, if it is at least ``enough`` bytes of code and can be done, beside what others kept meanwhile."""
        if _size(self._new) < enough:
            return
        kept = {**_read(self._path), **self._new}
        with suppress(OSError, ValueError):
            _write(self._path, kept if _size(kept) <= _MOST else self._new)
            self._kept, self._new = kept, {}


def _size(kept: dict[str, _Entry]) -> int:
    return sum(len(code) for _, code, *_ in kept.values())


def _compiled(expression: str, flags: int) -> _Entry | None:
    """As ``re._compiler.compile`` does it, to have the code; None where `re` is made otherwise, or finds a mistake."""
    try:
        parsed: Any = import_module("re._parser").parse(expression, flags)
        state = parsed.state
        code = import_module("re._compiler")._code(parsed, flags)
        names = [None] * state.groups
        for name, number in state.groupdict.items():
            names[number] = name
        packed = zlib.compress(array("I", code).tobytes(), 1)
        return int(flags | state.flags), packed, state.groups - 1, dict(state.groupdict), tuple(names)
    except Exception:
        return None


def _pattern(expression: str, entry: _Entry) -> re.Pattern[str] | None:
    """The pattern of its code, which the library checks; None where it will not have it."""
    flags, packed, groups, numbers, names = entry
    engine: Any = import_module("_sre")
    try:
        code = array("I", zlib.decompress(packed)).tolist()
        made: re.Pattern[str] = engine.compile(expression, flags, code, groups, numbers, names)
    except Exception:
        return None
    return made


def _identity() -> tuple[object, ...]:
    """What must be the same for code to mean the same."""
    engine: Any = import_module("_sre")
    return "packed", __version__, sys.version, sys.byteorder, getattr(engine, "MAGIC", 0), getattr(engine, "CODESIZE", 0)


def _digest(data: bytes) -> bytes:
    from hashlib import sha256  # here, since a command that only shows its help needs none

    return sha256(data).digest()


def _read(path: Path) -> dict[str, _Entry]:
    """What the file holds; nothing where it is not there, not ours, not whole or of another Python."""
    try:
        with path.open("rb") as file:
            told = os.fstat(file.fileno())
            ours = not hasattr(os, "getuid") or (told.st_uid == os.getuid() and not told.st_mode & (stat.S_IWGRP | stat.S_IWOTH))
            data = file.read() if ours and stat.S_ISREG(told.st_mode) and told.st_size <= _LARGEST else b""
        if _digest(data[_DIGEST:]) != data[:_DIGEST]:
            return {}
        identity, kept = marshal.loads(memoryview(data)[_DIGEST:])  # noqa: S302 - our own file, whole, as Python's own cache is
        return kept if identity == _identity() else {}
    except (OSError, ValueError, TypeError, EOFError):
        return {}


def _write(path: Path, kept: dict[str, _Entry]) -> None:
    """Put the file in place whole. Raises OSError."""
    whole: Any = (_identity(), kept)
    data = marshal.dumps(whole)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    beside = path.with_suffix(".new")
    try:
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        if time.time() - beside.stat().st_mtime > _ABANDONED:
            beside.unlink()
        return
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(_digest(data) + data)
        beside.replace(path)
    except OSError:
        beside.unlink(missing_ok=True)
        raise
