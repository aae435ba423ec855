"""Verdicts with their reasons: how the people one trial admits lie to those of the focal trial, slot by slot."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from math import inf

from harvester.compare.concept import concept
from harvester.compare.definition_file import expression, read_yaml
from harvester.compare.eligible import Reading, Slot, TrialFacts
from harvester.compare.fact_region import axis_of
from harvester.compare.model import Verdict
from harvester.compare.region import Limit, Rule, verdict
from harvester.compare.score_age import judge_ages
from harvester.compare.similarity import bare_words, content_words
from harvester.compare.wording import listed, unit_label
from harvester.tables import CriterionFact

REASONS: dict[Verdict, str] = {
    "same": "both admit the same people by this",
    "stricter": "everybody this trial admits by this, the focal trial admits too, and not the other way round",
    "looser": "everybody the focal trial admits by this, this trial admits too, and not the other way round",
    "overlapping": "each admits people by this whom the other does not, and some whom both admit",
    "disjoint": "nobody can meet both",
}
SAME_WORDS = "the same words"
"""Why two criteria are the same that were not read as limits."""

_ALIKE, _ALIKE_NAMED = 0.5, 0.6
"""Least share of words in common for two criteria to be worded alike; more where only words tell what is measured."""
_OR_BEHIND = re.compile(r"[\s,;]*\bor\b([^.;]*)", re.IGNORECASE)
MONTH_TOLERANCE = 0.09
"""Limits in weeks and months that lie nearer than this are not told apart: 12 weeks and 3 months are meant to be the same."""

_UNIT_TOLERANCE = 0.01
"""The same for limits of which one was converted from another unit: 6.2 mmol/L of haemoglobin are meant to be 10 g/dL."""


def judge(focal: TrialFacts, other: TrialFacts, slot: Slot) -> tuple[Verdict, str] | None:
    """The verdict about ``other`` against ``focal`` in a slot that both fill, and why; "not comparable" wherever it is not sure.

    None where the concept is of a kind that is no limit (presence with shades, windows that keep nobody out), and where a
    presence is spoken of but who may join was not read; unless both say it in the same words.
    """
    told_by = concept(slot.concept).told_by
    if told_by in (None, "time"):
        return None
    if focal.contradicts_itself(slot) or other.contradicts_itself(slot):
        return None if told_by == "presence" else ("not comparable", "a record contradicts itself on this")
    found = None if told_by == "presence" else _judge_limits(focal, other, slot)
    if (found is None or found[0] == "not comparable") and _wordings(focal, slot) == _wordings(other, slot):
        return "same", SAME_WORDS
    return found


def _judge_limits(focal: TrialFacts, other: TrialFacts, slot: Slot) -> tuple[Verdict, str] | None:
    """The verdict of what was read."""
    told_by = concept(slot.concept).told_by
    if told_by in ("alike", "since", "named") and not _worded_alike(focal, other, slot):
        what = "events" if told_by == "since" else "measures"
        return "not comparable", f"the {what} are worded differently: whether they are the same, only the texts tell"
    if told_by == "state" and not (_is_told(focal, slot) and _is_told(other, slot)):
        return None
    special = judge_ages(focal, other, slot) or _judge_exceptions(focal, other, slot)
    if special:
        return special
    found = [judge_readings(mine, theirs) for mine in focal.variants(slot) for theirs in other.variants(slot)]
    if len({each for each, _ in found}) > 1:
        return "not comparable", "what a record includes and what it excludes leave a gap, and the verdict hangs on it"
    return found[0]


def _wordings(facts: TrialFacts, slot: Slot) -> frozenset[object]:
    """The criteria of a slot with the lines they stand under, by section and bare words."""
    found = set()
    for fact in facts.by_slot[slot]:
        own = facts.criteria[fact.criterion_id]
        under = facts.criteria.get(own.parent_id or "")
        found.add((own.section, own.scope, bare_words(own.text), bare_words(under.text) if under else ()))
    return frozenset(found)


def _judge_exceptions(focal: TrialFacts, other: TrialFacts, slot: Slot) -> tuple[Verdict, str] | None:
    """The verdict where both sides write no more than one exception to an exclusion, and the same."""
    mine, theirs = ({_exception(facts, fact) for fact in facts.by_slot[slot]} for facts in (focal, other))
    if mine != theirs or len(mine) != 1 or None in mine:
        return None
    if _spared_too(focal, slot) != _spared_too(other, slot):
        return "not comparable", "one of the exceptions spares others too, who are told behind it: read both texts"
    if _worded_alike(focal, other, slot):
        return "same", "the same exception to exclusions that are worded alike"
    return "not comparable", "the same exception, to exclusions that are worded differently: read both texts"


def _exception(facts: TrialFacts, fact: CriterionFact) -> tuple[object, ...] | None:
    """What an exception to an exclusion spares, for telling whether two are one; None where a fact is something else."""
    if not fact.exception or fact.condition or facts.section(fact) != "exclusion":
        return None
    window = (fact.window_relation, fact.window_value, fact.window_unit)
    return (axis_of(fact), fact.comparator, fact.low, fact.high, *window)


def _spared_too(trial: TrialFacts, slot: Slot) -> set[tuple[str, ...]]:
    """What "or" adds behind the exceptions of a slot: "free of disease for 2 years, or not in need of treatment"."""
    found = set()
    for fact in trial.by_slot[slot]:
        criterion = trial.criteria[fact.criterion_id]
        behind = _OR_BEHIND.match(criterion.text[fact.source_end - criterion.source_start :])
        found.add(bare_words(behind[1]) if behind else ())
    return found


def _is_told(facts: TrialFacts, slot: Slot) -> bool:
    reading = facts.reading(slot)
    return reading is not None and reading.limit is not None


def _is_unusual(reading: Reading) -> bool:
    """Whether a limit of the concept itself admits only the side that trials keep out as a rule."""
    if reading.limit is None:
        return False
    rules = (reading.limit.rest, *reading.limit.branches.values())
    about = concept(reading.slot.concept)
    return any(
        not about.is_usual(region)
        for rule in rules
        for clause in rule.clauses
        for axis, region in clause.alternatives.items()
        if axis.startswith(f"{about.slug}|")
    )


def judge_readings(focal: Reading, other: Reading) -> tuple[Verdict, str]:
    """The same for two readings, whatever their concept."""
    if focal.limit is None:
        return "not comparable", f"focal trial: {focal.problem}"
    if other.limit is None:
        return "not comparable", other.problem or ""
    if focal.has_manner != other.has_manner:
        return "not comparable", "one of them adds how the limit must be met, as without transfusion: read both texts"
    mine, theirs = _named_alike(focal.limit, other.limit)
    problem = _different_measures(focal, other) or _different_subgroups(mine, theirs)
    if problem:
        return "not comparable", problem
    if _is_unusual(focal) != _is_unusual(other):
        return "not comparable", "one of them admits the side that trials keep out as a rule: read both texts"
    found = verdict(mine, theirs)
    if found == "not comparable":
        return found, "alternatives and further limits stand together"
    if (mine.leaves_some_unbound or theirs.leaves_some_unbound) and found != verdict(mine, theirs, of_named=True):
        return "not comparable", "a limit binds some people only, and what holds for the others was not read"
    if found != "same" and concept(focal.slot.concept).told_by == "since" and set(_ends(mine)) == set(_ends(theirs)):
        return "not comparable", "they differ by the last day at most, and few texts say whether it counts"
    if found != "same" and focal.calendar != other.calendar and _near(focal.limit, other.limit, MONTH_TOLERANCE):
        return "not comparable", "too near to tell apart: a month or a year is not sure to the day"
    if found != "same" and focal.converted != other.converted and _near(focal.limit, other.limit, _UNIT_TOLERANCE):
        return "not comparable", "too near to tell apart after a change of unit"
    return found, REASONS[found]


def _worded_alike(focal: TrialFacts, other: TrialFacts, slot: Slot) -> bool:
    """Whether every criterion of the one is alike to some of the other, both ways, numbers and times left aside."""
    mine, theirs = (
        [expression("numbers_and_times").sub(" ", facts.criteria[fact.criterion_id].text) for fact in facts.by_slot[slot]]
        for facts in (focal, other)
    )
    least = _ALIKE_NAMED if slot.concept == "other_measure" else _ALIKE
    return all(any(_alike(left, right, least) for right in theirs) for left in mine) and all(
        any(_alike(left, right, least) for left in mine) for right in theirs
    )


@cache
def _standards() -> re.Pattern[str]:
    names = sorted(read_yaml("alignment.yaml")["standards"], key=len, reverse=True)
    return re.compile("|".join(rf"\b{re.escape(name)}" for name in names), re.IGNORECASE)


def _alike(left: str, right: str, least: float) -> bool:
    """Whether two criteria share words enough, as they are, or without the names of the standards that they are measured by."""
    pairs = ((left, right), (_standards().sub(" ", left), _standards().sub(" ", right)))
    return any(_share(content_words(mine), content_words(theirs), least) for mine, theirs in pairs)


def _share(mine: frozenset[str], theirs: frozenset[str], least: float) -> bool:
    return 2 * len(mine & theirs) >= least * (len(mine) + len(theirs))


def _different_measures(focal: Reading, other: Reading) -> str | None:
    """Why the axes do not compare: the same concept in another unit or reference."""
    for shared in sorted({_about(axis) for axis in focal.axes} & {_about(axis) for axis in other.axes}):
        mine = {axis for axis in focal.axes if _about(axis) == shared}
        theirs = {axis for axis in other.axes if _about(axis) == shared}
        if mine != theirs:
            return f"{_units(theirs)} beside {_units(mine)}"
    return None


def _about(axis: str) -> str:
    return axis.rpartition("|")[0]


def _units(axes: set[str]) -> str:
    return listed([unit_label(axis.rpartition("|")[2]) or "no unit" for axis in sorted(axes)])


def _named_alike(focal: Limit, other: Limit) -> tuple[Limit, Limit]:
    """Both limits with one name, the shorter, for subgroups of which the words of one name hold those of the other."""
    mine = [name for name in focal.branches if name not in other.branches]
    theirs = [name for name in other.branches if name not in focal.branches]
    alike = [(left, right) for left in mine for right in theirs if _is_one_subgroup(left, right)]
    names: dict[str, str] = {}
    for left, right in sorted(alike, key=lambda pair: sorted(pair)):
        short = min(left, right, key=lambda name: (len(name), name))
        taken = {*focal.branches, *other.branches} - {left, right}
        if left not in names and right not in names and short not in taken:
            names[left] = names[right] = short
    return _renamed(focal, names), _renamed(other, names)


def _renamed(limit: Limit, names: Mapping[str, str]) -> Limit:
    return Limit(limit.rest, {names.get(name, name): rule for name, rule in limit.branches.items()})


def _is_one_subgroup(left: str, right: str) -> bool:
    mine, theirs = set(left.split()), set(right.split())
    return len(mine & theirs) > 1 and (mine <= theirs or theirs <= mine) and ("not" in mine) == ("not" in theirs)


def _different_subgroups(focal: Limit, other: Limit) -> str | None:
    """Why branches do not compare: each side names a subgroup the other does not, and the two may be one."""
    mine = {name for name in focal.branches if name not in other.branches and name not in ("male", "female")}
    theirs = {name for name in other.branches if name not in focal.branches and name not in ("male", "female")}
    if mine and theirs:
        return "the limits for subgroups name these differently"
    return None


def _near(focal: Limit, other: Limit, tolerance: float) -> bool:
    mine, theirs = _ends(focal), _ends(other)
    return any(left != right and abs(left - right) <= tolerance * max(abs(left), abs(right)) for left in mine for right in theirs)


def _ends(limit: Limit) -> list[float]:
    rules: list[Rule] = [limit.rest, *limit.branches.values()]
    regions = (region for rule in rules for clause in rule.clauses for region in clause.alternatives.values())
    return [end for region in regions for each in region.intervals for end in (each.low, each.high) if end not in (inf, -inf, 0)]
