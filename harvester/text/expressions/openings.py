"""The words an expression opens with, told from its nodes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from harvester.text.expressions.needed import folded_letter, needed

_MOST = 64  # words of one way to open
_LONG_ENOUGH = 8  # letters: longer words tell places hardly better
_DIGITS = frozenset("0123456789")
_WIDEST = 16  # signs of a range that are spelled out

_Words = frozenset[str]
_NONE: _Words = frozenset()
_ANYTHING = (frozenset({""}), _NONE)
_NOTHING = (_NONE, frozenset({""}))


def openings(nodes: Iterable[tuple[Any, Any]]) -> tuple[_Words | None, _Words]:
    """Folded words of which every match begins with one; none where they cannot be named, or are too short to choose places.

    Beside them words for those ways to match that open with anything: without one of these no match is of such a way.
    """
    opens, strays = _NONE, _NONE
    for way in _ways(list(nodes)):
        words = _named(way)
        needs = needed(way) if words is None else None
        if words is None and needs is None:
            return None, _NONE
        opens, strays = opens | (words or _NONE), strays | (needs or _NONE)
    if not opens:
        return None, _NONE
    return frozenset(word for word in opens if not any(word[:length] in opens for length in range(1, len(word)))), strays


def _ways(nodes: list[tuple[Any, Any]]) -> list[list[tuple[Any, Any]]]:
    """The sequences of which an expression matches one: its alternatives, where it begins with them."""
    for at, (kind, value) in enumerate(nodes):
        if str(kind) == "BRANCH":
            return [[*branch, *nodes[at + 1 :]] for branch in value[1]]
        if str(kind) not in ("AT", "ASSERT", "ASSERT_NOT"):
            break
    return [nodes]


def _named(nodes: Iterable[tuple[Any, Any]]) -> _Words | None:
    """Words of which every match of a sequence begins with one."""
    ended, running = _of_sequence(nodes)
    words = ended | running
    return None if not words or len(words) > 2 * _MOST or not all(map(_chooses, words)) else words


def _chooses(word: str) -> bool:
    """Whether a word chooses places: a single letter or a blank stands nearly everywhere, a digit or a sign does not."""
    return len(word) > 1 or bool(word and not word.isalpha() and not word.isspace())


def _cut(words: _Words) -> _Words:
    """As much of the beginnings of many words as chooses places."""
    for length in (4, 3, 2):
        cut = frozenset(word[:1] if _chooses(word[:1]) else word[:length] for word in words)
        if len(cut) <= _MOST:
            break
    return cut


def _product(begun: _Words, more: _Words) -> _Words:
    return frozenset(first + second for first in begun for second in more)


def _of_sequence(nodes: Iterable[tuple[Any, Any]]) -> tuple[_Words, _Words]:
    """Beginnings of what a sequence can match: those it can go on from in ways that cannot be named, and whole ones."""
    ended, running = _NOTHING
    for kind, value in nodes:
        more, whole = _of_node(str(kind), value)
        if len(running) * (len(more) + len(whole)) > _MOST:  # those that choose places already need no more letters
            chosen = frozenset(filter(_chooses, running))
            ended, running = ended | chosen, running - chosen
        if len(running) * (len(more) + len(whole)) > _MOST:
            return ended | _product(running, _cut(more | whole)), _NONE
        ended |= _product(running, more)
        running = _product(running, whole)
        if all(len(word) >= _LONG_ENOUGH for word in running):
            return ended | running, _NONE
    return ended, running


def _of_node(kind: str, value: Any) -> tuple[_Words, _Words]:
    """The same of one node of a parsed expression."""
    match kind:
        case "LITERAL":
            letter = folded_letter(value)
            return _ANYTHING if letter is None else (_NONE, frozenset({letter}))
        case "IN":
            letters = _signs_of(value)
            return _ANYTHING if letters is None else (_NONE, letters)
        case "BRANCH":
            read = [_of_sequence(branch) for branch in value[1]]
            return _NONE.union(*(ended for ended, _ in read)), _NONE.union(*(running for _, running in read))
        case "SUBPATTERN":
            return _of_sequence(value[3])
        case "ATOMIC_GROUP":
            return _of_sequence(value)
        case "MAX_REPEAT" | "MIN_REPEAT" | "POSSESSIVE_REPEAT":
            return _of_repeat(*value)
        case "ASSERT" | "ASSERT_NOT" | "AT":
            return _NOTHING
    return _ANYTHING


def _signs_of(items: Iterable[tuple[Any, Any]]) -> _Words | None:
    """The signs of a set, folded; a digit is any of ours, as texts with others are not looked through by words."""
    found: set[str | None] = set()
    for kind, value in items:
        match str(kind):
            case "LITERAL":
                found.add(folded_letter(value))
            case "RANGE" if value[1] - value[0] < _WIDEST:
                found.update(map(folded_letter, range(value[0], value[1] + 1)))
            case "CATEGORY" if str(value) == "CATEGORY_DIGIT":
                found |= _DIGITS
            case _:
                return None
    return None if None in found else frozenset(sign for sign in found if sign is not None)


def _of_repeat(low: Any, high: Any, nodes: Any) -> tuple[_Words, _Words]:
    ended, running = _of_sequence(nodes)
    if high != 1:  # behind the first time stands what follows, or the same again
        ended, running = ended | running, _NONE
    return ended, running if low else running | {""}
