"""Gates only save time: reading where a rule can match gives what reading everywhere gives."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester.registry.record import Record
from harvester.registry.source import read_source
from harvester.text.criteria.criteria_answer import answer_criteria
from harvester.text.criteria.domain import domains_of
from harvester.text.expressions.definition_file import definition_lines
from harvester.text.expressions.folding import folded
from harvester.text.expressions.gate import Gated, Gates, gated, ungated
from harvester.text.expressions.traits import worked_out
from tests.spec_tables import rows

# That both ways give the same is asked here; which lines a reading goes through, the pages of tests/spec tell.
pytestmark = pytest.mark.no_cover

RECORDS = Path(__file__).parents[4] / "shared" / "records"
DEFINITIONS = ("presence.txt", "times.txt", "populations.txt", "domains.txt", "headings.txt", "expressions.txt", "narrowing.txt")
PAGES = (
    "criteria.md",
    "facts.md",
    "fact-polarity.md",
    "fact-findings.md",
    "fact-ways.md",
    "fact-details.md",
    "fact-conflicts.md",
    "criteria-domains.md",
    "numbers.md",
)


@cache
def _words() -> tuple[str, ...]:
    """Pieces of text from the definition files: the literal runs of every expression, and every phrase of the tables."""
    told = " ".join(line for name in DEFINITIONS for line in definition_lines(name))
    runs = re.findall(r"[A-Za-z][A-Za-z0-9' -]{2,40}", told)
    named = [phrase for line in definition_lines("concept_names.txt") for phrase in line.split(" = ")[-1].split(" | ")[:3]]
    compared = [phrase for line in definition_lines("comparators.txt") for phrase in line.split(" = ", 1)[-1].split(" | ")]
    return tuple(dict.fromkeys([*runs, *named, *compared]))


ODD = (
    "\n\n* ",
    "\n1. ",
    "; ",
    ". ",
    ", ",
    "(",
    ")",
    " or ",
    " and ",
    "≥ 18 years",
    "< 3 x ULN",
    "within 4 weeks",
    "III",
    "\\<",
    "ſ",
    "İ",
)
TEXTS = st.lists(
    st.one_of(st.deferred(lambda: st.sampled_from(_words())), st.sampled_from(ODD), st.text(max_size=4)), max_size=25
).map(" ".join)


def _both_ways(text: str, section: str | None) -> tuple[object, object]:
    question = {"id": 1, "text": text, "section": section}
    with ungated():
        everywhere = answer_criteria(question)
    return answer_criteria(question), everywhere


@given(TEXTS, st.sampled_from([None, "inclusion", "exclusion"]))
def test_texts_of_definition_words_read_the_same(text: str, section: str | None) -> None:
    """Texts put together from the words the rules look for."""
    gated, everywhere = _both_ways(text, section)

    assert gated == everywhere


@given(TEXTS)
def test_domains_read_the_same_in_text_not_made_regular(text: str) -> None:
    """Letters that only case folding makes alike close no gate."""
    with ungated():
        everywhere = domains_of(text)

    assert domains_of(text) == everywhere


@pytest.mark.parametrize("page", PAGES)
def test_the_pages_read_the_same(page: str) -> None:
    """Every cell of the specification, under either heading."""
    for cell in {cell.replace("↵", "\n") for row in rows(page) for cell in row}:
        for section in (None, "inclusion", "exclusion"):
            gated, everywhere = _both_ways(cell, section)

            assert gated == everywhere, cell


@pytest.mark.skipif(not RECORDS.is_dir(), reason="needs the records of ../shared")
def test_records_read_the_same() -> None:
    """Every eighth record, whole."""
    for path in sorted(RECORDS.glob("*.json"))[::8]:
        for record in read_source(path, fetched_at="2026-01-01T00:00:00Z"):
            assert isinstance(record, Record)
            module = record.body["protocolSection"]["eligibilityModule"]
            gated, everywhere = _both_ways(module.get("eligibilityCriteria", ""), None)

            assert gated == everywhere, record.nct_id


@pytest.mark.parametrize(
    ("expression", "words"),
    [
        (r"\b(?:prior|previous(?:ly)?)\b[^.;]{0,50}\bblinatumomab\b", {"blinatumomab"}),
        (r"\bleuka?emia\b", {"leukaemia", "leukemia"}),
        (r"\b(?:cns|mening\w+)\b", {"cns", "mening"}),
        (r"\d+ ?years(?= old)", {" old"}),
        (r"(?:very )?(?:ill)?", None),
        (r"(?<=old )\w+", None),
        (r"x(?!abc)[^a]", {"x"}),
        (r"(?i:AIDS)\b|(?:[ab]c){2}", {"aids", "ac", "bc"}),
    ],
)
def test_what_an_expression_cannot_do_without(expression: str, words: set[str] | None) -> None:
    """One of these stands wherever the expression matches."""
    assert worked_out(re.compile(expression, re.IGNORECASE)).needed == words


def test_no_spelling_of_a_letter_slips_past_the_folding() -> None:
    """Every character that matches a letter without regard to case is folded to that letter."""
    everything = "".join(map(chr, range(0x80, 0x110000)))
    for letter in "abcdefghijklmnopqrstuvwxyzàéïñöü≥":
        others = re.findall(letter, everything, re.IGNORECASE)

        assert {folded(other) for other in others} <= {letter}


@pytest.mark.parametrize("expression", [r"\d+(?= mg)", r"(?:dose of )?\d+", r"[^.]{0,40}\bnot allowed\b", r"(?<=no )dose"])
@pytest.mark.parametrize("text", ["a dose of 5 mg is not allowed", "dose of 5", "5 MG", "", "no dose. not allowed", "İ no doſe"])
def test_a_gated_expression_answers_as_the_pattern(expression: str, text: str) -> None:
    """Every way to ask, with and without bounds."""
    pattern = re.compile(expression, re.IGNORECASE)
    gated = Gated(pattern)
    for bounds in ((), (3,), (2, 9)):
        for ask in ("search", "match", "fullmatch"):
            told, known = getattr(gated, ask)(text, *bounds), getattr(pattern, ask)(text, *bounds)

            assert (told and told.span()) == (known and known.span())
        assert [found.span() for found in gated.finditer(text, *bounds)] == [
            found.span() for found in pattern.finditer(text, *bounds)
        ]
    assert gated.sub("-", text) == pattern.sub("-", text)


@given(st.lists(st.sampled_from(["alt", "ast", "≥", "salt", "ALT", " "]), max_size=8).map("".join))
def test_gates_call_what_can_match_in_order(text: str) -> None:
    """What matches is called; what has no gate always is."""
    patterns = [re.compile(expression, re.IGNORECASE) for expression in (r"\balt\b", r"\w", r"ast|salt")]
    called = Gates(patterns).called(text)

    assert called == sorted(called)
    assert 1 in called
    assert {place for place, pattern in enumerate(patterns) if pattern.search(text)} <= set(called)
    assert [Gated(patterns[place]).search(text) is not None for place in (0, 2)] == [
        patterns[place].search(text) is not None for place in (0, 2)
    ]


def test_a_gated_expression_is_no_text() -> None:
    """In the text of another expression it would stand as the name of an object, which matches nothing."""
    inner = gated(r"level \d")

    with pytest.raises(TypeError, match="take that of its pattern"):
        re.compile(f"in {inner}")
    assert re.compile(f"in {inner.pattern.pattern}").search("in level 2")
