"""What was read from a criterion, in words: the lines of a cell."""

from __future__ import annotations

import json
import re
from math import inf

from harvester.compare.concept import concept
from harvester.compare.definition_file import expression, read_yaml
from harvester.compare.doubt import is_one_limit_of_several
from harvester.compare.eligible import TrialFacts
from harvester.compare.fact_region import axis_of, branch_of, condition_of, is_converted, is_of_one, shown_region
from harvester.compare.model import Line
from harvester.compare.region import Interval, Region
from harvester.compare.score_age import ages_of
from harvester.compare.window import has_window
from harvester.compare.wording import amount, lowered, number, region_words, shortened, unit_label
from harvester.span import Source
from harvester.tables import CriterionFact, EligibilityCriterion

EXCLUDED = "excluded: "
"""Stands before the words of an exclusion."""

NOT_EXCLUDED = "not excluded: "
"""Stands before the words of a line among the exclusions that says who may join all the same."""

WRITTEN_AS_EXCLUSION = "written as an exclusion"
"""The note of a limit that was turned to those who may join."""

NOT_TOLD = "who may join by it was not read"
"""The note of a limit that an inclusion names without it being told whom it lets in, as in the definition of a relapse."""

UNDER = "under: "
"""Stands before the words of the line that a criterion stands under."""

NOT_THERE = {
    "inclusion": "must not be present",
    "exclusion": "excluded where it is not present",
    "unknown": "named as not present",
}
"""The note of a presence that is denied, by the section it stands in."""

FOR_WHOM = " [for whom or when, the words tell]"
"""Stands behind a limit of which the people were not read, where its criterion states another."""

_FAR = 80
_IN_BRACKETS = re.compile(r"\s*\(([^()<>≤≥%]{1,60})\)")
_WORD = re.compile(r"\s*([a-z]+)", re.IGNORECASE)
_SEX = {"male": "men", "female": "women"}
_SIGNS = {">=": "≥", ">": ">", "<=": "≤", "<": "<", "=": "=", "in": "", "range": ""}
_NAMES_SEX = re.compile(r"\b(?:wom[ae]n|m[ae]n|females?|males?|girls?|boys?)\b", re.IGNORECASE)
_STATES = {"present": "must be present", "absent": "must not be present"}


def fact_line(facts: TrialFacts, fact: CriterionFact, *, named: bool = False) -> Line:
    """A fact as a line: who may join by it, for whom it holds, what it may be exchanged for; its words and its criterion's.

    With ``named`` the concept stands in front, for lists where no row names it.
    """
    criterion = facts.criteria[fact.criterion_id]
    is_told = concept(fact.concept).told_by == "state" and facts.settles(fact)
    if fact.comparator in ("present", "absent") and not is_told:
        return _presence_line(facts, fact, criterion)
    text = _whole(fact, criterion, facts.scope(fact))
    if is_one_limit_of_several(facts, fact) and not _whom(fact, criterion):
        text += FOR_WHOM
    others = dict.fromkeys(named_fact(each, facts.criteria[each.criterion_id]) for each in facts.other_choices(fact))
    text += "".join(f", or {each}" for each in others)
    if named:
        text = f"{_name(fact, criterion)}: {text}"
    if _is_choice_of_its_own(facts, fact):
        text = f"or {text}"
    is_exclusion = criterion.section == "exclusion"
    note = WRITTEN_AS_EXCLUSION if is_exclusion and not fact.exception else None
    if not (is_exclusion or fact.exception or has_window(fact) or shown_region(fact, criterion)):
        note = NOT_TOLD
    return Line(text, fact_sources(fact, criterion), tuple(json.loads(fact.flags)), fact_value(fact, criterion), note)


def _is_choice_of_its_own(facts: TrialFacts, fact: CriterionFact) -> bool:
    """Whether a limit stands behind another of its concept, in another unit, and either of them is enough."""
    return any(
        is_of_one(each, fact)
        and each.source_start < fact.source_start
        and axis_of(each) != axis_of(fact)
        and branch_of(each) == branch_of(fact)
        for each in facts.choices(fact)
    )


def _presence_line(facts: TrialFacts, fact: CriterionFact, criterion: EligibilityCriterion) -> Line:
    """A presence with shades, or of which who may join was not read: the criterion in its own words, which alone tell."""
    words = criterion_line(facts, criterion)
    flags, value = tuple(json.loads(fact.flags)), fact_value(fact, criterion)
    is_denied = fact.comparator == "absent" and facts.slot(fact).concept == fact.concept
    note = parent_words(facts, criterion) or (NOT_THERE[criterion.section] if is_denied else None)
    return Line(words.text, fact_sources(fact, criterion), flags, value, note)


def parent_words(facts: TrialFacts, criterion: EligibilityCriterion) -> str | None:
    """The line that a sub-item stands under, without which it may say nothing."""
    parent = facts.criteria.get(criterion.parent_id or "")
    return f"{UNDER}{shortened(clean(parent.text))}" if parent else None


def criterion_line(facts: TrialFacts, criterion: EligibilityCriterion, *, placed: bool = False) -> Line:
    """A criterion as a line in its own words; ``placed`` under the line it stands under."""
    section = {"exclusion": EXCLUDED, "inclusion": "", "unknown": ""}[criterion.section]
    if section and _lets_in(facts, criterion):
        section = NOT_EXCLUDED
    value = {"section": criterion.section, "domain": criterion.domain}
    note = parent_words(facts, criterion) if placed else None
    return Line(section + clean(criterion.text), (criterion_source(criterion),), value=value, note=note)


def _lets_in(facts: TrialFacts, criterion: EligibilityCriterion) -> bool:
    """Whether a line among the exclusions names whom they spare: by its one sentence, or under one that ends with "except:"."""
    parent = facts.criteria.get(criterion.parent_id or "")
    return (parent is not None and expression("except_below").search(parent.text) is not None) or expression("may_join").match(
        criterion.text
    ) is not None


def named_fact(fact: CriterionFact, criterion: EligibilityCriterion) -> str:
    """A fact with its concept in front, without capitals: "creatinine clearance ≥ 50 mL/min"."""
    return f"{_name(fact, criterion)} {_whole(fact, criterion)}"


def fact_words(fact: CriterionFact, criterion: EligibilityCriterion) -> str:
    """Those who may join by the fact, in words and signs; as written where the reading does not say who may."""
    found = shown_region(fact, criterion)
    if found is None:
        return _as_written(fact, criterion.section, spared=bool(fact.exception))
    region, unit = found
    if region.values is not None:
        states = [_STATES.get(each, each) for each in sorted(region.values)]
        return states[0] if len(states) == 1 else region_words(region, None)
    if is_converted(fact) and _is_uneven(region):
        written = _as_written(fact, criterion.section, spared=bool(fact.exception))
        return f"about {region_words(_evened(region), unit)}, as written {written}"
    return region_words(region, unit)


def _is_uneven(region: Region) -> bool:
    """Whether a change of unit left more figures than were written: 5.5 mmol/L of haemoglobin are 8.863 g/dL."""
    return _evened(region) != region


def _evened(region: Region) -> Region:
    """A region with its ends to two figures, three where the first is a 1."""
    return Region.of(
        *(Interval(_even(each.low), _even(each.high), each.low_inclusive, each.high_inclusive) for each in region.intervals)
    )


def _even(value: float) -> float:
    return value if value in (inf, -inf) else float(f"{value:.3g}" if f"{value:e}".startswith("1") else f"{value:.2g}")


def fact_sources(fact: CriterionFact, criterion: EligibilityCriterion) -> tuple[Source, ...]:
    """The fact's own words, then the whole criterion's where that says more."""
    own = Source(fact.source_path, fact.source_start, fact.source_end, fact.quote)
    whole = criterion_source(criterion)
    return (own,) if own == whole else (own, whole)


def criterion_source(criterion: EligibilityCriterion) -> Source:
    """The words of a criterion."""
    return Source(criterion.source_path, criterion.source_start, criterion.source_end, criterion.text)


def fact_value(fact: CriterionFact, criterion: EligibilityCriterion) -> dict[str, object]:
    """A fact for machines: concept, limits of those who may join and whether they were read, unit and reference."""
    return {
        "concept": fact.concept,
        "detail": fact.detail,
        "eligible_low": fact.eligible_low,
        "eligible_low_inclusive": fact.eligible_low_inclusive,
        "eligible_high": fact.eligible_high,
        "eligible_high_inclusive": fact.eligible_high_inclusive,
        "eligible_set": json.loads(fact.eligible_set) if fact.eligible_set else None,
        "tells_who_may_join": shown_region(fact, criterion) is not None,
        "unit": fact.canonical_unit or fact.unit,
        "reference": fact.reference,
        "sex": fact.sex,
        "condition": fact.condition,
        "window_value": fact.window_value,
        "window_unit": fact.window_unit,
        "rule": fact.rule,
    }


def clean(text: str) -> str:
    """Registry text on one line without markdown's backslashes."""
    return " ".join(text.replace("\\", "").split())


def _whole(fact: CriterionFact, criterion: EligibilityCriterion, scope: str | None = None) -> str:
    told = _whom(fact, criterion)
    sex = None if told and _NAMES_SEX.search(told) else _SEX.get(fact.sex or "")
    whom = dict.fromkeys(part for part in (sex, told, scope) if part)
    text = " ".join(part for part in (fact_words(fact, criterion), _measure(fact, criterion)) if part)
    if fact.exception:
        text += " [exception to an exclusion]" if criterion.section == "exclusion" else " [exception]"
    return f"{text} ({', '.join(whom)})" if whom else text


def _whom(fact: CriterionFact, criterion: EligibilityCriterion) -> str | None:
    """Whom a fact holds for: its condition, or ages or a part of the trial in brackets behind it."""
    told = condition_of(fact) or ages_of(fact, criterion)
    part = _IN_BRACKETS.match(_behind(fact, criterion)) if told is None and fact.alternative_group else None
    return part[1] if part and expression("part").search(part[1]) else told


def _measure(fact: CriterionFact, criterion: EligibilityCriterion) -> str | None:
    """The measure of a number without a unit that stands behind it in words."""
    if fact.unit or fact.reference not in (None, "absolute") or (fact.low is None and fact.high is None):
        return None
    word = _WORD.match(_behind(fact, criterion))
    return word[1] if word and word[1].casefold() in read_yaml("alignment.yaml")["measures_behind"] else None


def _behind(fact: CriterionFact, criterion: EligibilityCriterion) -> str:
    return criterion.text[fact.source_end - criterion.source_start :][:_FAR]


def _name(fact: CriterionFact, criterion: EligibilityCriterion) -> str:
    """The concept with its detail, and whose it is where the criterion is about others than the patient."""
    label, whose = lowered(concept(fact.concept).label), criterion.population
    told = (fact.detail, whose if whose not in (None, "patient", *label.split()) else None)
    shown = [part for part in told if part]
    return f"{label} ({', '.join(shown)})" if shown else label


def _as_written(fact: CriterionFact, section: str, spared: bool) -> str:
    unit = "{" + fact.reference + "}" if fact.reference and fact.reference != "absolute" else fact.unit
    if fact.window_value is not None and fact.low is None and fact.high is None:
        words = f"{fact.window_relation or ''} {amount(fact.window_value, fact.window_unit)}".strip()
        if fact.window_anchor:
            words += f" ({fact.window_anchor})"
    elif fact.value_set is not None:
        words = ", ".join(str(each) for each in json.loads(fact.value_set))
    elif fact.low is not None and fact.high is not None and fact.low != fact.high:
        words = f"{number(fact.low)} to {amount(fact.high, unit)}"
    elif (value := fact.low if fact.low is not None else fact.high) is not None:
        words = f"{_SIGNS.get(fact.comparator or '', '')} {amount(value, unit)}".strip()
    else:
        words = f"{fact.comparator or clean(fact.quote)} {unit_label(unit)}".strip()
    if fact.comparator in ("present", "absent"):
        return f"spoken of ({fact.comparator}); who may join was not read"
    if section != "exclusion" or spared:
        return words
    return f"must not be {words[2:]}" if words.startswith("= ") else f"excluded: {words}"
