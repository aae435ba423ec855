"""Which stored trials the registry says are as they are here: told by dates, status and MeSH terms, a kilobyte a trial.

A date alone would be trusted too far: the registry adds results and terms of its own, and changes a status, without a new date
of the last update. What not even these fields tell is caught by reading whole records again in turn, the oldest first.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING

from harvester.pipeline import Harvest
from harvester.registry.record import Record
from harvester.registry.search import STAMPS_A_PAGE, SearchQuery
from harvester.store import WATCHED, State, due_for_reading, states

if TYPE_CHECKING:
    from harvester.registry.client import Registry

LISTED = 200
"""Numbers in one request: an address that every proxy takes."""
SWEPT_WHOLE = 100_000
"""Trials from which on the whole registry is gone through, a thousand a request, instead of lists of numbers."""
REREAD_DAYS = 28
"""A whole record that came longer ago is due to be read again, whatever the registry says of its last update."""
REREAD_LEAST = 50
REREAD_SHARE = 14
"""Of the trials of a refresh, one in `REREAD_SHARE` is read again at most, and `REREAD_LEAST` in any case: one request."""
_MESHES = ("derivedSection.conditionBrowseModule.meshes", "derivedSection.interventionBrowseModule.meshes")


def unchanged(harvest: Harvest, registry: Registry, stale: Sequence[str], notes: list[str]) -> set[str]:
    """Trials of which nothing that the sweep compares has changed, and whose record, from the registry itself, is not due.

    Raises RegistryError, InputError.
    """
    same: set[str] = set()
    for stamps in _stamps(registry, stale):
        if stamps is None:
            notes.append("The registry did not keep to the list of numbers; every record was asked for.")
            return set()
        here = states(harvest.store.connection, [stamp.nct_id for stamp in stamps])
        same.update(each.nct_id for each in stamps if here.get(each.nct_id) == state_of(each))
    most = max(REREAD_LEAST, -(-len(stale) // REREAD_SHARE))
    return same - set(due_for_reading(harvest.store.connection, same, reread_before(harvest.now()), most))


def _stamps(registry: Registry, stale: Sequence[str]) -> Iterator[list[Record] | None]:
    """What the registry says of the trials, a list a request, and perhaps of others; None when it did not keep to the numbers."""
    if len(stale) > SWEPT_WHOLE:
        everything = registry.stamps(SearchQuery())
        while stamps := list(islice(everything, STAMPS_A_PAGE)):
            yield stamps
        return
    for start in range(0, len(stale), LISTED):
        wanted = tuple(stale[start : start + LISTED])
        stamps = list(islice(registry.stamps(SearchQuery(ids=wanted)), 2 * len(wanted) + 1))
        yield stamps if len(stamps) <= 2 * len(wanted) else None


def state_of(record: Record) -> State:
    """What a sweep compares, of a record, whole or partial."""
    meshes = (tuple(mesh.get("id") for _, mesh in record.mappings(path)) for path in _MESHES)
    return (*(record.at(path) for _, path in WATCHED), *meshes)


def reread_before(now: str) -> str:
    """The time (UTC, ISO 8601) before which a whole record came too long ago."""
    return (datetime.fromisoformat(now) - timedelta(days=REREAD_DAYS)).strftime("%Y-%m-%dT%H:%M:%SZ")
