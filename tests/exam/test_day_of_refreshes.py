"""A day of refreshes against a registry whose records change: every change is told once, nothing else is, and nothing is lost."""

from __future__ import annotations

import random
import signal
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from harvester.errors import RegistryError
from harvester.pipeline import Harvest, HarvestReport
from harvester.pipeline.renewal import renormalise
from harvester.refresh import Asked, refresh
from harvester.registry.client import Registry
from harvester.registry.transport import Limits, Time
from harvester.store import Store, open_for_reading, read_changes, read_runs, read_versions, stale_trials
from tests.exam.nursery import Nursery
from tests.exam.storage import acknowledged, assert_whole
from tests.standin.collection import Collection
from tests.standin.faults import Fault, status
from tests.standin.server import StandIn
from tests.standin.synthetic import synthetic_id, synthetic_study

TRIALS = 60
QUICK = Limits(attempts=1)
CRITERIA = {
    "tightened": ("* ECOG performance status 0-2", "* ECOG performance status 0-1"),
    "loosened": ("* ECOG performance status 0-2", "* ECOG performance status 0-3"),
    "removed": ("\n* Pregnancy or breast-feeding", ""),
    "added": ("* Pregnancy or breast-feeding", "* Pregnancy or breast-feeding\n* Active central nervous system leukemia"),
}
Told = tuple[str, str, str | None]


class Day:
    """The registry through a day: each hour some records change, and what must be told of it is written down."""

    def __init__(self, standin: StandIn, seed: int) -> None:
        self.standin = standin
        self.chance = random.Random(seed)
        self.hour = 0
        self.expected: list[Told] = []
        self.gone: set[str] = set()

    def pass_an_hour(self) -> None:
        """Up to four records change in one way each; sometimes one is withdrawn; the registry's date moves on."""
        self.hour += 1
        here = [number for number in range(1, TRIALS + 1) if synthetic_id(number) not in self.gone]
        changing = self.chance.sample(here, self.chance.randrange(5))
        for number in changing:
            self._change(number)
        if self.hour % 9 == 0:  # what changed and went within one hour, nobody saw
            nct_id = synthetic_id(self.chance.choice([number for number in here if number not in changing]))
            del self.standin.collection.studies[nct_id]
            self.gone.add(nct_id)
        self.standin.data_timestamp = f"2026-11-25T{self.hour:02}:00:05"

    def _change(self, number: int) -> None:
        nct_id = synthetic_id(number)
        body = self.standin.collection.studies[nct_id]
        protocol = body["protocolSection"]
        protocol["statusModule"]["lastUpdatePostDateStruct"]["date"] = f"2026-12-{self.hour:02}"
        self.expected.append((nct_id, "record date", "changed"))
        kind = self.chance.choice(["enrolment", "status", *CRITERIA])
        if kind == "enrolment":
            protocol["designModule"]["enrollmentInfo"]["count"] += 7
            self.expected.append((nct_id, "enrolment", "changed"))
        elif kind == "status":
            protocol["statusModule"]["whyStopped"] = f"Reason {self.hour}"
            known = any(each[:2] == (nct_id, "status") for each in self.expected)
            self.expected.append((nct_id, "status", "changed" if known else "added"))
        else:
            self._change_criteria(nct_id, protocol["eligibilityModule"], kind)

    def _change_criteria(self, nct_id: str, module: dict[str, Any], direction: str) -> None:
        before, after = CRITERIA[direction]
        text = module["eligibilityCriteria"]
        if before in text and not (direction == "added" and "Active central" in text):
            module["eligibilityCriteria"] = text.replace(before, after)
            kind = "inclusion criterion" if "ECOG" in before else "exclusion criterion"
            self.expected.append((nct_id, kind, direction))


@pytest.fixture
def standin() -> Iterator[StandIn]:
    bodies = [synthetic_study(number) for number in range(1, TRIALS + 1)]
    with StandIn(Collection(bodies), data_timestamp="2026-11-25T00:00:05") as running:
        yield running


def told(path: Path) -> list[Told]:
    with closing(open_for_reading(path)) as connection:
        return sorted((each.nct_id, each.kind, each.direction) for each in read_changes(connection, None, None))


def asked_at(standin: StandIn, hour: int) -> Registry:
    """The registry as it is asked in an hour of the day: records come at the time of the run that asks for them."""
    clock = Time(now=lambda: datetime(2026, 11, 25, hour, 30, tzinfo=UTC))
    return Registry(standin.base_url, min_interval=0, limits=QUICK, clock=clock)


def refreshed(path: Path, standin: StandIn, hour: int) -> list[HarvestReport] | None:
    """One refresh as the command makes it; None when the registry could not be used."""
    with Store(path) as store, asked_at(standin, hour) as registry:
        harvest = Harvest(store, "trialside refresh", lambda: f"2026-11-25T{hour:02}:30:00Z")
        try:
            return refresh(harvest, registry, Asked())
        except RegistryError:
            return None


def spend(path: Path, standin: StandIn, hours: int, seed: int) -> Day:
    with Store(path) as store, asked_at(standin, 0) as registry:
        ids = [synthetic_id(number) for number in range(1, TRIALS + 1)]
        Harvest(store, "harvest", lambda: "2026-11-25T00:30:00Z").ids(registry, ids)
    day = Day(standin, seed)
    for hour in range(1, hours + 1):
        day.pass_an_hour()
        if hour % 5 == 0:
            standin.faults.append(Fault(status(503), "/version"))
            assert refreshed(path, standin, hour) is None
            standin.faults.clear()
        reports = refreshed(path, standin, hour)
        assert reports is not None
        assert all(not report.stopped_by for report in reports), reports
        standin.requests.clear()
        again = refreshed(path, standin, hour)
        assert again is not None
        assert [request.target for request in standin.requests] == ["/api/v2/version"], "the second refresh of a date asks once"
        assert told(path) == sorted(day.expected), hour
        if hour % 4 == 0:
            assert_whole(path)
    return day


def check_the_day(path: Path, day: Day) -> None:
    assert_whole(path, [synthetic_id(number) for number in range(1, TRIALS + 1)])
    with closing(open_for_reading(path)) as connection:
        assert {nct_id for nct_id, each in stale_trials(connection).items() if each.is_gone} == day.gone
        assert all(run.requested == run.saved + run.unchanged + run.failed + run.not_found for run in read_runs(connection))
        updates = sum(kind == "record date" for _, kind, _ in day.expected)
        versions = [len(read_versions(connection, synthetic_id(number))) for number in range(1, TRIALS + 1)]
        assert sum(versions) == TRIALS + updates
    with Store(path) as store:
        assert renormalise(store).changed == 0


def test_a_morning_of_refreshes(tmp_path: Path, standin: StandIn) -> None:
    check_the_day(tmp_path / "trials.db", spend(tmp_path / "trials.db", standin, 6, seed=1))


@pytest.mark.exam
@pytest.mark.parametrize("seed", range(3))
def test_a_day_of_refreshes(tmp_path: Path, standin: StandIn, seed: int) -> None:
    check_the_day(tmp_path / "trials.db", spend(tmp_path / "trials.db", standin, 23, seed=seed + 10))


def kill_refreshes(path: Path, standin: StandIn, times: int, seed: int) -> int:
    """Kill ``times`` refreshes while they fetch, judge or write; how many really were cut off."""
    chance = random.Random(seed)
    ids = [synthetic_id(number) for number in range(1, TRIALS + 1)]
    with Store(path) as store, Registry(standin.base_url, min_interval=0, limits=QUICK) as registry:
        Harvest(store, "harvest", lambda: "2026-11-25T00:30:00Z").ids(registry, ids)
    cut = 0
    common = ("--db", str(path), "--api-base", standin.base_url)
    with Nursery(path.parent) as nursery:
        whole = 0.0
        for number in range(times + 1):
            for nct_id in ids:
                body = standin.collection.studies[nct_id]["protocolSection"]
                body["statusModule"]["lastUpdatePostDateStruct"]["date"] = f"2027-{number % 12 + 1:02}-{number % 28 + 1:02}"
                body["designModule"]["enrollmentInfo"]["count"] = 1000 + number
            standin.data_timestamp = f"2027-{number // 28 + 1:02}-{number % 28 + 1:02}T00:00:05"
            if number == 0:  # the first one is left alone: how long one takes says when the others are killed
                begun = time.monotonic()
                assert nursery.run(*common, "refresh").code == 0
                whole = time.monotonic() - begun
                continue
            done = nursery.killed(*common, "refresh", after=chance.uniform(0, whole), waits_for_word=number % 3 == 0)
            acks = acknowledged(done.stdout)
            assert done.code in (-signal.SIGKILL, 0), done.stderr
            cut += done.code != 0
            with closing(open_for_reading(path)) as connection:
                assert connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
                shown = dict(connection.execute("SELECT nct_id, enrollment FROM studies"))
            assert all(shown[nct_id] == 1000 + number for nct_id in acks), "what was acknowledged is stored"
        done = nursery.run(*common, "refresh", "--all")
    assert done.code == 0, done.stderr
    for name in ("stdout", "stderr"):
        (path.parent / name).unlink()
    assert_whole(path, ids)
    with closing(open_for_reading(path)) as connection:
        assert {row[0] for row in connection.execute("SELECT enrollment FROM studies")} == {1000 + times}
        assert all(run.requested == run.saved + run.unchanged + run.failed + run.not_found for run in read_runs(connection))
    return cut


def test_a_few_refreshes_are_killed(tmp_path: Path, standin: StandIn) -> None:
    assert kill_refreshes(tmp_path / "trials.db", standin, 5, seed=4) > 0


@pytest.mark.exam
def test_fifty_refreshes_are_killed(tmp_path: Path, standin: StandIn) -> None:
    assert kill_refreshes(tmp_path / "trials.db", standin, 50, seed=5) >= 25
