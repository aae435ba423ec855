"""Text without regard to case: how it is written in small letters, and which expressions can be written so too."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

# Letters that count as the same without regard to case, but that lower() leaves apart or makes two of.
_FOLD = str.maketrans({"\u017f": "s", "\u0130": "i", "\u0131": "i"})


def folded(text: str) -> str:
    """``text`` in small letters, each in the place of the letter it stands for (but for some letters no pattern minds)."""
    return text.lower() if text.isascii() else _folded_signs(text)


@lru_cache(maxsize=256)  # one other sign makes lower() twenty times as slow, and one line is asked many times in a row
def _folded_signs(text: str) -> str:
    if "\u017f" in text or "\u0130" in text or "\u0131" in text:
        return text.translate(_FOLD).lower()
    return text.lower()


def folds(nodes: Iterable[tuple[Any, Any]]) -> bool:
    """Whether the letters of a parsed expression can all be written small: no letter of another script with two cases, no
    range from a sign to a letter, and no part that minds case."""
    return all(_is_foldable(str(kind), value) for kind, value in nodes)


def _is_foldable(kind: str, value: Any) -> bool:
    match kind:
        case "LITERAL" | "NOT_LITERAL":
            return _has_plain_case(value)
        case "RANGE":
            ends = {_sort(value[0]), _sort(value[1])}
            return len(ends) == 1 and "other" not in ends
        case "IN" | "ATOMIC_GROUP":
            return folds(value)
        case "BRANCH":
            return all(folds(branch) for branch in value[1])
        case "SUBPATTERN":
            return not value[1] and not value[2] and folds(value[3])
        case "MAX_REPEAT" | "MIN_REPEAT" | "POSSESSIVE_REPEAT":
            return folds(value[2])
        case "ASSERT" | "ASSERT_NOT":
            return folds(value[1])
    return kind in ("ANY", "AT", "CATEGORY", "NEGATE")


def _has_plain_case(code: int) -> bool:
    char = chr(code)
    return char.isascii() or char.lower() == char.upper() == char or "à" <= char.lower() <= "þ"


def _sort(code: int) -> str:
    """What a range's end is: of one kind with the other end, nothing between them has two cases that the fold parts."""
    char = chr(code)
    if char.isascii():
        return "small" if char.islower() else "capital" if char.isupper() else "digit" if char.isdigit() else "other"
    return "circled" if "①" <= char <= "⑳" else "other"
