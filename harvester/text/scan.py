"""Scanning one text with many expressions: each is tried only if its words stand there, and only where it can begin.

Which words and which beginnings those are is derived from the expression itself (``gate.needed``, ``beginnings``), so that an
expression is changed without a word here. A `Phrase` is one expression, a `Scanner` the many of a reader behind one pass over the
text, a `Scan` one text with those that may match in it. ``gate.ungated`` makes every scan try everything everywhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

import ahocorasick

from harvester.text.gate import Gates, folded, held_open, parsed
from harvester.text.pattern import pattern_of

_DIGIT = "0"  # stands for every digit among beginnings
_MOST = 64  # signs a range of beginnings may spell out
_A_TO_Z = {(65, 90), (97, 122)}
# Where an expression that stands behind no letter can begin.
_BEGIN = re.compile(r"[^A-Za-z\s]|(?<![A-Za-z])[A-Za-z]")

_Signs = frozenset[str]


def beginnings(pattern: re.Pattern[str]) -> _Signs | None:
    """The folded signs one of which every match of ``pattern`` begins with, behind no letter; ``0`` is any digit.

    None where the expression may begin behind a letter, with a blank, or with more signs than can be named.
    """
    nodes = parsed(pattern)
    if not _behind_no_letter(nodes):
        return None
    signs, may_be_empty = _first(nodes)
    return signs if signs and not may_be_empty and not any(sign.isspace() for sign in signs) else None


def _behind_no_letter(nodes: Iterable[tuple[Any, Any]]) -> bool:
    """Whether a sequence of nodes begins with the demand that no letter stands before it."""
    for kind, value in nodes:
        match str(kind):
            case "ASSERT_NOT" if value[0] < 0:
                letters = [item for each, items in value[1] if str(each) == "IN" for item in items]
                ranges = {tuple(span) for each, span in letters if str(each) == "RANGE"}
                if len(value[1]) == 1 and ranges >= _A_TO_Z and str(letters[0][0]) != "NEGATE":
                    return True
            case "ASSERT" | "ASSERT_NOT" | "AT":
                continue
            case "BRANCH":
                return all(_behind_no_letter(branch) for branch in value[1])
            case "SUBPATTERN":
                return _behind_no_letter(value[3])
            case _:
                return False
    return False


def _first(nodes: Iterable[tuple[Any, Any]]) -> tuple[_Signs | None, bool]:
    """The signs a sequence can begin with (none: too many to name), and whether it can be empty."""
    found: _Signs = frozenset()
    for node in nodes:
        signs, may_be_empty = _first_of(*node)
        if signs is None:
            return None, False
        found |= signs
        if not may_be_empty:
            return found, False
    return found, True


def _first_of(kind: Any, value: Any) -> tuple[_Signs | None, bool]:
    """The same of one node."""
    match str(kind):
        case "LITERAL":
            return _sign(value), False
        case "IN":
            return _of_set(value), False
        case "BRANCH":
            read = [_first(branch) for branch in value[1]]
            known = [signs for signs, _ in read if signs is not None]
            return (frozenset().union(*known) if len(known) == len(read) else None), any(empty for _, empty in read)
        case "SUBPATTERN":
            return _first(value[3])
        case "MAX_REPEAT" | "MIN_REPEAT":
            signs, may_be_empty = _first(value[2])
            return signs, may_be_empty or value[0] == 0
        case "ASSERT" | "ASSERT_NOT" | "AT":
            return frozenset(), True
    return None, False


def _of_set(items: Iterable[tuple[Any, Any]]) -> _Signs | None:
    """The signs of one bracketed set."""
    found: _Signs = frozenset()
    for kind, value in items:
        if str(kind) == "CATEGORY" and str(value) == "CATEGORY_DIGIT":
            signs: _Signs | None = frozenset(_DIGIT)
        elif str(kind) == "LITERAL":
            signs = _sign(value)
        elif str(kind) == "RANGE" and value[1] - value[0] < _MOST:
            each = [_sign(code) for code in range(value[0], value[1] + 1)]
            signs = None if None in each else frozenset().union(*(sign for sign in each if sign))
        else:
            return None
        if signs is None:
            return None
        found |= signs
    return found


def _sign(code: int) -> _Signs | None:
    """A character as places are kept by; none for a letter of another alphabet, which may have spellings unknown here."""
    char = chr(code)
    if not char.isascii() and char.lower() != char.upper():
        return None
    return frozenset(_DIGIT if char.isdecimal() else folded(char))


class Phrase:
    """One expression of a reader."""

    __slots__ = ("pattern",)

    def __init__(self, expression: str, flags: int = 0) -> None:
        self.pattern = pattern_of(expression, flags)


class Scan:
    """One text, the phrases that may match in it, and the places where they can begin."""

    def __init__(self, text: str, phrases: dict[Phrase, _Signs | None]) -> None:
        """``phrases`` are those that may match, with what they can begin with."""
        self.text = text
        self._phrases = phrases
        self._by_sign: dict[str, list[int]] | None = None
        self._by_signs: dict[_Signs, list[int]] = {}

    def finditer(self, phrase: Phrase) -> Iterable[re.Match[str]]:
        """As ``re.Pattern.finditer`` of the phrase's expression on the whole text."""
        if phrase not in self._phrases:
            return ()
        begins = self._phrases[phrase]
        if begins is None or held_open():
            return phrase.pattern.finditer(self.text)
        return self._tried(phrase.pattern, self._places(begins))

    def _tried(self, pattern: re.Pattern[str], places: Iterable[int]) -> Iterator[re.Match[str]]:
        at = 0
        for place in places:
            if place >= at and (match := pattern.match(self.text, place)):
                at = match.end()
                yield match

    def _places(self, begins: _Signs) -> list[int]:
        """Where an expression with these beginnings can begin, in order."""
        places = self._by_signs.get(begins)
        if places is None:
            by_sign = self._by_sign = _by_sign(self.text) if self._by_sign is None else self._by_sign
            places = sorted(at for sign in begins & by_sign.keys() for at in by_sign[sign])
            self._by_signs[begins] = places
        return places


def _by_sign(text: str) -> dict[str, list[int]]:
    """The places of every sign but blanks, and of letters that stand behind none."""
    low = folded(text)
    found: dict[str, list[int]] = {}
    for match in _BEGIN.finditer(text):
        at = match.start()
        sign = low[at]
        found.setdefault(_DIGIT if sign.isdecimal() else sign, []).append(at)
    return found


class Scanner:
    """The phrases of a reader, behind one pass over the text."""

    def __init__(self, phrases: Iterable[Phrase]) -> None:
        self._phrases = [(phrase, beginnings(phrase.pattern)) for phrase in phrases]
        self._gates = Gates(phrase.pattern for phrase, _ in self._phrases)

    def scan(self, text: str) -> Scan:
        """``text`` with those of the phrases that may match in it."""
        return Scan(text, dict([self._phrases[place] for place in self._gates.called(text)]))


class Keyed:
    """One expression of very many phrases, tried only where what one of them begins with stands."""

    def __init__(self, pattern: re.Pattern[str], keys: Iterable[str]) -> None:
        """``keys`` are the words that the phrases begin with, however they go on."""
        self._pattern = pattern
        self._automaton = ahocorasick.Automaton()
        for key in {folded(key) for key in keys}:
            self._automaton.add_word(key, len(key))
        self._automaton.make_automaton()

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
