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
from harvester.text.expressions.pattern import pattern_of

_ONE_OF = expression("fact.one_of")
_OF_FUNCTION = pattern_of(
    r"\b(?:organ function|function|laborator\w+|values|adequate)\b", re.IGNORECASE
)  # asked for all together
_DEFINES = pattern_of(r"\bdefined (?:as|by)\b[^.;]{0,60}$", re.IGNORECASE)
_OUTSIDE = expression("list_above.outside")  # what an inclusion heading lists so belongs to the other one
_BOTH_OF = expression("list_above.both_of")
_HEAD = 200
_ASIDE = pattern_of(r"\s*\([^()]{0,100}\)(?=\s*:?\s*$)")  # "one of the following (within 21 days before enrolment):"
_LEADS_LIST = pattern_of(r"(?::|\beither|\bfollowing)\s*$", re.IGNORECASE)
_ANNOUNCES = expression("list_above.announces")
_CLOSING_OR = pattern_of(r"\b(?:OR|or)[\s,;:]*$")
_SOME_OF = expression("list_above.some_of")
_OPENING_OR = expression("list_above.opening_or")
_OR_AS_FOLLOWS = expression("list_above.or_as_follows")
_STATES_HEAD = expression("list_above.states_head")
_STATE_OPENS = expression("list_above.state_opens")
_KIND = pattern_of(
    r"(?P<kind>[A-Z]{3,6})\b(?=,? (?:with|patients?|as|who|having|defined|disease)\b)"
)  # of a disease, by its capitals
_ONLY_OR = pattern_of(r"\W*(?:and/)?or\W*", re.IGNORECASE)
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


def list_of(raw: str, criterion: CriterionLine, lines: tuple[CriterionLine, ...]) -> Listed:
    """How ``criterion`` stands among the ``lines`` of ``raw``."""
    if criterion.section not in _TURNED:
        return Listed(criterion.section)
    head = _head(raw, criterion, lines)
    unmet = _UNMET.search(head) if head else None
    if unmet and not (unmet["forbidden"] and criterion.section == "exclusion"):  # forbidden under either heading
        asked = criterion.section == "exclusion"
        if not asked and _NO_COLON.match(head):
            return Listed("exclusion", True)
        any_way = asked and _ASKS_ANY.search(unmet.group()) is not None and _ANY.search(unmet.group()) is not None
        return Listed(_TURNED[criterion.section], any_way)
    if criterion.section == "exclusion":
        return Listed("exclusion", _BOTH_OF.search(head[-120:]) is not None)
    return Listed("inclusion", *_way_in(raw, criterion, lines))


def _head(raw: str, criterion: CriterionLine, lines: tuple[CriterionLine, ...]) -> str:
    """The last words of the line an item stands below."""
    if criterion.parent is None:
        return ""
    above = lines[criterion.parent]
    head = raw[max(above.start, above.end - _HEAD) : above.end]
    aside = _ASIDE.search(head)
    return head if aside and _ONE_OF.search(aside.group()) else _ASIDE.sub("", head)


def _heading_of_list(raw: str, criterion: CriterionLine, lines: tuple[CriterionLine, ...]) -> str:
    """The heading right above an item's list where it asks for some of its items only, else nothing.

    The list ends where items have numbers and had none, or had and have none.
    """
    first = criterion
    for line in reversed(lines[max(0, criterion.position - _LONGEST) : criterion.position]):
        if line.kind == "header":
            words = raw[max(line.start, line.end - 160) : line.end]
            alike = (first.label is None) == (criterion.label is None)
            return words if alike and line.section == criterion.section and _SOME_OF.search(words) else ""
        if line.parent is None:
            first = line
    return ""


def _way_in(raw: str, criterion: CriterionLine, lines: tuple[CriterionLine, ...]) -> tuple[bool, bool]:
    """Whether an inclusion item is one of several ways in, and whether it only defines something."""
    above = lines[criterion.parent] if criterion.parent is not None else None
    head = _head(raw, criterion, lines) if above is not None else _heading_of_list(raw, criterion, lines)
    several = (
        _beside_announced(raw, criterion, lines)
        or (_ONE_OF.search(head) and not _OF_FUNCTION.search(head))
        or joined_by_or(raw, criterion, lines)
        or _OUTSIDE.search(head)
        or (_STATES_HEAD.search(head) and _is_state_of_several(raw, criterion, lines))
    )
    leads = above is not None and not several and _LEADS_LIST.search(head) is not None
    over, way = _way_in(raw, above, lines) if above and leads else (False, False)
    several = several or _is_kind_of_several(raw, criterion, lines)
    return bool(several or over), bool(_DEFINES.search(head) or way)


def _is_state_of_several(raw: str, criterion: CriterionLine, lines: tuple[CriterionLine, ...]) -> bool:
    """Whether an item begins with a state of the disease, as the one before or behind it in its list does."""
    beside = [
        *lines[max(0, criterion.position - 1) : criterion.position],
        *lines[criterion.position + 1 : criterion.position + 2],
    ]
    told = [criterion, *(line for line in beside if line.parent == criterion.parent and line.kind == "item")]
    states = [_STATE_OPENS.match(raw, line.start, line.end) is not None for line in told]
    return states[0] and any(states[1:])


def _is_kind_of_several(raw: str, criterion: CriterionLine, lines: tuple[CriterionLine, ...]) -> bool:
    """Whether an item begins with one kind of a disease and the one beside it with another (``RRMS …``, ``SPMS …``)."""
    if criterion.parent is None or not _KIND.match(raw, criterion.start, criterion.end):
        return False
    beside = (
        *lines[max(0, criterion.position - 6) : criterion.position],
        *lines[criterion.position + 1 : criterion.position + 7],
    )
    own = _kind(raw, criterion)
    others = {_kind(raw, line) for line in beside if line.parent == criterion.parent}
    return any(other and other != own and other[-2:] == own[-2:] for other in others)


def _kind(raw: str, line: CriterionLine) -> str:
    found = _KIND.match(raw, line.start, line.end)
    return found["kind"] if found else ""


def joined_by_or(raw: str, criterion: CriterionLine, lines: tuple[CriterionLine, ...]) -> bool:
    """Whether "or" at the end or the beginning of a line, or alone on one, joins an item to another of its list."""
    at = criterion.position
    if _CLOSING_OR.search(raw, max(criterion.start, criterion.end - 8), criterion.end) or _opens(raw, criterion):
        return True
    before = lines[at - 1] if at else None
    behind = [*lines[at + 1 : at + 3]]
    if before is not None and (_stands_alone(raw, before) or _closes(raw, before, criterion)):
        return True
    if behind and (_stands_alone(raw, behind[0]) or (_opens(raw, behind[0]) and behind[0].parent == criterion.parent)):
        return True
    return criterion.parent is not None and any(_closes(raw, other, criterion) for other in behind)


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
            if before is not None and (waiting or _closes(raw, before, line) or _opens(raw, line)):
                groups[at] = groups.setdefault(before.position, f"x{len(set(groups.values())) + 1}")
            last, waiting = at, False
    return groups


def _offers_list(raw: str, above: CriterionLine) -> bool:
    """Whether a line ends in a list that "or" offers beside a value of its own."""
    return _OR_AS_FOLLOWS.search(raw, max(above.start, above.end - _HEAD), above.end) is not None


def _stands_alone(raw: str, line: CriterionLine) -> bool:
    return line.end - line.start < 12 and _ONLY_OR.fullmatch(raw, line.start, line.end) is not None


def _closes(raw: str, other: CriterionLine, criterion: CriterionLine) -> bool:
    """Whether ``other``, of the same list as ``criterion``, ends in "or"."""
    own = other.kind == "item" and other.parent == criterion.parent
    return own and _CLOSING_OR.search(raw, max(other.start, other.end - 8), other.end) is not None


def _opens(raw: str, line: CriterionLine) -> bool:
    """Whether an item begins with "or", as one does that offers itself in place of the one before."""
    return line.kind in ("item", "parent") and _OPENING_OR.match(raw, line.start, line.end) is not None


def _beside_announced(raw: str, criterion: CriterionLine, lines: tuple[CriterionLine, ...]) -> bool:
    """Whether one of the items right before announces ways in at its own level (``with one or more of the following``).

    Where such a list ends nothing says; what is asked of everybody, as an age or a consent, ends it.
    """
    between = [criterion]
    for other in reversed(lines[max(0, criterion.position - _NEAR) : criterion.position]):
        if other.kind == "header" or other.parent != criterion.parent or other.section != criterion.section:
            return False
        if _ANNOUNCES.search(raw, max(other.start, other.end - 90), other.end):
            common = [_of_all(raw, line) for line in between]
            return not any(asked and not before for asked, before in pairwise(common))
        between.append(other)
    return False


def _of_all(raw: str, line: CriterionLine) -> bool:
    return _ASKED_OF_ALL.match(raw, line.start, line.end) is not None
