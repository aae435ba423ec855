"""The program: finds commands by name, and turns whatever ends a command into one line and an exit code."""

from __future__ import annotations

import _thread
import ast
import atexit
import gc
import os
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from importlib import import_module
from io import TextIOWrapper
from pathlib import Path
from types import FrameType
from typing import Any, Final

import click

from harvester.compiled import keep_compiled
from harvester.errors import OutputFailed, TrialsideError

COMMANDS: Final = (
    "demo",
    "harvest",
    "refresh",
    "status",
    "normalise",
    "show",
    "search",
    "related",
    "compare",
    "screen",
    "diff",
    "cite",
    "export",
    "read",
    "check",
    "publish",
    "serve",
    "completion",
)
"""Every command has its file here, in the order that help shows them."""

HIDDEN_COMMANDS: Final = ("docs",)

ARGUMENTS: Final = "trialside.arguments"
"""Where a run's context keeps the arguments as typed."""

_BETWEEN_LOOKS: Final = 100_000
"""Objects between two looks for garbage: more than a start makes, which all stay; to go through them takes a twentieth of it."""

INTERRUPTED: Final = 130
BAD_INPUT: Final = 2
STORAGE: Final = 5
BUG: Final = 1

FIRST_FREE: Final = 3
"""The first file descriptor that is no standard stream."""


def _help_of(name: str) -> str:
    """The help of a command, read from its file."""
    source = Path(__file__).with_name(f"{name}.py").read_text(encoding="utf-8")
    functions = (node for node in ast.parse(source).body if isinstance(node, ast.FunctionDef) and node.name == "command")
    return "".join(ast.get_docstring(node) or "" for node in functions)


class Program(click.Group):
    """A group whose commands are loaded when they are named, and which ends every run in one place."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names of the commands, in the order that help shows them."""
        return [*COMMANDS, *HIDDEN_COMMANDS]

    def make_context(self, info_name: str | None, args: list[str], *rest: Any, **extra: Any) -> click.Context:
        """The context of a run; keeps the arguments as typed, for the history of harvests."""
        typed = list(args)
        context = super().make_context(info_name, args, *rest, **extra)
        context.meta[ARGUMENTS] = typed
        return context

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, or None."""
        if cmd_name not in (*COMMANDS, *HIDDEN_COMMANDS):
            return None
        if cmd_name != "serve":  # which lives long
            gc.set_threshold(_BETWEEN_LOOKS)
        command: click.Command = import_module(f"harvester.cli.{cmd_name}").command
        return command

    def resolve_command(self, ctx: click.Context, args: list[str]) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that is meant. Raises UsageError, which names the one that is spelled alike."""
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as problem:
            from difflib import get_close_matches

            alike = get_close_matches(args[0], COMMANDS, 1)
            hint = f" Did you mean {alike[0]}?" if alike else ""
            raise click.UsageError(f"{problem.message}{hint}", ctx) from None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The commands with the first words of their help, which stand in their files: none has to be loaded for them."""
        limit = formatter.width - 6 - max(map(len, COMMANDS))
        with formatter.section("Commands"):
            formatter.write_dl([(name, click.Command(name, help=_help_of(name)).get_short_help_str(limit)) for name in COMMANDS])

    def main(self, args: Sequence[str] | None = None, prog_name: str | None = None, *rest: Any, **extra: Any) -> Any:
        """Run, and leave with the family's exit code (see `harvester.errors`); one line on standard error says why."""
        if not extra.get("standalone_mode", True):
            return super().main(args, prog_name or self.name, *rest, **extra)
        _prepare_streams()
        atexit.register(gc.freeze)  # what is left goes with the process: to look through it for garbage first takes its time
        keep_compiled(os.environ.get("TRIALSIDE_CACHE"))
        with _terminated_as_interrupted():
            code = self._run(args, prog_name or self.name, *rest, **{**extra, "standalone_mode": False})
        sys.exit(_flushed(code))

    def _run(self, args: Sequence[str] | None, prog_name: str | None, *rest: Any, **extra: Any) -> int:
        try:
            code = super().main(args, prog_name, *rest, **extra)
        except BaseException as problem:
            line, code = ending(problem)
            if line:
                _say(f"trialside: {line}")
            if code == BUG and _wants_traceback(sys.argv[1:] if args is None else args):
                _say("".join(traceback.format_exception(problem)))
        return code if isinstance(code, int) else 0

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; a reader of standard output who has had enough (`| head`) ends it quietly."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            _drop_stdout()
            return 0


def ending(problem: BaseException) -> tuple[str, int]:
    """The one line for a person (may be empty) and the exit code for whatever ended a run."""
    match problem:
        case TrialsideError():
            return problem.line, problem.exit_code
        case click.exceptions.NoArgsIsHelpError():
            return "", _show_help(problem)
        case click.UsageError():
            return _usage_line(problem), BAD_INPUT
        case click.ClickException():
            return _one_line(problem.format_message()), BAD_INPUT
        case click.Abort() | KeyboardInterrupt():
            return "Interrupted.", INTERRUPTED
        case SystemExit():
            return "", problem.code if isinstance(problem.code, int) else BUG
        case OSError():
            return _disk_line(problem), STORAGE
        case _:
            return _bug_line(problem), BUG


def _show_help(problem: click.exceptions.NoArgsIsHelpError) -> int:
    click.echo(problem.format_message(), err=True)
    return BAD_INPUT


def _usage_line(problem: click.UsageError) -> str:
    command = problem.ctx.command_path if problem.ctx else "trialside"
    said = _one_line(problem.format_message()).rstrip(".")
    return f"{said}{'' if said.endswith('?') else '.'} See {command} --help."


def _disk_line(problem: OSError) -> str:
    where = f" ({problem.filename})" if problem.filename else ""
    what = problem.strerror or str(problem) or type(problem).__name__
    return OutputFailed(_one_line(f"{what}{where}"), "Check the disk and the permissions, then run the command again.").line


def _bug_line(problem: BaseException) -> str:
    frames = traceback.extract_tb(problem.__traceback__)
    place = f" at {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    said = _one_line(str(problem))[:200]
    return f"This is a bug: {type(problem).__name__}{place}: {said}. Please report this line; -vv shows where it arose."


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _wants_traceback(args: Sequence[str]) -> bool:
    return any(arg.startswith("-vv") for arg in args) or sum(arg in ("-v", "--verbose") for arg in args) > 1


def _say(line: str) -> None:
    """Write to standard error, which may itself be closed or full."""
    with suppress(OSError, ValueError):
        click.echo(line, err=True)


def _prepare_streams() -> None:
    """Data is UTF-8 wherever it goes; a character that cannot be shown is written as an escape, never an error."""
    _hold_closed_streams()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding=None if stream.isatty() else "utf-8", errors="backslashreplace")


def _hold_closed_streams() -> None:
    """A standard stream that the caller closed leads nowhere, so that no file opened later can take its place."""
    while (descriptor := os.open(os.devnull, os.O_RDWR)) < FIRST_FREE:
        pass
    os.close(descriptor)
    for name in ("stdin", "stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "r" if name == "stdin" else "w", encoding="utf-8"))  # noqa: SIM115


def _flushed(code: int) -> int:
    """The exit code once standard output has really been written: a full disk shows only now."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        _drop_stdout()
    except OSError as problem:
        _drop_stdout()
        if code == 0:
            _say(f"trialside: {_disk_line(problem)}")
        return code or STORAGE
    return code


def _drop_stdout() -> None:
    """Send what is left for standard output nowhere, so that closing it cannot fail."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


@contextmanager
def _terminated_as_interrupted() -> Iterator[None]:
    """Let SIGTERM end a run as Ctrl-C does: transactions roll back, locks are let go."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before, told = signal.signal(signal.SIGTERM, _interrupt), sys.unraisablehook
    sys.unraisablehook = partial(_asked_again, told)
    try:
        yield
    finally:
        sys.unraisablehook = told
        signal.signal(signal.SIGTERM, before)


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _asked_again(otherwise: Callable[[sys.UnraisableHookArgs], object], lost: sys.UnraisableHookArgs) -> None:
    """A stop that comes while Python runs a callback of its own, as when it loads a module, is printed there and lost.

    It is asked for once more, a moment later; all else is told as ever.
    """
    if issubclass(lost.exc_type, KeyboardInterrupt):
        threading.Timer(0.01, _thread.interrupt_main).start()
    else:
        otherwise(lost)
