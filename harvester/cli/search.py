"""`trialside search`: stored trials by words and by fields, as a list to read or as numbers for other commands."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import click

from harvester.cli.collection import collection
from harvester.cli.console import say
from harvester.cli.options import command as declare
from harvester.cli.options import settings_of
from harvester.compare.wording import shortened
from harvester.errors import InputError
from harvester.export.json import json_text
from harvester.export.printable import printable
from harvester.site.frame import collection_of
from harvester.store import (
    LOOKED_THROUGH,
    ORDERS,
    WEIGHED,
    Kinds,
    Search,
    StudyListing,
    WantedTrials,
    known_name,
    one_moment,
)
from harvester.tables.places import names_of_country

if TYPE_CHECKING:
    from sqlite3 import Connection

MOST_FOUND: Final = 10_000
"""Trials that are given at most."""
FIELDS: Final = {
    "status": ("overall_status", "Recruitment status, as: recruiting."),
    "phase": ("phase", "Phase, as: 'phase 2'. A trial of two has both; 1/2 is of both."),
    "kind": ("study_type", "Kind of study, as: interventional."),
    "country": ("country", "Country with sites."),
    "age": ("age", "Ages let in: child, adult or older_adult."),
    "sex": ("sex", "Sex let in: female or male."),
    "results": ("results", "Results in the registry: posted or none."),
    "sponsor": ("source_class", "Kind of the lead sponsor, as: industry. Its name is found as a word."),
}
"""Options that narrow a search: the field of each, and its help. Each may be given again: one of them holds."""
_TITLE: Final = 70
_OFFERED: Final = 12

F = Callable[..., Any]


def _narrowed_by_fields(function: F) -> F:
    for name, (_, told) in reversed(FIELDS.items()):
        function = click.option(f"--{name}", multiple=True, metavar="VALUE", help=told)(function)
    return function


@declare("search")
@click.argument("words", nargs=-1, metavar="[WORD]...")
@click.option("--condition", default="", metavar="TEXT", help="Words of a condition, or a short name as B-ALL.")
@click.option("--intervention", default="", metavar="TEXT", help="Words of an intervention.")
@_narrowed_by_fields
@click.option("--order", type=click.Choice(tuple(ORDERS)), help="Latest start, latest update or largest first.")
@click.option("--limit", type=click.IntRange(1, MOST_FOUND), metavar="N", help="At most N trials. [default: 50 in words]")
@click.option("--numbers", is_flag=True, help="Only the NCT numbers, one a line.")
@click.pass_context
def command(
    context: click.Context,
    /,
    words: tuple[str, ...],
    condition: str,
    intervention: str,
    order: str | None,
    limit: int | None,
    numbers: bool,
    **fields: tuple[str, ...],
) -> None:
    """Search the stored trials by words of titles, conditions, interventions, summaries, criteria and sponsors, and by fields.

    Every word must occur; the last letters of longer ones may be missing, and a thing goes by all its names. A field takes
    the registry's codes or their labels, in any case; given twice, either will do. Without words and fields all trials are
    found. With --json, what the trials found are of each field is counted too.

    \b
    trialside search blinatumomab --status recruiting --status "not yet recruiting"
    trialside search --condition leukemia --phase "phase 2" --country China --order start
    trialside search --intervention blinatumomab --numbers | trialside export @- --table trials -o trials.csv
    """
    settings = settings_of(context)
    typed = WantedTrials(" ".join(words), condition, intervention)
    # What was typed is looked for, also where it holds no word, as "-": all is found where nothing was typed at all.
    wanted = typed if words or condition or intervention else WantedTrials(everything=True)
    with collection(settings) as connection, one_moment(connection):
        only = _codes(connection, wanted, fields)
        search = Search(connection, wanted, only, order or "")
        most = limit or (MOST_FOUND if numbers or settings.json else 50)
        found = [hit.study for hit in search.hits(most)]
        stored = collection_of(connection)
        if settings.json:
            click.echo(json_text(_as_json(search, found, stored.attribution)), nl=False)
            return
        alike = "" if search.size else _spelled_alike(connection, " ".join(filter(None, (*words, condition, intervention))))
    for line in (each.nct_id for each in found) if numbers else map(printable, _lines(search, found)):
        click.echo(line)
    if not numbers:
        click.echo(f"\n{stored.attribution}")
    if alike:
        say(settings, f"Spelled alike, and found here: {alike}.")
    if wanted.everything and stored.size > LOOKED_THROUGH:
        say(settings, f"Without words, only the {LOOKED_THROUGH:,} trials with the newest numbers were looked through.")
    if order and search.size > WEIGHED:
        say(settings, f"Of more than {WEIGHED:,} trials, those with the newest numbers were put in this order.")


def _spelled_alike(connection: Connection, typed: str) -> str:
    from harvester.site.alike import spelled_alike

    return ", ".join(spelled_alike(connection, typed))


def _codes(connection: Connection, wanted: WantedTrials, fields: Mapping[str, Sequence[str]]) -> dict[str, tuple[str, ...]]:
    """The codes that are meant, by field. Raises InputError for a value that none of the trials has."""
    given = {name: values for name, values in fields.items() if values}
    if not given:
        return {}
    whole = Search(connection, wanted)
    kinds = {each.field: each for each in whole.kinds()}
    return {
        FIELDS[name][0]: tuple(_code(name, value, kinds.get(FIELDS[name][0]), whole.size) for value in values)
        for name, values in given.items()
    }


def _code(name: str, value: str, kinds: Kinds | None, size: int) -> str:
    """The code of a value, given as code or label. Of very many trials not all were counted, so it may be one all the same."""
    there, known = kinds.kinds if kinds else (), known_name(FIELDS[name][0], value)
    for code, label, _ in there:
        names = names_of_country(code) if name == "country" else (code, label)
        if known == code or _plain(value) in map(_plain, names):
            return code
    if size > WEIGHED or not size:
        return known
    offered = "; ".join(label if _plain(code) == _plain(label) else f"{label} ({code})" for code, label, _ in there[:_OFFERED])
    raise InputError(
        f"of the {size:,} trials that are searched none has --{name} {value[:40]!r}",
        f"They have: {offered}{' …' if len(there) > _OFFERED else ''}." if there else "Their records tell nothing of it.",
    )


def _plain(text: str) -> str:
    return "".join(letter for letter in text.casefold() if letter.isalnum())


def _lines(search: Search, found: Sequence[StudyListing]) -> Iterator[str]:
    many = (
        f"More than {WEIGHED:,} trials" if search.size > WEIGHED else "1 trial" if search.size == 1 else f"{search.size:,} trials"
    )
    yield f"{many} of this collection{'' if len(found) == search.size else f'; the first {len(found):,}'}"
    for each in found:
        status = each.overall_status_label or each.overall_status
        about = ", ".join(
            part for part in (status, each.phase_label, each.ages, "digest" if each.source == "digest" else None) if part
        )
        yield f"{each.nct_id}  {shortened(each.brief_title or 'Untitled trial', _TITLE)}{f' ({about})' if about else ''}"


def _as_json(search: Search, found: Sequence[StudyListing], attribution: str) -> dict[str, object]:
    kinds = {
        each.field: [{"code": code, "label": label, "trials": trials} for code, label, trials in each.kinds]
        for each in search.kinds()
    }
    return {"attribution": attribution, "size": search.size, "most": WEIGHED, "kinds": kinds, "trials": list(found)}
