"""What was measured, and the ways to measure it: a stretch of work in this process, or a command as a whole."""

from __future__ import annotations

import os
import platform
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table; a ratio has no unit. ``bar`` is the most it should come to, the least where ``more_is_better``."""

    part: str
    what: str
    value: float
    unit: str = ""
    bar: float | None = None
    more_is_better: bool = False
    note: str = ""

    @property
    def is_met(self) -> bool | None:
        """Whether it reaches its bar; None without one."""
        if self.bar is None:
            return None
        return self.value >= self.bar if self.more_is_better else self.value <= self.bar


@dataclass
class Stopwatch:
    """Processor seconds of this process by name."""

    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def timing(self, name: str) -> Iterator[None]:
        """Add what happens inside to ``name``."""
        started = time.process_time()
        try:
            yield
        finally:
            self.seconds[name] = self.seconds.get(name, 0.0) + time.process_time() - started


@dataclass(frozen=True, slots=True)
class Run:
    """A command as a whole: seconds by the clock, processor seconds of it and its children, the largest process in megabytes."""

    seconds: float
    processor: float
    megabytes: float


def run(*command: str, folder: Path, environment: Mapping[str, str] | None = None, given: Path | None = None) -> Run:
    """Run a command to its end, its words thrown away; ``given`` is its standard input, nothing by default.

    Raises RuntimeError with the last of its words when it fails.
    """
    words = folder / "words"
    with words.open("wb") as said, (given or Path(os.devnull)).open("rb") as asked:
        started = time.perf_counter()
        process = subprocess.Popen(  # noqa: S603 - our own commands
            command, cwd=folder, env=os.environ | dict(environment or {}), stdin=asked, stdout=subprocess.DEVNULL, stderr=said
        )
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        seconds = time.perf_counter() - started
    if process.returncode != 0:
        raise RuntimeError(
            f"{' '.join(command[:4])} ended with {process.returncode}: {words.read_text('utf-8', 'replace')[-500:]}"
        )
    return Run(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1_000)


def trialside(*arguments: str) -> tuple[str, ...]:
    """The program of this checkout as a command."""
    return (sys.executable, str(ROOT / "cli.py"), *arguments)


def middle(values: Sequence[float]) -> float:
    """The median; nought of nothing."""
    return median(values) if values else 0.0


def machine() -> str:
    """What the figures were measured on."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    return (
        f"{os.cpu_count()} cores, {memory:.0f} GB, {platform.system()} {platform.machine()}, "
        f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}"
    )


def table(figures: Sequence[Figure], heading: str) -> str:
    """The figures as Markdown, a part after the other."""
    lines = [heading, "", "| part | what | measured | bar | |", "|---|---|---:|---:|---|"]
    for each in figures:
        sign = {True: "met", False: "**not met**", None: ""}[each.is_met]
        bar = "" if each.bar is None else f"{'≥' if each.more_is_better else '≤'} {_number(each.bar)}{_unit(each)}"
        said = "; ".join(part for part in (sign, each.note) if part)
        lines.append(f"| {each.part} | {each.what} | {_number(each.value)}{_unit(each)} | {bar} | {said} |")
    return "\n".join(lines) + "\n"


def _unit(each: Figure) -> str:
    return f" {each.unit}" if each.unit else " ×"


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"
