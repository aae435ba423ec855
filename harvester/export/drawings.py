"""All drawings of a comparison, in the order of the page."""

from __future__ import annotations

from typing import Final

from harvester.compare.model import Comparison
from harvester.export import countries, enrolment, limits, recruitment_calendar
from harvester.export.drawing import Drawing

_MAKERS: Final = (recruitment_calendar.recruitment_calendar, enrolment.enrolment, limits.limits, countries.countries)


def drawings_of(comparison: Comparison) -> tuple[Drawing, ...]:
    """The drawings that the comparison carries."""
    return tuple(drawn for make in _MAKERS if (drawn := make(comparison)) is not None)
