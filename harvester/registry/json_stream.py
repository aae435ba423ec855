"""A stream of JSON text, however long, into one record after another, with bounded memory.

It takes what registries and people write: one record, several one after another or one a line (NDJSON), a JSON list, and a
search answer ``{"totalCount", "studies": […], "nextPageToken"}``. One damaged record costs that record, not the rest.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from harvester.registry.json_text import LARGEST, Damaged, Unfinished, decode, decode_at
from harvester.shape import shape

_SKIPPED = re.compile(r"[\s,\ufeff]*")
_PAGE_KEYS: Final = ("studies", "totalCount", "nextPageToken")
_FIRST_KEY = re.compile(r'\{\s*"([A-Za-z]+)"\s*:')
_STUDIES = re.compile(r'"studies"\s*:\s*\[')
# Strings whole, so that brackets inside them do not count; possessive, so that a long string costs linear time.
_STRUCTURE = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\Z)|[{}\[\]]', re.DOTALL)
_HEAD: Final = 4096  # characters; a search answer's own fields stand within them
_ONE_A_LINE: Final = 200  # characters; a line this long followed by "{" holds a record of its own


@shape()
class Element:
    """One JSON value of a stream: its text as given, and the decoded body, or the ``damage`` that keeps it out.

    ``place`` counts from 1.
    """

    place: int
    raw: str
    body: Any = None
    damage: str | None = None


class _Window:
    """The part of the stream in memory; it slides forward as elements are taken."""

    def __init__(self, chunks: Iterator[str]) -> None:
        self._chunks = chunks
        self.text = ""
        self.start = 0

    def more(self) -> bool:
        """Read at least as much again; False at the end of the stream or when one element would be too large."""
        kept = self.text[self.start :]
        if len(kept) > LARGEST:
            return False
        parts, wanted = [kept], max(len(kept), 1)
        for chunk in self._chunks:
            parts.append(chunk)
            wanted -= len(chunk)
            if wanted <= 0:
                break
        if len(parts) == 1:
            return False
        self.text, self.start = "".join(parts), 0
        return True

    def skip(self) -> str:
        """Go past blanks and commas; the character that follows, or "" at the end."""
        while True:
            found = _SKIPPED.match(self.text, self.start)
            self.start = found.end() if found else self.start
            if self.start < len(self.text):
                return self.text[self.start]
            if not self.more():
                return ""


def elements(chunks: Iterator[str]) -> Iterator[Element]:
    """The records in the text that ``chunks`` add up to, in their order."""
    window = _Window(chunks)
    yield from _elements(window, 1, in_list=_enter(window))


def elements_in(text: str, first: int = 1, *, in_list: bool = False) -> Iterator[Element]:
    """The records in a text that begins with one of them, the ``first`` of its source; ``in_list``: a bracket ends the list."""
    window = _Window(iter([text]))
    window.more()
    yield from _elements(window, first, in_list=in_list)


def _elements(window: _Window, place: int, *, in_list: bool) -> Iterator[Element]:
    while mark := window.skip():
        if in_list and mark == "]":
            if not _enter_next(window):
                return
            continue
        yield _next(window, place)
        place += 1


def split_page(text: str) -> tuple[dict[str, Any], list[Element]]:
    """A search answer of the API: its own fields (``totalCount``, ``nextPageToken``), and its studies, each as given.

    Raises Damaged when the answer as a whole is no such answer, Unfinished when it is cut short.
    """
    found = _STUDIES.search(text)
    if found is None or text[:1] != "{":
        decode(text)  # says what is wrong with it
        raise Damaged("is no list of studies")
    window = _Window(iter([text]))
    window.more()
    window.start = found.end()
    studies: list[Element] = []
    while (first := window.skip()) and first != "]":
        studies.append(_next(window, len(studies) + 1))
    if not first:
        raise Unfinished("is cut short")
    fields = decode(text[: found.end()] + text[window.start :])
    return fields, studies


def _enter(window: _Window) -> bool:
    """Stand before the first record; whether the records are members of a list."""
    first = window.skip()
    if first == "{":
        while len(window.text) < _HEAD and window.more():
            pass
        key = _FIRST_KEY.match(window.text, window.start)
        found = _STUDIES.search(window.text, window.start) if key and key.group(1) in _PAGE_KEYS else None
        if found is None:
            return False
        window.start = found.end()
        return True
    if first == "[":
        window.start += 1
        return True
    return False


def _enter_next(window: _Window) -> bool:
    """After a list of records: stand before the next search answer's first, where one follows another in the same stream."""
    while len(window.text) - window.start < _HEAD and window.more():
        pass
    found = _STUDIES.search(window.text, window.start, window.start + _HEAD)
    if found is None:
        return False
    window.start = found.end()
    return True


def _next(window: _Window, place: int) -> Element:
    while True:
        text, start = window.text, window.start
        try:
            body, end = decode_at(text, start)
        except Damaged as problem:
            cut = _end_of_damaged(text, start)
            if cut is None and window.more():
                continue
            reason = "is cut short" if cut is None and isinstance(problem, Unfinished) else str(problem)
            window.start = cut or len(text)
            return Element(place, text[start : window.start], damage=reason)
        # A bare number at the very end of the window may go on in the next chunk; objects and lists end themselves.
        if end == len(text) and text[start] not in '{["' and window.more():
            continue
        window.start = end
        return Element(place, text[start:end], body=body)


def _end_of_damaged(text: str, start: int) -> int | None:
    """Where the next record may begin: after the closing bracket, or at the next line when records stand one a line."""
    line_end = text.find("\n", start)
    if line_end >= 0 and line_end - start > _ONE_A_LINE and text.startswith("{", line_end + 1):
        return line_end
    if text[start] not in "{[":
        record = text.find("\n{", start)
        return record if record > start else None
    return _closing(text, start)


def _closing(text: str, start: int) -> int | None:
    depth = 0
    for found in _STRUCTURE.finditer(text, start):
        mark = found.group()
        if mark in "{[":
            depth += 1
        elif mark in "}]":
            depth -= 1
            if depth <= 0:
                return found.end()
    return None
