"""A trial in the words of schema.org, as JSON-LD: MedicalTrial, or MedicalObservationalStudy (https://schema.org/MedicalTrial).

Only what those types have a property for; dosing and criteria have none.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from harvester.compare.trial import Trial
from harvester.export.json import json_text, there
from harvester.export.reference import Reference, record_reference
from harvester.export.report import shown
from harvester.tables import BriefSummary, Condition, Facility, IdInformation, Sponsor, StudyRows

_STATUS: Final = {
    "ACTIVE_NOT_RECRUITING": "ActiveNotRecruiting",
    "COMPLETED": "Completed",
    "ENROLLING_BY_INVITATION": "EnrollingByInvitation",
    "NOT_YET_RECRUITING": "NotYetRecruiting",
    "RECRUITING": "Recruiting",
    "SUSPENDED": "Suspended",
    "TERMINATED": "Terminated",
    "WITHDRAWN": "Withdrawn",
}
_MASKING: Final = {
    "NONE": "OpenTrial",
    "SINGLE": "SingleBlindedTrial",
    "DOUBLE": "DoubleBlindedTrial",
    "TRIPLE": "TripleBlindedTrial",
}
"""The registry's QUADRUPLE has no counterpart there."""


def schema_org(studies: Sequence[StudyRows], program_version: str) -> str:
    """JSON-LD of the trials: one object, or a graph of several."""
    made = [_trial(study, program_version) for study in studies]
    whole: dict[str, Any] = {"@context": "https://schema.org"}
    return json_text(whole | (made[0] if len(made) == 1 else {"@graph": made}))


def _trial(study: StudyRows, program_version: str) -> dict[str, Any]:
    trial = Trial(study)
    about, summary, reference = trial.study, study.one(BriefSummary), record_reference(study)
    is_trial = about.study_type != "OBSERVATIONAL"
    sponsors = [{"@type": "Organization", "name": shown(each.name)} for each in study.of(Sponsor) if each.name]
    identifiers = [_identifier("NCT number", study.nct_id)]
    identifiers += [
        _identifier(each.id_type_label or "other", each.id_value) for each in study.of(IdInformation) if each.id_value
    ]
    return there(
        {
            "@type": "MedicalTrial" if is_trial else "MedicalObservationalStudy",
            "@id": reference.url,
            "name": shown(about.brief_title or study.nct_id),
            "alternateName": [shown(each) for each in (about.official_title, about.acronym) if each],
            "identifier": identifiers,
            "url": reference.url,
            "description": shown(summary.description) if summary else None,
            "status": _address(_STATUS.get(about.overall_status or "")),
            "healthCondition": [{"@type": "MedicalCondition", "name": shown(each.name)} for each in study.of(Condition)],
            "sponsor": sponsors,
            "studyLocation": [_place(each) for each in study.of(Facility)],
            "trialDesign": _designs(trial) if is_trial else None,
            "subjectOf": _source(reference, program_version),
        }
    )


def _designs(trial: Trial) -> list[str]:
    names = [
        "RandomizedTrial" if trial.design.allocation == "RANDOMIZED" else None,
        _MASKING.get(trial.design.masking or ""),
        "MultiCenterTrial" if len(trial.rows.of(Facility)) > 1 else None,
    ]
    return [address for name in names if (address := _address(name))]


def _source(reference: Reference, program_version: str) -> dict[str, Any]:
    return there(
        {
            "@type": "WebPage",
            "url": reference.url,
            "datePublished": reference.issued,
            "dateModified": reference.updated,
            "publisher": {"@type": "Organization", "name": "ClinicalTrials.gov, U.S. National Library of Medicine"},
            "creditText": f"ClinicalTrials.gov, data as of {reference.data_date or 'unknown date'}; "
            f"fields arranged by trialside {program_version}" + (f"; {reference.note}" if reference.note else ""),
        }
    )


def _identifier(kind: str, value: str) -> dict[str, str]:
    return {"@type": "PropertyValue", "propertyID": kind, "value": shown(value)}


def _place(each: Facility) -> dict[str, Any]:
    address = there(
        {"@type": "PostalAddress", "addressLocality": each.city, "addressRegion": each.state, "addressCountry": each.country}
    )
    point = (
        {"@type": "GeoCoordinates", "latitude": each.latitude, "longitude": each.longitude} if each.latitude is not None else None
    )
    return there(
        {"@type": "AdministrativeArea", "name": shown(each.name) if each.name else None, "address": address, "geo": point}
    )


def _address(name: str | None) -> str | None:
    return f"https://schema.org/{name}" if name else None
