"""Documents filled from records: complete in their items, and honest where a record cannot know."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace
from typing import Any

import pytest

from harvester.cli.extracting import EXTRACTIONS
from harvester.export.files import REPORT_FILES
from harvester.export.report import Report, Section, Table
from harvester.export.templates import TEMPLATES, template_report
from harvester.schema import as_json
from harvester.tables import Dose, StudyRows
from tests.unit.compare.synthetic import SyntheticTrial
from tests.unit.export.synthetic_rows import DIGEST, FULL, HOSTILE, PLAIN, rows
from tests.unit.site.site_records import full_study


def made(name: str, *studies: StudyRows) -> Report:
    return template_report(name, studies)


def cells(report: Report) -> list[str]:
    return [cell for section in report.sections if section.table for row in section.table.rows for cell in row]


@pytest.mark.parametrize("name", TEMPLATES)
class TestEveryTemplate:
    def test_rows_have_as_many_values_as_columns(self, name: str) -> None:
        for section in made(name, FULL, HOSTILE, PLAIN).sections:
            if section.table:
                assert {len(row) for row in section.table.rows} <= {len(section.table.columns)}

    def test_it_names_source_date_and_record(self, name: str) -> None:
        said = " ".join(made(name, FULL, PLAIN).closing)

        assert "ClinicalTrials.gov" in said
        assert "data as of 2026-11-24" in said
        assert f"https://clinicaltrials.gov/study/{FULL.nct_id}" in said

    @pytest.mark.parametrize("form", REPORT_FILES)
    def test_every_form_takes_it(self, name: str, form: str) -> None:
        assert len(REPORT_FILES[form].bytes_of(made(name, FULL, HOSTILE))) > 500

    def test_a_digest_claims_no_absence(self, name: str) -> None:
        assert "not stated" not in cells(made(name, DIGEST))

    def test_contacts_stay_out(self, name: str) -> None:
        assert not any("example.invalid" in cell or "555-0" in cell for cell in cells(made(name, FULL)))


def test_characteristics_have_the_items_of_the_review_and_leave_the_judgement_to_the_reviewers() -> None:
    (section,) = made("characteristics", FULL).sections
    assert section.table is not None
    said = dict(section.table.rows)

    assert list(said) == ["Methods", "Participants", "Interventions", "Outcomes", "Notes", "Risk of bias"]
    assert "LVEF ≥50% by echocardiography" in said["Participants"]
    assert "Relapse-free survival [18 months]" in said["Outcomes"]
    assert said["Risk of bias"].startswith("not in the registry")


def test_every_dose_stands_over_its_words() -> None:
    report = made("dosing", FULL)
    doses = next(section.table for section in report.sections if section.key == "doses")
    assert doses is not None

    assert len(doses.rows) == len(FULL.of(Dose)) == 2
    assert all(dose.quote in row[-1] for row, dose in zip(doses.rows, FULL.of(Dose), strict=True))
    assert all("days 1-3" in row[-1] for row in doses.rows)  # the sentence that tells the days, not the amount alone


def test_an_intervention_without_a_dose_is_named() -> None:
    report = made("dosing", PLAIN)

    assert any(section.key == "silent" for section in report.sections) or PLAIN.of(Dose)


def test_tidier_has_its_twelve_items_and_says_what_a_registry_cannot_know() -> None:
    (section,) = made("tidier", FULL).sections
    assert section.table is not None
    items = {row[0]: row[2] for row in section.table.rows}

    assert [int(re.match(r"\d+", name)[0]) for name in items] == list(range(1, 13))  # type: ignore[index]
    for item in ("5 Who provided", "11 How well: planned", "12 How well: actual"):
        assert items[item].startswith("not in the registry")
    assert "9 µg/d" in items["8 When and how much"]
    assert "SYN-007" in items["1 Brief name"]


def test_the_steps_of_a_plan_are_no_tailoring_and_a_dose_for_some_people_is() -> None:
    def tailoring(**told: object) -> str:
        study = StudyRows(FULL.nct_id, {**FULL.rows, Dose: tuple(replace(dose, **told) for dose in FULL.of(Dose))})
        table = made("tidier", study).sections[0].table
        return next(row[2] for row in table.rows if row[0] == "9 Tailoring") if table else ""

    assert tailoring(role="step").endswith("nothing of the kind was read")
    assert "for adults" in tailoring(condition="for adults")
    assert "9 µg/d" in tailoring(role="rescue")


def test_a_choice_and_a_step_are_told_as_such() -> None:
    """Where a text offers several amounts, no document shows them as given one after another."""
    doses = [replace(dose, role="step", alternative=True, condition="for adults") for dose in FULL.of(Dose)]
    study = StudyRows(FULL.nct_id, {**FULL.rows, Dose: tuple(doses)})

    for name in set(TEMPLATES) - {"pairs"}:
        said = " ".join(cells(made(name, study)))
        for told in ("one step of several", "one of several to choose from", "for adults"):
            assert told in said


def test_a_workbook_holds_tables_of_the_same_columns_on_one_sheet_and_numbers_as_numbers() -> None:
    book = zipfile.ZipFile(io.BytesIO(REPORT_FILES["xlsx"].bytes_of(made("characteristics", FULL, PLAIN))))
    names = re.findall('<sheet name="([^"]+)"', book.read("xl/workbook.xml").decode())
    totals = REPORT_FILES["xlsx"].bytes_of(
        replace(made("dosing", FULL), sections=(Section("x", "X", (), Table(("N",), (("12.5",), ("012",)))),))
    )
    sheet = zipfile.ZipFile(io.BytesIO(totals)).read("xl/worksheets/sheet2.xml").decode()

    assert names == ["About", "Characteristics of included …"]
    assert "<v>12.5</v>" in sheet
    assert sheet.count('t="s"') == 2  # the head, and what begins with a nought


def test_cycles_tell_what_is_given_in_them() -> None:
    report = made("dosing", *rows(regimen_study()))
    cycles = next(section.table for section in report.sections if section.key == "regimens")
    assert cycles is not None
    said = dict(zip(cycles.columns, cycles.rows[0], strict=True))

    assert said["Given in it"] == "azacitidine"
    assert (said["Length"], said["Number"]) == ("28 days", "6")


def regimen_study() -> dict[str, Any]:
    body = full_study()
    body["protocolSection"]["armsInterventionsModule"]["interventions"][0] |= {
        "name": "Azacitidine",
        "description": "75 mg/m2 subcutaneously on days 1-7 of each 28-day cycle for 6 cycles.",
    }
    return body


@pytest.mark.parametrize(
    ("line", "fields", "schedule", "until"),
    [
        (
            "drug 175 µg (total) IV over 5-10 d",
            {"infusion_value": 5.0, "infusion_unit": "d", "duration_value": 5.0, "duration_unit": "d"},
            "over 5-10 days",
            "5-10 days",
        ),
        (
            "drug 2 g 2-3 times daily",
            {"frequency_count": 2.0, "frequency_period": 1.0, "frequency_unit": "d"},
            "2-3 × every 1 day",
            "not read",
        ),
        (
            "drug 5 mg, 1-4 wk before transplant",
            {"anchor_event": "transplant", "anchor_offset": -4.0, "anchor_unit": "wk"},
            "from 1-4 weeks before transplant",
            "not read",
        ),
        ("drug 5 mg", {"duration_value": 5.0, "duration_unit": "d"}, "not read", "5 days or more (a range)"),
    ],
)
def test_a_range_of_time_stands_whole_in_its_column(line: str, fields: dict[str, object], schedule: str, until: str) -> None:
    flags = as_json(["range_of_infusion", "range_of_duration", "range_of_times"])
    trial = SyntheticTrial(1).arm("Only", "drug").dose("drug", 5, "mg", line=line, flags=flags, **fields).done()
    table = next(each.table for each in template_report("dosing", [trial]).sections if each.key == "doses")
    assert table is not None

    assert [(row[5], row[6]) for row in table.rows] == [(schedule, until)]


@pytest.mark.parametrize("linked", [True, False])
def test_what_no_arm_is_said_to_receive_is_told_all_the_same(linked: bool) -> None:
    body = full_study()
    module = body["protocolSection"]["armsInterventionsModule"]
    module["interventions"].append({"type": "PROCEDURE", "name": "Nucleoplasty", "description": "Done once."})
    if not linked:
        del module["armGroups"]
        for each in module["interventions"]:
            each.pop("armGroupLabels", None)
    (trial,) = rows(body)
    for name in ("characteristics", "dosing"):
        said = " ".join(cells(made(name, trial)))
        assert "arm not told: Nucleoplasty (procedure)" in said
        assert said.count("arm not told") == (1 if linked else len(module["interventions"]))
    (row,) = EXTRACTIONS["trials"].rows([trial])
    told = dict(zip(EXTRACTIONS["trials"].column_names, row, strict=True))
    assert "Nucleoplasty (procedure)" in str(told["interventions"])
    assert "arm not told: Nucleoplasty (procedure)" in str(told["arms"])


def test_a_trial_without_phases_says_of_what_none_applies() -> None:
    body = full_study()
    body["protocolSection"]["designModule"]["phases"] = ["NA"]
    (trial,) = rows(body)

    assert "Design: Interventional, phase not applicable" in " ".join(cells(made("characteristics", trial)))
    assert "phase not applicable" in " ".join(cells(made("dosing", trial)))
