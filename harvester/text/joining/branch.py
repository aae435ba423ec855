"""Branches: ``GFR < 90 and UACR > 30 OR GFR < 60`` offers two ways, of which one is two values together.

Neither a group nor a region can say so: who may join stays open for every value of such a sentence. So it does for every value of
a group of ways one of which is open: the one left would look like a demand (flag ``way_open``). And so it does for the signs
that an exclusion lists in the bracket behind a disease: together they say what the disease is (flag ``signs_of_disease``).
"""

from __future__ import annotations

import re
from itertools import pairwise

from harvester.text.expressions.definition_file import expression
from harvester.text.expressions.pattern import pattern_of
from harvester.text.facts.fact_read import NOBODY, FactRead, changed, tells_whom
from harvester.text.limits.place import ReadingLine

_OR = pattern_of(r"(?<=[\w%)\]]) OR (?=[A-Za-z(])")
_AND = pattern_of(r"[^,;:]*\band\b(?!/or)[^,;:]*", re.IGNORECASE)
_AND_AGAIN = pattern_of(r"[^,;:.]*\band\b(?!/or)\W*", re.IGNORECASE)  # nothing but the sign of the second value behind it
WAY_OPEN = "way_open"
SIGNS = "signs_of_disease"
# "TMA (schistocytes > 4%, LDH > 2 x ULN)": the signs in the bracket together define what stands before it
_SIGNS_IN_BRACKET = pattern_of(r"\((?P<signs>[^()]{10,300})\)")
_HEAD = pattern_of(r"[^.;:()]*$")
_LONGEST_HEAD = 80
_ANY_OF_THEM = pattern_of(r"\b(?:or|either|any)\b|;", re.IGNORECASE)
_DEFINED_BY_SIGNS = expression("branch.defined_by_signs")
_BOUNDS = frozenset({"<", "<=", ">", ">=", "range"})


def with_open_branches(line: ReadingLine, facts: list[FactRead]) -> list[FactRead]:
    """The values of one line (``facts``, in their order), nobody asked for those of a sentence with such branches."""
    if line.criterion.section != "inclusion" or " OR " not in line.text:
        return facts
    open_ones: set[int] = set()
    raw, base = line.normal.raw, line.criterion.start
    for bounds in line.sentences.bounds:
        parts = [bounds[0], *(match.end() for match in _OR.finditer(line.text, *bounds)), bounds[1]]
        branches = [
            [fact for fact in facts if fact.comparator in _BOUNDS and span.start <= fact.start - base < span.end]
            for span in (line.normal.raw_span(start, end) for start, end in pairwise(parts))
        ]
        told = [branch for branch in branches if branch]
        if len(told) > 1 and any(_together(raw, base, branch) for branch in told):
            open_ones.update(id(fact) for branch in told for fact in branch)
    return [changed(fact, **NOBODY, alternative_group=None) if id(fact) in open_ones else fact for fact in facts]


def with_whole_groups(line: ReadingLine, facts: list[FactRead]) -> list[FactRead]:
    """The values of one line, where the ways in of a group are all told or none is.

    Of two values of one measure that an exclusion joins by "and" (``> 2 x ULN and > 1 mg/dL``) neither excludes alone.
    """
    if line.criterion.section == "exclusion" and len(facts) > 1 and "(" in line.text:
        facts = _without_signs(line, facts)
    if line.criterion.section == "exclusion" and len(facts) > 1 and " and " in line.text:
        pairs = [pair for pair in pairwise(facts) if _both_at_once(line, *pair)]
        both = {id(fact) for pair in pairs for fact in pair if tells_whom(fact)}
        return [changed(fact, **NOBODY) if id(fact) in both else fact for fact in facts] if both else facts
    if line.criterion.section != "inclusion":
        return facts
    ways = [fact for fact in facts if fact.alternative_group is not None and fact.comparator in _BOUNDS and _is_plain(fact)]
    open_ones = {fact.alternative_group for fact in ways if not tells_whom(fact)}
    half = {id(fact) for fact in ways if fact.alternative_group in open_ones and tells_whom(fact)}
    return [changed(fact, **NOBODY, flags=(*fact.flags, WAY_OPEN)) if id(fact) in half else fact for fact in facts]


def _without_signs(line: ReadingLine, facts: list[FactRead]) -> list[FactRead]:
    """The values of an exclusion, nobody shut out by one alone of the signs that a bracket lists behind the name of a disease."""
    base, signs = line.criterion.start, set[int]()
    for told in _SIGNS_IN_BRACKET.finditer(line.normal.raw):
        head = _HEAD.search(line.normal.raw[max(0, told.start() - _LONGEST_HEAD) : told.start()])
        inside = [
            fact
            for fact in facts
            if fact.comparator in _BOUNDS and told.start("signs") <= fact.start - base < told.end("signs") and tells_whom(fact)
        ]
        measures = {(fact.concept, fact.detail) for fact in inside} - {("dbp", None)}
        if len(measures) > 1 and not _ANY_OF_THEM.search(told["signs"]) and head and _DEFINED_BY_SIGNS.search(head.group()):
            signs.update(id(fact) for fact in inside)
    return [changed(fact, **NOBODY, flags=(*fact.flags, SIGNS)) if id(fact) in signs else fact for fact in facts]


def _is_plain(fact: FactRead) -> bool:
    return not fact.exception and "implausible" not in fact.flags


def _both_at_once(line: ReadingLine, one: FactRead, other: FactRead) -> bool:
    if (
        one.concept != other.concept
        or one.comparator != other.comparator
        or one.comparator not in _BOUNDS
        or one.sex != other.sex
    ):
        return False
    base = line.criterion.start
    between = line.normal.raw[one.end - base : max(one.end, other.start) - base]
    return len(between) < 60 and _AND_AGAIN.fullmatch(between) is not None and other.condition is None and one.condition is None


def _together(raw: str, base: int, branch: list[FactRead]) -> bool:
    """Whether "and" alone joins two values of a branch."""
    apart = ((one, other) for one, other in pairwise(branch) if one.end <= other.start)
    return any(_AND.fullmatch(raw, one.end - base, other.start - base) for one, other in apart)
