"""`trialside export --parquet`: the tables as stored, described, without contacts, and half a folder is not taken for all."""

from __future__ import annotations

import hashlib
import json
import re
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from harvester.export.data_package import TABLES, columns_of
from harvester.store import open_for_reading
from harvester.tables import ALL, DERIVED, CentralContact, FacilityContact

pq = pytest.importorskip("pyarrow.parquet", reason="pyarrow is not installed: the extra “parquet” brings it")

ROOT = Path(__file__).parents[3]
Run = Callable[..., Result]


@pytest.fixture
def tables(filled: Run) -> Path:
    done = filled("export", "--parquet", "tables")
    assert (done.exit_code, done.stdout) == (0, "tables/datapackage.json\n"), done.stderr
    return Path("tables")


@pytest.fixture
def package(tables: Path) -> dict[str, Any]:
    read: dict[str, Any] = json.loads((tables / "datapackage.json").read_text(encoding="utf-8"))
    return read


def stored(name: str, columns: tuple[str, ...]) -> list[tuple[Any, ...]]:
    listed = ", ".join(f'"{each}"' for each in columns)
    with closing(open_for_reading(Path("db/trials.db"))) as connection:
        return connection.execute(f'SELECT {listed} FROM "{name}" ORDER BY rowid').fetchall()


def test_every_value_of_every_table_comes_back(tables: Path) -> None:
    filled_tables = 0
    for row_type in TABLES:
        name, columns = row_type.table.name, columns_of(row_type)
        read = pq.read_table(tables / f"{name}.parquet")
        assert tuple(read.column_names) == columns
        rows = list(zip(*(read[column].to_pylist() for column in columns), strict=True))
        assert rows == stored(name, columns), name
        filled_tables += bool(rows)
    assert filled_tables > 25


def test_all_tables_leave_but_contacts_and_what_is_only_ours() -> None:
    kept_back = {each.table.name for each in ALL} - {each.table.name for each in TABLES}

    assert kept_back >= {"central_contacts", "facility_contacts", "harvest_runs"}
    assert {CentralContact, FacilityContact} == set(DERIVED) - set(TABLES)


def test_no_contact_and_no_whole_record_leaves(tables: Path) -> None:
    with closing(open_for_reading(Path("db/trials.db"))) as connection:
        mails = [row[0] for row in connection.execute("SELECT email FROM central_contacts WHERE email LIKE '%@%'")]
    everything = str([pq.read_table(path).to_pylist() for path in tables.glob("*.parquet")])

    assert mails
    assert [mail for mail in mails if mail in everything] == []
    assert "record" not in pq.read_schema(tables / "record_versions.parquet").names


def test_the_package_describes_the_files(tables: Path, package: dict[str, Any]) -> None:
    assert {each["path"] for each in package["resources"]} == {path.name for path in tables.glob("*.parquet")}
    for resource in package["resources"]:
        path = tables / resource["path"]
        assert resource["bytes"] == path.stat().st_size
        assert resource["hash"] == f"sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}"
        assert resource["rows"] == pq.read_metadata(path).num_rows
        assert [field["name"] for field in resource["schema"]["fields"]] == pq.read_schema(path).names


def test_the_package_says_whose_data_they_are_and_what_columns_mean(package: dict[str, Any]) -> None:
    doses = next(each for each in package["resources"] if each["name"] == "doses")
    fields = {field["name"]: field for field in doses["schema"]["fields"]}

    assert package["attribution"].startswith("Source: ClinicalTrials.gov, U.S. National Library of Medicine, data as of")
    assert package["sources"][0]["path"] == "https://clinicaltrials.gov/"
    assert package["dataDate"]
    assert all(field["description"] for field in fields.values())
    assert fields["source_start"]["unit"] == "code points"
    assert "oral" in fields["route"]["constraints"]["enum"]
    assert fields["days"]["contentMediaType"] == "application/json"
    assert fields["continuous"]["type"] == "boolean"
    assert {"fields": ["nct_id"], "reference": {"resource": "studies", "fields": ["nct_id"]}} in doses["schema"]["foreignKeys"]


def test_keys_and_references_lead_to_tables_and_columns_that_are_there(package: dict[str, Any]) -> None:
    fields = {each["name"]: {field["name"] for field in each["schema"]["fields"]} for each in package["resources"]}

    for resource in package["resources"]:
        assert set(resource["schema"]["primaryKey"]) <= fields[resource["name"]]
        for key in resource["schema"]["foreignKeys"]:
            assert set(key["fields"]) <= fields[resource["name"]]
            assert set(key["reference"]["fields"]) <= fields[key["reference"]["resource"]]


def test_the_files_say_what_they_are_themselves(tables: Path) -> None:
    schema = pq.read_schema(tables / "criterion_facts.parquet")

    assert b"ClinicalTrials.gov" in schema.metadata[b"attribution"]
    assert schema.field("quote").metadata[b"description"]


def test_the_same_data_give_the_same_files(filled: Run, tables: Path) -> None:
    filled("export", "--parquet", "again")

    assert {path.name: path.read_bytes() for path in tables.iterdir()} == {
        path.name: path.read_bytes() for path in Path("again").iterdir()
    }


def test_rows_are_written_in_groups(filled: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("harvester.store.streaming.BLOCK_ROWS", 3)
    monkeypatch.setattr("harvester.export.parquet.GROUP_ROWS", 6)
    filled("export", "--parquet", "tables")
    read = pq.ParquetFile("tables/eligibility_criteria.parquet")

    assert read.metadata.num_row_groups > 3
    assert {read.metadata.row_group(place).num_rows for place in range(read.metadata.num_row_groups - 1)} == {6}


def test_named_trials_alone(filled: Run) -> None:
    filled("export", "--parquet", "two", "NCT99000001", "nct7105579")
    named = {"NCT99000001", "NCT07105579"}

    assert set(pq.read_table("two/studies.parquet")["nct_id"].to_pylist()) == named
    assert set(pq.read_table("two/eligibility_criteria.parquet")["nct_id"].to_pylist()) == named


def test_a_trial_that_is_not_stored_is_named(filled: Run) -> None:
    done = filled("export", "--parquet", "tables", "NCT98765432")

    assert done.exit_code == 2
    assert "NCT98765432 is not in the database" in done.stderr


def test_an_earlier_export_is_replaced_only_when_told(filled: Run, tables: Path) -> None:
    refused = filled("export", "--parquet", str(tables))
    replaced = filled("export", "--parquet", str(tables), "--force")

    assert (refused.exit_code, replaced.exit_code) == (2, 0)
    assert "--force" in refused.stderr


def test_a_folder_of_others_is_left_alone(filled: Run) -> None:
    Path("theirs").mkdir()
    Path("theirs/thesis.txt").write_text("years of work", encoding="utf-8")
    done = filled("export", "--parquet", "theirs", "--force")

    assert done.exit_code == 2
    assert "thesis.txt" in done.stderr
    assert [path.name for path in Path("theirs").iterdir()] == ["thesis.txt"]


def test_an_export_that_ends_early_is_not_taken_for_whole(filled: Run, tables: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(path: Path, *_: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("harvester.export.parquet.write_parquet", full)
    done = filled("export", "--parquet", str(tables), "--force")

    assert done.exit_code == 5
    assert "No space left on device" in done.stderr
    assert not (tables / "datapackage.json").exists()


def test_without_pyarrow_one_line_says_what_to_install(filled: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "harvester.export.parquet", raising=False)
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    done = filled("export", "--parquet", "tables")

    assert done.exit_code == 2
    assert done.stderr.count("\n") == 1
    assert "python -m pip install pyarrow" in done.stderr
    assert not Path("tables").exists()


@pytest.mark.parametrize("also", [["--format", "json"], ["--template", "dosing"], ["-o", "a.csv"]])
def test_it_goes_with_no_form_of_a_file(filled: Run, also: list[str]) -> None:
    done = filled("export", "--parquet", "tables", *also)

    assert done.exit_code == 2
    assert "--parquet takes no --format" in done.stderr


QUERIES = re.findall(r"```sql\n(.*?)```", (ROOT / "docs" / "large.md").read_text(encoding="utf-8"), re.DOTALL)


@pytest.mark.parametrize("query", QUERIES, ids=[str(number) for number in range(1, len(QUERIES) + 1)])
def test_the_queries_of_the_recipe_give_rows(tables: Path, query: str) -> None:
    duckdb = pytest.importorskip("duckdb", reason="duckdb is not installed: the extra “bench” brings it")

    assert duckdb.sql(query).fetchall()
