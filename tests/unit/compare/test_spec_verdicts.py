"""tests/spec/compare_verdicts.md, row by row."""

from __future__ import annotations

import re
from typing import Any

import pytest

from harvester.compare.build import build_comparison
from harvester.schema import as_json
from harvester.tables import StudyRows
from tests.spec_tables import rows_by_column
from tests.unit.compare.synthetic import SyntheticTrial

_STATEMENT = re.compile(
    r"(?P<concept>\w+) (?:(?P<state>present|absent)|(?P<sign>>=|<=|>|<|in) (?P<value>[\d.,]+)(?: (?P<unit>[^ ]+))?)"
    r"(?: for (?P<condition>.+?))?(?: (?P<sex>men|women))?$"
)
_CONVERTED = {"mmol/L": ("g/dL", 1.6114), "umol/L": ("mg/dL", 1 / 17.1)}
_TURNED = {">=": "<", ">": "<=", "<=": ">", "<": ">="}


def fact_of(words: str, section: str) -> dict[str, Any]:
    match = _STATEMENT.match(words.strip())
    assert match, words
    fact: dict[str, Any] = {"concept": match["concept"], "condition": match["condition"], "quote": words.strip()}
    fact["sex"] = {"men": "male", "women": "female", None: None}[match["sex"]]
    if match["state"]:
        others = {"present": "absent", "absent": "present"}
        who = others[match["state"]] if section == "exclusion" else match["state"]
        return fact | {"comparator": match["state"], "eligible_set": as_json([who])}
    unit = match["unit"]
    fact |= {"reference": "ULN"} if unit == "ULN" else {"unit": unit, "canonical_unit": unit, "reference": "absolute"}
    if match["sign"] == "in":
        values = as_json([float(each) for each in match["value"].split(",")])
        return fact | {"comparator": "in", "value_set": values, "eligible_set": values}
    value = float(match["value"])
    if unit == "wk":
        fact |= {"canonical_unit": "mo"}
        value = value * 7 / 30.4375
    if unit in _CONVERTED:
        canonical, factor = _CONVERTED[unit]
        fact |= {"canonical_unit": canonical}
        value *= factor
    side = "low" if match["sign"][0] == ">" else "high"
    fact |= {"comparator": match["sign"], side: value, f"{side}_inclusive": "=" in match["sign"]}
    sign = _TURNED[match["sign"]] if section == "exclusion" else match["sign"]
    end = "low" if sign[0] == ">" else "high"
    return fact | {f"eligible_{end}": value, f"eligible_{end}_inclusive": "=" in sign}


def trial_of(number: int, side: str) -> StudyRows:
    trial = SyntheticTrial(number)
    for statement in side.split(";"):
        text = statement.strip()
        section = "exclusion" if text.startswith("exclude ") else "inclusion"
        text = text.removeprefix("exclude ")
        facts = [fact_of(part, section) for part in text.split(" or ")]
        if len(facts) > 1:
            facts = [fact | {"alternative_group": "g1"} for fact in facts]
        trial.criterion(text, *facts, section=section)
    return trial.done()


def verdict_of(focal: StudyRows, other: StudyRows) -> str | None:
    comparison = build_comparison([focal, other], collection_size=2)
    return comparison.panel("criteria").rows[0].cells[1].verdict


@pytest.mark.parametrize("row", rows_by_column("compare_verdicts.md"), ids=lambda row: f"{row['focal']} / {row['other']}")
def test_verdict(row: dict[str, str]) -> None:
    expected = None if row["verdict"] == "none" else row["verdict"]

    actual = verdict_of(trial_of(1, row["focal"]), trial_of(2, row["other"]))

    assert expected == actual


@pytest.mark.parametrize("row", rows_by_column("compare_verdicts.md"), ids=lambda row: f"{row['other']} / {row['focal']}")
def test_the_other_way_round(row: dict[str, str]) -> None:
    turned = {"stricter": "looser", "looser": "stricter", "none": None}
    expected = turned.get(row["verdict"], row["verdict"])

    actual = verdict_of(trial_of(1, row["other"]), trial_of(2, row["focal"]))

    assert expected == actual
