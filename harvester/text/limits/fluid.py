"""Measures of blood that are told of another fluid: cells, glucose, protein in cerebrospinal fluid, urine, semen."""

from __future__ import annotations

import re

from harvester.text.expressions.pattern import pattern_of
from harvester.text.limits.concept_group import group
from harvester.text.limits.place import Place
from harvester.text.limits.subject import Subject

_OF_BLOOD = group("of_blood")
_FLUID = (
    r"(?:(?-i:CSF|BALF?)|(?:cerebro-?\s?)?spinal fluid|(?:pleural|ascitic|peritoneal|synovial|joint|lavage|amniotic"
    r"|seminal) fluid"
    r"|ascites|urin(?:e|ary)|semen|sputum|bronch\w+ lavage)"
)
_BEFORE = pattern_of(rf"\b{_FLUID}[\s:,(-]*(?:(?:total|nucleated|polymorphonuclear|absolute|the)[\s-])*$", re.IGNORECASE)
_BETWEEN = pattern_of(rf"[^<>≤≥.;,]{{0,20}}\b(?:in|of|from) (?:the )?{_FLUID}\b", re.IGNORECASE)
IN_FLUID = pattern_of(rf"[\s)]*(?:or (?:more|less|greater|higher) )?(?P<what>(?:in|of|from) (?:the )?{_FLUID})\b", re.IGNORECASE)


def is_of_another_fluid(place: Place, subject: Subject) -> bool:
    """Whether a measure of blood is told of another fluid (``CSF WBC > 5/µL``, ``WBC in the CSF``)."""
    if not set(subject.concepts) <= _OF_BLOOD:
        return False
    text, limit = place.text, place.limit
    start = subject.start if subject.end > subject.start else limit.start
    named = _BEFORE.search(text, max(place.bounds[0], start - 40), start)
    between = _BETWEEN.match(text, subject.end, limit.start) if subject.end < limit.start else None
    return bool(named or between or IN_FLUID.match(text, max(limit.end, subject.end), place.bounds[1]))
