"""Saved searches and schema changes on the terminal."""

from __future__ import annotations

import json

import pytest

from tests.standin import StandIn
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
