"""Ages: the registry's fields together with what the criteria say. A trial admits those whom both admit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from math import inf

from harvester.compare.definition_file import expression
from harvester.compare.eligible import Reading, Slot
from harvester.compare.judgement import REASONS
from harvester.compare.model import Cell, Line
from harvester.compare.reading_words import FOR_WHOM, fact_line
from harvester.compare.region import Interval, Region, everyone, verdict
from harvester.compare.trial import Trial, remembered
from harvester.compare.wording import interval_words, number, region_words
from harvester.tables import CriterionFact, Eligibility

_ONSET = Slot("age_at_onset")
_AGE = Slot("age")
_UNSURE = "the ages of one of the two records contradict each other"
_CONTRADICTION = "the registry's age fields and the criteria contradict each other"


@remembered
def age_region(trial: Trial) -> Region | None:
    """Ages in years that may join; None where the record at hand does not say, or says two things that nobody meets."""
    fields, text = field_ages(trial), _text_ages(trial)
    if fields is None or _is_at_odds_with_onset(trial, fields):
        return None
    if text is None:
        return fields
    both = fields.intersection(_closed(text))
    return None if both.is_empty else both


def _is_at_odds_with_onset(trial: Trial, fields: Region) -> bool:
    """Whether nobody of the registry's ages has just been diagnosed at an age that the criteria ask for: infants from 1 year."""
    reading = _reading(trial, _ONSET)
    region = reading.region if reading else None
    if region is None or not any(expression("newly_diagnosed").search(each.text) for each in trial.facts.criteria.values()):
        return False
    return fields.intersection(_closed(region)).is_empty


@remembered
def is_limited_at_onset(trial: Trial) -> bool:
    """Whether the criteria limit the age at diagnosis: then the ages of the fields alone do not tell who may join."""
    return any(fact.eligible_high is not None for fact in trial.rows.of(CriterionFact) if fact.concept == "age_at_onset")


@remembered
def field_ages(trial: Trial) -> Region | None:
    """Ages in years that the registry's fields admit; None where the record at hand does not say."""
    who = trial.eligibility
    has_ages = who.minimum_age_years is not None or who.maximum_age_years is not None
    if trial.rows.one(Eligibility) is None or not (has_ages or trial.source != "page") or _lacks_a_limit(trial):
        return None
    if (who.minimum_age and who.minimum_age_years is None) or (who.maximum_age and who.maximum_age_years is None):
        return None
    low = who.minimum_age_years if who.minimum_age_years is not None else 0
    high = who.maximum_age_years if who.maximum_age_years is not None else inf
    return _from_to(low, high)


@lru_cache(maxsize=1_000)
def _from_to(low: float, high: float) -> Region:
    return Region.of(Interval(low, high, True, high != inf))


def _lacks_a_limit(trial: Trial) -> bool:
    """Whether the record at hand leaves out an age that the registry's record may state."""
    if trial.source != "digest":  # the others leave nothing out
        return False
    who = trial.eligibility
    return any(
        getattr(who, name) is None and not trial.is_at_hand(trial.path(who, name)) for name in ("minimum_age", "maximum_age")
    )


@remembered
def _text_ages(trial: Trial) -> Region | None:
    """Ages that the criteria admit, where they name one limit for everybody."""
    reading = _reading(trial, _AGE)
    if (
        reading is None
        or _are_at_odds(reading.facts)
        or reading.limit is None
        or reading.limit.branches
        or len(reading.limit.rest.clauses) != 1
    ):
        return None
    alternatives = reading.limit.rest.clauses[0].alternatives
    return alternatives.get("age||a") if len(alternatives) == 1 else None


def _reading(trial: Trial, slot: Slot) -> Reading | None:
    """What the criteria say in a slot; of many trials nothing was read, which is soon told."""
    return trial.facts.reading(slot) if trial.rows.of(CriterionFact) else None


def _are_at_odds(facts: Sequence[CriterionFact]) -> bool:
    """Whether a range stands beside another age, as for the first participants or for one part of the trial."""
    limits = {(fact.eligible_low, fact.eligible_high) for fact in facts}
    return len(limits) > 1 and any(low is not None and high is not None for low, high in limits)


def _closed(region: Region) -> Region:
    """The region with its ends: "over 18" beside a field that says 18 is no difference worth a verdict."""
    return Region.of(*(Interval(each.low, each.high, each.low != -inf, each.high != inf) for each in region.intervals))


def age_cells(trials: Sequence[Trial]) -> list[Cell]:
    """The age of each trial with its verdict against the focal one."""
    cells = [_age_cell(trial) for trial in trials]
    regions = [age_region(trial) for trial in trials]
    for at in range(1, len(trials)):
        if not (cells[0].state == "stated" == cells[at].state):
            continue
        mine, theirs = regions[0], regions[at]
        if mine is None or theirs is None:
            unread = [each for each in (trials[0], trials[at]) if field_ages(each) is None]
            reason = _unread_words(unread) if unread else _UNSURE
            cells[at] = replace(cells[at], verdict="not comparable", verdict_reason=reason)
        else:
            found = verdict(everyone("", mine), everyone("", theirs))
            reason = f"{REASONS[found]}: {region_words(theirs, 'a')} beside {region_words(mine, 'a')}"
            cells[at] = replace(cells[at], verdict=found, verdict_reason=reason)
    return cells


def _unread_words(trials: Sequence[Trial]) -> str:
    """Which ages of the registry's fields are not known of these trials; a digest may give one limit and leave out the other."""
    lacking = {_limit_not_at_hand(trial) for trial in trials}
    which = f"{lacking.pop()} age was" if len(lacking) == 1 and None not in lacking else "age fields were"
    return f"the registry's {which} not read"


def _limit_not_at_hand(trial: Trial) -> str | None:
    """The one limit, "upper" or "lower", that a record which gives the other leaves out."""
    who = trial.eligibility
    if not _lacks_a_limit(trial) or (who.minimum_age is None) == (who.maximum_age is None):
        return None
    return "lower" if who.minimum_age is None else "upper"


@remembered
def _age_cell(trial: Trial) -> Cell:
    fields = field_ages(trial)
    in_text = _lines_in_text(trial, fields)
    noted = tuple(replace(line, note="in the criteria" + (f"; {line.note}" if line.note else "")) for line in in_text)
    if fields and _is_at_odds_with_onset(trial, fields):
        onset = (fact_line(trial.facts, fact) for fact in trial.facts.by_slot[_ONSET])
        noted += tuple(replace(line, note="in the criteria, at diagnosis; the disease is newly diagnosed") for line in onset)
    if fields is None:
        noted = (*_single_limits(trial), *noted)
        return Cell("stated", noted) if noted else trial.absent(trial.path(trial.eligibility, "minimum_age"))
    who = trial.eligibility
    sources = trial.sources(who, "minimum_age", who.minimum_age) if who.minimum_age else ()
    sources += trial.sources(who, "maximum_age", who.maximum_age) if who.maximum_age else ()
    value = {"minimum_years": who.minimum_age_years, "maximum_years": who.maximum_age_years}
    both = age_region(trial)
    note = None if both else _CONTRADICTION
    if both and both != fields and len(both.intervals) == 1:
        ends = both.intervals[0]
        value |= {"admitted_from_years": ends.low, "admitted_to_years": None if ends.high == inf else ends.high}
    if in_text and _text_ages(trial) is not None and _closed(_text_ages(trial) or fields) == fields:
        quoted = tuple(dict.fromkeys(source for each in in_text for source in each.sources))
        same = Line(_age_words(who, fields), (*sources, *quoted), value=value, note=_by_both(_text_ages(trial) or fields))
        return Cell("stated", (same,))
    line = Line(_age_words(who, fields), sources, value=value, note="by the registry's fields" if in_text else None)
    summary = line.text if both == fields else region_words(both, "a") if both else None
    return Cell("stated", (line, *noted), note=note, summary=summary)


def _by_both(text: Region) -> str:
    """That fields and criteria agree; where the criteria leave out an end that a field cannot leave out, what they say."""
    if _closed(text) == text:
        return "by fields and criteria alike"
    return f"by the registry's fields; the criteria say {region_words(text, 'a')}"


def _lines_in_text(trial: Trial, fields: Region | None) -> tuple[Line, ...]:
    """The ages of the criteria; where they name several on one side, each with the part of the trial that its words name."""
    facts = trial.facts.by_slot.get(Slot("age"), ())
    lows = {fact.eligible_low for fact in facts} - {None}
    highs = {fact.eligible_high for fact in facts} - {None}
    lines = []
    for fact in facts:
        line = fact_line(trial.facts, fact)
        several = (fact.eligible_low is not None and len(lows) > 1) or (fact.eligible_high is not None and len(highs) > 1)
        if several and not line.text.endswith((")", "]")) and not _is_of_fields(fact, fields):
            line = replace(line, text=line.text + _part_behind(trial, fact))
        lines.append(line)
    return tuple(lines)


def _is_of_fields(fact: CriterionFact, fields: Region | None) -> bool:
    """Whether a limit is one that the registry's fields give, for everybody; up to 17 years is also written as below 18."""
    if fields is None or not fields.intervals:
        return False
    low, high = fields.intervals[0].low, fields.intervals[0].high
    return fact.eligible_low in (None, low) and fact.eligible_high in (None, high, high + 1)


def _part_behind(trial: Trial, fact: CriterionFact) -> str:
    """The part of the trial that the words behind an age name, as "for the dose finding study"."""
    criterion = trial.facts.criteria[fact.criterion_id]
    part = expression("part_behind").search(criterion.text[fact.source_end - criterion.source_start :])
    return f" ({part[0]})" if part else FOR_WHOM


def _single_limits(trial: Trial) -> tuple[Line, ...]:
    """The one limit that a record gives which leaves out the other."""
    who = trial.eligibility
    if not _lacks_a_limit(trial):
        return ()
    named = (("minimum_age", "from", "upper"), ("maximum_age", "to", "lower"))
    lines = [
        trial.line(who, name, f"{word} {getattr(who, name)}", f"by the registry's field; the {other} limit is not at hand")
        for name, word, other in named
    ]
    return tuple(line for line in lines if line)


def _age_words(who: Eligibility, region: Region) -> str:
    if who.minimum_age is None and who.maximum_age is None:
        return "no limit of age"
    if {who.minimum_age_unit, who.maximum_age_unit} <= {"a", None}:
        if who.minimum_age is None:
            return f"up to {number(region.intervals[0].high)} years"
        return interval_words(region.intervals[0], "a")
    low = f"from {who.minimum_age}" if who.minimum_age else ""
    return " ".join(part for part in (low, f"to {who.maximum_age}" if who.maximum_age else "") if part)
