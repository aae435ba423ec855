"""Whatever ends a run becomes one line and the exit code of its family."""

from __future__ import annotations

import errno
import inspect
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from harvester import __version__, errors
from harvester.cli import main
from harvester.cli.program import COMMANDS, HIDDEN_COMMANDS, Program, ending


def every_error(family: type[errors.TrialsideError] = errors.TrialsideError) -> list[type[errors.TrialsideError]]:
    return [family, *(each for child in family.__subclasses__() for each in every_error(child))]


@pytest.mark.parametrize("kind", every_error(), ids=lambda kind: kind.__name__)
def test_every_error_ends_with_its_familys_code_and_one_line(kind: type[errors.TrialsideError]) -> None:
    line, code = ending(kind("NCT99000001 is\nbroken", "Do\nthis."))

    assert code == kind.exit_code
    assert line == "NCT99000001 is broken. Do this."


@pytest.mark.parametrize(
    ("problem", "code"),
    [
        (click.UsageError("no such\nthing"), 2),
        (click.BadParameter("not a number"), 2),
        (click.FileError("a.json", "unreadable"), 2),
        (click.Abort(), 130),
        (KeyboardInterrupt(), 130),
        (OSError(errno.ENOSPC, "No space left on device"), 5),
        (PermissionError(errno.EACCES, "Permission denied", "a.db"), 5),
        (SystemExit(4), 4),
        (KeyError("x"), 1),
        (MemoryError(), 1),
    ],
)
def test_other_endings(problem: BaseException, code: int) -> None:
    line, found = ending(problem)

    assert found == code
    assert "\n" not in line


def test_a_bug_says_that_it_is_one_and_where() -> None:
    try:
        {}["a\nb"]
    except KeyError as problem:
        line, _ = ending(problem)

    assert line.startswith("This is a bug: KeyError at test_program.py:")
    assert "Please report" in line


def program_that_raises(problem: BaseException) -> Program:
    group = Program(name="trialside")

    @click.command("fail")
    def command() -> None:
        raise problem

    group.get_command = lambda ctx, name: command  # type: ignore[method-assign]
    return group


@pytest.mark.parametrize(("verbosity", "shown"), [((), False), (("-v",), False), (("-vv",), True), (("-v", "-v"), True)])
def test_a_traceback_is_shown_only_when_asked_for(verbosity: tuple[str, ...], shown: bool) -> None:
    group = program_that_raises(ZeroDivisionError("division by zero"))
    group.params = [click.Option(["-v", "--verbose"], count=True, expose_value=False)]

    result = CliRunner().invoke(group, [*verbosity, "fail"])

    assert result.exit_code == 1
    assert ("Traceback (most recent call last)" in result.stderr) == shown


def test_an_error_goes_to_standard_error_only() -> None:
    result = CliRunner().invoke(program_that_raises(errors.TrialNotFound("NCT99000001 is not there")), ["fail"])

    assert (result.exit_code, result.stdout, result.stderr) == (3, "", "trialside: NCT99000001 is not there\n")


@pytest.mark.parametrize(
    "arguments",
    [["nonsense"], ["show"], ["show", "--nonsense", "NCT99000001"], ["--api-base", "ftp://x", "status"], ["completion", "tcsh"],
     ["--db", ".", "status"], ["status", "--db", "."], ["show", "NCT123456789"], ["show", ""], ["show", "NCT0"]],
)  # fmt: skip
def test_bad_input_is_one_line_and_2(arguments: list[str]) -> None:
    result = CliRunner().invoke(main, arguments)

    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr.startswith("trialside: ")
    assert result.stderr.count("\n") == 1


@pytest.mark.parametrize("arguments", [["--version", "--json"], ["--json", "--version"]])
def test_the_version_is_json_where_that_is_asked_for(arguments: list[str]) -> None:
    result = CliRunner().invoke(main, arguments)

    assert json.loads(result.stdout) == {"program": "trialside", "version": __version__}
    assert CliRunner().invoke(main, ["--version"]).stdout == f"trialside {__version__}\n"


def test_a_completion_script_is_json_where_that_is_asked_for() -> None:
    plain = CliRunner().invoke(main, ["completion", "bash"]).stdout

    assert json.loads(CliRunner().invoke(main, ["completion", "bash", "--json"]).stdout) == {
        "shell": "bash",
        "script": plain.removesuffix("\n"),
    }


@pytest.mark.parametrize(
    ("typed", "said"), [("comapre", "No such command 'comapre'. Did you mean compare?"), ("xyz", "No such command 'xyz'. See")]
)
def test_a_mistyped_command_is_answered_with_the_one_spelled_alike(typed: str, said: str) -> None:
    result = CliRunner().invoke(main, [typed])

    assert result.exit_code == 2
    assert said in result.stderr


def test_without_a_command_help_is_shown_and_nothing_was_done() -> None:
    result = CliRunner().invoke(main, [])

    assert result.exit_code == 2
    assert "Commands:" in result.stderr


def test_help_lists_every_command_and_no_hidden_one() -> None:
    result = CliRunner().invoke(main, ["--help"])

    assert result.exit_code == 0
    assert "Show a trial" in result.stdout
    assert "docs" not in result.stdout


def test_a_commands_help_keeps_the_shared_options_apart() -> None:
    help_text = CliRunner().invoke(main, ["show", "--help"]).stdout
    own, _, shared = help_text.partition("Options of every command:")

    assert "--criteria" in own
    assert "--db" not in own
    assert "--db" in shared


def test_every_file_that_holds_a_command_is_listed() -> None:
    folder = Path(inspect.getfile(Program)).parent
    holding = {path.stem for path in folder.glob("*.py") if "\n@declare(" in path.read_text(encoding="utf-8")}

    assert holding == {*COMMANDS, *HIDDEN_COMMANDS}


@pytest.fixture
def program(tmp_path: Path) -> list[str]:
    """The program as a process of its own, in an empty folder."""
    return [sys.executable, str(Path(__file__).parents[3] / "cli.py")]


class TestAsAProcess:
    def test_a_reader_who_has_had_enough_ends_it_quietly(self, program: list[str], tmp_path: Path) -> None:
        reading, writing = os.pipe()
        os.close(reading)
        done = subprocess.run([*program, "completion", "bash"], stdout=writing, stderr=subprocess.PIPE, cwd=tmp_path)
        os.close(writing)

        assert (done.returncode, done.stderr) == (0, b"")

    @pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
    def test_a_full_disk_is_5(self, program: list[str], tmp_path: Path) -> None:
        with open("/dev/full", "w") as full:
            done = subprocess.run([*program, "completion", "bash"], stdout=full, stderr=subprocess.PIPE, text=True, cwd=tmp_path)

        assert done.returncode == 5
        assert done.stderr.splitlines() == [
            "trialside: No space left on device. Check the disk and the permissions, then run the command again."
        ]

    @pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
    def test_a_signal_is_130(self, program: list[str], tmp_path: Path, sent: signal.Signals) -> None:
        """The command waits for input that never comes."""
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        with subprocess.Popen([*program, "read", "schedule"], **pipes, text=True, cwd=tmp_path) as process:  # type: ignore[call-overload]
            process.stdin.write('{"id": "a", "text": "on day 1 every 3 weeks"}\n')
            process.stdin.flush()
            assert process.stdout.readline()
            time.sleep(0.5)  # a signal between the answer and the next read would be heard only after that read
            process.send_signal(sent)

            assert process.wait(timeout=20) == 130
            assert process.stderr.read().splitlines()[-1] == "trialside: Interrupted."


_LOST = """
import os, signal, time, weakref
from harvester.cli.program import _terminated_as_interrupted

class Thing:
    pass

def callback(reference):
    os.kill(os.getpid(), signal.SIGTERM)
    sum(range(1000))  # the stop comes while this runs, and Python ignores it here

with _terminated_as_interrupted():
    thing = Thing()
    kept = weakref.ref(thing, callback)
    try:
        del thing
        for _ in range(500):
            time.sleep(0.01)
    except KeyboardInterrupt:
        print("stopped")
"""


def test_a_stop_that_comes_within_a_callback_is_not_lost() -> None:
    done = subprocess.run([sys.executable, "-c", _LOST], capture_output=True, text=True, timeout=30, check=False)

    assert done.stdout == "stopped\n"
    assert "Traceback" not in done.stderr
