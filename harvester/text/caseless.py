"""Expressions that disregard case, tried on folded text.

Where case has to be disregarded a pattern compares letter by letter and cannot leap to where one of its words may begin. So a
second form of it, in small letters, looks for the place in the folded text, which mostly says that there is none; only where it
finds one the pattern itself is asked, which so gives the match it always gave.
"""

from __future__ import annotations

import importlib
import re
import sys
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from harvester.text.pattern import pattern_of

_PARSER: Any = importlib.import_module("re._parser")
# Letters that count as the same without regard to case, but that lower() leaves apart or makes two of.
_FOLD = str.maketrans({"\u017f": "s", "\u0130": "i", "\u0131": "i"})
_PIECE = re.compile(r"\\.|\(\?P[<=]\w+[>)]|.", re.DOTALL)


def folded(text: str) -> str:
    """``text`` in small letters, each in the place of the letter it stands for (but for some letters no pattern minds)."""
    if text.isascii() or not ("\u017f" in text or "\u0130" in text or "\u0131" in text):
        return text.lower()
    return text.translate(_FOLD).lower()


@lru_cache(maxsize=256)
def parsed(pattern: re.Pattern[str]) -> list[tuple[Any, Any]]:
    """The nodes of an expression, as the library parses it; kept, as several things are told from one."""
    return list(_PARSER.parse(pattern.pattern, pattern.flags))


class Caseless:
    """One expression with its form for folded text, if it has one. ``low`` is ``folded(text)`` in every method."""

    __slots__ = ("_small", "pattern")

    _small: re.Pattern[str] | None

    def __init__(self, pattern: re.Pattern[str]) -> None:
        self.pattern = pattern

    def __getattr__(self, name: str) -> re.Pattern[str] | None:
        """Called once, for the form that is not there yet."""
        if name != "_small":
            raise AttributeError(name)
        self._small = _small_form(self.pattern)
        return self._small

    def search(self, text: str, low: str, start: int = 0, end: int = sys.maxsize) -> re.Match[str] | None:
        """As ``re.Pattern.search(text, start, end)``."""
        if self._small is None or len(low) != len(text):
            return self.pattern.search(text, start, end)
        found = self._small.search(low, start, end)
        return None if found is None else self.pattern.match(text, found.start(), end)

    def match(self, text: str, low: str, start: int = 0, end: int = sys.maxsize) -> re.Match[str] | None:
        """As ``re.Pattern.match(text, start, end)``."""
        can = self._small is None or len(low) != len(text) or self._small.match(low, start, end)
        return self.pattern.match(text, start, end) if can else None

    def fullmatch(self, text: str, low: str, start: int = 0, end: int = sys.maxsize) -> re.Match[str] | None:
        """As ``re.Pattern.fullmatch(text, start, end)``."""
        can = self._small is None or len(low) != len(text) or self._small.fullmatch(low, start, end)
        return self.pattern.fullmatch(text, start, end) if can else None


def _small_form(pattern: re.Pattern[str]) -> re.Pattern[str] | None:
    """``pattern`` in small letters and minding case; none where that is not the same in folded text."""
    source = pattern.pattern
    if not pattern.flags & re.IGNORECASE or not _is_the_same(parsed(pattern)):
        return None
    pieces = (piece if piece[0] == "\\" or piece.startswith("(?P") else piece.lower() for piece in _PIECE.findall(source))
    return pattern_of("".join(pieces), pattern.flags & ~re.IGNORECASE)


def _is_the_same(nodes: Iterable[tuple[Any, Any]]) -> bool:
    """Whether the letters of a parsed expression can all be written small: no letter of another script with two cases, no
    range from a sign to a letter, and no part that minds case."""
    return all(_is_foldable(str(kind), value) for kind, value in nodes)


def _is_foldable(kind: str, value: Any) -> bool:
    match kind:
        case "LITERAL" | "NOT_LITERAL":
            return _has_plain_case(value)
        case "RANGE":
            ends = {_sort(value[0]), _sort(value[1])}
            return len(ends) == 1 and "other" not in ends
        case "IN" | "ATOMIC_GROUP":
            return _is_the_same(value)
        case "BRANCH":
            return all(_is_the_same(branch) for branch in value[1])
        case "SUBPATTERN":
            return not value[1] and not value[2] and _is_the_same(value[3])
        case "MAX_REPEAT" | "MIN_REPEAT" | "POSSESSIVE_REPEAT":
            return _is_the_same(value[2])
        case "ASSERT" | "ASSERT_NOT":
            return _is_the_same(value[1])
    return kind in ("ANY", "AT", "CATEGORY", "NEGATE")


def _has_plain_case(code: int) -> bool:
    char = chr(code)
    return char.isascii() or char.lower() == char.upper() == char


def _sort(code: int) -> str:
    """What a range's end is: of one kind with the other end, nothing between them has two cases that the fold parts."""
    char = chr(code)
    if char.isascii():
        return "small" if char.islower() else "capital" if char.isupper() else "digit" if char.isdigit() else "other"
    return "circled" if "①" <= char <= "⑳" else "other"
