"""Parts of a reading that stay: whatever else a new version of a record alters, its rows are those of reading it whole."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harvester.normalise import NO_CORRECTIONS
from harvester.normalise.parts import FIELDS, PARTS, completed, fingerprint, fingerprints, part_of
from harvester.reading.arrival import Reading
from harvester.reading.study import reading_of
from harvester.registry.record import Origin, Record, record_of
from harvester.tables import RecordConflict, TextCoverage
from tests.standin.synthetic import synthetic_study

SHARED = Path(__file__).parents[4] / "shared" / "records"
ODD: dict[str, Any] = {
    "protocolSection": {
        "identificationModule": {"nctId": "NCT99000001", "briefTitle": 7},
        "eligibilityModule": {
            "eligibilityCriteria": "Inclusion Criteria:\n* ALT <= 3 x ULN\n* Age 18 to 70 years\n\nExclusion Criteria:\n"
            "* ALT > 2 x ULN\n* Age below 21 years",
            "minimumAge": "16 Years",
            "sex": "ALL",
        },
        "armsInterventionsModule": {
            "armGroups": [
                {"label": "A", "description": "Betacept 2 mg on days 1-3", "interventionNames": ["Drug: Betacept", "Drug: None"]}
            ],
            "interventions": [
                {"name": "Betacept", "type": "DRUG", "description": "Betacept 4 mg on days 1-3", "armGroupLabels": ["A", "B"]}
            ],
        },
        "descriptionModule": {"briefSummary": "Gammacept 5 mg daily"},
    }
}
"""Contradictions of every kind: among criteria, between doses, labels that lead nowhere, a title that is a number."""


def record(body: dict[str, Any]) -> Record:
    return record_of(body, json.dumps(body), Origin(source="api", fetched_at="2026-11-25T08:00:00Z"))


def reading(body: dict[str, Any], stored: tuple[str | None, ...] = ()) -> Reading:
    found = reading_of(record(body), NO_CORRECTIONS, stored)
    assert isinstance(found, Reading)
    return found


def bodies() -> list[dict[str, Any]]:
    given = [ODD, synthetic_study(1), synthetic_study(6)]
    return given + [json.loads(path.read_bytes()) for path in sorted(SHARED.glob("NCT*.json"))[:30]] if SHARED.is_dir() else given


BODIES = bodies()


def leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place of a record: its fields, lists and objects."""
    if path:
        yield path
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in inner:
        yield from leaves(each, (*path, key))


def altered(body: dict[str, Any], path: tuple[Any, ...], put: Any) -> dict[str, Any]:
    """A copy with another value at a place, or without what is there."""
    made = copy.deepcopy(body)
    inner: Any = made
    for key in path[:-1]:
        inner = inner[key]
    if put is None:
        del inner[path[-1]]
    else:
        inner[path[-1]] = put
    return made


def same_as_anew(before: dict[str, Any], after: dict[str, Any]) -> tuple[str, ...]:
    """The parts that stayed from the first version to the second; the rows are proven to be those of reading it whole."""
    stored = reading(before)
    partly, whole = reading(after, stored.fields), reading(after)
    assert completed(partly.tables, stored.tables, partly.kept) == whole.tables
    assert partly.fields == whole.fields
    return partly.kept


@pytest.mark.no_cover  # that the rows are the same is asked, of hundreds of readings
@settings(max_examples=150, deadline=None)
@given(st.data())
def test_whatever_is_altered_the_rows_are_those_of_reading_it_whole(data: st.DataObject) -> None:
    body = data.draw(st.sampled_from(BODIES))
    places = [path for path in leaves(body) if path[-1] not in ("nctId", "protocolSection", "identificationModule")]
    path = data.draw(st.sampled_from(places))
    put = data.draw(st.sampled_from([None, None, "Betacept 3 mg daily; ECOG 0 to 1", 3, True, [], {}, ["18 Years"], "FEMALE"]))

    same_as_anew(body, altered(body, path, put))


@pytest.mark.parametrize("body", BODIES[1:])
def test_an_update_of_the_status_reads_no_text_again(body: dict[str, Any]) -> None:
    later = altered(body, ("protocolSection", "statusModule"), {"overallStatus": "TERMINATED"})

    assert same_as_anew(body, later) == PARTS


def test_fields_of_a_part_are_those_it_is_read_from() -> None:
    """Any module but those named leaves a part as it is, and each of those named tells on it."""
    body = synthetic_study(1)
    body["protocolSection"].setdefault("descriptionModule", {})["detailedDescription"] = "Betacept 3 mg daily"
    for name in body["protocolSection"]:
        if name == "identificationModule":
            continue
        less = altered(body, ("protocolSection", name), None)
        concerned = {part for part in PARTS if fingerprint(body, part) != fingerprint(less, part)}
        assert concerned == {part for part in PARTS if name in FIELDS[part]}


def test_nothing_stays_of_a_record_with_a_field_that_could_not_be_used() -> None:
    assert reading(ODD).fields == (None, None)
    assert same_as_anew(ODD, altered(ODD, ("protocolSection", "descriptionModule"), None)) == ()


def test_contradictions_stay_in_their_order() -> None:
    sound = altered(ODD, ("protocolSection", "identificationModule", "briefTitle"), "A title")
    later = altered(sound, ("protocolSection", "conditionsModule"), {"conditions": ["Pain"]})
    conflicts = reading(sound).tables[RecordConflict.table.name]

    assert list(dict.fromkeys(part_of(RecordConflict, row) for row in conflicts)) == ["criteria", "doses", ""]
    assert same_as_anew(sound, later) == PARTS


def test_another_order_of_the_fields_is_the_same_text() -> None:
    module = ODD["protocolSection"]["eligibilityModule"]
    turned = altered(ODD, ("protocolSection", "eligibilityModule"), dict(reversed(module.items())))

    assert fingerprints(turned) == fingerprints(ODD)


def test_rows_of_neither_part_are_of_none() -> None:
    names = RecordConflict.table.column_names
    label = tuple("NCT99000001.label1" if name == "conflict_id" else None for name in names)
    coverage = tuple("protocolSection.x" if name == "source_path" else None for name in TextCoverage.table.column_names)

    assert part_of(RecordConflict, label) == ""
    assert part_of(TextCoverage, coverage) == "doses"
