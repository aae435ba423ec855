"""Arrivals in groups that are written together: read here one by one while they are few, by worker processes when they go on."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from typing import TYPE_CHECKING, Final

from harvester.normalise import Corrections
from harvester.reading.ahead import Ahead, InTurn
from harvester.reading.arrival import Arrival, Reached
from harvester.reading.study import Settleable, ids_of, read_arrival
from harvester.registry.piece import MOST, PIECE, Piece
from harvester.registry.record import Record

if TYPE_CHECKING:
    from harvester.reading.workers import Job, Lookup

FEW: Final = 100
"""Trials that are read here: fewer are done before a worker process has begun."""
_GROUP: Final = 50
_WRITTEN: Final = 200


def cores() -> int:
    """Processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def read_in_groups(
    arrivals: Iterable[Arrival],
    corrections: Corrections,
    workers: int,
    *,
    ahead: bool = True,
    stored: Lookup = lambda nct_ids: {},
) -> Iterator[list[Settleable]]:
    """What arrives, read into rows, in its order; not what is stored already, see ``stored``.

    The first trials come alone, so that each can be written and acknowledged at once; when there are many, some hundred together,
    read by ``workers`` processes if that is more than one. From the first piece of many records on, ``arrivals`` are asked for
    in another thread, if ``ahead``: the next page comes while this one is read.
    """
    coming, done = iter(arrivals), 0
    for arrival in coming:
        if isinstance(arrival, Piece):
            coming = chain((arrival,), coming)
            break
        for each in read_arrival(arrival, corrections, stored(ids_of((arrival,)))):
            done += 1
            yield [each]
        if done >= FEW:
            break
    else:
        return
    made = jobs(coming)
    with Ahead(made, weight) if ahead else InTurn(made) as running:
        yield from _in_bulk(running, done, corrections, workers, stored)


def _in_bulk(
    coming: Ahead[Job] | InTurn[Job], done: int, corrections: Corrections, workers: int, stored: Lookup
) -> Iterator[list[Settleable]]:
    """Small jobs are read here until `FEW` trials are done, or all where there is one worker; the others by the workers.

    These begin once a job is full, since then more will come: while it is read here they read what follows it.
    """
    job: Job = ()
    while not coming.is_over and (workers < 2 or done < FEW):
        coming.wait()
        job = coming.take() or ()
        if workers > 1 and _is_full(weight(job), sum(map(_records, job))):
            break
        for group in _read_here(job, done, corrections, stored):
            done += len(group)
            yield group
        job = ()
    if not coming.is_over or weight(job) >= PIECE:
        from harvester.reading.workers import Workers  # here, as a few records are read without

        with Workers(workers, corrections, stored) as pool:
            first, here = (job, ()) if weight(job) >= PIECE else ((), job)
            coming_back = pool.read(coming, first)
            yield from _read_here(here, done, corrections, stored)
            yield from _larger(coming_back)
    else:
        yield from _read_here(job, done, corrections, stored)
    coming.raise_problem()


def _read_here(job: Job, done: int, corrections: Corrections, stored: Lookup) -> Iterator[list[Settleable]]:
    known = stored(ids_of(job))
    return _growing((each for arrival in job for each in read_arrival(arrival, corrections, known)), done)


def _growing(readings: Iterator[Settleable], done: int) -> Iterator[list[Settleable]]:
    """One by one until `FEW` are done, then in groups."""
    while group := list(islice(readings, 1 if done < FEW else _GROUP)):
        done += len(group)
        yield group


def _larger(groups: Iterable[list[Settleable]]) -> Iterator[list[Settleable]]:
    """Groups that are worth a transaction: each ends with some pages written and a piece of the search index.

    What came up to a point of the source waits for nothing, and what came before an error comes before it.
    """
    waiting: list[Settleable] = []
    try:
        for group in groups:
            waiting += group
            if len(waiting) >= _WRITTEN or isinstance(waiting[-1], Reached):
                yield waiting
                waiting = []
    except Exception:
        if waiting:
            yield waiting
        raise
    if waiting:
        yield waiting


def weight(job: Iterable[Arrival]) -> int:
    """Bytes of records in a job."""
    return sum(len(each.data) if isinstance(each, Piece) else len(each.raw) if isinstance(each, Record) else 0 for each in job)


def _records(arrival: Arrival) -> int:
    return arrival.records if isinstance(arrival, Piece) else 1


def _is_full(size: int, records: int) -> bool:
    return size >= PIECE or records >= MOST


def jobs(arrivals: Iterable[Arrival]) -> Iterator[Job]:
    """Arrivals that are read together: about `PIECE` bytes of them, `MOST` records, or what came up to a point of the source,
    after which it may be a while until more comes. What came before an error of their source comes before it.
    """
    job: list[Arrival] = []
    size = records = 0
    try:
        for arrival in arrivals:
            job.append(arrival)
            size += weight((arrival,))
            records += _records(arrival)
            if _is_full(size, records) or isinstance(arrival, Reached):
                yield job
                job, size, records = [], 0, 0
    except Exception:
        if job:
            yield job
        raise
    if job:
        yield job
