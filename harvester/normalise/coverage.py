"""How far the texts were read: characters, and the pieces that no rule read.

In the eligibility text everything but headings and blanks counts. In the texts on arms and interventions amounts count: what
stands there without an amount can state no dose.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from harvester.normalise.links import DoseText
from harvester.tables import Row, TextCoverage, UnreadText
from harvester.tables.eligibility import CRITERIA
from harvester.text.facts.fact_read import FactReading
from harvester.text.written.normal import normal_text
from harvester.text.written.unit import read_unit

_NUMBER = re.compile(r"\d[\d.,]*")
_DOSED = frozenset({"mass", "volume", "amount", "activity", "radiation", "radioactivity", "cells", "virus"})
_NOT_READ = "an amount that no rule read as a dose"


def eligibility_coverage(nct_id: str, raw: str, reading: FactReading) -> Iterator[Row]:
    """Coverage of the eligibility text, and its unread pieces."""
    yield TextCoverage(
        nct_id=nct_id, source_path=CRITERIA, characters=reading.characters, read_characters=reading.read_characters
    )
    yield from _unread(nct_id, CRITERIA, raw, ((each.start, each.end, each.reason) for each in reading.unread))


def dosing_coverage(nct_id: str, text: DoseText) -> Iterator[Row]:
    """Coverage of one text on arms or interventions, and its unread amounts. Descriptions are not counted."""
    if text.is_description:
        return
    read = [(each.start, each.end) for each in text.reading.doses]
    read += [(each.start, each.end) for each in text.reading.not_doses]
    unread = [(each.start, each.end, each.reason) for each in text.reading.unread]
    taken = [*read, *((start, end) for start, end, _ in unread)]
    unread += [(start, end, _NOT_READ) for start, end in _outside(_amounts(text.raw), taken)]
    known = union_length(read)
    yield TextCoverage(
        nct_id=nct_id,
        source_path=text.path,
        characters=known + union_length((start, end) for start, end, _ in unread),
        read_characters=known,
    )
    yield from _unread(nct_id, text.path, text.raw, unread)


def _amounts(raw: str) -> Iterator[tuple[int, int]]:
    """Raw spans of numbers with a unit that a dose can have."""
    if raw.isascii() and not _NUMBER.search(raw):
        return
    normal = normal_text(raw)
    for match in _NUMBER.finditer(normal.text):
        at = match.end() + (normal.text[match.end() : match.end() + 1] == " ")
        unit = read_unit(normal.text, at)
        if unit is not None and unit.kind in _DOSED:
            span = normal.raw_span(match.start(), unit.end)
            yield span.start, span.end


def _unread(nct_id: str, path: str, raw: str, pieces: Iterable[tuple[int, int, str]]) -> Iterator[UnreadText]:
    seen: set[int] = set()
    for start, end, reason in sorted(pieces):
        if start < end and start not in seen:
            seen.add(start)
            yield UnreadText(
                nct_id=nct_id, source_path=path, source_start=start, source_end=end, quote=raw[start:end], reason=reason
            )


def _outside(spans: Iterable[tuple[int, int]], taken: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Those of ``spans``, which come in order, that share no character with ``taken``; one pass over both."""
    waiting = sorted(taken, reverse=True)
    reached = 0
    for start, end in spans:
        while waiting and waiting[-1][0] < end:
            reached = max(reached, waiting.pop()[1])
        if reached <= start:
            yield start, end


def union_length(spans: Iterable[tuple[int, int]]) -> int:
    """Characters that at least one of the spans covers."""
    length = reached = 0
    for start, end in sorted(spans):
        length += max(0, end - max(start, reached))
        reached = max(reached, end)
    return length
