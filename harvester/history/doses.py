"""Doses of two versions, by the lines they were read into."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from harvester.history.change import Change, came_or_went
from harvester.history.pairing import paired
from harvester.tables import Dose, DoseRegimen, StudyRows

_PARTS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("route", ("route",)),
    ("infusion", ("continuous", "infusion_value", "infusion_unit")),
    ("frequency", ("frequency_count", "frequency_period", "frequency_unit")),
    ("days", ("days", "weeks")),
    ("cycles", ("cycle_from", "cycle_to")),
    ("start", ("anchor_event", "anchor_offset", "anchor_unit")),
    ("duration", ("duration_value", "duration_unit", "until")),
    ("condition", ("condition",)),
)
"""What a dose is made of besides its amount, and the columns that say it."""


def dose_changes(before: StudyRows, after: StudyRows) -> Iterator[Change]:
    """Doses as read, by their canonical lines and whom they are for; what occurs in both versions is not told.

    The same change that stands in several places of a record, as with an arm and with its intervention, is told once.
    """
    gone, come = _only_in(before, after), _only_in(after, before)
    keys = (
        lambda dose: (dose.agent, dose.role, dose.level_label, dose.cycle_from, dose.cycle_to, dose.days, dose.condition),
        lambda dose: (dose.agent, dose.amount_low, dose.amount_high, dose.unit),
        lambda dose: (dose.agent, dose.role, dose.level_label),
    )
    partner = dict(paired(gone, come, keys, lambda dose: dose.agent or "", None))
    plans = {(rows is before, each.regimen_id): each for rows in (before, after) for each in rows.of(DoseRegimen)}
    told: set[tuple[object, ...]] = set()
    pairs: list[tuple[Dose | None, Dose | None]] = [
        (dose, come[partner[place]] if place in partner else None) for place, dose in enumerate(gone)
    ]
    pairs += [(None, dose) for place, dose in enumerate(come) if place not in set(partner.values())]
    for was, now in pairs:
        key = tuple(_said(dose) if dose else None for dose in (was, now))
        if key not in told:
            told.add(key)
            cycles = {_cycles(plans.get((dose is was, dose.regimen_id or ""))) for dose in (was, now) if dose}
            yield _change(was, now, other_cycles=len(cycles) > 1)


def _said(dose: Dose) -> tuple[str, str | None]:
    return dose.line, dose.condition


def _cycles(plan: DoseRegimen | None) -> tuple[object, ...]:
    """How long the cycles of a dose are, and how many."""
    return (plan.cycle_length_value, plan.cycle_length_unit, plan.cycle_count_low, plan.cycle_count_high) if plan else (None,) * 4


def _change(was: Dose | None, now: Dose | None, *, other_cycles: bool) -> Change:
    there = [dose for dose in (was, now) if dose]
    what = list(_differences(was, now)) if was and now else []
    what += ["other cycle lengths or numbers"] * other_cycles
    parts = (", ".join(what), f"from the words: {' → '.join(dose.quote for dose in there)}")
    lines = (was.line if was else None, now.line if now else None)
    return came_or_went(there[-1].source_path, "dose", *lines, "; ".join(filter(None, parts)))


def _differences(was: Dose, now: Dose) -> Iterator[str]:
    """What differs, in words: the amount with its direction where both have one unit."""
    old, new = ((dose.amount_low, dose.amount_high, dose.unit, dose.per_time) for dose in (was, now))
    if old != new:
        lower, upper = _step(was.amount_low, now.amount_low), _step(was.amount_high, now.amount_high)
        if old[2:] != new[2:] or lower * upper < 0 or not lower + upper:
            yield "another amount"
        else:
            yield "a higher amount" if lower + upper > 0 else "a lower amount"
    for name, columns in _PARTS:
        if any(getattr(was, column) != getattr(now, column) for column in columns):
            yield f"another {name}" if name not in ("days", "cycles") else f"other {name}"


def _step(before: float | None, after: float | None) -> int:
    if before is None or after is None:
        return 0
    return (after > before) - (after < before)


def _only_in(rows: StudyRows, others: StudyRows) -> list[Dose]:
    """Doses that the other version does not tell so; of those that it tells less often, the last ones."""
    left = Counter(map(_said, others.of(Dose)))
    found = []
    for dose in rows.of(Dose):
        if left[_said(dose)] > 0:
            left[_said(dose)] -= 1
        else:
            found.append(dose)
    return found
