"""Labels for the registry's values and for our own, from ``vocabularies.txt`` (its grammar stands on top of it).

A value that the file does not know is never lost: its label is made from its own letters.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, lru_cache
from pathlib import Path
from types import MappingProxyType

from harvester.definition_file import labels_of, lists_of

_FILE = Path(__file__).with_name("vocabularies.txt")


@cache
def vocabularies() -> Mapping[str, Mapping[str, str]]:
    """All vocabularies: name -> value -> label, in the order of the file."""
    return MappingProxyType({name: MappingProxyType(labels_of(_FILE, lines)) for name, lines in lists_of(_FILE).items()})


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
