"""Labels for the registry's values and for our own, from ``vocabularies.txt`` (its grammar stands on top of it).

A value that the file does not know is never lost: its label is made from its own letters.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, lru_cache
from pathlib import Path
from types import MappingProxyType

_FILE = Path(__file__).with_name("vocabularies.txt")


@cache
def vocabularies() -> Mapping[str, Mapping[str, str]]:
    """All vocabularies: name -> value -> label, in the order of the file.

    Raises ValueError naming the line when the file breaks its grammar.
    """
    return parse_vocabularies(_FILE.read_text(encoding="utf-8"))


def parse_vocabularies(text: str) -> Mapping[str, Mapping[str, str]]:
    """The vocabularies that ``text`` defines, in the grammar of ``vocabularies.txt``."""
    read: dict[str, dict[str, str]] = {}
    current: dict[str, str] | None = None
    for number, line in enumerate(text.splitlines(), start=1):
        stripped = line.strip()
        if not stripped or stripped.startswith("#"):
            continue
        if stripped.startswith("[") and stripped.endswith("]"):
            current = read.setdefault(stripped[1:-1], {})
            continue
        value, separator, label_ = stripped.partition(" = ")
        if current is None or not separator or value in current:
            raise ValueError(f"vocabularies.txt, line {number}: expected a new 'VALUE = label' under a [Name], not {stripped!r}")
        current[value] = label_
    return MappingProxyType({name: MappingProxyType(values) for name, values in read.items()})


@lru_cache(maxsize=4096)
def label(vocabulary: str, value: str | None) -> str | None:
    """The label of ``value``; for a value that is not in the vocabulary, its own letters made readable.

    >>> label("Status", "NOT_YET_RECRUITING"), label("Status", "ON_THE_MOON"), label("Status", None)
    ('Not yet recruiting', 'On the moon', None)
    """
    if value is None:
        return None
    known = vocabularies().get(vocabulary, {})
    if value in known:
        return known[value]
    return " ".join(value.replace("_", " ").split()).capitalize() if value.isupper() else value


def labels(vocabulary: str) -> Mapping[str, str]:
    """Values and labels of one vocabulary, in the order of the file; KeyError for a name that is not there."""
    return vocabularies()[vocabulary]
