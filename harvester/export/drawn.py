"""Cells and lines of a comparison as HTML, remembered: most of a comparison's cells stand in other comparisons as well.

What a cell looks like follows from what it shows, whose cell it is, and where its links lead; nothing else is a key here, so
nothing else may be looked at where cells and lines are drawn (templates/panels/_cell.html).
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from functools import lru_cache
from typing import Any, Final

from markupsafe import Markup

from harvester.compare.model import Cell, Line

MOST: Final = 12_000
"""Cells, and lines outside cells, that are kept; one is about a kilobyte."""

Draw = Callable[[Any, str, Any], Markup]


def line_key(line: Line) -> Hashable:
    """What is shown of a line."""
    return (line.text, line.note, line.flags, line.sources)


def lines_key(lines: Sequence[Line]) -> Hashable:
    """What is shown of lines that stand together."""
    return tuple(line_key(line) for line in lines)


def cell_key(cell: Cell) -> Hashable:
    """What is shown of a cell."""
    return (cell.state, cell.note, cell.verdict, cell.verdict_reason, lines_key(cell.lines))


class _Shown:
    """A cell or a line that is the same as another one when it looks the same."""

    __slots__ = ("key", "thing")

    def __init__(self, thing: object, key: Hashable) -> None:
        self.thing = thing
        self.key = key

    def __hash__(self) -> int:
        return hash(self.key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Shown) and self.key == other.key


def remembering(draw: Draw, key: Callable[[Any], Hashable], most: int = MOST) -> Draw:
    """``draw``, which takes a thing, its trial's number and where links lead, with the last ``most`` drawings kept."""

    @lru_cache(maxsize=most)
    def drawn(shown: _Shown, nct_id: str, links: Any) -> Markup:
        return draw(shown.thing, nct_id, links)

    def of(thing: Any, nct_id: str, links: Any) -> Markup:
        return drawn(_Shown(thing, key(thing)), nct_id, links)

    return of
