"""Many expressions behind one pass over a text, each tried only where a word stands that it opens with.

Which words those are is derived from the expression itself (``traits``). One that may open with anything, or one of whose ways to
match may, is tried everywhere if something it cannot match so without stands in the text.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import ahocorasick

from harvester.text.expressions.caseless import Caseless
from harvester.text.expressions.folding import folded
from harvester.text.expressions.gate import held_open
from harvester.text.expressions.traits import openings_of, traits_of


class Opened:
    """The expressions of a definition file."""

    def __init__(self, patterns: Iterable[re.Pattern[str]]) -> None:
        """``patterns`` in the order they are to be tried."""
        self.patterns = tuple(patterns)
        self._anywhere = [Caseless(pattern) for pattern in self.patterns]
        self._automaton: Any = None
        # As bits, a place each: those that need no word but the one they open with, and those that may open with anything.
        self._content = self._roaming = self._always = 0

    def _prepare(self) -> None:
        opening: dict[str, list[int]] = {}
        asking: dict[str, int] = {}
        for index, pattern in enumerate(self.patterns):
            (words, strays), needed = openings_of(pattern), traits_of(pattern).needed or frozenset[str]()
            demands = words and needed and not strays and not all(any(each in word for each in needed) for word in words)
            for word in words or ():
                opening.setdefault(word, []).append(index)
            for word in needed if demands or not words else strays:
                asking[word] = asking.get(word, 0) | 1 << index
            self._content |= 0 if demands else 1 << index
            self._roaming |= 1 << index if strays or not words else 0
            self._always |= 0 if words or needed else 1 << index
        automaton = ahocorasick.Automaton()
        for word in opening.keys() | asking.keys():
            automaton.add_word(word, (len(word) - 1, opening.get(word, ()), asking.get(word, 0)))
        automaton.make_automaton()
        self._automaton = automaton

    def matches(self, text: str, start: int = 0, end: int = sys.maxsize) -> Iterator[tuple[int, Iterator[re.Match[str]]]]:
        """For each expression that may match, in their order: its place, and what ``finditer(text, start, end)`` gives."""
        low = folded(text)
        if held_open() or len(low) != len(text):
            yield from ((index, pattern.finditer(text, start, end)) for index, pattern in enumerate(self.patterns))
            return
        places = self._places(low, start, end)
        for index in sorted(places):
            starts = places[index]
            if starts is None:
                yield index, self._anywhere[index].finditer(text, low, start, end)
            else:
                yield index, _tried(self.patterns[index], text, starts, end)

    def firsts(self, text: str, start: int = 0, end: int = sys.maxsize) -> Iterator[tuple[int, re.Match[str]]]:
        """Each expression that matches, in their order: its place, and what ``search(text, start, end)`` gives."""
        low = folded(text)
        if held_open() or len(low) != len(text):
            searched = ((index, pattern.search(text, start, end)) for index, pattern in enumerate(self.patterns))
            yield from ((index, found) for index, found in searched if found is not None)
            return
        places = self._places(low, start, end)
        for index in sorted(places):
            starts = places[index]
            if starts is None:
                found = self._anywhere[index].search(text, low, start, end)
            else:
                found = _first(self.patterns[index], text, starts, end)
            if found is not None:
                yield index, found

    def _places(self, low: str, start: int, end: int) -> Mapping[int, list[int] | None]:
        """Where each expression that may match in ``low[start:end]`` can open; None for anywhere."""
        if self._automaton is None:
            self._prepare()
        hits: list[tuple[int, list[int]]] = []
        met = self._always
        for last, (before, opening, asked) in self._automaton.iter(low[start:end] if start or end < len(low) else low):
            met |= asked
            if opening:
                hits.append((start + last - before, opening))
        ready, places = met | self._content, dict[int, list[int]]()
        for at, opening in hits:
            for index in opening:
                if ready >> index & 1:
                    places.setdefault(index, []).append(at)
        anywhere = met & self._roaming
        return places if not anywhere else {**places, **dict.fromkeys(_places_of(anywhere))}


def _places_of(bits: int) -> list[int]:
    """The places of the bits that are set."""
    return [place for place in range(bits.bit_length()) if bits >> place & 1]


def _first(pattern: re.Pattern[str], text: str, starts: list[int], end: int) -> re.Match[str] | None:
    """The match that begins at the first of ``starts`` where there is one."""
    match = pattern.match
    for start in sorted(starts) if len(starts) > 1 else starts:
        found = match(text, start, end)
        if found is not None:
            return found
    return None


def _tried(pattern: re.Pattern[str], text: str, starts: list[int], end: int) -> Iterator[re.Match[str]]:
    """The matches that begin at one of ``starts``, none overlapping another."""
    at = 0
    for start in sorted(starts) if len(starts) > 1 else starts:
        if start >= at and (match := pattern.match(text, start, end)):
            at = match.end()
            yield match
