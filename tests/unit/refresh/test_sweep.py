"""What a refresh notices: not only dates, and in the end everything. All records are synthetic."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from harvester.errors import RegistryAnswerBad
from harvester.pipeline import Harvest
from harvester.refresh import Asked, refresh
from harvester.refresh.sweep import LISTED, state_of
from harvester.registry.client import Registry
from harvester.registry.record import Origin, Record, record_of
from harvester.registry.source import read_source
from harvester.store import Store, data_models, readings, states
from tests.standin.server import StandIn
from tests.standin.synthetic import synthetic_id, synthetic_study
from tests.unit.refresh.changing import NOW, STORED, fates, next_day, paths

RECORDS = Path(__file__).parents[2] / "records"
SHARED_RECORDS = Path(__file__).parents[4] / "shared" / "records"
Body = dict[str, Any]


def results_came(body: Body) -> None:
    body["hasResults"] = True


def status_changed(body: Body) -> None:
    body["protocolSection"]["statusModule"]["overallStatus"] = "UNKNOWN"


def terms_changed(body: Body) -> None:
    body["derivedSection"]["conditionBrowseModule"]["meshes"].append({"id": "SYN9", "term": "Another Term"})


def date_went_back(body: Body) -> None:
    body["protocolSection"]["statusModule"]["lastUpdatePostDateStruct"]["date"] = "2025-12-31"


@pytest.mark.parametrize("change", [results_came, status_changed, terms_changed, date_went_back])
def test_a_change_without_a_newer_date_is_noticed(
    harvest: Harvest, registry: Registry, standin: StandIn, change: Callable[[Body], None]
) -> None:
    body = copy.deepcopy(standin.collection.studies[STORED[1]])
    change(body)
    next_day(standin, body)
    (report,) = refresh(harvest, registry, Asked())

    assert fates(report) == {**dict.fromkeys(STORED, "unchanged"), STORED[1]: "saved"}
    assert paths(standin)[-1] == f"/studies/{STORED[1]}"


def test_words_that_changed_without_any_date_are_noticed_when_the_record_is_due(
    harvest: Harvest, registry: Registry, standin: StandIn, store: Store
) -> None:
    body = copy.deepcopy(standin.collection.studies[STORED[1]])
    body["protocolSection"]["identificationModule"]["briefTitle"] = "Changed without a date"
    next_day(standin, body)
    (soon,) = refresh(harvest, registry, Asked())
    next_day(standin, date="2026-12-24T09:00:05")
    late = Harvest(store, "refresh", lambda: "2026-12-24T10:00:00Z")
    (report,) = refresh(late, registry, Asked())

    assert set(fates(soon).values()) == {"unchanged"}
    assert fates(report)[STORED[1]] == "saved"
    assert paths(standin).count("/studies") == 2, "one sweep, one batch of whole records"


def test_a_confirmation_is_no_reading(harvest: Harvest, registry: Registry, standin: StandIn, store: Store) -> None:
    """The registry saying that nothing was updated does not put off the day on which a record is read again."""
    next_day(standin)
    refresh(Harvest(store, "refresh", lambda: "2026-12-20T10:00:00Z"), registry, Asked())
    state = readings(store.connection, "2026-12-01T00:00:00Z")

    assert (state.oldest is not None and state.oldest < "2026-12", state.due) == (True, 6)
    next_day(standin, date="2026-12-24T09:00:05")
    refresh(Harvest(store, "refresh", lambda: "2026-12-24T10:00:00Z"), registry, Asked(fetch_all=True))
    assert readings(store.connection, "2026-01-01T00:00:00Z").due == 0


def test_no_more_is_read_again_than_is_fair(
    harvest: Harvest, registry: Registry, standin: StandIn, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("harvester.refresh.sweep.REREAD_LEAST", 2)
    next_day(standin, date="2027-01-24T09:00:05")
    refresh(Harvest(store, "refresh", lambda: "2027-01-24T10:00:00Z"), registry, Asked())
    alone = [path for path in paths(standin) if path == "/studies"]

    assert len(alone) == 2
    assert "filter.ids=NCT99000001%7CNCT99000002&" in standin.requests[-1].target


def test_trials_that_are_gone_do_not_take_the_turn_of_others(
    harvest: Harvest, registry: Registry, standin: StandIn, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the registry no longer has stays the oldest for ever; the others are read again all the same, and are what is due."""
    monkeypatch.setattr("harvester.refresh.sweep.REREAD_LEAST", 2)
    next_day(standin, gone=(1, 2, 3))
    refresh(Harvest(store, "refresh", lambda: "2026-11-26T10:00:00Z"), registry, Asked())
    next_day(standin, date="2027-01-24T09:00:05")
    refresh(Harvest(store, "refresh", lambda: "2027-01-24T10:00:00Z"), registry, Asked())
    targets = [request.target for request in standin.requests]
    batches = [target for target in targets if "filter.ids" in target and "fields" not in target]
    gone = [synthetic_id(number) for number in (1, 2, 3)]

    assert [[synthetic_id(number) in batch for number in (4, 5, 6)] for batch in batches] == [[True, True, False]]
    assert readings(store.connection, "2099-01-01T00:00:00Z", gone).due == 3


def test_a_large_collection_is_swept_with_the_whole_registry(
    harvest: Harvest, registry: Registry, standin: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("harvester.refresh.sweep.SWEPT_WHOLE", 5)
    monkeypatch.setattr("harvester.refresh.sweep.STAMPS_A_PAGE", 5)
    body = copy.deepcopy(standin.collection.studies[STORED[1]])
    results_came(body)
    next_day(standin, body)
    (report,) = refresh(harvest, registry, Asked())

    assert fates(report) == {**dict.fromkeys(STORED, "unchanged"), STORED[1]: "saved"}
    assert not any("filter.ids" in request.target for request in standin.requests)


def test_what_is_stored_and_what_the_registry_says_compare_equal(store: Store) -> None:
    """For every record at hand: a state that differed by our own reading of it would fetch the trial at every refresh."""
    found = [*read_source(RECORDS), *(read_source(SHARED_RECORDS) if SHARED_RECORDS.is_dir() else ())]
    origin = Origin(source="api", fetched_at=NOW, data_timestamp="2026-11-24T09:00:05")
    records = [record_of(each.body, each.raw, origin) for each in found if isinstance(each, Record)][: LISTED // 2]
    Harvest(store, "harvest", lambda: NOW).arrivals(records, len(records))
    here = states(store.connection, [each.nct_id for each in records])

    assert here == {each.nct_id: state_of(each) for each in records if each.nct_id in here}
    assert len(here) >= 5


def test_a_field_that_the_program_reads_may_not_go_unnoticed(
    harvest: Harvest, registry: Registry, standin: StandIn, store: Store
) -> None:
    next_day(standin)
    refresh(harvest, registry, Asked())
    for number in range(1, 13):
        body = synthetic_study(number)
        del body["protocolSection"]["eligibilityModule"]["minimumAge"]
        standin.collection.put(body)
    next_day(standin, date="2026-11-27T09:00:05")

    with pytest.raises(RegistryAnswerBad, match=r"eligibilityModule\.minimumAge"):
        refresh(harvest, registry, Asked())
    assert len(data_models(store.connection)) == 1, "what was refused is refused again"
    (report,) = refresh(harvest, registry, Asked(accept=True))
    assert any("describes its records otherwise" in note for note in report.notes)
    assert synthetic_id(1) in fates(report)
