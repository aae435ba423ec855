"""One declaration drives all: the tables are as complete, as described and as ordered as they say."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from harvester.schema import Row
from harvester.store.reading import rows_of
from harvester.tables import ALL, COMPARED, DERIVED, KEPT, VIEW_DESCRIPTIONS, VIEWS, RecordConflict, Study
from harvester.vocabularies import vocabularies

METADATA = Path(__file__).parents[4] / "shared" / "api" / "studies-metadata.json"
ENUMS = METADATA.with_name("studies-enums.json")
SECTIONS = ("protocolSection", "derivedSection", "documentSection", "annotationSection", "hasResults")
# The registry's release stamp differs between two copies of one version; the date of the data stands in record_versions.
LEFT_OUT = {"derivedSection.miscInfoModule.versionHolder"}
OURS = {"relatedTrials"}  # from saved pages, not in the API


def official_fields(nodes: list[dict[str, Any]], prefix: str = "") -> Iterator[str]:
    for node in nodes:
        path = f"{prefix}{node['name']}"
        if node.get("children"):
            yield from official_fields(node["children"], f"{path}.")
        else:
            yield path


def declared_fields() -> set[str]:
    return {path for row_type in ALL for column in row_type.table.columns for path in row_type.table.field_paths(column)}


def test_every_official_field_has_a_column_and_every_source_is_official() -> None:
    if not METADATA.exists():
        pytest.skip("the registry's field list is not beside this checkout")
    metadata = [node for node in json.loads(METADATA.read_text(encoding="utf-8")) if node["name"] in SECTIONS]
    official = set(official_fields(metadata)) - LEFT_OUT
    # GeoPoint is one field of the list and two numbers in a record.
    official = {path for path in official if not path.endswith(".geoPoint")} | {
        f"protocolSection.contactsLocationsModule.locations.geoPoint.{part}" for part in ("lat", "lon")
    }
    declared = {path for path in declared_fields() if path.partition(".")[0] not in OURS}

    assert declared >= official
    assert declared - official == set()


def test_every_official_value_of_a_field_has_a_label() -> None:
    if not ENUMS.exists():
        pytest.skip("the registry's list of values is not beside this checkout")
    in_results = {"Measure", "Outcome", "Reporting", "Analysis", "Confidence", "NonInferiority", "EventAssessment", "Agreement"}
    for enum in json.loads(ENUMS.read_text(encoding="utf-8")):
        if not any(enum["type"].startswith(start) for start in in_results):
            assert set(vocabularies()[enum["type"]]) == {value["value"] for value in enum["values"]}, enum["type"]


@pytest.mark.parametrize("row_type", ALL, ids=lambda row_type: row_type.table.name)
def test_every_table_and_column_is_described(row_type: type[Row]) -> None:
    table = row_type.table

    assert re.match(r"[a-z][a-z_]*\Z", table.name)
    assert table.description.endswith(".")
    assert table.key
    for column in table.columns:
        assert re.match(r"[a-z][a-z0-9_]*\Z", column.name)
        assert len(column.description) > 2, column.name
        assert not column.description.endswith("."), column.name


def test_a_table_comes_after_those_it_refers_to() -> None:
    seen: set[str] = set()
    for row_type in ALL:
        seen.add(row_type.table.name)
        for column in row_type.table.columns:
            if column.references:
                other, _, name = column.references.partition(".")
                assert other in seen, (row_type.table.name, column.name)
                parent = next(each for each in ALL if each.table.name == other)
                assert parent.table.key == (name,)


def test_derived_tables_belong_to_a_trial_and_kept_ones_are_not_rebuilt() -> None:
    assert set(ALL) == set(KEPT) | set(COMPARED) | set(DERIVED)
    for row_type in DERIVED:
        assert row_type.table.derived
        assert "nct_id" in row_type.table.column_names
    assert not any(row_type.table.derived for row_type in KEPT)
    assert VIEWS.keys() == VIEW_DESCRIPTIONS.keys()


def test_a_label_stands_beside_the_value_it_reads() -> None:
    for row_type in ALL:
        names = row_type.table.column_names
        for name in names:
            if name.endswith("_label") and name != "level_label":
                assert name.removesuffix("_label") in names, (row_type.table.name, name)


def test_rows_go_to_sqlite_and_back() -> None:
    row = Study(nct_id="NCT99000001", nct_number=99000001, enrollment_unknown=True, results_in_record=False, has_dmc=None)
    stored = tuple(int(value) if isinstance(value, bool) else value for value in row.values())

    assert rows_of(Study, [stored]) == [row]
    assert row.as_dict()["enrollment_unknown"] is True


def test_foreign_keys_are_indexed() -> None:
    for row_type in ALL:
        table = row_type.table
        led = {names[0] for names in (table.key, *table.indexes)} | {
            match.group(1) for match in re.finditer(r'\("(\w+)"\)', " ".join(table.index_ddl))
        }
        for column in table.columns:
            if column.references:
                assert column.name in led, (table.name, column.name)


def test_a_conflict_quotes_both_sides() -> None:
    names = RecordConflict.table.column_names

    assert {"left_path", "left_quote", "right_path", "right_quote", "detail"} <= set(names)


@pytest.mark.parametrize("row_type", ALL, ids=lambda row_type: str(row_type.table.name))
def test_a_row_from_its_values_is_the_row(row_type: type[Row]) -> None:
    values = {name: f"value {place}" for place, name in enumerate(row_type.table.column_names)}
    row = row_type(**values)

    assert row_type.from_values(row.values()) == row
    with pytest.raises(ValueError, match="values to unpack"):
        row_type.from_values(row.values()[1:])
