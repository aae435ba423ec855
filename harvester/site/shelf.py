"""Trials that were read lately, kept as long as the data stay the same: comparisons of one focal trial share most of theirs.

What is computed from a trial's rows alone is remembered with them (`StudyRows.memory`), so it is kept here too.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING

from harvester.store import read_studies
from harvester.tables import DERIVED, Row, StudyRows

if TYPE_CHECKING:
    import sqlite3

MOST_ROWS = 60_000
"""Rows of all kept trials together; a trial has about a hundred, one with many sites a thousand."""


@dataclass
class Shelf:
    """Trials by number, all of one state of the data; the longest unused go first. For many threads."""

    most_rows: int = MOST_ROWS
    of: Sequence[type[Row]] = DERIVED
    """The types of rows that are read and kept; a trial's current version is kept with them."""
    _state: int | None = None
    _kept: OrderedDict[str, tuple[int, StudyRows]] = field(default_factory=OrderedDict)
    _rows: int = 0
    _lock: Lock = field(default_factory=Lock)

    def studies(self, connection: sqlite3.Connection, state: int, nct_ids: Sequence[str]) -> dict[str, StudyRows]:
        """As `read_studies`, obsolete numbers last; ``state`` is that of the data on this connection."""
        with self._lock:
            if self._state != state:
                self._kept.clear()  # first: a visit may be broken off at any step
                self._state, self._rows = state, 0
            there = {nct_id: self._kept[nct_id][1] for nct_id in nct_ids if nct_id in self._kept}
            for nct_id in there:
                self._kept.move_to_end(nct_id)
        missing = [nct_id for nct_id in nct_ids if nct_id not in there]
        read = read_studies(connection, missing, self.of) if missing else {}
        with self._lock:
            if self._state == state:
                for rows in read.values():
                    self._put(rows)
        found = there | read
        in_order = dict.fromkeys([*(nct_id for nct_id in nct_ids if nct_id in found), *found])
        return {nct_id: found[nct_id] for nct_id in in_order}

    def at(self, state: int) -> Callable[[sqlite3.Connection, Sequence[str]], dict[str, StudyRows]]:
        """What reads trials of this state of the data."""
        return lambda connection, nct_ids: self.studies(connection, state, nct_ids)

    def _put(self, rows: StudyRows) -> None:
        count = sum(len(each) for each in rows.rows.values())
        self._rows += count
        before = self._kept.pop(rows.nct_id, None)
        self._kept[rows.nct_id] = (count, rows)
        self._rows -= before[0] if before else 0
        while self._rows > self.most_rows and len(self._kept) > 1:
            self._rows -= self._kept.popitem(last=False)[1][0]
