"""Records that changed at the registry, and what came of a refresh. All are synthetic."""

from __future__ import annotations

from typing import Any

from harvester.pipeline import HarvestReport
from tests.standin.server import StandIn
from tests.standin.synthetic import synthetic_id, synthetic_study

NOW = "2026-11-25T08:00:00Z"
LATER = "2026-11-26T09:00:05"
STORED = [synthetic_id(number) for number in range(1, 7)]


def changed(number: int, updated: str = "2026-11-25", **modules: Any) -> dict[str, Any]:
    """A trial with another last update, and perhaps other modules."""
    body = synthetic_study(number, release="2026-11-26", updated=updated)
    body["protocolSection"] |= modules
    return body


def without_criteria(number: int) -> dict[str, Any]:
    """A trial that was updated and has no criteria any more."""
    body = changed(number)
    del body["protocolSection"]["eligibilityModule"]["eligibilityCriteria"]
    return body


def next_day(standin: StandIn, *bodies: dict[str, Any], gone: tuple[int, ...] = (), date: str = LATER) -> None:
    """The registry publishes: ``bodies`` are new or changed, the trials ``gone`` are withdrawn."""
    for body in bodies:
        standin.collection.put(body)
    for number in gone:
        del standin.collection.studies[synthetic_id(number)]
    standin.data_timestamp = date
    standin.requests.clear()


def fates(report: HarvestReport) -> dict[str, str]:
    """What became of each trial."""
    return {outcome.nct_id: outcome.fate for outcome in report.outcomes}


def paths(standin: StandIn) -> list[str]:
    """What was asked for, without parameters."""
    return [request.target.partition("?")[0].removeprefix("/api/v2") for request in standin.requests]
