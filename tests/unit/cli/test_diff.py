"""`trialside diff`: versions, what changed between them, and what there is to say when nothing did."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from harvester.pipeline import Harvest
from harvester.registry.record import Origin, record_of
from harvester.store import Store
from tests.unit.cli.conftest import Run
from tests.unit.site.test_history_pages import record

NCT = "NCT99000001"


@pytest.fixture
def db(run: Run, tmp_path: Path) -> Path:
    (tmp_path / "db").mkdir()
    path = tmp_path / "db" / "trials.db"
    texts = [
        "* ECOG performance status 0-2\n* Consent",
        "* ECOG performance status 0-1\n* Consent",
        "* ECOG performance status 0-1",
    ]
    with Store(path) as store:
        harvest = Harvest(store, "harvest", lambda: "2026-11-25T08:00:00Z")
        harvest.arrivals(
            [record(1, f"2026-0{month}-01", f"Inclusion Criteria:\n\n{text}") for month, text in enumerate(texts, 1)], 3
        )
        harvest.arrivals([record(2, "2026-01-01")], 1)
    return path


def test_the_last_change_is_told(run: Run, db: Path) -> None:
    result = run("diff", NCT)

    assert result.exit_code == 0, result.output
    assert "version 2 → version 3 (api, data of 2026-03-01" in result.stdout
    assert "− removed    inclusion criterion" in result.stdout
    assert "[-Consent-]" in result.stdout
    assert "Source: ClinicalTrials.gov" in result.stdout


def test_any_two_versions_can_be_compared(run: Run, db: Path) -> None:
    forth = run("diff", NCT, "--from", "1", "--to", "3").stdout
    back = run("diff", NCT, "--from", "3", "--to", "1").stdout

    assert "⊂ tightened  inclusion criterion" in forth
    assert "ECOG performance status 0-[-2-]{+1+}" in forth
    assert "⊃ loosened   inclusion criterion" in back
    assert "+ added      inclusion criterion" in back


def test_versions_are_listed(run: Run, db: Path) -> None:
    lines = run("diff", NCT, "--list").stdout.splitlines()

    assert lines[0].startswith("version 1 (api, data of 2026-01-01")
    assert lines[0].endswith("first seen here")
    assert re.search(r"first fetched \d{4}-\d\d-\d\d\)", lines[0])
    assert lines[2] == "    1 tightened"
    assert lines[3].endswith("at the start of the trial") or "current" in lines[3]


def test_json_holds_the_same(run: Run, db: Path) -> None:
    (step,) = json.loads(run("diff", NCT, "--from", "1", "--json").stdout)["steps"]

    assert [each["direction"] for each in step["changes"]] == ["tightened", "removed"]
    assert step["changes"][0]["pieces"][1:3] == [{"fate": "removed", "text": "2"}, {"fate": "added", "text": "1"}]


def test_one_version_is_nothing_to_compare(run: Run, db: Path) -> None:
    result = run("diff", "NCT99000002")

    assert result.exit_code == 0
    assert "nothing to compare it with" in result.stdout


@pytest.mark.parametrize("arguments", [("--from", "9"), ("--to", "9"), ("--from", "9", "--to", "1")])
def test_a_version_that_is_not_stored_is_bad_input(run: Run, db: Path, arguments: tuple[str, ...]) -> None:
    result = run("diff", NCT, *arguments)

    assert result.exit_code == 2
    assert "has no version 9 here" in result.output


def test_a_frozen_comparison_is_found_by_its_hash_and_held_against_today(run: Run, db: Path) -> None:
    made = run("compare", NCT, "NCT99000002", "--freeze")
    again = run("compare", NCT, "NCT99000002", "--freeze", "--json")
    sha256 = made.stderr.partition("frozen ")[2].split()[0]
    same = run("diff", sha256[:12])
    with Store(db) as store:
        Harvest(store, "harvest", lambda: "2026-11-25T08:00:00Z").arrivals(
            [record(1, "2026-05-01", "Inclusion Criteria:\n\n* ECOG performance status 0-3")], 1
        )
    later = run("diff", sha256)

    assert (made.exit_code, again.exit_code, same.exit_code, later.exit_code) == (0, 0, 0, 0), later.output
    assert f"on the site: /snapshot/{sha256}" in made.stderr
    assert "cite as:" in made.stderr
    assert f"frozen {sha256} (as it was" in again.stderr
    assert "nothing is said otherwise" in same.stdout
    assert "before: 0 to 1\n      after:  0 to 3" in later.stdout
    assert "(beside the focal trial: stricter)" in later.stdout


def test_two_frozen_comparisons_are_held_against_each_other(run: Run, db: Path) -> None:
    first = run("compare", NCT, "NCT99000002", "--freeze").stderr.partition("frozen ")[2].split()[0]
    second = run("compare", "NCT99000002", NCT, "--freeze").stderr.partition("frozen ")[2].split()[0]

    told = json.loads(run("diff", first, second, "--json").stdout)

    assert told["before"] == first
    assert second[:12] in told["until"]


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("0f1e2d3c4b5", '"0f1e2d3c4b5" is not an NCT number, and too short for the hash of a frozen comparison. Write at least'),
        ("12345678", '"12345678" is not an NCT number. Write NCT and eight digits'),
    ],
)
def test_a_short_hash_is_told_from_a_number_that_lacks_its_letters(run: Run, db: Path, typed: str, told: str) -> None:
    for command in ("diff", "compare", "cite"):
        result = run(command, typed)

        assert result.exit_code == 2
        assert told in result.output


def test_an_unknown_hash_is_bad_input(run: Run, db: Path) -> None:
    result = run("diff", "0123456789abcdef")

    assert result.exit_code == 2
    assert "No frozen comparison here has the hash 0123456789abcdef" in result.output


def test_a_comparison_is_held_against_itself_on_another_day(run: Run, db: Path) -> None:
    first = run("compare", NCT, "NCT99000002", "--as-of", "2026-01-15", "--freeze")
    second = run("compare", NCT, "NCT99000002", "--as-of", "2026-03-01", "--freeze")
    hashes = [each.stderr.partition("frozen ")[2].split()[0] for each in (first, second)]
    told = run("diff", *hashes).stdout

    assert (first.exit_code, second.exit_code) == (0, 0), first.output
    assert "before: 0 to 2" in told
    assert "after:  0 to 1" in told
    assert "Consent" in told


@pytest.mark.parametrize(("day", "words"), [("2025-12-31", "No version of NCT99000001 that held"), ("soon", "soon is not a day")])
def test_a_day_without_a_version_is_said_so(run: Run, db: Path, day: str, words: str) -> None:
    result = run("compare", NCT, "NCT99000002", "--as-of", day)

    assert result.exit_code == 2
    assert words in result.output


def test_what_came_since_a_day_is_told_of_all_trials_or_of_some(run: Run, db: Path) -> None:
    result = run("diff", "--since", "2020-01-01")
    told = json.loads(run("diff", "--since", "2020-01-01", NCT, "--json").stdout)

    assert result.exit_code == 0, result.output
    assert "2 trials that were not here, and 1 in another version" in result.stdout
    assert f"{NCT}  version 2 → 3" in result.stdout
    assert "− removed    inclusion criterion" in result.stdout
    assert {each["nct_id"] for each in told["steps"]} == {NCT}
    assert told["new"] == [NCT]
    assert "0 trials that were not here, and 0 in" in run("diff", "--since", "2030-01-01").stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--since", "yesterday"), '"yesterday" is no day'),
        (("--since", "2026-11-01", "--list"), "--since takes no --from"),
        ((), "Name one trial"),
        ((NCT, "NCT99000002"), "Name one trial"),
    ],
)
def test_what_diff_cannot_take_is_said(run: Run, db: Path, arguments: tuple[str, ...], said: str) -> None:
    result = run("diff", *arguments)

    assert result.exit_code == 2
    assert said in result.stderr


def test_a_frozen_comparison_is_cited_by_its_hash_which_is_said_under_quiet_too(run: Run, db: Path) -> None:
    made = run("compare", NCT, "NCT99000002", "--freeze", "--quiet", "-o", "c.json")
    sha256 = made.stderr.partition("frozen ")[2].split()[0]

    assert len(sha256) == 64
    assert f"SHA-256 {sha256}" in run("cite", sha256[:12]).stdout
    assert f"ID  - trialside-{sha256[:12]}" in run("cite", sha256, "--format", "ris").stdout
    assert run("cite", "0123456789abcdef").exit_code == 2


def test_a_frozen_comparison_is_named_in_its_file_written_again_by_its_hash_and_listed(run: Run, db: Path) -> None:
    made = run("compare", NCT, "NCT99000002", "--freeze", "--format", "markdown")
    sha256 = made.stderr.partition("frozen ")[2].split()[0]
    with Store(db) as store:
        Harvest(store, "harvest", lambda: "2026-11-25T08:00:00Z").arrivals(
            [record(1, "2026-05-01", "Inclusion Criteria:\n\n* ECOG performance status 0-3")], 1
        )
    again = run("compare", sha256[:12], "--format", "markdown")
    cut = run("compare", sha256, "--rows", "ecog", "--format", "markdown")
    status = run("status")

    assert f"SHA-256 {sha256}; what changed since: trialside diff {sha256[:12]}." in made.stdout
    assert again.stdout == made.stdout
    assert len(cut.stdout) < len(made.stdout)
    assert f"frozen        {sha256[:12]} of " in status.stdout
    assert f"{NCT}, NCT99000002\n" in status.stdout
    assert json.loads(run("status", "--json").stdout)["frozen"][0]["sha256"] == sha256


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("compare", "0123456789abcdef"), "No frozen comparison here has the hash"),
        (("compare", "0123456789abcdef", "--related", "2"), "What was frozen is written as it was"),
    ],
)
def test_what_cannot_be_had_of_a_hash_is_said(run: Run, db: Path, arguments: tuple[str, ...], said: str) -> None:
    result = run(*arguments)

    assert result.exit_code == 2
    assert said in result.stderr


def test_what_came_since_a_day_tells_short_words_and_names_at_the_end_what_only_carries_other_dates(run: Run, db: Path) -> None:
    with Store(db) as store:
        harvest = Harvest(store, "harvest", lambda: "2026-11-26T08:00:00Z")
        for number, status in ((3, "COMPLETED"), (4, "RECRUITING")):
            for day, then in (("2026-11-20", "RECRUITING"), ("2026-11-26", status)):
                body = record(number, day).body
                body["protocolSection"]["statusModule"] |= {"overallStatus": then, "lastUpdatePostDateStruct": {"date": day}}
                harvest.arrivals([record_of(body, None, Origin(source="api", fetched_at=f"{day}T08:00:00Z"))], 1)
    said = run("diff", "--since", "2026-11-26").stdout

    assert "status: Overall status: Recruiting → Completed" in said
    assert "Last update posted" not in said
    assert "Only the record's own dates or its source changed, as far as can be told: NCT99000004" in said
