"""Extents of a tumour by the TNM signs (rule ``stage.tnm``): ``T2-3 N0-1 M0``, ``cT1c or T2``, ``≥ T3``, ``N+``.

Each letter is a value of its own: ``detail`` is the letter, ``value_set`` the extents that are told. Who may join stays open, as
the signs of one line are joined in more ways than a set can say. Signs are read beside another letter or a tumour's name only:
``T3`` is a vertebra and a hormone too. A range between parts (``T1b-T2a``) is told as one extent, as what lies between hangs on
the tumour.
"""

from __future__ import annotations

import re

from harvester.text.expressions.definition_file import expression
from harvester.text.expressions.pattern import pattern_of
from harvester.text.facts.fact_read import FactRead, changed
from harvester.text.facts.fact_value import framed
from harvester.text.limits.place import ReadingLine
from harvester.text.limits.stage import CONCEPT

_SIGN = pattern_of(r"[TNM](?:is|[xX+0-4])")  # asked first, as it leaps to where an extent can stand
_EXTENT = expression("tnm.extent", exact=True)
_NEXT = expression("tnm.next", exact=True)
_TUMOUR = expression("tnm.tumour")
_OTHER = expression("tnm.other")
_BEFORE = pattern_of(r"\b(?:free|total|serum|thyroid|vertebra\w*|level|thoracic|weighted)\b[^.;]{0,24}$", re.IGNORECASE)
# "T4a-c", "T2 or higher", "at least T2": more than the signs that were read
_CUT_SHORT = pattern_of(
    r"\s?(?:-|to )\s?[A-Za-z0-9]|\s?,?\s?\(?(?:or|and) (?:higher|greater|above|more|less|lower|worse)\b|\+", re.IGNORECASE
)
_BOUNDED = pattern_of(r"\b(?:at least|than|beyond|above|below|up to|any)\s*$|[<>≤≥]\s?$", re.IGNORECASE)
_NEAR = 80  # characters
_HIGHEST = {"T": 4, "N": 3, "M": 1}


def tnm_facts(line: ReadingLine) -> list[FactRead]:
    """The extents ``line`` names, one fact a letter and place."""
    text = line.text
    if not ("T" in text or "N" in text or "M" in text) or _SIGN.search(text) is None or _TUMOUR.search(text) is None:
        return []
    facts, free = [], 0
    for first in _EXTENT.finditer(text):
        if first.start() >= free and not _OTHER.match(text, first.end()):
            fact, free = _read(line, first)
            facts.extend([fact] if fact is not None else [])
    return facts


def _read(line: ReadingLine, first: re.Match[str]) -> tuple[FactRead | None, int]:
    """The extents told from ``first`` on, none where they are not surely those of a tumour, and where they end."""
    text, letter, end = line.text, first["letter"], first.end()
    if _BEFORE.search(text[max(0, first.start() - _NEAR) : first.start()]):
        return None, end
    values = [first["value"]]
    while following := _NEXT.match(text, end):
        if following["letter"] not in (None, letter):
            break
        if following["to"]:
            low, high = values[-1], following["value"]
            if low[:1] > high[:1] or not (low[:1].isdecimal() and low < high):
                return None, following.end()
            if not (low.isdecimal() and high.isdecimal()):
                values[-1], end = f"{low}-{letter}{high}", following.end()
                continue
            values.extend(str(each) for each in range(int(low) + 1, int(high)))
        values.append(following["value"])
        end = following.end()
    if first["sign"]:
        values = _beyond(letter, values, first["sign"])
    if not values or _CUT_SHORT.match(text, end) or _BOUNDED.search(text[max(0, first.start() - 24) : first.start()]):
        return None, end
    bounds = line.clipped(first.start(), end)
    before, after = text[bounds[0] : first.start()], text[end : bounds[1]]
    fact = framed(line, first.start(), end, CONCEPT, "stage.tnm", before, after, ())
    told = tuple(dict.fromkeys(letter + value for value in values))
    return changed(fact, comparator="in", value_set=told, detail=letter, reference="absolute"), end


def _beyond(letter: str, values: list[str], sign: str) -> list[str]:
    """The extents from the one told to the end of the letter's scale."""
    if len(values) != 1 or not values[0].isdecimal():
        return []
    at = int(values[0])
    own = [at] if sign in ("≥", ">=", "≤", "<=") else []
    rest = range(at + 1, _HIGHEST[letter] + 1) if sign[0] in "≥>" else range(at)
    return [str(each) for each in sorted((*own, *rest))]
