"""The definition files of this room, by their names, and the expressions of definitions/expressions.txt."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from harvester.definition_file import lines_of, lists_of, names_of, pairs_of, rows_of
from harvester.text.expressions.gate import Gated, gated
from harvester.text.expressions.pattern import pattern_of

_FOLDER = Path(__file__).parent.parent / "definitions"


def definition_text(name: str) -> str:
    """The text of ``definitions/<name>``, for a file with a grammar of its own."""
    return (_FOLDER / name).read_text(encoding="utf-8")


def definition_lines(name: str) -> tuple[str, ...]:
    """The lines of ``definitions/<name>`` that say something, without outer blanks."""
    return lines_of(_FOLDER / name)


def definition_lists(name: str) -> Mapping[str, tuple[str, ...]]:
    """The lists of ``definitions/<name>`` by their names. Raises ValueError for a line before the first."""
    return lists_of(_FOLDER / name)


@cache
def definition_pairs(name: str) -> tuple[tuple[str, str], ...]:
    """The ``key: value`` lines of ``definitions/<name>``: ``{people}`` stands for the value of ``form people``, and
    ``{mark CD ?7}`` for that of ``form mark`` with ``CD ?7`` in place of each ``@``; a form may use others.

    Raises ValueError for a line without a colon, KeyError for a form that is not there.
    """
    pairs = pairs_of(_FOLDER / name)
    forms = {key.removeprefix("form "): value for key, value in pairs if key.startswith("form ")}

    @cache
    def form(name: str, given: str) -> str:
        return spelt(forms[name].replace("@", given))

    def spelt(value: str) -> str:
        return _IN_FORM.sub(lambda use: form(use[1], use[2] or ""), value) if "{" in value and forms else value

    return tuple((key, spelt(value)) for key, value in pairs if not key.startswith("form "))


_IN_FORM = pattern_of(r"\{([a-z]\w*)(?: ([^{}]+))?\}")


def definition_names(name: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The keys of ``definitions/<name>`` with their names. Raises ValueError for a line without " = "."""
    return names_of(_FOLDER / name)


def definition_rows(name: str) -> tuple[Mapping[str, str], ...]:
    """The rows of ``definitions/<name>`` by column. Raises ValueError for one with more or fewer values than columns."""
    return rows_of(_FOLDER / name)


@cache
def expression(name: str, exact: bool = False) -> Gated:
    """The expression ``name`` of definitions/expressions.txt behind its gate.

    ``exact`` minds case. Raises KeyError for a name not there.
    """
    return gated(_expressions()[name], 0 if exact else re.IGNORECASE)


@cache
def _expressions() -> dict[str, str]:
    return dict(definition_pairs("expressions.txt"))
