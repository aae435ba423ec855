"""Comparator sets: made, checked, refreshed, compared, stored."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from click.testing import Result

from harvester.cli.demo import FOCAL, SET
from harvester.resources import snapshot

Run = Callable[..., Result]


def test_a_set_is_made_from_related_trials_with_roles_reasons_and_weights(filled: Run) -> None:
    result = filled("related", FOCAL, "--offline", "--limit", "3", "--write", "set.yaml")
    written = yaml.safe_load(Path("set.yaml").read_text(encoding="utf-8"))

    assert result.exit_code == 0
    assert f"wrote set.yaml: {FOCAL} and 3 comparators" in result.stderr
    assert written["focal"] == FOCAL
    assert len(written["members"]) == 3
    assert all(each["role"] and each["reason"] for each in written["members"])
    assert written["weights"]["drug"] == 4.0


def test_a_file_is_replaced_by_force_only_and_updated_without_losing_words(filled: Run) -> None:
    own = {"focal": FOCAL, "members": [{"id": "NCT06111625", "role": "by hand", "reason": "we know it"}]}
    Path("set.yaml").write_text(yaml.safe_dump(own), encoding="utf-8")
    refused = filled("related", FOCAL, "--offline", "--write", "set.yaml")
    updated = filled("related", FOCAL, "--offline", "--limit", "4", "--write", "set.yaml", "--update")
    members = yaml.safe_load(Path("set.yaml").read_text(encoding="utf-8"))["members"]

    assert (refused.exit_code, updated.exit_code) == (2, 0)
    assert "set.yaml exists" in refused.stderr
    assert members[0] == own["members"][0]  # type: ignore[index]
    assert len(members) >= 4


def test_a_set_is_compared_with_its_own_words_and_kept_by_name(filled: Run) -> None:
    own = {"title": "Ours", "focal": FOCAL, "members": [{"id": "NCT06111625", "role": "by hand", "reason": "we know it"}]}
    Path("Our Set.yaml").write_text(yaml.safe_dump(own), encoding="utf-8")
    told = json.loads(filled("compare", "--set", "Our Set.yaml", "--json").stdout)
    again = json.loads(filled("compare", FOCAL, "NCT06111625", "--json").stdout)

    assert [each["nct_id"] for each in told["trials"]] == [FOCAL, "NCT06111625"]
    assert (told["trials"][1]["role"], told["trials"][1]["reason"]) == ("by hand", "we know it")
    assert again["trials"] == told["trials"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("focal: [", "this is not YAML"),
        ("focal: NCT07105579\nmembers: [{id: x}]", "member 1: expected an NCT number"),
        ("focal: NCT07105579\nmembers: [{id: NCT99999999}]", "NCT99999999 is not in the database"),
        ("focal: NCT07105579\nmembers: []", "A comparison needs two trials"),
    ],
)
def test_a_set_that_is_wrong_is_one_line(filled: Run, text: str, words: str) -> None:
    Path("set.yaml").write_text(text, encoding="utf-8")
    result = filled("compare", "--set", "set.yaml")

    assert result.exit_code in (2, 3)
    assert words in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1


def test_trials_and_a_set_do_not_go_together(filled: Run) -> None:
    assert "not both" in filled("compare", FOCAL, "--set", "set.yaml").stderr
    assert "set.yaml cannot be read" in filled("compare", "--set", "set.yaml").stderr


def test_weights_of_a_file_rank_and_are_told(filled: Run) -> None:
    Path("weights.yaml").write_text("weights: {drug: 0, setting: 9}", encoding="utf-8")
    told = json.loads(filled("related", FOCAL, "--offline", "--json", "--weights", "weights.yaml").stdout)
    Path("weights.yaml").write_text("weights: {luck: 1}", encoding="utf-8")
    wrong = filled("related", FOCAL, "--offline", "--weights", "weights.yaml")

    assert (told["weights"]["drug"], told["weights"]["setting"]) == (0, 9)
    assert all(each["reason"] for each in told["left_out"])
    assert told["related"][0]["components"]["setting"]["weight"] == 9
    assert wrong.exit_code == 2
    assert "weights.yaml: unknown component luck" in wrong.stderr


def test_the_bundled_set_leads_the_home_page_to_the_reference_case(run: Run) -> None:
    members = yaml.safe_load((snapshot() / SET).read_text(encoding="utf-8"))["members"]
    run("demo", "--no-serve", "--offline")
    told = json.loads(run("compare", "--set", str(snapshot() / SET), "--json").stdout)

    assert {each["id"]: each["role"] for each in members} == {each["nct_id"]: each["role"] for each in told["trials"][1:]}
