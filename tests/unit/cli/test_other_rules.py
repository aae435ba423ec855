"""Rows that other rules read are said to be so wherever they are shown."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from harvester.errors import StorageError
from harvester.store import Store
from tests.standin import StandIn
from tests.unit.cli.conftest import Run

DATABASE = Path("db/trials.db")
FOCAL, OTHER = "NCT99000001", "NCT99000002"


def read_otherwise() -> int:
    """As if an earlier program had read every trial: how many there are."""
    with Store(DATABASE) as store, store.transaction():
        return store.connection.execute("UPDATE study_readings SET rules = 'an earlier one'").rowcount


@pytest.mark.parametrize(
    "command",
    [
        ("show", FOCAL),
        ("compare", FOCAL, OTHER),
        ("compare", FOCAL, OTHER, "--format", "json"),
        ("export", FOCAL, "-o", "-"),
        ("export", FOCAL, "--table", "criteria", "-o", "-"),
        ("screen", "age=70", FOCAL, OTHER),
        ("related", FOCAL, "--offline", "--limit", "3"),
    ],
)
def test_what_is_shown_says_so(filled: Run, command: tuple[str, ...]) -> None:
    assert "version of the rules" not in filled(*command).stderr
    quiet = filled("--quiet", *command).stderr
    read_otherwise()
    said = filled(*command)

    assert f"Another version of the rules read the rows of {FOCAL}" in said.stderr
    assert "trialside normalise NCT" in said.stderr
    assert "version of the rules" not in said.stdout
    assert filled("--quiet", *command).stderr == quiet == ""


def test_reading_anew_settles_it(filled: Run) -> None:
    trials = read_otherwise()
    filled("normalise", FOCAL)
    assert json.loads(filled("--json", "status").stdout)["read_by_other_rules"] == trials - 1
    assert "read by another version of the rules" in filled("status").stdout
    done = filled("normalise", "--outdated")

    assert f"read {trials - 1} trials anew" in done.stderr
    assert json.loads(filled("--json", "status").stdout)["read_by_other_rules"] == 0
    assert filled("show", FOCAL).stderr == ""
    assert "read 1 trial anew: 0 changed, 1 the same" in filled("normalise", FOCAL).stderr


def test_a_refresh_reads_what_comes_by_and_names_how_many_did_not(filled: Run, standin: StandIn) -> None:
    read_otherwise()
    said = filled("refresh", "--all", "--accept")
    left = json.loads(filled("--json", "status").stdout)["read_by_other_rules"]

    assert "rows were read anew" in said.stderr
    assert left > 0, "the bundled digests are not in the registry's stand-in"
    assert f"{left} trials were read by another version of the rules" in said.stderr
    assert filled("show", FOCAL).stderr == ""


def test_a_database_that_is_not_there_is_not_served(filled: Run, tmp_path: Path) -> None:
    typo = tmp_path / "typo.db"
    said = filled("--db", str(typo), "serve")

    assert said.exit_code == StorageError.exit_code == 5
    assert f"{typo} does not exist" in said.stderr
    assert not typo.exists()
