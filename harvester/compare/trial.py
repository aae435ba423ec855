"""One trial as a comparison sees it: its rows, what kind of record they come from, and what an empty field of it means."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Hashable, Mapping
from functools import cache, cached_property, lru_cache, wraps
from typing import Concatenate, ParamSpec, TypeVar

from harvester.compare.concept import Concept
from harvester.compare.eligible import TrialFacts
from harvester.compare.model import Cell, Line, RecordSource
from harvester.span import Source
from harvester.tables import (
    Design,
    Eligibility,
    EligibilityCriterion,
    Intervention,
    InterventionOtherName,
    RecordVersion,
    Row,
    Study,
    StudyRows,
)

R = TypeVar("R", bound=Row)
A = TypeVar("A")
P = ParamSpec("P")

_MISSING = {
    "digest": "not in the digest at hand",
    "page": "not on the saved page at hand",
}
_PLACE = re.compile(r"\[\d+\]")
SOURCE_NOTES = {
    "digest": "digest of the registry record; refresh for the registry's own text",
    "page": "read from a saved registry page; refresh for the registry's own record",
}


class Trial:
    """A trial's rows with what is often asked of them.

    Everything here follows from the rows alone, so all who ask for the `Trial.of` the same rows share one and its answers.
    """

    def __init__(self, rows: StudyRows) -> None:
        self.rows = rows
        self.nct_id = rows.nct_id
        self.answers: dict[Hashable, object] = {}

    @classmethod
    def of(cls, rows: StudyRows) -> Trial:
        """The one trial of these rows."""
        found: Trial = rows.memory.get("trial") or rows.memory.setdefault("trial", cls(rows))
        return found

    @cached_property
    def version(self) -> RecordVersion | None:
        """The record version the rows come from, where it is at hand."""
        return self.rows.one(RecordVersion)

    @cached_property
    def source(self) -> RecordSource:
        """Where the record came from."""
        return self.version.source if self.version else "file"  # type: ignore[return-value]

    @cached_property
    def study(self) -> Study:
        """The row of `studies`; an empty one where there is none."""
        return self.rows.one(Study) or _empty(Study, nct_id=self.nct_id, enrollment_unknown=False, results_in_record=False)

    @cached_property
    def design(self) -> Design:
        """The row of `designs`; an empty one where there is none."""
        return self.rows.one(Design) or _empty(Design, nct_id=self.nct_id)

    @cached_property
    def eligibility(self) -> Eligibility:
        """The row of `eligibilities`; an empty one where there is none."""
        return self.rows.one(Eligibility) or _empty(Eligibility, nct_id=self.nct_id)

    @cached_property
    def facts(self) -> TrialFacts:
        """Criteria and their facts, by slot."""
        return TrialFacts(self.rows)

    @cached_property
    def subjects(self) -> Mapping[str, frozenset[str]]:
        """The domains of each criterion, by criterion_id."""
        return {
            key: frozenset((*json_list(each.secondary_domains), *([each.domain] if each.domain else [])))
            for key, each in self.facts.criteria.items()
        }

    @cached_property
    def speaks(self) -> Callable[[Concept], tuple[EligibilityCriterion, ...]]:
        """Asks which criteria speak of a concept; each concept is looked for once."""
        lowered = {key: each.text.casefold() for key, each in self.facts.criteria.items()}
        whole = "\n".join(lowered.values())

        @cache
        def criteria_of(about: Concept) -> tuple[EligibilityCriterion, ...]:
            if not any(word in whole for word in about.words.plain):
                return ()
            return tuple(each for key, each in self.facts.criteria.items() if about.words.stand_in(lowered[key]))

        return criteria_of

    @cached_property
    def names(self) -> dict[str, tuple[str, ...]]:
        """Names and other names by intervention_id, as written."""
        found: dict[str, list[str]] = {each.intervention_id: [each.name or ""] for each in self.rows.of(Intervention)}
        for other in self.rows.of(InterventionOtherName):
            found.setdefault(other.intervention_id, []).append(other.name)
        return {key: tuple(name for name in names if name) for key, names in found.items()}

    @property
    def is_interventional(self) -> bool:
        """Whether the record calls it interventional."""
        return self.study.study_type == "INTERVENTIONAL"

    def absent(self, path: str | None = None) -> Cell:
        """The cell of a field, at ``path`` of a record, that the record at hand leaves out.

        Only a record that would show it can leave it unstated: the registry's own, or a digest that tells what it lacks.
        """
        note = _MISSING.get(self.source)
        if note is None or (self.source == "digest" and self.is_at_hand(path)):
            return Cell("not stated")
        return Cell("not read", note=note)

    def is_at_hand(self, path: str | None) -> bool:
        """Whether the record at hand would show what the registry's record states at ``path``: a digest leaves things out."""
        if self.source != "digest":
            return True
        if path is None or self.left_out is None:
            return False
        asked = _PLACE.sub("", path)
        return not any(f"{each}.".startswith(f"{asked}.") or f"{asked}.".startswith(f"{each}.") for each in self.left_out)

    @cached_property
    def left_out(self) -> tuple[str, ...] | None:
        """Paths that a digest says it lacks (its ``digest.notAtHand``); None where it does not say."""
        record = json.loads(self.version.record) if self.version and self.source == "digest" else {}
        listed = record.get("digest", {}).get("notAtHand")
        return tuple(_PLACE.sub("", str(each)) for each in listed) if isinstance(listed, list) else None

    def field(self, row: Row, name: str, text: str | None = None, note: str | None = None) -> Cell:
        """The cell of one registry field: column ``name`` of ``row``, shown as ``text`` or as it stands."""
        line = self.line(row, name, text, note)
        return Cell("stated", (line,)) if line else self.absent(self.path(row, name))

    def line(self, row: Row, name: str, text: str | None = None, note: str | None = None) -> Line | None:
        """The line of one registry field with its source; None where it is empty."""
        value = getattr(row, name)
        if value is None or value == "":
            return None
        quote = str(value).lower() if isinstance(value, bool) else str(value)
        return Line(text if text is not None else quote, self.sources(row, name, quote), value=value, note=note)

    def sources(self, row: Row, name: str, quote: str) -> tuple[Source, ...]:
        """The quotation of a whole field, where its declaration names one field of the record."""
        path = self.path(row, name)
        return (Source(path, 0, len(quote), quote),) if path else ()

    def path(self, row: Row, name: str) -> str | None:
        """The path of a column in the record; None where its declaration does not name one field."""
        column = next(each for each in row.table.columns if each.name == name)
        path = ".".join(part for part in (self._inside(row), column.source) if part) if column.source else None
        return path if path and " " not in path else None

    @staticmethod
    def _inside(row: Row) -> str:
        source = row.table.source or ""
        position = getattr(row, "position", None)
        is_list = source.endswith(("Groups", "interventions", "locations"))
        return f"{source}[{position}]" if is_list and position is not None else source


def remembered(question: Callable[Concatenate[Trial, P], A]) -> Callable[Concatenate[Trial, P], A]:
    """Lets each trial remember its answers to a question. They must follow from its rows and the other arguments alone."""

    @wraps(question)
    def ask(trial: Trial, /, *others: P.args, **named: P.kwargs) -> A:
        key = (question, others, tuple(named.items())) if others or named else question
        if key not in trial.answers:
            trial.answers[key] = question(trial, *others, **named)
        return trial.answers[key]  # type: ignore[return-value]  # what this question gave

    return ask


def _empty(row_type: type[R], **given: object) -> R:
    """A row with only ``given``; the other columns are empty."""
    return row_type(**{column.name: None for column in row_type.table.columns} | given)


@lru_cache(maxsize=5_000)
def json_list(text: str | None) -> tuple[str, ...]:
    """The strings of a JSON list column; empty where the column is."""
    return tuple(str(each) for each in json.loads(text)) if text else ()
