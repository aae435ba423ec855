"""Nothing of a run is shown before all of it passed: the checks, and what readers see meanwhile. All records are synthetic."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester.errors import RegistryAnswerBad
from harvester.normalise import normalise, normalise_in_steps
from harvester.normalise.correction_file import Wanted
from harvester.pipeline import Harvest
from harvester.refresh import Asked, gated, refresh
from harvester.refresh.gate import FEWEST, KEPT, Place, Tally, filled, orphans
from harvester.registry.client import Registry
from harvester.registry.record import Origin, Record, record_of
from harvester.store import Staging, Store, open_for_reading, read_runs, read_versions, save_search, stale_trials
from harvester.tables import DesignGroup, SavedSearch, StudyRows
from harvester.tables.plain import plain_rows
from tests.standin.faults import Act, Fault, send, status
from tests.standin.server import StandIn
from tests.standin.synthetic import synthetic_id, synthetic_studies, synthetic_study
from tests.unit.refresh.changing import LATER, NOW, changed, fates, next_day, without_criteria

MANY = 30
"""Trials, which come in three batches."""


@pytest.fixture
def large(store: Store, registry: Registry, standin: StandIn, monkeypatch: pytest.MonkeyPatch) -> Harvest:
    """A harvest into a store that holds many trials."""
    monkeypatch.setattr("harvester.registry.client.BATCH", 10)
    for body in synthetic_studies(MANY):
        standin.collection.put(body)
    made = Harvest(store, "harvest", lambda: NOW)
    made.ids(registry, [synthetic_id(number) for number in range(1, MANY + 1)])
    return made


def versions(path: Path) -> int:
    """How many versions a reader sees."""
    with closing(open_for_reading(path)) as connection:
        return int(connection.execute("SELECT count(*) FROM record_versions").fetchone()[0])


def looking(look: Callable[[], object]) -> Act:
    """The true answer, after a look around."""

    def act(handler: BaseHTTPRequestHandler, body: Callable[[], bytes]) -> None:
        look()
        send(handler, 200, body(), {"Content-Type": "application/json"})

    return act


def test_readers_see_the_old_state_until_the_last_record_has_come(
    large: Harvest, registry: Registry, standin: StandIn, store: Store
) -> None:
    seen: list[int] = []
    next_day(standin, *(changed(number) for number in range(1, MANY + 1)))
    standin.faults.append(Fault(looking(lambda: seen.append(versions(store.path))), where="/studies?filter.ids"))
    (report,) = refresh(large, registry, Asked())

    assert len(seen) == 4, "the sweep and three batches"
    assert set(seen) == {MANY}
    assert report.saved == MANY
    assert versions(store.path) == 2 * MANY


@pytest.mark.parametrize(("heaviest", "readings"), [(50_000, MANY), (0, 2 * MANY)])
def test_what_was_read_for_the_gate_is_not_read_again(
    heaviest: int, readings: int, large: Harvest, registry: Registry, standin: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor are the rows others than those of the record alone; a heavy record does not wait with its rows."""
    read: list[str] = []

    def counted(given: Record, *rest: Any) -> Any:
        read.append(given.nct_id)
        return normalise_in_steps(given, *rest)

    monkeypatch.setattr("harvester.reading.study.normalise_in_steps", counted)
    monkeypatch.setattr("harvester.refresh.gate.LIGHT", heaviest)
    bodies = {synthetic_id(number): changed(number) for number in range(1, MANY + 1)}
    next_day(standin, *bodies.values())
    (report,) = refresh(large, registry, Asked())

    assert (report.saved, len(read), len(set(read))) == (MANY, readings, MANY)
    assert large.store.rows_of(list(bodies)) == {nct_id: plain_rows(normalise(record(body))) for nct_id, body in bodies.items()}


def test_what_is_to_be_corrected_is_read_again_with_its_corrections(large: Harvest, registry: Registry, standin: StandIn) -> None:
    """The correction does not fit any more, which its row tells; what was read for the gate knows of none."""
    place = ("protocolSection.eligibilityModule.eligibilityCriteria", 0, 5, "other")
    told = ("criterion_facts", "drop", "age", None, None, None, "it stood there", "a reader", "2026-11-01")
    corrected = replace(large, corrections={synthetic_id(1): (Wanted(1, synthetic_id(1), *place, *told),)})
    next_day(standin, changed(1), changed(2))
    (report,) = refresh(corrected, registry, Asked())

    assert report.saved == 2
    assert [row[0] for row in large.store.connection.execute("SELECT nct_id FROM corrections")] == [synthetic_id(1)]


def test_a_fault_in_the_last_batch_keeps_the_first_ones_from_being_shown(
    large: Harvest, registry: Registry, standin: StandIn, store: Store
) -> None:
    """The first ten had no summary before, and have none now; the last twenty lost theirs."""
    standin.collection.put(described(synthetic_study(99), "Whose summary stays."))
    for number in range(11, MANY + 1):
        standin.collection.put(described(changed(number), "A summary."))
    next_day(standin, date="2026-11-25T20:00:05")
    assert refresh(large, registry, Asked())[0].saved == 20
    next_day(standin, *(changed(number, "2026-11-26") for number in range(1, MANY + 1)))
    (report,) = refresh(large, registry, Asked())

    assert isinstance(report.stopped_by, RegistryAnswerBad)
    assert "protocolSection.descriptionModule.briefSummary in 20 trials" in report.stopped_by.line
    assert (report.saved, report.failed, report.exit_code) == (0, MANY, 4)
    assert versions(store.path) == MANY + 20
    run = read_runs(store.connection)[0]
    assert run.requested == run.saved + run.unchanged + run.failed + run.not_found == MANY
    (accepted,) = refresh(large, registry, Asked(accept=True))
    assert accepted.saved == MANY


def described(body: dict[str, Any], summary: str) -> dict[str, Any]:
    body["protocolSection"]["descriptionModule"] = {"briefSummary": summary}
    return body


def test_what_came_before_the_registry_gave_out_is_judged_and_shown(
    large: Harvest, registry: Registry, standin: StandIn, store: Store
) -> None:
    next_day(standin, *(changed(number) for number in range(1, MANY + 1)))
    standin.faults.append(Fault(status(403, "Forbidden"), where=synthetic_id(15), after=1))
    (report,) = refresh(large, registry, Asked())

    assert (report.saved, report.failed, report.exit_code) == (10, MANY - 10, 3)
    standin.faults.clear()
    (rest,) = refresh(large, registry, Asked())
    assert (rest.saved, rest.exit_code) == (MANY - 10, 0)


def test_what_came_before_the_registry_gave_out_is_not_shown_when_it_fails(
    large: Harvest, registry: Registry, standin: StandIn, store: Store
) -> None:
    next_day(standin, *(without_criteria(number) for number in range(1, MANY + 1)))
    standin.faults.append(Fault(status(403, "Forbidden"), where=synthetic_id(15), after=1))
    (report,) = refresh(large, registry, Asked())

    assert report.exit_code == 4
    assert versions(store.path) == MANY


def test_a_long_run_is_judged_in_parts(
    large: Harvest, registry: Registry, standin: StandIn, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("harvester.refresh.gate.STAGED", 10)
    next_day(standin, *(changed(number) for number in range(1, 11)), *(without_criteria(n) for n in range(11, 21)))
    (report,) = refresh(large, registry, Asked())

    assert (report.saved, report.unchanged, report.exit_code) == (10, 10, 3)
    assert isinstance(report.stopped_by, RegistryAnswerBad)


def test_many_trials_gone_at_once_are_not_believed(large: Harvest, registry: Registry, standin: StandIn, store: Store) -> None:
    next_day(standin, gone=tuple(range(1, 11)))
    late = Harvest(store, "refresh", lambda: "2026-11-26T10:00:00Z")
    (report,) = refresh(late, registry, Asked())

    assert report.exit_code == 4
    assert "says that it has 10 of 30 trials no longer" in str(report.stopped_by)
    assert stale_trials(store.connection) == {}
    (accepted,) = refresh(late, registry, Asked(accept=True))
    assert (accepted.not_found, accepted.exit_code) == (10, 3)
    assert len(stale_trials(store.connection)) == 10


def test_trials_known_to_be_gone_do_not_count_again(large: Harvest, registry: Registry, standin: StandIn, store: Store) -> None:
    next_day(standin, gone=tuple(range(1, 11)))
    refresh(Harvest(store, "refresh", lambda: "2026-11-26T10:00:00Z"), registry, Asked(accept=True))
    next_day(standin, date="2026-11-27T09:00:05")
    (report,) = refresh(Harvest(store, "refresh", lambda: "2026-11-27T10:00:00Z"), registry, Asked())

    assert (report.stopped_by, report.not_found, report.unchanged) == (None, 10, MANY - 10)


def record(body: dict[str, Any]) -> Record:
    return record_of(body, None, Origin(source="api", fetched_at=NOW, data_timestamp=LATER))


def test_a_trial_that_comes_twice_with_other_content_stops_the_run(harvest: Harvest) -> None:
    twice = [record(changed(1)), record(changed(2)), record(changed(1, "2026-11-26"))]

    with pytest.raises(RegistryAnswerBad, match=f"{synthetic_id(1)} twice"):
        list(gated(harvest, twice))


def test_a_trial_that_comes_twice_as_it_is_does_no_harm(harvest: Harvest) -> None:
    report = harvest.arrivals(gated(harvest, [record(changed(1)), record(changed(1))]), 0)

    assert (report.saved, report.unchanged) == (1, 1)


def test_records_come_back_as_they_were_put() -> None:
    """Aliases and notes too, and text byte for byte."""
    body = synthetic_study(1) | {"text": "\u202e ≥ 18 \\> \u0000 👩🏽"}
    put = record_of(body, None, Origin("api", "https://registry.example/1", "2.0.5", LATER, NOW, "a note"))
    with Staging() as staging:
        place = staging.put(put)
        version, aliases = staging.take(place)

    assert (version.record, version.content_sha256, version.note) == (put.raw, put.content_sha256, "a note")
    assert (version.source_url, version.api_version, version.data_timestamp) == ("https://registry.example/1", "2.0.5", LATER)
    assert aliases == put.aliases


def test_a_saved_search_goes_through_the_gate_and_costs_what_was_stored_nothing(
    harvest: Harvest, registry: Registry, standin: StandIn, store: Store
) -> None:
    with store.transaction():
        save_search(store.connection, SavedSearch(name="all", words="synthetic", most=20, saved_at=NOW))
    next_day(standin, changed(1))
    standin.faults.append(Fault(status(403, "Forbidden"), where="query."))
    trials, search = refresh(harvest, registry, Asked())

    assert fates(trials)[synthetic_id(1)] == "saved"
    assert (search.saved, search.exit_code) == (0, 4)
    standin.faults.clear()
    next_day(standin, synthetic_study(99), *(without_criteria(number) for number in range(1, 13)), date="2026-11-27T09:00:05")
    (refused,) = refresh(harvest, registry, Asked(names=("all",)))
    assert isinstance(refused.stopped_by, RegistryAnswerBad)
    assert all(len(read_versions(store.connection, synthetic_id(number))) == 1 for number in range(2, 7))


def test_rows_that_refer_to_nothing_are_found() -> None:
    rows = normalise(record(synthetic_study(1)))
    torn = StudyRows(rows.nct_id, {kind: found for kind, found in rows.rows.items() if kind is not DesignGroup})

    assert orphans(rows) == []
    assert f"design_group_interventions.design_group_id of {synthetic_id(1)}" in orphans(torn)


def test_fields_that_hold_something_are_named_without_places() -> None:
    body = {"a": [{"b": 1}, {"b": None, "c": ""}], "annotationSection": {"x": 1}, "d": {"e": False}}

    assert filled(body) == {"a.b", "d.e"}


def test_what_may_end_is_not_gone_through_and_no_path_is_put_together_twice() -> None:
    top = Place()
    body = {"protocolSection": {"contactsLocationsModule": {"locations": [{"city": "Ulm", "contacts": [{"name": "A"}]}]}}}

    assert filled(body, top) == filled(body) == {"protocolSection.contactsLocationsModule.locations.city"}
    locations = top["protocolSection"]["contactsLocationsModule"]["locations"]
    city = locations["city"]
    assert locations["contacts"].may_end
    assert not locations["contacts"]
    assert filled(body, top)
    assert locations["city"] is city


@given(st.lists(st.tuples(st.booleans(), st.booleans()), max_size=60))
def test_a_thing_is_lost_when_many_had_it_and_hardly_any_has_it_still(trials: list[tuple[bool, bool]]) -> None:
    tally = Tally()
    for before, after in trials:
        tally.add({"x"} if before else set(), {"x"} if after else set())
    had = sum(before for before, _ in trials)
    kept = sum(before and after for before, after in trials)

    assert bool(tally.lost(FEWEST)) == (had >= FEWEST and kept * KEPT < had)


@pytest.mark.exam
def test_a_large_refresh_is_judged_whole_and_read_by_others(registry: Registry, standin: StandIn, store: Store) -> None:
    """Many changed records go through the gate in this process and are read in others: each is stored, once, as it came."""
    count = 260
    for body in synthetic_studies(count):
        standin.collection.put(body)
    nct_ids = [synthetic_id(number) for number in range(1, count + 1)]
    beside = Harvest(store, "harvest", lambda: NOW, workers=2)
    assert beside.ids(registry, nct_ids).saved == count
    seen: list[int] = []
    next_day(standin, *(changed(number) for number in range(1, count + 1)))
    standin.faults.append(Fault(looking(lambda: seen.append(versions(store.path))), where="/studies?filter.ids"))
    (report,) = refresh(beside, registry, Asked())

    assert set(seen) == {count}
    assert (report.saved, report.exit_code) == (count, 0)
    assert versions(store.path) == 2 * count
