"""The table of examinations (README.md) names tests that exist, and every examination stands in it."""

from __future__ import annotations

import re
from pathlib import Path

TESTS = Path(__file__).parents[1]
TABLE = Path(__file__).with_name("README.md").read_text(encoding="utf-8")
NAMED = re.compile(r"`(test_\w+\.py)::(test_\w+)`")
DEFINED = re.compile(r"^\s*(?:async )?def (test_\w+)\(", re.MULTILINE)
NOT_IN_EXAMS = re.compile(r"test_(?:table|network_client|command_line|network_garbage)\.py")
"""Files of which some tests examine manners that no line of the table asks for."""


def defined(pattern: str) -> set[tuple[str, str]]:
    return {(path.name, name) for path in TESTS.glob(pattern) for name in DEFINED.findall(path.read_text(encoding="utf-8"))}


def test_every_test_that_is_named_exists() -> None:
    assert set(NAMED.findall(TABLE)) - defined("**/test_*.py") == set()


def test_every_examination_is_named_or_is_the_short_form_of_one() -> None:
    named = {name for _, name in NAMED.findall(TABLE)}
    short = {"test_killed_a_few_times", "test_a_reader_in_a_long_transaction", "test_mutated_synthetic_records"}
    short |= {"test_a_morning_of_refreshes", "test_a_few_refreshes_are_killed", "test_all_real_records_are_loaded"}
    found = {(file, name) for file, name in defined("exam/test_*.py") if not NOT_IN_EXAMS.fullmatch(file)}

    assert {name for _, name in found} - named - short == set()


def test_every_line_names_a_test() -> None:
    lines = [line for line in TABLE.splitlines() if line.startswith("| ") and not line.startswith(("| what", "|---"))]

    assert len(lines) > 60
    assert [line for line in lines if not NAMED.search(line)] == []
