"""tests/spec/compare_words.md, row by row."""

from __future__ import annotations

import pytest

from harvester.compare.agent import agent_name
from harvester.compare.build import build_comparison
from harvester.compare.concept import concept
from harvester.compare.setting import setting_of
from harvester.compare.time_frame import in_one_unit
from harvester.compare.trial import Trial
from tests.spec_tables import rows_by_column
from tests.unit.compare.synthetic import SyntheticTrial

SPEC = "compare_words.md"


@pytest.mark.parametrize("row", rows_by_column(SPEC, "Criteria in one row"), ids=lambda row: row["left"])
def test_criteria_in_one_row(row: dict[str, str]) -> None:
    sides = [
        SyntheticTrial(number).criterion(row[side], section=row["section"], domain=row["domain"]).done()
        for number, side in enumerate(("left", "right"), start=1)
    ]
    comparison = build_comparison(sides, collection_size=2)

    together = any(panel.key == "criteria_in_words" for panel in comparison.panels)

    assert together == (row["together"] == "yes")


@pytest.mark.parametrize("row", rows_by_column(SPEC, "Agents of one name"), ids=lambda row: row["left"])
def test_agents_of_one_name(row: dict[str, str]) -> None:
    assert (agent_name(row["left"]) == agent_name(row["right"])) == (row["same"] == "yes")


@pytest.mark.parametrize("row", rows_by_column(SPEC, "Time frames in one unit"), ids=lambda row: row["time frame"])
def test_time_frames_in_one_unit(row: dict[str, str]) -> None:
    assert in_one_unit(row["time frame"]) == (row["shown"] or None)


@pytest.mark.parametrize("row", rows_by_column(SPEC, "Criteria that speak of a concept"), ids=lambda row: row["criterion"])
def test_criteria_that_speak_of_a_concept(row: dict[str, str]) -> None:
    assert concept(row["concept"]).words.stand_in(row["criterion"].casefold()) == (row["speaks"] == "yes")


@pytest.mark.parametrize("row", rows_by_column(SPEC, "Settings"), ids=lambda row: row["title"])
def test_settings(row: dict[str, str]) -> None:
    setting = setting_of(Trial(SyntheticTrial(1, study={"brief_title": row["title"]}).done()))

    assert ", ".join(value for values in setting.values() for value in values) == row["setting"]
