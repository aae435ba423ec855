"""Data extraction tables: nothing left out, every reading beside its words, numbers as numbers, no cell a formula."""

from __future__ import annotations

import csv
import html
import io
import json
import re
import tracemalloc
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest

from harvester.cli.extracting import EXTRACTIONS
from harvester.export import extraction_xlsx as workbook
from harvester.export.extraction import Extraction, Value, extraction_csv, extraction_json
from harvester.tables import CriterionFact, Dose, EligibilityCriterion, RecordVersion, StudyRows
from tests.unit.export.synthetic_rows import DIGEST, FULL, HOSTILE, PLAIN

STUDIES = (FULL, HOSTILE, PLAIN)
CRITERIA, DOSES, TRIALS = (EXTRACTIONS[name] for name in ("criteria", "doses", "trials"))


def read(table: Extraction[Any], *studies: StudyRows) -> list[dict[str, Value]]:
    return [dict(zip(table.column_names, row, strict=True)) for row in table.rows(studies)]


def test_every_criterion_has_a_row_and_every_reading_has_one() -> None:
    rows = read(CRITERIA, FULL)
    spans = {(row["source_start"], row["source_end"]) for row in rows if row["read"]}
    unread = {row["source_start"] for row in rows if not row["read"]}

    assert spans == {(each.source_start, each.source_end) for each in FULL.of(CriterionFact)}
    read_from = {each.criterion_id for each in FULL.of(CriterionFact)}
    left = [each for each in FULL.of(EligibilityCriterion) if each.kind != "header" and each.criterion_id not in read_from]
    assert unread == {each.source_start for each in left}


@pytest.mark.parametrize("name", ["criteria", "doses"])
def test_words_are_those_of_the_record(name: str) -> None:
    version = FULL.one(RecordVersion)
    assert version
    for row in read(EXTRACTIONS[name], FULL):
        value: Any = json.loads(version.record)
        for part in str(row["source_path"]).replace("[", ".").replace("]", "").split("."):
            value = value[int(part)] if part.isdigit() else value[part]
        quote = value[row["source_start"] : row["source_end"]]
        assert row.get("words") in (None, quote.replace("\\", ""))


def test_a_limit_is_told_for_people_and_for_machines() -> None:
    row = next(row for row in read(CRITERIA, FULL) if row["concept_slug"] == "lvef" and row["section"] == "inclusion")

    assert row["reading"] == "left ventricular ejection fraction: ≥ 50 %"
    assert (row["low"], row["comparator"], row["unit"], row["eligible_low"], row["number"]) == (50.0, ">=", "%", 50.0, 3)
    assert row["criterion"] == "LVEF ≥50% by echocardiography"


def test_a_dose_stands_with_the_sentence_it_was_read_from() -> None:
    first, second = read(DOSES, FULL)[:2]

    assert (first["amount_low"], first["unit"], first["per_time"], first["days"]) == (9.0, "ug", "d", "1 to 3")
    assert "days 1-3, 28 ug/day on days 4-14" in str(second["context"])


def test_a_digest_says_that_it_is_one() -> None:
    assert {row["record_source"] for row in read(TRIALS, DIGEST)} == {"digest"}


@pytest.mark.parametrize("table", EXTRACTIONS.values(), ids=EXTRACTIONS)
class TestForms:
    def test_csv_has_one_head_and_no_formula(self, table: Extraction[Any]) -> None:
        head, *rows = csv.reader(io.StringIO("".join(extraction_csv(table, table.rows(STUDIES))), newline=""))

        assert tuple(head) == table.column_names
        assert len(rows) == len(read(table, *STUDIES))
        assert not any(cell.startswith(("=", "+", "@", "\t")) and cell != "=" for row in rows for cell in row)

    def test_json_tells_what_its_columns_mean(self, table: Extraction[Any]) -> None:
        told = json.loads("".join(extraction_json(table, table.rows(STUDIES), {"attribution": "ClinicalTrials.gov"})))

        assert told["rows"] == read(table, *STUDIES)
        assert [column["name"] for column in told["columns"]] == list(table.column_names)
        assert told["attribution"] == "ClinicalTrials.gov"

    def test_json_of_nothing_is_whole(self, table: Extraction[Any]) -> None:
        assert json.loads("".join(extraction_json(table, (), {})))["rows"] == []

    def test_a_workbook_keeps_numbers_as_numbers(self, table: Extraction[Any]) -> None:
        made = b"".join(workbook.extraction_xlsx(table, table.rows(STUDIES), {"attribution": "ClinicalTrials.gov"}))
        sheet = zipfile.ZipFile(io.BytesIO(made)).read("xl/worksheets/sheet2.xml").decode()
        numbers = [
            float(value)
            for row in table.rows(STUDIES)
            for value in row
            if isinstance(value, int | float) and not isinstance(value, bool)
        ]

        assert [float(each) for each in re.findall(r'<c r="[A-Z]+[0-9]+"(?: s="[0-9]+")?><v>([^<]+)</v>', sheet)] == numbers
        assert len(re.findall("<row ", sheet)) == len(read(table, *STUDIES)) + 1
        assert "<f>" not in sheet

    def test_a_workbook_tells_what_its_columns_mean(self, table: Extraction[Any]) -> None:
        made = b"".join(workbook.extraction_xlsx(table, table.rows(STUDIES), {"attribution": "ClinicalTrials.gov"}))
        texts = html.unescape(zipfile.ZipFile(io.BytesIO(made)).read("xl/worksheets/sheet1.xml").decode())

        assert all(column.meaning in texts for column in table.columns)


def test_a_table_longer_than_a_sheet_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "MOST_ROWS", 2)

    with pytest.raises(workbook.TooManyRows, match="more than the 2 rows"):
        list(workbook.extraction_xlsx(DOSES, [(None,) * len(DOSES.columns)] * 3, {}))


def test_a_workbook_takes_rows_one_by_one_and_none_before_it_is_asked_for() -> None:
    many, taken, most = 4_000, [], 0
    text = "x" * 1_000

    def rows() -> Iterator[tuple[Value, ...]]:
        for number in range(many):
            taken.append(number)
            yield (f"{number} {text}",) * len(DOSES.columns)

    pieces = workbook.extraction_xlsx(DOSES, rows(), {})
    assert taken == []
    tracemalloc.start()
    try:
        made = b"".join(pieces)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert len(taken) == many
    assert most < many * len(text) * len(DOSES.columns) / 10
    assert made.startswith(b"PK")


def test_a_disk_that_is_full_is_told_as_such(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("xlsxwriter.workbook.Workbook._store_workbook", full)

    with pytest.raises(OSError, match="No space left"):
        list(workbook.extraction_xlsx(DOSES, (), {}))


def test_the_sign_of_a_comparison_stays_as_it_is() -> None:
    column = DOSES.columns[:4]
    table = Extraction("signs", "Signs", "", DOSES.entries, column)

    told = "".join(extraction_csv(table, [("=", "<=", ">", "=1+1")]))
    assert told.splitlines()[1] == "=,<=,>,'=1+1"


def test_doses_of_the_trials_are_all_there() -> None:
    assert len(read(DOSES, *STUDIES)) == sum(len(study.of(Dose)) for study in STUDIES)
