"""A fetch in vain leaves the record and marks it old; a later fetch takes the mark away."""

from __future__ import annotations

from collections.abc import Callable

from harvester.errors import RegistryAnswerBad, TrialNotFound
from harvester.pipeline import Harvest, Lost
from harvester.registry.record import Record
from harvester.store import Store, stale_trials

Make = Callable[..., Record]


def test_a_failed_fetch_marks_and_a_good_one_unmarks(store: Store, record: Make) -> None:
    times = iter(f"2026-11-2{day}T08:00:00Z" for day in (4, 4, 6, 6, 7, 7))
    harvest = Harvest(store, "harvest", lambda: next(times))
    harvest.arrivals([record(1, fetched_at="2026-11-24T09:00:00Z"), record(2, fetched_at="2026-11-24T09:00:00Z")], 2)
    assert stale_trials(store.connection) == {}

    harvest.arrivals(
        [
            Lost("NCT99000001", "failed", RegistryAnswerBad("cut", "Later.")),
            Lost("NCT99000002", "not_found", TrialNotFound("no such trial")),
            Lost("NCT99000042", "not_found", TrialNotFound("no such trial")),
        ],
        3,
    )
    found = stale_trials(store.connection)
    assert [(each.nct_id, each.is_gone, each.problem) for each in found.values()] == [
        ("NCT99000001", False, "cut"),
        ("NCT99000002", True, "no such trial"),
    ]
    assert list(stale_trials(store.connection, ["NCT99000002"])) == ["NCT99000002"]

    harvest.arrivals([record(1, fetched_at="2026-11-27T09:00:00Z")], 1)
    assert list(stale_trials(store.connection)) == ["NCT99000002"]
