"""What an expression cannot match without, told from its nodes: the letter sequences that its gate asks for."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from math import fsum
from pathlib import Path
from typing import Any

from harvester.definition_file import pairs_of
from harvester.text.expressions.folding import folded

_MOST = 24  # alternatives of one spelled-out sequence; beyond, the sequence is cut
_LOOK, _LOOKS, _TRY = 0.05, 0.8, 8.0  # microseconds: for one sequence, for any of many, to try an expression
_BESIDE = 0.25  # what is left of a share where another word stands beside it
_RARE = (0.3, 0.1, 0.03, 0.012, 0.006, 0.004, 0.003, 0.002)  # the share of one, two … letters beside those in common words
_SHORT_RUN = 8  # characters

_Words = frozenset[str]


def needed(nodes: Iterable[tuple[Any, Any]]) -> _Words | None:
    """Folded sequences of which at least one stands in every text the expression matches in; none where there are no such."""
    return _short(_of_sequence(nodes)[1])


def _short(words: _Words | None) -> _Words | None:
    """``words`` without those that another one stands in."""
    if words is None:
        return None
    return frozenset(word for word in words if not any(other != word and other in word for other in words))


def _better(one: _Words | None, other: _Words | None) -> _Words | None:
    """Whichever chooses better."""
    if one is None or other is None:
        return one or other
    return one if _cost(one) <= _cost(other) else other


@cache
def _cost(words: _Words) -> tuple[float, int]:
    """What a gate of these words takes of a line: to look for each, or for many at once, and the expression where one stands;
    of two that take the same longer words are the better.
    """
    takes = min(_LOOK * len(words), _LOOKS) + _TRY * min(1.0, fsum(map(_share, words)))
    return takes, -min(map(len, words))


@cache
def _share(word: str) -> float:
    """In about what share of lines a sequence stands: each of its parts between blanks makes it rarer than its rarest part."""
    parts = [part for part in word.replace(" ", " \n ").split("\n") if part.strip()]
    return min(map(_of_part, parts)) * _BESIDE ** (len(parts) - 1) if parts else 1.0


def _of_part(part: str) -> float:
    letters = sum(map(str.isalpha, part))
    rare = _RARE[min(letters, len(_RARE)) - 1] if letters else _RARE[-1]
    return rare + sum(share for common, share in _common() if part in common)


@cache
def _common() -> tuple[tuple[str, float], ...]:
    """Common words, between blanks, with the share of lines they stand in."""
    pairs = pairs_of(Path(__file__).parent.parent / "definitions" / "common.txt")
    return tuple((f" {word} ", int(share) / 100) for share, words in pairs for word in words.split())


def _whole(texts: _Words | None) -> _Words | None:
    return None if texts is None or "" in texts else _short(texts)


def _of_sequence(nodes: Iterable[tuple[Any, Any]]) -> tuple[_Words | None, _Words | None]:
    """The texts a sequence of nodes can match (none: too many to name), and the best needed ones among its parts."""
    best: _Words | None = None
    run: _Words = frozenset({""})
    unbroken = True
    for node in nodes:
        texts, words = _of_node(*node)
        best = _better(best, words)
        if texts is not None and len(run) * len(texts) <= _MOST:
            run = frozenset(before + text for before in run for text in texts)
        else:
            run, unbroken = texts if texts is not None and len(texts) <= _MOST else frozenset({""}), False
        best = _better(best, _whole(run))
    return run if unbroken else None, best


def _of_node(kind: Any, value: Any) -> tuple[_Words | None, _Words | None]:
    """The same of one node of a parsed expression."""
    match str(kind):
        case "LITERAL":
            letter = folded_letter(value)
            return (None if letter is None else frozenset({letter})), None
        case "IN":
            return folded_letters(value), None
        case "BRANCH":
            return _of_branch(value[1])
        case "SUBPATTERN":
            return _of_sequence(value[3])
        case "ATOMIC_GROUP":
            return _of_sequence(value)
        case "MAX_REPEAT" | "MIN_REPEAT" | "POSSESSIVE_REPEAT":
            return _of_repeat(*value)
        case "ASSERT":
            return frozenset({""}), _of_sequence(value[1])[1] if value[0] > 0 else None
        case "ASSERT_NOT" | "AT":
            return frozenset({""}), None
    return None, None


def _of_branch(branches: Iterable[Any]) -> tuple[_Words | None, _Words | None]:
    read = [_of_sequence(branch) for branch in branches]
    texts = frozenset().union(*(texts or () for texts, _ in read)) if all(texts is not None for texts, _ in read) else None
    words = frozenset().union(*(words or () for _, words in read)) if all(words is not None for _, words in read) else None
    return (texts if texts is not None and len(texts) <= _MOST else None), _short(words)


def _of_repeat(low: Any, high: Any, nodes: Any) -> tuple[_Words | None, _Words | None]:
    texts, words = _of_sequence(nodes)
    if low == high == 1:
        return texts, words
    optional = texts | {""} if texts is not None and (low, high) == (0, 1) else None
    return optional, words if low else None


def folded_letters(items: Iterable[tuple[Any, Any]]) -> frozenset[str] | None:
    """The letters of a set of signs as ``folded`` writes them; none where one of them cannot be named."""
    letters = [folded_letter(value) if str(kind) == "LITERAL" else None for kind, value in items]
    known = [letter for letter in letters if letter is not None]
    return frozenset(known) if len(known) == len(letters) else None


def folded_letter(code: int) -> str | None:
    """A character as ``folded`` writes it; none for one that has spellings ``folded`` does not know."""
    char = chr(code)
    plain = char.isascii() or (char.lower() == char.upper() and len(char.lower()) == 1) or "à" <= char.lower() <= "þ"
    return folded(char) if plain and len(folded(char)) == 1 else None


def roams(nodes: Iterable[tuple[Any, Any]]) -> bool:
    """Whether a match can begin with a long run of any characters."""
    for kind, value in nodes:
        match str(kind):
            case "MAX_REPEAT" | "MIN_REPEAT":
                if value[1] > _SHORT_RUN and _is_wide(value[2]):
                    return True
                if value[0]:
                    return False
            case "SUBPATTERN" | "BRANCH":
                branches = value[1] if str(kind) == "BRANCH" else [value[3]]
                return any(roams(branch) for branch in branches)
            case "AT" | "ASSERT" | "ASSERT_NOT":
                continue
            case _:
                return False
    return False


def _is_wide(nodes: Iterable[tuple[Any, Any]]) -> bool:
    """Whether what is repeated can be almost any character."""
    for kind, value in nodes:
        match str(kind):
            case "ANY" | "NOT_LITERAL":
                return True
            case "IN":
                return any(str(item) == "NEGATE" or str(given) == "CATEGORY_WORD" for item, given in value)
            case "SUBPATTERN" | "BRANCH":
                branches = value[1] if str(kind) == "BRANCH" else [value[3]]
                return any(_is_wide(branch) for branch in branches)
    return False
