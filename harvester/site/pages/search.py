"""`/search?q=…`: trials of this collection by number, title, drug or condition."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from urllib.parse import urlencode

from rapidfuzz import fuzz, process

from harvester.site import links
from harvester.site.asked import Asked, redirect
from harvester.site.cache import Answer
from harvester.site.contexts import Found, Kind, Narrowing, SearchPage, Suggestion, TrialLine
from harvester.site.frame import frame_of
from harvester.store import (
    NARROWING,
    WEIGHED,
    Search,
    SearchHit,
    StudyListing,
    known_ids,
    search_studies,
    terms_in_use,
)

LIMIT = 50
FARTHEST = 10_000
"""Place of the last trial that can be paged to."""
OFTEN, VOCABULARY, SUGGESTED = 24, 4_000, 6
"""Terms offered where nothing was asked for, terms looked through for ones spelled alike, and how many of those are suggested."""
ALIKE = 78.0
"""Least likeness of two spellings, of 100."""
SHORTEST = 5
"""Letters that a word has at least, before another spelling of it is looked for."""
_COUNTED = 100
_NARROWED_BY = {"overall_status": "Status", "phase": "Phase", "study_type": "Kind of study"}
_MATCH = re.compile(r"\[([^\[\]]{1,80})\]")
_DIGITS = re.compile(r"[0-9]{6,8}")


def answer(asked: Asked) -> Answer:
    """What was found. A number leads straight to its trial, without its NCT too where that is stored; several to a comparison."""
    query = links.number_in(" ".join(asked.parameter("q").split()))
    nct_id = links.canonical_id(query) or _bare(asked, query)
    if nct_id:
        stored = known_ids(asked.connection, [nct_id]).get(nct_id)
        return redirect(links.SiteLinks().trial(stored or nct_id) + (".json" if asked.as_json else ""))
    several = [links.canonical_id(each) for each in links.typed_ids(query)]
    if len(several) > 1 and all(several):
        return redirect(links.comparison(list(dict.fromkeys(each for each in several if each)), json=asked.as_json))
    start = number_from(asked.parameter("from"))
    only = {column: code for column in NARROWING if (code := asked.parameter(column).strip())}
    # One more than is shown tells whether there are more.
    search = Search(asked.connection, query, only)
    found = search.hits(LIMIT + 1, start)
    twin = _href(query, start, only).replace("/search", "/search.json", 1) if query else "/search.json"
    title = f"Search: {query}" if query else "Search"
    frame = frame_of(asked.collection, title, "Search of this collection", "/search", query=query, json_path=twin)
    page = SearchPage(
        frame=frame,
        query=query,
        found=tuple(_line(each) for each in found[:LIMIT]),
        start=start,
        size=search.size,
        most=WEIGHED,
        choices=_choices(Search(asked.connection, query) if only else search, only),
        earlier_href=_href(query, max(0, start - LIMIT), only) if start else None,
        later_href=_href(query, start + LIMIT, only) if len(found) > LIMIT and start + LIMIT <= FARTHEST else None,
        suggestions=tuple(_suggestions(asked, query)) if query and not found else (),
        often=() if query else often_named(asked, OFTEN),
        collection_size=asked.collection.size,
        attribution=frame.attribution,
        data_date=frame.data_date,
    )
    return asked.answer("search.html", page)


def trial_line(study: StudyListing, words: tuple[Found, ...] = ()) -> TrialLine:
    """A stored trial as lists show it."""
    title = study.brief_title or "Untitled trial"
    status = study.overall_status_label or study.overall_status
    return TrialLine(study.nct_id, title, status, study.phase_label, words, study.source == "digest")


def _bare(asked: Asked, query: str) -> str | None:
    """A number typed without NCT, where a trial of that number is stored."""
    nct_id = links.canonical_id(f"NCT{query}") if _DIGITS.fullmatch(query) else None
    return nct_id if nct_id and known_ids(asked.connection, [nct_id]) else None


def number_from(text: str) -> int:
    """The place that an address goes on from; 0 for what is none."""
    return min(int(text[:6]), FARTHEST) if text.isascii() and text.isdigit() else 0


def _href(query: str, start: int = 0, only: Mapping[str, str] | None = None) -> str:
    return f"/search?{urlencode({'q': query, **(only or {})} | ({'from': start} if start else {}))}"


def _choices(search: Search, only: Mapping[str, str]) -> tuple[Narrowing, ...]:
    """What the trials that are found can be narrowed by, where they are of several kinds."""
    return tuple(
        Narrowing(
            column,
            _NARROWED_BY[column],
            tuple(Kind(code, label, trials, only.get(column) == code) for code, label, trials in kinds),
            min(search.size, WEIGHED) - sum(trials for _, _, trials in kinds),
        )
        for column, kinds in search.kinds().items()
        if len(kinds) > 1 or column in only
    )


def _suggestions(asked: Asked, query: str) -> Iterable[Suggestion]:
    """Terms of this collection that are spelled alike, and those of several words that find something by themselves."""
    terms = dict(terms_in_use(asked.connection, VOCABULARY))
    by_folded = {name.casefold(): name for name in terms}
    words = list(dict.fromkeys(query.casefold().split()))[:SUGGESTED]
    asked_for = dict.fromkeys([query.casefold(), *(word for word in words if len(word) >= SHORTEST)])
    close = [
        folded
        for each in asked_for
        for folded, _, _ in process.extract(each, by_folded.keys(), scorer=fuzz.ratio, score_cutoff=ALIKE, limit=SUGGESTED)
    ]
    alike = list(dict.fromkeys(close))[:SUGGESTED]
    yield from (_suggestion(by_folded[folded], terms[by_folded[folded]]) for folded in alike if folded not in words)
    for word in words if len(words) > 1 else ():
        count = len(search_studies(asked.connection, word, _COUNTED))
        if count:
            yield _suggestion(word, count)


def often_named(asked: Asked, most: int) -> tuple[Suggestion, ...]:
    """What records of this collection name most often, as searches."""
    return tuple(_suggestion(*each) for each in terms_in_use(asked.connection, most))


def _suggestion(words: str, trials: int) -> Suggestion:
    return Suggestion(words, _href(words), trials)


def _line(hit: SearchHit) -> TrialLine:
    """A trial with the words around what was found, unless these are its title, which stands there anyway."""
    snippet = " ".join(hit.snippet.split())
    plain = snippet.replace("[", "").replace("]", "").strip("… ")
    is_title = plain.startswith(hit.study.nct_id) or plain in (hit.study.brief_title or "")
    return trial_line(hit.study, () if is_title else _pieces(snippet))


def _pieces(snippet: str) -> tuple[Found, ...]:
    """The snippet in pieces; every second one stood in the store's brackets."""
    return tuple(Found(text, place % 2 == 1) for place, text in enumerate(_MATCH.split(snippet)) if text)
