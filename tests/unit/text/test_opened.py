"""An expression that is tried only where a word stands that it opens with finds all that it finds everywhere."""

from __future__ import annotations

import re
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester.text.expressions.definition_file import definition_lines, definition_lists, definition_pairs
from harvester.text.expressions.gate import ungated
from harvester.text.expressions.opened import Opened, Opening
from harvester.text.expressions.traits import openings_worked_out


@cache
def _patterns() -> tuple[re.Pattern[str], ...]:
    """Every expression of the definition files that is one of many."""
    pairs = [value for name in ("times.txt", "presence.txt", "populations.txt") for _, value in definition_pairs(name)]
    weighed = [entry.partition(" ")[2] for entries in definition_lists("domains.txt").values() for entry in entries]
    return tuple(re.compile(expression, re.IGNORECASE) for expression in (*pairs, *weighed))


@cache
def _opened() -> Opened:
    return Opened(_patterns())


@cache
def _words() -> tuple[str, ...]:
    """Pieces of text from the definition files: the literal runs of every expression."""
    files = ("times.txt", "presence.txt", "populations.txt", "domains.txt")
    told = " ".join(line for name in files for line in definition_lines(name))
    return tuple(dict.fromkeys(re.findall(r"[A-Za-z][A-Za-z0-9' -]{1,30}", told)))


TEXTS = st.lists(
    st.one_of(
        st.deferred(lambda: st.sampled_from(_words())),
        st.sampled_from(("; ", ". ", "-", "(", ")", " or ", "18 to 65 years", "> 3", "٣", "ſ", "İ", "K", "POST-OP", "HIV")),
        st.text(max_size=3),
    ),
    max_size=20,
).flatmap(lambda parts: st.sampled_from(("", " ")).map(lambda joint: joint.join(parts)))


@given(TEXTS)
def test_all_is_found_that_is_found_everywhere(text: str) -> None:
    """The same matches, expression by expression, in any text."""
    found = {index: [match.span() for match in matches] for index, matches in _opened().matches(text)}

    everywhere = {index: [match.span() for match in pattern.finditer(text)] for index, pattern in enumerate(_patterns())}
    assert {index: spans for index, spans in found.items() if spans} == {i: spans for i, spans in everywhere.items() if spans}
    assert list(found) == sorted(found)
    firsts = [(index, match.span()) for index, match in _opened().firsts(text)]
    assert firsts == [(index, spans[0]) for index, spans in everywhere.items() if spans]


@given(TEXTS, st.integers(0, 40), st.integers(0, 80))
def test_a_part_of_a_text_is_looked_through_in_its_place(text: str, start: int, length: int) -> None:
    """What stands before and behind it is seen, as where one expression is tried."""
    end = start + length
    found = [(index, match.span()) for index, match in _opened().firsts(text, start, end)]

    searched = ((index, pattern.search(text, start, end)) for index, pattern in enumerate(_patterns()))
    assert found == [(index, match.span()) for index, match in searched if match]


def test_one_that_opens_with_very_many_words_needs_no_other() -> None:
    """More of them than are asked for as needed: the word it opens with is enough."""
    words = [f"{first}{second}" for first in "abcdefgh" for second in "stuvw"]
    pattern = re.compile(f"(?:{'|'.join(words)})", re.IGNORECASE)

    assert [match.group() for _, match in Opened([pattern]).firsts("no GW, no hs")] == ["GW"]


def test_held_open_everything_is_tried() -> None:
    with ungated():
        assert [index for index, _ in _opened().matches("nothing of that")] == list(range(len(_patterns())))
    assert list(_opened().matches("x")) == []


DIGITS = set("0123456789")
MANY = [f"{first}{second}{third}er" for first in "bdfgh" for second in "aeiou" for third in "lmnr"]


@pytest.mark.parametrize(
    ("expression", "words", "strays"),
    [
        (r"\b(?:leuka?emia|lymphomas?)\b", {"leukemia", "leukaemia", "lymphoma"}, set()),
        (r"\b(?:active |known )*(?:hiv|aids)\b", {"active ", "known ", "hiv", "aids"}, set()),
        (r"(?<!non-)\bthromb\w+", {"thromb"}, set()),
        (r"(?=very )very (?:ill|sick)", {"very ill", "very sick"}, set()),
        (r"\bage[ds]?\b|\baged? \d", {"age"}, set()),
        (r"\bsurg\w+|\b(?!vas)\w{3,}ectomy|\d+ stents?\b", {"surg", *DIGITS}, {"ectomy"}),
        (r"\b(?:years? )?\d+", {*(f"year{s} {n}" for s in ("", "s") for n in DIGITS), *DIGITS}, set()),
        (r"[<>][1-3]", {*(f"{sign}{n}" for sign in "<>" for n in "123")}, set()),
        (r"\b\w+ectomy\b", None, set()),
        (r"a|be", {"be"}, {"a"}),
        (r"surgery|\d+", {"surgery", *DIGITS}, set()),
        (rf"(?:at )?(?:{'|'.join(MANY)})", {"at ", *(word[:2] for word in MANY)}, set()),
    ],
)
def test_the_words_an_expression_opens_with(expression: str, words: set[str] | None, strays: set[str]) -> None:
    """And those of the ways to match that open with anything."""
    assert openings_worked_out(re.compile(expression, re.IGNORECASE))[:2] == (words, strays)


def test_a_digit_of_another_script_is_found_too() -> None:
    """It stands for no word that is looked for, so that everything is tried."""
    pattern = re.compile(r"(?:day|week) \d|\d{2} kg")

    assert [match.group() for match in Opening(pattern).finditer("day ٣, ٤٥ kg, week 2")] == ["day ٣", "٤٥ kg", "week 2"]
    assert [match.group() for match in Opening(pattern).finditer("≥ 45 kg")] == ["45 kg"]


@given(TEXTS, st.integers(0, 40), st.integers(0, 80))
def test_one_expression_of_many_ways_answers_as_its_pattern(text: str, start: int, length: int) -> None:
    """All of the definition files as one."""
    whole = re.compile("|".join(f"(?:{pattern.pattern})" for pattern in _patterns()[:60]), re.IGNORECASE)
    opening, end = Opening(whole), start + length

    found, searched = opening.search(text, start, end), whole.search(text, start, end)
    assert (found and found.span()) == (searched and searched.span())
    assert [match.span() for match in opening.finditer(text)] == [match.span() for match in whole.finditer(text)]
    assert opening.may_match(text) or whole.search(text) is None
