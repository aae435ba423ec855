"""The corrections file as commands take it: ``--corrections``, the environment, or the one beside the database's usual place."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Final, TypeVar

import click

from harvester import resources
from harvester.errors import InputError
from harvester.normalise import NO_CORRECTIONS, BadCorrections, Corrections, read_corrections
from harvester.tables import Correction

CORRECTIONS: Final = Path("db/corrections.csv")
_ASKED: Final = "trialside.corrections"
_GRAMMAR: Final = "Its grammar stands on top of db/corrections.csv; nothing was changed."

F = TypeVar("F", bound=Callable[..., Any])


def corrections_option(function: F) -> F:
    """Give a command ``--corrections``; `corrections_of` gives what the file says."""
    add = click.option(
        "--corrections",
        type=click.Path(path_type=Path),
        metavar="PATH",
        expose_value=False,
        callback=lambda context, parameter, value: context.meta.update({_ASKED: value}),
        help=f"Corrections of readings. [env TRIALSIDE_CORRECTIONS; default {CORRECTIONS}]",
    )
    return add(function)


def no_corrections(context: click.Context) -> Corrections:
    """None, for a command that reads nothing anew. Raises UsageError where a file was named that would be passed over."""
    if context.meta.get(_ASKED) is not None:
        by = "what is stored is corrected by: trialside normalise --corrections FILE"
        raise click.UsageError(f"Nothing is read anew here for --corrections to correct; {by}", context)
    return NO_CORRECTIONS


def corrections_of(context: click.Context) -> Corrections:
    """The corrections of the file that was asked for, or that the environment or the usual place names. Raises InputError."""
    named = context.meta.get(_ASKED) or (Path(text) if (text := os.environ.get("TRIALSIDE_CORRECTIONS")) else None)
    if named is not None:
        return corrections_in(named)
    usual = next((path for path in (CORRECTIONS, resources.corrections_file()) if path.is_file()), None)
    return corrections_in(usual) if usual else NO_CORRECTIONS


def corrections_in(path: Path) -> Corrections:
    """The corrections of a file. Raises InputError naming the file, and the line that breaks its grammar."""
    try:
        return read_corrections(path.read_text(encoding="utf-8"))
    except BadCorrections as problem:
        raise InputError(f"{path} line {problem.line}: {problem.what}", _GRAMMAR) from None
    except (OSError, UnicodeDecodeError) as problem:
        why = problem.strerror if isinstance(problem, OSError) else "it is not UTF-8 text"
        raise InputError(f"{path} cannot be read as corrections ({why})", "Name a CSV file with --corrections.") from None


def told(corrections: Iterable[Correction]) -> list[str]:
    """How many corrections were applied, and which are void and why; nothing where there are none."""
    made = list(corrections)
    void = [each for each in made if each.state == "void"]
    lines = [f"corrections: {len(made) - len(void)} applied, {len(void)} void"] if made else []
    return lines + [f"void: {each.nct_id} {each.column_name or each.action} by {each.who}: {each.void_reason}" for each in void]
