"""`trialside read`: one question a line, one answer a line."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from click.testing import Result

Run = Callable[..., Result]


def answers(result: Result) -> list[dict[str, object]]:
    assert result.exit_code == 0, result.stderr
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_criteria(run: Run) -> None:
    (answer,) = answers(run("read", "criteria", text='{"id": "a", "text": "ALT \\u2264 3 x ULN", "section": "exclusion"}\n'))

    assert answer["id"] == "a"
    (fact,) = answer["facts"]  # type: ignore[misc]
    assert (fact["concept"], fact["comparator"], fact["high"], fact["reference"]) == ("alt", "<=", 3.0, "ULN")


def test_doses(run: Run) -> None:
    text = json.dumps({"id": 7, "text": "Betacept 20 mg orally twice daily", "agents": ["betacept"]})

    (answer,) = answers(run("read", "doses", text=text))

    assert answer["id"] == 7
    (dose,) = answer["doses"]  # type: ignore[misc]
    assert (dose["agent"], dose["amount_low"], dose["unit"], dose["route"]) == ("betacept", 20.0, "mg", "oral")


def test_schedules_in_order_and_empty_lines_left_out(run: Run) -> None:
    text = '\n{"id": "a", "text": "on day 1 every 3 weeks"}\n\n{"id": "b", "text": "every 3 weeks"}'

    first, second = answers(run("read", "schedule", text=text))

    assert (first["days"], first["cycle_days"]) == ([[1, 1]], 21)
    assert (second["days"], second["interval_days"]) == (None, 21)


def test_nothing_in_nothing_out(run: Run) -> None:
    assert answers(run("read", "schedule", text="")) == []


@pytest.mark.parametrize(
    "line",
    [b"{", b"[]", b'"text"', b"{}", b'{"text": 3}', b"\xff\xfe\x00", b'{"text": "\\ud800"}', b"[" * 100_000, b'{"text": NaN}'],
)
def test_a_line_that_is_no_question_is_named(run: Run, line: bytes) -> None:
    """What was answered before it stands."""
    result = run("read", "schedule", text=b'{"text": "every 3 weeks"}\n' + line + b"\n")

    assert result.exit_code == 2
    assert result.stdout.count("\n") == 1
    assert result.stderr.startswith("trialside: Line 2 of standard input")
    assert result.stderr.count("\n") == 1


@pytest.mark.parametrize("what", ["criteria", "doses", "schedule"])
@pytest.mark.parametrize(
    "extra", [{"id": None}, {"section": 4}, {"agents": "x"}, {"agents": [1, None]}, {"section": "elsewhere"}]
)
def test_strange_fields_are_no_bug(run: Run, what: str, extra: dict[str, object]) -> None:
    result = run("read", what, text=json.dumps({"text": "20 mg daily; ALT < 3 x ULN", **extra}))

    assert result.exit_code in (0, 2), result.stderr


@pytest.mark.parametrize("agents", ["betacept", 5, [1, None], {"betacept": 1}])
def test_agents_that_are_no_list_of_names_are_refused(run: Run, agents: object) -> None:
    """Taken as none, they would leave each dose without its agent, and nobody would know why."""
    refused = run("read", "doses", text=json.dumps({"text": "20 mg daily", "agents": agents}))

    assert refused.exit_code == 2
    assert '"agents" must be a list of names' in refused.stderr
