"""One change between two versions of a record, before it has an identifier."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal

from harvester.shape import shape

Direction = Literal["tightened", "loosened", "reworded", "moved", "added", "removed", "changed"]

_ESCAPE = re.compile(r"\\([<>\[\]^*&~._#+\-])")


@shape()
class Change:
    """What changed: ``before`` and ``after`` are the record's own words, ``detail`` says in words what it comes to.

    ``path`` is the field of the record, ``kind`` what the words are about.
    """

    path: str
    kind: str
    before: str | None
    after: str | None
    direction: Direction
    detail: str | None = None


def came_or_went(path: str, kind: str, before: str | None, after: str | None, detail: str | None = None) -> Change:
    """A change of one thing that is there on one side only, or on both with other words."""
    direction: Direction = "added" if before is None else "removed" if after is None else "changed"
    return Change(path, kind, before, after, direction, detail)


def unescaped(text: str) -> str:
    """Words without the registry's markdown escapes."""
    return _ESCAPE.sub(r"\1", text)


@lru_cache(maxsize=4_096)
def even(text: str) -> str:
    """Words as they are read: blanks made even, without the registry's markdown escapes, in lower case."""
    return " ".join(unescaped(text).split()).casefold()
