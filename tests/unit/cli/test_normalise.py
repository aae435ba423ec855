"""`trialside normalise` and `check` where a stored record is damaged or a rule fails: named, and it costs no other trial."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Sequence
from contextlib import closing
from pathlib import Path

import pytest

from harvester.normalise import Corrections
from harvester.registry.record import Record
from harvester.steps import Steps
from harvester.store import open_for_reading
from harvester.tables import StudyRows
from tests.standin import StandIn
from tests.unit.cli.conftest import Run

FULL, BARE = "NCT99000001", "NCT99000002"
DAMAGED = ['{"a": 1, "a": 2}', "[]", '"words"', '{"protocolSection": {"identificationModule": {"nctId": "NCT99000077"}}}', "{}"]


def damage(record: str, nct_id: str = FULL) -> None:
    """Write over a stored record behind the program's back."""
    with closing(sqlite3.connect("db/trials.db", isolation_level=None)) as connection:
        connection.execute("DROP TRIGGER record_versions_keep_content")
        connection.execute("UPDATE record_versions SET record = ? WHERE nct_id = ?", (record, nct_id))


def titles() -> Sequence[tuple[str, str]]:
    with closing(open_for_reading(Path("db/trials.db"))) as connection:
        return connection.execute("SELECT nct_id, brief_title FROM studies ORDER BY nct_id").fetchall()


@pytest.mark.parametrize("record", DAMAGED)
def test_a_record_that_is_none_any_more_is_named_and_the_others_are_read(filled: Run, record: str) -> None:
    before = titles()
    damage(record)
    done = filled("normalise")
    told = json.loads(filled("normalise", "--json").stdout)

    assert done.exit_code == 3, done.output
    assert titles() == before
    assert f"Version 1 of {FULL} as it is stored is no record of it any more" in done.stderr
    assert "1 could not be" in done.stderr
    assert [each["nct_id"] for each in told["failed"]] == [FULL]
    assert told["changed"] == 0


@pytest.mark.parametrize("record", DAMAGED)
def test_check_finds_it_and_says_so(filled: Run, record: str) -> None:
    damage(record)
    done = filled("check")

    assert done.exit_code == 5, done.output
    assert f"NOT OK  hashes      {FULL} version 1 is not the record that was received" in done.stdout
    assert "Traceback" not in done.output


def test_a_rule_that_fails_is_named_with_its_place(filled: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    from harvester.reading import study

    true = study.normalise_in_steps

    def failing(record: Record, corrections: Corrections, without: Collection[str] = ()) -> Steps[StudyRows]:
        if record.nct_id == BARE:
            raise KeyError("dose")
        return true(record, corrections, without)

    monkeypatch.setattr(study, "normalise_in_steps", failing)
    brief, full = filled("normalise"), filled("normalise", "-v")

    assert brief.exit_code == full.exit_code == 3
    assert f"{BARE} could not be read anew (KeyError)." in brief.stderr
    assert "test_normalise.py" not in brief.stderr
    assert "[KeyError at cli/test_normalise.py:" in full.stderr


def test_a_refresh_goes_on_from_a_damaged_record(run: Run, standin: StandIn) -> None:
    """What the registry gives becomes the current version; what is damaged stays named."""
    assert run("harvest", FULL, BARE).exit_code == 0
    damage("{}")
    standin.collection.studies[FULL]["protocolSection"]["identificationModule"]["briefTitle"] = "Another title"
    done = run("refresh", "--all")

    assert done.exit_code == 0, done.output
    assert (FULL, "Another title") in titles()
    assert f"Version 1 of {FULL}" in run("normalise").stderr


def test_a_database_that_is_not_there_is_none_and_none_is_made(run: Run) -> None:
    done = run("normalise")

    assert (done.exit_code, Path("db").exists()) == (5, False)
    assert "db/trials.db does not exist. Make it with: trialside harvest NCT…" in done.stderr


def test_stopped_it_says_how_to_go_on(filled: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(*arguments: object, **options: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("harvester.cli.normalise.renormalise", stop)
    done = filled("normalise")

    assert done.exit_code == 130
    assert "trialside: Stopped; what was read anew is kept. To go on: trialside normalise --outdated" in done.stderr
