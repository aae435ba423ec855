"""A stream of many records cut into pieces without decoding it: each piece is bytes that hold whole records.

Whoever reads a piece may be another process. A cut is made where one record ends and the next begins, which shows in the bytes:
a quotation mark inside a text is written with a backslash, so ``{"protocolSection":`` never stands in a text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import field, replace
from itertools import pairwise
from typing import Any, Final

from harvester.registry.byte_stream import CHUNK, Readable
from harvester.registry.json_stream import Element, elements_in
from harvester.registry.json_text import Damaged, decode, decode_exactly, lenient_text
from harvester.registry.record import Origin
from harvester.shape import shape

PIECE: Final = 2_000_000
"""Bytes after which the next cut ends a piece: some hundred records, work for less than a second."""
MOST: Final = 100
"""Records of a piece, however small: so that all workers have something to do."""
LARGEST_UNCUT: Final = 32_000_000  # bytes without a cut; what goes on longer is no run of records
HEAD: Final = 4_096  # bytes that tell what a stream is

_FIRST_KEY: Final = b'"protocolSection"'
_RECORD: Final = rb'\{\s*"protocolSection"\s*:'
_FIELD: Final = rb'"[A-Za-z]{1,40}"\s*:\s*(?:\d{1,12}|"[^"\\]{0,500}")'
_BEGINS = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?P<list>\[\s*|\{\s*(?:" + _FIELD + rb'\s*,\s*){0,3}"studies"\s*:\s*\[\s*|)(?=' + _RECORD + rb")"
)
_BEFORE_A_RECORD = re.compile(rb"\}[\s,]*(\{\s*)\Z")
_BEGINNING = re.compile(
    rb'\{\s*"protocolSection"\s*:\s*\{\s*"identificationModule"\s*:\s*\{\s*"nctId"\s*:\s*"([A-Za-z0-9]{4,12})"'
)
_BLANKS: Final = 64  # bytes at most between two records where a cut is seen
_END = re.compile(rb"\}\s*(\](?:\s*,\s*" + _FIELD + rb")*\s*\}\s*)\Z")
_EMPTY = re.compile(rb"\{\s*(?:" + _FIELD + rb'\s*,\s*)*"studies"\s*:\s*\[\s*\]')
_END_BYTES: Final = 2_000


@shape()
class Piece:
    """Whole records as bytes.

    ``name`` is what a message calls the source, ``first`` the place of the first record in it, from 1. ``in_list`` says that a
    bracket after a record ends a list. ``address`` is where records of the registry have theirs, ``records`` how many there are.
    """

    data: bytes = field(repr=False)
    name: str
    origin: Origin
    first: int = 1
    in_list: bool = False
    address: str | None = None
    records: int = 1

    def elements(self) -> Iterator[Element]:
        """The JSON values in it, numbered as in the source; one that is damaged says so and costs no other."""
        place = self.first
        for start, end in pairwise((0, *_cuts(self.data), len(self.data))):
            alone = self.data[start:end].rstrip(b", \t\r\n")
            body = decode_exactly(alone)
            if body is not None:
                yield Element(place, alone.decode("utf-8"), body)
                place += 1
                continue
            for element in elements_in(lenient_text(self.data[start:end]), place, in_list=self.in_list):
                yield element
                place = element.place + 1


def begins_records(head: bytes) -> bool:
    """Whether a stream that begins with ``head`` is a run of records, a list of them, or a search answer."""
    return _BEGINS.match(head) is not None


def cut_stream(stream: Readable, name: str, origin: Origin) -> Iterator[Piece | bytes]:
    """The pieces of a stream that `begins_records`.

    Where it goes on too long without a cut, the last thing given is ``bytes``: what was read of it and is in no piece.
    """
    waiting = bytearray(stream.read1(CHUNK))
    while len(waiting) < HEAD and (more := stream.read1(CHUNK)):
        waiting += more
    begun = _BEGINS.match(waiting)
    if begun is None:
        raise ValueError(f"{name} begins with no record")
    in_list, place, count, looked_at = begun["list"] != b"", 1, 0, 0
    del waiting[: begun.end()]
    try:
        while len(waiting) <= LARGEST_UNCUT:
            start = 0
            for cut in _cuts(waiting, looked_at):
                count += 1
                if cut - start >= PIECE or count == MOST:
                    yield Piece(bytes(waiting[start:cut]), name, origin, place, in_list, records=count)
                    place, start, count = place + count, cut, 0
            del waiting[:start]
            looked_at = max(0, len(waiting) - len(_FIRST_KEY) + 1)
            more = stream.read1(CHUNK)
            if not more:
                break
            waiting += more
        else:
            yield bytes(b"[" + waiting if in_list else waiting)
            return
    except Exception:  # what came before the fault is read
        yield Piece(bytes(waiting), name, origin, place, in_list, records=count + 1)
        raise
    if waiting:
        yield Piece(bytes(waiting), name, origin, place, in_list, records=count + 1)


def cut_answer(body: bytes, name: str, origin: Origin, address: str) -> tuple[dict[str, Any], list[Piece]]:
    """A search answer of the registry: its own fields (``totalCount``, ``nextPageToken``), and its studies in pieces.

    Raises Damaged when the answer is none, or is not written as the registry writes it: then it must be read whole.
    """
    begun = _BEGINS.match(body)
    if begun is None or not begun["list"].startswith(b"{"):
        if _EMPTY.match(body) is None:
            raise Damaged("is no list of studies")
        return decode(lenient_text(body)), []
    end = _END.search(body, max(begun.end(), len(body) - _END_BYTES))
    if end is None:
        raise Damaged("does not end as a list of studies does")
    fields = decode(lenient_text(body[: begun.end()] + end.group(1)))
    studies = body[begun.end() : end.start(1)]
    pieces, place, start, count = [], 1, 0, 0
    for cut in (*_cuts(studies), len(studies)):
        count += 1
        if cut - start >= PIECE or count == MOST or cut == len(studies):
            pieces.append(Piece(studies[start:cut], name, origin, place, in_list=True, address=address, records=count))
            place, start, count = place + count, cut, 0
    return fields, pieces


def _cuts(data: bytes | bytearray, start: int = 0) -> Iterator[int]:
    """Where records begin whose first key stands at ``start`` or later, but for the first record of all."""
    found = data.find(_FIRST_KEY, start)
    while found >= 0:
        before = _BEFORE_A_RECORD.search(data, max(0, found - _BLANKS), found)
        if before:
            yield before.start(1)
        found = data.find(_FIRST_KEY, found + 1)


def ids_in(piece: Piece) -> Iterator[str | None]:
    """The number that each record begins with, as it is written; None where a record begins otherwise."""
    for start in (0, *_cuts(piece.data)):
        found = _BEGINNING.match(piece.data, start)
        yield found.group(1).decode("ascii") if found else None


def apart(piece: Piece) -> Iterator[Piece]:
    """The records of a piece, each as a piece of its own."""
    starts = [0, *_cuts(piece.data), len(piece.data)]
    for place, (start, end) in enumerate(pairwise(starts)):
        yield replace(piece, data=piece.data[start:end], first=piece.first + place, records=1)
