"""Values that exclude only together: ``NYHA II-IV heart failure (LVEF < 35%)``, ``more than 20 mg a day for at least 14 days``.

Of two values that "and" or "with" joins under an exclusion heading neither shuts out alone, nor does a dose without the time it
is taken for, nor a titre beside a positive test: nobody is asked by any of them.
"""

from __future__ import annotations

from itertools import pairwise

from harvester.text.expressions.definition_file import expression
from harvester.text.facts.fact_read import NOBODY, FactRead, changed, tells_whom
from harvester.text.limits.place import ReadingLine

_JOINED = expression("held_together.joined")
_FOR_A_TIME = expression("held_together.for_a_time")
_LASTING = expression("held_together.lasting")  # "neutrophils < 0.5 x 10^9/L for > 7 days"
_BRACKET = expression("held_together.bracket")
_POSITIVE_AND = expression("held_together.positive_and")
_TITRE_OF = expression("held_together.titre_of")
_BOUNDS = frozenset({"<", "<=", ">", ">=", "=", "range", "in"})
_AMOUNTS = frozenset({"dose_limit", "other_measure", "alcohol_intake"})
_PRESSURES = {"sbp", "dbp"}
_OF_HEART = frozenset({"nyha", "lvef"})


def with_both_or_none(line: ReadingLine, facts: list[FactRead]) -> list[FactRead]:
    """The values of one line (``facts``, in their order), nobody asked for those that exclude only together."""
    if line.criterion.section != "exclusion" or not facts:
        return facts
    values = [fact for fact in facts if fact.comparator in _BOUNDS and not fact.exception]
    open_ones = {id(fact) for fact in values if _is_titre_beside(line, fact)}
    for one, other in pairwise(values):
        if one.start != other.start and _holds_both(line, one, other):
            open_ones |= {id(one), id(other)}
    open_starts = {fact.start for fact in values if id(fact) in open_ones}
    open_ones |= {id(fact) for fact in values if fact.start in open_starts}  # the other pressure of a pair
    if not any(id(fact) in open_ones and tells_whom(fact) for fact in values):
        return facts
    return [changed(fact, **NOBODY) if id(fact) in open_ones else fact for fact in facts]


def _holds_both(line: ReadingLine, one: FactRead, other: FactRead) -> bool:
    """Whether the words between two values of a sentence join them."""
    base = line.criterion.start
    if other.start - one.end > 90 or one.end > other.start:
        return False
    between = line.normal.raw[one.end - base : other.start - base]
    if one.concept.endswith("_duration") and other.concept == "dose_limit" and between.isspace():
        return True  # "(> 2 years > 5 mg of prednisolone a day)"
    if other.concept.endswith("_duration") and (_FOR_A_TIME if one.concept in _AMOUNTS else _LASTING).fullmatch(between):
        return True
    if one.concept in _OF_HEART and other.concept in _OF_HEART and _BRACKET.fullmatch(between):
        return True
    return {one.concept, other.concept} != _PRESSURES and one.concept != other.concept and _JOINED.fullmatch(between) is not None


def _is_titre_beside(line: ReadingLine, fact: FactRead) -> bool:
    """Whether a titre is asked for beside a positive test (``HBsAg positive and HBV DNA ≥ 1000 copies/mL``)."""
    if fact.concept != "viral_load" and (fact.detail is None or not _TITRE_OF.search(fact.detail)):
        return False
    start = fact.start - line.criterion.start
    return _POSITIVE_AND.search(line.normal.raw[max(0, start - 160) : start]) is not None
