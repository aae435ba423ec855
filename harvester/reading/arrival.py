"""What can arrive from a source."""

from __future__ import annotations

from typing import Literal

from harvester.errors import TrialsideError
from harvester.registry.piece import Piece
from harvester.registry.record import Record
from harvester.shape import shape


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


Arrival = Record | Piece | Lost | Confirmed | Reached
"""A record, many records that wait to be decoded, what is known of one trial without its record, or a point in the source."""
