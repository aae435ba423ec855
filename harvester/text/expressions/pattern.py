"""Regular expressions that are compiled when they are first asked.

The rules name many hundreds of them, and compiling them all takes longer than reading a record, which needs a part of them only:
most stand behind a gate that stays shut. So a rule states its expression with ``pattern_of``, and nothing is compiled before it
is tried. A mistake in an expression shows at its first use; a test compiles every one. What is made of the words of one record is
compiled where it is made: the program keeps between runs what it compiled of the expressions that are stated.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, cast

_ASKED = ("findall", "finditer", "fullmatch", "groupindex", "groups", "match", "scanner", "search", "split", "sub", "subn")
_compile: list[Callable[[str, int], re.Pattern[str]]] = [re.compile]


def compile_with(compile_: Callable[[str, int], re.Pattern[str]]) -> None:
    """From now on compile with something that gives what ``re.compile`` gives, as one that keeps what it compiled."""
    _compile[0] = compile_


class _Pattern:
    """One expression; after the first question its methods are those of the compiled pattern."""

    __slots__ = (*_ASKED, "flags", "pattern")

    def __init__(self, expression: str, flags: int) -> None:
        self.pattern = expression
        self.flags = int(flags | re.UNICODE)  # as a number: the compiler asks for single flags very often

    def __getattr__(self, name: str) -> Any:
        """Called for a method that is not there yet."""
        if name not in _ASKED:
            raise AttributeError(name)
        compiled = _compile[0](self.pattern, self.flags)
        for each in _ASKED:
            setattr(self, each, getattr(compiled, each))
        return getattr(self, name)

    def __repr__(self) -> str:
        return f"pattern_of({self.pattern!r}, {self.flags})"


def pattern_of(expression: str, flags: int = 0) -> re.Pattern[str]:
    """What ``re.compile`` gives, but compiled only when it is first asked to search or match.

    ``pattern`` and ``flags`` can be had without compiling; ``flags`` are those given here, none written inside the expression.
    """
    return cast("re.Pattern[str]", _Pattern(expression, flags))
