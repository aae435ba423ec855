"""What `trialside harvest` asks the registry for."""

from __future__ import annotations

from collections.abc import Sequence

import click

from harvester.cli.console import say
from harvester.cli.harvest import DEFAULT_LIMIT
from harvester.cli.network import registry
from harvester.cli.options import settings_of
from harvester.errors import RegistryError, SearchTooBroad
from harvester.pipeline import Harvest, HarvestReport
from harvester.pipeline.sweep import sweep
from harvester.registry.client import Registry
from harvester.registry.search import TOO_BROAD, words_query
from harvester.registry.whole_page import PAGE_STUDIES
from harvester.shape import shape
from harvester.store import save_search
from harvester.tables import SavedSearch
from harvester.versions import stored_record


@shape()
class Wanted:
    """What is asked of the registry: trials by number with ``related`` more like each, or a search, or all of it."""

    nct_ids: Sequence[str]
    query: str | None = None
    related: int = 0
    limit: int | None = None
    everything: bool = False


def fetch(context: click.Context, harvest: Harvest, wanted: Wanted) -> list[HarvestReport]:
    """Store what is wanted. Raises SearchTooBroad and RegistryError before anything is stored."""
    with registry(settings_of(context)) as opened:
        if wanted.everything or (wanted.limit or 0) > PAGE_STUDIES:
            ceiling = None if wanted.everything else TOO_BROAD
            return sweep(harvest, opened, words_query(wanted.query or ""), wanted.limit, ceiling=ceiling)
        if wanted.query is not None:
            report = harvest.query(opened, words_query(wanted.query), wanted.limit or DEFAULT_LIMIT)
            if not (report.requested or report.stopped_by):
                say(settings_of(context), f"The registry finds no trial for “{wanted.query}”. Try fewer words.")
            return [report]
        return _by_number(context, harvest, opened, wanted)


def keep_search(harvest: Harvest, name: str, words: str, most: int) -> None:
    """Keep a search under its name: every refresh runs it again."""
    with harvest.store.transaction():
        save_search(harvest.store.connection, SavedSearch(name=name, words=words, most=most, saved_at=harvest.now()))


def _by_number(context: click.Context, harvest: Harvest, opened: Registry, wanted: Wanted) -> list[HarvestReport]:
    reports = [harvest.ids(opened, wanted.nct_ids)]
    for nct_id in wanted.nct_ids if wanted.related and not reports[0].stopped_by else ():
        reports += _related(harvest, opened, nct_id, wanted.related)
        if reports[-1].stopped_by:
            break
    return reports


def _related(harvest: Harvest, opened: Registry, nct_id: str, count: int) -> list[HarvestReport]:
    """Trials like one that is stored: the narrowest search first, broader ones while too few were found."""
    version = harvest.store.record(nct_id)
    if version is None:
        return []
    reports: list[HarvestReport] = []
    found: set[str] = set()

    def enough() -> bool:
        return len(found) >= count or bool(reports and reports[-1].stopped_by)

    try:
        for search in opened.searches_like(stored_record(version), count + 1, enough):
            reports.append(harvest.search(search))
            found |= {outcome.nct_id for outcome in reports[-1].outcomes if outcome.error is None} - {nct_id}
    except (RegistryError, SearchTooBroad) as problem:  # what was stored before stays, and is counted beside it
        broad = f"No search for trials like {nct_id} was narrow enough."
        note = broad if isinstance(problem, SearchTooBroad) else f"The search for trials like {nct_id} could not be made."
        reports.append(HarvestReport(None, 0, 0, 0, 0, 0, (), (note,), problem))
    return reports
