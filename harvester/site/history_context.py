"""What the templates of histories are given: of one trial, and of the collection.

- history.html: `HistoryPage`
- changes.html: `ChangesPage`
- changes.atom: `FeedPage`
"""

from __future__ import annotations

from dataclasses import dataclass, field

from harvester.export.html import Frame
from harvester.history import Step
from harvester.site.contexts import TrialLine


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """Context of ``history.html``: the versions of a trial, the newest first. ``meanings`` explains the signs that occur."""

    frame: Frame = field(metadata={"json": False})
    nct_id: str
    title: str
    steps: tuple[Step, ...]
    meanings: tuple[tuple[str, str, str], ...]
    attribution: str
    data_date: str | None


@dataclass(frozen=True, slots=True)
class ChangesPage:
    """Context of ``changes.html``. ``since`` is the day in the address; ``is_cut`` says that older changes are left out."""

    frame: Frame = field(metadata={"json": False})
    since: str
    steps: tuple[Step, ...]
    new: tuple[TrialLine, ...]
    new_count: int
    limit: int
    is_cut: bool
    feed_href: str
    meanings: tuple[tuple[str, str, str], ...]
    collection_size: int
    attribution: str
    data_date: str | None


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """One version in the feed. ``identifier`` is the same for ever; ``updated`` is an RFC 3339 time."""

    identifier: str
    title: str
    updated: str
    href: str
    step: Step


@dataclass(frozen=True, slots=True)
class FeedPage:
    """Context of ``changes.atom``."""

    identifier: str
    updated: str
    self_href: str
    page_href: str
    entries: tuple[FeedEntry, ...]
    attribution: str
    program_version: str
