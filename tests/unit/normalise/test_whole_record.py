"""Reading a record never fails, gives the same rows each time, and every quotation is true."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harvester.normalise import normalise
from harvester.registry.record import Origin, Record, record_of, value_at
from harvester.registry.source import read_source
from harvester.tables import (
    ALL,
    DERIVED,
    Dose,
    EligibilityCriterion,
    RecordConflict,
    RelatedTrial,
    Row,
    Study,
    StudyRows,
)
from tests.standin.synthetic import synthetic_study

SHARED_RECORDS = Path(__file__).parents[4] / "shared" / "records"
SYNTHETIC = Path(__file__).parents[2] / "records"
ORIGIN = Origin(source="api", fetched_at="2026-11-25T08:00:00Z")
FULL: dict[str, Any] = json.loads((SYNTHETIC / "NCT99000001.json").read_text(encoding="utf-8"))


def places(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Paths of everything inside a record but its number."""
    if path and path[-1] != "nctId":
        yield path
    if isinstance(value, dict):
        for key, child in value.items():
            yield from places(child, (*path, key))
    elif isinstance(value, list):
        for position, child in enumerate(value):
            yield from places(child, (*path, position))


# Without these two a record has no number, and is refused before it is read.
PLACES = [path for path in places(FULL) if path not in {("protocolSection",), ("protocolSection", "identificationModule")}]
JUNK = st.one_of(
    st.none(), st.booleans(), st.integers(-(2**63), 2**63 - 1), st.floats(allow_nan=False, allow_infinity=False),
    st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), max_size=40),
    st.just([]), st.just({}), st.just([[]]), st.just([None, 1, "x", {}]), st.just({"a": [1]}),
)  # fmt: skip


def mutated(changes: list[tuple[tuple[str | int, ...], Any]]) -> Record:
    body = copy.deepcopy(FULL)
    for path, junk in changes:
        box: Any = body
        try:
            for step in path[:-1]:
                box = box[step]
            box[path[-1]] = junk
        except (KeyError, IndexError, TypeError):
            continue  # an earlier change took the place away
    return record_of(body, None, ORIGIN)


def misquotes(record: Record, rows: StudyRows) -> list[Row]:
    wrong = []
    for row in rows:
        values = row.as_dict()
        quote = values.get("quote", values.get("text"))
        if values.get("source_path") and quote is not None:
            raw = value_at(record.body, values["source_path"])
            if not isinstance(raw, str) or raw[values["source_start"] : values["source_end"]] != quote or not quote:
                wrong.append(row)
    return wrong


def keys(rows: StudyRows) -> list[tuple[str, Any]]:
    return [(row.table.name, tuple(getattr(row, name) for name in row.table.key)) for row in rows]


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(PLACES), JUNK), min_size=1, max_size=6))
def test_no_wrong_type_anywhere_breaks_the_reading(changes: list[tuple[tuple[str | int, ...], Any]]) -> None:
    record = mutated(changes)

    rows = normalise(record)

    assert rows.one(Study) is not None
    assert misquotes(record, rows) == []
    assert len(set(keys(rows))) == len(keys(rows))
    assert normalise(record) == rows


@pytest.mark.parametrize("path", [path for path in PLACES if len(path) <= 3], ids=lambda path: ".".join(map(str, path)))
@pytest.mark.parametrize("junk", [[], "text", 7, {"unknown": 1}], ids=["list", "text", "number", "object"])
def test_a_module_of_the_wrong_type_is_noted_and_costs_only_itself(path: tuple[str | int, ...], junk: Any) -> None:
    rows = normalise(mutated([(path, junk)]))
    whole = value_at(FULL, ".".join(map(str, path)))

    assert rows.one(Study) is not None
    noted = {each.left_path for each in rows.of(RecordConflict) if each.kind == "schema"}
    if type(junk) is not type(whole) and len(path) == 2 and path[0] == "protocolSection":
        assert ".".join(map(str, path)) in noted


def test_a_full_record_fills_its_tables(full_record: Record) -> None:
    rows = normalise(full_record)
    filled = {row_type.table.name for row_type in rows.rows}

    assert {
        "studies", "brief_summaries", "detailed_descriptions", "designs", "conditions", "keywords", "browse_conditions",
        "design_groups", "interventions", "design_group_interventions", "design_outcomes", "eligibilities",
        "eligibility_criteria", "sponsors", "responsible_parties", "facilities", "countries", "id_information", "text_coverage",
    } <= filled  # fmt: skip
    assert all(row.table.derived for row in rows)
    assert set(rows.rows) <= set(DERIVED)


def test_the_order_of_keys_does_not_matter(full_record: Record) -> None:
    turned = record_of(json.loads(json.dumps(full_record.body, sort_keys=True)), None, ORIGIN)

    assert normalise(turned) == normalise(full_record)


def test_unknown_modules_cost_nothing() -> None:
    body = synthetic_study(1)
    plain = normalise(record_of(copy.deepcopy(body), None, ORIGIN))
    body["protocolSection"]["moduleOfTomorrow"] = {"anything": [1, {"x": None}]}
    body["sectionOfTomorrow"] = [1]

    assert normalise(record_of(body, None, ORIGIN)) == plain


def test_every_bundled_and_synthetic_record_reads_true() -> None:
    bundled = SYNTHETIC.parents[1] / "db" / "snapshot"
    for folder in (SYNTHETIC, bundled):
        found = [each for each in read_source(folder) if isinstance(each, Record)]
        assert found
        for record in found:
            rows = normalise(record)
            assert misquotes(record, rows) == [], record.nct_id
            assert [each.left_path for each in rows.of(RecordConflict) if each.kind == "schema"] == [], record.nct_id


def test_every_span_of_many_real_records_quotes_its_record() -> None:
    if not SHARED_RECORDS.is_dir():
        pytest.skip("the collection of real records is not beside this checkout")
    records = [each for each in read_source(SHARED_RECORDS) if isinstance(each, Record)][::5]

    assert records
    for record in records:
        rows = normalise(record)
        assert misquotes(record, rows) == [], record.nct_id
        assert len(set(keys(rows))) == len(keys(rows)), record.nct_id


def test_tables_of_other_rooms_are_not_derived() -> None:
    assert {row_type.table.name for row_type in ALL if not row_type.table.derived} >= {"record_versions", "harvest_runs"}


def test_the_reference_trial() -> None:
    (record,) = [
        each for each in read_source(SYNTHETIC.parents[1] / "db" / "snapshot" / "NCT07105579.json") if isinstance(each, Record)
    ]
    rows = normalise(record)

    items = [each.section for each in rows.of(EligibilityCriterion) if each.kind in ("item", "parent") and each.level == 0]
    assert (items.count("inclusion"), items.count("exclusion")) == (10, 13)
    assert [(each.agent, each.amount_low, each.unit, each.per_time, each.days) for each in rows.of(Dose)] == [
        ("blinatumomab", 9.0, "ug", "d", "[[1,3]]"),
        ("blinatumomab", 28.0, "ug", "d", "[[4,14]]"),
        ("blinatumomab", 28.0, "ug", "d", "[[1,14]]"),
        ("dli", 1e7, "{cells}/kg", None, None),
    ]
    assert [each.related_nct_id for each in rows.of(RelatedTrial)] == ["NCT06438796", "NCT07270770"]
