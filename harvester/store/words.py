"""The search indexes: which words of a trial each holds, and the SQL that keeps it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from harvester.migrations import NAME_COLUMNS, SEARCH_COLUMNS
from harvester.tables import Study
from harvester.tables.plain import PlainRows

TITLES = ("nct_id", "brief_title", "official_title", "acronym")
"""Columns of `studies` that both indexes hold."""
_PLACES = tuple(Study.table.column_names.index(name) for name in TITLES)
_NAMED = frozenset(
    {"conditions", "keywords", "browse_conditions", "interventions", "intervention_other_names", "browse_interventions"}
)


@dataclass(frozen=True)
class SearchIndex:
    """An index of SQLite's FTS5 over ``columns`` of ``study_search_text``, which come from the titles and from ``tables``."""

    name: str
    columns: tuple[str, ...]
    tables: frozenset[str]

    @property
    def take_in(self) -> str:
        """Puts trials in with their rows as they are; takes their numbers as a JSON list."""
        listed = ", ".join(self.columns)
        return f"INSERT INTO {self.name} (rowid, {listed}) SELECT nct_number, {listed} {_OF_THESE}"

    @property
    def forget(self) -> str:
        """Takes trials out, while their rows are still those they were put in with; takes their numbers as a JSON list."""
        listed = ", ".join(self.columns)
        return f"INSERT INTO {self.name} ({self.name}, rowid, {listed}) SELECT 'delete', nct_number, {listed} {_OF_THESE}"

    def order(self, command: str) -> str:
        """One of FTS5's own commands, as ``rebuild``."""
        return f"INSERT INTO {self.name} ({self.name}) VALUES ('{command}')"  # noqa: S608

    def has_other_words(self, before: PlainRows, after: PlainRows, other: Collection[str]) -> bool:
        """Whether it may hold other words of a trial than its rows have now; ``other`` are the tables that differ."""
        return not self.tables.isdisjoint(other) or _titles(before) != _titles(after)


_OF_THESE = "FROM study_search_text WHERE nct_number IN (SELECT value FROM json_each(?))"


def _titles(tables: PlainRows) -> list[list[Any]]:
    return [[row[place] for place in _PLACES] for row in tables.get(Study.table.name, ())]


ALL_WORDS = SearchIndex("study_search", SEARCH_COLUMNS, _NAMED | {"brief_summaries", "eligibilities"})
NAMES = SearchIndex("study_search_names", NAME_COLUMNS, _NAMED)
INDEXES = (ALL_WORDS, NAMES)
