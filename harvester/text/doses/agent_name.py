"""One name of an agent, found in texts: blanks and hyphens alike, a plural s allowed, short names only as written."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from harvester.text.expressions.folding import folded
from harvester.text.expressions.pattern import pattern_of

WORD_START = r"(?<![A-Za-z0-9])"
WORD_END = r"(?![A-Za-z])"
_PARTS = pattern_of(r"[ -]+")
_SHORT = 5  # letters: shorter names mind case
_MANY = 6  # parts: so many are never written as one word
_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
_NO_START = _LETTERS | frozenset("0123456789")


def name_pattern(name: str) -> str:
    """A pattern for one name: blanks and hyphens alike."""
    parts = [re.escape(part) for part in _PARTS.split(name) if part]
    return r"[ -]?".join(parts) if len(parts) < _MANY else r"[ -]+".join(parts)


class WrittenName:
    """A name, and how it is found: without an expression of its own, as most of the names of a registry are met once."""

    def __init__(self, name: str) -> None:
        self._exact = len(name) < _SHORT
        self._expression: re.Pattern[str] | None = None
        if not name.isascii():  # letters that count as the same are the library's business
            self._expression = re.compile(rf"{WORD_START}{name_pattern(name)}s?{WORD_END}", 0 if self._exact else re.I)
        self._parts = tuple(part for part in _PARTS.split(name if self._exact else name.lower()) if part)
        self._apart = len(self._parts) >= _MANY

    def places(self, text: str, low: str) -> Iterator[tuple[int, int]]:
        """Where the name stands in ``text``, which ``low`` is the folding of; from left to right, none overlapping."""
        if self._expression is not None:
            yield from (match.span() for match in self._expression.finditer(text))
            return
        read = text if self._exact else low
        first = self._parts[0]
        at = read.find(first)
        while at >= 0:
            end = self._end(read, at) if at == 0 or read[at - 1] not in _NO_START else 0
            if end:
                yield at, end
            at = read.find(first, end or at + 1)

    def _end(self, read: str, at: int) -> int:
        """Where the name that may begin at ``at`` ends; 0 where it does not stand there."""
        at += len(self._parts[0])
        for part in self._parts[1:]:
            if read[at : at + 1] in (" ", "-"):
                at += 1
            elif self._apart:
                return 0
            if not read.startswith(part, at):
                return 0
            at += len(part)
        at += read.startswith("s", at)
        return 0 if read[at : at + 1] in _LETTERS else at


@lru_cache(maxsize=8192)
def written_name(name: str) -> WrittenName:
    """The finder of one name; kept, as the texts of a record use the same names."""
    return WrittenName(name)


def first_part(name: str) -> str:
    """The folded part of ``name`` that every way to write it begins with."""
    return next(part for part in _PARTS.split(folded(name)) if part)
