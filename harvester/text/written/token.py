"""Tokens of regular text, and tables of phrases that are matched token by token.

A phrase table finds the longest phrase at a token by its first word, so a line is read in time linear in its length however
many phrases the definition files hold. Hyphens between words never matter ("half-life", "half life").
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import compress, count
from operator import itemgetter
from typing import NamedTuple

from harvester.text.expressions.pattern import pattern_of

_TOKEN = pattern_of(r"[A-Za-zÀ-ÿα-ωΑ-Ω]+(?:'[a-z]{1,2}\b|)|\d+(?:[.,]\d+)*|\S")


class Token(NamedTuple):
    """A word, a number or a single sign; ``low`` is its lower-case spelling."""

    text: str
    low: str
    start: int
    end: int


def tokens_of(text: str) -> tuple[Token, ...]:
    """The tokens of ``text``; blanks separate and are not among them."""
    new, index, end = tuple.__new__, text.index, 0  # what Token(…) calls in the end: a line has many tokens
    found = []
    for word in _words(text):
        start = index(word, end)  # only blanks lie between, so that it is the next place the word stands at
        end = start + len(word)
        found.append(new(Token, (word, word.lower(), start, end)))
    return tuple(found)


def _words(text: str) -> list[str]:
    """The words of the tokens of ``text``: most pieces between blanks are one word, which no expression needs to tell."""
    if not text.isascii():
        return _TOKEN.findall(text)
    words: list[str] = []
    for piece in text.split():
        if piece.isalpha():
            words.append(piece)
        else:
            words += _TOKEN.findall(piece)
    return words


_low = itemgetter(Token._fields.index("low"))


class Phrase(NamedTuple):
    """A phrase found at tokens ``first`` to ``last`` (half-open), with the key its table gives it."""

    key: str
    first: int
    last: int
    start: int
    end: int


class _Node:
    """What may follow the words read so far, and the phrases that end with them, in the order they were declared."""

    __slots__ = ("ends", "following")

    def __init__(self) -> None:
        self.ends: list[tuple[str, tuple[str, ...] | None]] = []  # the key, and the words where case counts
        self.following: dict[str, _Node] = {}


class PhraseTable:
    """Phrases by their words; of several that match at one token the longest counts, then the first declared."""

    def __init__(self, phrases: Iterable[tuple[str, str]]) -> None:
        """``phrases`` are (key, phrase) pairs; a phrase that begins with ``!`` must match case."""
        self._written: dict[str, list[tuple[str, str]]] = {}
        self._nodes: dict[str, _Node] = {}
        for key, written in phrases:
            first = _TOKEN.search(written.lstrip("!"))
            while first and first.group() == "-" and len(written) > 1:
                first = _TOKEN.search(first.string, first.end())
            if first is None:
                raise ValueError(f"the phrase {written!r} of {key!r} has no word")
            self._written.setdefault(first.group().lower(), []).append((key, written))

    def _node(self, first: str) -> _Node | None:
        """What begins with the word ``first``, put together when it is first met: a text meets few of thousands."""
        node = self._nodes.get(first)
        if node is None and first in self._written:
            node = self._nodes[first] = _Node()
            for key, written in self._written[first]:
                _add(node, key, written)
        return node

    def match(self, tokens: tuple[Token, ...], at: int) -> Phrase | None:
        """The longest phrase that begins at token ``at``, or none. Hyphens in the text are stepped over."""
        node, first = self._node(tokens[at].low), at
        best: tuple[str, int] | None = None
        while node is not None:
            at += 1
            if node.ends:
                key = _ended(node, tokens, first, at)
                best = (key, at) if key is not None else best
            if not node.following:
                break
            while at < len(tokens) and tokens[at].text == "-":
                at += 1
            node = node.following.get(tokens[at].low) if at < len(tokens) else None
        return None if best is None else Phrase(best[0], first, best[1], tokens[first].start, tokens[best[1] - 1].end)

    def all(self, tokens: tuple[Token, ...]) -> tuple[Phrase, ...]:
        """Every phrase of the line from left to right, none overlapping another."""
        found: list[Phrase] = []
        free, begins = 0, map(self._written.__contains__, map(_low, tokens))
        for at in compress(count(), begins):
            if at >= free:
                phrase = self.match(tokens, at)
                if phrase is not None:
                    found.append(phrase)
                    free = phrase.last
        return tuple(found)


def _add(node: _Node, key: str, written: str) -> None:
    """Add a phrase below the node of its first word."""
    exact = written.startswith("!")
    words = [token for token in tokens_of(written.lstrip("!")) if token.text != "-" or len(written) == 1]
    for word in words[1:]:
        node = node.following.setdefault(word.low, _Node())
    node.ends.append((key, tuple(word.text for word in words) if exact else None))


def _ended(node: _Node, tokens: tuple[Token, ...], first: int, last: int) -> str | None:
    """The key of the first phrase that ends here and minds its case."""
    for key, exact in node.ends:
        if exact is None or exact == tuple(token.text for token in tokens[first:last] if token.text != "-"):
            return key
    return None
