"""How many steps an expression may take on a text: every way it can be walked, counted without walking them one by one.

That is what a search takes at worst where what stands behind fails. Nothing is timed: the same text gives the same number.
"""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module
from typing import Any

from tests.ambiguity import Part
from tests.letters import NEW_LINE, PLACE, WORD, is_caseless, taken_by

_PARSER: Any = import_module("re._parser")
Ways = dict[int, int]
"""In how many ways each place of the text is reached."""


def steps(part: Part, text: str) -> int:
    """The steps of all walks of ``part`` through ``text`` from its beginning."""
    walk = _Walk(text)
    walk.all(part.nodes, {0: 1}, part.caseless)
    return walk.steps


class _Walk:
    def __init__(self, text: str) -> None:
        self.steps = 0
        self._text = text
        self._taken: dict[tuple[int, str, bool], tuple[int | None, Any]] = {}

    def all(self, nodes: Iterable[tuple[Any, Any]], ways: Ways, caseless: bool) -> Ways:
        """The ways behind ``nodes`` of those before them."""
        for kind, value in nodes:
            if not ways:
                break
            ways = self._one(str(kind), value, ways, caseless)
            self.steps += sum(ways.values())
        return ways

    def _one(self, kind: str, value: Any, ways: Ways, caseless: bool) -> Ways:
        key = (id(value), kind, caseless)
        if key not in self._taken:
            self._taken[key] = (taken_by(kind, value, caseless), value)  # kept with it, so that no other value gets its number
        taken = self._taken[key][0]
        if taken is not None:
            return {at + 1: count for at, count in ways.items() if self._holds(at, taken)}
        match kind:
            case "SUBPATTERN":
                return self.all(value[3], ways, is_caseless(value, caseless))
            case "BRANCH" | "GROUPREF_EXISTS":
                branches = value[1] if kind == "BRANCH" else (value[1], value[2] or [])
                return _sum(self.all(branch, ways, caseless) for branch in branches)
            case "ATOMIC_GROUP":
                return _sum(self._longest(value, at, count, caseless) for at, count in ways.items())
            case "POSSESSIVE_REPEAT":
                nodes = [(_PARSER.MAX_REPEAT, value)]
                return _sum(self._longest(nodes, at, count, caseless) for at, count in ways.items())
            case "MAX_REPEAT" | "MIN_REPEAT":
                return self._repeat(int(value[0]), int(value[1]), value[2], ways, caseless)
            case "ASSERT" | "ASSERT_NOT":
                return {at: count for at, count in ways.items() if self._sees(value, at, caseless) == (kind == "ASSERT")}
            case "AT":
                return {at: count for at, count in ways.items() if self._stands(str(value), at)}
        return {} if kind == "FAILURE" else ways

    def _holds(self, at: int, taken: int) -> bool:
        return 0 <= at < len(self._text) and bool(taken >> PLACE[self._text[at]] & 1)

    def _longest(self, nodes: Iterable[tuple[Any, Any]], at: int, count: int, caseless: bool) -> Ways:
        """Of what keeps what it took only one way is left: nearly always that which takes most."""
        ways = self.all(nodes, {at: 1}, caseless)
        return {max(ways): count} if ways else {}

    def _repeat(self, low: int, high: int, nodes: Any, ways: Ways, caseless: bool) -> Ways:
        found = [ways] if low == 0 else []
        for turn in range(1, min(high, low + len(self._text) + 1) + 1):
            before, ways = ways, self.all(nodes, ways, caseless)
            if not ways or ways == before:  # no turn takes nothing
                break
            if turn >= low:
                found.append(ways)
        return _sum(found)

    def _sees(self, value: Any, at: int, caseless: bool) -> bool:
        direction, nodes = value
        if direction > 0:
            return bool(self.all(nodes, {at: 1}, caseless))
        wide = _PARSER.SubPattern(_PARSER.State(), list(nodes)).getwidth()[0]
        return at >= wide and at in self.all(nodes, {at - wide: 1}, caseless)

    def _stands(self, name: str, at: int) -> bool:
        inside = self._holds(at - 1, WORD), self._holds(at, WORD)
        match name:
            case "AT_BOUNDARY":
                return inside[0] != inside[1]
            case "AT_NON_BOUNDARY":
                return inside[0] == inside[1]
            case "AT_END" | "AT_END_STRING":
                return at >= len(self._text)
            case "AT_BEGINNING":
                return at == 0 or self._holds(at - 1, NEW_LINE)
        return at == 0


def _sum(given: Iterable[Ways]) -> Ways:
    found: Ways = {}
    for ways in given:
        for at, count in ways.items():
            found[at] = found.get(at, 0) + count
    return found
