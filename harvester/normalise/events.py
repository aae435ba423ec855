"""Doses laid out in days, as rows."""

from __future__ import annotations

from collections.abc import Iterator

from harvester.normalise.dosing import DosingRead
from harvester.tables import Dose, ScheduleEvent
from harvester.text.doses.dose import DoseRead
from harvester.text.doses.events import EventRead, events


def event_rows(nct_id: str, dosing: DosingRead) -> Iterator[ScheduleEvent]:
    """`ScheduleEvent` rows. A plan told in an arm's text and in its intervention's is laid out once, from the arm's."""
    number = 0
    drawn: set[str] = set()
    told: dict[str, list[tuple[Dose, DoseRead]]] = {}
    for dose, text, read in dosing.doses:
        told.setdefault(text.path, []).append((dose, read))
    for text in dosing.texts:
        rows = told.get(text.path, [])
        found = events([read for _, read in rows])
        agents = {_agent(*rows[event.dose]) for event in found}
        for event in found:
            dose, read = rows[event.dose]
            if text.arm is None and _agent(dose, read) in drawn:
                continue
            number += 1
            yield _row(nct_id, number, dose, event)
        drawn |= agents


def _row(nct_id: str, number: int, dose: Dose, event: EventRead) -> ScheduleEvent:
    return ScheduleEvent(
        event_id=f"{nct_id}.e{number}",
        dose_id=dose.dose_id,
        nct_id=nct_id,
        design_group_id=dose.design_group_id,
        cycle=event.cycle,
        day_start=event.day_start,
        day_end=event.day_end,
        t0_event=event.t0_event,
        approximate=event.approximate,
        open_ended=event.open_ended,
        amount_per_day=event.amount_per_day,
        unit=event.unit,
    )


def _agent(dose: Dose, read: DoseRead) -> str:
    """What two texts mean by the same agent: the intervention where it is known, else the name."""
    return dose.intervention_id or (read.agent or "").casefold()
