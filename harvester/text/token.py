"""Tokens of regular text, and tables of phrases that are matched token by token.

A phrase table finds the longest phrase at a token by its first word, so a line is read in time linear in its length however
many phrases the definition files hold. Hyphens between words never matter ("half-life", "half life").
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

_TOKEN = re.compile(r"[A-Za-zÀ-ÿα-ωΑ-Ω]+(?:'[a-z]{1,2}\b)?|\d+(?:[.,]\d+)*|[^\sA-Za-zÀ-ÿα-ωΑ-Ω\d]")


class Token(NamedTuple):
    """A word, a number or a single sign; ``low`` is its lower-case spelling."""

    text: str
    low: str
    start: int
    end: int


def tokens_of(text: str) -> tuple[Token, ...]:
    """The tokens of ``text``; blanks separate and are not among them."""
    return tuple([Token(word := match.group(), word.lower(), match.start(), match.end()) for match in _TOKEN.finditer(text)])


class Phrase(NamedTuple):
    """A phrase found at tokens ``first`` to ``last`` (half-open), with the key its table gives it."""

    key: str
    first: int
    last: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Entry:
    words: tuple[str, ...]
    key: str
    exact: tuple[str, ...] | None


class PhraseTable:
    """Phrases by their first word; of several that match at one token the longest counts, then the first declared."""

    def __init__(self, phrases: Iterable[tuple[str, str]]) -> None:
        """``phrases`` are (key, phrase) pairs; a phrase that begins with ``!`` must match case."""
        self._by_word: dict[str, list[_Entry]] = {}
        for key, written in phrases:
            exact = written.startswith("!")
            words = tuple(token for token in tokens_of(written.lstrip("!")) if token.text != "-" or len(written) == 1)
            if not words:
                raise ValueError(f"the phrase {written!r} of {key!r} has no word")
            entry = _Entry(tuple(word.low for word in words), key, tuple(word.text for word in words) if exact else None)
            self._by_word.setdefault(entry.words[0], []).append(entry)
        for entries in self._by_word.values():
            entries.sort(key=lambda entry: -len(entry.words))

    def match(self, tokens: tuple[Token, ...], at: int) -> Phrase | None:
        """The longest phrase that begins at token ``at``, or none."""
        for entry in self._by_word.get(tokens[at].low, ()):
            last = _matched(entry, tokens, at)
            if last:
                return Phrase(entry.key, at, last, tokens[at].start, tokens[last - 1].end)
        return None

    def all(self, tokens: tuple[Token, ...]) -> tuple[Phrase, ...]:
        """Every phrase of the line from left to right, none overlapping another."""
        found: list[Phrase] = []
        at = 0
        while at < len(tokens):
            phrase = self.match(tokens, at) if tokens[at].low in self._by_word else None
            if phrase:
                found.append(phrase)
            at = phrase.last if phrase else at + 1
        return tuple(found)


def _matched(entry: _Entry, tokens: tuple[Token, ...], at: int) -> int:
    """The token after the entry's last one when it matches at ``at``, else 0. Hyphens in the text are stepped over."""
    for number, word in enumerate(entry.words):
        while number and at < len(tokens) and tokens[at].text == "-" and word != "-":
            at += 1
        if at >= len(tokens) or tokens[at].low != word:
            return 0
        if entry.exact and tokens[at].text != entry.exact[number]:
            return 0
        at += 1
    return at
