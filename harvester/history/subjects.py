"""What changes are about (definitions/subjects.csv): a few subjects for the many kinds, in the order in which they are told."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Protocol, TypeVar

from harvester.definition_file import rows_of
from harvester.shape import shape


class Kinded(Protocol):
    """Something that has a kind."""

    @property
    def kind(self) -> str:
        """As of `record_changes`."""


K = TypeVar("K", bound=Kinded)


@shape()
class Subject:
    """A subject: ``name`` for addresses, ``label`` for people, and the kinds of changes that belong to it."""

    name: str
    label: str
    kinds: tuple[str, ...]


@cache
def subjects() -> tuple[Subject, ...]:
    """All subjects, in the order in which they are told."""
    rows = rows_of(Path(__file__).with_name("definitions") / "subjects.csv")
    return tuple(Subject(row["name"], row["label"], tuple(row["kinds"].split(";"))) for row in rows)


@cache
def _places() -> dict[str, tuple[int, Subject]]:
    return {kind: (place, subject) for place, subject in enumerate(subjects()) for kind in subject.kinds}


def subject_of(kind: str) -> Subject:
    """The subject of a kind; that of the record for a kind nobody knows."""
    return _places().get(kind, (0, subjects()[-1]))[1]


def by_subject(changes: Iterable[K]) -> list[K]:
    """The changes in the order of their subjects, within one as they were."""
    return sorted(changes, key=lambda change: _places().get(change.kind, (len(subjects()), None))[0])
