"""The lists that are open at a line of eligibility text, and where the next line stands in them.

Rules: ``open_lists.counted`` (a number goes on with its list at whatever depth it is written), ``open_lists.anew`` (numbers that
begin anew below a number are its parts), ``open_lists.resumed`` (bullets that the mark-up put below the last number of a list
in between go on with the list above it).
"""

from __future__ import annotations

from dataclasses import dataclass, field

from harvester.text.criteria.criterion import CriterionLine
from harvester.text.criteria.line import Line
from harvester.text.criteria.list_marker import follows
from harvester.text.criteria.parent import opens_list
from harvester.text.written.normal import NormalText

_HOLLOW = ("○", "◦", "▪", "‣", "⁃")  # below "•" they are its parts, at whatever depth they stand
_FIRST = ("1", "a", "i", "①")
_PARTS = (("number", "roman"), ("number", "letter"), ("anew", "roman"), ("bullet", "bullet and label"))


@dataclass
class OpenLists:
    """The stack of open lists: indent, marker style and index in ``found`` of the line that each stands at."""

    normal: NormalText
    found: list[CriterionLine]
    stack: list[tuple[int, str, int]] = field(default_factory=list)

    def counts_on(self, line: Line) -> tuple[int, str] | None:
        """Indent and style of the open list that a line goes on with, the innermost first: its number or letter is the next."""
        return next(iter(reversed(self._counting_on(line))), None)

    def _counting_on(self, line: Line) -> list[tuple[int, str]]:
        label = (line.marker.label or "") if line.marker is not None else ""
        return [entry[:2] for entry in self.stack if follows(self.found[entry[2]].label or "", label)]

    def place_unmarked(self, line: Line) -> tuple[int, int | None]:
        """Level and parent of a line without a marker: below the open item when it is indented, else on top."""
        while self.stack and self.stack[-1][0] >= line.indent - 1 and not self._announced(line):
            self.stack.pop()
        if not self.stack:
            return 0, None
        return len(self.stack), self.stack[-1][2]

    def _announced(self, line: Line) -> bool:
        """Whether the open item ends with a colon, and this line without a marker stands right below it or its parts."""
        indent, style, index = self.stack[-1]
        if style == "unmarked" or indent != line.indent or not self._heads_list(index):
            return False
        return not line.blank_before or index == len(self.found) - 1

    def place(self, line: Line) -> tuple[int, int | None]:
        """Level and parent index of a marked line; the stack then ends with it."""
        index, before, counted = len(self.found), list(self.stack), self._counting_on(line)
        while self.stack and self.stack[-1][0] > line.indent:
            self.stack.pop()
        indent, style = line.indent, self._style(line)
        if (indent, style) not in (entry[:2] for entry in self.stack):
            if counted and counted[0][0] > indent:  # the mark-up lost the depth of the number
                (indent, style), self.stack = counted[0], before
            elif self.stack and not self._heads_list(index - 1):
                indent, style = self.counts_on(line) or (indent, style)
        same = next((at for at, entry in enumerate(self.stack) if entry[:2] == (indent, style)), None)
        if same is not None:
            del self.stack[same:]
        elif self._resumes(style):
            self.stack.clear()
        elif self.stack and self.stack[-1][0] == line.indent and not self._nests(style, line):
            self.stack.pop()
        level = len(self.stack)
        parent = self.stack[-1][2] if self.stack else None
        self.stack.append((indent, style, index))
        return level, parent

    def _heads_list(self, index: int) -> bool:
        return self.normal.raw[self.found[index].end - 1] == ":"

    def _resumes(self, style: str) -> bool:
        """Whether a bullet below the last number of a list that a line without a marker introduces is of the bullets above."""
        if style != "bullet" or len(self.stack) != 2 or self.stack[0][1] != "unmarked":
            return False
        above, outer = self.found[self.stack[1][2]], self.found[self.stack[0][2]]
        words = self.normal.raw[above.start : above.end]
        listed = self.found[outer.position - 1] if outer.position else outer
        bulleted = listed.kind == "item" and listed.section == above.section and self.normal.raw[listed.start - 2] in "*-•"
        return above.label is not None and not opens_list(words) and bulleted

    def _style(self, line: Line) -> str:
        """The style of a marked line; numbers that begin anew below a number with a colon are a style of their own."""
        style = line.marker.style if line.marker else "sentence"
        label = (line.marker.label or "") if line.marker else ""
        if style == "bullet" and label and not label[0].isdecimal():
            return "bullet and label"
        opening = self.normal.text[self.normal.text.rfind("\n", 0, line.start) + 1 : line.start] if style == "bullet" else ""
        if opening.strip() in _HOLLOW:
            return "hollow bullet"
        if style != "number" or not label.isdecimal() or not self.stack or self.stack[-1][0] != line.indent:
            return style
        above = self.found[self.stack[-1][2]]
        last = above.label or ""
        if self.stack[-1][1] == "anew":
            outer = self.found[self.stack[-2][2]].label or "0"  # a number that may go on with either list is of the outer one
            return "anew" if last.isdecimal() and int(label) == int(last) + 1 != int(outer) + 1 else style
        begins = label == "1" and last.isdecimal() and int(last) > 1 and above.kind in ("item", "parent")
        return "anew" if begins and self._heads_list(above.position) else style

    def _nests(self, style: str, line: Line) -> bool:
        """Whether another style at the same indent is a sub-list: one that begins, under a line that announces it or counts."""
        last = self.stack[-1][1]
        if style == "hollow bullet" and last == "bullet":
            return True
        above = self.found[self.stack[-1][2]]
        words = self.normal.raw[above.start : above.end]
        first = line.marker is not None and (line.marker.label or "1").lower() in _FIRST
        return first and style != last and (opens_list(words) or ((last, style) in _PARTS and words[-1] not in ".;"))
