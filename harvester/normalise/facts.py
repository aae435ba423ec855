"""Facts of criteria as rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from operator import attrgetter

from harvester.normalise.eligibility import criterion_id
from harvester.tables import CriterionFact, Json, as_json, words_as_json
from harvester.tables.eligibility import CRITERIA
from harvester.text.facts.fact_read import FactRead

_MADE_HERE = {"fact_id", "criterion_id", "nct_id", "quote", "source_path", "source_start", "source_end"}
_OWN = tuple(name for name in CriterionFact.table.column_names if name not in _MADE_HERE)
_values = attrgetter(*_OWN)


def fact_rows(nct_id: str, raw: str, facts: Sequence[FactRead]) -> Iterator[CriterionFact]:
    """One `CriterionFact` a fact, in the order of the text; every other column is the reader's own."""
    for number, fact in enumerate(facts, start=1):
        own = dict(zip(_OWN, _values(fact), strict=True))
        own["value_set"], own["eligible_set"] = _json(fact.value_set), _json(fact.eligible_set)
        own["flags"] = words_as_json(fact.flags)
        yield CriterionFact(
            fact_id=f"{nct_id}.f{number}",
            criterion_id=criterion_id(nct_id, fact.line),
            nct_id=nct_id,
            quote=raw[fact.start : fact.end],
            source_path=CRITERIA,
            source_start=fact.start,
            source_end=fact.end,
            **own,
        )


def _json(value: Sequence[object] | None) -> Json | None:
    return None if value is None else as_json(list(value))
