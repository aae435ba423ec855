"""The flow of a refresh, from the question for the registry's date to the reports."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from harvester.errors import InputError, RegistryError
from harvester.pipeline import Arrival, Confirmed, Harvest, HarvestReport, TrialOutcome, arrivals_of
from harvester.pipeline.arrivals import found_by
from harvester.refresh.asked import Asked
from harvester.refresh.drift import notice_fields
from harvester.refresh.gate import gated
from harvester.refresh.sweep import unchanged
from harvester.registry.release import RegistryVersion
from harvester.registry.search import words_query
from harvester.store import stale_trials
from harvester.tables import SavedSearch

if TYPE_CHECKING:
    from harvester.registry.client import Registry


def refresh(harvest: Harvest, registry: Registry, asked: Asked) -> list[HarvestReport]:
    """Bring the collection up to the registry's date: one report for the trials, one for each saved search.

    One request and no writing when the registry's data are those that are stored. Raises RegistryError before anything else.
    """
    version = registry.version()
    wanted = asked.trials(harvest)
    searches = asked.searches(harvest)
    fresh = set() if asked.fetch_all else harvest.fresh(version.data_timestamp)
    stale = [nct_id for nct_id in wanted if nct_id not in fresh]
    gone = _gone(harvest, stale) if asked.is_everything and not asked.fetch_all else []
    if len(gone) == len(stale) and (asked.is_everything or not searches):
        return [_nothing_new(wanted, gone, version)]
    notes = notice_fields(harvest, registry, version, accept=asked.accept)
    reports = []
    if stale:
        coming = _coming(harvest, registry, stale, version, notes, fetch_all=asked.fetch_all)
        reports = [harvest.arrivals(coming if asked.accept else gated(harvest, coming), len(stale), notes, ahead=False)]
    for search in searches:
        if reports and reports[-1].stopped_by and not isinstance(reports[-1].stopped_by, InputError):
            break
        reports.append(_searched(harvest, registry, search, accept=asked.accept))
    return reports


def _searched(harvest: Harvest, registry: Registry, saved: SavedSearch, *, accept: bool) -> HarvestReport:
    """The report of a saved search; what keeps it from being run is in it, since trials were stored before."""
    try:
        search = registry.search(words_query(saved.words), saved.most)
    except (RegistryError, InputError) as problem:
        note = f"The saved search {saved.name} was not run."
        return HarvestReport(None, 0, 0, 0, 0, 0, (), (note,), problem)
    coming = found_by(search) if accept else gated(harvest, found_by(search))
    return harvest.arrivals(coming, 0, search.notes, ahead=False, counted=lambda: search.counted)


def _gone(harvest: Harvest, stale: Sequence[str]) -> list[str]:
    """Those among ``stale`` that the registry did not have when it was last asked; a new date of its data asks again."""
    known = stale_trials(harvest.store.connection, stale)
    return [nct_id for nct_id in stale if nct_id in known and known[nct_id].is_gone]


def _nothing_new(wanted: Sequence[str], gone: Sequence[str], version: RegistryVersion) -> HarvestReport:
    outcomes = tuple(TrialOutcome(nct_id, "unchanged") for nct_id in wanted)
    notes = [f"The data of {version.data_timestamp} are stored already."]
    if gone:
        notes.append(f"Kept, though the registry has them no longer: {', '.join(gone[:5])}{' …' if len(gone) > 5 else ''}.")
    return HarvestReport(None, len(outcomes), 0, len(outcomes), 0, 0, outcomes, tuple(notes))


def _coming(
    harvest: Harvest,
    registry: Registry,
    stale: Sequence[str],
    version: RegistryVersion,
    notes: list[str],
    *,
    fetch_all: bool,
) -> Iterator[Arrival]:
    """Trials that the registry says are as they are here, then the records of all others."""
    same = set() if fetch_all else unchanged(harvest, registry, stale, notes)
    yield from (Confirmed(nct_id, version.api_version, version.data_timestamp) for nct_id in stale if nct_id in same)
    yield from arrivals_of(registry.studies(nct_id for nct_id in stale if nct_id not in same))
