"""Misspelt words of headings: the distance is the one everybody knows, and looking ahead leaves out nothing near."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import Levenshtein

from harvester.text.criteria.heading import _MISSPELT, _WORDS, _may_be_near, letters_apart

WORDS = st.text(alphabet="inclusoexrtab", max_size=12)
NEAR = st.builds(
    lambda word, at, letters, gone: word[:at] + letters + word[at + gone :],
    st.sampled_from(_WORDS),
    st.integers(0, 9),
    st.text(alphabet="inclusoexrtab", max_size=2),
    st.integers(0, 2),
)


@given(st.one_of(WORDS, NEAR), st.one_of(WORDS, st.sampled_from(_WORDS)))
def test_letters_apart_is_the_distance_of_levenshtein(one: str, other: str) -> None:
    """Any two words."""
    assert letters_apart(one, other) == Levenshtein.distance(one, other)


@given(st.one_of(WORDS, NEAR), st.sampled_from(_WORDS))
def test_what_is_near_shares_enough_letters(word: str, known: str) -> None:
    """No word within two letters is passed over."""
    if Levenshtein.distance(word, known) <= _MISSPELT:
        assert _may_be_near(word, known)
