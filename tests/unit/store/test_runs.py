"""Harvests are history: they add up, however they end, and are not changed afterwards."""

from __future__ import annotations

import json
import sqlite3

import pytest

from harvester.store import Store, read_runs
from harvester.store.runs import KEPT_PROBLEMS

NOW = "2026-11-25T08:00:00Z"


def test_a_run_adds_up(store: Store) -> None:
    run = store.begin_run("harvest", NOW, 3)
    with store.transaction():
        run.count("saved")
        run.count("unchanged")
        run.count("not_found", {"nct_id": "NCT99000042", "problem": "no such trial", "next_step": "Check the number."})
        run.finish("complete", NOW)

    (stored,) = read_runs(store.connection)
    assert (stored.requested, stored.saved, stored.unchanged, stored.failed, stored.not_found) == (3, 1, 1, 0, 1)
    assert json.loads(stored.problems)[0]["nct_id"] == "NCT99000042"


def test_known_problems_are_not_written_again_with_every_trial(store: Store) -> None:
    """A run of the whole registry that keeps a thousand problems must not write all of them a hundred thousand times."""
    run = store.begin_run("harvest", NOW, 3)
    with store.transaction():
        run.count("failed", {"nct_id": "NCT99000042", "problem": "cut short", "next_step": "Try again."})
        run.save()
    written: list[str] = []
    store.connection.set_trace_callback(written.append)
    with store.transaction():
        run.count("saved")
        run.save()
    store.connection.set_trace_callback(None)

    assert any("saved = 1" in sql for sql in written)
    assert not any("cut short" in sql for sql in written)


def test_what_was_not_reached_counts_as_failed(store: Store) -> None:
    run = store.begin_run("harvest", NOW, 5)
    with store.transaction():
        run.count("saved")
        run.finish("interrupted", NOW)

    (stored,) = read_runs(store.connection)
    assert (stored.requested, stored.saved, stored.failed, stored.status) == (5, 1, 4, "interrupted")
    assert json.loads(stored.problems)[-1]["problem"] == "4 not reached"


def test_a_run_cut_off_is_closed_by_the_next(store: Store) -> None:
    cut = store.begin_run("harvest", NOW, 2)
    with store.transaction():
        cut.count("saved")
        cut.save()
    store.begin_run("harvest", "2026-11-25T09:00:00Z", 1)

    newest, oldest = read_runs(store.connection)
    assert (oldest.status, oldest.saved, oldest.failed, oldest.finished_at) == ("interrupted", 1, 1, "2026-11-25T09:00:00Z")
    assert (newest.status, newest.run_id) == ("running", cut.run_id + 1)


def test_history_is_not_changed(store: Store) -> None:
    run = store.begin_run("harvest", NOW, 0)
    with store.transaction():
        run.finish("complete", NOW)

    for sql in ("UPDATE harvest_runs SET saved = 7", "DELETE FROM harvest_runs"):
        with pytest.raises(sqlite3.IntegrityError):
            store.connection.execute(sql)


def test_counts_that_do_not_add_up_are_refused(store: Store) -> None:
    store.begin_run("harvest", NOW, 5)

    with pytest.raises(sqlite3.IntegrityError, match="requested is not"):
        store.connection.execute("UPDATE harvest_runs SET status = 'complete'")


def test_problems_without_end_are_cut_and_still_counted(store: Store) -> None:
    run = store.begin_run("harvest", NOW)
    with store.transaction():
        for number in range(KEPT_PROBLEMS + 5):
            run.count("failed", {"nct_id": str(number), "problem": "x", "next_step": ""})

    assert len(run.problems) == KEPT_PROBLEMS
    assert run.requested == KEPT_PROBLEMS + 5
