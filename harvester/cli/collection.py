"""The local collection as commands see it: opened to be read, asked by NCT number, never leaving without its attribution."""

from __future__ import annotations

import codecs
import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from harvester import __version__
from harvester.cli.console import say
from harvester.cli.options import Settings, settings_of
from harvester.errors import InputError, MalformedId, StorageError, UnknownTrial
from harvester.schema import Row
from harvester.store import known_ids, open_for_reading, other_rules_line, read_studies, stale_trials, storage_errors
from harvester.tables import CentralContact, FacilityContact, RecordVersion, StudyRows
from harvester.trial_id import ids_in_text, pasted_id, typed_id, with_a_digit_more

if TYPE_CHECKING:
    from sqlite3 import Connection

REGISTRY_PAGE = "https://clinicaltrials.gov/study/"
MOST_MEANT = 3
"""Trials that are offered where a number lacks a digit."""
CONTACTS = (CentralContact, FacilityContact)
"""People to telephone or write to: shown on a trial's own page, never in what leaves the program in bulk."""


@contextmanager
def collection(settings: Settings) -> Iterator[Connection]:
    """The database, read only. Raises StorageError with one line."""
    with storage_errors(settings.db), closing(open_for_reading(settings.db)) as connection:
        yield connection


def ids_of(asked: Iterable[str]) -> list[str]:
    """NCT numbers as the registry shows them, also of its pages' addresses, in order, repeats left out.

    ``@FILE`` stands for all numbers in a text file, as a list, a CSV or a RIS export; ``@-`` for those on standard input.
    Raises MalformedId, and InputError for a file that cannot be read or names no trial.
    """
    return list(dict.fromkeys(nct_id for text in asked for nct_id in _ids_of(text)))


def _ids_of(text: str) -> list[str]:
    """The numbers that one word of a command stands for; several with commas, as an address of the site has them."""
    if text.startswith("@"):
        return _ids_in(text[1:])
    parts = [text] if typed_id(text) else text.strip(", ").split(",")
    try:
        return [pasted_id(part) for part in parts]
    except MalformedId as problem:
        stored = _stored_with_a_digit_more(parts)
        raise MalformedId(problem.what, f"Perhaps you mean {' or '.join(stored)}." if stored else problem.next_step) from None


def _stored_with_a_digit_more(parts: Sequence[str]) -> list[str]:
    """Stored trials whose numbers are those typed with the digit that one of them lacks; the command's database is asked."""
    longer = [nct_id for part in parts for nct_id in with_a_digit_more(part)]
    settings = settings_of(click.get_current_context())
    if not longer or not settings.db.exists():
        return []
    with suppress(StorageError), collection(settings) as connection:  # a guess: what is wrong is the number
        return list(known_ids(connection, longer).values())[:MOST_MEANT]
    return []


def one_id(asked: str) -> str:
    """The one NCT number asked for. Raises MalformedId, and InputError for a file that names several."""
    nct_id, *others = ids_of([asked])
    if others:
        raise InputError(f"{asked} names {len(others) + 1} trials", "This is asked of one trial: name it.")
    return nct_id


def _ids_in(file: str) -> list[str]:
    """The numbers in a file in their order."""
    try:
        text = sys.stdin.read() if file == "-" else _decoded(Path(file).read_bytes(), file)
    except OSError as problem:
        raise InputError(f"{file or 'the file'} cannot be read ({problem.strerror})", "Name a file, as in @ids.txt.") from None
    found = ids_in_text(text)
    if not found:
        where = "standard input" if file == "-" else file
        raise InputError(f"{where} holds no NCT number", "Give a file that names trials, as a list or a CSV.")
    return found


def _decoded(data: bytes, file: str) -> str:
    """A text file of any editor: spreadsheets write "Unicode text" as UTF-16, with a mark at its start.

    Raises InputError for a file of another kind: numbers that happen to stand in a database or an archive were not asked for.
    """
    is_wide = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    if not is_wide and b"\0" in data:
        raise InputError(f"{file} is no text", "Give a list or a CSV; for records, harvest --from.")
    return data.decode("utf-16" if is_wide else "utf-8-sig", errors="replace")


def known(connection: Connection, nct_ids: Sequence[str]) -> list[str]:
    """The stored trials' own numbers, in the order asked. Raises UnknownTrial naming all that are not stored."""
    found = known_ids(connection, nct_ids)
    missing = [nct_id for nct_id in nct_ids if nct_id not in found]
    if missing:
        verb = "is" if len(missing) == 1 else "are"
        raise UnknownTrial(
            f"{', '.join(missing)} {verb} not in the database", f"Fetch with: trialside harvest {' '.join(missing)}"
        )
    return list(dict.fromkeys(found.values()))


def studies_of(connection: Connection, nct_ids: Sequence[str]) -> list[StudyRows]:
    """The trials in the order asked. Raises UnknownTrial naming all that are not stored."""
    return list(read_studies(connection, known(connection, nct_ids)).values())


def warn_of_age(settings: Settings, connection: Connection, nct_ids: Sequence[str]) -> None:
    """Lines on standard error where other rules than this program's read what is shown, and where the registry lost it."""
    line = other_rules_line(connection, nct_ids)
    if line is not None:
        say(settings, line)
    gone = [each.nct_id for each in stale_trials(connection, nct_ids).values() if each.is_gone]
    if gone:
        named = f"{', '.join(gone[:5])}{' …' if len(gone) > 5 else ''}"
        say(settings, f"The registry has no longer, when last asked: {named}. What is stored is shown.")


def other_rules_lines(count: int) -> list[str]:
    """What to say of a collection in which other rules than this program's read so many trials."""
    if not count:
        return []
    trials = "1 trial was" if count == 1 else f"{count:,} trials were"
    return [f"{trials} read by another version of the rules; to read anew: trialside normalise --outdated"]


def attribution(study: StudyRows) -> str:
    """One line: source, date of the data, address of the record, and what was done to it."""
    version = study.one(RecordVersion)
    date = f", data as of {version.data_timestamp[:10]}" if version and version.data_timestamp else ""
    note = f" ({version.note})" if version and version.note else ""
    return (
        f"Source: ClinicalTrials.gov, U.S. National Library of Medicine{date}; {REGISTRY_PAGE}{study.nct_id}{note}. "
        f"Values were read from its text by trialside {__version__}."
    )


def as_tables(study: StudyRows, *row_types: type[Row]) -> dict[str, Any]:
    """The rows of a trial by table, JSON columns as values; all tables but contacts, or those of ``row_types``."""
    kept = {kind: rows for kind, rows in study.rows.items() if (kind in row_types if row_types else kind not in CONTACTS)}
    tables = {kind.table.name: [as_plain(row) for row in rows] for kind, rows in kept.items()}
    return {"nct_id": study.nct_id, "attribution": attribution(study), **tables}


def as_plain(row: Row) -> dict[str, Any]:
    """A row by column name, JSON columns as values. The record itself, which may be long, is left out."""
    columns = {column.name: column for column in row.table.columns if (type(row), column.name) != (RecordVersion, "record")}
    values = row.as_dict()
    return {
        name: json.loads(values[name]) if column.is_json and values[name] else values[name] for name, column in columns.items()
    }
