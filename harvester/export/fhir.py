"""A trial as an HL7 FHIR R5 ResearchStudy (https://hl7.org/fhir/R5/researchstudy.html); several as a Bundle of them.

What has a code in FHIR's own systems is coded; everything else is text in the registry's words. Doses stand as notes of the arms
they belong to: docs/formats.md tells how a dose maps to Dosage and Timing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from harvester.compare.trial import Trial
from harvester.export import stated
from harvester.export.json import json_text, there
from harvester.export.reference import Reference, record_reference
from harvester.export.report import shown
from harvester.tables import (
    BriefSummary,
    Condition,
    Country,
    DesignGroup,
    DesignOutcome,
    DetailedDescription,
    Dose,
    IdInformation,
    Keyword,
    OverallOfficial,
    Sponsor,
    StudyRows,
)

SYSTEM: Final = "http://terminology.hl7.org/CodeSystem/"
PARTY_ROLES: Final = "http://hl7.org/fhir/research-study-party-role"
NCT: Final = "http://clinicaltrials.gov"
_PHASES: Final = {
    "NA": "n-a", "EARLY_PHASE1": "early-phase-1", "PHASE1": "phase-1", "PHASE1/PHASE2": "phase-1-phase-2", "PHASE2": "phase-2",
    "PHASE2/PHASE3": "phase-2-phase-3", "PHASE3": "phase-3", "PHASE4": "phase-4",
}  # fmt: skip
_PURPOSES: Final = {
    "TREATMENT": "treatment", "PREVENTION": "prevention", "DIAGNOSTIC": "diagnostic", "SUPPORTIVE_CARE": "supportive-care",
    "SCREENING": "screening", "HEALTH_SERVICES_RESEARCH": "health-services-research", "BASIC_SCIENCE": "basic-science",
    "DEVICE_FEASIBILITY": "device-feasibility",
}  # fmt: skip
_ARMS: Final = {
    "ACTIVE_COMPARATOR": "active-comparator", "PLACEBO_COMPARATOR": "placebo-comparator", "SHAM_COMPARATOR": "sham-comparator",
    "NO_INTERVENTION": "no-intervention", "EXPERIMENTAL": "experimental", "OTHER": "other-arm-type",
}  # fmt: skip
_OFFICIALS: Final = {
    "PRINCIPAL_INVESTIGATOR": "primary-investigator", "STUDY_CHAIR": "study-chair", "STUDY_DIRECTOR": "study-director",
    "SUB_INVESTIGATOR": "sub-investigator",
}  # fmt: skip
_RANKS: Final = {"primary": "primary", "secondary": "secondary", "other": "exploratory"}


def fhir(studies: Sequence[StudyRows], program_version: str) -> str:
    """The trials as FHIR JSON: a ResearchStudy, or a Bundle of type collection."""
    made = [_study(study, program_version) for study in studies]
    if len(made) == 1:
        return json_text(made[0])
    entries = [{"fullUrl": each["url"], "resource": each} for each in made]
    return json_text({"resourceType": "Bundle", "type": "collection", "entry": entries})


def _study(study: StudyRows, program_version: str) -> dict[str, Any]:
    trial = Trial(study)
    about, reference = trial.study, record_reference(study)
    summary, description = study.one(BriefSummary), study.one(DetailedDescription)
    contained, recruitment = _recruitment(trial)
    return there(
        {
            "resourceType": "ResearchStudy",
            "id": study.nct_id,
            "meta": {"source": reference.url},
            "contained": contained,
            "url": reference.url,
            "identifier": [_identifier(study.nct_id, NCT), *_identifiers(study)],
            "title": shown(about.official_title or about.brief_title or study.nct_id),
            "label": list(_labels(trial)),
            "date": about.last_update_posted_date,
            "status": "active",
            "primaryPurposeType": _coded(
                "research-study-prim-purp-type", _PURPOSES, trial.design.primary_purpose, trial.design.primary_purpose_label
            ),
            "phase": _coded("research-study-phase", _PHASES, about.phase, about.phase_label),
            "studyDesign": [{"text": each} for each in _designs(trial)],
            "condition": [{"text": shown(each.name)} for each in study.of(Condition)],
            "keyword": [{"text": shown(each.name)} for each in study.of(Keyword)],
            "region": [{"text": each.name} for each in study.of(Country) if not each.removed],
            "descriptionSummary": shown(summary.description) if summary else None,
            "description": shown(description.description) if description else None,
            "period": there({"start": about.start_date, "end": about.completion_date}),
            "note": [{"text": each} for each in (_credit(reference, program_version), reference.note) if each],
            "associatedParty": list(_parties(study)),
            "progressStatus": [{"state": {"text": about.overall_status_label}}] if about.overall_status_label else None,
            "whyStopped": {"text": shown(about.why_stopped)} if about.why_stopped else None,
            "recruitment": recruitment,
            "comparisonGroup": list(_groups(trial)),
            "outcomeMeasure": list(_outcomes(study)),
        }
    )


def _credit(reference: Reference, program_version: str) -> str:
    date = reference.data_date or "unknown date"
    source = "ClinicalTrials.gov, U.S. National Library of Medicine"
    return f"Source: {source}, data as of {date}; mapped by trialside {program_version}."


def _identifiers(study: StudyRows) -> list[dict[str, Any]]:
    return [_identifier(each.id_value) for each in study.of(IdInformation) if each.id_value]


def _identifier(value: str, system: str | None = None) -> dict[str, Any]:
    return there({"system": system, "value": shown(value)})


def _labels(trial: Trial) -> Iterator[dict[str, Any]]:
    named = (("Brief title", trial.study.brief_title), ("Acronym", trial.study.acronym))
    yield from ({"type": {"text": kind}, "value": shown(value)} for kind, value in named if value)


def _designs(trial: Trial) -> list[str]:
    design = trial.design
    parts = (
        trial.study.study_type_label,
        stated.labelled("Allocation", design.allocation_label),
        stated.labelled("Model", design.intervention_model_label or design.observational_model_label),
        stated.labelled("Masking", design.masking_label),
    )
    return [part for part in parts if part]


def _recruitment(trial: Trial) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """The people wanted, as a contained Group with the criteria in their own words, and how many."""
    criteria, study = trial.eligibility.criteria, trial.study
    group = {"resourceType": "Group", "id": "eligibility", "type": "person", "membership": "definitional"}
    contained = [group | {"description": shown(criteria)}] if criteria else []
    is_counted = study.enrollment_type == "ACTUAL"
    number = {"actualNumber" if is_counted else "targetNumber": study.enrollment} if study.enrollment is not None else {}
    return contained, number | ({"eligibility": {"reference": "#eligibility"}} if contained else {})


def _parties(study: StudyRows) -> Iterator[dict[str, Any]]:
    for each in study.of(Sponsor):
        if each.name:
            role = "sponsor" if each.lead_or_collaborator == "lead" else "collaborator"
            yield {"name": shown(each.name), "role": _code(PARTY_ROLES, role, None)}
    for official in study.of(OverallOfficial):
        if official.name:
            code = _OFFICIALS.get(official.role or "")
            yield {
                "name": shown(official.name),
                "role": _code(PARTY_ROLES, code, official.role_label) if code else {"text": official.role_label or "official"},
            }


def _groups(trial: Trial) -> Iterator[dict[str, Any]]:
    doses: dict[str | None, list[str]] = {}
    for dose in trial.rows.of(Dose):
        doses.setdefault(dose.design_group_id, []).append(stated.dose_words(dose))
    for place, (arm, given) in enumerate(stated.arms(trial)):
        told = list(
            dict.fromkeys((*doses.get(arm.design_group_id, ()), *(doses.get(None, ()) if len(_arms(trial)) == 1 else ())))
        )
        parts = (
            shown(arm.description) if arm.description else "",
            f"Receives: {', '.join(shown(name) for name in given)}" if given else "",
            f"Doses as read from the text: {'; '.join(told)}" if told else "",
        )
        yield there(
            {
                "linkId": f"arm-{place}",
                "name": shown(arm.title or f"Arm {place + 1}"),
                "type": _coded("research-study-arm-type", _ARMS, arm.group_type, arm.group_type_label),
                "description": "\n\n".join(part for part in parts if part),
            }
        )


def _arms(trial: Trial) -> Sequence[DesignGroup]:
    return trial.rows.of(DesignGroup)


def _outcomes(study: StudyRows) -> Iterator[dict[str, Any]]:
    for each in study.of(DesignOutcome):
        told = "\n\n".join(
            shown(part) for part in (each.description, each.time_frame and f"Time frame: {each.time_frame}") if part
        )
        yield there(
            {
                "name": shown(each.measure or "unnamed"),
                "type": [_code(f"{SYSTEM}research-study-objective-type", _RANKS[each.outcome_type], None)],
                "description": told,
            }
        )


def _coded(system: str, codes: Mapping[str, str], value: str | None, text: str | None) -> dict[str, Any] | None:
    """A coded concept with its text; only the text where FHIR has no code for it; None where there is neither."""
    if value is None:
        return None
    code = codes.get(value)
    return _code(f"{SYSTEM}{system}", code, text) if code else {"text": text or value}


def _code(system: str, code: str | None, text: str | None) -> dict[str, Any]:
    return there({"coding": [{"system": system, "code": code}], "text": text})
