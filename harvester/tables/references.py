"""What a record points to: identifiers, publications, links, documents, results on their way, related trials."""

from __future__ import annotations

from harvester.schema import Json, Row, column, optional, table

_ID = "protocolSection.identificationModule"
_REFERENCES = "protocolSection.referencesModule"
_ANNOTATION = "annotationSection.annotationModule"


@table("id_information", "Other identifiers of a trial.", source=_ID, indexes=(("nct_id",), ("id_value",)))
class IdInformation(Row):
    """One identifier."""

    id_information_id: str = column("Identifier of the row", key=True)
    nct_id: str = column("NCT number", references="studies.nct_id")
    position: int = column("Order within its source, from 0")
    id_source: str = column("Where the record gives it", choices=("org_study_id", "secondary_id", "nct_alias"))
    id_value: str | None = optional("The identifier", source="orgStudyIdInfo.id secondaryIdInfos.id nctIdAliases")
    id_type: str | None = optional("Kind of identifier", source="orgStudyIdInfo.type secondaryIdInfos.type")
    id_type_label: str | None = optional("Label of id_type")
    id_type_description: str | None = optional("Who issued it, verbatim", source="secondaryIdInfos.domain")
    id_link: str | None = optional("Address of it", source="orgStudyIdInfo.link secondaryIdInfos.link")


@table("study_references", "Publications named in the record.", source=f"{_REFERENCES}.references")
class StudyReference(Row):
    """One publication."""

    study_reference_id: str = column("Identifier of the row", key=True)
    nct_id: str = column("NCT number", references="studies.nct_id")
    position: int = column("Order in the record, from 0")
    pmid: str | None = optional("PubMed number", source="pmid")
    reference_type: str | None = optional(
        "Background, result, or derived (found by the registry through the NCT number)", source="type"
    )
    reference_type_label: str | None = optional("Label of reference_type")
    citation: str | None = optional("Citation, verbatim", source="citation")


@table("retractions", "Retractions of publications named in the record.", source=f"{_REFERENCES}.references.retractions")
class Retraction(Row):
    """One retraction."""

    retraction_id: str = column("Identifier of the row", key=True)
    nct_id: str = column("NCT number", references="studies.nct_id")
    study_reference_id: str = column("Publication", references="study_references.study_reference_id")
    position: int = column("Order in the record, from 0")
    pmid: str | None = optional("PubMed number of the retraction", source="pmid")
    source: str | None = optional("Where the retraction stands", source="source")


@table("links", "Web pages named in the record.", source=f"{_REFERENCES}.seeAlsoLinks")
class Link(Row):
    """One link."""

    link_id: str = column("Identifier of the row", key=True)
    nct_id: str = column("NCT number", references="studies.nct_id")
    position: int = column("Order in the record, from 0")
    url: str | None = optional("Address", source="url")
    description: str | None = optional("What it is, verbatim", source="label")


@table("documents", "Data and documents of the study that can be had elsewhere.", source=f"{_REFERENCES}.availIpds")
class Document(Row):
    """One data set or document."""

    document_row_id: str = column("Identifier of the row", key=True)
    nct_id: str = column("NCT number", references="studies.nct_id")
    position: int = column("Order in the record, from 0")
    document_id: str | None = optional("Identifier where it is kept", source="id")
    document_type: str | None = optional("Kind", source="type")
    url: str | None = optional("Address", source="url")
    comment: str | None = optional("Remark, verbatim", source="comment")


@table(
    "provided_documents",
    "Protocol, analysis plan and consent form given to the registry.",
    source="documentSection.largeDocumentModule.largeDocs",
)
class ProvidedDocument(Row):
    """One file."""

    provided_document_id: str = column("Identifier of the row", key=True)
    nct_id: str = column("NCT number", references="studies.nct_id")
    position: int = column("Order in the record, from 0")
    document_type: str | None = optional("What it is", source="label")
    type_abbrev: str | None = optional("Short name of its kind", source="typeAbbrev")
    has_protocol: bool | None = optional("Whether it holds the protocol", source="hasProtocol")
    has_sap: bool | None = optional("Whether it holds the analysis plan", source="hasSap")
    has_icf: bool | None = optional("Whether it holds the consent form", source="hasIcf")
    document_date: str | None = optional("Date on it", source="date")
    upload_date: str | None = optional("When it was given to the registry", source="uploadDate")
    filename: str | None = optional("Name of the file", source="filename")
    size: int | None = optional("Size of the file", unit="bytes", source="size")


@table(
    "ipd_information_types",
    "What will be shared beside participants' data.",
    source="protocolSection.ipdSharingStatementModule",
)
class IpdInformationType(Row):
    """One kind of document."""

    ipd_information_type_id: str = column("Identifier of the row", key=True)
    nct_id: str = column("NCT number", references="studies.nct_id")
    position: int = column("Order in the record, from 0")
    name: str = column("Kind of document", source="infoTypes")
    name_label: str | None = optional("Label of name")


@table(
    "pending_results",
    "Results sent to the registry and not yet shown: sent, taken back, returned.",
    source=f"{_ANNOTATION}.unpostedAnnotation.unpostedEvents",
)
class PendingResult(Row):
    """One event."""

    pending_result_id: str = column("Identifier of the row", key=True)
    nct_id: str = column("NCT number", references="studies.nct_id")
    position: int = column("Order in the record, from 0")
    event: str | None = optional("What happened", source="type")
    event_label: str | None = optional("Label of event")
    event_date: str | None = optional("When", source="date")
    date_unknown: bool | None = optional("Whether the date is not known", source="dateUnknown")


@table(
    "results_submissions",
    "Rounds of quality control that results went through.",
    source="derivedSection.miscInfoModule.submissionTracking.submissionInfos",
)
class ResultsSubmission(Row):
    """One round."""

    results_submission_id: str = column("Identifier of the row", key=True)
    nct_id: str = column("NCT number", references="studies.nct_id")
    position: int = column("Order in the record, from 0")
    release_date: str | None = optional("Sent by the sponsor", source="releaseDate")
    unrelease_date: str | None = optional("Taken back by the sponsor", source="unreleaseDate")
    unrelease_date_unknown: bool | None = optional("Taken back on an unknown day", source="unreleaseDateUnknown")
    reset_date: str | None = optional("Returned by the registry", source="resetDate")
    mcp_release_n: int | None = optional("Number of the release that was shown without passing", source="mcpReleaseN")


@table(
    "violation_events",
    "What the FDA announced about the duty to register and report.",
    source=f"{_ANNOTATION}.violationAnnotation.violationEvents",
)
class ViolationEvent(Row):
    """One announcement."""

    violation_event_id: str = column("Identifier of the row", key=True)
    nct_id: str = column("NCT number", references="studies.nct_id")
    position: int = column("Order in the record, from 0")
    event: str | None = optional("What was announced", source="type")
    event_label: str | None = optional("Label of event")
    description: str | None = optional("More about it, verbatim", source="description")
    creation_date: str | None = optional("Entered", source="creationDate")
    issued_date: str | None = optional("Issued", source="issuedDate")
    release_date: str | None = optional("Released", source="releaseDate")
    posted_date: str | None = optional("Shown", source="postedDate")


@table(
    "related_trials",
    "Trials that a saved registry page lists as related. The registry's own record has no such list.",
    source="relatedTrials",
    indexes=(("nct_id",), ("related_nct_id",)),
)
class RelatedTrial(Row):
    """One related trial."""

    related_trial_id: str = column("Identifier of the row", key=True)
    nct_id: str = column("NCT number of the trial whose page it was", references="studies.nct_id")
    position: int = column("Order on the page, from 0")
    related_nct_id: str = column("NCT number of the related trial", source="nctId")
    brief_title: str | None = optional("Its title on the page", source="briefTitle")
    overall_status: str | None = optional("Its status on the page", source="overallStatus")
    overall_status_label: str | None = optional("Label of overall_status")
    phases: Json | None = optional("Its phases on the page (JSON list)", source="phases")
