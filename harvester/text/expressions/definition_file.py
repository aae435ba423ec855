"""Definition files: the data beside the rules.

Two grammars are shared by the readers: lists under ``[name]`` lines, and ``key: expression`` lines. Each file says on its top
which one it uses. Text after `` #`` at a line's start is a comment.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from harvester.text.expressions.gate import Gated
from harvester.text.expressions.pattern import pattern_of

_FOLDER = Path(__file__).parent.parent / "definitions"


def definition_text(name: str) -> str:
    """The text of ``definitions/<name>``, for a file with a grammar of its own."""
    return (_FOLDER / name).read_text(encoding="utf-8")


@cache
def definition_lines(name: str) -> tuple[str, ...]:
    """The lines of ``definitions/<name>`` that say something, without outer blanks."""
    lines = definition_text(name).splitlines()
    return tuple(line.strip() for line in lines if line.strip() and not line.lstrip().startswith("#"))


@cache
def definition_lists(name: str) -> dict[str, tuple[str, ...]]:
    """The lists of a file of ``[name]`` headings.

    What follows the bracket on its line is dropped. Raises ValueError without a heading.
    """
    lists: dict[str, list[str]] = {}
    current: list[str] | None = None
    for line in definition_lines(name):
        if line.startswith("[") and "]" in line:
            current = lists.setdefault(line[1 : line.index("]")], [])
        elif current is None:
            raise ValueError(f"{name}: the line {line!r} stands before any [heading]")
        else:
            current.append(line)
    return {key: tuple(values) for key, values in lists.items()}


@cache
def definition_pairs(name: str) -> tuple[tuple[str, str], ...]:
    """The ``key: value`` lines of a file, in their order. Raises ValueError for a line without a colon."""
    pairs: list[tuple[str, str]] = []
    for line in definition_lines(name):
        key, colon, value = line.partition(":")
        if not colon:
            raise ValueError(f"{name}: the line {line!r} has no colon")
        pairs.append((key.strip(), value.strip()))
    return tuple(pairs)


@cache
def expression(name: str, exact: bool = False) -> Gated:
    """The expression ``name`` of definitions/expressions.txt behind its gate.

    ``exact`` minds case. Raises KeyError for a name not there.
    """
    return Gated(pattern_of(_expressions()[name], 0 if exact else re.IGNORECASE))


@cache
def _expressions() -> dict[str, str]:
    return dict(definition_pairs("expressions.txt"))
