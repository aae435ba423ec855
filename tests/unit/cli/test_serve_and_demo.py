"""`trialside serve` and `trialside demo`, as processes where they must answer, in place where they need not."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import Result

from harvester.cli.serve import address, is_free
from harvester.site.freezing import is_local
from tests.standin import StandIn

FOCAL = "NCT07105579"
PROGRAM = [sys.executable, str(Path(__file__).parents[3] / "cli.py")]

Run = Callable[..., Result]


@pytest.fixture
def taken() -> Iterator[int]:
    """A port that somebody listens on."""
    with closing(socket.socket()) as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        yield listening.getsockname()[1]


class TestDemo:
    def test_from_the_bundled_records(self, run: Run) -> None:
        result = run("demo", "--no-serve", "--offline")

        assert result.exit_code == 0
        assert "Bundled records are taken" in result.stderr
        assert result.stdout.splitlines()[0].split()[:2] == [FOCAL, "(focal)"]
        assert Path(f"comparison-{FOCAL}.html").is_file()

    def test_when_the_registry_is_out_of_reach_it_says_so(self, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("TRIALSIDE_API_BASE", "http://127.0.0.1:9/api/v2")

        result = run("demo", "--no-serve", "--quiet")

        assert result.exit_code == 0
        assert result.stderr.startswith("Bundled records are taken, the registry cannot be used")

    def test_from_the_registry_where_it_answers(self, run: Run, standin: StandIn) -> None:
        """The stand-in has one of the trials; the others come from the bundled records."""
        record = json.loads((Path(__file__).parents[2] / "records" / "NCT99000001.json").read_text(encoding="utf-8"))
        record["protocolSection"]["identificationModule"] |= {
            "nctId": "NCT06111625",
            "nctIdAliases": [],
            "briefTitle": "From the stand-in",
        }
        standin.collection.put(record)

        result = run("demo", "--no-serve")

        assert result.exit_code == 0
        assert "from the registry: requested 8 = saved 1 + unchanged 0 + failed 0 + not found 7" in result.stderr
        assert "From the stand-in" in run("show", "NCT06111625").stdout
        assert "from the bundled records: requested 7 = saved 7" in result.stderr

    def test_in_a_folder_that_may_not_be_written_it_is_not_begun(self, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(os, "access", lambda *asked: False)

        result = run("--db", "elsewhere.db", "demo", "--no-serve", "--offline")

        assert (result.exit_code, Path("elsewhere.db").exists()) == (5, False)
        assert "Run it in a folder of your own" in result.stderr

    def test_again_changes_nothing(self, run: Run) -> None:
        run("demo", "--no-serve", "--offline")

        assert "saved 0" in run("demo", "--no-serve", "--offline").stderr

    def test_json_is_the_whole_comparison(self, run: Run) -> None:
        compared = json.loads(run("demo", "--no-serve", "--offline", "--json").stdout)

        assert compared["trials"][0]["nct_id"] == FOCAL

    def test_the_site_answers_at_the_address_that_is_printed(self, tmp_path: Path, taken: int) -> None:
        """A port that is taken is passed over."""
        command = [*PROGRAM, "demo", "--offline", "--port", str(taken)]
        environment = {name: value for name, value in os.environ.items() if not name.startswith("TRIALSIDE_")}
        with subprocess.Popen(
            command, cwd=tmp_path, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
        ) as site:
            assert site.stderr
            try:
                printed = next(found.group(1) for line in site.stderr if (found := re.match(r"comparison: (http://\S+)", line)))
                page = fetched(printed)
            finally:
                site.send_signal(signal.SIGINT)
            assert FOCAL in page
            assert f":{taken}/" not in printed
            assert site.wait(timeout=20) == 0


def fetched(url: str) -> str:
    """The page, as soon as the server is up."""
    for _ in range(400):
        try:
            with urllib.request.urlopen(url, timeout=10) as answer:
                return str(answer.read().decode())
        except urllib.error.HTTPError:
            raise
        except OSError:  # not up yet
            time.sleep(0.05)
    raise AssertionError(f"{url} did not answer")


class TestServe:
    def test_a_port_that_is_taken_is_one_line(self, filled: Run, taken: int) -> None:
        result = filled("serve", "--port", str(taken))

        assert result.exit_code == 2
        assert f"port {taken} is taken" in result.stderr

    @pytest.mark.parametrize("arguments", [["--port", "0"], ["--port", "70000"], ["--port", "x"], ["--host", "203.0.113.9"]])
    def test_an_address_that_cannot_be(self, filled: Run, arguments: list[str]) -> None:
        result = filled("serve", *arguments)

        assert (result.exit_code, result.stderr.count("\n")) == (2, 1)

    def test_what_is_no_database_is_5(self, run: Run) -> None:
        Path("other.db").write_bytes(b"a letter to a friend " * 100)

        result = run("serve", "--db", "other.db", "--port", str(free()))

        assert result.exit_code == 5
        assert "serving" not in result.stderr

    def test_the_settings_reach_the_site(self, filled: Run, monkeypatch: pytest.MonkeyPatch) -> None:
        asked: list[object] = []
        monkeypatch.setattr("harvester.site.app.serve", lambda *values, focal, ready: asked.extend([*values, focal]))
        port = free()

        result = filled("serve", "--port", str(port), "--public")

        assert result.exit_code == 0
        assert asked == [Path("db/trials.db"), "127.0.0.1", port, True, None]

    def test_a_site_that_others_can_reach_says_what_they_may_do(self, filled: Run, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("harvester.site.app.serve", lambda *values, focal, ready: None)

        assert "--public" in filled("serve", "--host", "0.0.0.0", "--port", str(free())).stderr
        assert "--public" not in filled("serve", "--host", "0.0.0.0", "--port", str(free()), "--public").stderr


def free() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.mark.parametrize(("host", "shown"), [("127.0.0.1", "http://127.0.0.1:80/x"), ("::1", "http://[::1]:80/x")])
def test_addresses(host: str, shown: str) -> None:
    assert address(host, 80, "/x") == shown


@pytest.mark.parametrize(
    ("host", "local"), [("127.0.0.1", True), ("localhost", True), ("::1", True), ("0.0.0.0", False), ("x.org", False)]
)
def test_what_is_local(host: str, local: bool) -> None:
    assert is_local(host) == local


def test_a_taken_port_is_not_free(taken: int) -> None:
    assert not is_free("127.0.0.1", taken)
