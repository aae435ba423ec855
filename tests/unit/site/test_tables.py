"""Datasette's own pages as our readers meet them: whole files, questions that went wrong, concepts by their names."""

from __future__ import annotations

import csv
import io
import re
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from harvester.compare.concept import slug_of
from harvester.site.app import Site, make_datasette
from harvester.site.described import CONTACTS
from harvester.tables import ALL
from tests.unit.site.conftest import Ask
from tests.unit.site.site_records import write_site

ENDLESS = "with recursive n(i) as (select 1 union all select i + 1 from n) select count(*) from n"


def rows_of(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text)))


@pytest.mark.parametrize("asked", ["", "?_labels=on&_size=max", "?_next=2&_size=max"])
async def test_a_table_as_csv_is_all_of_it_under_its_name(ask: Ask, asked: str) -> None:
    counted = (await ask("/data.json?sql=select+count(*)+from+criterion_facts&_shape=arrayfirst")).json()[0]
    file = await ask(f"/data/criterion_facts.csv{asked}")

    assert len(rows_of(file.text)) - 1 == counted > 2
    assert file.headers["content-disposition"] == 'attachment; filename="criterion_facts.csv"'
    assert file.headers["content-type"] == "text/csv; charset=utf-8"


async def test_of_a_table_as_csv_some_rows_can_be_asked_for(ask: Ask) -> None:
    assert len(rows_of((await ask("/data/criterion_facts.csv?_size=2")).text)) == 3


@pytest.mark.parametrize(
    ("sql", "words"),
    [(ENDLESS, "longer than a second"), ("selec 1", "must be a SELECT"), ("delete from studies", "must be a SELECT")],
)
async def test_a_question_that_is_not_answered_can_be_put_right(ask: Ask, sql: str, words: str) -> None:
    page = await ask("/data", params={"sql": sql})

    assert page.status_code == 400
    assert words in page.text
    assert f">{sql}</textarea>" in page.text
    assert "&lt;" not in page.text.partition("<h1>")[2].partition("</h1>")[2]


async def test_a_column_that_is_not_there_is_bad_input(ask: Ask) -> None:
    page = await ask("/data/criterion_facts?_sort=foo")

    assert (page.status_code, "Cannot sort table by foo" in page.text) == (400, True)


@pytest.mark.parametrize(
    ("name", "slug"),
    [("LVEF", "lvef"), ("Left ventricular ejection fraction", "lvef"), ("ejection fraction", "lvef"), ("Left ear", "left_ear")],
)
def test_a_concept_goes_by_its_slug_its_label_and_its_words(name: str, slug: str) -> None:
    assert slug_of(name) == slug


async def test_a_limit_says_whether_it_admits_a_value_and_whom_it_binds(ask: Ask) -> None:
    found = (await ask("/data/limits_of_a_concept.json?concept=ECOG&value=1&_shape=objects")).json()["rows"]

    assert {"condition", "exception", "alternative_group", "flags", "criterion", "admits_value"} <= set(found[0])
    assert {each["admits_value"] for each in found} <= {"yes", "no", "for some, see the words", "not told by a limit"}
    plain = [each for each in found if each["condition"] is None and each["eligible_high"] is not None]
    assert plain
    assert all((each["admits_value"] == "yes") == (each["eligible_high"] >= 1) for each in plain)


@pytest.mark.parametrize("value", ["", "abc", "1 point", "1,5", '"1"', "[1]"])
async def test_a_value_that_is_no_number_is_held_against_no_limit(ask: Ask, value: str) -> None:
    found = (await ask(f"/data/limits_of_a_concept.json?concept=ECOG&value={quote(value)}&_shape=objects")).json()["rows"]

    assert found
    assert {each["admits_value"] for each in found} == {None}


async def test_a_part_of_a_name_finds_the_concepts_that_have_it_and_units_are_shown(ask: Ask) -> None:
    found = (await ask("/data/limits_of_a_concept.json?concept=lve&value=55&_shape=objects")).json()["rows"]

    assert {(each["concept"], each["canonical_unit"]) for each in found} == {("lvef", "%")}
    assert {each["admits_value"] for each in found} == {"yes", "no"}


@pytest.mark.parametrize(
    ("table", "column", "value"),
    [
        ("criterion_facts", "sex", "female"),
        ("eligibility_criteria", "scope", "Cohort A"),
        ("eligibility_criteria", "population", "donor"),
    ],
)
async def test_a_limit_for_some_people_alone_is_said_to_be_one(tmp_path: Path, table: str, column: str, value: str) -> None:
    with closing(sqlite3.connect(write_site(tmp_path / "trials.db"))) as connection, connection:
        connection.execute(f"UPDATE {table} SET {column} = ?", (value,))
    asked = "/data/limits_of_a_concept.json?concept=lvef&value=55&_shape=objects"
    found = (await make_datasette(tmp_path / "trials.db").client.get(asked)).json()["rows"]

    assert {each["admits_value"] for each in found} == {"for some, see the words"}


async def test_about_links_to_no_table_that_is_withheld(site_db: Path) -> None:
    for public, withheld in ((False, CONTACTS), (True, CONTACTS | {"record_versions"})):
        client = make_datasette(site_db, public=public).client
        linked = set(re.findall(r'<th scope="row"><a href="/data/(\w+)"', (await client.get("/about")).text))
        assert {row_type.table.name for row_type in ALL} - linked == withheld


@pytest.mark.parametrize(("public", "open_to"), [(True, "*"), (False, None)])
async def test_scripts_of_other_sites_read_data_of_a_public_site(site_db: Path, public: bool, open_to: str | None) -> None:
    client = make_datasette(site_db, public=public).client

    for path in ("/search.json?q=synthetic", "/data/criterion_facts.csv"):
        assert (await client.get(path)).headers.get("access-control-allow-origin") == open_to
    assert "access-control-allow-origin" not in (await client.get("/")).headers


@pytest.mark.parametrize(("name", "words"), [("data-dictionary.md", "criterion_facts"), ("schema.sql", "CREATE TABLE")])
async def test_what_the_tables_hold_can_be_read(ask: Ask, name: str, words: str) -> None:
    assert f'href="/schema/{name}"' in (await ask("/data")).text

    file = await ask(f"/schema/{name}")

    assert (file.status_code, file.headers["content-type"], words in file.text) == (200, "text/plain; charset=utf-8", True)


async def test_a_table_that_cannot_be_counted_leaves_the_others_counted(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    database = site.get_database("data")
    asked = database.execute

    async def broken(sql: str, *rest: Any, **named: Any) -> Any:
        if "[doses]" in sql:
            raise RuntimeError("database disk image is malformed")
        return await asked(sql, *rest, **named)

    monkeypatch.setattr(database, "execute", broken)
    counts = await database.table_counts()

    assert counts["doses"] is None
    assert counts["studies"]


async def test_the_answer_of_a_question_comes_before_its_sql(ask: Ask) -> None:
    page, with_sql = (
        (await ask("/data/limits_of_a_concept?concept=lvef")).text,
        await ask("/data/limits_of_a_concept?_show_sql=1"),
    )

    assert "WITH RECURSIVE" not in re.sub(r"<(?:input|a) [^>]*>", "", page)
    assert "_show_sql=1" in page
    assert "WITH RECURSIVE" in with_sql.text
