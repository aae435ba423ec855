"""What a trial's record states, in words for documents; where it does not, why not, never as a claim."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Final

from harvester.compare.trial import SOURCE_NOTES, Trial
from harvester.compare.wording import for_reading
from harvester.export.report import shown
from harvester.tables import (
    Country,
    DesignGroup,
    DesignGroupIntervention,
    DesignOutcome,
    Dose,
    Facility,
    Intervention,
    RecordVersion,
    Sponsor,
)

NO_FIELD = "not in the registry"
"""The registry has no field for it."""

NO_ARM = "arm not told"
"""Before what is given, where nothing at hand links it to an arm."""

PARTS: Final = {"step": "one step of several", "level": "one dose level of several", "single": "given once", "max": "at most"}
"""Parts a dose plays, in words; others are named as they are."""


def absence(trial: Trial) -> str:
    """Why a field that the registry has is empty: only a whole record can leave something unstated."""
    note = SOURCE_NOTES.get(trial.source)
    return f"not at hand ({note})" if note else "not stated"


def said(trial: Trial, *values: object) -> str:
    """The values that there are, each on a line; `absence` when there is none."""
    lines = [shown(str(each)) for each in values if each not in (None, "")]
    return "\n".join(lines) or absence(trial)


def labelled(label: str, value: object) -> str | None:
    """``label: value``, or None where there is no value."""
    return f"{label}: {value}" if value not in (None, "") else None


def dated(label: str, date: str | None, kind: str | None) -> str | None:
    """A date with its label, and whether it is estimated."""
    return labelled(label, f"{date} ({kind.lower()})" if date and kind else date)


def enrolment(trial: Trial) -> str | None:
    """The number of participants, and whether it is planned or counted."""
    study = trial.study
    if study.enrollment is None:
        return None
    return (
        f"{study.enrollment:,} ({study.enrollment_type_label.lower()})"
        if study.enrollment_type_label
        else f"{study.enrollment:,}"
    )


def phase(trial: Trial) -> str | None:
    """The phase; that there is none to be had says of what."""
    label = trial.study.phase_label
    return f"phase {label.lower()}" if trial.study.phase == "NA" and label else label


def ages(trial: Trial) -> str | None:
    """The ages admitted, by the registry's fields."""
    who = trial.eligibility
    if not who.minimum_age and not who.maximum_age:
        return None
    return f"{who.minimum_age or 'no lower limit'} to {who.maximum_age or 'no upper limit'}"


def arms(trial: Trial) -> list[tuple[DesignGroup, list[str]]]:
    """Arms with the names of what each receives."""
    names = {each.intervention_id: each.name or "unnamed" for each in trial.rows.of(Intervention)}
    given: dict[str, list[str]] = {}
    for link in trial.rows.of(DesignGroupIntervention):
        given.setdefault(link.design_group_id, []).append(names.get(link.intervention_id, link.intervention_id))
    return [(each, given.get(each.design_group_id, [])) for each in trial.rows.of(DesignGroup)]


def interventions(trial: Trial) -> list[str]:
    """All that is given or done, each with its kind."""
    return [named(each) for each in trial.rows.of(Intervention)]


def outside_arms(trial: Trial) -> list[Intervention]:
    """What is given or done and no arm is said to receive: of older records, and of studies without arms, often all of it."""
    linked = {link.intervention_id for link in trial.rows.of(DesignGroupIntervention)}
    return [each for each in trial.rows.of(Intervention) if each.intervention_id not in linked]


def arm_lines(trial: Trial) -> list[str]:
    """Arms and what each receives, one a line; then what is linked to none."""
    lines = [f"{arm.title or 'unnamed arm'}: {', '.join(given) or 'nothing linked'}" for arm, given in arms(trial)]
    return [*lines, *(f"{NO_ARM}: {named(each)}" for each in outside_arms(trial))]


def named(intervention: Intervention) -> str:
    """The name of what is given or done, with its kind."""
    kind = f" ({intervention.intervention_type_label.lower()})" if intervention.intervention_type_label else ""
    return f"{intervention.name or 'unnamed'}{kind}"


def dose_parts(dose: Dose) -> list[str]:
    """What tells a dose apart and its line does not say: the part it plays, that it is one of several, for whom or when."""
    part = PARTS.get(dose.role or "", dose.role)
    choice = "one of several to choose from" if dose.alternative else None
    return [shown(each) for each in (part, choice, dose.condition) if each]


def dose_words(dose: Dose) -> str:
    """A dose in one line, with what tells it apart."""
    parts = dose_parts(dose)
    return shown(for_reading(dose.line)) + (f" ({'; '.join(parts)})" if parts else "")


def outcomes(trial: Trial, rank: str) -> list[str]:
    """Outcome measures of a rank, each with its time frame."""
    found = (each for each in trial.rows.of(DesignOutcome) if each.outcome_type == rank)
    return [
        f"{each.measure or 'unnamed'} [{each.time_frame}]" if each.time_frame else each.measure or "unnamed" for each in found
    ]


def places(trial: Trial) -> str | None:
    """Countries, each with its number of sites."""
    counts: dict[str, int] = {}
    for each in trial.rows.of(Facility):
        name = each.country or "country not stated"
        counts[name] = counts.get(name, 0) + 1
    for country in trial.rows.of(Country):
        if country.removed:
            counts.setdefault(country.name, 0)
    told = (
        f"{name} ({count} site{'' if count == 1 else 's'})" if count else f"{name} (sites removed)"
        for name, count in counts.items()
    )
    return "; ".join(told) or None


def sponsors(trial: Trial) -> list[str]:
    """Lead sponsor and collaborators with their kind."""
    return [
        f"{each.name} ({', '.join(part for part in (each.lead_or_collaborator, each.agency_class_label) if part)})"
        for each in trial.rows.of(Sponsor)
        if each.name
    ]


def listed(text: str | None) -> list[str]:
    """The strings of a JSON list column."""
    return [str(each) for each in json.loads(text)] if text else []


def provenance(trials: Iterable[Trial]) -> tuple[str, ...]:
    """One line a record: what it is, the date of its data, when it was fetched, its hash."""
    return tuple(_provenance(trial) for trial in trials)


def _provenance(trial: Trial) -> str:
    version = trial.rows.one(RecordVersion)
    if version is None:
        return f"{trial.nct_id}: record of unknown date"
    date = f"data as of {version.data_timestamp[:10]}" if version.data_timestamp else "data of unknown date"
    note = f"; {SOURCE_NOTES[version.source]}" if version.source in SOURCE_NOTES else ""
    return f"{trial.nct_id}: {date}, SHA-256 of the record {version.content_sha256[:12]}…{note}"
