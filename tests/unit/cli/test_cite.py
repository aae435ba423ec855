"""`trialside cite`."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

FULL, FOCAL, OTHER = "NCT99000001", "NCT07105579", "NCT06111625"

Run = Callable[..., Result]


def test_one_trial_is_one_line(filled: Run) -> None:
    said = filled("cite", FULL).stdout

    assert said.count("\n") == 1
    assert f"Identifier {FULL}" in said


def test_several_are_a_comparison_and_its_records(filled: Run) -> None:
    items = json.loads(filled("cite", FOCAL, OTHER, "--json").stdout)

    assert [item["id"] for item in items] == [f"trialside-{FOCAL}-{OTHER}", FOCAL, OTHER]


def test_the_files_name_says_its_form(filled: Run) -> None:
    for name, begins in (("a.bib", "@misc{"), ("a.ris", "TY  - "), ("a.json", "["), ("a.txt", "ClinicalTrials.gov")):
        assert filled("cite", FOCAL, "-o", name).exit_code == 0
        assert Path(name).read_text(encoding="utf-8").startswith(begins)


def test_a_digest_is_named_as_one_and_has_no_day_of_access(filled: Run) -> None:
    said = filled("cite", OTHER).stdout

    assert "digest" in said
    assert "cited" not in said


@pytest.mark.parametrize(
    "arguments",
    [[], ["NCT99999999"], ["abc"], [FULL, "--format", "runes"], [FULL, "--json", "--format", "ris"], [FULL, "-o", "x.doc"]],
)
def test_bad_input_is_one_line_and_2(filled: Run, arguments: list[str]) -> None:
    result = filled("cite", *arguments)

    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (2, "", 1)


def test_of_more_trials_than_are_compared_each_is_cited_for_itself(filled: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("harvester.cli.cite.LARGEST", 1)
    said = filled("cite", FOCAL, OTHER, "--format", "ris")

    assert said.exit_code == 0
    assert said.stdout.count("TY  - ") == 2
