"""Large runs cut off in every way: nothing torn, nothing acknowledged lost, no process left, and the rest comes the next time."""

from __future__ import annotations

import json
import random
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from uuid import uuid4

import pytest

from harvester.reading.groups import FEW
from harvester.registry.whole_page import PAGE_STUDIES
from harvester.store import Store, count_read_by_other_rules, known_ids, list_sweeps, open_for_reading
from tests.exam.storage import acknowledged, assert_whole, clean, command_line, trialside
from tests.standin import faults
from tests.standin.faults import Fault
from tests.standin.synthetic import synthetic_id, synthetic_study
from tests.standin.warehouse import Warehouse

pytestmark = pytest.mark.exam

TRIALS = 1_200
YEARS = 3
KILLS = 6


def study(number: int) -> dict[str, object]:
    body = synthetic_study(number)
    status = body["protocolSection"]["statusModule"]
    status["studyFirstPostDateStruct"] = {"date": f"{2024 + number % YEARS}-06-15", "type": "ACTUAL"}
    return body


@pytest.fixture(scope="module")
def given(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("bulk") / "many.ndjson"
    path.write_text("\n".join(json.dumps(study(number)) for number in range(1, TRIALS + 1)), encoding="utf-8")
    return path


@pytest.fixture
def standin(given: Path) -> Iterator[Warehouse]:
    with Warehouse.of_file(given, delay=0.05) as running:
        yield running


class Started:
    """A harvest under way, known by a mark in its environment, which its worker processes have too."""

    def __init__(self, db: Path, *arguments: str, **more: str) -> None:
        self.mark = uuid4().hex
        self.process = subprocess.Popen(
            command_line(db, "harvest", *arguments),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**clean(), "PYTHONUNBUFFERED": "1", "TRIALSIDE_MIN_INTERVAL": "0", "EXAM": self.mark, **more},
        )

    def ended(self, how: signal.Signals | None = None) -> tuple[list[str], int, str]:
        """What it acknowledged, its exit code and its errors."""
        if how is not None:
            self.process.send_signal(how)
        out, errors = self.process.communicate(timeout=120)
        return acknowledged(out), self.process.returncode, errors

    def after_words(self, count: int) -> list[str]:
        """Wait for so many acknowledged trials: those."""
        assert self.process.stdout is not None
        return acknowledged("".join(self.process.stdout.readline() for _ in range(count)))

    def left(self) -> list[int]:
        """Processes of it that are still there, after they had a moment to go."""
        patience = time.monotonic() + 10
        while (there := self.marked()) and time.monotonic() < patience:
            time.sleep(0.05)
        return there

    def marked(self) -> list[int]:
        """Processes that bear its mark."""
        found = []
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                if f"EXAM={self.mark}".encode() in (folder / "environ").read_bytes():
                    found.append(int(folder.name))
            except OSError:
                continue
        return found


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="no /proc to look for processes in")
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_no_worker_outlives_its_harvest(tmp_path: Path, given: Path, how: signal.Signals) -> None:
    started = Started(tmp_path / "trials.db", "--from", str(given), "--workers", "2")
    words = started.after_words(FEW + 30)  # the first are read without workers
    workers = len(started.marked()) - 1
    acks, code, errors = started.ended(how)

    assert workers == 2
    assert started.left() == []
    assert code == (-signal.SIGKILL if how == signal.SIGKILL else 130)
    assert "Traceback" not in errors
    assert_whole(tmp_path / "trials.db", words + acks, ended=how != signal.SIGKILL)


def test_large_files_cut_off_at_random_moments(tmp_path: Path, given: Path) -> None:
    db, moments = tmp_path / "trials.db", random.Random(8)
    for _ in range(KILLS):
        started = Started(db, "--from", str(given), "--workers", "2")
        words = started.after_words(1)
        time.sleep(moments.uniform(0, 1.5))
        acks, _, errors = started.ended(signal.SIGKILL)
        assert "Traceback" not in errors
        with closing(open_for_reading(db)) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
            assert set(words + acks) == set(known_ids(connection, words + acks))
    acks, code, _ = Started(db, "--from", str(given), "--workers", "2").ended()

    assert (len(acks), code) == (TRIALS, 0)
    assert_whole(db, acks)


def test_reading_all_anew_cut_off_at_random_moments(tmp_path: Path, given: Path) -> None:
    """Rows that other rules read are read anew by workers; whatever is killed, `--outdated` reads what is left, nothing twice."""
    db, chance = tmp_path / "trials.db", random.Random(5)
    assert trialside(db, "harvest", "--quiet", "--from", str(given), timeout=600).returncode == 0
    with Store(db) as store, store.transaction():
        worn = store.connection.execute("UPDATE studies SET brief_title = 'worn'").rowcount
        store.connection.execute("UPDATE study_readings SET rules = 'an earlier one'")
    left = [worn]
    for _ in range(6):
        process = subprocess.Popen(
            command_line(db, "normalise", "--outdated", "--workers", "2"), env=clean(), stderr=subprocess.DEVNULL
        )
        time.sleep(chance.uniform(0.5, 4.0))
        process.kill()
        process.wait()
        with closing(open_for_reading(db)) as connection:
            left.append(count_read_by_other_rules(connection, worn))
            assert connection.execute("SELECT count(*) FROM studies WHERE brief_title = 'worn'").fetchone()[0] == left[-1]
    done = trialside(db, "normalise", "--outdated", "--workers", "2", timeout=600)

    assert left == sorted(left, reverse=True)
    assert f"read {left[-1]} trials anew: {left[-1]} changed" in done.stderr
    assert_whole(db, ended=False)


def test_the_whole_registry_cut_off_at_random_moments(tmp_path: Path, standin: Warehouse) -> None:
    """Every start goes on where the last one stood, so that in the end no finished page was asked for twice."""
    db, moments = tmp_path / "trials.db", random.Random(9)
    arguments = ("--all", "--api-base", standin.base_url, "--workers", "2")
    seen: set[str] = set()
    for _ in range(KILLS):
        started = Started(db, *arguments)
        time.sleep(moments.uniform(0.5, 4))
        acks, code, errors = started.ended(signal.SIGKILL)
        assert "Traceback" not in errors
        seen |= set(acks)
        if code == 0:
            break
        if db.exists() and acks:
            with closing(open_for_reading(db)) as connection:
                assert set(known_ids(connection, sorted(seen))) == seen
    acks, code, errors = Started(db, *arguments).ended()

    assert code == 0, errors
    with closing(open_for_reading(db)) as connection:
        stored = {row[0] for row in connection.execute("SELECT nct_id FROM studies")}
        sweep, parts = list_sweeps(connection)[-1]
    assert stored == {synthetic_id(number) for number in range(1, TRIALS + 1)}
    assert sweep.finished_at is not None
    assert sum(part.stored for part in parts) == TRIALS
    assert_whole(db, sorted(seen))


def test_a_registry_that_refuses_half_way_leaves_a_harvest_that_goes_on(tmp_path: Path, standin: Warehouse) -> None:
    db, most = tmp_path / "trials.db", PAGE_STUDIES + 50
    arguments = ("--query", "synthetic", "--all", "--limit", str(most), "--api-base", standin.base_url)
    standin.faults.append(Fault(faults.status(403, "Forbidden"), where="pageToken", times=1))
    acks, code, errors = Started(db, *arguments).ended()
    assert (len(acks), code) == (PAGE_STUDIES, 3), errors
    assert "Traceback" not in errors

    acks, code, errors = Started(db, *arguments).ended()

    assert (len(acks), code) == (50, 0), errors
    assert "Went on with" in errors
    assert_whole(db, acks)
