"""A registry page saved as HTML, as the lines a person sees: headings, paragraphs, list items, one block apart from the next."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterable, Iterator
from typing import Final

from bs4 import BeautifulSoup
from bs4.element import NavigableString, PageElement, PreformattedString, Tag

from harvester.registry.page_lines import Line

_FURNITURE: Final = ("script", "style", "noscript", "template", "nav", "footer", "aside", "svg", "head", "select", "textarea")
_HEADINGS: Final = {f"h{level}": level for level in range(1, 7)}
_BLOCKS: Final = frozenset(
    re.findall(
        r"\w+",
        "p div section article main header body ul ol li dl dt dd table thead tbody tr td th pre blockquote figure address form"
        " fieldset details summary hgroup h1 h2 h3 h4 h5 h6",
    )
)
_DEEPEST: Final = 150  # nested elements; what lies deeper is taken as plain text
_BLANKS = re.compile(r"[ \t\r\n\f\xa0]+")
_LINE_BREAK: Final = "\v"  # stands for <br>, and for line ends that the page shows as such
# A list written as plain text inside one element: its line ends are meant, whatever HTML makes of them.
_WRITTEN_LIST = re.compile(r"\n[ \t]*(?:[0-9]{1,3}[.)]|[*•-])[ \t]")
_KEEPS_LINES = re.compile(r"pre-?(?:wrap|line)|whitespace-pre|white-space:\s*pre", re.IGNORECASE)


def html_lines(markup: str) -> list[Line]:
    """The lines of a page, blocks apart by blank lines, list items numbered or starred as in the registry's own text.

    Menus, footers, scripts and the like are left out; what is in ``<main>`` is taken, where a page has one.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # bs4 warns about markup that looks like a file name or like XML
        soup = BeautifulSoup(markup, "html.parser")
    for element in soup.find_all(_FURNITURE):
        element.extract()
    for button in soup.find_all("button"):
        if button.find_parent(list(_HEADINGS)) is None and button.find(list(_HEADINGS)) is None:
            button.extract()
    root = soup.find("main") or soup.find("body") or soup
    return list(_tidy(_rendered(root if isinstance(root, Tag) else soup, 0, 0, False)))


def _rendered(element: Tag, depth: int, indent: int, keeps: bool) -> Iterator[Line]:
    """The lines of one block element. ``keeps``: whether its line ends are shown as such."""
    keeps = keeps or element.name == "pre" or _keeps_lines(element)
    words: list[str] = []
    for child in element.children:
        if isinstance(child, Tag) and depth < _DEEPEST and (child.name in _BLOCKS or _holds_block(child)):
            yield from _paragraph(words, element)
            words = []
            yield from _block(child, depth + 1, indent, keeps)
        else:
            words.append(_inline(child, keeps))
    yield from _paragraph(words, element)


def _holds_block(element: Tag) -> bool:
    """Whether an inline element, as ``<a>`` or ``<button>``, has a block right inside it."""
    return any(isinstance(child, Tag) and child.name in _BLOCKS for child in element.children)


def _keeps_lines(element: Tag) -> bool:
    classes = element.get("class") or []
    return bool(_KEEPS_LINES.search(f"{element.get('style') or ''} {' '.join(classes)}"))


def _block(element: Tag, depth: int, indent: int, keeps: bool) -> Iterator[Line]:
    if element.name in ("ul", "ol"):
        yield from _list(element, depth, indent, keeps)
    elif element.name == "tr" and not any(_holds_block(cell) for cell in element.find_all(("td", "th"))):
        yield from _paragraph([f"{_inline(child, keeps)} " for child in element.children], element)
    else:
        yield from _rendered(element, depth, indent, keeps)
    yield Line("")


def _list(element: Tag, depth: int, indent: int, keeps: bool) -> Iterator[Line]:
    number = _start(element)
    for item in element.find_all("li", recursive=False):
        mark = f"{number}. " if element.name == "ol" else "* "
        lines = [line for line in _rendered(item, depth, indent + 4, keeps) if line.text]
        if lines:
            yield Line(" " * indent + mark + lines[0].text.lstrip())
            yield from lines[1:]
        number += 1


def _start(element: Tag) -> int:
    given = str(element.get("start", "1"))
    return int(given) if re.fullmatch(r"[0-9]{1,6}", given) else 1


def _paragraph(words: list[str], element: Tag) -> Iterator[Line]:
    lines = [_BLANKS.sub(" ", line).strip() for line in "".join(words).split(_LINE_BREAK)]
    level = _HEADINGS.get(element.name, 0)
    for line in lines:
        yield Line(line, level if line else 0)
    if any(lines):
        yield Line("")


def _inline(child: PageElement, keeps: bool) -> str:
    if isinstance(child, PreformattedString):  # comments, doctypes, CDATA
        return ""
    if isinstance(child, NavigableString):
        return _words(str(child), keeps)
    if not isinstance(child, Tag):
        return ""
    if child.name == "br":
        return _LINE_BREAK
    for line_break in child.find_all("br"):
        line_break.replace_with(_LINE_BREAK)
    text = child.get_text().replace("\x00", "")
    if keeps or _keeps_lines(child) or _WRITTEN_LIST.search(text):
        text = text.replace("\n", _LINE_BREAK)
    # Neighbouring elements are neighbouring words: a label and its value, a number and its status.
    return f" {text} " if child.name in ("span", "b", "strong", "label", "dt", "dd") and _ends_a_word(child) else text


def _words(text: str, keeps: bool) -> str:
    text = text.replace("\x00", "").replace(_LINE_BREAK, " ")
    return text.replace("\n", _LINE_BREAK) if keeps or _WRITTEN_LIST.search(text) else text


def _ends_a_word(element: Tag) -> bool:
    """Whether an element stands right beside another element, with no text between that would join them to one word."""
    beside = (element.previous_sibling, element.next_sibling)
    return any(isinstance(other, Tag) for other in beside)


def _tidy(lines: Iterable[Line]) -> Iterator[Line]:
    """The lines with runs of blank lines made one."""
    blank = True
    for line in lines:
        if line.text.strip() or not blank:
            yield line
        blank = not line.text.strip()
