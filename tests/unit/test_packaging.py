"""The wheel holds everything the program needs, and works where there is no checkout."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import sysconfig
import tomllib
import zipfile
from email.parser import Parser
from pathlib import Path

import pytest
import yaml

import harvester

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT), cwd=folder)
    (built,) = folder.glob("*.whl")
    return built


def run(*command: str, cwd: Path, **environment: str) -> str:
    """Standard output of a command that must end with 0; its words are shown when it does not."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("TRIALSIDE_", "PYTHON"))}
    done = subprocess.run(command, cwd=cwd, env=kept | environment, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def in_wheel(wheel: Path) -> set[str]:
    return {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}


def in_checkout() -> set[str]:
    """Every file the program needs, under the name it has in the wheel."""
    homes = {
        ROOT / "harvester": "harvester",
        ROOT / "templates": "harvester/templates",
        ROOT / "db" / "snapshot": "harvester/db/snapshot",
        ROOT / "db" / "migrations": "harvester/db/migrations",
    }
    files = {
        f"{name}/{path.relative_to(home).as_posix()}"
        for home, name in homes.items()
        for path in home.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    return files | {"harvester/db/schema.sql", "harvester/db/data-dictionary.md", "harvester/db/corrections.csv"}


def test_the_wheel_holds_what_the_checkout_holds_and_nothing_else(wheel: Path) -> None:
    assert in_wheel(wheel) == in_checkout()


@pytest.mark.parametrize(
    "needed",
    ["harvester/py.typed", "harvester/templates/compare.html", "harvester/db/snapshot/NCT07105579.json",
     "harvester/db/migrations/001_initial.sql", "harvester/text/definitions/units.txt"],
)  # fmt: skip
def test_the_wheel_holds_one_of_each_kind(wheel: Path, needed: str) -> None:
    assert needed in in_wheel(wheel)


def test_the_wheel_says_what_it_is(wheel: Path) -> None:
    archive = zipfile.ZipFile(wheel)
    folder = f"trialside-{harvester.__version__}.dist-info"
    metadata = Parser().parsestr(archive.read(f"{folder}/METADATA").decode())

    assert metadata["License-Expression"] == "Apache-2.0"
    assert metadata["Requires-Python"] == ">=3.11"
    assert "trialside = harvester.cli:main" in archive.read(f"{folder}/entry_points.txt").decode()
    assert "Apache License" in archive.read(f"{folder}/licenses/LICENSE").decode()


def test_the_version_is_the_same_wherever_it_stands() -> None:
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    changes = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")

    assert PROJECT["version"] == harvester.__version__ == citation["version"]
    assert f"## {harvester.__version__} (" in changes


def test_every_dependency_is_pinned() -> None:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pinned = {normal(line.partition("==")[0]) for line in lines if "==" in line}
    wanted = [*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["test"]]

    assert {normal(re.match(r"[\w.-]+", each)[0]) for each in wanted} - pinned == set()  # type: ignore[index]


def test_pins_name_no_place_to_fetch_from() -> None:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()

    assert [line for line in lines if not re.fullmatch(r"#.*|[\w.-]+==[\w.]+(?: ; [\w .'<>=!()]+)?", line)] == []


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


@pytest.fixture(scope="module")
def elsewhere(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment of its own, in which only the wheel is installed; its dependencies are lent by this one."""
    folder = tmp_path_factory.mktemp("installed")
    run(sys.executable, "-m", "venv", "--without-pip", str(folder), cwd=folder)
    python = str(folder / "bin" / "python")
    run(sys.executable, "-m", "pip", "--python", python, "install", "-q", "--no-deps", "--no-index", str(wheel), cwd=folder)
    (lent,) = folder.glob("lib/python*/site-packages")
    (lent / "lent.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    return folder


def test_what_is_installed_elsewhere_is_the_wheel(elsewhere: Path, tmp_path: Path) -> None:
    place = run(str(elsewhere / "bin" / "python"), "-c", "import harvester; print(harvester.__file__)", cwd=tmp_path)

    assert Path(place.strip()).is_relative_to(elsewhere)


def test_the_demo_runs_elsewhere_offline(elsewhere: Path, tmp_path: Path) -> None:
    shown = run(str(elsewhere / "bin" / "trialside"), "demo", "--no-serve", "--offline", cwd=tmp_path)

    assert "NCT07105579" in shown
    assert (tmp_path / "db" / "trials.db").is_file()
    assert "NCT07105579" in (tmp_path / "comparison-NCT07105579.html").read_text(encoding="utf-8")


@pytest.mark.exam
def test_a_clean_install_from_the_pins_runs_the_demo(wheel: Path, tmp_path: Path) -> None:
    """An empty environment, every package fetched, nothing lent."""
    run(sys.executable, "-m", "venv", str(tmp_path / "clean"), cwd=tmp_path)
    binaries = tmp_path / "clean" / "bin"
    run(str(binaries / "python"), "-m", "pip", "install", "-q", "-c", str(ROOT / "constraints.txt"), str(wheel), cwd=tmp_path)

    assert "NCT07105579" in run(str(binaries / "trialside"), "demo", "--no-serve", "--offline", cwd=tmp_path)
