"""The gate: what came waits on disk until the whole run is judged; readers see the old state meanwhile.

The checks are tallies over all records of the run, so memory stays small whatever comes. A run of more than `STAGED` records is
judged in parts of that size, since what waits takes room, and since a run of days must be able to stop and go on. Only what
passed is written, whole trials in a transaction; a trial is acknowledged when its transaction is on disk, never while it waits.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice

from harvester.errors import BadRecord, RegistryAnswerBad, StorageError, TrialsideError
from harvester.normalise import NO_CORRECTIONS
from harvester.normalise.parts import completed
from harvester.pipeline import Arrival, Harvest, Lost, Reading, reading_of
from harvester.registry.record import Record
from harvester.store import Staging, known_ids, stale_trials
from harvester.tables import (
    Condition,
    Design,
    DesignGroup,
    DesignOutcome,
    Eligibility,
    EligibilityCriterion,
    Intervention,
    Row,
    Sponsor,
    Study,
    StudyRows,
)
from harvester.tables.plain import typed_rows
from harvester.versions import stored_record

STAGED = 5_000
"""Records that wait for the gate together: about 100 MB on disk. A day's changes in the whole registry are fewer."""
HELD = 100_000
"""Other arrivals that wait beside them: the numbers of trials that did not change, or that could not be had."""
READ = 200
"""Changed records of a run that are read into rows for the gate, besides the fields of all."""
LIGHT = 50_000
"""Characters of a record whose rows wait as they were read for the gate; most have fewer. A larger one is read again."""
FEWEST = 5
"""Trials that must have had something in their rows for its absence to mean anything; as many may be gone at once."""
FEWEST_FIELDS = 20
"""The same for fields of the record of which the program reads nothing."""
KEPT = 10
"""What less than one in so many still has is lost."""
_ONE_ROW: tuple[type[Row], ...] = (Study, Design, Eligibility)
_LISTS: tuple[type[Row], ...] = (Condition, DesignGroup, Intervention, DesignOutcome, EligibilityCriterion, Sponsor)
_MAY_END = (
    "protocolSection.statusModule.lastKnownStatus",
    "protocolSection.statusModule.delayedPosting",
    "protocolSection.contactsLocationsModule.centralContacts",
    "protocolSection.contactsLocationsModule.locations.contacts",
    "protocolSection.contactsLocationsModule.locations.status",
    "derivedSection.miscInfoModule",
    "annotationSection",
)
"""Fields that end as a trial goes on: nothing is amiss when all trials that are updated lose them."""


def gated(harvest: Harvest, arrivals: Iterable[Arrival]) -> Iterator[Arrival]:
    """The arrivals, held back until all of them passed. Raises RegistryAnswerBad when they do not: then none of them is shown.

    Where the registry gives out before the end, what came is judged, shown if it passes, and the error raised after it.
    """
    arriving = iter(arrivals)
    with Staging() as staging:
        while True:
            gate, held = Gate(harvest), list[Arrival | int]()
            stopped, is_full = None, False
            try:
                for arrival in islice(arriving, HELD):
                    seen = gate.see(arrival)
                    held.append(staging.put(seen) if isinstance(seen, Record) else seen)
                    if gate.records == STAGED:
                        break
                is_full = gate.records == STAGED or len(held) == HELD
            except StorageError:
                raise
            except TrialsideError as problem:
                stopped = problem
            gate.check()
            yield from (_back(staging, each) if isinstance(each, int) else each for each in held)
            if stopped is not None:
                raise stopped
            if not is_full:
                return


def _back(staging: Staging, place: int) -> Record:
    version, aliases = staging.take(place)
    return replace(stored_record(version), aliases=aliases)


@dataclass
class Tally:
    """Of each thing by name: how many trials had it before, and how many of these have it still."""

    had: Counter[str] = field(default_factory=Counter)
    kept: Counter[str] = field(default_factory=Counter)

    def add(self, before: set[str], after: set[str]) -> None:
        """Count one trial."""
        self.had.update(before)
        self.kept.update(before & after)

    def lost(self, fewest: int) -> list[str]:
        """What at least ``fewest`` had and hardly any still has, as "studies.phase in 12 trials"."""
        return [f"{name} in {n} trials" for name, n in sorted(self.had.items()) if n >= fewest and self.kept[name] * KEPT < n]


class Gate:
    """What is known of one run, or of one part of a long one."""

    def __init__(self, harvest: Harvest) -> None:
        self.records = 0
        self._harvest = harvest
        self._arrived = 0
        self._read = 0
        self._hashes: dict[str, str] = {}
        self._twice: list[str] = []
        self._missing: list[str] = []
        self._orphans: list[str] = []
        self._columns, self._fields = Tally(), Tally()
        self._place = Place()

    def see(self, arrival: Arrival) -> Arrival:
        """Take note of what came, which is given back; a record that had to be read for it may come back with what was read."""
        self._arrived += 1
        if isinstance(arrival, Lost) and arrival.fate == "not_found":
            self._missing.append(arrival.asked)
        elif isinstance(arrival, Record):
            self.records += 1
            if self._hashes.setdefault(arrival.nct_id, arrival.content_sha256) != arrival.content_sha256:
                self._twice.append(arrival.nct_id)
            standing = self._harvest.store.standing(arrival)
            if standing == "changed":
                self._compare(arrival)
            if standing in ("new", "changed") and self._read < READ:
                self._read += 1
                return self._look_into(arrival) or arrival
        return arrival

    def _compare(self, record: Record) -> None:
        before = self._harvest.store.record(record.nct_id)
        try:
            old = stored_record(before).body if before is not None else {}
        except BadRecord:  # what is stored cannot be compared with; the new record replaces it
            return
        self._fields.add(filled(old, self._place), filled(record.body, self._place))

    def _look_into(self, record: Record) -> Reading | None:
        """Judge its rows as the registry gives them; what was read is what will be written, if no correction is to be applied."""
        nct_id, store = record.nct_id, self._harvest.store
        before, known = store.rows_of([nct_id])[nct_id], store.read_by([nct_id]).get(nct_id)
        read = reading_of(record, NO_CORRECTIONS, known.fields if known is not None and known.is_current else ())
        if isinstance(read, Lost):  # a record that cannot be read is counted as failed where it would be stored
            return None
        rows = typed_rows(nct_id, completed(read.tables, before, read.kept))
        self._orphans += orphans(rows)
        if before:
            self._columns.add(columns(typed_rows(nct_id, before)), columns(rows))
        return read if len(record.raw) <= LIGHT and not self._harvest.corrections.get(nct_id) else None

    def check(self) -> None:
        """Raises RegistryAnswerBad with the first thing that is amiss; nothing of the run is shown then."""
        if self._twice:
            raise RegistryAnswerBad(
                f"The registry gave {_listed(self._twice)} twice, with other content",
                "Nothing of it was stored; try again later.",
            )
        if self._orphans:
            raise RegistryAnswerBad(
                f"The registry's new records do not hang together: {_listed(self._orphans)}",
                "What is stored stays as it is; please report this line.",
            )
        lost = [*self._columns.lost(FEWEST), *self._fields.lost(FEWEST_FIELDS)]
        if lost:
            raise RegistryAnswerBad(
                f"The registry's new records lack what they had before: {_listed(lost, '; ')}",
                "What is stored stays as it is. If the registry really dropped it: trialside refresh --accept",
            )
        self._check_missing()

    def _check_missing(self) -> None:
        if len(self._missing) <= max(FEWEST, self._arrived // KEPT):
            return
        known = stale_trials(self._harvest.store.connection, self._missing)
        gone = [nct_id for nct_id in self._missing if nct_id not in known or not known[nct_id].is_gone]
        here = set(known_ids(self._harvest.store.connection, gone).values())
        gone = [nct_id for nct_id in gone if nct_id in here]
        if len(gone) > max(FEWEST, self._arrived // KEPT):
            raise RegistryAnswerBad(
                f"The registry says that it has {len(gone)} of {self._arrived} trials no longer: {_listed(gone)}",
                "Nothing was marked as gone. If they really are: trialside refresh --accept",
            )


class Place(dict[str, "Place"]):
    """A field by its dotted path without list indexes, with the fields inside it, each made when it is first met.

    ``may_end``: it, and all inside it, may end as a trial goes on.
    """

    __slots__ = ("may_end", "path")

    def __init__(self, path: str = "") -> None:
        super().__init__()
        self.path = path
        self.may_end = path.startswith(_MAY_END)

    def __missing__(self, name: str) -> Place:
        place = self[name] = Place(f"{self.path}.{name}" if self.path else name)
        return place


def filled(body: object, top: Place | None = None) -> set[str]:
    """Dotted paths, without list indexes, of the fields that hold something, but those that may end as a trial goes on.

    ``top`` is the place of the whole record, for who asks of many: there are some hundreds of fields, and thousands of
    values of them in a record.
    """
    found: set[str] = set()
    waiting: list[tuple[Place, object]] = [(Place() if top is None else top, body)]
    while waiting:
        place, value = waiting.pop()
        inside: Iterable[tuple[Place, object]] = ()
        if isinstance(value, dict):
            inside = [(place[name], inner) for name, inner in value.items()]
        elif isinstance(value, list):
            inside = [(place, inner) for inner in value]
        for there, inner in inside:
            if there.may_end:
                continue
            if inner.__class__ is dict or inner.__class__ is list:
                waiting.append((there, inner))
            elif inner is not None and inner != "":
                found.add(there.path)
    return found


def columns(rows: StudyRows) -> set[str]:
    """Columns and lists of a trial's rows that hold something, of those that the gate looks at."""
    found = {row_type.table.name for row_type in _LISTS if rows.of(row_type)}
    for row_type in _ONE_ROW:
        row = rows.one(row_type)
        for column in row_type.table.columns if row is not None else ():
            paths = row_type.table.field_paths(column)
            if paths and not paths[0].startswith(_MAY_END) and getattr(row, column.name) is not None:
                found.add(f"{row_type.table.name}.{column.name}")
    return found


def orphans(rows: StudyRows) -> list[str]:
    """Rows of a trial that refer to rows it does not have, as "doses.regimen_id of NCT…"."""
    found = []
    for row_type, own in rows.rows.items():
        for column in row_type.table.columns:
            table, _, name = (column.references or "").partition(".")
            if table:
                there = {getattr(row, name) for row in rows if row.table.name == table}
                if any((value := getattr(row, column.name)) is not None and value not in there for row in own):
                    found.append(f"{row_type.table.name}.{column.name} of {rows.nct_id}")
    return found


def _listed(names: Sequence[str], joint: str = ", ") -> str:
    return f"{joint.join(names[:5])}{' …' if len(names) > 5 else ''}"
