"""Measures of blood that are told of another fluid: cells, glucose, protein in cerebrospinal fluid, urine, semen."""

from __future__ import annotations

import re
from dataclasses import replace

from harvester.text.expressions.pattern import pattern_of
from harvester.text.limits.concept_group import group
from harvester.text.limits.concept_unit import fits
from harvester.text.limits.place import Place
from harvester.text.limits.subject import OTHER, Subject

_OF_BLOOD = group("of_blood")
_FLUID = (
    r"(?:(?-i:CSF|BALF?)|(?:cerebro-?\s?)?spinal fluid|(?:pleural|ascitic|peritoneal|synovial|joint|lavage|amniotic"
    r"|seminal) fluid"
    r"|urin(?:e|ary)|semen|sputum|bronch\w+ lavage)"
)
_BEFORE = pattern_of(rf"\b{_FLUID}[\s:-]*(?:(?:total|nucleated|polymorphonuclear|absolute|the)[\s-])*$", re.IGNORECASE)
_BETWEEN = pattern_of(rf"[^<>≤≥.;,]{{0,20}}\b(?:in|of|from) (?:the )?(?:ascites|{_FLUID})\b", re.IGNORECASE)
IN_FLUID = pattern_of(
    rf"[\s)]*(?:[A-Za-z]* ?/ ?[a-zµ]+\d?\s)?(?:or (?:more|less|greater|higher) )?"
    rf"(?P<what>(?:in|of|from) (?:the )?(?:ascites|{_FLUID}))\b",
    re.IGNORECASE,
)


def of_another_fluid(place: Place, subject: Subject) -> Subject | None:
    """``subject`` as a measure of another fluid where the words say so (``CSF WBC > 5/µL``, ``WBC in the CSF``), else none.

    Albumin by creatinine is the ratio in urine, whatever stands before it.
    """
    if not set(subject.concepts) <= _OF_BLOOD:
        return None
    text, limit = place.text, place.limit
    if subject.concepts == ("albumin",) and limit.amount.unit is not None and fits("uacr", limit.amount.unit, "absolute"):
        return replace(subject, concepts=("uacr",))
    start = subject.start if subject.end > subject.start else limit.start
    named = _BEFORE.search(text, max(place.bounds[0], start - 40), start)
    between = _BETWEEN.match(text, subject.end, limit.start) if subject.end < limit.start else None
    if named or between or IN_FLUID.match(text, max(limit.end, subject.end), place.bounds[1]):
        return replace(subject, concepts=(OTHER,), rule="subject.other")
    return None
