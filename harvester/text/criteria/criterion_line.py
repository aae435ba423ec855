"""Lines of eligibility text before they become criteria: physical lines, wrapped lines joined, run-on lists split.

Rules: ``line.wrapped`` (a line that goes on with the sentence above), ``line.run_on`` (an enumeration inside one line),
``line.sentences`` (one paragraph of sentences), ``line.glued_heading`` (a heading in the middle of a line).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from harvester.text.criteria.heading import is_note, is_part_of_heading, read_section_heading
from harvester.text.criteria.line import Line, end_of_words, trim
from harvester.text.criteria.list_count import counted_on
from harvester.text.criteria.list_marker import Marker, bullets_inside, enumerated, read_marker, sublist
from harvester.text.expressions.definition_file import expression
from harvester.text.expressions.gate import AnyGate
from harvester.text.expressions.pattern import pattern_of

_GLUED_HEADING = expression("criterion_line.glued_heading", exact=True)
_DASHED_HEADING = pattern_of(r"(?<!\S)--[A-Z][A-Za-z/ ]{2,40}--(?!\S)")  # "--Patient Characteristics--"
_GLUED_SENTENCE = expression("criterion_line.glued_sentence", exact=True)
_CLOSING_NOTE = expression("criterion_line.closing_note", exact=True)
_CUT = AnyGate(_GLUED_HEADING, _GLUED_SENTENCE, _CLOSING_NOTE)
_UNFINISHED = expression("criterion_line.unfinished")
_DASH = pattern_of(r"(?<=[^\s(\[])\s+-\s+(?=[A-Z≥≤<>])")
_COMMENT = pattern_of(r"<!--[^\n]{0,80}?-->")
_NUMBERED = pattern_of(r"(?P<label>\d{1,2})\.(?=\d)")
_HYPHENED = pattern_of(
    r"(?P<label>\d{1,2})\s?[-:_/]\s?(?!(?:years?|months?|weeks?|days?|hours?|h|min\w*|levels?|points?|items?|stages?|steps?|lines?"
    r"|drugs?|vessels?|doses?|[cmk]?[mg]|fold|sided)\b)(?=[A-Za-z]{2}|[≥≤<>])"
)
_LIMIT_ALONE = expression("criterion_line.limit_alone")
# Words that no criterion begins with.
_CONTINUES = pattern_of(r"(?:years?|months?|weeks?|days?|hours?|kg|mg|mL|of|or|and|than|which|that|by) ?\b")
_TIMES_ULN = pattern_of(r"[×xX] ?(?:the )?(?:ULN|LLN|upper|lower)\b")
_GOES_ON = pattern_of(r"[<>≤≥=),;%]|±(?! [A-Z])")
_SENTENCE_END = pattern_of(r"(?<=[a-z0-9)%\]])\.\s+(?=[A-Z])")
_SENTENCE_BREAK = pattern_of(r"[a-z0-9)]\.\s+[A-Z]|;")
_ABBREVIATED = pattern_of(r"(?:\b(?:e\.g|i\.e|vs|approx|etc|Dr|Prof|St|No|spp|[A-Z])|\d|(?:^|\s)[a-h])$")


def lines_of(text: str, dashes: bool = False) -> tuple[Line, ...]:
    """The lines of regular text, wrapped ones joined and run-on lists split.

    ``dashes``: the text stands behind a heading on one line, where ``- one - two - three`` is a list.
    """
    joined = _join(text, tuple(_numbered(text, _physical(text))))
    pieces = (piece for line in joined for piece in (_dashed(text, line) if dashes else (line,)))
    split = tuple(piece for line in pieces for piece in _split(text, line))
    return tuple(part for piece in counted_on(text, split) for part in _parts(text, piece))


def _physical(text: str) -> Iterator[Line]:
    at, blank = 0, True
    while at <= len(text):
        stop = text.find("\n", at)
        stop = len(text) if stop < 0 else stop
        start, end = trim(text, at, stop)
        if start < end and not _is_comment(text, start, end):  # markup between two lists
            opening = read_marker(text, start, end)
            for first, last in _without_glued_headings(text, start, end, opening):
                marker = opening if (first, last) == (start, end) else read_marker(text, first, last)
                words = marker.words if marker else first
                if words < last and not (marker and _is_comment(text, words, last)):
                    yield Line(words, last, start - at, marker, blank)
                blank = False
        else:
            blank = True
        at = stop + 1


def _is_comment(text: str, start: int, end: int) -> bool:
    return text.startswith("<!--", start) and _COMMENT.fullmatch(text, start, end) is not None


def _numbered(text: str, lines: Iterator[Line]) -> Iterator[Line]:
    """Lines of a list that is numbered without blanks: between ``2.AML`` and ``4.`` stands ``3.14 to 70 years`` for 14 to 70."""
    listed = tuple(_hyphened(text, tuple(lines)))
    labels = [_plain_number(line) for line in listed]
    for at, line in enumerate(listed):
        before, after = labels[at - 1] if at else None, labels[at + 1] if at + 1 < len(listed) else None
        found = _NUMBERED.match(text, line.start, line.end) if line.marker is None and before is not None else None
        if found and before is not None and int(found["label"]) == before + 1:
            glued = text[listed[at - 1].start - 1] == "." or after == before + 2
            labels[at] = before + 1 if glued else None
            line = replace(line, start=found.end(), marker=Marker("number", found["label"], found.end())) if glued else line
        yield line


def _hyphened(text: str, lines: tuple[Line, ...]) -> Iterator[Line]:
    """Lines of a list that counts ``1-Gout``, ``2-Lupus`` from one on; a number that stands alone so is a word's (``5-FU``)."""
    marks = [_HYPHENED.match(text, line.start, line.end) if text[line.start].isdigit() else None for line in lines]
    numbers = [int(mark["label"]) for mark in marks if mark is not None]
    want = place = 0
    for line, mark in zip(lines, marks, strict=True):
        if mark is not None:
            begins = numbers[place : place + 2] == [1, 2]
            place += 1
            if begins or (want and numbers[place - 1] == want):
                want = numbers[place - 1] + 1
                style = "number" if line.marker is None else line.marker.style
                line = replace(line, start=mark.end(), marker=Marker(style, mark["label"], mark.end()))
        yield line


def _plain_number(line: Line) -> int | None:
    """The number that labels a line of a numbered list."""
    label = line.marker.label if line.marker is not None and line.marker.style == "number" else None
    return int(label) if label and label.isdecimal() else None


def _without_glued_headings(text: str, start: int, end: int, marker: Marker | None) -> Iterator[tuple[int, int]]:
    """A line without outer blanks, that ``marker`` opens, at the headings in it."""
    line = text[start:end]
    if "--" not in line and not _CUT.may_match(line):
        yield start, end
        return
    glued = _GLUED_HEADING.finditer(text, start, end)
    cuts = [match.span() for match in glued if not is_part_of_heading(text, start, match.start())]
    for match in _DASHED_HEADING.finditer(text, start, end) if "--" in line else ():
        cuts += [(match.start(), match.start()), (match.end(), match.end())]
    if marker is None:
        cuts += [match.span() for match in _GLUED_SENTENCE.finditer(text, start, end)]
    closing = _CLOSING_NOTE.search(text[max(start, end - 160) : end])
    if closing:
        cuts.append((closing.start() + max(start, end - 160), closing.end() + max(start, end - 160)))
    for stop, again in sorted(cuts):
        if stop > start:
            yield trim(text, start, stop)
            start = again
    yield trim(text, start, end) if cuts else (start, end)


_EXCEPTS = pattern_of(r"\b(?:except\w*|exempt\w*|with the exceptions? of|excluding)\b[^:;]{0,60}:\s*$", re.IGNORECASE)
_EXCEPTING = pattern_of(r"\b(?:except\w*|exempt\w*)\b[^:;]{0,60}:\s*[(]?1[).]", re.IGNORECASE)
FOR_SOME = pattern_of(r"for (?:the )?[A-Z][\w' ,/-]{1,40}:?")  # "for UC" alone on its line, a heading


def _join(text: str, lines: tuple[Line, ...]) -> Iterator[Line]:
    before: Line | None = None
    for line in lines:
        if before is not None and _wrapped(text, before, line):
            before = replace(before, end=line.end)
            continue
        if before is not None:
            yield before
        before = line
    if before is not None:
        yield before


def _wrapped(text: str, before: Line, line: Line) -> bool:
    """Whether ``line`` goes on with the sentence of ``before``."""
    above, words = text[max(before.start, before.end - 400) : before.end], text[line.start : min(line.end, line.start + 200)]
    if line.marker is not None:
        return _closes_bracket(above, words) or _goes_on_counting(above, line) or _gives_the_limit(above, before, line, words)
    if before.marker is None and (read_section_heading(text, before.start, before.end) or above.endswith("--")):
        return False
    if read_section_heading(text, line.start, line.end) or is_note(words):
        return False
    if line.blank_before and FOR_SOME.fullmatch(words):
        return False
    if _TIMES_ULN.match(words):
        return True
    if _GOES_ON.match(words) and not above.endswith(":"):
        return before.marker is not None
    if line.blank_before and line.indent == 0 and not words[:1].islower():
        return False
    goes_on = words[:1].islower() and not above.endswith((".", ":", ";"))
    if before.marker is None:
        goes_on = goes_on and not line.blank_before and line.indent == before.indent and bool(_CONTINUES.match(words))
    return goes_on or bool(_UNFINISHED.search(above))


def _closes_bracket(above: str, words: str) -> bool:
    """Whether a bullet stands inside brackets that were opened a few words before and close in this line."""
    opened = above.rfind("(")
    if opened < 0 or len(above) - opened > 16 or above.find(")", opened) >= 0:
        return False
    closed = words.find(")")
    return closed >= 0 and (words.find("(") < 0 or words.find("(") > closed)


def _gives_the_limit(above: str, before: Line, line: Line, words: str) -> bool:
    """Whether a bullet begins with the limit of what the bullet above names without one."""
    if line.marker is None or before.marker is None or line.marker.label or line.indent != before.indent:
        return False
    if before.marker.style != "bullet" or not _LIMIT_ALONE.match(words):
        return False
    return not any(sign.isdigit() or sign in ".:;,<>≤≥=" for sign in above)


def _goes_on_counting(above: str, line: Line) -> bool:
    """Whether a circled number goes on with a count that runs inside the line above."""
    label = (line.marker.label or "") if line.marker and line.marker.style == "circled" else ""
    return bool(label) and label != "①" and chr(ord(label) - 1) in above


def _split(text: str, line: Line) -> Iterator[Line]:
    entries = _run_on(text, line)
    if entries:
        yield from entries
        return
    if line.marker is None:
        sentences = tuple(_sentences(text, line.start, line.end))
        if len(sentences) >= 4:
            for start, end in sentences:
                yield replace(line, start=start, end=end, run_on=True)
            return
    yield line


def _dashed(text: str, line: Line) -> Iterator[Line]:
    """The entries of a list of dashes inside one line that begins with one."""
    if line.marker is not None and text[line.start - 2 : line.start].strip() == "-":
        for match in _DASH.finditer(text, line.start, line.end):
            yield replace(line, end=match.start())
            line = replace(line, start=match.end())
    yield line


def _parts(text: str, line: Line) -> Iterator[Line]:
    """A line at the bullets inside it, and before the entries of a list that runs on behind its colon."""
    start, deeper = line.start, False
    for stop, again, inner in bullets_inside(text, line.start, line.end) if line.marker is not None else ():
        yield from _sub_entries(text, replace(line, start=start, end=stop))
        if inner and not deeper:
            line, deeper = replace(line, indent=line.indent + 2, marker=Marker("bullet", None, again)), True
        start = again
    yield from _sub_entries(text, line if start == line.start else replace(line, start=start))


def _sub_entries(text: str, line: Line, depth: int = 3) -> Iterator[Line]:
    """A line, or what it says before a list inside it and the entries of that, ``depth`` lists deep."""
    style, entries = sublist(text, line.start, line.end) if depth else ("", ())
    if not entries:
        yield line
        return
    head = text[line.start : entries[0].marker]
    inside = head.count("(") > head.count(")") or head.count("[") > head.count("]") or _SENTENCE_BREAK.search(head)
    if inside or _EXCEPTS.search(head):  # a list in brackets, of a later sentence or of exceptions is a part of its criterion
        yield line
        return
    yield replace(line, end=end_of_words(text, line.start, entries[0].marker))
    for entry in entries:
        marker = Marker(style, entry.label, entry.start)
        stop = end_of_words(text, entry.start, entry.end)
        inner = replace(line, start=entry.start, end=stop, indent=line.indent + 2, marker=marker, run_on=True)
        yield from _sub_entries(text, inner, depth - 1)


def _run_on(text: str, line: Line) -> tuple[Line, ...]:
    """The entries of a line that holds a whole list; only where the list begins the line or goes on with its own number."""
    marker = line.marker
    if marker is not None and not (marker.style in ("number", "bullet") and (marker.label or "").isdecimal()):
        return ()
    after = int(marker.label or 0) if marker else 0
    glued = _glued_first(text, line) if marker is None else None
    comma = text[line.start - 2 : line.start].rstrip()[-1:] == ","
    told = bool(glued) or (marker is not None and (comma or marker.style == "bullet"))  # one more entry is enough
    entries = enumerated(text, line.start, line.end, 1 if glued else after, 1 if told else 2)
    if marker is None and not glued and (not entries or entries[0].marker > line.start + 3 or len(entries) < 3):
        return ()
    if entries and _EXCEPTING.search(text[line.start : entries[0].marker]):
        return ()  # the numbers count exceptions
    bracketed = marker is not None and text[line.start - 4 : line.start].strip().startswith("(")
    if entries and entries[0].label.isdecimal() and int(entries[0].label) != (1 if glued else after) + 1:
        return ()  # the number may go on with an outer list
    if not entries or any(entry.label[0] > "9" or (text[entry.marker] == "(" and not bracketed) for entry in entries):
        return ()
    first = replace(line, start=glued or line.start, end=trim(text, line.start, entries[0].marker)[1])
    rest = [
        replace(
            line,
            start=entry.start,
            end=trim(text, entry.start, entry.end)[1],
            marker=Marker("number", entry.label, entry.start),
            run_on=True,
        )
        for entry in entries
    ]
    return tuple(piece for piece in (first, *rest) if piece.start < piece.end)


def _glued_first(text: str, line: Line) -> int | None:
    """Where the words begin after a ``1.`` that a number follows without a blank (``1.18 ≤ age``)."""
    if not text.startswith("1.", line.start):
        return None
    listed = enumerated(text, line.start, line.end, 1) or re.search(r"[.;] 2\. (?=[A-Z])", text[line.start : line.end])
    return line.start + 2 if listed else None


def _sentences(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    for match in _SENTENCE_END.finditer(text, start, end):
        if not _ABBREVIATED.search(text[max(start, match.start() - 8) : match.start()]):
            yield start, match.start() + 1
            start = match.end()
    if start < end:
        yield start, end
