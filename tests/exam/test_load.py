"""The site under load: ten visitors at once, with and without a refresh, and a comparison in a larger collection.

Times are of this machine while it does nothing else; the limits are those the site is held to on two cores.
"""

from __future__ import annotations

import asyncio
import json
import random
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path

import pytest

from harvester.site.app import compile_templates, make_datasette
from harvester.store import Store
from tests.exam.storage import trialside
from tests.standin.synthetic import synthetic_id, synthetic_study
from tests.unit.site.site_records import write_study

pytestmark = pytest.mark.exam

TRIALS = 300
VISITORS = 10
SECONDS = 60.0


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("load") / "trials.db"
    with Store(path) as store:
        for number in range(1, TRIALS + 1):
            write_study(store, synthetic_study(number))
    return path


@pytest.fixture(scope="module")
def port(database: Path) -> Iterator[int]:
    """The site in a process of its own."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        number: int = free.getsockname()[1]
    code = "import sys, pathlib, harvester.site.app as app; app.serve(pathlib.Path(sys.argv[1]), port=int(sys.argv[2]))"
    process = subprocess.Popen([sys.executable, "-c", code, str(database), str(number)])
    patience = time.monotonic() + 30
    while time.monotonic() < patience:
        try:
            socket.create_connection(("127.0.0.1", number), timeout=1).close()
            break
        except OSError:
            time.sleep(0.1)
    yield number
    process.terminate()
    process.wait(timeout=20)


def visit(port: int, seed: int, until: float, seen: list[tuple[float, int, str]]) -> None:
    """One visitor: mostly pages others look at too, now and then a comparison nobody has asked for."""
    choice = random.Random(seed)
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    while time.monotonic() < until:
        path = asked(choice)
        start = time.monotonic()
        connection.request("GET", path)
        answer = connection.getresponse()
        answer.read()
        seen.append((time.monotonic() - start, answer.status, path))
        time.sleep(choice.uniform(0.05, 0.25))
    connection.close()


def asked(choice: random.Random) -> str:
    some = [synthetic_id(choice.randint(1, TRIALS)) for _ in range(5)]
    known = synthetic_id(choice.randint(1, 12))
    pages = (
        *("/", "/about", "/search?q=leukemia", "/search?q=alphamab", f"/trial/{known}", f"/trial/{some[0]}"),
        *(
            f"/compare/{known},{synthetic_id(13)},{synthetic_id(14)}",
            f"/compare/{','.join(dict.fromkeys(some))}",
            f"/trial/{known}.json",
        ),
        *(f"/related/{known}", "/data/doses?_size=20", f"/embed/compare/{known},{synthetic_id(13)}"),
    )
    return choice.choice(pages)


def visits(port: int, seconds: float = SECONDS) -> list[tuple[float, int, str]]:
    seen: list[tuple[float, int, str]] = []
    until = time.monotonic() + seconds
    visitors = [threading.Thread(target=visit, args=(port, seed, until, seen)) for seed in range(VISITORS)]
    for each in visitors:
        each.start()
    for each in visitors:
        each.join()
    return seen


def percentile(seen: list[tuple[float, int, str]], share: float) -> float:
    times = sorted(time_ for time_, _, _ in seen)
    return times[int(len(times) * share)]


def test_ten_visitors_are_served_in_time(port: int) -> None:
    seen = visits(port)

    assert {status for _, status, _ in seen} <= {200, 302}
    assert len(seen) > VISITORS * 10
    assert percentile(seen, 0.95) < 0.3


def test_ten_visitors_are_served_while_trials_are_refreshed(port: int, database: Path) -> None:
    stop = threading.Event()

    def refresh() -> None:
        number = 0
        with Store(database) as store:
            while not stop.is_set():
                number = number % TRIALS + 1
                body = synthetic_study(number)
                body["protocolSection"]["identificationModule"]["briefTitle"] = f"Written anew {time.monotonic()}"
                write_study(store, body)
                time.sleep(0.2)

    writer = threading.Thread(target=refresh)
    writer.start()
    seen = visits(port)
    stop.set()
    writer.join()

    assert {status for _, status, _ in seen} <= {200, 302}
    assert percentile(seen, 0.95) < 1.0


LARGE = 5_000


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database of five thousand trials, read by the program itself."""
    folder = tmp_path_factory.mktemp("large")
    with (folder / "trials.ndjson").open("w", encoding="utf-8") as stream:
        stream.writelines(json.dumps(synthetic_study(number)) + "\n" for number in range(1, LARGE + 1))
    done = trialside(folder / "trials.db", "harvest", "--quiet", "--from", str(folder / "trials.ndjson"), timeout=600)
    assert done.returncode == 0, done.stderr
    return folder / "trials.db"


async def test_a_comparison_among_five_thousand_trials_is_quick(large: Path) -> None:
    client = make_datasette(large).client
    compile_templates()  # as `serve` does before it listens
    times = []
    for first in range(1, 400, 20):
        ids = ",".join(synthetic_id(number) for number in range(first, first + 5))
        start = time.monotonic()
        answer = await client.get(f"/compare/{ids}")
        times.append(time.monotonic() - start)
        assert answer.status_code == 200

    assert sorted(times)[len(times) * 95 // 100] < 0.3, times


async def test_a_bomb_in_sql_does_not_hold_the_others_up(database: Path) -> None:
    """While visitors' queries run into their limit of time, and more wait for the threads that they hold, the others get
    their pages within a second."""
    client = make_datasette(database).client
    bomb = "with recursive c(x) as (select 1 union all select x+1 from c) select count(*) from c"
    bombs = [asyncio.create_task(client.get("/data.json", params={"sql": bomb})) for _ in range(6)]
    await asyncio.sleep(0.05)
    times = []
    for number in range(1, 11):
        start = time.monotonic()
        assert (await client.get(f"/trial/{synthetic_id(number)}")).status_code == 200
        times.append(time.monotonic() - start)
    answers = await asyncio.gather(*bombs)

    assert max(times) < 1, times
    assert {answer.status_code for answer in answers} == {400}
