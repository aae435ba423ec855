"""Records read by worker processes: the same rows, the same order, nothing lost, no process left."""

from __future__ import annotations

import json
import os
import pickle
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from harvester.compiled import MUCH
from harvester.errors import RegistryUnreachable, TrialsideError
from harvester.normalise import NO_CORRECTIONS
from harvester.normalise.parts import fingerprints
from harvester.pipeline import Harvest
from harvester.reading import groups, workers
from harvester.reading.ahead import Ahead, InTurn
from harvester.reading.arrival import Arrival, Confirmed, Lost, Reached, Reading, Seen
from harvester.reading.groups import jobs, read_in_groups, weight
from harvester.reading.study import Known, Settleable, Stored, read_arrival
from harvester.reading.workers import Job, Worker, Workers
from harvester.registry.piece import Piece, apart
from harvester.registry.record import Origin, Record, record_of
from harvester.store import Store, open_for_reading
from tests.standin.synthetic import synthetic_studies, synthetic_study

NOW = "2026-11-25T08:00:00Z"
SHARED = Path(__file__).parents[4] / "shared" / "records"


def record(number: int) -> Record:
    return record_of(synthetic_study(number), None, Origin(source="api", fetched_at=NOW, data_timestamp="2026-11-24"))


def piece(first: int, count: int, damaged: bytes = b"") -> Piece:
    lines = [json.dumps(study).encode() for study in synthetic_studies(count, first)]
    return Piece(b"\n".join([*lines, damaged]), "some.ndjson", Origin("file", "some.ndjson", fetched_at=NOW), first)


def here(arrivals: list[Arrival]) -> list[Settleable]:
    return [each for arrival in arrivals for each in read_arrival(arrival, NO_CORRECTIONS)]


def told(found: list[Settleable]) -> list[Any]:
    """Comparable: errors are equal where they say the same."""
    return [each.entry if isinstance(each, Lost) else each for each in found]


@pytest.fixture(scope="module")
def pool() -> Iterator[Workers]:
    with Workers(2, NO_CORRECTIONS) as running:
        yield running


def read_all(pool: Workers, made: Iterable[Job], *, ahead: bool = True) -> Iterator[list[Settleable]]:
    with Ahead(made, weight) if ahead else InTurn(made) as coming:
        yield from pool.read(coming)


def test_workers_give_what_this_process_gives_in_the_same_order(pool: Workers) -> None:
    lost = Lost("NCT99000098", "failed", RegistryUnreachable("No connection", "Try again."))
    arrivals: list[Arrival] = [
        piece(1, 5),
        record(6),
        lost,
        Confirmed("NCT99000097", "2.0.5", "2026-11-24"),
        piece(7, 3, damaged=b'{"cut": '),
        record(10),
    ]
    found = [each for group in read_all(pool, [[arrival] for arrival in arrivals]) for each in group]

    assert told(found) == told(here(arrivals))
    assert lost in found, "an error keeps its class"


def test_what_is_stored_is_not_read() -> None:
    read_from = ("criteria", fingerprints(record(4).body)[1])
    stored = {record(number).nct_id: Known(record(number).content_sha256, True, (None, None)) for number in (2, 3)}
    stored[record(4).nct_id] = Known("other content", True, read_from)
    stored[record(5).nct_id] = Known(record(5).content_sha256, False, (None, None))
    asked: list[str] = []

    def known(nct_ids: Sequence[str]) -> dict[str, Known]:
        asked.extend(nct_ids)
        return {nct_id: stored[nct_id] for nct_id in nct_ids if nct_id in stored}

    with Workers(1, NO_CORRECTIONS, known) as pool:
        found = [each for group in read_all(pool, [[piece(1, 2), record(3), record(4), record(5)]]) for each in group]

    assert [type(each) for each in found] == [Reading, Seen, Seen, Reading, Reading], "what other rules read is read again"
    assert asked == [f"NCT9900000{number}" for number in range(1, 6)]
    assert [each.content_sha256 for each in found if isinstance(each, Seen)] == [record(n).content_sha256 for n in (2, 3)]
    assert [each.kept for each in found if isinstance(each, Reading)] == [(), ("doses",), ()]


@pytest.mark.parametrize("ahead", [True, False])
def test_an_error_of_the_source_comes_after_what_came_before_it(pool: Workers, ahead: bool) -> None:
    def gone() -> Iterator[list[Arrival]]:
        yield [record(1)]
        raise RegistryUnreachable("No connection", "Try again.")

    reading = read_all(pool, gone(), ahead=ahead)

    assert [each.nct_id for each in next(reading) if isinstance(each, Reading)] == ["NCT99000001"]
    with pytest.raises(RegistryUnreachable):
        next(reading)


def test_a_source_that_knows_one_thread_is_asked_in_it(pool: Workers) -> None:
    threads: set[int] = set()

    def made() -> Iterator[list[Arrival]]:
        for number in range(1, 8):
            threads.add(threading.get_ident())
            yield [record(number)]

    found = [each for group in read_all(pool, made(), ahead=False) for each in group]

    assert found == here([record(number) for number in range(1, 8)])
    assert threads == {threading.get_ident()}


_HANGING = """
import re, sys
sys.path.insert(0, sys.argv[1])
from harvester.reading import worker

read = worker.read_piece

def hanging(piece, *more):
    if b"NCT99000003" in piece.data:
        re.fullmatch("(?:a+a+)+b", "a" * 200)
    return read(piece, *more)

worker.read_piece, worker.SECONDS, worker.SECONDS_A_MEGABYTE = hanging, 4, 0
worker.main()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no timer of processor time")
def test_a_record_that_is_read_without_end_costs_only_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    """One expression that does not come to an end is ended with its process, and said of its record."""
    monkeypatch.setattr(workers, "_START", _HANGING)
    with Workers(1, NO_CORRECTIONS) as hanging:
        found = [each for group in read_all(hanging, [[piece(1, 5)]]) for each in group]

    assert [type(each) for each in found] == [Reading, Reading, Lost, Reading, Reading]
    (lost,) = (each for each in found if isinstance(each, Lost))
    assert "NCT99000003 took too long to read" in lost.error.line


def test_a_record_that_kills_its_worker_costs_only_itself(pool: Workers, monkeypatch: pytest.MonkeyPatch) -> None:
    read = Worker.read

    def deadly(worker: Worker, pieces: list[Piece], stored: Stored) -> Any:
        if any(b"NCT99000003" in each.data for each in pieces):
            worker._process.kill()
        return read(worker, pieces, stored)

    monkeypatch.setattr(Worker, "read", deadly)
    found = [each for group in read_all(pool, [[piece(1, 5)], [piece(6, 2)]]) for each in group]

    told_of = [each.nct_id if isinstance(each, Reading) else each.asked for each in found if isinstance(each, Reading | Lost)]
    assert told_of == [f"NCT9900000{number}" for number in range(1, 8)]
    (lost,) = [each for each in found if isinstance(each, Lost)]
    assert lost.asked == "NCT99000003"
    assert "ended the process that read it" in lost.error.line


def test_a_piece_comes_apart_into_its_records() -> None:
    whole = piece(4, 3)

    assert [next(each.elements()).raw for each in apart(whole)] == [each.raw for each in whole.elements()]
    assert [each.first for each in apart(whole)] == [4, 5, 6]


def test_no_process_is_left_when_reading_ends_early() -> None:
    with Workers(2, NO_CORRECTIONS) as running:
        processes = [worker._process for worker in running._all]
        next(read_all(running, ([piece(number, 1)] for number in range(1, 50))))

    assert all(process.poll() is not None for process in processes)


def test_a_worker_ends_with_the_pipe_it_reads_from() -> None:
    """The program that started it may have been killed: then nobody is left to end it."""
    worker = Worker(b"not even corrections")
    pipes = worker._pipes()
    pipes[0].close()

    assert worker._process.wait(timeout=20) is not None
    worker.end()


def test_a_worker_looks_for_garbage_among_what_a_piece_left_and_nothing_else() -> None:
    code = """
import gc, io, queue
from harvester.reading import frame, worker
from harvester.registry.piece import Piece
from tests.unit.reading.test_workers import piece

class Ended(Exception): pass
class Sink(io.BytesIO):
    def flush(self):
        self.frames = getattr(self, "frames", 0) + 1
        print(len(gc.get_objects()))
        if self.frames == 4: raise Ended

pieces = iter([piece(first, 2) for first in (1, 3, 5, 7)])
worker._take = lambda source, jobs: [jobs.put((frame.pack_pieces([each]), {})) for each in pieces]
start = io.BytesIO()
frame.send(start, __import__("pickle").dumps({}))
start.seek(0)
try:
    worker.work(start, Sink(), lambda: None)
except Ended:
    pass
"""
    here = Path(__file__).parents[3]
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True, cwd=here)
    first, *later = map(int, ended.stdout.split())

    assert len(later) == 3
    assert max(later) * 10 < first, "the rules are loaded with the first piece, and are no garbage"


def test_a_worker_keeps_what_it_compiled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before it answers again: nobody waits for it at its end."""
    monkeypatch.setenv("TRIALSIDE_CACHE", str(tmp_path))
    worker = Worker(pickle.dumps({}))
    try:
        for first in (1, 41):
            worker.read([piece(first, 40)], {})
        (kept,) = tmp_path.glob("*.bin")

        assert kept.stat().st_size > MUCH
    finally:
        worker.end()


def test_the_terminals_interrupt_does_not_reach_a_worker(pool: Workers) -> None:
    assert all(os.getpgid(worker._process.pid) != os.getpgid(0) for worker in pool._all)


def test_few_come_alone_and_many_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(groups, "FEW", 3)
    sizes = [len(group) for group in read_in_groups([record(number) for number in range(1, 9)], NO_CORRECTIONS, 1)]

    assert sizes == [1, 1, 1, 5]
    assert [len(job) for job in jobs(record(1) for _ in range(250))] == [100, 100, 50]


def test_records_of_pieces_are_counted_however_small_they_are() -> None:
    """A page of a thousand small records is work for all workers."""
    small = [replace(piece(number, 1), records=60) for number in range(1, 6)]

    assert [len(job) for job in jobs(small)] == [2, 2, 1]


def test_a_piece_of_many_comes_alone_at_first_and_then_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(groups, "FEW", 3)
    monkeypatch.setattr(groups, "_GROUP", 4)

    assert [len(group) for group in read_in_groups([piece(1, 9)], NO_CORRECTIONS, 1)] == [1, 1, 1, 4, 2]


@pytest.mark.parametrize(("told", "begun"), [(3, 4), (100, 0)])
def test_workers_begin_with_the_first_full_job(told: int, begun: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """While the first records are read here one by one, the workers read what follows; else they begin after these."""
    monkeypatch.setattr(groups, "FEW", 3)
    done, started = 0, []

    class Begun(Workers):
        def __init__(self, *given: Any) -> None:
            started.append(done)
            super().__init__(*given)

    monkeypatch.setattr("harvester.reading.workers.Workers", Begun)
    coming = [replace(piece(1, 3), records=told), Reached("a page"), piece(4, 2), Reached("another")]
    sizes = []
    for group in read_in_groups(coming, NO_CORRECTIONS, 2, ahead=False):
        sizes.append([each.nct_id[-1] for each in group if isinstance(each, Reading)])
        done += len(group)

    assert [each for each in sizes if each] == [["1"], ["2"], ["3"], ["4", "5"]]
    assert started == [begun]


def test_a_point_of_the_source_is_not_waited_beyond() -> None:
    """After it there may be nothing to read for a second: the next page is on its way."""
    arrivals: list[Arrival] = [piece(1, 2), Reached("a page"), piece(3, 2), record(5), Reached("another")]

    assert [len(job) for job in jobs(arrivals)] == [2, 3]


def test_the_next_page_is_asked_for_while_one_is_read() -> None:
    asked = threading.Event()

    def pages() -> Iterator[Arrival]:
        yield piece(1, 3)
        yield Reached("a page")
        asked.set()
        yield piece(4, 1)

    reading = read_in_groups(pages(), NO_CORRECTIONS, 1)
    next(reading)

    assert asked.wait(20)
    assert len([each for group in reading for each in group]) == 4


def test_an_error_after_few_records_comes_after_them() -> None:
    def gone() -> Iterator[Arrival]:
        yield piece(1, 2)
        raise RegistryUnreachable("No connection", "Try again.")

    reading = read_in_groups(gone(), NO_CORRECTIONS, 2)

    assert [*next(reading), *next(reading)] == here([piece(1, 2)])
    with pytest.raises(RegistryUnreachable):
        next(reading)


def test_what_came_before_an_error_of_the_source_is_not_lost_with_it() -> None:
    def gone() -> Iterator[Arrival]:
        yield record(1)
        raise RegistryUnreachable("No connection", "Try again.")

    coming = jobs(gone())

    assert next(coming) == [record(1)]
    with pytest.raises(RegistryUnreachable):
        next(coming)


# ---- a whole harvest -------------------------------------------------------------------------------------------------


def tables(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Every table but the history of runs, its rows in an order of their own."""
    with closing(open_for_reading(path)) as connection:
        names = [
            row[0]
            for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'study_search%'")
            if row[0] not in ("harvest_runs", "data_state")
        ]
        found = {name: sorted(connection.execute(f"SELECT * FROM {name}"), key=repr) for name in names}
        found["words"] = connection.execute(
            "SELECT rowid FROM study_search WHERE study_search MATCH 'synthetic OR leukemia' ORDER BY rowid"
        ).fetchall()
    return found


@pytest.mark.parametrize("workers", [1, 2])
def test_many_give_the_tables_that_one_by_one_give(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, workers: int) -> None:
    given = tmp_path / "many.ndjson"
    studies = [*synthetic_studies(40), *synthetic_studies(5)]  # the last five a second time, one of them changed
    studies[-1]["protocolSection"]["identificationModule"]["briefTitle"] = "Another title"
    lines = [json.dumps(study) for study in studies]
    if SHARED.is_dir():
        lines += [path.read_text(encoding="utf-8") for path in sorted(SHARED.glob("*.json"))[:30]]
    given.write_text("\n".join([*lines, '{"protocolSection": "cut']), encoding="utf-8")

    with Store(tmp_path / "alone.db") as store:
        monkeypatch.setattr(groups, "PIECE", 10**9)
        monkeypatch.setattr(groups, "FEW", 10**9)
        alone = Harvest(store, "harvest", lambda: NOW).sources([given])
    monkeypatch.setattr(groups, "PIECE", 20_000)
    monkeypatch.setattr(groups, "FEW", 3)
    with Store(tmp_path / "many.db") as store:
        many = Harvest(store, "harvest", lambda: NOW, workers=workers).sources([given])

    assert [(each.nct_id, each.fate, each.version) for each in many.outcomes] == [
        (each.nct_id, each.fate, each.version) for each in alone.outcomes
    ]
    assert (many.saved, many.unchanged, many.failed) == (alone.saved, 4, 1)
    assert tables(tmp_path / "many.db") == tables(tmp_path / "alone.db")


def test_rows_refused_in_a_group_cost_only_their_trial(tmp_path: Path) -> None:
    with Store(tmp_path / "trials.db") as store:
        store.connection.execute(
            "CREATE TRIGGER refusing BEFORE INSERT ON studies WHEN NEW.nct_id = 'NCT99000003' "
            "BEGIN SELECT RAISE(ABORT, 'no'); END"
        )
        report = Harvest(store, "harvest", lambda: NOW).arrivals(iter([piece(1, 5)]), 0)

        assert [each.nct_id for each in report.problems] == ["NCT99000003"]
        assert store.current_ids() == ["NCT99000001", "NCT99000002", "NCT99000004", "NCT99000005"]


def test_the_users_stop_in_a_large_run_leaves_nothing_torn(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(groups, "FEW", 2)
    seen: list[str] = []

    def stop(outcome: Any) -> None:
        seen.append(outcome.nct_id)
        if len(seen) == 7:
            os.kill(os.getpid(), signal.SIGINT)
            time.sleep(0.2)

    with Store(tmp_path / "trials.db") as store:
        harvest = Harvest(store, "harvest", lambda: NOW, acknowledge=stop, workers=2)
        report = harvest.arrivals((piece(number * 5 + 1, 5) for number in range(40)), 200)

        assert report.exit_code == 130
        assert set(seen) <= set(store.current_ids())
        assert report.saved == len(store.current_ids())
        assert report.requested == report.saved + report.failed == 200


def test_a_fault_of_ours_is_kept_with_its_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*rest: Any) -> Any:
        raise KeyError("a rule")

    monkeypatch.setattr("harvester.reading.study.normalise_in_steps", broken)
    with Store(tmp_path / "trials.db") as store:
        report = Harvest(store, "harvest", lambda: NOW).arrivals([record(1)], 1)
        (problems,) = store.connection.execute("SELECT problems FROM harvest_runs").fetchone()

    assert json.loads(problems)[0]["where"].startswith("KeyError at reading/test_workers.py:")
    assert report.outcomes[0].where == json.loads(problems)[0]["where"]
    assert isinstance(report.outcomes[0].error, TrialsideError)
