"""Numbers and letters inside a line that carry on the count of an open list (``… of the liver c. Lungs …``), each an item.

Rules: ``list_count.mark`` (how such a number stands), ``list_count.refers`` and ``list_count.numbered`` (words whose number it
would be). A list counts on with its next number, or leaves one out and goes on with two; where a later line has that number it is
no mark. What the number after it confirms needs no full stop before it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from harvester.text.criteria.heading import read_section_heading
from harvester.text.criteria.line import Line, end_of_words
from harvester.text.criteria.list_marker import Marker, holds_one
from harvester.text.expressions.definition_file import expression
from harvester.text.expressions.pattern import pattern_of

_ORDERS = {
    "circled": tuple("①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"),
    "roman": ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii"),
    "letter": tuple("abcdefghijklmnopqrstuvwxyz"),
    "capital": tuple("ABCDEFGHIJKLMNOPQRSTUVWXYZ"),
}
_NUMBERS = tuple(map(str, range(1, 100)))
_BARE = r"(?<![^\s.;,)])(?<![A-Za-z]\.)(?P<opened>\(?)(?P<label>{})(?P<sign>[.)])(?:\s+|(?={}))"
_MARKS = {
    "number": pattern_of(_BARE.format(r"\d{1,2}", r"[A-Z≥≤<>]")),
    "circled": pattern_of(r"(?P<opened>)(?P<label>[①-⑳])(?P<sign>)\s*"),
    "roman": pattern_of(_BARE.format(r"[ivx]{1,4}", r"[A-Z][a-z]")),
    "letter": pattern_of(_BARE.format(r"[a-z]", r"[A-Z≥≤<>]")),
    "capital": pattern_of(_BARE.format(r"[A-Z]", r"[A-Z][a-z]")),
}
_LONG_ROMANS = ("ii", "iii", "iv", "vi", "vii", "viii", "ix")
_IN_BRACKETS = pattern_of(r"\(\w{1,4}\)\s*$")  # how the item is labelled that a line begins with
_REFERS = expression("list_count.refers")
_NUMBERED = expression("list_count.numbered")
_JOINED = pattern_of(r";$|[;,] ?(?:and|or|and/or)$|\b(?:AND|OR)$")
_SENTENCE = pattern_of(r"[A-Z][a-z]+(?: [^\s.;]+){2}|[A-Z][a-z]{3,} [^\s.;]+$")
_SHORTEST = 8  # characters of an entry; behind a semicolon or a full stop a word is one
_DEEPEST = 6  # lists that are open at once
_LATER = 60  # lines that are asked for the number of a mark


@dataclass
class _Open:
    """A list that may go on: how it counts, its next number, and the marker and indent of its items."""

    orders: tuple[str, ...]
    next: int
    style: str
    indent: int


def counted_on(text: str, lines: tuple[Line, ...]) -> Iterator[Line]:
    """``lines`` of regular text, cut where a mark inside one carries on the count of the list it stands in or below."""
    lists: list[_Open] = []
    for at, line in enumerate(lines):
        _note(lists, line)
        while cut := _first_mark(text, lines, at, line, lists):
            mark, listed = cut
            yield replace(line, end=end_of_words(text, line.start, mark.start()))
            marker = Marker(listed.style, mark["label"], mark.end())
            line = replace(line, start=mark.end(), indent=listed.indent, marker=marker, blank_before=False, run_on=True)
            _note(lists, line)
        yield line


@lru_cache(maxsize=256)
def _counts(label: str | None) -> dict[str, int]:
    """How a label may count: ``i`` is the ninth letter or the first roman numeral."""
    if label is None or label.isdecimal():
        return {"number": int(label)} if label else {}
    return {order: labels.index(label) + 1 for order, labels in _ORDERS.items() if label in labels}


@lru_cache(maxsize=256)
def _signs(order: str, number: int) -> tuple[str, ...]:
    """What a line with an entry holds that is ``number`` of its list, or the one after it."""
    labels = _ORDERS.get(order, _NUMBERS)[number - 1 : number + 1]
    return labels if order == "circled" else tuple(label + sign for label in labels for sign in ".)")


def _note(lists: list[_Open], line: Line) -> None:
    """Bring the open lists up to date with the label of a line; a list that goes on closes those below it."""
    counts = _counts(line.marker.label) if line.marker is not None else {}
    if line.marker is None or not counts:
        return
    for place in range(len(lists) - 1, -1, -1):
        if any(counts.get(order) == lists[place].next for order in lists[place].orders):
            del lists[place + 1 :]
            lists[place].next += 1
            lists[place].indent, lists[place].style = line.indent, line.marker.style
            return
    order, number = next(iter(counts.items()))
    if number > 1 and lists and lists[-1].orders[0] == order:
        lists.pop()  # a number is left out
    # The registry's mark-up made numbers of the letters of an inner list, but not of those inside a line.
    orders = ("number", "letter") if order == "number" and line.indent > 0 else (order,)
    lists.append(_Open(orders, number + 1, line.marker.style, line.indent))
    del lists[:-_DEEPEST]


def _first_mark(
    text: str, lines: tuple[Line, ...], at: int, line: Line, lists: list[_Open]
) -> tuple[re.Match[str], _Open] | None:
    """The first mark inside a line that carries on an open list, and that list."""
    if text.find("②", line.start, line.end) >= 0 and text.find("①", line.start, line.end) < 0 and line.marker is not None:
        known = any("circled" in each.orders for each in lists)  # the mark-up made a bullet of the first
        lists += [] if known else [_Open(("circled",), 2, line.marker.style, line.indent)]
    orders = ((each, order) for each in reversed(lists) for order in each.orders)
    found = [(mark, each) for each, order in orders if (mark := _mark(text, lines, at, each, order, line))]
    # a list that counts on comes before one that would leave a number out
    return min(found, key=lambda pair: (pair[0].start(), pair[1].next not in _counts(pair[0]["label"]).values()), default=None)


def _mark(text: str, lines: tuple[Line, ...], at: int, listed: _Open, order: str, line: Line) -> re.Match[str] | None:
    """The mark inside a line with the next number of a list, if it stands as one."""
    number, words = listed.next, text[line.start : line.end]
    if not holds_one(words, _signs(order, number)):
        return None
    marks = tuple(_MARKS[order].finditer(text, line.start, line.end))
    counts = [_counts(mark["label"]).get(order) for mark in marks]
    if number > 2 and number not in counts and number + 1 in counts and number + 2 in counts:
        number += 1  # a number is left out
    if number not in counts or number - 1 in counts[: counts.index(number)]:
        return None  # or a list of its own inside the line
    mark = marks[counts.index(number)]
    later = number + 1 if number + 1 in counts else _later(text, lines[at + 1 : at + _LATER], order, number, listed.indent)
    return mark if _stands(text, line, mark, None if later is None else later > number) else None


def _later(text: str, lines: tuple[Line, ...], order: str, number: int, indent: int) -> int | None:
    """``number`` or the one after it, whichever later lines of the list have first."""
    for line in lines:
        if line.marker is None and read_section_heading(text, line.start, line.end):
            return None
        count = _counts(line.marker.label).get(order) if line.marker is not None else None
        if count in (number, number + 1):
            return count
        if count == 1 and line.indent <= indent:
            return None
        if any(_counts(mark["label"]).get(order) == number + 1 for mark in _MARKS[order].finditer(text, line.start, line.end)):
            return number + 1
    return None


def _stands(text: str, line: Line, mark: re.Match[str], confirmed: bool | None) -> bool:
    """Whether a mark stands where an item may begin and has words of its own; ``confirmed``: what later numbers say to it."""
    before, words = text[line.start : mark.start()].rstrip(), text[mark.end() : line.end]
    joined = bool(_JOINED.search(before)) or mark["sign"] == ""
    least = 3 if joined or confirmed or before.endswith(".") or mark["label"] in _LONG_ROMANS else _SHORTEST
    if before.count("(") > before.count(")") or len(before) < 3 or len(words) < least:
        return False
    if joined or _REFERS.search(before):
        return joined and (confirmed is not False or mark["label"].islower())
    if mark["sign"] == ")" and mark["opened"]:
        bracketed = _IN_BRACKETS.search(text, max(0, line.start - 8), line.start) is not None and words[0].isupper()
        return confirmed or (confirmed is None and (bracketed or before.endswith((".", ","))))
    if confirmed or mark["label"].islower():  # nothing is counted with small letters but lists
        return True
    if confirmed is False or _NUMBERED.search(before):
        return False
    if mark["sign"] == ")" or before.endswith("%"):
        return True
    return words[0].isupper() if before.endswith(".") else before[-1].isalpha() and _SENTENCE.match(words) is not None
