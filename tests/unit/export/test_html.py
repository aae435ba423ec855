"""A comparison as a file: whole, alone, escaped, and every state told by a word."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

from harvester.compare.model import Cell, Line, Verdict
from harvester.compare.row import make_row
from harvester.export.html import comparison_html, outcome_of, registry_place, stylesheet, stylesheet_hash
from harvester.export.registry_text import markdown, words
from tests.unit.export.made_comparison import FOCAL, OTHER, made_comparison


@pytest.fixture(scope="module")
def page() -> str:
    return comparison_html(made_comparison())


def test_a_file_stands_alone(page: str) -> None:
    assert "<script" not in page
    assert "<link rel=" not in page
    assert not re.search(r"url\((?!#)", page)
    assert "@import" not in page


def test_links_lead_to_the_registry_and_nowhere_else(page: str) -> None:
    hrefs = set(re.findall(r'href="([^"]*)"', page))

    assert {href for href in hrefs if not href.startswith(("#", "https://clinicaltrials.gov/study/NCT99"))} == set()


def test_every_state_and_verdict_is_a_word(page: str) -> None:
    for said in ("not stated", "not applicable", "stated, not read", "stricter", "≠", "differs", "alike", "cannot tell"):
        assert said in page


def _cell(text: str, verdict: Verdict | None = None) -> Cell:
    return Cell("stated", (Line(text),), verdict)


def test_no_likeness_is_claimed_of_what_was_not_read() -> None:
    outcomes = {row.key: outcome_of(row) for row in made_comparison().panel("criteria").rows}

    assert outcomes == {"sex": "alike", "lvef": "differs", "ecog": "one states it", "gvhd": "cannot tell"}


@pytest.mark.parametrize(
    ("cells", "outcome"),
    [
        ((_cell("≤ 2"), _cell("≤ 2", "same"), Cell("not stated")), "alike where stated"),
        ((_cell("≤ 2"), _cell("0 to 2", "same"), Cell("not stated")), "alike where stated"),
        ((_cell("≤ 2"), _cell("≤ 2", "same"), Cell("not applicable")), "differs"),
        ((_cell("given"), _cell("given"), Cell("not applicable", note="not among its interventions")), "differs"),
        ((Cell("not stated"), _cell("≤ 2"), _cell("≤ 2")), "differs"),
        ((Cell("not stated"), _cell("≤ 2"), _cell("0 to 2")), "differs"),
        ((_cell("≤ 2"), _cell("≤ 1", "stricter"), Cell("not stated")), "differs"),
        ((_cell("≤ 2"), _cell("≤ 2", "not comparable"), Cell("not stated")), "differs"),
        ((_cell("≤ 2"), Cell("not stated"), Cell("not stated")), "one states it"),
        ((_cell("≤ 2"), _cell("≤ 2", "same"), Cell("not stated"), Cell("not read", (Line("ECOG as agreed"),))), "differs"),
    ],
)
def test_that_some_state_nothing_is_told_apart_from_trials_that_differ(cells: tuple[Cell, ...], outcome: str) -> None:
    assert outcome_of(make_row("ecog", "ECOG", cells, settles=cells[0].state == "stated")) == outcome


def test_source_and_date_are_there(page: str) -> None:
    assert "data as of 2026-11-20" in page
    assert "digest of the registry record" in page


def test_registry_text_is_escaped(page: str) -> None:
    assert "<NCT99" not in page
    assert f"&lt;{FOCAL}&gt;" in page
    assert "Only &lt;here&gt;" in page


def test_the_deciding_words_are_set_off_in_their_criterion(page: str) -> None:
    assert "<q>Left ventricular ejection fraction <b>≥ 60 %</b> by ECHO</q>" in page


def test_totals_show_their_sum(page: str) -> None:
    assert "335 + 3 × 392 = 1,511 ug" in page


def test_a_sentence_leads_to_its_row(page: str) -> None:
    assert 'href="#criteria.lvef"' in page
    assert 'id="criteria.lvef"' in page


def test_tables_have_captions_scopes_and_unique_ids(page: str) -> None:
    tables, captions = page.count("<table"), page.count("<caption")
    ids = re.findall(r'\sid="([^"]*)"', page)

    assert tables == captions
    assert len(ids) == len(set(ids))
    assert re.findall(r"<th(?![^>]*scope)[ >]", page) == []


def test_tags_are_closed_in_order(page: str) -> None:
    open_tags: list[str] = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attrs: object) -> None:
            if tag not in ("meta", "link", "br", "input", "col", "path", "rect", "polygon", "base"):
                open_tags.append(tag)

        def handle_endtag(self, tag: str) -> None:
            if tag not in ("path", "rect", "polygon"):
                assert open_tags.pop() == tag

    Reader().feed(page)

    assert open_tags == []


def test_the_style_in_the_page_is_the_one_with_the_hash(page: str) -> None:
    inside = re.findall(r"<style>(.*?)</style>", page, re.DOTALL)

    assert inside == [stylesheet()]
    assert stylesheet_hash().startswith("'sha256-")


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("ECOG \\<3 \\& more", "ECOG <3 & more"),
        ("a\x07b", "a\ufffdb"),
        ("10\\^9/L", "10^9/L"),
        ("C:\\n", "C:\\n"),
        ("\ud800", "\ufffd"),
    ],
)
def test_registry_text_is_shown_as_meant(raw: str, shown: str) -> None:
    assert words(raw) == shown


@pytest.mark.parametrize(
    "raw",
    ["<script>alert(1)</script>", "[x](javascript:alert(1))", "![x](http://evil.example/x.png)", "<img src=x onerror=alert(1)>",
     "<http://evil.example>", "&lt;script&gt;", "```\n<b>\n```", "    <i>code</i>"],
)  # fmt: skip
def test_markdown_brings_no_markup_of_its_own(raw: str) -> None:
    made = str(markdown(raw))

    assert set(re.findall(r"<(\w+)", made)) <= {"p", "ul", "ol", "li", "em", "strong", "br", "blockquote"}
    assert "href" not in made
    assert "src=" not in re.sub(r"&lt;.*?&gt;", "", made)


def test_markdown_keeps_lists_and_emphasis() -> None:
    made = str(markdown("One *two*\n\n* a\n* b\n\n3. c"))

    assert "<em>two</em>" in made
    assert made.count("<li>") == 3
    assert 'start="3"' in made


def test_fields_lead_to_their_part_of_the_registry_page() -> None:
    assert registry_place(OTHER, "protocolSection.eligibilityModule.sex").endswith(f"{OTHER}#participation-criteria")
    assert registry_place(OTHER, "derivedSection.x") == f"https://clinicaltrials.gov/study/{OTHER}"
