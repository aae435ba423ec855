"""A harvest into an empty store, at a time of its own."""

from __future__ import annotations

import pytest

from harvester.pipeline import Harvest
from harvester.store import Store


@pytest.fixture
def harvest(store: Store) -> Harvest:
    """What is harvested is stored in ``store``."""
    return Harvest(store, "harvest", lambda: "2026-11-25T08:00:00Z")
