"""What makes dose reading fast only saves time: it reads what trying everything everywhere reads."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester.normalise import normalise
from harvester.registry.record import Record
from harvester.registry.source import read_source
from harvester.text.doses.agent import _INTRODUCED, Agent, _introductions
from harvester.text.doses.agent_list import listed_names
from harvester.text.doses.agent_name import WORD_END, WORD_START, name_pattern, written_name
from harvester.text.doses.dose import read_doses
from harvester.text.expressions.definition_file import definition_lines
from harvester.text.expressions.folding import folded
from harvester.text.expressions.gate import ungated
from harvester.text.expressions.scan import Phrase, Scanner
from harvester.text.expressions.traits import worked_out
from harvester.text.schedules.mentions import PHRASES, find_mentions
from harvester.text.schedules.schedule import read_schedule
from harvester.text.written.normal import normal_text
from harvester.text.written.unit import Spelling, SpellingTable, _body, _bound, spellings
from tests.spec_tables import rows

# That both ways give the same is asked here; which lines a reading goes through, the pages of tests/spec tell.
pytestmark = pytest.mark.no_cover

RECORDS = Path(__file__).parents[4] / "shared" / "records"
DEFINITIONS = ("dose-agents.txt", "dose-words.txt", "routes.txt", "units.txt")
AGENTS = (Agent("drugamab", ("DRG-1234", "Drug A")), Agent("CAR T cell infusion"), Agent("β-glucan"), "Vitamin D")
ODD = (
    "drugamab", "DRUGAMABs", "drug-a", "DRG-1234", "vitamin  d", "CAR-T cells", "80 mg", "1.5", ".5", "10 000", "1,000", "mg/m2",
    "IV", "on day 1", "days 1-3", "of each 21-day cycle", "\n\n* ", "Cycle 2:", "(", ")", "AUC 6", "AUC", "up to", "two", "six",
    "½", "1 x 10\\^6 cells/kg", "3×105", "10^7", "12 hours before", "transplant", "every 3 weeks", "for 2 weeks",
    "until progression", ";", ".", "  ", "≥", "&lt;", "／", "5-10", "or", "then", "ſix ", "weeKs", "İV", "Dose Finder (DF)", "+",
    "-", "over 30 min", "bid",
)  # fmt: skip


@cache
def _words() -> tuple[str, ...]:
    """Pieces of text from the definition files, and the literal runs of every expression of timing."""
    told = " | ".join(line.split(" = ")[-1] for name in DEFINITIONS for line in definition_lines(name))
    listed = [piece.strip().lstrip("=") for piece in told.split("|")]
    runs = [run for phrase in PHRASES for run in re.findall(r"[A-Za-z][A-Za-z -]{2,30}", phrase.pattern.pattern)]
    return tuple(dict.fromkeys([*filter(None, listed), *runs]))


WORDS = st.deferred(lambda: st.sampled_from(_words()))
TEXTS = st.lists(st.one_of(WORDS, st.sampled_from(ODD), st.integers(0, 300).map(str), st.text(max_size=3)), max_size=25).flatmap(
    lambda parts: st.sampled_from([" ".join(parts), "".join(parts)])
)


def _read(text: str) -> tuple[object, ...]:
    return read_doses(text, AGENTS), read_doses(text, own_agent="drugamab"), read_schedule(text), find_mentions(text)


def _assert_same(text: str) -> None:
    with ungated():
        everywhere = _read(text)

    assert _read(text) == everywhere, text


@given(TEXTS)
def test_texts_of_definition_words_read_the_same(text: str) -> None:
    """Texts put together from the words the rules look for."""
    _assert_same(text)


@pytest.mark.parametrize("page", ["doses.md", "dose-refusals.md", "dose-units.md", "schedules.md", "numbers.md"])
def test_the_pages_read_the_same(page: str) -> None:
    """Every cell of the specification, two and two as one text."""
    cells = list(dict.fromkeys(cell.replace("↵", "\n") for row in rows(page) for cell in row))
    for first, second in zip(cells[::2], [*cells[1::2], ""], strict=False):
        _assert_same(f"{first}. {second}")


@pytest.mark.skipif(not RECORDS.is_dir(), reason="needs the records of ../shared")
def test_records_read_the_same() -> None:
    """Every twelfth record, whole: all rows."""
    for path in sorted(RECORDS.glob("*.json"))[5::12]:
        for record in read_source(path, fetched_at="2026-01-01T00:00:00Z"):
            assert isinstance(record, Record)
            with ungated():
                everywhere = normalise(record)

            assert normalise(record) == everywhere, record.nct_id


@given(TEXTS)
def test_phrases_match_where_their_expressions_do(text: str) -> None:
    """Each phrase of timing by itself, against the plain expression."""
    scan = _scanner().scan(text)
    for phrase in PHRASES:
        assert [m.span() for m in scan.finditer(phrase)] == [m.span() for m in phrase.pattern.finditer(text)]


@cache
def _scanner() -> Scanner:
    return Scanner(PHRASES)


@pytest.mark.parametrize(
    ("expression", "signs"),
    [
        (r"(?<![A-Za-z])(?:day|[Ww]eek) \d", {"d", "w"}),
        (r"(?<![A-Za-z0-9])(?:for )?(?:\d+|≥ ?\d|½)", {"f", "0", "≥", "½"}),
        (r"(?<![A-Za-z])[2-9]x", {"0"}),
        (r"(?<![a-z])day", None),
        (r"day", None),
        (r"(?<![A-Za-z]) ?day", None),
        (r"(?<![A-Za-z])\w+ day", None),
        (r"(?<![A-Za-z])(?:day)?", None),
        (r"(?<![A-Za-z])é", None),
        (r"(?<![A-Za-z])[^a]", None),
    ],
)
def test_what_an_expression_can_begin_with(expression: str, signs: set[str] | None) -> None:
    """Every match begins with one of these; none where that cannot be told."""
    assert worked_out(re.compile(expression, re.IGNORECASE)).begins == signs


@given(st.lists(st.sampled_from(["day", "days ", "2", "ſ", "K", "k", " ", "-", "Xday", "3 d"]), max_size=9).map("".join))
def test_a_scan_finds_what_the_expressions_find(text: str) -> None:
    """Beginnings that fold to another sign, beginnings in the middle of a word, and matches that could overlap."""
    chosen = [
        Phrase(expression, re.IGNORECASE)
        for expression in (r"(?<![A-Za-z])k", r"(?<![A-Za-z])s?day", r"(?<![A-Za-z0-9])\d ?d", r"ay", r"(?<![A-Za-z])\d\d?")
    ]
    scan = Scanner(chosen).scan(text)
    for phrase in chosen:
        assert [m.span() for m in scan.finditer(phrase)] == [m.span() for m in phrase.pattern.finditer(text)]


@given(
    st.sampled_from(["Cy", "IL-2", "drugamab", "CAR T cells", "β-glucan", "a b c d e f", "as-needed", "ks"]),
    st.lists(
        st.sampled_from(["cy", "Cy", "IL 2", "il2", "drugamab", "ſ", "s", "S", "CAR", "-", " ", "T", "cells", "K", "ß", "1", "as",
                         "needed", "a b", "c-d", "e  f", "β", "glucan", "x", "İ"]), max_size=9,
    ).map("".join),
)  # fmt: skip
def test_a_name_is_found_as_its_expression_finds_it(name: str, text: str) -> None:
    """Blanks, hyphens, plurals, and letters that only case folding makes alike."""
    expression = re.compile(rf"{WORD_START}{name_pattern(name)}s?{WORD_END}", 0 if len(name) < 5 else re.IGNORECASE)

    assert list(written_name(name).places(text, folded(text))) == [m.span() for m in expression.finditer(text)]


@given(st.lists(st.sampled_from(["imatinib", "mab", "-", " ", "ara", "c", "Cy", "CY", "x", "anti", "ſ", "ib", "s"]), max_size=9))
def test_listed_names_are_found_wherever_they_begin(parts: list[str]) -> None:
    """Endings of medicines behind hyphens, names inside longer ones."""
    text = "".join(parts)
    with ungated():
        everywhere = list(listed_names(text))

    assert list(listed_names(text)) == everywhere


@given(
    st.lists(
        st.sampled_from(
            ["Low Sodium Oxybate", " (LXB)", "(A1)", "(IV) ", "word ", "x", "\n", ".", "(", ")", " " * 9, "abc " * 15]
        ),
        max_size=9,
    ).map("".join)
)
def test_abbreviations_are_introduced_as_before_every_bracket(text: str) -> None:
    """Looked for before brackets only, the same introductions are found."""
    assert [m.span() for m in _introductions(text)] == [m.span() for m in _INTRODUCED.finditer(text)]


def _alone(item: Spelling) -> str:
    """One spelling by itself, with its own bound."""
    return f"(?{'' if item.exact else 'i'}:{_body(item)}){_bound(item.text)}"


@cache
def _tables() -> tuple[tuple[SpellingTable, re.Pattern[str]], ...]:
    kinds = {item.kind for item in spellings()}
    chosen: list[tuple[Spelling, ...]] = [
        spellings(),
        *(tuple(i for i in spellings() if i.kind == kind) for kind in sorted(kinds)),
    ]
    ordered = [sorted(items, key=lambda item: (-len(item.text.replace(" ", "")), item.text)) for items in chosen]
    return tuple(
        (SpellingTable(items), re.compile("|".join(_alone(item) for item in longest)))
        for items, longest in zip(chosen, ordered, strict=True)
    )


@given(
    st.lists(
        st.one_of(
            st.deferred(lambda: st.sampled_from([item.text for item in spellings()])), st.sampled_from([" ", "/", "K", "ſ", "d"])
        ),
        min_size=1, max_size=3,
    ).map("".join),
    st.booleans(),
)  # fmt: skip
def test_a_unit_is_the_longest_of_all_spellings(text: str, upper: bool) -> None:
    """Only the spellings that can begin so are tried, and the answer is that of all."""
    text = text.upper() if upper else text
    known = {item.text.replace(" ", "").lower() for item in spellings()}
    for table, everything in _tables():
        found, plain = table.match(text, 0), everything.match(text)

        assert (found[1] if found else None) == (
            plain.end() if plain and plain.group().replace(" ", "").lower() in known else None
        )


@given(st.text(alphabet=st.characters(max_codepoint=0x7F), max_size=40))
def test_plain_text_is_what_folding_gives(raw: str) -> None:
    """Text taken as it is, and the same text folded behind a sign that is not plain."""
    plain, behind = normal_text(raw), normal_text("é" + raw)

    assert "é" + plain.text == behind.text
    for at in range(len(plain.text)):
        span = behind.raw_span(at + 1, at + 2)
        assert plain.raw_span(at, at + 1) == (type(span))(span.start - 1, span.end - 1)
