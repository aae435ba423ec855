"""Text as it flows: runs of blanks made one, lines broken in mid-sentence joined, with the way back to every raw character."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import replace

from harvester.shape import shape
from harvester.span import Span
from harvester.text.expressions.pattern import pattern_of
from harvester.text.written.normal import NormalText, normal_text

_BLANKS = pattern_of(r" (?: +|(?=\n))|\n(?:\s*\n\s*| +)")
# A line that ends in one of these goes on in the next, whatever that begins with.
_UNFINISHED = pattern_of(
    r"(?:[,&+=(]|(?<![A-Za-z/])(?:of|to|and|or|for|over|every|at|dose|the|a|"
    r"an|with|by|in|on|from|through|is|will|be))$",
    re.I,
)
_NUMBERED = pattern_of(r"(?<![A-Za-z])(?:days?|weeks?|cycles?)$", re.I)  # goes on in a line that begins with the number
_LINE_END = pattern_of(r"\n\n?")
# "[AUC 6]" as "(AUC 6)"; what stands in round ones already is left, as are "[18F]", "[1, 2]", "A [b] 40 mg" and what goes on
_SQUARE = pattern_of(r"\([^()]*\)|(?<=[\s,;])\[(?!\^?\d{1,3}m?[A-Z][a-z]?\]|[\d, -]+\]|[a-z-]+\] \d)[^][()\n]{2,80}\](?![\w-])")
_NEW_ITEM = pattern_of(r"(?:[*•#-]|\d{1,2}[.)]|[a-z][.)]|\()\s|\*\*\w")


@shape()
class Shifts:
    """Where the characters of a text stood before some were left out: runs of them, each moved by the same number."""

    starts: tuple[int, ...] = (0,)
    moved: tuple[int, ...] = (0,)

    def before(self, at: int) -> int:
        """The former place of the character ``at``."""
        return at + self.moved[bisect_right(self.starts, at) - 1]


@shape()
class FlowText:
    """Flowing text for reading; ``raw_span`` gives the raw characters behind a piece of it."""

    text: str
    normal: NormalText
    blanks: Shifts = Shifts()
    lines: Shifts = Shifts()

    @property
    def raw(self) -> str:
        """What the registry gave."""
        return self.normal.raw

    def raw_span(self, start: int, end: int) -> Span:
        """The raw span behind ``text[start:end]``."""
        if start >= end:
            at = self._place(start) if start < len(self.text) else len(self.normal.text)
            return self.normal.raw_span(at, at)
        return self.normal.raw_span(self._place(start), self._place(end - 1) + 1)

    def flags(self, start: int, end: int) -> tuple[str, ...]:
        """Names of the guesses made inside ``text[start:end]``."""
        return self.normal.flags(self._place(start), self._place(end - 1) + 1) if end > start else ()

    def _place(self, at: int) -> int:
        """The place in the regular text of the character ``at``."""
        return self.blanks.before(self.lines.before(at))


def flow_text(raw: str) -> FlowText:
    """``raw`` folded (normal.py) and made to flow.

    >>> flow_text("on Days\\n\\n1  to 21").text
    'on Days 1 to 21'
    """
    normal = _rounded(normal_text(raw, worded=True))
    if "\n" not in normal.text:
        if "  " not in normal.text:
            return FlowText(normal.text, normal)
        text, blanks = _single_blanks(normal.text)
        return FlowText(text, normal, blanks)
    text, blanks = _single_blanks(normal.text)
    text, lines = _joined_lines(text)
    return FlowText(text, normal, blanks, lines)


def _rounded(normal: NormalText) -> NormalText:
    """``normal`` with square brackets that set something aside made round."""
    if "[" not in normal.text:
        return normal
    text = _SQUARE.sub(lambda found: f"({found.group()[1:-1]})", normal.text)
    return replace(normal, text=text)


class _Cut:
    """A text made of pieces of another one, in order."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._starts, self._moved = [0], [0]
        self._written = 0

    def keep(self, piece: str, at: int) -> None:
        """Add ``piece``, whose characters stand at ``at`` and behind it."""
        if not piece:
            return
        if at - self._written != self._moved[-1]:
            self._starts.append(self._written)
            self._moved.append(at - self._written)
        self._parts.append(piece)
        self._written += len(piece)

    def made(self) -> tuple[str, Shifts]:
        """The text, and where its characters stood."""
        return "".join(self._parts), Shifts(tuple(self._starts), tuple(self._moved))


def _single_blanks(text: str) -> tuple[str, Shifts]:
    """``text`` with runs of blanks made one."""
    cut = _Cut()
    at = 0
    for match in _BLANKS.finditer(text):
        cut.keep(text[at : match.start()], at)
        breaks = match.group().count("\n")
        if breaks:
            cut.keep("\n\n" if breaks > 1 else "\n", match.start())
        elif match.end() < len(text) and text[match.end()] != "\n":
            cut.keep(" ", match.start())
        at = match.end()
    cut.keep(text[at:], at)
    return cut.made()


def _joined_lines(text: str) -> tuple[str, Shifts]:
    """``text`` with line ends in mid-sentence made blanks."""
    cut = _Cut()
    at = 0
    for match in _LINE_END.finditer(text):
        if _goes_on(text, match.start(), match.end()):
            cut.keep(text[at : match.start()], at)
            cut.keep(" ", match.start())
            at = match.end()
    cut.keep(text[at:], at)
    return cut.made()


def _goes_on(text: str, end: int, start: int) -> bool:
    """Whether the line that ends at ``end`` goes on in the one that begins at ``start``."""
    before, after = text[max(0, end - 24) : end], text[start : start + 24]
    if not before or not after or _NEW_ITEM.match(after) or before[-1] in ".:;!?":
        return False
    numbered = after[0].isdigit() and _NUMBERED.search(before) is not None
    return after[0].islower() or numbered or _UNFINISHED.search(before) is not None
