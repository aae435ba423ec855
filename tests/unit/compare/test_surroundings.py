"""The words around a reading."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester.compare.surroundings import LONGEST, dose_sentence, sentences_around
from harvester.compare.trial import Trial
from harvester.span import Span
from harvester.tables import Dose
from tests.unit.export.synthetic_rows import FULL

FILLING = "Given as the synthetic plan of the study says it is to be given to everybody in it. "


@pytest.mark.parametrize(
    ("text", "words", "around"),
    [
        ("One line.\n  Drug 5 mg daily. \nNext.", "5 mg", "Drug 5 mg daily."),
        ("A drug, 5 mg i.v. on day 1. Then rest.", "5 mg", "A drug, 5 mg i.v. on day 1. Then rest."),
        (FILLING * 5 + "Drug 0.5 mg on day 1. " + FILLING, "0.5 mg", "Drug 0.5 mg on day 1."),
        ("5 mg", "5 mg", "5 mg"),
        ("Drug 5\nmg daily", "5\nmg", "Drug 5\nmg daily"),
    ],
)
def test_the_line_or_the_sentences_of_a_long_one(text: str, words: str, around: str) -> None:
    start = text.index(words)

    assert sentences_around(text, Span(start, start + len(words))).quote(text) == around


@given(text=st.text(alphabet="aA .\n5", min_size=1, max_size=3 * LONGEST), places=st.tuples(st.integers(0), st.integers(0)))
def test_what_is_around_holds_the_words(text: str, places: tuple[int, int]) -> None:
    start, end = sorted(each % (len(text) + 1) for each in places)

    assert sentences_around(text, Span(start, end)).contains(Span(start, end))


def test_a_dose_finds_its_sentence_in_the_record() -> None:
    trial = Trial(FULL)
    dose = FULL.of(Dose)[0]
    around = dose_sentence(trial, dose)

    assert around is not None
    assert around.quote == "Cycle 1: 9 ug/day on days 1-3, 28 ug/day on days 4-14, continuous intravenous infusion."
    assert around.path == dose.source_path
    assert around.start <= dose.source_start < dose.source_end <= around.end
