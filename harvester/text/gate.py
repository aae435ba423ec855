"""Gates: an expression is only tried where one of the letter sequences it cannot match without stands in the text.

Which sequences those are is derived from the expression itself (``needed``), so that a line added to a definition file is gated
without a word here. ``Gated`` is one expression behind its own gate; ``Gates`` are the many expressions of a definition file
behind one Aho-Corasick pass. ``ungated`` opens every gate, for the test that holds gated and ungated reading equal.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import ahocorasick

from harvester.text.caseless import Caseless, folded, parsed

__all__ = ["Gated", "Gates", "folded", "held_open", "needed", "parsed", "ungated"]

_MOST = 24  # alternatives of one spelled-out sequence; beyond, the sequence is cut
_LONG_ENOUGH = 3  # letters: of sequences at least as long, few choose better than long ones
_SHORT_RUN = 8  # characters
_FEW = 10  # sequences that are looked for one by one; more go through an automaton

_Words = frozenset[str]


def needed(pattern: re.Pattern[str]) -> _Words | None:
    """Folded sequences of which at least one stands in every text ``pattern`` matches in; none where there are no such."""
    return _short(_of_sequence(parsed(pattern))[1])


def _short(words: _Words | None) -> _Words | None:
    """``words`` without those that another one stands in."""
    if words is None:
        return None
    return frozenset(word for word in words if not any(other != word and other in word for other in words))


def _better(one: _Words | None, other: _Words | None) -> _Words | None:
    """Whichever chooses better: sequences that are long enough, then fewer, then longer ones."""
    if one is None or other is None:
        return one or other
    shortest = [min(map(len, words)) for words in (one, other)]
    ranks = [(min(length, _LONG_ENOUGH), -len(words), length) for length, words in zip(shortest, (one, other), strict=True)]
    return one if ranks[0] >= ranks[1] else other


def _whole(texts: _Words | None) -> _Words | None:
    return None if texts is None or "" in texts else _short(texts)


def _of_sequence(nodes: Iterable[tuple[Any, Any]]) -> tuple[_Words | None, _Words | None]:
    """The texts a sequence of nodes can match (none: too many to name), and the best needed ones among its parts."""
    best: _Words | None = None
    run: _Words = frozenset({""})
    unbroken = True
    for node in nodes:
        texts, words = _of_node(*node)
        best = _better(best, words)
        if texts is not None and len(run) * len(texts) <= _MOST:
            run = frozenset(before + text for before in run for text in texts)
        else:
            run, unbroken = texts if texts is not None and len(texts) <= _MOST else frozenset({""}), False
        best = _better(best, _whole(run))
    return run if unbroken else None, best


def _of_node(kind: Any, value: Any) -> tuple[_Words | None, _Words | None]:
    """The same of one node of a parsed expression."""
    match str(kind):
        case "LITERAL":
            letter = _letter(value)
            return (None if letter is None else frozenset({letter})), None
        case "IN":
            return _of_letters(value), None
        case "BRANCH":
            return _of_branch(value[1])
        case "SUBPATTERN":
            return _of_sequence(value[3])
        case "ATOMIC_GROUP":
            return _of_sequence(value)
        case "MAX_REPEAT" | "MIN_REPEAT" | "POSSESSIVE_REPEAT":
            return _of_repeat(*value)
        case "ASSERT":
            return frozenset({""}), _of_sequence(value[1])[1] if value[0] > 0 else None
        case "ASSERT_NOT" | "AT":
            return frozenset({""}), None
    return None, None


def _of_branch(branches: Iterable[Any]) -> tuple[_Words | None, _Words | None]:
    read = [_of_sequence(branch) for branch in branches]
    texts = frozenset().union(*(texts or () for texts, _ in read)) if all(texts is not None for texts, _ in read) else None
    words = frozenset().union(*(words or () for _, words in read)) if all(words is not None for _, words in read) else None
    return (texts if texts is not None and len(texts) <= _MOST else None), _short(words)


def _of_repeat(low: Any, high: Any, nodes: Any) -> tuple[_Words | None, _Words | None]:
    texts, words = _of_sequence(nodes)
    if low == high == 1:
        return texts, words
    optional = texts | {""} if texts is not None and (low, high) == (0, 1) else None
    return optional, words if low else None


def _of_letters(items: Iterable[tuple[Any, Any]]) -> _Words | None:
    letters = [_letter(value) if str(kind) == "LITERAL" else None for kind, value in items]
    known = [letter for letter in letters if letter is not None]
    return frozenset(known) if len(known) == len(letters) else None


def _letter(code: int) -> str | None:
    """A character as ``folded`` writes it; none for one that has spellings ``folded`` does not know."""
    char = chr(code)
    plain = char.isascii() or (char.lower() == char.upper() and len(char.lower()) == 1) or "à" <= char.lower() <= "þ"
    return folded(char) if plain and len(folded(char)) == 1 else None


def _roams(nodes: Iterable[tuple[Any, Any]]) -> bool:
    """Whether a match can begin with a long run of any characters."""
    for kind, value in nodes:
        match str(kind):
            case "MAX_REPEAT" | "MIN_REPEAT":
                if value[1] > _SHORT_RUN and _is_wide(value[2]):
                    return True
                if value[0]:
                    return False
            case "SUBPATTERN" | "BRANCH":
                branches = value[1] if str(kind) == "BRANCH" else [value[3]]
                return any(_roams(branch) for branch in branches)
            case "AT" | "ASSERT" | "ASSERT_NOT":
                continue
            case _:
                return False
    return False


def _is_wide(nodes: Iterable[tuple[Any, Any]]) -> bool:
    """Whether what is repeated can be almost any character."""
    for kind, value in nodes:
        match str(kind):
            case "ANY" | "NOT_LITERAL":
                return True
            case "IN":
                return any(str(item) == "NEGATE" or "WORD" in str(given) for item, given in value)
            case "SUBPATTERN" | "BRANCH":
                branches = value[1] if str(kind) == "BRANCH" else [value[3]]
                return any(_is_wide(branch) for branch in branches)
    return False


class _Switch:
    """Whether gates are held open, which only tests do."""

    open = False


@contextmanager
def ungated() -> Iterator[None]:
    """Inside it every gate stands open, so that every expression is tried everywhere."""
    _Switch.open = True
    try:
        yield
    finally:
        _Switch.open = False


def held_open() -> bool:
    """Whether gates are held open."""
    return _Switch.open


def _automaton(words: dict[str, int]) -> Any:
    automaton = ahocorasick.Automaton()
    for word, value in words.items():
        automaton.add_word(word, value)
    automaton.make_automaton()
    return automaton


class Gated:
    """One expression behind its gate; it answers as the pattern does.

    ``match`` and ``fullmatch`` look at one place only and fail fast, so they are gated only where the expression begins with
    anything at all. Without a gate the methods are the pattern's own.
    """

    __slots__ = ("_automaton", "_caseless", "_words", "finditer", "fullmatch", "match", "pattern", "search", "sub")

    _automaton: Any
    _words: tuple[str, ...]
    finditer: Callable[..., Iterator[re.Match[str]]]
    fullmatch: Callable[..., re.Match[str] | None]
    match: Callable[..., re.Match[str] | None]
    search: Callable[..., re.Match[str] | None]
    sub: Callable[..., str]

    def __init__(self, pattern: re.Pattern[str]) -> None:
        self.pattern = pattern
        self._caseless = Caseless(pattern)

    def __getattr__(self, name: str) -> Any:
        """Called for what is not there yet: every part is made when it is first asked for."""
        made = self._made(name)
        setattr(self, name, made)
        return made

    def _made(self, name: str) -> Any:
        match name:
            case "_words":
                return tuple(sorted(needed(self.pattern) or ("",)))
            case "_automaton":
                return _automaton(dict.fromkeys(self._words, 1)) if len(self._words) > _FEW else None
            case "search" | "finditer":
                gated = self._words != ("",)
            case "match" | "fullmatch":
                gated = self._words != ("",) and _roams(parsed(self.pattern))
            case "sub":
                gated = False
            case _:
                raise AttributeError(name)
        return getattr(self, f"_{name}") if gated else getattr(self.pattern, name)

    def may_match(self, text: str) -> bool:
        """Whether something the expression cannot match without stands in ``text``."""
        return self._calls(folded(text))

    def _calls(self, low: str) -> bool:
        if self._automaton is not None:
            return next(self._automaton.iter(low), None) is not None or _Switch.open
        for word in self._words:
            if word in low:
                return True
        return _Switch.open

    def _search(self, text: str, start: int = 0, end: int = sys.maxsize) -> re.Match[str] | None:
        if start or end < len(text):
            return self.pattern.search(text, start, end) if self._calls(folded(text[start:end])) else None
        low = text.lower() if text.isascii() else folded(text)
        if self._automaton is None:  # written out, as nothing is asked more often
            for word in self._words:
                if word in low:
                    return self._caseless.search(text, low)
        elif low and next(self._automaton.iter(low), None) is not None:
            return self._caseless.search(text, low)
        return self.pattern.search(text) if _Switch.open else None

    def _finditer(self, text: str, start: int = 0, end: int = sys.maxsize) -> Iterator[re.Match[str]]:
        return self.pattern.finditer(text, start, end) if self._calls(folded(text[start:end])) else iter(())

    def _match(self, text: str, start: int = 0, end: int = sys.maxsize) -> re.Match[str] | None:
        if start or end < len(text):
            return self.pattern.match(text, start, end) if self._calls(folded(text[start:end])) else None
        low = folded(text)
        return self._caseless.match(text, low) if self._calls(low) else None

    def _fullmatch(self, text: str, start: int = 0, end: int = sys.maxsize) -> re.Match[str] | None:
        if start or end < len(text):
            return self.pattern.fullmatch(text, start, end) if self._calls(folded(text[start:end])) else None
        low = folded(text)
        return self._caseless.fullmatch(text, low) if self._calls(low) else None


class Gates:
    """Many expressions behind one pass over the text."""

    def __init__(self, patterns: Iterable[re.Pattern[str]]) -> None:
        """``patterns`` in the order they are to be tried; one without a gate is always tried."""
        self._patterns = tuple(patterns)
        self._always = self._all = 0
        self._automaton: Any = None

    def _prepare(self) -> None:
        masks: dict[str, int] = {}
        for index, pattern in enumerate(self._patterns):
            words = needed(pattern)
            self._all |= 1 << index
            self._always |= 0 if words else 1 << index
            for word in words or ():
                masks[word] = masks.get(word, 0) | 1 << index
        self._automaton = _automaton(masks)

    def called(self, text: str) -> list[int]:
        """The places of those patterns that may match in ``text``, in their order."""
        if self._automaton is None:
            self._prepare()
        mask = self._always
        for _, calls in self._automaton.iter(folded(text)):
            mask |= calls
        mask = self._all if _Switch.open else mask
        found = []
        while mask:
            lowest = mask & -mask
            found.append(lowest.bit_length() - 1)
            mask ^= lowest
        return found
