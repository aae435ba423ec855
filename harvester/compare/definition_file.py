"""The definition files of this room, by their names, and the words by which a text is known to speak of a thing."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache, cached_property
from pathlib import Path
from typing import Any, Generic, TypeVar

import ahocorasick

from harvester.definition_file import rows_of

K = TypeVar("K")

_FOLDER = Path(__file__).with_name("definitions")


def definition_rows(name: str) -> tuple[Mapping[str, str], ...]:
    """The rows of ``definitions/<name>`` by column. Raises ValueError for one with more or fewer values than columns."""
    return rows_of(_FOLDER / name)


@cache
def read_yaml(name: str) -> Any:
    """The YAML document ``definitions/<name>``."""
    import yaml  # here, since most commands compare nothing

    # The loader written in C where there is one: it takes a seventh of the time, and both are as safe.
    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return yaml.load((_FOLDER / name).read_text(encoding="utf-8"), Loader=loader)  # noqa: S506 - a safe one


@cache
def expression(name: str) -> re.Pattern[str]:
    """The expression of this name in definitions/expressions.yaml, tried without regard to case."""
    return re.compile("".join(read_yaml("expressions.yaml")[name]), re.IGNORECASE)


class Cues:
    """Words that speak of one thing, in lower case: at the start of a word, with a final "$" as a whole word.

    A final "*", which tells a search that the last word is cut short, is nothing to a text.
    """

    def __init__(self, cues: Sequence[str]) -> None:
        cues = tuple(cue.removesuffix("*") for cue in cues)
        self.plain = tuple(cue.removesuffix("$") for cue in cues)
        self._cues = cues

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        """Compiled when first asked: of most things no text of a trial speaks, and a `Spotter` asks only of those near."""
        parts = (re.escape(cue[:-1]) + "(?![a-z0-9])" if cue.endswith("$") else re.escape(cue) for cue in self._cues)
        return re.compile("(?<![a-z0-9])(?:" + "|".join(parts) + ")")

    def stand_in(self, text: str) -> bool:
        """Whether one of them stands in ``text``, which is in lower case."""
        return self._pattern.search(text) is not None


class Spotter(Generic[K]):
    """Many things with their cues, all looked for in one pass over a text."""

    def __init__(self, cues: Mapping[K, Cues]) -> None:
        self._cues = cues
        by_cue: dict[str, list[K]] = {}
        for key, own in cues.items():
            for cue in own.plain:
                by_cue.setdefault(cue, []).append(key)
        self._automaton = ahocorasick.Automaton()
        for cue, keys in by_cue.items():
            self._automaton.add_word(cue, keys)
        self._automaton.make_automaton()

    def spoken_of(self, text: str) -> list[K]:
        """The things that ``text``, which is in lower case, speaks of, in their own order."""
        near = {key for _, keys in self._automaton.iter(text) for key in keys}
        return [key for key, own in self._cues.items() if key in near and own.stand_in(text)] if near else []


@cache
def spotter_of(name: str) -> Spotter[str]:
    """The cues of ``definitions/<name>``, a mapping of lists, by key."""
    return Spotter({key: Cues(cues) for key, cues in read_yaml(name).items()})
