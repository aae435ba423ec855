"""What those have whom an exclusion lets in all the same: a list of exceptions, or a sentence of its own about such people."""

from __future__ import annotations

import re

from harvester.text.expressions.definition_file import expression
from harvester.text.expressions.pattern import pattern_of
from harvester.text.expressions.spans import without_brackets
from harvester.text.findings.presence import Finding
from harvester.text.limits.concept_group import group

_EXCEPTED = expression("presence.excepted")
_BRACKET = expression("presence.excepting_bracket")
_PERMITTED = expression("presence.permitted")
_PERMITTED_LEAD = expression("presence.permitted_lead")
_PEOPLE = expression("presence.people_lead")
_LET_IN = expression("presence.people_let_in")
_LIST = expression("modifier.spares_list")
_KIND = expression("presence.spared_kind")  # autoimmune diseases that lists of exceptions name
_TYPE = pattern_of(r"\btype (?:1|i|one) ?$", re.IGNORECASE)
_WITHOUT = (expression("claim.permitted_without"), expression("presence.let_in_without"))
_EXAMPLE = pattern_of(r"\((?:e\.? ?g\b|such as|for example|including)[^()]*$", re.IGNORECASE)
_CLAUSE = pattern_of(r"[.;:(\[]")
_FAR = 600  # letters between the head of a list and what stands in it


def is_let_in(section: str, text: str, finding: Finding, sentence: tuple[int, int]) -> bool:
    """Whether a finding is told of people who may join: behind "except", or before "are allowed".

    Shapes: ``disease (excluding asthma, psoriasis)``, ``the following are allowed: asthma``, ``those with asthma may join``.
    """
    lead, behind = text[sentence[0] : finding.start][-_FAR:], without_brackets(text[finding.end : sentence[1]][:_FAR])
    if _EXCEPTED.search(lead[-80:]) or (_PERMITTED.match(behind) and _PERMITTED_LEAD.fullmatch(lead)):
        return True
    if section != "exclusion":
        return False
    if _BRACKET.search(lead) or _LIST.search(text[max(0, finding.start - _FAR) : finding.start]):
        return True
    if (finding.concept in group("spared_kinds") or _TYPE.search(lead)) and _KIND.search(lead):
        return True
    if finding.negated and any(each.search(lead) for each in _WITHOUT):
        return True
    if example := _EXAMPLE.search(lead):
        lead, behind = lead[: example.start()], behind.partition(")")[2]
    return bool(_LET_IN.match(behind)) and _PEOPLE.fullmatch(_CLAUSE.split(without_brackets(lead))[-1]) is not None
