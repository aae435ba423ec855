"""Commands that read the collection: show, status, check, normalise."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from harvester.cli.trial_text import criterion_lines, dose_lines
from harvester.tables import CriterionFact, EligibilityCriterion, StudyRows
from tests.unit.compare.synthetic import SyntheticTrial

FULL, BARE, HOSTILE, FOCAL = "NCT99000001", "NCT99000002", "NCT99000006", "NCT07105579"

Run = Callable[..., Result]


class TestShow:
    def test_a_trial_with_its_parts_and_its_attribution(self, filled: Run) -> None:
        shown = filled("show", FULL).stdout

        assert shown.startswith(f"{FULL}  Synthetic Record 1")
        assert {"ARMS", "ELIGIBILITY"} <= set(shown.splitlines())
        assert "Source: ClinicalTrials.gov, U.S. National Library of Medicine" in shown.splitlines()[-1]

    def test_what_a_bare_record_does_not_state_is_left_out(self, filled: Run) -> None:
        shown = filled("show", BARE).stdout

        assert "Phase" not in shown
        assert "ARMS" not in shown

    def test_criteria_only(self, filled: Run) -> None:
        shown = filled("show", FOCAL, "--criteria").stdout

        assert "Age 14-65 years (inclusive), regardless of gender." in shown
        assert "ARMS" not in shown

    def test_doses_only(self, filled: Run) -> None:
        shown = filled("show", FOCAL, "--doses").stdout

        assert "Inclusion" not in shown
        assert "one step of several; arm: " in shown

    @pytest.mark.parametrize("short", ["NCT0710557", "nct0123457", "NCT 0710557"])
    def test_a_number_that_lacks_a_digit_is_no_other_trials(self, filled: Run, short: str) -> None:
        """Zeros put before it would make it the number of another trial, shown and compared without a word."""
        refused = filled("show", short)

        assert refused.exit_code == 2
        assert f'"{short}" has 7 digits, and a registry number has 8.' in refused.stderr
        assert ("Perhaps you mean NCT07105579." in refused.stderr) == (short != "nct0123457")
        assert filled("show", "nct7105579").exit_code == 0
        assert "has 5 digits, and a registry number has 8. Write NCT and all eight digits." in filled("show", "NCT00102").stderr

    def test_nor_is_one_in_the_address_of_a_page(self, filled: Run) -> None:
        refused = filled("show", "https://clinicaltrials.gov/study/NCT0710557?tab=table")

        assert refused.exit_code == 2
        assert '"NCT0710557" has 7 digits, and a registry number has 8. Perhaps you mean NCT07105579.' in refused.stderr

    @pytest.mark.parametrize("behind", [")", ";", ".", '"', "?tab=table),", "&rank=1", "%20"])
    def test_the_sign_behind_an_address_is_the_sentences(self, filled: Run, behind: str) -> None:
        assert filled("show", f"https://clinicaltrials.gov/study/{FOCAL}{behind}").exit_code == 0

    @pytest.mark.parametrize("line", ["NCT0710557", "NCT 0710557", FOCAL + ", nct0710557; see there"])
    def test_nor_is_one_in_a_file(self, filled: Run, tmp_path: Path, line: str) -> None:
        (tmp_path / "list.txt").write_text(f"{FULL}\n{line}\n")
        refused = filled("show", f"@{tmp_path / 'list.txt'}")

        assert refused.exit_code == 2
        assert '0710557" has 7 digits, and a registry number has 8.' in refused.stderr

    def test_a_guess_at_the_number_asks_no_file_that_is_no_database(self, filled: Run, tmp_path: Path) -> None:
        """What is wrong is the number: no number is offered, and nothing is said of the file."""
        (tmp_path / "bad.db").write_bytes(b"not a database, and long enough to be read as one" * 100)
        refused = filled("--db", str(tmp_path / "bad.db"), "show", "NCT0710557")

        assert refused.exit_code == 2
        assert "has 7 digits, and a registry number has 8. Write NCT and all eight digits." in refused.stderr

    def test_json_holds_tables_with_values_and_no_record(self, filled: Run) -> None:
        tables = json.loads(filled("show", FULL, "--json").stdout)

        assert tables["nct_id"] == FULL
        assert tables["studies"][0]["nct_id"] == FULL
        assert "record" not in tables["record_versions"][0]
        assert all(not isinstance(row["flags"], str) for row in tables.get("criterion_facts", []))

    def test_json_of_one_part(self, filled: Run) -> None:
        tables = json.loads(filled("show", FOCAL, "--criteria", "--json").stdout)

        assert "eligibility_criteria" in tables
        assert "studies" not in tables

    def test_a_hostile_record_cannot_steer_the_terminal(self, filled: Run) -> None:
        shown = filled("show", HOSTILE).stdout

        assert [c for c in shown if not c.isprintable() and c != "\n"] == []

    def test_an_unknown_trial_says_how_to_get_it(self, filled: Run) -> None:
        result = filled("show", "NCT99999999")

        assert result.exit_code == 2
        assert "trialside harvest NCT99999999" in result.stderr

    def test_without_a_database_it_says_how_to_make_one(self, run: Run) -> None:
        result = run("show", FULL)

        assert result.exit_code == 5
        assert "trialside harvest" in result.stderr
        assert not Path("db").exists()

    def test_words_that_were_read_are_marked_and_what_was_read_stands_under_them(self) -> None:
        words = "Ejection fraction \\>= 50% and age 18"
        criterion = EligibilityCriterion(
            criterion_id="c", nct_id="NCT99000009", section="inclusion", position=0, level=0, kind="item", text=words,
            source_path="p", source_start=100, source_end=100 + len(words),
        )  # fmt: skip
        fact = CriterionFact(
            fact_id="f", criterion_id="c", nct_id="NCT99000009", concept="lvef", comparator=">=", low=50, low_inclusive=True,
            unit="%", eligible_low=50, eligible_low_inclusive=True, flags="[]", rule="r", quote=words[18:25],
            source_path="p", source_start=118, source_end=125,
        )  # fmt: skip

        lines = list(criterion_lines(StudyRows.collect("NCT99000009", [criterion, fact]), lambda text: f"<{text}>"))

        assert lines[:2] == ["  Inclusion", "    - Ejection fraction <>= 50%> and age 18"]
        assert "≥ 50 %" in lines[2]

    def test_a_dose_that_two_texts_tell_alike_stands_once_over_both_their_words(self) -> None:
        trial = SyntheticTrial(9)
        for quote in ("28 ug/day", "28 μg daily", "28 ug/day"):
            trial.dose("blinatumomab", 28, "ug", line="blinatumomab 28 ug/d", quote=quote)

        assert list(dose_lines(trial.done())) == ["  blinatumomab 28 µg/d", '      "28 ug/day"', '      "28 μg daily"']


class TestStatus:
    def test_counts_sources_dates_and_the_last_harvest(self, filled: Run) -> None:
        shown = filled("status").stdout

        assert "trials" in shown
        assert "last harvest  trialside harvest --quiet" in shown
        assert "requested" in shown

    def test_json(self, filled: Run) -> None:
        told = json.loads(filled("status", "--json").stdout)

        assert told["studies"] == sum(told["by_source"].values()) > 15
        run = told["last_run"]
        assert run["requested"] == run["saved"] + run["unchanged"] + run["failed"] + run["not_found"]


class TestCheck:
    def test_a_whole_database(self, filled: Run) -> None:
        result = filled("check")

        assert result.exit_code == 0
        assert "NOT OK" not in result.stdout

    def test_a_finding_is_5(self, filled: Run, tmp_path: Path) -> None:
        import sqlite3

        with sqlite3.connect(tmp_path / "db" / "trials.db") as connection:
            connection.execute("UPDATE studies SET brief_title = 'changed behind its back' WHERE nct_id = ?", (FULL,))
        connection.close()

        result = filled("check")

        assert result.exit_code == 5
        assert "NOT OK" in result.stdout
        assert "rows" in result.stderr

    def test_json(self, filled: Run) -> None:
        assert all(finding["ok"] for finding in json.loads(filled("check", "--json").stdout))


class TestNormalise:
    def test_again_gives_the_same(self, filled: Run) -> None:
        result = filled("normalise")

        assert result.exit_code == 0
        assert ": 0 changed" in result.stderr

    def test_one_trial_as_json(self, filled: Run) -> None:
        assert json.loads(filled("normalise", FULL, "--json").stdout) == {"changed": 0, "same": 1, "failed": []}

    def test_an_unknown_trial(self, filled: Run) -> None:
        result = filled("normalise", "NCT99999999")

        assert result.exit_code == 2
        assert "NCT99999999" in result.stderr

    def test_no_database_is_not_made(self, run: Run) -> None:
        assert run("normalise").exit_code == 5
        assert not Path("db").exists()


@pytest.mark.parametrize("command", ["show NCT99000001", "status", "check", "normalise", "compare NCT99000001 NCT99000002"])
@pytest.mark.parametrize("content", [b"", b"SQLite format 3\x00 and no more", b"a letter to a friend " * 100])
def test_what_is_no_database_of_ours_is_5_and_left_as_it_is(run: Run, tmp_path: Path, command: str, content: bytes) -> None:
    (tmp_path / "other.db").write_bytes(content)

    result = run(*command.split(), "--db", "other.db")

    if content or command != "normalise":
        assert result.exit_code == 5
        assert result.stderr.count("\n") == 1
        assert (tmp_path / "other.db").read_bytes() == content


class TestNumbersFromFiles:
    def test_a_file_stands_for_the_numbers_in_it(self, filled: Run) -> None:
        Path("ids.csv").write_text(f"id;title\n1;{FULL.lower()}\n2;see {FULL}, {FOCAL}.\n", encoding="utf-8")

        assert filled("export", "@ids.csv", "--format", "registry-csv").stdout == f"registry-csv-{FULL}-{FOCAL}.csv\n"

    def test_standard_input_does_too(self, filled: Run) -> None:
        assert json.loads(filled("show", "@-", "--json", text=f"{FULL}\n").stdout)["nct_id"] == FULL

    def test_a_spreadsheet_s_own_text_and_loose_spellings_are_taken(self, filled: Run) -> None:
        Path("ids.txt").write_text(f"id\n{FULL.lower()}\nNCT {FOCAL[3:]}\n", encoding="utf-16")

        assert filled("export", "@ids.txt", "--format", "registry-csv").stdout == f"registry-csv-{FULL}-{FOCAL}.csv\n"

    @pytest.mark.parametrize("command", ["show", "related"])
    def test_where_one_trial_is_asked_for_several_are_refused(self, filled: Run, command: str) -> None:
        Path("ids.txt").write_text(f"{FULL} {FOCAL}", encoding="utf-8")
        refused = filled(command, "@ids.txt")

        assert refused.exit_code == 2
        assert "names 2 trials" in refused.stderr

    def test_a_file_that_is_no_text_is_refused_whatever_numbers_stand_in_it(self, filled: Run) -> None:
        Path("trials.zip").write_bytes(f"PK\x03\x04\x00 {FULL}.json {FOCAL}.json".encode())
        refused = filled("export", "@trials.zip")

        assert refused.exit_code == 2
        assert "trials.zip is no text. Give a list or a CSV" in refused.stderr

    @pytest.mark.parametrize(("content", "said"), [("none here", "holds no NCT number"), (None, "cannot be read")])
    def test_a_file_without_numbers_is_named(self, filled: Run, content: str | None, said: str) -> None:
        if content is not None:
            Path("ids.txt").write_text(content, encoding="utf-8")
        refused = filled("export", "@ids.txt")

        assert refused.exit_code == 2
        assert f"ids.txt {said}" in refused.stderr
