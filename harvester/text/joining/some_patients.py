"""Lines that speak of some patients only: below ``Patients with HIV are eligible if``, or ``For participants of part 2: …``."""

from __future__ import annotations

import re
from functools import lru_cache

from harvester.shape import shape
from harvester.text.criteria.criterion import CriterionLine
from harvester.text.expressions.definition_file import expression
from harvester.text.expressions.pattern import pattern_of
from harvester.text.expressions.spans import without_brackets
from harvester.text.written.normal import normal_text

_ADMITS_SOME = expression("some.admits")
_LEADS_IN = expression("some.leads_in")
_EXCEPTS = expression("some.excepts")
_RESEARCH = expression("some.research")
_DEFINING = expression("some.defining")
_HEADS = expression("some.heads")

_IN_STATE = expression("some.in_state")

_GROUP_HEAD = expression("some.group_head")
_BLANK_LINE = pattern_of(r"\n[^\S\n]*\n")
_HEAD = 240  # characters
_BESIDE = 12  # lines


@shape()
class SomePatients:
    """Whether a line limits only some patients, and who they are, as written."""

    only: bool = False
    whom: str | None = None
    spares: bool = False  # the line above excepts what this line says


_ALL = SomePatients()


class Audience:
    """Whom the lines of one text speak of; what a line says of those below it is read once."""

    def __init__(self, raw: str, lines: tuple[CriterionLine, ...]) -> None:
        self._raw, self._lines = raw, lines
        self._below: dict[tuple[int, bool], tuple[SomePatients, int] | None] = {}
        heads = (line for line in lines if line.kind == "header")
        told = ((line.position, _regular(raw[max(line.start, line.end - 300) : line.end])) for line in heads)
        self._exceptions = {position for position, words in told if _EXCEPTS.search(f"{words.rstrip(' :')}:")}
        self._cohorts: dict[int, int] = {}  # where the first cohort begins among the lines below one

    def of(self, criterion: CriterionLine, own: str) -> SomePatients:
        """Whom ``criterion`` speaks of by the lines above it, or by its own head; ``own`` are its own words made regular."""
        if criterion.parent is not None:
            self._note(criterion.parent, criterion)
            key = (criterion.parent, criterion.section == "exclusion")
            if key not in self._below:
                self._below[key] = self._by_those_above(*key)
            told = self._below[key]
            if told is not None and not self._ended(criterion, told[1]):
                return told[0]
        elif self._is_excepted(criterion):
            return SomePatients(True, None, criterion.section == "exclusion")
        short = criterion.end - criterion.start <= _HEAD
        head = _HEADS.match(own if short else _regular(self._raw[criterion.start : criterion.start + _HEAD]))
        return SomePatients(False, _told(head)) if head else _ALL

    def _is_excepted(self, criterion: CriterionLine) -> bool:
        """Whether an item stands in the list right below a heading that tells exceptions; a blank line ends that list."""
        if not self._exceptions:
            return False
        for line in reversed(self._lines[max(0, criterion.position - _BESIDE) : criterion.position]):
            if line.kind == "header":
                return line.position in self._exceptions and line.section == criterion.section
            if _BLANK_LINE.search(self._raw, line.end, self._lines[line.position + 1].start):
                return False
        return False

    def _note(self, parent: int, criterion: CriterionLine) -> None:
        if criterion.scope is not None and criterion.scope != self._lines[parent].scope:
            self._cohorts.setdefault(parent, criterion.position)

    def _ended(self, criterion: CriterionLine, told: int) -> bool:
        """Whether a cohort of its own has begun (``b. Cohort B (CLL)``) since the line ``told`` spoke of some patients."""
        line = criterion
        while line.parent is not None and line.position > told:
            if self._cohorts.get(line.parent, line.position + 1) <= line.position:
                return True
            line = self._lines[line.parent]
        return False

    def _by_those_above(self, parent: int, excludes: bool) -> tuple[SomePatients, int] | None:
        """What ``parent`` and the lines above it say of the lines right below it, and which of them says it."""
        above: int | None = parent
        for _ in range(4):
            if above is None:
                break
            line = self._lines[above]
            words = without_brackets(_regular(self._raw[line.start : line.end][:400]))
            last = _regular(self._raw[max(line.start, line.end - 300) : line.end])
            if _EXCEPTS.search(last) or _EXCEPTS.search(without_brackets(last)):
                return SomePatients(True, None, excludes), above
            if above == parent and excludes and _IN_STATE.search(words):
                return SomePatients(True), above
            heads = _HEADS.match(words)
            group = _GROUP_HEAD.fullmatch(words) if not excludes else None
            if group is not None and self._is_group_of_several(line, group["whom"]):
                return SomePatients(True, " ".join(group["whom"].split())), above
            if above == parent and _DEFINING.search(words):
                return SomePatients(True, _told(heads) if heads else None), above
            research = _RESEARCH.search(words)
            if research:
                return SomePatients(True, _told(research)), above
            found = _ADMITS_SOME.search(words) or _LEADS_IN.match(words) or heads
            if found:
                return SomePatients(True, _told(found)), above
            above = line.parent
        return None

    def _is_group_of_several(self, line: CriterionLine, whom: str) -> bool:
        """Whether another line of the list of ``line`` is a head of the same kind for other people."""
        beside = (*self._lines[max(0, line.position - _BESIDE) : line.position], *self._lines[line.position + 1 :][:_BESIDE])
        heads = (
            _GROUP_HEAD.fullmatch(without_brackets(_regular(self._raw[other.start : other.end][:400])))
            for other in beside
            if other.parent == line.parent and other.kind == "parent" and other.section == line.section
        )
        return any(head is not None and head["whom"].lower() != whom.lower() for head in heads)


@lru_cache(maxsize=256)
def _regular(piece: str) -> str:
    """A short piece of a line, made regular; the lines below one ask for it again and again."""
    return normal_text(piece).text


def _told(found: re.Match[str]) -> str | None:
    groups = found.groupdict()
    whom = groups["whom"] or groups.get("other") or groups.get("disease")
    return " ".join(whom.split()) if whom else None
