"""What can arrive from a source, and a record with what was read from it, or with the knowledge that nothing needs to be."""

from __future__ import annotations

from typing import Literal, NamedTuple

from harvester.errors import TrialsideError
from harvester.normalise.parts import is_sound
from harvester.registry.piece import Piece
from harvester.registry.record import Record
from harvester.shape import shape
from harvester.tables import StudyRows
from harvester.tables.plain import PlainRows, typed_rows


class Reading(NamedTuple):
    """A record and what was read from it, in plain values: cheap to hand from one process to another.

    ``tables`` are the derived rows but those of the parts ``kept``, which are stored already; ``read_from`` are the digests of
    the fields that each part comes from, ``told`` is what a person should know of the corrections.
    """

    nct_id: str
    raw: str
    content_sha256: str
    source: str
    source_url: str | None
    api_version: str | None
    data_timestamp: str | None
    fetched_at: str
    aliases: tuple[str, ...]
    note: str | None
    tables: PlainRows
    told: str | None
    read_from: tuple[str, str]
    kept: tuple[str, ...] = ()

    @property
    def fields(self) -> tuple[str | None, str | None]:
        """What the store keeps of ``read_from``: nothing where a field could not be used, for of that a part took note."""
        return self.read_from if is_sound(self.tables) else (None, None)

    def rows(self) -> StudyRows:
        """The rows by their types."""
        return typed_rows(self.nct_id, self.tables)


class Seen(NamedTuple):
    """A record whose content is stored already: nothing was read from it, since its rows are there."""

    nct_id: str
    raw: str
    content_sha256: str
    source: str
    source_url: str | None
    api_version: str | None
    data_timestamp: str | None
    fetched_at: str
    aliases: tuple[str, ...]
    note: str | None


@shape()
class Lost:
    """A trial that did not arrive: what was asked for (a number, or a file), and why not.

    ``where`` names an error of ours by its class and the place it arose in, as ``KeyError at text/dose.py:81``.
    """

    asked: str
    fate: Literal["failed", "not_found"]
    error: TrialsideError
    where: str | None = None

    @property
    def entry(self) -> dict[str, str | None]:
        """The problem as a run keeps it."""
        kept: dict[str, str | None] = {
            "nct_id": self.asked,
            "fate": self.fate,
            "problem": self.error.what,
            "next_step": self.error.next_step,
        }
        return kept | ({"where": self.where} if self.where else {})


@shape()
class Confirmed:
    """A trial of which the registry says, without giving its record, that it was not updated since the record here."""

    nct_id: str
    api_version: str
    data_timestamp: str


@shape()
class Reached:
    """A point in a source: everything before it has arrived. ``what`` is for whoever keeps how far the source was read."""

    what: object


Arrival = Record | Reading | Piece | Lost | Confirmed | Reached
"""A record, one that was read on its way, many that wait to be decoded, what is known of one trial without its record, or a point
in the source."""
