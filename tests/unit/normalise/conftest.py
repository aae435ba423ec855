"""Records for the tests of reading: all synthetic."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from harvester.registry.record import Origin, Record, record_of
from tests.standin.synthetic import synthetic_study

RECORDS = Path(__file__).parents[2] / "records"
Make = Callable[..., Record]


@pytest.fixture
def record() -> Make:
    """Makes a record from a synthetic study; ``change`` gets its protocol section to alter it."""

    def make(change: Callable[[dict[str, Any]], object] | None = None, *, number: int = 1) -> Record:
        body = synthetic_study(number)
        if change is not None:
            change(body["protocolSection"])
        return record_of(body, None, Origin(source="api", fetched_at="2026-11-25T08:00:00Z"))

    return make


@pytest.fixture
def full_record() -> Record:
    """The synthetic record that fills every module of the protocol section."""
    body = json.loads((RECORDS / "NCT99000001.json").read_text(encoding="utf-8"))
    return record_of(body, None, Origin(source="api", fetched_at="2026-11-25T08:00:00Z"))
