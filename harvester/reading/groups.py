"""Arrivals in groups that are written together: read here one by one while they are few, by worker processes when they go on."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Final

from harvester.normalise import Corrections
from harvester.reading.arrival import Arrival
from harvester.reading.study import Settleable, read_arrival
from harvester.registry.piece import PIECE, Piece
from harvester.registry.record import Record

FEW: Final = 100
"""Trials that are read here: fewer are done before a worker process has begun."""
_JOB_ARRIVALS: Final = 100


def cores() -> int:
    """Processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def read_in_groups(
    arrivals: Iterable[Arrival], corrections: Corrections, workers: int, *, ahead: bool = True
) -> Iterator[list[Settleable]]:
    """What arrives, read into rows, in its order.

    The first trials come alone, so that each can be written and acknowledged at once; when there are many, some fifty together,
    read by ``workers`` processes if that is more than one; then ``arrivals`` are asked for in another thread, if ``ahead``.
    """
    coming, done = iter(arrivals), 0
    for arrival in coming:
        if isinstance(arrival, Piece) and (done >= FEW or len(arrival.data) >= PIECE):
            coming = chain((arrival,), coming)
            break
        for each in read_arrival(arrival, corrections):
            done += 1
            yield [each]
        if done >= FEW:
            break
    else:
        return
    yield from _in_bulk(coming, corrections, workers, ahead=ahead)


def _in_bulk(arrivals: Iterator[Arrival], corrections: Corrections, workers: int, *, ahead: bool) -> Iterator[list[Settleable]]:
    if workers < 2:
        for job in jobs(arrivals):
            yield [each for arrival in job for each in read_arrival(arrival, corrections)]
        return
    from harvester.reading.workers import Workers  # here, as a few records are read without

    with Workers(workers, corrections) as pool:
        yield from pool.read(jobs(arrivals), ahead=ahead)


def jobs(arrivals: Iterable[Arrival]) -> Iterator[list[Arrival]]:
    """Arrivals that are read together: about `PIECE` bytes of them. What came before an error of their source comes before it."""
    job: list[Arrival] = []
    size = 0
    try:
        for arrival in arrivals:
            job.append(arrival)
            size += len(arrival.data) if isinstance(arrival, Piece) else len(arrival.raw) if isinstance(arrival, Record) else 0
            if size >= PIECE or len(job) >= _JOB_ARRIVALS:
                yield job
                job, size = [], 0
    except Exception:
        if job:
            yield job
        raise
    if job:
        yield job
