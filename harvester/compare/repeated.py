"""How often a course is given: once, as often as its regimen says, or as often as its words leave open."""

from __future__ import annotations

import re
from collections.abc import Sequence

from harvester.compare.split_course import Given
from harvester.compare.surroundings import dose_sentence
from harvester.compare.trial import Trial
from harvester.tables import Dose, DoseRegimen

_NUMBER = r"(?:[IVX]{1,4}|\d{1,2})"
_SEVERAL = re.compile(
    rf"\b(?:phases?|courses?|blocks?|inductions?|consolidations?)\s+{_NUMBER}(?:\s?,\s?{_NUMBER}){{0,8}}\s?,?\s?(?:and|&|to|-)\s?{_NUMBER}\b"
    r"|\bre-?inductions?\s(?:and|&)\s(?:induction|consolidation|intensification)"
    r"|\binductions?\s(?:and|&)\s(?:re-?induction|consolidation|intensification)"
    r"|\b(?:each|every|all|both)\s(?:courses?|blocks?|phases?)\b",
    re.IGNORECASE,
)
"""Words of a dose that name several parts of a treatment, in which its days come again."""


def times_given(trial: Trial, doses: Sequence[Dose], given: Sequence[Given]) -> int | None:
    """How often the days of a course come again that no cycle numbers; None where its words name several without a number."""
    if any(each.event.cycle is not None for each in given):
        return 1
    if any(_SEVERAL.search(_words(trial, dose)) for dose in doses):
        return None
    used = {dose.regimen_id for dose in doses}
    counts = {(each.cycle_count_low, each.cycle_count_high) for each in trial.rows.of(DoseRegimen) if each.regimen_id in used}
    if counts <= {(None, None)}:
        return 1
    low, high = next(iter(counts))
    return int(low) if len(counts) == 1 and low is not None and low == high else None


def _words(trial: Trial, dose: Dose) -> str:
    around = dose_sentence(trial, dose)
    return around.quote if around else dose.quote
