"""No text makes an expression try very many ways: what is repeated can be taken from a text in few ways."""

from __future__ import annotations

import gc
import re
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

import harvester
from harvester.text.expressions.definition_file import definition_pairs, expression
from harvester.text.expressions.pattern import Stated
from harvester.text.expressions.traits import stated
from tests.ambiguity import chains, pumps
from tests.walks import steps

pytestmark = pytest.mark.no_cover

TIMES = 24
"""So often what can be taken in more ways than one stands in a text: twice as often would be the square of the steps."""
LETTERS = 160
"""So long is a text that several repeats one behind the other can part among them."""
MOST = 100_000
"""Steps of one expression from one place of such a text; 20 thousand are tried in a millisecond."""
ROOT = Path(harvester.__file__).parent
_ASKED = re.compile(r"expression\(\s*\"([\w.]+)\"(, exact=True)?")


@cache
def _expressions() -> tuple[tuple[str, int], ...]:
    """All that the rules state, those of the definition files as the rules ask for them, and what modules compile at once."""
    stated()
    named = dict(definition_pairs("expressions.txt"))
    for path in sorted(ROOT.rglob("*.py")):
        for asked in _ASKED.finditer(path.read_text(encoding="utf-8")):
            if asked[1] in named:
                expression(asked[1], bool(asked[2]))
    found = [each for each in gc.get_objects() if isinstance(each, Stated)]
    compiled = [
        each for path in sorted(ROOT.rglob("*.py")) for each in vars(_module(path)).values() if isinstance(each, re.Pattern)
    ]
    patterns: list[Any] = [*found, *(each for each in compiled if isinstance(each.pattern, str))]
    return tuple(sorted({(each.pattern, int(each.flags) & ~int(re.UNICODE)) for each in patterns}))


def _module(path: Path) -> Any:
    name = ".".join(("harvester", *path.relative_to(ROOT).with_suffix("").parts)).removesuffix(".__init__")
    return import_module("harvester" if path.stem == "__main__" else name)


def _worst(expression_: str, flags: int = 0) -> tuple[int, str]:
    """The most steps that one of the texts made for an expression costs, with that text."""
    tried = [(pump.part, pump.text(TIMES)) for pump in pumps(expression_, flags)]
    tried += [(pump.part, pump.text(LETTERS // len(pump.again))) for pump in chains(expression_, flags)]
    return max(((steps(part, text), text) for part, text in tried), default=(0, ""))


@pytest.mark.parametrize("turn", range(4))
def test_no_expression_can_be_walked_in_very_many_ways(turn: int) -> None:
    """Mend one that can: no word twice in a repeated list, no blank that two neighbours may take, ``*+`` behind a word."""
    dear = {
        expression_: worst for expression_, flags in _expressions()[turn::4] if (worst := _worst(expression_, flags))[0] > MOST
    }

    assert dear == {}


def test_the_expressions_are_found() -> None:
    """Those of definition files among them."""
    assert len(_expressions()) > 2500


@pytest.mark.parametrize(
    "dear",
    [
        r"(?:a+)+b",
        r"(?:\w+\s?)*:",
        r"(?: ?[a-z][\w-]*){1,4}(?:,(?: ?[a-z][\w-]*){1,4}){1,5}$",
        r"(?:[ ,](?:and|or|and/or|/))*(?:and|or|and/or|/| )*$",
        r"(?:(?:with|for|with) )*$",
        r"x(?= ?,?(?: ?,? ?\d)*y)",
        r"(?:x(?:|y?))*z",
        r"(?:\w+ ?){1,5}$",
        r"\s*(?:such as)?\s*(?:other)?\s*:?\s*$",
        r"[^.]{0,80}\bor\b[^.]{0,80}[^;]{0,80}[^,]{0,80}x",
        r"(?:or ?(?: ?(?!not\b)[a-z][\w-]*){1,4}|(?:, ?(?:(?!not\b)[a-z][\w-]* ?){1,4}){1,5},? ?or [a-z]+)\s*[.;]?\s*$",
    ],
)
def test_what_is_dear_is_told(dear: str) -> None:
    """Repeats in repeats, words that are others put together, words told twice; inside a lookaround, too."""
    assert _worst(dear)[0] > MOST


@pytest.mark.parametrize(
    "cheap",
    [
        r"(?: [a-z][\w-]*){1,4}:",
        r"(?: ?[a-z][\w-]*+){1,40}:",
        r"(?:\b\w+ ?)*:",
        r"(?>\w+\s?)*:",
        r"(?:(?:and|or|/) ?)*$",
        r"[^.]{0,80}:",
        r"(?:\s*[,;]\s*\w+)+:",
        r"(?:a|ab)(?:c|bcd)",
        r"\s*+(?:such as)?\s*+(?:other)?\s*+:?\s*$",
        r"[^.]{0,80}\bor\b[^.]{0,80}x",
    ],
)
def test_what_is_cheap_is_not_told(cheap: str) -> None:
    """Blanks that must stand between words, ends of words, what keeps what it took."""
    assert _worst(cheap)[0] <= MOST


def test_a_text_of_the_kind_is_what_is_tried() -> None:
    """The text that a dear expression is tried on is one that it walks through."""
    found = list(pumps(r"no (?:(?:with|for|with) )*$"))

    assert found
    for pump in found:
        assert re.fullmatch(r"no (?:(?:with|for) ?)*(?:wit?|w|fo?)?", pump.lead + pump.again * 3)
        assert "with" in pump.again * 2
