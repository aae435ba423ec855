"""Marked text is the registry's text: nothing added, nothing left out, marks where the words stand."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester.site.marked_text import Item, Mark, mark_text
from harvester.span import Span

TEXTS = st.text(alphabet=st.sampled_from("ab ≥\n\\<*1."), max_size=120)
SPANS = st.lists(st.tuples(st.integers(0, 119), st.integers(1, 30)), max_size=6)


def marks(text: str, spans: list[tuple[int, int]]) -> list[Mark]:
    return [
        Mark(Span(start, min(start + length, len(text))), f"reading {start}", "rule")
        for start, length in spans
        if start < len(text)
    ]


@given(TEXTS, SPANS, SPANS)
def test_lines_and_pieces_are_the_text(text: str, spans: list[tuple[int, int]], starts: list[tuple[int, int]]) -> None:
    items = [Item(mark.span, 0, "item") for mark in marks(text, starts)]

    marked = mark_text("x", text, marks(text, spans), items=items)
    lines = [(line.lead, "".join(piece.text for piece in line.segments)) for line in marked.lines]

    assert len(lines) == len(text.split("\n"))
    for (lead, rest), raw in zip(lines, text.split("\n"), strict=True):
        assert raw.endswith(rest)
        assert raw[: len(raw) - len(rest)].strip() == lead


@given(TEXTS, SPANS)
def test_marked_characters_are_those_of_the_spans(text: str, spans: list[tuple[int, int]]) -> None:
    made = marks(text, spans)
    covered = {place for mark in made for place in range(mark.span.start, mark.span.end) if text[place] != "\n"}

    marked = mark_text("x", text, made)

    assert sum(len(piece.text) for line in marked.lines for piece in line.segments if piece.readings) == len(covered)
    assert [reading.number for line in marked.lines for reading in line.readings] == list(range(1, len(made) + 1))


def test_a_bullet_stands_before_its_criterion_and_a_link_points_out_its_words() -> None:
    text = "1. Age \\>= 18 years\n"

    marked = mark_text("x", text, [Mark(Span(7, 19), "Age ≥ 18", "age")], items=[Item(Span(3, 19), 0, "item")], here=Span(7, 12))
    line = marked.lines[0]

    assert (line.kind, line.lead) == ("item", "1.")
    assert [(piece.text, piece.here, piece.ends) for piece in line.segments] == [
        ("Age ", False, ()),
        ("\\>= 1", True, ()),
        ("8 years", False, (1,)),
    ]


def test_per_cent_is_rounded_down() -> None:
    assert mark_text("x", "abc", [], coverage=(1000, 999)).percent == 99
    assert mark_text("x", "abc", [], coverage=(0, 0)).percent is None
    assert mark_text("x", "abc", []).percent is None


@pytest.mark.parametrize("gap", [" ", "\n"])
def test_a_text_full_of_readings_takes_time_in_proportion(gap: str) -> None:
    """Twenty thousand readings, in one line or in as many: a pass over lines and marks for each of them would take minutes."""
    text = f"x >= 5 mg{gap}" * 20_000
    found = [Mark(Span(at, at + 7), "reading", "rule") for at in range(2, len(text), 10)]
    items = [Item(Span(at, at + 9), 0, "item") for at in range(0, len(text), 10)]

    began = time.process_time()
    marked = mark_text("p", text, found, items=items)

    assert marked.reading_count == len(found)
    assert time.process_time() - began < 10
