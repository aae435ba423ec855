"""Two texts side by side, word by word."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import Literal

from harvester.shape import shape

Fate = Literal["same", "removed", "added"]
_TOKEN = re.compile(r"\s+|\d{4}-\d\d(?:-\d\d)?(?!\d)|\d+(?:[.,]\d+)+|[^\W_]+|.", re.DOTALL)
"""A blank, a date, a number with its decimals, a word, or one character: what is struck out and put in as a whole."""
MOST_COMPARED = 4_000_000
"""Words of the one text times words of the other; beyond it, whole lines are compared, and beyond that too, nothing is."""


@shape()
class Piece:
    """A stretch of text that both have, or only the older (removed), or only the newer (added)."""

    fate: Fate
    text: str


def word_diff(before: str, after: str) -> tuple[Piece, ...]:
    """The pieces of both texts in order: "same" and "removed" joined give ``before``, "same" and "added" give ``after``."""
    for split in (_TOKEN.findall, lambda text: text.splitlines(keepends=True)):
        old, new = split(before), split(after)
        first, last = _common(old, new)
        middle_old, middle_new = old[first : len(old) - last], new[first : len(new) - last]
        if len(middle_old) * len(middle_new) <= MOST_COMPARED:
            pieces = [("same", "".join(old[:first])), *_compared(middle_old, middle_new)]
            return _joined([*pieces, ("same", "".join(old[len(old) - last :]))])
    return _joined([("removed", before), ("added", after)])


def _common(old: Sequence[str], new: Sequence[str]) -> tuple[int, int]:
    """How many entries the two begin with in common, and how many of the rest they end with."""
    shorter = min(len(old), len(new))
    first = next((place for place in range(shorter) if old[place] != new[place]), shorter)
    rest = shorter - first
    last = next((place for place in range(rest) if old[-1 - place] != new[-1 - place]), rest)
    return first, last


def _compared(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[Fate, str]]:
    matcher = SequenceMatcher(lambda token: token.isspace(), old, new, autojunk=False)
    for tag, old_start, old_end, new_start, new_end in matcher.get_opcodes():
        if tag == "equal":
            yield "same", "".join(old[old_start:old_end])
        else:
            yield "removed", "".join(old[old_start:old_end])
            yield "added", "".join(new[new_start:new_end])


def _joined(pieces: Sequence[tuple[Fate, str]]) -> tuple[Piece, ...]:
    """Without empty pieces, neighbours of one fate as one, a removed piece before the added one it made room for."""
    found: list[Piece] = []
    for fate, text in pieces:
        if not text:
            continue
        if found and found[-1].fate == fate:
            found[-1] = Piece(fate, found[-1].text + text)
        else:
            found.append(Piece(fate, text))
    return tuple(found)
