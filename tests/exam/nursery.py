"""Processes of the program that are quick to start: a parent that has everything loaded forks one for each command.

A hundred kills would else spend their time on importing. What is killed is a process of its own all the same, with its own
descriptors, its own connection to the database and its own lock.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.exam.storage import ROOT, clean

_PARENT = """
import json, os, sys, time, traceback
sys.path.insert(0, sys.argv[1])
from harvester.cli import main
from harvester.normalise import normalise
from harvester.registry.record import Origin, record_of
from tests.standin.synthetic import synthetic_study
import harvester.cli.harvest, harvester.cli.refresh, harvester.cli.normalise
normalise(record_of(synthetic_study(1), None, Origin()))
print("ready", flush=True)
for line in sys.stdin:
    arguments, out, errors = json.loads(line)
    child = os.fork()
    if child == 0:
        for descriptor, path in ((0, os.devnull), (1, out), (2, errors)):
            os.dup2(os.open(path, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600), descriptor)
        sys.stdout, sys.stderr = (open(descriptor, "w", buffering=1, closefd=False) for descriptor in (1, 2))
        code = 0
        try:
            main(arguments)
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else 1
        except BaseException:
            traceback.print_exc()
            code = 1
        finally:
            sys.stdout.flush()
            os._exit(code)
    print(child, flush=True)
    _, status = os.waitpid(child, 0)
    print(os.waitstatus_to_exitcode(status), flush=True)
"""


@dataclass(frozen=True)
class Ended:
    """What a process said, and its exit code (minus the signal that ended it)."""

    stdout: str
    stderr: str
    code: int


class Nursery:
    """Starts commands one after another. Use as a context manager; ``folder`` takes their output."""

    def __init__(self, folder: Path) -> None:
        self._out, self._errors = folder / "stdout", folder / "stderr"
        command = [sys.executable, "-c", _PARENT, str(ROOT)]
        self._parent = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1, env=clean(), cwd=folder
        )
        assert self._line() == "ready"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None) -> None:
        assert self._parent.stdin is not None
        assert self._parent.stdout is not None
        self._parent.stdin.close()
        self._parent.wait(timeout=30)
        self._parent.stdout.close()

    def run(self, *arguments: str, meanwhile: Callable[[int], None] = lambda process: None) -> Ended:
        """Run a command to its end; ``meanwhile`` gets its process's number once it has begun."""
        assert self._parent.stdin is not None
        for path in (self._out, self._errors):  # a process may be killed before it opens them
            path.write_bytes(b"")
        self._parent.stdin.write(json.dumps([list(arguments), str(self._out), str(self._errors)]) + "\n")
        meanwhile(int(self._line()))
        code = int(self._line())
        return Ended(self._out.read_text(encoding="utf-8"), self._errors.read_text(encoding="utf-8"), code)

    def killed(self, *arguments: str, after: float, waits_for_word: bool, how: signal.Signals = signal.SIGKILL) -> Ended:
        """Run a command and end it ``after`` so many seconds, from its start or from its first whole line of output."""

        def end(process: int) -> None:
            patience = time.monotonic() + 30
            while waits_for_word and not self._has_spoken() and _is_running(process) and time.monotonic() < patience:
                time.sleep(0.001)
            time.sleep(after)
            try:
                os.kill(process, how)
            except ProcessLookupError:
                return  # it was quicker

        return self.run(*arguments, meanwhile=end)

    def _has_spoken(self) -> bool:
        return self._out.exists() and b"\n" in self._out.read_bytes()

    def _line(self) -> str:
        assert self._parent.stdout is not None
        return self._parent.stdout.readline().strip()


def _is_running(process: int) -> bool:
    """Whether a process is there and has not ended yet; one that has ended waits for its parent."""
    try:
        state = Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"
