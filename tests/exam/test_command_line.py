"""The command line under abuse, as processes of their own. After each: never exit code 1, never a traceback, at most the lines
that were promised, everything acknowledged stored, the database whole, the counts true, no file left behind."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from harvester.cli import main
from harvester.pipeline.renewal import check
from harvester.store import known_ids, open_for_reading, read_runs
from tests.standin import Collection, StandIn, faults
from tests.standin.faults import Act, Fault

ROOT = Path(__file__).parents[2]
RECORDS = ROOT / "tests" / "records"
SNAPSHOT = ROOT / "db" / "snapshot"
PROGRAM = (sys.executable, str(ROOT / "cli.py"))
ONE, TWO, THREE, FOUR, FIVE = (f"NCT9900000{number}" for number in range(1, 6))
COUNTS = re.compile(r"requested (\d+) = saved (\d+) \+ unchanged (\d+) \+ failed (\d+) \+ not found (\d+)")


Streams = subprocess.CompletedProcess[str]


@dataclass
class Place:
    """An empty folder to run the program in."""

    folder: Path
    environment: dict[str, str]

    def run(self, *arguments: str) -> Result:
        """The command in this process, which is quicker."""
        done = CliRunner().invoke(main, arguments, env=dict(self.environment))
        assert done.exit_code != 1, done.stderr
        assert "Traceback" not in done.stderr
        return done

    def process(self, *arguments: str, stdout: int = subprocess.PIPE) -> Streams:
        """The command as a process of its own."""
        pipes = {"stdout": stdout, "stderr": subprocess.PIPE}
        done = subprocess.run([*PROGRAM, *arguments], cwd=self.folder, env=self.environment, text=True, timeout=120, **pipes)  # type: ignore[call-overload]
        assert done.returncode != 1, done.stderr
        assert "Traceback" not in done.stderr
        return done  # type: ignore[no-any-return]

    def started(self, *arguments: str) -> subprocess.Popen[str]:
        """The command as a process that is still running."""
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        return subprocess.Popen([*PROGRAM, *arguments], cwd=self.folder, env=self.environment, text=True, **pipes)  # type: ignore[call-overload,no-any-return]

    def shell(self, line: str) -> Streams:
        """A line of the shell, in which `trialside` is the program; a pipe fails when any part of it does."""
        script = ["bash", "-o", "pipefail", "-c", line.replace("trialside", " ".join(PROGRAM))]
        return subprocess.run(script, cwd=self.folder, env=self.environment, capture_output=True, text=True, timeout=120)

    def assert_whole(self, *acknowledged: str) -> None:
        """The invariants that hold after every command."""
        database = self.folder / "db" / "trials.db"
        if database.exists():
            assert [finding for finding in check(database) if not finding.ok] == []
            with closing(open_for_reading(database)) as connection:
                assert set(acknowledged) <= set(known_ids(connection, acknowledged))
                for run in read_runs(connection):
                    assert run.requested == run.saved + run.unchanged + run.failed + run.not_found
        left = [path.name for path in self.folder.rglob("*") if re.search(r"\.(lock|part|tmp|bak|db-journal)$", path.name)]
        assert left == []


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    monkeypatch.chdir(tmp_path)
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TRIALSIDE_")}
    return Place(tmp_path, kept | {"TRIALSIDE_MIN_INTERVAL": "0", "TRIALSIDE_API_BASE": "http://127.0.0.1:9/api/v2"})


@pytest.fixture(scope="session")
def bundled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database of the bundled records, made once."""
    path = tmp_path_factory.mktemp("bundled") / "trials.db"
    CliRunner().invoke(main, ["harvest", "--quiet", "--db", str(path), "--from", str(SNAPSHOT)])
    return path


@pytest.fixture
def filled(place: Place, bundled: Path) -> Place:
    """A place with the bundled records in its database."""
    (place.folder / "db").mkdir()
    shutil.copyfile(bundled, place.folder / "db" / "trials.db")
    return place


@pytest.fixture
def standin(place: Place) -> Iterator[StandIn]:
    with StandIn(Collection.of_folder(RECORDS)) as server:
        place.environment["TRIALSIDE_API_BASE"] = server.base_url
        yield server


def acknowledged(stdout: str) -> list[str]:
    return [line.split()[0] for line in stdout.splitlines() if line.split()[1:] in (["saved"], ["unchanged"])]


@pytest.mark.parametrize(
    "arguments",
    [
        ["harvest", "NCT"], ["harvest", "NCT1234567890"], ["harvest", ""], ["harvest", " "], ["harvest", "NCT00000000"],
        ["harvest", "../NCT07105579"], ["harvest", "NCT07105579;rm"], ["harvest", "NCT０７１０５５７９"], ["harvest", "\udc80"],
        ["show", "../../etc/passwd"], ["show", "%00"], ["compare", "NCT07105579", "x" * 10_000], ["related", "-1"],
        ["export", "NCT07105579", "../x"], ["frobnicate"], ["compare", "NCT07105579", "NCT06111625", "--format", "pdf"],
        ["harvest", "--from", "/etc/shadow/x"], ["harvest", "--from", ""], ["harvest", "--limit", "many", "--query", "x"],
        ["--db", "/", "status"], ["status", "--db", "/tmp"], ["serve", "--port", "-1"], ["read", "minds"], ["completion", "sh"],
        ["--api-base", "file:///etc/passwd", "harvest", "NCT07105579"], ["--api-base", "", "status"],
    ],
    ids=lambda arguments: " ".join(arguments)[:40].encode("ascii", "backslashreplace").decode(),
)  # fmt: skip
def test_bad_input_is_one_line(filled: Place, arguments: list[str]) -> None:
    done = filled.run(*arguments)

    assert done.exit_code == 2
    assert (done.stdout, done.stderr.count("\n")) == ("", 1)
    filled.assert_whole()


@pytest.mark.parametrize("content", [b"PK\x03\x04" + bytes(range(256)), bytes(range(256)) * 40, b"", b"NCT07105579\n"])
def test_a_file_as_a_list_of_ids(place: Place, content: bytes) -> None:
    (place.folder / "ids").write_bytes(content)

    done = place.run("harvest", "ids")

    assert (done.exit_code, done.stderr.count("\n")) == (2, 1)
    assert "--from" in done.stderr
    place.assert_whole()


def test_lower_case_and_repeated_ids_are_one_trial(place: Place, standin: StandIn) -> None:
    done = place.run("harvest", "nct99000001", ONE, "NCT0099000001", f" {ONE} ")

    assert done.exit_code == 0
    assert acknowledged(done.stdout) == [ONE]
    place.assert_whole(ONE)


def test_a_name_in_a_record_leads_nowhere(place: Place) -> None:
    """A record whose texts look like paths is data; nothing is written outside the folder."""
    body = json.loads((RECORDS / f"{ONE}.json").read_text(encoding="utf-8"))
    body["protocolSection"]["identificationModule"]["briefTitle"] = "../../../../tmp/trialside-was-here"
    (place.folder / "a.json").write_text(json.dumps(body), encoding="utf-8")

    place.run("harvest", "--from", "a.json")
    done = place.run("export", ONE)

    assert done.stdout == f"{ONE}.html\n"
    assert not Path("/tmp/trialside-was-here").exists()
    place.assert_whole(ONE)


def test_an_export_replaces_nothing_without_force(filled: Place) -> None:
    target = filled.folder / "mine.html"
    target.write_text("mine", encoding="utf-8")

    assert filled.run("export", "NCT07105579", "-o", "mine.html").exit_code == 2
    assert target.read_text(encoding="utf-8") == "mine"
    assert filled.run("export", "NCT07105579", "-o", "nowhere/mine.html").exit_code == 5
    filled.assert_whole()


@pytest.mark.parametrize(
    "command",
    [
        *("show NCT07105579", "compare NCT07105579 NCT06111625 --json", "status", "check"),
        *("-q related NCT07105579 --offline", "-q screen age=70"),
    ],
)
def test_head_ends_a_command_quietly(filled: Place, command: str) -> None:
    done = filled.shell(f"trialside {command} | head -n 1")

    assert (done.returncode, done.stderr) == (0, "")
    filled.assert_whole()


def test_head_does_not_stop_a_harvest(place: Place) -> None:
    done = place.shell(f"trialside harvest --from {SNAPSHOT} | head -n 1")

    assert done.returncode == 0
    assert "saved 16" in done.stderr
    place.assert_whole(*acknowledged(done.stdout))


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
@pytest.mark.parametrize(
    "command",
    ["show NCT07105579", "compare NCT07105579 NCT06111625 --json", "status", "check", "demo --no-serve --offline", "--help"],
)
def test_a_full_disk_under_standard_output_is_5(filled: Place, command: str) -> None:
    with open("/dev/full", "w") as full:
        done = filled.process(*command.split(), stdout=full.fileno())

    assert done.returncode == 5
    assert "No space left" in done.stderr
    filled.assert_whole()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_a_harvest_that_cannot_acknowledge_stops(place: Place) -> None:
    with open("/dev/full", "w") as full:
        done = place.process("harvest", "--from", str(SNAPSHOT), stdout=full.fileno())

    assert done.returncode == 5
    place.assert_whole()


def test_a_closed_standard_output_or_error_is_no_bug(filled: Place) -> None:
    for line in (
        "trialside status >&-",
        "trialside status 2>&-",
        "trialside show NCT99999999 2>&-",
        "trialside harvest --from x >&- 2>&-",
    ):
        assert filled.shell(line).returncode in (0, 2, 5), line
    filled.assert_whole()


def test_a_database_in_a_folder_that_may_not_be_written(place: Place) -> None:
    done = place.run("harvest", "--db", "/proc/trials.db", "--from", str(SNAPSHOT))

    assert (done.exit_code, done.stderr.count("\n")) == (5, 1)


@pytest.mark.parametrize("locale", ["C", "en_US.ISO-8859-1", "tr_TR.UTF-8"])
def test_the_locale_changes_nothing(filled: Place, locale: str) -> None:
    here = filled.run("show", "NCT07105579").stdout
    filled.environment |= {"LC_ALL": locale, "LANG": locale, "PYTHONUTF8": "0"}

    elsewhere = subprocess.run([*PROGRAM, "show", "NCT07105579"], cwd=filled.folder, env=filled.environment, capture_output=True)

    assert elsewhere.stdout.decode("utf-8") == here


@dataclass(frozen=True)
class Trouble:
    """A fault of the registry, where it shows itself, and the exit code that must follow."""

    name: str
    act: Callable[[], Act]
    code: int
    where: str = ""
    times: int | None = None


TROUBLES = [
    Trouble("403 always", lambda: faults.status(403, "Forbidden"), 4),
    Trouble("404 for one", lambda: faults.status(404, f"NCT number {TWO} not found"), 3, where=TWO),
    Trouble("500 for one", lambda: faults.status(500, "broken"), 3, where=TWO),
    Trouble("400 text", lambda: faults.status(400, "Invalid"), 2),
    Trouble("a web page with 200", faults.web_page, 4),
    Trouble("a web page that says it is JSON", lambda: faults.web_page("application/json"), 4),
    Trouble("429 once", lambda: faults.status(429, "slow down", Retry_After="1"), 0, times=1),
    Trouble("429 always", lambda: faults.status(429, "slow down"), 4),
    Trouble("Retry-After of a day", lambda: faults.status(429, "slow down", Retry_After="86400"), 4),
    Trouble("503 twice", lambda: faults.status(503, "busy"), 0, times=2),
    Trouble("500 always", lambda: faults.status(500, "broken"), 4),
    Trouble("cut once", lambda: faults.cut_by_length, 0, times=1),
    Trouble("cut chunk once", lambda: faults.cut_in_chunk, 0, times=1),
    Trouble("cut silently once", lambda: faults.cut_silently, 0, times=1),
    Trouble("cut always", lambda: faults.cut_by_length, 4),
    Trouble("reset always", lambda: faults.reset, 4),
    Trouble("empty", lambda: faults.answer(b""), 4),
    Trouble("another host", lambda: faults.redirect("http://203.0.113.9/api/v2/version"), 4),
    Trouble("a file", lambda: faults.redirect("file:///etc/passwd"), 4),
]


@pytest.mark.parametrize("trouble", [pytest.param(each, id=each.name) for each in TROUBLES])
def test_trouble_at_the_registry_costs_nothing_that_is_stored(
    place: Place, standin: StandIn, trouble: Trouble, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two trials are stored; then both and a third are asked for while the registry is in trouble.

    The client's own pauses are short here; that they grow, and how long they may be, is held in test_network_client.py.
    """
    monkeypatch.setattr("harvester.registry.pauses.FIRST_PAUSE", 0.02)
    assert place.run("harvest", ONE, TWO).exit_code == 0
    before = {nct_id: place.run("show", nct_id, "--json").stdout for nct_id in (ONE, TWO)}
    where = trouble.where
    if where and trouble.name.startswith("404"):  # the batch leaves it out, and alone it is not there
        standin.collection.studies.pop(where)
    standin.faults.append(Fault(trouble.act(), where=where, times=trouble.times))

    began = time.monotonic()
    done = place.run("harvest", ONE, TWO, THREE)

    assert done.exit_code == trouble.code, done.stderr
    assert time.monotonic() - began < 20
    counts = COUNTS.search(done.stderr)
    if counts:
        requested, *fates = map(int, counts.groups())
        assert requested == sum(fates)
    standin.faults.clear()
    place.assert_whole(ONE, TWO, *acknowledged(done.stdout))
    for nct_id, shown in before.items():
        kept = json.loads(place.run("show", nct_id, "--json").stdout)
        assert kept["studies"] == json.loads(shown)["studies"]


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_keeps_what_was_acknowledged(place: Place, standin: StandIn, sent: signal.Signals) -> None:
    standin.faults += [
        Fault(faults.answer(b"[]"), where="filter.ids"),  # so that each trial is asked for alone
        Fault(faults.trickle(0.2), where=f"/studies/{TWO}"),
    ]
    with place.started("harvest", ONE, TWO, THREE) as process:
        while not any(TWO in request.target and "filter" not in request.target for request in standin.requests):
            time.sleep(0.02)
        time.sleep(0.1)
        process.send_signal(sent)
        stdout, stderr = process.communicate(timeout=30)

    assert acknowledged(stdout) == [ONE]
    assert process.returncode == 130, stderr
    assert "Traceback" not in stderr
    place.assert_whole(*acknowledged(stdout))


@pytest.mark.exam
@pytest.mark.parametrize("seed", range(20))
def test_kill_loses_nothing_that_was_acknowledged(place: Place, seed: int) -> None:
    """SIGKILL at some moment of a harvest; the next command recovers."""
    with place.started("harvest", "--from", str(SNAPSHOT)) as process:
        time.sleep(0.2 + 0.05 * seed)
        process.kill()
        stdout = process.communicate()[0]

    (place.folder / "db" / "trials.db.lock").unlink(missing_ok=True)  # a killed writer may leave its file; it locks nobody out
    whole = [line for line in stdout.splitlines(keepends=True) if line.endswith("\n")]
    assert place.run("harvest", "--from", str(SNAPSHOT)).exit_code == 0
    place.assert_whole(*acknowledged("".join(whole)))


def test_two_writers_at_once(place: Place) -> None:
    """Whoever cannot have the lock says so with 5; nothing is torn."""
    running = [place.started("harvest", "--from", str(SNAPSHOT)) for _ in range(3)]
    codes = []
    for process in running:
        with process:
            _, stderr = process.communicate(timeout=120)
            codes.append(process.returncode)
            assert "Traceback" not in stderr

    assert set(codes) <= {0, 5}
    assert 0 in codes
    place.assert_whole(*(path.stem for path in SNAPSHOT.glob("NCT*.json")))


def test_a_folder_with_everything_wrong_in_it(place: Place) -> None:
    """Every kind of damaged file beside one good record: the good one is stored, the others are named."""
    folder = place.folder / "mixed"
    folder.mkdir()
    shutil.copy(RECORDS / f"{ONE}.json", folder)
    wrong = {
        "empty.json": b"",
        "binary.json": bytes(range(256)),
        "list.json": b"[]",
        "deep.json": b"[" * 100_000,
        "nan.json": b'{"a": NaN}',
        "latin.json": '{"title": "é"}'.encode("latin-1"),
        "bom.json": b"\xef\xbb\xbf{}",
        "bad.zip": b"PK\x03\x04",
        "page.html": b"<html></html>",
        "surrogate.json": b'{"protocolSection": {"identificationModule": {"nctId": "NCT99000009", "briefTitle": "\\ud800"}}}',
    }
    for name, content in wrong.items():
        (folder / name).write_bytes(content)

    done = place.run("harvest", "--from", "mixed")

    assert done.exit_code == 3
    assert acknowledged(done.stdout) == [ONE]
    assert done.stderr.count("\n") >= 8
    place.assert_whole(ONE)
