"""All drawings of a comparison, in the order of the page."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from harvester.compare.model import Comparison
from harvester.export import countries, enrolment, limits, recruitment_calendar
from harvester.export.drawing import NARROW, Drawing

_MAKERS: Final = (recruitment_calendar.recruitment_calendar, enrolment.enrolment, limits.limits, countries.countries)


def drawings_of(comparison: Comparison) -> tuple[Drawing, ...]:
    """The drawings that the comparison carries, each with its like for a phone where one has room for it."""
    drawings = ((make(comparison), make(comparison, NARROW)) for make in _MAKERS)
    return tuple(replace(wide, narrow=narrow and replace(narrow, key=f"{narrow.key}-n")) for wide, narrow in drawings if wide)
