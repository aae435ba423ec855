"""For whom doses are, told for several: by a head, "Weight ≥ 40 kg: loading 400 mg, maintenance 200 mg"; by "respectively"; with
the dose before or behind.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence

from harvester.text.doses.dose_draft import Draft, unnamed, words_between
from harvester.text.doses.dose_partner import is_placebo
from harvester.text.doses.dose_people import PEOPLE
from harvester.text.expressions.definition_file import expression
from harvester.text.expressions.gate import gated
from harvester.text.expressions.pattern import pattern_of

_MEASURE = r"(?:kg|years?|yrs?|months?|m2|mL/min)(?![a-z])(?: of age| body weight)?"
_SIGNED = rf"[<>≤≥]=? ?\d+(?:\.\d+)? ?(?:{_MEASURE})?(?: ?(?:to|-|and) ?[<>≤≥]?=? ?\d+(?:\.\d+)? ?(?:{_MEASURE})?)?"
_WHO = (
    rf"(?:(?:for |if |in )?(?:body )?(?:weight|age|BSA|CrCl|e?GFR|creatinine clearance)(?: of| is)? ?{_SIGNED}"
    r"|(?:patients|subjects|participants|children|adults|those) (?:with |weighing |aged )?(?:a )?(?:(?:body )?weight )?"
    rf"{_SIGNED})"
)
# A head of its own, and a sentence that bullets follow.
_HEAD = gated(
    rf"(?:^|[.;\n] ?)(?:[*-] )?(?P<who>{_WHO})(?:(?: ?\([^()\n]{{0,40}}\))? ?:|[^:\n]{{0,200}}:(?= ?\n\s*[*•-] ))", re.I
)
_NO_BULLET = pattern_of(r"\n\s*(?![*•-] |\s)")


def give_heads(text: str, drafts: Sequence[Draft]) -> None:
    """Give the people of a head to the doses under it, up to the next; a text must have two such heads or more."""
    heads = list(_HEAD.finditer(text)) if len(drafts) > 1 and _HEAD.may_match(text) else []
    if len(heads) < 2:
        return
    for draft in drafts:
        above = [head for head in heads if head.end() <= draft.amount.start]
        under = next((each for each in drafts if above and each.amount.start >= above[-1].end()), draft)
        opened = text.rfind("(", under.amount.end, draft.amount.start) > text.rfind(")", under.amount.end, draft.amount.start)
        if opened and draft.agent_key != under.agent_key:
            continue  # "> 50 kg: A 20 mg, a day after conditioning (B 30 mg/m2 daily)"
        if draft.condition is None and above and not _NO_BULLET.search(text, above[-1].end(), draft.amount.start):
            draft.condition = " ".join(above[-1]["who"].split())


_TWO = expression("dose_head.two")
_RESPECTIVELY = gated("respectively", re.I)


def share_respectively(text: str, drafts: Sequence[Draft]) -> None:
    """Give each of two amounts its own people of two: "100 mg or 2 mg/kg for those of >= 50 kg or < 50 kg, respectively"."""
    for told in _TWO.finditer(text) if len(drafts) > 1 and _RESPECTIVELY.may_match(text) else ():
        before = [draft for draft in drafts if draft.statement.start <= draft.amount.start < told.start()][-2:]
        same = len(before) == 2 and before[0].statement is before[1].statement and before[0].agent_key == before[1].agent_key
        if same and told.start() < before[0].statement.end:
            for draft, name in zip(before, ("first", "second"), strict=True):
                draft.condition = f"{told['of'] or ''}{told[name]}".strip()
                draft.alternative = False
    for first, second in itertools.pairwise(drafts):
        _share_people(text, first, second)


# "Males and females: 100 mg and 50 mg daily"; "Children and adults receive 10 mg/kg and 500 mg, respectively"
_TWO_PEOPLE = pattern_of(
    rf"(?<![a-z-])(?P<first>{PEOPLE}) and (?P<second>{PEOPLE})(?:: ?(?:[A-Za-z][\w-]* ){{0,3}}|,? "
    r"(?:will |should |are to |were to )?(?:receiv\w+|take|get|be given|are given|were given) (?:an? |oral |doses? of )*)$",
    re.I,
)
_BOTH = pattern_of(r"(?: (?:once |twice )?(?:daily|weekly))? and ", re.I)
_THREE = pattern_of(r"[^.;\d]{0,24}(?:,| and) ?\d|[^.;\d]{0,24}(?<![a-z])each(?![a-z])", re.I)


def _share_people(text: str, first: Draft, second: Draft) -> None:
    """Give two amounts, joined by "and", each its own people of the two named right before them."""
    same = first.statement is second.statement and first.agent_key == second.agent_key
    if not same or not _BOTH.fullmatch(text, first.amount.end, second.amount.start) or _THREE.match(text, second.amount.end):
        return
    start = max(first.statement.start, first.amount.start - 110)
    people = _TWO_PEOPLE.search(text, start, first.amount.start)
    if people and not _PEOPLE_LIST.search(text, start, people.start()):
        first.condition, second.condition = people["first"], people["second"]


_PEOPLE_LIST = pattern_of(r"(?:,| and) ?$")  # "infants, children and adults" are three


_OR_TO = pattern_of(r" (?:or|and) (?:to )?")
_CIRCUMSTANCE = pattern_of(
    r"(?:to manage|for (?!patients|subjects|participants|children|adults|those|individuals)|in case|upon|when (?!tolerated))",
    re.I,
)


def set_choices(text: str, drafts: Sequence[Draft]) -> None:
    """Give the circumstance behind the last of two amounts to choose from to the first: "420 mg or 280 mg to manage toxicity"."""
    for second, first in itertools.pairwise(reversed(drafts)):
        between = f" {' '.join(words_between(text, first, second).split())} "
        alike = _CIRCUMSTANCE.match(second.condition or "") or (second.amount.group is not None and _behind(text, second))
        pair = second.amount.group is not None and between == " / "  # "97/103 mg if …"
        if second.condition and not first.condition and (_OR_TO.fullmatch(between) or pair) and alike:
            first.condition = second.condition
    labelled: Draft | None = None  # the last whose label holds for those joined to it
    for first, second in itertools.pairwise(drafts):
        labelled = first if first.condition and _labels(text, first) else labelled
        if labelled is None or first.statement is not second.statement or second.condition:
            labelled = None
            continue
        between = f" {' '.join(unnamed(words_between(text, first, second), second).split())} "
        same = first.agent_key == second.agent_key
        if (between == " or ") if same else _WITH_IT.fullmatch(between):
            second.condition = labelled.condition
        else:
            labelled = None


_WITH_IT = pattern_of(r" ?(?:/|\+|,|,? and|plus|,? with) ", re.I)


def _labels(text: str, draft: Draft) -> bool:
    """Whether a dose's condition is the label before it: "Adults: 250 mg"."""
    at = text.rfind(f"{draft.condition}:", draft.statement.start, draft.amount.start)
    return at >= 0 and len(text[at : draft.amount.start]) < len(draft.condition or "") + 24


def _behind(text: str, draft: Draft) -> bool:
    """Whether the words of a dose's condition stand behind its amount."""
    at = text.find(draft.condition or "", draft.statement.start)
    return at >= draft.amount.end


_CLOSED_ASIDE = pattern_of(r" ?\([^()]*\)")
_EQUIVALENT = pattern_of(r"(?: of [\w-]+)? \((?:equivalent|equal|corresponding) to ", re.I)
_GOES_ON = pattern_of(r"[^;:()\n]{0,60}?(?:,|(?<![a-z])and|(?<![a-z])then) (?:then |followed by )?")


# "in case of toxicity reduced to 250 mg bid then 200 mg bid"
_LOWERED = pattern_of(r"toxicit|intoleran|adverse|not tolerated|reduc", re.I)


def lead_on(text: str, drafts: Sequence[Draft]) -> None:
    """Give what leads an amount to those that follow it alike: "if not in CR 0.8 mg/m2 on day 1, 0.5 mg/m2 on days 8 and 15"."""
    told = {draft.condition for draft in drafts if draft.condition}
    lowered = any(_LOWERED.search(condition) for condition in told)
    for place, second in enumerate(drafts if len(told) > 1 or lowered else ()):
        earlier = (each for each in reversed(drafts[:place]) if each.agent_key == second.agent_key)
        first = next(earlier, None)
        if first is None or not first.condition or second.condition or second.main is not None:
            continue
        between = _CLOSED_ASIDE.sub("", text[first.amount.end : second.amount.start])
        agent, before = second.agent, first.agent.start if first.agent else -1
        named = agent is not None and first.amount.end <= agent.start < second.amount.start and agent.start != before
        same = first.statement is second.statement and not named
        leads = text.rfind(first.condition, first.statement.start, first.amount.start) >= 0
        if same and leads and _GOES_ON.fullmatch(between):
            second.condition = first.condition
    for main, placebo in itertools.pairwise(drafts if told else ()):
        beside = is_placebo(placebo.agent.name) if placebo.agent else False
        if beside and not placebo.condition and _EQUIVALENT.fullmatch(text, main.amount.end, placebo.amount.start):
            placebo.condition = main.condition


# A sentence of its own: "Only for patients with an unrelated donor. …"
_ONLY = gated(r"(?:^|\n)\W*(?P<who>only (?:for|in) (?:patients|subjects|participants|those) [^.\n:]{3,140})\. ", re.I)


def only_for(text: str, drafts: Sequence[Draft]) -> None:
    """Give what a line says at its beginning of whom alone it is for to the doses in it."""
    for told in _ONLY.finditer(text) if drafts and _ONLY.may_match(text) else ():
        end = text.find("\n", told.end())
        for draft in drafts:
            if told.end() <= draft.amount.start < (end if end >= 0 else len(text)):
                draft.condition = draft.condition or told["who"]
