"""What an expression can begin with, told from its nodes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from harvester.text.expressions.folding import folded

DIGIT = "0"
"""Stands for every digit among beginnings."""

_MOST = 64  # signs a range of beginnings may spell out
_A_TO_Z = {(65, 90), (97, 122)}

_Signs = frozenset[str]


def beginnings(nodes: Iterable[tuple[Any, Any]]) -> _Signs | None:
    """The folded signs one of which every match of the expression begins with, behind no letter; ``0`` is any digit.

    None where the expression may begin behind a letter, with a blank, or with more signs than can be named.
    """
    if not _behind_no_letter(nodes):
        return None
    signs, may_be_empty = _first(nodes)
    return signs if signs and not may_be_empty and not any(sign.isspace() for sign in signs) else None


def leads(nodes: Iterable[tuple[Any, Any]]) -> _Signs | None:
    """The folded signs one of which every match of the expression begins with, wherever it stands; ``0`` is any digit.

    None where it may begin with a blank or with more signs than can be named, and where the search leaps to them by itself.
    """
    nodes = list(nodes)
    signs, may_be_empty = _first(nodes)
    named = signs and not may_be_empty and not any(sign.isspace() for sign in signs)
    return signs if named and not _leaps(nodes) else None


def _leaps(nodes: list[tuple[Any, Any]]) -> bool:
    """Whether a search goes from sign to sign: each way to match then begins with a sign, and with no look at what is around."""
    kind, value = nodes[0]
    match str(kind):
        case "LITERAL" | "IN":
            return True
        case "BRANCH":
            return all(str(branch[0][0]) == "LITERAL" for branch in value[1])
        case "SUBPATTERN":
            return _leaps(list(value[3]))
    return False


def _behind_no_letter(nodes: Iterable[tuple[Any, Any]]) -> bool:
    """Whether a sequence of nodes begins with the demand that no letter stands before it."""
    for kind, value in nodes:
        match str(kind):
            case "ASSERT_NOT" if value[0] < 0:
                letters = [item for each, items in value[1] if str(each) == "IN" for item in items]
                ranges = {tuple(span) for each, span in letters if str(each) == "RANGE"}
                if len(value[1]) == 1 and ranges >= _A_TO_Z and str(letters[0][0]) != "NEGATE":
                    return True
            case "ASSERT" | "ASSERT_NOT" | "AT":
                continue
            case "BRANCH":
                return all(_behind_no_letter(branch) for branch in value[1])
            case "SUBPATTERN":
                return _behind_no_letter(value[3])
            case _:
                return False
    return False


def _first(nodes: Iterable[tuple[Any, Any]]) -> tuple[_Signs | None, bool]:
    """The signs a sequence can begin with (none: too many to name), and whether it can be empty."""
    found: _Signs = frozenset()
    for node in nodes:
        signs, may_be_empty = _first_of(*node)
        if signs is None:
            return None, False
        found |= signs
        if not may_be_empty:
            return found, False
    return found, True


def _first_of(kind: Any, value: Any) -> tuple[_Signs | None, bool]:
    """The same of one node."""
    match str(kind):
        case "LITERAL":
            return _sign(value), False
        case "IN":
            return _of_set(value), False
        case "BRANCH":
            read = [_first(branch) for branch in value[1]]
            known = [signs for signs, _ in read if signs is not None]
            return (frozenset().union(*known) if len(known) == len(read) else None), any(empty for _, empty in read)
        case "SUBPATTERN":
            return _first(value[3])
        case "ATOMIC_GROUP":
            return _first(value)
        case "MAX_REPEAT" | "MIN_REPEAT" | "POSSESSIVE_REPEAT":
            signs, may_be_empty = _first(value[2])
            return signs, may_be_empty or value[0] == 0
        case "ASSERT" | "ASSERT_NOT" | "AT":
            return frozenset(), True
    return None, False


def _of_set(items: Iterable[tuple[Any, Any]]) -> _Signs | None:
    """The signs of one bracketed set."""
    found: _Signs = frozenset()
    for kind, value in items:
        if str(kind) == "CATEGORY" and str(value) == "CATEGORY_DIGIT":
            signs: _Signs | None = frozenset(DIGIT)
        elif str(kind) == "LITERAL":
            signs = _sign(value)
        elif str(kind) == "RANGE" and value[1] - value[0] < _MOST:
            each = [_sign(code) for code in range(value[0], value[1] + 1)]
            signs = None if None in each else frozenset().union(*(sign for sign in each if sign))
        else:
            return None
        if signs is None:
            return None
        found |= signs
    return found


def _sign(code: int) -> _Signs | None:
    """A character as places are kept by; none for a letter of another alphabet, which may have spellings unknown here."""
    char = chr(code)
    if not char.isascii() and char.lower() != char.upper():
        return None
    return frozenset(DIGIT if char.isdecimal() else folded(char))
