"""A search of any size: in parts, page by page; what was cut off goes on where it stood, what pages left out is fetched."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote_plus

import pytest

from harvester.errors import SearchTooBroad
from harvester.pipeline import Harvest, HarvestReport, TrialOutcome
from harvester.pipeline import sweep as sweeping
from harvester.pipeline.sweep import by_year, sweep
from harvester.registry import whole_page
from harvester.registry.client import Registry
from harvester.registry.search import SearchQuery, words_query
from harvester.registry.transport import Limits
from harvester.store import Store, list_sweeps
from tests.standin import faults
from tests.standin.collection import Collection
from tests.standin.faults import Fault
from tests.standin.server import StandIn
from tests.standin.synthetic import synthetic_id, synthetic_study

NOW = "2026-11-25T08:00:00Z"
QUICK = Limits(attempts=1, connect=2, headers=4, silence=4, deadline=6, patience=2, patience_unreached=1)
TRIALS = 30
EVERYTHING = SearchQuery()


def study(number: int) -> dict[str, Any]:
    """Posted in 1999 and later, three a year; the last one without a day of posting."""
    body = synthetic_study(number)
    if number < TRIALS:
        status = body["protocolSection"]["statusModule"]
        status["studyFirstPostDateStruct"] = {"date": f"{1999 + number // 3}-06-{number:02}", "type": "ACTUAL"}
    return body


@pytest.fixture
def standin() -> Iterator[StandIn]:
    with StandIn(Collection(study(number) for number in range(1, TRIALS + 1)), data_timestamp="2009-11-24T09:00:05") as running:
        for body in running.collection.studies.values():
            body["derivedSection"]["miscInfoModule"]["versionHolder"] = "2009-11-24"
        yield running


@pytest.fixture
def registry(standin: StandIn) -> Iterator[Registry]:
    with Registry(standin.base_url, min_interval=0, limits=QUICK) as opened:
        yield opened


@pytest.fixture
def harvest(store: Store) -> Harvest:
    return Harvest(store, "harvest --all", lambda: NOW)


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweeping, "ONE_PART", 10)
    monkeypatch.setattr(sweeping, "PAGE_STUDIES", 2)


def saved(reports: list[HarvestReport]) -> int:
    return sum(report.saved for report in reports)


def pages(standin: StandIn) -> list[str]:
    return [each.target for each in standin.requests if "/studies?" in each.target]


def pages_stored(store: Store, asked: list[str]) -> set[str]:
    """Of the pages that were asked for those that the parts count as stored: the first of each."""
    ((_, parts),) = list_sweeps(store.connection)
    found: set[str] = set()
    for part in parts:
        word = f"filter.advanced={quote_plus(part.expression or '')}&"
        found.update([page for page in asked if word in page][: part.pages])
    return found


def whole(store: Store) -> bool:
    return store.current_ids() == [synthetic_id(number) for number in range(1, TRIALS + 1)]


def test_the_whole_registry_comes_in_parts(harvest: Harvest, registry: Registry, store: Store, standin: StandIn) -> None:
    (report,) = sweep(harvest, registry, EVERYTHING)

    assert (report.saved, report.requested, report.exit_code) == (TRIALS, TRIALS, 0)
    assert whole(store)
    ((kept, parts),) = list_sweeps(store.connection)
    assert (kept.total, kept.finished_at) == (TRIALS, NOW)
    assert len(parts) == 12
    assert [part.total for part in parts] == [2, *[3] * 9, 0, 1]
    assert sum(part.stored for part in parts) == TRIALS
    assert not any(part.next_token for part in parts)
    assert len({re.sub(r"pageToken=[^&]*", "", page) for page in pages(standin)}) <= 25, "no page is asked for that must be empty"


def test_a_search_of_some_thousand_is_one_part(
    harvest: Harvest, registry: Registry, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sweeping, "ONE_PART", 100)
    (report,) = sweep(harvest, registry, words_query("Alphamab"))

    ((kept, (part,)),) = list_sweeps(store.connection)
    assert part.expression is None
    assert report.saved == part.stored == part.total == kept.total == TRIALS // 4


def test_a_search_that_is_too_broad_stores_nothing(harvest: Harvest, registry: Registry, store: Store) -> None:
    with pytest.raises(SearchTooBroad) as refused:
        sweep(harvest, registry, EVERYTHING, ceiling=20)

    assert "add --all" in refused.value.line
    assert list_sweeps(store.connection) == []


def test_no_more_than_asked_for_comes(harvest: Harvest, registry: Registry, store: Store) -> None:
    (report,) = sweep(harvest, registry, EVERYTHING, 13)

    assert report.saved == len(store.current_ids()) == 13
    assert sweep(harvest, registry, EVERYTHING, 13)[0].unchanged == 13


@pytest.mark.parametrize("stop_after", [1, 2, 3, 8, 17, 29])
def test_what_was_cut_off_goes_on_where_it_stood(store: Store, registry: Registry, standin: StandIn, stop_after: int) -> None:
    seen: list[str] = []

    def stop(outcome: TrialOutcome) -> None:
        seen.append(outcome.nct_id)
        if len(seen) == stop_after:
            raise KeyboardInterrupt

    (cut,) = sweep(Harvest(store, "harvest --all", lambda: NOW, acknowledge=stop), registry, EVERYTHING)
    assert (cut.exit_code, cut.saved) == (130, stop_after)
    assert list_sweeps(store.connection)[0][0].finished_at is None
    before = pages(standin)
    stored = pages_stored(store, before)

    (rest,) = sweep(Harvest(store, "harvest --all", lambda: NOW), registry, EVERYTHING)

    assert whole(store)
    assert rest.exit_code == 0
    assert "Went on with" in rest.notes[0]
    assert rest.saved == TRIALS - stop_after
    assert rest.unchanged <= 2, "only what was in the page that was cut off comes twice"
    assert not stored & set(pages(standin)[len(before) :]), "what was only asked for ahead is asked for again, nothing else"
    assert len(list_sweeps(store.connection)) == 1


def test_data_that_change_under_a_part_begin_it_anew(
    harvest: Harvest, registry: Registry, store: Store, standin: StandIn
) -> None:
    tokens: list[str] = []

    def refused(handler: Any, body: Any) -> None:
        tokens.append(handler.path)
        faults.status(400, "Incorrect format for the pageToken parameter")(handler, body)

    standin.faults.append(Fault(refused, where="pageToken", times=1, after=3))
    (report,) = sweep(harvest, registry, EVERYTHING)

    assert len(tokens) == 1
    assert whole(store)
    assert (report.exit_code, saved([report])) == (0, TRIALS)
    assert any("begun anew" in note for note in report.notes)


def test_pages_of_two_releases_begin_their_part_anew(
    harvest: Harvest, registry: Registry, store: Store, standin: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The registry may take an old token and answer with new data."""
    monkeypatch.setattr(sweeping, "ONE_PART", 100)
    known = type(standin).answer

    def answer(self: StandIn, target: str) -> Any:
        found = known(self, target)
        if "pageToken" in target and self.data_timestamp.startswith("2009-11-24"):
            self.data_timestamp = "2009-11-25T09:00:05"
            self.tokens = {token: (key, self.data_timestamp, start) for token, (key, _, start) in self.tokens.items()}
            for body in self.collection.studies.values():
                body["derivedSection"]["miscInfoModule"]["versionHolder"] = "2009-11-25"
        return found

    monkeypatch.setattr(type(standin), "answer", answer)
    (report,) = sweep(harvest, registry, EVERYTHING)

    assert whole(store)
    assert any("begun anew" in note for note in report.notes)
    dates = {row[0] for row in store.connection.execute("SELECT data_timestamp FROM record_versions")}
    assert dates == {"2009-11-25T09:00:05"}
    ((_, (part,)),) = list_sweeps(store.connection)
    assert (part.data_timestamp, part.is_mixed, part.stored) == ("2009-11-25T09:00:05", False, TRIALS)


def test_what_the_pages_leave_out_is_asked_for_by_number(
    harvest: Harvest, registry: Registry, store: Store, standin: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = StandIn._lines

    def forgetful(self: StandIn, params: dict[str, str], start: int, size: int) -> tuple[list[bytes], int]:
        lines, total = known(self, params, start, size)
        whole_records = "fields" not in params and "filter.ids" not in params
        return [line for line in lines if not (whole_records and b"NCT99000007" in line)], total

    monkeypatch.setattr(StandIn, "_lines", forgetful)
    first, second = sweep(harvest, registry, EVERYTHING)

    assert whole(store)
    assert first.saved + second.saved == TRIALS
    assert second.saved == second.requested > 0
    assert "of the trials that the registry lists: NCT99000007" in second.notes[0]


def test_what_the_registry_counts_and_does_not_list_is_told(
    harvest: Harvest, registry: Registry, store: Store, standin: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sweeping, "ONE_PART", 100)
    monkeypatch.setattr(sweeping, "PAGE_STUDIES", 100)
    known = StandIn._lines

    def forgetful(self: StandIn, params: dict[str, str], start: int, size: int) -> tuple[list[bytes], int]:
        lines, total = known(self, params, start, size)
        return [line for line in lines if b"NCT99000007" not in line], total

    monkeypatch.setattr(StandIn, "_lines", forgetful)
    report, lacking = sweep(harvest, registry, EVERYTHING)

    assert (report.saved, report.exit_code) == (TRIALS - 1, 0)
    assert (lacking.requested, lacking.failed, lacking.exit_code) == (1, 1, 3), "a set that lacks a trial is partial"
    assert "The registry counted 30 trials and lists 29; what is lacking cannot be named." in lacking.notes
    (limited,) = sweep(harvest, registry, words_query("Synthetic"), TRIALS)
    assert (limited.requested, limited.unchanged, limited.failed, limited.exit_code) == (TRIALS, TRIALS - 1, 1, 3)


def test_a_page_too_large_for_one_answer_comes_in_smaller_ones(
    harvest: Harvest, registry: Registry, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sweeping, "ONE_PART", 100)
    monkeypatch.setattr(sweeping, "PAGE_STUDIES", 30)
    monkeypatch.setattr(sweeping, "SMALLEST_PAGE", 2)
    monkeypatch.setattr("harvester.registry.client.LARGEST_PAGE", 25_000)
    (report,) = sweep(harvest, registry, words_query("Synthetic"), 29)

    assert (report.saved, report.exit_code) == (29, 0)


def test_a_damaged_study_of_a_page_is_named_and_the_others_stay(
    harvest: Harvest, registry: Registry, store: Store, standin: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = StandIn._lines

    def damaging(self: StandIn, params: dict[str, str], start: int, size: int) -> tuple[list[bytes], int]:
        lines, total = known(self, params, start, size)
        return [line.replace(b'"Synthetic Record 7:', b'"\\ud800 7:') for line in lines], total

    monkeypatch.setattr(StandIn, "_lines", damaging)
    (report,) = sweep(harvest, registry, EVERYTHING)

    assert (report.saved, report.failed, report.exit_code) == (TRIALS - 1, 1, 3)
    assert [each.nct_id for each in report.problems] == ["NCT99000007"]


def test_the_parts_leave_no_day_out() -> None:
    parts = by_year(2026)

    assert parts[0] == "AREA[StudyFirstPostDate]RANGE[MIN,1999-12-31]"
    assert parts[1] == "AREA[StudyFirstPostDate]RANGE[2000-01-01,2000-12-31]"
    assert parts[-2] == "AREA[StudyFirstPostDate]RANGE[2026-01-01,MAX]"
    assert parts[-1] == "AREA[StudyFirstPostDate]MISSING"
    assert len(parts) == 29


def test_the_release_of_an_answer() -> None:
    assert whole_page.release_in(b'{"versionHolder":"2026-11-24"}') == "2026-11-24"
    assert whole_page.release_in(b'{"versionHolder":"soon"}') is None
    assert whole_page.release_in(b"{}") is None
