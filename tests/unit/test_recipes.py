"""The recipes of docs/publishing.md are sound as far as reading tells: container, workflow, their options and files."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

from harvester.cli import main

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "docs" / "publishing.md").read_text(encoding="utf-8")
INSTRUCTIONS = {"FROM", "WORKDIR", "COPY", "RUN", "USER", "ENV", "EXPOSE", "CMD"}
MADE_BEFORE = {"db/trials.db"}
"""Files that the reader makes before a recipe is used."""


def block(language: str) -> str:
    (found,) = re.findall(rf"```{language}\n(.*?)```", TEXT, re.DOTALL)
    return str(found)


def instructions() -> list[tuple[str, str]]:
    return [(line.split(" ", 1)[0], line.split(" ", 1)[1]) for line in block("dockerfile").splitlines() if line.strip()]


def workflow() -> Any:
    return yaml.safe_load(block("yaml"))


def shell_lines() -> list[str]:
    steps = workflow()["jobs"]["refresh"]["steps"]
    return [
        *(step["run"] for step in steps if "run" in step),
        *(value for name, value in instructions() if name == "RUN"),
        *re.findall(r"```sh\n(.*?)```", TEXT, re.DOTALL),
    ]


def known_options(command: str) -> set[str]:
    found = main.get_command(click.Context(main), command)
    assert found is not None, command
    return {option for parameter in found.params for option in (*parameter.opts, *parameter.secondary_opts)}


def test_the_container_has_known_instructions_and_copies_what_there_is() -> None:
    found = instructions()

    assert found[0][0] == "FROM"
    assert {name for name, _ in found} <= INSTRUCTIONS
    for source in (shlex.split(value)[0] for name, value in found if name == "COPY"):
        assert source in MADE_BEFORE or (ROOT / source).exists()
    assert all((ROOT / each).exists() for each in re.findall(r"-c (\S+\.txt)", " ".join(shell_lines())))


def test_the_container_does_not_serve_as_root() -> None:
    names = [name for name, _ in instructions()]

    assert names.index("USER") < names.index("CMD")


def test_the_workflow_says_when_what_and_no_more_rights_than_it_needs() -> None:
    found = workflow()

    assert set(found) == {"name", True, "permissions", "concurrency", "jobs"}  # YAML reads "on" as true
    assert found["permissions"] == {"contents": "write"}
    assert all(re.fullmatch(r"[\w-]+/[\w-]+@v\d+", step["uses"]) for step in found["jobs"]["refresh"]["steps"] if "uses" in step)


@pytest.mark.skipif(shutil.which("bash") is None, reason="there is no bash on this machine")
@pytest.mark.parametrize("script", shell_lines())
def test_every_shell_line_parses(script: str) -> None:
    assert subprocess.run(["bash", "-n"], input=script, text=True, capture_output=True, check=False).stderr == ""


def test_every_option_of_ours_exists() -> None:
    (command,) = (value for name, value in instructions() if name == "CMD")
    calls = [json.loads(command), *(shlex.split(line) for line in re.findall(r"trialside [a-z].*", "\n".join(shell_lines())))]
    assert len(calls) > 3

    for call in calls:
        options = {word for word in call if word.startswith("--")}
        assert options <= known_options(call[1]), call
