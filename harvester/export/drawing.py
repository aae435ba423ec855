"""A picture as shapes that a template writes as SVG, with its words for those who do not see it: a title, a description, a table.

What is estimated is hatched or hollow and what is actual is solid, everywhere; a colour never says anything alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, Literal

from harvester.compare.model import Cell, Comparison, Group, Row
from harvester.shape import shape

Fill = Literal["solid", "hatched", "hollow"]
Tone = Literal["", "focal"]
Anchor = Literal["start", "middle", "end"]
WIDTH: Final = 720.0
"""User units that every drawing is wide; a page shows it about as many pixels wide."""
NARROW: Final = 400.0
"""As many for a phone, which shows it whole."""
CHARACTER: Final = 6.3
"""About the width of a letter at the size of a drawing's words."""


@shape()
class Box:
    """A rectangle; ``title`` is what it stands for."""

    x: float
    y: float
    width: float
    height: float
    fill: Fill
    tone: Tone
    title: str


@shape()
class Mark:
    """A small shape of straight edges: ``points`` as SVG takes them."""

    points: str
    fill: Fill
    tone: Tone
    title: str


@shape()
class Stroke:
    """A line, as an SVG path; ``kind`` is grid, axis or date."""

    path: str
    kind: Literal["grid", "axis", "date"]


@shape()
class Word:
    """Words at a place; ``kind`` is trial, label or tick."""

    x: float
    y: float
    text: str
    kind: Literal["trial", "label", "tick"]
    anchor: Anchor = "start"


@shape()
class Drawing:
    """A picture ready to be drawn, beside the rows of its ``group``.

    ``legend`` says how to read it, ``columns`` and ``rows`` are the same as a table; ``narrow`` is the same for a phone.
    """

    key: str
    group: Group
    title: str
    description: str
    legend: str
    height: float
    strokes: tuple[Stroke, ...]
    boxes: tuple[Box, ...]
    marks: tuple[Mark, ...]
    words: tuple[Word, ...]
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    width: float = WIDTH
    narrow: Drawing | None = None


def row_of(comparison: Comparison, panel: str, key: str) -> Row | None:
    """The row with this key; None where the comparison has none."""
    rows = (row for each in comparison.panels if each.key == panel for row in each.rows)
    return next((row for row in rows if row.key == key), None)


def cells_of(comparison: Comparison, panel: str, key: str) -> tuple[Cell | None, ...]:
    """A row's cells, one a trial; None for each where there is no such row."""
    row = row_of(comparison, panel, key)
    return row.cells if row else (None,) * len(comparison.trials)


def said(cell: Cell | None) -> str:
    """What a cell says, or its state in words."""
    return "not stated" if cell is None else cell.words


def is_estimated(cell: Cell | None) -> bool:
    """Whether a date or a number is not known to be actual: only what the record calls actual is."""
    return cell is None or not any(line.text.endswith("(actual)") for line in cell.lines)


def cut(text: str, length: int) -> str:
    """``text`` at most ``length`` letters long."""
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"


def counted(parts: Iterable[tuple[int, str]]) -> str:
    """Numbers with what they count, as "3 trials, 1 country"; what there is none of is left out."""
    return ", ".join(f"{number} {word}" for number, word in parts if number)
