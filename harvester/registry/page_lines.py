"""The lines of a saved registry page, and the sections that its headings make of them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from harvester.definition_file import rows_of
from harvester.shape import shape

_DEFINITIONS: Final = Path(__file__).parent / "definitions"
# A page explains each section in one sentence; that sentence, not the heading alone, tells a section from words in a text.
_LEAD = re.compile(
    r"(?:get|review|dive|see|understand|learn|check|meet|identify|explore|reach|additional|discover|find|browse|view|read)\b.{24,}\.",
    re.IGNORECASE | re.DOTALL,
)

_SMALL_WORD = re.compile(r"(?:a|an|and|as|at|by|for|from|in|of|on|or|the|to|with)\b", re.IGNORECASE)
_RESULTS = re.compile(r"(?:no )?results ", re.IGNORECASE)
_CRITERIA = re.compile(r"(?:key |main )?(?:inclusion|exclusion)\b", re.IGNORECASE)
_LEADS_OF_A_PAGE: Final = 3  # a page with so many explained headings explains all of them


@shape()
class Line:
    """One line of a page; ``level`` 1-6 when the page marks it as a heading, 0 when it does not or cannot."""

    text: str
    level: int = 0


@dataclass(slots=True)
class Section:
    """A heading of the page and the lines under it, without the sentence that explains the section."""

    heading: str
    lines: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The lines verbatim, without blank lines at either end."""
        return "\n".join(self.lines).strip("\n")

    @property
    def blocks(self) -> list[str]:
        """The lines that are not blank, without blanks at either end."""
        return [line.strip() for line in self.lines if line.strip()]


def definition_rows(name: str) -> tuple[Mapping[str, str], ...]:
    """The rows of ``definitions/<name>`` by column. Raises ValueError for one with more or fewer values than columns."""
    return rows_of(_DEFINITIONS / name)


def text_lines(text: str) -> list[Line]:
    """The lines of a page saved as text; blanks inside and at the ends of lines are kept."""
    return [Line(line) for line in text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")]


def sections(lines: list[Line], known: Iterable[str]) -> list[Section]:
    """The page cut at its headings; the first section, with heading ``""``, is what stands above them.

    ``known`` are the headings we can read. Others are kept as sections of their own where the page shows them to be headings.
    """
    found = [Section("")]
    headings = _Headings(lines, {name.casefold() for name in known})
    for place, line in enumerate(lines):
        if headings.at(place):
            found.append(Section(_name(line)))
        else:
            found[-1].lines.append(line.text)
    for section in found[1:]:
        _drop_lead(section)
    return found


class _Headings:
    """Which lines of a page are headings of its sections."""

    def __init__(self, lines: list[Line], known: set[str]) -> None:
        self._lines = lines
        self._following = _following(lines)
        self._known = known
        marked = [line for line in lines if line.level and _name(line).casefold() in known]
        self._level = Counter(line.level for line in marked).most_common(1)[0][0] if marked else 0
        self._explains = self._explained(known) >= _LEADS_OF_A_PAGE

    def at(self, place: int) -> bool:
        """Whether the line at ``place`` is one."""
        line, name = self._lines[place], _name(self._lines[place])
        explained = _is_lead(self._following[place]) or bool(_RESULTS.match(self._following[place]))
        is_known = name.casefold() in self._known
        if not name or _CRITERIA.match(name):
            return False
        if line.level and line.level == self._level:
            return is_known or not self._explains or _is_lead(self._following[place])
        if is_known:
            return explained and self._stands_alone(place)
        return not self._level and _is_lead(self._following[place]) and self._stands_alone(place) and _is_title(name)

    def _explained(self, known: set[str]) -> int:
        return sum(
            _name(line).casefold() in known and _is_lead(after) for line, after in zip(self._lines, self._following, strict=True)
        )

    def _stands_alone(self, place: int) -> bool:
        """Whether no other words stand right above, as they would in a text."""
        above = self._lines[place - 1].text.strip() if place else ""
        return not above and not self._lines[place].text.startswith((" ", "\t"))


def _following(lines: list[Line]) -> list[str]:
    """For each line, the next one that is not blank."""
    found, after = [], ""
    for line in reversed(lines):
        found.append(after)
        after = line.text.strip() or after
    return found[::-1]


def _name(line: Line) -> str:
    return line.text.strip().rstrip(":")


def _is_lead(text: str) -> bool:
    """Whether ``text`` is the sentence under a heading that explains the section."""
    return _LEAD.fullmatch(text) is not None


def _is_title(text: str) -> bool:
    words = text.split()
    return len(words) <= 6 and text[-1].isalnum() and all(word[0].isupper() or _SMALL_WORD.fullmatch(word) for word in words)


def _drop_lead(section: Section) -> None:
    for place, line in enumerate(section.lines):
        if line.strip():
            if _is_lead(line.strip()):
                del section.lines[: place + 1]
            return
