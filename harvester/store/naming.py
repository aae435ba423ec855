"""Which trials name a phrase in their titles, conditions or interventions: how many, and the youngest of them."""

from __future__ import annotations

import json
import sqlite3
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from threading import Lock

from harvester.schema import as_json
from harvester.shape import shape

LISTED = 5_000
"""Trials that are listed of those that name a phrase: what more trials name tells little about any of them."""
COUNTED = 20_000
"""Trials that are counted of them; beyond that they are said to be more."""
_LIST = """SELECT json_group_array(rowid) FROM (
  SELECT rowid FROM study_search_names WHERE study_search_names MATCH ? ORDER BY rowid DESC LIMIT ?)"""
"""Thousands of numbers come sooner as one text than row by row; to look a phrase up twice, to count it, would cost twice."""


@shape()
class Naming:
    """The trials that name a phrase. ``numbers`` are theirs without letters, the youngest first, at most `LISTED`.

    ``is_counted`` is false where ``count`` is `COUNTED` and there are more.
    """

    count: int
    numbers: tuple[int, ...]
    is_counted: bool = True

    @property
    def is_listed(self) -> bool:
        """Whether all of them are listed."""
        return self.count == len(self.numbers)


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
    _lock: Lock = field(default_factory=Lock)

    def of(self, connection: sqlite3.Connection, state: int, phrase: str) -> Naming | None:
        """The trials that name ``phrase``; None for a phrase without letters. ``state`` is that of the data."""
        expression = phrase_expression(phrase)
        if expression is None:
            return None
        with self._lock:
            if self._state != state:
                self._state = state
                self._kept.clear()
            found = self._kept.get(expression)
            if found is not None:
                self._kept.move_to_end(expression)
                return found
        found = _look_up(connection, expression)
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
        """The trials that name at least one of the phrases, as far as they are listed."""
        found = self.counts(connection, state, phrases).values()
        numbers = {number for naming in found for number in naming.numbers}
        count = max([len(numbers), *(naming.count for naming in found)])
        return Naming(count, tuple(sorted(numbers, reverse=True)), all(naming.is_listed for naming in found))

    def weighed(self, connection: sqlite3.Connection, state: int, sought: Sequence[Sought]) -> dict[int, float]:
        """Trials by number with the weights of what they name, from what few trials name to what many do.

        What more than `LISTED` trials name is looked at last, its youngest trials only, and not at all where enough were found.
        """
        weights: dict[int, float] = {}
        listed = [self._listed(connection, state, each) for each in sought]
        left = LISTED * 2
        for weight, namings in sorted(listed, key=lambda each: sum(naming.count for naming in each[1])):
            count = sum(len(naming.numbers) for naming in namings)
            if weights and (count > left or not all(naming.is_listed for naming in namings)):
                continue
            left -= count
            for number in {number for naming in namings for number in naming.numbers}:
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
    """A phrase as an FTS5 query in which nothing is an operator; None where it has no letters.

    >>> phrase_expression('acute "lymphoid*')
    '"acute lymphoid" *'
    """
    may_go_on = phrase.endswith("*")
    cleaned = phrase.removesuffix("*").replace("\0", " ").replace('"', " ").encode("utf-8", "replace").decode("utf-8")
    words = " ".join(cleaned.split()).casefold()
    if not any(letter.isalnum() for letter in words):
        return None
    return f'"{words}"{" *" if may_go_on else ""}'


def _look_up(connection: sqlite3.Connection, expression: str) -> Naming:
    numbers = json.loads(connection.execute(_LIST, (expression, COUNTED + 1)).fetchone()[0])
    return Naming(min(len(numbers), COUNTED), tuple(numbers[:LISTED]), len(numbers) <= COUNTED)
