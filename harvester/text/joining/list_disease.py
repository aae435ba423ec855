"""Lists of diseases: items that begin with different diseases are ways in, and what one says holds for its own disease only.

The diseases are those of definitions/diseases.txt; a word that several share, as leukaemia, tells none apart.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache

from harvester.text.criteria.criterion import CriterionLine
from harvester.text.expressions.definition_file import definition_pairs, expression
from harvester.text.expressions.opened import Opened
from harvester.text.expressions.pattern import pattern_of

_OPENING = expression("list_disease.opening")
_HEAD_ENDS = expression("list_disease.head_ends")
_HEAD = 120  # characters
_NEAR = 3  # items of the list on either side
_FEW = 5  # words of a disease with its kind ("relapsed B-lineage acute lymphoblastic leukaemia")


@cache
def _diseases() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((name, pattern_of(words, re.IGNORECASE)) for name, words in definition_pairs("diseases.txt"))


@cache
def _opened() -> Opened:
    return Opened(pattern for _, pattern in _diseases())


def _first_named(words: str) -> str | None:
    """The disease of the first expression that ``words`` match."""
    return next((_diseases()[index][0] for index, matches in _opened().matches(words) if next(matches, None)), None)


@lru_cache(maxsize=512)
def names_a_disease(label: str) -> bool:
    """Whether a label, the words before a colon, is the name of a disease (``Follicular lymphoma``)."""
    short = len(label) <= 60 and _HEAD_ENDS.search(label) is None
    return short and _first_named(label) is not None


@lru_cache(maxsize=1024)
def _named(head: str) -> tuple[str, str] | None:
    """The disease that ``head``, the first words of an item, is about, and the words that say it."""
    opening = _OPENING.match(head)
    words = head[opening.end() if opening else 0 :]
    words = words[: ends.start()] if (ends := _HEAD_ENDS.search(words)) else words
    words = words.split(". ")[0]
    name = _first_named(words)
    return (name, " ".join(words.split()).strip(" ,:;-*").removesuffix(" as")) if name else None


@lru_cache(maxsize=512)
def speaks_of_diseases(words: str) -> bool:
    """Whether ``words`` name any of the diseases."""
    return _first_named(words) is not None


def disease_at(words: str) -> str | None:
    """The disease that opens ``words``, the beginning of a clause, as written; none where other words than its kind open them."""
    told = _named(words[:_HEAD])
    return told[1] if told is not None and len(told[1].split()) <= _FEW else None


def disease_of(raw: str, criterion: CriterionLine, lines: tuple[CriterionLine, ...]) -> str | None:
    """The disease, as written, that an inclusion item or the item above it is limited to; none where its list names only one."""
    if criterion.section != "inclusion":
        return None
    own = _told_apart(raw, criterion, lines)
    if own is None and criterion.parent is not None:
        own = _told_apart(raw, lines[criterion.parent], lines)
    return own


def _told_apart(raw: str, criterion: CriterionLine, lines: tuple[CriterionLine, ...]) -> str | None:
    own = _of(raw, criterion)
    if own is None:
        return None
    at = criterion.position
    for beside in (reversed(lines[max(0, at - 20) : at]), lines[at + 1 : at + 21]):
        alike = (line for line in beside if line.parent == criterion.parent and line.section == criterion.section)
        for _, other in zip(range(_NEAR), alike, strict=False):
            named = _of(raw, other)
            if named is not None and named[0] != own[0]:
                return own[1]
    return None


def _of(raw: str, line: CriterionLine) -> tuple[str, str] | None:
    return _named(raw[line.start : min(line.end, line.start + _HEAD)]) if line.kind in ("item", "parent") else None
