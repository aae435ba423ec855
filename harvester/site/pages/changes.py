"""`/changes` and `/changes.atom`: what came into the collection, and what new versions changed, since a day."""

from __future__ import annotations

import re
import uuid
from urllib.parse import urlencode

from harvester import __version__
from harvester.export.html import render
from harvester.history import Step, step
from harvester.site.asked import Asked
from harvester.site.cache import Answer
from harvester.site.contexts import TrialLine
from harvester.site.frame import frame_of
from harvester.site.headers import OURS
from harvester.site.history_context import ChangesPage, FeedEntry, FeedPage
from harvester.site.pages.history import address, meanings
from harvester.site.pages.message import message
from harvester.site.pages.search import trial_line
from harvester.store import VersionHead, changed_since, listings, new_since

SHOWN = 50
NEW_SHOWN = 100
ATOM = "application/atom+xml; charset=utf-8"
_DAY = re.compile(r"\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])(?:T[\d:]{5,8}Z?)?")
_NAMES = uuid.uuid5(uuid.NAMESPACE_URL, "https://clinicaltrials.gov/#versions-seen-by-trialside")


def answer(asked: Asked) -> Answer:
    """The page of changes since the day in the address, or of the latest ones."""
    since = asked.parameter("since").strip()
    if since and not _DAY.fullmatch(since):
        return message(
            asked,
            400,
            "That is not a day",
            f"“{since[:40]}” is not a day; write it as 2026-11-25.",
            actions=(("The latest changes", "/changes"),),
        )
    found = changed_since(asked.connection, since or None, SHOWN + 1)
    told = tuple(step(head, changes) for head, changes in found[:SHOWN])
    new = new_since(asked.connection, since or None, NEW_SHOWN)
    query = f"?{urlencode({'since': since})}" if since else ""
    title = f"Changes since {since}" if since else "Latest changes"
    frame = frame_of(
        asked.collection, title, f"{title} in this collection", f"/changes{query}", json_path=f"/changes.json{query}"
    )
    page = ChangesPage(
        frame=frame,
        since=since,
        steps=told,
        new=_lines(asked, new),
        new_count=len(new),
        limit=SHOWN,
        is_cut=len(found) > SHOWN,
        feed_href="/changes.atom",
        meanings=meanings(told),
        collection_size=asked.collection.size,
        attribution=frame.attribution,
        data_date=frame.data_date,
    )
    return asked.answer("changes.html", page)


def _lines(asked: Asked, heads: list[VersionHead]) -> tuple[TrialLine, ...]:
    return tuple(trial_line(each) for each in listings(asked.connection, [head.nct_id for head in heads]))


def feed(asked: Asked) -> Answer:
    """The latest changes and the latest new trials as an Atom feed."""
    changed = [(head, step(head, changes)) for head, changes in changed_since(asked.connection, None, SHOWN)]
    new = [(head, step(head, ())) for head in new_since(asked.connection, None, SHOWN)]
    latest = sorted([*changed, *new], key=lambda each: each[0].first_fetched_at or "", reverse=True)[:SHOWN]
    page = FeedPage(
        identifier=f"urn:uuid:{uuid.uuid5(_NAMES, asked.origin)}",
        updated=_moment(latest[0][0].first_fetched_at if latest else None),
        self_href=f"{asked.origin}/changes.atom",
        page_href=f"{asked.origin}/changes",
        entries=tuple(_entry(asked.origin, head, told) for head, told in latest),
        attribution=asked.collection.attribution,
        program_version=__version__,
    )
    body = render("changes.atom", page).encode("utf-8", "replace")
    return Answer(200, body, ATOM, policy=OURS)


def _entry(origin: str, head: VersionHead, told: Step) -> FeedEntry:
    what = ", ".join(f"{count} {direction}" for direction, count in told.counts) or "new in this collection"
    return FeedEntry(
        identifier=f"urn:uuid:{uuid.uuid5(_NAMES, f'{head.nct_id} {head.version} {head.content_sha256}')}",
        title=f"{head.nct_id}: {what}",
        updated=_moment(head.first_fetched_at),
        href=f"{origin}{address(head.nct_id)}#v{head.version}",
        step=told,
    )


def _moment(text: str | None) -> str:
    """A stored time as RFC 3339 has it; the beginning of time where none is stored."""
    return text if text and len(text) >= len("2026-11-25T08:00:00Z") else f"{(text or '1970-01-01')[:10]}T00:00:00Z"
