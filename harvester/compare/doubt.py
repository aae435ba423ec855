"""Doubts: why it cannot be told whom the facts of a slot admit. Where there is one, no verdict is given.

Each doubt is a rule of its own with a sentence for the reader; all look at the facts and at the words around them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from functools import cache
from typing import TYPE_CHECKING

from harvester.compare.concept import concept
from harvester.compare.definition_file import expression, read_yaml
from harvester.compare.fact_region import axis_of, branch_of, is_converted, is_turned, region_of
from harvester.compare.window import has_window
from harvester.tables import CriterionFact

if TYPE_CHECKING:
    from harvester.compare.eligible import TrialFacts

_ROUNDING = 0.02
"""Share by which a limit written in two units may differ: 9 g/dL of haemoglobin are also written as 5.6 mmol/L."""
_TWICE = "one criterion states two limits, and for whom each of them holds was not read"
_DEEPEST = 9
"""Levels of a list that are climbed."""
_FAR = 80
_NEAR = 40
_BEHIND = 200
"""Code points around a presence in which "or", and behind a limit in which words that spare somebody, are looked for."""
_LISTED = re.compile(r"[,/、，；：:]")
_SENTENCE_END = re.compile(r"[.;\n](?=\s|$)")


def doubt_about(trial: TrialFacts, facts: Sequence[CriterionFact], joined: Sequence[CriterionFact]) -> str | None:
    """The first doubt about the facts of a slot, and about those ``joined`` to them by OR; None where there is none."""
    return _of_all(trial, facts) or next((why for each in joined if (why := _of_one(trial, each))), None)


def _of_all(trial: TrialFacts, facts: Sequence[CriterionFact]) -> str | None:
    scopes = {trial.scope(fact) for fact in facts} - {None}
    if scopes:
        return "the limit is one part's of the trial: " + ", ".join(sorted(each for each in scopes if each))
    told = next((why for holds, why in _doubts() if any(holds(trial, fact) for fact in facts)), None)
    if told is not None:
        return told
    if _limits_twice(facts):
        return _TWICE
    if any(trial.section(fact) == "unknown" for fact in facts):
        return "the text does not say whether it includes or excludes"
    return None


@cache
def _doubts() -> tuple[tuple[Callable[[TrialFacts, CriterionFact], bool], str], ...]:
    """The doubts about one fact, the first that holds is told; made when first asked, since their rules stand below."""
    return (
        (_is_excepted, "an exception is written"),
        (_is_spared_with_kin, "an exception is written behind a measure of the same thing"),
        (needs_more, "the criterion excludes only together with something else"),
        (is_of_a_share, "a share of the cells must carry it, and which was not read with it"),
        (is_one_way_of_several, "it is one way of several to be included"),
        (has_unread_alternative, "an alternative stands beside it and was not read"),
        (_mixes_measures, "alternatives of different kinds stand together"),
        (_has_choice_of_some, "an alternative stands beside it that holds for some people only"),
        (_is_joined_by_and, "alternatives and limits that hold together stand in one sentence"),
        (_hangs_on_a_condition, "the limit hangs on a condition that was not read"),
        (_spares_somebody, "the words behind the limit spare some people, and which limit holds for them was not read"),
        (_is_eased_beside, "a line beside it lets in some people who exceed the limit"),
        (_has_another_limit, _TWICE),
    )


def _is_excepted(_: TrialFacts, fact: CriterionFact) -> bool:
    condition = fact.condition or ""
    return bool(fact.exception and not condition) or expression("except").match(condition) is not None


def _has_another_limit(trial: TrialFacts, fact: CriterionFact) -> bool:
    return any(_has_another_end(fact, each) for each in _like(trial, fact))


def needs_more(trial: TrialFacts, fact: CriterionFact) -> bool:
    """Whether an exclusion may join the fact to something else by AND, so that it does not exclude by itself.

    What holds of one of two measures of one thing holds of the other: "treated and systolic > 160 or diastolic > 100".
    """
    return _needs_more(trial, fact) or any(_needs_more(trial, each) for each in _kin(trial, fact) if not each.exception)


def _is_spared_with_kin(trial: TrialFacts, fact: CriterionFact) -> bool:
    """Whether an exception stands behind another measure of the same thing: "INR and aPTT ≤ 1.5 unless on warfarin"."""
    return any(
        expression("except").match(each.condition or "") for each in _kin(trial, fact) if each.source_start > fact.source_end
    )


def _kin(trial: TrialFacts, fact: CriterionFact) -> list[CriterionFact]:
    """The facts of other measures of the same thing that stand close to a fact in its criterion."""
    kin = {each for group in read_yaml("alignment.yaml")["beside_each_other"] if fact.concept in group for each in group}
    own = (each for each in trial.of_criterion[fact.criterion_id] if each.concept in kin - {fact.concept})
    return [each for each in own if max(each.source_start - fact.source_end, fact.source_start - each.source_end) < _FAR]


def _needs_more(trial: TrialFacts, fact: CriterionFact) -> bool:
    criterion = trial.criteria[fact.criterion_id]
    if criterion.section != "exclusion":
        return False
    behind = criterion.text[fact.source_end - criterion.source_start :]
    if expression("more_behind").match(behind) or (
        fact.comparator in ("present", "absent") and expression("unwilling").match(behind)
    ):
        return True
    single = {each for group in read_yaml("alignment.yaml")["each_by_itself"] if fact.concept in group for each in group}
    for other in trial.of_criterion[fact.criterion_id]:
        if other.concept in single:
            continue
        first, last = sorted((fact, other), key=lambda each: each.source_start)
        between = criterion.text[first.source_end - criterion.source_start : last.source_start - criterion.source_start]
        is_parted = expression("or_or_end").search(between) is not None
        if expression("and").search(between) and not is_parted:
            return True
        if other.concept != fact.concept and between.strip() and not is_parted and not _LISTED.search(between):
            return True
    return False


def is_of_a_share(trial: TrialFacts, fact: CriterionFact) -> bool:
    """Whether a percentage of cells stands right beside a finding, as in "≥ 5 % blasts expressing CD19"."""
    if fact.comparator not in ("present", "absent"):
        return False
    criterion = trial.criteria[fact.criterion_id]
    start, end = fact.source_start - criterion.source_start, fact.source_end - criterion.source_start
    before, behind = criterion.text[max(0, start - _NEAR) : start], criterion.text[end : end + _NEAR]
    return expression("share_before").search(before) is not None or expression("share_behind").match(behind) is not None


def is_one_way_of_several(trial: TrialFacts, fact: CriterionFact) -> bool:
    """Whether an inclusion stands under a line that asks for one of its sub-items, or ends with "or"."""
    criterion = trial.criteria[fact.criterion_id]
    if criterion.section != "inclusion":
        return False
    if expression("ends_with_or").search(criterion.text):
        return True
    parent, steps = trial.criteria.get(criterion.parent_id or ""), 0
    while parent is not None and steps < _DEEPEST:
        if expression("one_of").search(parent.text):
            return True
        parent, steps = trial.criteria.get(parent.parent_id or ""), steps + 1
    return False


def is_qualified(trial: TrialFacts, fact: CriterionFact) -> bool:
    """Whether an exclusion by a finding describes it further, as "symptomatic" or "requiring treatment" do."""
    criterion = trial.criteria[fact.criterion_id]
    if criterion.section != "exclusion" or concept(fact.concept).told_by != "presence":
        return False
    start, end = fact.source_start - criterion.source_start, fact.source_end - criterion.source_start
    before = criterion.text[max(0, start - _NEAR) : start]
    return (
        expression("qualified_before").search(before) is not None
        or expression("qualified").search(criterion.text[start : end + _FAR]) is not None
    )


def has_unread_alternative(trial: TrialFacts, fact: CriterionFact) -> bool:
    """Whether an inclusion goes on with "or …" behind a limit, or near what must be there, without a fact for it."""
    criterion = trial.criteria[fact.criterion_id]
    if criterion.section != "inclusion" or fact.alternative_group is not None:
        return False
    start, end = fact.source_start - criterion.source_start, fact.source_end - criterion.source_start
    if fact.comparator in ("present", "absent"):
        is_asked_for = fact.eligible_set is not None and json.loads(fact.eligible_set) == ["present"]
        return is_asked_for and expression("or").search(criterion.text[max(0, start - _NEAR) : end + _NEAR]) is not None
    return expression("alternative_behind").match(criterion.text[end:]) is not None


def _mixes_measures(trial: TrialFacts, fact: CriterionFact) -> bool:
    """Whether a person might meet something quite different in place of the fact."""
    rules = read_yaml("alignment.yaml")
    groups = [*rules["instead_of_each_other"], *rules["beside_each_other"]]
    alike = {fact.concept, *(each for group in groups if fact.concept in group for each in group)}
    return any(each.concept not in alike for each in trial.choices(fact))


def _has_choice_of_some(trial: TrialFacts, fact: CriterionFact) -> bool:
    """Whether what may be met in place of the fact is offered to other people than the fact is asked of.

    Scores are: one belongs to some ages, another to the others.
    """
    if fact.concept in read_yaml("alignment.yaml")["scores_by_age"]:
        return False
    return any(trial.branch(each) != trial.branch(fact) for each in trial.other_choices(fact))


def _is_joined_by_and(trial: TrialFacts, fact: CriterionFact) -> bool:
    """Whether "and" stands right behind the first of two values that were taken for alternatives."""
    text, offset = trial.criteria[fact.criterion_id].text, trial.criteria[fact.criterion_id].source_start
    for other in trial.choices(fact):
        first = min(fact, other, key=lambda each: each.source_start)
        if expression("and_behind").match(text[first.source_end - offset :]):
            return True
    return False


def _hangs_on_a_condition(trial: TrialFacts, fact: CriterionFact) -> bool:
    """Whether "if …" stands before a limit in its sentence, and the fact has no condition."""
    if fact.condition or has_window(fact) or fact.comparator in ("present", "absent"):
        return False
    criterion = trial.criteria[fact.criterion_id]
    before = criterion.text[: fact.source_start - criterion.source_start]
    sentence = _SENTENCE_END.split(before)[-1]
    return expression("if").search(sentence) is not None


def _spares_somebody(trial: TrialFacts, fact: CriterionFact) -> bool:
    """Whether the words behind a limit for everybody speak of people for whom it does not hold, without a fact about them."""
    if fact.condition or has_window(fact) or fact.comparator in ("present", "absent"):
        return False
    own = trial.of_criterion[fact.criterion_id]
    if any(each.concept == fact.concept and (each.condition or each.exception) for each in own):
        return False
    criterion = trial.criteria[fact.criterion_id]
    later = [
        each.source_start
        for each in own
        if each.source_start >= fact.source_end and each.concept != fact.concept and not concept(each.concept).is_of_details
    ]
    end = min([*later, fact.source_end + _BEHIND]) - criterion.source_start
    behind = criterion.text[fact.source_end - criterion.source_start : end]
    return expression("spared").search(behind) is not None or expression("other_value").match(behind) is not None


def _is_eased_beside(trial: TrialFacts, fact: CriterionFact) -> bool:
    """Whether another line under the same heading names the concept and lets in people who exceed its limits."""
    parent, words = trial.criteria[fact.criterion_id].parent_id, concept(fact.concept).words
    beside = (each.text for each in trial.criteria.values() if each.parent_id == parent)
    return any(words.stand_in(text.casefold()) for text in beside if expression("easing").search(text))


def _limits_twice(facts: Sequence[CriterionFact]) -> bool:
    """Whether one criterion limits the same people twice on one side, by different values."""
    seen: dict[tuple[str, str, bool], float | None] = {}
    for fact in facts:
        if fact.alternative_group is not None or has_window(fact):
            continue
        for is_low, end in ((True, fact.eligible_low), (False, fact.eligible_high)):
            place = (fact.criterion_id, branch_of(fact), is_low)
            if end is not None and seen.setdefault(place, end) != end:
                return True
    return False


def is_one_limit_of_several(trial: TrialFacts, fact: CriterionFact) -> bool:
    """Whether its criterion offers another limit of the same measure for the same people: "at least 70 % (MAC) or 60 % (RIC)"."""
    return any(_sides(each) != _sides(fact) or _has_another_end(each, fact) for each in _like(trial, fact))


def _like(trial: TrialFacts, fact: CriterionFact) -> list[CriterionFact]:
    return [each for each in trial.choices(fact) if axis_of(each) == axis_of(fact) and branch_of(each) == branch_of(fact)]


def _sides(fact: CriterionFact) -> tuple[bool, bool]:
    return fact.eligible_low is None, fact.eligible_high is None


def _has_another_end(left: CriterionFact, right: CriterionFact) -> bool:
    """Whether two limits lie on one side at different values; one that is only written in another unit is no other limit."""
    allowed = _ROUNDING if is_converted(left) or is_converted(right) else 0.0
    return any(
        mine is not None and theirs is not None and abs(mine - theirs) > allowed * max(abs(mine), abs(theirs))
        for mine, theirs in ((left.eligible_low, right.eligible_low), (left.eligible_high, right.eligible_high))
    )


def _of_one(trial: TrialFacts, fact: CriterionFact) -> str | None:
    """Why it cannot be told who may join by this fact, or None when it can."""
    if region_of(fact, trial.criteria[fact.criterion_id]) is None:
        return "who may join was not read"
    if fact.alternative_group is not None and trial.section(fact) == "exclusion" and not is_turned(fact):
        return "alternatives inside an exclusion"
    return None
