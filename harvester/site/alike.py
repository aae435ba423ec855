"""Names that a search may have meant: those of the collection that are spelled like what was typed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rapidfuzz import fuzz, process

from harvester.store import terms_in_use

if TYPE_CHECKING:
    import sqlite3

VOCABULARY, MOST = 4_000, 6
"""Terms that are looked through, and words of a search that they are held against; as many are given."""
LIKENESS = 78.0
"""Least likeness of two spellings, of 100."""
SHORTEST = 5
"""Letters that a word has at least, before another spelling of it is looked for."""


def spelled_alike(connection: sqlite3.Connection, typed: str) -> dict[str, int]:
    """Conditions and interventions that are spelled like what was typed or a word of it, each with its number of trials."""
    terms = dict(terms_in_use(connection, VOCABULARY))
    names = {name.casefold(): name for name in terms}
    words = list(dict.fromkeys(typed.casefold().split()))[:MOST]
    sought = dict.fromkeys((typed.casefold(), *(word for word in words if len(word) >= SHORTEST)))
    close = (process.extract(each, names.keys(), scorer=fuzz.ratio, score_cutoff=LIKENESS, limit=MOST) for each in sought)
    found = dict.fromkeys(names[name] for each in close for name, _, _ in each)
    return {name: terms[name] for name in list(found)[:MOST]}
