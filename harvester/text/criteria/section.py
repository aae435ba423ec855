"""Sections of eligibility text that no heading told: from the words of its lines, and from where they stand.

Rules: ``section.words`` (a line says that it includes or excludes), ``section.manner`` (headings of the manner in which each line
says who may join), ``section.part`` (the parts of such a line), ``section.above`` (lines above an only heading, the exclusion's).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from harvester.text.criteria.criterion import CriterionLine, changed
from harvester.text.criteria.heading import read_section_heading
from harvester.text.expressions.definition_file import expression
from harvester.text.expressions.pattern import pattern_of

_EXCLUDES = expression("criteria.excludes")
_INCLUDES = expression("criteria.includes")
_ASKED = expression("section.asked")
_UNWANTED = expression("section.unwanted")
_CLAUSE_ENDS = pattern_of(r"[.;]\s")
# Texts ordered by these headings tell under each of them who may join.
_WHO_JOINS = pattern_of(r"-*(?:disease|patient) characteristics\b", re.IGNORECASE)
# The same before the words of its paragraph, as the registry's old texts write it: in capitals, or between two dashes.
_HEADS_ITS_WORDS = pattern_of(
    r"(?:(?i:protocol entry criteria)\s*:\s*)?"
    r"(?:(?:DISEASE|PATIENT) CHARACTERISTICS\s*:|--\s*(?i:disease|patient) (?i:characteristics)\s*--)"
)
_GOES_ON = pattern_of(r"\b(?:DISEASE|PATIENT) CHARACTERISTICS\s*:")
_SPEAKS_OF_EXCLUDING = pattern_of(r"exclu(?!ding)", re.IGNORECASE)  # "no cancer excluding that of the skin" asks


def with_sections(raw: str, lines: Sequence[CriterionLine]) -> list[CriterionLine]:
    """The lines of ``raw`` with the sections that can be told without a heading; the others stay unknown."""
    if _says_not_how(raw, lines):
        return _with_parts([_by_its_words(raw, changed(line, section="unknown"), False) for line in lines])
    if any(line.section != "unknown" for line in lines):
        return _above_first_heading(_no_exclusion_beyond(raw, lines))
    if _tells_who_joins(raw, lines):
        return [_included(line) for line in lines]
    asked = _asks(raw, lines)
    return _with_parts([_by_its_words(raw, line, asked) for line in lines])


def _tells_who_joins(raw: str, lines: Sequence[CriterionLine]) -> bool:
    """Whether the characteristics of who may join head the text, or its paragraphs where none speaks of excluding."""
    if any(line.kind == "header" and _WHO_JOINS.match(raw, line.start) for line in lines):
        return True
    return any(_HEADS_ITS_WORDS.match(raw, line.start) for line in lines) and not _SPEAKS_OF_EXCLUDING.search(raw)


def _no_exclusion_beyond(raw: str, lines: Sequence[CriterionLine]) -> list[CriterionLine]:
    """``lines``, none of which excludes from where a paragraph goes on with who may join: "HIV. PATIENT CHARACTERISTICS: …"."""
    if "CHARACTERISTICS" not in raw:
        return list(lines)
    told, beyond = list[CriterionLine](), False
    for line in lines:
        if line.kind == "header":
            beyond = False
        elif line.section == "exclusion" and _GOES_ON.search(raw, line.start, line.end):
            beyond = True
        told.append(changed(line, section="unknown", section_inferred=False) if beyond else line)
    return told


def _says_not_how(raw: str, lines: Sequence[CriterionLine]) -> bool:
    """Whether the only headings do not say that the lines below them let in, and some may leave people out."""
    if any(line.section == "exclusion" for line in lines):
        return False
    headings = [read_section_heading(raw, line.start, line.end) for line in lines if line.kind == "header"]
    sections = {heading.section for heading in headings if heading is not None}
    return sections == {"neutral"} and any(line.kind == "item" and _may_leave_out(raw[line.start : line.end]) for line in lines)


def _asks(raw: str, lines: Sequence[CriterionLine]) -> bool:
    """Whether a text without a heading says what is asked of everybody, as an age, and nothing that may leave people out."""
    items = [line for line in lines if line.kind == "item"]
    told = any(line.kind == "header" and line.scope for line in lines)
    asks = not told and any(_ASKED.match(raw, line.start, line.end) for line in items)
    return asks and not any(_may_leave_out(raw[line.start : line.end]) for line in items)


def _may_leave_out(words: str) -> bool:
    """Whether a line may tell whom the trial leaves out and does not say so: "Pregnancy"."""
    return _UNWANTED.search(words) is not None and _EXCLUDES.search(words) is None


def _by_its_words(raw: str, line: CriterionLine, asked: bool) -> CriterionLine:
    """``line`` under the section its words tell; what excludes in a later clause leaves the line open."""
    words = raw[line.start : line.end]
    excludes = _EXCLUDES.search(words)
    if excludes:
        section = "unknown" if _CLAUSE_ENDS.search(words, 0, excludes.start()) else "exclusion"
    else:
        section = "inclusion" if asked or _INCLUDES.search(words) else "unknown"
    return changed(line, section=section, section_inferred=section != "unknown")


def _with_parts(lines: list[CriterionLine]) -> list[CriterionLine]:
    """The parts of a line whose words said its section stand where it does."""
    for at, line in enumerate(lines):
        above = lines[line.parent] if line.parent is not None else None
        if above and above.section_inferred and line.section == "unknown":
            lines[at] = changed(line, section=above.section, section_inferred=True)
    return lines


def _above_first_heading(lines: Sequence[CriterionLine]) -> list[CriterionLine]:
    """What stands above the exclusion's heading, if no other heading says who may join, says it."""
    if any(line.section == "inclusion" for line in lines):
        return list(lines)
    first = next(at for at, line in enumerate(lines) if line.section != "unknown")
    return [*map(_included, lines[:first]), *lines[first:]]


def _included(line: CriterionLine) -> CriterionLine:
    return changed(line, section="inclusion", section_inferred=True)
