"""Comparators: signs and words that set a value against a limit (definitions/comparators.txt)."""

from __future__ import annotations

from functools import cache

from harvester.text.expressions.definition_file import definition_lines
from harvester.text.written.token import Phrase, PhraseTable, Token

FLIPPED = {">=": "<=", ">": "<", "<=": ">=", "<": ">", "=": "="}


@cache
def _tables() -> tuple[PhraseTable, PhraseTable]:
    before: list[tuple[str, str]] = []
    after: list[tuple[str, str]] = []
    for line in definition_lines("comparators.txt"):
        sign, _, phrases = line.partition(" = ")
        key, _, place = sign.strip().partition(" ")
        (after if place == "after" else before).extend((key, phrase.strip()) for phrase in phrases.split(" | "))
    return PhraseTable(before), PhraseTable(after)


def comparators(tokens: tuple[Token, ...]) -> tuple[Phrase, ...]:
    """Every comparator that stands before its value; keys are ``>=`` ``>`` ``<=`` ``<`` ``=`` ``between``."""
    return _tables()[0].all(tokens)


def comparator_after(tokens: tuple[Token, ...], at: int) -> Phrase | None:
    """The comparator that stands behind a value, at token ``at``; keys are ``>=`` and ``<=``."""
    return _tables()[1].match(tokens, at) if at < len(tokens) else None
