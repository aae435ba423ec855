"""A place to run commands in: an empty folder, a database of synthetic records, and a stand-in of the registry."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from harvester.cli import main
from tests.standin import Collection, StandIn

RECORDS = Path(__file__).parents[2] / "records"
SNAPSHOT = Path(__file__).parents[3] / "db" / "snapshot"

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """`run("show", "NCT99000001")` runs a command in an empty folder; its result has stdout, stderr and exit_code."""
    monkeypatch.chdir(tmp_path)

    def run_command(*arguments: str, text: str | bytes | None = None) -> Result:
        return CliRunner().invoke(main, arguments, input=text)

    return run_command


@pytest.fixture(scope="session")
def synthetic_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database of the synthetic records and of the bundled ones, made once."""
    path = tmp_path_factory.mktemp("synthetic") / "trials.db"
    result = CliRunner().invoke(main, ["harvest", "--quiet", "--db", str(path), "--from", str(RECORDS), str(SNAPSHOT)])
    assert path.is_file(), result.output
    return path


@pytest.fixture
def filled(run: Run, synthetic_database: Path, tmp_path: Path) -> Run:
    """`run` in a folder whose database holds the synthetic records."""
    (tmp_path / "db").mkdir()
    shutil.copyfile(synthetic_database, tmp_path / "db" / "trials.db")
    return run


@pytest.fixture
def standin(monkeypatch: pytest.MonkeyPatch) -> Iterator[StandIn]:
    """A stand-in of the registry with the synthetic records, which commands use as theirs."""
    with StandIn(Collection.of_folder(RECORDS)) as server:
        monkeypatch.setenv("TRIALSIDE_API_BASE", server.base_url)
        monkeypatch.setenv("TRIALSIDE_MIN_INTERVAL", "0")
        yield server
