"""Concepts: what a limit is about, by the names registry texts give them.

The concepts with labels, kinds and canonical units are definitions/concepts.csv, their names definitions/concept_names.txt.
"""

from __future__ import annotations

from functools import cache

from harvester.shape import shape
from harvester.text.expressions.definition_file import definition_names, definition_rows
from harvester.text.written.token import Phrase, PhraseTable, Token


@shape()
class Concept:
    """One row of concepts.csv: kind is numeric, ordinal, count, duration or window; the canonical unit is UCUM or none."""

    slug: str
    label: str
    kind: str
    canonical_unit: str | None


@cache
def concepts() -> dict[str, Concept]:
    """Every concept by its slug, in the file's order."""
    rows = definition_rows("concepts.csv")
    return {row["concept"]: Concept(row["concept"], row["label"], row["kind"], row["canonical_unit"] or None) for row in rows}


@cache
def _names() -> PhraseTable:
    return PhraseTable((slug, name) for slug, names in definition_names("concept_names.txt") for name in names)


def mentions(tokens: tuple[Token, ...]) -> tuple[Phrase, ...]:
    """Every concept named in a line, from left to right."""
    return _names().all(tokens)
