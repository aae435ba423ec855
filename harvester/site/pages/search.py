"""`/search?q=…`: trials of this collection by number, words and fields; `/search.csv` and its siblings are the same as files."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any, Final
from urllib.parse import urlencode

from harvester.compare.head import registry_url
from harvester.export.extracted_criteria import CRITERIA
from harvester.export.extracted_doses import DOSES
from harvester.export.extracted_trials import TRIALS
from harvester.export.extraction import Extraction
from harvester.export.reference import record_reference
from harvester.site import links
from harvester.site.alike import spelled_alike
from harvester.site.asked import Asked, redirect
from harvester.site.cache import Answer
from harvester.site.contexts import Found, Kind, Limit, Narrowing, SearchPage, Suggestion, TrialLine
from harvester.site.described import TOLD
from harvester.site.frame import frame_of
from harvester.site.pages.download import CITATION_TYPES, file_answer, table_answer, written
from harvester.site.pages.message import MOST_TRIALS, message
from harvester.site.search_asked import FARTHEST, LONGEST_LIST, MOST_WORDS, WORDS, SearchAsked
from harvester.store import (
    LOOKED_THROUGH,
    WEIGHED,
    Kinds,
    Search,
    SearchHit,
    StudyListing,
    WantedTrials,
    known_ids,
    read_studies,
    terms_in_use,
)
from harvester.trial_id import typed_id

LIMIT = 50
MOST_IN_A_FILE: Final = 500
MOST_IN_A_TABLE: Final = 100
"""Trials of a file with a row each, and with one a criterion or a dose: about a second's work."""
FILES: Final = (("CSV", "csv"), ("Excel", "xlsx"), ("RIS", "ris"))
"""Labels and endings of the files of what was found."""
TABLES: Final[dict[str, Extraction[Any]]] = {table.name: table for table in (CRITERIA, DOSES)}
"""What a row of such a file may be of instead of a trial, as its address names it."""
MOST_PARTED, LONGEST_PART = 12, 4
"""Words of a search without a find that are taken by themselves, and as many together at most."""
_NAMING = 4
"""Of so many trials that have a word one at least names a condition or an intervention by it, if it names any."""
OFTEN = 24
"""Terms offered where nothing was asked for."""
_COUNTED = 100
_NARROWED_BY = dict(line.split(" = ") for line in TOLD["narrowed"])
_ORDERS = {"start": "latest start", "update": "latest update", "size": "most participants"}
WHOLE: Final = WantedTrials(everything=True)
_MATCH = re.compile(r"\[([^\[\]]{1,80})\]")
_DIGITS = re.compile(r"[0-9]{6,8}")


def answer(asked: Asked) -> Answer:
    """What was found. A number leads straight to its trial, without its NCT too where that is stored; several to a comparison."""
    wanted = SearchAsked.of(asked)
    if _is_too_long(asked, wanted):
        return _too_long(asked)
    nct_id = (typed_id(wanted.query) or _bare(asked, wanted.query)) if wanted.is_plain else None
    if nct_id:
        stored = known_ids(asked.connection, [nct_id]).get(nct_id)
        return redirect(links.SiteLinks().trial(stored or nct_id) + (".json" if asked.as_json else ""))
    if wanted.is_plain and 0 < len(wanted.numbers) <= MOST_TRIALS:
        return redirect(links.comparison(wanted.numbers, json=asked.as_json))
    search = wanted.search(asked)
    return asked.answer("search.html", _page(asked, wanted, search))


def _page(asked: Asked, wanted: SearchAsked, search: Search) -> SearchPage:
    # One more than is shown tells whether there are more.
    found = search.hits(LIMIT + 1, wanted.start)
    title = f"Search: {wanted.query[:80]}" if wanted.query else "Search"
    shown = "" if wanted.numbers else wanted.query
    words = " ".join(filter(None, (shown, wanted.conditions, wanted.interventions)))
    twin = wanted.href(start=wanted.start, ending="json")
    frame = frame_of(asked.collection, title, "Search of this collection", "/search", query=shown, json_path=twin)
    choices = _choices(search.kinds() if wanted.is_asked else Search(asked.connection, WHOLE).kinds(), wanted)
    there = known_ids(asked.connection, wanted.numbers)
    more = len(found) > LIMIT and wanted.start + LIMIT <= FARTHEST
    return SearchPage(
        frame=frame,
        query=wanted.query,
        condition=wanted.conditions,
        intervention=wanted.interventions,
        is_asked=wanted.is_asked,
        everything=wanted.everything,
        listed=len(wanted.numbers),
        missing=tuple((each, registry_url(each)) for each in wanted.numbers if each not in there),
        found=tuple(_line(each) for each in found[:LIMIT]),
        start=wanted.start,
        size=search.size,
        most=WEIGHED,
        looked_through=LOOKED_THROUGH,
        choices=choices,
        limits=tuple(Limit(kind.label, wanted.without(each.name, kind.code)) for each in choices for kind in each.chosen),
        orders=tuple((order, label, order == wanted.order) for order, label in _ORDERS.items()),
        files=tuple((label, wanted.href(ending=ending)) for label, ending in FILES) if search.size else (),
        most_in_a_file=MOST_IN_A_FILE,
        tables=tuple((of, tuple((label, wanted.href(ending=ending, table=of)) for label, ending in FILES[:2])) for of in TABLES),
        most_in_a_table=MOST_IN_A_TABLE,
        screen_href=wanted.screen_href,
        first_href=wanted.href(),
        earlier_href=wanted.href(start=max(0, wanted.start - LIMIT)) if wanted.start else None,
        later_href=wanted.href(start=wanted.start + LIMIT) if more else None,
        suggestions=tuple(_suggestions(asked, words)) if words and not search.size else (),
        often=() if wanted.is_asked else often_named(asked, OFTEN),
        collection_size=asked.collection.size,
    )


def table(asked: Asked) -> Answer:
    """What was found as a table, a row a trial, a criterion or a dose, or as citations."""
    wanted = SearchAsked.of(asked)
    if _is_too_long(asked, wanted):
        return _too_long(asked)
    of = asked.parameter("table")
    if of and of not in TABLES:
        return message(asked, 404, "There is no such table", f"There are {', '.join(TABLES)}.")
    made, most = (TABLES[of], MOST_IN_A_TABLE) if of else (TRIALS, MOST_IN_A_FILE)
    search = wanted.search(asked)
    found = [hit.study.nct_id for hit in search.hits(most)]
    if not found:
        return message(
            asked, 404, "Nothing was found", "There is no trial to put in a file.", actions=(("Search", wanted.href()),)
        )
    # Read past what the site keeps at hand: so many, with all their rows, would push out all else.
    studies = list(read_studies(asked.connection, found).values())
    ending = asked.parts["ending"]
    whole = search.size == len(found)
    name = f"{made.name}{'' if whole else f'-first-{most}'}{'-trials' if of and not whole else ''}"
    if ending == "ris":
        return file_answer(written("ris", [record_reference(study) for study in studies]), CITATION_TYPES["ris"], f"{name}.ris")
    extent = f"{len(found)}, {'all that were found' if whole else 'the first of more'}"
    about = {"attribution": asked.collection.attribution, "trials": extent, "search": wanted.href()}
    return table_answer(made, made.rows(studies), name, ending, about)


def _is_too_long(asked: Asked, wanted: SearchAsked) -> bool:
    """Whether a part of it would be cut, or is more than can be looked for."""
    return wanted.is_too_long or any(len(asked.parameters.get(name, "")) > LONGEST_LIST for name in WORDS)


def _too_long(asked: Asked) -> Answer:
    return message(
        asked,
        400,
        "Too long to look for",
        f"An address holds a list of some five hundred numbers with nothing among them, or {MOST_WORDS} words.",
        next_steps=("Ask for it in parts, or with a file of any length: trialside export @FILE --table trials",),
    )


def trial_line(study: StudyListing, words: tuple[Found, ...] = ()) -> TrialLine:
    """A stored trial as lists show it."""
    title = study.brief_title or "Untitled trial"
    status = study.overall_status_label or study.overall_status
    return TrialLine(study.nct_id, title, status, study.phase_label, study.ages, words, study.source == "digest")


def _bare(asked: Asked, query: str) -> str | None:
    """A number typed without NCT, where a trial of that number is stored."""
    nct_id = typed_id(f"NCT{query}") if _DIGITS.fullmatch(query) else None
    return nct_id if nct_id and known_ids(asked.connection, [nct_id]) else None


def _href(words: str) -> str:
    return f"/search?{urlencode({'q': words})}"


def _choices(counted: Sequence[Kinds], wanted: SearchAsked) -> tuple[Narrowing, ...]:
    """What the trials that are found can be narrowed by, where they are of several kinds or were narrowed by it."""
    return tuple(
        Narrowing(
            each.field,
            _NARROWED_BY[each.field],
            tuple(Kind(code, label, trials, code in wanted.only.get(each.field, ())) for code, label, trials in each.kinds),
            each.untold,
        )
        for each in counted
        if len(each.kinds) > 1 or each.field in wanted.only
    )


def _suggestions(asked: Asked, query: str) -> Iterable[Suggestion]:
    """Terms of this collection that are spelled alike, and those of several words by which trials name a condition or a drug."""
    words = list(dict.fromkeys(query.casefold().split()))[:MOST_PARTED]
    alike = spelled_alike(asked.connection, query)
    yield from (_suggestion(name, count) for name, count in alike.items() if name.casefold() not in words)
    taken: set[int] = set()
    for size in range(min(len(words) - 1, LONGEST_PART), 0, -1):
        for start in range(len(words) - size + 1):
            places, part = set(range(start, start + size)), " ".join(words[start : start + size]).strip("?!.,;:()“”")
            if not places & taken and (count := _named(asked, part)):
                taken |= places
                yield _suggestion(part, count)


def _named(asked: Asked, words: str) -> int:
    """How many trials the words find, at most `_COUNTED`, if they name conditions or interventions; 0 for “which” or “people”.

    Such a word may begin a name (“over”, “overweight”), but of the trials that have it few name anything by it.
    """
    if not any(letter.isalpha() for letter in words):
        return 0
    kinds = (WantedTrials(words), WantedTrials(conditions=words), WantedTrials(interventions=words))
    found, *named = (Search(asked.connection, each).size for each in kinds)
    return min(found, _COUNTED) if max(named) * _NAMING >= found else 0


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
