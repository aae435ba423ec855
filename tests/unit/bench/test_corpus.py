"""A corpus to measure on: other numbers, other words, the shape and the sizes of the records it is made from."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click
import pytest

from bench.corpus import GIVEN, Corpus, given_records, nct_id
from harvester.normalise import normalise
from harvester.registry.record import Origin, record_of
from tests.standin.synthetic import synthetic_study

COUNT = 40


@pytest.fixture(scope="module")
def given() -> list[dict[str, Any]]:
    return [synthetic_study(number) for number in range(1, 9)]


@pytest.fixture(scope="module")
def studies(given: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in Corpus(given).studies(COUNT)]


def test_every_study_has_a_number_of_its_own(studies: list[dict[str, Any]]) -> None:
    found = [each["protocolSection"]["identificationModule"]["nctId"] for each in studies]

    assert found == [nct_id(number) for number in range(1, COUNT + 1)]


def test_the_same_number_gives_the_same_study(given: list[dict[str, Any]]) -> None:
    first, second = Corpus(given), Corpus(given)

    assert list(first.studies(5, first=20)) == list(second.studies(24))[19:]


def test_words_are_not_the_same_again_and_again(given: list[dict[str, Any]], studies: list[dict[str, Any]]) -> None:
    titles = {each["protocolSection"]["identificationModule"]["briefTitle"] for each in studies}

    assert len(titles) > 3 * len(given)


def test_a_renamed_drug_is_renamed_throughout(studies: list[dict[str, Any]]) -> None:
    for study in studies:
        arms = study["protocolSection"]["armsInterventionsModule"]
        (intervention,), (arm,) = arms["interventions"], arms["armGroups"]
        assert arm["interventionNames"] == [f"Drug: {intervention['name']}"]
        assert intervention["name"] in study["protocolSection"]["identificationModule"]["briefTitle"]


def test_studies_are_read_as_records_are(studies: list[dict[str, Any]]) -> None:
    for study in studies:
        record = record_of(study, None, Origin(source="file", fetched_at="2026-11-25T08:00:00Z"))
        rows = normalise(record)
        assert {row_type.table.name for row_type in rows.rows} >= {"studies", "doses", "eligibility_criteria", "criterion_facts"}


def test_records_come_from_the_first_folder_that_holds_whole_ones(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, given: list[dict[str, Any]]
) -> None:
    digests, whole = tmp_path / "digests", tmp_path / "whole"
    for folder, record in ((digests, given[0] | {"digest": True}), (whole, given[1])):
        folder.mkdir()
        (folder / "NCT99000001.json").write_text(json.dumps(record), encoding="utf-8")

    monkeypatch.setattr("bench.corpus.GIVEN", (tmp_path / "none", digests, whole))
    assert given_records() == [given[1]]
    monkeypatch.setattr("bench.corpus.GIVEN", (tmp_path / "none", digests))
    with pytest.raises(click.UsageError, match="hold no whole records"):
        given_records()


def test_a_clean_clone_has_records_to_measure_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bench.corpus.GIVEN", GIVEN[1:])

    assert given_records()


def test_the_given_records_stay_as_they_are(given: list[dict[str, Any]]) -> None:
    before = json.dumps(given)
    list(Corpus(given).studies(COUNT))

    assert json.dumps(given) == before


def test_a_revision_is_the_same_study_a_little_changed(given: list[dict[str, Any]]) -> None:
    corpus = Corpus(given)
    before, after = (json.loads(corpus.study(5, revision))["protocolSection"] for revision in (0, 1))
    changed = {name for name in after if after[name] != before.get(name)}

    assert changed == {"statusModule", "designModule", "eligibilityModule"}
    assert after["eligibilityModule"]["eligibilityCriteria"].startswith(before["eligibilityModule"]["eligibilityCriteria"])
