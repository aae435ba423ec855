"""The documents of a comparison: each form holds every value, says whose data they are, and obeys nothing in a record."""

from __future__ import annotations

import csv
import io
import re
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import docx
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from harvester.compare.model import Comparison, Line
from harvester.export import docx_links, latex, markdown
from harvester.export.csv import COLUMNS, comparison_csv, report_csv
from harvester.export.docx import report_docx
from harvester.export.formula import harmless
from harvester.export.latex import report_latex
from harvester.export.markdown import report_markdown
from harvester.export.report import Report, Section, Table, comparison_report, only_words, outcome_of, trials_section
from harvester.export.xlsx import comparison_xlsx, report_xlsx
from tests.unit.export.made_comparison import FOCAL, OTHER, made_comparison

HOSTILE = (
    '=HYPERLINK("http://evil.example","x")', "+1+1", "@SUM(A1)", "-2+3", "\t=1", "＝1+1", r"\input{/etc/passwd}",
    "$x$ % # _ & ~ ^ { }", "<script>alert(1)</script>", "[x](javascript:alert(1))", "![x](http://evil.example/a.png)",
    "| a | b |", "# head", "\x00\x1b[2J", "\ud800", "1. one", "- two", "https://evil.example", "*a* `b`",
)  # fmt: skip


def hostile() -> Comparison:
    """The made comparison with everything that some form could take for a command, in one cell."""
    made = made_comparison()
    panel = made.panels[0]
    lines = tuple(Line(text) for text in HOSTILE)
    row = replace(panel.rows[0], cells=(replace(panel.rows[0].cells[0], lines=lines), panel.rows[0].cells[1]))
    return replace(made, panels=(replace(panel, rows=(row, *panel.rows[1:])), *made.panels[1:]))


def text_of_xlsx(data: bytes) -> str:
    book = zipfile.ZipFile(io.BytesIO(data))
    return "\n".join(ElementTree.fromstring(book.read("xl/sharedStrings.xml")).itertext())


def text_of_docx(data: bytes) -> str:
    paper = docx.Document(io.BytesIO(data))
    cells = [cell.text for table in paper.tables for row in table.rows for cell in row.cells]
    return "\n".join(
        [*(each.text for each in paper.paragraphs), *cells, *(each.text for each in paper.sections[0].footer.paragraphs)]
    )


def test_the_foot_of_a_word_page_has_its_number_and_all_days_of_the_data() -> None:
    made = made_comparison()
    first, *others = made.trials
    paper = docx.Document(
        io.BytesIO(report_docx(comparison_report(replace(made, trials=(replace(first, data_date="2020-02-03"), *others)))))
    )
    foot = paper.sections[0].footer.paragraphs[0]

    assert "data as of 2020-02-03 to 20" in foot.text
    assert foot._p.xpath("w:fldSimple/@w:instr") == ["PAGE"]


def test_only_of_a_part_of_a_record_a_phase_is_not_at_hand() -> None:
    """An observational trial has none: its whole record is there, and nothing is to be looked for."""
    made = made_comparison()
    whole, digest = (replace(made.focal, phases_label=None, source_note=note) for note in (None, "digest of the record"))
    rows = trials_section(replace(made, trials=(whole, digest))).table.rows  # type: ignore[union-attr]

    assert [row[4] for row in rows] == ["none given", "not at hand"]


def test_where_the_date_of_some_data_is_unknown_every_form_says_so() -> None:
    made = made_comparison()
    first, *others = made.trials
    undated = replace(made, trials=(replace(first, data_date="2020-02-03"), *(replace(each, data_date=None) for each in others)))

    assert undated.data_days == "2020-02-03, some of unknown date"
    assert replace(made, trials=tuple(replace(each, data_date=None) for each in made.trials)).data_days is None


def unescaped(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text)


def of(write: Callable[[Report], str]) -> Callable[[Comparison], str]:
    return lambda comparison: write(comparison_report(comparison))


FORMS: dict[str, Callable[[Comparison], str]] = {
    "csv": comparison_csv,
    "xlsx": lambda comparison: text_of_xlsx(comparison_xlsx(comparison)),
    "docx": of(lambda report: text_of_docx(report_docx(report))),
    "markdown": of(lambda report: unescaped(report_markdown(report))),
    "latex": of(lambda report: report_latex(report).replace("\\allowbreak{}", "")),
    "report csv": of(report_csv),
    "report xlsx": of(lambda report: text_of_xlsx(report_xlsx(report))),
}


@pytest.mark.parametrize("form", FORMS)
class TestEveryForm:
    def test_it_says_whose_data_these_are_of_when_and_what_was_done(self, form: str) -> None:
        shown = FORMS[form](made_comparison())

        for said in ("ClinicalTrials.gov", "U.S. National Library of Medicine", "data as of 2026", "Modified"):
            assert said in shown
        for nct_id in (FOCAL, OTHER):
            assert f"https://clinicaltrials.gov/study/{nct_id}" in shown

    def test_it_holds_each_state_and_verdict(self, form: str) -> None:
        shown = FORMS[form](made_comparison())

        for said in ("not stated", "not applicable", "not read", "stricter", "ECOG"):
            assert said in shown

    def test_hostile_text_is_text(self, form: str) -> None:
        shown = FORMS[form](hostile())

        assert "HYPERLINK" in shown
        assert "\x1b" not in shown
        assert "\x00" not in shown

    def test_the_same_comparison_gives_the_same(self, form: str) -> None:
        assert FORMS[form](made_comparison()) == FORMS[form](made_comparison())


class TestCsv:
    def test_every_line_has_every_column(self) -> None:
        head, *rows = csv.reader(io.StringIO(comparison_csv(made_comparison()), newline=""))

        assert tuple(head) == COLUMNS
        assert {len(row) for row in rows} == {len(COLUMNS)}

    def test_a_value_has_its_words_and_their_place(self) -> None:
        rows = list(csv.DictReader(io.StringIO(comparison_csv(made_comparison()), newline="")))
        (found,) = [row for row in rows if row["row"] == "LVEF" and row["nct_id"] == OTHER]

        assert (found["verdict"], found["registry_words"]) == ("stricter", "Left ventricular ejection fraction ≥ 60 % by ECHO")
        assert int(found["source_end"]) > int(found["source_start"])

    def test_what_one_trial_alone_states_is_not_left_out(self) -> None:
        rows = list(csv.DictReader(io.StringIO(comparison_csv(made_comparison()), newline="")))
        (found,) = [row for row in rows if row["panel"] == "Stated only in one trial"]

        assert (found["nct_id"], found["state"], found["value"]) == (FOCAL, "stated", "Only <here>")

    @pytest.mark.parametrize("write", [comparison_csv, of(report_csv)])
    def test_no_cell_is_a_formula(self, write: Callable[[Comparison], str]) -> None:
        cells = [cell for row in csv.reader(io.StringIO(write(hostile()), newline="")) for cell in row]

        assert [cell for cell in cells if cell[:1] in "=+@\t\r＝" and cell] == []
        assert [cell for cell in cells if cell.startswith("-") and not cell[1:].replace(".", "").isdigit()] == []


@given(st.text())
def test_a_harmless_cell_stays_harmless(cell: str) -> None:
    assert harmless(harmless(cell)) == harmless(cell)


class TestXlsx:
    def test_no_cell_is_a_formula_or_a_link(self) -> None:
        book = zipfile.ZipFile(io.BytesIO(comparison_xlsx(hostile())))
        sheets = [book.read(name) for name in book.namelist() if name.startswith("xl/worksheets/sheet")]

        assert sheets
        assert not any(b"<f>" in sheet or b"hyperlink" in sheet for sheet in sheets)

    def test_a_sheet_a_panel_with_its_head_frozen(self) -> None:
        book = zipfile.ZipFile(io.BytesIO(comparison_xlsx(made_comparison())))
        names = re.findall(rb'<sheet name="([^"]+)"', book.read("xl/workbook.xml"))

        assert [name.decode() for name in names] == [
            "About", "In short", "Trials", "Criteria", "Drug", "Days from first dose", "What the stated doses add up to",
            "Stated only in one trial", "Every value",
        ]  # fmt: skip
        assert b'state="frozen"' in book.read("xl/worksheets/sheet4.xml")

    def test_the_same_bytes(self) -> None:
        assert comparison_xlsx(made_comparison()) == comparison_xlsx(made_comparison())

    def test_a_long_title_has_a_short_name_or_ends_at_a_word(self) -> None:
        sections = (
            Section("criteria", "Criteria with values that were read", ("a",)),
            Section("other", "A title that does not fit on the tab of a sheet", ("a",)),
        )
        made = report_xlsx(replace(comparison_report(made_comparison()), sections=sections))
        names = re.findall('<sheet name="([^"]+)"', zipfile.ZipFile(io.BytesIO(made)).read("xl/workbook.xml").decode())

        assert names == ["About", "Criteria with values", "A title that does not fit on …"]

    def test_of_many_columns_none_is_wide(self) -> None:
        columns = tuple(f"NCT990000{at:02d}" for at in range(12))
        table = Table(columns, (("many words " * 20,) * 12,))
        made = report_xlsx(replace(comparison_report(made_comparison()), sections=(Section("x", "X", table=table),)))
        sheet = zipfile.ZipFile(io.BytesIO(made)).read("xl/worksheets/sheet2.xml").decode()

        assert max(float(width) for width in re.findall(r'width="([0-9.]+)"', sheet)) < 26

    def test_names_of_sheets_are_what_a_workbook_takes(self) -> None:
        made = made_comparison()
        panels = tuple(
            replace(made.panels[0], key=str(number), title="A [very] long: title? of/ a* panel\\ 'x'") for number in range(12)
        )
        book = zipfile.ZipFile(io.BytesIO(comparison_xlsx(replace(made, panels=panels))))
        names = [name.decode() for name in re.findall(rb'<sheet name="([^"]+)"', book.read("xl/workbook.xml"))]

        assert len({name.casefold() for name in names}) == len(names)
        assert all(len(name) <= 31 and not re.search(r"[\[\]:*?/\\]", name) for name in names)


class TestDocx:
    def test_the_same_bytes(self) -> None:
        report = comparison_report(made_comparison())

        assert report_docx(report) == report_docx(report)

    def test_heads_of_tables_repeat(self) -> None:
        document = zipfile.ZipFile(io.BytesIO(report_docx(comparison_report(made_comparison())))).read("word/document.xml")
        tables = document.count(b"<w:tbl>")

        assert tables > 5
        assert document.count(b"<w:tblHeader") == tables
        assert b'w:orient="landscape"' in document


class TestWaysThroughWord:
    """A list of contents, links back to it, from values to their words and back, and links to the registry alone."""

    W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"

    def document(self, report: Report) -> ElementTree.Element:
        return ElementTree.fromstring(zipfile.ZipFile(io.BytesIO(report_docx(report))).read("word/document.xml"))

    def test_every_link_leads_to_one_place(self) -> None:
        body = self.document(comparison_report(made_comparison()))
        places = [each.get(f"{self.W}name") for each in body.iter(f"{self.W}bookmarkStart")]
        numbers = [each.get(f"{self.W}id") for each in body.iter(f"{self.W}bookmarkStart")]
        ends = [each.get(f"{self.W}id") for each in body.iter(f"{self.W}bookmarkEnd")]
        asked = {each.get(f"{self.W}anchor") for each in body.iter(f"{self.W}hyperlink")} - {None}

        assert len(set(places)) == len(places) == len(set(numbers))
        assert ends == numbers
        assert asked == set(places)

    def test_the_contents_name_every_section_in_order(self) -> None:
        report = comparison_report(made_comparison())
        paper = docx.Document(io.BytesIO(report_docx(report)))
        titles = [section.title for section in report.sections]
        texts = [each.text for each in paper.paragraphs]

        assert texts[texts.index("Contents") + 1 :][: len(titles)] == titles

    def test_words_lead_back_to_their_row_and_rows_to_their_words(self) -> None:
        report = comparison_report(made_comparison())
        paper = docx.Document(io.BytesIO(report_docx(report)))
        words = next(table for table in paper.tables if "The registry's words" in [cell.text for cell in table.rows[0].cells])
        linked = [cell.paragraphs[0].hyperlinks[0].fragment for cell in (row.cells[1] for row in words.rows[1:])]

        assert len(linked) == len(words.rows) - 1
        assert "The registry's words behind these values" in text_of_docx(report_docx(report))

    def test_only_pages_of_the_registry_are_links_out(self) -> None:
        parts = zipfile.ZipFile(io.BytesIO(report_docx(comparison_report(hostile()))))
        relations = ElementTree.fromstring(parts.read("word/_rels/document.xml.rels"))
        outside = {each.get("Target") for each in relations if each.get("TargetMode") == "External"}

        assert outside == {f"https://clinicaltrials.gov/study/{nct_id}" for nct_id in (FOCAL, OTHER)}
        with pytest.raises(ValueError, match="no page of the registry"):
            docx_links.lead_out(docx.Document().add_paragraph(), "https://evil.example")

    def test_a_short_document_has_no_contents(self) -> None:
        short = replace(comparison_report(made_comparison()), sections=(Section("a", "A", ("said",)),))

        assert "Contents" not in text_of_docx(report_docx(short))


class TestMarkdown:
    def test_hostile_text_has_no_markup(self) -> None:
        made = MarkdownIt("commonmark", {"html": True}).enable("table").render(report_markdown(comparison_report(hostile())))
        addresses = re.findall(r'(?:href|src)="([^"]*)"', made)

        assert "<script" not in made
        assert set(addresses) == {f"https://clinicaltrials.gov/study/{nct_id}" for nct_id in (FOCAL, OTHER)}
        assert made.count("<h1") == 1

    @given(st.text(alphabet=st.sampled_from("ab1 .-+*_#|<>&[]()`~\\!@:/w=$\n")))
    @example("---")
    @example("- - -")
    def test_any_text_is_one_plain_paragraph(self, text: str) -> None:
        """What is read back is the text itself, in a paragraph without markup."""
        rendered = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).parse(markdown.escaped(text))
        inline = [child for token in rendered if token.type == "inline" for child in token.children or ()]

        assert {token.type for token in rendered} <= {"paragraph_open", "paragraph_close", "inline"}
        assert "".join(child.content for child in inline) == " ".join(text.split())


class TestLatex:
    @given(st.text())
    def test_any_text_leaves_nothing_for_tex_to_obey(self, text: str) -> None:
        said = latex.escaped(text)
        rest = re.sub(r"\\[{}#$%&_]|\\[-,]|\\[a-zA-Z]+|\$[^$]*\$|\{\}|\{-\}", "", said)

        assert not set(rest) & set("\\{}$&#%^_\n\x00")

    @pytest.mark.parametrize("broken", ["a b", "ab = c", "≤ = x\n≤ = y", "U+zz = x"])
    def test_a_broken_line_is_named(self, broken: str) -> None:
        with pytest.raises(ValueError, match=r"latex_signs\.txt, line"):
            latex.parse_signs(broken)

    @pytest.mark.skipif(shutil.which("pdflatex") is None, reason="no pdflatex on this machine")
    def test_it_compiles(self, tmp_path: Path) -> None:
        (tmp_path / "a.tex").write_text(report_latex(comparison_report(hostile())), encoding="utf-8")
        command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "-no-shell-escape", "a.tex"]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, timeout=300)

        assert done.returncode == 0, done.stdout.decode("utf-8", "replace")[-2000:]
        assert (tmp_path / "a.pdf").read_bytes().startswith(b"%PDF")


def test_one_trial_alone_is_compared_with_nothing() -> None:
    """Its rows stood there as "= alike"."""
    panel = made_comparison().panels[0]
    alone = [replace(row, cells=row.cells[:1], agreement="alike") for row in panel.rows]

    assert {outcome_of(row) for row in alone} == {""}
    report = comparison_report(
        replace(made_comparison(), trials=made_comparison().trials[:1], panels=(replace(panel, rows=tuple(alone)),))
    )
    (section,) = [each for each in report.sections if each.key == panel.key]
    assert section.table is not None
    assert section.table.columns == ("", FOCAL)
    assert {len(row) for row in section.table.rows} == {2}
    assert "side by side" not in report.lead
    assert "Stated only in one trial" not in [each.title for each in report.sections]
    assert only_words((FOCAL,))[0] == "Further criteria"
    assert "" not in {outcome_of(row) for row in panel.rows}


def test_where_a_value_is_from_makes_no_row_of_a_workbook_higher() -> None:
    with zipfile.ZipFile(io.BytesIO(comparison_xlsx(made_comparison()))) as parts:
        sheets = [name for name in parts.namelist() if "worksheets/sheet" in name]
        last = parts.read(f"xl/worksheets/sheet{len(sheets)}.xml").decode()
    heights = [float(each) for each in re.findall(r'<row [^>]* ht="([\d.]+)"', last)]

    assert last.count("<row ") > 10
    assert len([each for each in heights if each > 60]) < last.count("<row ") / 4, "a line or two for most"
