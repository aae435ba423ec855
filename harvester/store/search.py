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
_NUMBERS = "SELECT group_concat(number) FROM (SELECT study_search.rowid AS number FROM study_search {} ORDER BY 1 DESC LIMIT ?)"
_BEST = (
    "SELECT study_search.rowid FROM study_search {} "
    "ORDER BY bm25(study_search, 10, 6, 6, 2, 1), study_search.rowid DESC LIMIT ? OFFSET ?"
)
_SHOWN = "SELECT printf('NCT%08d', study_search.rowid), snippet(study_search, -1, '[', ']', '…', 16) FROM study_search {}"
_OF_THESE = f"{_SHOWN} AND +study_search.rowid IN (SELECT value FROM json_each(?))"  # noqa: S608
"""Without the +, all words that begin as those asked for are gone through anew for each of these trials."""
_YOUNGEST = f"{_SHOWN} ORDER BY study_search.rowid DESC LIMIT ? OFFSET ?"
_KINDS = """SELECT count(*), overall_status, overall_status_label, phase, phase_label, study_type, study_type_label FROM studies
WHERE nct_number IN (SELECT value FROM json_each(?)) GROUP BY 2, 3, 4, 5, 6, 7"""
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


class Search:
    """Trials in which every word of ``text`` occurs, looked up once for their list, their number and their kinds.

    ``only`` narrows them by columns of `NARROWING` and the codes there; KeyError for any other. Words that more than `WEIGHED`
    trials have tell little of any of them: then the youngest numbers come first, else the best.
    """

    def __init__(self, connection: sqlite3.Connection, text: str, only: Mapping[str, str] | None = None) -> None:
        self._connection = connection
        self._where, self._values = _where(only or {})
        self._numbers: Sequence[str] = ()
        self._expression = match_expression(text)
        # Whole words are far quicker to look up than their beginnings; where very many trials have them, they are enough.
        for asked in (self._expression.replace("*", ""), self._expression):
            if self._expression and len(self._numbers) <= WEIGHED:
                self._asked, self._numbers = asked, self._youngest(asked)

    @property
    def size(self) -> int:
        """How many trials there are, counted up to one more than `WEIGHED`; none for a text without words."""
        return len(self._numbers)

    def hits(self, limit: int = 20, offset: int = 0) -> list[SearchHit]:
        """A part of the list."""
        if not self._numbers:
            return []
        if self.size > WEIGHED:
            return self._shown(_YOUNGEST, self._where, (self._asked, *self._values, limit, offset))
        best = (self._asked, *self._values, limit, offset)
        numbers = [row[0] for row in self._connection.execute(_BEST.format(self._where), best)]
        # Asked for in the same query, a snippet would be made of every trial that is found, and not of those shown alone.
        found = self._shown(_OF_THESE, _where({})[0], (self._asked, as_json(numbers)))
        place = {f"NCT{number:08d}": place for place, number in enumerate(numbers)}
        return sorted(found, key=lambda each: place[each.study.nct_id])

    def kinds(self) -> dict[str, list[tuple[str, str, int]]]:
        """Of what kinds they are: code, label and number by column of `NARROWING`, the most frequent first.

        Of more than `WEIGHED` trials those with the youngest numbers are counted.
        """
        if not self._numbers:
            return {}
        found = self._connection.execute(_KINDS, (f"[{','.join(self._numbers[:WEIGHED])}]",)).fetchall()
        return {
            column: _frequent((row[2 * place + 1], row[2 * place + 2], row[0]) for row in found)
            for place, column in enumerate(NARROWING)
        }

    def _youngest(self, asked: str) -> Sequence[str]:
        found = self._connection.execute(_NUMBERS.format(self._where), (asked, *self._values, WEIGHED + 1)).fetchone()[0]
        return found.split(",") if found else ()

    def _shown(self, sql: str, where: str, values: tuple[str | int, ...]) -> list[SearchHit]:
        snippets = dict(self._connection.execute(sql.format(where), values).fetchall())
        return [SearchHit(study, snippets[study.nct_id]) for study in listings(self._connection, list(snippets))]


def search_studies(connection: sqlite3.Connection, text: str, limit: int = 20) -> list[SearchHit]:
    """The first trials of a `Search`."""
    return Search(connection, text).hits(limit)


def _frequent(kinds: Iterable[tuple[str | None, str | None, int]]) -> list[tuple[str, str, int]]:
    """Code, label and number of each kind, the most frequent first; what has no code is left out."""
    counted: Counter[tuple[str, str]] = Counter()
    for code, label, trials in kinds:
        if code:
            counted[code, label or code] += trials
    return [(code, label, trials) for (code, label), trials in sorted(counted.items(), key=lambda each: (-each[1], each[0]))]


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
