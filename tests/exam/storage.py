"""What the storage exams share: the program as a process, and the proof that a database is whole."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from harvester.pipeline.renewal import check
from harvester.store import open_for_reading, read_runs
from tests.standin.synthetic import synthetic_id, synthetic_study

ROOT = Path(__file__).parents[2]


def folder_of(parent: Path, numbers: Sequence[int]) -> Path:
    """A folder with the records of synthetic trials."""
    folder = parent / "records"
    folder.mkdir()
    for number in numbers:
        (folder / f"{synthetic_id(number)}.json").write_text(json.dumps(synthetic_study(number)), encoding="utf-8")
    return folder


def command_line(db: Path, *arguments: str) -> list[str]:
    """The command as a process."""
    return [sys.executable, str(ROOT / "cli.py"), "--db", str(db), *arguments]


def trialside(
    db: Path, *arguments: str, before: Callable[[], Any] | None = None, timeout: float = 120
) -> subprocess.CompletedProcess[str]:
    """Run the program to its end; ``before`` runs in the child first, to bound it."""
    return subprocess.run(
        command_line(db, *arguments), capture_output=True, text=True, timeout=timeout, preexec_fn=before, env=clean(), check=False
    )


def clean() -> dict[str, str]:
    """The environment without settings of ours."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TRIALSIDE_")}
    return {**kept, "NO_COLOR": "1", "PYTHONDONTWRITEBYTECODE": "1", "TRIALSIDE_MIN_INTERVAL": "0"}


def acknowledged(output: str) -> list[str]:
    """Trials that the program said are stored; a line cut by the end of the program says nothing."""
    return [line.split()[0] for line in output.splitlines(keepends=True) if line.startswith("NCT") and line.endswith("\n")]


def assert_one_line(done: subprocess.CompletedProcess[str]) -> None:
    """No traceback, and one line for the problem."""
    assert "Traceback" not in done.stderr, done.stderr
    assert [line for line in done.stderr.splitlines() if line.startswith("trialside:")], done.stderr


def assert_whole(db: Path, acks: Sequence[str] = (), *, ended: bool = True) -> None:
    """The eight promises: acknowledged is stored, nothing torn, hashes, rows, integrity, versions, sums, nothing left over."""
    assert [finding for finding in check(db) if not finding.ok] == []
    with closing(open_for_reading(db)) as connection:
        stored = {row[0] for row in connection.execute("SELECT nct_id FROM record_versions WHERE is_current = 1")}
        assert set(acks) <= stored
        runs = read_runs(connection)
        if ended:
            assert all(run.status != "running" for run in runs[:1])
    if ended:
        left = {path.name for path in db.parent.iterdir() if path.name.startswith(db.name)} - {db.name}
        assert {name for name in left if not name.endswith(".bak")} == set()
