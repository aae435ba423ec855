"""Readers for the sections of a saved registry page: each takes a section's lines and puts them where the API has them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from harvester.registry import page_arms, page_places
from harvester.registry.page_forms import Page, code, phases, put, trimmed
from harvester.registry.page_lines import Section, definition_rows
from harvester.trial_id import is_trial_id

_DATE = re.compile(r"[0-9]{4}(?:-[0-9]{2}(?:-[0-9]{2})?)?")
_CODE = (
    r"(?:[A-Z]+(?:_[A-Z]+)+|RECRUITING|COMPLETED|TERMINATED|WITHDRAWN|SUSPENDED|UNKNOWN|AVAILABLE|WITHHELD"
    r"|(?:EARLY_)?PHASE[1-4]|NA)"
)
_CODES = re.compile(rf"{_CODE}(?:[\s,/|]+{_CODE})*")
_COUNT = re.compile(r"([0-9][0-9,]*)\b")
_RELATED = re.compile(r"(NCT[0-9]{8})\b[\s,|·-]*([A-Z_]{4,})?[\s,|·-]*(.*)")


def read_labels(page: Page, section: Section, path: str) -> None:
    """Labelled values; lines that are neither a label nor its value are kept."""
    del path
    known = {row["label"].casefold(): row for row in definition_rows("page_labels.csv") if row["section"] == section.heading}
    blocks, rest, place = section.blocks, [], 0
    while place < len(blocks):
        label, value = _split_label(blocks[place], known)
        if label and not value and place + 1 < len(blocks) and not _split_label(blocks[place + 1], known)[0]:
            place += 1
            value = blocks[place]
        if not label or not _put_value(page, known[label], value):
            rest.append(blocks[place])
        place += 1
    if section.heading:
        page.keep(section.heading, "\n".join(rest))


def _split_label(line: str, known: Mapping[str, Mapping[str, str]]) -> tuple[str, str]:
    folded = line.casefold()
    for label in known:
        if folded.rstrip(": ") == label:
            return label, ""
        if folded.startswith((label + " ", label + ":")):
            return label, line[len(label) :].lstrip(": ").strip()
    return "", ""


def _put_value(page: Page, row: Mapping[str, str], text: str) -> bool:
    if text in ("", "-"):
        return True
    value = VALUES[row["reader"]](text)
    if value is None:
        return False
    put(page.body, row["path"], value)
    return True


def _count(text: str) -> int | None:
    found = _COUNT.match(text)
    return int(found.group(1).replace(",", "")) if found else None


VALUES: Final[dict[str, Callable[[str], object]]] = {
    "code": lambda text: code(text) or None,
    "codes": phases,
    "count": _count,
    "date": lambda text: text if _DATE.fullmatch(text) else None,
    "age": lambda text: text,
    "truth": lambda text: {"yes": True, "no": False}.get(text.casefold()),
}


def _text(page: Page, section: Section, path: str) -> None:
    if section.text:
        put(page.body, path, section.text)


def _entries(page: Page, section: Section, path: str) -> None:
    if section.blocks:
        put(page.body, path, section.blocks)


def _results(page: Page, section: Section, path: str) -> None:
    del path
    first = section.blocks[0].casefold() if section.blocks else ""
    if first.startswith(("results pending", "no results")):
        page.body["hasResults"] = False
    elif first.startswith(("results available", "results posted", "has results")):
        page.body["hasResults"] = True
    else:
        page.keep(section.heading, section.text)


def _eligibility(page: Page, section: Section, path: str) -> None:
    """The criteria verbatim up to the first labelled value; the labels may follow the last criterion without a blank line."""
    del path
    labels = [row["label"].casefold() for row in definition_rows("page_labels.csv") if row["section"] == section.heading]
    cut = next((at for at, line in enumerate(section.lines) if line.strip().rstrip(":").casefold() in labels), len(section.lines))
    criteria = trimmed(section.lines[:cut])
    if criteria:
        put(page.body, "protocolSection.eligibilityModule.eligibilityCriteria", criteria)
    read_labels(page, Section(section.heading, section.lines[cut:]), "")


def _related(page: Page, section: Section, path: str) -> None:
    """Title, then ``NCT… STATUS PHASE`` on the next line."""
    del path
    related: list[dict[str, Any]] = []
    title = ""
    for block in _with_codes(section.blocks):
        found = _RELATED.fullmatch(block)
        if not found:
            title = block
            continue
        entry = {"nctId": found.group(1), "briefTitle": title, "overallStatus": found.group(2), "phases": phases(found.group(3))}
        related.append({name: value for name, value in entry.items() if value})
        title = ""
    if related:
        page.body["relatedTrials"] = related
    page.keep(section.heading, title)


def _with_codes(blocks: list[str]) -> list[str]:
    """The blocks, with the status and phase of a related trial on its number's line, wherever the page broke them apart."""
    joined: list[str] = []
    for block in blocks:
        if joined and _CODES.fullmatch(block) and is_trial_id(joined[-1][:11]):
            joined[-1] = f"{joined[-1]} {block}"
        else:
            joined.append(block)
    return joined


Reader = Callable[[Page, Section, str], None]
READERS: Final[dict[str, Reader]] = {
    "labels": read_labels,
    "text": _text,
    "list": _entries,
    "results": _results,
    "arms": page_arms.arms,
    "interventions": page_arms.interventions,
    "eligibility": _eligibility,
    "sponsors": page_places.sponsors,
    "responsible": page_places.responsible,
    "locations": page_places.locations,
    "countries": page_places.countries,
    "contacts": page_places.contacts,
    "identifiers": page_places.identifiers,
    "related": _related,
}
