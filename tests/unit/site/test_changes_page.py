"""`/changes` in pages and parts, and its feed as a paged one (RFC 5005). All records are synthetic."""

from __future__ import annotations

import shutil
import xml.etree.ElementTree as ET
from collections.abc import Awaitable, Callable
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from harvester.history import subjects
from harvester.history.fields import definition_rows
from harvester.pipeline import Harvest
from harvester.registry.record import Origin, Record, record_of
from harvester.site.app import make_datasette
from harvester.site.pages import changes as page
from harvester.store import Store, save_comparison
from harvester.tables import ComparisonMember, ComparisonSet
from tests.standin.synthetic import synthetic_id, synthetic_study

Ask = Callable[..., Awaitable[Any]]
ATOM = "{http://www.w3.org/2005/Atom}"
TRIALS = 7


def record(number: int, day: str, enrolment: int | None = None, ecog: str = "0-2") -> Record:
    body = synthetic_study(number)
    protocol = body["protocolSection"]
    if enrolment:
        protocol["designModule"]["enrollmentInfo"]["count"] = enrolment
    module = protocol["eligibilityModule"]
    module["eligibilityCriteria"] = module["eligibilityCriteria"].replace("0-2", ecog)
    return record_of(body, None, Origin(source="api", fetched_at=f"{day}T08:00:00Z", data_timestamp=f"{day}T05:00:00"))


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Seven trials that came on one day; on each later day one has another enrolment, the first three also other criteria."""
    path = tmp_path_factory.mktemp("changes") / "trials.db"
    with Store(path) as store:
        harvest = Harvest(store, "harvest", lambda: "2026-11-25T08:00:00Z")
        harvest.arrivals([record(number, "2026-10-01") for number in range(1, TRIALS + 1)], TRIALS)
        for number in range(1, TRIALS + 1):
            changed = record(number, f"2026-11-{number:02}", 500 + number, "0-1" if number < 4 else "0-2")
            harvest.arrivals([changed], 1)
        named = ComparisonSet(comparison_id="pair", title="A pair", focal_nct_id=synthetic_id(2), note=None)
        member = ComparisonMember(comparison_id="pair", nct_id=synthetic_id(5), position=1, role=None, reason=None)
        with store.transaction():
            save_comparison(store.connection, named, [member])
    return path


@pytest.fixture
def ask(database: Path, monkeypatch: pytest.MonkeyPatch) -> Ask:
    """The site with three versions a page."""
    monkeypatch.setattr(page, "SHOWN", 3)
    site = make_datasette(database)

    async def get(asked: str) -> Any:
        return await site.client.get(asked)

    return get


def trials(twin: Any) -> list[str]:
    return [each["nct_id"] for each in twin["steps"]]


async def test_pages_follow_each_other_and_give_each_version_once(ask: Ask) -> None:
    href, seen, pages = "/changes.json", [], 0
    while href:
        twin = (await ask(href)).json()
        seen += trials(twin)
        pages += 1
        assert (twin["new"] != []) == (pages == 1)
        href = twin["older_href"]

    assert seen == [synthetic_id(number) for number in range(TRIALS, 0, -1)]
    assert pages == 3


async def test_the_page_links_its_neighbours(ask: Ask) -> None:
    first = (await ask("/changes")).text
    twin = (await ask("/changes.json")).json()
    second = (await ask(twin["older_href"].replace(".json", ""))).text

    assert 'rel="next">Older changes</a>' in first
    assert "Latest</a>" not in first
    assert "7 trials new in this collection" in first
    assert '<a href="/changes" rel="first">Latest</a>' in second
    assert "new in this collection" not in second


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("kind=criteria", [3, 2, 1]),
        ("kind=enrolment&since=2026-11-05", [7, 6, 5]),
        ("direction=tightened", [3, 2, 1]),
        ("direction=loosened", []),
        ("set=pair", [5, 2]),
        ("set=pair&kind=criteria", [2]),
        ("trials=nct99000001,NCT99000007", [7, 1]),
        ("trials=NCT99000001&set=pair", [5, 2, 1]),
        ("kind=doses", []),
        ("since=2026-11-06T08:00:01Z", [7]),
    ],
)
async def test_parts_can_be_asked_for(ask: Ask, query: str, expected: list[int]) -> None:
    twin = (await ask(f"/changes.json?{query}")).json()

    assert trials(twin) == [synthetic_id(number) for number in expected]
    assert (await ask(f"/changes?{query}")).status_code == 200


async def test_a_part_shows_its_changes_and_counts_the_others(ask: Ask) -> None:
    twin = (await ask("/changes.json?kind=criteria")).json()
    text = (await ask("/changes?kind=criteria")).text

    assert [[change["subject"] for change in each["changes"]] for each in twin["steps"]] == [["Who may join"]] * 3
    assert [each["others"] for each in twin["steps"]] == [1] * 3
    assert "1 tightened; 1 other change." in text
    assert ", first fetched 20" in text
    assert "Only: Who may join." in text
    assert '<option value="criteria" selected>Who may join</option>' in text
    assert "new in this collection" not in text


async def test_what_is_asked_for_stays_in_every_link(ask: Ask) -> None:
    twin = (await ask("/changes.json?kind=enrolment&since=2026-11-02")).json()
    older = (await ask(twin["older_href"])).json()

    assert twin["older_href"].startswith("/changes.json?since=2026-11-02&kind=enrolment&after=")
    assert trials(older) == [synthetic_id(number) for number in (4, 3, 2)]
    assert older["feed_href"] == "/changes.atom?since=2026-11-02&kind=enrolment"


async def test_since_this_visit_shows_what_comes_later(database: Path, tmp_path: Path) -> None:
    own = Path(shutil.copy(database, tmp_path))
    client = make_datasette(own).client
    visit = (await client.get("/changes.json")).json()["visit_href"]
    nothing = (await client.get(visit)).json()
    with Store(own) as store:
        late = record(4, "2026-11-20", 999)
        Harvest(store, "harvest", lambda: "2026-11-20T08:00:00Z").arrivals([late], 1)
    something = (await client.get(visit)).json()

    assert visit == "/changes.json?since=2026-11-07T08:00:01Z"
    assert (trials(nothing), nothing["new"]) == ([], [])
    assert trials(something) == [synthetic_id(4)]


@pytest.mark.parametrize(
    "query",
    ["kind=everything", "direction=up", "set=nothing", "trials=banana", "after=banana", "after=2026-11-07,NCT1,1",
     "kind=%27%20OR%201", "trials=" + ",".join(f"NCT{number:08}" for number in range(1, 300))],
)  # fmt: skip
async def test_what_there_is_not_is_said_so(ask: Ask, query: str) -> None:
    for path in ("/changes", "/changes.json", "/changes.atom"):
        assert (await ask(f"{path}?{query}")).status_code == 400


async def test_the_feed_is_paged_and_its_entries_keep_their_identifiers(ask: Ask) -> None:
    href, entries, feeds = "/changes.atom?trials=NCT99000001,NCT99000002,NCT99000003", [], set()
    while href:
        feed = ET.fromstring((await ask(href)).text)  # our own answer
        links = {link.get("rel"): link.get("href") or "" for link in feed.findall(f"{ATOM}link")}
        feeds.add(feed.findtext(f"{ATOM}id"))
        entries += [(entry.findtext(f"{ATOM}id"), entry.findtext(f"{ATOM}title")) for entry in feed.findall(f"{ATOM}entry")]
        assert links["first"].endswith("/changes.atom?trials=NCT99000001,NCT99000002,NCT99000003")
        href = links.get("next", "").partition("localhost")[2]

    whole = ET.fromstring((await ask("/changes.atom?trials=NCT99000001")).text)
    own = [entry.findtext(f"{ATOM}id") for entry in whole.findall(f"{ATOM}entry")]
    assert len(feeds) == 1
    assert [title for _, title in entries] == [
        *(f"NCT9900000{number}: 1 tightened, 1 changed" for number in (3, 2, 1)),
        *(f"NCT9900000{number}: new in this collection" for number in (3, 2, 1)),
    ]
    assert len({identifier for identifier, _ in entries}) == 6
    assert own == [identifier for identifier, title in entries if title and title.startswith("NCT99000001")]


async def test_many_changes_are_paged_the_same(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    """The other way to find versions, which a large collection takes, finds the same ones."""
    few = [(await ask(f"/changes.json?{query}")).json() for query in ("kind=criteria", "set=pair", "since=2026-11-03")]
    monkeypatch.setattr("harvester.store.history._FEW", 0)
    many = [(await ask(f"/changes.json?{query}&")).json() for query in ("kind=criteria", "set=pair", "since=2026-11-03")]

    assert [trials(each) for each in few] == [trials(each) for each in many]


async def test_what_came_at_one_time_is_shown_from_the_last_that_was_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page, "SHOWN", 2)
    monkeypatch.setattr(page, "COUNTED", 3)
    numbers = [4, 2, 5, 1, 3]
    with Store(tmp_path / "trials.db") as store:
        harvest = Harvest(store, "harvest", lambda: "2026-11-25T08:00:00Z")
        harvest.arrivals([record(number, "2026-10-01") for number in numbers], len(numbers))
        harvest.arrivals([record(number, "2026-11-01", 500 + number) for number in numbers], len(numbers))
    client, address, seen = make_datasette(tmp_path / "trials.db").client, "/changes.json", []
    first = (await client.get(address)).json()
    while address:
        told = (await client.get(address)).json()
        seen += [each["nct_id"] for each in told["steps"]]
        address = told["older_href"]

    assert seen == [synthetic_id(number) for number in reversed(numbers)]
    assert [each["nct_id"] for each in first["new"]] == seen
    assert (first["new_count"], first["are_more_new"]) == (3, True)
    assert "More than 3 trials new in this collection" in (await client.get("/changes")).text


def test_every_kind_of_change_has_its_subject() -> None:
    kinds = [kind for each in subjects() for kind in each.kinds]
    known = {line["kind"] for name in ("fields.csv", "lists.csv") for line in definition_rows(name)}
    known |= {"arm", "intervention", "dose", "site", "criterion", "source", "other"}
    known |= {f"{each} criterion" for each in ("inclusion", "exclusion")}
    known |= {f"{each} outcome" for each in ("primary", "secondary", "other")}

    assert len(kinds) == len(set(kinds))
    assert set(kinds) == known


async def test_versions_with_nothing_but_other_dates_are_named_in_one_line(tmp_path: Path) -> None:
    path = tmp_path / "trials.db"
    with Store(path) as store:
        harvest = Harvest(store, "harvest", lambda: "2026-11-25T08:00:00Z")
        for day in ("2026-10-01", "2026-11-01"):
            origin = Origin(source="api", fetched_at=f"{day}T08:00:00Z")
            bodies = [record(1, day).body, record(2, day, enrolment=600 if day > "2026-10-15" else 500).body]
            for body in bodies:
                body["protocolSection"]["statusModule"]["lastUpdatePostDateStruct"] = {"date": day}
            harvest.arrivals([record_of(body, None, origin) for body in bodies], 2)
            lesser = Origin(source="digest" if day < "2026-10-15" else "api", fetched_at=f"{day}T08:00:00Z")
            harvest.arrivals([record_of(record(3, day, enrolment=int(day[5:7])).body, None, lesser)], 1)
    site = make_datasette(path)
    everything, dates = (await site.client.get("/changes")).text, (await site.client.get("/changes?kind=record")).text

    assert "Only the record's own dates or its source changed, as far as can be told</h2>" in unescape(everything)
    for number in (1, 3):
        assert f'<h2 id="{synthetic_id(number)}-v2">' not in everything
        assert f'<a href="/trial/{synthetic_id(number)}/history#v2"' in everything.partition('id="dates"')[2]
    assert "Last update posted" not in everything
    assert dates.count("Last update posted") == 2
