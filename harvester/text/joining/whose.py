"""Whose value it is: ``a mother with HIV``, ``at least one parent with BMI > 25``, ``caregivers of patients aged 65 or older``.

What a line says of another person than those it is about limits none of them: who may join by it stays open, the flag
``of_another_person`` says so, and the condition names the person, as written.
"""

from __future__ import annotations

import re

from harvester.text.expressions.definition_file import expression
from harvester.text.expressions.pattern import pattern_of
from harvester.text.facts.fact_read import NOBODY, FactRead, changed
from harvester.text.limits.concept_group import group
from harvester.text.limits.place import ReadingLine

ANOTHER = "of_another_person"
_PERSON = expression("whose.person")
_PATIENT = expression("whose.patient")
_BEHIND = expression("whose.behind")
_BORN_TO = expression("whose.born_to")
_MOTHER = expression("whose.mother")
_PATIENTS = frozenset({None, "patient", "healthy control"})
# Of a donor these tell what is given, or how well it fits.
_OF_GRAFT = ("donor_age", "hla_", "cell_", "time_since", "prior_", "washout")
_AND = pattern_of(r"\band\b", re.IGNORECASE)
_HAS = pattern_of(r"\b(?:with|who|whose|has|have|had|having|aged?|is|are|must)\b", re.IGNORECASE)
_OF_NEWBORN = ("gestational_age", "birth_weight", "body_weight")
_TODAY = group("today")


def with_other_persons(line: ReadingLine, facts: list[FactRead]) -> list[FactRead]:
    """The ``facts`` of one line, nobody asked for those that tell of another person than the line is about."""
    if not facts or line.criterion.population == "clinician":
        return facts
    born_to = line.criterion.population == "mother" and _BORN_TO.search(line.text) is not None
    patients = line.criterion.population in _PATIENTS or born_to
    if not (_PERSON if patients else _PATIENT).may_match(line.text) and not (patients and _BORN_TO.may_match(line.text)):
        return facts
    told = [None if fact.concept == "contraception_duration" else _person_of(line, fact, patients) for fact in facts]
    if not any(told):
        return facts
    return [_opened(fact, person) if person else fact for fact, person in zip(facts, told, strict=True)]


def _opened(fact: FactRead, person: str) -> FactRead:
    return changed(fact, **NOBODY, condition=fact.condition or person, flags=(*fact.flags, ANOTHER))


def _person_of(line: ReadingLine, fact: FactRead, patients: bool) -> str | None:
    """The other person a fact tells of, as written; none where it tells of those the line is about."""
    raw, base = line.normal.raw, line.criterion.start
    start, end = fact.start - base, fact.end - base
    before = raw[max(0, start - 160) : start]
    found = (_PERSON if patients else _PATIENT).search(before)
    if found is not None and patients and fact.comparator not in ("present", "absent"):
        gap = before[found.end("person") :]
        found = None if _AND.search(gap) and not _HAS.search(gap) else found  # "family history of diabetes and BMI ≥ 25"
    if found is None and patients and fact.comparator in ("present", "absent"):
        found = None if fact.concept in _TODAY and fact.comparator == "absent" else _BEHIND.match(raw, end)
    if found is None and patients and fact.concept not in _OF_NEWBORN and _BORN_TO.search(before):
        found = _MOTHER.search(before[-60:]) or _MOTHER.match(raw, start)
    if found is None:
        return None
    person = " ".join(found["person"].split())
    return None if "donor" in person.lower() and fact.concept.startswith(_OF_GRAFT) else person
