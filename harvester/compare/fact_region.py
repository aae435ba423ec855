"""One fact as a set of people: its axis, its unit, and who may join by it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from math import inf

from harvester.compare.concept import concept
from harvester.compare.definition_file import expression, read_yaml
from harvester.compare.region import Interval, Region
from harvester.compare.similarity import content_words
from harvester.compare.window import DAYS, has_window, time_since
from harvester.tables import CriterionFact, EligibilityCriterion

_NEGATION = re.compile(r"\b(?:no|not|without|absence|absent|free)\b", re.IGNORECASE)
_BOUND = re.compile(
    r"(≥|>=?|≤|<=?|above|below|over|under|(?:greater|higher|more|less|lower) than|exceed\w{0,3})\s{0,3}(\d{1,6}(?:\.\d{1,4})?)"
)
_SIGNS = {
    "≥": ">",
    "≤": "<",
    "above": ">",
    "over": ">",
    "greater than": ">",
    "higher than": ">",
    "more than": ">",
    "exceeding": ">",
}
_SIGNS |= {"exceed": ">", "exceeds": ">", "below": "<", "under": "<", "less than": "<", "lower than": "<"}
_RATE = re.compile(r"(\{[^{}]+\})/(d|wk|mo|a)")
_SEX_WORDS = content_words("men man women woman male males female females boys girls")


def branch_of(fact: CriterionFact) -> str:
    """The people a fact is limited to; conditions of the same content words are one. Empty for everybody."""
    condition = condition_of(fact) or ""
    words = " ".join(sorted(content_words(condition))) or plain(condition)
    negated = "not " if words and _NEGATION.search(condition) else ""
    return ", ".join(part for part in (fact.sex or "", negated + words) if part)


def has_manner(fact: CriterionFact) -> bool:
    """Whether the limit must be met in some manner, as without transfusion or growth factors."""
    return fact.condition is not None and expression("manner").match(fact.condition) is not None


def has_manner_around(fact: CriterionFact, texts: Iterable[str]) -> bool:
    """The same where the manner stands before or behind the limit of a blood count, or in a line above it, among ``texts``."""
    return fact.concept in read_yaml("alignment.yaml")["supported"] and any(expression("support").search(text) for text in texts)


def condition_of(fact: CriterionFact) -> str | None:
    """The subgroup a fact is limited to, where it is more than the sex and no manner of measuring, as "without transfusion"."""
    if has_manner(fact):
        return None
    if fact.sex and fact.condition and not content_words(fact.condition) - _SEX_WORDS:
        return None
    return fact.condition


def is_of_one(left: CriterionFact, right: CriterionFact) -> bool:
    """Whether two facts are of one concept and detail."""
    return left.concept == right.concept and left.detail == right.detail


def is_other_than(fact: CriterionFact, choice: CriterionFact) -> bool:
    """Whether a fact's condition only says that its alternative is not met: "clearance ≥ 60 with creatinine > 1.5"."""
    condition = (condition_of(fact) or "").casefold()
    if not condition or choice.concept == fact.concept or not concept(choice.concept).words.stand_in(condition):
        return False
    ends = {("<", choice.eligible_low), (">", choice.eligible_high), ("<", choice.low), (">", choice.high)}
    said = {(_SIGNS.get(sign, sign[0]), float(value)) for sign, value in _BOUND.findall(condition)}
    return not ends.isdisjoint(said)


def axis_of(fact: CriterionFact) -> str:
    """The axis a fact is measured on: concept, detail, and unit or reference. Different axes of a concept do not compare."""
    rate = _rate(fact)
    unit = rate[0] if rate else unit_of(fact) or read_yaml("alignment.yaml")["meant_units"].get(fact.concept, "")
    return "|".join((fact.concept, plain(fact.detail), unit))


def is_rate(fact: CriterionFact) -> bool:
    """Whether the fact counts something within a time that is no day; its region is of what that comes to a day."""
    return (_rate(fact) or ("", 1.0))[1] != 1


def _rate(fact: CriterionFact) -> tuple[str, float] | None:
    """The unit a day of what is counted within a time, and what one of its own unit comes to: 7 attacks a week are 1 a day."""
    told = _RATE.fullmatch(fact.unit or "") if fact.reference in (None, "absolute") else None
    return (f"{told[1]}/d", 1 / DAYS[told[2]]) if told else None


def unit_of(fact: CriterionFact) -> str:
    """The unit of a fact's eligible limits: {ULN} for a reference, days for a window, the canonical unit, or as written."""
    if fact.reference and fact.reference != "absolute":
        return "{" + fact.reference + "}"
    if has_window(fact):
        return "d" if fact.window_unit in DAYS else str(fact.window_unit)
    if concept(fact.concept).step:
        return ""
    return fact.canonical_unit or fact.unit or ""


def region_of(fact: CriterionFact, criterion: EligibilityCriterion) -> Region | None:
    """Those who may join by this fact, on its axis and its concept's scale; None where the reading does not say."""
    region = written_region(fact, criterion)
    if region is None:
        return None
    if has_window(fact):
        region = region.scaled(DAYS.get(fact.window_unit or "", 1.0))
    elif rate := _rate(fact):
        region = region.scaled(rate[1])
    return concept(fact.concept).fitted(region)


def written_region(fact: CriterionFact, criterion: EligibilityCriterion) -> Region | None:
    """Those who may join by this fact, in the canonical unit or the window's own; None where the reading does not say."""
    if has_window(fact):
        is_since = concept(fact.concept).told_by in ("since", "detail", "named")
        return time_since(fact, criterion.section, criterion.text) if is_since else None
    if fact.eligible_low is None and fact.eligible_high is None:
        return None if fact.eligible_set is None else _values(fact.eligible_set)
    low = -inf if fact.eligible_low is None else _rounded(fact, fact.eligible_low)
    high = inf if fact.eligible_high is None else _rounded(fact, fact.eligible_high)
    return Region.of(Interval(low, high, bool(fact.eligible_low_inclusive), bool(fact.eligible_high_inclusive)))


def shown_region(fact: CriterionFact, criterion: EligibilityCriterion) -> tuple[Region, str] | None:
    """Those who may join with the unit to show it in: times as the text writes them, all else in the canonical unit."""
    region = written_region(fact, criterion)
    if region is None:
        return None
    if has_window(fact):
        return region, fact.window_unit or ""
    if fact.unit in DAYS and fact.canonical_unit in DAYS and fact.unit != fact.canonical_unit and region.values is None:
        written = {fact.canonical_low: fact.low, fact.canonical_high: fact.high}
        ends = [end for each in region.intervals for end in (each.low, each.high) if end not in (inf, -inf)]
        if all(written.get(end) is not None for end in ends):
            return Region.of(*(_with_ends(each, written) for each in region.intervals)), fact.unit or ""
    return concept(fact.concept).shown(region), unit_of(fact)


def is_converted(fact: CriterionFact) -> bool:
    """Whether the text's unit was changed to another, times aside."""
    return fact.unit is not None and fact.canonical_unit not in (None, fact.unit) and fact.unit not in DAYS


def _rounded(fact: CriterionFact, value: float) -> float:
    """A value after a change of unit to four figures: 34.2 umol/L of bilirubin are 2 mg/dL, not 1.999999."""
    return float(f"{value:.4g}") if is_converted(fact) else value


def _with_ends(interval: Interval, written: Mapping[float | None, float | None]) -> Interval:
    low, high = written.get(interval.low), written.get(interval.high)
    return Interval(
        interval.low if low is None else low,
        interval.high if high is None else high,
        interval.low_inclusive,
        interval.high_inclusive,
    )


def _values(text: str) -> Region:
    values = json.loads(text)
    if values and all(isinstance(each, int | float) for each in values):
        return Region.of(*(Interval(each, each, True, True) for each in values))
    return Region.of_values(str(each).casefold() for each in values)


def is_turned(fact: CriterionFact) -> bool:
    """Whether those who may join lie on the other side of what is written, as in an exclusion."""
    if fact.comparator == "range" and fact.low is not None and fact.reference != "ULN":
        return not _reaches(fact, fact.canonical_low if fact.canonical_low is not None else fact.low)
    if fact.comparator in ("present", "absent", "in") and fact.eligible_set is not None:
        return bool(json.loads(fact.eligible_set) != (json.loads(fact.value_set) if fact.value_set else [fact.comparator]))
    if fact.comparator in (">", ">="):
        return fact.eligible_low is None and fact.eligible_high is not None
    if fact.comparator in ("<", "<="):
        return fact.eligible_high is None and fact.eligible_low is not None
    return False


def _reaches(fact: CriterionFact, value: float) -> bool:
    """Whether those with ``value`` may join by the fact, as far as the reading says."""
    if fact.eligible_low is None and fact.eligible_high is None:
        return fact.eligible_set is None or value in json.loads(fact.eligible_set)
    if fact.eligible_low is not None and value < fact.eligible_low:
        return False
    if fact.eligible_high is None or value < fact.eligible_high:
        return True
    return value == fact.eligible_high and bool(fact.eligible_high_inclusive)


def plain(text: str | None) -> str:
    """Words without case, punctuation and double blanks, for telling whether two details or conditions are one."""
    return " ".join("".join(sign if sign.isalnum() or sign in "+-/" else " " for sign in (text or "").casefold()).split())


def is_reckoned(fact: CriterionFact) -> bool:
    """Whether months or years of the text were turned into days, or the other way round."""
    if fact.window_unit in ("mo", "a") or (fact.unit or "").endswith(("}/mo", "}/a")):
        return True
    return fact.unit in DAYS and fact.canonical_unit in DAYS and fact.unit != fact.canonical_unit
