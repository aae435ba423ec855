"""A refresh costs what changed, keeps what is gone, and shows nothing that fails the gate."""

from __future__ import annotations

import pytest

from harvester.errors import InputError, RegistryAnswerBad
from harvester.pipeline import Harvest
from harvester.refresh import Asked, refresh
from harvester.registry.client import Registry
from harvester.registry.record import Origin, record_of
from harvester.store import (
    Store,
    data_models,
    list_searches,
    read_changes,
    read_record,
    read_runs,
    read_versions,
    save_comparison,
    save_search,
    stale_trials,
)
from harvester.tables import ComparisonMember, ComparisonSet, SavedSearch
from tests.standin.faults import Fault, status
from tests.standin.server import StandIn
from tests.standin.synthetic import synthetic_id, synthetic_study
from tests.unit.refresh.changing import NOW, STORED, changed, fates, next_day, paths, without_criteria


def test_the_same_date_is_one_request_and_no_write(harvest: Harvest, registry: Registry, standin: StandIn, store: Store) -> None:
    before = (store.connection.total_changes, len(read_runs(store.connection)))
    (report,) = refresh(harvest, registry, Asked())

    assert paths(standin) == ["/version"]
    assert (store.connection.total_changes, len(read_runs(store.connection))) == before
    assert (report.requested, report.unchanged, report.exit_code) == (6, 6, 0)


def test_only_updated_records_are_fetched(harvest: Harvest, registry: Registry, standin: StandIn, store: Store) -> None:
    next_day(
        standin,
        changed(2, designModule={**synthetic_study(2)["protocolSection"]["designModule"], "enrollmentInfo": {"count": 99}}),
    )
    (report,) = refresh(harvest, registry, Asked())

    assert paths(standin) == ["/version", "/studies/metadata", "/studies", f"/studies/{STORED[1]}"]
    assert fates(report) == {**dict.fromkeys(STORED, "unchanged"), STORED[1]: "saved"}
    assert ("enrolment", "22 (estimated)", "99") in [
        (each.kind, each.before, each.after) for each in read_changes(store.connection)
    ]
    standin.requests.clear()
    refresh(harvest, registry, Asked())
    assert paths(standin) == ["/version"]


def test_a_trial_that_is_gone_is_kept_and_marked(harvest: Harvest, registry: Registry, standin: StandIn, store: Store) -> None:
    next_day(standin, gone=(3,))
    (report,) = refresh(harvest, registry, Asked())

    assert fates(report)[STORED[2]] == "not_found"
    assert report.exit_code == 3
    assert read_record(store.connection, STORED[2]) is not None
    assert store.current_ids() == STORED


def test_a_gone_trial_is_told_as_gone(harvest: Harvest, registry: Registry, standin: StandIn, store: Store) -> None:
    next_day(standin, gone=(3,))
    late = Harvest(store, "refresh", lambda: "2026-11-26T10:00:00Z")
    refresh(late, registry, Asked())

    assert {nct_id: each.is_gone for nct_id, each in stale_trials(store.connection).items()} == {STORED[2]: True}


def test_everything_is_fetched_when_asked_for(harvest: Harvest, registry: Registry, standin: StandIn) -> None:
    next_day(standin)
    (report,) = refresh(harvest, registry, Asked(fetch_all=True))

    assert set(fates(report).values()) == {"unchanged"}
    assert "/studies" in paths(standin)
    assert "fields" not in standin.requests[-1].target


def test_a_digest_becomes_the_registrys_record(registry: Registry, store: Store) -> None:
    digest = record_of(synthetic_study(1), None, Origin(source="digest", fetched_at=NOW, data_timestamp="2026-11-24"))
    harvest = Harvest(store, "harvest", lambda: NOW)
    harvest.arrivals([digest], 1)
    refresh(harvest, registry, Asked())

    assert read_record(store.connection, STORED[0]) is not None
    assert [each.source for each in read_versions(store.connection, STORED[0])][-1] == "api"


def test_saved_searches_and_sets_run_again(harvest: Harvest, registry: Registry, standin: StandIn, store: Store) -> None:
    with store.transaction():
        save_search(store.connection, SavedSearch(name="all", words="synthetic", most=9, saved_at=NOW))
        named = ComparisonSet(comparison_id="set", title="A set", focal_nct_id=STORED[0], note=None)
        member = ComparisonMember(comparison_id="set", nct_id=synthetic_id(12), position=1, role=None, reason=None)
        save_comparison(store.connection, named, [member])
    next_day(standin)
    trials, search = refresh(harvest, registry, Asked())

    assert fates(trials)[synthetic_id(12)] == "saved"
    assert search.requested == 9
    assert len(store.current_ids()) > 7
    assert [each.name for each in list_searches(store.connection)] == ["all"]


def test_a_search_runs_by_its_name_alone(harvest: Harvest, registry: Registry, standin: StandIn, store: Store) -> None:
    with store.transaction():
        save_search(store.connection, SavedSearch(name="all", words="synthetic", most=20, saved_at=NOW))
    (search,) = refresh(harvest, registry, Asked(names=("all",)))

    assert (search.requested, search.saved) == (12, 6)


def test_a_saved_address_that_is_not_understood_keeps_nothing_else_from_coming(
    harvest: Harvest, registry: Registry, standin: StandIn, store: Store
) -> None:
    with store.transaction():
        for name, words in (("a", "https://clinicaltrials.gov/search?cond=A&distance=5"), ("b", "synthetic")):
            save_search(store.connection, SavedSearch(name=name, words=words, most=20, saved_at=NOW))
    next_day(standin)
    trials, refused, search = refresh(harvest, registry, Asked())

    assert trials.requested == 6
    assert isinstance(refused.stopped_by, InputError)
    assert refused.notes == ("The saved search a was not run.",)
    assert (search.requested, search.stopped_by) == (12, None)


def test_records_that_all_lost_something_are_not_shown(
    harvest: Harvest, registry: Registry, standin: StandIn, store: Store
) -> None:
    next_day(standin, *(without_criteria(number) for number in range(1, 7)))
    (report,) = refresh(harvest, registry, Asked())

    assert isinstance(report.stopped_by, RegistryAnswerBad)
    assert "eligibilities.criteria in 6 trials" in report.stopped_by.line
    assert report.exit_code == 4
    assert all(len(read_versions(store.connection, nct_id)) == 1 for nct_id in STORED)
    run = read_runs(store.connection)[0]
    assert run.requested == run.saved + run.unchanged + run.failed + run.not_found == 6

    (accepted,) = refresh(harvest, registry, Asked(accept=True))
    assert accepted.saved == 6


def test_a_few_records_may_lose_something(harvest: Harvest, registry: Registry, standin: StandIn) -> None:
    next_day(standin, *(without_criteria(number) for number in range(1, 5)))
    (report,) = refresh(harvest, registry, Asked())

    assert (report.saved, report.stopped_by) == (4, None)


def test_what_the_registry_changes_in_its_fields_is_kept_and_told(
    harvest: Harvest, registry: Registry, standin: StandIn, store: Store
) -> None:
    next_day(standin)
    (first,) = refresh(harvest, registry, Asked())
    newer = changed(2)
    newer["protocolSection"]["newModule"] = {"someField": "text"}
    standin.collection.put(newer)
    standin.data_timestamp = "2026-11-27T09:00:05"
    (second,) = refresh(harvest, registry, Asked())

    assert first.notes == ()
    assert any("describes its records otherwise" in note and "newModule" in note for note in second.notes)
    assert len(data_models(store.connection)) == 2


@pytest.mark.parametrize(("code", "words"), [(404, "not found"), (404, "Not Found"), (400, "no such study"), (200, "[]")])
def test_a_description_of_fields_that_is_gone_keeps_no_record_from_being_refreshed(
    harvest: Harvest, registry: Registry, standin: StandIn, store: Store, code: int, words: str
) -> None:
    next_day(standin, changed(2))
    standin.faults.append(Fault(status(code, words), where="/studies/metadata"))
    (report,) = refresh(harvest, registry, Asked())

    assert (report.saved, report.unchanged, report.exit_code) == (1, 5, 0)
    assert [note for note in report.notes if note.startswith("The registry's description of its fields could not be read: ")]
    assert not any("Check the number" in note for note in report.notes)


def test_a_filter_that_is_ignored_is_noticed(
    harvest: Harvest, registry: Registry, standin: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    next_day(standin)
    search = standin.collection.search
    monkeypatch.setattr(standin.collection, "search", lambda params: search({}) if "fields" in params else search(params))
    for number in range(13, 20):
        standin.collection.put(synthetic_study(number))
    (report,) = refresh(harvest, registry, Asked())

    assert any("did not keep to the list" in note for note in report.notes)
    assert set(fates(report).values()) == {"unchanged"}
