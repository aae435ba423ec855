"""No page of ours reads a whole table that grows with the collection: what is fast on ten trials is fast on 600,000."""

from __future__ import annotations

import re
from contextlib import closing
from pathlib import Path
from sqlite3 import Connection
from typing import Any

import pytest

from harvester.compare.concept import slug_of
from harvester.site import ranking
from harvester.site.app import Site, make_datasette
from harvester.site.database import BoundedDatabase
from harvester.site.described import queries
from harvester.store import Search, open_for_reading, statistics
from harvester.tables import ALL
from tests.unit.site.site_records import FULL, HOSTILE, PLAIN, write_site

SMALL = {
    "data_state",
    "harvest_runs",
    "data_models",
    "saved_searches",
    "comparisons",
    "comparison_members",
    "comparison_snapshots",
}
"""Tables that do not grow with the collection."""
GROWING = {row_type.table.name for row_type in ALL} - SMALL
PAGES = (
    "/", "/index.json", f"/trial/{FULL}", f"/trial/{FULL}.json", f"/trial/{HOSTILE}/history", "/changes", "/changes.json",
    "/changes.atom", "/changes?since=2026-01-01", f"/compare/{FULL},{PLAIN[0]},{PLAIN[1]}", f"/compare/{FULL},{PLAIN[0]}.json",
    f"/compare/{FULL},{PLAIN[0]}.csv", f"/compare/{FULL},{PLAIN[0]}.svg", f"/embed/compare/{FULL},{PLAIN[0]}",
    f"/file/compare/{FULL},{PLAIN[0]}", f"/compare?ids={FULL}&add={PLAIN[0]}", f"/related/{FULL}", f"/related/{PLAIN[0]}.json",
    f"/vignette/{FULL},{PLAIN[0]}", "/search", "/search?q=synthetic", f"/search?q={FULL}",
    "/search?country=France&sex=MALE", "/search?condition=x&order=start", "/search?all=1", "/search.csv?all=1", "/snapshots",
    "/about", f"/trial/{FULL}.bib", "/trial/NCT98000000", "/no/such/page",
)  # fmt: skip
_WALKS = re.compile(r"SCAN (?:TABLE )?(\w+)(?P<index> USING (?:COVERING )?INDEX \w+)?$")


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Site, list[str]]:
    """A site, and every statement that it will have sent."""
    sent: list[str] = []
    connect = BoundedDatabase.connect

    def listening(self: BoundedDatabase, write: bool = False) -> Any:
        connection = connect(self, write)
        connection.set_trace_callback(sent.append)
        return connection

    monkeypatch.setattr(BoundedDatabase, "connect", listening)
    monkeypatch.setattr(ranking.related_trials, "__kwdefaults__", ranking.related_trials.__kwdefaults__ | {"closely": 1})
    return make_datasette(write_site(tmp_path / "trials.db")), sent


def walked(connection: Connection, statement: str) -> list[str]:
    """Growing tables that a statement reads from end to end: all of one, or one in the order of an index without a limit."""
    found = []
    for _, _, _, step in connection.execute(f"EXPLAIN QUERY PLAN {statement}"):
        walk = _WALKS.match(step)
        if walk and walk[1] in GROWING and not (walk["index"] and re.search(r"\bLIMIT\b", statement)):
            found.append(f"{step}: {statement[:300]}")
    return found


async def test_no_page_reads_a_whole_table(site: tuple[Site, list[str]], tmp_path: Path) -> None:
    made, sent = site
    for page in PAGES:
        await made.client.get(page)
    statements = [each for each in dict.fromkeys(sent) if each.lstrip().upper().startswith(("SELECT", "WITH"))]
    counting: list[str] = []
    with closing(open_for_reading(tmp_path / "trials.db")) as connection:
        connection.set_trace_callback(counting.append)
        statistics(connection)
        connection.set_trace_callback(None)
        # What counts the collection is asked once a state of the data; a count for one page walks an index and is kept with it.
        counted = {each for each in counting if walked(connection, each)}
        assert {each: sent.count(each) for each in counted} == dict.fromkeys(counted, 1)
        lines = [line for each in statements if each not in counted for line in walked(connection, each)]
        assert [line for line in lines if not re.search(r"COVERING INDEX \w+: SELECT count\(\*\)", line)] == []
    assert len(statements) > 100


def test_the_test_sees_what_it_should(tmp_path: Path) -> None:
    with closing(open_for_reading(write_site(tmp_path / "trials.db"))) as connection:
        for statement in (
            "SELECT count(*) FROM studies WHERE brief_title LIKE '%x%'",
            "SELECT nct_id FROM doses ORDER BY agent",
            "SELECT name FROM conditions, studies WHERE conditions.nct_id = studies.nct_id",
        ):
            assert walked(connection, statement), statement
        for statement in (
            "SELECT * FROM studies WHERE nct_id = 'NCT99000001'",
            "SELECT nct_id FROM studies ORDER BY nct_number DESC LIMIT 3",
            "SELECT rowid FROM study_search WHERE study_search MATCH 'x'",
            "SELECT * FROM data_state",
        ):
            assert walked(connection, statement) == [], statement


def steps(connection: Connection, statement: str, *values: object) -> list[str]:
    return [step for *_, step in connection.execute(f"EXPLAIN QUERY PLAN {statement}", *values)]


@pytest.mark.parametrize(
    "only",
    [
        {"overall_status": ["RECRUITING"]},
        {"phase": ["PHASE2"], "study_type": ["INTERVENTIONAL"]},
        {"country": ["Nowhere"], "sex": ["FEMALE"], "results": ["none", "posted"]},
    ],
)
def test_a_search_that_is_narrowed_asks_the_index_of_words_once(tmp_path: Path, only: dict[str, list[str]]) -> None:
    sent: list[str] = []
    with closing(open_for_reading(write_site(tmp_path / "trials.db"))) as connection:
        connection.set_trace_callback(sent.append)
        search = Search(connection, "synthetic", only)
        search.hits()
        search.kinds()
        connection.set_trace_callback(None)
        narrowed = [each for each in sent if "studies.nct_number = study_search.rowid" in each]
        assert len(narrowed) >= 3
        for statement in narrowed:
            reading = [step for step in steps(connection, statement) if re.search(r"\b(study_search|studies)\b", step)]
            assert reading[0].startswith("SCAN study_search VIRTUAL TABLE"), reading
            assert reading[1].startswith("SEARCH studies USING INDEX idx_studies_nct_number"), reading


def test_limits_of_a_concept_are_found_by_their_index(tmp_path: Path) -> None:
    with closing(open_for_reading(write_site(tmp_path / "trials.db"))) as connection:
        connection.create_function("concept_slug", 1, slug_of, deterministic=True)
        plan = steps(connection, queries()["limits_of_a_concept"]["sql"], {"concept": "ecog", "value": "1"})

    assert "SEARCH criterion_facts USING INDEX idx_criterion_facts_concept (concept=?)" in plan
    assert not [step for step in plan if re.match(r"SCAN (criterion_facts|eligibility_criteria)", step)]
