"""From what arrived to rows in plain values: pure, the same in this process and in any other."""

from __future__ import annotations

import traceback
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import PurePath
from types import MappingProxyType
from typing import Final, NamedTuple

from harvester.errors import BadRecord
from harvester.normalise import Corrections, normalise_in_steps
from harvester.normalise.parts import PARTS, fingerprints
from harvester.reading.arrival import Arrival, Confirmed, Lost, Reached, Reading, Seen
from harvester.registry.json_text import decode
from harvester.registry.piece import Piece, ids_in
from harvester.registry.record import Origin, Record, record_of
from harvester.registry.source import Problem, read_part
from harvester.steps import Steps, done, together
from harvester.tables import Correction
from harvester.tables.corrections import void_line
from harvester.tables.plain import plain_rows

Settleable = Reading | Seen | Lost | Confirmed | Reached
"""What can be written: one trial each, and points that were reached between them."""


class Known(NamedTuple):
    """What is stored of a trial: the hash of its content, whether these rules read its rows, and from which fields."""

    content_sha256: str
    is_current: bool
    read_from: tuple[str | None, ...]


Stored = Mapping[str, Known]
"""What is stored of trials, by NCT number."""
_NOTHING: Stored = MappingProxyType({})
TOGETHER: Final = 100
"""Records that are read step by step together."""


def read_piece(piece: Piece, corrections: Corrections, stored: Stored = _NOTHING) -> Iterator[Reading | Seen | Lost]:
    """Every record in ``piece``, read into rows, or `Seen` where it is stored; what cannot be read is lost and costs no other."""
    outcomes = iter(read_part(piece))
    while group := list(islice(outcomes, TOGETHER)):
        yield from together(_found(outcome, corrections, stored) for outcome in group)


def read_arrival(arrival: Arrival, corrections: Corrections, stored: Stored = _NOTHING) -> Iterator[Settleable]:
    """Everything in ``arrival``, read into rows, or `Seen` where it is stored."""
    if isinstance(arrival, Piece):
        yield from read_piece(arrival, corrections, stored)
    else:
        yield done(_found(arrival, corrections, stored)) if isinstance(arrival, Record) else arrival


def ids_of(arrivals: Iterable[Arrival]) -> list[str]:
    """The numbers of the records that are about to be read, as far as they show without decoding."""
    ids: list[str] = []
    for each in arrivals:
        if isinstance(each, Piece):
            ids.extend(filter(None, ids_in(each)))
        elif isinstance(each, Record):
            ids.append(each.nct_id)
    return ids


def _found(outcome: Record | Problem, corrections: Corrections, stored: Stored) -> Steps[Reading | Seen | Lost]:
    if isinstance(outcome, Problem):
        return lost_in_file(outcome)
    known = stored.get(outcome.nct_id)
    if known is not None and known.is_current and known.content_sha256 == outcome.content_sha256:
        return Seen(*_received(outcome))
    return (yield from _reading(outcome, corrections, known.read_from if known is not None and known.is_current else ()))


def _received(
    record: Record,
) -> tuple[str, str, str, str, str | None, str | None, str | None, str, tuple[str, ...], str | None]:
    return (
        *(record.nct_id, record.raw, record.content_sha256, record.source, record.source_url, record.api_version),
        *(record.data_timestamp, record.fetched_at, record.aliases, record.note),
    )


def read_after_all(seen: Seen | Reading, corrections: Corrections) -> Reading | Lost:
    """All that is read from a record of which something was taken to be stored that is not any more."""
    origin = Origin(
        source=seen.source,
        source_url=seen.source_url,
        api_version=seen.api_version,
        data_timestamp=seen.data_timestamp,
        fetched_at=seen.fetched_at,
        note=seen.note,
    )
    return reading_of(replace(record_of(decode(seen.raw), seen.raw, origin), aliases=seen.aliases), corrections)


def reading_of(record: Record, corrections: Corrections, stored: Sequence[str | None] = ()) -> Reading | Lost:
    """What is read from ``record``; a fault of a rule is named with the place it arose in.

    ``stored`` are the digests of the fields that its trial's rows were read from, by these rules and without corrections: parts
    that come from the same fields are not read again.
    """
    return done(_reading(record, corrections, stored))


def _reading(record: Record, corrections: Corrections, stored: Sequence[str | None]) -> Steps[Reading | Lost]:
    read_from = fingerprints(record.body)
    same = () if corrections.get(record.nct_id) else zip(PARTS, read_from, stored, strict=False)
    kept = tuple(part for part, now, before in same if now == before)
    try:
        rows = yield from normalise_in_steps(record, corrections, kept)
    except Exception as problem:  # one unreadable record must not cost the others
        error = BadRecord(
            f"{record.nct_id} could not be read ({type(problem).__name__})",
            "The stored version stays; please report the number.",
        )
        return Lost(record.nct_id, "failed", error, place_of(problem))
    return Reading(*_received(record), plain_rows(rows), void_line(rows.of(Correction)), read_from, kept)


def lost_in_file(problem: Problem) -> Lost:
    """Something in a source that is no record."""
    return Lost(problem.nct_id or problem.path, "failed", BadRecord(problem.line))


def place_of(problem: BaseException) -> str:
    """The class of an error and where it arose, as ``KeyError at text/dose.py:81``."""
    frames = traceback.extract_tb(problem.__traceback__)
    if not frames:
        return type(problem).__name__
    last = frames[-1]
    return f"{type(problem).__name__} at {'/'.join(PurePath(last.filename).parts[-2:])}:{last.lineno}"
