"""Comparators: signs and words that set a value against a limit (definitions/comparators.txt)."""

from __future__ import annotations

from functools import cache

from harvester.text.expressions.definition_file import definition_names
from harvester.text.written.token import Phrase, PhraseTable, Token

FLIPPED = {">=": "<=", ">": "<", "<=": ">=", "<": ">", "=": "="}


@cache
def _tables() -> tuple[PhraseTable, PhraseTable]:
    before: list[tuple[str, str]] = []
    after: list[tuple[str, str]] = []
    for sign, phrases in definition_names("comparators.txt"):
        key, _, place = sign.partition(" ")
        (after if place == "after" else before).extend((key, phrase) for phrase in phrases)
    return PhraseTable(before), PhraseTable(after)


def comparators(tokens: tuple[Token, ...]) -> tuple[Phrase, ...]:
    """Every comparator that stands before its value; keys are ``>=`` ``>`` ``<=`` ``<`` ``=`` ``between``."""
    return _tables()[0].all(tokens)


def comparator_after(tokens: tuple[Token, ...], at: int) -> Phrase | None:
    """The comparator that stands behind a value, at token ``at``; keys are ``>=`` and ``<=``."""
    return _tables()[1].match(tokens, at) if at < len(tokens) else None
