"""Spans of one text, asked where they are without going through all of them: taken places, and pairs of brackets."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate

from harvester.text.expressions.pattern import pattern_of

_SIGN = pattern_of(r"[()\[\]\n]")
_BRACKETED = pattern_of(r"\([^()]*\)|\[[^][]*\]")
Pair = tuple[int, int]


class Spans:
    """Spans that stay as they are; they may overlap one another."""

    __slots__ = ("_reach", "_starts")

    def __init__(self, spans: Iterable[Pair]) -> None:
        ordered = sorted(spans)
        self._starts = [start for start, _ in ordered]
        self._reach = list(accumulate((end for _, end in ordered), max))

    def meets(self, start: int, end: int) -> bool:
        """Whether one of the spans shares a character with ``[start, end)``."""
        before = bisect_left(self._starts, end)
        return before > 0 and self._reach[before - 1] > start

    def around(self, at: int) -> bool:
        """Whether ``at`` stands inside one of the spans, behind its first character."""
        before = bisect_left(self._starts, at)
        return before > 0 and self._reach[before - 1] > at


class Taken:
    """Spans that are taken one after another, none of which overlaps another."""

    __slots__ = ("_ends", "_starts")

    def __init__(self) -> None:
        self._starts: list[int] = []
        self._ends: list[int] = []

    def take(self, start: int, end: int) -> bool:
        """Takes ``[start, end)`` if it is free, and tells whether it was."""
        place = bisect_left(self._starts, end)
        if place > 0 and self._ends[place - 1] > start:
            return False
        self._starts.insert(place, start)
        self._ends.insert(place, end)
        return True

    def meets(self, start: int, end: int) -> bool:
        """Whether a taken span shares a character with ``[start, end)``."""
        place = bisect_left(self._starts, end)
        return place > 0 and self._ends[place - 1] > start


class Brackets:
    """Pairs of round or square brackets in one text, as ``(start, end)`` around both signs; each holds whole other ones."""

    __slots__ = ("_outer", "_starts", "pairs")

    def __init__(self, pairs: Sequence[Pair]) -> None:
        """``pairs`` in order, outer ones before inner ones."""
        self.pairs = tuple(pairs)
        self._starts = [start for start, _ in self.pairs]
        self._outer: list[int] = []  # for each pair the place of the one around it, or -1
        opened: list[int] = []
        for place, (start, _) in enumerate(self.pairs):
            while opened and self.pairs[opened[-1]][1] <= start:
                opened.pop()
            self._outer.append(opened[-1] if opened else -1)
            opened.append(place)

    def around(self, at: int) -> Iterator[Pair]:
        """The pairs that ``at`` stands in, behind their first sign: inner ones first."""
        place = bisect_left(self._starts, at) - 1
        while place >= 0:
            if self.pairs[place][1] > at:
                yield self.pairs[place]
            place = self._outer[place]

    def innermost(self, at: int) -> Pair | None:
        """The narrowest pair that ``at`` stands in."""
        return next(self.around(at), None) if self.pairs else None

    def outermost(self, at: int) -> Pair | None:
        """The widest pair that ``at`` stands in."""
        found = None
        for pair in self.around(at):
            found = pair
        return found


def brackets(text: str) -> Brackets:
    """Every pair of round or square brackets; one that is not closed in its line is none."""
    found: list[Pair] = []
    opened: list[int] = []
    if "(" in text or "[" in text:
        for match in _SIGN.finditer(text):
            sign = match.group()
            if sign in "([":
                opened.append(match.start())
            elif sign == "\n":
                opened.clear()
            elif opened:
                found.append((opened.pop(), match.end()))
    return Brackets(sorted(found))


def without_brackets(text: str) -> str:
    """``text`` with a blank in place of what stands in brackets; of brackets inside others the inner ones."""
    return _BRACKETED.sub(" ", text) if "(" in text or "[" in text else text
