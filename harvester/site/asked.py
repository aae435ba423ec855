"""What a request asks for, and the two forms an answer to it takes."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import field
from functools import partial
from typing import TYPE_CHECKING, Any

from harvester.compare.screening import LOOKED_AT
from harvester.export.html import render
from harvester.export.json import json_text, plain
from harvester.shape import shape
from harvester.site.cache import Answer
from harvester.site.frame import Collection
from harvester.site.headers import OURS
from harvester.store import Namings, other_rules_line, read_studies
from harvester.tables import StudyRows

if TYPE_CHECKING:
    import sqlite3

Read = Callable[["sqlite3.Connection", Sequence[str]], dict[str, StudyRows]]
JSON = "application/json; charset=utf-8"
LONGEST_PARAMETER = 2_000
_NAME, _NAMES = 40, 5
"""Letters of a parameter's name, and parameters, that are told where they are passed over."""


@shape()
class Asked:
    """One question to the site, with what is needed to answer it."""

    connection: sqlite3.Connection
    collection: Collection
    parts: Mapping[str, str]
    parameters: Mapping[str, str] = field(default_factory=dict)
    as_json: bool = False
    public: bool = False
    focal: str | None = None
    origin: str = ""
    """Scheme and host as the visitor typed them; empty where they are nothing to repeat."""
    read: Read = read_studies
    """Reads stored trials, or knows them already."""
    read_to_screen: Read = partial(read_studies, of=LOOKED_AT)
    """The same with no more of them than a screening looks at."""
    namings: Namings = field(default_factory=Namings)
    """Knows which trials name the phrases that were looked up lately."""

    def studies(self, nct_ids: Sequence[str]) -> dict[str, StudyRows]:
        """The stored ones of these trials, by their own numbers."""
        return self.read(self.connection, nct_ids)

    def footnote(self, attribution: str, nct_ids: Sequence[str]) -> str:
        """What stands below a page of trials: whose data they are, and whether other rules than this program's read some."""
        return " ".join(filter(None, (attribution, other_rules_line(self.connection, nct_ids))))

    def parameter(self, name: str, longest: int = LONGEST_PARAMETER) -> str:
        """A parameter of the address, cut to a sensible length; empty where there is none."""
        return self.parameters.get(name, "").replace("\0", " ")[:longest]

    def passed_over(self, known: Container[str]) -> tuple[str, ...]:
        """Parameters of the address, the first of them, that are none of those ``known``: a misspelt one would seem to be met."""
        names = (name for name, text in self.parameters.items() if text and name not in known)
        return tuple(dict.fromkeys("".join(filter(str.isprintable, name[:_NAME])) for name in names))[:_NAMES]

    def answer(self, template: str, page: Any, *, status: int = 200) -> Answer:
        """The page as JSON or as HTML, as asked."""
        return json_answer(page, status) if self.as_json else html_answer(template, page, status=status)


def json_answer(page: Any, status: int) -> Answer:
    """A page as JSON; a twin of a page says whose data it holds, and of which days."""
    frame = page.frame
    origin = {"attribution": frame.attribution, "data_date": frame.data_date} if frame.json_path else {}
    return Answer(status, json_text(plain(page) | origin).encode("utf-8"), JSON, policy=OURS)


def html_answer(template: str, page: Any, *, status: int = 200, policy: str = OURS) -> Answer:
    """A page as HTML. What no UTF-8 file can hold is replaced."""
    return Answer(status, render(template, page).encode("utf-8", "replace"), policy=policy)


def redirect(location: str, *, permanent: bool = False) -> Answer:
    """A redirect within the site; ``location`` is a path that we made ourselves."""
    return Answer(301 if permanent else 302, b"", location=location, policy=OURS)
