"""Which trials name a phrase in their titles, conditions or interventions: how many, and the youngest of them."""

from __future__ import annotations

import sqlite3
from bisect import bisect_left
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from string import punctuation
from threading import Lock

from harvester.schema import as_json
from harvester.shape import shape

LISTED = 5_000
"""Trials that are listed of those that name a phrase: what more trials name tells little about any of them."""
SAMPLED = 256
"""Trials whose numbers tell how many there are from a number on, to the youngest."""
_LIST = """SELECT group_concat(rowid) FROM (
  SELECT rowid FROM study_search_names WHERE study_search_names MATCH ? ORDER BY rowid DESC LIMIT ?)"""
"""Thousands of numbers come sooner as one text than row by row; to look a phrase up twice, to count it, would cost twice."""
_BLANKS = {ord(sign): " " for sign in f"{punctuation}\0"}
"""Signs that part words for the index as blanks do."""
_SAMPLE = "SELECT nct_number FROM studies WHERE rowid IN (SELECT value FROM json_each(?))"


@dataclass(frozen=True)
class Naming:
    """The trials that name a phrase, ``listed``: their numbers without letters, the youngest first, at most `LISTED`.

    ``about`` is how many there are, or, where they are not all listed, about how many by the numbers of those that are.
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
    _sample: list[int] | None = None
    _lock: Lock = field(default_factory=Lock)

    def of(self, connection: sqlite3.Connection, state: int, phrase: str) -> Naming | None:
        """The trials that name ``phrase``; None for a phrase without letters. ``state`` is that of the data."""
        expression = phrase_expression(phrase)
        if expression is None:
            return None
        with self._lock:
            if self._state != state:
                self._state, self._sample = state, None
                self._kept.clear()
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

    def any_of(self, connection: sqlite3.Connection, state: int, phrases: Iterable[str]) -> Naming:
        """The trials that name at least one of the phrases; those that are listed of each make out how many there are."""
        found = self.counts(connection, state, phrases).values()
        down_to = max((naming.listed[-1] for naming in found if not naming.is_listed), default=0)
        numbers = sorted({number for naming in found for number in naming.listed if number >= down_to}, reverse=True)
        about = max([len(numbers), *(naming.about for naming in found)])
        return Naming(tuple(numbers), max(about, self._about(connection, len(numbers), down_to)) if down_to else len(numbers))

    def _look_up(self, connection: sqlite3.Connection, expression: str) -> Naming:
        text = connection.execute(_LIST, (expression, LISTED + 1)).fetchone()[0]
        numbers = tuple(map(int, text.split(","))) if text else ()
        if len(numbers) <= LISTED:
            return Naming(numbers, len(numbers))
        return Naming(numbers[:LISTED], self._about(connection, len(numbers), numbers[-1]))

    def _about(self, connection: sqlite3.Connection, count: int, down_to: int) -> int:
        """About how many trials there are in all where there are ``count`` among those from a number on: more in any case."""
        if self._sample is None:
            newest = connection.execute("SELECT max(rowid) FROM studies").fetchone()[0] or 0
            rows = sorted({1 + at * newest // SAMPLED for at in range(SAMPLED)})
            self._sample = sorted(row[0] for row in connection.execute(_SAMPLE, (as_json(rows),)))
        younger = len(self._sample) - bisect_left(self._sample, down_to)
        return max(count + 1, round(count * (len(self._sample) + 1) / (younger + 1)))

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
            for number in {number for naming in namings for number in naming.listed}:
                weights[number] = weights.get(number, 0.0) + weight
        return weights

    def _listed(self, connection: sqlite3.Connection, state: int, sought: Sought) -> tuple[float, list[Naming]]:
        found = (self.of(connection, state, phrase) for phrase in sought.phrases)
        return sought.weight, [naming for naming in found if naming and naming.count]


def interventions_named(connection: sqlite3.Connection, names: Iterable[str]) -> set[str]:
    """Those of ``names`` that some trial's intervention has: as written, or as names are usually written."""
    variants = {variant: name for name in names for variant in (name.casefold(), name.title(), name.capitalize(), name)}
    found = connection.execute(
        "SELECT value FROM json_each(?) WHERE EXISTS (SELECT 1 FROM interventions WHERE name = value)", (as_json(list(variants)),)
    )
    return {variants[row[0]] for row in found}


def heaviest(weights: Mapping[int, float], most: int) -> list[int]:
    """The ``most`` heaviest of the numbers, the heaviest first; the younger number first where two weigh the same."""
    if len(weights) > most:
        least = sorted(weights.values(), reverse=True)[most - 1]
        weights = {number: weight for number, weight in weights.items() if weight >= least}
    return sorted(weights, key=lambda number: (-round(weights[number], 9), -number))[:most]


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
