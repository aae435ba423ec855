"""Lists of what is wrong with a patient: below ``Organ dysfunction:`` stand ``bilirubin > 2`` and ``platelets < 100``.

An inclusion asks one organ to be ill, rarely several at once: where the items of one list, or three values of one line, tell
the sick side of several measures they are signs of which some will do, and who may join by them stays open (flag
``signs_of_disease``).
"""

from __future__ import annotations

from harvester.text.criteria.criterion import CriterionLine
from harvester.text.facts.fact_read import NOBODY, FactRead, changed
from harvester.text.joining.branch import SIGNS
from harvester.text.joining.polarity import is_sound
from harvester.text.limits.concept_group import group

_LOW = frozenset({"<", "<="})
_HIGH = frozenset({">", ">="})
_SICK_ABOVE = group("sick_above")
_SICK_BELOW = group("sick_below")
_IN_A_LIST, _IN_A_LINE = 2, 3  # measures
_NEAR = 40  # characters


def without_signs(facts: list[FactRead], lines: tuple[CriterionLine, ...]) -> list[FactRead]:
    """``facts`` (of ``lines``) where nobody is asked for several signs of disease of one list or line at once."""
    sick = [fact for fact in facts if _is_sick(fact) and lines[fact.line].section == "inclusion"]
    if len(sick) < _IN_A_LIST:
        return facts
    sick = [fact for fact in sick if fact.alternative_group is None or _stands_beside(fact, sick)]
    places: dict[tuple[str, int], list[FactRead]] = {}
    for fact in sick:
        parent = lines[fact.line].parent
        places.setdefault(("line", fact.line), []).append(fact)
        if parent is not None and fact.alternative_group is None:
            places.setdefault(("list", parent), []).append(fact)
    for key, each in places.items():
        beside = _ways_behind(each, facts) if key[0] == "line" and len({fact.concept for fact in each}) == _IN_A_LINE - 1 else []
        if beside:  # "Hb < 10, platelets < 100, nodes > 10 cm or doubling time < 6 months"
            each.extend(beside)
    signs = {id(fact) for (kind, _), each in places.items() if _are_several(kind, each) for fact in each}
    return [changed(fact, **NOBODY, flags=(*fact.flags, SIGNS)) if id(fact) in signs else fact for fact in facts]


def _ways_behind(sick: list[FactRead], facts: list[FactRead]) -> list[FactRead]:
    """The group of ways that begins right behind the signs of a line."""
    last = max(sick, key=lambda fact: fact.start)
    behind = [fact for fact in facts if fact.line == last.line and fact.start > last.end]
    if not behind or behind[0].alternative_group is None or behind[0].start - last.end > _NEAR:
        return []
    return [fact for fact in behind if fact.alternative_group == behind[0].alternative_group and fact.comparator is not None]


def _stands_beside(fact: FactRead, sick: list[FactRead]) -> bool:
    """Whether a sign in a group of ways stands in a line with one in none (``A, B or C``), so that the group is not all."""
    return any(other.line == fact.line and other.alternative_group is None for other in sick)


def _are_several(kind: str, facts: list[FactRead]) -> bool:
    measures = {fact.concept for fact in facts}
    return len(measures) >= (_IN_A_LIST if kind == "list" else _IN_A_LINE)


def _is_sick(fact: FactRead) -> bool:
    """Whether a fact asks of everybody what no well person has."""
    if fact.exception or fact.eligible_low is None is fact.eligible_high:
        return False
    turned = "<" if fact.comparator in _HIGH else ">" if fact.comparator in _LOW else None
    if turned is None or (fact.comparator in _HIGH) != (fact.eligible_low is not None):
        return False  # a negation has turned it
    if fact.concept in (_SICK_ABOVE if fact.comparator in _HIGH else _SICK_BELOW):
        return True
    return is_sound(fact.concept, turned, None)
