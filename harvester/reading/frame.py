"""What goes through the pipes between the program and its workers: length, then plain values as `marshal` writes them.

Both ends are the same program on the same interpreter; nothing from outside is ever read this way.
"""

from __future__ import annotations

import marshal
import struct
from collections.abc import Iterable
from dataclasses import astuple
from typing import Any, Final, Protocol

from harvester.errors import BadRecord
from harvester.reading.arrival import Lost, Reading, Seen
from harvester.registry.piece import Piece
from harvester.registry.record import Origin, Record

_LENGTH: Final = struct.Struct(">Q")


class Source(Protocol):
    """The end of a pipe that is read."""

    def read(self, size: int, /) -> bytes | None:
        """``size`` bytes; fewer at the end."""
        ...


class Sink(Protocol):
    """The end of a pipe that is written."""

    def write(self, data: bytes, /) -> int | None:
        """Take all of ``data``."""
        ...

    def flush(self) -> None:
        """Send it."""
        ...


def send(sink: Sink, values: Any) -> None:
    """Write one frame. Raises OSError when nobody reads any more."""
    data = marshal.dumps(values)
    sink.write(_LENGTH.pack(len(data)))
    sink.write(data)
    sink.flush()


def receive(source: Source) -> Any:
    """The next frame's values. Raises EOFError at the end, also inside a frame."""
    head = source.read(_LENGTH.size)
    if not head or len(head) < _LENGTH.size:
        raise EOFError
    size = _LENGTH.unpack(head)[0]
    data = source.read(size)
    if data is None or len(data) < size:
        raise EOFError
    return marshal.loads(data)  # noqa: S302 - written by our own other half


def pack_pieces(pieces: Iterable[Piece]) -> list[Any]:
    """Pieces as plain values."""
    return [(each.data, each.name, astuple(each.origin), each.first, each.in_list, each.address) for each in pieces]


def unpack_pieces(values: Iterable[Any]) -> list[Piece]:
    """The pieces that `pack_pieces` packed."""
    return [Piece(data, name, Origin(*origin), *rest) for data, name, origin, *rest in values]


def piece_of(record: Record) -> Piece:
    """A piece that holds only ``record``."""
    origin = Origin(
        source=record.source,
        source_url=record.source_url,
        api_version=record.api_version,
        data_timestamp=record.data_timestamp,
        fetched_at=record.fetched_at,
        note=record.note,
    )
    return Piece(record.raw.encode("utf-8"), record.nct_id, origin)


def pack_found(found: Iterable[Reading | Seen | Lost]) -> list[Any]:
    """What was read in a piece, as plain values."""
    return [_packed(each) for each in found]


def _packed(each: Reading | Seen | Lost) -> tuple[Any, ...]:
    return tuple(each) if isinstance(each, Reading | Seen) else (each.asked, each.error.what, each.error.next_step, each.where)


def unpack_found(values: Iterable[Any]) -> list[Reading | Seen | Lost]:
    """What `pack_found` packed."""
    return [_unpacked(each) for each in values]


def _unpacked(values: tuple[Any, ...]) -> Reading | Seen | Lost:
    if len(values) == len(Reading._fields):
        return Reading(*values)
    if len(values) == len(Seen._fields):
        return Seen(*values)
    asked, what, next_step, where = values
    return Lost(asked, "failed", BadRecord(what, next_step), where)
