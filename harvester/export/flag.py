"""Flags of readings in plain words, from ``flags.txt`` (its grammar stands on top of it)."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path

from harvester.definition_file import labels_of, lines_of

_FILE = Path(__file__).with_name("flags.txt")


def flag_words(flags: Iterable[str]) -> tuple[str, ...]:
    """What to tell a reader, each thing once; flags that only the tables keep are left out."""
    known = _flags()
    said = (known.get(flag, flag.replace("_", " ")) for flag in flags)
    return tuple(dict.fromkeys(words for words in said if words != "-"))


@cache
def _flags() -> dict[str, str]:
    return labels_of(_FILE, lines_of(_FILE))
