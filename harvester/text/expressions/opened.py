"""Many expressions behind one pass over a text, each tried only where a word stands that it opens with.

Which words those are is derived from the expression itself (``traits``). One that may open with anything, or one of whose ways to
match may, is tried everywhere if something it cannot match so without stands in the text.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any

from harvester.text.expressions.caseless import Caseless
from harvester.text.expressions.folding import folded
from harvester.text.expressions.gate import automaton_of, held_open
from harvester.text.expressions.pattern import pattern_of
from harvester.text.expressions.traits import openings_of

_FOREIGN_DIGIT = pattern_of(r"[^\x00-\x7f](?<=\d)")


class Opened:
    """The expressions of a definition file."""

    def __init__(self, patterns: Iterable[re.Pattern[str]]) -> None:
        """``patterns`` in the order they are to be tried."""
        self.patterns = tuple(patterns)
        self._caseless = [Caseless(pattern) for pattern in self.patterns]
        self._automaton: Any = None
        self._roaming = self._always = 0  # as bits, a place each: those that may open with anything, and those that need nothing

    def _prepare(self) -> None:
        sure: dict[str, list[int]] = {}
        unsure: dict[str, list[int]] = {}
        asking: dict[str, int] = {}
        for index, pattern in enumerate(self.patterns):
            words, strays, demands = openings_of(pattern)
            chosen = unsure if demands else sure
            for word in words or ():
                chosen.setdefault(word, []).append(index)
            for word in demands or strays:
                asking[word] = asking.get(word, 0) | 1 << index
            self._roaming |= 1 << index if strays or not words else 0
            self._always |= 0 if words or demands else 1 << index
        told: dict[str, tuple[int, int, Sequence[int], Sequence[int]]] = {}
        for word in sure.keys() | unsure.keys() | asking.keys():
            told[word] = len(word) - 1, asking.get(word, 0), sure.get(word, ()), unsure.get(word, ())
        self._automaton = automaton_of(told)

    def matches(self, text: str, start: int = 0, end: int = sys.maxsize) -> Iterator[tuple[int, Iterator[re.Match[str]]]]:
        """For each expression that may match, in their order: its place, and what ``finditer(text, start, end)`` gives."""
        low = folded(text)
        places = self._places(text, low, start, end)
        if places is None:
            yield from ((index, pattern.finditer(text, start, end)) for index, pattern in enumerate(self.patterns))
            return
        for index in sorted(places):
            starts, caseless = places[index], self._caseless[index]
            yield index, caseless.finditer(text, low, start, end) if starts is None else caseless.tried(text, low, starts, end)

    def firsts(self, text: str, start: int = 0, end: int = sys.maxsize) -> Iterator[tuple[int, re.Match[str]]]:
        """Each expression that matches, in their order: its place, and what ``search(text, start, end)`` gives."""
        low = folded(text)
        places = self._places(text, low, start, end)
        if places is None:
            searched = ((index, pattern.search(text, start, end)) for index, pattern in enumerate(self.patterns))
            yield from ((index, found) for index, found in searched if found is not None)
            return
        for index in sorted(places):
            starts, caseless = places[index], self._caseless[index]
            found = caseless.search(text, low, start, end) if starts is None else caseless.first(text, low, starts, end)
            if found is not None:
                yield index, found

    def calls(self, text: str) -> bool:
        """Whether any of them may match."""
        places = self._places(text, folded(text), 0, sys.maxsize)
        return places is None or bool(places)

    def _places(self, text: str, low: str, start: int, end: int) -> Mapping[int, list[int] | None] | None:
        """Where each expression that may match in ``text[start:end]`` can open; None for anywhere, and of all for any text.

        That is one which is written otherwise than words are kept, with digits of another script or a letter that folds to two.
        """
        if held_open() or len(low) != len(text) or not (text.isascii() or _FOREIGN_DIGIT.search(text) is None):
            return None
        if self._automaton is None:
            self._prepare()
        places: dict[int, list[int]] = {}
        met, unsettled = self._always, []
        for last, (before, asked, sure, unsure) in self._hits(low, start, end):
            met |= asked
            for index in sure:
                starts = places.get(index)
                if starts is None:
                    places[index] = [last - before]
                else:
                    starts.append(last - before)
            if unsure:
                unsettled.append((last - before, unsure))
        for at, unsure in unsettled:
            for index in unsure:
                if met >> index & 1:
                    places.setdefault(index, []).append(at)
        anywhere = met & self._roaming
        return {**places, **dict.fromkeys(_places_of(anywhere))} if anywhere else places

    def _hits(self, low: str, start: int, end: int) -> Iterable[tuple[int, tuple[int, int, Sequence[int], Sequence[int]]]]:
        """What stands in a part of a folded text: the place of its last sign, and what was kept of it."""
        if start == 0 and end >= len(low):
            return self._automaton.iter(low) if low else ()
        return self._automaton.iter(low, start, min(end, len(low))) if start < min(end, len(low)) else ()


class Opening:
    """One expression of very many ways, tried only where a word stands that one of them opens with; it answers as the pattern."""

    __slots__ = ("_opened",)

    def __init__(self, pattern: re.Pattern[str]) -> None:
        self._opened = Opened((pattern,))

    def may_match(self, text: str) -> bool:
        """Whether such a word stands in ``text``."""
        return self._opened.calls(text)

    def search(self, text: str, start: int = 0, end: int = sys.maxsize) -> re.Match[str] | None:
        """As ``re.Pattern.search``."""
        return next((match for _, match in self._opened.firsts(text, start, end)), None)

    def finditer(self, text: str, start: int = 0, end: int = sys.maxsize) -> Iterator[re.Match[str]]:
        """As ``re.Pattern.finditer``."""
        return chain.from_iterable(matches for _, matches in self._opened.matches(text, start, end))


def opening(expression: str, flags: int = 0) -> Opening:
    """`pattern_of` of an expression, tried only where it can open."""
    return Opening(pattern_of(expression, flags))


def _places_of(bits: int) -> list[int]:
    """The places of the bits that are set."""
    return [place for place in range(bits.bit_length()) if bits >> place & 1]
