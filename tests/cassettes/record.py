"""The conversations on the cassettes, and how they are recorded: ``python -m tests.cassettes.record``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import vcr

from harvester.errors import TrialsideError
from harvester.registry.client import Found, Registry
from harvester.registry.paging import PAGE_SIZE
from harvester.registry.search import SearchQuery
from harvester.registry.transport import Time
from tests.standin import Collection, StandIn, faults
from tests.standin.faults import Fault
from tests.standin.synthetic import synthetic_studies, synthetic_study

HERE = Path(__file__).parent
PORT = 8099
BASE_URL = f"http://127.0.0.1:{PORT}/api/v2"
ALIAS = "NCT99000901"
WAITED: list[float] = []


@dataclass(frozen=True, slots=True)
class Conversation:
    """What the client does, and what it gets in the way."""

    act: Callable[[Registry], Any]
    faults: tuple[tuple[faults.Act, int], ...] = ()


def study(registry: Registry) -> str:
    return registry.study("NCT99000001").nct_id


def paging(registry: Registry) -> tuple[int | None, list[str], list[str]]:
    search = registry.search(SearchQuery(terms=("synthetic",)))
    return search.total, sorted(record.nct_id for record in search), search.notes


def batch(registry: Registry) -> list[str]:
    asked = ["NCT99000001", "NCT99000002", "NCT99999999", ALIAS, "NCT99000003"]
    return [o.record.nct_id if isinstance(o, Found) else f"{type(o).__name__} {o.asked}" for o in registry.studies(asked)]


def not_found(registry: Registry) -> str:
    return refusal(lambda: registry.study("NCT99999999"))


def bad_request(registry: Registry) -> str:
    return refusal(lambda: registry.count(SearchQuery(expression="AREA[Nonsense]RANGE[1,2]")))


def refusal(act: Callable[[], object]) -> str:
    try:
        act()
    except TrialsideError as problem:
        return f"{type(problem).__name__}: {problem.what}"
    return "no refusal"


CONVERSATIONS = {
    "paging": Conversation(paging),
    "batch": Conversation(batch),
    "not_found": Conversation(not_found),
    "bad_request": Conversation(bad_request),
    "throttled": Conversation(study, ((faults.status(429, "Too many requests", Retry_After="2"), 1),)),
    "unavailable": Conversation(study, ((faults.status(503, "Service unavailable"), 2),)),
    "web_page": Conversation(study, ((faults.web_page(), 1),)),
}


def tape(name: str, mode: str) -> Any:
    """The cassette ``name``, to record (``all``) or to replay (``none``)."""
    player = vcr.VCR(
        cassette_library_dir=str(HERE),
        record_mode=vcr.mode(mode),
        match_on=["method", "scheme", "host", "port", "path", "query"],
        filter_headers=["User-Agent"],
    )
    return player.use_cassette(f"{name}.yaml", allow_playback_repeats=False)


def client() -> Registry:
    """A client whose waits are kept in ``WAITED`` instead of waited."""
    WAITED.clear()
    return Registry(BASE_URL, min_interval=0, clock=Time(sleep=WAITED.append, now=lambda: datetime(2026, 11, 25, 12, tzinfo=UTC)))


def served() -> Collection:
    """The studies behind the conversations: three full pages, the first study with an alias, most with little more than an id."""
    collection = Collection(synthetic_studies(PAGE_SIZE * 3))
    for nct_id, study in list(collection.studies.items())[5:]:
        title = study["protocolSection"]["identificationModule"]["briefTitle"]
        collection.studies[nct_id] = {"protocolSection": {"identificationModule": {"nctId": nct_id, "briefTitle": title}}}
    first = synthetic_study(1)
    first["protocolSection"]["identificationModule"]["nctIdAliases"] = [ALIAS]
    collection.put(first)
    return collection


def main() -> None:
    for name, conversation in CONVERSATIONS.items():
        (HERE / f"{name}.yaml").unlink(missing_ok=True)
        with StandIn(served(), port=PORT, packs=False) as running, client() as registry, tape(name, "all"):
            running.faults = [Fault(act, where="/studies", times=times) for act, times in conversation.faults]
            print(name, conversation.act(registry))


if __name__ == "__main__":
    main()
