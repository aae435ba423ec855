"""Facts and regimens in the words that stand beside the registry's text."""

from __future__ import annotations

from typing import Any

import pytest

from harvester.compare.dosing import regimen_words
from harvester.schema import as_json
from harvester.site.pages.readings import fact_words
from harvester.site.pages.trial_page import value_at
from harvester.site.pages.trial_people import web
from harvester.tables import CriterionFact, DoseRegimen

PLACE = {"nct_id": "NCT99000001", "source_path": "x", "source_start": 0, "source_end": 1}


def fact(concept: str, **fields: Any) -> CriterionFact:
    return CriterionFact(
        fact_id="f", criterion_id="c", concept=concept, flags=as_json([]), rule="r", quote="q", **PLACE, **fields
    )


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (fact("alt", comparator="<=", high=3.0, reference="ULN"), "Alanine aminotransferase ≤ 3 × ULN"),
        (fact("lvef", comparator=">=", low=50.0, unit="%"), "Left ventricular ejection fraction ≥ 50 %"),
        (fact("age", comparator="range", low=14.0, high=65.0, unit="a"), "Age 14 to 65 years"),
        (
            fact("age", comparator="range", low=1.0, high=25.0, high_inclusive=False, unit="a"),
            "Age 1 to not including 25 years",
        ),
        (fact("nyha", comparator="in", value_set=as_json([3, 4])), "NYHA class 3 or 4"),
        (fact("pregnancy", comparator="present", sex="female"), "Pregnancy present (women)"),
        (fact("other_thing", comparator="absent", detail="x", exception=True), "Other thing (x) absent (an exception)"),
        (
            fact("washout", window_value=14.0, window_unit="d", window_relation="within", window_anchor="enrolment"),
            "within 14 days, from enrolment",
        ),
        (fact("creatinine_serum", comparator=">", low=1.5, reference="baseline"), "Serum creatinine > 1.5 × baseline"),
    ],
)
def test_a_fact_is_told_as_written(given: CriterionFact, words: str) -> None:
    assert fact_words(given).endswith(words)


DENIED = (
    fact("gvhd_grade", comparator="in", value_set=as_json([3.0, 4.0]), eligible_set=as_json([0.0, 1.0, 2.0])),
    fact("qtc", comparator=">", low=450.0, eligible_high=450.0, unit="ms"),
)
ASKED = (
    fact("gvhd_grade", comparator="in", value_set=as_json([0.0, 1.0]), eligible_set=as_json([0.0, 1.0])),
    fact("qtc", comparator="<=", high=450.0, eligible_high=450.0, unit="ms"),
    fact("qtc", comparator=">", low=450.0, unit="ms"),
    fact("age", comparator="range", low=14.0, high=65.0, eligible_low=14.0, eligible_high=65.0, unit="a"),
    fact("qtc", comparator=">", low=450.0, eligible_high=450.0, unit="ms", exception=True),
    fact("pregnancy", comparator="absent", eligible_set=as_json(["absent"])),
)


def test_a_no_among_those_who_may_join_is_told_with_the_value() -> None:
    """Below the exclusions, where the heading says it, "not" would be said twice."""
    assert [fact_words(each, lets_in=True) for each in DENIED] == [
        fact_words(DENIED[0]).replace(" 3 or", " not 3 or"),
        fact_words(DENIED[1]).replace(" > ", " not > "),
    ]
    assert all(" not " not in fact_words(each) for each in DENIED)


@pytest.mark.parametrize("asked", ASKED, ids=lambda each: f"{each.concept} {each.comparator}")
def test_what_is_asked_for_is_told_without_a_no(asked: CriterionFact) -> None:
    assert fact_words(asked, lets_in=True) == fact_words(asked)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (
            {"cycle_count_low": 4, "cycle_count_high": 4, "cycle_length_value": 3.0, "cycle_length_unit": "mo"},
            "4 cycles of 3 months",
        ),
        ({"cycle_count_low": 1}, "1 cycle"),
        ({"cycle_count_low": 2, "cycle_count_high": 4}, "2 to 4 cycles"),
        ({"cycle_length_value": 28.0, "cycle_length_unit": "d", "until": "progression"}, "cycles of 28 days, until progression"),
        ({"anchor_event": "transplant", "anchor_offset": 60.0, "anchor_unit": "d"}, "from 60 days after transplant"),
        ({"anchor_event": "the infusion", "anchor_offset": -12.0, "anchor_unit": "h"}, "from 12 hours before the infusion"),
        ({"name": "Plan A"}, ""),
    ],
)
def test_a_regimen_is_told_in_one_line(given: dict[str, Any], words: str) -> None:
    assert regimen_words(DoseRegimen(regimen_id="r", **PLACE, **given)) == words


def test_a_path_leads_to_its_value_or_nowhere() -> None:
    record = {"a": [{"b": "x"}, "y"]}

    assert value_at(record, "a[0].b") == "x"
    assert [value_at(record, path) for path in ("a[2]", "a.b", "c", "a[1].b")] == [None] * 4


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "//x.example", "http://a b", 'http://a"b', "", None])
def test_only_web_addresses_are_followed(url: str | None) -> None:
    assert web(url) is None


def test_a_web_address_is_followed() -> None:
    assert web("https://example.invalid/a?b=c") == "https://example.invalid/a?b=c"
