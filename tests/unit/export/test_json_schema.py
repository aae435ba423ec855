"""The published schema is that of the code, and every comparison keeps to it."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest

from harvester.export.json_schema import FILE, comparison_schema, schema_text
from tests.unit.compare.test_build import compared, other, reference
from tests.unit.export.made_comparison import made_comparison

VALIDATOR = jsonschema.Draft202012Validator(comparison_schema())


def written() -> dict[str, Any]:
    made: dict[str, Any] = json.loads(json.dumps(made_comparison().as_json()))
    return made


def test_the_file_is_what_the_code_says() -> None:
    """When this fails: python -m harvester.export.json_schema > harvester/export/comparison.schema.json"""
    assert FILE.read_text(encoding="utf-8") == schema_text()


def test_the_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(comparison_schema())


def test_comparisons_keep_to_it() -> None:
    VALIDATOR.validate(written())
    VALIDATOR.validate(json.loads(json.dumps(compared(reference(), other()).as_json())))


@pytest.mark.parametrize("broken", ["a field less", "a field more", "another state", "a number for words"])
def test_what_is_no_comparison_does_not(broken: str) -> None:
    thing = written()
    cell = thing["panels"][0]["rows"][0]["cells"][0]
    if broken == "a field less":
        del thing["trials"][0]["data_date"]
    elif broken == "a field more":
        cell["score"] = 1
    elif broken == "another state":
        cell["state"] = "good"
    else:
        cell["lines"][0]["text"] = 1

    assert not VALIDATOR.is_valid(thing)
