"""The reference case, NCT07105579 as bundled: what the project promises to read from it, from the record to the comparison."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from harvester.compare.build import build_comparison
from harvester.normalise import normalise
from harvester.registry.record import Origin, envelope_record
from harvester.tables import Dose, EligibilityCriterion, RecordConflict, StudyRows

SNAPSHOT = Path(__file__).parents[2] / "db" / "snapshot" / "NCT07105579.json"


@pytest.fixture(scope="module")
def reference() -> StudyRows:
    origin = Origin(source="file", fetched_at="2026-11-26T08:00:00Z")
    return normalise(envelope_record(json.loads(SNAPSHOT.read_text("utf-8")), origin))


def test_the_criteria_are_counted_as_the_page_lists_them(reference: StudyRows) -> None:
    top = [each.section for each in reference.of(EligibilityCriterion) if each.level == 0 and each.kind == "item"]

    assert (top.count("inclusion"), top.count("exclusion")) == (10, 13)


def test_the_record_contradicts_itself_in_three_places(reference: StudyRows) -> None:
    told = " ".join(each.detail for each in reference.of(RecordConflict))

    assert len(reference.of(RecordConflict)) == 3
    for about in ("lvef", "bilirubin", "Karnofsky"):
        assert about.casefold() in told.casefold()


def test_the_doses_are_those_of_the_page(reference: StudyRows) -> None:
    assert [each.line for each in reference.of(Dose)] == [
        "blinatumomab 9 ug/d IV continuous, cycle 1, days 1-3, 3-mo cycle, 60 d after transplant",
        "blinatumomab 28 ug/d IV continuous, cycle 1, days 4-14, 3-mo cycle, 60 d after transplant",
        "blinatumomab 28 ug/d IV continuous, cycles 2-4, days 1-14, 3-mo cycle",
        "dli 1e7 CD3+ cells/kg, 120 d after transplant",
    ]


def test_the_doses_add_up_with_their_formula(reference: StudyRows) -> None:
    (total,) = build_comparison([reference], collection_size=1).totals

    assert (total.amount, total.unit, total.formula) == (1511.0, "ug", "335 + 3 × 392 = 1,511 µg")
