"""The JSON Schema of a comparison, made from its dataclasses: what `export.json` writes, no more and no less.

``python -m harvester.export.json_schema`` prints it; ``comparison.schema.json`` beside this file is that, and a test says so.
"""

from __future__ import annotations

import inspect
import json
import types
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from harvester.compare.model import Comparison

FILE = Path(__file__).with_name("comparison.schema.json")
DIALECT = "https://json-schema.org/draft/2020-12/schema"
_PLAIN: Mapping[Any, str] = {str: "string", int: "integer", float: "number", bool: "boolean", type(None): "null"}


def comparison_schema() -> dict[str, Any]:
    """The schema, draft 2020-12: every field required, no others allowed."""
    definitions: dict[str, Any] = {}
    _define(Comparison, definitions)
    return {
        "$schema": DIALECT,
        "title": "Comparison of clinical trial records, as trialside writes it",
        "$ref": "#/$defs/Comparison",
        "$defs": dict(sorted(definitions.items())),
    }


def schema_text() -> str:
    """The schema as indented JSON."""
    return json.dumps(comparison_schema(), ensure_ascii=False, indent=1) + "\n"


def _define(kind: type[Any], definitions: dict[str, Any]) -> None:
    """Add the definition of a dataclass, and of those its fields hold."""
    if kind.__name__ in definitions:
        return
    definitions[kind.__name__] = {}
    hints = get_type_hints(kind)
    names = [each.name for each in fields(kind)]
    definitions[kind.__name__] = {
        "type": "object",
        "description": " ".join((inspect.getdoc(kind) or "").split()),
        "properties": {name: _of(hints[name], definitions) for name in names},
        "required": names,
        "additionalProperties": False,
    }


def _of(hint: Any, definitions: dict[str, Any]) -> dict[str, Any]:
    """The schema of one annotation."""
    if hint is Any:
        return {}
    if get_origin(hint) is Literal:
        return {"enum": list(get_args(hint))}
    if get_origin(hint) is tuple:
        return {"type": "array", "items": _of(get_args(hint)[0], definitions)}
    if get_origin(hint) in (Union, types.UnionType):
        return {"anyOf": [_of(each, definitions) for each in get_args(hint)]}
    if is_dataclass(hint) and isinstance(hint, type):
        _define(hint, definitions)
        return {"$ref": f"#/$defs/{hint.__name__}"}
    return {"type": _PLAIN[hint]}


if __name__ == "__main__":
    print(schema_text(), end="")
