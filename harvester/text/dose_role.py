"""The part a dose plays: a cap, one rung of an escalation, a step, a loading dose … and who or what it is for.

A ladder of dose levels is never a sequence of doses: every rung is ``level``. "Escalated to 28 ug/day" for one patient is a step.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence

from harvester.text.dose_choice import set_choices
from harvester.text.dose_draft import Draft

_MAX = re.compile(
    r"(?:max(?:imum|imal)?\.?|not (?:to )?exceed(?:ing)?|no more than|capped? at|cap of|≤|upper limit(?: of)?|"
    r"do not exceed|up to(?: a)?(?: maximum)?)"
    r"(?: (?:of|dose|daily|total|single|tolerated|allowed|cumulative|is|at|dosage|a|the|weekly))*[ :(=]*$",
    re.I,
)
_MAX_AFTER = re.compile(
    r" ?(?:\((?:max(?:imum)?|cap)(?: dose)?\)|max(?:imum)?\b(?! (?:tolerated|of|dose|single|daily|" r"total|\d)| ?[:=(]))", re.I
)
_LOADING = re.compile(r"loading|bolus dose|lead[- ]?in|priming", re.I)
_MAINTENANCE = re.compile(r"maintenance", re.I)
_PREMED = re.compile(
    r"pre-?medicat|to (?:mitigate|prevent) (?:the risk of )?(?:cytokine|CRS|infusion|allerg|hypersens)|"
    r"prior to (?:each )?infusion",
    re.I,
)
_NEXT = re.compile(r"(?<![a-z])(?:followed by|then)(?![a-z])", re.I)
_SINGLE = re.compile(
    r"single[- ]dose|single (?:iv |intravenous |oral )?(?:infusion|injection)|one time|single administration", re.I
)
_RESCUE = re.compile(r"rescue|break-?through|as needed for", re.I)
_LADDER = re.compile(
    r"dose[- ](?:level|group|escalat|climb|finding|cohort)|escalat(?:ed|ing) dos|(?:escalating|"
    r"ascending|increasing) doses?|cohorts? ?-?\d|level ?-?\d|de-escalat|3 ?\+ ?3|"
    r"dose ?levels?|dose groups?|starting dose.{0,20}cohort|dose cohorts?|dose ?ranging|group-?[A-D]\b",
    re.I,
)
_LEVEL_LABEL = re.compile(
    r"(?<![A-Za-z])(?:dose )?(?:level|cohort|group|DL|tier|step)s? ?-?(?:\d+(?:(?:-| and | & | to )\d+(?! ?(?:x|×|mg|ug|g|mL)(?![a-z])))?|"
    r"(?-i:[A-F])(?![a-z]))|"
    r"(?<![A-Za-z])(?:high|low|medium|middle|mid)[ -]dose(?= ?:)",
    re.I,
)
_COHORT = re.compile(r"(?:cohort|group|part|arm)s?", re.I)
_ESCALATES = re.compile(r"escalat|ascending|increasing dose|dose[- ](?:level|climb|finding|ranging)|3 ?\+ ?3|rising", re.I)
_LABEL_BEHIND = re.compile(r" ?\(? ?" + _LEVEL_LABEL.pattern, re.I)
_PATIENT_STEP = re.compile(
    r"gradual\w*|ramp[- ]up|step(?:ped|wise)?[- ]?(?:up|dos)|initial dos|tolerat|titrat|then|followed by|" r"thereafter", re.I
)
_LIST = re.compile(r"[ ,/#;+]*(?:or|and)?[ ,/#]*", re.I)
_TOTAL = re.compile(r"total(?: daily| single| cumulative)?(?: dose| dosage| volume)?(?: of|:| is)? ?$", re.I)
_IN_ALL = re.compile(r" ?\(?(?:in )?total(?! (?:dose|of|daily|body))(?![a-z])", re.I)
_OR = re.compile(r"(?<![A-Za-z])(?:or|either|vs\.?|versus)(?![A-Za-z])|^ ?/ ?$", re.I)
_OTHER_PEOPLE = re.compile(r"(?:patients|subjects|participants|group|arm|cohort)(?![a-z])", re.I)
_CONDITION = re.compile(
    r"(?:(?<![A-Za-z])(?:if|in case of|when|unless|for (?:patients|subjects|those|participants|"
    r"children|adults|individuals)(?: who| with| weighing| aged)?|"
    r"(?:patients|subjects|participants|children|adults) (?=[<>≤≥]|weighing|aged|with)|up to (?=\d+ ?kg)|"
    r"body weight )[^,:;.()\n]{2,70})"
    r"|(?:(?<![\d.])\d+(?:\.\d+)? ?(?:kg)? ?(?:to|-) ?)?[<>≤≥]=? ?\d+(?:\.\d+)? ?(?:kg|years?|y|m2)(?![A-Za-z])(?: body weight)?"
    r"|(?<![\d.])\d\.\d+ ?(?:to|-) ?<?\d\.\d+ ?m2"
    r"|(?:dose )?(?:may|can|could|should|might) be (?:reduced|decreased|increased|escalated|adjusted|modified|raised|lowered) to"
    r"|(?<=\()\d+(?:\.\d+)? ?(?:-|to) ?\d+(?:\.\d+)? ?(?:years|yrs|months|kg)(?![a-z])",
    re.I,
)


# A label of people right before the amount: "eGFR 30-60: 5 mg", "20-40 kg: 200 mg".
_BAND_LABEL = re.compile(
    r"(?:^|(?<=[;,.(:]))\s*(?P<who>[^:;,.()\n]{0,60}?(?:[<>≥≤]=? ?\d|\d ?(?:-|to) ?\d)[^:;,()\n]{0,40}): ?"
    r"(?:[A-Za-z][\w-]* ){0,3}$"
)
_TIME_LABEL = re.compile(
    r"\W*(?:on )?(?:days?|weeks?|cycles?|courses?|months?|cohorts?|levels?|dose|d\d|c\d|w\d|hours?|"
    r"years? \d|phase|arm|group|step)",
    re.I,
)


def set_conditions(text: str, drafts: Sequence[Draft]) -> None:
    """Set for whom or when each dose is, where that is written beside it."""
    previous_end = 0
    for draft in drafts:
        draft.condition = _condition(text, draft, previous_end)
        previous_end = draft.amount.end


def set_roles(text: str, drafts: Sequence[Draft]) -> None:
    """Set role, level label and alternative of every dose of one text, whose timing and conditions are read."""
    for draft in drafts:
        draft.role = _own_role(text, draft)
    _set_ladders(text, drafts)
    _set_alternatives(text, drafts)
    set_choices(text, drafts)
    _set_lists(text, drafts)
    _set_bands(drafts)
    _set_steps(text, drafts)


def is_cap(text: str, start: int, end: int) -> bool:
    """Whether the amount at ``[start, end)`` is a cap such as ``max 2 mg``."""
    before = text[max(0, start - 40) : start]
    found = _MAX.search(before)
    if found and found.group().lower().startswith("up to") and re.search(r"\d ?$", before[: found.start()]):
        return False
    return bool(found) or bool(_MAX_AFTER.match(text, end))


def _own_role(text: str, draft: Draft) -> str | None:
    """The role that the words around one amount tell."""
    amount = draft.amount
    if is_cap(text, amount.start, amount.end):
        return "max"
    if draft.agent and "placebo" in draft.agent.name.lower():
        return "placebo"
    clause = re.split(
        r"[,;]|(?<![a-z])(?:followed by|then|after)(?![a-z])", text[amount.end : min(draft.statement.end, amount.end + 60)]
    )[0]
    before = re.split(
        r"[,;]|(?<![a-z])(?:followed by|then|after)(?![a-z])", text[max(draft.statement.start, amount.start - 60) : amount.start]
    )[-1]
    own = before + clause
    if (
        _PREMED.search(text, draft.statement.start, draft.statement.end)
        and draft.agent
        and re.search(r"sone|solone|hydramine|acetaminophen|paracetamol|tidine|chlorphen", draft.agent.name, re.I)
    ):
        return "premedication"
    for pattern, role in ((_LOADING, "loading"), (_MAINTENANCE, "maintenance"), (_RESCUE, "rescue")):
        if pattern.search(own):
            return role
    around = text[max(draft.statement.start, amount.start - 60) : min(draft.statement.end, amount.end + 50)]
    at = min(60, amount.start - draft.statement.start)
    around = _NEXT.split(around[:at])[-1] + _NEXT.split(around[at:])[0]
    return "single" if _SINGLE.search(around) and "frequency" not in draft.parts else None


def _condition(text: str, draft: Draft, previous_end: int) -> str | None:
    """For whom or when the dose is, where that is written shortly before or after it."""
    start = max(draft.statement.start, draft.amount.start - 110, previous_end)
    found = list(_CONDITION.finditer(text, start, draft.amount.start))
    if (
        found
        and previous_end > draft.statement.start
        and not re.search(r"[,;.:]|^ ?(?:and|or) ?$", text[previous_end : found[-1].start()])
    ):
        found = []  # said of the amount before
    if found and not re.search(r"[;.]|\d ?(?:mg|ug|g|mL)\b", text[found[-1].end() : draft.amount.start]):
        return found[-1].group().strip()
    label = _BAND_LABEL.search(text[start : draft.amount.start])
    if label and not _TIME_LABEL.match(label["who"]):
        return label["who"].strip(" *•-")
    after = _CONDITION.search(text, draft.amount.end, min(draft.statement.end, draft.amount.end + 60))
    of_next = after is not None and text[after.end() : after.end() + 2].strip().startswith(":")
    if after and not of_next and not re.search(r"\d ?(?:mg|ug|g|mL)\b|[,;]", text[draft.amount.end : after.start()]):
        return after.group().strip()
    return None


def _set_ladders(text: str, drafts: Sequence[Draft]) -> None:
    """Mark the rungs of an escalation: two or more amounts of one agent and unit in a text that speaks of levels or cohorts."""
    for draft in drafts:
        if draft.role not in (None, "single"):
            continue
        rungs = [
            other
            for other in drafts
            if other.agent_key == draft.agent_key
            and other.amount.unit == draft.amount.unit
            and other.role in (None, "single", "level")
        ]
        label = _own_label(text, draft)
        near = text[max(0, draft.statement.start - 200) : draft.statement.end + 120]
        listed = len(rungs) > 1 and (_listed_respectively(text, draft, rungs))
        if listed or (
            len(rungs) > 1
            and (label or (_LADDER.search(near) and not _PATIENT_STEP.search(text[draft.statement.start : draft.statement.end])))
        ):
            draft.role = "level"
        elif label and _LADDER.search(near):
            draft.role = "level" if len(rungs) > 1 else draft.role
        if label:
            draft.level_label = label
    _set_cohorts(text, drafts)


def _set_cohorts(text: str, drafts: Sequence[Draft]) -> None:
    """Tell cohorts of other people from rungs: where no escalation is told and the amounts do not rise, the cohort is for whom."""
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
            if draft.level_label is None and label and label.statement.line != draft.statement.line:
                label = None
            label = draft if draft.level_label else label
            draft.role = None
            if label:
                draft.condition = draft.condition or label.level_label or label.condition
            draft.level_label = None


def _listed_respectively(text: str, draft: Draft, rungs: Sequence[Draft]) -> bool:
    """Whether the rungs stand in one plain list that "respectively" closes: one amount for each of several groups."""
    here = [rung for rung in rungs if rung.statement is draft.statement]
    plain = all(_LIST.fullmatch(text[a.amount.end : b.amount.start]) for a, b in itertools.pairwise(here))
    return (
        len(here) > 1
        and plain
        and re.match(r",? ?respectively", text[here[-1].amount.end : here[-1].amount.end + 16], re.I) is not None
    )


def _set_lists(text: str, drafts: Sequence[Draft]) -> None:
    """Mark the amounts of bare lists, which are of different groups, as levels."""
    for draft in drafts:
        same = [o for o in drafts if o.statement is draft.statement and o.agent_key == draft.agent_key and not o.alternative]
        if draft.role is None and not draft.alternative and _plain_list(text, draft, same):
            stepping = _PATIENT_STEP.search(text, draft.statement.start, draft.statement.end)
            draft.role = "step" if stepping else "level"


def _plain_list(text: str, draft: Draft, rungs: Sequence[Draft]) -> bool:
    """Whether the amount is one of a bare list of one unit, and no choice: ``1 x 10^5, 3 x 10^5 and 1 x 10^6 cells/kg``."""
    if "combination" in draft.amount.flags:
        return False
    for other in rungs:
        if other is not draft and other.amount.unit == draft.amount.unit:
            first, second = sorted((draft.amount, other.amount), key=lambda amount: amount.start)
            between = text[first.end : second.start]
            if (
                _LIST.fullmatch(between)
                and "or" not in between.lower()
                and first.low != second.low
                and not re.search(r"/|\+", between)
            ):
                return True
    return False


def _own_label(text: str, draft: Draft) -> str | None:
    """The name of the level written before the amount, as ``Cohort 2`` or ``Dose level 1``."""
    behind = _LABEL_BEHIND.match(text, draft.amount.end)
    if behind:
        return behind.group().strip(" (")
    start = max(draft.statement.start, draft.amount.start - 70)
    found = list(_LEVEL_LABEL.finditer(text, start, draft.amount.start))
    if found and not re.search(r"\d ?(?:mg|ug|g|cells|kg)\b", text[found[-1].end() : draft.amount.start]):
        return found[-1].group().strip()
    return None


def _set_alternatives(text: str, drafts: Sequence[Draft]) -> None:
    """Mark amounts of one agent that are to be chosen from: joined by "or", or by a slash."""
    for first, second in itertools.pairwise(drafts):
        if first.statement.line != second.statement.line or "max" in (first.role, second.role):
            continue
        if first.agent_key != second.agent_key or "level" in (first.role, second.role):
            continue
        between = text[first.amount.end : second.amount.start]
        if first.statement is not second.statement:
            continue
        near = _OR.search(between[-45:]) or _OR.search(between[:6])
        joined = near and not re.search(r"(?<![a-z])then|followed by", between, re.I) and "\n" not in between
        if re.fullmatch(r" ?/ ?", between) and first.amount.low == second.amount.low:
            continue  # two parts of one piece
        if joined and len(between) < 160 and "combination" not in first.amount.flags and not re.search(r"\bor until\b", between):
            first.alternative = second.alternative = True
    _set_sequences(text, drafts)
    for first, second in reversed(list(itertools.pairwise(drafts))):  # "50, 100 or 200 mg": the whole list is a choice
        plain = first.statement is second.statement and _LIST.fullmatch(text[first.amount.end : second.amount.start])
        if second.alternative and plain and first.agent_key == second.agent_key and first.role in (None, "single"):
            first.alternative = True


def _set_sequences(text: str, drafts: Sequence[Draft]) -> None:
    """Mark three or more amounts joined by slashes that neither rise nor fall throughout as steps, none as a choice.

    Their times are kept only where one is told: which of several belongs to which amount the text does not say.
    """
    lists: dict[int, list[Draft]] = {}
    for draft in drafts:
        if draft.amount.group is not None:
            lists.setdefault(draft.amount.group, []).append(draft)
    for members in lists.values():
        lows = [draft.amount.low for draft in members]
        pairs = list(itertools.pairwise(lows))
        slashed = all("/" in text[a.amount.end : b.amount.start] for a, b in itertools.pairwise(members))
        if len(members) < 3 or not slashed or all(a < b for a, b in pairs) or all(a > b for a, b in pairs):
            continue
        several = any(
            draft.parts.get(kind) != members[0].parts.get(kind) for draft in members for kind in ("days", "weeks", "cycles")
        )
        for draft in members:
            draft.role, draft.alternative = "step", False
            if several:
                draft.parts = {kind: m for kind, m in draft.parts.items() if kind not in ("days", "weeks", "cycles")}


def _set_bands(drafts: Sequence[Draft]) -> None:
    """Mark amounts of one agent for different people (by weight, by age) as alternatives."""
    for draft in drafts:
        same = [
            o for o in drafts if o is not draft and o.agent_key == draft.agent_key and o.statement.line == draft.statement.line
        ]
        others = [o for o in same if o.condition and o.condition != draft.condition]
        instead = draft.main is not None and draft.condition is not None
        if draft.role in (None, "placebo") and ((draft.condition and others) or instead):
            draft.alternative = True


def _for_others(text: str, draft: Draft, other: Draft) -> bool:
    """Whether two amounts are of different people: a group is named between them, or they stand far apart."""
    first, second = sorted((draft.amount, other.amount), key=lambda amount: amount.start)
    return second.start - first.end > 400 or _OTHER_PEOPLE.search(text, first.end, max(first.end, second.start)) is not None


_TIMES = ("days", "weeks", "cycles", "anchor", "duration", "until")
_ORDER = re.compile(
    r"(?<![A-Za-z])(?:then|follow\w*|thereafter|afterwards|subsequent\w*|later|increas\w*|decreas\w*|escalat\w*|titrat\w*|"
    r"reduc\w*|taper\w*|rais\w*|lower\w*|target\w*|up to|after|next|second|last|remain\w*|another|step\w*|→)(?![A-Za-z])|[→;]|->",
    re.I,
)
_FURTHER = re.compile(r"[^.;,()]{0,30}for (?:another|the next|a further|further) ", re.I)
_BEGINS = re.compile(r"(?<![A-Za-z])(?:initial\w*|start\w*|first|begin\w*|begun|step|ramp\w*)(?![A-Za-z])[^.;]{0,40}$", re.I)


def _in_order(text: str, draft: Draft, other: Draft) -> bool:
    """Whether two doses follow one another: at other times, or by a word such as "then" or "starting at"."""
    first, second = sorted((draft, other), key=lambda each: each.amount.start)
    timed = [{kind: d.parts[kind].timing for kind in _TIMES if kind in d.parts} for d in (first, second)]
    if timed[0] != timed[1] and timed[1]:
        return True
    between = text[first.amount.end : second.amount.start]
    if _FURTHER.match(text, second.amount.end, min(len(text), second.amount.end + 60)):
        return True
    if _ORDER.search(between) or first.role in ("loading", "maintenance") or second.role in ("loading", "maintenance"):
        return True
    return any(_BEGINS.search(text, max(d.statement.start, d.amount.start - 48), d.amount.start) for d in (first, second))


def _set_steps(text: str, drafts: Sequence[Draft]) -> None:
    """Mark doses of one agent that follow one another: different amounts at different times in one line."""
    for draft in drafts:
        if _TOTAL.search(text, max(0, draft.amount.start - 30), draft.amount.start) or _IN_ALL.match(text, draft.amount.end):
            draft.flags.append("total")
            continue
        if draft.role is not None or draft.alternative or draft.condition or "combination" in draft.amount.flags:
            continue
        others = [
            other
            for other in drafts
            if other is not draft
            and other.agent_key == draft.agent_key
            and other.statement.line == draft.statement.line
            and other.amount.unit == draft.amount.unit
            and other.role in (None, "step", "loading", "maintenance")
            and not other.alternative
            and not other.condition
            and not _TOTAL.search(text, max(0, other.amount.start - 30), other.amount.start)
            and not _for_others(text, draft, other)
            and _in_order(text, draft, other)
        ]
        if any((o.amount.low, o.amount.high) != (draft.amount.low, draft.amount.high) for o in others):
            draft.role = "step"
