"""What is read from dosing text: doses, the plans they share, and what was seen and not read as a dose."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace

from harvester.shape import shape
from harvester.text.schedules.timing import PARTS, Timing


@shape(kw_only=True)
class DoseRead(Timing):
    """One stated dose, with its timing. Columns as in the table ``doses``; ``start`` and ``end`` are half-open offsets into
    the raw text.

    Amounts are in ``unit`` (UCUM, without time), ``per_time`` says the amount is written per ``h`` ``d`` ``wk``. ``cycle_length``
    and ``cycle_count`` belong to the regimen; they stand here because the text tells them beside the dose.
    """

    start: int
    end: int
    quote: str
    agent: str | None
    listed_agent: str | None  # the record's own name of the agent
    amount_low: float
    amount_high: float
    unit: str
    unit_text: str
    per_time: str | None
    cell_type: str | None
    role: str | None
    level_label: str | None
    alternative: bool
    condition: str | None
    flags: tuple[str, ...]
    rule: str
    confidence: float | None = None
    later: tuple[Timing, ...] = ()  # how the same amount is given afterwards, phase by phase

    @property
    def timing(self) -> Timing:
        """How and when, without the rest."""
        return Timing(**{name: getattr(self, name) for name in PARTS})


@shape()
class RegimenRead:
    """The plan some doses of one text share: cycles, their length and number, what they start from, what ends them."""

    cycle_length_value: float | None
    cycle_length_unit: str | None
    cycle_count_low: int | None
    cycle_count_high: int | None
    anchor_event: str | None
    anchor_offset: float | None
    anchor_unit: str | None
    until: str | None
    doses: tuple[int, ...]  # places in DoseReading.doses


PLAN = tuple(part.name for part in fields(RegimenRead) if part.name != "doses")
"""What a plan tells besides its doses."""


@shape()
class UnreadRead:
    """Words that were seen and not read as a dose, with the reason; offsets into the raw text."""

    start: int
    end: int
    quote: str
    reason: str


@shape()
class DoseReading:
    """Everything read from one text."""

    doses: tuple[DoseRead, ...]
    regimens: tuple[RegimenRead, ...]
    unread: tuple[UnreadRead, ...]
    not_doses: tuple[UnreadRead, ...]


def regimens_of(doses: Sequence[DoseRead]) -> tuple[RegimenRead, ...]:
    """The plans told beside the doses: one for each different cycle, count, anchor and end."""
    plans: dict[RegimenRead, list[int]] = {}
    for place, dose in enumerate(doses):
        told = {name: getattr(dose, name) for name in PLAN}
        if dose.anchor_high is not None:  # of a range only one end could be kept
            told |= {"anchor_event": None, "anchor_offset": None, "anchor_unit": None}
        plan = RegimenRead(**told, doses=())
        if any(value is not None for value in told.values()):
            plans.setdefault(plan, []).append(place)
    return tuple(replace(plan, doses=tuple(places)) for plan, places in plans.items())
