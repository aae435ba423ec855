"""Contradictions inside one record, as rows; also fields that are not what the registry's data model says."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from harvester.normalise.dosing import DosingRead
from harvester.normalise.fields import Fields, Problem
from harvester.tables import Dose, RecordConflict
from harvester.tables.eligibility import CRITERIA
from harvester.text.criteria.criterion import CriterionLine
from harvester.text.doses.dose import DoseRead
from harvester.text.doses.events import EventRead, events, is_given
from harvester.text.facts.conflict import read_conflicts
from harvester.text.facts.fact_read import FactRead

_PLAIN = {"agent_own", "agent_carried", "unit_from_before"}
"""Flags that say nothing of how often or how long a dose is given."""


def schema_conflicts(nct_id: str, problems: Iterable[Problem]) -> Iterator[RecordConflict]:
    """One conflict of kind ``schema`` a field that could not be used, each field once."""
    for number, problem in enumerate(dict.fromkeys(problems), start=1):
        yield RecordConflict(
            conflict_id=f"{nct_id}.schema{number}",
            nct_id=nct_id,
            kind="schema",
            left_path=problem.path,
            left_start=None,
            left_end=None,
            left_quote=problem.quote,
            right_path=problem.path,
            right_start=None,
            right_end=None,
            right_quote="",
            detail=problem.detail[:1].upper() + problem.detail[1:],
        )


def criterion_conflicts(
    nct_id: str, raw: str, lines: tuple[CriterionLine, ...], facts: tuple[FactRead, ...], module: Fields
) -> Iterator[RecordConflict]:
    """Contradictions among the criteria, and between them and the registry's own fields of age and sex."""
    fields = {name: module.text(name) for name in ("minimumAge", "maximumAge", "sex")}
    found = read_conflicts(facts, lines, fields["minimumAge"], fields["maximumAge"], fields["sex"], raw)
    for number, conflict in enumerate(found, start=1):
        left = facts[conflict.left]
        right = None if conflict.right is None else facts[conflict.right]
        path = CRITERIA if conflict.right_field is None else module.at(conflict.right_field)
        quote = raw[right.start : right.end] if right else conflict.right_quote or ""
        yield RecordConflict(
            conflict_id=f"{nct_id}.conflict{number}",
            nct_id=nct_id,
            kind=conflict.kind,
            left_path=CRITERIA,
            left_start=left.start,
            left_end=left.end,
            left_quote=raw[left.start : left.end],
            right_path=path,
            right_start=right.start if right else 0 if quote else None,
            right_end=right.end if right else len(quote) if quote else None,
            right_quote=quote,
            detail=conflict.detail[:1].upper() + conflict.detail[1:],
        )


def dose_conflicts(nct_id: str, dosing: DosingRead) -> Iterator[RecordConflict]:
    """The same medicine in the same arm, told with other amounts in the arm's text and in the intervention's.

    Said only where each text states exactly one plain dose of it, in the same unit and with the same timing: anything else may be
    two steps, two levels or two ways to write one plan.
    """
    single = _single_doses(dosing)
    number = 0
    for (intervention, arm, side), left in single.items():
        right = single.get((intervention, arm, "intervention")) if side == "arm" else None
        if right is None or _slot(left) != _slot(right) or _amounts_meet(left, right):
            continue
        number += 1
        detail = f"The arm's text gives {left.line}, the intervention's {right.line}"
        yield _between(f"{nct_id}.dose{number}", left, right, right.source_end, right.quote, detail)


def total_told_conflicts(nct_id: str, dosing: DosingRead) -> Iterator[RecordConflict]:
    """Totals a text tells (``total of 300 mg``) that the doses told beside them miss by more than one in a hundred."""
    number = 0
    for text in dosing.texts:
        rows = [(dose, read) for dose, of_text, read in dosing.doses if of_text.path == text.path]
        laid = events([read for _, read in rows], text.raw)
        for told, read in rows:
            if "total" not in read.flags or read.amount_low != read.amount_high:
                continue
            same = [
                at for at, (_, each) in enumerate(rows) if (each.agent, each.unit) == (read.agent, read.unit) and is_given(each)
            ]
            whole, formula = _come_to([rows[at][1] for at in same], [each for each in laid if each.dose in same])
            if whole is not None and abs(read.amount_low - whole) > 0.01 * whole:
                number += 1
                first, end = rows[same[0]][0], rows[same[-1]][0].source_end
                detail = f"The text tells {told.quote} in all, its doses come to {formula} {told.unit}"
                yield _between(f"{nct_id}.total{number}", told, first, end, text.raw[first.source_start : end], detail)


def _come_to(doses: Sequence[DoseRead], given: Sequence[EventRead]) -> tuple[float | None, str]:
    """What doses come to, and how it was made; None where one of them is not told plainly, or when it is given is left open."""
    plain = all(not (set(each.flags) - _PLAIN or each.alternative or each.condition or each.role == "level") for each in doses)
    days = sorted((each.day_start, each.day_end) for each in given)
    if not plain or len({each.dose for each in given}) != len(doses) or any(a[1] >= b[0] for a, b in pairwise(days)):
        return None, ""
    parts = [(each.day_end - each.day_start + 1, each.amount_per_day or 0.0) for each in given if not each.open_ended]
    is_told = len(parts) == len(given) and all(amount for _, amount in parts) and not any(each.approximate for each in given)
    if not is_told or not (len(days) > 1 or (days and days[0][0] < days[0][1])):
        return None, ""
    whole = float(f"{sum(days * amount for days, amount in parts):.12g}")
    by_amount: dict[float, float] = {}
    for count, amount in parts:
        by_amount[amount] = by_amount.get(amount, 0.0) + count
    terms = " + ".join(f"{count:,.12g} × {amount:,.12g}" for amount, count in by_amount.items())
    return whole, f"{terms} = {whole:,.12g}"


def _between(conflict_id: str, left: Dose, right: Dose, end: int, quote: str, detail: str) -> RecordConflict:
    """A conflict of a dose with what stands from another one to ``end``, in the words ``quote``."""
    return RecordConflict(
        conflict_id=conflict_id,
        nct_id=left.nct_id,
        kind="dose",
        left_path=left.source_path,
        left_start=left.source_start,
        left_end=left.source_end,
        left_quote=left.quote,
        right_path=right.source_path,
        right_start=right.source_start,
        right_end=end,
        right_quote=quote,
        detail=detail,
    )


def _single_doses(dosing: DosingRead) -> dict[tuple[str, str, str], Dose]:
    """The only dose of an intervention in an arm, by where it is told."""
    found: dict[tuple[str, str, str], list[Dose]] = {}
    for dose, text, _ in dosing.doses:
        if dose.intervention_id and dose.design_group_id and not text.is_description:
            side = "arm" if text.arm else "intervention"
            found.setdefault((dose.intervention_id, dose.design_group_id, side), []).append(dose)
    return {key: doses[0] for key, doses in found.items() if len(doses) == 1 and _is_plain(doses[0])}


def _is_plain(dose: Dose) -> bool:
    return dose.role in (None, "single") and not dose.alternative and dose.condition is None and dose.agent is not None


def _slot(dose: Dose) -> tuple[object, ...]:
    return (
        *(
            dose.agent,
            dose.unit,
            dose.per_time,
            dose.cell_type,
            dose.route,
            dose.days,
            dose.weeks,
            dose.cycle_from,
            dose.cycle_to,
        ),
        *(dose.frequency_count, dose.frequency_period, dose.frequency_unit),
    )


def _amounts_meet(left: Dose, right: Dose) -> bool:
    return left.amount_low <= right.amount_high and right.amount_low <= left.amount_high
