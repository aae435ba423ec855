"""Sentences and clauses inside one criterion: where what is said of one value ends."""

from __future__ import annotations

from bisect import bisect_right

from harvester.shape import shape
from harvester.text.expressions.definition_file import expression
from harvester.text.expressions.pattern import pattern_of

_SIGN = expression("sentence.end", exact=True).pattern
_TOPIC = expression("sentence.glued_topic", exact=True).pattern  # stands before a colon
_ASCII_SIGN = pattern_of(_SIGN.pattern.replace("|•|。", ""))  # two signs are leapt to, four of two scripts are not
_ENDS = {  # by whether the text has a colon, and whether it is ASCII
    (False, True): _ASCII_SIGN,
    (True, True): pattern_of(rf"{_ASCII_SIGN.pattern}|{_TOPIC.pattern}"),
    (False, False): pattern_of(rf"{_SIGN.pattern}|(?=[①-⑳])"),
    (True, False): pattern_of(rf"{_SIGN.pattern}|{_TOPIC.pattern}|(?=[①-⑳])"),
}
_BRACKET = pattern_of(r"[()]")
_NOT_END = pattern_of(r"(?:\b(?:e\.g|i\.e|vs|approx|etc|Dr|incl|excl|max|min|resp|no|ver|v|St)|\b[A-Z])$")


@shape()
class Sentences:
    """The sentence bounds of a line; semicolons and glued full stops end a sentence too."""

    bounds: tuple[tuple[int, int], ...]

    def around(self, at: int) -> tuple[int, int]:
        """The bounds of the sentence that holds the character ``at``."""
        return self.bounds[max(bisect_right(self.bounds, (at, 1 << 60)) - 1, 0)]


class _Depth:
    """How deep in brackets a character stands, asked from left to right; an unclosed bracket counts for 200 characters."""

    def __init__(self, text: str) -> None:
        self._text, self._at, self._opened = text, 0, list[int]()

    def at(self, position: int) -> int:
        for match in _BRACKET.finditer(self._text, self._at, position):
            if match.group() == "(":
                self._opened.append(match.start())
            elif self._opened:
                self._opened.pop()
        self._at = position
        return sum(
            1 for opened in self._opened[-8:] if self._text.find(")", position, position + 200) >= 0 and position - opened < 200
        )


def sentences_of(text: str) -> Sentences:
    """The sentences of one line of regular text."""
    bounds, start = [], 0
    depth: _Depth | None = None
    for match in _ENDS[":" in text, text.isascii()].finditer(text):
        if match.group() == ";":
            depth = depth or _Depth(text)
            if depth.at(match.start()):
                continue
        if match.group() == "." and _NOT_END.search(text[max(0, match.start() - 8) : match.start()]):
            continue
        if match.end() > start or match.start() > start:
            bounds.append((start, match.start()))
            start = match.end()
    if start < len(text) or not bounds:
        bounds.append((start, len(text)))
    return Sentences(tuple(bounds))
