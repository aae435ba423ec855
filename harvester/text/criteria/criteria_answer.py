"""The answer of ``read criteria``: what the program reads from one eligibility text, as plain JSON values."""

from __future__ import annotations

from typing import Any

from harvester.shape import values_of
from harvester.text.criteria.criteria import read_criteria
from harvester.text.criteria.criterion import CriterionLine
from harvester.text.facts.fact import read_facts

_SECTIONS = ("inclusion", "exclusion", "unknown")


def answer_criteria(question: dict[str, Any]) -> dict[str, Any]:
    """Criteria, facts and unread pieces of ``question["text"]``.

    ``question`` is ``{"id", "text", "section"}``; section is ``inclusion``, ``exclusion`` or none and holds until a heading
    says otherwise. Raises ValueError, naming the field, when the text is no string or the section is unknown.
    """
    text, section = question.get("text"), question.get("section")
    if not isinstance(text, str):
        raise ValueError('"text" must be a string with the eligibility text')
    if section is not None and section not in _SECTIONS:
        raise ValueError(f'"section" must be inclusion, exclusion or null, not {section!r}')
    lines = read_criteria(text, section)
    reading = read_facts(text, lines)
    return {
        "id": question.get("id"),
        "criteria": [_criterion(line, text) for line in lines],
        "facts": [{**values_of(fact), "quote": text[fact.start : fact.end]} for fact in reading.facts],
        "unread": [{**values_of(piece), "quote": text[piece.start : piece.end]} for piece in reading.unread],
        "characters": reading.characters,
        "read_characters": reading.read_characters,
    }


def _criterion(line: CriterionLine, text: str) -> dict[str, Any]:
    return {**values_of(line), "text": text[line.start : line.end]}
