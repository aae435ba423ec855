"""`/trial/NCT….docx` and its siblings: a trial as read, how to cite it, and its record in the words of schema.org and FHIR."""

from __future__ import annotations

from typing import Final

from harvester import __version__
from harvester.compare.build import build_comparison
from harvester.export.fhir import fhir
from harvester.export.reference import record_reference
from harvester.export.schema_org import schema_org
from harvester.site import links
from harvester.site.asked import Asked
from harvester.site.cache import Answer
from harvester.site.pages.download import CITATION_TYPES, CITATIONS, FILE_FORMS, file_answer, written
from harvester.site.pages.one_trial import asked_trial
from harvester.tables import StudyRows

RECORDS: Final = {"jsonld": ("application/ld+json", schema_org), "fhir": ("application/fhir+json", fhir)}
ENDINGS: Final = (*FILE_FORMS, *CITATIONS, *RECORDS)


def answer(asked: Asked) -> Answer:
    """The record in the form that the address ends with; other spellings of its number are led to it."""
    ending = asked.parts["ending"]
    stored = asked_trial(asked, lambda nct_id: f"{links.SiteLinks().trial(nct_id)}.{ending}")
    if isinstance(stored, Answer):
        return stored
    study = asked.studies([stored])[stored]
    if ending in FILE_FORMS:
        form = FILE_FORMS[ending]
        alone = build_comparison([study], collection_size=asked.collection.size)
        return file_answer(form.bytes_of(alone), form.media_type, f"{stored}.{ending}")
    return _file(study, ending)


def _file(study: StudyRows, ending: str) -> Answer:
    if ending in RECORDS:
        media_type, write = RECORDS[ending]
        name = f"{study.nct_id}.{'fhir.json' if ending == 'fhir' else ending}"
        return file_answer(write([study], __version__).encode("utf-8", "replace"), f"{media_type}; charset=utf-8", name)
    name = f"{study.nct_id}.{'csl.json' if ending == 'csl' else ending}"
    return file_answer(written(ending, [record_reference(study)]), CITATION_TYPES[ending], name)
