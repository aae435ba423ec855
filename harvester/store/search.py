"""Full-text search over titles, conditions, interventions, summaries and criteria."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from harvester.schema import as_json
from harvester.shape import shape
from harvester.store.reading import StudyListing, listings

WEIGHED = 4_000
"""Trials found that are put in the order of how well they match; of more, the youngest come first."""
_COUNT = "SELECT count(*) FROM (SELECT 1 FROM study_search WHERE study_search MATCH ? LIMIT ?)"
_BEST = (
    "SELECT rowid FROM study_search WHERE study_search MATCH ? "
    "ORDER BY bm25(study_search, 10, 6, 6, 2, 1), rowid DESC LIMIT ? OFFSET ?"
)
_SHOWN = (
    "SELECT printf('NCT%08d', rowid), snippet(study_search, -1, '[', ']', '…', 16) FROM study_search WHERE study_search MATCH ?"
)
_OF_THESE = f"{_SHOWN} AND rowid IN (SELECT value FROM json_each(?))"  # noqa: S608 - all of it is ours
_YOUNGEST = f"{_SHOWN} ORDER BY rowid DESC LIMIT ? OFFSET ?"


@shape()
class SearchHit:
    """A trial that was found, with the words around the place: ``[`` and ``]`` stand around what matched."""

    study: StudyListing
    snippet: str


def match_expression(text: str) -> str:
    """``text`` as an FTS5 query: every word must occur, the last letters of each may be missing; no sign of it is an operator.

    >>> match_expression('B-ALL "graft OR')
    '"B-ALL"* "graft"* "OR"*'
    """
    words = (word.replace('"', " ").strip() for word in _encodable(text).split())
    return " ".join(f'"{word}"*' for word in words if any(letter.isalnum() for letter in word))


def search_studies(connection: sqlite3.Connection, text: str, limit: int = 20, offset: int = 0) -> list[SearchHit]:
    """Trials in which every word of ``text`` occurs, the best first; none for a text without words.

    Words that more than `WEIGHED` trials have tell little of any of them: then the youngest numbers come first.
    """
    expression = match_expression(text)
    if not expression:
        return []
    # Whole words are far quicker to look up than their beginnings; where very many trials have them, they are enough.
    for asked in (expression.replace("*", ""), expression):
        if connection.execute(_COUNT, (asked, WEIGHED + 1)).fetchone()[0] > WEIGHED:
            return _hits(connection, connection.execute(_YOUNGEST, (asked, limit, offset)).fetchall())
    numbers = [row[0] for row in connection.execute(_BEST, (expression, limit, offset))]
    # Asked for in the same query, a snippet would be made of every trial that is found, and not of those shown alone.
    snippets = dict(connection.execute(_OF_THESE, (expression, as_json(numbers))).fetchall())
    return _hits(connection, [(nct_id, snippets[nct_id]) for number in numbers if (nct_id := f"NCT{number:08d}") in snippets])


def _hits(connection: sqlite3.Connection, found: Sequence[tuple[str, str]]) -> list[SearchHit]:
    snippets = dict(found)
    return [SearchHit(study, snippets[study.nct_id]) for study in listings(connection, list(snippets))]


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


def _encodable(text: str) -> str:
    return text.replace("\0", " ").encode("utf-8", "replace").decode("utf-8")
