"""A store with a few synthetic trials."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from harvester.registry.record import Origin, Record, record_of
from harvester.store import Store
from tests.standin.synthetic import synthetic_study
from tests.storing import write_record

FETCHED = "2026-11-25T08:00:00Z"
Make = Callable[..., Record]


@pytest.fixture
def record() -> Make:
    """Makes the record of a synthetic trial; keyword arguments change its origin, ``title`` its text."""

    def make(number: int, *, title: str | None = None, source: str = "api", **origin: Any) -> Record:
        body = synthetic_study(number)
        if title is not None:
            body["protocolSection"]["identificationModule"]["briefTitle"] = title
        given = {"fetched_at": FETCHED, "data_timestamp": "2026-11-24T09:00:00", **origin}
        return record_of(body, None, Origin(source=source, **given))

    return make


@pytest.fixture
def save(store: Store) -> Callable[[Record], int]:
    """Stores a record with its rows: the version's number."""

    def write(record: Record) -> int:
        with store.transaction():
            return write_record(store, record)

    return write
