"""The course of an agent in one arm: the events of its doses, without doubles. Timelines and totals start from here."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace

from harvester.compare.agent import Agents
from harvester.compare.split_course import Given, split
from harvester.compare.trial import Trial
from harvester.shape import shape
from harvester.tables import DesignGroup, DesignGroupIntervention, Dose, DoseRegimen, ScheduleEvent

_TOTAL = "total"
"""Flag of an amount that the text calls a total."""
_NOT_GIVEN = ("level", "max", "rescue", "placebo")
"""Roles that are no part of what a participant is planned to receive: rungs to choose from, caps, doses in need."""


@shape()
class Course:
    """One agent in one arm, with all its doses there. ``arm`` is None where the course is that of every arm.

    ``stated`` are totals that the text itself states, also those that it gives in parts: they are no doses to be given besides.
    ``times`` is how often it is given, None where that is open.
    """

    nct_id: str
    agent: str
    label: str
    arm: str | None
    given: tuple[Given, ...]
    doses: tuple[Dose, ...]

    stated: tuple[Dose, ...] = ()
    times: int | None = 1

    @property
    def has_undated(self) -> bool:
        """Whether one of its doses has no days: not one whose amount has them in another text, as that of the title of an arm."""
        dated = {given.dose.line for given in self.given}
        told = {(given.dose.source_path, _amount(given.dose)) for given in self.given}
        silent = (dose for dose in self.doses if dose.line not in dated)
        return any(all(amount != _amount(dose) or path == dose.source_path for path, amount in told) for dose in silent)


def courses(trial: Trial, agents: Agents) -> tuple[Course, ...]:
    """The courses of one trial, in the order of its arms and doses."""
    arms = trial.rows.of(DesignGroup)
    doses = [dose for dose in trial.rows.of(Dose) if dose.agent and dose.role not in _NOT_GIVEN]
    found: list[Course] = []
    for key in dict.fromkeys(agents.key(dose.agent) for dose in doses):
        mine = [dose for dose in doses if agents.key(dose.agent) == key]
        places: Sequence[DesignGroup | None] = arms if len(arms) > 1 else (None,)
        by_arm = [(arm, _of_arm(trial, mine, arm)) for arm in places]
        found.extend(_course(trial, agents, key, arm, own) for arm, own in by_arm if own)
    return _without_doubles(found)


def _of_arm(trial: Trial, doses: Sequence[Dose], arm: DesignGroup | None) -> tuple[Dose, ...]:
    """Doses that the arm's own text states; where it states none, those of the interventions linked to it."""
    if arm is None:
        return tuple(doses)
    own = tuple(dose for dose in doses if dose.design_group_id == arm.design_group_id)
    linked = {
        each.intervention_id for each in trial.rows.of(DesignGroupIntervention) if each.design_group_id == arm.design_group_id
    }
    return own or tuple(dose for dose in doses if dose.design_group_id is None and dose.intervention_id in linked)


def _course(trial: Trial, agents: Agents, key: str, arm: DesignGroup | None, doses: Sequence[Dose]) -> Course:
    stated = tuple(dose for dose in doses if _TOTAL in json.loads(dose.flags))
    doses = [dose for dose in doses if dose not in stated]
    by_id = {dose.dose_id: dose for dose in doses}
    events: dict[tuple[object, ...], Given] = {}
    for event in trial.rows.of(ScheduleEvent):
        if event.dose_id in by_id:
            events.setdefault(_double(event, by_id[event.dose_id]), Given(event, by_id[event.dose_id]))
    given, wholes = split(
        sorted(events.values(), key=lambda each: (each.event.day_start, each.event.day_end, each.event.event_id))
    )
    parts = tuple(dose for dose in doses if dose not in wholes)
    times = _times(trial, parts, given)
    return Course(trial.nct_id, key, agents.label(key), arm.title if arm else None, given, parts, (*stated, *wholes), times)


def _times(trial: Trial, doses: Sequence[Dose], given: Sequence[Given]) -> int | None:
    """How often the days of a course come again that no cycle numbers: as its regimen says; None where that leaves it open."""
    used = {dose.regimen_id for dose in doses}
    counts = {(each.cycle_count_low, each.cycle_count_high) for each in trial.rows.of(DoseRegimen) if each.regimen_id in used}
    if counts <= {(None, None)} or any(each.event.cycle is not None for each in given):
        return 1
    low, high = next(iter(counts))
    return int(low) if len(counts) == 1 and low is not None and low == high else None


def _amount(dose: Dose) -> tuple[object, ...]:
    return dose.amount_low, dose.amount_high, dose.unit


def _double(event: ScheduleEvent, dose: Dose) -> tuple[object, ...]:
    """What makes two events one: arm and intervention text often tell the same dose twice."""
    return (
        event.t0_event, event.cycle, event.day_start, event.day_end, event.amount_per_day, event.unit,
        dose.condition, *_amount(dose),
    )  # fmt: skip


def _shape(course: Course) -> tuple[object, ...]:
    lines = tuple(dose.line for dose in (*course.doses, *course.stated))
    return (lines, course.times, *(_double(given.event, given.dose) for given in course.given))


def _without_doubles(found: Sequence[Course]) -> tuple[Course, ...]:
    """Courses; of an agent whose course is the same in every arm that has one, a single course without an arm."""
    kept: list[Course] = []
    for key in dict.fromkeys(each.agent for each in found):
        mine = [each for each in found if each.agent == key]
        shapes = {_shape(each) for each in mine}
        if len(mine) > 1 and len(shapes) == 1:
            first = mine[0]
            kept.append(replace(first, arm=None))
        else:
            kept.extend(mine)
    return tuple(kept)
