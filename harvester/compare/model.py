"""The comparison as one object: terminal, HTML, JSON, embeds and every export are drawn from it, so they cannot disagree.

    Comparison
      trials       who is compared, the focal trial first
      panels       groups of rows; a row has one cell a trial, in the order of ``trials``
      timelines    doses on a common axis of days
      totals       what adds up, with the formula that made it
      stated_only  criteria that no other trial has a counterpart for
      sentences    what the cells say in words, each with the cells it comes from

A cell is in one of four states, and absence is never a claim:

    stated           the record says it; ``lines`` holds what, each with its words
    not stated       the text that would say it is at hand and was read there, and does not say it
    not applicable   the trial's design leaves no room for it
    not read         the text may say it: it is not at hand, or a rule was not sure and left it as text
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import field, fields, replace
from typing import Any, Literal, get_args

from harvester.shape import shape
from harvester.span import Source

State = Literal["stated", "not stated", "not applicable", "not read"]
Verdict = Literal["same", "stricter", "looser", "overlapping", "disjoint", "not comparable"]
Group = Literal["status", "design", "population", "arms", "dosing", "outcomes", "sites and sponsors", "record quality"]
Agreement = Literal["differs", "alike", "cannot tell"]
RecordSource = Literal["api", "file", "page", "digest"]
JsonValue = Any
"""None, a bool, an int, a float, a str, or lists and string-keyed mappings of these."""

GROUPS: tuple[Group, ...] = get_args(Group)


@shape()
class Line:
    """One readable line in a cell. ``sources`` are its words; ``value`` is the same thing for machines."""

    text: str
    sources: tuple[Source, ...] = ()
    flags: tuple[str, ...] = ()
    value: JsonValue = None
    note: str | None = None


@shape()
class Cell:
    """What one trial says in one row.

    ``verdict`` compares the people who may join with those of the focal trial, as sets: ``stricter`` means that
    everybody this trial admits (by this row) the focal trial admits too, and not the other way round. It is ``None`` in
    the focal trial's own cell, where the row is no threshold, and where either side is not stated.
    ``summary`` is what several lines come to, where that is one limit.
    """

    state: State
    lines: tuple[Line, ...] = ()
    verdict: Verdict | None = None
    verdict_reason: str | None = None
    note: str | None = None
    summary: str | None = None

    @property
    def words(self) -> str:
        """The cell in one string: what its lines come to, or the lines themselves, or its state."""
        if self.state != "stated":
            return self.state
        return self.summary or "; ".join(dict.fromkeys(line.text for line in self.lines))


@shape()
class Row:
    """One question put to every trial. ``why`` says why the cells stand together; ``cells`` follow the order of the trials.

    ``agreement`` is what can be said of the cells: they differ, they are alike, or it cannot be told, because one of them was not
    read, two do not compare, or words stand beside words that nobody but a reader can weigh.
    """

    key: str
    label: str
    cells: tuple[Cell, ...]
    differs: bool
    why: str
    help: str | None = None
    unit: str | None = None
    agreement: Agreement = "cannot tell"

    is_alike_where_stated: bool = False
    """Whether several trials state the same and another is silent, and they are told to differ for nothing else."""

    @property
    def is_stated_by_one(self) -> bool:
        """Whether one trial alone states something, another nothing, and none has words on it that were not read."""
        states = [cell.state for cell in self.cells]
        is_silent = "not stated" in states or "not applicable" in states
        return states.count("stated") == 1 and is_silent and not any(c.state == "not read" and c.lines for c in self.cells)


@shape()
class Panel:
    """Rows that belong together. ``key`` is unique in a comparison, a row's key is unique in its panel."""

    key: str
    title: str
    group: Group
    rows: tuple[Row, ...]
    note: str | None = None


@shape()
class TrialHead:
    """The head of a trial's column.

    ``data_date`` is the day the registry processed the data, or the record's own last update where that is all there is;
    ``source_note`` says what the record at hand is, where it is not the registry's own text.
    """

    nct_id: str
    title: str
    acronym: str | None
    position: int
    is_focal: bool
    role: str | None
    reason: str | None
    source: RecordSource
    source_note: str | None
    data_date: str | None
    registry_url: str
    overall_status: str | None
    overall_status_label: str | None
    phases_label: str | None
    version: int | None


@shape()
class Bar:
    """A stretch of days (from the timeline's zero, both ends belong to it) on which a dose is given.

    ``most_per_day`` is the upper end, where the amount a day is a range.
    """

    day_start: float
    day_end: float
    label: str
    amount_per_day: float | None
    unit: str | None
    approximate: bool
    open_ended: bool
    cycle: int | None
    sources: tuple[Source, ...] = ()
    most_per_day: float | None = None


@shape()
class Lane:
    """One agent of one trial on a timeline; ``arm`` is the arm's name where the label ends with it."""

    nct_id: str
    label: str
    bars: tuple[Bar, ...]
    agent: str | None = None
    note: str | None = None
    arm: str | None = None


@shape()
class Timeline:
    """Lanes on a common axis of days. ``zero`` names the event at day 0; ``unit`` the amounts' unit, where all share one."""

    key: str
    title: str
    zero: str
    unit: str | None
    lanes: tuple[Lane, ...]
    note: str | None = None


@shape()
class Total:
    """What a trial's stated doses of one agent add up to, and how: ``formula`` is "335 + 3 × 392 = 1,511 µg"."""

    nct_id: str
    agent: str
    amount: float
    unit: str
    formula: str
    sources: tuple[Source, ...] = ()
    arm: str | None = None
    flags: tuple[str, ...] = ()


@shape()
class StatedOnly:
    """Criteria of one trial that have no counterpart in any other trial of the comparison.

    The last ``usual`` lines are what nearly every trial asks for.
    """

    nct_id: str
    lines: tuple[Line, ...]
    note: str | None = None
    usual: int = 0


@shape()
class CellRef:
    """Where a sentence comes from: one trial's cell in one row of one panel."""

    panel: str
    row: str
    nct_id: str


@shape()
class Sentence:
    """A sentence made from cells, and those cells."""

    text: str
    refs: tuple[CellRef, ...]

    @property
    def rows(self) -> tuple[tuple[str, str], ...]:
        """Panel and key of each row that it comes from, once."""
        return tuple(dict.fromkeys((ref.panel, ref.row) for ref in self.refs))


@shape()
class PairDifference:
    """One row that decides who could join ``trial`` but not ``other``, with both readings in words."""

    trial: str
    other: str
    text: str
    ref: CellRef
    certain: bool


@shape()
class Member:
    """A trial in a comparison set: the part it plays and why it is there, in words."""

    nct_id: str
    role: str | None = None
    reason: str | None = None


def days_of(dates: Iterable[str | None]) -> str | None:
    """The one day that data are of, or the first and the last of several ("2023-11-07 to 2025-08-06"); None if all are unknown.

    Where that of some is unknown, it says so: "2025-08-06, some of unknown date".
    """
    told = set(dates)
    days = sorted(each for each in told if each)
    span = " to ".join(dict.fromkeys(days[:1] + days[-1:]))
    return span + (", some of unknown date" if None in told else "") if span else None


@shape()
class Comparison:
    """A comparison of trials, the focal trial first. See the head of this file."""

    trials: tuple[TrialHead, ...]
    panels: tuple[Panel, ...]
    timelines: tuple[Timeline, ...]
    totals: tuple[Total, ...]
    stated_only: tuple[StatedOnly, ...]
    sentences: tuple[Sentence, ...]
    notes: tuple[str, ...]
    attribution: str
    program_version: str
    collection_size: int
    pairs: tuple[PairDifference, ...] = field(default=())

    @property
    def focal(self) -> TrialHead:
        """The trial that the others are held against."""
        return self.trials[0]

    @property
    def nct_ids(self) -> tuple[str, ...]:
        """NCT numbers, focal first."""
        return tuple(trial.nct_id for trial in self.trials)

    @property
    def data_days(self) -> str | None:
        """The day of the registry's data that the trials come from, or the first and the last of several; None if unknown."""
        return days_of(trial.data_date for trial in self.trials)

    def panel(self, key: str) -> Panel:
        """The panel with this key; KeyError names the keys there are."""
        for panel in self.panels:
            if panel.key == key:
                return panel
        raise KeyError(f"no panel {key!r}; there are {', '.join(panel.key for panel in self.panels)}")

    def groups(self) -> tuple[tuple[Group, tuple[Panel, ...]], ...]:
        """Panels by group, in the order of `GROUPS`; empty groups are left out."""
        found = ((group, tuple(panel for panel in self.panels if panel.group == group)) for group in GROUPS)
        return tuple((group, panels) for group, panels in found if panels)

    def cell(self, ref: CellRef) -> Cell:
        """The cell that a sentence refers to; KeyError when there is none."""
        for row in self.panel(ref.panel).rows:
            if row.key == ref.row:
                return row.cells[self.nct_ids.index(ref.nct_id)]
        raise KeyError(f"no row {ref.row!r} in panel {ref.panel!r}")

    def differences_only(self) -> Comparison:
        """The same comparison with only the rows in which the trials differ; empty panels go too. A note counts the others."""
        kept = (replace(panel, rows=tuple(row for row in panel.rows if row.differs)) for panel in self.panels)
        panels = tuple(panel for panel in kept if panel.rows)
        there = {(panel.key, row.key) for panel in panels for row in panel.rows}
        sentences = tuple(each for each in self.sentences if all((ref.panel, ref.row) in there for ref in each.refs))
        left_out = [row.agreement for panel in self.panels for row in panel.rows if not row.differs]
        alike, unsure = left_out.count("alike"), left_out.count("cannot tell")
        rows = f"{alike} row{'' if alike == 1 else 's'} in which the trials do not differ"
        note = f"Left out: {rows}, {unsure} in which it cannot be told."
        return replace(self, panels=panels, sentences=sentences, notes=(*self.notes, *([note] if left_out else [])))

    def as_json(self) -> dict[str, JsonValue]:
        """The comparison as plain lists and dictionaries, keys in the order of the fields above, every field always there.

        Tuples become lists; nothing else is changed, so two equal comparisons give the same bytes.
        """
        plain = _plain(self)
        assert isinstance(plain, dict)  # noqa: S101 - a dataclass always gives a dict
        return plain


def _plain(value: Any) -> JsonValue:
    if isinstance(value, str | int | float | None):
        return value
    if isinstance(value, tuple | list):
        return [_plain(each) for each in value]
    if isinstance(value, Mapping):
        return {str(key): _plain(each) for key, each in value.items()}
    return {name: _plain(getattr(value, name)) for name in _names(type(value))}


_NAMES: dict[type[Any], tuple[str, ...]] = {}


def _names(kind: type[Any]) -> tuple[str, ...]:
    """Names of a dataclass's fields, looked up once a class."""
    if kind not in _NAMES:
        _NAMES[kind] = tuple(each.name for each in fields(kind))
    return _NAMES[kind]
