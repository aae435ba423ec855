"""A saved registry page as lines under headings, whether it was saved as text or as HTML."""

from __future__ import annotations

import csv
import re
import warnings
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from bs4 import BeautifulSoup
from bs4.element import NavigableString, PageElement, PreformattedString, Tag

_DEFINITIONS: Final = Path(__file__).parent / "definitions"
_FURNITURE: Final = ("script", "style", "noscript", "template", "nav", "footer", "aside", "form", "button", "svg", "head")
_BLOCKS: Final = frozenset(
    (
        "p",
        "div",
        "section",
        "article",
        "main",
        "header",
        "ul",
        "ol",
        "li",
        "dl",
        "dt",
        "dd",
        "table",
        "tr",
        "td",
        "th",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "pre",
        "blockquote",
        "figure",
        "address",
    )
)
_HEADINGS: Final = {f"h{level}": level for level in range(1, 7)}
_DEEPEST: Final = 150  # nested elements; what lies deeper is taken as plain text
_BLANKS = re.compile(r"[ \t\r\n\f]+")
# A page explains each section in one sentence; that sentence, not the heading alone, tells a section from words in a text.
_LEADS: Final = frozenset(
    (
        "get",
        "review",
        "dive",
        "see",
        "understand",
        "learn",
        "check",
        "meet",
        "identify",
        "explore",
        "reach",
        "additional",
        "discover",
        "find",
        "browse",
        "view",
        "read",
    )
)
_SMALL_WORDS: Final = frozenset(
    (
        "a",
        "an",
        "and",
        "as",
        "at",
        "by",
        "for",
        "from",
        "in",
        "of",
        "on",
        "or",
        "the",
        "to",
        "with",
    )
)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a page; ``level`` 1-6 when the page marks it as a heading, 0 when it does not or cannot."""

    text: str
    level: int = 0


@dataclass(slots=True)
class Section:
    """A heading of the page and the lines under it, without the sentence that explains the section."""

    heading: str
    lines: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The lines verbatim, without blank lines at either end."""
        return "\n".join(self.lines).strip("\n")

    @property
    def blocks(self) -> list[str]:
        """The lines that are not blank, without blanks at either end."""
        return [line.strip() for line in self.lines if line.strip()]


def definition_rows(name: str) -> list[dict[str, str]]:
    """The rows of a definitions file: CSV with ``#`` comments on top."""
    text = (_DEFINITIONS / name).read_text(encoding="utf-8")
    return list(csv.DictReader(line for line in text.splitlines() if line and not line.startswith("#")))


def text_lines(text: str) -> list[Line]:
    """The lines of a page saved as text; blanks inside and at the ends of lines are kept."""
    return [Line(line) for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")]


def html_lines(markup: str) -> list[Line]:
    """The lines of a page saved as HTML, blocks apart by blank lines, list items numbered or starred as in the registry."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # bs4 warns about markup that looks like a file name or like XML
        soup = BeautifulSoup(markup, "html.parser")
    for element in soup.find_all(_FURNITURE):
        element.extract()
    root = soup.find("main") or soup.find("body") or soup
    return list(_tidy(_rendered(root if isinstance(root, Tag) else soup, 0, 0)))


def sections(lines: list[Line], known: Iterable[str]) -> list[Section]:
    """The page cut at its headings; the first section, with heading ``""``, is what stands above them.

    ``known`` are the headings we can read. Others are kept as sections of their own where the page shows them to be headings.
    """
    names = {name.casefold() for name in known}
    level = _section_level(lines, names)
    found = [Section("")]
    for place, line in enumerate(lines):
        if _is_heading(lines, place, names, level):
            found.append(Section(line.text.strip().rstrip(":")))
        else:
            found[-1].lines.append(line.text)
    for section in found[1:]:
        _drop_lead(section)
    return found


def _section_level(lines: list[Line], names: set[str]) -> int:
    levels = Counter(line.level for line in lines if line.level and line.text.strip().casefold() in names)
    return levels.most_common(1)[0][0] if levels else 0


def _is_heading(lines: list[Line], place: int, names: set[str], level: int) -> bool:
    line = lines[place]
    if level:
        return line.level == level
    name = line.text.strip().rstrip(":")
    if not name or line.text.startswith((" ", "\t")) or (place and lines[place - 1].text.strip()):
        return False
    following = next((other.text.strip() for other in lines[place + 1 :] if other.text.strip()), "")
    if name.casefold() in names:
        return _is_lead(following) or following.casefold().startswith("results ")
    return _is_lead(following) and _is_title(name)


def _is_lead(text: str) -> bool:
    """Whether ``text`` is the sentence under a heading that explains the section."""
    return text.endswith(".") and len(text) >= 30 and text.split(maxsplit=1)[0].casefold() in _LEADS


def _is_title(text: str) -> bool:
    words = text.split()
    return len(words) <= 6 and text[-1].isalnum() and all(word[0].isupper() or word.casefold() in _SMALL_WORDS for word in words)


def _drop_lead(section: Section) -> None:
    for place, line in enumerate(section.lines):
        if line.strip():
            if _is_lead(line.strip()):
                del section.lines[: place + 1]
            return


def _rendered(element: Tag, depth: int, indent: int) -> Iterator[Line]:
    """The lines of one block element; a None-like blank line stands between blocks."""
    words: list[str] = []
    for child in element.children:
        if isinstance(child, Tag) and child.name in _BLOCKS and depth < _DEEPEST:
            yield from _paragraph(words, element)
            words = []
            yield from _block(child, depth + 1, indent)
        else:
            words.append(_inline(child))
    yield from _paragraph(words, element)


def _block(element: Tag, depth: int, indent: int) -> Iterator[Line]:
    if element.name == "pre":
        yield from (Line(line) for line in element.get_text().split("\n"))
    elif element.name in ("ul", "ol"):
        yield from _list(element, depth, indent)
    else:
        yield from _rendered(element, depth, indent)
    yield Line("")


def _list(element: Tag, depth: int, indent: int) -> Iterator[Line]:
    number = _start(element)
    for item in element.find_all("li", recursive=False):
        mark = f"{number}. " if element.name == "ol" else "* "
        lines = [line for line in _rendered(item, depth, indent + 4) if line.text]
        if lines:
            yield Line(" " * indent + mark + lines[0].text.lstrip())
            yield from lines[1:]
        number += 1


def _start(element: Tag) -> int:
    given = str(element.get("start", "1"))
    return int(given) if re.fullmatch(r"[0-9]{1,6}", given) else 1


def _paragraph(words: list[str], element: Tag) -> Iterator[Line]:
    text = "".join(words)
    level = _HEADINGS.get(element.name, 0)
    for line in text.split("\v"):
        kept = _BLANKS.sub(" ", line).strip()
        if kept:
            yield Line(kept, level)
    if text.strip():
        yield Line("")


def _inline(child: PageElement) -> str:
    """Inline content as text; ``<br>`` becomes a vertical tab, which `_paragraph` turns into a new line."""
    if isinstance(child, PreformattedString):  # comments, doctypes, CDATA
        return ""
    if isinstance(child, NavigableString):
        return str(child).replace("\v", " ")
    if not isinstance(child, Tag):
        return ""
    if child.name == "br":
        return "\v"
    for line_break in child.find_all("br"):
        line_break.replace_with("\v")
    return child.get_text().replace("\x00", "") + (" " if child.name == "span" else "")


def _tidy(lines: Iterable[Line]) -> Iterator[Line]:
    """The lines with runs of blank lines made one."""
    blank = True
    for line in lines:
        if line.text.strip() or not blank:
            yield line
        blank = not line.text.strip()
