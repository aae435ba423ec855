"""Trials as CSV under the registry's own heads of columns, in its order and manner: what reads its downloads reads this.

The registry's codes are kept. The date of the data and the attribution stand in two further columns at the end.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from harvester.compare.head import data_date, registry_url
from harvester.compare.trial import Trial
from harvester.export.formula import harmless
from harvester.export.registry_text import words
from harvester.export.stated import listed
from harvester.tables import (
    BriefSummary,
    Condition,
    DesignOutcome,
    Facility,
    IdInformation,
    Intervention,
    ProvidedDocument,
    Sponsor,
    StudyRows,
)

COLUMNS = (
    "NCT Number", "Study Title", "Study URL", "Acronym", "Study Status", "Brief Summary", "Study Results", "Conditions",
    "Interventions", "Primary Outcome Measures", "Secondary Outcome Measures", "Other Outcome Measures", "Sponsor",
    "Collaborators", "Sex", "Age", "Phases", "Enrollment", "Funder Type", "Study Type", "Study Design", "Other IDs", "Start Date",
    "Primary Completion Date", "Completion Date", "First Posted", "Results First Posted", "Last Update Posted", "Locations",
    "Study Documents", "Data Date", "Attribution",
)  # fmt: skip
ATTRIBUTION = "ClinicalTrials.gov, U.S. National Library of Medicine; arranged from the stored record by trialside {}"


def registry_csv(studies: Iterable[StudyRows], program_version: str) -> str:
    """One line a trial. A cell that a spreadsheet would take for a formula has an apostrophe before it."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for study in studies:
        cells = (*_cells(Trial(study)), ATTRIBUTION.format(program_version))
        writer.writerow([harmless(words(cell or "")) for cell in cells])
    return out.getvalue()


def _cells(trial: Trial) -> tuple[str | None, ...]:
    study, rows, summary = trial.study, trial.rows, trial.rows.one(BriefSummary)
    leads = [each for each in rows.of(Sponsor) if each.lead_or_collaborator == "lead"]
    return (
        trial.nct_id,
        study.brief_title,
        registry_url(trial.nct_id),
        study.acronym,
        study.overall_status,
        summary.description if summary else None,
        {True: "YES", False: "NO", None: None}[study.has_results],
        _joined(each.name for each in rows.of(Condition)),
        _joined(": ".join(part for part in (each.intervention_type, each.name) if part) for each in rows.of(Intervention)),
        *(_outcomes(trial, rank) for rank in ("primary", "secondary", "other")),
        _joined(each.name for each in leads),
        _joined(each.name for each in rows.of(Sponsor) if each.lead_or_collaborator != "lead"),
        trial.eligibility.gender,
        ", ".join(listed(trial.eligibility.std_ages)),
        _joined(listed(study.phases)),
        str(study.enrollment) if study.enrollment is not None else None,
        _joined(each.agency_class for each in leads),
        study.study_type,
        _design(trial),
        _joined(each.id_value for each in rows.of(IdInformation) if each.id_source != "nct_alias"),
        study.start_date,
        study.primary_completion_date,
        study.completion_date,
        study.study_first_posted_date,
        study.results_first_posted_date,
        study.last_update_posted_date,
        _joined(_place(each) for each in rows.of(Facility)),
        _joined(each.document_type for each in rows.of(ProvidedDocument)),
        data_date(trial),
    )


def _outcomes(trial: Trial, rank: str) -> str:
    found = (each for each in trial.rows.of(DesignOutcome) if each.outcome_type == rank)
    return _joined(", ".join(part for part in (each.measure, each.description, each.time_frame) if part) for each in found)


def _design(trial: Trial) -> str:
    design = trial.design
    masked = ", ".join(listed(design.who_masked))
    masking = f"{design.masking} ({masked})" if design.masking and masked else design.masking
    parts = (
        ("Allocation", design.allocation),
        ("Intervention Model", design.intervention_model),
        ("Observational Model", design.observational_model),
        ("Time Perspective", design.time_perspective),
        ("Masking", masking),
        ("Primary Purpose", design.primary_purpose),
    )
    return _joined(f"{name}: {value}" for name, value in parts if value)


def _place(each: Facility) -> str:
    return ", ".join(part for part in (each.name, each.city, each.state, each.zip, each.country) if part)


def _joined(values: Iterable[str | None]) -> str:
    return "|".join(each for each in values if each)
