"""Which trials name a phrase in their titles, conditions or interventions: how many, and the youngest of them."""

from __future__ import annotations

import sqlite3
from bisect import bisect_left
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, repeat
from math import inf
from operator import add
from string import punctuation
from threading import Lock

from harvester.schema import as_json
from harvester.shape import shape

LISTED = 5_000
"""Trials that are listed of those that name a phrase: what more trials name tells little about any of them."""
PROBED = 200
"""Trials from either end of the numbers that tell whether a phrase is named too often to be listed."""
SAMPLED, EXACT = 256, 20_000
"""Trials whose numbers tell about which share of all are younger than one; so many are counted rather."""
_LIST = """SELECT group_concat(rowid) FROM (
  SELECT rowid FROM study_search_names WHERE study_search_names MATCH ? ORDER BY rowid DESC LIMIT ?)"""
"""Thousands of numbers come sooner as one text than row by row; to look a phrase up twice, to count it, would cost twice."""
_OLDER = _LIST.replace("MATCH ?", "MATCH ? AND rowid < ?")
_OLDEST = _LIST.replace("DESC", "ASC")
_COUNTS = tuple(f"SELECT count(*) FROM (SELECT 1 FROM studies WHERE nct_number {sign} ? LIMIT ?)" for sign in (">=", "<="))  # noqa: S608
_BLANKS = {ord(sign): " " for sign in f"{punctuation}\0"}
"""Signs that part words for the index as blanks do."""
_SAMPLE = "SELECT nct_number FROM studies WHERE rowid IN (SELECT value FROM json_each(?))"


@dataclass(frozen=True)
class Naming:
    """The trials that name a phrase, ``listed``: their numbers without letters, the youngest first, at most `LISTED`.

    ``about`` is how many there are, or, where they are not all listed, about how many by the numbers of some of them.
    """

    listed: tuple[int, ...]
    about: int

    @property
    def is_listed(self) -> bool:
        """Whether all of them are listed."""
        return self.about == len(self.listed)

    @property
    def count(self) -> int:
        """How many there are at least: all, or as many as are listed."""
        return len(self.listed)


@shape()
class Sought:
    """One thing that related trials may name: its ``phrases``, of which one is enough, and what naming it weighs.

    A phrase that ends with ``*`` may go on in its last word.
    """

    phrases: tuple[str, ...]
    weight: float


@dataclass
class Namings:
    """Answers by phrase, all of one state of the data; the longest unused go first. For many threads."""

    most: int = 2_000
    _state: int | None = None
    _kept: OrderedDict[str, Naming] = field(default_factory=OrderedDict)
    _sample: tuple[float, list[int]] | None = None
    _lock: Lock = field(default_factory=Lock)

    def of(self, connection: sqlite3.Connection, state: int, phrase: str) -> Naming | None:
        """The trials that name ``phrase``; None for a phrase without letters. ``state`` is that of the data."""
        return self.any_of(connection, state, (phrase,))

    def any_of(self, connection: sqlite3.Connection, state: int, phrases: Iterable[str]) -> Naming | None:
        """The trials that name at least one of the phrases; None where none has letters."""
        expression = " OR ".join(dict.fromkeys(filter(None, map(phrase_expression, phrases))))
        if not expression:
            return None
        with self._lock:
            if self._state != state:
                self._kept.clear()  # first: what asks may be broken off at any step
                self._state, self._sample = state, None
            found = self._kept.get(expression)
            if found is not None:
                self._kept.move_to_end(expression)
                return found
        found = self._look_up(connection, expression)
        with self._lock:
            if self._state == state:
                self._kept[expression] = found
                while len(self._kept) > self.most:
                    self._kept.popitem(last=False)
        return found

    def counts(self, connection: sqlite3.Connection, state: int, phrases: Iterable[str]) -> dict[str, Naming]:
        """The trials that name each phrase; phrases that none names are left out."""
        found = {phrase: self.of(connection, state, phrase) for phrase in phrases}
        return {phrase: naming for phrase, naming in found.items() if naming and naming.count}

    def _look_up(self, connection: sqlite3.Connection, expression: str) -> Naming:
        # All words that begin alike are gone through before the first trial comes: then it costs nothing to list more.
        probed = LISTED + 1 if expression.endswith("*") else min(PROBED, LISTED) + 1
        numbers = _numbers(connection, _LIST, expression, probed)
        if len(numbers) < probed:
            return Naming(numbers, len(numbers))
        if probed <= LISTED:
            about = self._from_both_ends(connection, expression, numbers)
            if about > 2 * LISTED:
                return Naming(numbers, about)
            numbers += _numbers(connection, _OLDER, expression, numbers[-1], LISTED + 1 - probed)
            if len(numbers) <= LISTED:
                return Naming(numbers, len(numbers))
        return Naming(numbers[:LISTED], max(len(numbers), round(len(numbers) / self._younger(connection, numbers[-1]))))

    def _from_both_ends(self, connection: sqlite3.Connection, expression: str, youngest: tuple[int, ...]) -> int:
        """About how many trials name a phrase: a new drug is named by the youngest alone, an old one by the oldest."""
        oldest = _numbers(connection, _OLDEST, expression, len(youngest))
        count, ends = len(youngest) + len(oldest), (youngest[-1], oldest[-1])
        between = self._younger(connection, ends[1]) - self._younger(connection, ends[0])
        about = round(count / max(1 - between, 1 / SAMPLED))
        if about <= 2 * LISTED:
            return about
        size, _ = self._sampled(connection)
        counted: int = sum(connection.execute(sql, (end, EXACT)).fetchone()[0] for sql, end in zip(_COUNTS, ends, strict=True))
        return max(round(count * size / counted), 2 * LISTED + 1)

    def _younger(self, connection: sqlite3.Connection, number: int) -> float:
        """About which share of all trials have this number or younger ones; never 0."""
        _, sample = self._sampled(connection)
        return (len(sample) - bisect_left(sample, number) + 1) / (len(sample) + 1)

    def _sampled(self, connection: sqlite3.Connection) -> tuple[float, list[int]]:
        """About how many trials there are, and the numbers of some of them in order."""
        if self._sample is None:
            newest = connection.execute("SELECT max(rowid) FROM studies").fetchone()[0] or 0
            rows = sorted({1 + at * newest // SAMPLED for at in range(SAMPLED)})
            found = sorted(row[0] for row in connection.execute(_SAMPLE, (as_json(rows),)))
            self._sample = newest * len(found) / len(rows), found
        return self._sample

    def weighed(self, connection: sqlite3.Connection, state: int, sought: Sequence[Sought]) -> dict[int, float]:
        """Trials by number with the weights of what they name, from what few trials name to what many do.

        What more than `LISTED` trials name is looked at last, its youngest trials only, and not at all where enough were found.
        """
        weights: dict[int, float] = {}
        listed = [self._listed(connection, state, each) for each in sought]
        left = LISTED * 2
        for weight, namings in sorted(listed, key=lambda each: sum(naming.about for naming in each[1])):
            count = sum(naming.count for naming in namings)
            if weights and (count > left or not all(naming.is_listed for naming in namings)):
                continue
            left -= count
            numbers = set(chain.from_iterable(naming.listed for naming in namings))
            # A loop that stays within the interpreter's own functions takes a third of the time.
            weights.update(zip(numbers, map(add, map(weights.get, numbers, repeat(0.0)), repeat(weight)), strict=False))
        return weights

    def _listed(self, connection: sqlite3.Connection, state: int, sought: Sought) -> tuple[float, list[Naming]]:
        found = (self.of(connection, state, phrase) for phrase in sought.phrases)
        return sought.weight, [naming for naming in found if naming and naming.count]


def _numbers(connection: sqlite3.Connection, sql: str, *values: str | int) -> tuple[int, ...]:
    text = connection.execute(sql, values).fetchone()[0]
    return tuple(map(int, text.split(","))) if text else ()


def interventions_named(connection: sqlite3.Connection, names: Iterable[str]) -> set[str]:
    """Those of ``names`` that some trial's intervention has: as written, or as names are usually written."""
    variants = {variant: name for name in names for variant in (name.casefold(), name.title(), name.capitalize(), name)}
    found = connection.execute(
        "SELECT value FROM json_each(?) WHERE EXISTS (SELECT 1 FROM interventions WHERE name = value)", (as_json(list(variants)),)
    )
    return {variants[row[0]] for row in found}


def heaviest(weights: Mapping[int, float], most: int) -> list[int]:
    """The ``most`` heaviest of the numbers, the heaviest first; the younger number first where two weigh the same."""
    least = round(sorted(weights.values(), reverse=True)[most - 1], 9) if len(weights) > most else -inf
    near = ((number, round(weight, 9)) for number, weight in weights.items() if weight > least - 1e-9)
    above: dict[int, float] = {}
    level: list[int] = []  # very many, as a rule: all that name one thing and nothing else
    for number, weight in near:
        if weight > least:
            above[number] = weight
        elif weight == least:
            level.append(number)
    return [*sorted(above, key=lambda number: (-above[number], -number)), *sorted(level, reverse=True)][:most]


def phrase_expression(phrase: str) -> str | None:
    """A phrase as an FTS5 query in which nothing is an operator, the same for all that the index holds for the same words.

    None where it has no letters.

    >>> phrase_expression('acute "Lymphoid*'), phrase_expression("non-small-cell") == phrase_expression("Non-small cell,")
    ('"acute lymphoid" *', True)
    """
    may_go_on = phrase.endswith("*")
    cleaned = phrase.removesuffix("*").translate(_BLANKS).encode("utf-8", "replace").decode("utf-8")
    words = " ".join(cleaned.split()).casefold()
    if not any(letter.isalnum() for letter in words):
        return None
    return f'"{words}"{" *" if may_go_on else ""}'
