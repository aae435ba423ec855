"""The words under a value: which of its sources to quote, how much of them, and which of the words decide."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from harvester.compare.model import Line
from harvester.export.registry_text import words
from harvester.shape import shape
from harvester.span import Source, Span

LONGEST = 220
_SHORT = 24
AROUND = 90
_CRITERIA = ".eligibilityCriteria"
_PLAIN = re.compile(r"[\w\s.,:/\-]*")
_LETTERS = re.compile(r"[\W_]+")


@shape()
class Piece:
    """A piece of a quotation; ``decides`` says that the value was read from exactly these words."""

    text: str
    decides: bool


@shape()
class Quotation:
    """Words of a record. ``short`` leaves out what is far from the deciding words; it equals ``pieces`` where all is near.

    ``source`` is the place that the quotation leads to; ``also`` are other places with the very same words.
    """

    source: Source
    pieces: tuple[Piece, ...]
    short: tuple[Piece, ...]
    also: tuple[Source, ...] = ()


def quotations(line: Line) -> tuple[Quotation, ...]:
    """What to quote under a line: words inside other quoted words are set off in those; words the value repeats are left out."""
    if len(line.sources) == 1:
        only = line.sources[0]
        pieces: tuple[Piece, ...] = (Piece(only.quote, False),)
        return () if _repeats(line.text, only.quote) else (Quotation(only, pieces, _short(pieces)),)
    whole = [each for each in line.sources if not any(_inside(each, other) for other in line.sources)]
    found = []
    for source in dict.fromkeys(whole):
        inner = [each.span for each in line.sources if _inside(each, source)]
        if not inner and _repeats(line.text, source.quote):
            continue
        pieces = _pieces(source, inner)
        found.append(Quotation(_target(source, inner, line.sources), pieces, _short(pieces)))
    return _once(found)


@shape()
class Spoken:
    """A line as a page shows it: ``text`` is what it says besides the words that it repeats, and may be empty."""

    text: str
    quotations: tuple[Quotation, ...]


def spoken(line: Line) -> Spoken:
    """A line and the words under it. Where the line is a criterion's own words, they stand once, as a quotation.

    Words that the line's note gives letter by letter are left out as well.
    """
    found = tuple(each for each in quotations(line) if not _noted(line, each))
    if not found and len(line.sources) == 1 and line.sources[0].path.endswith(_CRITERIA):
        pieces = (Piece(line.sources[0].quote, False),)
        found = (Quotation(line.sources[0], pieces, _short(pieces)),)
    for each in found:
        own = _one_line("".join(piece.text for piece in each.pieces))
        said = " ".join(line.text.split())
        if own and said.endswith(own):
            besides = said.removesuffix(own).strip()
            # A short text that is all there is may be a value; after "excluded:" it is the criterion's own words.
            if besides.endswith(":") or (not besides and len(own) > _SHORT):
                return Spoken(besides, found)
    return Spoken(line.text, found)


def _noted(line: Line, quotation: Quotation) -> bool:
    own = _one_line("".join(piece.text for piece in quotation.pieces))
    return bool(line.note) and any(part.partition(": ")[2] == own for part in (line.note or "").split("; "))


def _one_line(quote: str) -> str:
    return " ".join(words(quote).split())


def _once(found: Sequence[Quotation]) -> tuple[Quotation, ...]:
    """Words that stand in several places, quoted once with all of them; also where one place has more words around them."""
    same: list[tuple[Quotation, list[Source]]] = []
    for each in sorted(found, key=_length):
        kept = next((also for shorter, also in same if _holds(each, shorter)), None)
        if kept is None:
            same.append((each, []))
        else:
            kept.append(each.source)
    same.sort(key=lambda pair: found.index(pair[0]))
    return tuple(replace(each, also=tuple(also)) for each, also in same)


def _length(quotation: Quotation) -> int:
    return sum(len(piece.text) for piece in quotation.pieces)


def _holds(longer: Quotation, shorter: Quotation) -> bool:
    """Whether the same words decide in both, and the longer has all that stands around them in the shorter."""
    if longer.pieces == shorter.pieces:
        return True
    mine, theirs = (_one_line("".join(piece.text for piece in each.pieces)) for each in (longer, shorter))
    decide = [[piece.text for piece in each.pieces if piece.decides] for each in (longer, shorter)]
    return bool(decide[0]) and decide[0] == decide[1] and theirs in mine


def _inside(one: Source, other: Source) -> bool:
    same = one.start == other.start and one.end == other.end
    return not same and other.start <= one.start and one.end <= other.end and one.path == other.path


def _repeats(text: str, quote: str) -> bool:
    """Whether the value says the very words: the same text, or a code, a date, a number in other letters.

    Signs such as ≥ must not get lost, so words with signs repeat only where the value holds them letter by letter.
    """
    said, quoted = " ".join(text.split()), " ".join(words(quote).split())
    if quoted in said or quote in ("true", "false"):
        return True
    if len(quoted) > _SHORT or not _PLAIN.fullmatch(quoted):
        return False
    bare = _LETTERS.sub("", quoted).casefold()
    return bare in _LETTERS.sub("", said).casefold() or _tokens(quoted) <= _tokens(said)


def _tokens(text: str) -> set[str]:
    return {token.rstrip("s") for token in _LETTERS.split(text.casefold()) if token}


def _target(source: Source, inner: Sequence[Span], sources: Sequence[Source]) -> Source:
    """Where to lead: the deciding words, where there is one such place; otherwise the whole quotation."""
    exact = [each for each in sources if each.path == source.path and each.span in inner]
    return exact[0] if len(exact) == 1 else source


def _pieces(source: Source, inner: Sequence[Span]) -> tuple[Piece, ...]:
    if not inner:
        return (Piece(source.quote, False),)
    edges = sorted({source.start, source.end, *(edge for span in inner for edge in (span.start, span.end))})
    return tuple(
        Piece(source.quote[start - source.start : end - source.start], any(span.contains(Span(start, end)) for span in inner))
        for start, end in pairwise(edges)
    )


def _short(pieces: tuple[Piece, ...]) -> tuple[Piece, ...]:
    if sum(len(piece.text) for piece in pieces) <= LONGEST:
        return pieces
    if not any(piece.decides for piece in pieces):
        return (Piece(_beginning(pieces[0].text), False),)
    cut = []
    for place, piece in enumerate(pieces):
        near_end, near_start = place > 0, place < len(pieces) - 1
        cut.append(piece if piece.decides else Piece(_middle(piece.text, near_end, near_start), False))
    return tuple(cut)


def _beginning(text: str) -> str:
    return text[:AROUND].rsplit(" ", 1)[0].rstrip() + " …"


def _middle(text: str, keep_start: bool, keep_end: bool) -> str:
    """A long piece beside deciding words, cut to what is near them."""
    if len(text) <= AROUND * 2:
        return text
    start = text[:AROUND].rsplit(" ", 1)[0] + " " if keep_start else ""
    end = " " + text[-AROUND:].split(" ", 1)[-1] if keep_end else ""
    return f"{start}…{end}"
