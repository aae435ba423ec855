"""A line of eligibility text before it becomes a criterion."""

from __future__ import annotations

from harvester.shape import shape
from harvester.text.criteria.list_marker import Marker


@shape()
class Line:
    """One line of regular text without outer blanks: ``text[start:end]`` are its own words, the marker not among them."""

    start: int
    end: int
    indent: int
    marker: Marker | None
    blank_before: bool
    run_on: bool = False  # came out of an enumeration inside a line


def end_of_words(text: str, start: int, end: int) -> int:
    """Where the words before a marker end; the bracket that opens the marker (``or (ii) …``) is none of them."""
    end = trim(text, start, end)[1]
    return trim(text, start, end - 1)[1] if end > start and text[end - 1] == "(" else end


def trim(text: str, start: int, end: int) -> tuple[int, int]:
    """``text[start:end]`` without outer blanks."""
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end
