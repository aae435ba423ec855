"""Where a limit stands: its line, its sentence, and the words near enough to speak of it."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import replace

from harvester.shape import shape
from harvester.span import Span
from harvester.text.criteria.criterion import CriterionLine
from harvester.text.limits.limit import Limit
from harvester.text.limits.subject import Subject
from harvester.text.written.normal import NormalText
from harvester.text.written.sentence import Sentences
from harvester.text.written.token import Phrase, Token

FAR = 500  # characters beyond which words do not speak of a value; it also keeps reading linear

Read = tuple[Limit, Subject]  # a value read before, with what it is about


WrittenNames = tuple[tuple[Span, str], ...]  # places of names of concepts, in raw text, and which


def named_between(names: WrittenNames, since: int, until: int) -> WrittenNames:
    """Those of ``names`` that begin between two places."""
    return names[bisect_left(names, since, key=_begins) : bisect_left(names, until, key=_begins)]


def _begins(name: tuple[Span, str]) -> int:
    return name[0].start


@shape()
class ReadingLine:
    """One criterion as it is read: its words made regular, and the frame its facts share."""

    index: int
    criterion: CriterionLine
    normal: NormalText
    text: str  # the regular words
    tokens: tuple[Token, ...]  # empty where the line holds no limit
    sentences: Sentences
    names: tuple[Phrase, ...]
    parent_names: tuple[Phrase, ...]
    one_of_several: bool = False  # an item of "any of the following" under inclusion: no requirement alone
    defining: bool = False  # an item below "defined as"
    conditional: bool = False  # an item below a line that speaks of some patients only
    denied: bool = False  # its own head turns its section ("Excluding patients with:")
    spared: bool = False  # an item below "except for:"
    above: str = ""  # the words of the line it stands below, as written
    whom: str | None = None  # those patients, as written above or at the head of the line
    disease: str | None = None  # the one disease of several that the line is about

    def clipped(self, start: int, end: int) -> tuple[int, int]:
        """The sentence around ``text[start:end]``, cut where it is too far away."""
        bounds = self.sentences.around(start)
        return max(bounds[0], start - FAR), min(bounds[1], end + FAR)

    def written_names(self) -> WrittenNames:
        """Where the line names concepts, in their order."""
        return tuple((self.normal.raw_span(name.start, name.end), name.key) for name in self.names)

    def near(self, start: int, end: int) -> tuple[Phrase, ...]:
        """The names of concepts near ``text[start:end]``."""
        first = bisect_left(self.names, start - FAR, key=lambda name: name.start)
        last = bisect_left(self.names, end + FAR, key=lambda name: name.start)
        return self.names[first:last]


@shape()
class Place:
    """One limit in its line.

    ``bounds`` is its sentence, ``since`` where the value before it ends, ``until`` where the next begins. ``text`` are the line's
    regular words, ``left`` and ``right`` those of the sentence before and behind the limit: kept, as every rule asks for them.
    """

    line: ReadingLine
    limit: Limit
    text: str
    left: str
    right: str
    bounds: tuple[int, int]
    names: tuple[Phrase, ...]
    since: int
    until: int
    earlier: Read | None
    following: Limit | None

    @classmethod
    def of(cls, line: ReadingLine, limits: tuple[Limit, ...], number: int, earlier: Read | None) -> Place:
        """The place of ``limits[number]``, with ``earlier`` the value read last in the line."""
        limit = limits[number]
        bounds = line.clipped(limit.start, limit.end)
        after = limits[number + 1] if number + 1 < len(limits) else None
        since = earlier[0].end if earlier and earlier[0].start >= bounds[0] else bounds[0]
        until = min(after.start if after else bounds[1], bounds[1])
        following = after if after and after.start < bounds[1] else None
        text, names = line.text, line.near(limit.start, limit.end)
        left, right = text[bounds[0] : limit.start], text[limit.end : bounds[1]]
        return cls(line, limit, text, left, right, bounds, names, since, until, earlier, following)

    def told(self, limit: Limit) -> Place:
        """The same place of ``limit``, which is the limit here told in full: it stands where that one stands."""
        return self if limit is self.limit else replace(self, limit=limit)

    @property
    def sentence(self) -> str:
        """The words of the sentence."""
        return self.text[self.bounds[0] : self.bounds[1]]

    def between(self, at: int, most: int) -> str | None:
        """The words from ``at`` to the limit when they are fewer than ``most`` characters."""
        return self.text[at : self.limit.start] if self.limit.start - at < most else None
