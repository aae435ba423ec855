"""Sets of letters as the parts of a parsed expression take them: bits of a number, each for a letter that stands for many."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import cache
from typing import Any

ALPHABET = "aeiou sntbcdfghjklmpqrvwxyz12,.-" + "".join(
    dict.fromkeys(
        [chr(code) for code in (9, 10, 13, *range(33, 127)) if chr(code) not in "aeiousntbcdfghjklmpqrvwxyz12,.-"]
        + list("éß²µ·≥≤–’“¼中，；：、（）①＋１\u00a0Ωα×±®™\ufeff\u2003ſİ")
    )
)
"""Those that a text is written with where it may choose stand first."""
EDGE = 1 << len(ALPHABET)
"""Not a letter: where the text begins or ends."""
FULL = EDGE - 1
ALL = FULL | EDGE
PLACE = {letter: place for place, letter in enumerate(ALPHABET)}


def letters(holds: Callable[[str], bool]) -> int:
    """The set of those for which ``holds`` does."""
    return sum(1 << place for place, letter in enumerate(ALPHABET) if holds(letter))


WORD = letters(lambda letter: letter.isalnum() or letter == "_")
NEW_LINE = letters(lambda letter: letter == "\n")
_CATEGORIES = {"WORD": WORD, "DIGIT": letters(str.isdecimal), "SPACE": letters(str.isspace)}


def first(taken: int) -> str:
    """The letter of a set that is written for it."""
    return next(letter for place, letter in enumerate(ALPHABET) if taken >> place & 1)


def taken_by(kind: str, value: Any, caseless: bool) -> int | None:
    """What a node takes that takes one letter; None for another node."""
    match kind:
        case "LITERAL":
            return _same(value, caseless)
        case "NOT_LITERAL":
            return FULL & ~_same(value, caseless)
        case "ANY":
            return FULL & ~NEW_LINE
        case "IN":
            return _one_of(tuple(value), caseless)
    return None


def taken_by_one(nodes: Iterable[tuple[Any, Any]], caseless: bool) -> int | None:
    """What ``nodes`` take if they take one letter; else None."""
    alone = list(nodes)
    if len(alone) != 1:
        return None
    kind, value = str(alone[0][0]), alone[0][1]
    if kind == "SUBPATTERN" and not value[1] and not value[2]:
        return taken_by_one(value[3], caseless)
    if kind == "BRANCH":
        branches = [taken_by_one(branch, caseless) for branch in value[1]]
        return None if None in branches else sum_of(branch or 0 for branch in branches)
    return taken_by(kind, value, caseless)


def sum_of(sets: Iterable[int]) -> int:
    """All letters of some sets."""
    found = 0
    for each in sets:
        found |= each
    return found


@cache
def _forms(letter: str) -> frozenset[str]:
    return frozenset({letter, letter.lower(), letter.upper()})


@cache
def _same(code: int, caseless: bool) -> int:
    forms = _forms(chr(code)) if caseless else {chr(code)}
    return letters(lambda letter: not forms.isdisjoint(_forms(letter) if caseless else {letter}))


@cache
def _one_of(items: tuple[tuple[Any, Any], ...], caseless: bool) -> int:
    found, negated = 0, False
    for kind, value in items:
        match str(kind):
            case "NEGATE":
                negated = True
            case "RANGE":
                low, high = chr(value[0]), chr(value[1])
                forms = [[form for form in (_forms(each) if caseless else {each}) if len(form) == 1] for each in ALPHABET]
                found |= sum(1 << place for place, each in enumerate(forms) if any(low <= form <= high for form in each))
            case "CATEGORY":
                name = str(value).removeprefix("CATEGORY_")
                given = _CATEGORIES[name.removeprefix("NOT_")]
                found |= FULL & ~given if name.startswith("NOT_") else given
            case _:
                found |= _same(value, caseless)
    return FULL & ~found if negated else found


def is_caseless(value: tuple[Any, ...], caseless: bool) -> bool:
    """Whether case is disregarded inside a group, by the value of its node."""
    return (caseless or bool(value[1] & re.IGNORECASE)) and not value[2] & re.IGNORECASE
