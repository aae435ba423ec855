"""Every pair as a table: once, with what both state, and those that state nothing named."""

from __future__ import annotations

from harvester.export.templates import template_report
from tests.unit.compare.synthetic import SyntheticTrial, at_least, at_most


def test_each_pair_stands_once_with_what_both_state() -> None:
    trials = [
        SyntheticTrial(number).criterion(f"LVEF ≥ {limit} %", at_least("lvef", limit, unit="%", canonical_unit="%")).done()
        for number, limit in ((1, 50), (2, 60), (3, 40))
    ]
    silent = SyntheticTrial(4).criterion("Signed consent").done()
    studies = [*trials, silent]
    report = template_report("pairs", studies)
    pairs, nothing = (section.table for section in report.sections)

    assert pairs is not None
    assert nothing is not None
    assert [row for row in pairs.rows if row[0].startswith("Left")] == [
        ("Left ventricular ejection fraction", "NCT99000002", "≥ 60 %", "NCT99000001", "≥ 50 %", "stricter", ""),
        ("Left ventricular ejection fraction", "NCT99000003", "≥ 40 %", "NCT99000001", "≥ 50 %", "looser", ""),
        ("Left ventricular ejection fraction", "NCT99000003", "≥ 40 %", "NCT99000002", "≥ 60 %", "looser", ""),
    ]
    assert nothing.rows == (("Left ventricular ejection fraction", "NCT99000004", "not stated"),)


def test_why_there_is_no_verdict_is_said() -> None:
    percent = SyntheticTrial(1).criterion(
        "Bilirubin ≤ 3 mg/dL", at_most("bilirubin_total", 3, unit="mg/dL", canonical_unit="mg/dL")
    )
    multiple = SyntheticTrial(2).criterion("Bilirubin ≤ 2 × ULN", at_most("bilirubin_total", 2, reference="ULN"))
    studies = [percent.done(), multiple.done()]
    table = template_report("pairs", studies).sections[0].table

    assert table is not None
    (row,) = [each for each in table.rows if each[0] == "Total bilirubin"]
    assert row[5:] == ("not comparable", "× ULN beside mg/dL")
