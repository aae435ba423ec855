"""Trials related to one: those of the collection, and those that a search of the registry finds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Final

from harvester.compare.related import Related, Weights
from harvester.normalise import normalise
from harvester.registry.record import Record
from harvester.site import ranking
from harvester.store import count_studies
from harvester.tables import RecordVersion, StudyRows
from harvester.versions import stored_record

if TYPE_CHECKING:
    from sqlite3 import Connection

    from harvester.registry.client import Registry

CLOSELY: Final = 500
"""Trials that are looked at closely: a command may take longer than a page."""


def related_trials(
    connection: Connection, focal: StudyRows, found: Iterable[Record] = (), weights: Weights | None = None
) -> tuple[Related, ...]:
    """Trials of the collection, and those ``found`` elsewhere, in the order of what they share with the focal trial."""
    return ranking.related_trials(
        connection,
        focal,
        count_studies(connection),
        found=[normalise(record) for record in found],
        weights=weights,
        closely=CLOSELY,
    )


def kept(related: Sequence[Related], limit: int) -> tuple[Related, ...]:
    """The first ``limit`` that were not left out."""
    return tuple(each for each in related if each.left_out_reason is None)[:limit]


def search_registry(registry: Registry, focal: StudyRows, count: int) -> Iterator[Record]:
    """Up to ``count`` trials like the focal one, the narrowest search first.

    Raises RegistryError after those that came, and SearchTooBroad when the registry took none of the searches.
    """
    version = focal.one(RecordVersion)
    seen = {focal.nct_id}
    searches = registry.searches_like(stored_record(version), count + 1, lambda: len(seen) > count) if version else ()
    for search in searches:
        for record in search:
            if record.nct_id not in seen and len(seen) <= count:
                seen.add(record.nct_id)
                yield record
