"""Matches of tissue types told as so many of so many (rule ``limit.hla``): ``10/10 HLA-matched``, ``5/6 or 6/6 HLA match``."""

from __future__ import annotations

import re

from harvester.text.expressions.definition_file import expression
from harvester.text.expressions.pattern import pattern_of
from harvester.text.facts.fact_read import FactRead, changed
from harvester.text.facts.fact_value import framed
from harvester.text.limits.place import ReadingLine

_MATCHED = expression("hla.matched")
_EACH = pattern_of(r"(?P<matched>\d{1,2}) ?/ ?(?P<of>6|8|10|12)")
_COMPARED = pattern_of(r"(?:(?P<least>≥|>=|\bat least|\bminimum(?: of)?)|[<>≤]=?|than|most)\s*\(?$", re.IGNORECASE)


def hla_facts(line: ReadingLine) -> list[FactRead]:
    """The matches ``line`` counts out. Whom they let in stays open: donors of several kinds may be named."""
    if "/" not in line.text or ("HLA" not in line.text and "match" not in line.text):
        return []
    found = []
    for match in _MATCHED.finditer(line.text):
        start, end = match.span("list") if match["list"] else match.span("behind")
        each = list(_EACH.finditer(line.text, start, end))
        matches, loci = tuple(dict.fromkeys(float(one["matched"]) for one in each)), {one["of"] for one in each}
        if match["from"] and len(matches) == 1 and float(match["from"]) < matches[0]:
            matches = tuple(float(value) for value in range(int(match["from"]), int(matches[0]) + 1))
        compared = _COMPARED.search(line.text[max(0, start - 14) : start])
        least = compared is not None and compared["least"] is not None and len(matches) == 1
        if len(loci) != 1 or max(matches) > float(min(loci)) or (compared and not least):
            continue
        bounds = line.clipped(start, end)
        before, after = line.text[bounds[0] : start], line.text[end : bounds[1]]
        fact = framed(line, start, end, "hla_match", "limit.hla", before, after, ())
        fact = changed(fact, detail=f"of {loci.pop()}", reference="absolute")
        told = changed(fact, comparator=">=", low=matches[0], low_inclusive=True) if least else None
        found.append(told or changed(fact, comparator="in", value_set=matches))
    return found
