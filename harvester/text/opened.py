"""Many expressions behind one pass over a text, each tried only where a word stands that it opens with.

Which words those are is derived from the expression itself (``traits``). One that may open with anything is tried everywhere, if
something it cannot match without stands in the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

import ahocorasick

from harvester.text.folding import folded
from harvester.text.gate import held_open
from harvester.text.traits import traits_of


class Opened:
    """The expressions of a definition file."""

    def __init__(self, patterns: Iterable[re.Pattern[str]]) -> None:
        """``patterns`` in the order they are to be tried."""
        self.patterns = tuple(patterns)
        self._always: list[int] = []
        self._automaton: Any = None

    def _prepare(self) -> None:
        opening: dict[str, list[int]] = {}
        asking: dict[str, list[int]] = {}
        for index, pattern in enumerate(self.patterns):
            traits = traits_of(pattern)
            if traits.opens is None and traits.needed is None:
                self._always.append(index)
            for word in traits.opens or traits.needed or ():
                (opening if traits.opens else asking).setdefault(word, []).append(index)
        automaton = ahocorasick.Automaton()
        for word in opening.keys() | asking.keys():
            automaton.add_word(word, (len(word), opening.get(word, ()), asking.get(word, ())))
        automaton.make_automaton()
        self._automaton = automaton

    def matches(self, text: str) -> Iterator[tuple[int, Iterator[re.Match[str]]]]:
        """For each expression that may match, in their order: its place, and what ``finditer`` gives."""
        low = folded(text)
        if held_open() or len(low) != len(text):
            yield from ((index, pattern.finditer(text)) for index, pattern in enumerate(self.patterns))
            return
        places = self._places(low)
        for index in sorted(places):
            starts, pattern = places[index], self.patterns[index]
            yield index, pattern.finditer(text) if starts is None else _tried(pattern, text, starts)

    def _places(self, low: str) -> dict[int, list[int] | None]:
        """Where each expression that may match can open; None for anywhere."""
        if self._automaton is None:
            self._prepare()
        places: dict[int, list[int] | None] = dict.fromkeys(self._always)
        for last, (length, opening, asking) in self._automaton.iter(low):
            for index in opening:
                starts = places.get(index)
                if starts is None:
                    places[index] = [last + 1 - length]
                else:
                    starts.append(last + 1 - length)
            for index in asking:
                places[index] = None
        return places


def _tried(pattern: re.Pattern[str], text: str, starts: list[int]) -> Iterator[re.Match[str]]:
    """The matches that begin at one of ``starts``, none overlapping another."""
    at = 0
    for start in sorted(starts) if len(starts) > 1 else starts:
        if start >= at and (match := pattern.match(text, start)):
            at = match.end()
            yield match
