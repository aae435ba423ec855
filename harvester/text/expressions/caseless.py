"""Expressions that disregard case, tried on folded text.

Where case has to be disregarded a pattern compares letter by letter and cannot leap to where one of its words may begin. So a
second form of it, in small letters, looks for the place in the folded text, which mostly says that there is none; only where it
finds one the pattern itself is asked, which so gives the match it always gave.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator

from harvester.text.expressions.beginnings import DIGIT
from harvester.text.expressions.pattern import pattern_of
from harvester.text.expressions.traits import traits_of

_OFTEN = 30  # texts; one record tries many expressions at a few places each, and a second form of all takes longer than that
# What is to be written small, and before it what is not: an escape, the name of a group.
_CAPITALS = re.compile(r"\\.|\(\?P[<=]\w+[>)]|[^\W\d_a-z]+", re.DOTALL)


class Caseless:
    """One expression with its form for folded text, if it has one. ``low`` is ``folded(text)`` in every method."""

    __slots__ = ("_is_made", "_left", "_places", "_small", "pattern")

    def __init__(self, pattern: re.Pattern[str]) -> None:
        self.pattern = pattern
        self._small: re.Pattern[str] | None = None
        self._places: re.Pattern[str] | None = None
        self._is_made = False
        self._left = _OFTEN

    def _make(self) -> None:
        """The two forms, when one is first asked for."""
        self._small = _small_form(self.pattern)
        self._places = _places_form(self.pattern, self._small)
        self._is_made = True

    def search(self, text: str, low: str, start: int = 0, end: int = sys.maxsize) -> re.Match[str] | None:
        """As ``re.Pattern.search(text, start, end)``."""
        if not self._is_made:
            self._make()
        if self._places is None or len(low) != len(text):
            return self.pattern.search(text, start, end)
        found = self._places.search(low, start, end)
        return None if found is None else self.pattern.match(text, found.start(), end)

    def finditer(self, text: str, low: str, start: int = 0, end: int = sys.maxsize) -> Iterator[re.Match[str]]:
        """As ``re.Pattern.finditer(text, start, end)``."""
        if not self._is_made:
            self._make()
        if self._small is None or len(low) != len(text):
            yield from self.pattern.finditer(text, start, end)
        elif self._places is self._small:
            matches = (self.pattern.match(text, found.start(), end) for found in self._small.finditer(low, start, end))
            yield from (match for match in matches if match is not None)
        else:
            while (found := self.search(text, low, start, end)) is not None:
                start = found.end()
                yield found

    def first(self, text: str, low: str, starts: list[int], end: int = sys.maxsize) -> re.Match[str] | None:
        """The match that begins at the first of ``starts`` where there is one. Each of them is a place in folded text, too."""
        tries, where = self._tries(text, low)
        for start in starts if len(starts) < 2 else sorted(starts):
            if tries(where, start, end) and (found := self.pattern.match(text, start, end)):
                return found
        return None

    def tried(self, text: str, low: str, starts: list[int], end: int = sys.maxsize) -> Iterator[re.Match[str]]:
        """The matches that begin at one of ``starts``, none overlapping another."""
        tries, where = self._tries(text, low)
        at = 0
        for start in starts if len(starts) < 2 else sorted(starts):
            if start >= at and tries(where, start, end) and (match := self.pattern.match(text, start, end)):
                at = match.end()
                yield match

    def _tries(self, text: str, low: str) -> tuple[Callable[..., re.Match[str] | None], str]:
        """What tells quickly whether there may be a match at a place, and the text to ask it of."""
        if not self._is_made and self._left > 0:
            self._left -= 1
            return self.pattern.match, text
        if not self._is_made:
            self._make()
        if self._small is None or len(low) != len(text):
            return self.pattern.match, text
        return self._small.match, low

    def match(self, text: str, low: str, start: int = 0, end: int = sys.maxsize) -> re.Match[str] | None:
        """As ``re.Pattern.match(text, start, end)``."""
        if not self._is_made:
            self._make()
        can = self._small is None or len(low) != len(text) or self._small.match(low, start, end)
        return self.pattern.match(text, start, end) if can else None

    def fullmatch(self, text: str, low: str, start: int = 0, end: int = sys.maxsize) -> re.Match[str] | None:
        """As ``re.Pattern.fullmatch(text, start, end)``."""
        if not self._is_made:
            self._make()
        can = self._small is None or len(low) != len(text) or self._small.fullmatch(low, start, end)
        return self.pattern.fullmatch(text, start, end) if can else None


def _small_form(pattern: re.Pattern[str]) -> re.Pattern[str] | None:
    """``pattern`` in small letters and minding case; none where that is not the same in folded text."""
    if not pattern.flags & re.IGNORECASE or not traits_of(pattern).folds:
        return None
    small = _CAPITALS.sub(lambda found: found[0] if found[0][0] in "\\(" else found[0].lower(), pattern.pattern)
    return pattern_of(small, pattern.flags & ~re.IGNORECASE)


def _places_form(pattern: re.Pattern[str], small: re.Pattern[str] | None) -> re.Pattern[str] | None:
    """What finds the places in folded text where ``small``, the small form of ``pattern``, can begin: it, or a sign ahead of it.

    A search leaps to a sign that a set of signs names, but it tries an expression that begins with ``\\b`` at every place.
    """
    signs = traits_of(pattern).leads if small is not None else None
    if small is None or signs is None:
        return small
    named = "".join(r"\d" if sign == DIGIT else re.escape(sign) for sign in sorted(signs))
    return pattern_of(f"[{named}](?<=(?={small.pattern}).)", small.flags)
