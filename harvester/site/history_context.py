"""What the templates of histories are given: of one trial, and of the collection.

- history.html: `HistoryPage`
- changes.html: `ChangesPage`
- changes.atom: `FeedPage`
- snapshot.html: `SnapshotPage`
- snapshots.html: `SnapshotsPage`
"""

from __future__ import annotations

from dataclasses import field

from harvester.compare.model import Comparison
from harvester.export.drawing import Drawing
from harvester.export.html import Frame, GroupOfPanels, Links
from harvester.export.svg import Picture
from harvester.history import CellChange, Step
from harvester.shape import shape
from harvester.site.contexts import TrialLine


@shape()
class HistoryPage:
    """Context of ``history.html``: the versions of a trial, the newest first. ``meanings`` explains the signs that occur."""

    frame: Frame = field(metadata={"json": False})
    nct_id: str
    title: str
    steps: tuple[Step, ...]
    meanings: tuple[tuple[str, str, str], ...]


@shape()
class Choice:
    """One of the answers to a question of a form."""

    value: str
    label: str
    is_chosen: bool


@shape()
class Choices:
    """A question of a form: the parameter of the address, what it asks, and its answers but "all"."""

    name: str
    label: str
    answers: tuple[Choice, ...]


@shape()
class ChangesPage:
    """Context of ``changes.html``.

    ``since`` is the day in the address; ``asked`` says in words what else is asked for; ``older_href`` leads to the versions that
    came before those shown, ``visit_href`` to what will have come after this visit, and may be kept as a bookmark.
    ``are_more_new``: there are more than ``new_count``.
    """

    frame: Frame = field(metadata={"json": False})
    since: str
    asked: tuple[str, ...]
    choices: tuple[Choices, ...] = field(metadata={"json": False})
    trials: tuple[str, ...]
    steps: tuple[Step, ...]
    new: tuple[TrialLine, ...]
    new_count: int
    are_more_new: bool
    is_first_page: bool
    older_href: str | None
    latest_href: str
    visit_href: str | None
    feed_href: str
    meanings: tuple[tuple[str, str, str], ...]
    collection_size: int


@shape()
class FeedEntry:
    """One version in the feed. ``identifier`` is the same for ever; ``updated`` is an RFC 3339 time."""

    identifier: str
    title: str
    updated: str
    href: str
    step: Step


@shape()
class FeedPage:
    """Context of ``changes.atom``, one document of a paged feed (RFC 5005): ``first_href`` and ``next_href`` lead to others."""

    identifier: str
    title: str
    updated: str
    self_href: str
    page_href: str
    first_href: str
    next_href: str | None
    entries: tuple[FeedEntry, ...]
    attribution: str
    program_version: str


@shape()
class SnapshotPage:
    """Context of ``snapshot.html``: a comparison as it was frozen, how to cite it, and what its trials say otherwise today.

    ``since`` is None where the same trials cannot be compared today; ``steps`` are the versions that came since.
    """

    frame: Frame = field(metadata={"json": False})
    snapshot_sha256: str
    frozen_at: str
    program_version: str
    citation: str
    comparison: Comparison
    today_href: str
    files: tuple[tuple[str, str], ...] = field(metadata={"json": False})
    embed_href: str = field(metadata={"json": False})
    embed_address: str = field(metadata={"json": False})
    oembed_href: str = field(metadata={"json": False})
    since: tuple[CellChange, ...] | None
    steps: tuple[Step, ...]
    groups: tuple[GroupOfPanels, ...] = field(metadata={"json": False})
    pictures: tuple[Picture, ...] = field(metadata={"json": False})
    drawings: tuple[Drawing, ...] = field(metadata={"json": False})
    links: Links = field(metadata={"json": False})


@shape()
class FrozenLine:
    """A frozen comparison in a list."""

    href: str
    snapshot_sha256: str
    frozen_at: str
    nct_ids: tuple[str, ...]


@shape()
class SnapshotsPage:
    """Context of ``snapshots.html``: the latest frozen comparisons, newest first."""

    frame: Frame = field(metadata={"json": False})
    frozen: tuple[FrozenLine, ...]
