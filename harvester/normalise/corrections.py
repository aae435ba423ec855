"""Corrections applied to what was read, before anything is made of it: rows, contradictions, coverage and timelines all follow.

A correction holds for the words it was made for and for the value that was read from them. Where either is gone, it is void, with
the reason; nothing is guessed. Applied to readings that hold it already, it changes nothing.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from harvester.normalise.correction_facts import CORRECTED, added_fact, corrected_fact, flagged
from harvester.normalise.correction_file import Wanted
from harvester.normalise.correction_readings import added_dose, corrected_dose, corrected_doses, corrected_reading
from harvester.normalise.correction_values import NotAllowed, columns_of, text_of, value_of
from harvester.normalise.links import DoseText
from harvester.tables import Correction
from harvester.tables.eligibility import CRITERIA
from harvester.text.criteria.criterion import CriterionLine
from harvester.text.doses.dose import DoseRead
from harvester.text.facts.fact_read import FactRead, FactReading

T = TypeVar("T", CriterionLine, FactRead, DoseRead)
R = TypeVar("R", FactRead, DoseRead, CriterionLine)
Change = Mapping[str, Any]

_TAKEN = "an earlier line of the file corrects this already"


class Correcting:
    """The corrections of one trial, and what became of each as its texts were read."""

    def __init__(self, nct_id: str, wanted: Sequence[Wanted]) -> None:
        self._nct_id = nct_id
        self._wanted = wanted
        self._fates: dict[int, str | None] = {}
        self._lines: frozenset[int] = frozenset()

    def lines(self, raw: str, lines: tuple[CriterionLine, ...]) -> tuple[CriterionLine, ...]:
        """The criteria of a text with their corrections; facts are read from them afterwards."""
        put = self._put_right("eligibility_criteria", CRITERIA, raw, lines, _corrected_line)
        self._lines = frozenset(put)
        return tuple(put.get(at) or line for at, line in enumerate(lines))

    def facts(self, raw: str, lines: tuple[CriterionLine, ...], reading: FactReading) -> FactReading:
        """What was read from the criteria with its corrections, and with the coverage that follows.

        What was read from a corrected criterion is flagged too: it may let in others.
        """
        put = self._put_right("criterion_facts", CRITERIA, raw, reading.facts, corrected_fact)
        kept = {at: flagged(fact) if fact.line in self._lines else fact for at, fact in _kept(reading.facts, put).items()}
        more = self._added("criterion_facts", CRITERIA, raw, lambda wanted: _added_fact(wanted, lines))
        new = [fact for fact in more if fact not in kept.values()]
        return corrected_reading(lines, reading, (*kept.values(), *new)) if put or new or self._lines else reading

    def doses(self, text: DoseText) -> DoseText:
        """What one text says of doses, with its corrections."""
        put = self._put_right("doses", text.path, text.raw, text.reading.doses, corrected_dose)
        kept = _kept(text.reading.doses, put)
        more = self._added("doses", text.path, text.raw, _added_dose)
        new = [dose for dose in more if dose not in kept.values()]
        return replace(text, reading=corrected_doses(text.reading, kept, new)) if put or new else text

    def rows(self) -> Iterator[Correction]:
        """One row a correction, in the order of the file."""
        for number, each in enumerate(self._wanted, start=1):
            fate = self._fates.get(number - 1, "this record has no such text, or nothing is read from it")
            yield Correction(
                correction_id=f"{self._nct_id}.correction{number}",
                nct_id=self._nct_id,
                source_path=each.source_path,
                source_start=each.start,
                source_end=each.end,
                words=each.quote,
                table_name=each.table,
                action=each.action,
                reading=each.reading,
                column_name=each.column,
                old_value=each.old,
                new_value=each.new,
                reason=each.reason,
                who=each.who,
                made_on=each.date,
                state="applied" if fate is None else "void",
                void_reason=fate,
            )

    def _asked(self, table: str, path: str) -> Iterator[tuple[int, Wanted]]:
        return ((at, each) for at, each in enumerate(self._wanted) if (each.table, each.source_path) == (table, path))

    def _put_right(
        self, table: str, path: str, raw: str, read: Sequence[T], corrected: Callable[[T, Change], T]
    ) -> dict[int, T | None]:
        """Place among ``read`` -> the reading as corrected; None for one that is dropped."""
        asked = [(number, wanted) for number, wanted in self._asked(table, path) if wanted.action != "add"]
        spans: dict[tuple[int, int], list[int]] = {}
        for at, each in enumerate(read if asked else ()):
            spans.setdefault((each.start, each.end), []).append(at)
        changes: dict[int, dict[str, Any] | None] = {}
        made_by: dict[int, list[int]] = {}
        for number, wanted in asked:
            try:
                _check_words(wanted, raw)
                at = _enter(changes, wanted, read, spans.get((wanted.start, wanted.end), ()))
            except NotAllowed as problem:
                self._fates[number] = str(problem)
            else:
                self._fates[number] = None
                made_by.setdefault(at, []).append(number)
        put: dict[int, T | None] = {}
        for at, change in changes.items():
            try:
                put[at] = _in_order(corrected(read[at], change)) if change is not None else None
            except NotAllowed as problem:
                self._fates.update(dict.fromkeys(made_by[at], str(problem)))
        return put

    def _added(self, table: str, path: str, raw: str, made: Callable[[Wanted], R]) -> list[R]:
        """The readings that are to be added, each once."""
        found: dict[R, None] = {}
        for number, wanted in self._asked(table, path):
            if wanted.action == "add":
                try:
                    _check_words(wanted, raw)
                    found[_in_order(made(wanted))] = None
                    self._fates[number] = None
                except NotAllowed as problem:
                    self._fates[number] = str(problem)
        return list(found)


def _enter(
    changes: dict[int, dict[str, Any] | None],
    wanted: Wanted,
    read: Sequence[CriterionLine | FactRead | DoseRead],
    at: Sequence[int],
) -> int:
    """Note one correction in ``changes``: the place of its reading among ``read``. Raises NotAllowed where it is void."""
    fits = [place for place in at if wanted.reading in (None, _name(read[place]))]
    if not fits:
        named = f" of {wanted.reading}" if wanted.reading else ""
        raise NotAllowed(f"nothing{named} is read from exactly these words now")
    if wanted.action == "drop":
        place = _only(fits)
        if place in changes:
            raise NotAllowed(_TAKEN)
        changes[place] = None
        return place
    column = wanted.column or ""
    old, new = (value_of(wanted.table, column, text) for text in (wanted.old, wanted.new))
    settled = [place for place in fits if CORRECTED in getattr(read[place], "flags", ())]
    if settled and any(getattr(read[place], column) == new for place in settled):
        return settled[0]
    place = _only(_as_read(wanted, column, old, new, read, [place for place in fits if place not in settled]))
    if place in changes and (changes[place] is None or column in (changes[place] or ())):
        raise NotAllowed(_TAKEN)
    changes.setdefault(place, {})[column] = new  # type: ignore[index]
    return place


def _as_read(wanted: Wanted, column: str, old: object, new: object, read: Sequence[object], places: Sequence[int]) -> list[int]:
    """Those of ``places`` whose value is the one the correction was made for. Raises NotAllowed when there is none."""
    now = {place: getattr(read[place], column) for place in places}
    found = [place for place, value in now.items() if value == old]
    if found:
        return found
    shown = " or ".join(dict.fromkeys(text_of(value) or "nothing" for value in now.values())) or "corrected already"
    why = ", as the correction says" if new in now.values() else f", not {wanted.old or 'nothing'}"
    raise NotAllowed(f"{column} is read as {shown} now{why}")


def _only(places: Sequence[int]) -> int:
    if len(places) > 1:
        raise NotAllowed(f"{len(places)} readings of these words fit; say under reading which is meant")
    return places[0]


def _name(read: CriterionLine | FactRead | DoseRead) -> str | None:
    """What tells readings of the same words apart."""
    return read.concept if isinstance(read, FactRead) else read.agent if isinstance(read, DoseRead) else None


def _kept(read: Sequence[T], put: Mapping[int, T | None]) -> dict[int, T]:
    """The readings as corrected, by their places, without those that are dropped."""
    corrected = {at: put.get(at, each) for at, each in enumerate(read)}
    return {at: each for at, each in corrected.items() if each is not None}


def _corrected_line(line: CriterionLine, changes: Change) -> CriterionLine:
    return replace(line, **changes)


def _added_fact(wanted: Wanted, lines: Sequence[CriterionLine]) -> FactRead:
    holding = (at for at, line in enumerate(lines) if line.start <= wanted.start and wanted.end <= line.end)
    at = next(holding, None)
    if at is None or lines[at].kind == "header":
        raise NotAllowed("these words do not lie inside one criterion")
    return added_fact(at, wanted.start, wanted.end, lines[at].section, _values(wanted, ("concept",)))


def _added_dose(wanted: Wanted) -> DoseRead:
    return added_dose(wanted.start, wanted.end, wanted.quote, _values(wanted, ("amount_low", "unit")))


def _check_words(wanted: Wanted, raw: str) -> None:
    """Raises NotAllowed unless the words stand where they stood."""
    if raw[wanted.start : wanted.end] == wanted.quote:
        return
    first = raw.find(wanted.quote)
    if first >= 0:
        raise NotAllowed(f"the text changed; the words begin at {first} now, not at {wanted.start}")
    raise NotAllowed("the words are not in the text any more")


def _in_order(read: R) -> R:
    """``read`` itself. Raises NotAllowed where a lower limit lies above the upper one."""
    for low, high in (("low", "high"), ("eligible_low", "eligible_high"), ("amount_low", "amount_high")):
        ends = getattr(read, low, None), getattr(read, high, None)
        if ends[0] is not None and ends[1] is not None and ends[0] > ends[1]:
            raise NotAllowed(f"{low} would lie above {high}")
    return read


def _values(wanted: Wanted, needed: Iterable[str]) -> dict[str, Any]:
    """The columns of a reading to add. Raises NotAllowed."""
    try:
        told = json.loads(wanted.new or "")
    except (ValueError, RecursionError):
        told = None
    if not isinstance(told, dict):
        raise NotAllowed("new is no JSON object of columns")
    written = {name: value if value is None or isinstance(value, str) else json.dumps(value) for name, value in told.items()}
    values = {name: value_of(wanted.table, name, text) for name, text in written.items()}
    missing = [name for name in needed if values.get(name) is None]
    if missing:
        raise NotAllowed(f"{missing[0]} is missing among the columns {', '.join(columns_of(wanted.table))}")
    return values
