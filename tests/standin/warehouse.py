"""A stand-in for a registry of many studies: they are served as they stand in the file, without decoding them again.

It searches by the day of the first posting only (``AREA[StudyFirstPostDate]RANGE[…]`` and ``MISSING``), which is what going
through a whole registry needs, and answers ``fields`` with the numbers alone. Its pages are packed once.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.standin.collection import BadQuery, Collection
from tests.standin.server import StandIn

_ID = re.compile(rb'"nctId"\s*:\s*"(NCT\d{8})"')
_POSTED = re.compile(rb'"studyFirstPostDateStruct"\s*:\s*\{\s*"date"\s*:\s*"([0-9-]+)"')
_RANGE = re.compile(r"AREA\[StudyFirstPostDate\]RANGE\[([0-9-]+|MIN),([0-9-]+|MAX)\]")
_MISSING = "AREA[StudyFirstPostDate]MISSING"


@dataclass(slots=True)
class Warehouse(StandIn):
    """A running stand-in for the studies in ``lines``."""

    lines: list[bytes] = field(default_factory=list)
    _by_expression: dict[str, list[int]] = field(default_factory=dict)
    _packed: dict[str, bytes] = field(default_factory=dict)

    @classmethod
    def of_file(cls, path: Path, **options: Any) -> Warehouse:
        """The studies of a file, one a line."""
        return cls(Collection(), lines=path.read_bytes().split(b"\n"), **options).trimmed()

    @classmethod
    def of_studies(cls, studies: list[dict[str, Any]], **options: Any) -> Warehouse:
        """The given studies."""
        return cls(Collection(studies), lines=[json.dumps(study).encode() for study in studies], **options)

    def trimmed(self) -> Warehouse:
        """Without empty lines."""
        self.lines = [line for line in self.lines if line.strip()]
        return self

    def pack(self, target: str, body: bytes) -> bytes:
        """As gzip, packed when it is first asked for."""
        if target not in self._packed:
            self._packed[target] = StandIn.pack(self, target, body)
        return self._packed[target]

    def _lines(self, params: dict[str, str], start: int, size: int) -> tuple[list[bytes], int]:
        places = self._places(params.get("filter.advanced", ""))
        lines = [self.lines[place] for place in places[start : start + size]]
        if "fields" in params:
            lines = [
                b'{"protocolSection":{"identificationModule":{"nctId":"%s"}}}' % found.group(1)
                for line in lines
                if (found := _ID.search(line))
            ]
        return lines, len(places) if self.total_count is None else self.total_count

    def _places(self, expression: str) -> list[int]:
        if expression not in self._by_expression:
            self._by_expression[expression] = [place for place, line in enumerate(self.lines) if _holds(line, expression)]
        return self._by_expression[expression]


def _holds(line: bytes, expression: str) -> bool:
    posted = _POSTED.search(line)
    day = posted.group(1).decode() if posted else None
    if not expression:
        return True
    if expression == _MISSING:
        return day is None
    asked = _RANGE.fullmatch(expression)
    if asked is None:
        raise BadQuery(f"Cannot read the expression {expression[:60]}")
    low, high = asked.groups()
    return day is not None and (low == "MIN" or day >= low) and (high == "MAX" or day <= high)
