"""Saved searches and schema changes on the terminal."""

from __future__ import annotations

import json

import pytest

from tests.standin import StandIn
from tests.standin import faults as fault
from tests.standin.faults import Fault
from tests.unit.cli.conftest import Run


def test_a_saved_search_runs_at_every_refresh_and_by_its_name(run: Run, standin: StandIn) -> None:
    saved = run("harvest", "--query", "synthetic", "--limit", "2", "--save", "wide")
    named = run("refresh", "wide")
    status = run("status")

    assert (saved.exit_code, named.exit_code) == (0, 0), saved.output + named.output
    assert "requested 2 = saved 0 + unchanged 2" in named.stderr
    assert "search        wide: synthetic (at most 2); every refresh runs it" in status.stdout
    assert [each["name"] for each in json.loads(run("status", "--json").stdout)["searches"]] == ["wide"]


@pytest.mark.parametrize(
    "arguments", [("NCT99000001", "--save", "x"), ("--query", "x", "--save", "NCT99000001"), ("--query", "x", "--save", "a b")]
)
def test_a_name_that_will_not_do_is_said_so(run: Run, standin: StandIn, arguments: tuple[str, ...]) -> None:
    result = run("harvest", *arguments)

    assert result.exit_code == 2
    assert "--save" in result.output


def test_status_tells_what_the_registry_changed(run: Run, standin: StandIn) -> None:
    run("harvest", "NCT99000001", "NCT99000002")
    for day, module in (("2026-11-26", None), ("2026-11-27", "newModule")):
        standin.data_timestamp = f"{day}T09:00:05"
        if module:
            standin.collection.studies["NCT99000002"]["protocolSection"][module] = {"someField": "text"}
        assert run("refresh").exit_code == 0

    assert "changed its fields" in run("status").stdout
    assert "protocolSection.newModule" in json.loads(run("status", "--json").stdout)["schema_changes"][0]["what"]


def test_status_says_when_whole_records_came_and_how_many_are_due(
    run: Run, standin: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("harvest", "NCT99000001", "NCT99000002")
    soon = run("status").stdout
    monkeypatch.setattr("harvester.cli.status.now", lambda: "2099-01-01T00:00:00Z")
    late = run("status").stdout

    assert "whole records came from the registry" in soon
    assert "more than 28 days ago" not in soon
    assert "2 came more than 28 days ago, the next refreshes read them again" in late
    assert json.loads(run("status", "--json").stdout)["whole_records"]["due"] == 2


def test_status_shows_where_a_rule_failed_when_asked(run: Run, standin: StandIn, monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(*arguments: object) -> None:
        raise KeyError("dose")

    with monkeypatch.context() as patched:
        patched.setattr("harvester.reading.study.normalise_in_steps", failing)
        assert run("harvest", "NCT99000001").exit_code == 3

    assert "NCT99000001 could not be read (KeyError)" in run("status").stdout
    assert "[KeyError at cli/test_refreshing.py:" not in run("status").stdout
    assert "[KeyError at cli/test_refreshing.py:" in run("status", "-v").stdout


def test_a_refused_refresh_is_told_by_status(run: Run, standin: StandIn) -> None:
    """The gate's reason stays to be read after the terminal is gone."""
    run("harvest", *[f"NCT9900000{number}" for number in range(1, 7)])
    for nct_id in list(standin.collection.studies):
        del standin.collection.studies[nct_id]
    standin.data_timestamp = "2026-11-26T09:00:05"
    done = run("refresh")

    assert done.exit_code == 4
    assert "says that it has 6 of 6 trials no longer" in run("status").stdout


@pytest.mark.parametrize(
    "command", [("harvest", "--query", "synthetic"), ("harvest", "--all"), ("harvest", "--query", "x", "--all"), ("refresh",)]
)
def test_a_run_that_the_registry_let_not_begin_is_told_by_status(run: Run, standin: StandIn, command: tuple[str, ...]) -> None:
    run("harvest", "NCT99000001")
    standin.data_timestamp = "2026-11-26T09:00:05"
    standin.faults.append(Fault(fault.status(403, "Forbidden")))
    done = run(*command)
    told, runs = run("status"), json.loads(run("--json", "status").stdout)["last_run"]

    assert done.exit_code == 4
    assert f"last harvest  trialside {' '.join(command)}: failed" in told.stdout
    assert "refuse" in told.stdout
    assert (runs["requested"], runs["saved"], runs["status"], len(runs["problems"])) == (0, 0, "failed", 1)


def test_what_nobody_was_asked_for_is_no_run(run: Run, standin: StandIn) -> None:
    run("harvest", "NCT99000001")
    assert run("harvest", "--offline", "--query", "synthetic").exit_code == 4

    assert json.loads(run("--json", "status").stdout)["last_run"]["status"] == "complete"


def test_what_is_neither_a_number_nor_a_name_is_said_to_be_neither(run: Run, standin: StandIn) -> None:
    run("harvest", "--query", "synthetic", "--limit", "2")

    result = run("refresh", "blina")

    assert result.exit_code == 2
    assert '"blina" is neither an NCT number nor the name of a saved search' in result.stderr


def test_a_trial_that_is_gone_is_said_so_wherever_it_is_shown(
    run: Run, standin: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("harvest", "NCT99000001", "NCT99000002")
    monkeypatch.setattr("harvester.cli.writing.now", lambda: "2099-01-01T00:00:00Z")
    del standin.collection.studies["NCT99000001"]
    standin.data_timestamp = "2026-11-26T09:00:05"
    assert "what is stored of it is kept" in run("refresh").stderr

    for command in (
        ("show", "NCT99000001"),
        ("compare", "NCT99000001", "NCT99000002"),
        ("screen", "age=34"),
        ("cite", "NCT99000001"),
    ):
        assert "The registry has no longer, when last asked: NCT99000001." in run(*command).stderr
    assert "no longer" not in run("show", "NCT99000002").stderr


@pytest.mark.parametrize("stamp", ["garbage", "", "2026-11-241", "24.11.2026"])
def test_a_date_that_is_none_is_no_answer_of_the_registry(run: Run, standin: StandIn, stamp: str) -> None:
    standin.data_timestamp = stamp
    result = run("harvest", "NCT99000001")

    assert (result.exit_code, result.stdout) == (4, "")
    assert "(no version)" in result.stderr


def test_a_search_that_finds_nothing_says_so(run: Run, standin: StandIn) -> None:
    assert "The registry finds no trial for “nosuchword”." in run("harvest", "--query", "nosuchword").stderr
