"""Text made regular keeps the way back to every raw character."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester.text.written.normal import normal_text

PIECES = ("\\<", "\\&lt;", "&ge;", "10⁹", "×", "µ", "＜", "\u200b", "\r\n", "–", " ", "a", "7", "²", "、", "&amp;", "\\^")


@given(st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=4)), max_size=20).map("".join))
def test_every_regular_character_stands_for_raw_ones(raw: str) -> None:
    """Spans of neighbours touch in order, and the whole stands for raw characters only."""
    normal = normal_text(raw)
    spans = [normal.raw_span(at, at + 1) for at in range(len(normal.text))]

    assert all(0 <= span.start < span.end <= len(raw) for span in spans)
    assert all(first.start <= second.start for first, second in itertools.pairwise(spans))


@pytest.mark.parametrize(
    ("raw", "text", "flags"),
    [
        ("ECOG \\<3", "ECOG <3", ()),
        ("\\&lt;3,000", "<3,000", ("damaged_entity",)),
        ("1.5×10⁹/L", "1.5×10^9/L", ()),
        ("﹤50%", "<50%", ("full_width",)),
        ("5 µmol", "5 umol", ()),
        ("m²", "m2", ()),
        ("a\u200bb", "ab", ()),
        ("\u017f\u0131x m\u0130o \u212ag", "six mIo Kg", ()),
    ],
)
def test_odd_spellings_are_folded_and_guesses_flagged(raw: str, text: str, flags: tuple[str, ...]) -> None:
    """What is only spelt oddly is folded; what had to be guessed is flagged."""
    normal = normal_text(raw)

    assert normal.text == text
    assert normal.flags(0, len(text)) == flags
