"""`/compare/A,B,….svg` and `….png`: a picture of a comparison as a file."""

from __future__ import annotations

from typing import Final

from harvester.export.part import TIMELINE, picture_file, picture_names
from harvester.export.png import PngUnavailableError, picture_png
from harvester.site.asked import Asked
from harvester.site.cache import Answer
from harvester.site.headers import OURS
from harvester.site.links import View, comparison
from harvester.site.pages.compare import chosen, comparison_of, view_of
from harvester.site.pages.message import message

ENDINGS: Final = ("svg", "png")


def answer(asked: Asked) -> Answer:
    """The picture asked for; without a name the timeline, counted from the event asked for, else the one that shows most."""
    found = chosen(asked, "compare")
    if isinstance(found, Answer):
        return found
    view, ending = view_of(asked), asked.parts["ending"]
    compared = comparison_of(asked, found, view.rows)
    name = view.part or TIMELINE
    drawn = picture_file(compared, name, view.zero)
    if drawn is None:
        names = picture_names(compared)
        what = "No dose of these trials could be laid out in days, so there is no timeline."
        said = what if name == TIMELINE else f"The pictures are called {', '.join(names) or 'nothing: there is none'}."
        actions = [(title, comparison(found, View(part=each), ending=ending)) for each, title in names.items()]
        return message(asked, 404, "There is no such picture", said, actions=(*actions, ("The comparison", comparison(found))))
    stem = f"{name}-{'-'.join(found[:3])}"
    if ending == "svg":
        return _file(drawn.encode("utf-8", "replace"), "image/svg+xml", f"{stem}.svg")
    try:
        return _file(picture_png(drawn), "image/png", f"{stem}.png")
    except PngUnavailableError as problem:
        svg = comparison(found, View(zero=view.zero, part=view.part), ending="svg")
        return message(asked, 501, "There is no PNG here", str(problem), actions=(("The picture as SVG", svg),))


def _file(body: bytes, media_type: str, name: str) -> Answer:
    return Answer(200, body, media_type, policy=OURS, disposition=f'inline; filename="{name}"')
