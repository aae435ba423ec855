"""Rungs of an escalation: never successive doses. Cohorts of other people are none."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence

from harvester.text.doses.dose_draft import Draft
from harvester.text.doses.dose_statement import Statement
from harvester.text.expressions.definition_file import expression
from harvester.text.expressions.gate import gated
from harvester.text.expressions.pattern import pattern_of
from harvester.text.written.number import read_number

_LADDER = expression("dose_ladder.ladder")
_LEVEL_LABEL = expression("dose_ladder.level_label")
_COHORT = pattern_of(r"(?:cohort|group|part|arm)s?", re.I)
_ESCALATES = pattern_of(r"escalat|ascending|increasing dose|dose[- ](?:level|climb|finding|ranging)|3 ?\+ ?3|rising", re.I)
# How often an amount is given stands before its label: "200 mg QD (Cohort 1), 200 mg BID (Cohort 2)".
_GIVEN = r"(?: ?(?:/day|QD|BID|TID|QW|Q\dW|once daily|twice daily|daily|weekly|IV|PO|SC|orally)(?![a-z]))"
_LABEL_BEHIND = pattern_of(
    rf"(?:{_GIVEN}{{1,3}} ?\( ?|\)(?: only)? (?=for |in )|(?: for dose \d{{1,2}})? ?\(? ?)(?:for |in |at )?"
    + _LEVEL_LABEL.pattern.pattern,
    re.I,
)
# adverse reactions of level 1 or below; a level of 10-15 ng/mL
_GRADE = pattern_of(r" ?\(?(?:CTCAE|or (?:below|less|lower|better))| ?(?:ng|[mu]?g|mcg|[mu]?mol|IU|U|uM|nM) ?/ ?[md]?L", re.I)
_IN_BLOOD = pattern_of(r"(?:target(?:ed)?|trough|serum|plasma|blood|drug|peak|therapeutic) $", re.I)
_WHEN = ("days", "weeks", "cycles")
_OTHER_PART = pattern_of(r"\W*(?:Part|Stage|Phase|Period|Study|Arm) ?-?[A-Z\d]{1,3} ?:", re.I)
_EXPANSION = r"(?! (?:an? |the )?(?:dose[- ]?)?(?:expan|cohort|phase|part|stage|3 ?\+ ?3))"
PATIENT_STEP = pattern_of(
    r"gradual\w*|doubl(?:ed|ing)|ramp[- ]up|step(?:ped|wise)?[- ]?(?:up|dos)|initial dos|(?<!maximum )(?<!maximally )(?<!max )"
    rf"tolerat(?!ed dose|ability)|(?<!accelerated )titrat(?!ion design)|"
    rf"(?:days|weeks|months) each|escalat\w+ every|every (?:second|third|fourth|"
    rf"other) week|then{_EXPANSION}|"
    rf"followed by{_EXPANSION}|"
    r"thereafter|guided by|(?:based on|according to|depending on) (?:the )?(?:clinical )?response",
    re.I,
)
# "dose escalation (2.5-5.0 mg/kg increments every 8 weeks) as tolerated"
_OF_ONE_PATIENT = pattern_of(r"escalation[^.;\n]{0,8}\([^()\n]{0,40}(?:increments?|steps?) every", re.I)
_OF_TRIAL = pattern_of(r"(?<![a-z])dose levels \(DLs?\)", re.I)  # "7 dose levels (DL): 100, 200, then 400 and 800 mg"
_VISIT = pattern_of(r"Visit \d{1,2} ?[-:(]", re.I)  # a time in the treatment of one patient
_ONE_GROUP = pattern_of(r"group ?-?[A-Z]", re.I)
LIST = pattern_of(r"[ ,/#;+]*(?:or|and)?[ ,/#]*", re.I)


def set_ladders(text: str, drafts: Sequence[Draft]) -> None:
    """Mark the rungs of an escalation: two or more amounts of one agent and unit in a text that speaks of levels or cohorts."""
    ladders: dict[tuple[str, str, int], list[Draft]] = {}
    for draft in drafts:
        if draft.role in (None, "single", "level") and "total" not in draft.flags:
            ladders.setdefault((draft.agent_key, draft.amount.unit, draft.statement.part), []).append(draft)
    for rungs in ladders.values():
        _set_ladder(text, rungs)
    _set_label_lists(text, drafts)
    _set_cohorts(text, drafts)


# "Cohorts 1, 2 and 3: 10, 20 and 30 mg"; "10, 20 and 30 mg in cohorts 1, 2 and 3, respectively"
_LABELS = gated(
    r"(?<![A-Za-z])(?P<word>(?:dose )?(?:level|cohort|group|DL|tier|step|arm|part))s? ?-?"
    r"(?P<list>(?:\d{1,2}|[A-HJ-NP-Z])"
    r"(?:(?:, ?(?:and |& )?| and | & )(?:\d{1,2}|[A-HJ-NP-Z])(?![\w.])(?! ?(?:[mu]?g|mcg|mL|IU)))+)",
    re.I,
)
_LABELS_BEHIND = pattern_of(
    rf",? (?:once |twice )?(?:daily |weekly )?(?:for |in |to |\()?(?:the )?{_LABELS.pattern.pattern}", re.I
)
_EACH_LABEL = pattern_of(r"\d+|[A-Za-z](?![A-Za-z])")


def _set_label_lists(text: str, drafts: Sequence[Draft]) -> None:
    """Give the labels of a list to the amounts of a list, one each; where they are not as many, no amount has any of them."""
    for _, group in itertools.groupby(drafts, key=lambda draft: (draft.agent_key, draft.statement.start)):
        for run in _runs(text, list(group)):
            found = _labels_of(text, run) if any(draft.role in (None, "single", "level") for draft in run) else None
            labels = _EACH_LABEL.findall(found["list"].replace("and", ",").replace("&", ",")) if found else []
            if found is None or len(run) < 2:
                continue
            for draft, label in itertools.zip_longest(run, labels[: len(run)]):
                draft.role = "level"
                draft.level_label = f"{found['word']} {label}" if len(labels) == len(run) else None
                draft.flags += [] if len(labels) == len(run) else ["label_open"]


def _labels_of(text: str, run: Sequence[Draft]) -> re.Match[str] | None:
    """The list of labels that stands before the amounts of ``run``, or right behind them."""
    start, first = run[0].statement.start, run[0].amount.start
    before = list(_LABELS.finditer(text, max(start, first - 120), first))
    if before and not re.search(r"\d", text[before[-1].end() : first]):
        return before[-1]
    return _LABELS_BEHIND.match(text, run[-1].amount.end)


def _runs(text: str, drafts: Sequence[Draft]) -> Iterator[list[Draft]]:
    """The plain lists that doses stand in: "10, 20 and 30 mg"."""
    run: list[Draft] = []
    for draft in drafts:
        if run and not LIST.fullmatch(text[run[-1].amount.end : draft.amount.start]):
            yield run
            run = []
        run.append(draft)
    if run:
        yield run


def _set_ladder(text: str, rungs: Sequence[Draft]) -> None:
    """Mark the rungs among the doses of one agent in one unit."""
    told = [tuple(str(rung.parts.get(kind)) for kind in _WHEN) for rung in rungs]
    untold = sum(each == ("None", "None", "None") for each in told)  # "160 mg (80 mg week 1, 120 mg week 2, 160 mg week 3)"
    apart = len(set(told)) == len(rungs) > 1 and (not any(each[0] == "None" for each in told) or (untold <= 1 and len(rungs) > 2))
    alike = len({(rung.amount.low, rung.amount.high) for rung in rungs}) == 1
    by_statement: dict[int, list[Draft]] = {}
    for rung in rungs:
        by_statement.setdefault(rung.statement.start, []).append(rung)
    respectively = {start: _listed_respectively(text, here) for start, here in by_statement.items()}
    escalating: dict[int, bool] = {}
    labels = [_own_label(text, rung) for rung in rungs]
    named = {label for label in labels if label}
    if len(rungs) > 1 and len(named) == 1 and _ONE_GROUP.fullmatch(min(named)) and not _ESCALATES.search(text):
        labels = [None] * len(rungs)  # "Group A: 12 ug, then 20 ug": who gets all of them
    for draft, label in zip(rungs, labels, strict=True):
        if draft.role not in (None, "single"):
            continue
        at = draft.statement.start
        if not label and (alike or (apart and not respectively[at])):
            continue  # the same amount again, or each at its own day: one patient's sequence
        if at not in escalating:
            escalating[at] = _is_escalating(text, draft.statement)
        if len(rungs) > 1 and (label or respectively[at] or escalating[at]):
            draft.role = "level"
        if label:
            draft.level_label = label


def _is_escalating(text: str, statement: Statement) -> bool:
    """Whether the text speaks of levels near a statement that does not raise the dose of one patient ("then", "as tolerated").

    A text of cohorts that escalates never does.
    """
    near = text[max(0, statement.start - 200) : statement.end + 120]
    if not _LADDER.search(near):
        return False
    if _OF_ONE_PATIENT.search(text, max(0, statement.start - 200), statement.end + 240):
        return False
    if _VISIT.match(text, statement.start) and "cohort" not in near.lower():
        return False
    cohorts = re.search(r"cohort", near, re.I) and re.search(r"dose[- ]escalation|escalation of (?:the )?dose", near, re.I)
    steps = {step.group().lower() for step in PATIENT_STEP.finditer(text, statement.start, statement.end)}
    return bool(cohorts) or not steps or (steps == {"then"} and _OF_TRIAL.search(near) is not None)


def _set_cohorts(text: str, drafts: Sequence[Draft]) -> None:
    """Tell cohorts of other people from rungs: with no escalation told and amounts that do not rise, the cohort is for whom."""
    for _, group in itertools.groupby(drafts, key=lambda draft: (draft.agent_key, draft.amount.unit)):
        rungs = [draft for draft in group if draft.role in (None, "single", "level")]
        named = [draft for draft in rungs if draft.level_label and _COHORT.match(draft.level_label)]
        if len(named) < 2 or _ESCALATES.search(text):
            continue
        lows = [draft.amount.low for draft in rungs]
        if all(a <= b for a, b in itertools.pairwise(lows)):
            continue
        label = None
        for draft in rungs:
            elsewhere = label is not None and (
                label.statement.line != draft.statement.line or _OTHER_PART.match(text, draft.statement.start)
            )
            if draft.level_label is None and elsewhere:
                label = None
            label = draft if draft.level_label else label
            draft.role = None
            if label:
                draft.condition = draft.condition or label.level_label or label.condition
            draft.level_label = None


def _listed_respectively(text: str, here: Sequence[Draft]) -> bool:
    """Whether the rungs of one statement stand in a list that "respectively" closes: an amount for each of several groups."""
    plain = all(LIST.fullmatch(text[a.amount.end : b.amount.start]) for a, b in itertools.pairwise(here))
    return (
        len(here) > 1
        and plain
        and re.match(r",? ?respectively", text[here[-1].amount.end : here[-1].amount.end + 16], re.I) is not None
    )


_CLOSED = pattern_of(r"[^()]*\)")
_AMOUNT_TOLD = pattern_of(r"\d ?(?:mg|ug|mcg|g|mL|cells|IU|Gy)(?![a-z])|10 ?\^ ?\d|\d[eE]\d", re.I)
_AMOUNT = r"\d ?(?:[mu]?g|mcg|mL|IU|units?|cells)(?:/[a-z0-9]+)*"
_BEHIND_IT = r"{0,3}(?:(?: for dose \d{1,2})? \(|\)(?: only)? (?:for|in) )$"
_OF_AMOUNT = pattern_of(_AMOUNT + _GIVEN + _BEHIND_IT, re.I)
_OF_NAMED = pattern_of(rf"{_AMOUNT} [a-z-]{{4,20}} \($|{_AMOUNT}{_GIVEN}{_BEHIND_IT}", re.I)  # "4 mg drugamab (group D)"


def _is_aside(text: str, label: re.Match[str], amount: int) -> bool:
    """Whether a label stands among other words in brackets that close before the amount: "(by the data of Group 1), 800 mg"."""
    closed = _CLOSED.match(text, label.end(), amount)
    return closed is not None and text[label.start() - 1 : label.start()] + text[label.end() : label.end() + 1] != "()"


def _own_label(text: str, draft: Draft) -> str | None:
    """The name of the level written before the amount, as ``Cohort 2`` or ``Dose level 1``."""
    behind = _LABEL_BEHIND.match(text, draft.amount.end)
    if behind and not text.startswith(":", behind.end()):
        return re.sub(r"^(?:only )?(?:for|in|at) ", "", behind.group().rpartition("(")[2].strip(" )"))
    opening = _LEVEL_LABEL.match(text, draft.statement.start, draft.amount.start)
    start = max(draft.statement.start, draft.amount.start - 70)
    opens = opening and opening.end() < start and text.startswith(":", opening.end())
    if opening and opens and not _AMOUNT_TOLD.search(text, opening.end(), draft.amount.start):
        return opening.group().strip()  # "Dose level 2: the dose … with drugamab 80 mg"
    found = list(_LEVEL_LABEL.finditer(text, start, draft.amount.start))
    if found and _IN_BLOOD.search(text, max(0, found[-1].start() - 14), found[-1].start()):
        return None
    if found and (_GRADE.match(text, found[-1].end()) or _is_aside(text, found[-1], draft.amount.start)):
        return None
    ends = _OF_NAMED if found and text.startswith(")", found[-1].end()) else _OF_AMOUNT
    if found and ends.search(text, max(0, found[-1].start() - 36), found[-1].start()):
        return None  # "0.5 mg/kg (Group D), or drugamab 0.15 mg/kg": of the amount before
    if found and not re.search(r"\d ?(?:mg|ug|g|cells|kg)\b", text[found[-1].end() : draft.amount.start]):
        return found[-1].group().strip()
    return None


_COUNT_BEFORE = pattern_of(r"(?<![a-z\d])(?P<n>two|three|four|five|six|[2-6]) (?:daily |consecutive |sequential )?$", re.I)
_DOSES_BEHIND = pattern_of(r" (?:daily |consecutive )?doses(?![a-z])", re.I)


def counted_doses(text: str, draft: Draft, drafts: Sequence[Draft]) -> bool:
    """Whether the amounts of a list are as many doses, told before it: "three 0.5, 2 and 2 mg/kg doses"."""
    members = [each for each in drafts if each.amount.group is not None and each.amount.group == draft.amount.group]
    if len(members) < 2 or not _DOSES_BEHIND.match(text, members[-1].amount.end):
        return False
    count = _COUNT_BEFORE.search(text, max(0, members[0].amount.start - 24), members[0].amount.start)
    number = read_number(count["n"], 0) if count else None
    return number is not None and number.value == len(members)
