"""A saved registry page, as text or HTML, into a record in the API's shape.

What the page states goes where the API has it; what the API has no place for stands in two top-level objects of ours:

- ``relatedTrials``: the page's own "More Related Trials", ``[{nctId, briefTitle, overallStatus, phases}]``;
- ``pageSection``: ``countries`` as listed, and ``otherSections`` ``[{heading, text}]``: headings we do not know and lines
  that no reader took, so that nothing of the page is lost.

A field that the page does not show stays absent: a page is not evidence that the registry lacks it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from harvester.errors import UnreadableSource
from harvester.registry.page_arms import read_arms
from harvester.registry.page_forms import Page, put
from harvester.registry.page_html import html_lines
from harvester.registry.page_lines import Line, Section, definition_rows, sections, text_lines
from harvester.registry.page_sections import READERS, read_labels
from harvester.registry.record import Origin, Record, record_of
from harvester.trial_id import canonical_id

LARGEST_PAGE: Final = 20_000_000  # characters

_ID_LINE = re.compile(r"NCT (?:ID|Number)\s*:?\s*(NCT[0-9]{8})\b", re.IGNORECASE)
_ID_LABEL = re.compile(r"NCT (?:ID|Number)\s*:?", re.IGNORECASE)
_ID_IN_TEXT = re.compile(r"\bNCT0*[1-9][0-9]{0,7}\b", re.IGNORECASE)
_ID = re.compile(r"(NCT[0-9]{8})", re.IGNORECASE)
_HTML = re.compile(r"\s*(?:(?><!--.{0,2000}?-->)\s*){0,9}<(?:!doctype\s+html|html|head|body|main|div|article)\b", re.I | re.S)


def looks_like_html(text: str) -> bool:
    """Whether ``text`` begins as an HTML document does."""
    return _HTML.match(text[:20_000]) is not None


def page_record(text: str, origin: Origin) -> Record:
    """The record of a saved page. Raises UnreadableSource when it is no page of one trial, BadRecord when it is damaged."""
    return record_of(page_body(text), None, origin)


def page_body(text: str) -> dict[str, Any]:
    """The page as a dict in the API's shape. Raises UnreadableSource when no line gives ``NCT ID: NCT…``."""
    if len(text) > LARGEST_PAGE:
        raise UnreadableSource("The page is larger than a registry page can be", "Save one trial's page.")
    lines = html_lines(text) if looks_like_html(text) else text_lines(text)
    nct_id, title = _head(lines)
    page = Page()
    put(page.body, "protocolSection.identificationModule.nctId", nct_id)
    if title:
        put(page.body, "protocolSection.identificationModule.briefTitle", title)
    rows = definition_rows("page_sections.csv")
    _read(page, sections(lines, [row["heading"] for row in rows]), rows)
    read_arms(page)
    page.finish()
    return page.body


def _head(lines: list[Line]) -> tuple[str, str]:
    """The page's NCT number, and its title: a heading of the first level, else the last line above the number."""
    title = next((line.text.strip() for line in lines if line.level == 1), "")
    above, labelled = "", False
    for line in lines:
        text = line.text.strip()
        found = _ID_LINE.search(text) or (_ID.fullmatch(text) if labelled else None)
        if found:
            return canonical_id(found.group(1)), title or above
        labelled = _ID_LABEL.fullmatch(text) is not None or (labelled and not text)
        above = text if text and not labelled else above
    raise _no_page(lines)


def _no_page(lines: list[Line]) -> UnreadableSource:
    """The error for a text without the line that names its trial; a number elsewhere in it is at least a hint."""
    hint = next((found.group() for line in lines if (found := _ID_IN_TEXT.search(line.text))), None)
    if hint is None:
        step = 'Give a record as JSON, or the saved page of one trial; it has a line "NCT ID: NCT…".'
        return UnreadableSource("It is no record, and as a page it names no trial", step)
    return UnreadableSource(
        "The page names no trial of its own in a form we read",
        f"Try: trialside harvest {canonical_id(hint)}; for all numbers in a file: trialside harvest @FILE",
    )


def _read(page: Page, found: list[Section], rows: Sequence[Mapping[str, str]]) -> None:
    readers = {row["heading"].casefold(): row for row in rows}
    head, *others = found
    read_labels(page, head, "")
    # Countries first: they tell where a place's country begins.
    for section in sorted(others, key=lambda section: section.heading.casefold() != "countries"):
        row = readers.get(section.heading.casefold())
        if row is None:
            page.keep(section.heading, section.text)
        else:
            READERS[row["reader"]](page, section, row["path"])
