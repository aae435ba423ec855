"""Spans asked where they are answer what going through all of them would."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from harvester.text.expressions.spans import Brackets, Spans, Taken, brackets

PLACES = st.tuples(st.integers(0, 30), st.integers(1, 8)).map(lambda told: (told[0], told[0] + told[1]))


def _overlap(first: tuple[int, int], second: tuple[int, int]) -> bool:
    return first[0] < second[1] and second[0] < first[1]


@given(st.lists(PLACES, max_size=8), PLACES)
def test_spans_meet_what_one_of_them_overlaps(spans: list[tuple[int, int]], asked: tuple[int, int]) -> None:
    """Also where spans overlap one another or stand inside longer ones."""
    known = Spans(spans)

    assert known.meets(*asked) == any(_overlap(span, asked) for span in spans)
    assert known.around(asked[0]) == any(start < asked[0] < end for start, end in spans)


@given(st.lists(PLACES, max_size=12), PLACES)
def test_a_place_is_taken_once(wanted: list[tuple[int, int]], asked: tuple[int, int]) -> None:
    """First come, first served; what overlaps a taken place is refused."""
    taken, kept = Taken(), list[tuple[int, int]]()
    for span in wanted:
        free = not any(_overlap(span, other) for other in kept)
        if free:
            kept.append(span)

        assert taken.take(*span) == free

    assert taken.meets(*asked) == any(_overlap(asked, other) for other in kept)


def _pairs(text: str) -> list[tuple[int, int]]:
    found, opened = list[tuple[int, int]](), list[int]()
    for at, sign in enumerate(text):
        if sign in "([":
            opened.append(at)
        elif sign in ")]" and opened:
            found.append((opened.pop(), at + 1))
        elif sign == "\n":
            opened.clear()
    return sorted(found)


@given(st.text(alphabet="()[]\na ", max_size=30), st.integers(0, 30))
def test_brackets_know_which_pairs_are_around_a_place(text: str, at: int) -> None:
    """Every pair around a place, from the narrowest to the widest."""
    known: Brackets = brackets(text)
    around = [pair for pair in _pairs(text) if pair[0] < at < pair[1]]

    assert list(known.pairs) == _pairs(text)
    assert list(known.around(at)) == around[::-1]
    assert known.innermost(at) == (around[-1] if around else None)
    assert known.outermost(at) == (around[0] if around else None)
