"""What a criterion is about: one named domain, and the others it touches (definitions/domains.txt).

Expressions are tried where they can open (``opened.py``).
"""

from __future__ import annotations

import re
from functools import cache

from harvester.shape import shape
from harvester.text.expressions.definition_file import definition_lists
from harvester.text.expressions.opened import Opened
from harvester.text.expressions.pattern import pattern_of

OTHER = "other"
_SECONDARY = 2
_NEAR_FRONT = 40


@shape()
class _Expression:
    slug: str
    order: int
    weight: int
    pattern: re.Pattern[str]


@cache
def _expressions() -> tuple[_Expression, ...]:
    found = []
    for order, (slug, entries) in enumerate(definition_lists("domains.txt").items()):
        for entry in entries:
            weight, _, expression = entry.partition(" ")
            found.append(_Expression(slug, order, int(weight), pattern_of(expression, re.IGNORECASE)))
    return tuple(found)


@cache
def _opened() -> Opened:
    return Opened(expression.pattern for expression in _expressions())


@cache
def domain_names() -> tuple[str, ...]:
    """Every domain slug, in the file's order, and ``other`` for what none of them claims."""
    return (*dict.fromkeys(expression.slug for expression in _expressions()), OTHER)


def domains_of(words: str) -> tuple[str, tuple[str, ...]]:
    """The domain of a criterion and its secondary domains, strongest first.

    Weights of the matching expressions are added; words near the front weigh more, since a criterion names its subject first.
    """
    scores: dict[int, float] = {}
    expressions = _expressions()
    for index, found in _opened().firsts(words):
        expression = expressions[index]
        gain = expression.weight * (1.25 if found.start() < _NEAR_FRONT else 1.0)
        scores[expression.order] = scores.get(expression.order, 0.0) + gain
    names = domain_names()
    ranked = [
        names[order] for order, score in sorted(scores.items(), key=lambda item: (-item[1], item[0])) if score >= _SECONDARY
    ]
    return (ranked[0], tuple(ranked[1:6])) if ranked else (OTHER, ())
