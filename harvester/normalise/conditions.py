"""Conditions, keywords, and the registry's MeSH terms."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from harvester.normalise.fields import Fields
from harvester.tables import BrowseCondition, BrowseIntervention, Condition, Keyword, Row
from harvester.vocabularies import label

_LISTS = (
    ("mesh-list", "meshes", "id", "term"),
    ("mesh-ancestor", "ancestors", "id", "term"),
    ("browse-leaf", "browseLeaves", "id", "name"),
    ("browse-branch", "browseBranches", "abbrev", "name"),
)


def condition_rows(nct_id: str, body: Fields) -> Iterator[Row]:
    """`Condition`, `Keyword`, `BrowseCondition` and `BrowseIntervention` of a record."""
    module = body.under("protocolSection.conditionsModule")
    for place, name in enumerate(module.strings("conditions")):
        yield Condition(
            condition_id=f"{nct_id}.condition{place + 1}",
            nct_id=nct_id,
            position=place,
            name=name,
            downcase_name=name.lower(),
        )
    for place, name in enumerate(module.strings("keywords")):
        yield Keyword(
            keyword_id=f"{nct_id}.keyword{place + 1}",
            nct_id=nct_id,
            position=place,
            name=name,
            downcase_name=name.lower(),
        )
    derived = body.inside("derivedSection")
    for number, columns in enumerate(_terms(derived.inside("conditionBrowseModule")), start=1):
        yield BrowseCondition.from_values((f"{nct_id}.condition-term{number}", nct_id, *columns))
    for number, columns in enumerate(_terms(derived.inside("interventionBrowseModule")), start=1):
        yield BrowseIntervention.from_values((f"{nct_id}.intervention-term{number}", nct_id, *columns))


def _terms(module: Fields) -> Iterator[tuple[Any, ...]]:
    """Of each term what stands in the columns behind the trial's number, which are the same in both tables."""
    for mesh_type, key, id_key, name_key in _LISTS:
        for place, item in enumerate(module.objects(key)):
            term = item.text(name_key)
            known = (place, mesh_type, item.text(id_key), term, term.lower() if term else None)
            if "relevance" in item.value or "asFound" in item.value:
                relevance = item.text("relevance")
                yield (*known, item.text("asFound"), relevance, label("BrowseLeafRelevance", relevance))
            else:  # all but leaves, which are most
                yield (*known, None, None, None)
