"""Many expressions behind one pass over a text, each tried only where a word stands that it opens with.

Which words those are is derived from the expression itself (``traits``). One that may open with anything, or one of whose ways to
match may, is tried everywhere if something it cannot match so without stands in the text.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator
from typing import Any

import ahocorasick

from harvester.text.caseless import Caseless
from harvester.text.folding import folded
from harvester.text.gate import held_open
from harvester.text.traits import openings_of, traits_of


class Opened:
    """The expressions of a definition file."""

    def __init__(self, patterns: Iterable[re.Pattern[str]]) -> None:
        """``patterns`` in the order they are to be tried."""
        self.patterns = tuple(patterns)
        self._anywhere = [Caseless(pattern) for pattern in self.patterns]
        self._always: list[int] = []
        self._demanding: set[int] = set()  # those that need another word beside the one they open with
        self._automaton: Any = None

    def _prepare(self) -> None:
        opening: dict[str, list[int]] = {}
        asking: dict[str, list[int]] = {}
        for index, pattern in enumerate(self.patterns):
            (words, strays), needed = openings_of(pattern), traits_of(pattern).needed or frozenset[str]()
            if not words and not needed:
                self._always.append(index)
            if words and not strays and needed and not all(any(each in word for each in needed) for word in words):
                self._demanding.add(index)
            for word in words or ():
                opening.setdefault(word, []).append(index)
            for word in needed if not words or index in self._demanding else strays:
                asking.setdefault(word, []).append(index)
        automaton = ahocorasick.Automaton()
        for word in opening.keys() | asking.keys():
            automaton.add_word(word, (len(word), opening.get(word, ()), asking.get(word, ())))
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
                found = next(_tried(self.patterns[index], text, starts, end), None)
            if found is not None:
                yield index, found

    def _places(self, low: str, start: int, end: int) -> dict[int, list[int] | None]:
        """Where each expression that may match in ``low[start:end]`` can open; None for anywhere."""
        if self._automaton is None:
            self._prepare()
        opens: dict[int, list[int]] = {}
        met: set[int] = set()
        for last, (length, opening, asking) in self._automaton.iter(low[start:end]):
            at = start + last + 1 - length
            for index in opening:
                opens.setdefault(index, []).append(at)
            if asking:
                met.update(asking)
        places: dict[int, list[int] | None] = {**opens}
        for index in self._demanding.intersection(opens) - met if self._demanding else ():
            del places[index]
        for index in met - self._demanding if met else ():
            places[index] = None
        for index in self._always:
            places[index] = None
        return places


def _tried(pattern: re.Pattern[str], text: str, starts: list[int], end: int) -> Iterator[re.Match[str]]:
    """The matches that begin at one of ``starts``, none overlapping another."""
    at = 0
    for start in sorted(starts) if len(starts) > 1 else starts:
        if start >= at and (match := pattern.match(text, start, end)):
            at = match.end()
            yield match
