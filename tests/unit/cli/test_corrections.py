"""Corrections from the file to the terminal: applied, shown, proven, void once the words change. All records are synthetic."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from harvester.normalise.correction_file import COLUMNS
from harvester.tables.eligibility import CRITERIA
from tests.standin.synthetic import synthetic_study
from tests.unit.cli.conftest import Run

WORDS = "\\>= 18 years"
OFFSET = synthetic_study(1)["protocolSection"]["eligibilityModule"]["eligibilityCriteria"].index(WORDS)
LOW = {
    "nct_id": "NCT99000001", "source_path": CRITERIA, "start": OFFSET, "end": OFFSET + len(WORDS), "quote": WORDS,
    "table": "criterion_facts", "action": "set", "column": "low", "old": "18", "new": "21", "reason": "protocol, page 7",
    "who": "A. Reader", "date": "2026-11-25",
}  # fmt: skip


def write_corrections(path: Path, *lines: dict[str, Any]) -> Path:
    path.parent.mkdir(exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerows([COLUMNS, *([line.get(name, "") for name in COLUMNS] for line in lines)])
    return path


def write_record(path: Path, number: int = 1, old: str = "", new: str = "") -> str:
    body = synthetic_study(number)
    module = body["protocolSection"]["eligibilityModule"]
    module["eligibilityCriteria"] = module["eligibilityCriteria"].replace(old, new)
    path.write_text(json.dumps(body), encoding="utf-8")
    return str(path)


@pytest.fixture
def corrected(run: Run, tmp_path: Path) -> Run:
    """`run` in a folder with two trials, one of them with a correction in the usual place."""
    write_corrections(tmp_path / "db" / "corrections.csv", LOW)
    records = [write_record(tmp_path / f"{number}.json", number) for number in (1, 2)]
    assert run("harvest", "--from", *records).exit_code == 0
    return run


def test_show_says_what_was_corrected_why_and_by_whom(corrected: Run) -> None:
    shown = corrected("show", "NCT99000001").stdout

    assert "= age ≥ 21 years" in shown
    assert "corrected: low: 21 instead of 18 (protocol, page 7; A. Reader, 2026-11-25)" in shown
    assert "CORRECTIONS OF WHAT WAS READ" in shown
    assert "corrected" not in corrected("show", "NCT99000002").stdout


def test_json_holds_the_correction_and_the_flag(corrected: Run) -> None:
    shown = json.loads(corrected("show", "NCT99000001", "--criteria", "--json").stdout)
    (correction,) = shown["corrections"]
    age = next(fact for fact in shown["criterion_facts"] if fact["concept"] == "age")

    assert (correction["state"], correction["old_value"], correction["new_value"]) == ("applied", "18", "21")
    assert (age["low"], age["eligible_low"], age["flags"]) == (21, 21, ["corrected"])


def test_a_comparison_says_it_in_words_and_as_a_flag(corrected: Run) -> None:
    assert "corrected by a person" in corrected("compare", "NCT99000001", "NCT99000002", "--format", "markdown").stdout
    assert '"corrected"' in corrected("compare", "NCT99000001", "NCT99000002", "--format", "json").stdout


def test_reading_anew_gives_the_same_and_check_proves_it(corrected: Run) -> None:
    again = corrected("normalise")

    assert "0 changed, 2 the same" in again.stderr
    assert "corrections: 1 applied, 0 void" in again.stderr
    assert corrected("check").exit_code == 0


def test_check_without_the_corrections_says_that_they_are_missing(
    corrected: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    none = write_corrections(tmp_path / "none.csv")
    result = corrected("check", "--corrections", str(none))
    monkeypatch.setenv("TRIALSIDE_CORRECTIONS", str(none))

    assert result.exit_code == corrected("check").exit_code == 5
    assert "same --corrections" in result.stderr
    assert "1 changed, 1 the same" in corrected("normalise").stderr
    assert corrected("check").exit_code == 0


def test_when_the_words_change_it_is_void_and_says_so(corrected: Run, tmp_path: Path) -> None:
    changed = write_record(tmp_path / "new.json", old="18 years", new="16 years")
    result = corrected("harvest", "--from", changed)
    shown = corrected("show", "NCT99000001").stdout

    assert "is void: the words are not in the text any more" in result.stderr
    assert "≥ 16 years" in shown
    assert "void: criterion_facts, low: 21 instead of 18" in shown
    assert corrected("check").exit_code == 0
    assert "void: NCT99000001 low by A. Reader" in corrected("normalise").stderr


def test_corrections_of_trials_that_are_not_here_are_named(corrected: Run, tmp_path: Path) -> None:
    write_corrections(tmp_path / "db" / "corrections.csv", LOW, LOW | {"nct_id": "NCT99000077"})

    assert "corrections of trials that are not in the database: NCT99000077" in corrected("normalise").stderr
    assert "NCT99000077" not in corrected("normalise", "NCT99000001").stderr


@pytest.mark.parametrize("command", [("harvest", "--from", "1.json"), ("normalise",), ("check",)])
def test_a_malformed_file_is_named_with_its_line_and_nothing_changes(corrected: Run, tmp_path: Path, command: Any) -> None:
    before = (tmp_path / "db" / "trials.db").read_bytes()
    write_corrections(tmp_path / "db" / "corrections.csv", LOW, LOW | {"date": "yesterday"})
    result = corrected(*command)

    assert result.exit_code == 2
    assert "corrections.csv line 3: 'yesterday' is no day; write it as 2026-11-25." in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1
    assert (tmp_path / "db" / "trials.db").read_bytes() == before


def test_a_file_that_is_not_there(corrected: Run, tmp_path: Path) -> None:
    (tmp_path / "latin.csv").write_bytes(b"\xff\xfe\xff")

    assert "nowhere.csv cannot be read as corrections" in corrected("normalise", "--corrections", "nowhere.csv").stderr
    assert corrected("normalise", "--corrections", "nowhere.csv").exit_code == 2
    assert "it is not UTF-8 text" in corrected("normalise", "--corrections", "latin.csv").stderr


def test_versions_that_are_read_anew_are_read_with_the_corrections(run: Run, tmp_path: Path) -> None:
    """A comparison across versions that are no neighbours, and one as of a day, say what the stored rows of that version said."""
    write_corrections(tmp_path / "db" / "corrections.csv", LOW)
    for day, ecog in (("2026-01-01", "0-2"), ("2026-02-01", "0-1"), ("2026-03-01", "0-3")):
        body = synthetic_study(1, release=day)
        module = body["protocolSection"]["eligibilityModule"]
        text = module["eligibilityCriteria"].replace("0-2", ecog)
        module["eligibilityCriteria"] = text.replace("18 years", "18 years of age") if ecog == "0-3" else text
        (tmp_path / "1.json").write_text(json.dumps(body), encoding="utf-8")
        assert run("harvest", "--from", "1.json").exit_code == 0
    (tmp_path / "2.json").write_text(json.dumps(synthetic_study(2, release="2026-01-01")), encoding="utf-8")
    assert run("harvest", "--from", "2.json").exit_code == 0

    neighbours = run("diff", "NCT99000001", "--from", "1", "--to", "2").stdout
    across = run("diff", "NCT99000001", "--from", "1", "--to", "3").stdout
    none = str(write_corrections(tmp_path / "none.csv"))
    uncorrected = run("diff", "NCT99000001", "--from", "1", "--to", "3", "--corrections", none)
    then = run("compare", "NCT99000001", "NCT99000002", "--as-of", "2026-01-15", "--format", "markdown")

    assert "⊂ tightened  inclusion criterion" in neighbours
    assert "age ≥ 21" in across
    assert "age ≥ 21" not in uncorrected.stdout
    assert then.exit_code == 0, then.output
    assert "corrected by a person" in then.stdout


def test_a_file_that_would_be_passed_over_is_refused(corrected: Run) -> None:
    compared = corrected("compare", "NCT99000001", "NCT99000002", "--corrections", "nowhere.csv")
    since = corrected("diff", "--since", "2026-11-01", "--corrections", "nowhere.csv")

    assert (compared.exit_code, since.exit_code) == (2, 2)
    assert "corrected by: trialside normalise --corrections FILE" in compared.stderr
    assert "corrected by: trialside normalise --corrections FILE" in since.stderr
