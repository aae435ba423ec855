"""`trialside harvest`: what is named on standard output is stored, and the counts add up."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import Result

from harvester.store import known_ids, open_for_reading, read_runs
from tests.standin import StandIn
from tests.standin import faults as fault
from tests.standin.faults import Fault

RECORDS = Path(__file__).parents[2] / "records"
ONE, TWO, THREE = "NCT99000001", "NCT99000002", "NCT99000003"

Run = Callable[..., Result]


def stored(*nct_ids: str) -> list[str]:
    with closing(open_for_reading(Path("db/trials.db"))) as connection:
        return list(known_ids(connection, nct_ids))


def test_trials_by_number(run: Run, standin: StandIn) -> None:
    result = run("harvest", "nct99000001", TWO, ONE)

    assert result.exit_code == 0
    assert result.stdout.splitlines() == [f"{ONE} saved", f"{TWO} saved"]
    assert "requested 2 = saved 2 + unchanged 0 + failed 0 + not found 0" in result.stderr
    assert stored(ONE, TWO) == [ONE, TWO]


def test_the_same_again_is_unchanged(run: Run, standin: StandIn) -> None:
    run("harvest", ONE)

    assert run("harvest", ONE).stdout == f"{ONE} unchanged\n"


def test_a_trial_that_is_not_there_costs_no_other(run: Run, standin: StandIn) -> None:
    result = run("harvest", ONE, "NCT99999999", TWO)

    assert result.exit_code == 3
    assert result.stdout.splitlines() == [f"{ONE} saved", f"{TWO} saved"]
    assert "NCT99999999" in result.stderr
    assert "requested 3 = saved 2 + unchanged 0 + failed 0 + not found 1" in result.stderr


def test_the_command_as_typed_is_kept(run: Run, standin: StandIn) -> None:
    run("harvest", "nct99000001")

    with closing(open_for_reading(Path("db/trials.db"))) as connection:
        assert read_runs(connection)[0].command == "trialside harvest nct99000001"


def test_an_obsolete_number_gives_the_trial(run: Run, standin: StandIn) -> None:
    result = run("harvest", "NCT99000901")

    assert result.exit_code == 0
    assert result.stdout == f"{ONE} saved\n"
    assert run("show", "NCT99000901").stdout.startswith(ONE)


@pytest.mark.parametrize("ids", [["abc"], [ONE, "NCT12"[:3]], [""], ["NCT000"], ["../../etc/passwd"], ["NCT99000001\n2"]])
def test_bad_numbers_are_refused_before_anything_is_done(run: Run, standin: StandIn, ids: list[str]) -> None:
    result = run("harvest", *ids)

    assert result.exit_code == 2
    assert result.stderr.count("\n") == 1
    assert standin.requests == []
    assert not Path("db").exists()


def test_a_file_in_place_of_a_number_is_told_apart(run: Run) -> None:
    Path("ids.zip").write_bytes(b"PK\x03\x04\x00\xff")

    result = run("harvest", "ids.zip")

    assert result.exit_code == 2
    assert "write --from before them" in result.stderr


def test_a_search(run: Run, standin: StandIn) -> None:
    result = run("harvest", "--query", "Synthetic Record 2", "--limit", "5")

    assert result.exit_code == 0
    assert f"{TWO} saved" in result.stdout


def test_a_search_that_brings_far_too_much_is_refused_after_one_answer(run: Run, standin: StandIn) -> None:
    standin.total_count = 470_000

    result = run("harvest", "--query", "synthetic")

    assert result.exit_code == 2
    assert "470,000" in result.stderr
    assert sum("/studies" in request.target for request in standin.requests) == 1


def test_an_address_that_is_not_understood_is_refused_before_a_database_is_made(run: Run) -> None:
    result = run("harvest", "--query", "https://clinicaltrials.gov/search?cond=A&distance=5")

    assert (result.exit_code, result.stdout) == (2, "")
    assert "“distance” of it is not understood" in result.stderr
    assert not Path("db").exists()


def test_a_search_that_is_refused_after_trials_were_stored_is_partial(run: Run, standin: StandIn) -> None:
    """4 promises that nothing changed; the trials named were stored before the registry refused the search."""
    standin.faults.append(Fault(fault.status(403, "Forbidden"), where="query."))
    result = run("harvest", ONE, "--related", "2")

    assert result.exit_code == 3
    assert f"{ONE} saved" in result.stdout
    assert "requested 1 = saved 1" in result.stderr
    assert "could not be made" in result.stderr


def test_related_trials_that_no_search_is_narrow_enough_for_are_partial(run: Run, standin: StandIn) -> None:
    standin.total_count = 470_000
    result = run("harvest", ONE, "--related", "2")

    assert result.exit_code == 3
    assert f"{ONE} saved" in result.stdout
    assert f"No search for trials like {ONE} was narrow enough." in result.stderr


def test_related_trials_come_with_the_one_named(run: Run, standin: StandIn) -> None:
    result = run("harvest", ONE, "--related", "2")

    assert result.exit_code == 0
    assert result.stdout.startswith(f"{ONE} saved\n")
    assert result.stderr.count("requested") >= 2


def test_files_and_folders(run: Run, tmp_path: Path) -> None:
    shutil.copy(RECORDS / f"{ONE}.json", "one.json")
    Path("more").mkdir()
    for nct_id in (TWO, THREE):
        shutil.copy(RECORDS / f"{nct_id}.json", "more")

    result = run("harvest", "--from", "one.json", "more")

    assert result.exit_code == 0
    assert [line.split()[0] for line in result.stdout.splitlines()] == [ONE, TWO, THREE]


def test_a_saved_page(run: Run) -> None:
    result = run("harvest", "--from", str(RECORDS / "NCT99000007-page.html"))

    assert result.exit_code == 0
    assert "1 page" in run("status").stdout


def test_another_database(run: Run, synthetic_database: Path) -> None:
    result = run("harvest", "--from", str(synthetic_database))

    assert result.exit_code == 0
    assert f"{ONE} saved" in result.stdout
    assert run("check").exit_code == 0


def test_a_damaged_record_costs_no_other(run: Run) -> None:
    whole = (RECORDS / f"{ONE}.json").read_text(encoding="utf-8")
    Path("records").mkdir()
    Path("records/a.json").write_text(whole[: len(whole) // 2], encoding="utf-8")
    Path("records/b.json").write_text(whole, encoding="utf-8")

    result = run("harvest", "--from", "records")

    assert result.exit_code == 3
    assert result.stdout == f"{ONE} saved\n"
    assert "a.json" in result.stderr


@pytest.mark.parametrize("content", [b"", b"\x00\xff\x00", b"not a record", b"PK\x03\x04broken"])
def test_what_is_no_source_is_bad_input(run: Run, content: bytes) -> None:
    Path("x.json").write_bytes(content)

    assert run("harvest", "--from", "x.json").exit_code in (2, 3)
    assert run("harvest", "--from", "nowhere.json").exit_code == 2


def test_a_source_that_is_not_there_leaves_no_database(run: Run) -> None:
    refused = run("--db", "new/trials.db", "harvest", "--from", "missing.json")

    assert refused.exit_code == 2
    assert refused.stderr == 'trialside: "missing.json": No such file or directory. Check the path.\n'
    assert not Path("new").exists()


def test_json_gives_a_line_a_trial_and_the_sum(run: Run, standin: StandIn) -> None:
    lines = [json.loads(line) for line in run("harvest", ONE, "NCT99999999", "--json").stdout.splitlines()]

    assert lines[0] == {"nct_id": ONE, "fate": "saved", "version": 1, "line": None}
    assert (lines[1]["nct_id"], lines[1]["fate"]) == ("NCT99999999", "not_found")
    assert {key: lines[2][key] for key in ("requested", "saved", "failed", "not_found")} == {
        "requested": 2, "saved": 1, "failed": 0, "not_found": 1,
    }  # fmt: skip


def test_quiet_says_only_what_is_stored(run: Run, standin: StandIn) -> None:
    result = run("harvest", "--quiet", ONE)

    assert (result.stdout, result.stderr) == (f"{ONE} saved\n", "")


@pytest.mark.parametrize(
    "arguments",
    [[], ["--query", ""], ["--query", "x", "--from", "y"], ["--related", "3"], ["--limit", "3", ONE],
     ["--limit", "0", "--query", "x"],
     ["--related", "x", ONE], [ONE, "--query", "x"]],
)  # fmt: skip
def test_what_does_not_go_together_is_said(run: Run, arguments: list[str]) -> None:
    result = run("harvest", *arguments)

    assert (result.exit_code, result.stderr.count("\n")) == (2, 1)


def test_offline_asks_nobody(run: Run, standin: StandIn) -> None:
    result = run("harvest", "--offline", ONE)

    assert result.exit_code == 4
    assert "--offline" in result.stderr
    assert standin.requests == []


def test_a_registry_that_refuses_changes_nothing(run: Run, standin: StandIn) -> None:
    run("harvest", ONE)
    standin.faults.append(Fault(fault.status(403, "Forbidden")))

    result = run("harvest", ONE, TWO)

    assert result.exit_code == 4
    assert "refuse" in result.stderr
    assert stored(ONE, TWO) == [ONE]


def test_a_pace_that_is_no_number_is_said(run: Run, standin: StandIn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRIALSIDE_MIN_INTERVAL", "soon")

    result = run("harvest", ONE)

    assert result.exit_code == 2
    assert "TRIALSIDE_MIN_INTERVAL" in result.stderr


class TestRefresh:
    def test_a_digest_becomes_the_registrys_record(self, run: Run, standin: StandIn) -> None:
        run("harvest", "--from", str(RECORDS / f"{ONE}.json"))

        result = run("refresh")

        assert result.exit_code == 0
        assert "1 api" in run("status").stdout

    def test_data_that_are_stored_already_cost_one_request(self, run: Run, standin: StandIn) -> None:
        run("harvest", ONE, TWO)
        standin.requests.clear()

        result = run("refresh")

        assert (result.exit_code, result.stdout) == (0, "")
        assert [request.target for request in standin.requests] == ["/api/v2/version"]

    def test_a_trial_that_is_gone_stays_as_it_was(self, run: Run, standin: StandIn, monkeypatch: pytest.MonkeyPatch) -> None:
        """It is kept, and `status` says that it is old."""
        run("harvest", ONE, TWO)
        monkeypatch.setattr("harvester.cli.writing.now", lambda: "2099-01-01T00:00:00Z")
        del standin.collection.studies[TWO]
        standin.data_timestamp = "2026-12-01T09:00:00"

        result = run("refresh")

        assert result.exit_code == 3
        assert stored(ONE, TWO) == [ONE, TWO]
        assert f"old           {TWO}" in run("status").stdout
        assert [each["nct_id"] for each in json.loads(run("status", "--json").stdout)["stale"]] == [TWO]

    def test_only_those_named(self, run: Run, standin: StandIn) -> None:
        run("harvest", ONE, TWO)
        standin.data_timestamp = "2026-12-01T09:00:00"

        assert run("refresh", ONE).stdout == f"{ONE} unchanged\n"

    def test_an_unknown_trial_is_bad_input(self, run: Run, standin: StandIn) -> None:
        run("harvest", ONE)

        assert run("refresh", "NCT99999999").exit_code == 2

    def test_an_empty_place_has_nothing_to_refresh(self, run: Run, standin: StandIn) -> None:
        assert run("refresh").exit_code == 5
        assert not Path("db").exists()
