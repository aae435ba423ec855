#!/usr/bin/env python3
"""Measure the rules of eligibility reading on development labels, and rewrite their figures.

    python tests/measure_rules.py LABELS RECORDS [--check]

LABELS is a folder with eligibility-dev.jsonl, chia-dev.jsonl and concepts.csv, RECORDS the folder of the labelled records.
Three kinds of labelled places count, and each is right when it is read as labelled in all that its label tells:

- a value read in a labelled record: numbers, comparator or window, unit, reference, and the concept where it is a listed one;
- a labelled comparison of the second file that a value meets: the numbers. Comparisons whose label holds a digit of the unit,
  several bounds in one or no number of its words are left out, and so are signs, since that corpus lost many;
- a finding of tests/labels/findings.csv: what is said, and nothing told of who may join that the label does not.

With --check nothing is written; the exit code says whether figures differ.
"""

from __future__ import annotations

import argparse
import csv
import json
import re
import sys
from collections import Counter
from io import StringIO
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from harvester.text.criteria.criteria import read_criteria
from harvester.text.facts.fact import read_facts
from harvester.text.facts.fact_read import FactRead

FINDINGS = Path(__file__).parent / "labels" / "findings.csv"
RULES = Path(__file__).parents[1] / "harvester" / "text" / "definitions" / "rules.csv"
_UNIT_DIGITS = re.compile(r"m\^?\s?[23]|m-[23]|1[.,]73|10\s*[*^]*\s*(?:9|6)\b|109|103|H2O|cm5|log10|U\+\d+|\([^)]*\)|h-1")
_NUMBER = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?")


def main() -> int:
    """Measure, then write or compare."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("labels", type=Path)
    parser.add_argument("records", type=Path)
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args()
    labelled, right = measured(options.labels, options.records)
    text = rewritten(RULES.read_text(encoding="utf-8"), labelled, right)
    if options.check:
        return int(text != RULES.read_text(encoding="utf-8"))
    RULES.write_text(text, encoding="utf-8")
    return 0


def measured(labels: Path, records: Path) -> tuple[Counter[str], Counter[str]]:
    """How many labelled places each rule read, and how many of them right."""
    labelled: Counter[str] = Counter()
    right: Counter[str] = Counter()
    with (labels / "concepts.csv").open(encoding="utf-8", newline="") as file:
        listed = {row["concept"] for row in csv.DictReader(file)}
    for line in (labels / "eligibility-dev.jsonl").read_text(encoding="utf-8").splitlines():
        label = json.loads(line)
        for fact in _numeric(_criteria(records, label["nct_id"]), None):
            _count(fact, _meets_label(fact, label["facts"], listed), labelled, right)
    _count_findings(records, labelled, right)
    for line in (labels / "chia-dev.jsonl").read_text(encoding="utf-8").splitlines():
        document = json.loads(line)
        facts = _numeric(document["text"], document["section"])
        for comparison in document["comparisons"]:
            near = [fact for fact in facts if fact.start < comparison["end"] and comparison["start"] < fact.end]
            if near and _is_sound(comparison, document["text"]):
                best = max(near, key=lambda fact: set(comparison["values"]) <= _numbers(fact))
                numbers = _numbers(best).union(*(_numbers(fact) for fact in near if fact.rule == "limit.pressure"))
                _count(best, set(comparison["values"]) <= numbers, labelled, right)
    return labelled, right


def _numeric(raw: str, section: str | None) -> list[FactRead]:
    facts = read_facts(raw, read_criteria(raw, section)).facts
    return [fact for fact in facts if fact.comparator not in ("present", "absent")]


def _count(fact: FactRead, good: bool | None, labelled: Counter[str], right: Counter[str]) -> None:
    if good is None:
        return
    for part in fact.rule.split("+"):
        labelled[part] += 1
        right[part] += good


def _criteria(records: Path, nct_id: str) -> str:
    record = json.loads((records / f"{nct_id}.json").read_text(encoding="utf-8"))
    raw: str = record["protocolSection"]["eligibilityModule"]["eligibilityCriteria"]
    return raw


def _count_findings(records: Path, labelled: Counter[str], right: Counter[str]) -> None:
    """Counts the findings that stand where a label stands."""
    lines = (line for line in FINDINGS.read_text(encoding="utf-8").splitlines() if not line.startswith("#"))
    by_trial: dict[str, list[dict[str, str]]] = {}
    for row in csv.DictReader(lines):
        by_trial.setdefault(row["nct_id"], []).append(row)
    for nct_id, rows in by_trial.items():
        raw = _criteria(records, nct_id)
        found = [fact for fact in read_facts(raw, read_criteria(raw)).facts if fact.comparator in ("present", "absent")]
        for row in rows:
            for fact in found:
                if fact.concept == row["concept"] and fact.start < int(row["end"]) and int(row["start"]) < fact.end:
                    _count(fact, _is_as_labelled(fact, row), labelled, right)


def _is_as_labelled(fact: FactRead, row: dict[str, str]) -> bool:
    """Whether a finding says what its label says, and tells nothing of who may join that the label does not."""
    joins = fact.eligible_set[0] if fact.eligible_set else None
    accepted = row["joins"].split("|")
    narrowed = "narrowed" in accepted and joins == "absent" and fact.condition is not None
    return fact.comparator == row["says"] and (joins is None or joins in accepted or narrowed)


def _meets_label(fact: FactRead, labels: list[dict[str, Any]], listed: set[str]) -> bool | None:
    """Whether a label of the place tells what the fact tells; none where only doubtful labels stand."""
    near = [label for label in labels if fact.start < label["end"] and label["start"] < fact.end]
    sure = [label for label in near if label.get("sure", True)]
    if any(_tells_the_same(fact, label, listed) for label in sure if _label_numbers(label)):
        return True
    return None if len(near) > len(sure) else False


def _tells_the_same(fact: FactRead, label: dict[str, Any], listed: set[str]) -> bool:
    disputed = label.get("disputed", ())
    if not _label_numbers(label) <= _numbers(fact):
        return False
    if label.get("window"):
        return True  # what a window is about two readers tell differently
    told = {
        "comparator": fact.comparator or "=",
        "reference": fact.reference or "absolute",
        "unit": _unit(fact.unit),
        "concept": fact.concept,
    }
    wanted = {
        "comparator": label["comparator"] or "=",
        "reference": label.get("reference") or "absolute",
        "unit": _unit(label.get("unit")) if label.get("unit") else told["unit"],
        "concept": label["concept"] if label["concept"] in listed else fact.concept,
    }
    return all(told[key] == wanted[key] for key in told if key not in disputed)


def _unit(unit: str | None) -> str:
    """One spelling of a unit."""
    return {"{ULN}": "[ULN]", "a": "years", "/mm3": "/uL", "{cells}/uL": "/uL"}.get(unit or "", unit or "")


def _label_numbers(label: dict[str, Any]) -> set[float]:
    window = label.get("window") or {}
    told = [label.get("low"), label.get("high"), window.get("value"), *(label.get("values") or [])]
    return {float(value) for value in told if isinstance(value, (int, float))}


def _numbers(fact: FactRead) -> set[float]:
    told = [fact.low, fact.high, fact.window_value, *(fact.value_set or ())]
    return {float(value) for value in told if isinstance(value, (int, float))}


def _is_sound(comparison: dict[str, Any], text: str) -> bool:
    """Whether a comparison's label can be met: its numbers are those of its own words, and it holds one bound or one range."""
    words = _UNIT_DIGITS.sub("", text[comparison["start"] : comparison["end"]])
    numbers = {float(found.replace(",", "")) for found in _NUMBER.findall(words)}
    single = len(comparison["values"]) == 1 or comparison["comparator"] in ("range", None)
    return bool(comparison["values"]) and single and set(comparison["values"]) <= numbers


def rewritten(text: str, labelled: Counter[str], right: Counter[str]) -> str:
    """The rules file with its figures replaced."""
    head = [line for line in text.splitlines() if line.startswith("#")]
    rows = list(csv.DictReader(StringIO("\n".join(line for line in text.splitlines() if not line.startswith("#")))))
    out = StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(("rule", "sentence", "labelled", "right"))
    for row in rows:
        writer.writerow((row["rule"], row["sentence"], labelled[row["rule"]], right[row["rule"]]))
    return "\n".join(head) + "\n" + out.getvalue()


if __name__ == "__main__":
    sys.exit(main())
