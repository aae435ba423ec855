"""JSON of what the pages show: the same objects, every field there, always the same bytes for the same objects."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any


def plain(value: object) -> Any:
    """Dataclasses as dictionaries in the order of their fields, tuples as lists; everything else as it is.

    A field whose metadata says ``json=False`` is drawn on pages and left out here.
    """
    if is_dataclass(value) and not isinstance(value, type):
        shown = (each for each in fields(value) if each.metadata.get("json", True))
        return {each.name: plain(getattr(value, each.name)) for each in shown}
    if isinstance(value, Mapping):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, tuple | list):
        return [plain(each) for each in value]
    return value


def there(thing: Mapping[str, Any]) -> dict[str, Any]:
    """Without what is empty: FHIR does not allow it, and JSON-LD leaves out what it does not say."""
    return {name: value for name, value in thing.items() if value not in (None, "", [], {})}


def json_text(value: object) -> str:
    """``value`` as indented JSON with a newline at the end; characters stay as they are.

    Lone surrogates, which no UTF-8 file can hold, are written as JSON escapes.
    """
    text = json.dumps(plain(value), ensure_ascii=False, indent=1, allow_nan=False)
    return "".join(f"\\u{ord(each):04x}" if "\ud800" <= each <= "\udfff" else each for each in text) + "\n"
