"""`/search?q=…`: trials of this collection by number, title, drug or condition."""

from __future__ import annotations

import re

from harvester.site import links
from harvester.site.asked import Asked, redirect
from harvester.site.cache import Answer
from harvester.site.contexts import Found, SearchPage, TrialLine
from harvester.site.frame import frame_of
from harvester.store import SearchHit, StudyListing, known_ids, search_studies

LIMIT = 50
_MATCH = re.compile(r"\[([^\[\]]{1,80})\]")


def answer(asked: Asked) -> Answer:
    """What was found; a number that is stored leads straight to its trial."""
    query = " ".join(asked.parameter("q").split())
    nct_id = links.canonical_id(query)
    if nct_id:
        stored = known_ids(asked.connection, [nct_id]).get(nct_id)
        return redirect(links.SiteLinks().trial(stored or nct_id) + (".json" if asked.as_json else ""))
    found = search_studies(asked.connection, query, LIMIT) if query else []
    title = f"Search: {query}" if query else "Search"
    frame = frame_of(asked.collection, title, "Search of this collection", "/search", query=query)
    page = SearchPage(
        frame,
        query,
        tuple(_line(each) for each in found),
        LIMIT,
        asked.collection.size,
        frame.attribution,
        frame.data_date,
    )
    return asked.answer("search.html", page)


def trial_line(study: StudyListing, words: tuple[Found, ...] = ()) -> TrialLine:
    """A stored trial as lists show it."""
    title = study.brief_title or "Untitled trial"
    return TrialLine(study.nct_id, title, study.overall_status_label or study.overall_status, study.phase_label, words=words)


def _line(hit: SearchHit) -> TrialLine:
    return trial_line(hit.study, _pieces(" ".join(hit.snippet.split())))


def _pieces(snippet: str) -> tuple[Found, ...]:
    """The snippet in pieces; every second one stood in the store's brackets."""
    return tuple(Found(text, place % 2 == 1) for place, text in enumerate(_MATCH.split(snippet)) if text)
