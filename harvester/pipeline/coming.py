"""A part of a run as it is about to be written: what each record is to the store, its rows whole, and the rows there were.

What was read before the store was asked may have been overtaken: a trial may come twice in a run. Then it is read after all.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from harvester.normalise.parts import PARTS, completed
from harvester.reading.arrival import Confirmed, Lost, Reading, Seen
from harvester.shape import shape
from harvester.store import Head, ReadBy, Standing, Store
from harvester.tables.plain import PlainRows

Trial = Reading | Seen | Lost | Confirmed
ReadAfterAll = Callable[[Seen | Reading], Reading | Lost]


@shape()
class Before:
    """The version that was current until now, its rows, and whether the rules of this program read them."""

    head: Head
    rows: PlainRows
    is_current: bool


@shape()
class Coming:
    """``trials`` in their order; ``written`` are new versions, ``renewed`` came unchanged, but other rules read them."""

    trials: tuple[Trial, ...]
    standings: Mapping[str, Standing]
    written: tuple[Reading, ...]
    renewed: tuple[Reading, ...]
    before: Mapping[str, Before]

    @property
    def unchanged(self) -> list[Reading | Seen]:
        """Records whose content is stored."""
        return [each for each in _received(self.trials) if self.standings[each.nct_id] == "unchanged"]


def coming(store: Store, part: Sequence[Trial], read_after_all: ReadAfterAll) -> Coming:
    """What is to be done with a part of a run in which each trial stands once."""
    standings = store.standings(_received(part))
    trials = _read_where_overtaken(store, part, standings, read_after_all)
    read = [each for each in trials if isinstance(each, Reading)]
    changed = [each.nct_id for each in read if standings[each.nct_id] == "changed"]
    again = [each for each in read if standings[each.nct_id] == "unchanged"]
    there = [*changed, *(each.nct_id for each in again)]
    heads, known = (store.heads(there), store.read_by(there)) if there else ({}, {})
    rows = store.rows_of(changed) if changed else {}
    return Coming(
        tuple(trials),
        standings,
        tuple(_whole(each, rows) for each in read if standings[each.nct_id] in ("new", "changed")),
        tuple(
            each
            for each in again
            if heads[each.nct_id].content_sha256 == each.content_sha256 and not _is_current(known, each.nct_id)
        ),
        {nct_id: Before(heads[nct_id], rows[nct_id], _is_current(known, nct_id)) for nct_id in changed},
    )


def _received(part: Sequence[Trial]) -> list[Reading | Seen]:
    return [each for each in part if isinstance(each, Reading | Seen)]


def _whole(each: Reading, rows: Mapping[str, PlainRows]) -> Reading:
    return each._replace(tables=completed(each.tables, rows[each.nct_id], each.kept), kept=()) if each.kept else each


def _is_current(known: Mapping[str, ReadBy], nct_id: str) -> bool:
    return nct_id in known and known[nct_id].is_current


def _read_where_overtaken(
    store: Store, part: Sequence[Trial], standings: Mapping[str, Standing], read_after_all: ReadAfterAll
) -> list[Trial]:
    trusting = [
        each for each in _received(part) if standings[each.nct_id] in ("new", "changed") and (isinstance(each, Seen) or each.kept)
    ]
    known = store.read_by(each.nct_id for each in trusting) if trusting else {}
    overtaken = {each.nct_id for each in trusting if isinstance(each, Seen) or not _still_holds(each, known.get(each.nct_id))}
    return [read_after_all(each) if isinstance(each, Seen | Reading) and each.nct_id in overtaken else each for each in part]


def _still_holds(each: Reading, known: ReadBy | None) -> bool:
    """Whether the rows that are stored come from the fields that ``each`` was taken to share with them."""
    if known is None or not known.is_current:
        return False
    return all(now == there for part, now, there in zip(PARTS, each.read_from, known.fields, strict=True) if part in each.kept)
