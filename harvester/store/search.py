"""Full-text search over titles, conditions, interventions, summaries and criteria."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from harvester.schema import as_json
from harvester.shape import shape
from harvester.store.reading import StudyListing, listings

WEIGHED = 4_000
"""Trials found that are put in the order of how well they match; of more, the youngest come first."""
_COUNT = "SELECT count(*) FROM (SELECT 1 FROM study_search {} LIMIT ?)"
_BEST = (
    "SELECT study_search.rowid FROM study_search {} "
    "ORDER BY bm25(study_search, 10, 6, 6, 2, 1), study_search.rowid DESC LIMIT ? OFFSET ?"
)
_SHOWN = "SELECT printf('NCT%08d', study_search.rowid), snippet(study_search, -1, '[', ']', '…', 16) FROM study_search {}"
_OF_THESE = f"{_SHOWN} AND study_search.rowid IN (SELECT value FROM json_each(?))"  # noqa: S608
_YOUNGEST = f"{_SHOWN} ORDER BY study_search.rowid DESC LIMIT ? OFFSET ?"
_KINDS = """SELECT overall_status, overall_status_label, phase, phase_label, study_type, study_type_label FROM studies
WHERE nct_number IN (SELECT rowid FROM study_search WHERE study_search MATCH ? ORDER BY rowid DESC LIMIT ?)"""
NARROWING = ("overall_status", "phase", "study_type")
"""Columns of `studies` that a search can be narrowed by."""


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


def search_studies(
    connection: sqlite3.Connection, text: str, limit: int = 20, offset: int = 0, only: Mapping[str, str] | None = None
) -> list[SearchHit]:
    """Trials in which every word of ``text`` occurs, the best first; none for a text without words.

    ``only`` narrows them by columns of `NARROWING` and the codes there. Words that more than `WEIGHED` trials have tell little
    of any of them: then the youngest numbers come first.
    """
    expression = match_expression(text)
    if not expression:
        return []
    where, values = _where(only or {})
    # Whole words are far quicker to look up than their beginnings; where very many trials have them, they are enough.
    for asked in (expression.replace("*", ""), expression):
        if _count(connection, asked, only or {}) > WEIGHED:
            found = connection.execute(_YOUNGEST.format(where), (asked, *values, limit, offset)).fetchall()
            return _hits(connection, found)
    numbers = [row[0] for row in connection.execute(_BEST.format(where), (expression, *values, limit, offset))]
    # Asked for in the same query, a snippet would be made of every trial that is found, and not of those shown alone.
    snippets = dict(connection.execute(_OF_THESE.format(_where({})[0]), (expression, as_json(numbers))).fetchall())
    return _hits(connection, [(nct_id, snippets[nct_id]) for number in numbers if (nct_id := f"NCT{number:08d}") in snippets])


def search_size(connection: sqlite3.Connection, text: str, only: Mapping[str, str] | None = None) -> int:
    """How many trials a search finds, counted up to one more than `WEIGHED`."""
    expression = match_expression(text)
    return _count(connection, expression, only or {}) if expression else 0


def search_kinds(connection: sqlite3.Connection, text: str) -> dict[str, list[tuple[str, str, int]]]:
    """Of what kinds the trials are that a search finds: code, label and number by column of `NARROWING`, the most frequent first.

    Of more than `WEIGHED` trials those with the youngest numbers are counted.
    """
    expression = match_expression(text)
    if not expression:
        return {}
    found = connection.execute(_KINDS, (expression, WEIGHED)).fetchall()
    return {column: _frequent((row[2 * place], row[2 * place + 1]) for row in found) for place, column in enumerate(NARROWING)}


def _frequent(kinds: Iterable[tuple[str | None, str | None]]) -> list[tuple[str, str, int]]:
    """Code, label and number of each kind, the most frequent first; what has no code is left out."""
    counted = Counter((code, label or code) for code, label in kinds if code)
    return [(code, label, trials) for (code, label), trials in sorted(counted.items(), key=lambda each: (-each[1], each[0]))]


def _count(connection: sqlite3.Connection, expression: str, only: Mapping[str, str]) -> int:
    where, values = _where(only)
    return int(connection.execute(_COUNT.format(where), (expression, *values, WEIGHED + 1)).fetchone()[0])


def _where(only: Mapping[str, str]) -> tuple[str, list[str]]:
    """The condition of a search, and the values after its words. KeyError for a column that is not in `NARROWING`."""
    if strange := set(only) - set(NARROWING):
        raise KeyError(min(strange))
    if not only:
        return "WHERE study_search MATCH ?", []
    # CROSS: in this order. SQLite would else go through all trials of a status and ask the index of words once for each.
    columns = " ".join(f"AND studies.{column} = ?" for column in only)
    joined = "CROSS JOIN studies ON studies.nct_number = study_search.rowid"
    return f"{joined} WHERE study_search MATCH ? {columns}", list(only.values())


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
