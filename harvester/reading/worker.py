"""A worker process: pieces of records come in on standard input, what was read goes out on standard output.

It holds nothing that could be torn: no database, no lock, no connection. When the program that started it ends, however it ends,
its pipe does, and the worker goes too, whatever it is doing.
"""

from __future__ import annotations

import gc
import os
import pickle
import queue
import signal
import sys
import threading
from collections.abc import Callable, Sequence
from typing import Any, BinaryIO

from harvester.compiled import keep_compiled
from harvester.reading.frame import pack_found, receive, send, unpack_pieces
from harvester.reading.study import Known, read_piece
from harvester.registry.piece import Piece

SECONDS = 60
SECONDS_A_MEGABYTE = 60
"""Processor time that a job may take: thirty times what a hundred records take on a slow machine."""


def work(source: BinaryIO, sink: BinaryIO, keep: Callable[[], None]) -> None:
    """Answer every frame of ``source`` in ``sink``, and ``keep`` after each what was compiled for it.

    The first frame is what `pickle` makes of the corrections.
    """
    corrections = pickle.loads(receive(source))  # noqa: S301 - written by our own other half
    jobs: queue.SimpleQueue[tuple[list[object], dict[str, list[Any]]]] = queue.SimpleQueue()
    threading.Thread(target=_take, args=(source, jobs), daemon=True).start()
    # What was loaded stays, and what is made for a piece goes with it: looking for garbage in between costs a tenth of the time.
    gc.disable()
    while True:
        pieces, stored = jobs.get()
        known = {nct_id: Known(*values) for nct_id, values in stored.items()}
        unpacked = unpack_pieces(pieces)
        _bound(unpacked)
        send(sink, [pack_found(read_piece(piece, corrections, known)) for piece in unpacked])
        keep()
        gc.collect()
        gc.freeze()  # what is left now stays, as the rules do that the first piece loaded: it is not looked through again


def _bound(pieces: Sequence[Piece]) -> None:
    """The system ends this process when it reads these for too long, also in the middle of an expression."""
    if sys.platform != "win32":
        megabytes = sum(len(piece.data) for piece in pieces) / 1e6
        signal.setitimer(signal.ITIMER_PROF, SECONDS + SECONDS_A_MEGABYTE * megabytes)


def _take(source: BinaryIO, jobs: queue.SimpleQueue[tuple[list[object], dict[str, list[Any]]]]) -> None:
    """Take jobs in while others are read; the end of the pipe is the end of the process."""
    try:
        while True:
            jobs.put(receive(source))
    except (EOFError, OSError):
        os._exit(0)


def main() -> None:
    """Work on the standard streams. What would be printed by mistake goes to standard error, never among the answers."""
    keep = keep_compiled(os.environ.get("TRIALSIDE_CACHE"))
    source, sink = sys.stdin.buffer, os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    try:
        work(source, sink, keep)
    except Exception:  # whoever waits for the answer sees that the process is gone, and says what it was about
        os._exit(1)


if __name__ == "__main__":
    main()
