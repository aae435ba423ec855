"""`/compare/A,B,….svg`: the timeline of a comparison as a picture file."""

from __future__ import annotations

from harvester.export.part import timeline_file
from harvester.site.asked import Asked
from harvester.site.cache import Answer
from harvester.site.headers import OURS
from harvester.site.links import comparison
from harvester.site.pages.compare import chosen, comparison_of, view_of
from harvester.site.pages.message import message


def answer(asked: Asked) -> Answer:
    """The timeline counted from the event asked for, else the one that shows most."""
    found = chosen(asked, "compare")
    if isinstance(found, Answer):
        return found
    drawn = timeline_file(comparison_of(asked, found), view_of(asked).zero)
    if drawn is None:
        what = "No dose of these trials could be laid out in days, so there is nothing to draw."
        return message(asked, 404, "There is no timeline", what, actions=(("The comparison", comparison(found)),))
    name = f"timeline-{'-'.join(found[:3])}.svg"
    return Answer(200, drawn.encode("utf-8", "replace"), "image/svg+xml", policy=OURS, disposition=f'inline; filename="{name}"')
