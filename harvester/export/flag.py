"""Flags of readings in plain words, from ``flags.txt`` (its grammar stands on top of it)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

_FILE = Path(__file__).with_name("flags.txt")


def flag_words(flags: Iterable[str]) -> tuple[str, ...]:
    """What to tell a reader, each thing once; flags that only the tables keep are left out."""
    known = _flags()
    said = (known.get(flag, flag.replace("_", " ")) for flag in flags)
    return tuple(dict.fromkeys(words for words in said if words))


@cache
def _flags() -> Mapping[str, str]:
    return parse_flags(_FILE.read_text(encoding="utf-8"))


def parse_flags(text: str) -> dict[str, str]:
    """Flag -> words, empty for those not shown. ValueError names the line that breaks the grammar."""
    read: dict[str, str] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        stripped = line.strip()
        if not stripped or stripped.startswith("#"):
            continue
        flag, separator, words = stripped.partition(" = ")
        if not separator or not words or flag in read:
            raise ValueError(f"flags.txt, line {number}: expected a new 'flag = words', not {stripped!r}")
        read[flag] = "" if words == "-" else words
    return read
