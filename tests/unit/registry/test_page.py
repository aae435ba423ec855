"""A saved registry page, as text or HTML, gives the record it shows, and keeps what it cannot read."""

from __future__ import annotations

import contextlib
import json
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester.errors import UnreadableSource
from harvester.registry.page import looks_like_html, page_body, page_record
from harvester.registry.record import Origin

RECORDS = Path(__file__).parents[2] / "records"
ROOT = Path(__file__).parents[3]
SEED = ROOT.parent / "shared" / "seed" / "NCT07105579-page.txt"
BUNDLED = ROOT / "db" / "snapshot" / "NCT07105579.json"
ELIGIBILITY = "protocolSection.eligibilityModule."


def synthetic() -> str:
    return (RECORDS / "NCT99000007-page.txt").read_text(encoding="utf-8")


def body() -> dict[str, Any]:
    return page_body(synthetic())


def protocol() -> dict[str, Any]:
    found = body()["protocolSection"]
    assert isinstance(found, dict)
    return found


def test_identification_and_status() -> None:
    assert protocol()["identificationModule"] == {
        "nctId": "NCT99000007",
        "briefTitle": "Synthetic Record 7: Alphamab With or Without Betacept in Synthetic Leukemia",
        "orgStudyIdInfo": {"id": "SYN-7"},
        "secondaryIdInfos": [{"id": "2099-000007-99", "type": "EUDRACT_NUMBER"}],
    }
    assert protocol()["statusModule"] == {
        "lastUpdatePostDateStruct": {"date": "2026-01-15"},
        "overallStatus": "ACTIVE_NOT_RECRUITING",
        "startDateStruct": {"date": "2024-03"},
        "primaryCompletionDateStruct": {"date": "2026-06-30"},
    }


def test_a_dash_states_nothing() -> None:
    assert "completionDateStruct" not in protocol()["statusModule"]


def test_design_and_results() -> None:
    assert protocol()["designModule"] == {
        "phases": ["PHASE1", "PHASE2"],
        "enrollmentInfo": {"count": 1240},
        "studyType": "INTERVENTIONAL",
        "designInfo": {
            "allocation": "RANDOMIZED",
            "interventionModel": "PARALLEL",
            "primaryPurpose": "TREATMENT",
            "maskingInfo": {"masking": "DOUBLE"},
        },
    }
    assert body()["hasResults"] is True


def test_a_heading_inside_a_text_is_no_heading() -> None:
    assert protocol()["descriptionModule"]["briefSummary"].startswith("Interventions\n\nParticipants receive")


def test_conditions_and_keywords() -> None:
    assert protocol()["conditionsModule"] == {
        "conditions": ["Synthetic Leukemia", "Synthetic Leukemia, Relapsed"],
        "keywords": ["synthetic"],
    }


def test_arms_and_interventions_name_each_other() -> None:
    assert protocol()["armsInterventionsModule"] == {
        "armGroups": [
            {
                "label": "Arm A: Alphamab",
                "type": "EXPERIMENTAL",
                "description": "Alphamab alone, for six cycles.\n\nSecond paragraph of the arm.",
                "interventionNames": ["Drug: Alphamab"],
            },
            {
                "label": "Arm B: Alphamab + Betacept",
                "type": "ACTIVE_COMPARATOR",
                "interventionNames": ["Drug: Alphamab", "Biological: Betacept"],
            },
        ],
        "interventions": [
            {
                "type": "DRUG",
                "name": "Alphamab",
                "description": "10 mg/m2 IV on days 1 and 8 of a 21-day cycle",
                "otherNames": ["SYN-001", "SYN-alpha"],
                "armGroupLabels": ["Arm A: Alphamab", "Arm B: Alphamab + Betacept"],
            },
            {
                "type": "BIOLOGICAL",
                "name": "Betacept",
                "description": "40 mg SC weekly",
                "armGroupLabels": ["Arm B: Alphamab + Betacept"],
            },
        ],
    }


def test_criteria_are_verbatim() -> None:
    criteria = protocol()["eligibilityModule"].pop("eligibilityCriteria")

    assert criteria in synthetic()
    assert criteria.startswith("Inclusion Criteria:\n\n* Age \\>= 18 years")
    assert criteria.endswith("Exclusion Criteria:\n\n* Pregnancy")
    assert protocol()["eligibilityModule"] == {
        "eligibilityCriteria": criteria,
        "minimumAge": "18 Years",
        "sex": "FEMALE",
        "healthyVolunteers": True,
    }


def test_sponsors_people_and_places() -> None:
    assert protocol()["sponsorCollaboratorsModule"] == {
        "leadSponsor": {"name": "Synthetic University", "class": "OTHER"},
        "collaborators": [{"name": "Synthetic Pharma, Inc.", "class": "INDUSTRY"}],
        "responsibleParty": {
            "type": "PRINCIPAL_INVESTIGATOR",
            "investigatorFullName": "Sample Person",
            "investigatorTitle": "Professor",
            "investigatorAffiliation": "Synthetic University",
        },
    }
    assert protocol()["contactsLocationsModule"] == {
        "locations": [
            {
                "facility": "Synthetic Hospital, Department of Tests",
                "city": "Nowhere",
                "state": "Noland",
                "country": "Atlantis, Republic of",
                "status": "RECRUITING",
            },
            {"facility": "Second Synthetic Hospital", "city": "Elsewhere", "country": "Mu"},
        ],
        "centralContacts": [{"name": "Sample Desk", "role": "CONTACT", "phone": "000-0000", "email": "desk@example.org"}],
    }


def test_what_the_api_has_no_place_for_is_kept_beside_it() -> None:
    assert body()["relatedTrials"] == [
        {
            "nctId": "NCT99000001",
            "briefTitle": "Synthetic Record 1",
            "overallStatus": "RECRUITING",
            "phases": ["PHASE1", "PHASE2"],
        },
        {"nctId": "NCT99000003", "briefTitle": "Synthetic Record 3", "overallStatus": "COMPLETED"},
    ]
    assert body()["pageSection"] == {
        "countries": ["Atlantis, Republic of", "Mu"],
        "otherSections": [
            {
                "heading": "Principal Investigators",
                "text": "Sample Person, PhD\n\nRole: PRINCIPAL_INVESTIGATOR\n\nSynthetic University",
            }
        ],
    }


def test_html_gives_what_the_text_gives() -> None:
    """A list inside a list is indented by the HTML reader's own rule; all else is the same."""
    html = page_body((RECORDS / "NCT99000007-page.html").read_text(encoding="utf-8"))
    nested = html["protocolSection"]["eligibilityModule"]

    assert "\n    * Creatinine \\<= 1.5 x ULN\n" in nested["eligibilityCriteria"]
    nested["eligibilityCriteria"] = protocol()["eligibilityModule"]["eligibilityCriteria"]
    assert html == body()


def test_the_reference_page_as_html_is_the_bundled_record() -> None:
    html = page_body((RECORDS / "NCT07105579-page.html").read_text(encoding="utf-8"))

    assert html == json.loads(BUNDLED.read_text(encoding="utf-8"))["record"]


@pytest.mark.skipif(not SEED.is_file(), reason="no saved page beside the project")
def test_every_line_of_the_reference_page_that_states_something_is_in_its_record() -> None:
    """Nothing is lost: each line is a value, part of one, a heading, a label, or a sentence that explains a section."""
    text = SEED.read_text(encoding="utf-8")
    record = page_record(text, Origin("page"))
    values = [value for _, value in record.texts()]
    known = (ROOT / "harvester/registry/definitions/page_sections.csv").read_text() + (
        ROOT / "harvester/registry/definitions/page_labels.csv"
    ).read_text()
    lost = [
        line
        for line in map(str.strip, text.splitlines())
        if line and line not in known and not any(line in value for value in values) and not line.endswith(".")
    ]

    assert lost == [
        "NCT ID: NCT07105579",
        "Last Updated: 2025-08-06",
        "Results pending",
        "31 participants",
        "Group Type EXPERIMENTAL",
        "Intervention Type DRUG",
        "Intervention Type DRUG",
        "Sponsor Role lead",
        "Responsibility Role SPONSOR",
        "Hangzhou, , China",
        "Site Status RECRUITING",
        "Role: CONTACT",
        "Role: CONTACT",
        "Identifier Type: -",
        "Identifier Source: org_study_id",
        "NCT06438796 NOT_YET_RECRUITING PHASE2",
        "NCT07270770 RECRUITING PHASE1",
    ]


def test_line_endings_do_not_matter() -> None:
    assert page_body(synthetic().replace("\n", "\r\n")) == body()


@pytest.mark.parametrize("text", ["", "No trial here.", "<html><body><p>Down</p></body></html>", "NCT ID: NCT0"])
def test_a_text_that_names_no_trial_is_refused(text: str) -> None:
    with pytest.raises(UnreadableSource, match="names no trial"):
        page_body(text)


def test_a_page_of_another_form_is_refused_with_the_number_it_holds() -> None:
    with pytest.raises(UnreadableSource) as caught:
        page_body("<html><body><h1>A trial</h1><p>ClinicalTrials.gov identifier nct99000001</p></body></html>")

    assert caught.value.next_step == "Try: trialside harvest NCT99000001; for all numbers in a file: trialside harvest @FILE"


def test_a_page_with_nothing_but_its_number() -> None:
    assert page_body("NCT ID: NCT99000001") == {"protocolSection": {"identificationModule": {"nctId": "NCT99000001"}}}


def test_unread_lines_of_known_sections_are_kept() -> None:
    text = synthetic().replace("RANDOMIZED", "RANDOMIZED\n\nNumber of Randomised Wards\n\n3")

    assert {"heading": "Study Design", "text": "Number of Randomised Wards\n3"} in page_body(text)["pageSection"]["otherSections"]


@pytest.mark.parametrize("text", ["<!DOCTYPE html><html>", "  <html lang='en'>", "<!-- saved --><html>", "\n<BODY>"])
def test_html_is_known_by_its_beginning(text: str) -> None:
    assert looks_like_html(text)


@pytest.mark.parametrize("text", ["<3 is less", "NCT ID: NCT99000001 <html>", "", "<script>"])
def test_other_texts_are_no_html(text: str) -> None:
    assert not looks_like_html(text)


@given(st.permutations(range(12)), st.integers(0, 40))
def test_no_order_of_lines_breaks_the_reader(order: list[int], cut: int) -> None:
    blocks = synthetic().split("\n\n")
    size = len(blocks) // 12 + 1
    parts = [blocks[place * size : place * size + size] for place in order]
    text = "\n\n".join(["NCT ID: NCT99000007", *[block for part in parts for block in part][cut:]])

    assert page_body(text)["protocolSection"]["identificationModule"]["nctId"] == "NCT99000007"


@pytest.mark.parametrize(
    "text",
    [
        "<html><body>" + "<div>" * 5_000 + "NCT ID: NCT99000001",
        "<html><body>NCT ID: NCT99000001" + "<ul><li>" * 3_000,
        "NCT ID: NCT99000001\n\n" + "Group Type X\n\n" * 20_000,
        "NCT ID: NCT99000001\n\n" + "Interventions\n\nLearn about the drugs that are tested in here.\n\n" * 5_000,
        "<html><!--" + "-" * 1_000_000 + "NCT ID: NCT99000001",
    ],
    ids=["nested blocks", "nested lists", "labels", "sections", "comment"],
)
def test_hostile_pages_end_soon(text: str) -> None:
    start = time.process_time()
    with contextlib.suppress(UnreadableSource):
        page_body(text)

    assert time.process_time() - start < 10
