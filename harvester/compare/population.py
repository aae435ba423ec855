"""Who may take part by the registry's own fields: age, sex, healthy volunteers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import inf

from harvester.compare.eligible import Slot
from harvester.compare.judgement import REASONS
from harvester.compare.model import Cell, Line, Panel
from harvester.compare.reading_words import fact_line
from harvester.compare.region import Interval, Region, everyone, verdict
from harvester.compare.row import ask, filled, make_row
from harvester.compare.trial import Trial
from harvester.compare.wording import interval_words, number
from harvester.tables import Eligibility

_SEXES = {"ALL": ("female", "male"), "FEMALE": ("female",), "MALE": ("male",)}


def population_panels(trials: Sequence[Trial]) -> tuple[Panel, ...]:
    """One panel: the registry's eligibility fields."""
    rows = [
        make_row(
            "age",
            "Age",
            _judged(trials, [_age(trial) for trial in trials], [age_region(trial) for trial in trials]),
            why="the registry's age fields, with what the criteria say of age",
            unit="years",
        ),
        make_row(
            "sex",
            "Sex",
            _judged(trials, [_sex(trial) for trial in trials], [_sex_region(trial) for trial in trials]),
        ),
        ask("healthy_volunteers", "Healthy volunteers", trials, _healthy),
        ask("sampling_method", "Sampling", trials, _sampling),
    ]
    return (Panel("population", "Who may take part", "population", filled(rows)),)


def age_region(trial: Trial) -> Region | None:
    """Ages in years that the registry's fields admit; None where the record at hand does not say."""
    who = trial.eligibility
    has_ages = who.minimum_age_years is not None or who.maximum_age_years is not None
    if trial.rows.one(Eligibility) is None or not (has_ages or _is_whole(trial)):
        return None
    low = who.minimum_age_years if who.minimum_age_years is not None else 0
    high = who.maximum_age_years if who.maximum_age_years is not None else inf
    return Region.of(Interval(low, high, True, high != inf))


def _is_whole(trial: Trial) -> bool:
    return trial.source in ("api", "file")


def _judged(trials: Sequence[Trial], cells: list[Cell], regions: Sequence[Region | None]) -> list[Cell]:
    focal = regions[0]
    for at in range(1, len(trials)):
        region = regions[at]
        if focal is not None and region is not None and "stated" == cells[0].state == cells[at].state:
            found = verdict(everyone("", focal), everyone("", region))
            cells[at] = replace(cells[at], verdict=found, verdict_reason=REASONS[found])
    return cells


def _age(trial: Trial) -> Cell:
    region = age_region(trial)
    in_text = tuple(fact_line(trial.facts, fact) for fact in trial.facts.by_slot.get(Slot("age"), ()))
    noted = tuple(replace(line, note="in the criteria" + (f"; {line.note}" if line.note else "")) for line in in_text)
    if region is None:
        return Cell("stated", noted) if noted else trial.absent()
    who = trial.eligibility
    sources = trial.sources(who, "minimum_age", who.minimum_age) if who.minimum_age else ()
    sources += trial.sources(who, "maximum_age", who.maximum_age) if who.maximum_age else ()
    value = {"minimum_years": who.minimum_age_years, "maximum_years": who.maximum_age_years}
    return Cell("stated", (Line(_age_words(who, region), sources, value=value), *noted))


def _age_words(who: Eligibility, region: Region) -> str:
    if who.minimum_age is None and who.maximum_age is None:
        return "no limit of age"
    if {who.minimum_age_unit, who.maximum_age_unit} <= {"a", None}:
        if who.minimum_age is None:
            return f"up to {number(region.intervals[0].high)} years"
        return interval_words(region.intervals[0], "a")
    low = f"from {who.minimum_age}" if who.minimum_age else ""
    return " ".join(part for part in (low, f"to {who.maximum_age}" if who.maximum_age else "") if part)


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
