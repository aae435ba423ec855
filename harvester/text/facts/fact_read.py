"""The shapes of what is read from criteria: facts and unread pieces."""

from __future__ import annotations

from dataclasses import fields
from operator import attrgetter

from harvester.shape import maker, shape


@shape()
class FactRead:
    """One value read from one criterion; columns as in ``criterion_facts``, offsets into the raw text.

    Numbers are as written; ``canonical_*`` are in the concept's canonical unit; ``eligible_*`` is who may join, after polarity,
    in the canonical unit if there is one. A time window fills ``window_*`` and leaves comparator and numbers empty.
    """

    line: int  # index into the criteria lines
    start: int
    end: int
    concept: str
    comparator: str | None
    rule: str
    detail: str | None = None
    low: float | None = None
    low_inclusive: bool | None = None
    high: float | None = None
    high_inclusive: bool | None = None
    value_set: tuple[float | str, ...] | None = None
    unit: str | None = None
    unit_text: str | None = None
    reference: str | None = None
    canonical_low: float | None = None
    canonical_high: float | None = None
    canonical_unit: str | None = None
    eligible_low: float | None = None
    eligible_low_inclusive: bool | None = None
    eligible_high: float | None = None
    eligible_high_inclusive: bool | None = None
    eligible_set: tuple[float | str, ...] | None = None
    sex: str | None = None
    condition: str | None = None
    exception: bool = False
    alternative_group: str | None = None
    method: str | None = None
    window_value: float | None = None
    window_unit: str | None = None
    window_relation: str | None = None
    window_anchor: str | None = None
    confidence: float | None = None
    flags: tuple[str, ...] = ()


_NAMES = tuple(field.name for field in fields(FactRead))
_PLACES = {name: place for place, name in enumerate(_NAMES)}
_values = attrgetter(*_NAMES)
_made = maker(FactRead, _NAMES)


def changed(fact: FactRead, **changes: object) -> FactRead:
    """``fact`` with other values in some columns: what ``dataclasses.replace`` gives, in a fourth of its time."""
    values = list(_values(fact))
    for name, value in changes.items():
        values[_PLACES[name]] = value
    return _made(values)


def tells_whom(fact: FactRead) -> bool:
    """Whether a value says who may join."""
    return fact.eligible_low is not None or fact.eligible_high is not None or bool(fact.eligible_set)


# Who may join, left open.
NOBODY: dict[str, object] = dict.fromkeys(
    ("eligible_low", "eligible_low_inclusive", "eligible_high", "eligible_high_inclusive", "eligible_set")
)


@shape()
class UnreadRead:
    """A piece of a criterion nothing was read from, with the reason; raw offsets."""

    line: int
    start: int
    end: int
    reason: str


@shape()
class FactReading:
    """What was read from an eligibility text, and what was not."""

    facts: tuple[FactRead, ...]
    unread: tuple[UnreadRead, ...]
    characters: int  # of all criteria words
    read_characters: int  # of those, inside a fact's words or its concept's
