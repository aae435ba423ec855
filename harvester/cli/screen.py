"""`trialside screen`: which stored trials would exclude a person described, and which would not, point by point."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from harvester.cli.collection import collection, ids_of, known, warn_of_age
from harvester.cli.console import Progress, say
from harvester.cli.extracting import every_trial, form_of, studies_in_turn, write_extraction
from harvester.cli.options import command as declare
from harvester.cli.options import settings_of
from harvester.compare.screening import Point, Screened, rank, screened
from harvester.compare.vignette import NOTICE, Vignette, entries, parse_vignette
from harvester.compare.wording import shortened
from harvester.errors import InputError
from harvester.export.extracted_screening import screening_table
from harvester.export.json import json_text
from harvester.export.printable import printable
from harvester.site.frame import collection_of
from harvester.store import one_moment, search_studies
from harvester.tables import StudyRows

if TYPE_CHECKING:
    from sqlite3 import Connection

MOST_FOUND: Final = 10_000
"""Trials that a search gives at most."""

_TITLE: Final = 60


@declare("screen", epilog=f"Entries: {', '.join(entry.name for entry in entries())}.")
@click.argument("given", nargs=-1, required=True, metavar="ENTRY=VALUE... [NCT]...")
@click.option("--among", metavar="TEXT", help="Only trials that a search of the collection for these words finds.")
@click.option("--limit", type=click.IntRange(1), default=30, show_default=True, metavar="N", help="List at most N trials.")
@click.option("--output", "-o", type=click.Path(path_type=Path), metavar="FILE", help="All of them as .csv, .xlsx or .json.")
@click.option("--force", is_flag=True, help="Replace the file if it exists.")
@click.pass_context
def command(
    context: click.Context, given: tuple[str, ...], among: str | None, limit: int, output: Path | None, force: bool
) -> None:
    """Hold a person described against the criteria of stored trials, all or those named: who excludes them, by which words.

    It shortens a list. It never says that somebody may join: most criteria are about things that are not entered, and what was
    not read cannot be told. Trials that do not exclude come first, those with more points met before the others.

    Entries are those of the site's form, and are listed below. Numbers are in the unit of the form; sex is male or female, the
    others yes or no.

    \b
    trialside screen age=70 ecog=2 lvef=45
    trialside screen age=34 sex=female mrd_positive=yes --among blinatumomab
    trialside screen age=70 ecog=2 -o screening.xlsx
    trialside screen age=8 NCT07105579 NCT05848687 --json
    """
    settings = settings_of(context)
    stated, trials = _parted(given)
    if among and among.startswith("@"):  # numbers in a file, as they may also be named without the option
        trials, among = [*trials, among], None
    vignette = _vignette(stated)
    form = form_of(None, settings, output) if output else None
    progress = Progress(settings)
    with collection(settings) as connection, one_moment(connection):
        asked = _asked(connection, ids_of(trials), among)
        warn_of_age(settings, connection, asked)
        order = _in_order(vignette, studies_in_turn(connection, asked, progress))
        if output and form:
            ordered = studies_in_turn(connection, [nct_id for _, nct_id in order], progress)
            write_extraction(settings, connection, screening_table(vignette), ordered, form, output, force)
            return
        shown = order if settings.json else order[:limit]
        found = (screened(vignette, study) for study in studies_in_turn(connection, [nct_id for _, nct_id in shown], progress))
        attribution = collection_of(connection).attribution
        if settings.json:
            click.echo(json_text({**_head(vignette, attribution), "trials": list(found)}), nl=False)
            return
        for line in _lines(order, list(found)):
            click.echo(printable(line))
    click.echo(f"\n{attribution}")
    say(settings, NOTICE)


Order = tuple[tuple[bool, int, int, int], str]
"""What puts a trial in order, and its number."""


def _in_order(vignette: Vignette, studies: Iterable[StudyRows]) -> list[Order]:
    """The trials' numbers in the order of a screening; of each no more is kept, so that any number can be gone through."""
    return sorted(((rank(screened(vignette, study)), study.nct_id) for study in studies), key=lambda each: each[0])


def _parted(given: Sequence[str]) -> tuple[dict[str, str], list[str]]:
    """What is stated, and the trials' numbers. Raises InputError for an entry that is given twice or without a value."""
    stated: dict[str, str] = {}
    known = {entry.name for entry in entries()}
    trials = [each for each in given if "=" not in each or "/" in each.partition("=")[0]]  # "…/study/NCT01234567?tab=table"
    for typed, sign, value in (each.partition("=") for each in given if each not in trials or each.strip().lower() in known):
        name = typed.strip().lower()
        if not sign:
            raise InputError(f"{name} is given without a value", f"Write it with one, as in: trialside screen {name}=…")
        if name in stated:
            raise InputError(f"{name} is given twice", "Give each entry once.")
        stated[name] = value
    return stated, trials


def _vignette(stated: dict[str, str]) -> Vignette:
    """The person described. Raises InputError where nothing is stated, or something that cannot be."""
    try:
        vignette = parse_vignette(stated)
    except ValueError as problem:
        raise InputError(f"{problem}", "As in: trialside screen age=70 ecog=2.") from None
    if not vignette.stated:
        names = ", ".join(entry.name for entry in entries())
        raise InputError("nothing is stated of the person", f"Give entries as age=70, of: {names}.")
    return vignette


def _asked(connection: Connection, nct_ids: Sequence[str], among: str | None) -> list[str]:
    """The trials to look at. Raises UnknownTrial, and InputError where a search finds none."""
    if nct_ids and among:
        raise click.UsageError("--among and trials' numbers do not go together")
    if nct_ids:
        return known(connection, nct_ids)
    if not among:
        return every_trial(connection)
    found = [hit.study.nct_id for hit in search_studies(connection, among, MOST_FOUND + 1)]
    if not found:
        raise InputError(f"no trial here is found for “{among[:80]}”", "Try fewer words.")
    if len(found) > MOST_FOUND:
        raise InputError(f"“{among[:80]}” finds more than {MOST_FOUND:,} trials", "Add words.")
    return found


def _lines(order: Sequence[Order], listed: Sequence[Screened]) -> Iterator[str]:
    against = sum(is_excluded for (is_excluded, *_), _ in order)
    what = "1 trial" if len(order) == 1 else f"{len(order):,} trials"
    yield f"{what}: by a criterion as read {against:,} exclude, {len(order) - against:,} do not."
    for each in listed:
        yield ""
        fate = "excludes" if each.is_excluded else "does not exclude"
        about = ", ".join(part for part in (each.status, each.phase, "digest" if each.is_digest else None) if part)
        yield f"{each.nct_id}  {fate}  {shortened(each.title, _TITLE)}{f' ({about})' if about else ''}"
        yield from (f"  {_point_words(point)}" for point in each.points)
    if len(order) > len(listed):
        yield ""
        yield f"{len(order) - len(listed):,} further ones are not listed: --limit N, or all with -o FILE."


def _point_words(point: Point) -> str:
    said = "; ".join(line.text for line in point.lines)
    why = f" ({point.why})" if point.standing == "cannot tell" and point.why else ""
    return f"{point.standing:<12} {point.entry.label}{f': {shortened(said, 140)}' if said else ''}{why}"


def _head(vignette: Vignette, attribution: str) -> dict[str, object]:
    return {"notice": NOTICE, "attribution": attribution, "stated": dict(vignette.stated)}
