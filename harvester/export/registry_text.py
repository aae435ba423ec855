"""Registry text as it is shown: markdown's backslashes gone, nothing that cannot be drawn, no markup of its own."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from markupsafe import Markup

if TYPE_CHECKING:
    from markdown_it import MarkdownIt

_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
_UNSHOWABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_NOT_IN_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_KEPT = {"p", "ul", "ol", "li", "em", "strong", "br", "blockquote"}


def words(text: str) -> str:
    """Registry text as it is meant to be seen: markdown's backslashes gone, characters that cannot be shown replaced."""
    # Most texts need neither: asking first is far cheaper than replacing.
    if "\\" in text:
        text = _ESCAPE.sub(r"\1", text)
    return text if text.isprintable() else _UNSHOWABLE.sub("\ufffd", text)


def held(text: str) -> str:
    """``text`` as XML can hold it, which Word and Excel write."""
    return _NOT_IN_XML.sub("\ufffd", text)


_RAISED = re.compile(r"([⁰¹²³⁴⁵⁶⁷⁸⁹⁻]*[⁰⁴⁵⁶⁷⁸⁹⁻][⁰¹²³⁴⁵⁶⁷⁸⁹⁻]*)")
_LEVEL = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789−")


def powers(text: str) -> tuple[tuple[str, bool], ...]:
    """Pieces of ``text``, each with whether it is raised: few fonts of drawings have raised digits beyond 3, all have digits."""
    pieces = _RAISED.split(text)
    return tuple((piece.translate(_LEVEL) if at % 2 else piece, bool(at % 2)) for at, piece in enumerate(pieces) if piece)


def markdown(text: str) -> Markup:
    """Registry markdown as HTML: paragraphs, lists and emphasis only; no raw HTML, links, images or code."""
    import nh3  # here, as with `MarkdownIt`: only pages show markdown

    rendered = _markdown().render(_UNSHOWABLE.sub("\ufffd", text))
    return Markup(nh3.clean(rendered, tags=_KEPT, attributes={"ol": {"start"}}))  # noqa: S704 - cleaned in the same breath


@cache
def _markdown() -> MarkdownIt:
    from markdown_it import MarkdownIt

    blocks = ["code", "fence", "html_block", "heading", "lheading", "hr", "reference"]
    return MarkdownIt("commonmark", {"html": False}).disable(
        [*blocks, "html_inline", "link", "image", "autolink", "backticks", "entity"]
    )
