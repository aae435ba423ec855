"""The registry's codes of a study's columns, by whatever people write for them."""

from __future__ import annotations

import re

from harvester.vocabularies import labels

_VOCABULARIES = {"overall_status": "Status", "phase": "Phase", "study_type": "StudyType", "source_class": "AgencyClass"}
_ROMAN = {"i": "1", "ii": "2", "iii": "3", "iv": "4", "earlyi": "early1"}
_BETWEEN_PHASES = re.compile(r"\s*[/|]\s*")
"""Both phases of a trial of two, as the registry's pages and files write them."""


def code_of(column: str, value: str) -> str:
    """The code for a value given as code or label in any case; the value as it stands where the registry has none.

    >>> code_of("overall_status", "recruiting"), code_of("phase", "Phase II"), code_of("phase", "PHASE2|PHASE1")
    ('RECRUITING', 'PHASE2', 'PHASE1/PHASE2')
    """
    known = labels(_VOCABULARIES[column]) if column in _VOCABULARIES else {}
    by_name = {_plain(column, name): code for code, label in known.items() for name in (code, label)}
    parts = _BETWEEN_PHASES.split(value) if column == "phase" else [value]
    codes = [by_name.get(_plain(column, part)) for part in parts]
    if None in codes:
        return value
    return "/".join(code for code in known if code in codes)


def _plain(column: str, text: str) -> str:
    """Its letters and digits; of a phase without the word, its number in digits."""
    letters = "".join(letter for letter in text.casefold() if letter.isalnum())
    if column != "phase":
        return letters
    number = letters.replace("phase", "")
    return _ROMAN.get(number, number)
