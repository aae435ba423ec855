"""DOCX: headings, tables with heads that repeat, A4 landscape; the source and the date of the data also in the footer."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from docx import Document
from docx.document import Document as Paper
from docx.enum.section import WD_ORIENT
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt, RGBColor
from docx.table import Table as PaperTable
from docx.table import _Cell as PaperCell

from harvester.export.docx_links import CONTENTS, REGISTRY_PAGE, contents, lead, lead_out, mark, place_of
from harvester.export.figures import Figure
from harvester.export.registry_text import held
from harvester.export.report import MOST_COLUMNS, Report, Section, Table

WIDTH, MARGIN = 297, 15
SMALL = 8
"""Points of the letters in a table."""
FEW = 4
"""Sections from which on a document has a list of contents."""
TALLEST = 150.0
"""Millimetres that a picture may be high: a page with its heading and what says how to read it."""
_STAMP = (1980, 1, 1, 0, 0, 0)

_PAGE_NUMBER = f'<w:fldSimple {nsdecls("w")} w:instr="PAGE"><w:r><w:t>1</w:t></w:r></w:fldSimple>'
"""A field that Word fills with the number of the page."""
_ROOM = 30
"""Twentieths of a point above the words of a cell, where a table's rules would touch them."""


def report_docx(report: Report, figures: Mapping[str, Sequence[Figure]] = MappingProxyType({})) -> bytes:
    """The document as a Word file, with ``figures`` in the sections of these keys; the same document gives the same bytes."""
    paper = _paper(report)
    paper.add_heading(held(report.title), level=0)
    paper.add_paragraph(held(report.lead))
    ways = Ways.of(report)
    if ways.places:
        contents(paper, [(ways.places[section.key], held(section.title)) for section in report.sections])
    for section in report.sections:
        _section(paper, section, figures.get(section.key, ()), ways)
    for line in report.closing:
        if REGISTRY_PAGE.fullmatch(line):
            lead_out(paper.add_paragraph(), line)
        else:
            paper.add_paragraph(held(line))
    return _stamped(paper)


def _paper(report: Report) -> Paper:
    paper = Document()
    page = paper.sections[0]
    page.orientation = WD_ORIENT.LANDSCAPE
    page.page_width, page.page_height = Mm(WIDTH), Mm(210)
    page.left_margin = page.right_margin = page.top_margin = page.bottom_margin = Mm(MARGIN)
    date = report.data_days or "unknown date"
    footer = f"ClinicalTrials.gov, data as of {date}; modified by trialside {report.program_version}"
    page.footer.paragraphs[0].text = held(f"{footer} · page ")
    page.footer.paragraphs[0]._p.append(parse_xml(_PAGE_NUMBER))
    normal = paper.styles["Normal"]
    normal.font.name, normal.font.size = "Calibri", Pt(9)
    normal.paragraph_format.space_after = Pt(3)
    caption = paper.styles["Caption"]
    caption.font.bold, caption.font.size, caption.font.color.rgb = False, Pt(8), RGBColor(0x54, 0x5C, 0x64)
    grid = paper.styles["Table Grid"].element
    for rule in grid.xpath("./w:tblPr/w:tblBorders/*"):
        rule.set(qn("w:color"), "A6A6A6")
    for room in grid.xpath("./w:tblPr/w:tblCellMar/w:top"):
        room.set(qn("w:w"), str(_ROOM))
    known = paper.core_properties
    known.title, known.author = held(report.title)[:255], f"trialside {report.program_version}"
    known.comments = held(" ".join(report.closing))[:255]
    known.created = known.modified = datetime(2000, 1, 1)
    return paper


@dataclass(frozen=True)
class Ways:
    """Where links lead: the place of each section by its key, and that of its words at the end of the document.

    There is none in a document of a few sections.
    """

    places: Mapping[str, str]
    words: Mapping[str, str]

    @classmethod
    def of(cls, report: Report) -> Ways:
        """The ways through a document."""
        keys = [section.key for section in report.sections]
        if len(keys) < FEW:
            return cls({}, {})
        spoken = {key for section in report.sections if section.table for key in section.table.of_sections}
        return cls(
            {key: place_of(at) for at, key in enumerate(keys, 1)},
            {key: place_of(at, "words") for at, key in enumerate(keys, 1) if key in spoken},
        )

    def number(self, place: str) -> int:
        """The number of a place, which no other has."""
        return 1 + [*self.places.values(), *self.words.values()].index(place)


def _section(paper: Paper, section: Section, figures: Sequence[Figure], ways: Ways) -> None:
    head = paper.add_heading(held(section.title), level=1)
    if ways.places:
        mark(head, ways.places[section.key], ways.number(ways.places[section.key]))
        back = paper.add_paragraph(style="Caption")
        back.paragraph_format.keep_with_next = True
        lead(back, "Contents", CONTENTS)
        if section.key in ways.words:
            back.add_run(" · ")
            lead(back, "The registry's words behind these values", ways.words[section.key])
    for line in section.lines:
        said = paper.add_paragraph(held(line), style=None if section.table else "List Bullet")
        said.paragraph_format.keep_with_next = section.table is not None
    for figure in figures:
        _figure(paper, figure)
    parts = section.table.parts(MOST_COLUMNS) if section.table else ()
    for place, part in enumerate(parts, start=1):
        if len(parts) > 1:
            name = paper.add_paragraph(held(f"{section.title}, part {place} of {len(parts)}"), style="Caption")
            name.paragraph_format.keep_with_next = True
        _table(paper, part, ways)


def _figure(paper: Paper, figure: Figure) -> None:
    """A picture as large as it is meant or as the page is, its words for those who do not see it, and how to read it below."""
    share = min(1.0, (WIDTH - 2 * MARGIN) / figure.width, TALLEST / figure.height)
    held_by = paper.add_paragraph()
    held_by.paragraph_format.keep_with_next = True
    drawn = held_by.add_run().add_picture(io.BytesIO(figure.png), width=Mm(figure.width * share))
    properties = drawn._inline.docPr
    properties.set("name", held(figure.title))
    properties.set("descr", held(figure.description))
    paper.add_paragraph(held(f"{figure.title}. {figure.legend}"), style="Caption")


def _table(paper: Paper, table: Table, ways: Ways) -> None:
    made = paper.add_table(rows=1 + len(table.rows), cols=len(table.columns), style="Table Grid")
    made.autofit = False
    shares = table.widths or (1,) * len(table.columns)
    widths = [Mm((WIDTH - 2 * MARGIN) * share / sum(shares)) for share in shares]
    for column, width in zip(made.columns, widths, strict=True):
        column.width = width
    # Asking a table for its cells one by one takes a time that grows with the square of its size: row by row it does not.
    for place, (row, values) in enumerate(zip(made.rows, (table.columns, *table.rows), strict=True)):
        _row(row.cells, values, widths, is_head=place == 0)
    _ways_from(made, table, ways)
    _repeat_head(made)
    paper.add_paragraph().paragraph_format.line_spacing = Pt(SMALL / 2)


def _row(cells: Sequence[PaperCell], values: Sequence[str], widths: Sequence[int], *, is_head: bool) -> None:
    for place, (cell, value, width) in enumerate(zip(cells, values, widths, strict=True)):
        cell.width = width  # type: ignore[assignment]
        for at, line in enumerate(held(value).split("\n")):
            paragraph = cell.add_paragraph() if at else cell.paragraphs[0]
            if REGISTRY_PAGE.fullmatch(line):
                lead_out(paragraph, line, SMALL)
                continue
            run = paragraph.add_run(line)
            if at == 0 and (is_head or place == 0):
                run.bold = True
            run.font.size = Pt(SMALL)


def _ways_from(made: PaperTable, table: Table, ways: Ways) -> None:
    """Rows of several sections: the first of each is a place, and the second cell of each leads back to its section."""
    seen: set[str] = set()
    for row, key in zip(made.rows[1:], table.of_sections, strict=False):
        if key not in ways.words:
            continue
        cells = row.cells
        if key not in seen:
            seen.add(key)
            mark(cells[0].paragraphs[0], ways.words[key], ways.number(ways.words[key]))
        name = cells[1].paragraphs[0]
        said = name.text
        name.clear()
        lead(name, said, ways.places[key], SMALL)


def _repeat_head(table: PaperTable) -> None:
    """The first row again at the top of every page that the table goes on to; no row is broken across pages."""
    for place, row in enumerate(table.rows):
        properties = row._tr.get_or_add_trPr()
        for name in ("w:cantSplit", *(["w:tblHeader"] if place == 0 else [])):
            mark = OxmlElement(name)
            mark.set(qn("w:val"), "true")
            properties.append(mark)


def _stamped(paper: Paper) -> bytes:
    """The file with every part dated alike."""
    made, out = io.BytesIO(), io.BytesIO()
    paper.save(made)
    with zipfile.ZipFile(made) as parts, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as dated:
        for part in parts.infolist():
            kept = zipfile.ZipInfo(part.filename, _STAMP)
            kept.compress_type = zipfile.ZIP_DEFLATED
            dated.writestr(kept, parts.read(part))
    return out.getvalue()
