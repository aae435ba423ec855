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


@cache
def cue_patterns(name: str) -> Mapping[str, re.Pattern[str]]:
    """The cues of ``definitions/<name>``, a mapping of lists, as one pattern a key."""
    return {key: cue_pattern(cues) for key, cues in read_yaml(name).items()}


def cue_pattern(cues: Sequence[str]) -> re.Pattern[str]:
    """Any of the cues at the start of a word in lower-case text; one with a final "$" as a whole word."""
    parts = (re.escape(cue[:-1]) + "(?![a-z0-9])" if cue.endswith("$") else re.escape(cue) for cue in cues)
    return re.compile("(?<![a-z0-9])(?:" + "|".join(parts) + ")")
