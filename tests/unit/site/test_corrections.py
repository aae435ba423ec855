"""Corrections on the site: beside the value, in a list, in the JSON twin, in the tables. All records are synthetic."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from harvester.normalise.correction_file import Wanted
from harvester.pipeline import Harvest
from harvester.registry.record import Origin, record_of
from harvester.site.app import Site, make_datasette
from harvester.store import Store
from harvester.tables.eligibility import CRITERIA
from tests.standin.synthetic import synthetic_study

DESCRIPTION = "protocolSection.armsInterventionsModule.interventions[0].description"
ORIGIN = Origin(source="api", fetched_at="2026-11-25T08:00:00Z", data_timestamp="2026-11-24T09:00:05")


def wanted(path: str, text: str, words: str, table: str, column: str, old: str, new: str, why: str) -> Wanted:
    start = text.index(words)
    place = (path, start, start + len(words), words)
    return Wanted(1, "NCT99000001", *place, table, "set", None, column, old or None, new, why, "A. <b>Reader</b>", "2026-11-25")


@pytest.fixture(scope="module")
def corrected_db(tmp_path_factory: pytest.TempPathFactory) -> Path:
    body = synthetic_study(1)
    protocol = body["protocolSection"]
    criteria = protocol["eligibilityModule"]["eligibilityCriteria"]
    dosing = protocol["armsInterventionsModule"]["interventions"][0]["description"]
    made = [
        wanted(CRITERIA, criteria, "\\>= 18 years", "criterion_facts", "low", "18", "21", "protocol, page 7"),
        wanted(DESCRIPTION, dosing, "2 mg", "doses", "amount_low", "2", "5", "erratum"),
        wanted(CRITERIA, criteria, "Pregnancy or breast-feeding", "eligibility_criteria", "scope", "", "Part 2", "amendment"),
        wanted(CRITERIA, criteria, "0-2", "criterion_facts", "high", "3", "1", "misread"),
    ]
    path = tmp_path_factory.mktemp("corrected") / "trials.db"
    with Store(path) as store:
        harvest = Harvest(store, "test", lambda: "2026-11-25T08:00:00Z", corrections={"NCT99000001": made})
        report = harvest.arrivals([record_of(body, None, ORIGIN), record_of(synthetic_study(2), None, ORIGIN)], 2)
    assert report.saved == 2
    return path


@pytest.fixture
def ask(corrected_db: Path) -> Callable[[str], Any]:
    site: Site = make_datasette(corrected_db, focal="NCT99000001")
    return site.client.get


async def test_a_mark_stands_beside_the_value_with_reason_name_and_day(ask: Callable[[str], Any]) -> None:
    page = (await ask("/trial/NCT99000001")).text

    # a fact, two of a criterion, a dose in its text and listed
    assert page.count('<span class="flag">corrected by a person</span>') == 5
    assert "low: 21 instead of 18 (protocol, page 7; A. &lt;b&gt;Reader&lt;/b&gt;, 2026-11-25)" in page
    assert page.count('<span class="note">scope: Part 2 instead of nothing (amendment;') == 2
    assert "betacept 5 mg oral daily" in page
    assert "<b>Reader" not in page


async def test_void_corrections_are_listed_with_the_reason(ask: Callable[[str], Any]) -> None:
    page = (await ask("/trial/NCT99000001")).text

    assert '<a href="#corrections">4 corrections of what was read</a>' in page
    assert "Not applied: high is read as 2 now, not 3." in page
    assert page.count('<span class="flag">void</span>') == 1


async def test_a_trial_without_corrections_says_nothing_of_them(ask: Callable[[str], Any]) -> None:
    assert "orrection" not in (await ask("/trial/NCT99000002")).text


async def test_the_twin_and_the_table_hold_them(ask: Callable[[str], Any]) -> None:
    twin = (await ask("/trial/NCT99000001.json")).json()
    rows = (await ask("/data/corrections.json?_shape=array")).json()

    assert [each["void"] for each in twin["corrections"]] == [None, None, None, "high is read as 2 now, not 3"]
    assert [each["state"] for each in rows] == ["applied", "applied", "applied", "void"]


async def test_a_comparison_flags_the_corrected_cell_in_words(ask: Callable[[str], Any]) -> None:
    assert "corrected by a person" in (await ask("/compare/NCT99000001,NCT99000002")).text
