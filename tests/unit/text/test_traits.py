"""What is kept of the expressions is what is worked out of them, and nearly all is kept."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from functools import cache

import pytest

from harvester.text.expressions import traits
from harvester.text.expressions.traits import KEPT, needed_by, openings_of, openings_worked_out, traits_of, worked_out

FEW = 20
"""Expressions that may be new or gone since the file was written: each costs a start a millisecond."""
WORKED_OUT = "from harvester.text.expressions.traits import kept_text; print(kept_text())"
AGAIN = "write the file again: python -m harvester.text.expressions.traits"


@cache
def _written() -> tuple[dict[str, object], dict[str, object]]:
    """What the file says, and what it should say: worked out in a process of its own, as tests state expressions, too."""
    right = subprocess.run([sys.executable, "-c", WORKED_OUT], capture_output=True, check=True, text=True)
    return json.loads(KEPT.read_bytes()), json.loads(right.stdout)


@pytest.mark.no_cover
def test_nothing_wrong_is_kept() -> None:
    """A gate that asks for the wrong words would lose what a rule reads."""
    kept, right = _written()

    assert {digest: told for digest, told in kept.items() if digest in right and right[digest] != told} == {}, AGAIN


@pytest.mark.no_cover
def test_nearly_all_is_kept() -> None:
    """And hardly anything of expressions that are no more."""
    kept, right = _written()

    assert len(right) > 300
    assert len(right.keys() - kept.keys()) <= FEW, AGAIN
    assert len(kept.keys() - right.keys()) <= FEW, AGAIN


def test_kept_and_worked_out_are_the_same() -> None:
    """As they are used: sets of words and signs."""
    for pattern in traits.stated():
        assert traits_of(pattern) == worked_out(pattern), pattern.pattern
    for pattern in traits.plain():
        assert needed_by(pattern) in (None, worked_out(pattern).needed), pattern.pattern
    for pattern in traits.stated(opened_only=True):
        assert openings_of(pattern) == openings_worked_out(pattern), pattern.pattern


def test_an_expression_that_is_not_kept_is_worked_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """A new rule works before the file is written again, and without the file."""
    new = re.compile(r"\bnever (?:stated|seen) \d", re.IGNORECASE)

    assert traits_of(new) == ({"never s"}, None, False, True, {"n"})
    monkeypatch.setattr(traits, "KEPT", KEPT.with_name("missing.json"))
    traits._kept.cache_clear()
    try:
        assert [traits_of(pattern) for pattern in traits.stated()[:50]] == [worked_out(p) for p in traits.stated()[:50]]
    finally:
        traits._kept.cache_clear()
