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
from harvester.history import Step, Told, step
from harvester.site.frame import collection_of
from harvester.store import VersionHead, Wanted, changed_since, new_since

MOST: Final = 1_000
"""Versions that are told at once."""

NAMED: Final = 20
"""Trials that are named in one line."""

SHORT: Final = 60
"""Characters that the words before and after may have, to be told in one line."""


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
        yield f"new: {_named([head.nct_id for head in new], count)}"
    for each in (each for each in found if each.news):
        yield ""
        yield printable(f"{each.nct_id}  version {each.from_version} → {each.to_version}  {shortened(each.title or '', 70)}")
        for change in each.news:
            yield printable(f"  {change.sign} {change.direction:<10} {_told(change)}")
    silent = list(dict.fromkeys(each.nct_id for each in found if not each.news))
    if silent:
        yield ""
        yield f"Only the record's own dates or its source changed, as far as can be told: {_named(silent, len(silent))}"
    if found:
        yield ""
        yield "The two texts word by word: trialside diff NCT…"


def _named(nct_ids: Sequence[str], count: int) -> str:
    more = f" and {count - NAMED:,} more" if count > NAMED else ""
    return f"{', '.join(nct_ids[:NAMED])}{more}"


def _told(change: Told) -> str:
    """What changed, what it comes to, and both texts where they are short: "status: Overall status: Recruiting → Completed"."""
    detail = shortened(" ".join((change.detail or "").split()), 100)
    name = [] if detail.casefold().startswith(change.kind) else [change.kind]
    before, after = change.before or "", change.after or ""
    is_short = before and after and max(len(before), len(after)) <= SHORT and "→" not in detail
    return ": ".join(part for part in (*name, detail, f"{before} → {after}" if is_short else "") if part)
