"""Storing a record as a harvest does, in one call."""

from __future__ import annotations

from collections.abc import Iterable

from harvester.normalise import NO_CORRECTIONS
from harvester.reading.arrival import Reading
from harvester.reading.study import reading_of
from harvester.registry.record import Record
from harvester.store import Store
from harvester.tables import RecordChange


def write_record(store: Store, record: Record, changes: Iterable[RecordChange] = ()) -> int:
    """Store ``record`` with its rows, and ``changes``: the version's number. Call in a transaction."""
    reading = reading_of(record, NO_CORRECTIONS)
    assert isinstance(reading, Reading)
    store.add_changes(changes)
    return store.write_studies([reading])[record.nct_id]
