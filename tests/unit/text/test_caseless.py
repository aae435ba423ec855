"""The form of an expression for folded text finds what the expression itself finds."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import harvester
from harvester.text.expressions.caseless import Caseless
from harvester.text.expressions.definition_file import definition_lines, definition_lists, definition_pairs
from harvester.text.expressions.folding import folded

# That both ways give the same is asked here; which lines a reading goes through, the pages of tests/spec tell.
pytestmark = pytest.mark.no_cover


@cache
def _expressions() -> tuple[Caseless, ...]:
    """All but those that the rules ask with their case, which have no such form."""
    modules = (path.read_text(encoding="utf-8") for path in Path(harvester.__file__).parent.rglob("*.py"))
    exact = set(re.findall(r"expression\(\s*\"([\w.]+)\", exact=True", "\n".join(modules)))
    named = (*definition_pairs("expressions.txt"), *definition_pairs("presence.txt"))
    told = [value for name, value in named if name not in exact]
    told += [entry.partition(" ")[2] for entries in definition_lists("domains.txt").values() for entry in entries]
    return tuple(Caseless(re.compile(expression, re.IGNORECASE)) for expression in told)


@cache
def _runs() -> tuple[str, ...]:
    told = " ".join(line for name in ("expressions.txt", "presence.txt", "domains.txt") for line in definition_lines(name))
    return tuple(dict.fromkeys(re.findall(r"[A-Za-z][A-Za-z0-9' -]{2,30}", told)))


RUNS = st.deferred(lambda: st.sampled_from(_runs()))
TEXTS = st.lists(
    st.one_of(
        RUNS, RUNS.map(str.upper), st.sampled_from(["ſ", "İ", "K", "É", "ﬆ", "②", "(", ".", "≥ 5", "AIDS"]), st.text(max_size=3)
    ),
    max_size=12,
).map(" ".join)


@given(TEXTS, st.integers(0, 12), st.integers(20, 60))
def test_every_expression_finds_the_same(text: str, start: int, end: int) -> None:
    """All places and groups are those of the pattern, with and without bounds."""
    low = folded(text)
    for expression in _expressions():
        pattern = expression.pattern
        for bounds in ((), (start, end)):
            for told, known in (
                (expression.search(text, low, *bounds), pattern.search(text, *bounds)),
                (expression.match(text, low, *bounds), pattern.match(text, *bounds)),
                (expression.fullmatch(text, low, *bounds), pattern.fullmatch(text, *bounds)),
            ):
                assert (told and (told.span(), told.groups())) == (known and (known.span(), known.groups()))


@pytest.mark.parametrize("expression", [r"(?-i:AIDS)\b", r"na\u00efve", r"[0-Z]", r"[ -~]+", r"Ⅲ"])
def test_what_folding_would_change_has_no_small_form(expression: str) -> None:
    """Parts that mind case, letters of other scripts and ranges over both cases are left to the pattern."""
    text = "aids AIDS NAÏVE naïve A [ a ⅲ Ⅲ"
    caseless, pattern = Caseless(re.compile(expression, re.IGNORECASE)), re.compile(expression, re.IGNORECASE)
    found, known = caseless.search(text, folded(text)), pattern.search(text)

    assert found is not None
    assert known is not None
    assert found.span() == known.span()


def test_names_and_escapes_keep_their_letters() -> None:
    """Only letters that stand for themselves are written small."""
    found = Caseless(re.compile(r"(?P<Unit>MG)\W(?P=Unit)\Z", re.IGNORECASE)).search("5 mg/MG", folded("5 mg/MG"))

    assert found is not None
    assert found["Unit"] == "mg"
