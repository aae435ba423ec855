"""Pictures of a comparison for documents that hold them, each as PNG for the section of the report that it belongs to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from harvester.compare.model import Comparison
from harvester.export.drawing import Drawing
from harvester.export.html import pictures_of
from harvester.export.limits import PANELS, limits_in_parts
from harvester.export.part import drawn_alone, legend_of
from harvester.export.png import ZOOM, picture_png, why_not
from harvester.export.recruitment_calendar import recruitment_calendar
from harvester.export.svg import Picture
from harvester.shape import shape

MM_A_UNIT: Final = 25.4 / 96
"""Millimetres of a user unit, as a browser prints it."""


@shape()
class Figure:
    """A picture with its title, how to read it, and its words for those who do not see it; sizes in millimetres."""

    png: bytes
    title: str
    legend: str
    description: str
    width: float
    height: float


def figures(comparison: Comparison) -> Mapping[str, tuple[Figure, ...]]:
    """Figures by the key of their section; none where no PNG can be drawn here."""
    found: dict[str, tuple[Figure, ...]] = {}
    for key, drawn in () if why_not() else _drawn(comparison):
        found[key] = (*found.get(key, ()), _figure(drawn))
    return found


def _drawn(comparison: Comparison) -> Iterator[tuple[str, Picture | Drawing]]:
    panels = [panel.key for panel in comparison.panels]
    calendar = recruitment_calendar(comparison)
    if calendar is not None and "status" in panels:
        yield "status", calendar
    first = next((key for key in panels if key in PANELS), "")
    yield from ((first, part) for part in limits_in_parts(comparison))
    yield from ((f"timeline-{picture.key}", picture) for picture in pictures_of(comparison))


def _figure(drawn: Picture | Drawing) -> Figure:
    made = picture_png(drawn_alone(drawn))
    width, height = (size / ZOOM * MM_A_UNIT for size in _size(made))
    return Figure(made, drawn.title, legend_of(drawn), drawn.description, width, height)


def _size(png: bytes) -> tuple[int, int]:
    """Width and height of a PNG in pixels, from its header."""
    return int.from_bytes(png[16:20], "big"), int.from_bytes(png[20:24], "big")
