"""Text as it flows: runs of blanks made one, lines broken in mid-sentence joined, with the way back to every raw character."""

from __future__ import annotations

import re
from dataclasses import dataclass

from harvester.span import Span
from harvester.text.normal import NormalText, normal_text

_BLANKS = re.compile(r" {2,}| +(?=\n)|\n\s*\n\s*|\n +")
# A line that ends in one of these goes on in the next, whatever that begins with.
_UNFINISHED = re.compile(
    r"(?:[,&+]|(?<![A-Za-z])(?:days?|weeks?|cycles?|of|to|and|or|for|over|every|at|dose|the|a|"
    r"an|with|by|in|on|from|through|is|will|be))$",
    re.I,
)
_NEW_ITEM = re.compile(r"(?:[*•#-]|\d{1,2}[.)]|[a-z][.)]|\()\s")


@dataclass(frozen=True, slots=True)
class FlowText:
    """Flowing text for reading; ``raw_span`` gives the raw characters behind a piece of it."""

    text: str
    normal: NormalText
    _places: tuple[int, ...]  # for each character its place in the regular text, and one more for the end

    @property
    def raw(self) -> str:
        """What the registry gave."""
        return self.normal.raw

    def raw_span(self, start: int, end: int) -> Span:
        """The raw span behind ``text[start:end]``."""
        if start >= end:
            return self.normal.raw_span(self._places[start], self._places[start])
        return self.normal.raw_span(self._places[start], self._places[end - 1] + 1)

    def flags(self, start: int, end: int) -> tuple[str, ...]:
        """Names of the guesses made inside ``text[start:end]``."""
        return self.normal.flags(self._places[start], self._places[end - 1] + 1) if end > start else ()


def flow_text(raw: str) -> FlowText:
    """``raw`` folded (normal.py) and made to flow.

    >>> flow_text("on Days\\n\\n1  to 21").text
    'on Days 1 to 21'
    """
    normal = normal_text(raw)
    parts: list[str] = []
    places: list[int] = []
    at = 0
    for match in _BLANKS.finditer(normal.text):
        _keep(parts, places, normal.text[at : match.start()], at)
        if "\n" in match.group():
            lines = "\n\n" if match.group().count("\n") > 1 else "\n"
            _keep(parts, places, lines, match.start())
        elif match.end() < len(normal.text) and normal.text[match.end()] != "\n":
            _keep(parts, places, " ", match.start())
        at = match.end()
    _keep(parts, places, normal.text[at:], at)
    text = _joined_lines("".join(parts), places)
    return FlowText(text, normal, (*places, len(normal.text)))


def _keep(parts: list[str], places: list[int], piece: str, at: int) -> None:
    """Add ``piece``, which stands at ``at``."""
    parts.append(piece)
    places.extend(range(at, at + len(piece)))


def _joined_lines(text: str, places: list[int]) -> str:
    """``text`` with line ends in mid-sentence made blanks; ``places`` keeps step."""
    kept: list[str] = []
    stays: list[int] = []
    at = 0
    for match in re.finditer(r"\n{1,2}", text):
        kept.append(text[at : match.start()])
        stays.extend(places[at : match.start()])
        joins = _goes_on(text, match.start(), match.end())
        kept.append(" " if joins else match.group())
        stays.extend(places[match.start() : match.start() + 1] if joins else places[match.start() : match.end()])
        at = match.end()
    kept.append(text[at:])
    stays.extend(places[at:])
    places[:] = stays
    return "".join(kept)


def _goes_on(text: str, end: int, start: int) -> bool:
    """Whether the line that ends at ``end`` goes on in the one that begins at ``start``."""
    before, after = text[max(0, end - 24) : end], text[start : start + 24]
    if not before or not after or _NEW_ITEM.match(after) or before[-1] in ".:;!?":
        return False
    return after[0].islower() or _UNFINISHED.search(before) is not None
