"""The study itself: titles, status, dates, design, oversight, and the two descriptions."""

from __future__ import annotations

from harvester.schema import Json, Row, column, optional, table

PRECISIONS = ("day", "month", "year", "unknown")
_ID = "protocolSection.identificationModule"
_STATUS = "protocolSection.statusModule"
_DESIGN = "protocolSection.designModule"
_OVERSIGHT = "protocolSection.oversightModule"
_IPD = "protocolSection.ipdSharingStatementModule"
_MISC = "derivedSection.miscInfoModule"


@table(
    "studies",
    "One row a trial: titles, status, dates, size and oversight.",
    indexes=(("nct_number",), ("overall_status",), ("start_date",)),
)
class Study(Row):
    """One trial."""

    nct_id: str = column("NCT number", key=True, source=f"{_ID}.nctId")
    nct_number: int = column("The same without letters and leading zeros: the row of the trial in the search index")
    brief_title: str | None = optional("Brief title", source=f"{_ID}.briefTitle")
    official_title: str | None = optional("Official title", source=f"{_ID}.officialTitle")
    acronym: str | None = optional("Acronym", source=f"{_ID}.acronym")
    source: str | None = optional("Organisation that registered the trial", source=f"{_ID}.organization.fullName")
    source_class: str | None = optional("Kind of that organisation", source=f"{_ID}.organization.class")
    source_class_label: str | None = optional("Label of source_class")

    overall_status: str | None = optional("Recruitment status", source=f"{_STATUS}.overallStatus")
    overall_status_label: str | None = optional("Label of overall_status")
    last_known_status: str | None = optional(
        "Last status before it became unknown for want of updates", source=f"{_STATUS}.lastKnownStatus"
    )
    last_known_status_label: str | None = optional("Label of last_known_status")
    why_stopped: str | None = optional("Why it was stopped, verbatim", source=f"{_STATUS}.whyStopped")
    delayed_posting: bool | None = optional("Whether posting is delayed by law", source=f"{_STATUS}.delayedPosting")

    study_type: str | None = optional("Kind of study", source=f"{_DESIGN}.studyType")
    study_type_label: str | None = optional("Label of study_type")
    phase: str | None = optional("Phase or phases, joined by a slash in the registry's order", source=f"{_DESIGN}.phases")
    phase_label: str | None = optional("Label of phase")
    phases: Json | None = optional("Phases as a set (JSON list)", source=f"{_DESIGN}.phases")
    enrollment: int | None = optional(
        "Participants; empty when the registry gives none or its sign for unknown",
        unit="persons",
        source=f"{_DESIGN}.enrollmentInfo.count",
    )
    enrollment_type: str | None = optional("Planned or counted", source=f"{_DESIGN}.enrollmentInfo.type")
    enrollment_type_label: str | None = optional("Label of enrollment_type")
    enrollment_unknown: bool = column("Whether the registry gives 99999999, its sign for an unknown number")
    number_of_arms: int | None = optional("Arms of an interventional trial, counted")
    number_of_groups: int | None = optional("Groups of an observational study, counted")
    patient_registry: bool | None = optional("Whether it is a patient registry", source=f"{_DESIGN}.patientRegistry")
    target_duration: str | None = optional("Follow-up planned in a registry, verbatim", source=f"{_DESIGN}.targetDuration")
    biospec_retention: str | None = optional("Whether samples are kept", source=f"{_DESIGN}.bioSpec.retention")
    biospec_retention_label: str | None = optional("Label of biospec_retention")
    biospec_description: str | None = optional("Samples, verbatim", source=f"{_DESIGN}.bioSpec.description")

    start_date: str | None = optional("Start, as precise as given", source=f"{_STATUS}.startDateStruct.date")
    start_date_precision: str | None = optional("Precision of start_date", choices=PRECISIONS)
    start_date_type: str | None = optional("Estimated or actual", source=f"{_STATUS}.startDateStruct.type")
    primary_completion_date: str | None = optional(
        "Last visit for the primary outcome, as precise as given", source=f"{_STATUS}.primaryCompletionDateStruct.date"
    )
    primary_completion_date_precision: str | None = optional("Precision of that date", choices=PRECISIONS)
    primary_completion_date_type: str | None = optional(
        "Estimated or actual", source=f"{_STATUS}.primaryCompletionDateStruct.type"
    )
    completion_date: str | None = optional(
        "Last visit of all, as precise as given", source=f"{_STATUS}.completionDateStruct.date"
    )
    completion_date_precision: str | None = optional("Precision of completion_date", choices=PRECISIONS)
    completion_date_type: str | None = optional("Estimated or actual", source=f"{_STATUS}.completionDateStruct.type")
    verification_date: str | None = optional(
        "Last time the sponsor confirmed the record, as precise as given", source=f"{_STATUS}.statusVerifiedDate"
    )
    verification_date_precision: str | None = optional("Precision of verification_date", choices=PRECISIONS)
    study_first_submitted_date: str | None = optional("First sent to the registry", source=f"{_STATUS}.studyFirstSubmitDate")
    study_first_submitted_qc_date: str | None = optional(
        "First sent so that it met quality control", source=f"{_STATUS}.studyFirstSubmitQcDate"
    )
    study_first_posted_date: str | None = optional("First shown", source=f"{_STATUS}.studyFirstPostDateStruct.date")
    study_first_posted_date_type: str | None = optional("Estimated or actual", source=f"{_STATUS}.studyFirstPostDateStruct.type")
    results_first_submitted_date: str | None = optional("Results first sent", source=f"{_STATUS}.resultsFirstSubmitDate")
    results_first_submitted_qc_date: str | None = optional(
        "Results first sent so that they met quality control", source=f"{_STATUS}.resultsFirstSubmitQcDate"
    )
    results_first_posted_date: str | None = optional("Results first shown", source=f"{_STATUS}.resultsFirstPostDateStruct.date")
    results_first_posted_date_type: str | None = optional(
        "Estimated or actual", source=f"{_STATUS}.resultsFirstPostDateStruct.type"
    )
    results_waived: bool | None = optional("Whether results need not be reported", source=f"{_STATUS}.resultsWaived")
    disposition_first_submitted_date: str | None = optional(
        "Certificate or extension for late results first sent", source=f"{_STATUS}.dispFirstSubmitDate"
    )
    disposition_first_submitted_qc_date: str | None = optional(
        "The same, so that it met quality control", source=f"{_STATUS}.dispFirstSubmitQcDate"
    )
    disposition_first_posted_date: str | None = optional(
        "The same, first shown", source=f"{_STATUS}.dispFirstPostDateStruct.date"
    )
    disposition_first_posted_date_type: str | None = optional(
        "Estimated or actual", source=f"{_STATUS}.dispFirstPostDateStruct.type"
    )
    last_update_submitted_date: str | None = optional("Last change sent", source=f"{_STATUS}.lastUpdateSubmitDate")
    last_update_posted_date: str | None = optional("Last change shown", source=f"{_STATUS}.lastUpdatePostDateStruct.date")
    last_update_posted_date_type: str | None = optional("Estimated or actual", source=f"{_STATUS}.lastUpdatePostDateStruct.type")
    estimated_results_first_submitted_date: str | None = optional(
        "First time that results were sent but not yet shown",
        source=f"{_MISC}.submissionTracking.estimatedResultsFirstSubmitDate",
    )
    first_mcp_posted_date: str | None = optional(
        "First time that results were shown without passing quality control",
        source=f"{_MISC}.submissionTracking.firstMcpInfo.postDateStruct.date",
    )
    first_mcp_posted_date_type: str | None = optional(
        "Estimated or actual", source=f"{_MISC}.submissionTracking.firstMcpInfo.postDateStruct.type"
    )

    has_expanded_access: bool | None = optional(
        "Whether the product can be had outside the trial", source=f"{_STATUS}.expandedAccessInfo.hasExpandedAccess"
    )
    expanded_access_nctid: str | None = optional("Record of that expanded access", source=f"{_STATUS}.expandedAccessInfo.nctId")
    expanded_access_status_for_nctid: str | None = optional(
        "Status of that record", source=f"{_STATUS}.expandedAccessInfo.statusForNctId"
    )
    expanded_access_status_for_nctid_label: str | None = optional("Label of that status")
    expanded_access_type_individual: bool | None = optional(
        "Expanded access for single patients", source=f"{_DESIGN}.expandedAccessTypes.individual"
    )
    expanded_access_type_intermediate: bool | None = optional(
        "Expanded access for groups of intermediate size", source=f"{_DESIGN}.expandedAccessTypes.intermediate"
    )
    expanded_access_type_treatment: bool | None = optional(
        "Expanded access under a treatment protocol", source=f"{_DESIGN}.expandedAccessTypes.treatment"
    )
    participants_to_expanded_access: float | None = optional(
        "Trials that lead to this expanded-access record, as the registry's number field gives it",
        source=f"{_DESIGN}.nPtrsToThisExpAccNctId",
    )

    has_dmc: bool | None = optional("Whether a data monitoring committee exists", source=f"{_OVERSIGHT}.oversightHasDmc")
    is_fda_regulated_drug: bool | None = optional(
        "Whether it studies a drug the FDA regulates", source=f"{_OVERSIGHT}.isFdaRegulatedDrug"
    )
    is_fda_regulated_device: bool | None = optional(
        "Whether it studies a device the FDA regulates", source=f"{_OVERSIGHT}.isFdaRegulatedDevice"
    )
    is_unapproved_device: bool | None = optional(
        "Whether the device is not approved or cleared", source=f"{_OVERSIGHT}.isUnapprovedDevice"
    )
    is_ppsd: bool | None = optional(
        "Whether it is a paediatric postmarket surveillance study of a device", source=f"{_OVERSIGHT}.isPpsd"
    )
    is_us_export: bool | None = optional("Whether the product is exported from the US", source=f"{_OVERSIGHT}.isUsExport")
    fdaaa801_violation: bool | None = optional(
        "Whether the FDA found a violation of section 801", source=f"{_OVERSIGHT}.fdaaa801Violation"
    )

    plan_to_share_ipd: str | None = optional("Whether participants' data will be shared", source=f"{_IPD}.ipdSharing")
    plan_to_share_ipd_label: str | None = optional("Label of plan_to_share_ipd")
    plan_to_share_ipd_description: str | None = optional("The plan, verbatim", source=f"{_IPD}.description")
    ipd_time_frame: str | None = optional("When the data will be shared, verbatim", source=f"{_IPD}.timeFrame")
    ipd_access_criteria: str | None = optional("Who may have them, verbatim", source=f"{_IPD}.accessCriteria")
    ipd_url: str | None = optional("Where the plan is explained", source=f"{_IPD}.url")

    no_sap: bool | None = optional(
        "Whether it is stated that no analysis plan exists", source="documentSection.largeDocumentModule.noSap"
    )
    unposted_responsible_party: str | None = optional(
        "Responsible party of results not yet shown",
        source="annotationSection.annotationModule.unpostedAnnotation.unpostedResponsibleParty",
    )
    has_results: bool | None = optional("Whether the registry says that results are posted", source="hasResults")
    results_in_record: bool = column("Whether the stored record holds a results section")


@table("brief_summaries", "The brief summary, verbatim.", source="protocolSection.descriptionModule", indexes=())
class BriefSummary(Row):
    """One summary."""

    nct_id: str = column("NCT number", key=True, references="studies.nct_id")
    description: str = column("The text, with the registry's markdown escapes", source="briefSummary")


@table("detailed_descriptions", "The detailed description, verbatim.", source="protocolSection.descriptionModule", indexes=())
class DetailedDescription(Row):
    """One description."""

    nct_id: str = column("NCT number", key=True, references="studies.nct_id")
    description: str = column("The text, with the registry's markdown escapes", source="detailedDescription")


@table("designs", "How the study is built: allocation, model, purpose, masking.", source=f"{_DESIGN}.designInfo", indexes=())
class Design(Row):
    """The design of one study."""

    nct_id: str = column("NCT number", key=True, references="studies.nct_id")
    allocation: str | None = optional("How participants come to an arm", source="allocation")
    allocation_label: str | None = optional("Label of allocation")
    intervention_model: str | None = optional("Model of an interventional trial", source="interventionModel")
    intervention_model_label: str | None = optional("Label of intervention_model")
    intervention_model_description: str | None = optional("The model, verbatim", source="interventionModelDescription")
    observational_model: str | None = optional("Model of an observational study", source="observationalModel")
    observational_model_label: str | None = optional("Label of observational_model")
    primary_purpose: str | None = optional("Main purpose", source="primaryPurpose")
    primary_purpose_label: str | None = optional("Label of primary_purpose")
    time_perspective: str | None = optional("Looking forward or back", source="timePerspective")
    time_perspective_label: str | None = optional("Label of time_perspective")
    masking: str | None = optional("How many parties are masked", source="maskingInfo.masking")
    masking_label: str | None = optional("Label of masking")
    masking_description: str | None = optional("The masking, verbatim", source="maskingInfo.maskingDescription")
    who_masked: Json | None = optional("Who is masked (JSON list)", source="maskingInfo.whoMasked")
    subject_masked: bool | None = optional("Participants are masked; empty where nothing is listed")
    caregiver_masked: bool | None = optional("Care providers are masked")
    investigator_masked: bool | None = optional("Investigators are masked")
    outcomes_assessor_masked: bool | None = optional("Assessors of outcomes are masked")
