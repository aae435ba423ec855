"""Findings that a value defines: in ``renal impairment: clearance < 30 mL/min`` the impairment is no condition of the limit.

The findings of each concept are a list (definitions/own_findings.txt).
"""

from __future__ import annotations

import re
from functools import cache

from harvester.text.expressions.definition_file import definition_pairs, expression
from harvester.text.expressions.pattern import pattern_of

_AROUND = expression("own_finding.around")


@cache
def _findings() -> dict[str, re.Pattern[str]]:
    """The names of what each concept defines."""
    pairs = definition_pairs("own_findings.txt")
    return {concept: pattern_of(rf"(?:{names})s?", re.IGNORECASE) for concepts, names in pairs for concept in concepts.split()}


def defines(concept: str, words: str) -> bool:
    """Whether ``words`` say nothing but the finding that a value of ``concept`` defines (``Patients with severe anaemia``)."""
    names = _findings().get(concept)
    around = _AROUND.fullmatch(words) if names is not None else None
    return around is not None and names is not None and names.fullmatch(around["finding"]) is not None
