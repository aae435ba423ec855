"""Records from files: a record, a folder, NDJSON, a JSON list, a search answer, a registry download (zip, gz), a saved page,
or a bundled envelope. What cannot be read is a :class:`Problem` beside the records; it never costs the others.

A stream of records is cut into pieces as it is read (`parts_of`), so that other processes may read them (`read_part`).
"""

from __future__ import annotations

import io
import os
import re
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast

from harvester.errors import BadRecord, TrialsideError, UnreadableSource
from harvester.registry.byte_stream import Budget, Metered, Peekable, Readable, text_chunks
from harvester.registry.json_stream import Element, elements
from harvester.registry.json_text import Damaged, text_of
from harvester.registry.piece import HEAD, Piece, begins_records, cut_stream
from harvester.registry.record import Origin, Record, bad_record, envelope_record, id_in_text, is_envelope, record_of
from harvester.shape import shape
from harvester.trial_id import shown

if TYPE_CHECKING:
    import zipfile

_SUFFIXES: Final = (".json", ".jsonl", ".ndjson", ".gz", ".zip", ".html", ".htm", ".txt")
_NOT_OURS = re.compile(r"^__MACOSX/|(?:^|/)\.[^/]*$")
_JSON = re.compile(r"\{|\[\s*(?:[\[\]{]|\Z)")
_CHARSET = re.compile(rb"charset\s*=\s*[\"']?([A-Za-z0-9_-]{2,20})", re.IGNORECASE)
_FORMS: Final = "Give a record, a folder of records, NDJSON, a JSON list, a registry download (zip) or a saved registry page."


@shape()
class Problem:
    """Something in a source that is no record: ``path`` names the file or member, ``line`` says what and what next.

    ``nct_id`` is the trial when the damaged text still names it.
    """

    path: str
    nct_id: str | None
    line: str


Outcome = Record | Problem
Part = Piece | Outcome
"""Part of a source: records that wait to be decoded, or one outcome."""


def read_source(path: str | Path, *, fetched_at: str = "") -> Iterator[Outcome]:
    """The records of a file or folder, in the order of the file (folders by name), as a stream; see `parts_of`."""
    return (outcome for part in parts_of(path, fetched_at=fetched_at) for outcome in read_part(part))


def read_part(part: Part) -> Iterator[Outcome]:
    """The records of a part, and what in it is none."""
    if isinstance(part, Piece):
        return _outcomes(part.elements(), part.name, part.origin, part.address)
    return iter((part,))


def parts_of(path: str | Path, *, fetched_at: str = "") -> Iterator[Part]:
    """A file or folder part by part, in the order of the file (folders by name).

    ``fetched_at`` (ISO 8601 UTC) is written into each record that does not bring its own. Raises UnreadableSource at once
    when there is nothing at ``path``, or when a single file is none of the forms we read.
    """
    place = Path(path)
    try:
        if place.is_dir():
            return _folder(place, fetched_at)
        with place.open("rb") as stream:
            _sniff(stream, place.name)
    except OSError as problem:
        reason = problem.strerror or "it cannot be read"
        raise UnreadableSource(f"{shown(str(path), 200)}: {reason}", "Check the path.") from None
    return _file(place, fetched_at)


def _folder(folder: Path, fetched_at: str) -> Iterator[Part]:
    names = sorted(_names(folder))
    if not names:
        raise UnreadableSource(f"{shown(str(folder), 200)} holds no record files", _FORMS)
    return _members(folder, names, fetched_at)


def _names(folder: Path) -> Iterator[Path]:
    for parent, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in files:
            if not name.startswith(".") and name.lower().endswith(_SUFFIXES):
                yield Path(parent, name)


def _members(folder: Path, names: list[Path], fetched_at: str) -> Iterator[Part]:
    for name in names:
        try:
            with name.open("rb") as stream:
                _sniff(stream, name.name)
            yield from _file(name, fetched_at)
        except (UnreadableSource, OSError) as problem:
            line = problem.line if isinstance(problem, TrialsideError) else f"{shown(name.name, 120)} cannot be read."
            yield Problem(name.relative_to(folder).as_posix(), None, line)


def _file(path: Path, fetched_at: str) -> Iterator[Part]:
    origin = Origin(source="file", source_url=path.name, fetched_at=fetched_at)
    with path.open("rb") as stream:
        budget = Budget.for_packed(path.stat().st_size)
        yield from _stream(stream, path.name, origin, budget)


def _stream(stream: io.BufferedReader, name: str, origin: Origin, budget: Budget) -> Iterator[Part]:
    form = _sniff(stream, name)
    if form == "zip":
        yield from _zip(stream, name, origin, budget)
    elif form == "gzip":
        yield from _gzip(stream, name, origin, budget)
    elif form == "json":
        yield from _json(stream, name, origin)
    else:
        yield from _page(stream, name, origin)


def _sniff(stream: io.BufferedReader, name: str) -> str:
    """``zip``, ``gzip``, ``json`` or ``page``, from the first bytes. Raises UnreadableSource for anything else."""
    head = stream.read(4096)
    stream.seek(0)
    if head.startswith(b"PK\x03\x04"):
        return "zip"
    if head.startswith(b"\x1f\x8b"):
        return "gzip"
    text = next(text_chunks(io.BytesIO(head)), "").lstrip("\ufeff \t\r\n")
    if _JSON.match(text):
        return "json"
    if text and "\0" not in text and not head.startswith(b"SQLite format 3"):
        return "page"
    reason = "is empty" if not text else "is none of the files we read"
    raise UnreadableSource(f"{shown(name, 120)} {reason}", _FORMS)


def _json(stream: Peekable, name: str, origin: Origin) -> Iterator[Part]:
    head = stream.peek(HEAD)[:HEAD]
    if not begins_records(head):
        yield from _outcomes(elements(text_chunks(stream)), name, origin)
        return
    for part in cut_stream(stream, name, origin):
        if isinstance(part, Piece):
            yield part
        else:
            rest = cast("Readable", io.BufferedReader(_Resumed(part, stream)))
            yield from _outcomes(elements(text_chunks(rest)), name, origin)


class _Resumed(io.RawIOBase):
    """A stream from where it was left: first the bytes already read, then what follows."""

    def __init__(self, read: bytes, stream: Readable) -> None:
        super().__init__()
        self._read = io.BytesIO(read)
        self._stream = stream

    def readable(self) -> bool:
        """Always: this is a source."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Fill ``buffer``; 0 at the end."""
        data = self._read.read(len(buffer)) or self._stream.read1(len(buffer))
        buffer[: len(data)] = data
        return len(data)


def _outcomes(found: Iterable[Element], name: str, origin: Origin, address: str | None = None) -> Iterator[Outcome]:
    """Records of decoded elements; those of the registry have their own address each, below ``address``."""
    for element in found:
        if address is not None:
            origin = replace(origin, source_url=f"{address}/{id_in_text(element.raw) or ''}")
        try:
            if element.damage:
                raise bad_record(element.damage, id_in_text(element.raw), origin)
            if is_envelope(element.body):
                yield envelope_record(element.body, origin)
            else:
                yield record_of(element.body, element.raw, origin)
        except BadRecord as problem:
            yield Problem(f"{name}, record {element.place}", id_in_text(element.raw), problem.line)


def _page(stream: Readable, name: str, origin: Origin) -> Iterator[Outcome]:
    from harvester.registry.page import page_record  # here, since HTML is rare and its parser large

    try:
        yield page_record(_page_text(stream), replace(origin, source="page"))
    except Damaged as problem:
        raise UnreadableSource(f"{shown(name, 120)} {problem}", "Save the page again, as UTF-8.") from None
    except UnreadableSource as problem:
        raise UnreadableSource(f"{shown(name, 120)}: {problem.what}", problem.next_step) from None
    except BadRecord as problem:
        yield Problem(name, None, problem.line)


def _page_text(stream: Readable) -> str:
    from harvester.registry.page import LARGEST_PAGE

    data = stream.read(LARGEST_PAGE + 1)
    if len(data) > LARGEST_PAGE:
        raise Damaged("is larger than a registry page can be")
    try:
        return text_of(data)
    except Damaged:
        declared = _CHARSET.search(data[:4096])
        if declared is None:
            raise
    try:
        return data.decode(declared.group(1).decode("ascii"))
    except (LookupError, UnicodeDecodeError):
        raise Damaged("is not in the character set it declares") from None


def _gzip(stream: io.BufferedReader, name: str, origin: Origin, budget: Budget) -> Iterator[Part]:
    import gzip  # here, as most of what is read is not packed

    inner = name.removesuffix(".gz")
    try:
        with gzip.GzipFile(fileobj=stream) as unpacked:
            yield from _packed(Metered(unpacked, budget), inner, origin, budget)
    except _broken() as problem:
        yield Problem(name, None, _broken_line(name, problem))


def _zip(stream: io.BufferedReader, name: str, origin: Origin, budget: Budget) -> Iterator[Part]:
    import zipfile

    try:
        archive = zipfile.ZipFile(stream)
    except _broken() as problem:
        raise UnreadableSource(f"{shown(name, 120)} is a broken zip file ({_reason(problem)})", "Download it again.") from None
    with archive:
        for member in archive.infolist():
            if member.is_dir() or _NOT_OURS.search(member.filename):
                continue
            yield from _zip_member(archive, member, name, origin, budget)


def _zip_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, name: str, origin: Origin, budget: Budget) -> Iterator[Part]:
    # The member's name is shown and stored, never used as a path.
    path = f"{name}: {shown(member.filename, 120)[1:-1]}"
    try:
        with archive.open(member) as unpacked:
            yield from _packed(Metered(cast("Readable", unpacked), budget), path, replace(origin, source_url=path), budget)
    except _broken() as problem:
        yield Problem(path, None, _broken_line(path, problem))


def _packed(stream: Metered, name: str, origin: Origin, budget: Budget) -> Iterator[Part]:
    """The records of an unpacked file; packed files inside it are left alone."""
    buffered = io.BufferedReader(stream, 1 << 16)
    head = buffered.peek(HEAD)[:HEAD]
    try:
        if head.startswith((b"PK\x03\x04", b"\x1f\x8b")):
            raise UnreadableSource(f"{shown(name, 120)} is a packed file inside a packed file", "Unpack it first.")
        text = head.decode("utf-8", "replace").lstrip("\ufeff \t\r\n")
        reader = _json if _JSON.match(text) else _page
        yield from reader(buffered, name, origin)
    except UnreadableSource as problem:
        yield Problem(name, None, problem.line)


def _broken() -> tuple[type[Exception], ...]:
    """What a damaged archive and what is packed in it can raise; asked once something was raised."""
    import zipfile

    return Damaged, zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError


def _broken_line(name: str, problem: Exception) -> str:
    reason = str(problem) if isinstance(problem, Damaged) else f"cannot be unpacked ({_reason(problem)})"
    return f"{shown(name, 160)} {reason}. Download it again."


def _reason(problem: BaseException) -> str:
    words = " ".join(str(problem).split())[:80]
    return words or type(problem).__name__
