"""What a criterion is about: one named domain, and the others it touches (definitions/domains.txt).

Expressions are gated: one is only tried where a word of the line begins as one of its alternatives begins. A test holds gated
and ungated reading equal.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from harvester.text.definition_file import definition_lists

OTHER = "other"
_SECONDARY = 2
_NEAR_FRONT = 40
_WORD = re.compile(r"\w+")
_LONGEST_START = 5
_LITERAL = re.compile(r"[a-z0-9]+")


@dataclass(frozen=True, slots=True)
class _Expression:
    slug: str
    order: int
    weight: int
    pattern: re.Pattern[str]
    starts: frozenset[str] | None  # how a word must begin for the expression to match; none: it is always tried


@cache
def _expressions() -> tuple[_Expression, ...]:
    found = []
    for order, (slug, entries) in enumerate(definition_lists("domains.txt").items()):
        for entry in entries:
            weight, _, expression = entry.partition(" ")
            found.append(_Expression(slug, order, int(weight), re.compile(expression, re.IGNORECASE), _starts(expression)))
    return tuple(found)


@cache
def _by_start() -> tuple[dict[str, tuple[int, ...]], tuple[int, ...]]:
    """Which expressions a word's beginning calls for, and those that are always tried; by index into ``_expressions``."""
    table: dict[str, list[int]] = {}
    always = []
    for index, expression in enumerate(_expressions()):
        if expression.starts is None:
            always.append(index)
        for start in expression.starts or ():
            table.setdefault(start, []).append(index)
    return {start: tuple(indexes) for start, indexes in table.items()}, tuple(always)


def _starts(expression: str) -> frozenset[str] | None:
    """The literal beginnings of an expression's alternatives, cut to a few letters; none where one cannot be told."""
    starts = set()
    for alternative in _alternatives(expression):
        plain = alternative.removeprefix(r"\b")
        if plain == alternative:
            return None
        if plain.startswith("(?:") and _closing(plain) > 0:
            inner = [_starts(rf"\b{part}") for part in _alternatives(plain[3 : _closing(plain)])]
            if any(part is None for part in inner) or plain[_closing(plain) + 1 : _closing(plain) + 2] in ("?", "*"):
                return None
            starts |= {start for part in inner for start in part or ()}
            continue
        literal = _LITERAL.match(plain)
        if literal is None:
            return None
        text = literal.group()
        optional = plain[literal.end() : literal.end() + 1] in ("?", "*", "{")
        text = text[:-1] if optional else text
        if not text:
            return None
        starts.add(text[:_LONGEST_START])
    return frozenset(starts)


def _closing(group: str) -> int:
    """Where the bracket that opens ``group`` closes."""
    depth = 0
    for at, char in enumerate(group):
        depth += (char == "(") - (char == ")")
        if depth == 0:
            return at
    return -1


def _alternatives(expression: str) -> Iterator[str]:
    """The alternatives of an expression's top level."""
    depth, start = 0, 0
    for at, char in enumerate(expression):
        depth += (char in "([") - (char in ")]")
        if char == "|" and depth == 0:
            yield expression[start:at]
            start = at + 1
    yield expression[start:]


@cache
def domain_names() -> tuple[str, ...]:
    """Every domain slug, in the file's order, and ``other`` for what none of them claims."""
    return (*dict.fromkeys(expression.slug for expression in _expressions()), OTHER)


def domains_of(words: str, gated: bool = True) -> tuple[str, tuple[str, ...]]:
    """The domain of a criterion and its secondary domains, strongest first.

    Weights of the matching expressions are added; words near the front weigh more, since a criterion names its subject first.
    """
    scores: dict[int, float] = {}
    expressions = _expressions()
    for index in _called_for(words) if gated else range(len(expressions)):
        expression = expressions[index]
        found = expression.pattern.search(words)
        if found:
            gain = expression.weight * (1.25 if found.start() < _NEAR_FRONT else 1.0)
            scores[expression.order] = scores.get(expression.order, 0.0) + gain
    names = domain_names()
    ranked = [
        names[order] for order, score in sorted(scores.items(), key=lambda item: (-item[1], item[0])) if score >= _SECONDARY
    ]
    return (ranked[0], tuple(ranked[1:6])) if ranked else (OTHER, ())


def _called_for(words: str) -> list[int]:
    table, always = _by_start()
    called = set(always)
    for word in set(_WORD.findall(words.lower())):
        for length in range(1, min(len(word), _LONGEST_START) + 1):
            called.update(table.get(word[:length], ()))
    return sorted(called)
