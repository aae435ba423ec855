"""Coverage counts each character once and finds every span that nobody took."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from harvester.normalise.coverage import _outside, union_length

SPANS = st.lists(st.tuples(st.integers(0, 40), st.integers(1, 8)).map(lambda pair: (pair[0], pair[0] + pair[1])), max_size=8)


@st.composite
def apart(draw: st.DrawFn) -> list[tuple[int, int]]:
    """Spans in order that do not overlap, as the amounts of one text."""
    spans, at = [], 0
    for gap, length in draw(st.lists(st.tuples(st.integers(0, 5), st.integers(1, 5)), max_size=8)):
        spans.append((at + gap, at + gap + length))
        at += gap + length
    return spans


@given(apart(), SPANS)
def test_what_is_outside_shares_no_character(spans: list[tuple[int, int]], taken: list[tuple[int, int]]) -> None:
    expected = [span for span in spans if not any(span[0] < end and start < span[1] for start, end in taken)]

    assert list(_outside(spans, taken)) == expected


@given(SPANS)
def test_each_character_counts_once(spans: list[tuple[int, int]]) -> None:
    assert union_length(spans) == len({place for start, end in spans for place in range(start, end)})
