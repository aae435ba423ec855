"""Doses laid out in days, as rows."""

from __future__ import annotations

from collections.abc import Iterator

from harvester.normalise.dosing import DosingRead
from harvester.tables import Dose, ScheduleEvent
from harvester.text.doses.dose import DoseRead
from harvester.text.doses.events import EventRead, events

_BRIEF = (".label", ".name")
"""How the paths of titles end, which tell less of a dose than the descriptions beside them."""
_STEPS = ("step", "loading", "maintenance")
_OF_EVENT = ("cycle", "day_start", "day_end", "t0_event", "approximate", "open_ended", "amount_per_day", "unit")


def event_rows(nct_id: str, dosing: DosingRead) -> Iterator[ScheduleEvent]:
    """`ScheduleEvent` rows. A plan told in an arm's text and in its intervention's is laid out once, from the arm's."""
    number = 0
    drawn: set[tuple[str, str | None]] = set()
    told: dict[str, list[tuple[Dose, DoseRead]]] = {}
    stepped: set[tuple[str, str | None]] = set()
    for dose, text, read in dosing.doses:
        told.setdefault(text.path, []).append((dose, read))
        if read.role in _STEPS and not text.path.endswith(_BRIEF):
            stepped.add((_agent(dose, read), dose.design_group_id))
    beside = [read for _, text, read in dosing.doses if text.intervention is not None]
    for text in sorted(dosing.texts, key=lambda text: (text.arm is None, text.path.endswith(_BRIEF))):
        rows = told.get(text.path, [])
        found = events([read for _, read in rows], text.raw, beside if text.intervention is not None else ())
        agents = {(_agent(*rows[event.dose]), rows[event.dose][0].design_group_id) for event in found}
        for event in found:
            dose, read = rows[event.dose]
            agent, arm = _agent(dose, read), dose.design_group_id
            told_before = drawn | stepped if text.path.endswith(_BRIEF) else drawn if text.arm is None else ()
            if any(name == agent and (arm is None or of in (arm, None)) for name, of in told_before):
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
        **{name: getattr(event, name) for name in _OF_EVENT},
    )


def _agent(dose: Dose, read: DoseRead) -> str:
    """What two texts mean by the same agent: the intervention where it is known, else the name."""
    return dose.intervention_id or (read.agent or "").casefold()
