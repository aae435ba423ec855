"""Lines that speak of some patients only: below ``Patients with HIV are eligible if``, or ``For participants of part 2: …``."""

from __future__ import annotations

import re
from functools import lru_cache

from harvester.shape import shape
from harvester.text.criteria import CriterionLine
from harvester.text.definition_file import expression
from harvester.text.normal import normal_text
from harvester.text.pattern import pattern_of

_ADMITS_SOME = expression("some.admits")
_LEADS_IN = expression("some.leads_in")
_BRACKETED = pattern_of(r"\([^()]*\)")
_EXCEPTS = expression("some.excepts")
_RESEARCH = expression("some.research")
_DEFINING = expression("some.defining")
_HEADS = expression("some.heads")

_HEAD = 240  # characters


@shape()
class SomePatients:
    """Whether a line limits only some patients, and who they are, as written."""

    only: bool = False
    whom: str | None = None
    spares: bool = False  # the line above excepts what this line says


def some_patients(raw: str, criterion: CriterionLine, lines: tuple[CriterionLine, ...], own: str) -> SomePatients:
    """Whom ``criterion`` speaks of by the lines above it, or by its own head; ``own`` are its own words made regular."""
    above = criterion.parent
    for _ in range(4):
        if above is None:
            break
        words = _BRACKETED.sub(" ", _regular(raw[lines[above].start : lines[above].end][:400]))
        if _EXCEPTS.search(_regular(raw[max(lines[above].start, lines[above].end - 200) : lines[above].end])):
            return SomePatients(True, None, criterion.section == "exclusion")
        if above == criterion.parent and _DEFINING.search(words):
            return SomePatients(True)
        research = _RESEARCH.search(words)
        if research:
            return SomePatients(True, _told(research))
        found = _ADMITS_SOME.search(words) or _LEADS_IN.match(words)
        if found:
            return SomePatients(True, _told(found))
        above = lines[above].parent
    short = criterion.end - criterion.start <= _HEAD
    head = _HEADS.match(own if short else _regular(raw[criterion.start : criterion.start + _HEAD]))
    return SomePatients(False, _told(head)) if head else SomePatients()


@lru_cache(maxsize=256)
def _regular(piece: str) -> str:
    """A short piece of a line, made regular; the lines below one ask for it again and again."""
    return normal_text(piece).text


def _told(found: re.Match[str]) -> str | None:
    groups = found.groupdict()
    whom = groups["whom"] or groups.get("other") or groups.get("disease")
    return " ".join(whom.split()) if whom else None
