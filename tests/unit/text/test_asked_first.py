"""What is asked before an expression holds of each of its ways: else one that is added would never be asked."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from harvester.text.expressions.definition_file import expression

# That each way holds it is asked here; which lines a reading goes through, the pages of tests/spec tell.
pytestmark = pytest.mark.no_cover


def _ways(written: str) -> Iterator[str]:
    """The alternatives of an expression, as written."""
    depth = begun = 0
    for found in re.finditer(r"\\.|\[(?:\\.|[^\]\\])+\]|[()|]", written):
        depth += {"(": 1, ")": -1}.get(found.group(), 0)
        if found.group() == "|" and depth == 0:
            yield written[begun : found.start()]
            begun = found.end()
    yield written[begun:]


def _apart(name: str) -> list[str]:
    return [way.replace(r"\b", " ") for way in _ways(expression(name).pattern.pattern)]


def test_ways_are_told_apart() -> None:
    assert list(_ways(r"a(?:b|c)|[|)]d|\|e")) == ["a(?:b|c)", "[|)]d", r"\|e"]


@pytest.mark.parametrize("name", ["ways.left", "ways.right"])
def test_another_way_in_is_told_by_or(name: str) -> None:
    assert [way for way in _apart(name) if not re.search(r"(?<![\w\\])or\b", way)] == []


def test_a_subject_stands_before_a_demand() -> None:
    ways = _apart("whom.subject")

    assert [way for way in ways if not re.search(r"\(\?:must\|should\|need to", way)] == []
    told = {word for way in ways for demand in re.findall(r"\(\?:must\|[a-z |]+\)", way) for word in demand[3:-1].split("|")}
    assert [word for word in told if not re.search("must|should|need|have to|has to|required to|may have|can have", word)] == []


def test_a_condition_before_a_value_ends_in_a_sign_or_names_people_first() -> None:
    ways = _apart("modifier.condition_left")

    assert [way for way in ways if "[,:]" not in way and not way.startswith(r"(?:^|:)\s*(?P<people>for ")] == []
