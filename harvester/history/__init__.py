"""What a new version of a record changed, by meaning: pure functions of the rows of two versions.

two versions -> pairing -> fields, entries, criteria (direction), doses, outcomes, sites -> change (scale, subjects)
stored changes -> story (words) -> pages, feeds; frozen: the same for a comparison
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Protocol, TypeVar

from harvester.history.change import Change, came_or_went
from harvester.history.criteria import criterion_changes
from harvester.history.doses import dose_changes
from harvester.history.entries import entry_changes
from harvester.history.fields import field_changes, list_changes
from harvester.history.frozen import CellChange, changes_within, comparison_changes, freeze, is_whole, reopen, with_hash
from harvester.history.outcomes import outcome_changes
from harvester.history.sites import site_changes
from harvester.history.story import MEANINGS, SIGNS, Step, Stored, Told, step, steps, told, version_on
from harvester.history.subjects import Subject, subject_of, subjects
from harvester.history.words import Piece, word_diff
from harvester.tables import (
    CriterionFact,
    DesignGroup,
    DesignGroupIntervention,
    DesignOutcome,
    Dose,
    DoseRegimen,
    EligibilityCriterion,
    Facility,
    Intervention,
    RecordChange,
    Row,
    StudyRows,
)
from harvester.tables.plain import same_rows

__all__ = [
    "MEANINGS",
    "SIGNS",
    "CellChange",
    "Change",
    "Piece",
    "Step",
    "Stored",
    "Subject",
    "Told",
    "Version",
    "changes_between",
    "changes_within",
    "comparison_changes",
    "freeze",
    "in_order",
    "is_whole",
    "record_changes",
    "reopen",
    "source_change",
    "step",
    "steps",
    "subject_of",
    "subjects",
    "told",
    "version_on",
    "with_hash",
    "word_diff",
]

LESSER_SOURCES = frozenset({"digest", "page"})
"""Sources that do not hold the registry's own record: what such a version lacks, the registry need not have lacked."""


class Version(Protocol):
    """What the order of versions hangs on."""

    @property
    def version(self) -> int:
        """Its number here: the order in which versions were stored."""

    @property
    def data_timestamp(self) -> str | None:
        """Date of its data."""

    @property
    def is_current(self) -> bool:
        """Whether the trial's rows come from it."""


V = TypeVar("V", bound=Version)


def in_order(versions: Sequence[V]) -> list[V]:
    """The versions of a trial from the oldest data to the current ones; without a date, in the order they were stored."""
    return sorted(versions, key=lambda each: (each.is_current, (each.data_timestamp or "")[:10], each.version))


_TOLD: tuple[tuple[Callable[[StudyRows, StudyRows], Iterator[Change]], tuple[type[Row], ...]], ...] = (
    (field_changes, ()),
    (criterion_changes, (EligibilityCriterion, CriterionFact)),
    (entry_changes, (DesignGroup, Intervention, DesignGroupIntervention)),
    (dose_changes, (Dose, DoseRegimen)),
    (outcome_changes, (DesignOutcome,)),
    (site_changes, (Facility,)),
    (list_changes, ()),
)
"""What tells of changes, in order, with the tables it looks at where they are few: in the same rows nothing changed."""


def changes_between(before: StudyRows, after: StudyRows) -> Iterator[Change]:
    """All changes from one version to another: fields, criteria, arms, doses, outcomes, lists.

    A version that differs in nothing of these differs in fields that are not told one by one: then one change says so.
    """
    found = False
    for changes, looked_at in _TOLD:
        if looked_at and all(same_rows(before, after, row_type) for row_type in looked_at):
            continue
        for change in changes(before, after):
            found = True
            yield change
    if not found:
        yield Change("", "other", None, None, "changed", "fields of the record that are not told one by one")


def source_change(before: str, after: str) -> Change | None:
    """The one change that can be told where a lesser source than the registry's own record is involved; else None."""
    if before in LESSER_SOURCES or after in LESSER_SOURCES:
        return came_or_went("", "source", before, after, "what the two sources hold does not compare field by field")
    return None


def record_changes(
    before: StudyRows, after: StudyRows, from_version: int, to_version: int, sources: tuple[str, str] = ("api", "api")
) -> tuple[RecordChange, ...]:
    """The same as rows of `record_changes`, for versions of the two ``sources``."""
    source = source_change(*sources)
    found = [source] if source else list(changes_between(before, after))
    return tuple(
        RecordChange(
            change_id=f"{after.nct_id}.v{from_version}-{to_version}.{number}",
            nct_id=after.nct_id,
            from_version=from_version,
            to_version=to_version,
            **{name: getattr(change, name) for name in ("path", "kind", "before", "after", "direction", "detail")},
        )
        for number, change in enumerate(found, start=1)
    )
