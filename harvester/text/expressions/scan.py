"""Scanning one text with many expressions: each is tried only if its words stand there, and only where it can begin.

Which words and which beginnings those are is derived from the expression itself (``traits``), so that an
expression is changed without a word here. A `Phrase` is one expression, a `Scanner` the many of a reader behind one pass over the
text, a `Scan` one text with those that may match in it. ``gate.ungated`` makes every scan try everything everywhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from harvester.text.expressions.beginnings import DIGIT
from harvester.text.expressions.caseless import Caseless
from harvester.text.expressions.folding import folded
from harvester.text.expressions.gate import Gates, automaton_of, held_open
from harvester.text.expressions.opened import Opening
from harvester.text.expressions.pattern import pattern_of
from harvester.text.expressions.traits import traits_of

# Where an expression that stands behind no letter can begin.
_BEGIN = re.compile(r"[^A-Za-z\s]|(?<![A-Za-z])[A-Za-z]")

_Signs = frozenset[str]


class Phrase:
    """One expression of a reader."""

    __slots__ = ("caseless", "pattern")

    def __init__(self, expression: str, flags: int = 0) -> None:
        self.pattern = pattern_of(expression, flags)
        self.caseless = Caseless(self.pattern)


class Scan:
    """One text, the phrases that may match in it, and the places where they can begin."""

    def __init__(self, text: str, phrases: dict[Phrase, _Signs | Opening]) -> None:
        """``phrases`` are those that may match, with the signs or the words that they can begin with."""
        self.text = text
        self._low = folded(text)
        self._phrases = phrases
        self._by_sign: dict[str, list[int]] | None = None
        self._by_signs: dict[_Signs, list[int]] = {}

    def finditer(self, phrase: Phrase) -> Iterable[re.Match[str]]:
        """As ``re.Pattern.finditer`` of the phrase's expression on the whole text."""
        if phrase not in self._phrases:
            return ()
        begins = self._phrases[phrase]
        if held_open():
            return phrase.pattern.finditer(self.text)
        if isinstance(begins, Opening):
            return begins.finditer(self.text)
        return phrase.caseless.tried(self.text, self._low, self._places(begins))

    def _places(self, begins: _Signs) -> list[int]:
        """Where an expression with these beginnings can begin, in order."""
        places = self._by_signs.get(begins)
        if places is None:
            by_sign = self._by_sign = _by_sign(self.text, self._low) if self._by_sign is None else self._by_sign
            places = sorted(at for sign in begins & by_sign.keys() for at in by_sign[sign])
            self._by_signs[begins] = places
        return places


def _by_sign(text: str, low: str) -> dict[str, list[int]]:
    """The places of every sign but blanks, and of letters that stand behind none; ``low`` is ``folded(text)``."""
    found: dict[str, list[int]] = {}
    for match in _BEGIN.finditer(text):
        at = match.start()
        sign = low[at]
        found.setdefault(DIGIT if sign.isdecimal() else sign, []).append(at)
    return found


class Scanner:
    """The phrases of a reader, behind one pass over the text."""

    def __init__(self, phrases: Iterable[Phrase]) -> None:
        self._phrases = [(phrase, traits_of(phrase.pattern).begins or Opening(phrase.pattern)) for phrase in phrases]
        self._gates = Gates(phrase.pattern for phrase, _ in self._phrases)

    def scan(self, text: str) -> Scan:
        """``text`` with those of the phrases that may match in it."""
        return Scan(text, dict([self._phrases[place] for place in self._gates.called(text)]))


class Keyed:
    """One expression of very many phrases, tried only where what one of them begins with stands."""

    def __init__(self, pattern: re.Pattern[str], keys: Iterable[str]) -> None:
        """``keys`` are the words that the phrases begin with, however they go on."""
        self._pattern = pattern
        self._automaton = automaton_of({word: len(word) for word in map(folded, keys)})

    def finditer(self, text: str) -> Iterator[re.Match[str]]:
        """As ``re.Pattern.finditer``."""
        if held_open():
            yield from self._pattern.finditer(text)
            return
        at = 0
        for place in sorted({last + 1 - length for last, length in self._automaton.iter(folded(text))}):
            if place >= at and (match := self._pattern.match(text, place)):
                at = match.end()
                yield match
