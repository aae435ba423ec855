"""What is already there, brought up to date, and what comes page by page: the ways on which nothing should wait for anything."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final
from urllib.error import URLError
from urllib.request import urlopen

from bench.corpus import nct_id
from bench.measure import ROOT, Figure, Run, run, trialside
from harvester.pipeline import Harvest
from harvester.refresh import gated
from harvester.registry.record import Origin, parse_record
from harvester.store import Store

HOST: Final = "127.0.0.1"
PAGE: Final = 1_000
"""Studies a page, as the registry gives them at most."""
PAGES: Final = 10
GROUP: Final = 100
NOW: Final = "2026-11-26T10:00:00Z"
_PATIENCE: Final = 60.0


def refresh(large: Path, revised: Path, updated: Path, count: int, folder: Path) -> list[Figure]:
    """New versions of ``count`` trials into a large database, without the network: all with another criterion, then all as most
    updates are, with another status; then the same again. What a day brings lies between the two.
    """
    done, light, again = (
        run(*trialside("harvest", "--quiet", "--db", str(large), "--from", str(each)), folder=folder)
        for each in (revised, updated, updated)
    )
    bar = 15.0 * count / 3_000
    criteria, status = (f"{count:,} studies with another {what}" for what in ("criterion", "status"))
    return [
        Figure("refresh", f"{criteria} into the large database, by the clock", done.seconds, "s", bar=bar),
        Figure("refresh", f"{criteria}, processor time of all processes", done.processor, "s"),
        Figure("refresh", f"{status} into the large database, by the clock", light.seconds, "s", bar=bar),
        Figure("refresh", f"{status}, processor time of all processes", light.processor, "s"),
        Figure("refresh", "the same file again, nothing new, processor time of all processes", again.processor, "s"),
    ]


def judged(large: Path, changed: Path, count: int) -> list[Figure]:
    """Changed records held back until all are judged, as `trialside refresh` does it, by processor time; none is written."""
    origin = Origin(source="api", data_timestamp="2026-11-26T09:00:05", fetched_at=NOW)
    with changed.open("rb") as stream:
        records = [parse_record(line, origin) for line in stream]
    with Store(large) as store:
        started = time.process_time()
        passed = sum(1 for _ in gated(Harvest(store, "refresh", lambda: NOW), records))
        seconds = time.process_time() - started
    if passed != count:
        raise RuntimeError(f"{passed} of {count} records passed")
    return [Figure("refresh", f"{count:,} changed records judged before they are shown, processor time", seconds, "s")]


def confirmed(large: Path, numbers: Sequence[str]) -> list[Figure]:
    """Trials of which the registry says that they were not updated: what noting it costs, by processor time."""
    release = ("2.0.5", "2026-11-26T09:00:05", NOW)
    with Store(large) as store:
        started = time.process_time()
        for at in range(0, len(numbers), GROUP):
            with store.transaction():
                store.note_confirmed(numbers[at : at + GROUP], *release)
        seconds = time.process_time() - started
    return [Figure("refresh", "a trial that was not updated, noted", seconds / len(numbers) * 1e6, "µs")]


def fetched(folder: Path, pages: int = PAGES, delay: float = 1.0) -> list[Figure]:
    """Pages of light records, each a second on its way: is anything waited for besides?"""
    path = folder / "light.ndjson"
    path.write_text("".join(_light(number) for number in range(1, pages * PAGE + 1)), encoding="utf-8")
    alone = run(*trialside("harvest", "--quiet", "--db", "light-file.db", "--from", path.name), folder=folder)
    with stand_in(path, delay) as base:
        whole = _all(folder, base, "light-all.db")
    longer = max(pages * delay, alone.seconds)
    what = f"{pages} pages of {PAGE:,} light records, {delay:.0f} s a page"
    return [
        Figure("pages", f"{what}, by the clock", whole.seconds, "s"),
        Figure("pages", "against the longer of the pages alone and the reading alone", whole.seconds / longer, bar=1.1),
    ]


def _all(folder: Path, base: str, name: str) -> Run:
    asked = trialside("harvest", "--quiet", "--all", "--api-base", base, "--db", name)
    return run(*asked, folder=folder, environment={"TRIALSIDE_MIN_INTERVAL": "0"})


def _light(number: int) -> str:
    identification = {"nctId": nct_id(number), "briefTitle": f"Light study {number}"}
    status = {"overallStatus": "COMPLETED", "studyFirstPostDateStruct": {"date": f"{2000 + number % 26}-03-01"}}
    return json.dumps({"protocolSection": {"identificationModule": identification, "statusModule": status}}) + "\n"


@contextmanager
def stand_in(records: Path, delay: float) -> Iterator[str]:
    """A stand-in of the registry that serves ``records``, one a line, in a process of its own: the address of its API."""
    with closing(socket.socket()) as free:
        free.bind((HOST, 0))
        port = int(free.getsockname()[1])
    given = ("--port", str(port), "--ndjson", str(records), "--delay", str(delay))
    process = subprocess.Popen(  # noqa: S603 - our own command
        (sys.executable, "-m", "tests.standin", *given), cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    base = f"http://{HOST}:{port}/api/v2"
    try:
        _wait(f"{base}/version", process)
        yield base
    finally:
        process.terminate()
        process.wait()


def _wait(address: str, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until and process.poll() is None:
        try:
            with urlopen(address, timeout=5):  # noqa: S310 - our own loopback address
                return
        except (URLError, OSError):
            time.sleep(0.1)
    raise RuntimeError("the stand-in did not start")
