"""All examinations in one go: `python -m tests.exam` (or `make exam`).

Everything under tests/exam, every test marked ``exam`` elsewhere, and the tests of the site that EXAMS names. They run as several
processes side by side; those of load run last and alone, since they measure. At the end: how many, how long, and what failed.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
EVERYTHING = ("tests/exam", "tests/browser", "tests/unit/site/test_safety.py", "tests/unit/site/test_csv_guard.py")
FURTHER = ("tests/unit/site/test_freshness.py", "tests/unit/site/test_embeds.py")
ALONE = ("tests/exam/test_load.py",)
BY_FUNCTION = ("tests/exam/test_storage.py", "tests/exam/test_data.py", "tests/exam/test_day_of_refreshes.py")
FIRST = ("five_megabytes", "two_hundred", "mutated", "fifty", "network_client")
"""Long ones, which begin first so that nothing long is left at the end."""
SLOWEST = 8


@dataclass(frozen=True)
class Checked:
    """One check: where, how it ended, and seconds."""

    name: str
    ended: str
    seconds: float


def main() -> int:
    """Run all and tell; 0 when nothing failed."""
    begun = time.monotonic()
    # A shell starts what runs in its background with Ctrl-C ignored, and the programs under examination would inherit that.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    units = in_order(grouped(collected()))
    beside = [unit for unit in units if not unit[0].startswith(ALONE)]
    apart = [unit for unit in units if unit[0].startswith(ALONE)]
    checks = [*run_all(beside, max(2, os.cpu_count() or 2)), *run_all(apart, 1)]
    tell(checks, time.monotonic() - begun)
    return 1 if not checks or any(check.ended == "failed" for check in checks) else 0


def run_all(units: Sequence[Sequence[str]], at_once: int) -> list[Checked]:
    """Run the units, so many at once: how each check ended."""
    with tempfile.TemporaryDirectory(prefix="trialside-exam-") as folder, ThreadPoolExecutor(at_once) as pool:
        results = [Path(folder) / f"{number}.xml" for number in range(len(units))]
        return [check for found in pool.map(run, units, results) for check in found]


def collected() -> list[str]:
    """The tests to run, as pytest names them."""
    whole = _collect([*EVERYTHING, *FURTHER])
    return list(dict.fromkeys([*whole, *_collect(["-m", "exam", "tests/unit"])]))


def _collect(arguments: Sequence[str]) -> list[str]:
    command = [sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider", *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    found = [line for line in done.stdout.splitlines() if line.startswith("tests/") and "::" in line]
    if not found:
        sys.exit(f"no test was found:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    return found


def grouped(names: Iterable[str]) -> list[list[str]]:
    """What runs in one process: the tests of a file, or of one function where a file holds long ones."""
    units: dict[str, list[str]] = {}
    for name in names:
        file, _, test = name.partition("::")
        function = test.partition("[")[0] if "five_megabytes" not in test else test
        units.setdefault(f"{file}::{function}" if file in BY_FUNCTION else file, []).append(name)
    return list(units.values())


def in_order(units: list[list[str]]) -> list[list[str]]:
    """The long ones first, as they were otherwise."""

    def place(unit: list[str]) -> int:
        return next((number for number, word in enumerate(FIRST) if word in unit[0]), len(FIRST))

    return sorted(units, key=place)


def run(names: Sequence[str], results: Path) -> list[Checked]:
    """Run tests in a process of their own: how each ended."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"--junitxml={results}", *names]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if not results.is_file():
        return [Checked(names[0], "failed", 0.0)]
    checks = [_checked(case) for case in ET.parse(results).iter("testcase")]
    if any(check.ended == "failed" for check in checks):
        print(done.stdout[-6000:], flush=True)
    print(f"{len(checks):5} {names[0].partition('[')[0]}", flush=True)
    return checks


def _checked(case: ET.Element) -> Checked:
    kinds = {child.tag for child in case}
    ended = "failed" if kinds & {"failure", "error"} else "skipped" if "skipped" in kinds else "passed"
    return Checked(f"{case.get('classname')}::{case.get('name')}", ended, float(case.get("time") or 0))


def tell(checks: Sequence[Checked], seconds: float) -> None:
    """Counts, the slowest, what was skipped and what failed."""
    print("\nslowest:")
    for check in sorted(checks, key=lambda each: -each.seconds)[:SLOWEST]:
        print(f"{check.seconds:7.1f} s {check.name}")
    for ended in ("skipped", "failed"):
        for check in checks:
            if check.ended == ended:
                print(f"{ended}: {check.name}")
    counts = {ended: sum(check.ended == ended for check in checks) for ended in ("passed", "failed", "skipped")}
    told = ", ".join(f"{count} {ended}" for ended, count in counts.items())
    print(f"\n{len(checks)} checks: {told}; {seconds:.0f} s")


if __name__ == "__main__":
    sys.exit(main())
