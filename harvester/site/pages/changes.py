"""`/changes` and `/changes.atom`: what came into the collection, and what new versions changed; in pages, the latest first."""

from __future__ import annotations

import uuid

from harvester import __version__
from harvester.export.html import render
from harvester.history import Step, step
from harvester.site.asked import Asked
from harvester.site.cache import Answer
from harvester.site.changes_asked import ChangesAsked, NotUnderstood, after_this_visit
from harvester.site.contexts import TrialLine
from harvester.site.frame import frame_of
from harvester.site.headers import OURS
from harvester.site.history_context import ChangesPage, FeedEntry, FeedPage
from harvester.site.pages.history import address, meanings
from harvester.site.pages.message import message
from harvester.site.pages.search import trial_line
from harvester.store import VersionHead, changed_since, listings, new_since

SHOWN = 50
NEW_SHOWN, COUNTED = 100, 10_000
ATOM = "application/atom+xml; charset=utf-8"
_NAMES = uuid.uuid5(uuid.NAMESPACE_URL, "https://clinicaltrials.gov/#versions-seen-by-trialside")


def answer(asked: Asked) -> Answer:
    """The page of changes as the address asks for them, or of the latest ones."""
    try:
        chosen = ChangesAsked.of(asked)
    except NotUnderstood as problem:
        return _not_understood(asked, problem)
    found = changed_since(asked.connection, chosen.wanted, SHOWN + 1)
    told = tuple(step(head, changes, others=others) for head, changes, others in found[:SHOWN])
    new, new_count = _new(asked, chosen)
    title = _title(chosen)
    frame = frame_of(
        asked.collection, title, f"{title} in this collection", chosen.href("/changes"), json_path=chosen.href("/changes.json")
    )
    here = "/changes.json" if asked.as_json else "/changes"
    visit = after_this_visit(asked)
    page = ChangesPage(
        frame=frame,
        since=chosen.since,
        asked=chosen.words,
        choices=chosen.choices(asked),
        trials=chosen.trials,
        steps=told,
        new=new,
        new_count=min(new_count, COUNTED),
        are_more_new=new_count > COUNTED,
        is_first_page=chosen.after is None,
        older_href=chosen.older(here, found[SHOWN - 1][0]) if len(found) > SHOWN else None,
        latest_href=chosen.href(here),
        visit_href=chosen.href(here, since=visit) if visit else None,
        feed_href=chosen.href("/changes.atom"),
        meanings=meanings(told),
        collection_size=asked.collection.size,
    )
    return asked.answer("changes.html", page)


def _not_understood(asked: Asked, problem: NotUnderstood) -> Answer:
    return message(asked, 400, problem.title, problem.sentence, actions=(("The latest changes", "/changes"),))


def _title(chosen: ChangesAsked) -> str:
    what = f"Changes since {chosen.since}" if chosen.since else "Latest changes"
    return ": ".join(filter(None, (what, ", ".join(chosen.words))))


def _new(asked: Asked, chosen: ChangesAsked) -> tuple[tuple[TrialLine, ...], int]:
    """Trials that are new here, on the first page of what is not about certain changes."""
    if chosen.after is not None or chosen.wanted.is_about_changes:
        return (), 0
    heads, count = new_since(asked.connection, chosen.wanted, NEW_SHOWN, COUNTED)
    lines = listings(asked.connection, [head.nct_id for head in heads])
    return tuple(trial_line(each) for each in lines), count


def feed(asked: Asked) -> Answer:
    """The latest changes and the latest new trials as an Atom feed, chosen and paged as the page is."""
    try:
        chosen = ChangesAsked.of(asked)
    except NotUnderstood as problem:
        return _not_understood(asked, problem)
    wanted = chosen.wanted
    found = changed_since(asked.connection, wanted, SHOWN + 1, with_new=not wanted.is_about_changes)
    shown = [(head, step(head, changes, others=others)) for head, changes, others in found[:SHOWN]]
    origin = asked.origin
    page = FeedPage(
        identifier=f"urn:uuid:{uuid.uuid5(_NAMES, chosen.href(origin))}",
        title=": ".join(filter(None, ("Changes in this collection of trials", ", ".join(chosen.words)))),
        updated=_moment(shown[0][0].first_fetched_at if shown else None),
        self_href=_self(chosen, f"{origin}/changes.atom"),
        page_href=chosen.href(f"{origin}/changes"),
        first_href=chosen.href(f"{origin}/changes.atom"),
        next_href=chosen.older(f"{origin}/changes.atom", shown[-1][0]) if len(found) > SHOWN else None,
        entries=tuple(_entry(origin, head, told) for head, told in shown),
        attribution=asked.collection.attribution,
        program_version=__version__,
    )
    body = render("changes.atom", page).encode("utf-8", "replace")
    return Answer(200, body, ATOM, policy=OURS)


def _self(chosen: ChangesAsked, path: str) -> str:
    last = chosen.after
    return chosen.href(path, after=f"{last.first_fetched_at},{last.nct_id},{last.version}" if last else "")


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
