"""The corrections file: its grammar, which stands on top of ``db/corrections.csv``, and what it asks for."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping, Sequence
from datetime import date
from io import StringIO

from harvester.shape import shape
from harvester.tables.corrections import ACTIONS, CORRECTED_TABLES

COLUMNS = (
    "nct_id", "source_path", "start", "end", "quote", "table", "action", "reading", "column", "old", "new", "reason", "who",
    "date",
)  # fmt: skip
_MUST_STAND = ("nct_id", "source_path", "start", "end", "quote", "table", "action", "reason", "who", "date")
_NCT = re.compile(r"NCT\d{8}\Z")
_PLACE = re.compile(r"\d{1,9}\Z")


class BadCorrections(ValueError):
    """A line of the file breaks the grammar: ``line`` is its number, from 1, ``what`` the fault in words."""

    def __init__(self, line: int, what: str) -> None:
        super().__init__(f"line {line}: {what}")
        self.line = line
        self.what = what


@shape()
class Wanted:
    """One line of the file. Values are text as written; None where nothing stands. ``start`` and ``end`` as in `Span`."""

    line: int
    nct_id: str
    source_path: str
    start: int
    end: int
    quote: str
    table: str
    action: str
    reading: str | None
    column: str | None
    old: str | None
    new: str | None
    reason: str
    who: str
    date: str


Corrections = Mapping[str, Sequence[Wanted]]
"""Corrections by NCT number, in the order of the file."""

NO_CORRECTIONS: Corrections = {}


def read_corrections(text: str) -> Corrections:
    """The corrections of a file. Raises BadCorrections for the first line that breaks the grammar."""
    rows = csv.reader(StringIO(text.removeprefix("\ufeff"), newline=""), strict=True)
    found: dict[str, list[Wanted]] = {}
    begun = named = False
    last = 0
    try:
        for cells in rows:
            line, last, begun = last + 1, rows.line_num, True
            if not cells or cells[0].startswith("#"):
                continue
            if not named:
                named = _check_names(line, cells)
                continue
            wanted = _wanted(line, cells)
            found.setdefault(wanted.nct_id, []).append(wanted)
    except csv.Error as problem:
        raise BadCorrections(last + 1, f"no comma-separated values ({problem})") from None
    if begun and not named:
        raise BadCorrections(last, f"the line of names is missing: {','.join(COLUMNS)}")
    return {nct_id: tuple(each) for nct_id, each in found.items()}


def _check_names(line: int, cells: Sequence[str]) -> bool:
    if tuple(cell.strip() for cell in cells) != COLUMNS:
        raise BadCorrections(line, f"the names must be {','.join(COLUMNS)}")
    return True


def _wanted(line: int, cells: Sequence[str]) -> Wanted:
    if len(cells) != len(COLUMNS):
        raise BadCorrections(
            line, f"{len(cells)} values stand there instead of {len(COLUMNS)}; put quotes round those with commas"
        )
    # The words keep their outer blanks: they are compared with the record.
    values = {name: cell if name == "quote" else cell.strip() for name, cell in zip(COLUMNS, cells, strict=True)}
    empty = [name for name in _MUST_STAND if not values[name]]
    if empty:
        raise BadCorrections(line, f"{empty[0]} is empty")
    problem = _problem(values)
    if problem:
        raise BadCorrections(line, problem)
    start, end = int(values["start"]), int(values["end"])
    if end - start != len(values["quote"]):
        raise BadCorrections(line, f"start {start} and end {end} do not fit a quote of {len(values['quote'])} characters")
    told = {name: values[name] or None for name in ("reading", "column", "old", "new")}
    kept = {name: values[name] for name in ("nct_id", "source_path", "quote", "table", "action", "reason", "who", "date")}
    return Wanted(line=line, start=start, end=end, **kept, **told)  # type: ignore[arg-type]


def _problem(values: Mapping[str, str]) -> str | None:
    """What is wrong with the values of a line, in words."""
    if not _NCT.match(values["nct_id"]):
        return f"{values['nct_id'][:40]!r} is no NCT number"
    if not (_PLACE.match(values["start"]) and _PLACE.match(values["end"])):
        return "start and end must be whole numbers"
    if values["table"] not in CORRECTED_TABLES:
        return f"table must be {_either(CORRECTED_TABLES)}, not {values['table'][:40]!r}"
    if values["action"] not in ACTIONS:
        return f"action must be {_either(ACTIONS)}, not {values['action'][:40]!r}"
    if values["action"] == "set" and not values["column"]:
        return "set needs a column"
    if values["action"] == "add" and not values["new"]:
        return "add needs the columns of the reading under new, as a JSON object"
    idle = {"set": (), "add": ("column", "old"), "drop": ("column", "old", "new")}[values["action"]]
    if any(values[name] for name in idle):
        return f"{values['action']} takes nothing under {_either(idle)}"
    if values["action"] != "set" and values["table"] == "eligibility_criteria":
        return "criteria can be set, not dropped or added"
    return None if _is_day(values["date"]) else f"{values['date'][:40]!r} is no day; write it as 2026-11-25"


def _either(names: Sequence[str]) -> str:
    return f"{', '.join(names[:-1])} or {names[-1]}"


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
