"""Values that only say when another one is asked for.

``creatinine ≤ 1.5 x ULN OR clearance ≥ 60 for participants with creatinine > 1.5 x ULN`` names two ways: the second number of
creatinine is what the first leaves over, and says nothing new. ``≥ 30% with marrow involvement > 50%`` asks nobody for the 50%.
"""

from __future__ import annotations

import re

from harvester.text.expressions.definition_file import expression
from harvester.text.expressions.pattern import pattern_of
from harvester.text.facts.fact_read import NOBODY, FactRead, changed
from harvester.text.joining.branch import WAY_OPEN
from harvester.text.joining.who_joins import AGES
from harvester.text.limits.place import ReadingLine

# "creatinine ≤ 1.5 x ULN with a clearance ≥ 60" asks for both; "with marrow involvement > 50%" is a condition
_TOGETHER = pattern_of(r"with (?!(?:[\w-]+ ){0,3}(?:involvement|infiltration|invasion|metasta\w+)\b)", re.IGNORECASE)
_SECOND_WAY = expression("second_way.behind")
_LET_IN = expression("second_way.let_in")
_CLOSE = 60  # characters
_MEASURED = pattern_of(r"\d")
_OPPOSITE = {"<": (">", ">="), "<=": (">", ">="), ">": ("<", "<="), ">=": ("<", "<=")}


def of_condition(facts: list[FactRead], earlier: list[FactRead], words: str, section: str) -> list[FactRead]:
    """``facts`` of a limit, with nobody asked where its ``words`` stand in the condition of the value ``earlier`` told last."""
    last = earlier[-1].condition if earlier else None
    if not facts or last is None or facts[0].condition == last or _asks_both(facts[0], last, section):
        return facts
    return [changed(fact, **NOBODY) for fact in facts] if " ".join(words.split()) in last else facts


def _asks_both(fact: FactRead, condition: str, section: str) -> bool:
    """Whether ``with`` before a value is a further demand; how long a disease has lasted may rather be the stage meant."""
    return section == "inclusion" and not fact.concept.endswith("_duration") and _TOGETHER.match(condition) is not None


def in_condition_behind(found: list[FactRead], facts: list[FactRead], words: str) -> list[FactRead]:
    """``found``, with nobody asked for its last values where their ``words`` stand in the condition of the ``facts`` behind."""
    told = facts[0].condition if facts else None
    if told is None or not found or " ".join(words.split()) not in told or found[-1].condition == told:
        return found
    last = found[-1].start
    return [changed(fact, **NOBODY) if fact.start == last else fact for fact in found]


def without_complements(facts: list[FactRead]) -> list[FactRead]:
    """The ``facts`` of one line, in their order, where nobody is asked for what an earlier value leaves over.

    A value that is asked for under that condition is another way in: both share a group, and the condition goes.
    """
    over: set[int] = set()
    ways: dict[int, str] = {}
    earlier: dict[object, list[FactRead]] = {}  # of one measure that may end where another begins
    for fact in facts:
        beside_it = earlier.setdefault(_measure(fact), [])
        first = next((each for each in beside_it if id(each) not in over and _leaves(each, fact)), None)
        beside_it.append(fact)
        if first is None:
            continue
        over.add(id(fact))
        told = re.compile(rf"(?<![\d.]){_end(fact):g}(?![\d.])")
        beside = [each for each in facts if each.start > first.start and each.condition and each.concept != fact.concept]
        other = next((each for each in beside if told.search(each.condition or "")), None)
        if other is not None:
            count = len({each.alternative_group for each in facts} - {None})
            group = first.alternative_group or other.alternative_group or f"g{count + 1}"
            ways |= {id(first): group, id(other): group, id(fact): ""}
    if not over:
        return facts
    return [_settled(fact, over, ways) for fact in facts if ways.get(id(fact)) != ""]


def with_second_ways(line: ReadingLine, facts: list[FactRead]) -> list[FactRead]:
    """The ``facts`` of one line, nobody asked for a limit beyond which a later sentence offers another way.

    ``Proteinuria < 2+. Patients with ≥ 2+ must demonstrate ≤ 1 g``.
    """
    if line.criterion.section != "inclusion" or not any(fact.comparator in _OPPOSITE for fact in facts):
        return facts
    ways = [*_SECOND_WAY.finditer(line.normal.raw)]
    if not ways:
        return facts
    told = [(fact, _heads(line, fact)) for fact in facts]
    opened = {id(fact) for fact, headed in told if any(_goes_beyond(fact, way, line.criterion.start, headed) for way in ways)}
    return [changed(fact, **NOBODY, flags=(*fact.flags, WAY_OPEN)) if id(fact) in opened else fact for fact in facts]


def with_those_let_in(line: ReadingLine, facts: list[FactRead]) -> list[FactRead]:
    """The ``facts`` of one line, those told before some are let in with less held for the others (``unless with …``).

    ``Bilirubin ≤ 2 x ULN. (Subjects with Gilbert syndrome may be included if it is ≤ 3 x ULN)``.
    """
    if line.criterion.section != "inclusion" or not any(fact.comparator in _OPPOSITE for fact in facts):
        return facts
    for let_in in _LET_IN.finditer(line.normal.raw):
        at = let_in.start() + line.criterion.start
        behind = next((fact for fact in facts if 0 <= fact.start - let_in.end() - line.criterion.start < _CLOSE), None)
        eased = [fact for fact in facts if fact.end <= at and _is_eased(fact, let_in, behind)]
        if eased:
            told = {id(fact): _asked(changed(fact, condition=f"unless {let_in['whom']}")) for fact in eased}
            if behind is not None and behind.concept == "other_measure":
                told[id(behind)] = _of_measure(behind, eased[-1], let_in["whom"])
            facts = [told.get(id(fact), fact) for fact in facts]
    return facts


def _asked(fact: FactRead) -> FactRead:
    """A limit of all others, asked for: that some are let in with less had left it open where one sentence tells both."""
    if fact.flags or fact.alternative_group or (fact.eligible_low, fact.eligible_high) != (None, None):
        return fact
    low, high = (fact.canonical_low, fact.canonical_high) if fact.canonical_unit else (fact.low, fact.high)
    return changed(
        fact,
        eligible_low=low,
        eligible_low_inclusive=fact.low_inclusive,
        eligible_high=high,
        eligible_high_inclusive=fact.high_inclusive,
    )


def _of_measure(fact: FactRead, named: FactRead, whom: str) -> FactRead:
    """A value without a name as one of the measure that a value before it names, for those it is told of."""
    if named.canonical_unit not in (None, named.unit):
        return changed(fact, condition=fact.condition or whom)
    low, high = (fact.low, fact.high) if named.canonical_unit is not None else (None, None)
    return changed(
        fact,
        concept=named.concept,
        detail=None,
        condition=fact.condition or whom,
        canonical_low=low,
        canonical_high=high,
        canonical_unit=named.canonical_unit,
    )


def _is_eased(fact: FactRead, let_in: re.Match[str], behind: FactRead | None) -> bool:
    """Whether a limit of all is not the limit of those a later sentence lets in."""
    if fact.condition is not None or fact.exception or fact.comparator not in _OPPOSITE or fact.concept in AGES:
        return False
    if let_in["even"] is not None:
        return True
    if behind is None or (behind.reference, behind.unit) != (fact.reference, fact.unit):
        return False
    if behind.concept != fact.concept and (behind.concept != "other_measure" or fact.unit is None):
        return False  # "patients with renal impairment may enrol if ≥ 15 mL/min" names the measure no more
    own, other = _end(fact), _end(behind)
    up = fact.comparator in ("<", "<=")
    same = behind.comparator is not None and (behind.comparator in ("<", "<=")) == up
    return same and own is not None and other is not None and own != other and (other > own) == up


def _heads(line: ReadingLine, fact: FactRead) -> bool:
    """Whether the people a limit is for open its line, so that the sentences behind it are for them, too."""
    return fact.condition is not None and line.text.startswith(fact.condition)


def _goes_beyond(fact: FactRead, way: re.Match[str], base: int, headed: bool) -> bool:
    """Whether a sentence behind a limit of all speaks of those beyond it."""
    if fact.comparator not in _OPPOSITE or fact.alternative_group or fact.concept in AGES or (fact.condition and not headed):
        return False
    beyond = (fact.comparator in ("<", "<=")) == (way["up"] is not None) and (way["share"] is not None) == (fact.unit == "%")
    told = (fact.eligible_low, fact.eligible_high) != (None, None)
    return told and beyond and way.start() > fact.end - base and float(way["number"]) == _end(fact)


def _settled(fact: FactRead, over: set[int], ways: dict[int, str]) -> FactRead:
    if id(fact) in over:
        return changed(fact, **NOBODY)
    group = ways.get(id(fact))
    if group is None:
        return fact
    condition = None if fact.condition and _MEASURED.search(fact.condition) else fact.condition
    return changed(fact, alternative_group=group, condition=condition)


def _leaves(first: FactRead, second: FactRead) -> bool:
    """Whether ``second`` begins where ``first``, which is asked for, ends, on the same measure."""
    if second.comparator not in _OPPOSITE.get(first.comparator or "", ()) or first.exception or second.exception:
        return False
    asked = first.eligible_low is not None or first.eligible_high is not None or first.alternative_group is not None
    agreed = (first.eligible_low, first.eligible_high) == (second.eligible_low, second.eligible_high)
    return asked and _measure(first) == _measure(second) and not agreed and first.condition is None


def _measure(fact: FactRead) -> object:
    """What a value is of, with its end."""
    return fact.concept, fact.reference, fact.unit, fact.sex, _end(fact)


def _end(fact: FactRead) -> float | None:
    return fact.low if fact.low is not None else fact.high
