"""One part of a comparison alone: a group of rows, one panel, one picture; and a picture as a file."""

from __future__ import annotations

from dataclasses import replace
from textwrap import wrap

from harvester.compare.model import Comparison
from harvester.export.drawing import Drawing
from harvester.export.drawings import drawings_of
from harvester.export.html import ComparisonPage, Frame, GroupOfPanels, Links, group_of_panels, pictures_of, render
from harvester.export.report import shown
from harvester.export.svg import Picture
from harvester.shape import shape

TIMELINE = "timeline"
DOSING = "dosing"
LETTER = 5.1
"""User units that a letter of a picture file's small print takes."""
MARGIN = 8.0
LINE = 13.0


@shape()
class Pinned:
    """What stands over a frozen comparison in a frame: since when it stands, and how many places say something else today.

    ``places`` is None where the same trials cannot be compared today.
    """

    frozen_on: str
    sha256: str
    places: int | None
    href: str
    today_href: str


@shape()
class PartPage:
    """Context of ``embed.html``, whose ``name`` is its title, and of ``embed_part.html``; ``pinned`` is of a frozen one."""

    frame: Frame
    name: str
    comparison: Comparison
    groups: tuple[GroupOfPanels, ...]
    pictures: tuple[Picture, ...]
    drawings: tuple[Drawing, ...]
    links: Links
    pinned: Pinned | None


@shape()
class PictureFile:
    """Context of ``picture.svg``: a timeline or a drawing. ``lines`` say how to read it and whose data it draws; lengths are
    SVG user units."""

    picture: Picture | None
    drawing: Drawing | None
    heading: str
    lines: tuple[str, ...]
    width: float
    height: float


def parts_of(page: ComparisonPage) -> dict[str, str]:
    """Names of the parts that the page can be cut to, with their titles: its groups, its pictures, its panels."""
    groups = {group.key: group.title for group in page.groups}
    pictures = {TIMELINE: "Timeline"} if page.pictures else {}
    pictures |= {drawn.key: f"{drawn.title}, drawn" for drawn in page.drawings}
    panels = {
        panel.key: shown(panel.title)
        for group in page.groups
        for panel in group.panels
        # A panel that is all of its group goes by the group's name.
        if len(group.panels) > 1 and panel.key not in groups
    }
    return groups | pictures | panels


def whole_of(page: ComparisonPage, pinned: Pinned | None = None) -> PartPage:
    """The whole comparison for a frame."""
    name = " beside ".join(page.comparison.nct_ids)
    return PartPage(page.frame, name, page.comparison, page.groups, page.pictures, page.drawings, page.links, pinned)


def part_of(page: ComparisonPage, name: str, pinned: Pinned | None = None) -> PartPage | None:
    """The part with that name; None where the comparison has none. A group brings its pictures along, dosing its totals too."""
    groups = tuple(group for group in page.groups if group.key == name)
    pictures = page.pictures[:1] if name in (TIMELINE, DOSING) else ()
    drawings = tuple(each for each in page.drawings if name in (each.key, each.group.replace(" ", "-")))
    if not groups:
        groups = tuple(
            group_of_panels(panel.group, (panel,), title=panel.title)
            for group in page.groups
            for panel in group.panels
            if panel.key == name
        )
    if not groups and not pictures and not drawings:
        return None
    totals = page.comparison.totals if name == DOSING else ()
    shown_of_it = replace(page.comparison, totals=totals)
    return PartPage(page.frame, name, shown_of_it, groups, pictures, drawings, page.links, pinned)


def picture_names(comparison: Comparison) -> dict[str, str]:
    """Names and titles of the pictures that `picture_file` draws of the comparison."""
    timeline = {TIMELINE: "Timeline"} if comparison.timelines else {}
    return timeline | {drawn.key: drawn.title for drawn in drawings_of(comparison)}


def picture_file(comparison: Comparison, name: str = TIMELINE, zero: str = "") -> str | None:
    """A picture as an SVG file; None where the comparison has none of that name.

    A timeline is counted from ``zero``, else it is the one that shows most.
    """
    drawing = next((each for each in drawings_of(comparison) if each.key == name), None)
    if drawing is not None:
        return _file(comparison, drawing)
    pictures = pictures_of(comparison) if name == TIMELINE else ()
    wanted = [picture for picture in pictures if picture.zero == zero] or list(pictures)
    return _file(comparison, wanted[0]) if wanted else None


def legend_of(drawn: Picture | Drawing) -> str:
    """How to read a picture."""
    if isinstance(drawn, Drawing):
        return drawn.legend
    return (
        "Height: amount a day, within a lane, and full where that is not told"
        + ("; of a range its upper end." if drawn.has_range else ".")
        + (" Hatched: days reckoned from months, or called approximate." if drawn.has_approximate else "")
        + (" Arrow head: goes on past what the text says." if drawn.has_open else "")
    )


def drawn_alone(drawn: Picture | Drawing) -> str:
    """A picture as SVG with its title only, for documents that say the rest themselves."""
    return _written(drawn, ())


def _file(comparison: Comparison, drawn: Picture | Drawing) -> str:
    trials = f"Trials: {', '.join(trial.registry_url for trial in comparison.trials)}"
    said = (legend_of(drawn), shown(comparison.attribution), trials)
    return _written(drawn, tuple(line for each in said for line in wrap(each, int(drawn.width / LETTER))))


def _written(drawn: Picture | Drawing, lines: tuple[str, ...]) -> str:
    picture, drawing = (None, drawn) if isinstance(drawn, Drawing) else (drawn, None)
    height = drawn.height + 44 + LINE * len(lines) + MARGIN
    file = PictureFile(picture, drawing, shown(drawn.title), lines, drawn.width + 2 * MARGIN, height)
    return render("picture.svg", file).lstrip()
