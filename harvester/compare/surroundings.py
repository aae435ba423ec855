"""The words around a reading: the line or the sentences of a field that a quotation of a few words stands in."""

from __future__ import annotations

import re
from collections.abc import Mapping

from harvester.compare.trial import Trial, remembered
from harvester.span import Source, Span
from harvester.tables import BriefSummary, DesignGroup, DetailedDescription, Dose, Intervention, Row

LONGEST = 400
"""Characters that a line may have to be shown whole; of a longer one, the sentences around the words."""

_FIELDS: tuple[tuple[type[Row], str], ...] = (
    (DesignGroup, "title"),
    (DesignGroup, "description"),
    (Intervention, "name"),
    (Intervention, "description"),
    (BriefSummary, "description"),
    (DetailedDescription, "description"),
)
_SENTENCE_END = re.compile(r"[.!?]\s+(?=[A-Z•*\d(])")


def dose_sentence(trial: Trial, dose: Dose) -> Source | None:
    """The sentences that a dose was read from; None where they say no more than its own words, or the field is not at hand."""
    text = _texts(trial).get(dose.source_path)
    if text is None or text[dose.source_start : dose.source_end] != dose.quote:
        return None
    around = sentences_around(text, Span(dose.source_start, dose.source_end))
    return Source.of(dose.source_path, around, text) if len(around) > len(dose.quote) else None


@remembered
def _texts(trial: Trial) -> Mapping[str, str]:
    """The fields that doses are read from, by their path in the record."""
    return {
        path: text
        for row_type, name in _FIELDS
        for row in trial.rows.of(row_type)
        if (path := trial.path(row, name)) and (text := getattr(row, name))
    }


def sentences_around(text: str, words: Span) -> Span:
    """The line that the words stand in; of a line longer than `LONGEST`, the sentences that hold them; no blanks at its ends.

    ``words`` may run over several lines: then from the first of them to the last.
    """
    start = text.rfind("\n", 0, words.start) + 1
    end = text.find("\n", words.end)
    end = len(text) if end < 0 else end
    if end - start > LONGEST:
        ends = [found.end() for found in _SENTENCE_END.finditer(text, start, end)]
        start = max((each for each in ends if each <= words.start), default=start)
        end = min((each for each in ends if each >= words.end), default=end)
    while start < words.start and text[start].isspace():
        start += 1
    while end > words.end and text[end - 1].isspace():
        end -= 1
    return Span(start, end)
