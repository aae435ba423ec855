"""Contradictions inside one record, as rows; also fields that are not what the registry's data model says."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from harvester.normalise.dosing import DosingRead
from harvester.normalise.fields import Fields, Problem
from harvester.tables import Dose, RecordConflict
from harvester.tables.eligibility import CRITERIA
from harvester.text.criteria.criterion import CriterionLine
from harvester.text.doses.dose_total import total_conflicts
from harvester.text.facts.conflict import read_conflicts
from harvester.text.facts.fact_read import FactRead


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
        yield RecordConflict(
            conflict_id=f"{nct_id}.dose{number}",
            nct_id=nct_id,
            kind="dose",
            left_path=left.source_path,
            left_start=left.source_start,
            left_end=left.source_end,
            left_quote=left.quote,
            right_path=right.source_path,
            right_start=right.source_start,
            right_end=right.source_end,
            right_quote=right.quote,
            detail=f"The arm's text gives {left.line}, the intervention's {right.line}",
        )


def total_told_conflicts(nct_id: str, dosing: DosingRead) -> Iterator[RecordConflict]:
    """Totals a text tells (``total of 300 mg``) that the doses told beside them do not add up to."""
    number = 0
    for text in dosing.texts:
        rows = [(dose, read) for dose, of_text, read in dosing.doses if of_text.path == text.path]
        for conflict in total_conflicts([read for _, read in rows]):
            told, (part, last) = rows[conflict.dose][0], _ends([rows[place][0] for place in conflict.reckoned.doses])
            number += 1
            yield RecordConflict(
                conflict_id=f"{nct_id}.total{number}",
                nct_id=nct_id,
                kind="dose",
                left_path=told.source_path,
                left_start=told.source_start,
                left_end=told.source_end,
                left_quote=told.quote,
                right_path=part.source_path,
                right_start=part.source_start,
                right_end=last.source_end,
                right_quote=text.raw[part.source_start : last.source_end],
                detail=f"The text tells {told.quote} in all, its doses come to {conflict.reckoned.formula}",
            )


def _ends(doses: Sequence[Dose]) -> tuple[Dose, Dose]:
    """The first and the last of doses of one text, by place."""
    return min(doses, key=lambda dose: dose.source_start), max(doses, key=lambda dose: dose.source_end)


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
