"""What the registry says of itself: its version, the size of a search, and the fields of its records."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from harvester.errors import RegistryAnswerBad
from harvester.registry import json_text
from harvester.registry.record import STAMP
from harvester.shape import shape

if TYPE_CHECKING:
    from harvester.registry.answer import Answer


@shape()
class RegistryVersion:
    """What ``/version`` says: the API's version, and when the registry's data were processed (UTC, no zone written)."""

    api_version: str
    data_timestamp: str


def read_version(answer: Answer, text: str) -> RegistryVersion:
    """The answer of ``/version``. Raises RegistryAnswerBad when it is something else."""
    body = _decoded(text)
    api, data = body.get("apiVersion"), body.get("dataTimestamp")
    if not isinstance(api, str) or not isinstance(data, str) or not STAMP.match(data):
        raise RegistryAnswerBad("What answers there is not the registry's API (no version)", "Check --api-base.")
    return RegistryVersion(api, data)


def read_count(answer: Answer, text: str) -> int:
    """The ``totalCount`` of a search answer. Raises RegistryAnswerBad when there is none."""
    total = _decoded(text).get("totalCount")
    if not isinstance(total, int):
        raise RegistryAnswerBad("The registry's answer has no count", "Nothing was changed; try again later.")
    return total


def read_data_model(answer: Answer, text: str) -> dict[str, str]:
    """Dotted path -> type of every field in an answer of ``/studies/metadata``. Raises RegistryAnswerBad when there is none."""
    fields = dict(_fields(json_text.decode(text), ""))
    if not fields:
        raise RegistryAnswerBad("The registry's answer describes no fields", "Check --api-base.")
    return fields


def _fields(nodes: object, above: str) -> Iterator[tuple[str, str]]:
    for node in nodes if isinstance(nodes, list) else []:
        if isinstance(node, dict) and isinstance(name := node.get("name"), str):
            path = f"{above}.{name}" if above else name
            yield path, str(node.get("type"))
            yield from _fields(node.get("children"), path)


def _decoded(text: str) -> dict[str, Any]:
    body = json_text.decode(text)
    return body if isinstance(body, dict) else {}
