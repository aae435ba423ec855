"""`trialside search`: stored trials by words and fields, and their numbers for other commands."""

from __future__ import annotations

import json

import pytest

from harvester.cli.search import FIELDS, _code
from harvester.store import NARROWING
from tests.unit.cli.conftest import Run


def numbers(run: Run, *arguments: str) -> list[str]:
    done = run("search", *arguments, "--numbers")
    assert done.exit_code == 0, done.stderr
    return done.stdout.split()


def test_every_field_of_a_search_has_an_option() -> None:
    assert tuple(field for field, _ in FIELDS.values()) == NARROWING


def test_words_and_fields_find_trials(filled: Run) -> None:
    everything, synthetic = numbers(filled), numbers(filled, "synthetic")
    told = json.loads(filled("search", "synthetic", "--json").stdout)
    status = told["kinds"]["overall_status"][0]

    assert set(synthetic) <= set(everything)
    assert told["size"] == len(synthetic) == len(told["trials"]) > 1
    for value in (status["code"].lower(), status["label"].upper()):
        assert len(numbers(filled, "synthetic", "--status", value)) == status["trials"]
    both = [each["label"] for each in told["kinds"]["overall_status"]]
    assert len(numbers(filled, "synthetic", *(part for label in both for part in ("--status", label)))) == len(synthetic)
    assert numbers(filled, "--condition", "zzzz") == numbers(filled, "-") == []


def test_where_nothing_is_found_names_spelled_alike_are_told(filled: Run) -> None:
    done, other = filled("search", "--condition", "Synthetik lymphomas"), filled("search", "qqqqqqqqqq")

    assert (done.exit_code, done.stdout.splitlines()[0]) == (0, "0 trials of this collection")
    assert "Spelled alike, and found here: Synthetic" in done.stderr
    assert other.stderr == ""


def test_numbers_are_what_other_commands_take(filled: Run) -> None:
    found = numbers(filled, "synthetic", "--order", "update", "--limit", "2")
    shown = filled("export", *found, "--table", "trials", "-o", "-")

    assert len(found) == 2
    assert [line[:11] for line in shown.stdout.splitlines()[1:] if line.startswith("NCT")] == found


def test_a_list_says_how_much_of_it_is_shown_and_whose_data_they_are(filled: Run) -> None:
    done = filled("search", "synthetic", "--limit", "1")

    assert done.stdout.splitlines()[0].endswith("trials of this collection; the first 1")
    assert "Source: ClinicalTrials.gov" in done.stdout


@pytest.mark.parametrize("option", ["status", "country"])
def test_a_value_that_no_trial_has_is_answered_with_those_there_are(filled: Run, option: str) -> None:
    refused = filled("search", "synthetic", f"--{option}", "no such thing")

    assert (refused.exit_code, refused.stderr.count("\n"), refused.stdout) == (2, 1, "")
    assert f"--{option} 'no such thing'" in refused.stderr


def test_of_very_many_a_label_is_meant_that_none_of_those_counted_has(filled: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("harvester.cli.search.WEIGHED", 0)

    assert _code("status", "unknown Status", None, 9_000) == "UNKNOWN"
    assert _code("phase", "early phase 1", None, 9_000) == "EARLY_PHASE1"
    assert _code("country", "Chad", None, 9_000) == "Chad"
    assert "newest numbers were put in this order" in filled("search", "synthetic", "--order", "start").stderr
