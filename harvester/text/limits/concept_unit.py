"""Which units fit which concepts (definitions/concept_units.txt), and how values get to a concept's canonical unit."""

from __future__ import annotations

import math
from functools import cache

from harvester.text.expressions.definition_file import definition_lists, definition_rows
from harvester.text.limits.concept import concepts
from harvester.text.limits.concept_group import group
from harvester.text.limits.rate import is_rate

ANY_RATE = "{}/t"
# From which number on a count without a unit is one of cells a microlitre: no blood holds so many billions a litre.
_CELLS_A_MICROLITRE = {"platelets": 2000.0, "anc": 100.0, "wbc": 400.0, "lymphocytes": 100.0, "eosinophils": 20.0}
_SHARES = group("shares")


@cache
def _families() -> dict[str, frozenset[str]]:
    found = {}
    for line in definition_lists("concept_units.txt")["families"]:
        name, _, units = line.partition(":")
        found[name] = frozenset(unit.strip() for unit in units.split("|"))
    return found


@cache
def _allowed() -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for line in definition_lists("concept_units.txt")["concepts"]:
        families, _, slugs = line.partition(":")
        units: frozenset[str] = frozenset().union(*(_families()[name] for name in families.split()))
        for slug in slugs.split():
            found[slug] = found.get(slug, frozenset()) | units
    return found


def fits(slug: str, unit: str | None, reference: str) -> bool:
    """Whether a value in ``unit`` (none: no unit), against ``reference``, can be one of the concept ``slug``."""
    allowed = _allowed().get(slug)
    key = "ref" if reference != "absolute" else (unit or "-")
    if allowed is None:
        return key not in _families()["duration"]
    return key in allowed or (ANY_RATE in allowed and is_rate(unit))


@cache
def _conversions() -> dict[tuple[str, str, str], float]:
    return {(row["concept"], row["from"], row["to"]): float(row["factor"]) for row in definition_rows("conversions.csv")}


def canonical(slug: str, value: float | None, unit: str | None, reference: str) -> tuple[float | None, str | None]:
    """``value`` in the concept's canonical unit, and that unit; (none, none) where there is no way to it.

    A multiple of ULN, LLN or baseline has no canonical unit; a value without a unit is taken in none.
    """
    concept = concepts().get(slug)
    target = concept.canonical_unit if concept else None
    if value is not None and unit is None and slug in _SHARES and reference == "absolute" and 0 < value <= 1:
        return float(f"{value * 100:.10g}"), target  # an ejection fraction of 0.5 is one of 50%
    if value is not None and unit is None and reference == "absolute" and value >= _CELLS_A_MICROLITRE.get(slug, math.inf):
        unit = "/uL"
    if value is None or unit is None or target is None or reference != "absolute":
        return None, None
    if unit == target:
        return value, target
    factor = _conversions().get((slug, unit, target), _conversions().get(("*", unit, target)))
    return (float(f"{value * factor:.10g}"), target) if factor is not None else (None, None)
