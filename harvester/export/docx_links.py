"""Ways through a Word document: places that links lead to, a list of contents, and links within it or to the registry.

Python-docx has none of these: they are written as the elements of ECMA-376 that Word itself writes (17.13.6 bookmarks, 17.16
fields and hyperlinks).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from docx.document import Document as Paper
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.shared import Pt, RGBColor
from docx.text.paragraph import Paragraph
from docx.text.run import Run

CONTENTS = "contents"
"""The place of the list of contents."""
INK = RGBColor(0x1A, 0x4A, 0x7A)
REGISTRY_PAGE = re.compile(r"https://clinicaltrials\.gov/study/NCT[0-9]{8}")
"""The only addresses that become links: what a record says is never one."""


def place_of(at: int, part: str = "section") -> str:
    """The name of the place of a section, or of its words."""
    return f"{part}_{at}"


def mark(paragraph: Paragraph, place: str, number: int) -> None:
    """Make a paragraph a place that links lead to; ``number`` is one that no other place of the document has."""
    start, end = _element("bookmarkStart", id=str(number), name=place), _element("bookmarkEnd", id=str(number))
    properties = paragraph._p.pPr
    paragraph._p.insert(0 if properties is None else 1, start)
    paragraph._p.append(end)


def lead(paragraph: Paragraph, text: str, place: str, size: float | None = None) -> None:
    """Add a link to a place of the document."""
    _link(paragraph, _element("hyperlink", anchor=place), text, size)


def lead_out(paragraph: Paragraph, address: str, size: float | None = None) -> None:
    """Add a link to a page of the registry. ValueError for any other address."""
    if REGISTRY_PAGE.fullmatch(address) is None:
        raise ValueError(f"{address[:80]!r} is no page of the registry")
    link = OxmlElement("w:hyperlink")
    link.set(qn("r:id"), paragraph.part.relate_to(address, RELATIONSHIP_TYPE.HYPERLINK, is_external=True))
    _link(paragraph, link, address, size)


def contents(paper: Paper, titles: Sequence[tuple[str, str]]) -> None:
    """A list of contents: place and title of each section. Word adds the pages when it is asked to update the field."""
    head = paper.add_paragraph()
    head.add_run("Contents").bold = True
    mark(head, CONTENTS, 0)
    lines = [paper.add_paragraph() for _ in titles]
    for line, (place, title) in zip(lines, titles, strict=True):
        line.paragraph_format.space_after = Pt(0)
        lead(line, title, place)
    first, last = lines[0]._p, lines[-1]._p
    for at, run in enumerate((_field("begin"), _instruction('TOC \\o "1-1" \\h \\z'), _field("separate"))):
        first.insert(at + 1, run)  # behind the paragraph's own properties
    last.append(_field("end"))
    lines[-1].paragraph_format.space_after = Pt(8)


def _link(paragraph: Paragraph, link: BaseOxmlElement, text: str, size: float | None) -> None:
    run = Run(OxmlElement("w:r"), paragraph)
    run.text = text
    run.font.color.rgb, run.font.underline = INK, True
    run.font.size = None if size is None else Pt(size)
    link.append(run._r)
    paragraph._p.append(link)


def _element(kind: str, /, **attributes: str) -> BaseOxmlElement:
    made = OxmlElement(f"w:{kind}")
    for key, value in attributes.items():
        made.set(qn(f"w:{key}"), value)
    return made


def _field(part: str) -> BaseOxmlElement:
    run = OxmlElement("w:r")
    run.append(_element("fldChar", fldCharType=part))
    return run


def _instruction(text: str) -> BaseOxmlElement:
    run, told = OxmlElement("w:r"), OxmlElement("w:instrText")
    told.set(qn("xml:space"), "preserve")
    told.text = f" {text} "
    run.append(told)
    return run
