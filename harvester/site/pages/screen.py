"""`/screen`: a person described, held against the trials of the collection or of a search; `/screen.csv` is the same as a table.

Nothing that is entered is kept: the answer is made anew each time and no cache holds it; only the trials are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from urllib.parse import urlencode

from harvester.compare.screening import screen, stated_entries
from harvester.compare.vignette import NOTICE, Vignette, entries, parse_vignette
from harvester.export.extracted_screening import in_order, screening_table
from harvester.export.extraction import extraction_csv
from harvester.export.extraction_xlsx import extraction_xlsx
from harvester.export.files import WORKBOOK
from harvester.site import links
from harvester.site.asked import LONGEST_PARAMETER, Asked
from harvester.site.cache import Answer
from harvester.site.contexts import ScreenPage
from harvester.site.frame import frame_of
from harvester.site.pages.download import file_answer
from harvester.site.pages.message import message
from harvester.site.pages.vignette import form_entries, given_entries
from harvester.site.search_asked import MOST_WORDS, has_too_many_words, number_from
from harvester.store import list_studies, read_studies, search_studies

SHOWN = 50
MOST = 500
"""Trials that are held against a person at once: about a second's work."""

_CSV = "text/csv; charset=utf-8"


def answer(asked: Asked) -> Answer:
    """The form, and what the trials say on each entry that is stated."""
    given, among = given_entries(asked), " ".join(asked.parameter("among").split())
    if _is_too_long(asked):
        return _too_long(asked)
    vignette, problem = _read(given)
    found = _found(asked, among) if vignette.stated else []
    studies = asked.read_to_screen(asked.connection, found[:MOST]) if found else {}
    screened = screen(vignette, studies.values())
    query = urlencode({name: text for name, text in (("among", among), *given.items()) if text})
    start = min(number_from(asked.parameter("from")), max(0, len(screened) - 1)) // SHOWN * SHOWN
    against = sum(each.is_excluded for each in screened)
    frame = frame_of(asked.collection, "Screen trials", NOTICE, "/screen", json_path=f"/screen.json?{query}")
    names = {entry.name for entry in entries()}
    page = ScreenPage(
        frame=frame,
        notice=NOTICE,
        among=among,
        entries=form_entries(given, names),
        stated=tuple(entry.label for entry in stated_entries(vignette)),
        problem=problem,
        passed_over=asked.passed_over({"among", "from", *given}),
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
    if _is_too_long(asked):
        return _too_long(asked)
    found = _found(asked, " ".join(asked.parameter("among").split()))
    # Read past what the site keeps at hand: so many, with all their rows, would push out all else.
    studies = list(read_studies(asked.connection, found[:MOST]).values())
    name = "screening" if len(found) <= MOST else f"screening-first-{MOST}"
    wanted = screening_table(vignette)
    rows = wanted.rows(in_order(screen(vignette, studies), studies))
    if asked.parts["ending"] == "xlsx":
        about = {"attribution": asked.collection.attribution, "trials": _extent(found)}
        made = b"".join(extraction_xlsx(wanted, rows, about))
        return replace(file_answer(made, WORKBOOK, f"{name}.xlsx"), is_private=True)
    made = "".join(extraction_csv(wanted, rows)).encode("utf-8", "replace")
    return replace(file_answer(made, _CSV, f"{name}.csv"), is_private=True)


def _is_too_long(asked: Asked) -> bool:
    """Whether the trials' search would be cut, or has more words than are looked for."""
    among = asked.parameters.get("among", "")
    return len(among) > LONGEST_PARAMETER or has_too_many_words(among)


def _too_long(asked: Asked) -> Answer:
    what = f"“Among trials found for” takes {MOST_WORDS} words."
    return replace(message(asked, 400, "Too long to look for", what, actions=(("The form", "/screen"),)), is_private=True)


def _read(given: dict[str, str]) -> tuple[Vignette, str]:
    """The person described, and what of the description cannot be read."""
    try:
        return parse_vignette({name: text for name, text in given.items() if text}), ""
    except ValueError as wrong:
        return Vignette({}), str(wrong)


def _found(asked: Asked, among: str) -> list[str]:
    """The trials of a search, or of the collection, the youngest numbers first; one more than `MOST` tells of more."""
    if among:
        return [hit.study.nct_id for hit in search_studies(asked.connection, among, MOST + 1)]
    return [study.nct_id for study in list_studies(asked.connection, MOST + 1)]


def _extent(found: Sequence[str]) -> str:
    return (
        f"{len(found)}, all that were asked for" if len(found) <= MOST else f"the first {MOST} of more: narrow them by a search"
    )
