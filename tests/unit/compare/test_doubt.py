"""What leaves it open whom a criterion admits: each doubt keeps a verdict from being given."""

from __future__ import annotations

from typing import Any

import pytest

from harvester.compare.doubt import doubt_about, is_one_way_of_several
from harvester.compare.trial import Trial
from harvester.schema import as_json
from tests.unit.compare.synthetic import SyntheticTrial, at_least, at_most

PRESENT = {"comparator": "present", "eligible_set": as_json(["present"])}
ABSENT = {"comparator": "present", "eligible_set": as_json(["absent"])}
ULN = {"reference": "ULN"}
NYHA = {"concept": "nyha", "comparator": "range", "low": 2.0, "high": 4.0, "eligible_set": as_json([1]), "quote": "II-IV"}
LVEF = {
    "concept": "lvef",
    "comparator": "<",
    "high": 35.0,
    "eligible_low": 35.0,
    "eligible_low_inclusive": True,
    "quote": "< 35 %",
}
ALT = at_most("alt", 3, quote="≤ 3 x ULN", **ULN)
ALT_OUT = at_most("alt", 3, comparator=">", quote="> 3 x ULN", **ULN)


def doubt(text: str, *facts: dict[str, Any], section: str = "inclusion", **fields: Any) -> str | None:
    trial = Trial(SyntheticTrial(1).criterion(text, *facts, section=section, **fields).criterion("Another criterion").done())
    first = trial.facts.facts[0]
    slot = trial.facts.by_slot[trial.facts.slot(first)]
    return doubt_about(trial.facts, slot, slot)


@pytest.mark.parametrize(
    ("text", "facts", "section", "words"),
    [
        ("LVEF ≥ 50 %", [at_least("lvef", 50, quote="≥ 50 %")], "inclusion", None),
        ("LVEF ≥ 50 %", [at_least("lvef", 50)], "unknown", "includes or excludes"),
        ("ALT ≤ 3 x ULN unless due to disease", [ALT], "inclusion", "spare some people"),
        (
            "ALT ≤ 3 x ULN (5 if liver metastases)",
            [ALT],
            "inclusion",
            "spare some people",
        ),
        ("Platelets ≥ 50 or no transfusion", [at_least("platelets", 50, quote="≥ 50")], "inclusion", "an alternative"),
        (
            "Lactating women unwilling to stop",
            [{"concept": "breast_feeding", "quote": "Lactating", **ABSENT}],
            "exclusion",
            "together",
        ),
        (
            "Lactating women, or unwilling to use",
            [{"concept": "breast_feeding", "quote": "Lactating", **ABSENT}],
            "exclusion",
            None,
        ),
        (
            "≥ 5 % blasts expressing CD19",
            [{"concept": "cd19_positivity", "quote": "expressing CD19", **PRESENT}],
            "inclusion",
            "a share",
        ),
        (
            "CD19 positive in ≥ 20 % of blasts",
            [{"concept": "cd19_positivity", "quote": "CD19 positive", **PRESENT}],
            "inclusion",
            "share",
        ),
        ("CD19 expression in cells", [{"concept": "cd19_positivity", "quote": "CD19 expression", **PRESENT}], "inclusion", None),
        ("Age ≥ 18 or older", [at_least("age", 18, quote="≥ 18")], "inclusion", None),
        ("Blasts or MRD found", [{"concept": "mrd_positivity", "quote": "MRD found", **PRESENT}], "inclusion", "an alternative"),
        (
            "ALT > 3 x ULN with jaundice",
            [ALT_OUT],
            "exclusion",
            "together with",
        ),
        (
            "NYHA II-IV HFrEF with LVEF < 35 %",
            [
                NYHA,
                LVEF,
            ],
            "exclusion",
            "together with",
        ),
        (
            "NYHA II-IV, LVEF < 35 %",
            [
                NYHA,
                LVEF,
            ],
            "exclusion",
            None,
        ),
        (
            "Treated hypertension and diastolic > 90 or systolic > 140 mmHg",
            [
                {"concept": "sbp", "comparator": ">", "low": 140.0, "eligible_high": 140.0, "quote": "> 140 mmHg"},
                {"concept": "dbp", "comparator": ">", "low": 90.0, "eligible_high": 90.0, "quote": "> 90"},
                {"concept": "hypertension", "quote": "hypertension", **ABSENT},
            ],
            "exclusion",
            "together with",
        ),
        (
            "INR ≤ 1.5 and aPTT ≤ 40 s unless on warfarin",
            [
                at_most("inr", 1.5, quote="≤ 1.5"),
                at_most("aptt", 40, quote="≤ 40 s", condition="unless on warfarin"),
            ],
            "inclusion",
            "behind a measure of the same thing",
        ),
        ("If the scan is abnormal, LVEF ≥ 50 %", [at_least("lvef", 50, quote="≥ 50 %")], "inclusion", "hangs on a condition"),
        ("Bilirubin normal", [{"concept": "bilirubin_total", "quote": "normal"}], "inclusion", "not read"),
    ],
)
def test_doubts(text: str, facts: list[dict[str, Any]], section: str, words: str | None) -> None:
    found = doubt(text, *[dict(fact) for fact in facts], section=section)

    assert (words in (found or "")) if words else found is None


def test_alternatives_of_another_kind() -> None:
    found = doubt(
        "Platelets ≥ 50 or neutrophils ≥ 1",
        at_least("platelets", 50, quote="≥ 50", alternative_group="g"),
        at_least("anc", 1, quote="≥ 1", alternative_group="g"),
    )

    assert found == "alternatives of different kinds stand together"


def test_values_of_one_span_hold_together() -> None:
    trial = SyntheticTrial(1).criterion(
        "AST and ALT ≤ 3 x ULN or ≤ 5 x ULN with metastases",
        at_most("alt", 3, quote="≤ 3 x ULN", alternative_group="g", **ULN),
        at_most("ast", 3, quote="≤ 3 x ULN", alternative_group="g", **ULN),
    )
    facts = Trial(trial.done()).facts

    assert facts.choices(facts.facts[0]) == ()


def test_a_part_of_the_trial_is_named() -> None:
    assert doubt("LVEF ≥ 50 %", at_least("lvef", 50), scope="Cohort A") == "the limit is one part's of the trial: Cohort A"


def test_a_heading_is_no_part_of_the_trial() -> None:
    assert doubt("LVEF ≥ 50 %", at_least("lvef", 50), scope="Laboratory values") is None


def test_and_behind_the_first_of_two_alternatives() -> None:
    found = doubt(
        "APTT ≤ 1.5 x ULN, and INR or PT ≤ 1.4 x ULN",
        at_most("aptt", 1.5, quote="≤ 1.5 x ULN", alternative_group="g", **ULN),
        at_most("inr", 1.4, quote="≤ 1.4 x ULN", alternative_group="g", **ULN),
    )

    assert found == "alternatives and limits that hold together stand in one sentence"


def test_a_line_beside_a_limit_may_let_in_those_who_exceed_it() -> None:
    trial = SyntheticTrial(1).criterion("ALT ≤ 3 x ULN", dict(ALT)).criterion("ALT beyond this is acceptable if due to leukaemia")
    facts = Trial(trial.done()).facts

    assert "lets in some people" in (doubt_about(facts, facts.facts, facts.facts) or "")


@pytest.mark.parametrize(
    ("heading", "is_way"), [("Any of the following:", True), ("Function shown by any of the following laboratory values:", False)]
)
def test_a_heading_that_asks_for_any_of_some_laboratory_values_asks_for_all(heading: str, is_way: bool) -> None:
    trial = SyntheticTrial(1).criterion(heading, kind="parent")
    trial.criterion("ALT ≤ 3 x ULN", dict(ALT), parent_id="NCT99000001.c1", level=1)
    facts = Trial(trial.done()).facts

    assert is_one_way_of_several(facts, facts.facts[0]) is is_way
