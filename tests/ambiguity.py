"""Where an expression can take the same letters in more than one way again and again: there it tries 2 ** n ways for n repeats.

An expression is drawn as an automaton whose states take one letter each. Two walks over the same text that part and come
together again where they were are such a place, and what they take is a text to try it with. What is repeated up to a number of
times counts as repeated for ever, since 4 times 5 repeats are enough to wait for a minute; `tests.walks` counts what it is.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from importlib import import_module
from itertools import pairwise
from typing import Any, NamedTuple

from tests.circles import circles, groups, is_circle
from tests.letters import ALL, EDGE, FULL, NEW_LINE, PLACE, WORD, first, is_caseless, taken_by, taken_by_one

_MANY = 3  # so many repeats count as any number
_SOME = 8  # turns of a repeat in a repeat
_ROAMING = 3  # so many repeats one behind the other may part a text among them in the square of its length of ways
_PLAIN = ("a", " ", "1", ",", "a ", "a, ", "1, ")
_PARSER: Any = import_module("re._parser")
Nodes = list[tuple[Any, Any]]
Pair = tuple[int, int]


class Part(NamedTuple):
    """An expression, or what stands in one of its lookarounds or atomic groups."""

    nodes: Nodes
    caseless: bool


class Pump(NamedTuple):
    """A part and a text for it: ``lead`` once, and ``again`` as often as wanted; then ``across``, which begins a turn of an outer
    repeat and comes back to where ``again`` can stand again."""

    part: Part
    lead: str
    again: str
    across: str = ""

    def text(self, times: int) -> str:
        """What the part takes in many ways, and a sign behind it that hardly any expression takes."""
        turns = self.lead + (self.again * _SOME + self.across) * _SOME if self.across else self.lead + self.again * times
        return turns + "\ufeff"


class Step(NamedTuple):
    """A way from one state to the next: what may stand before it, and what may behind."""

    to: int
    before: int
    behind: int


class Automaton:
    """One part. A state with an entry in ``takes`` takes a letter and leads to ``goes``; all others lead on by ``free`` steps."""

    def __init__(self, part: Part) -> None:
        self.part = part
        self.free: list[list[Step]] = []
        self.takes: dict[int, int] = {}
        self.goes: dict[int, int] = {}
        self.inner: list[Part] = []
        self.repeats: list[range] = []  # the states inside of each, outer ones behind inner ones
        self.origin: dict[int, int] = {}
        self._told_apart: set[int] = set()
        start = self._state()
        self._all(part.nodes, start, part.caseless)
        self._tell_apart()
        self.firsts = self._reached(start)
        self.steps: dict[int, list[Step]] = {}
        waiting = [step.to for step in self.firsts]
        while waiting:
            state = waiting.pop()
            if state not in self.steps:
                self.steps[state] = [step for step in self._reached(self.goes[state]) if step.before & self.takes[state]]
                waiting += [step.to for step in self.steps[state]]

    def innermost(self, state: int) -> range | None:
        """The innermost repeat that ``state`` is in."""
        return next((repeat for repeat in self.repeats if self.origin[state] in repeat), None)

    def _state(self) -> int:
        self.free.append([])
        return len(self.free) - 1

    def _step(self, at: int, to: int | None = None, before: int = ALL, behind: int = ALL) -> int:
        to = self._state() if to is None else to
        self.free[at].append(Step(to, before, behind))
        return to

    def _all(self, nodes: Iterable[tuple[Any, Any]], at: int, caseless: bool) -> int:
        for kind, value in nodes:
            at = self._one(str(kind), value, at, caseless)
        return at

    def _one(self, kind: str, value: Any, at: int, caseless: bool) -> int:
        taken = taken_by(kind, value, caseless)
        if taken is not None:
            state = self._step(at)
            self.takes[state], self.goes[state] = taken, self._state()
            return self.goes[state]
        match kind:
            case "SUBPATTERN":
                return self._all(value[3], at, is_caseless(value, caseless))
            case "ATOMIC_GROUP":
                self.inner.append(Part(list(value), caseless))
                return self._all(value, at, caseless)
            case "BRANCH" | "GROUPREF_EXISTS":
                end = self._state()
                for branch in value[1] if kind == "BRANCH" else (value[1], value[2] or []):
                    self._step(self._all(branch, self._step(at), caseless), end)
                return end
            case "ASSERT" | "ASSERT_NOT":
                return self._look(kind, value, at, caseless)
            case "AT":
                return self._place(str(value), at)
            case "MAX_REPEAT" | "MIN_REPEAT" | "POSSESSIVE_REPEAT":
                return self._repeat(kind, value, at, caseless)
        return self._state() if kind == "FAILURE" else at

    def _repeat(self, kind: str, value: Any, at: int, caseless: bool) -> int:
        first_inside = len(self.free)
        end = self._turns(kind, value, at, caseless)
        self.repeats.append(range(first_inside, len(self.free)))
        return end

    def _turns(self, kind: str, value: Any, at: int, caseless: bool) -> int:
        low, high, nodes = int(value[0]), int(value[1]), value[2]
        for _ in range(min(low, 1)):
            at = self._all(nodes, at, caseless)
        if high <= _MANY and high - low < _MANY:
            for _ in range(low - 1):
                at = self._all(nodes, at, caseless)
            end = self._step(at)
            for _ in range(high - max(low, 0)):
                at = self._all(nodes, self._step(at), caseless)
                self._step(at, end)
            return end
        head = self._step(at)
        self._step(self._all(nodes, self._step(head), caseless), head)
        if kind != "POSSESSIVE_REPEAT":
            return self._step(head)
        self.inner.append(Part([(_PARSER.MAX_REPEAT, value)], caseless))
        taken = taken_by_one(nodes, caseless)
        if taken is None or value[1] is not _PARSER.MAXREPEAT:
            return self._step(head)
        self._told_apart.add(taken)
        return self._step(head, behind=ALL & ~taken)

    def _look(self, kind: str, value: Any, at: int, caseless: bool) -> int:
        """A lookaround for one letter is heeded, of another one nothing is known."""
        self.inner.append(Part(list(value[1]), caseless))
        taken = taken_by_one(value[1], caseless)
        if taken is None:
            return self._step(at)
        self._told_apart.add(taken)
        kept = taken if kind == "ASSERT" else ALL & ~taken
        return self._step(at, behind=kept) if value[0] > 0 else self._step(at, before=kept)

    def _place(self, name: str, at: int) -> int:
        match name:
            case "AT_BOUNDARY":
                self._told_apart.add(WORD)
                return self._step(at, self._step(at, None, WORD, ALL & ~WORD), ALL & ~WORD, WORD)
            case "AT_NON_BOUNDARY":
                self._told_apart.add(WORD)
                return self._step(at, self._step(at, None, WORD, WORD), ALL & ~WORD, ALL & ~WORD)
            case "AT_END" | "AT_END_STRING":
                return self._step(at, behind=EDGE | NEW_LINE)
            case "AT_BEGINNING":
                return self._step(at, before=EDGE | NEW_LINE)
        return self._step(at, before=EDGE)

    def _tell_apart(self) -> None:
        """States that take only letters between which no lookaround tells: what a step asks for holds for all or for none."""
        for state, taken in list(self.takes.items()):
            parts = [taken] if taken else []
            for other in self._told_apart:
                parts = [piece for part in parts for piece in (part & other, part & ~other) if piece]
            goes = self.goes.pop(state)
            del self.takes[state]
            for part in parts:
                to = self._step(state)
                self.takes[to], self.goes[to], self.origin[to] = part, goes, state

    def _reached(self, start: int) -> list[Step]:
        """The states that take a letter to which free steps lead, once for each way there."""
        found: list[Step] = []
        waiting = [(start, ALL, ALL, (start,))]
        while waiting:
            state, before, behind, way = waiting.pop()
            if state in self.takes:
                if behind & self.takes[state]:
                    found.append(Step(state, before, behind & self.takes[state]))
                continue
            waiting += [
                (step.to, before & step.before, behind & step.behind, (*way, step.to))
                for step in self.free[state]
                if step.to not in way and before & step.before and behind & step.behind
            ]
        return found


def pumps(expression: str, flags: int = 0) -> Iterator[Pump]:
    """For each place of ``expression`` that takes a text in many ways such a text."""
    for automaton in automata(expression, flags):
        for state, again in _again(automaton):
            lead = _lead(automaton, state)
            yield Pump(automaton.part, lead, again)
            for across in _across(automaton, state):
                yield Pump(automaton.part, lead, again, across)


@lru_cache(maxsize=1)
def automata(expression: str, flags: int = 0) -> list[Automaton]:
    """Those of an expression and of all parts of it that are tried for themselves."""
    tree = _PARSER.parse(expression, flags)
    waiting = [Part(list(tree), bool((tree.state.flags | flags) & re.IGNORECASE))]
    found = []
    for part in waiting:  # which grows
        found.append(Automaton(part))
        waiting += found[-1].inner
    return found


def chains(expression: str, flags: int = 0) -> Iterator[Pump]:
    """For each plain text that many repeats of ``expression``, one behind the other, can part among them such a text."""
    for automaton in automata(expression, flags):
        for again in _PLAIN:
            state = _first_of_many(automaton, again)
            if state is not None:
                yield Pump(automaton.part, _lead(automaton, state), again[1:] + again[0])


def _first_of_many(automaton: Automaton, again: str) -> int | None:
    """The first state of the longest chain of repeats that each take ``again``, if they are many."""
    taken = [1 << PLACE[letter] for letter in again]

    def onward(at: tuple[int, int]) -> list[tuple[int, int]]:
        place = (at[1] + 1) % len(again)
        return [(step.to, place) for step in automaton.steps[at[0]] if step.before & taken[at[1]] and step.behind & taken[place]]

    starts = [(state, 0) for state in automaton.steps if automaton.takes[state] & taken[0]]
    many: dict[tuple[int, int], int] = {}
    for group in groups(onward, starts):
        behind = max((many.get(to, 0) for at in group for to in onward(at)), default=0)
        many |= dict.fromkeys(group, behind + is_circle(group, onward))
    best = max((at for at in many if at[1] == 0), key=lambda at: many[at], default=None)
    return best[0] if best and many[best] >= _ROAMING else None


def _across(automaton: Automaton, state: int) -> Iterator[str]:
    """Texts that lead from ``state`` through each outer repeat back to it, and not only through the inner ones."""
    around = [repeat for repeat in automaton.repeats if automaton.origin[state] in repeat]
    for inner, outer in pairwise(around):

        def is_out(at: int, inner: range = inner, outer: range = outer) -> bool:
            return automaton.origin[at] in outer and automaton.origin[at] not in inner

        out = _walk(automaton, state, is_out)
        back = _walk(automaton, out[0], lambda at: at == state) if out else None
        if out and back:
            yield out[1] + back[1]


def _walk(automaton: Automaton, start: int, ends: Callable[[int], bool]) -> tuple[int, str] | None:
    """The shortest way from ``start`` to a state that ``ends`` it, with its text."""
    seen, waiting = {start}, deque([(start, "")])
    while waiting:
        at, text = waiting.popleft()
        for step in automaton.steps[at]:
            if ends(step.to):
                return step.to, text + first(step.behind)
            if step.to not in seen:
                seen.add(step.to)
                waiting.append((step.to, text + first(step.behind)))
    return None


def _lead(automaton: Automaton, state: int) -> str:
    """A text behind which the automaton is in ``state``."""
    behind: dict[int, tuple[int | None, int]] = {}
    waiting: deque[int] = deque()
    for step in automaton.firsts:
        if step.to not in behind and step.behind & FULL:
            behind[step.to] = (None, step.behind)
            waiting.append(step.to)
    while state not in behind:
        at = waiting.popleft()
        for step in automaton.steps[at]:
            if step.to not in behind:
                behind[step.to] = (at, step.behind)
                waiting.append(step.to)
    found, before = "", state
    while True:
        earlier, taken = behind[before]
        found = first(taken) + found
        if earlier is None:
            return found
        before = earlier


def _again(automaton: Automaton) -> Iterator[tuple[int, str]]:
    """States that two walks over one text lead back to, with that text."""
    home = {}
    for number, group in enumerate(circles(lambda state: [step.to for step in automaton.steps[state]], automaton.steps)):
        for state in group:
            home[state] = number
    inside = {state: [step for step in automaton.steps[state] if home.get(step.to) == home[state]] for state in home}

    def both(pair: Pair) -> Iterator[tuple[Pair, int]]:
        for one in inside[pair[0]]:
            for other in inside[pair[1]]:
                if one.before & other.before and (taken := one.behind & other.behind):
                    yield (one.to, other.to), taken

    def onward(pair: Pair) -> set[Pair]:
        return {(min(to), max(to)) for to, _ in both(pair)}

    for group in circles(onward, [(state, state) for state in home]):
        kept = set(group)
        if any(one != other for one, other in kept):
            same = {automaton.innermost(pair[0]): pair for pair in group if pair[0] == pair[1]}
            yield from _parting(same.values(), kept, both)
        for state in {pair[0] for pair in kept if pair[0] == pair[1]}:  # two ways without a letter between them
            steps = inside[state]
            for place, one in enumerate(steps):
                for other in steps[:place]:
                    met, taken = (one.to, one.to), one.behind & other.behind
                    if one.to == other.to and one.before & other.before and taken and met in kept:
                        back = _way(met, lambda pair, home=(state, state): pair == home, kept, both)
                        yield state, first(taken) + (back[1] if back and one.to != state else "")


_Both = Callable[[Pair], Iterator[tuple[Pair, int]]]


def _parting(same: Iterable[Pair], kept: set[Pair], both: _Both) -> Iterator[tuple[int, str]]:
    """States that two walks leave apart and come back to."""
    for start in same:
        out = _way(start, lambda pair: pair[0] != pair[1], kept, both)
        back = _way(out[0], lambda pair, home=start: pair == home, kept, both) if out else None
        if out and back:
            yield start[0], out[1] + back[1]


def _way(start: Pair, ends: Callable[[Pair], bool], kept: set[Pair], both: _Both) -> tuple[Pair, str] | None:
    """The shortest way from ``start`` to a pair that ``ends`` it, at least one letter long, with its text."""
    texts, waiting = {}, deque([(start, "")])
    while waiting:
        pair, text = waiting.popleft()
        for to, taken in both(pair):
            if ends(to):
                return to, text + first(taken)
            if to not in texts and (min(to), max(to)) in kept:
                texts[to] = text + first(taken)
                waiting.append((to, texts[to]))
    return None
