"""The registry's own text with what was read from it marked: nothing added, nothing left out, line by line."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from harvester.shape import shape
from harvester.span import Span
from harvester.tables import percent_read

_LEAD = " \t*•·-–—()[].0123456789abcdefghivxABCDEFGHIVX\\"
"""Characters of bullets, numbers and letters before a criterion."""


@shape()
class Mark:
    """Words that were read, and the reading, with its corrections in words. Offsets are code points of the raw text."""

    span: Span
    reading: str
    rule: str
    flags: tuple[str, ...] = ()
    confidence: float | None = None
    corrections: tuple[str, ...] = ()


@shape()
class Reading:
    """A reading with the number that its words carry."""

    number: int
    text: str
    rule: str
    flags: tuple[str, ...]
    confidence: float | None
    corrections: tuple[str, ...]


@shape()
class Segment:
    """A piece of a line. ``readings`` are the numbers of the readings it belongs to, ``ends`` those whose words end here;
    ``here`` says that a link led to it."""

    text: str
    readings: tuple[int, ...]
    ends: tuple[int, ...]
    title: str
    here: bool


@shape()
class TextLine:
    """A line of the text. ``level`` is the depth of the criterion that begins in it; ``lead`` is what stands before that
    criterion: its bullet or number. ``here`` says that a link led to words that begin in it."""

    kind: str
    level: int
    lead: str
    segments: tuple[Segment, ...]
    readings: tuple[Reading, ...]
    here: bool


@shape()
class MarkedText:
    """A text of a record. ``path`` is its field; ``characters`` and ``read_characters`` are its coverage, where measured."""

    path: str
    lines: tuple[TextLine, ...]
    characters: int | None = None
    read_characters: int | None = None

    @property
    def percent(self) -> int | None:
        """Per cent of the text that was read, as everywhere."""
        return None if self.read_characters is None else percent_read(self.read_characters, self.characters or 0)

    @property
    def reading_count(self) -> int:
        """How many readings the text gave."""
        return sum(len(line.readings) for line in self.lines)


@shape()
class Item:
    """Where a list item of the text stands: its span without bullet or number, its depth, and what kind of line it is."""

    span: Span
    level: int
    kind: str


def mark_text(
    path: str,
    raw: str,
    marks: Iterable[Mark],
    *,
    items: Sequence[Item] = (),
    here: Span | None = None,
    first_number: int = 1,
    coverage: tuple[int, int] | None = None,
) -> MarkedText:
    """``raw`` in lines and pieces. ``here`` is a span to point out; readings are numbered from ``first_number`` in reading
    order; ``coverage`` is (characters, read characters). Marks that reach past the text are cut to it."""
    ordered = sorted(marks, key=lambda mark: (mark.span.start, mark.span.end, mark.reading))
    numbered = [(first_number + index, mark) for index, mark in enumerate(ordered)]
    characters, read = coverage or (None, None)
    lines = tuple(_lines(raw))
    found = zip(lines, _met(lines, numbered), _begun(lines, items), strict=True)
    return MarkedText(path, tuple(_line(raw, *each, here) for each in found), characters, read)


def _met(spans: Sequence[Span], numbered: Sequence[tuple[int, Mark]]) -> Iterator[list[tuple[int, Mark]]]:
    """The marks that share a character with each span; one pass over both, which come in order: hostile texts are long."""
    at, reached = 0, list[tuple[int, Mark]]()
    for span in spans:
        while at < len(numbered) and numbered[at][1].span.start < span.end:
            reached.append(numbered[at])
            at += 1
        reached = [each for each in reached if each[1].span.end > span.start]
        yield [each for each in reached if each[1].span.overlaps(span)]


def _begun(lines: Sequence[Span], items: Sequence[Item]) -> Iterator[Item | None]:
    """The first item that begins in each line, an empty line's own place counted as in it."""
    ordered = sorted(items, key=lambda item: item.span.start)
    starts = [item.span.start for item in ordered]
    for line in lines:
        place = bisect_left(starts, line.start)
        yield ordered[place] if place < len(starts) and starts[place] < max(line.end, line.start + 1) else None


def _lines(raw: str) -> Iterable[Span]:
    start = 0
    for text in raw.split("\n"):
        yield Span(start, start + len(text))
        start += len(text) + 1


def _line(raw: str, line: Span, inside: Sequence[tuple[int, Mark]], first: Item | None, here: Span | None) -> TextLine:
    text = line.quote(raw)
    start = first.span.start if first and not raw[line.start : first.span.start].strip(_LEAD) else line.start
    begun_here = (each for each in inside if line.start <= each[1].span.start)
    return TextLine(
        kind=first.kind if first else ("blank" if not text.strip() else "text"),
        level=first.level if first else 0,
        lead=raw[line.start : start].strip(),
        segments=_segments(raw, Span(start, line.end), inside, here),
        readings=tuple(
            Reading(number, mark.reading, mark.rule, mark.flags, mark.confidence, mark.corrections) for number, mark in begun_here
        ),
        here=here is not None and line.start <= here.start <= line.end,
    )


def _segments(raw: str, span: Span, inside: Sequence[tuple[int, Mark]], here: Span | None) -> tuple[Segment, ...]:
    edges = {span.start, span.end}
    for each in [*(mark.span for _, mark in inside), *([here] if here else [])]:
        edges.update(edge for edge in (each.start, each.end) if span.start < edge < span.end)
    ordered = sorted(edges)
    pieces = [Span(start, end) for start, end in pairwise(ordered) if end > start]
    return tuple(_segment(raw, piece, over, here) for piece, over in zip(pieces, _met(pieces, inside), strict=True))


def _segment(raw: str, span: Span, over: Sequence[tuple[int, Mark]], here: Span | None) -> Segment:
    return Segment(
        text=span.quote(raw),
        readings=tuple(number for number, _ in over),
        ends=tuple(number for number, mark in over if mark.span.end == span.end),
        title="; ".join(mark.reading for _, mark in over),
        here=here is not None and here.overlaps(span),
    )
