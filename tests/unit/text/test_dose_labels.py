"""The reader against labelled doses and schedules, where they lie beside the project."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path
from typing import Any

import pytest

from harvester.text.doses.dose import Agent, DoseRead, read_doses
from harvester.text.schedules.schedule import read_schedule

SHARED = Path(__file__).parents[4] / "shared"
DOSES, SCHEDULES, RECORDS = SHARED / "gold/doses-dev.jsonl", SHARED / "gold/schedules-dev.csv", SHARED / "records"
HARD = SHARED / "gold/hard-cases-dev.csv"
pytestmark = pytest.mark.skipif(not DOSES.exists(), reason="the labelled texts are not beside this checkout")


def field(record: dict[str, Any], path: str) -> str:
    """The string at a dotted path with [i] steps."""
    value: Any = record
    for name, index in re.findall(r"(\w+)|\[(\d+)\]", path):
        value = value[name] if name else value[int(index)]
    return str(value)


def read_field(record: dict[str, Any], path: str) -> list[DoseRead]:
    """The doses of one arm's or intervention's field, read as the program reads it."""
    module = record["protocolSection"]["armsInterventionsModule"]
    agents = [Agent(item["name"], tuple(item.get("otherNames", ()))) for item in module["interventions"]]
    own = re.search(r"interventions\[(\d+)\]", path)
    return list(read_doses(field(record, path), agents, own_agent=agents[int(own[1])].name if own else None).doses)


def unit_key(unit: str) -> tuple[str, str]:
    base, _, basis = unit.partition("/")
    return ("{cells}" if base.startswith("{c") else base, basis)


def test_labelled_doses_are_found_and_nothing_else() -> None:
    """Dose F1 at least 0.90 with precision at least 0.95, units at least 0.98, no basis lost or invented."""
    found = gold = read = right_unit = wrong_basis = 0
    for line in DOSES.read_text(encoding="utf-8").splitlines():
        labels = json.loads(line)
        record = json.loads((RECORDS / f"{labels['nct_id']}.json").read_text(encoding="utf-8"))
        for path in labels["fields"]:
            doses = read_field(record, path)
            for label in (item for item in labels["doses"] if item["path"] == path):
                match = next(
                    (
                        d
                        for d in doses
                        if d.start < label["end"] and label["start"] < d.end and d.amount_low == label["amount_low"]
                    ),
                    None,
                )
                if match:
                    doses.remove(match)
                if not label.get("sure", True):
                    continue
                gold += 1
                found += match is not None
                read += match is not None
                want, got = unit_key(label["unit"]), unit_key(match.unit if match else "")
                right_unit += want == got
                wrong_basis += match is not None and want[0] == got[0] and want[1] != got[1]
            read += len(doses)
    precision, recall = found / read, found / gold

    assert precision >= 0.95
    assert 2 * precision * recall / (precision + recall) >= 0.90
    assert right_unit / found >= 0.98
    assert wrong_basis == 0


def stated(expected: Any) -> set[float]:
    """Every amount a hard case expects: of its segments, levels, caps and titration."""
    wanted: list[Any] = [*expected.get("levels", ()), expected.get("titration", {}).get("max")]
    for segment in expected.get("segments", ()):
        wanted += segment["amount"] if isinstance(segment.get("amount"), list) else [segment.get("amount")]
        wanted.append((segment.get("max") or {}).get("value"))
        wanted.append((segment.get("components") or {}).get("each") if segment.get("start") else None)
    return {float(value) for value in wanted if value is not None}


def test_hard_cases_give_their_amounts_and_no_others() -> None:
    """In every hard dosing text the amounts are those expected: no strength, lab value, code or increment among them."""
    cases = [row for row in csv.DictReader(HARD.read_text(encoding="utf-8").splitlines()) if row["area"] == "dosing"]
    wrong = {}
    for case in cases:
        read = {value for dose in read_doses(case["text"]).doses for value in (dose.amount_low, dose.amount_high)}
        wanted = stated(json.loads(case["expected_json"]))
        if read != wanted:
            wrong[case["id"]] = (wanted, read)

    assert wrong == {}


def test_labelled_schedules_read_right() -> None:
    """Days, cycle and interval all three right in at least 95 of 100 phrases."""
    right = total = 0
    for row in csv.DictReader(SCHEDULES.read_text(encoding="utf-8").splitlines()):
        read = read_schedule(row["schedule_text"])
        days = {day for first, last in read.days or () for day in range(first, last + 1)}
        want = set()
        for first, last in re.findall(r"(-?\d+)(?:-(-?\d+))?", row["days"] or ""):
            want |= set(range(int(first), int(last or first) + 1))
        numbers = [float(row[name]) if row[name] else None for name in ("cycle_days", "interval_days")]
        total += 1
        right += days == want and numbers == [read.cycle_days, read.interval_days]

    assert right / total >= 0.95
