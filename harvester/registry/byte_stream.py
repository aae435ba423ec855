"""Bytes from files and archives: metered, so that a packed bomb stops early, and decoded as they come."""

from __future__ import annotations

import codecs
import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, Protocol

from harvester.registry.json_text import Damaged

CHUNK: Final = 1 << 20  # bytes read at a time
_RATIO: Final = 200  # records pack about 5 to 1, blanks about 1,000 to 1
_SMALLEST_BUDGET: Final = 256_000_000  # bytes


class Readable(Protocol):
    """Anything that gives bytes: a file, a member of an archive, an unpacking stream."""

    def read(self, size: int, /) -> bytes:
        """``size`` bytes, or all that are left."""
        ...

    def read1(self, size: int, /) -> bytes:
        """At most ``size`` bytes, those that are at hand; none at the end."""
        ...


class Peekable(Readable, Protocol):
    """A stream that shows what comes next without taking it."""

    def peek(self, size: int = ..., /) -> bytes:
        """What is at hand, some bytes unless the stream has ended."""
        ...


@dataclass(slots=True)
class Budget:
    """How many more bytes a packed file may unpack to, over all its members."""

    left: int

    @classmethod
    def for_packed(cls, size: int) -> Budget:
        """The budget of a packed file of ``size`` bytes."""
        return cls(max(_SMALLEST_BUDGET, size * _RATIO))

    def spend(self, size: int) -> None:
        """Count ``size`` unpacked bytes. Raises Damaged when the budget is used up."""
        self.left -= size
        if self.left < 0:
            raise Damaged("unpacks to far more than records can")


class Metered(io.RawIOBase):
    """A readable stream that spends a budget as it is read."""

    def __init__(self, stream: Readable, budget: Budget) -> None:
        super().__init__()
        self._stream = stream
        self._budget = budget

    def readable(self) -> bool:
        """Always: this is a source."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Fill ``buffer`` from the stream; 0 at its end. Raises Damaged when the budget is used up."""
        data = self._stream.read1(len(buffer))
        buffer[: len(data)] = data
        self._budget.spend(len(data))
        return len(data)


def text_chunks(stream: Readable) -> Iterator[str]:
    """The text of a stream, piece by piece: UTF-8, or UTF-16 with its mark.

    Bytes that are no UTF-8 come as lone surrogates, so that one damaged record can be told from its neighbours.
    """
    data = stream.read1(CHUNK)
    decoder = codecs.getincrementaldecoder(_encoding(data))("surrogateescape")
    while data:
        text = decoder.decode(data)
        if text:
            yield text
        data = stream.read1(CHUNK)
    if rest := decoder.decode(b"", final=True):
        yield rest


def _encoding(head: bytes) -> str:
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    return "utf-8-sig" if head.startswith(codecs.BOM_UTF8) else "utf-8"
