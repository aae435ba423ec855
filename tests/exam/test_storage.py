"""Faults of disk, lock and process: whatever happens, what was acknowledged is stored and the database is whole."""

from __future__ import annotations

import ctypes
import os
import random
import resource
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from harvester import migrations
from harvester.errors import DatabaseBusy, StorageError
from harvester.migrations import Migration
from harvester.pipeline import Harvest
from harvester.registry.record import Origin, Record, record_of
from harvester.store import Store, known_ids, open_for_reading, read_runs, read_versions
from tests.exam.nursery import Nursery
from tests.exam.storage import acknowledged, assert_one_line, assert_whole, clean, command_line, folder_of, trialside
from tests.standin.synthetic import synthetic_id, synthetic_study

TRIALS = 40


def record(number: int, title: str | None = None) -> Record:
    body = synthetic_study(number)
    if title is not None:
        body["protocolSection"]["identificationModule"]["briefTitle"] = title
    return record_of(body, None, Origin(source="api", fetched_at="2026-11-25T08:00:00Z", data_timestamp="2026-11-24T09:00:05"))


@pytest.fixture(scope="module")
def records(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return folder_of(tmp_path_factory.mktemp("storage"), range(1, TRIALS + 1))


@pytest.fixture
def db(tmp_path: Path) -> Path:
    """A database that holds the first trials already."""
    return filled(tmp_path / "trials.db")


def filled(path: Path) -> Path:
    """The same at ``path``."""
    path.parent.mkdir(exist_ok=True)
    with Store(path) as store:
        Harvest(store, "harvest", lambda: "2026-11-25T08:00:00Z").arrivals([record(number) for number in range(1, 6)], 5)
    return path


def killed(db: Path, records: Path, after: float, how: signal.Signals) -> tuple[list[str], int, str]:
    """Start a harvest, end it some time after its first word; what it acknowledged, its exit code and its errors."""
    started = subprocess.Popen(
        command_line(db, "harvest", "--from", str(records)),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        bufsize=1,
        env={**clean(), "PYTHONUNBUFFERED": "1"},
    )
    assert started.stdout is not None
    first = started.stdout.readline()
    time.sleep(after)
    started.send_signal(how)
    rest, errors = started.communicate(timeout=60)
    return acknowledged(first + rest), started.returncode, errors


def kill_at_random_moments(db: Path, folders: tuple[Path, Path], times: int, seed: int) -> int:
    """Kill ``times`` harvests, and go on until three in four of ``times`` were at work; gives how many of all were.

    Each reads the other version of the trials, so that there is always something to write. Half of them end some time after
    they began, half after their first word.
    """
    moments = random.Random(seed)
    cut = 0
    with Nursery(db.parent) as nursery:
        took = _undisturbed(nursery, db, folders)
        for number in range(2 * times):
            if number >= times and cut >= 3 * times // 4:
                break
            command = ("--db", str(db), "harvest", "--from", str(folders[number % 2]))
            speaks = number % 4 < 2
            done = nursery.killed(*command, after=moments.uniform(0, took / 2 if speaks else took), waits_for_word=speaks)
            acks = acknowledged(done.stdout)
            assert done.code in (-signal.SIGKILL, 0), done.stderr
            cut += done.code != 0
            with closing(open_for_reading(db)) as connection:
                assert connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
                assert set(acks) <= set(known_ids(connection, acks))
            if number % 20 == 0:
                assert_whole(db, acks, ended=False)
    done_at_last = trialside(db, "harvest", "--from", str(folders[0]))
    assert done_at_last.returncode == 0, done_at_last.stderr
    assert len(acknowledged(done_at_last.stdout)) == TRIALS
    (db.parent / "stdout").unlink()
    (db.parent / "stderr").unlink()
    assert_whole(db, acknowledged(done_at_last.stdout))
    with closing(open_for_reading(db)) as connection:
        assert all(run.requested == run.saved + run.unchanged + run.failed + run.not_found for run in read_runs(connection))
    return cut


def _undisturbed(nursery: Nursery, db: Path, folders: tuple[Path, Path]) -> float:
    """Seconds that a harvest takes which nobody ends, the shorter of two: those that are killed are killed within it."""
    times = []
    for folder in reversed(folders):
        start = time.monotonic()
        done = nursery.run("--db", str(db), "harvest", "--from", str(folder))
        times.append(time.monotonic() - start)
        assert done.code == 0, done.stderr
    return min(times)


@pytest.fixture(scope="module")
def folders(records: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The trials in two versions."""
    other = folder_of(tmp_path_factory.mktemp("other"), range(1, TRIALS + 1))
    for path in other.iterdir():
        path.write_text(path.read_text(encoding="utf-8").replace("Synthetic Record", "Changed Record"), encoding="utf-8")
    return records, other


def test_killed_a_few_times(db: Path, folders: tuple[Path, Path]) -> None:
    assert kill_at_random_moments(db, folders, 8, seed=1) > 0


@pytest.mark.exam
def test_killed_two_hundred_times(tmp_path: Path, folders: tuple[Path, Path]) -> None:
    """Two databases at once, a hundred kills each."""
    places = [filled(tmp_path / name / "trials.db") for name in ("one", "two")]
    with ThreadPoolExecutor(2) as both:
        cut = list(both.map(lambda place: kill_at_random_moments(place[1], folders, 100, seed=place[0]), enumerate(places, 2)))

    assert sum(cut) >= 150, "most of them were at work when they were killed"


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_stopped_by_the_user(db: Path, records: Path, how: signal.Signals) -> None:
    acks, code, errors = killed(db, records, 0.05, how)

    assert code in (130, 0)
    assert "Traceback" not in errors
    assert_whole(db, acks)
    with closing(open_for_reading(db)) as connection:
        assert read_runs(connection)[0].status == ("interrupted" if code else "complete")


def fills_up_at(size: int) -> Callable[[], None]:
    return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


@pytest.mark.parametrize("room", [0, 30_000, 200_000])
def test_a_file_that_may_not_grow(db: Path, records: Path, room: int) -> None:
    done = trialside(db, "harvest", "--from", str(records), before=fills_up_at(db.stat().st_size + room))

    assert done.returncode == 5, (done.returncode, done.stderr)
    assert_one_line(done)
    assert_whole(db, acknowledged(done.stdout), ended=False)
    again = trialside(db, "harvest", "--from", str(records))
    assert again.returncode == 0, again.stderr
    assert_whole(db, acknowledged(again.stdout))


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    mount = tmp_path / "disk"
    mount.mkdir()
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(mount)], capture_output=True, check=False)
    if done.returncode:
        pytest.skip("no right to mount a small disk here")
    yield mount
    subprocess.run(["umount", "-l", str(mount)], check=True)


def test_a_full_disk(small_disk: Path, records: Path) -> None:
    db = small_disk / "trials.db"
    done = trialside(db, "harvest", "--from", str(records))

    assert done.returncode == 5, (done.returncode, done.stderr)
    assert_one_line(done)
    if acknowledged(done.stdout):
        assert_whole(db, acknowledged(done.stdout), ended=False)


def test_a_second_harvest_while_one_runs(db: Path, records: Path) -> None:
    with Store(db) as store:
        done = trialside(db, "harvest", "--from", str(records))
        assert store.current_ids() == [synthetic_id(number) for number in range(1, 6)]

    assert done.returncode == 5
    assert "Another trialside is writing" in done.stderr
    assert_one_line(done)
    assert_whole(db)


def test_a_lock_left_by_a_killed_program(db: Path, records: Path) -> None:
    lock = db.with_name(f"{db.name}.lock")
    lock.write_text("4711")
    done = trialside(db, "harvest", "--from", str(records))

    assert done.returncode == 0, done.stderr
    assert_whole(db, acknowledged(done.stdout))


def hold_and_read(db: Path, seconds: float, started: threading.Event) -> int:
    with closing(sqlite3.connect(f"file:{db}?mode=ro", uri=True, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        before = int(reader.execute("SELECT count(*) FROM studies").fetchone()[0])
        started.set()
        time.sleep(seconds)
        assert int(reader.execute("SELECT count(*) FROM studies").fetchone()[0]) == before
    return before


def harvest_beside_a_reader(db: Path, records: Path, seconds: float) -> None:
    started = threading.Event()
    reader = threading.Thread(target=hold_and_read, args=(db, seconds, started))
    reader.start()
    started.wait(10)
    done = trialside(db, "harvest", "--from", str(records))
    reader.join()

    assert done.returncode == 0, done.stderr
    assert len(acknowledged(done.stdout)) == TRIALS
    with Store(db):
        pass
    assert_whole(db, acknowledged(done.stdout))


def test_a_reader_in_a_long_transaction(db: Path, records: Path) -> None:
    harvest_beside_a_reader(db, records, 3)


@pytest.mark.exam
def test_a_reader_in_a_transaction_of_ten_seconds(db: Path, records: Path) -> None:
    harvest_beside_a_reader(db, records, 10)


@pytest.mark.parametrize("command", [("harvest", "--from", "{records}"), ("status",), ("show", "NCT99000001"), ("check",)])
@pytest.mark.parametrize("damage", ["truncated", "not a database", "another database", "newer", "folder"])
def test_a_file_that_cannot_be_used(db: Path, records: Path, command: tuple[str, ...], damage: str) -> None:
    _damage(db, damage)
    before = db.read_bytes() if db.is_file() else b""
    done = trialside(db, *(argument.format(records=records) for argument in command))

    assert done.returncode == (2 if damage == "folder" else 5), (done.stdout, done.stderr)
    assert_one_line(done)
    assert (db.read_bytes() if db.is_file() else b"") == before
    assert not db.with_name(f"{db.name}.lock").exists()


def _damage(db: Path, damage: str) -> None:
    if damage == "truncated":
        os.truncate(db, db.stat().st_size // 2)
    elif damage == "not a database":
        db.write_text("Dear reader, these are words. " * 200)
    elif damage == "another database":
        db.unlink()
        with closing(sqlite3.connect(db)) as other:
            other.execute("CREATE TABLE recipes (name TEXT)")
    elif damage == "newer":
        with closing(sqlite3.connect(db)) as later:
            later.execute("PRAGMA journal_mode = DELETE")
            later.execute(f"PRAGMA user_version = {migrations.newest() + 1}")
    else:
        db.unlink()
        db.mkdir()


def without_privilege() -> None:
    """Make file permissions hold for root too: give up CAP_DAC_OVERRIDE and CAP_DAC_READ_SEARCH before the program starts."""
    library = ctypes.CDLL(None, use_errno=True)
    for capability in (1, 2):
        library.prctl(24, capability, 0, 0, 0)


def permissions_hold(folder: Path) -> bool:
    script = f"import os, sys; sys.exit(os.access({str(folder)!r}, os.W_OK))"
    return subprocess.run([sys.executable, "-c", script], preexec_fn=without_privilege, check=False).returncode == 0


@pytest.fixture
def locked_away(db: Path) -> Iterator[Path]:
    """A database that may only be read, in a folder that may only be read."""
    db.chmod(0o444)
    db.parent.chmod(0o555)
    if not permissions_hold(db.parent):
        db.parent.chmod(0o755)
        pytest.skip("permissions do not hold for this user")
    yield db
    db.parent.chmod(0o755)
    db.chmod(0o644)


def test_a_database_that_may_only_be_read(locked_away: Path, records: Path) -> None:
    written = trialside(locked_away, "harvest", "--from", str(records), before=without_privilege)
    read = trialside(locked_away, "show", "NCT99000001", before=without_privilege)

    assert written.returncode == 5
    assert_one_line(written)
    assert read.returncode == 0, read.stderr
    assert "NCT99000001" in read.stdout


def test_a_file_that_may_only_be_read_in_an_open_folder(db: Path, records: Path) -> None:
    db.chmod(0o444)
    if os.geteuid() == 0 and permissions_hold(db):
        done = trialside(db, "harvest", "--from", str(records), before=without_privilege)
    elif os.geteuid():
        done = trialside(db, "harvest", "--from", str(records))
    else:
        pytest.skip("permissions do not hold for this user")

    assert done.returncode == 5
    assert "may only be read" in done.stderr
    assert_one_line(done)


def next_schema(sql: str) -> tuple[Migration, ...]:
    number = migrations.newest() + 1
    return (*migrations.migrations(), Migration(number, f"{number:03d}_next.sql", sql))


def test_an_older_schema_is_migrated_and_a_copy_kept(db: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old = migrations.newest()
    steps = next_schema("CREATE TABLE tomorrow (x TEXT) STRICT;\n")
    monkeypatch.setattr(migrations, "migrations", lambda folder=None: steps)
    told: list[str] = []
    with Store(db, tell=told.append) as store:
        assert [line.replace(str(db), "") for line in told] == [
            f" has schema {old} and is brought to {old + 1}; as it was it is kept in {db.name}.schema-{old}.bak."
        ]
        assert store.connection.execute("SELECT count(*) FROM tomorrow").fetchone()[0] == 0
        assert len(store.current_ids()) == 5

    with closing(sqlite3.connect(db.with_name(f"{db.name}.schema-{old}.bak"))) as copy:
        assert copy.execute("PRAGMA user_version").fetchone()[0] == old
        assert copy.execute("SELECT count(*) FROM studies").fetchone()[0] == 5


def test_a_migration_that_fails_changes_nothing(db: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old = migrations.newest()
    steps = next_schema("CREATE TABLE half (x TEXT) STRICT;\nDELETE FROM record_versions;\n")
    with monkeypatch.context() as patch:
        patch.setattr(migrations, "migrations", lambda folder=None: steps)
        with pytest.raises(StorageError, match=r"_next\.sql failed"):
            Store(db)

    assert db.with_name(f"{db.name}.schema-{old}.bak").is_file()
    assert_whole(db)


def test_a_reader_names_an_older_schema(db: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    steps = next_schema("CREATE TABLE tomorrow (x TEXT) STRICT;\n")
    monkeypatch.setattr(migrations, "migrations", lambda folder=None: steps)

    with pytest.raises(StorageError, match="older schema") as told:
        open_for_reading(db)
    monkeypatch.setattr("os.access", lambda path, mode: False)
    with pytest.raises(StorageError, match="older schema") as told_read_only:
        open_for_reading(db)

    assert told.value.line.endswith("trialside normalise")
    assert "of a copy that may be written" in told_read_only.value.line


@pytest.mark.parametrize("clock", ["2026-11-24T08:00:00Z", "2028-11-25T08:00:00Z"])
def test_a_clock_that_jumps(db: Path, clock: str) -> None:
    with Store(db) as store:
        harvest = Harvest(store, "harvest", lambda: clock)
        report = harvest.arrivals([record(1), record(2, "Another"), record(7)], 3)
        versions = [each.version for each in read_versions(store.connection, synthetic_id(2))]

    assert (report.saved, report.unchanged, versions) == (2, 1, [1, 2])
    assert_whole(db)


def test_many_writers_take_turns(tmp_path: Path) -> None:
    path = tmp_path / "trials.db"
    problems: list[Exception] = []

    def write(number: int) -> None:
        try:
            with Store(path, wait_seconds=30) as store:
                Harvest(store, "harvest", lambda: "2026-11-25T08:00:00Z").arrivals([record(number)], 1)
        except (StorageError, DatabaseBusy) as problem:
            problems.append(problem)

    writers = [threading.Thread(target=write, args=(number,)) for number in range(1, 9)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()

    assert problems == []
    assert_whole(path, [synthetic_id(number) for number in range(1, 9)])
