"""Groups of concepts of which one rule holds (definitions/concept_groups.txt)."""

from __future__ import annotations

from functools import cache

from harvester.text.expressions.definition_file import definition_lists


@cache
def group(name: str) -> frozenset[str]:
    """The slugs of a group. Raises KeyError for one that is not there."""
    return frozenset(" ".join(definition_lists("concept_groups.txt")[name]).split())


SCORES = group("scores")
COUNTS = group("counts")
