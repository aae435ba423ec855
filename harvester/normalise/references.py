"""Identifiers, publications, links, documents, results on their way, and related trials."""

from __future__ import annotations

from collections.abc import Iterator

from harvester.normalise.dates import dated
from harvester.normalise.fields import Fields
from harvester.tables import (
    Document,
    IdInformation,
    IpdInformationType,
    Link,
    PendingResult,
    ProvidedDocument,
    RelatedTrial,
    ResultsSubmission,
    Retraction,
    Row,
    StudyReference,
    ViolationEvent,
    words_as_json,
)
from harvester.vocabularies import label


def reference_rows(nct_id: str, body: Fields) -> Iterator[Row]:
    """Everything a record points to, see `harvester.tables.references`."""
    yield from _identifiers(nct_id, body.under("protocolSection.identificationModule"))
    module = body.under("protocolSection.referencesModule")
    yield from _publications(nct_id, module)
    for place, fields in enumerate(module.objects("seeAlsoLinks")):
        yield Link(
            link_id=f"{nct_id}.link{place + 1}",
            nct_id=nct_id,
            position=place,
            url=fields.text("url"),
            description=fields.text("label"),
        )
    yield from _documents(nct_id, body, module)
    for place, name in enumerate(body.under("protocolSection.ipdSharingStatementModule").strings("infoTypes")):
        yield IpdInformationType(
            ipd_information_type_id=f"{nct_id}.ipd{place + 1}",
            nct_id=nct_id,
            position=place,
            name=name,
            name_label=label("IpdSharingInfoType", name),
        )
    yield from _results_under_way(nct_id, body)
    yield from _violations(nct_id, body)
    yield from _related(nct_id, body)


def _identifiers(nct_id: str, module: Fields) -> Iterator[Row]:
    own = module.inside("orgStudyIdInfo")
    listed = [("org_study_id", 0, own)] if own else []
    listed += [("secondary_id", place, each) for place, each in enumerate(module.objects("secondaryIdInfos"))]
    number = 0
    for number, (source, place, fields) in enumerate(listed, start=1):
        kind = fields.text("type")
        yield IdInformation(
            id_information_id=f"{nct_id}.id{number}",
            nct_id=nct_id,
            position=place,
            id_source=source,
            id_value=fields.text("id"),
            id_type=kind,
            id_type_label=label("SecondaryIdType", kind),
            id_type_description=fields.text("domain"),
            id_link=fields.text("link"),
        )
    for place, alias in enumerate(module.strings("nctIdAliases")):
        yield IdInformation(
            id_information_id=f"{nct_id}.id{number + place + 1}",
            nct_id=nct_id,
            position=place,
            id_source="nct_alias",
            id_value=alias,
            id_type=None,
            id_type_label=None,
            id_type_description=None,
            id_link=None,
        )


def _publications(nct_id: str, module: Fields) -> Iterator[Row]:
    for place, fields in enumerate(module.objects("references")):
        reference_id = f"{nct_id}.reference{place + 1}"
        yield StudyReference(
            study_reference_id=reference_id,
            nct_id=nct_id,
            position=place,
            pmid=fields.text("pmid"),
            reference_type=fields.text("type"),
            reference_type_label=label("ReferenceType", fields.text("type")),
            citation=fields.text("citation"),
        )
        for number, retraction in enumerate(fields.objects("retractions"), start=1):
            yield Retraction(
                retraction_id=f"{reference_id}.retraction{number}",
                nct_id=nct_id,
                study_reference_id=reference_id,
                position=number - 1,
                pmid=retraction.text("pmid"),
                source=retraction.text("source"),
            )


def _documents(nct_id: str, body: Fields, module: Fields) -> Iterator[Row]:
    for place, fields in enumerate(module.objects("availIpds")):
        yield Document(
            document_row_id=f"{nct_id}.document{place + 1}",
            nct_id=nct_id,
            position=place,
            document_id=fields.text("id"),
            document_type=fields.text("type"),
            url=fields.text("url"),
            comment=fields.text("comment"),
        )
    for place, fields in enumerate(body.under("documentSection.largeDocumentModule").objects("largeDocs")):
        yield ProvidedDocument(
            provided_document_id=f"{nct_id}.file{place + 1}",
            nct_id=nct_id,
            position=place,
            document_type=fields.text("label"),
            type_abbrev=fields.text("typeAbbrev"),
            has_protocol=fields.boolean("hasProtocol"),
            has_sap=fields.boolean("hasSap"),
            has_icf=fields.boolean("hasIcf"),
            document_date=dated(fields, "date")[0],
            upload_date=fields.text("uploadDate"),
            filename=fields.text("filename"),
            size=fields.integer("size"),
        )


def _results_under_way(nct_id: str, body: Fields) -> Iterator[Row]:
    unposted = body.under("annotationSection.annotationModule.unpostedAnnotation")
    for place, fields in enumerate(unposted.objects("unpostedEvents")):
        yield PendingResult(
            pending_result_id=f"{nct_id}.pending{place + 1}",
            nct_id=nct_id,
            position=place,
            event=fields.text("type"),
            event_label=label("UnpostedEventType", fields.text("type")),
            event_date=dated(fields, "date")[0],
            date_unknown=fields.boolean("dateUnknown"),
        )
    tracking = body.under("derivedSection.miscInfoModule.submissionTracking")
    for place, fields in enumerate(tracking.objects("submissionInfos")):
        yield ResultsSubmission(
            results_submission_id=f"{nct_id}.submission{place + 1}",
            nct_id=nct_id,
            position=place,
            release_date=dated(fields, "releaseDate")[0],
            unrelease_date=dated(fields, "unreleaseDate")[0],
            unrelease_date_unknown=fields.boolean("unreleaseDateUnknown"),
            reset_date=dated(fields, "resetDate")[0],
            mcp_release_n=fields.integer("mcpReleaseN"),
        )


def _violations(nct_id: str, body: Fields) -> Iterator[Row]:
    annotation = body.under("annotationSection.annotationModule.violationAnnotation")
    for place, fields in enumerate(annotation.objects("violationEvents")):
        yield ViolationEvent(
            violation_event_id=f"{nct_id}.violation{place + 1}",
            nct_id=nct_id,
            position=place,
            event=fields.text("type"),
            event_label=label("ViolationEventType", fields.text("type")),
            description=fields.text("description"),
            creation_date=dated(fields, "creationDate")[0],
            issued_date=dated(fields, "issuedDate")[0],
            release_date=dated(fields, "releaseDate")[0],
            posted_date=dated(fields, "postedDate")[0],
        )


def _related(nct_id: str, body: Fields) -> Iterator[Row]:
    for place, fields in enumerate(body.objects("relatedTrials")):
        related = fields.text("nctId")
        if related is None:
            continue
        phases = fields.strings("phases")
        yield RelatedTrial(
            related_trial_id=f"{nct_id}.related{place + 1}",
            nct_id=nct_id,
            position=place,
            related_nct_id=related,
            brief_title=fields.text("briefTitle"),
            overall_status=fields.text("overallStatus"),
            overall_status_label=label("Status", fields.text("overallStatus")),
            phases=words_as_json(tuple(phases)) if phases else None,
        )
