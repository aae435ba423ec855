"""Patterns that compile at their first use: what they answer, and that every expression of the rules can be compiled."""

from __future__ import annotations

import gc
import os
import re
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import Any, cast

import pytest

import harvester.text
from harvester.text.expressions import pattern
from harvester.text.expressions.definition_file import definition_pairs
from harvester.text.expressions.pattern import Stated, pattern_of
from harvester.text.expressions.traits import needed_by, plain

TEXT = Path(str(harvester.text.__file__)).parent
MODULES = sorted(".".join(path.relative_to(TEXT).with_suffix("").parts) for path in TEXT.rglob("*.py") if path.stem != "__init__")


def test_a_pattern_answers_as_the_compiled_one() -> None:
    """Every way to ask, and what is told without asking."""
    late, known = pattern_of(r"(?P<n>\d+) ?(mg)", re.I), re.compile(r"(?P<n>\d+) ?(mg)", re.I)
    text = "take 5 MG, then 10mg"

    assert (late.pattern, late.flags) == (known.pattern, known.flags)
    assert [found.span() for found in late.finditer(text)] == [found.span() for found in known.finditer(text)]
    assert late.findall(text) == known.findall(text)
    assert late.split(text) == known.split(text)
    assert late.sub("-", text, 1) == known.sub("-", text, 1)
    assert late.subn("-", text) == known.subn("-", text)
    assert (late.groups, dict(late.groupindex)) == (known.groups, dict(known.groupindex))
    for ask in ("search", "match", "fullmatch"):
        told, right = getattr(late, ask)(text, 5, 9), getattr(known, ask)(text, 5, 9)

        assert (told and (told.span(), told["n"])) == (right and (right.span(), right["n"]))


def test_nothing_is_compiled_before_it_is_asked() -> None:
    """A mistake shows at the first question, not where the pattern is stated; there are no other attributes."""
    wrong = pattern_of("(never closed")

    assert "never closed" in repr(wrong)
    with pytest.raises(re.error):
        wrong.search("text")
    with pytest.raises(AttributeError):
        _ = cast("Any", wrong).other


def test_a_long_expression_is_compiled_where_it_may_match(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not in texts without what it needs, unless they are many; what it answers is the same."""
    made: list[str] = []
    monkeypatch.setattr(pattern, "_compile", [lambda told, flags: made.append(told) or re.compile(told, flags)])
    told = max((each.pattern for each in plain() if each.flags & re.IGNORECASE), key=len)
    needs = sorted(needed_by(re.compile(told, re.IGNORECASE)) or ())
    for texts in (["nothing"] * 200, needs):
        late, known = pattern_of(told, re.IGNORECASE), re.compile(told, re.IGNORECASE)
        made.clear()

        assert late.search(texts[0]) is None or texts[0] != "nothing"
        assert made == ([] if texts[0] == "nothing" else [told])
        for text in texts:
            assert [str(late.search(text)), str(late.match(text, 1))] == [str(known.search(text)), str(known.match(text, 1))]
        assert made == [told]


def test_a_method_that_was_taken_before_compiles_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who tries many places takes the method first: it stands for the compiled one from its first match on."""
    made: list[str] = []
    monkeypatch.setattr(pattern, "_compile", [lambda told, flags: made.append(told) or re.compile(told, flags)])
    told = max((each.pattern for each in plain() if each.flags & re.IGNORECASE), key=len)
    known = re.compile(told, re.IGNORECASE)
    needs = sorted(needed_by(known) or ())
    for name in ("search", "match"):
        asks = getattr(pattern_of(told, re.IGNORECASE), name)
        made.clear()

        assert [str(asks(text)) for text in needs * 3] == [str(getattr(known, name)(text)) for text in needs * 3]
        assert made == [told]


def test_every_expression_of_the_rules_compiles() -> None:
    """Those of the modules, and those of the definition files."""
    for name in MODULES:
        import_module(f"harvester.text.{name}")
    for _, told in definition_pairs("expressions.txt"):
        assert re.compile(told).groups >= 0  # not by its name, which is kept: no module asks for all of them without their case
    stated = [each for each in gc.get_objects() if isinstance(each, Stated) and "(never closed" not in each.pattern]

    assert len(stated) > 500
    for each in stated:
        assert each.groups >= 0  # which compiles it, whatever it needs


def test_expressions_are_the_same_in_every_process() -> None:
    """However the interpreter orders its sets: what is kept between runs is found by the whole expression."""
    telling = (
        "from harvester.text.expressions.pattern import Stated\n"
        "from harvester.text.expressions.traits import stated; import gc, hashlib\n"
        "told = {each.pattern for each in [*stated(), *gc.get_objects()] if isinstance(each, Stated)}\n"
        "print(hashlib.sha256(repr(sorted(told)).encode()).hexdigest(), len(told))"
    )
    told = {
        subprocess.run(
            [sys.executable, "-c", telling], capture_output=True, text=True, check=True, cwd=TEXT.parents[1], timeout=60,
            env={**os.environ, "PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("1", "2", "3")
    }  # fmt: skip

    assert len(told) == 1, told


def test_loading_the_rules_compiles_few_expressions() -> None:
    """Counted, not timed: what compiles while modules load is paid by every command that reads one line."""
    counting = (
        "import re, sys\n"
        "from importlib import import_module\n"
        "import harvester.text.expressions.pattern\n"
        "made, whole = [], re.compile\n"
        "def noted(*given):\n"
        "    if sys._getframe(1).f_globals['__name__'].startswith('harvester.'): made.append(given)\n"
        "    return whole(*given)\n"
        "re.compile = noted\n"
        "for name in sys.argv[1:]: import_module('harvester.text.' + name)\n"
        "print(len(made))"
    )
    done = subprocess.run(
        [sys.executable, "-c", counting, *MODULES], capture_output=True, text=True, check=True, cwd=TEXT.parents[1], timeout=60
    )

    assert int(done.stdout) <= 10


@pytest.mark.parametrize("name", ["expressions.txt", "populations.txt", "diseases.txt", "stages.txt"])
def test_no_name_is_told_twice(name: str) -> None:
    """The last of two would hold, and the first would be corrected in vain."""
    names = [key for key, _ in definition_pairs(name)]

    assert sorted({key for key in names if names.count(key) > 1}) == []
