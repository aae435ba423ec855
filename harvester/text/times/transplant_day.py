"""Days counted from a transplant that must have come (rule ``time.day_number``): ``≥ Day +100 after allogeneic HSCT``."""

from __future__ import annotations

import re

from harvester.text.expressions.definition_file import expression
from harvester.text.facts.fact_read import FactRead, changed
from harvester.text.facts.fact_value import framed
from harvester.text.limits.place import ReadingLine

_DAY = expression("transplant_day.reached")
_TRANSPLANT = expression("transplant_day.transplant")
_NEAR = 90  # characters around the day in which the transplant is named


def transplant_day_facts(line: ReadingLine) -> list[FactRead]:
    """The days of ``line`` that must have come after a transplant; a day counted from anything else is left."""
    if not _TRANSPLANT.may_match(line.text):
        return []
    return [fact for fact in (_read(line, day) for day in _DAY.finditer(line.text)) if fact is not None]


def _read(line: ReadingLine, day: re.Match[str]) -> FactRead | None:
    bounds = line.clipped(day.start(), day.end())
    before, after = line.text[bounds[0] : day.start()], line.text[day.end() : bounds[1]]
    if not (_TRANSPLANT.search(after[:_NEAR]) or _TRANSPLANT.search(before[-_NEAR:])):
        return None
    fact = framed(line, day.start(), day.end(), "time_since_transplant", "time.day_number", before, after, ())
    relation = "at least" if day["least"] or day["from"] else "longer than"
    return changed(
        fact, window_value=float(day["day"] or day["from"]), window_unit="d", window_relation=relation, window_anchor="transplant"
    )
