"""Where statements begin and end in dosing text: lines, sentences, labelled pieces ("Cycle 1: …"), brackets."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Protocol, TypeVar

from harvester.shape import shape
from harvester.text.expressions.definition_file import definition_lists
from harvester.text.expressions.gate import gated
from harvester.text.expressions.pattern import pattern_of
from harvester.text.expressions.spans import Spans, brackets


@shape()
class Statement:
    """A piece of regular text that is read on its own; ``line`` counts lines, ``heading`` says it only introduces others.

    ``part`` and ``group`` number the parts ("Part 2:", "Induction:") and the groups in them ("Cohort F:") that labels open,
    0 where none does; ``labelled`` says that the label stands at its beginning. What one part tells of times and ways holds in
    no other.
    """

    start: int
    end: int
    line: int
    heading: bool
    part: int = 0
    group: int = 0
    labelled: bool = False

    def holds_for(self, other: Statement) -> bool:
        """Whether what this statement tells can hold for a dose in ``other``: in its part, or anywhere when it is in none."""
        return self.part in (0, other.part)


_ABBREVIATIONS = "".join(rf"(?<!\b{re.escape(word)})" for word in definition_lists("dose-words.txt")["abbreviations"])
_STOP = pattern_of(
    rf"(?<![A-Za-z]\.[A-Za-z]){_ABBREVIATIONS}(?<!\d[ ])(?<!^\d)"
    r"\.(?=\s+(?:[A-Z\[*]|\((?!\d[\d.]* ?[mu]?g(?:/\w+)?(?:, ?\d[\d.]* ?[mu]?g(?:/\w+)?){0,6}\)))|"
    r"\s+\d+(?:\.\d{0,3})? |\s+\d{2,3}m?[A-Z][a-z]?-|\s*$)"
    r"|(?:(?<=[a-z)\d])|(?<=[A-Z]{3}))\.(?=[A-Z][a-z]{2,})|;|[!?](?=\s|$)"
)
_SIGN = pattern_of(r"[.;!?]")
# A blank before a labelled piece.
_LABELLED = gated(
    r" (?:(?<=[^\s:] )(?=(?:Cycles?|Courses?|Arm|Cohort|Part|Stage|Phase|Dose [Ll]evel|Dose [Gg]roup|"
    r"Step|Group|Period|Segment|Panel|Regimen) ?-?[\dA-Z][\d-]{0,3} ?[:(]"
    r"|Visit \d{1,2} ?[-:(]"
    r"|Weeks? ?[-+]?\d{1,2}(?: ?(?:-|to|and) ?\d{1,2})? ?: ?[A-Za-z]{2}"
    r"|(?:or|and|versus|vs\.?) [Aa]rm [\dA-Z] ?:"
    r"|Days? ?[-+]\d{1,3}(?:(?: ?, ?| and |, and | ?to ?| ?- ?)[-+]?\d{1,3})* ?: ?[A-Za-z]{4}"
    r"|(?:Drug|Biological|Combination Product) ?: ?[A-Z]"
    r"|(?:Administration(?: method)?|Mode of administration|Route(?: of administration)?|"
    r"Schedule|Duration|Frequency|Dosage|Dose|Note|Name|Dosing) ?:)"
    r"|(?<=[a-z\d)] )(?=(?:Increase|Remain|Continue|Decrease|Titrate|Taper|Reduce|Switch) (?:to|at|on|with|by|\d)))"
)
# "Days 1 & 8 - drugamab 500 mg PO Days 1-3 - otherol 40 mg": where a line opens so, each days before a dash open a dose
_DASHED = (
    r"(?:Days? ?\d{1,2}(?: ?(?:,|&|-|to|and) ?\d{1,2}){0,12}(?: ?\([^()]{1,16}\))?|Continuously) "
    r"[-\u2013] (?=[A-Za-z]{4})"
)
_OPENS_DASHED = pattern_of(rf"\W{{0,4}}(?=Day){_DASHED}", re.I)
_DASHED_PIECE = pattern_of(rf" (?={_DASHED}|Th(?:e|is) cycle is repeated )")
# "on day 8 of Cycle 1 (21 days)" opens nothing.
_LEADS_IN = pattern_of(
    r"(?<![A-Za-z])(?:of|in|during|for|from|to|and|or|on|at|until|through|before|after|the|each|all|with)$", re.I
)
_HEADING = pattern_of(r"[^.;]{0,160}:\s*$")
_SHORT_HEADING = pattern_of(r"[^.;:]{0,60}$")
_BULLET = pattern_of(r"\s*(?:[*\u2022-]|\d{1,2}[.)]|[a-z][.)])\s+")


# What opens a part with a plan, people or a time of its own, and a group of people in it.
_PART = (
    r"(?:(?:Part|Stage|Phase|Period|Segment|Arm|Panel|Sub-?study|Regimen) ?-?(?:\d{1,2}[A-Za-z]?|[A-Z]\d?|[IVX]{1,4})"
    r"|(?:re-?)?induction|consolidation|maintenance|intensification|conditioning|lymphodepletion|run-in|lead-in|extension|ASCT|HSCT"
    r"|(?:GVHD|graft[- ]versus[- ]host(?: disease)?) prophylaxis)"
)
_OF_PART = r"(?: (?:phase|therapy|regimen|treatment|period|part|chemotherapy|cycles?|courses?))?(?: ?\([^()]{0,60}\))?"
_OPENS_PART = pattern_of(rf"\W{{0,4}}{_PART}{_OF_PART}(?: ?:| [\u2013-] |$)", re.I)
_OPENS_GROUP = pattern_of(
    r"\W{0,4}(?:dose )?(?:cohort|group|level) ?-?(?:\d{1,2}[A-Za-z]?|[A-Z]\d?)(?: ?\([^()]{0,60}\))? ?:", re.I
)


def _in_parts(text: str, found: Sequence[Statement]) -> Iterator[Statement]:
    """``found`` with the part and the group each is in: a label in its own line opens a line of text, one above others these."""
    opening = {s.start: label.end() for s in found if (label := _OPENS_PART.match(text, s.start, s.end))}
    part = group = last = 0
    line, above = -1, True  # ``above``: the label stands in a line of its own
    for statement in found:
        opens = statement.start in opening
        joins = not opens and _OPENS_GROUP.match(text, statement.start, statement.end) is not None
        if statement.line != line and not above and not opens:
            part = group = 0
        if opens:
            last += 1
            part, group, above = last, 0, statement.heading or opening[statement.start] == statement.end
        elif joins:
            group += 1
        line = statement.line
        yield replace(statement, part=part, group=group, labelled=opens or joins)


def statements(text: str, whole: Sequence[tuple[int, int]] = ()) -> tuple[Statement, ...]:
    """The statements of regular ``text``, in order, without blanks at their ends; no spans of ``whole`` are cut at a blank."""
    found: list[Statement] = []
    lines = text.split("\n")
    uncut = Spans(whole)
    at = 0
    for number, (line, following) in enumerate(zip(lines, _following(lines), strict=True)):
        heading = _is_heading(line, following)
        begin = 0
        closed = brackets(line)
        stops = [
            m
            for m in _stops(line)
            if (m.group() != ";" or not closed.innermost(m.start()))
            and (m.group() != " " or not uncut.around(at + m.start()))
            and (m.group() != " " or not _LEADS_IN.search(line, max(0, m.start() - 8), m.start()))
        ]
        for stop in [*stops, None]:
            end = stop.end() if stop and stop.group().strip() else stop.start() if stop else len(line)
            piece = line[begin:end]
            if piece.strip():
                lead = len(piece) - len(piece.lstrip())
                found.append(Statement(at + begin + lead, at + begin + len(piece.rstrip()), number, heading))
            begin = stop.end() if stop else end
        at += len(line) + 1
    return tuple(_in_parts(text, found))


def _stops(line: str) -> list[re.Match[str]]:
    """Where a statement may end in ``line``: at a sign, or at the blank before a labelled piece."""
    signs = [stop for sign in _SIGN.finditer(line) if (stop := _STOP.match(line, sign.start()))]
    dashed = _DASHED_PIECE.finditer(line) if _OPENS_DASHED.match(line) else ()
    return sorted([*signs, *_LABELLED.finditer(line), *dashed], key=lambda stop: stop.start())


def _following(lines: Sequence[str]) -> list[str]:
    """For each line the next one that is not blank; an empty one behind the last."""
    found: list[str] = []
    following = ""
    for line in reversed(lines):
        found.append(following)
        following = line if line.strip() else following
    return found[::-1]


def _is_heading(line: str, following: str) -> bool:
    """Whether ``line`` only introduces what follows: it ends with a colon, or is short and stands above a list."""
    if not line.strip():
        return False
    if _HEADING.fullmatch(line):
        return True
    bare = not _BULLET.match(line) and _SHORT_HEADING.fullmatch(line.strip()) is not None
    return bare and _BULLET.match(following) is not None


class _Placed(Protocol):
    @property
    def start(self) -> int: ...


_P = TypeVar("_P", bound=_Placed)


def shared_out(parts: Sequence[Statement], items: Iterable[_P]) -> list[list[_P]]:
    """``items`` by the statement they begin in."""
    starts = [part.start for part in parts]
    found: list[list[_P]] = [[] for _ in parts]
    for item in items:
        place = bisect_right(starts, item.start) - 1
        if place >= 0 and item.start < parts[place].end:
            found[place].append(item)
    return found
