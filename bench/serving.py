"""Pages of a large database: how soon one comes, and how many come when eight ask at once."""

from __future__ import annotations

import http.client
import random
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

from bench.corpus import nct_id
from bench.measure import Figure, middle, trialside
from harvester.site.app import look_seldom_for_garbage
from harvester.site.ranking import related_trials
from harvester.store import Namings, count_studies, open_for_reading, read_studies

CLIENTS: Final = 8
HOST: Final = "127.0.0.1"
PATIENCE: Final = 180.0


@contextmanager
def served(database: Path) -> Iterator[int]:
    """The site on ``database`` in a process of its own: its port."""
    with closing(socket.socket()) as free:
        free.bind((HOST, 0))
        port = int(free.getsockname()[1])
    process = subprocess.Popen(  # noqa: S603 - our own command
        trialside("serve", "--quiet", "--db", str(database), "--port", str(port)),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait(port, process)
        yield port
    finally:
        process.terminate()
        process.wait()


def _wait(port: int, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and process.poll() is None:
        try:
            with closing(Client(port)) as client:
                client.get("/")
            return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("the site did not start")


class Client:
    """One visitor with one connection."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection(HOST, port, timeout=PATIENCE)

    def close(self) -> None:
        """End the connection."""
        self._connection.close()

    def get(self, path: str) -> float:
        """Milliseconds until the whole answer was there. Raises RuntimeError for any answer but the page."""
        started = time.perf_counter()
        self._connection.request("GET", path)
        answer = self._connection.getresponse()
        answer.read()
        if answer.status != 200:
            raise RuntimeError(f"{path} was answered with {answer.status}")
        return (time.perf_counter() - started) * 1e3


def pages(database: Path, whole: Sequence[str], light: int) -> list[Figure]:
    """``whole`` are numbers of trials with all their rows, ``light`` how many others there are, numbered from 1."""
    chance = random.Random(1)
    fives = [",".join(chance.sample(whole, min(5, len(whole)))) for _ in range(40)]
    others = [nct_id(chance.randrange(1, light + 1)) for _ in range(20)]
    with served(database) as port, closing(Client(port)) as client:
        start = client.get("/")
        for path in (f"/trial/{nct_id}" for nct_id in whole):
            client.get(path)  # the trials of comparisons are known to a site that has been visited
        fresh = [client.get(f"/compare/{each}") for each in dict.fromkeys(fives)]
        again = [client.get(f"/compare/{each}") for each in fives * 3]
        return [
            Figure("page", "comparison of five trials, asked before (p50)", middle(again), "ms", bar=5.0),
            Figure("page", "comparison of five trials, new, of trials seen before (p50)", middle(fresh), "ms"),
            Figure("page", "trial, new (p50)", middle([client.get(f"/trial/{each}") for each in others]), "ms"),
            Figure(
                "page",
                "start page, asked before (p50)",
                middle([client.get("/") for _ in range(9)]),
                "ms",
                note=f"first {start:.0f} ms",
            ),
            Figure(
                "page",
                "search for two words, new (p50)",
                middle([client.get(f"/search?q={each}+treatment") for each in _WORDS]),
                "ms",
            ),
            Figure("page", "related trials, new (p50)", middle([client.get(f"/related/{each}") for each in others]), "ms"),
            Figure("page", "a table of Datasette (p50)", middle([client.get("/data/studies?_size=50") for _ in range(5)]), "ms"),
            Figure(
                "page",
                f"comparisons a second, {CLIENTS} clients",
                _together(port, fives),
                "a second",
                bar=200.0,
                more_is_better=True,
            ),
        ]


_WORDS: Final = ("pain", "leukemia", "device", "quality", "infusion", "children", "oral", "randomized", "relapse")


def _together(port: int, fives: Sequence[str], each_asks: int = 60) -> float:
    """Answers a second when all ask at once."""

    def ask(number: int) -> None:
        with closing(Client(port)) as client:
            for at in range(each_asks):
                client.get(f"/compare/{fives[(number + at) % len(fives)]}")

    started = time.perf_counter()
    with ThreadPoolExecutor(CLIENTS) as pool:
        list(pool.map(ask, range(CLIENTS)))
    return CLIENTS * each_asks / (time.perf_counter() - started)


def related(database: Path, whole: Sequence[str], light: int, times: int = 30) -> list[Figure]:
    """The fifty trials most related to one, in the large database, by processor time: alone, and after others were asked for.

    This process looks for garbage as seldom as that of a site.
    """
    look_seldom_for_garbage()
    chance = random.Random(2)
    asked = [*whole[:5], *(nct_id(chance.randrange(1, light + 1)) for _ in range(times))]
    alone: list[float] = []
    after: list[float] = []
    again: list[float] = []
    namings = Namings()
    with closing(open_for_reading(database)) as connection:
        size = count_studies(connection)
        for number in asked:
            for found, known in ((alone, Namings()), (after, namings), (again, namings)):
                (focal,) = read_studies(connection, [number]).values()
                started = time.thread_time()
                related_trials(connection, focal, size, namings=known)
                found.append((time.thread_time() - started) * 1e3)
    what = f"top 50 in {size:,}"
    return [
        Figure("related", f"{what}, after others were asked for (p50)", middle(after), "ms", bar=30.0),
        Figure("related", f"{what}, the same again, ranked anew (p50)", middle(again), "ms"),
        Figure("related", f"{what}, nothing known beforehand (p50)", middle(alone), "ms"),
    ]
