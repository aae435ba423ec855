"""What README promises holds: its commands run as they stand there, its links lead somewhere."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
COMMANDS = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
EXAMPLES = [
    line.partition("  #")[0].rstrip()
    for block in re.findall(r"```sh\n(.*?)```", README, re.DOTALL)
    for line in block.splitlines()
    if line.strip()
]


def test_the_first_lines_are_the_two_commands() -> None:
    head = README.splitlines()[:8]

    assert [line.split("#")[0].strip() for line in head if line.startswith("    make ")] == ["make demo", "make test"]


def test_every_make_target_that_is_named_exists() -> None:
    named = set(re.findall(r"\bmake ([a-z]+)", README)) - {"a"}

    assert named >= {"demo", "test", "docs", "exam"}
    assert {name for name in named if f"\n{name}:" not in MAKEFILE} == set()


def test_the_commands_without_make_are_those_that_make_runs() -> None:
    by_hand = re.findall(r"^    (python3 -m venv|\.venv/bin/.*)", README, re.MULTILINE)[:3]

    assert by_hand == ["python3 -m venv", ".venv/bin/python -m pip install -c constraints.txt -e .", ".venv/bin/trialside demo"]
    for line in ("-m venv", "pip install --quiet --disable-pip-version-check -c constraints.txt -e .", "trialside demo"):
        assert line in MAKEFILE


@pytest.mark.skipif(shutil.which("make") is None, reason="there is no make")
@pytest.mark.parametrize(
    ("status", "says", "lines"),
    [
        (1, "ERROR:pip_audit._cli:Could not connect to PyPI's vulnerability feed", ["Nothing was audited", "Could not connect"]),
        (1, "ERROR:pip_audit._cli:six: Dependency not found and could not be audited: six (1.0)", ["Nothing was audited"]),
        (1, "Found 1 known vulnerability in 1 package", ["Found 1 known vulnerability"]),
        (0, "No known vulnerabilities found", ["No known vulnerabilities found"]),
    ],
)
def test_an_audit_that_reached_nothing_says_so_and_fails(tmp_path: Path, status: int, says: str, lines: list[str]) -> None:
    for name in ("bin/python", "audit/bin/pip-audit"):
        path = tmp_path / name
        path.parent.mkdir(parents=True)
        path.write_text(f'#!/bin/sh\necho "WARNING: first" >&2\necho "{says}" >&2\nexit {status}\n', encoding="utf-8")
        path.chmod(0o755)
    done = subprocess.run(["make", "-s", "audit", f"VENV={tmp_path}"], cwd=ROOT, capture_output=True, text=True, check=False)
    said = [line for line in done.stderr.splitlines() if not line.startswith("make")]

    assert (done.returncode != 0) == (status != 0)
    assert all(line in done.stderr for line in lines)
    assert ("Nothing was audited" in done.stderr) == (len(said) == 1)
    assert says in (tmp_path / "audit/log").read_text(encoding="utf-8")


def test_links_to_files_lead_to_files() -> None:
    targets = re.findall(r"\]\((?!https?://|#)([^)#]+)\)", README)

    assert targets
    assert [target for target in targets if not (ROOT / target).exists()] == []


def test_links_inside_lead_to_headings() -> None:
    slugs = {
        re.sub(r"[^a-z0-9 _-]", "", title.lower()).replace(" ", "-") for title in re.findall(r"^#+ (.*)$", README, re.MULTILINE)
    }

    assert [anchor for anchor in re.findall(r"\]\(#([^)]+)\)", README) if anchor not in slugs] == []


def test_files_that_are_named_exist() -> None:
    named = re.findall(r"`((?:harvester|tests|db|templates)/[\w./-]+)`", README)

    assert named
    assert [name for name in named if name != "db/trials.db" and not (ROOT / name).exists()] == []


@pytest.fixture(scope="module")
def workplace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the bundled records where the examples expect them, and `trialside` on the path."""
    folder = tmp_path_factory.mktemp("readme")
    shutil.copytree(ROOT / "db" / "snapshot", folder / "db" / "snapshot")
    program = folder / "bin" / "trialside"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec {sys.executable} {ROOT / "cli.py"} --offline "$@"\n', encoding="utf-8")
    program.chmod(0o755)
    return folder


def test_the_examples_run_in_their_order(workplace: Path) -> None:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TRIALSIDE_")}
    environment = {**kept, "PATH": f"{workplace / 'bin'}{os.pathsep}{kept['PATH']}"}
    for example in EXAMPLES:
        done = subprocess.run(example, shell=True, cwd=workplace, env=environment, capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, f"{example}\n{done.stdout}\n{done.stderr}"
        assert done.stdout or "harvest" in example or " -o " in example, example

    assert (workplace / "comparison.html").is_file()


@pytest.mark.skipif(shutil.which("git") is None or not (ROOT / ".git").exists(), reason="this is no clone")
def test_what_its_commands_write_is_no_change_of_the_clone() -> None:
    commands = "\n".join(line for line in (README + COMMANDS).splitlines() if line.startswith(("trialside ", "    trialside ")))
    written = re.findall(r"(?<!\S)(?:-o|--write|--parquet|trialside publish) ([a-z][\w.-]*)", commands)
    folders = {name if "." in name else f"{name}/made" for name in [*written, *re.findall(r"@([a-z]+\.txt)", commands)]}
    names = sorted(folders | {"NCT07105579.html", "NCT07105579.fhir.json"})
    git = shutil.which("git")
    assert git
    ignored = subprocess.run([git, "check-ignore", "--no-index", *names], cwd=ROOT, capture_output=True, text=True, check=False)

    assert {"review.ris", "comparators.yaml", "ids.txt", "tables/made", "site/made", "public/made"} <= set(names)
    assert sorted(ignored.stdout.split()) == names
