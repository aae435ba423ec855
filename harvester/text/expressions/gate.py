"""Gates: an expression is only tried where one of the letter sequences it cannot match without stands in the text.

Which sequences those are is derived from the expression itself (``traits``), so that a line added to a definition file is gated
without a word here. ``Gated`` is one expression behind its own gate; ``Gates`` are the many expressions of a definition file
behind one Aho-Corasick pass. ``ungated`` opens every gate, for the test that holds gated and ungated reading equal.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import Any, Final

import ahocorasick

from harvester.text.expressions.caseless import Caseless
from harvester.text.expressions.folding import folded
from harvester.text.expressions.pattern import LONG, is_waiting, pattern_of
from harvester.text.expressions.traits import traits_of

_FEW = 10  # sequences that are looked for one by one; more go through an automaton
_FREQUENT: Final = " eitaonrscldhupmgfybv.w,*1)(k-x20:53;/4jq687≥z9>≤<"  # signs of criteria, the most frequent first
_RANKS: Final = {ord(sign): rank for rank, sign in enumerate(_FREQUENT)}  # as `str.translate` takes it
_BETWEEN: Final = "\x7f"  # no sign of a word


class _Switch:
    """Whether gates are held open, which only tests do."""

    def __init__(self) -> None:
        self.open = False


_SWITCH: Final = _Switch()  # an object, as each gate that stays shut looks at it: a look at a class takes ten times as long


@contextmanager
def ungated() -> Iterator[None]:
    """Inside it every gate stands open, so that every expression is tried everywhere."""
    _SWITCH.open = True
    try:
        yield
    finally:
        _SWITCH.open = False


def held_open() -> bool:
    """Whether gates are held open."""
    return _SWITCH.open


def automaton_of(words: Mapping[str, object]) -> Any:
    """What finds all of ``words``, each with its value, in one pass over a folded text.

    At each sign it goes through the letters that words go on with in the order in which they were added: frequent ones first.
    One record asks for automata of seven thousand words, so all are ranked in one call.
    """
    automaton = ahocorasick.Automaton()
    written = list(words)
    ranked = _BETWEEN.join(written).translate(_RANKS).split(_BETWEEN)
    for place in sorted(range(len(written)), key=ranked.__getitem__):
        automaton.add_word(written[place], words[written[place]])
    automaton.make_automaton()
    return automaton


class Gated:
    """One expression behind its gate; it answers as the pattern does.

    ``match`` and ``fullmatch`` look at one place only and fail fast, so they are gated only where the expression begins with
    anything at all. Without a gate the methods are the pattern's own, but for a search for one of many ways.
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
        self.__class__ = _Unasked

    def _make(self) -> None:
        """All parts, when one is first asked for."""
        traits = traits_of(self.pattern)
        self._words = tuple(sorted(traits.needed or ("",)))
        self._automaton = automaton_of(dict.fromkeys(self._words, 1)) if len(self._words) > _FEW else None
        sought = ("search",) if len(self.pattern.pattern) >= LONG else ()
        for each in ("search", "finditer", "sub", "match", "fullmatch"):
            # One of many ways that needs nothing is sought in small letters all the same: to mind no case takes tenfold.
            gated = (traits.roams or each not in ("match", "fullmatch")) if traits.needed else each in sought
            setattr(self, each, getattr(self, f"_{each}") if gated else partial(self._own, each))
        self.__class__ = Gated

    def _own(self, name: str, *given: Any) -> Any:
        """What the pattern's own method gives, which takes the place of this one once it is compiled."""
        own = getattr(self.pattern, name)
        if not is_waiting(own):
            setattr(self, name, own)
        return own(*given)

    @property
    def words(self) -> tuple[str, ...]:
        """Of which one stands in every text it matches in; an empty one where there are none."""
        return self._words

    def __str__(self) -> str:
        """Raises TypeError: put into the text of another expression, it would be the name of an object there."""
        raise TypeError(f"{self!r} is no text; take that of its pattern")

    def may_match(self, text: str) -> bool:
        """Whether something the expression cannot match without stands in ``text``."""
        return self._called(text) is not None

    def _called(self, text: str) -> str | None:
        """``text`` folded, where something stands in it that the expression cannot match without."""
        low = text.lower() if text.isascii() else folded(text)
        if self._automaton is None:
            for word in self._words:
                if word in low:
                    return low
        elif low and next(self._automaton.iter(low), None) is not None:
            return low
        return low if _SWITCH.open else None

    def _search(self, text: str, start: int = 0, end: int = sys.maxsize) -> re.Match[str] | None:
        if start or end < len(text):
            return self.pattern.search(text, start, end) if self.may_match(text[start:end]) else None
        low = text.lower() if text.isascii() else folded(text)
        if self._automaton is None:  # as `_called`, but written out, as nothing is asked more often
            for word in self._words:
                if word in low:
                    return self._caseless.search(text, low)
        elif low and next(self._automaton.iter(low), None) is not None:
            return self._caseless.search(text, low)
        return self.pattern.search(text) if _SWITCH.open else None

    def _finditer(self, text: str, start: int = 0, end: int = sys.maxsize) -> Iterator[re.Match[str]]:
        if start or end < len(text):
            return self.pattern.finditer(text, start, end) if self.may_match(text[start:end]) else iter(())
        low = self._called(text)
        return iter(()) if low is None else self._caseless.finditer(text, low)

    def _sub(self, put: str | Callable[[re.Match[str]], str], text: str, count: int = 0) -> str:
        low = self._called(text)
        if low is None or self._caseless.search(text, low) is None:  # which tells it sooner than to put nothing in
            return text
        return self.pattern.sub(put, text, count)

    def _match(self, text: str, start: int = 0, end: int = sys.maxsize) -> re.Match[str] | None:
        if start or end < len(text):
            return self.pattern.match(text, start, end) if self.may_match(text[start:end]) else None
        low = self._called(text)
        return None if low is None else self._caseless.match(text, low)

    def _fullmatch(self, text: str, start: int = 0, end: int = sys.maxsize) -> re.Match[str] | None:
        if start or end < len(text):
            return self.pattern.fullmatch(text, start, end) if self.may_match(text[start:end]) else None
        low = self._called(text)
        return None if low is None else self._caseless.fullmatch(text, low)


class _Unasked(Gated):
    """One of which nothing was asked yet; it becomes a `Gated` then, see `harvester.text.expressions.pattern`."""

    __slots__ = ()

    def __getattr__(self, name: str) -> Any:
        """Called for the first part that is asked for."""
        if name not in Gated.__slots__:
            raise AttributeError(name)
        self._make()
        return getattr(self, name)


def gated(expression: str, flags: int = 0) -> Gated:
    """`pattern_of` of an expression, behind its gate."""
    return Gated(pattern_of(expression, flags))


class AnyGate:
    """The gates of a few expressions as one: what none of them can match in, none of them is asked of."""

    __slots__ = ("_gated", "_words")

    def __init__(self, *gated: Gated) -> None:
        self._gated = gated
        self._words: tuple[str, ...] = ()  # not told yet

    def _told(self) -> tuple[str, ...]:
        words = {word for gated in self._gated for word in gated.words}
        self._words = tuple(sorted(word for word in words if not any(other != word and other in word for other in words)))
        return self._words

    def may_match(self, text: str) -> bool:
        """Whether something that one of the expressions cannot match without stands in ``text``."""
        low = folded(text)
        for word in self._words or self._told():
            if word in low:
                return True
        return _SWITCH.open


class Gates:
    """Many expressions behind one pass over the text."""

    def __init__(self, patterns: Iterable[re.Pattern[str]]) -> None:
        """``patterns`` in the order they are to be tried; one without a gate is always tried."""
        self.patterns = tuple(patterns)
        self._always = self._all = 0
        self._automaton: Any = None

    def _prepare(self) -> None:
        masks: dict[str, int] = {}
        for index, pattern in enumerate(self.patterns):
            words = traits_of(pattern).needed
            self._all |= 1 << index
            self._always |= 0 if words else 1 << index
            for word in words or ():
                masks[word] = masks.get(word, 0) | 1 << index
        self._automaton = automaton_of(masks)

    def called(self, text: str) -> list[int]:
        """The places of those patterns that may match in ``text``, in their order."""
        if self._automaton is None:
            self._prepare()
        mask = self._always
        for _, calls in self._automaton.iter(folded(text)):
            mask |= calls
        mask = self._all if _SWITCH.open else mask
        found = []
        while mask:
            lowest = mask & -mask
            found.append(lowest.bit_length() - 1)
            mask ^= lowest
        return found
