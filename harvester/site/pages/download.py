"""Files to take away: their names, types and endings."""

from __future__ import annotations

from typing import Final

from harvester.export import citation
from harvester.export.files import COMPARISON_FILES
from harvester.export.reference import Reference
from harvester.site.cache import Answer
from harvester.site.headers import OURS, framed

CITATIONS: Final = {"txt": "vancouver", "bib": "bibtex", "ris": "ris", "csl": "csl"}
"""Endings of citations and their form."""

CITATION_TYPES: Final = {
    "txt": "text/plain; charset=utf-8",
    "bib": "application/x-bibtex; charset=utf-8",
    "ris": "application/x-research-info-systems; charset=utf-8",
    "csl": "application/vnd.citationstyles.csl+json; charset=utf-8",
}
CITATION_LABELS: Final = {"txt": "Citation", "bib": "BibTeX", "ris": "RIS", "csl": "CSL-JSON"}

FILE_FORMS: Final = {form.ending: form for form in COMPARISON_FILES.values() if form.name != "json"}
"""Endings of a comparison's files; its JSON is the page's own twin."""


DOCUMENTS: Final = (
    ("Characteristics of included studies, Word", "characteristics", "docx"),
    ("Methods and dosing, Word", "dosing", "docx"),
    ("Methods and dosing, Excel", "dosing", "xlsx"),
    ("TIDieR items, Word", "tidier", "docx"),
    ("Every pair of trials, Excel", "pairs", "xlsx"),
)
"""Label, template and ending of the documents that a comparison's page offers."""


def downloads() -> tuple[tuple[str, str], ...]:
    """Label and ending of all forms of a comparison."""
    files = tuple((form.label, ending) for ending, form in FILE_FORMS.items())
    return files + tuple((label, ending) for ending, label in CITATION_LABELS.items())


def file_answer(body: bytes, media_type: str, name: str) -> Answer:
    """A file to keep; ``name`` is made of NCT numbers and an ending of ours."""
    policy = framed() if media_type.startswith("text/html") else OURS
    return Answer(200, body, media_type, policy=policy, disposition=f'attachment; filename="{name}"')


def written(ending: str, references: list[Reference]) -> bytes:
    """References as a file with this ending."""
    return citation.FORMS[CITATIONS[ending]](references).encode("utf-8", "replace")
