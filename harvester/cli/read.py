"""`trialside read`: what the program reads from a text, one JSON object a line in, one a line out."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator
from importlib import import_module
from typing import Any, Final

import click

from harvester.cli.console import say
from harvester.cli.options import command as declare
from harvester.cli.options import settings_of
from harvester.errors import InputError
from harvester.registry.json_text import Damaged, decode, text_of

Answer = Callable[[dict[str, Any]], dict[str, Any]]

READERS: Final = {
    "criteria": ("harvester.text.criteria.criteria_answer", "answer_criteria"),
    "doses": ("harvester.text.doses.dose_answer", "answer_doses"),
    "schedule": ("harvester.text.schedules.schedule", "answer_schedule"),
}
"""What can be read -> the function that answers; loaded when it is asked for, since each brings its definitions."""


@declare("read")
@click.argument("what", type=click.Choice(sorted(READERS)))
@click.pass_context
def command(context: click.Context, what: str) -> None:
    """Read criteria, doses or a schedule from texts on standard input, one JSON object a line; answers likewise.

    \b
    echo '{"id": "a", "text": "ALT <= 3 x ULN", "section": "inclusion"}' | trialside read criteria
    echo '{"id": "b", "text": "9 ug/day IV, days 1-3", "agents": ["blinatumomab"]}' | trialside read doses
    echo '{"id": "c", "text": "on day 1 every 3 weeks"}' | trialside read schedule

    "section" is inclusion, exclusion or null; "agents" are the names a dose may belong to. Offsets in answers count
    code points of the text, from 0, the end not included.
    """
    module, name = READERS[what]
    answer: Answer = getattr(import_module(module), name)
    if sys.stdin.isatty():
        say(settings_of(context), "Type one JSON object a line; end with Ctrl-D.")
    for number, question in questions(sys.stdin.buffer):
        try:
            answered = answer(question)
        except ValueError as problem:  # what the reader says of a question it cannot take
            raise _bad(number, f"cannot be answered: {problem}") from None
        click.echo(json.dumps(answered, ensure_ascii=False, allow_nan=False))


def questions(lines: Iterable[bytes]) -> Iterator[tuple[int, dict[str, Any]]]:
    """The questions with the numbers of their lines, empty ones left out. Raises InputError naming the line that is none."""
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            question = decode(text_of(line))
        except Damaged as problem:
            raise _bad(number, str(problem)) from None
        if not isinstance(question, dict) or not isinstance(question.get("text"), str):
            raise _bad(number, 'is not an object with a "text"')
        yield number, question


def _bad(number: int, what: str) -> InputError:
    return InputError(f"Line {number} of standard input {what}", 'Write one object a line, as {"id": "a", "text": "…"}.')
