"""A fact with corrected values: its canonical numbers and who may join, worked out anew."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from harvester.text.facts.fact_read import FactRead
from harvester.text.joining.polarity import Region, eligible
from harvester.text.limits.concept_unit import canonical

CORRECTED: Final = "corrected"
"""Flag of a reading that a person corrected."""

ADDED_RULE: Final = "correction"
"""Rule of a reading that a person added."""

_VALUES: Final = frozenset(
    {"concept", "comparator", "low", "low_inclusive", "high", "high_inclusive", "value_set", "unit", "reference", "exception"}
)


def corrected_fact(fact: FactRead, changes: Mapping[str, Any]) -> FactRead:
    """``fact`` with ``changes`` by column.

    Polarity stays as it was read: whether the region of those who may join was the limit's or what lies outside it. Where it was
    not read, that region stays empty unless ``changes`` names it.
    """
    written = _written(fact, changes)
    if not _VALUES & changes.keys():
        return written
    who = Region()
    turned = _turned(fact)
    if turned is not None and not written.exception:
        who = eligible(written.concept, _region(written), written.value_set, turned)
    return _with_region(written, who, changes)


def flagged(fact: FactRead) -> FactRead:
    """``fact`` with the flag that a person had a hand in it."""
    return fact if CORRECTED in fact.flags else replace(fact, flags=(*fact.flags, CORRECTED))


def added_fact(line: int, start: int, end: int, section: str, values: Mapping[str, Any]) -> FactRead:
    """A fact that no rule read, in the criterion at ``line``; it admits by its section unless ``values`` names who may join."""
    bare = FactRead(line, start, end, values["concept"], values.get("comparator"), ADDED_RULE, reference=_reference(values))
    fact = _written(bare, values)
    stated = any(getattr(fact, name) is not None for name in ("low", "high", "value_set"))
    if not stated or fact.exception or section == "unknown":
        return _with_region(fact, Region(), values)
    return _with_region(fact, eligible(fact.concept, _region(fact), fact.value_set, 1 if section == "exclusion" else 0), values)


def _reference(values: Mapping[str, Any]) -> str | None:
    return "absolute" if "low" in values or "high" in values else None


def _written(fact: FactRead, changes: Mapping[str, Any]) -> FactRead:
    """The values as corrected, their limits on the side of the comparator, and their canonical numbers."""
    new = replace(flagged(fact), **changes, confidence=None)
    if {"comparator", "low", "high"} & changes.keys():
        new = _sided(new, changes)
    if not _VALUES & changes.keys():
        return new
    reference = new.reference or "absolute"
    low, low_unit = canonical(new.concept, new.low, new.unit, reference)
    high, high_unit = canonical(new.concept, new.high, new.unit, reference)
    return replace(new, canonical_low=low, canonical_high=high, canonical_unit=low_unit or high_unit)


def _sided(fact: FactRead, changes: Mapping[str, Any]) -> FactRead:
    """The number on the side its comparator says, and the ends that belong to it, unless they were corrected themselves."""
    low, high, sign = fact.low, fact.high, fact.comparator
    if sign in (">=", ">"):
        low, high = (low if low is not None else high), None
    elif sign in ("<=", "<"):
        low, high = None, (high if high is not None else low)
    elif sign == "=" and ("low" in changes) != ("high" in changes):
        low = high = changes["low"] if "low" in changes else changes["high"]
    within = sign not in (">", "<")
    fresh = "comparator" in changes
    ends = {
        "low_inclusive": None if low is None else (within if fresh or fact.low_inclusive is None else fact.low_inclusive),
        "high_inclusive": None if high is None else (within if fresh or fact.high_inclusive is None else fact.high_inclusive),
    }
    return replace(fact, low=low, high=high, **{name: changes.get(name, end) for name, end in ends.items()})


def _region(fact: FactRead) -> Region:
    """The limit, in the canonical unit where there is one."""
    if fact.canonical_unit is None:
        return Region(fact.low, fact.low_inclusive, fact.high, fact.high_inclusive)
    return Region(fact.canonical_low, fact.low_inclusive, fact.canonical_high, fact.high_inclusive)


def _turned(fact: FactRead) -> int | None:
    """Whether the reader turned the limit to get those who may join (1) or not (0); None where that was not read."""
    read = Region(
        fact.eligible_low, fact.eligible_low_inclusive, fact.eligible_high, fact.eligible_high_inclusive, fact.eligible_set
    )
    if read == Region():
        return None
    return next((turned for turned in (0, 1) if eligible(fact.concept, _region(fact), fact.value_set, turned) == read), None)


def _with_region(fact: FactRead, who: Region, changes: Mapping[str, Any]) -> FactRead:
    region = {
        "eligible_low": who.low,
        "eligible_low_inclusive": who.low_inclusive,
        "eligible_high": who.high,
        "eligible_high_inclusive": who.high_inclusive,
        "eligible_set": who.members,
    }
    return replace(fact, **{name: changes.get(name, value) for name, value in region.items()})
