"""Tables too wide for a sheet of paper come in parts, and no value is lost on the way."""

from __future__ import annotations

import io
from dataclasses import replace

from docx import Document
from hypothesis import given
from hypothesis import strategies as st

from harvester.export.docx import report_docx
from harvester.export.json import json_text
from harvester.export.latex import report_latex
from harvester.export.report import MOST_COLUMNS, Report, Section, Table, comparison_report
from tests.unit.export.made_comparison import made_comparison


def wide(columns: int) -> Table:
    """A made-up table whose values say where they stand."""
    names = tuple(f"c{place}" for place in range(columns))
    rows = tuple(tuple(f"r{row}c{place}" for place in range(columns)) for row in range(3))
    return Table(names, rows, tuple(range(1, columns + 1)), (0, 1, columns - 1))


@given(st.integers(3, 40), st.integers(4, 12))
def test_every_column_stands_in_a_part_and_those_repeated_in_each(columns: int, most: int) -> None:
    table = wide(columns)
    parts = table.parts(most)

    assert [place for part in parts for place in part.columns if place not in ("c0", "c1", f"c{columns - 1}")] == list(
        table.columns[2:-1]
    )
    for part in parts:
        assert len(part.columns) <= most
        assert (part.columns[:2], part.columns[-1]) == (("c0", "c1"), f"c{columns - 1}")
        assert all(value.endswith(name) for row in part.rows for name, value in zip(part.columns, row, strict=True))
        assert part.widths == tuple(int(name[1:]) + 1 for name in part.columns)


def test_a_table_that_fits_or_repeats_nothing_stays_whole() -> None:
    assert wide(MOST_COLUMNS).parts(MOST_COLUMNS) == (wide(MOST_COLUMNS),)
    assert replace(wide(20), repeated=()).parts(MOST_COLUMNS) == (replace(wide(20), repeated=()),)


def report(columns: int) -> Report:
    return Report(
        "Made up", "A lead", (Section("s", "Wide", table=wide(columns)),), ("The end",), "2026-11-20", "2026-11-20", "0"
    )


def test_word_and_latex_have_the_parts_with_their_names() -> None:
    paper = Document(io.BytesIO(report_docx(report(14))))
    latex = report_latex(report(14))

    assert [len(table.columns) for table in paper.tables] == [8, 8, 4]
    assert [each.text for each in paper.paragraphs if "part" in each.text] == [f"Wide, part {n} of 3" for n in (1, 2, 3)]
    assert latex.count(r"\begin{longtable}") == 3
    assert r"\textit{Wide, part 3 of 3}" in latex
    assert all(f"r2c{place}" in latex for place in range(14))


def test_the_focal_trial_and_the_outcome_are_repeated_for_a_comparison() -> None:
    section = next(each for each in comparison_report(made_comparison()).sections if each.key == "criteria")
    assert section.table is not None

    assert [section.table.columns[place] for place in section.table.repeated] == ["", "NCT99000010", "Compared"]
    assert "repeated" not in json_text(report(14))
