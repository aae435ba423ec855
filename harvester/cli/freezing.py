"""Frozen comparisons on the terminal: kept, found again, and held against the collection as it is or another one."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING

from harvester.cli.console import say, warn
from harvester.cli.options import Settings
from harvester.cli.writing import now
from harvester.compare.model import Comparison
from harvester.errors import InputError
from harvester.export.citation import FORMS
from harvester.export.printable import printable
from harvester.export.reference import SHORTEST_HASH, frozen_reference
from harvester.history import CellChange, freeze, reopen, with_hash
from harvester.store import Store, freeze_comparison, read_snapshot
from harvester.tables import ComparisonSnapshot

if TYPE_CHECKING:
    from sqlite3 import Connection


def keep_frozen(settings: Settings, comparison: Comparison) -> Comparison:
    """Keep a comparison under the hash of its content; say on standard error how to find and to cite it. Gives it with its hash.

    The hash is said under --quiet too: without it nothing can be found again.
    """
    snapshot = freeze(comparison, now())
    with Store(settings.db, tell=partial(say, settings)) as store:
        with store.transaction():
            is_new = freeze_comparison(store.connection, snapshot)
        kept = read_snapshot(store.connection, snapshot.snapshot_sha256) or snapshot
    warn(f"frozen {kept.snapshot_sha256}" + ("" if is_new else f" (as it was on {kept.created_at[:10]} already)"))
    say(settings, f"on the site: /snapshot/{kept.snapshot_sha256}")
    say(settings, f"cite as: {' '.join(FORMS['vancouver']([frozen_reference(comparison, kept)]).split())}")
    return with_hash(comparison, kept)


def is_hash(text: str) -> bool:
    """Whether a text is meant as a hash, whole or its beginning: with a letter, lest it be a number that lacks its NCT."""
    digits = set(text.lower())
    return len(text) <= 64 and digits <= set("0123456789abcdef") and (len(text) >= SHORTEST_HASH or bool(digits & set("abcdef")))


def frozen(connection: Connection, text: str) -> tuple[ComparisonSnapshot, Comparison]:
    """The frozen comparison of a hash. Raises InputError when there is none, or it cannot be opened."""
    if len(text) < SHORTEST_HASH:
        what = f'"{text}" is not an NCT number, and too short for the hash of a frozen comparison'
        raise InputError(what, f"Write at least the first {SHORTEST_HASH} of its digits; trialside status lists them")
    snapshot = read_snapshot(connection, text.lower())
    if snapshot is None:
        raise InputError(f"No frozen comparison here has the hash {text[:64]}", "Freeze one with: trialside compare … --freeze")
    try:
        return snapshot, reopen(snapshot)
    except ValueError as problem:
        raise InputError(f"The frozen comparison {text[:64]} cannot be opened: {problem}", "Run: trialside check") from None


def trials_of(snapshot: ComparisonSnapshot) -> list[str]:
    """Its trials, the focal one first."""
    return [str(each) for each in json.loads(snapshot.nct_ids)]


def change_lines(changes: Sequence[CellChange]) -> Iterator[str]:
    """What trials say otherwise, by trial."""
    nct_id = ""
    for each in changes:
        if each.nct_id != nct_id:
            nct_id = each.nct_id
            yield from ("", nct_id)
        yield printable(f"  {each.where}")
        yield printable(f"      before: {_flat(each.before)}")
        yield printable(f"      after:  {_flat(each.after)}")


def _flat(text: str | None) -> str:
    return "–" if text is None else " ".join(text.replace("\\", "").split())
