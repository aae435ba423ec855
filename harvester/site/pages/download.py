"""Files to take away: their names, types and endings."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final

from harvester.definition_file import lists_of
from harvester.export import citation
from harvester.export.extraction import Extraction, Value, extraction_csv
from harvester.export.extraction_xlsx import extraction_xlsx
from harvester.export.files import COMPARISON_FILES, WORKBOOK
from harvester.export.reference import Reference
from harvester.site.cache import Answer
from harvester.site.headers import OURS, framed

_TOLD: Final = lists_of(Path(__file__).parents[1] / "definitions" / "files.txt")
_CITED: Final = {ending: told.split(" | ") for ending, _, told in (line.partition(" = ") for line in _TOLD["citations"])}
CITATIONS, CITATION_TYPES, CITATION_LABELS = ({ending: each[place] for ending, each in _CITED.items()} for place in range(3))
"""Endings of citations with their form, type and label."""

FILE_FORMS: Final = {form.ending: form for form in COMPARISON_FILES.values() if form.name != "json"}
"""Endings of a comparison's files; its JSON is the page's own twin."""


DOCUMENTS: Final = tuple((label, name, ending) for label, name, ending in (each.split(" | ") for each in _TOLD["documents"]))
"""Label, template and ending of the documents that a comparison's page offers."""


def downloads() -> tuple[tuple[str, str], ...]:
    """Label and ending of all forms of a comparison."""
    files = tuple((form.label, ending) for ending, form in FILE_FORMS.items())
    return files + tuple((label, ending) for ending, label in CITATION_LABELS.items())


def file_answer(body: bytes, media_type: str, name: str) -> Answer:
    """A file to keep; ``name`` is made of NCT numbers and an ending of ours."""
    policy = framed() if media_type.startswith("text/html") else OURS
    return Answer(200, body, media_type, policy=policy, disposition=f'attachment; filename="{name}"')


def table_answer(
    table: Extraction[Any], rows: Iterable[Sequence[Value]], name: str, ending: str, about: dict[str, str]
) -> Answer:
    """A table as a workbook, which says what it is ``about``, or as CSV."""
    if ending == "xlsx":
        return file_answer(b"".join(extraction_xlsx(table, rows, about)), WORKBOOK, f"{name}.xlsx")
    return file_answer("".join(extraction_csv(table, rows)).encode("utf-8", "replace"), "text/csv; charset=utf-8", f"{name}.csv")


def written(ending: str, references: list[Reference]) -> bytes:
    """References as a file with this ending."""
    return citation.FORMS[CITATIONS[ending]](references).encode("utf-8", "replace")
