"""Facts of criteria as rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from operator import attrgetter

from harvester.normalise.eligibility import criterion_id
from harvester.tables import CriterionFact, Json, as_json, words_as_json
from harvester.tables.eligibility import CRITERIA
from harvester.text.facts.fact_read import FactRead

_COLUMNS = CriterionFact.table.column_names
_MADE_HERE = ("fact_id", "criterion_id", "nct_id", "quote", "source_path", "source_start", "source_end")
_IN_JSON = ("value_set", "eligible_set", "flags")
_PLACES = [_COLUMNS.index(name) for name in (*_MADE_HERE, *_IN_JSON)]
_values = attrgetter(*("line" if name in _MADE_HERE else name for name in _COLUMNS))  # the line only keeps their places


def fact_rows(nct_id: str, raw: str, facts: Sequence[FactRead]) -> Iterator[CriterionFact]:
    """One `CriterionFact` a fact, in the order of the text; every other column is the reader's own."""
    for number, fact in enumerate(facts, start=1):
        start, end = fact.start, fact.end
        made = (f"{nct_id}.f{number}", criterion_id(nct_id, fact.line), nct_id, raw[start:end], CRITERIA, start, end)
        in_json = _json(fact.value_set), _json(fact.eligible_set), words_as_json(fact.flags)
        values = list(_values(fact))
        for place, value in zip(_PLACES, (*made, *in_json), strict=True):
            values[place] = value
        yield CriterionFact.from_values(values)


def _json(value: Sequence[object] | None) -> Json | None:
    return None if value is None else as_json(list(value))
