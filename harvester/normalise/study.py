"""The study's own row, its descriptions and its design."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from harvester.normalise.dates import dated
from harvester.normalise.fields import Fields
from harvester.tables import BriefSummary, Design, DetailedDescription, Row, Study, words_as_json
from harvester.vocabularies import label

UNKNOWN_ENROLLMENT = 99_999_999
"""The registry's sign for a number nobody knows."""

_DATE_STRUCTS = {
    "study_first_posted_date": "studyFirstPostDateStruct",
    "results_first_posted_date": "resultsFirstPostDateStruct",
    "disposition_first_posted_date": "dispFirstPostDateStruct",
    "last_update_posted_date": "lastUpdatePostDateStruct",
}
_PARTIAL_DATES = {
    "start_date": "startDateStruct",
    "primary_completion_date": "primaryCompletionDateStruct",
    "completion_date": "completionDateStruct",
}
_PLAIN_DATES = {
    "study_first_submitted_date": "studyFirstSubmitDate",
    "study_first_submitted_qc_date": "studyFirstSubmitQcDate",
    "results_first_submitted_date": "resultsFirstSubmitDate",
    "results_first_submitted_qc_date": "resultsFirstSubmitQcDate",
    "disposition_first_submitted_date": "dispFirstSubmitDate",
    "disposition_first_submitted_qc_date": "dispFirstSubmitQcDate",
    "last_update_submitted_date": "lastUpdateSubmitDate",
}


def study_rows(nct_id: str, body: Fields) -> Iterator[Row]:
    """`Study` and, where the record has them, `BriefSummary`, `DetailedDescription` and `Design`."""
    protocol = body.inside("protocolSection")
    yield Study(nct_id=nct_id, nct_number=int(nct_id[3:]), **_columns(body, protocol))
    description = protocol.inside("descriptionModule")
    summary, detail = description.text("briefSummary"), description.text("detailedDescription")
    if summary is not None:
        yield BriefSummary(nct_id=nct_id, description=summary)
    if detail is not None:
        yield DetailedDescription(nct_id=nct_id, description=detail)
    info = protocol.under("designModule.designInfo")
    if info:
        yield _design(nct_id, info)


def _columns(body: Fields, protocol: Fields) -> dict[str, Any]:
    status = protocol.inside("statusModule")
    return {
        **_names(protocol.inside("identificationModule")),
        **_status(status),
        **_dates(status),
        **_size(protocol),
        **_kind(protocol.inside("designModule")),
        **_oversight(protocol.inside("oversightModule")),
        **_sharing(protocol.inside("ipdSharingStatementModule")),
        **_results(body),
    }


def _names(fields: Fields) -> dict[str, Any]:
    organization = fields.inside("organization")
    return {
        "brief_title": fields.text("briefTitle"),
        "official_title": fields.text("officialTitle"),
        "acronym": fields.text("acronym"),
        "source": organization.text("fullName"),
        **_labelled("source_class", "AgencyClass", organization.text("class")),
    }


def _status(fields: Fields) -> dict[str, Any]:
    access = fields.inside("expandedAccessInfo")
    return {
        **_labelled("overall_status", "Status", fields.text("overallStatus")),
        **_labelled("last_known_status", "Status", fields.text("lastKnownStatus")),
        "why_stopped": fields.text("whyStopped"),
        "delayed_posting": fields.boolean("delayedPosting"),
        "results_waived": fields.boolean("resultsWaived"),
        "has_expanded_access": access.boolean("hasExpandedAccess"),
        "expanded_access_nctid": access.text("nctId"),
        **_labelled("expanded_access_status_for_nctid", "ExpandedAccessStatus", access.text("statusForNctId")),
    }


def _dates(fields: Fields) -> dict[str, Any]:
    columns: dict[str, Any] = {}
    for column, key in _PARTIAL_DATES.items():
        if struct := fields.inside(key):
            columns[column], columns[f"{column}_precision"] = dated(struct, "date")
            columns[f"{column}_type"] = struct.text("type")
    columns["verification_date"], columns["verification_date_precision"] = dated(fields, "statusVerifiedDate")
    for column, key in _DATE_STRUCTS.items():
        if struct := fields.inside(key):
            columns[column], _ = dated(struct, "date")
            columns[f"{column}_type"] = struct.text("type")
    for column, key in _PLAIN_DATES.items():
        columns[column], _ = dated(fields, key)
    return columns


def _size(protocol: Fields) -> dict[str, Any]:
    info = protocol.under("designModule.enrollmentInfo")
    count = info.integer("count")
    if count is not None and count < 0:
        info.note("count", "no trial has a negative number of participants")
        count = None
    unknown = count == UNKNOWN_ENROLLMENT
    arms = protocol.under("armsInterventionsModule").objects("armGroups")
    observational = protocol.inside("designModule").text("studyType") == "OBSERVATIONAL"
    return {
        "enrollment": None if unknown else count,
        "enrollment_unknown": unknown,
        **_labelled("enrollment_type", "EnrollmentType", info.text("type")),
        "number_of_arms": len(arms) if arms and not observational else None,
        "number_of_groups": len(arms) if arms and observational else None,
    }


def _kind(fields: Fields) -> dict[str, Any]:
    phases = fields.strings("phases")
    access, samples = fields.inside("expandedAccessTypes"), fields.inside("bioSpec")
    return {
        **_labelled("study_type", "StudyType", fields.text("studyType")),
        "phase": "/".join(phases) or None,
        "phase_label": "/".join(label("Phase", phase) or "" for phase in phases) or None,
        "phases": words_as_json(tuple(phases)) if phases else None,
        "patient_registry": fields.boolean("patientRegistry"),
        "target_duration": fields.text("targetDuration"),
        **_labelled("biospec_retention", "BioSpecRetention", samples.text("retention")),
        "biospec_description": samples.text("description"),
        "expanded_access_type_individual": access.boolean("individual"),
        "expanded_access_type_intermediate": access.boolean("intermediate"),
        "expanded_access_type_treatment": access.boolean("treatment"),
        "participants_to_expanded_access": fields.number("nPtrsToThisExpAccNctId"),
    }


def _oversight(fields: Fields) -> dict[str, Any]:
    return {
        "has_dmc": fields.boolean("oversightHasDmc"),
        "is_fda_regulated_drug": fields.boolean("isFdaRegulatedDrug"),
        "is_fda_regulated_device": fields.boolean("isFdaRegulatedDevice"),
        "is_unapproved_device": fields.boolean("isUnapprovedDevice"),
        "is_ppsd": fields.boolean("isPpsd"),
        "is_us_export": fields.boolean("isUsExport"),
        "fdaaa801_violation": fields.boolean("fdaaa801Violation"),
    }


def _sharing(fields: Fields) -> dict[str, Any]:
    return {
        **_labelled("plan_to_share_ipd", "IpdSharing", fields.text("ipdSharing")),
        "plan_to_share_ipd_description": fields.text("description"),
        "ipd_time_frame": fields.text("timeFrame"),
        "ipd_access_criteria": fields.text("accessCriteria"),
        "ipd_url": fields.text("url"),
    }


def _results(body: Fields) -> dict[str, Any]:
    tracking = body.under("derivedSection.miscInfoModule.submissionTracking")
    posted = tracking.under("firstMcpInfo.postDateStruct")
    return {
        "estimated_results_first_submitted_date": dated(tracking, "estimatedResultsFirstSubmitDate")[0],
        "first_mcp_posted_date": dated(posted, "date")[0],
        "first_mcp_posted_date_type": posted.text("type"),
        "no_sap": body.under("documentSection.largeDocumentModule").boolean("noSap"),
        "unposted_responsible_party": body.under("annotationSection.annotationModule.unpostedAnnotation").text(
            "unpostedResponsibleParty"
        ),
        "has_results": body.boolean("hasResults"),
        "results_in_record": bool(body.inside("resultsSection")),
    }


def _design(nct_id: str, info: Fields) -> Design:
    masking = info.inside("maskingInfo")
    masked = masking.strings("whoMasked")
    parties = {
        "subject_masked": "PARTICIPANT",
        "caregiver_masked": "CARE_PROVIDER",
        "investigator_masked": "INVESTIGATOR",
        "outcomes_assessor_masked": "OUTCOMES_ASSESSOR",
    }
    flags: dict[str, Any] = {column: who in masked if masked else None for column, who in parties.items()}
    return Design(
        nct_id=nct_id,
        **_labelled("allocation", "DesignAllocation", info.text("allocation")),
        **_labelled("intervention_model", "InterventionalAssignment", info.text("interventionModel")),
        intervention_model_description=info.text("interventionModelDescription"),
        **_labelled("observational_model", "ObservationalModel", info.text("observationalModel")),
        **_labelled("primary_purpose", "PrimaryPurpose", info.text("primaryPurpose")),
        **_labelled("time_perspective", "DesignTimePerspective", info.text("timePerspective")),
        **_labelled("masking", "DesignMasking", masking.text("masking")),
        masking_description=masking.text("maskingDescription"),
        who_masked=words_as_json(tuple(masked)) if masked else None,
        **flags,
    )


def _labelled(column: str, vocabulary: str, value: str | None) -> dict[str, Any]:
    return {column: value, f"{column}_label": label(vocabulary, value)}
