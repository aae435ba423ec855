"""Which rules this program reads records by: one digest of all that decides what rows a record gives.

Made of the files themselves, so that nobody has to remember to raise a number, and a rule that was altered is another rule.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import cache

_PACKAGE = os.path.dirname(os.path.abspath(__file__))
ROOMS = ("normalise", "tables", "text")
"""What reads a record, with its definitions."""
FILES = (
    *("definition_file.py", "registry/json_text.py", "registry/record.py", "schema.py", "span.py", "steps.py", "vocabularies.py"),
    "vocabularies.txt",
)
"""What it stands on, besides."""


@cache
def rules_version() -> str:
    """Sixteen hexadecimal digits: the same rules, the same digits."""
    from hashlib import sha256  # here, since most commands read nothing

    digest = sha256()
    for name in rule_files():
        with open(os.path.join(_PACKAGE, name), "rb") as file:
            content = file.read()
        digest.update(f"{name} {len(content)}\n".encode())
        digest.update(content)
    return digest.hexdigest()[:16]


def rule_files() -> list[str]:
    """The files that the digest is made of, in order, as they are named from the package's folder."""
    return sorted([*FILES, *(name for room in ROOMS for name in _files(room))])


def _files(folder: str) -> Iterator[str]:
    for entry in os.scandir(os.path.join(_PACKAGE, folder)):
        if entry.is_dir():
            if entry.name != "__pycache__":
                yield from _files(f"{folder}/{entry.name}")
        elif not entry.name.startswith("."):
            yield f"{folder}/{entry.name}"
