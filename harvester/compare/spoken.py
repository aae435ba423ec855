"""Words that speak of a concept, by the grammar of definitions/concepts.csv, with what may not stand beside them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

_GENERAL = "~"
_BARRED = "-"
_ALLOWED = "+"
_WHOLE = 4
"""Words up to this length are matched whole: "ast" does not speak of asthma."""
_MARK = re.compile(r"([\^!])([^\^!]*)")
"""What may not stand before a word ("^") or behind it ("!")."""


@dataclass(frozen=True)
class SpokenWords:
    """The words of one concept, in lower case.

    ``plain`` are those that speak of it, without what may not stand beside them. A text with one of ``barred`` does not speak of
    it, unless one of ``allowed`` stands there too. ``general`` speak only of what the concept is one measure of.
    """

    plain: tuple[str, ...] = ()
    barred: tuple[str, ...] = ()
    allowed: tuple[str, ...] = ()
    general: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()

    @classmethod
    def of(cls, written: str) -> SpokenWords:
        """From the words column: parted by "|", each with its marks."""
        words = [word for word in written.split("|") if word]
        told = [word for word in words if word[0] not in (_GENERAL, _BARRED, _ALLOWED)]
        barred, allowed, general = (
            tuple(word[1:] for word in words if word[0] == sign) for sign in (_BARRED, _ALLOWED, _GENERAL)
        )
        plain = tuple(_MARK.sub("", word) for word in told)
        return cls(plain, barred, allowed, general, tuple(_pattern(word) for word in told))

    @cached_property
    def _searched(self) -> re.Pattern[str]:
        return re.compile(r"(?<![a-z0-9])(?:" + "|".join(self.patterns) + ")")

    def stand_in(self, text: str) -> bool:
        """Whether one of them stands in ``text``, which is in lower case, at the start of a word and as its marks ask."""
        if not any(word in text for word in self.plain):
            return False
        if any(word in text for word in self.barred) and not any(word in text for word in self.allowed):
            return False
        return self._searched.search(text) is not None

    def stand_in_general(self, text: str) -> bool:
        """Whether ``text``, in lower case, speaks only of what the concept is one measure of: "adequate organ function"."""
        return any(word in text for word in self.general)


def _pattern(written: str) -> str:
    word = _MARK.sub("", written)
    marks = _MARK.findall(written)
    before = "".join(f"(?<!{re.escape(mark)})" for sign, mark in marks if sign == "^")
    behind = "".join(f"(?!{re.escape(mark)})" for sign, mark in marks if sign == "!")
    whole = "(?![a-z0-9])" if len(word) <= _WHOLE and word.isalnum() else ""
    return f"{before}{re.escape(word)}{whole}{behind}"
