"""An SVG picture of ours as PNG, drawn here where a font is at hand."""

from __future__ import annotations

from functools import cache
from typing import Final

from harvester.export.html import environment

ZOOM: Final = 2.0
"""Pixels of a user unit: enough for print at the size of a column."""

_NO_FONT = "PNG cannot be drawn: this machine has no sans-serif font that the drawing could be lettered with. Take the SVG."


class PngUnavailableError(ValueError):
    """No PNG can be drawn on this machine; the message says what to do."""


def picture_png(svg: str) -> bytes:
    """The picture as PNG on white. Raises PngUnavailableError with one line."""
    why = why_not()
    if why:
        raise PngUnavailableError(why)
    # What no UTF-8 file can hold is replaced, as in every other form.
    return _drawn(svg.encode("utf-8", "replace").decode("utf-8"))


@cache
def why_not() -> str:
    """Why no PNG can be drawn here; empty where it can. Without a font letters would be left out in silence: that is tried."""
    probe = environment().get_template("probe.svg")
    return _NO_FONT if _drawn(probe.render(lettered=True)) == _drawn(probe.render(lettered=False)) else ""


def _drawn(svg: str) -> bytes:
    import resvg_py

    # The family stands in where a machine has none of those that the picture names.
    return bytes(resvg_py.svg_to_bytes(svg_string=svg, background="white", zoom=ZOOM, sans_serif_family="DejaVu Sans"))
