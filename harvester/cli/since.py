"""`trialside diff --since`: what was first fetched since a day, and what it changed, trial by trial."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Final

import click

from harvester.cli.collection import collection, known
from harvester.cli.options import Settings
from harvester.compare.wording import shortened
from harvester.errors import InputError
from harvester.export.json import json_text
from harvester.export.printable import printable
from harvester.history import Step, step
from harvester.site.frame import collection_of
from harvester.store import VersionHead, Wanted, changed_since, new_since

MOST: Final = 1_000
"""Versions that are told at once."""

NEW_NAMED: Final = 20


def tell_since(settings: Settings, since: str, nct_ids: Sequence[str]) -> None:
    """The versions first fetched since a day, newest first, with what each changed. Raises InputError and UnknownTrial."""
    day = _day(since)
    with collection(settings) as connection:
        trials = tuple(known(connection, nct_ids)) if nct_ids else None
        wanted = Wanted(since=day, nct_ids=trials)
        found = [step(head, changes, others=others) for head, changes, others in changed_since(connection, wanted, MOST)]
        new, count = new_since(connection, wanted, MOST)
        attribution = collection_of(connection).attribution
    if settings.json:
        told = {
            "since": day,
            "new": [head.nct_id for head in new],
            "new_count": count,
            "steps": found,
            "steps_are_all": len(found) < MOST,
        }
        click.echo(json_text({**told, "attribution": attribution}), nl=False)
        return
    click.echo("\n".join([*_lines(day, found, new, count), "", attribution]))


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text.strip()).isoformat()
    except ValueError:
        raise InputError(f'"{text[:40]}" is no day', "Write it as 2026-11-25.") from None


def _lines(day: str, found: Sequence[Step], new: Sequence[VersionHead], count: int) -> Iterator[str]:
    changed = f"{len({each.nct_id for each in found}):,}" if len(found) < MOST else f"at least {MOST:,} versions of others"
    yield f"First fetched since {day}: {count:,} trials that were not here, and {changed} in another version."
    if new:
        more = f" and {count - NEW_NAMED:,} more" if count > NEW_NAMED else ""
        yield f"new: {', '.join(head.nct_id for head in new[:NEW_NAMED])}{more}"
    for each in found:
        yield ""
        yield printable(f"{each.nct_id}  version {each.from_version} → {each.to_version}  {shortened(each.title or '', 70)}")
        for change in each.changes:
            yield printable(f"  {change.sign} {change.direction:<10} {change.kind}{_told(change.detail)}")
    if found:
        yield ""
        yield "The two texts word by word: trialside diff NCT…"


def _told(detail: str | None) -> str:
    return f": {shortened(' '.join(detail.split()), 100)}" if detail else ""
