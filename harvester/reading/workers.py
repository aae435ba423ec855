"""Worker processes that read records: jobs go out, what was read comes back in the same order.

Each worker is a new interpreter joined by two pipes, in a session of its own: no lock, file or thread of this process goes
along, the terminal's signals do not reach it, and it ends when the pipes do.
"""

from __future__ import annotations

import pickle
import queue
import signal
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import IO, Final, Self, cast

import harvester
from harvester.errors import BadRecord
from harvester.normalise import Corrections
from harvester.reading.ahead import Ahead, InTurn
from harvester.reading.arrival import Arrival, Lost, Reading, Seen
from harvester.reading.frame import pack_pieces, piece_of, receive, send, unpack_found
from harvester.reading.study import Settleable, Stored, ids_of
from harvester.registry.piece import Piece, apart
from harvester.registry.record import Record, id_in_text

Job = Sequence[Arrival]
Lookup = Callable[[Sequence[str]], Stored]
_START: Final = "import sys; sys.path.insert(0, sys.argv[1]); from harvester.reading.worker import main; main()"
_OVERTIME: Final = getattr(signal, "SIGPROF", None)  # what ends a worker that took too long
_SECONDS_TO_END: Final = 5
_JOBS_A_WORKER: Final = 3  # one that is read and two that wait, so that no worker waits for the writer


class WorkerEnded(Exception):
    """A worker process is gone: killed, out of memory, or had more time than a job may take; the words say which."""


class Worker:
    """One process, for one thread at a time."""

    def __init__(self, corrections: bytes) -> None:
        root = str(Path(harvester.__file__).parents[1])
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and code
            [sys.executable, "-P", "-c", _START, root], stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True
        )
        with suppress(OSError):  # one that is gone already says so at the first job
            send(self._pipes()[0], corrections)

    def read(self, pieces: Sequence[Piece], stored: Stored) -> list[list[Reading | Seen | Lost]]:
        """What is in each of ``pieces``. Raises WorkerEnded."""
        into, out = self._pipes()
        try:
            send(into, (pack_pieces(pieces), {nct_id: tuple(known) for nct_id, known in stored.items()}))
            return [unpack_found(each) for each in receive(out)]
        except (OSError, EOFError, ValueError) as problem:
            raise WorkerEnded(self._end_told()) from problem

    def end(self) -> None:
        """End the process, whatever it is doing. May be called twice."""
        self._process.kill()
        for pipe in self._pipes():
            with suppress(OSError):
                pipe.close()
        self._process.wait()

    def _end_told(self) -> str:
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(_SECONDS_TO_END)
        code = self._process.returncode
        return "took too long to read" if code is not None and -code == _OVERTIME else "ended the process that read it"

    def _pipes(self) -> tuple[IO[bytes], IO[bytes]]:
        return cast("IO[bytes]", self._process.stdin), cast("IO[bytes]", self._process.stdout)


class Workers:
    """``count`` worker processes. Use as a context manager: they are gone when it is left, however it is left."""

    def __init__(self, count: int, corrections: Corrections, stored: Lookup = lambda nct_ids: {}) -> None:
        """``stored`` gives what is stored of trials, and is asked in the thread that takes the readings."""
        self._stored = stored
        self._corrections = pickle.dumps(dict(corrections))
        self._idle: queue.SimpleQueue[Worker] = queue.SimpleQueue()
        self._all = [Worker(self._corrections) for _ in range(count)]
        for worker in self._all:
            self._idle.put(worker)
        self._threads = ThreadPoolExecutor(count)
        self._ended = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None) -> None:
        self._ended = True
        for worker in self._all:
            worker.end()
        self._threads.shutdown(cancel_futures=True)

    def read(self, coming: Ahead[Job] | InTurn[Job], first: Job = ()) -> Iterator[list[Settleable]]:
        """What each job holds, in the order of the jobs, that of ``first`` before all; the workers begin at once.

        An error of their source is raised once what came before it has been given.
        """
        changed: queue.SimpleQueue[None] = queue.SimpleQueue()
        waiting: deque[Future[list[Settleable]]] = deque()
        coming.tell = lambda: changed.put(None)
        if first:
            waiting.append(self._submit(first, changed))
        while self._takes_another(coming, waiting, changed):
            pass
        return self._in_order(coming, waiting, changed)

    def _in_order(
        self, coming: Ahead[Job] | InTurn[Job], waiting: deque[Future[list[Settleable]]], changed: queue.SimpleQueue[None]
    ) -> Iterator[list[Settleable]]:
        while waiting or not coming.is_over:
            if waiting and waiting[0].done():
                yield waiting.popleft().result()
            elif not self._takes_another(coming, waiting, changed) and (waiting or not coming.is_over):
                changed.get()
        coming.raise_problem()

    def _takes_another(
        self, coming: Ahead[Job] | InTurn[Job], waiting: deque[Future[list[Settleable]]], changed: queue.SimpleQueue[None]
    ) -> bool:
        """Hand a job out, if there is one and fewer wait than keep all workers at work."""
        job = coming.take() if len(waiting) < len(self._all) * _JOBS_A_WORKER else None
        if job is not None:
            waiting.append(self._submit(job, changed))
        return job is not None

    def _submit(self, job: Job, changed: queue.SimpleQueue[None]) -> Future[list[Settleable]]:
        submitted = self._threads.submit(self._read, job, self._stored(ids_of(job)))
        submitted.add_done_callback(lambda _: changed.put(None))
        return submitted

    def _read(self, job: Job, stored: Stored) -> list[Settleable]:
        pieces = [piece_of(each) if isinstance(each, Record) else each for each in job if isinstance(each, Piece | Record)]
        found = iter(self._read_pieces(pieces, stored) if pieces else [])
        settled: list[Settleable] = []
        for each in job:
            settled += next(found) if isinstance(each, Record | Piece) else [each]
        return settled

    def _read_pieces(self, pieces: Sequence[Piece], stored: Stored) -> list[list[Reading | Seen | Lost]]:
        """Read by an idle worker; where it dies of them, record by record, so that only the one that kills it is lost."""
        try:
            return self._by_a_worker(pieces, stored)
        except WorkerEnded:
            if self._ended:
                raise
            return [[found for alone in apart(piece) for found in self._alone(alone, stored)] for piece in pieces]

    def _alone(self, piece: Piece, stored: Stored) -> list[Reading | Seen | Lost]:
        try:
            return self._by_a_worker([piece], stored)[0]
        except WorkerEnded as problem:
            if self._ended:
                raise
            name = id_in_text(piece.data[:200_000].decode("utf-8", "replace")) or f"{piece.name}, record {piece.first}"
            error = BadRecord(f"{name} {problem}", "The stored version stays; please report the number.")
            return [Lost(name, "failed", error, "WorkerEnded")]

    def _by_a_worker(self, pieces: Sequence[Piece], stored: Stored) -> list[list[Reading | Seen | Lost]]:
        worker = self._idle.get()
        try:
            return worker.read(pieces, stored)
        except WorkerEnded:
            if not self._ended:
                worker.end()
                self._all.remove(worker)
                worker = Worker(self._corrections)
                self._all.append(worker)
            raise
        finally:
            self._idle.put(worker)
