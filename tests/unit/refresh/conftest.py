"""A registry whose records change, and a store that holds the first of them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import pytest

from harvester.pipeline import Harvest
from harvester.registry.client import Registry
from harvester.registry.transport import Limits, Time
from harvester.store import Store
from tests.standin.collection import Collection
from tests.standin.server import StandIn
from tests.standin.synthetic import synthetic_studies
from tests.unit.refresh.changing import NOW, STORED


@pytest.fixture
def standin() -> Iterator[StandIn]:
    with StandIn(Collection(synthetic_studies(12))) as running:
        yield running


@pytest.fixture
def registry(standin: StandIn) -> Iterator[Registry]:
    """A registry whose day is that of the records, whatever day it is."""
    clock = Time(now=lambda: datetime.fromisoformat(NOW))
    with Registry(standin.base_url, min_interval=0, limits=Limits(attempts=1), clock=clock) as opened:
        yield opened


@pytest.fixture
def harvest(store: Store, registry: Registry, standin: StandIn) -> Harvest:
    """A harvest into a store that holds the first six trials."""
    made = Harvest(store, "harvest", lambda: NOW)
    made.ids(registry, STORED)
    standin.requests.clear()
    return made
