"""`/compare/A,B,….xlsx` and its siblings: a comparison as a file to keep, or as citations; and the schema of its JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from harvester.export.files import REPORT_FILES
from harvester.export.json_schema import schema_text
from harvester.export.reference import comparison_reference, record_reference
from harvester.export.templates import TEMPLATES, template_report
from harvester.site import links
from harvester.site.asked import Asked
from harvester.site.cache import Answer
from harvester.site.headers import OURS
from harvester.site.pages.compare import chosen, comparison_of, view_of
from harvester.site.pages.download import CITATION_TYPES, CITATIONS, FILE_FORMS, file_answer, written
from harvester.site.pages.message import message

ENDINGS: Final = (*FILE_FORMS, *CITATIONS)
MOST_IN_A_NAME: Final = 3


def answer(asked: Asked) -> Answer:
    """The comparison in the form that the address ends with."""
    found = chosen(asked, "compare")
    if isinstance(found, Answer):
        return found
    ending = asked.parts["ending"]
    view = view_of(asked)
    comparison = comparison_of(asked, found, view.rows)
    name = f"{'-'.join(('comparison', *found[:MOST_IN_A_NAME]))}.{'csl.json' if ending == 'csl' else ending}"
    if ending in CITATIONS:
        address = asked.origin + links.comparison(found) if asked.origin else None
        records = [record_reference(study) for study in asked.studies(found).values()]
        return file_answer(written(ending, [comparison_reference(comparison, address), *records]), CITATION_TYPES[ending], name)
    template = asked.parameter("template")
    if template:
        return _document(asked, found, template, ending)
    form = FILE_FORMS[ending]
    shown = comparison.differences_only() if view.differences else comparison
    return file_answer(form.bytes_of(shown), form.media_type, name)


def _document(asked: Asked, nct_ids: Sequence[str], template: str, ending: str) -> Answer:
    """A document filled from the trials; 404 names those that there are."""
    if template not in TEMPLATES:
        actions = [(name, f"{links.comparison(nct_ids, ending=ending)}?template={name}") for name in TEMPLATES]
        return message(asked, 404, "There is no such document", f"There are {', '.join(TEMPLATES)}.", actions=actions)
    studies = asked.studies(nct_ids)
    report = template_report(template, [studies[nct_id] for nct_id in nct_ids])
    form = REPORT_FILES[FILE_FORMS[ending].name]
    return file_answer(form.bytes_of(report), form.media_type, f"{'-'.join((template, *nct_ids[:MOST_IN_A_NAME]))}.{ending}")


def schema(asked: Asked) -> Answer:
    """The JSON Schema of a comparison."""
    return Answer(200, schema_text().encode("utf-8"), "application/schema+json; charset=utf-8", policy=OURS)
