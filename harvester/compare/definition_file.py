"""Definition files of this room: comma-separated lines under comments, kept beside the modules that read them."""

from __future__ import annotations

import csv
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
