"""Definition files of this room: comma-separated lines under comments, kept beside the modules that read them."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml

_FOLDER = Path(__file__).with_name("definitions")


@cache
def read_rows(name: str) -> tuple[MappingProxyType[str, str], ...]:
    """The rows of ``definitions/<name>`` as mappings by column; the first line that is no comment names the columns."""
    with (_FOLDER / name).open(encoding="utf-8", newline="") as file:
        lines = [line for line in file if line.strip() and not line.startswith("#")]
    return tuple(MappingProxyType(row) for row in csv.DictReader(lines))


@cache
def read_yaml(name: str) -> Any:
    """The YAML document ``definitions/<name>``."""
    return yaml.safe_load((_FOLDER / name).read_text(encoding="utf-8"))


class Cues:
    """Words that speak of one thing, in lower case: at the start of a word, with a final "$" as a whole word."""

    def __init__(self, cues: Sequence[str]) -> None:
        self._plain = tuple(cue.removesuffix("$") for cue in cues)
        parts = (re.escape(cue[:-1]) + "(?![a-z0-9])" if cue.endswith("$") else re.escape(cue) for cue in cues)
        self._pattern = re.compile("(?<![a-z0-9])(?:" + "|".join(parts) + ")")

    def stand_in(self, text: str) -> bool:
        """Whether one of them stands in ``text``, which is in lower case."""
        return any(cue in text for cue in self._plain) and self._pattern.search(text) is not None


@cache
def cues_of(name: str) -> Mapping[str, Cues]:
    """The cues of ``definitions/<name>``, a mapping of lists, by key."""
    return {key: Cues(cues) for key, cues in read_yaml(name).items()}
