"""JSON of pages: every field, no surprises, the same bytes each time."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

import pytest

from harvester.export.json import json_text, plain
from tests.unit.export.made_comparison import made_comparison


@dataclass(frozen=True)
class Thing:
    name: str
    parts: tuple[str, ...]
    hidden: str = field(default="x", metadata={"json": False})


def test_fields_keep_their_order_and_hidden_ones_stay_out() -> None:
    assert plain(Thing("a", ("b",))) == {"name": "a", "parts": ["b"]}
    assert json_text({"b": 1, "a": Thing("ä", ())}) == '{\n "b": 1,\n "a": {\n  "name": "ä",\n  "parts": []\n }\n}\n'


def test_a_comparison_is_written_as_it_describes_itself() -> None:
    made = made_comparison()

    assert json.loads(json_text(made)) == json.loads(json.dumps(made.as_json()))
    assert json_text(made) == json_text(made_comparison())


def test_what_no_file_can_hold_is_escaped() -> None:
    text = json_text({"a": "\ud800"})

    assert text.encode("utf-8")
    assert json.loads(text) == {"a": "\ud800"}


def test_no_number_that_is_none_is_written() -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        json_text({"a": float("nan")})
