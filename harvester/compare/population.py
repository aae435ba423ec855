"""Who may take part by the registry's own fields: age, sex, healthy volunteers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from harvester.compare.age import age_cells
from harvester.compare.judgement import REASONS
from harvester.compare.model import Cell, Panel, Verdict
from harvester.compare.region import Region, everyone, verdict
from harvester.compare.row import ask, filled, make_row
from harvester.compare.trial import Trial

_SEXES = {"ALL": ("female", "male"), "FEMALE": ("female",), "MALE": ("male",)}


def population_panels(trials: Sequence[Trial]) -> tuple[Panel, ...]:
    """One panel: the registry's eligibility fields."""
    rows = [
        make_row(
            "age",
            "Age",
            age_cells(trials),
            why="the registry's age fields, with what the criteria say of age",
            unit="years",
        ),
        make_row(
            "sex",
            "Sex",
            _judged(trials, [_sex(trial) for trial in trials]),
        ),
        ask("healthy_volunteers", "Healthy volunteers", trials, _healthy),
        ask("sampling_method", "Sampling", trials, _sampling),
    ]
    return (Panel("population", "Who may take part", "population", filled(rows)),)


def _judged(trials: Sequence[Trial], cells: list[Cell]) -> list[Cell]:
    for at in range(1, len(trials)):
        found = judged_sexes(trials[0], trials[at])
        if found and "stated" == cells[0].state == cells[at].state:
            cells[at] = replace(cells[at], verdict=found[0], verdict_reason=found[1])
    return cells


def judged_sexes(focal: Trial, other: Trial) -> tuple[Verdict, str] | None:
    """The verdict on the sexes that ``other`` admits beside ``focal``, and why; None where a record does not say."""
    mine, theirs = _sex_region(focal), _sex_region(other)
    if mine is None or theirs is None:
        return None
    found = verdict(everyone("", mine), everyone("", theirs))
    return found, REASONS[found]


def _sex(trial: Trial) -> Cell:
    return trial.field(trial.eligibility, "gender", trial.eligibility.gender_label)


def _sex_region(trial: Trial) -> Region | None:
    sexes = _SEXES.get(trial.eligibility.gender or "")
    return Region.of_values(sexes) if sexes else None


def _healthy(trial: Trial) -> Cell:
    accepts = trial.eligibility.healthy_volunteers
    return trial.field(trial.eligibility, "healthy_volunteers", None if accepts is None else "yes" if accepts else "no")


def _sampling(trial: Trial) -> Cell:
    if trial.study.study_type and trial.is_interventional:
        return Cell("not applicable", note="only observational studies draw a sample")
    return trial.field(trial.eligibility, "sampling_method", trial.eligibility.sampling_method_label)
