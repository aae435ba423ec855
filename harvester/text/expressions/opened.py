"""Many expressions behind one pass over a text, each tried only where a word stands that it opens with.

Which words those are is derived from the expression itself (``traits``). One that may open with anything, or one of whose ways to
match may, is tried everywhere if something it cannot match so without stands in the text.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from typing import Any

import ahocorasick

from harvester.text.expressions.caseless import Caseless
from harvester.text.expressions.folding import folded
from harvester.text.expressions.gate import held_open
from harvester.text.expressions.pattern import pattern_of
from harvester.text.expressions.traits import openings_of, traits_of

_FOREIGN_DIGIT = pattern_of(r"[^\x00-\x7f](?<=\d)")


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
        places = self._places(text, start, end)
        if places is None:
            yield from ((index, pattern.finditer(text, start, end)) for index, pattern in enumerate(self.patterns))
            return
        for index in sorted(places):
            starts = places[index]
            if starts is None:
                yield index, self._anywhere[index].finditer(text, folded(text), start, end)
            else:
                yield index, _tried(self.patterns[index], text, starts, end)

    def firsts(self, text: str, start: int = 0, end: int = sys.maxsize) -> Iterator[tuple[int, re.Match[str]]]:
        """Each expression that matches, in their order: its place, and what ``search(text, start, end)`` gives."""
        places = self._places(text, start, end)
        if places is None:
            searched = ((index, pattern.search(text, start, end)) for index, pattern in enumerate(self.patterns))
            yield from ((index, found) for index, found in searched if found is not None)
            return
        for index in sorted(places):
            starts = places[index]
            if starts is None:
                found = self._anywhere[index].search(text, folded(text), start, end)
            else:
                found = _first(self.patterns[index], text, starts, end)
            if found is not None:
                yield index, found

    def calls(self, text: str) -> bool:
        """Whether any of them may match."""
        places = self._places(text, 0, len(text))
        return places is None or bool(places)

    def _places(self, text: str, start: int, end: int) -> Mapping[int, list[int] | None] | None:
        """Where each expression that may match in ``text[start:end]`` can open; None for anywhere, and of all for any text.

        That is one which is written otherwise than words are kept, with digits of another script or a letter that folds to two.
        """
        part = text[start:end] if start or end < len(text) else text
        low = folded(part)
        if held_open() or len(low) != len(part) or not (part.isascii() or _FOREIGN_DIGIT.search(part) is None):
            return None
        if self._automaton is None:
            self._prepare()
        hits: list[tuple[int, list[int]]] = []
        met = self._always
        for last, (before, opening, asked) in self._automaton.iter(low) if low else ():
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
