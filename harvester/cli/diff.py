"""`trialside diff`: what changed between versions of a trial's record."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, Final

import click

from harvester.cli.collection import attribution, collection, ids_of, studies_of
from harvester.cli.compare import compared
from harvester.cli.corrections import corrections_of, corrections_option, no_corrections
from harvester.cli.freezing import change_lines as change_lines_of_cells
from harvester.cli.freezing import frozen, is_hash, trials_of
from harvester.cli.options import Settings, settings_of
from harvester.cli.options import command as declare
from harvester.cli.since import tell_since
from harvester.errors import InputError
from harvester.export.json import json_text
from harvester.export.printable import printable
from harvester.history import Piece, Step, Told, comparison_changes, step, steps
from harvester.store import read_changes, version_heads
from harvester.tables import Study, StudyRows
from harvester.versions import Read, compared_versions, read_version

if TYPE_CHECKING:
    from sqlite3 import Connection

_TWO: Final = 2
UNCHANGED_SHOWN = 80
"""Characters of unchanged text shown on each side of a change."""


@declare("diff")
@click.argument("what", nargs=-1, metavar="[NCT]...|HASH [HASH]")
@click.option(
    "--since", metavar="DAY", help="What was first fetched since a day, as 2026-11-01: of all trials, or of those named."
)
@click.option("--from", "first", type=click.IntRange(1), metavar="V", help="Older version. [default: the one before the newer]")
@click.option("--to", "second", type=click.IntRange(1), metavar="V", help="Newer version. [default: the current one]")
@click.option("--list", "only_list", is_flag=True, help="Only list the versions, with how much each changed.")
@corrections_option
@click.pass_context
def command(
    context: click.Context, what: tuple[str, ...], since: str | None, first: int | None, second: int | None, only_list: bool
) -> None:
    """Tell what changed between two versions of a trial by meaning, with the two texts word by word.

    With --since: what was first fetched since a day, of all trials or those named. With the hash of a frozen comparison: what its
    trials say otherwise today, or in another frozen comparison.

    Removed words stand in [-…-], added ones in {+…+}. Tightened and loosened are statements about who may join, made only
    where both texts were read; for all else the two texts stand side by side.

    \b
    trialside diff NCT07105579
    trialside diff NCT07105579 --from 1 --to 3
    trialside diff NCT07105579 --list
    trialside diff --since 2026-11-01
    trialside diff 3f2a91c07d4e
    """
    settings = settings_of(context)
    if since is not None:
        if first or second or only_list:
            raise click.UsageError("--since takes no --from, --to or --list")
        no_corrections(context)
        tell_since(settings, since, ids_of(what))
        return
    if what and all(is_hash(each) for each in what) and len(what) <= _TWO:
        _compare_frozen(settings, what[0], what[1] if len(what) == _TWO else None)
        return
    nct_id = _only(ids_of(what))
    read = partial(read_version, corrections=corrections_of(context))
    with collection(settings) as connection:
        (study,) = studies_of(connection, [nct_id])
        found = _steps(connection, study) if only_list else _between(connection, study, first, second, read)
    if settings.json:
        click.echo(json_text({"nct_id": study.nct_id, "attribution": attribution(study), "steps": found}), nl=False)
        return
    lines = _listed(found) if only_list else _told(found)
    click.echo("\n".join([*lines, "", attribution(study)]))


def _only(nct_ids: Sequence[str]) -> str:
    """The one trial that versions are compared of. Raises UsageError for none or several."""
    if len(nct_ids) != 1:
        raise click.UsageError("Name one trial, one or two hashes of frozen comparisons, or a day with --since DAY")
    return nct_ids[0]


def _compare_frozen(settings: Settings, first: str, second: str | None) -> None:
    """A frozen comparison against another one, or against the same trials as they are today."""
    with collection(settings) as connection:
        was, before = frozen(connection, first)
        if second is not None:
            then, after = frozen(connection, second)
            until = f"{then.created_at[:10]} ({then.snapshot_sha256[:12]})"
        else:
            after, until = compared(connection, trials_of(was)), "today"
    changes = comparison_changes(before, after)
    if settings.json:
        told = {"before": was.snapshot_sha256, "frozen_at": was.created_at, "until": until, "changes": changes}
        click.echo(json_text({**told, "attribution": after.attribution}), nl=False)
        return
    head = f"Frozen {was.created_at[:10]} ({was.snapshot_sha256[:12]}), held against {until}: "
    news = [each for each in changes if not each.is_of_record]
    count = "1 difference" if len(news) == 1 else f"{len(news)} differences"
    lines = list(change_lines_of_cells(news)) or ["nothing is said otherwise"]
    newer = dict.fromkeys(each.nct_id for each in changes if each.is_of_record)
    versions = ["", f"The record is of another version or day: {', '.join(newer)}"] if newer else []
    click.echo("\n".join([head + count, *lines, *versions, "", after.attribution]))


def _steps(connection: Connection, study: StudyRows) -> tuple[Step, ...]:
    trial = study.one(Study)
    heads = version_heads(connection, study.nct_id)
    return steps(heads, read_changes(connection, study.nct_id, None), trial.start_date if trial else None)


def _between(connection: Connection, study: StudyRows, first: int | None, second: int | None, read: Read) -> tuple[Step, ...]:
    """One step from the version asked for to the other. Raises InputError when either is not stored."""
    heads = version_heads(connection, study.nct_id)
    numbers = [head.version for head in heads]
    newer = second if second is not None else numbers[-1]
    if newer not in numbers:
        raise InputError(f"{study.nct_id} has no version {newer} here", f"List them with: trialside diff {study.nct_id} --list")
    place = numbers.index(newer)
    if first is None and place == 0:
        return (step(heads[0], ()),)
    older = first if first is not None else numbers[place - 1]
    if older == newer:
        return (step(heads[place], ()),)
    if place and numbers[place - 1] == older:
        stored = read_changes(connection, study.nct_id, None)
        return (step(heads[place], [each for each in stored if each.to_version == newer]),)
    return (step(heads[place], compared_versions(connection, study.nct_id, older, newer, read)),)


def _listed(found: tuple[Step, ...]) -> Iterator[str]:
    for each in found:
        notes = ["first seen here" if len(found) > 1 else "the only one here so far"] if each is found[0] else []
        notes += ["at the start of the trial"] if each.at_start else []
        notes += ["current"] if each.is_current else []
        yield f"{_version(each)}  {', '.join(notes)}".rstrip()
        if each.counts:
            yield f"    {', '.join(f'{count} {direction}' for direction, count in each.counts)}"


def _told(found: tuple[Step, ...]) -> Iterator[str]:
    for each in found:
        if not each.changes:
            yield f"{each.nct_id}  {_version(each)}: nothing to compare it with; it is the only or the first version stored"
            continue
        yield f"{each.nct_id}  version {each.from_version} → {_version(each)}"
        for change in each.changes:
            yield ""
            yield from change_lines(change)


def _version(each: Step) -> str:
    date = f"data of {each.data_date}" if each.data_date else "data of unknown date"
    return f"version {each.to_version} ({each.source}, {date}, first fetched {(each.seen_at or 'unknown')[:10]})"


def change_lines(change: Told) -> Iterator[str]:
    """A change as lines: its sign and direction, what it comes to, its words."""
    yield printable(f"{change.sign} {change.direction:<10} {change.kind}")
    if change.detail:
        yield printable(f"    {_flat(change.detail)}")
    words = "".join(_shown(piece, number, len(change.pieces)) for number, piece in enumerate(change.pieces))
    if words.strip():
        yield f"    {_flat(words)}"


def _shown(piece: Piece, number: int, count: int) -> str:
    text = printable(piece.text)
    if piece.fate == "same":
        return _shortened(text, is_first=number == 0, is_last=number == count - 1) if count > 1 else text
    if sys.stdout.isatty() and not os.environ.get("NO_COLOR"):
        return click.style(text, strikethrough=True) if piece.fate == "removed" else click.style(text, underline=True)
    return f"[-{text}-]" if piece.fate == "removed" else f"{{+{text}+}}"


def _shortened(text: str, *, is_first: bool, is_last: bool) -> str:
    """Unchanged text cut in its middle, or on the side where nothing changes."""
    head, tail = ("" if is_first else text[:UNCHANGED_SHOWN]), ("" if is_last else text[-UNCHANGED_SHOWN:])
    return text if len(text) <= len(head) + len(tail) else f"{head} … {tail}"


def _flat(text: str) -> str:
    return " ".join(text.split())
