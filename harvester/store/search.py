"""Full-text search over what trials are about, for whom, and whose they are; and trials by their fields alone."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable, Mapping, Sequence

from harvester.schema import as_json
from harvester.shape import shape
from harvester.store.narrowing import Kinds, Only, count_kinds, holds, known_names
from harvester.store.reading import StudyListing, listings
from harvester.store.spelling import is_exact, is_written_so, names_in, spellings, without_owner

WEIGHED = 4_000
"""Trials found that are put in the order of how well they match; of more, the youngest come first."""
LOOKED_THROUGH = 50_000
"""Trials with the youngest numbers that are looked through where no word is asked for: no index tells which they are."""
ORDERS: Mapping[str, str] = {"start": "start_date", "update": "last_update_posted_date", "size": "enrollment"}
"""Other orders than that of how well trials match, with the columns of `studies` that make them, the highest first."""
SHORTEST = 4
"""Letters that each word of a name has which may also stand apart and turned; of shorter ones the name is found as it is."""
_IS_WHOLE = re.compile(r"(?:^|[\W_])[^\W_][\W_]*$|\+$")
"""A letter by itself at the end, or a plus, as in Ph+ or CD19+: of "ph" the index has every phase."""
_NUMBERS = "SELECT group_concat(number) FROM (SELECT {} AS number {} ORDER BY 1 DESC LIMIT ?)"
_BEST = """SELECT study_search.rowid {} ORDER BY bm25(study_search, 10, 6, 6, 2, 1, 1)
  / (1 + 2 * (study_search.rowid IN (SELECT rowid FROM study_search_names WHERE study_search_names MATCH ?))),
  study_search.rowid DESC LIMIT ? OFFSET ?"""
"""What denies a word counts a third and is not simply last: what has it in its long texts alone is often about less of it."""
_SNIPPET = "SELECT study_search.rowid, snippet(study_search, -1, '[', ']', '…', 16) {}"
_OF_THESE = f"{_SNIPPET} AND +study_search.rowid IN (SELECT value FROM json_each(?))"  # noqa: S608
"""Without the +, all words that begin as those asked for are gone through anew for each of these trials."""
_YOUNGEST = "SELECT nct_number {} ORDER BY nct_number DESC LIMIT ? OFFSET ?"
_YOUNGEST_SHOWN = f"{_SNIPPET} ORDER BY study_search.rowid DESC LIMIT ? OFFSET ?"
_ORDERED = """SELECT nct_number FROM studies WHERE nct_number IN (SELECT value FROM json_each(?))
ORDER BY {0} IS NULL, {0} DESC, nct_number DESC LIMIT ? OFFSET ?"""
_WITH_WORDS = "FROM study_search WHERE study_search MATCH ?"
# CROSS: in this order. SQLite would else go through all trials of a status and ask the index of words once for each.
_WITH_WORDS_AND = """FROM study_search CROSS JOIN studies ON studies.nct_number = study_search.rowid
WHERE study_search MATCH ?"""
_OF_NUMBERS = "FROM studies WHERE nct_number IN (SELECT value FROM json_each(?))"
_ALL = """FROM studies WHERE nct_number >= (
  SELECT min(nct_number) FROM (SELECT nct_number FROM studies ORDER BY nct_number DESC LIMIT ?))"""


@shape()
class SearchHit:
    """A trial that was found, with the words around the place: ``[`` and ``]`` stand around what matched."""

    study: StudyListing
    snippet: str


def match_expression(text: str) -> str:
    """``text`` as an FTS5 query: every word must occur, the last letters of each may be missing; no sign of it is an operator.

    A letter by itself is a word: the index of beginnings has none so short, and a large part of all words begins with it.
    Of a word that is spelled in two ways either will do, and of a thing with several names any of them.

    >>> match_expression('B-lineage "graft OR T'), match_expression("anemia or not"), match_expression("CMV")
    ('"B-lineage"* "graft"* "OR"* "T"', '("anemia"* OR "anaemia"*) AND "or"* AND "not"*', '("CMV" OR "cytomegalovirus")')
    """
    pieces = names_in(_words(text))
    parts = list(dict.fromkeys(part for piece, names in pieces for part in _piece_parts(piece, names)))
    return (" AND " if any(part.startswith("(") for part in parts) else " ").join(parts)


def _words(text: str) -> list[str]:
    words = (without_owner(word.replace('"', " ").strip()) for word in _encodable(text).split())
    return [word for word in words if any(letter.isalnum() for letter in word)]


def _piece_parts(words: Sequence[str], names: Sequence[str]) -> list[str]:
    """What must occur of words that stand together, and are one of ``names`` where there are any."""
    if not names:
        return [_either(_word(way) for word in words for way in spellings(word))]
    ways = [_phrase(way) for name in names for way in spellings(name)]
    if not is_written_so(words, names):
        typed = [_either(_word(way) for way in spellings(word)) for word in words]
        is_spelled_out = len(words) > 1 and all(len(word) >= SHORTEST for word in words)
        ways.insert(0, f"({' AND '.join(typed)})" if is_spelled_out else _phrase(" ".join(words)))
    return [_either(ways)]


def _word(word: str) -> str:
    return f'"{word}"{"" if _IS_WHOLE.search(word) else "*"}'


def _phrase(name: str) -> str:
    return f'conditions : "{name[1:]}"' if is_exact(name) else f'"{name}"'


def _either(ways: Iterable[str]) -> str:
    told = list(dict.fromkeys(ways))
    return f"({' OR '.join(told)})" if len(told) > 1 else told[0]


@shape()
class WantedTrials:
    """What a search is for. Words stand anywhere, or in what a trial says of its conditions or of its interventions.

    Without any words, the trials of ``nct_ids`` are; without those too, all, where some of ``only`` or ``everything`` is asked.
    """

    text: str = ""
    conditions: str = ""
    interventions: str = ""
    nct_ids: tuple[str, ...] = ()
    everything: bool = False

    @property
    def is_typed(self) -> bool:
        """Whether words are asked for, if only signs: what is none finds nothing, whatever else is asked."""
        return bool(self.text or self.conditions or self.interventions)

    @property
    def expression(self) -> str:
        """The words as an FTS5 query; empty where none is asked for."""
        of_fields = {"conditions": self.conditions, "interventions": self.interventions}
        parts = [match_expression(self.text)]
        parts += [f"{{{field}}} : ({words})" for field, text in of_fields.items() if (words := match_expression(text))]
        return " AND ".join(f"({part})" for part in parts if part)

    @property
    def denied(self) -> str:
        """As an FTS5 query, the trials whose titles or conditions deny a word: small cells are no non-small ones.

        None where something denied is asked for.
        """
        pieces = [piece for text in (self.text, self.conditions) for piece in names_in(_words(text))]
        begun = {way.split()[0].strip("=>") for typed, names in pieces for way in (typed[0], *names)}
        if not begun or any(word.casefold().startswith("non") for word in begun):
            return '""'
        denied = _either(f'"non {word}"' for word in sorted(begun))
        return f"{{titles conditions}} : ({denied})"


class Search:
    """Trials that are ``wanted``, looked up once for their list, their number and their kinds.

    ``only`` narrows them by codes of the fields `NARROWING`; KeyError for any other. Words that more than `WEIGHED`
    trials have tell little of any of them: then the youngest numbers come first, else the best. Trials that are listed
    come in the order of their list, all others without words by the youngest numbers.
    """

    def __init__(
        self, connection: sqlite3.Connection, wanted: WantedTrials | str, only: Only | None = None, order: str = ""
    ) -> None:
        self._connection = connection
        self._wanted = WantedTrials(wanted) if isinstance(wanted, str) else wanted
        self._only = known_names(only or {})
        self._order = ORDERS.get(order)
        self._from, self._values = "", [""]
        self._numbers: Sequence[str] = ()
        for start, value in self._ways(self._only):
            if len(self._numbers) <= WEIGHED:
                self._from, self._values = self._narrowed(start, value, self._only)
                self._numbers = self._youngest(self._from, self._values)

    @property
    def size(self) -> int:
        """How many trials there are, counted up to one more than `WEIGHED`; none where nothing is asked for."""
        return len(self._numbers)

    def hits(self, limit: int = 20, offset: int = 0) -> list[SearchHit]:
        """A part of the list."""
        if not self._numbers:
            return []
        if self._wanted.expression and self.size > WEIGHED and not self._order:
            snippets = dict(self._connection.execute(_YOUNGEST_SHOWN.format(self._from), (*self._values, limit, offset)))
            numbers = list(snippets)
        else:
            numbers = self._part(limit, offset)
            snippets = self._snippets(numbers)
        found = listings(self._connection, [f"NCT{number:08d}" for number in numbers])
        return [SearchHit(study, snippets.get(int(study.nct_id[3:]), "")) for study in found]

    def _snippets(self, numbers: Sequence[int]) -> dict[int, str]:
        """The words around what was found in these trials. Asked for with the numbers, a snippet would be made of every trial
        that is found, and not of those shown alone."""
        if not self._wanted.expression:
            return {}
        return dict(self._connection.execute(_OF_THESE.format(_WITH_WORDS), (self._values[0], as_json(list(numbers)))))

    def kinds(self) -> tuple[Kinds, ...]:
        """Of what kinds they are by each field, counted with all other fields narrowed.

        Of more than `WEIGHED` trials those with the youngest numbers are counted.
        """
        numbers = self._numbers
        if self._only:
            numbers = ()
            for start, value in self._ways({}):
                if len(numbers) <= WEIGHED:
                    numbers = self._youngest(*self._narrowed(start, value, {}))
        return count_kinds(self._connection, f"[{','.join(numbers[:WEIGHED])}]", self._only) if numbers or self._only else ()

    def _ways(self, only: Only) -> list[tuple[str, str]]:
        """Where they are looked for, in turn as long as they are not too many, each with the first value it takes.

        Whole words are far quicker to look up than their beginnings; where very many trials have them, they are enough.
        """
        expression = self._wanted.expression
        if expression:
            start = _WITH_WORDS_AND if only else _WITH_WORDS
            return [(start, each) for each in dict.fromkeys((expression.replace("*", ""), expression))]
        if self._wanted.is_typed:
            return []
        if self._wanted.nct_ids:
            return [(_OF_NUMBERS, as_json([int(each[3:]) for each in self._wanted.nct_ids]))]
        return [(_ALL, str(LOOKED_THROUGH))] if self._only or self._wanted.everything else []

    @staticmethod
    def _narrowed(start: str, value: str, only: Only) -> tuple[str, list[str]]:
        """Where trials come from and under which condition, with its values."""
        condition, values = holds(only)
        return f"{start}{condition}", [value, *values]

    @property
    def _number(self) -> str:
        return "study_search.rowid" if self._wanted.expression else "studies.nct_number"

    def _youngest(self, source: str, values: Sequence[str]) -> Sequence[str]:
        found = self._connection.execute(_NUMBERS.format(self._number, source), (*values, WEIGHED + 1)).fetchone()[0]
        return found.split(",") if found else ()

    def _part(self, limit: int, offset: int) -> list[int]:
        """The numbers of a part of the list, in its order."""
        if self._order:
            these = f"[{','.join(self._numbers[:WEIGHED])}]"
            return self._firsts(_ORDERED.format(self._order), these, limit, offset)
        if self._wanted.expression and self.size <= WEIGHED:
            return self._firsts(_BEST.format(self._from), *self._values, self._wanted.denied, limit, offset)
        if self._wanted.nct_ids and not self._wanted.expression:
            there = {int(number) for number in self._numbers}
            return [number for each in self._wanted.nct_ids if (number := int(each[3:])) in there][offset : offset + limit]
        return self._firsts(_YOUNGEST.format(self._from), *self._values, limit, offset)

    def _firsts(self, sql: str, *values: str | int) -> list[int]:
        return [row[0] for row in self._connection.execute(sql, values)]


def search_studies(connection: sqlite3.Connection, text: str, limit: int = 20) -> list[SearchHit]:
    """The first trials of a `Search`."""
    return Search(connection, text).hits(limit)


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
