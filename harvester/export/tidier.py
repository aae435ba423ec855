"""The twelve TIDieR items of a trial's interventions, as far as its registry record goes."""

from __future__ import annotations

from harvester.compare.trial import Trial
from harvester.export import stated
from harvester.export.report import Section, Table, shown
from harvester.export.stated import NO_FIELD, said
from harvester.tables import BriefSummary, Dose, Intervention

_MODULE = "protocolSection.armsInterventionsModule"
_PROVIDED = "who provides it, their expertise and training"
_TAILORED = ("level", "rescue")
"""Roles of doses that are chosen or given by how a person does; the steps of a plan are the same for all."""


def tidier_section(trial: Trial) -> Section:
    """One table: the item, what it asks, what the record says, where it says it."""
    facilities = "protocolSection.contactsLocationsModule.locations"
    rows = (
        ("1 Brief name", "a name or phrase that describes the intervention", _names(trial), f"{_MODULE}.interventions"),
        ("2 Why", "rationale, theory or goal", _why(trial), "protocolSection.descriptionModule.briefSummary"),
        ("3 What: materials", "materials used, and where they can be had", _materials(trial), f"{_MODULE}.interventions"),
        ("4 What: procedures", "procedures, activities, processes", _procedures(trial), f"{_MODULE}.armGroups"),
        ("5 Who provided", _PROVIDED, NO_FIELD, ""),
        ("6 How", "modes of delivery", _how(trial), "read from the texts on arms and interventions"),
        ("7 Where", "types of places, needed infrastructure", _where(trial), facilities),
        (
            "8 When and how much",
            "number, schedule, duration, dose",
            _when(trial),
            "read from the texts on arms and interventions",
        ),
        ("9 Tailoring", "what is planned to be adapted, why, when, how", _tailoring(trial), "read from the same texts"),
        ("10 Modifications", "changes during the study", f"{NO_FIELD} as a field; the versions of the record may show some", ""),
        ("11 How well: planned", "how adherence or fidelity is assessed and kept", NO_FIELD, ""),
        ("12 How well: actual", "to what extent it was delivered as planned", f"{NO_FIELD}; a results section is not read", ""),
    )
    title = f"{trial.nct_id} {trial.study.acronym or ''}".strip()
    columns = ("Item", "It asks for", "The registry record states", "Where")
    return Section(trial.nct_id, shown(title), (), Table(columns, rows, (2, 3, 7, 3)))


def _names(trial: Trial) -> str:
    lines = []
    for each in trial.rows.of(Intervention):
        _, *others = trial.names.get(each.intervention_id, ("",))
        lines.append(f"{each.name or 'unnamed'} (also {', '.join(others)})" if others else each.name or "unnamed")
    return said(trial, *lines)


def _why(trial: Trial) -> str:
    summary = trial.rows.one(BriefSummary)
    text = " ".join(shown(summary.description).split()) if summary else ""
    return f"{NO_FIELD} as a field; the brief summary says: {text}" if text else said(trial)


def _materials(trial: Trial) -> str:
    described = (each for each in trial.rows.of(Intervention))
    return said(
        trial,
        *(
            f"{each.name or 'unnamed'} ({(each.intervention_type_label or 'kind not stated').lower()}): "
            f"{' '.join(shown(each.description).split()) if each.description else 'no description'}"
            for each in described
        ),
    )


def _procedures(trial: Trial) -> str:
    return said(
        trial,
        *(
            f"{arm.title or 'unnamed arm'}: {' '.join(shown(arm.description).split()) if arm.description else 'no description'}"
            for arm, _ in stated.arms(trial)
        ),
    )


def _how(trial: Trial) -> str:
    routes = dict.fromkeys((dose.agent or "not named", dose.route) for dose in trial.rows.of(Dose) if dose.route)
    lines = [f"{agent}: {route}" for agent, route in routes]
    return "\n".join(shown(each) for each in lines) or "no route was read; the texts under 3 and 4 may state it"


def _where(trial: Trial) -> str:
    return f"{said(trial, stated.places(trial))}\nInfrastructure: {NO_FIELD}"


def _when(trial: Trial) -> str:
    lines = list(dict.fromkeys(stated.dose_words(dose) for dose in trial.rows.of(Dose)))
    return "\n".join(lines) or "no dose was read; the texts under 3 and 4 may state it"


def _tailoring(trial: Trial) -> str:
    doses = (dose for dose in trial.rows.of(Dose) if dose.role in _TAILORED or dose.alternative or dose.condition)
    lines = list(dict.fromkeys(stated.dose_words(dose) for dose in doses))
    return "\n".join(lines) or f"{NO_FIELD} as a field; nothing of the kind was read"
