"""One part of a comparison alone: a group of rows, one panel, the timeline; and the timeline as a picture file."""

from __future__ import annotations

from dataclasses import dataclass, replace
from textwrap import wrap

from harvester.compare.model import Comparison
from harvester.export.html import ComparisonPage, Frame, GroupOfPanels, Links, group_of_panels, pictures_of, render
from harvester.export.report import shown
from harvester.export.svg import Picture

TIMELINE = "timeline"
DOSING = "dosing"
LETTERS_A_LINE = 170
MARGIN = 8.0
LINE = 13.0


@dataclass(frozen=True, slots=True)
class PartPage:
    """Context of ``embed_part.html``."""

    frame: Frame
    name: str
    comparison: Comparison
    groups: tuple[GroupOfPanels, ...]
    pictures: tuple[Picture, ...]
    links: Links


@dataclass(frozen=True, slots=True)
class PictureFile:
    """Context of ``picture.svg``. ``lines`` say how to read it and whose data it draws; lengths are SVG user units."""

    picture: Picture
    heading: str
    lines: tuple[str, ...]
    width: float
    height: float


def parts_of(page: ComparisonPage) -> dict[str, str]:
    """Names of the parts that the page can be cut to, with their titles: its groups, the timeline, its panels."""
    groups = {group.key: group.title for group in page.groups}
    timeline = {TIMELINE: "Timeline"} if page.pictures else {}
    panels = {panel.key: shown(panel.title) for group in page.groups for panel in group.panels}
    return groups | timeline | {key: title for key, title in panels.items() if key not in groups}


def part_of(page: ComparisonPage, name: str) -> PartPage | None:
    """The part with that name; None where the comparison has none. Dosing brings its timeline and totals along."""
    groups = tuple(group for group in page.groups if group.key == name)
    pictures = page.pictures[:1] if name in (TIMELINE, DOSING) else ()
    if not groups:
        groups = tuple(
            group_of_panels(panel.group, (panel,), title=panel.title)
            for group in page.groups
            for panel in group.panels
            if panel.key == name
        )
    if not groups and not pictures:
        return None
    totals = page.comparison.totals if name == DOSING else ()
    return PartPage(page.frame, name, replace(page.comparison, totals=totals), groups, pictures, page.links)


def timeline_file(comparison: Comparison, zero: str = "") -> str | None:
    """A timeline as an SVG file: counted from ``zero``, else the one that shows most; None where there is none."""
    pictures = pictures_of(comparison)
    wanted = [picture for picture in pictures if picture.zero == zero] or list(pictures)
    if not wanted:
        return None
    picture = wanted[0]
    said = [
        "Height: amount a day, within a lane."
        + (" Hatched: days reckoned from months, or called approximate." if picture.has_approximate else "")
        + (" Arrow head: goes on past what the text says." if picture.has_open else ""),
        shown(comparison.attribution),
        f"Trials: {', '.join(trial.registry_url for trial in comparison.trials)}",
    ]
    lines = tuple(line for each in said for line in wrap(each, LETTERS_A_LINE))
    height = picture.height + 44 + LINE * len(lines) + MARGIN
    return render("picture.svg", PictureFile(picture, shown(picture.title), lines, picture.width + 2 * MARGIN, height)).lstrip()
