"""The layout of long expressions: nothing of them is lost, and the definition files stand as it lays them out."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester.definition_file import lines_of
from harvester.text.expressions.layout import LISTS, PAIRS, WIDTH, file_laid_out, laid_out

DEFINITIONS = Path(__file__).parents[3] / "harvester" / "text" / "definitions"

WORD = st.text(alphabet="abc ", min_size=1, max_size=24).map(lambda word: word.replace("  ", " "))


def _in_brackets(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Alternatives in a group, and what follows it."""
    opened = st.sampled_from(["(", "(?:", "(?=", "(?<!", "(?P<name>", "(?-i:"])
    return st.tuples(opened, st.lists(inner, min_size=1, max_size=6), st.sampled_from(["", "?", "+", "{0,3}"])).map(
        lambda made: f"{made[0]}{'|'.join(made[1])}){made[2]}"
    )


PARTS = st.sampled_from([r"\(", r"\b", r"[^()|]", r"[\]\[]", "{people}", "{name a|b}", "#", r"\|"])
EXPRESSION = st.lists(
    st.recursive(WORD | PARTS, lambda inner: _in_brackets(st.lists(inner, max_size=4).map("".join)), max_leaves=30),
    max_size=12,
).map("|".join)


@given(EXPRESSION.map(str.strip))
def test_put_together_again_it_is_the_expression(expression: str) -> None:
    lines = laid_out(expression) if expression else []

    assert "".join(line.strip() for line in lines) == expression
    assert not any(line.lstrip().startswith("#") for line in lines[1:])


@pytest.mark.parametrize("name", PAIRS + LISTS)
def test_the_files_are_laid_out(name: str) -> None:
    """``make docs`` lays them out."""
    text = (DEFINITIONS / name).read_text(encoding="utf-8")

    assert file_laid_out(text, name in PAIRS) == text


def test_a_spelling_more_is_one_line_of_a_change() -> None:
    spellings = [f"spelling {number:03}" for number in range(60)]
    before = laid_out(rf"\b(?:{'|'.join(spellings)})\b")
    after = laid_out(rf"\b(?:{'|'.join([*spellings, 'one more'])})\b")

    assert len(set(after) - set(before)) == 1
    assert max(map(len, before)) <= WIDTH


def test_a_file_says_the_same_however_it_is_broken(tmp_path: Path) -> None:
    text = "# words\n\n[list]\n(?:a\n    |b)\n" + f"(?:{'|'.join(['word'] * 60)})x\n"
    path, laid = tmp_path / "a.txt", tmp_path / "b.txt"
    path.write_text(text, encoding="utf-8")
    laid.write_text(file_laid_out(text, pairs=False), encoding="utf-8")

    assert lines_of(laid) == lines_of(path)
    assert len(laid.read_text(encoding="utf-8").split("\n")) > len(text.split("\n"))
