"""Stored changes as people read them: by version, each with its sign and its two texts word by word."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol, TypeVar

from harvester.compare.wording import for_reading
from harvester.history.change import unescaped
from harvester.history.subjects import by_subject, subject_of
from harvester.history.words import Piece, word_diff
from harvester.shape import shape
from harvester.tables import RecordChange

SIGNS: Mapping[str, str] = {
    "tightened": "⊂",
    "loosened": "⊃",
    "added": "+",
    "removed": "−",
    "moved": "↕",
    "reworded": "≈",
    "changed": "≠",
}
MEANINGS: Mapping[str, str] = {
    "tightened": "everybody the newer words admit by this, the older ones admitted too, and not the other way round",
    "loosened": "everybody the older words admitted by this, the newer ones admit too, and not the other way round",
    "added": "only the newer version has it",
    "removed": "only the older version has it",
    "moved": "the same words stand elsewhere",
    "reworded": "other words, and every value that was read from them is the same",
    "changed": "it differs; what that means for who may join, only the two texts tell",
}


@shape()
class Told:
    """One change. ``pieces`` are its two texts, word by word; a text that is there on one side only is one piece.

    ``subject`` says in words for people what it is about.
    """

    subject: str
    kind: str
    direction: str
    sign: str
    path: str
    detail: str | None
    before: str | None
    after: str | None
    pieces: tuple[Piece, ...]


@shape()
class Step:
    """From one version to the next; ``from_version`` is None for the first. ``date`` is that of the newer data.

    ``at_start``: the version that stood here when the trial was to start. ``counts`` says how many changes of each direction.
    ``changes`` are in the order of their subjects; ``others`` is the number of those that were not asked for.
    """

    nct_id: str
    title: str | None
    from_version: int | None
    to_version: int
    source: str
    data_date: str | None
    seen_at: str | None
    is_current: bool
    at_start: bool
    counts: tuple[tuple[str, int], ...]
    changes: tuple[Told, ...]
    others: int = 0

    @property
    def news(self) -> tuple[Told, ...]:
        """The changes but for the dates that the record carries of itself, which every version has anew, and for its source."""
        return tuple(each for each in self.changes if each.kind not in ("record date", "source"))


class Stored(Protocol):
    """A version as the store tells of it."""

    @property
    def nct_id(self) -> str:
        """NCT number."""

    @property
    def title(self) -> str | None:
        """Title of the trial today."""

    @property
    def version(self) -> int:
        """Number of the version."""

    @property
    def source(self) -> str:
        """Where it came from."""

    @property
    def data_timestamp(self) -> str | None:
        """Date of its data."""

    @property
    def first_fetched_at(self) -> str | None:
        """When it came here."""

    @property
    def is_current(self) -> bool:
        """Whether it is today's."""


S = TypeVar("S", bound=Stored)


def told(change: RecordChange) -> Told:
    """A stored change for reading."""
    direction = change.direction or "changed"
    before, after = (None if text is None else unescaped(text) for text in (change.before, change.after))
    was, now = (for_reading(text or "") if change.kind == "dose" else text or "" for text in (before, after))
    return Told(
        subject=subject_of(change.kind).label,
        kind=change.kind,
        direction=direction,
        sign=SIGNS[direction],
        path=change.path,
        detail=None if change.detail is None else unescaped(change.detail),
        before=before,
        after=after,
        pieces=(Piece("same", now),) if direction == "moved" else word_diff(was, now),
    )


def step(version: Stored, changes: Iterable[RecordChange], *, at_start: bool = False, others: int = 0) -> Step:
    """A version with what it changed, as far as it was asked for."""
    found = by_subject(changes)
    counted = {direction: sum((each.direction or "changed") == direction for each in found) for direction in SIGNS}
    return Step(
        nct_id=version.nct_id,
        title=version.title,
        from_version=found[0].from_version if found else None,
        to_version=version.version,
        source=version.source,
        data_date=(version.data_timestamp or "")[:10] or None,
        seen_at=version.first_fetched_at,
        is_current=version.is_current,
        at_start=at_start,
        counts=tuple((direction, count) for direction, count in counted.items() if count),
        changes=tuple(told(each) for each in found),
        others=others,
    )


def steps(versions: Sequence[Stored], changes: Sequence[RecordChange], start_date: str | None) -> tuple[Step, ...]:
    """The versions of one trial in order, each with what it changed. ``start_date`` is that of the trial, as precise as known."""
    by_version: dict[int, list[RecordChange]] = {}
    for change in changes:
        by_version.setdefault(change.to_version, []).append(change)
    has_begun = any(start_date and _date(each)[: len(start_date)] >= start_date for each in versions)
    at_start = version_on(versions, start_date) if start_date and has_begun else None
    return tuple(step(each, by_version.get(each.version, ()), at_start=each is at_start) for each in versions)


def version_on(versions: Sequence[S], day: str) -> S | None:
    """The version that held on a day (as precise as known), as far as is known here; None before the first. Versions in order.

    A version holds from the day it came here or that of its data, whichever is earlier: its data's date moves on with every
    visit that finds it unchanged.
    """
    begun = [each for each in versions if _begin(each) and _begin(each)[: len(day)] <= day]
    return begun[-1] if begun else None


def _date(version: Stored) -> str:
    return version.data_timestamp or version.first_fetched_at or ""


def _begin(version: Stored) -> str:
    return min((date[:10] for date in (version.data_timestamp, version.first_fetched_at) if date), default="")
