"""Citations: each form says the same, says which data, and takes nothing in a title for a command."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester.export.citation import ENDINGS, FORMS, bibtex, csl_json, ris, vancouver
from harvester.export.reference import Reference, comparison_reference
from tests.unit.export.made_comparison import FOCAL, OTHER, head, made_comparison

RECORD = Reference(
    kind="record", key="NCT99000001", title="A made-up & {odd} title, 50% $x$", author="Made-up Hospital", issued="2025-08-06",
    updated="2025-09", accessed="2026-11-20", data_date="2026-11-19", url="https://clinicaltrials.gov/study/NCT99000001",
    version=None, note=None,
)  # fmt: skip


def test_vancouver_is_as_the_registry_asks() -> None:
    assert vancouver([replace(RECORD, title="A title")]) == (
        "ClinicalTrials.gov [Internet]. Bethesda (MD): National Library of Medicine (US). 2000 Feb 29 - . "
        "Identifier NCT99000001, A title; 2025 Aug 6 [updated 2025 Sep; cited 2026 Nov 20]; data as of 2026 Nov 19. "
        "Available from: https://clinicaltrials.gov/study/NCT99000001\n"
    )


def test_what_is_not_known_is_left_out_and_what_is_no_registry_text_is_said() -> None:
    said = vancouver([replace(RECORD, issued=None, updated=None, accessed=None, data_date=None, note="a digest")])

    assert "cited" not in said
    assert said.endswith("[a digest]\n")


def test_a_comparison_names_the_program_its_version_and_the_source() -> None:
    reference = comparison_reference(made_comparison(), "http://127.0.0.1/compare/x")

    for form, write in FORMS.items():
        said = re.sub(r"[{}\\]", "", write([reference]))
        for each in ("NCT99000010", "NCT99000020", "trialside", "ClinicalTrials.gov", "2026", "http://127.0.0.1/compare/x"):
            assert each in said, form


@pytest.mark.parametrize("form", FORMS)
def test_every_form_names_the_record_its_author_and_the_date_of_its_data(form: str) -> None:
    said = FORMS[form]([RECORD])

    assert form in ENDINGS
    assert "NCT99000001" in said
    assert "2026-11-19" in said or "2026 Nov 19" in said
    assert form == "vancouver" or "Made-up Hospital" in said


@given(st.text(), st.text(), st.text())
def test_bibtex_is_balanced_whatever_the_title(title: str, author: str, note: str) -> None:
    entry = bibtex([replace(RECORD, title=title, author=author, note=note)])
    plain = re.sub(r"\\[{}]", "", entry)
    depth = 0
    for character in plain:
        depth += {"{": 1, "}": -1}.get(character, 0)
        assert depth >= 0

    assert depth == 0
    assert not re.search(r"(?<!\\)[%#&]", entry)


@given(st.text(), st.text())
def test_ris_has_one_tag_a_line_whatever_the_title(title: str, author: str) -> None:
    lines = ris([replace(RECORD, title=title, author=author)]).split("\r\n")

    assert lines[0] == "TY  - RPRT"
    assert lines[-2:] == ["ER  - ", ""]
    assert all(re.match(r"[A-Z][A-Z0-9]  - ", line) for line in lines[:-1])
    assert len("".join(lines).splitlines()) == 1


def test_csl_json_has_dates_in_parts() -> None:
    (item,) = json.loads(csl_json([RECORD]))

    assert item["issued"] == {"date-parts": [[2025, 8, 6]]}
    assert item["accessed"] == {"date-parts": [[2026, 11, 20]]}
    assert (item["type"], item["number"], item["genre"]) == ("report", "NCT99000001", "Clinical trial registration")


def test_the_note_of_a_comparison_tells_its_data_once() -> None:
    made = replace(made_comparison(), attribution="Source: ClinicalTrials.gov, data as of 2023-11-07 to 2026-11-20.")
    (item,) = json.loads(csl_json([comparison_reference(made)]))

    assert item["note"] == made.attribution
    assert json.loads(csl_json([replace(RECORD, note="a digest")]))[0]["note"] == "data as of 2026-11-19; a digest"


@pytest.mark.parametrize("date", ["", "unknown", "2025-13", "2025-02-40"])
def test_what_is_no_date_is_no_date(date: str) -> None:
    assert "issued" not in json.loads(csl_json([replace(RECORD, issued=date)]))[0]


def test_a_record_brings_its_summary_and_its_words_to_programs_that_screen() -> None:
    (lines,) = [ris([replace(RECORD, abstract="A plan.\nOf two lines.", keywords=("Leukaemia", "GVHD"))]).split("\r\n")]

    assert "AB  - A plan. Of two lines." in lines
    assert lines[-4:] == ["KW  - Leukaemia", "KW  - GVHD", "ER  - ", ""]


def test_a_comparison_of_many_is_named_after_its_focal_trial_and_their_number() -> None:
    many = replace(made_comparison(), trials=tuple(head(f"NCT9900001{at}", at) for at in range(5)))

    assert comparison_reference(many).title.startswith("NCT99000010 beside 4 trials: registry records")
    assert comparison_reference(made_comparison()).title.startswith(f"{FOCAL} beside {OTHER}: registry records")
