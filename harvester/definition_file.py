"""Definition files: what the rules know, as data beside the code that reads it. A file says on its top how its lines are read.

lines   what says something: no blank lines, none that begin with ``#``; one that begins with blanks goes on with the one before
        it, so that a long one is broken (an expression between its alternatives, which no blank may begin or end there)
lists   ``[name]`` opens a list, every later line is an entry of it
pairs   ``key: value``, one a line
names   ``key = name | name``, one a line
rows    comma-separated values under a line that names the columns
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType


@cache
def lines_of(path: Path, joint: str = "") -> tuple[str, ...]:
    """The lines that say something, without outer blanks; ``joint`` stands between the parts of a broken one."""
    lines: list[list[str]] = []
    for line in path.read_text(encoding="utf-8").splitlines():
        said = line.strip()
        if not said or said[0] == "#":
            continue
        if lines and line[0] != said[0]:
            lines[-1].append(said)
        else:
            lines.append([said])
    return tuple(map(joint.join, lines))


@cache
def lists_of(path: Path) -> Mapping[str, tuple[str, ...]]:
    """The entries of each list, by its name; what follows the bracket on its line is dropped.

    Raises ValueError for a line before the first name.
    """
    lists: dict[str, list[str]] = {}
    current: list[str] | None = None
    for line in lines_of(path):
        if line.startswith("[") and "]" in line:
            current = lists.setdefault(line[1 : line.index("]")], [])
        elif current is None:
            raise ValueError(f"{path.name}: the line {line!r} stands before any [heading]")
        else:
            current.append(line)
    return MappingProxyType({key: tuple(values) for key, values in lists.items()})


@cache
def pairs_of(path: Path) -> tuple[tuple[str, str], ...]:
    """The ``key: value`` lines, in their order. Raises ValueError for a line without a colon."""
    pairs: list[tuple[str, str]] = []
    for line in lines_of(path):
        key, colon, value = line.partition(":")
        if not colon:
            raise ValueError(f"{path.name}: the line {line!r} has no colon")
        pairs.append((key.strip(), value.strip()))
    return tuple(pairs)


@cache
def names_of(path: Path) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Each key with its names, in their order. Raises ValueError for a line without " = "."""
    found: list[tuple[str, tuple[str, ...]]] = []
    for line in lines_of(path, " "):
        key, sign, names = line.partition(" = ")
        if not sign:
            raise ValueError(f"{path.name}: write `key = name | name`, not {line!r}")
        found.append((key.strip(), tuple(name.strip() for name in names.split(" | "))))
    return tuple(found)


def labels_of(path: Path, lines: Iterable[str]) -> dict[str, str]:
    """The label of each key in ``lines`` of a file. Raises ValueError for a line without one, or whose key has one already."""
    labels: dict[str, str] = {}
    for line in lines:
        key, sign, label = line.partition(" = ")
        if not sign or not label or key in labels:
            raise ValueError(f"{path.name}: expected a new `key = label`, not {line!r}")
        labels[key] = label
    return labels


@cache
def rows_of(path: Path) -> tuple[Mapping[str, str], ...]:
    """The rows, by the names of their columns; blanks are kept. Raises ValueError for one with too many or too few values."""
    lines = path.read_text(encoding="utf-8").splitlines()
    rows = csv.DictReader(line for line in lines if line.strip() and not line.startswith("#"))
    found = []
    for row in rows:
        if None in row or None in row.values():
            names = ", ".join(rows.fieldnames or ())
            raise ValueError(f"{path.name}: the row of {next(iter(row.values()))!r} needs a value for each of {names}")
        found.append(MappingProxyType(row))
    return tuple(found)
