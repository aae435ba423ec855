"""Regular expressions that are compiled when they are first asked.

The rules name many hundreds of them, and compiling them all takes longer than reading a record, which needs a part of them only:
most stand behind a gate that stays shut. So a rule states its expression with ``pattern_of``, and nothing is compiled before it
is tried. A mistake in an expression shows at its first use; a test compiles every one. What is made of the words of one record is
compiled where it is made: the program keeps between runs what it compiled of the expressions that are stated.

A long one waits longer: until something stands in a text that every match of it needs (`traits`). One record asks two hundred
expressions, and of half of them no text holds as much.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from functools import partial
from typing import Any, Final, cast

from harvester.text.expressions.folding import folded

LONG: Final = 100
"""Signs of an expression that takes longer to compile than to look for what it needs in the texts of a record."""
_OFTEN = 60  # texts without it: then many are read, and the compiled expression finds nothing in less time
_SOUGHT = ("fullmatch", "match", "search")
_ASKED = ("findall", "finditer", "fullmatch", "groupindex", "groups", "match", "scanner", "search", "split", "sub", "subn")
_UNICODE = int(re.UNICODE)
_compile: list[Callable[[str, int], re.Pattern[str]]] = [re.compile]


def compile_with(compile_: Callable[[str, int], re.Pattern[str]]) -> None:
    """From now on compile with something that gives what ``re.compile`` gives, as one that keeps what it compiled."""
    _compile[0] = compile_


class Stated:
    """One expression; once it is compiled its methods are those of the compiled pattern."""

    __slots__ = (*_ASKED, "_left", "_needed", "flags", "pattern")

    def __init__(self, expression: str, flags: int) -> None:
        self.pattern = expression
        self._left = _OFTEN
        self._needed: frozenset[str] | None = None
        self.flags = int(flags) | _UNICODE  # as a number: the compiler asks for single flags very often

    def _compiled(self) -> re.Pattern[str]:
        compiled = _compile[0](self.pattern, self.flags)
        for each in _ASKED:
            setattr(self, each, getattr(compiled, each))
        self.__class__ = Stated
        return compiled

    def _waiting(self, name: str, text: str, start: int = 0, end: int = sys.maxsize) -> re.Match[str] | None:
        """What the method ``name`` of the compiled pattern gives; compiled only where it may give one, or was asked often."""
        if self.__class__ is Stated:  # compiled since then: who tries many places had taken this method before
            return getattr(self, name)(text, start, end)  # type: ignore[no-any-return]
        self._left -= 1
        low = folded(text[start:end])
        if self._left > 0 and not any(word in low for word in self._needed or ("",)):
            return None
        found: re.Match[str] | None = getattr(self._compiled(), name)(text, start, end)
        return found

    def __repr__(self) -> str:
        return f"pattern_of({self.pattern!r}, {self.flags})"


class _Uncompiled(Stated):
    """One that is not compiled yet. It becomes another class then: where ``__getattr__`` may be asked, reading any attribute is
    slow, and nothing is read more often."""

    __slots__ = ()

    def __getattr__(self, name: str) -> Any:
        """Called for a method that is not there yet."""
        if name not in _ASKED:
            raise AttributeError(name)
        if name not in _SOUGHT or len(self.pattern) < LONG:
            return getattr(self._compiled(), name)
        from harvester.text.expressions.traits import needed_by  # here, since a command that reads nothing needs none

        self._needed = needed_by(cast("re.Pattern[str]", self))
        if self._needed is None:
            return getattr(self._compiled(), name)
        for each in _SOUGHT:
            setattr(self, each, partial(self._waiting, each))
        return getattr(self, name)


def is_waiting(method: Callable[..., Any]) -> bool:
    """Whether a pattern's method is that of one which is not compiled yet: it has another one afterwards."""
    return isinstance(method, partial)


def pattern_of(expression: str, flags: int = 0) -> re.Pattern[str]:
    """What ``re.compile`` gives, but compiled only when it is first asked to search or match.

    ``pattern`` and ``flags`` can be had without compiling; ``flags`` are those given here, none written inside the expression.
    """
    return cast("re.Pattern[str]", _Uncompiled(expression, flags))
