"""`/screen`: a person described, held against the trials of the collection or of a search; `/screen.csv` is the same as a table.

Nothing that is entered is kept: the answer is made anew each time and no cache holds it; only the trials are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from urllib.parse import parse_qsl, urlencode

from harvester.compare.screening import screen, stated_entries
from harvester.compare.vignette import NOTICE, Vignette, entries, parse_vignette
from harvester.export.extracted_screening import in_order, screening_table
from harvester.site import links
from harvester.site.asked import Asked
from harvester.site.cache import Answer
from harvester.site.contexts import ScreenPage
from harvester.site.frame import frame_of
from harvester.site.pages.download import table_answer
from harvester.site.pages.message import message
from harvester.site.pages.vignette import form_entries, given_entries
from harvester.site.search_asked import LONGEST_LIST, MOST_WORDS, SearchAsked, number_from
from harvester.store import list_studies, read_studies

SHOWN = 50
MOST = 500
"""Trials that are held against a person at once: about a second's work."""


def answer(asked: Asked) -> Answer:
    """The form, and what the trials say on each entry that is stated."""
    given, wanted = given_entries(asked), _wanted(asked)
    if _is_too_long(asked, wanted):
        return _too_long(asked)
    vignette, problem = _read(given)
    found = _found(asked, wanted) if vignette.stated else []
    search = wanted.href() if asked.parameter("search") and wanted.is_asked else ""
    among = "" if search else wanted.query
    studies = asked.read_to_screen(asked.connection, found[:MOST]) if found else {}
    screened = screen(vignette, studies.values())
    query = urlencode(
        {name: text for name, text in (("among", among), ("search", search.partition("?")[2]), *given.items()) if text}
    )
    start = min(number_from(asked.parameter("from")), max(0, len(screened) - 1)) // SHOWN * SHOWN
    against = sum(each.is_excluded for each in screened)
    frame = frame_of(asked.collection, "Screen trials", NOTICE, "/screen", json_path=f"/screen.json?{query}")
    names = {entry.name for entry in entries()}
    page = ScreenPage(
        frame=frame,
        notice=NOTICE,
        among=among,
        search=search,
        sought=_sought(asked, wanted) if search else (),
        entries=form_entries(given, names),
        stated=tuple(entry.label for entry in stated_entries(vignette)),
        problem=problem,
        passed_over=asked.passed_over({"among", "from", *given, *({"search"} if search else ())}),
        found=len(found),
        against=against,
        start=start,
        first_against=len(screened) - against,
        shown=SHOWN,
        screened=tuple(screened),
        query=query,
        links=links.SiteLinks(),
    )
    return replace(asked.answer("screen.html", page, status=400 if problem else 200), is_private=True)


def table(asked: Asked) -> Answer:
    """The same as CSV or as a workbook: a row a trial and an entry."""
    vignette, problem = _read(given_entries(asked))
    if problem or not vignette.stated:
        return message(
            asked, 400, "Nothing to screen by", problem or "Nothing is stated of the person.", actions=(("The form", "/screen"),)
        )
    wanted = _wanted(asked)
    if _is_too_long(asked, wanted):
        return _too_long(asked)
    found = _found(asked, wanted)
    # Read past what the site keeps at hand: so many, with all their rows, would push out all else.
    studies = list(read_studies(asked.connection, found[:MOST]).values())
    name = "screening" if len(found) <= MOST else f"screening-first-{MOST}"
    made = screening_table(vignette)
    rows = made.rows(in_order(screen(vignette, studies), studies))
    about = {"attribution": asked.collection.attribution, "trials": _extent(found)}
    return replace(table_answer(made, rows, name, asked.parts["ending"], about), is_private=True)


def _wanted(asked: Asked) -> SearchAsked:
    """The search whose trials are held against the person: that of an address of `/search`, or the words of the form."""
    searched = asked.parameter("search", LONGEST_LIST)
    of = dict(parse_qsl(searched)) if searched else {"q": asked.parameter("among", LONGEST_LIST)}
    return SearchAsked.of(replace(asked, parameters=of))


def _is_too_long(asked: Asked, wanted: SearchAsked) -> bool:
    """Whether the trials' search would be cut, or has more words than are looked for."""
    return wanted.is_too_long or any(len(asked.parameters.get(name, "")) > LONGEST_LIST for name in ("among", "search"))


def _too_long(asked: Asked) -> Answer:
    what = f"“Among trials found for” takes {MOST_WORDS} words, or some five hundred NCT numbers."
    return replace(message(asked, 400, "Too long to look for", what, actions=(("The form", "/screen"),)), is_private=True)


def _read(given: dict[str, str]) -> tuple[Vignette, str]:
    """The person described, and what of the description cannot be read."""
    try:
        return parse_vignette({name: text for name, text in given.items() if text}), ""
    except ValueError as wrong:
        return Vignette({}), str(wrong)


def _found(asked: Asked, wanted: SearchAsked) -> list[str]:
    """The trials of a search, or of the collection, the youngest numbers first; one more than `MOST` tells of more."""
    if wanted.is_asked:
        return [hit.study.nct_id for hit in wanted.search(asked).hits(MOST + 1)]
    return [study.nct_id for study in list_studies(asked.connection, MOST + 1)]


def _sought(asked: Asked, wanted: SearchAsked) -> tuple[str, ...]:
    """What the search asks for, in words, with the labels of the fields that narrow it."""
    kinds = wanted.search(asked).kinds() if wanted.only else ()
    labels = (" or ".join(label for code, label, _ in each.kinds if code in wanted.only.get(each.field, ())) for each in kinds)
    return (*wanted.sought, *filter(None, labels))


def _extent(found: Sequence[str]) -> str:
    return (
        f"{len(found)}, all that were asked for" if len(found) <= MOST else f"the first {MOST} of more: narrow them by a search"
    )
