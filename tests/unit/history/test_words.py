"""The word-level diff gives both texts back, and stays cheap on long ones."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester.history import Piece, word_diff

TEXT = st.text(alphabet=st.sampled_from("ab <>\n≥1.é"), max_size=80)


@given(TEXT, TEXT)
def test_both_texts_come_back(before: str, after: str) -> None:
    pieces = word_diff(before, after)

    assert "".join(each.text for each in pieces if each.fate != "added") == before
    assert "".join(each.text for each in pieces if each.fate != "removed") == after
    assert all(each.text for each in pieces)
    assert all(left.fate != right.fate for left, right in pairwise(pieces))


def test_words_are_parted() -> None:
    assert word_diff("ECOG 0-2 at entry", "ECOG 0-1 at entry") == (
        Piece("same", "ECOG 0-"),
        Piece("removed", "2"),
        Piece("added", "1"),
        Piece("same", " at entry"),
    )


def test_the_same_text_is_one_piece_and_no_text_is_none() -> None:
    assert word_diff("same", "same") == (Piece("same", "same"),)
    assert word_diff("", "") == ()


def test_long_texts_that_share_little_are_not_compared_word_by_word() -> None:
    before = "\n".join(f"line {number} of the old text" for number in range(20_000))
    after = "\n".join(f"row {number} of a newer one" for number in range(20_000))
    started = time.process_time()
    pieces = word_diff(before, after)

    assert time.process_time() - started < 5
    assert "".join(each.text for each in pieces if each.fate != "added") == before


@pytest.mark.parametrize(
    ("before", "after"),
    [("2026-01-15", "2026-12-09"), ("2026-01", "2026-01-15"), ("1.5", "2.5"), ("1,500", "2,500")],
)
def test_dates_and_numbers_are_told_whole(before: str, after: str) -> None:
    told = [piece for piece in word_diff(f"until {before} at most", f"until {after} at most") if piece.fate != "same"]

    assert [(piece.fate, piece.text) for piece in told] == [("removed", before), ("added", after)]
