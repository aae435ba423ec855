"""Full-text search over titles, conditions, interventions, summaries and criteria, and candidates for related trials."""

from __future__ import annotations

import math
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from harvester.store.reading import StudyListing, count_studies, listings

_RAREST = 12
_COUNTED = 20_000
_COUNT = "SELECT count(*) FROM study_search WHERE study_search MATCH ?"
_TERM_COLUMNS = "{titles conditions interventions}"


@dataclass(frozen=True, slots=True)
class SearchHit:
    """A trial that was found, with the words around the place: ``[`` and ``]`` stand around what matched."""

    study: StudyListing
    snippet: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """A trial that shares terms with a question; rare terms weigh more (inverse document frequency in this collection)."""

    nct_id: str
    weight: float
    terms: tuple[str, ...]


def match_expression(text: str) -> str:
    """``text`` as an FTS5 query: every word must occur, the last letters of each may be missing; no sign of it is an operator.

    >>> match_expression('B-ALL "graft OR')
    '"B-ALL"* "graft"* "OR"*'
    """
    words = (word.replace('"', " ").strip() for word in _encodable(text).split())
    return " ".join(f'"{word}"*' for word in words if any(letter.isalnum() for letter in word))


def search_studies(connection: sqlite3.Connection, text: str, limit: int = 20, offset: int = 0) -> list[SearchHit]:
    """Trials in which every word of ``text`` occurs, the best first; none for a text without words."""
    expression = match_expression(text)
    if not expression:
        return []
    found = connection.execute(
        "SELECT printf('NCT%08d', rowid), snippet(study_search, -1, '[', ']', '…', 16) FROM study_search "
        "WHERE study_search MATCH ? ORDER BY bm25(study_search, 10, 6, 6, 2, 1), rowid DESC LIMIT ? OFFSET ?",
        (expression, limit, offset),
    ).fetchall()
    snippets = {row[0]: row[1] for row in found}
    return [SearchHit(study, snippets[study.nct_id]) for study in listings(connection, list(snippets))]


def candidates(connection: sqlite3.Connection, terms: Sequence[str], limit: int = 500) -> list[Candidate]:
    """Trials whose titles, conditions or interventions hold some of ``terms`` as phrases, the heaviest first.

    Only the rarest twelve terms are looked up: common ones would bring the whole collection. A tie goes to the younger number.
    """
    total = max(count_studies(connection), 1)
    counted = sorted((_documents(connection, phrase), term, phrase) for term, phrase in _phrases(terms))
    weights: dict[str, float] = {}
    shared: dict[str, list[str]] = {}
    for documents, term, phrase in [each for each in counted if each[0]][:_RAREST]:
        weight = math.log(1 + total / documents)
        rows = connection.execute(
            "SELECT printf('NCT%08d', rowid) FROM study_search WHERE study_search MATCH ? LIMIT ?", (phrase, _COUNTED)
        )
        for (nct_id,) in rows:
            weights[nct_id] = weights.get(nct_id, 0.0) + weight
            shared.setdefault(nct_id, []).append(term)
    ranked = sorted(sorted(weights, reverse=True), key=lambda nct_id: -weights[nct_id])
    return [Candidate(nct_id, weights[nct_id], tuple(shared[nct_id])) for nct_id in ranked[:limit]]


def count_phrases(connection: sqlite3.Connection, terms: Sequence[str]) -> dict[str, int]:
    """How many trials name each term, as a phrase, in titles, conditions or interventions; terms that none names are left out."""
    counted = {term: connection.execute(_COUNT, (phrase,)).fetchone()[0] for term, phrase in _phrases(terms)}
    return {term: int(count) for term, count in counted.items() if count}


def terms_in_use(connection: sqlite3.Connection, limit: int, among: int = 2_000) -> list[tuple[str, int]]:
    """Names of interventions and conditions with the number of trials that name them, the most frequent first.

    Only the ``among`` trials with the youngest numbers are looked at, so that a collection of any size answers at once.
    """
    sql = (
        "WITH youngest AS (SELECT nct_id FROM studies ORDER BY nct_number DESC LIMIT ?) "
        "SELECT min(name), count(DISTINCT nct_id) AS trials FROM ("
        "SELECT name, nct_id FROM interventions WHERE nct_id IN youngest UNION ALL "
        "SELECT name, nct_id FROM conditions WHERE nct_id IN youngest) "
        "WHERE name <> '' GROUP BY lower(name) ORDER BY trials DESC, lower(name) LIMIT ?"
    )
    return [(str(name), int(trials)) for name, trials in connection.execute(sql, (among, limit))]


def _phrases(terms: Sequence[str]) -> list[tuple[str, str]]:
    cleaned = {" ".join(_encodable(term).replace('"', " ").split()).casefold(): term for term in terms}
    return [
        (term, f'{_TERM_COLUMNS} : "{words}"') for words, term in cleaned.items() if any(letter.isalnum() for letter in words)
    ]


def _documents(connection: sqlite3.Connection, phrase: str) -> int:
    counted = "SELECT count(*) FROM (SELECT 1 FROM study_search WHERE study_search MATCH ? LIMIT ?)"
    return int(connection.execute(counted, (phrase, _COUNTED)).fetchone()[0])


def _encodable(text: str) -> str:
    return text.replace("\0", " ").encode("utf-8", "replace").decode("utf-8")
