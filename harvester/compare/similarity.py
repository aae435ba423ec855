"""How much two criteria share: the weighted overlap of their words, rare words weighing more."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache, lru_cache
from math import log
from typing import TypeVar

from harvester.compare.definition_file import expression, read_yaml

_T = TypeVar("_T")
Pairs = list[tuple[float, int, int]]
"""Scores of pairs, each with the places of its two."""

_WORD = re.compile(r"[^\W_][\w+-]*")
_BARE = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+|[<>≤≥=%+/-]")
_STEM = 6


@lru_cache(maxsize=50_000)
def content_words(text: str) -> frozenset[str]:
    """The words of a criterion that speak of its subject, cut to stems, with one word for those that mean the same.

    >>> sorted(content_words("Pregnant or lactating women")) == sorted(content_words("women, pregnancy, breast-feeding"))
    True
    """
    words = _WORD.findall(
        expression("tied_by_hyphen").sub(r"\1 ", expression("beside_the_subject").sub(" ", text.replace("\\", "").casefold()))
    )
    return frozenset(stem for stem in map(_subject_stem, words) if stem is not None)


@lru_cache(maxsize=50_000)
def telling_words(text: str) -> frozenset[str]:
    """Those of them by which criteria may be alike: not the times, the doses and that something was given."""
    return content_words(text) - frozenset(map(_stem, _stop_words("passing_words")))


@lru_cache(maxsize=100_000)
def _subject_stem(match: str) -> str | None:
    """The stem of a word in lower case; None for one that says nothing of a subject. The same few words come again and again."""
    word = match.strip("-")
    if len(word) < 2 or word in _stop_words() or word.removeprefix("v").isdigit():
        return None
    return _stem(_synonyms().get(word, word))


def bare_words(text: str) -> tuple[str, ...]:
    """The words, numbers and signs of a criterion in their order, without what it calls those who join.

    >>> bare_words("Patients with HIV infection.") == bare_words("Subject has HIV infection;")
    True
    """
    words = _BARE.findall(text.replace("\\", "").casefold())
    return tuple(word for word in words if word not in _stop_words("joining_words"))


class Similarity:
    """Scores for one set of texts by the ``words`` of them that count; a word in few of them weighs more."""

    def __init__(self, texts: Iterable[str], words: Callable[[str], frozenset[str]] = content_words) -> None:
        self._words = words
        counted = [words(text) for text in texts]
        frequency = Counter(word for words in counted for word in words)
        self._weights: Mapping[str, float] = {word: log(1 + len(counted) / count) for word, count in frequency.items()}

    def score(self, left: str, right: str) -> float:
        """From 0 (no word shared) to 1 (the same words); a short text that lies within a long one is given half of the gap."""
        mine, theirs = self._words(left), self._words(right)
        shared = self._weight(mine & theirs)
        if not shared:
            return 0.0
        smaller, larger = sorted((self._weight(mine), self._weight(theirs)))
        return (2 * shared / (smaller + larger) + min(1.0, shared / smaller)) / 2

    def shared(self, left: str, right: str) -> tuple[str, ...]:
        """The words of ``left`` that the score rests on, as written, the weightiest first, at most three."""
        both = self._words(left) & self._words(right)
        written: dict[str, str] = {}
        for match in _WORD.findall(left.replace("\\", "")):
            for stem in content_words(match):
                written.setdefault(stem, match.casefold())
        ranked = sorted(both, key=lambda stem: (-self._weights.get(stem, 0.0), stem))
        return tuple(written[stem] for stem in ranked if stem in written)[:3]

    def _weight(self, words: Iterable[str]) -> float:
        return sum(self._weights.get(word, 0.0) for word in sorted(words))


def grouped(left: Mapping[str, Sequence[_T]], scores: Callable[[Sequence[_T], Sequence[_T]], Pairs]) -> list[dict[str, _T]]:
    """What is alike by trial: anchored in the first of the trials, then among what is left in the next, and so on."""
    still: dict[str, Sequence[_T]] = dict(left)
    groups: list[dict[str, _T]] = []
    for nct_id in left:
        anchors = still.pop(nct_id)
        members = [{nct_id: anchor} for anchor in anchors]
        for other, there in still.items():
            pairs = match_pairs(scores(anchors, there))
            for mine, theirs, _score in pairs:
                members[mine][other] = there[theirs]
            taken = {theirs for _, theirs, _score in pairs}
            still[other] = tuple(each for place, each in enumerate(there) if place not in taken)
        groups += members
    return groups


def match_pairs(scores: Pairs) -> tuple[tuple[int, int, float], ...]:
    """One-to-one pairs from (score, left, right): the best first, each side used once; ties go to what stands first."""
    used_left: set[int] = set()
    used_right: set[int] = set()
    pairs = []
    for score, left, right in sorted(scores, key=lambda each: (-each[0], each[1], each[2])):
        if left not in used_left and right not in used_right:
            used_left.add(left)
            used_right.add(right)
            pairs.append((left, right, score))
    return tuple(pairs)


def _stem(word: str) -> str:
    stem = word[:_STEM]
    return stem[:-1] + "i" if stem.endswith("y") else stem.rstrip("s") if len(word) <= _STEM else stem


@cache
def _stop_words(kind: str = "stop_words") -> frozenset[str]:
    return frozenset(read_yaml("alignment.yaml")[kind].split())


@cache
def _synonyms() -> Mapping[str, str]:
    return {word: line[0] for line in read_yaml("alignment.yaml")["synonyms"] for word in line}
