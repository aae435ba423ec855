"""For whom doses are, told by a head above them: "Weight ≥ 40 kg: loading 400 mg, maintenance 200 mg"; or "respectively"."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence

from harvester.text.doses.dose_draft import Draft
from harvester.text.doses.dose_people import PEOPLE
from harvester.text.expressions.gate import Gated
from harvester.text.expressions.pattern import pattern_of

_MEASURE = r"(?:kg|years?|yrs?|months?|m2|mL/min)(?![a-z])(?: of age| body weight)?"
_SIGNED = rf"[<>≤≥]=? ?\d+(?:\.\d+)? ?(?:{_MEASURE})?(?: ?(?:to|-|and) ?[<>≤≥]?=? ?\d+(?:\.\d+)? ?(?:{_MEASURE})?)?"
_WHO = (
    rf"(?:(?:for |if |in )?(?:body )?(?:weight|age|BSA|CrCl|e?GFR|creatinine clearance)(?: of| is)? ?{_SIGNED}"
    r"|(?:patients|subjects|participants|children|adults|those) (?:with |weighing |aged )?(?:a )?(?:(?:body )?weight )?"
    rf"{_SIGNED})"
)
# A head of its own, and a sentence that bullets follow.
_HEAD = Gated(
    pattern_of(
        rf"(?:^|[.;\n] ?)(?:[*-] )?(?P<who>{_WHO})(?:(?: ?\([^()\n]{{0,40}}\))? ?:|[^:\n]{{0,200}}:(?= ?\n\s*[*•-] ))", re.I
    )
)
_NO_BULLET = pattern_of(r"\n\s*(?![*•-] |\s)")


def give_heads(text: str, drafts: Sequence[Draft]) -> None:
    """Give the people of a head to the doses under it, up to the next; a text must have two such heads or more."""
    heads = list(_HEAD.finditer(text)) if len(drafts) > 1 and _HEAD.may_match(text) else []
    if len(heads) < 2:
        return
    for draft in drafts:
        above = [head for head in heads if head.end() <= draft.amount.start]
        if draft.condition is None and above and not _NO_BULLET.search(text, above[-1].end(), draft.amount.start):
            draft.condition = " ".join(above[-1]["who"].split())


_TWO = pattern_of(
    r"(?<![A-Za-z])(?:(?:for|in) )?(?:(?:those|patients|subjects|participants|children|adults) )?"
    r"(?:with |who (?:are|weigh|have) )?(?:an? )?"
    r"(?P<of>(?:(?:body )?weight|age|BSA|CrCl|e?GFR|creatinine clearance) (?:of )?)?"
    r"(?P<first>(?:[<>≤≥]=? ?|at least |under |over |below |above )\d[\d.]* ?[A-Za-z0-9/]{0,8}) (?:or|and) "
    r"(?P<second>(?:[<>≤≥]=? ?|at least |under |over |below |above )\d[\d.]* ?[A-Za-z0-9/]{0,8}),? respectively",
    re.I,
)
_RESPECTIVELY = Gated(pattern_of("respectively", re.I))


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
