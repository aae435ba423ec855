"""All rows of one study: what reading a record gives, what the store writes and reads back, what a comparison starts from."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field
from typing import Any, TypeVar

from harvester.schema import Row
from harvester.shape import shape

R = TypeVar("R", bound=Row)


@shape()
class StudyRows:
    """Rows by row type, each in the order of the record.

    ``rows`` holds derived rows; read back from the store it holds the current `RecordVersion` too.
    ``memory`` is for those who compute something from the rows alone and will be asked again; it is no part of what they are.
    """

    nct_id: str
    rows: Mapping[type[Row], tuple[Row, ...]]
    memory: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def collect(cls, nct_id: str, rows: Iterable[Row]) -> StudyRows:
        """Sort loose rows into their tables; order within a table is kept."""
        sorted_rows: defaultdict[type[Row], list[Row]] = defaultdict(list)
        for row in rows:
            sorted_rows[type(row)].append(row)
        return cls(nct_id, {kind: tuple(found) for kind, found in sorted_rows.items()})

    def of(self, row_type: type[R]) -> tuple[R, ...]:
        """The rows of one table."""
        return self.rows.get(row_type, ())  # type: ignore[return-value]

    def one(self, row_type: type[R]) -> R | None:
        """The only row of a table that has at most one a study."""
        found = self.of(row_type)
        return found[0] if found else None

    def __iter__(self) -> Iterator[Row]:
        for found in self.rows.values():
            yield from found
