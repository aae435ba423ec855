"""Every stated dose of the trials as a table, with its words; interventions without one are named, not left out."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence

from harvester.compare.agent import Agents
from harvester.compare.course import courses
from harvester.compare.surroundings import dose_sentence
from harvester.compare.total import totals
from harvester.compare.trial import Trial
from harvester.compare.wording import for_reading
from harvester.export.flag import flag_words
from harvester.export.report import Section, Table, shown, totals_section
from harvester.export.stated import dose_parts
from harvester.tables import DesignGroup, Dose, DoseRegimen, Intervention

_RANGE = re.compile(r"\b(?P<low>\d{1,4}(?:\.\d{1,2})?)-(?P<high>\d{1,4}(?:\.\d{1,2})?) (?:min|h|d|wk|mo|a)\b")
"""A range of time in the line of a dose."""
_TIMES = re.compile(r"\b(\d{1,2}-\d{1,2}) times\b")
_UNITS = {"min": "minutes", "h": "hours", "d": "days", "wk": "weeks", "mo": "months", "a": "years"}


def dosing_sections(trials: Sequence[Trial]) -> Iterator[Section]:
    """Doses, interventions without any, regimens, totals; parts without rows are left out."""
    # The text on an arm and that on its intervention often say the very same: once is enough.
    doses = tuple(row for trial in trials for row in _dose_rows(trial))
    columns = ("Trial", "Arm", "Given", "Dose", "Route", "Schedule", "Until", "To know", "The registry's words")
    yield Section("doses", "Stated doses", (), Table(columns, doses, (6, 7, 6, 8, 6, 6, 5, 7, 9)))
    silent = tuple(row for trial in trials for row in _silent_rows(trial))
    if silent:
        note = "Their texts may state one that no rule was sure of, or none: read them."
        yield Section(
            "silent", "Interventions without a dose that was read", (note,), Table(("Trial", "Intervention", "Kind"), silent)
        )
    regimens = tuple(dict.fromkeys(row for trial in trials for row in _regimen_rows(trial)))
    if regimens:
        heads = ("Trial", "Arm", "Given in it", "Length", "Number", "Counted from", "Until")
        yield Section("regimens", "Cycles", (), Table(heads, regimens))
    agents = Agents(trials)
    sums = totals([course for trial in trials for course in courses(trial, agents)])
    if sums:
        yield totals_section(sums)


def _dose_rows(trial: Trial) -> Iterator[tuple[str, ...]]:
    """A row a dose; one that several texts tell alike, as an arm's and its intervention's, stands once over all its words."""
    told: dict[tuple[str, ...], list[str]] = {}
    for *values, words in _doses_told(trial):
        told.setdefault(tuple(values), []).append(words)
    for said, quotes in told.items():
        yield (*said, "\n".join(dict.fromkeys(quotes)))


def _doses_told(trial: Trial) -> Iterator[tuple[str, ...]]:
    titles = {each.design_group_id: each.title or "" for each in trial.rows.of(DesignGroup)}
    for dose in trial.rows.of(Dose):
        notes = [*dose_parts(dose), *flag_words(json.loads(dose.flags))]
        values = (
            trial.nct_id,
            titles.get(dose.design_group_id or "", ""),
            dose.agent or "not named",
            for_reading(dose.line),
            dose.route or "not read",
            _schedule(dose) or "not read",
            _until(dose) or "not read",
            "\n".join(notes),
            around.quote if (around := dose_sentence(trial, dose)) else dose.quote,
        )
        yield tuple(shown(each) for each in values)


def _schedule(dose: Dose) -> str:
    days = ", ".join(f"{first}" if first == last else f"{first}-{last}" for first, last in json.loads(dose.days or "[]"))
    cycles = f"{dose.cycle_from}-{dose.cycle_to}" if dose.cycle_from != dose.cycle_to else f"{dose.cycle_from}"
    parts = (
        f"from {_start(dose)}{dose.anchor_event}" if dose.anchor_event else "",
        _frequency(dose),
        f"days {days}" if days else "",
        f"cycle {cycles}" if dose.cycle_from is not None else "",
        "continuous" if dose.continuous else "",
        f"over {_length(dose, 'range_of_infusion', dose.infusion_value, dose.infusion_unit)}" if dose.infusion_value else "",
    )
    return "; ".join(part for part in parts if part)


def _frequency(dose: Dose) -> str:
    if dose.frequency_count is None or dose.frequency_period is None:
        return ""
    times = _TIMES.search(dose.line) if "range_of_times" in json.loads(dose.flags) else None
    count = times[1] if times else f"{dose.frequency_count:g}"
    return f"{count} × every {_length(dose, 'range_of_period', dose.frequency_period, dose.frequency_unit)}"


def _until(dose: Dose) -> str:
    lasts = _length(dose, "range_of_duration", dose.duration_value, dose.duration_unit) if dose.duration_value else ""
    return "; ".join(part for part in (lasts, dose.until or "") if part)


def _length(dose: Dose, flag: str, value: float, unit: str | None) -> str:
    """A length of time; where the text gives a range, of which the row has the lower end, the range as the line has it."""
    if flag not in json.loads(dose.flags):
        return f"{value:g} {_unit(unit).removesuffix('s') if value == 1 else _unit(unit)}"
    said = next((each for each in _RANGE.finditer(dose.line) if each["low"] == f"{value:g}"), None)
    return f"{said['low']}-{said['high']} {_unit(unit)}" if said else f"{value:g} {_unit(unit)} or more (a range)"


def _start(dose: Dose) -> str:
    """How far from its event a dose begins; a range as the line has it."""
    said = next((each for each in _RANGE.finditer(dose.line) if dose.line[each.end() :].startswith((" before", " after"))), None)
    if said and dose.anchor_offset and f"{abs(dose.anchor_offset):g}" in (said["low"], said["high"]):
        return f"{said['low']}-{said['high']} {_unit(dose.anchor_unit)} {'after' if dose.anchor_offset > 0 else 'before'} "
    return _offset(dose.anchor_offset, dose.anchor_unit)


def _offset(value: float | None, unit: str | None) -> str:
    """How far from an event, as "60 days after "; empty where it is the event itself."""
    if not value:
        return ""
    return f"{abs(value):g} {_unit(unit)} {'after' if value > 0 else 'before'} "


def _unit(unit: str | None) -> str:
    return _UNITS.get(unit or "", unit or "")


def _silent_rows(trial: Trial) -> Iterator[tuple[str, ...]]:
    spoken = {dose.intervention_id for dose in trial.rows.of(Dose)}
    named = {(dose.agent or "").casefold() for dose in trial.rows.of(Dose)}
    for each in trial.rows.of(Intervention):
        if each.intervention_id not in spoken and (each.name or "").casefold() not in named:
            yield trial.nct_id, shown(each.name or "unnamed"), each.intervention_type_label or ""


def _regimen_rows(trial: Trial) -> Iterator[tuple[str, ...]]:
    titles = {each.design_group_id: each.title or "" for each in trial.rows.of(DesignGroup)}
    for each in trial.rows.of(DoseRegimen):
        doses = [dose for dose in trial.rows.of(Dose) if dose.regimen_id == each.regimen_id]
        length = (
            f"{each.cycle_length_value:g} {_unit(each.cycle_length_unit)}" if each.cycle_length_value is not None else "not read"
        )
        start = f"{_offset(each.anchor_offset, each.anchor_unit)}{each.anchor_event}" if each.anchor_event else "not read"
        values = (
            trial.nct_id,
            titles.get(each.design_group_id or "", ""),
            ", ".join(dict.fromkeys(dose.agent for dose in doses if dose.agent)) or each.name or "not named",
            length,
            _cycles(each, doses),
            start,
            each.until or "not read",
        )
        yield tuple(shown(value) for value in values)


def _cycles(regimen: DoseRegimen, doses: Sequence[Dose]) -> str:
    """The number of cycles as stated; where it is not, the cycles that doses name."""
    low, high = regimen.cycle_count_low, regimen.cycle_count_high
    if low is not None or high is not None:
        if None not in (low, high) and low != high:
            return f"{low} to {high}"
        most = "up to " if any("up_to_cycles" in json.loads(dose.flags) for dose in doses) else ""
        return f"{most}{high if low is None else low}"
    named = [cycle for dose in doses for cycle in (dose.cycle_from, dose.cycle_to) if cycle is not None]
    if not named:
        return "not read"
    return f"not read; doses name cycle {min(named)}" + (f" to {max(named)}" if max(named) > min(named) else "")
