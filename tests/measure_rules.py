#!/usr/bin/env python3
"""Measure the rules of eligibility reading on development labels, and rewrite their figures.

    python tests/measure_rules.py LABELS RECORDS [--check]

LABELS is a folder with eligibility-dev.jsonl and chia-dev.jsonl, RECORDS the folder of the labelled records. Two kinds of
labelled places count: a value read in a labelled record (right when a label there has its numbers), and a labelled comparison
of the second file that a value meets (right when the numbers agree). Comparisons whose label holds a digit of the unit, several
bounds in one or no number of its words are left out, and so are signs, since that corpus lost many. With --check nothing is
written; the exit code says whether figures differ.
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

from harvester.text.criteria import read_criteria
from harvester.text.fact import read_facts
from harvester.text.fact_read import FactRead

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
    for line in (labels / "eligibility-dev.jsonl").read_text(encoding="utf-8").splitlines():
        label = json.loads(line)
        record = json.loads((records / f"{label['nct_id']}.json").read_text(encoding="utf-8"))
        raw = record["protocolSection"]["eligibilityModule"]["eligibilityCriteria"]
        for fact in _numeric(raw, None):
            _count(fact, _meets_label(fact, label["facts"]), labelled, right)
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


def _meets_label(fact: FactRead, labels: list[dict[str, Any]]) -> bool | None:
    """Whether a label of the place has the fact's numbers; none where only doubtful labels stand."""
    near = [label for label in labels if fact.start < label["end"] and label["start"] < fact.end]
    sure = [label for label in near if label.get("sure", True)]
    if any(_label_numbers(label) <= _numbers(fact) for label in sure if _label_numbers(label)):
        return True
    return None if len(near) > len(sure) else False


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
