"""A search of any size, the whole registry among them: page after page, in parts that are kept, so that it can go on.

    first page (how many?) -> parts by the year trials were first posted -> pages while earlier ones are read and written
    -> a part is done once its pages are on disk -> counts reconciled, what is missing asked for by number

The day a trial was first posted never changes, so no trial moves from one part to another while the sweep goes on.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from harvester.errors import AnswerTooLarge, InputError, RegistryAnswerBad, SearchTooBroad
from harvester.pipeline.arrivals import arrivals_of
from harvester.pipeline.harvest import Harvest
from harvester.pipeline.outcome import HarvestReport
from harvester.reading.arrival import Arrival, Lost, Reached
from harvester.registry.piece import Piece
from harvester.registry.record import Record
from harvester.registry.search import TOO_BROAD, SearchQuery
from harvester.registry.whole_page import PAGE_STUDIES, WholePage
from harvester.shape import shape
from harvester.store import begin_sweep, finish_sweep, known_ids, save_parts, sweep_parts, unfinished_sweep
from harvester.tables import Sweep, SweepPart, as_json

if TYPE_CHECKING:
    from harvester.registry.client import Registry

ONE_PART = 20_000
"""Trials up to which a search is one part."""
FIRST_YEAR = 2000
"""Trials first posted before it are one part."""
SMALLEST_PAGE = 20
NAMED = 10
_AREA = "AREA[StudyFirstPostDate]"
_RESTARTS = 2  # times that a part is begun anew because the registry's data changed under it


def sweep(
    harvest: Harvest, registry: Registry, query: SearchQuery, most: int | None = None, *, ceiling: int | None = TOO_BROAD
) -> list[HarvestReport]:
    """Store all trials that ``query`` finds, at most ``most``: one report, and one for what the pages left out, if anything,
    in which trials that the registry counts and does not even list have failed.

    A sweep of the same search that was cut off goes on where it stood. Raises SearchTooBroad when more than ``ceiling`` are
    found (None: any number), RegistryError before anything is stored.
    """
    under_way = _resumed(harvest, query, most) or _planned(harvest, registry, query, most, ceiling)
    asking = _Asking(registry, query, most, under_way.parts, under_way.first_page, list(under_way.notes), PAGE_STUDIES)
    total = under_way.sweep.total
    stored = sum(part.stored for part in under_way.parts)
    left = min(filter(None, (total, most)), default=0) - stored
    kept = _Keeping(harvest, under_way.parts)

    def counted() -> int:
        """Of a search with a limit, to which nothing is asked after by number."""
        found = sum(part.total or 0 for part in kept.parts.values())
        return 0 if most is None else min(found, most) - stored

    report = harvest.arrivals(asking.arrivals(), 0, asking.notes, kept.reached, max(left, 0) or None, counted=counted)
    if report.stopped_by is not None:
        return [report]
    reports = [report]
    missing, lacking, notes = _missing(harvest, registry, query, kept.parts, total) if most is None else ([], 0, [])
    if missing or lacking:
        reports.append(harvest.arrivals(arrivals_of(registry.studies(missing)), len(missing) + lacking, notes))
    if reports[-1].stopped_by is None:
        with harvest.store.transaction():
            finish_sweep(harvest.store.connection, under_way.sweep.sweep_id, harvest.now())
    return reports


@shape()
class _UnderWay:
    """A sweep that is about to go on: its parts, what is to be said, and a page that was fetched already."""

    sweep: Sweep
    parts: Sequence[SweepPart]
    notes: Sequence[str] = ()
    first_page: WholePage | None = None


def _resumed(harvest: Harvest, query: SearchQuery, most: int | None) -> _UnderWay | None:
    found = unfinished_sweep(harvest.store.connection, as_json(query.params), most)
    if found is None:
        return None
    parts = sweep_parts(harvest.store.connection, found.sweep_id)
    stored, done = sum(part.stored for part in parts), sum(part.finished_at is not None for part in parts)
    note = f"Went on with what was begun at {found.started_at}: {done} of {len(parts)} parts and {stored:,} trials were there."
    return _UnderWay(found, parts, (note,))


def _planned(harvest: Harvest, registry: Registry, query: SearchQuery, most: int | None, ceiling: int | None) -> _UnderWay:
    page, _ = page_of(registry, query, min(most or PAGE_STUDIES, PAGE_STUDIES), None)
    if ceiling is not None and (page.total or 0) > ceiling:
        raise SearchTooBroad(
            f"The search matches {page.total:,} trials, more than {ceiling:,}", "Narrow it, or add --all to take them all."
        )
    wanted = min(filter(None, (page.total, most)), default=0)
    years = wanted > ONE_PART and page.data_timestamp is not None
    with harvest.store.transaction():
        kept = begin_sweep(harvest.store.connection, as_json(query.params), most, page.total, harvest.now())
        expressions = by_year(int((page.data_timestamp or "")[:4])) if years else [None]
        parts = [_waiting(kept.sweep_id, place, expression) for place, expression in enumerate(expressions, start=1)]
        save_parts(harvest.store.connection, parts)
    return _UnderWay(kept, parts, (), None if years else page)


def _waiting(sweep_id: int, position: int, expression: str | None) -> SweepPart:
    """A part of which nothing has come."""
    return SweepPart(
        sweep_id=sweep_id,
        position=position,
        expression=expression,
        total=None,
        stored=0,
        pages=0,
        next_token=None,
        data_timestamp=None,
        is_mixed=False,
        finished_at=None,
    )


def by_year(last: int) -> list[str | None]:
    """What the registry is asked for part by part: by the year of the first posting up to ``last``, then trials without one."""
    first = f"{_AREA}RANGE[MIN,{FIRST_YEAR - 1}-12-31]"
    years = [f"{_AREA}RANGE[{year}-01-01,{'MAX' if year == last else f'{year}-12-31'}]" for year in range(FIRST_YEAR, last + 1)]
    return [first, *years, f"{_AREA}MISSING"]


def part_query(query: SearchQuery, part: SweepPart) -> SearchQuery:
    """The search of one part."""
    both = [each for each in (query.expression, part.expression) if each]
    return replace(query, expression=" AND ".join(f"({each})" if len(both) > 1 else each for each in both) or None)


def page_of(registry: Registry, query: SearchQuery, size: int, token: str | None) -> tuple[WholePage, int]:
    """A page of ``size`` studies, or of fewer where that many are too large for one answer: the page, and how many."""
    while True:
        try:
            return registry.whole_page(query, size, token), size
        except AnswerTooLarge:
            if size <= SMALLEST_PAGE:
                raise
            size = max(SMALLEST_PAGE, size // 4)


@dataclass(slots=True)
class _Keeping:
    """Keeps how far each part came, once its trials are on disk."""

    harvest: Harvest
    given: Sequence[SweepPart]
    parts: dict[int, SweepPart] = field(init=False)

    def __post_init__(self) -> None:
        self.parts = {part.position: part for part in self.given}

    def reached(self, what: object) -> None:
        """A page of a part is stored."""
        if isinstance(what, SweepPart):
            ended = what.next_token is None
            self.parts[what.position] = replace(what, finished_at=self.harvest.now() if ended else None)
            save_parts(self.harvest.store.connection, [self.parts[what.position]])


@dataclass(slots=True)
class _Asking:
    """The pages of all parts that are left, one request after another."""

    registry: Registry
    query: SearchQuery
    most: int | None
    parts: Sequence[SweepPart]
    first_page: WholePage | None
    notes: list[str]
    size: int
    came: int = 0

    def arrivals(self) -> Iterator[Arrival]:
        """What is in the pages, and after each page that it has come."""
        self.came = sum(part.stored for part in self.parts)
        for part in self.parts:
            if part.finished_at is None and not self._is_enough():
                yield from self._part(part)
        stamps = sorted({part.data_timestamp for part in self.parts if part.data_timestamp})
        if len(stamps) > 1:
            self.notes.append(f"The parts are of data from {stamps[0]} to {stamps[-1]}; refresh brings all to one date.")

    def _is_enough(self) -> bool:
        return self.most is not None and self.came >= self.most

    def _part(self, part: SweepPart) -> Iterator[Arrival]:
        asked, seen, restarts = part_query(self.query, part), set[str](), 0
        while True:
            page = self._page_of(part, asked)
            if page is None or _is_other_data(part, page):
                restarts += 1
                mixed = page is not None and restarts > _RESTARTS
                self._say_changed(part, mixed=mixed)
                if not mixed and restarts > _RESTARTS:
                    raise RegistryAnswerBad("The registry refused a page of its own search twice", "Try again later.")
                if page is None or not mixed:
                    self.came -= part.stored
                    part, seen = _waiting(part.sweep_id, part.position, part.expression), set()
                    continue
                part = replace(part, is_mixed=True)
            fresh = self._fresh(page, seen)
            yield from _arrivals_in(page)
            part = self._further(part, page, fresh)
            yield Reached(part)
            if part.next_token is None:
                return

    def _page_of(self, part: SweepPart, asked: SearchQuery) -> WholePage | None:
        """The next page of a part; None where the registry does not take its token any more."""
        try:
            return self._page(asked, part.next_token)
        except InputError:
            if part.next_token is None:
                raise
            return None

    def _page(self, asked: SearchQuery, token: str | None) -> WholePage:
        """The page after ``token``, or the first."""
        if self.first_page is not None:
            page, self.first_page = self.first_page, None
            return page
        wanted = self.size if self.most is None else max(1, min(self.size, self.most - self.came))
        page, size = page_of(self.registry, asked, wanted, token)
        if size < wanted:
            self.size = size
        return page

    def _fresh(self, page: WholePage, seen: set[str]) -> int:
        """How many studies of a page have not come before; raises where pages go in a circle."""
        ids = page.ids
        fresh = [nct_id for nct_id in ids if nct_id is None or nct_id not in seen]
        if ids and not fresh:
            raise RegistryAnswerBad("The registry's pages go in a circle", "Run the same command again to go on.")
        seen.update(nct_id for nct_id in ids if nct_id is not None)
        return len(fresh)

    def _further(self, part: SweepPart, page: WholePage, fresh: int) -> SweepPart:
        """The part with a page more. It has ended where the registry says so, or all that it counted has come."""
        self.came += fresh
        total, stored = part.total if part.next_token else page.total, part.stored + fresh
        over = page.token is None or not page.parts or (total is not None and stored >= total) or self._is_enough()
        return replace(
            part,
            total=total,
            stored=stored,
            pages=part.pages + 1,
            next_token=None if over else page.token,
            data_timestamp=page.data_timestamp,
        )

    def _say_changed(self, part: SweepPart, *, mixed: bool) -> None:
        what = part.expression or "the search"
        became = "its trials are of several dates" if mixed else "it was begun anew"
        self.notes.append(f"The registry's data changed while {what} was fetched: {became}.")


def _is_other_data(part: SweepPart, page: WholePage) -> bool:
    """Whether a page is not of the same version of the registry's data as the pages of its part before it."""
    return part.next_token is not None and not part.is_mixed and page.data_timestamp != part.data_timestamp


def _arrivals_in(page: WholePage) -> Iterator[Arrival]:
    for each in page.parts:
        yield each if isinstance(each, Piece | Record) else Lost("a trial of the search", "failed", each)


def _missing(
    harvest: Harvest, registry: Registry, query: SearchQuery, parts: dict[int, SweepPart], total: int | None
) -> tuple[list[str], int, list[str]]:
    """Trials that the registry lists where it brought fewer than it counted, and that are not stored; how many not even its list
    has of those it counted; and what to say of both.
    """
    short = [(part_query(query, part), part.total or 0) for part in parts.values() if part.stored < (part.total or 0)]
    if sum(part.total or 0 for part in parts.values()) < (total or 0):
        short = [(query, total or 0)]  # something is in none of the parts
    missing, lacking, notes = dict[str, None](), 0, list[str]()
    for asked, counted in short:
        listed = list(dict.fromkeys(stamp.nct_id for stamp in registry.stamps(asked)))
        known = known_ids(harvest.store.connection, listed)
        missing |= dict.fromkeys(nct_id for nct_id in listed if nct_id not in known)
        if len(listed) < counted:
            lacking += counted - len(listed)
            notes.append(f"The registry counted {counted:,} trials and lists {len(listed):,}; what is lacking cannot be named.")
    if missing:
        named = ", ".join([*missing][:NAMED]) + (" …" if len(missing) > NAMED else "")
        notes.insert(0, f"The pages left out {len(missing)} of the trials that the registry lists: {named}.")
    return [*missing], lacking, notes
