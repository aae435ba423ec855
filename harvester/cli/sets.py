"""Comparator sets: files that people write and commands read, write, refresh and store."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from harvester.cli.console import write_file
from harvester.compare.members import MemberSet, read_members, refreshed, write_members
from harvester.errors import InputError
from harvester.store import Store, read_comparison, save_comparison
from harvester.tables import ComparisonMember, ComparisonSet

if TYPE_CHECKING:
    from sqlite3 import Connection

_MOST_CHARACTERS = 1_000_000


def read_set(path: Path) -> MemberSet:
    """The set in a file. Raises InputError with one line: the file, what is wrong, what to do."""
    try:
        text = path.read_text(encoding="utf-8") if path.stat().st_size <= _MOST_CHARACTERS else None
    except OSError as problem:
        raise InputError(f"{path} cannot be read ({problem.strerror})", "Check the path.") from None
    except UnicodeDecodeError:
        raise InputError(f"{path} is not UTF-8 text", "Save it as UTF-8.") from None
    if text is None:
        raise InputError(f"{path} is too long for a set", "Name a YAML file with “focal: NCT…” and “members:”.")
    try:
        return read_members(text)
    except ValueError as problem:
        raise InputError(f"{path}: {problem}", "Make one with: trialside related NCT… --write FILE.yaml.") from None


def write_set(path: Path, found: MemberSet, *, update: bool, force: bool) -> MemberSet:
    """Write a set, or with ``update`` add to the one in the file what it lacks: what was written. Raises InputError."""
    if update and path.exists():
        try:
            found = refreshed(read_set(path), found)
        except ValueError as problem:
            raise InputError(f"{path}: {problem}", "Name another file.") from None
    write_file(path, write_members(found), force=force or update)
    return found


def store_set(database: Path, path: Path, chosen: MemberSet) -> None:
    """Store the set of a file under the file's name; nothing is written when it is stored so already. Raises StorageError."""
    named, members = as_rows(path, chosen)
    with Store(database) as store:
        if not _is_stored(store.connection, named, members):
            with store.transaction():
                save_comparison(store.connection, named, members)


def as_rows(path: Path, chosen: MemberSet) -> tuple[ComparisonSet, tuple[ComparisonMember, ...]]:
    """The set as rows, named after its file."""
    name = re.sub(r"[^a-z0-9]+", "-", path.stem.casefold()).strip("-") or chosen.focal.casefold()
    title = chosen.title or f"{chosen.focal} and its comparators"
    note = " ".join(each for each in (chosen.note, chosen.weighed) if each) or None
    members = tuple(
        ComparisonMember(comparison_id=name, nct_id=each.nct_id, position=place, role=each.role, reason=each.reason)
        for place, each in enumerate(chosen.members, start=1)
    )
    return ComparisonSet(comparison_id=name, title=title, focal_nct_id=chosen.focal, note=note), members


def _is_stored(connection: Connection, named: ComparisonSet, members: tuple[ComparisonMember, ...]) -> bool:
    return read_comparison(connection, named.comparison_id) == (named, members)
