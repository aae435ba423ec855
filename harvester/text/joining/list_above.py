"""What the lines above and beside an item say of it: one way in of several, a part of a definition, or what is not met.

An item below "one of the following", or joined to the next by "or", asks nothing by itself; one below "both of the following"
excludes nothing by itself. Below ``who do not meet the following`` under an exclusion heading stands what is required, and below
``without any of the following`` under an inclusion heading what excludes.
"""

from __future__ import annotations

import re
from itertools import pairwise

from harvester.shape import shape
from harvester.text.criteria.criterion import CriterionLine
from harvester.text.expressions.definition_file import expression
from harvester.text.expressions.gate import gated
from harvester.text.expressions.opened import Opening
from harvester.text.expressions.pattern import pattern_of
from harvester.text.joining.denied_list import denied_lines

_ONE_OF = Opening(expression("fact.one_of").pattern)
_OF_FUNCTION = gated(r"\b(?:organ function|function|laborator\w+|values|adequate)\b", re.IGNORECASE)  # asked for all together
_DEFINES = gated(r"\bdefined (?:as|by)\b[^.;]{0,60}$", re.IGNORECASE)
_OUTSIDE = expression("list_above.outside")  # what an inclusion heading lists so belongs to the other one
_BOTH_OF = expression("list_above.both_of")
_HEAD = 200
_ASIDE = gated(r"\s*\([^()]{0,100}\)(?=\s*:?\s*$)")  # "one of the following (within 21 days before enrolment):"
_LEADS_LIST = gated(r"(?::|\beither|\bfollowing)\s*$", re.IGNORECASE)
_BARE = pattern_of(r"[A-Za-z-]{4,}(?: [A-Za-z-]{3,})?:?")  # "Bone marrow" above the values of it
_ANNOUNCES = expression("list_above.announces")
_CLOSING_OR = pattern_of(r"(?:OR|or)(?<!\w..)[\s,;:]*$")
_SOME_OF = expression("list_above.some_of")
_OPENING_OR = expression("list_above.opening_or")
_OR_AS_FOLLOWS = expression("list_above.or_as_follows")
_STATES_HEAD = expression("list_above.states_head")
_STATE_OPENS = expression("list_above.state_opens")
_KIND = pattern_of(
    r"(?P<kind>[A-Z]{3,6})\b(?=,? (?:with|patients?|as|who|having|defined|disease)\b)"
)  # of a disease, by its capitals
_ONLY_OR = pattern_of(r"\W*(?:and/)?or\W*", re.IGNORECASE)
_NOT_LET_IN = pattern_of(r"\bnot be (?:enrol|eligible|includ|allowed|enter|accept|randomi[sz]|recruit)", re.IGNORECASE)
_UNLESS = pattern_of(r"\bunless\b", re.IGNORECASE)
_UNMET = expression("list_above.unmet")
_NO_COLON = expression("list_above.no_colon")  # "No bulky disease": what is allowed may stand below it
_ANY = pattern_of(r"\b(?:any|either|at least one|one)\b", re.IGNORECASE)
_ASKS_ANY = pattern_of(r"\b(?:without|none of|free (?:of|from)|absence of|lack\w*)\b", re.IGNORECASE)
_ASKED_OF_ALL = expression("list_above.asked_of_all")
_TURNED = {"exclusion": "inclusion", "inclusion": "exclusion"}
_LONGEST = 12  # items of a list below a heading
_NEAR = 4  # lines that a list announced without a colon may hold


@shape()
class Listed:
    """How an item stands in its list; ``section`` is the one its words are to be read under."""

    section: str
    one_of_several: bool = False
    defining: bool = False


def lists_of(raw: str, lines: tuple[CriterionLine, ...]) -> list[Listed]:
    """How each of the ``lines`` of ``raw`` stands in its list."""
    lists = _Lists(raw, lines)
    return [lists.of(line) for line in lines]


def turned_list(section: str, unsure: bool) -> Listed:
    """How a line stands that is denied as a whole; nobody is asked where it may be denied in part only (``unsure``)."""
    return Listed(_TURNED[section], unsure)


class _Lists:
    """The lists of one text; what is asked of a line by all those beside it is told once."""

    def __init__(self, raw: str, lines: tuple[CriterionLine, ...]) -> None:
        self._raw, self._lines = raw, lines
        self._closing = frozenset(line.position for line in lines if _closes(raw, line))
        self._opening = frozenset(line.position for line in lines if _opens(raw, line))
        self._alone = frozenset(line.position for line in lines if _stands_alone(raw, line))
        self._denied = denied_lines(raw, lines)
        # Told when first asked, by place: the words of a heading that ask for some of its items only; whether a line announces.
        self._asking: dict[int, str] = {}
        self._announcing: dict[int, bool] = {}

    def of(self, criterion: CriterionLine) -> Listed:
        """How ``criterion`` stands in its list."""
        if criterion.section not in _TURNED:
            return Listed(criterion.section)
        head = self._head(criterion)
        unmet = _UNMET.search(head) if head else None
        if unmet and _UNLESS.search(unmet.group()):  # "will not be enrolled unless they have:"
            return Listed("inclusion", not _NOT_LET_IN.search(unmet.group()) or _ANY.search(unmet.group()) is not None)
        forbidden = unmet and (unmet["forbidden"] or _NOT_LET_IN.search(unmet.group()))
        if unmet and not (forbidden and criterion.section == "exclusion"):  # forbidden under either heading
            asked = criterion.section == "exclusion"
            if not asked and _NO_COLON.match(head):
                return Listed("exclusion", True)
            any_way = asked and _ASKS_ANY.search(unmet.group()) is not None and _ANY.search(unmet.group()) is not None
            return Listed(_TURNED[criterion.section], any_way)
        if criterion.position in self._denied:
            return turned_list(criterion.section, criterion.section == "exclusion")
        if criterion.section == "exclusion":
            return Listed("exclusion", head != "" and _BOTH_OF.search(head[-120:]) is not None)
        return Listed("inclusion", *self._way_in(criterion, head))

    def _head(self, criterion: CriterionLine) -> str:
        """The last words of the line an item stands below."""
        if criterion.parent is None:
            return ""
        above = self._lines[criterion.parent]
        head = self._raw[max(above.start, above.end - _HEAD) : above.end]
        aside = _ASIDE.search(head)
        return head if aside is None or _ONE_OF.search(aside.group()) else _ASIDE.sub("", head)

    def _heading_of_list(self, criterion: CriterionLine) -> str:
        """The heading right above an item's list where it asks for some of its items only, else nothing.

        The list ends where items have numbers and had none, or had and have none.
        """
        first = criterion
        for line in reversed(self._lines[max(0, criterion.position - _LONGEST) : criterion.position]):
            if line.kind == "header":
                alike = (first.label is None) == (criterion.label is None)
                return self._some_asked(line) if alike and line.section == criterion.section else ""
            if line.parent is None:
                first = line
        return ""

    def _some_asked(self, heading: CriterionLine) -> str:
        """The last words of a heading where they ask for some of its items only, else nothing."""
        asking = self._asking.get(heading.position)
        if asking is None:
            words = self._raw[max(heading.start, heading.end - 160) : heading.end]
            asking = self._asking[heading.position] = words if _SOME_OF.search(words) else ""
        return asking

    def _way_in(self, criterion: CriterionLine, head: str) -> tuple[bool, bool]:
        """Whether an inclusion item is one of several ways in, and whether it only defines something."""
        above = self._lines[criterion.parent] if criterion.parent is not None else None
        head = head if above is not None else self._heading_of_list(criterion)
        several = self._beside_announced(criterion) or self._joined_by_or(criterion)
        if not head:
            return several, False
        several = several or self._offers_ways(criterion, head)
        leads = above is not None and not several and (_LEADS_LIST.search(head) or _BARE.fullmatch(head)) is not None
        over, way = self._way_in(above, self._head(above)) if above and leads else (False, False)
        several = several or over or (above is not None and self._is_kind_of_several(criterion))
        return several, _DEFINES.search(head) is not None or way

    def _offers_ways(self, criterion: CriterionLine, head: str) -> bool:
        """Whether the words above an item say that it is one of several ways in."""
        if (_ONE_OF.search(head.removesuffix(".")) and not _OF_FUNCTION.search(head)) or _OUTSIDE.search(head):
            return True
        return _STATES_HEAD.search(head) is not None and self._is_state_of_several(criterion)

    def _is_state_of_several(self, criterion: CriterionLine) -> bool:
        """Whether an item begins with a state of the disease, as the one before or behind it in its list does."""
        at = criterion.position
        beside = [*self._lines[max(0, at - 1) : at], *self._lines[at + 1 : at + 2]]
        told = [criterion, *(line for line in beside if line.parent == criterion.parent and line.kind == "item")]
        states = [_STATE_OPENS.match(self._raw, line.start, line.end) is not None for line in told]
        return states[0] and any(states[1:])

    def _is_kind_of_several(self, criterion: CriterionLine) -> bool:
        """Whether an item begins with one kind of a disease and the one beside it with another (``RRMS …``, ``SPMS …``)."""
        own, at = _kind(self._raw, criterion), criterion.position
        if not own:
            return False
        beside = (*self._lines[max(0, at - 6) : at], *self._lines[at + 1 : at + 7])
        others = {_kind(self._raw, line) for line in beside if line.parent == criterion.parent}
        return any(other and other != own and other[-2:] == own[-2:] for other in others)

    def _joined_by_or(self, criterion: CriterionLine) -> bool:
        """Whether "or" at the end or the beginning of a line, or alone on one, joins an item to another of its list."""
        at, parent = criterion.position, criterion.parent
        if at in self._closing or at in self._opening or at - 1 in self._alone or at + 1 in self._alone:
            return True
        if self._closes_for(at - 1, criterion) or (at + 1 in self._opening and self._lines[at + 1].parent == parent):
            return True
        return parent is not None and (self._closes_for(at + 1, criterion) or self._closes_for(at + 2, criterion))

    def _closes_for(self, place: int, criterion: CriterionLine) -> bool:
        """Whether the line at ``place`` is an item of the same list as ``criterion`` and ends in "or"."""
        return place in self._closing and _is_beside(self._lines[place], criterion)

    def _beside_announced(self, criterion: CriterionLine) -> bool:
        """Whether one of the items right before announces ways in at its own level (``with one or more of the following``).

        Where such a list ends nothing says; what is asked of everybody, as an age or a consent, ends it.
        """
        between = [criterion]
        for other in reversed(self._lines[max(0, criterion.position - _NEAR) : criterion.position]):
            if other.kind == "header" or other.parent != criterion.parent or other.section != criterion.section:
                return False
            if self._announces(other):
                common = [_of_all(self._raw, line) for line in between]
                return not any(asked and not before for asked, before in pairwise(common))
            between.append(other)
        return False

    def _announces(self, line: CriterionLine) -> bool:
        """Whether a line ends with words that announce ways in."""
        told = self._announcing.get(line.position)
        if told is None:
            told = _ANNOUNCES.search(self._raw, max(line.start, line.end - 150), line.end) is not None
            self._announcing[line.position] = told
        return told


def _kind(raw: str, line: CriterionLine) -> str:
    """The kind of a disease that a line begins with, or nothing."""
    found = _KIND.match(raw, line.start, line.end)
    return found["kind"] if found else ""


def or_lists(raw: str, lines: tuple[CriterionLine, ...]) -> dict[int, str]:
    """Inclusion items that "or" at an end, at a beginning or alone on a line joins to others: line index to ``x1``, ``x2`` …

    So are those below ``a clearance of 70 OR a creatinine as follows:``, with the line above them.
    """
    groups: dict[int, str] = {}
    last: int | None = None
    waiting = False
    for at, line in enumerate(lines):
        offered = line.parent is not None and line.section == "inclusion" and _offers_list(raw, lines[line.parent])
        if offered and line.parent is not None:
            groups[at] = groups.setdefault(line.parent, f"x{len(set(groups.values())) + 1}")
        elif last is not None and _stands_alone(raw, line):
            waiting = True
        elif line.kind != "item" or line.section != "inclusion":
            last, waiting = None, False
        else:
            before = lines[last] if last is not None and lines[last].parent == line.parent else None
            if before is not None and (waiting or _opens(raw, line) or (before.kind == "item" and _closes(raw, before))):
                groups[at] = groups.setdefault(before.position, f"x{len(set(groups.values())) + 1}")
            last, waiting = at, False
    return groups


def _offers_list(raw: str, above: CriterionLine) -> bool:
    """Whether a line ends in a list that "or" offers beside a value of its own."""
    return _OR_AS_FOLLOWS.search(raw, max(above.start, above.end - _HEAD), above.end) is not None


def _stands_alone(raw: str, line: CriterionLine) -> bool:
    return line.end - line.start < 12 and _ONLY_OR.fullmatch(raw, line.start, line.end) is not None


def _is_beside(other: CriterionLine, criterion: CriterionLine) -> bool:
    """Whether ``other`` is an item of the same list as ``criterion``."""
    return other.kind == "item" and other.parent == criterion.parent


def _closes(raw: str, line: CriterionLine) -> bool:
    """Whether a line ends in "or"."""
    start = max(line.start, line.end - 8)
    return "or" in raw[start : line.end].lower() and _CLOSING_OR.search(raw, start, line.end) is not None


def _opens(raw: str, line: CriterionLine) -> bool:
    """Whether an item begins with "or", as one does that offers itself in place of the one before."""
    return line.kind in ("item", "parent") and _OPENING_OR.match(raw, line.start, line.end) is not None


def _of_all(raw: str, line: CriterionLine) -> bool:
    return _ASKED_OF_ALL.match(raw, line.start, line.end) is not None
