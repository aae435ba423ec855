"""What the registry answered for one trial that was asked for."""

from __future__ import annotations

from harvester.errors import TrialsideError
from harvester.registry.record import Record
from harvester.shape import shape


@shape()
class Found:
    """A study that came; ``asked`` is the id as asked (canonical), which may be an alias of ``record.nct_id``."""

    asked: str
    record: Record


@shape()
class NotFound:
    """The registry has no such trial."""

    asked: str


@shape()
class Failed:
    """A study that could not be had; ``error`` says why, in one line."""

    asked: str
    error: TrialsideError


Outcome = Found | NotFound | Failed
