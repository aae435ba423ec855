"""One answer of a server, read by our own rules: a deadline for the whole body, a cap on its unpacked size, nothing cut."""

from __future__ import annotations

import time
import zlib
from collections.abc import Iterator
from dataclasses import field
from typing import Final

import requests
import urllib3

from harvester.shape import shape

LARGEST_ANSWER: Final = 40_000_000  # unpacked bytes; a page of 50 studies has about one million
_PIECE: Final = 65_536
_LARGEST_ERROR: Final = 4_000  # bytes of an error text that we read


class CutShort(Exception):
    """The body ended before its time, or stopped making sense while it was unpacked."""


class TooLarge(Exception):
    """The body unpacks to more than we take."""


class TooSlow(Exception):
    """The whole answer did not come before its deadline."""


@shape()
class Answer:
    """What a server answered: ``status``, header fields by lower-case name, and the unpacked body."""

    url: str
    status: int
    headers: dict[str, str] = field(repr=False)
    body: bytes = field(repr=False)

    @property
    def is_html(self) -> bool:
        """Whether it is a web page, whatever the header says: registries answer so when something stands in between."""
        start = self.body[:200].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
        return start.startswith((b"<!doctype", b"<html", b"<head", b"<!--", b"<body"))

    @property
    def first_line(self) -> str:
        """The first line of a text answer, for a message: printable, at most 200 characters; empty for a web page."""
        if self.is_html:
            return ""
        line = self.body[:1000].decode("utf-8", "replace").strip().split("\n")[0]
        return "".join(c for c in line if c.isprintable())[:200].strip()


def read_answer(response: requests.Response, deadline: float, largest: int = LARGEST_ANSWER) -> Answer:
    """Read the body that streams from ``response`` until ``deadline`` (`time.monotonic` seconds).

    Raises CutShort, TooLarge, TooSlow, and what urllib3 raises for a broken connection.
    """
    headers = {name.lower(): value for name, value in response.headers.items()}
    if response.status_code != requests.codes.ok:
        largest = min(largest, _LARGEST_ERROR)
    body = bytearray()
    try:
        for piece in _unpacked(_pieces(response.raw, deadline), headers.get("content-encoding", "")):
            body += piece
            if len(body) > largest:
                raise TooLarge
    except TooLarge:
        if response.status_code == requests.codes.ok:
            raise
        del body[largest:]  # of an error text, the beginning is enough
    return Answer(response.url, response.status_code, headers, bytes(body))


def _pieces(raw: urllib3.BaseHTTPResponse, deadline: float) -> Iterator[bytes]:
    """The bytes as they arrive; one read from the socket at a time, so that the deadline is seen between any two."""
    while True:
        if time.monotonic() > deadline:
            raise TooSlow
        piece = raw.read1(_PIECE)  # packed as it came: requests asks urllib3 not to unpack
        if not piece:
            return
        yield piece


def _unpacked(pieces: Iterator[bytes], encoding: str) -> Iterator[bytes]:
    encoding = encoding.strip().lower()
    if encoding in ("", "identity"):
        return pieces
    if encoding in ("gzip", "x-gzip", "deflate"):
        return _inflated(pieces)
    raise CutShort(f"packed as {encoding[:20]}, which was not asked for")


def _inflated(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Unpack gzip or zlib a piece at a time; never more than one piece is unpacked ahead."""
    unpack = zlib.decompressobj(zlib.MAX_WBITS | 32)
    try:
        for piece in pieces:
            waiting = piece
            while waiting and not unpack.eof:
                yield unpack.decompress(waiting, _PIECE)
                waiting = unpack.unconsumed_tail
        yield unpack.flush()
    except zlib.error:
        raise CutShort("a body that does not unpack") from None
    if not unpack.eof:
        raise CutShort("a packed body without its end")
