"""Histories on the site: of one trial, of the collection since a day, and as a feed."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from harvester.compare.build import build_comparison
from harvester.errors import TrialsideError
from harvester.history import freeze
from harvester.pipeline import Harvest, Lost
from harvester.registry.record import Origin, Record, record_of
from harvester.site.app import make_datasette
from harvester.store import Store, freeze_comparison, read_studies
from tests.standin.synthetic import synthetic_id, synthetic_study

Ask = Callable[..., Awaitable[Any]]
CHANGED, NEW, HOSTILE = synthetic_id(1), synthetic_id(2), synthetic_id(3)
GONE = synthetic_id(5)
HASHES: list[str] = []
ATOM = "{http://www.w3.org/2005/Atom}"


def record(number: int, day: str, criteria: str | None = None, status: str | None = None) -> Record:
    body = synthetic_study(number)
    if criteria:
        body["protocolSection"]["eligibilityModule"]["eligibilityCriteria"] = criteria
    if status:
        body["protocolSection"]["statusModule"]["whyStopped"] = status
    return record_of(body, None, Origin(source="api", fetched_at=f"{day}T08:00:00Z", data_timestamp=f"{day}T05:00:00"))


@pytest.fixture(scope="module")
def ask(tmp_path_factory: pytest.TempPathFactory) -> Ask:
    path = tmp_path_factory.mktemp("history") / "trials.db"
    first = "Inclusion Criteria:\n\n* ECOG performance status 0-2\n\nExclusion Criteria:\n\n* Active CNS leukemia"
    second = "Inclusion Criteria:\n\n* ECOG performance status 0-1"
    with Store(path) as store:
        harvest = Harvest(store, "harvest", lambda: "2026-11-25T08:00:00Z")
        harvest.arrivals([record(1, "2025-07-01", first), record(1, "2026-10-01", second)], 2)
        harvest.arrivals([record(2, "2026-09-01")], 1)
        harvest.arrivals([record(3, "2026-09-01"), record(3, "2026-11-02", status="<script>alert(1)</script> & ]]>")], 2)
        lost = Lost(GONE, "not_found", TrialsideError("The registry has no trial", "Check the number."))
        harvest.arrivals([record(5, "2026-09-01")], 1)
        Harvest(store, "refresh", lambda: "2026-11-26T08:00:00Z").arrivals([lost], 1)
        frozen = build_comparison(list(read_studies(store.connection, [CHANGED, NEW]).values()), collection_size=3)
        with store.transaction():
            freeze_comparison(store.connection, freeze(frozen, "2026-11-01T08:00:00Z"))
        HASHES.append(freeze(frozen, "").snapshot_sha256)
        harvest.arrivals([record(2, "2026-11-20", "Inclusion Criteria:\n\n* ECOG performance status 0-3")], 1)
    return make_site(path)


def make_site(path: Path) -> Ask:
    site = make_datasette(path)

    async def get(asked: str) -> Any:
        return await site.client.get(asked)

    return get


async def test_a_trials_history_tells_what_each_version_changed(ask: Ask) -> None:
    answer = await ask(f"/trial/{CHANGED}/history")

    assert answer.status_code == 200
    assert "<b>tightened</b> inclusion criterion" in answer.text
    assert "<b>removed</b> exclusion criterion" in answer.text
    assert "<del>Active CNS leukemia</del>" in answer.text
    assert "<del>2</del><ins>1</ins>" in answer.text
    assert f"/study/{CHANGED}?tab=history" in answer.text
    assert answer.text.index('id="v2"') < answer.text.index('id="v1"')
    for words in ("at the start of the trial", "first seen here", "First fetched 20", "<b>now</b>", "Source: ClinicalTrials.gov"):
        assert words in answer.text
    assert f'href="/trial/{CHANGED}/history"' in (await ask(f"/trial/{CHANGED}")).text


async def test_the_twin_holds_the_same(ask: Ask) -> None:
    twin = (await ask(f"/trial/{CHANGED}/history.json")).json()

    assert [(each["to_version"], each["at_start"], each["is_current"]) for each in twin["steps"]] == [
        (2, False, True),
        (1, True, False),
    ]
    assert [each["direction"] for each in twin["steps"][0]["changes"]] == ["tightened", "removed"]
    assert "attribution" in twin


async def test_numbers_are_led_to_their_own_address(ask: Ask) -> None:
    assert (await ask(f"/trial/{CHANGED.lower()}/history")).headers["location"] == f"/trial/{CHANGED}/history"
    assert (await ask("/trial/NCT99999999/history")).status_code == 404
    assert (await ask("/trial/nothing/history")).status_code == 400


async def test_changes_since_a_day(ask: Ask) -> None:
    every = (await ask("/changes.json")).json()
    late = (await ask("/changes.json?since=2026-11-01")).json()

    assert [each["nct_id"] for each in every["steps"]] == [NEW, HOSTILE, CHANGED]
    assert {each["nct_id"] for each in every["new"]} == {CHANGED, NEW, HOSTILE, GONE}
    assert [each["nct_id"] for each in late["steps"]] == [NEW, HOSTILE]
    assert late["new"] == []
    assert "No stored version changed anything since 2026-12-01" in (await ask("/changes?since=2026-12-01")).text


@pytest.mark.parametrize("since", ["yesterday", "2026-13-01", "' OR 1=1 --", "<script>"])
async def test_what_is_no_day_is_said_so(ask: Ask, since: str) -> None:
    answer = await ask(f"/changes?since={since}")

    assert answer.status_code == 400
    assert "<script>" not in answer.text


async def test_the_feed_is_atom_and_its_identifiers_last(ask: Ask) -> None:
    answer = await ask("/changes.atom")
    feed = ET.fromstring(answer.text)  # our own answer
    entries = feed.findall(f"{ATOM}entry")

    assert answer.headers["content-type"].startswith("application/atom+xml")
    titles = [entry.findtext(f"{ATOM}title") or "" for entry in entries]
    assert f"{HOSTILE}: 1 added" in titles
    assert any(title == f"{NEW}: new in this collection" for title in titles)
    identifiers = [entry.findtext(f"{ATOM}id") for entry in entries]
    assert len(set(identifiers)) == len(identifiers) == 7
    assert identifiers == [
        entry.findtext(f"{ATOM}id") for entry in ET.fromstring((await ask("/changes.atom")).text).findall(f"{ATOM}entry")
    ]
    assert "ClinicalTrials.gov" in (feed.findtext(f"{ATOM}rights") or "")


async def test_words_of_a_record_are_data(ask: Ask) -> None:
    for path in (f"/trial/{HOSTILE}/history", "/changes", "/changes.atom"):
        assert "<script>alert" not in (await ask(path)).text


async def test_a_frozen_comparison_is_shown_as_it_was_with_what_is_otherwise(ask: Ask) -> None:
    answer = await ask(f"/snapshot/{HASHES[0]}")
    twin = (await ask(f"/snapshot/{HASHES[0]}.json")).json()
    today = (await ask(f"/compare/{CHANGED},{NEW}.json")).json()

    assert answer.status_code == 200
    assert f"SHA-256 {HASHES[0]}" in answer.text
    assert "side by side, frozen 2026-11-01" in answer.text
    assert [each["version"] for each in twin["comparison"]["trials"]] == [2, 1]
    assert [each["version"] for each in today["trials"]] == [2, 2]
    assert {each["nct_id"] for each in twin["since"]} == {NEW}
    assert [(each["nct_id"], each["to_version"]) for each in twin["steps"]] == [(NEW, 2)]


async def test_a_hash_is_led_to_its_whole_and_an_unknown_one_is_not_there(ask: Ask) -> None:
    assert (await ask(f"/snapshot/{HASHES[0][:12]}")).headers["location"] == f"/snapshot/{HASHES[0]}"
    assert (await ask(f"/snapshot/{'0' * 64}")).status_code == 404
    assert (await ask(f"/snapshot/{'0' * 64}.xlsx")).status_code == 404
    assert (await ask(f"/snapshot/{HASHES[0][:12]}.csv")).headers["location"] == f"/snapshot/{HASHES[0]}.csv"
    for ending in ("xlsx", "docx", "csv", "html"):
        file = await ask(f"/snapshot/{HASHES[0]}.{ending}")
        assert file.status_code == 200
        assert f'filename="comparison-{HASHES[0][:12]}.{ending}"' in file.headers["content-disposition"]
    assert (await ask("/snapshot/%27%20OR%201")).status_code == 404


async def test_the_news_of_a_frozen_comparison_are_seen_and_its_files_carry_its_hash(ask: Ask) -> None:
    assert "<details open><summary>" in (await ask(f"/snapshot/{HASHES[0]}")).text
    assert f"SHA-256 {HASHES[0]}; what changed since" in (await ask(f"/snapshot/{HASHES[0]}.html")).text
    assert f'href="/changes?trials={CHANGED},{NEW}"' in (await ask(f"/compare/{CHANGED},{NEW}")).text


async def test_a_trial_that_the_registry_no_longer_has_says_so(ask: Ask) -> None:
    page = (await ask(f"/trial/{GONE}")).text

    assert "The registry did not have this trial any more on 2026-11-26." in page
    assert "This is the record as it was fetched on 2026-09-01." in page
    assert "any more" not in (await ask(f"/trial/{NEW}")).text


async def test_frozen_comparisons_are_listed(ask: Ask) -> None:
    page, twin = await ask("/snapshots"), (await ask("/snapshots.json")).json()

    assert f'href="/snapshot/{HASHES[0]}"' in page.text
    assert twin["frozen"] == [
        {
            "href": f"/snapshot/{HASHES[0]}",
            "snapshot_sha256": HASHES[0],
            "frozen_at": "2026-11-01T08:00:00Z",
            "nct_ids": [CHANGED, NEW],
        }
    ]
    assert 'href="/snapshots"' in (await ask("/changes")).text
