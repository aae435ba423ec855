"""Protein in urine told by plus signs (rule ``limit.dipstick``): ``urine protein ≥ ++`` is 2 and more."""

from __future__ import annotations

import re

from harvester.text.expressions.pattern import pattern_of
from harvester.text.facts.fact_read import FactRead, changed
from harvester.text.facts.fact_value import framed
from harvester.text.limits.place import ReadingLine

_PLUSES = pattern_of(r"(?P<sign>>=|<=|[<>≤≥])?\s?\(?(?P<plus>\+{2,4})\)?(?P<more> or (?:more|higher|above|greater))?")
_PROTEIN = pattern_of(r"\bprotein(?:uria|s)?\b[^.;\d]{0,40}$", re.IGNORECASE)
_SIGNS = {"≥": ">=", "≤": "<="}


def dipstick_facts(line: ReadingLine) -> list[FactRead]:
    """The plus signs of protein in ``line``; who may join is open, as another test may decide."""
    if "++" not in line.text:
        return []
    found = []
    for match in _PLUSES.finditer(line.text):
        bounds = line.clipped(match.start(), match.end())
        if _PROTEIN.search(line.text[bounds[0] : match.start()]):
            found.append(_fact(line, match, bounds))
    return found


def _fact(line: ReadingLine, match: re.Match[str], bounds: tuple[int, int]) -> FactRead:
    before, after = line.text[bounds[0] : match.start()], line.text[match.end() : bounds[1]]
    fact = framed(line, match.start(), match.end(), "proteinuria", "limit.dipstick", before, after, ())
    sign = ">=" if match["more"] else _SIGNS.get(match["sign"] or "=", match["sign"] or "=")
    value = float(len(match["plus"]))
    lower, upper = sign in (">", ">=", "="), sign in ("<", "<=", "=")
    return changed(
        fact,
        comparator=sign,
        low=value if lower else None,
        low_inclusive=sign != ">" if lower else None,
        high=value if upper else None,
        high_inclusive=sign != "<" if upper else None,
        reference="absolute",
    )
