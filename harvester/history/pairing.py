"""Which entry of an older list is which of a newer one: the same first, then the most alike."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import TypeVar

from harvester.compare.similarity import Similarity, match_pairs

T = TypeVar("T")
Pair = tuple[int, int]
MOST_SCORED = 40_000
"""Pairs that are scored at most; in longer lists of changed entries only those that are the same are paired."""


def paired(
    old: Sequence[T],
    new: Sequence[T],
    keys: Sequence[Callable[[T], Hashable]],
    text: Callable[[T], str],
    least: float | None,
    bonus: Callable[[T, T], float] = lambda left, right: 0.0,
) -> tuple[Pair, ...]:
    """Places of the old and the new entry that are one, in old order: by the first of ``keys`` that agrees, else by likeness.

    Likeness is that of the words of ``text`` (0 to 1) plus ``bonus`` (-1 forbids a pair), and counts from ``least`` on; None lets
    the keys alone decide.
    """
    left, right = list(range(len(old))), list(range(len(new)))
    found: list[Pair] = []
    for key in keys:
        found += _same([(key(old[place]), place) for place in left], [(key(new[place]), place) for place in right])
        left, right = _others(left, {pair[0] for pair in found}), _others(right, {pair[1] for pair in found})
    if least is not None and left and right and len(left) * len(right) <= MOST_SCORED:
        similarity = Similarity([text(each) for each in (*old, *new)])
        scored = [
            (similarity.score(text(old[mine]), text(new[theirs])) + bonus(old[mine], new[theirs]), mine, theirs)
            for mine in left
            for theirs in right
        ]
        found += [(mine, theirs) for mine, theirs, _ in match_pairs([each for each in scored if each[0] >= least])]
    return tuple(sorted(found))


def _same(old: Iterable[tuple[Hashable, int]], new: Iterable[tuple[Hashable, int]]) -> list[Pair]:
    """Places with the same key, the first with the first."""
    waiting: dict[Hashable, list[int]] = {}
    for key, place in new:
        waiting.setdefault(key, []).append(place)
    return [(place, waiting[key].pop(0)) for key, place in old if waiting.get(key)]


def _others(places: list[int], used: set[int]) -> list[int]:
    return [place for place in places if place not in used]


def out_of_order(pairs: Iterable[Pair]) -> set[Pair]:
    """The pairs that left their place: all but a longest run of pairs whose newer places rise with the older ones."""
    ordered = sorted(pairs)
    ends: list[int] = []
    tips: list[int] = []
    behind: list[int] = []
    for index, (_, theirs) in enumerate(ordered):
        length = bisect_left(ends, theirs)
        behind.append(tips[length - 1] if length else -1)
        ends[length : length + 1] = [theirs]
        tips[length : length + 1] = [index]
    kept = set()
    index = tips[-1] if tips else -1
    while index >= 0:
        kept.add(ordered[index])
        index = behind[index]
    return set(ordered) - kept
