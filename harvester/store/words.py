"""What is kept of trials beside their tables, to be found soon: search indexes and profiles, and the SQL that keeps them."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import cached_property
from operator import itemgetter
from typing import Any

from harvester.migrations import NAME_COLUMNS, SEARCH_COLUMNS
from harvester.tables import Study
from harvester.tables.plain import PlainRows
from harvester.tables.profile import LOOKED_AT, OF_STUDY, PROFILE_ROWS, PROFILES

TITLES = ("nct_id", "brief_title", "official_title", "acronym")
"""Columns of `studies` that both search indexes hold."""
_NAMED = frozenset(
    {"conditions", "keywords", "browse_conditions", "interventions", "intervention_other_names", "browse_interventions"}
)
_TOLD = frozenset({"brief_summaries", "eligibilities", "sponsors", "id_information"})
_LISTED = "nct_number IN (SELECT value FROM json_each(?))"


@dataclass(frozen=True)
class Beside:
    """Something called ``name`` that follows from the columns ``of_study`` of `studies` and from ``tables``.

    ``take_in`` puts trials in with their rows as they are, ``forget`` takes them out while their rows are still those that were
    put in: both take the trials' numbers as a JSON list. ``rebuild`` are the statements that make all of it anew.
    """

    name: str
    tables: frozenset[str]
    of_study: tuple[str, ...]
    take_in: str
    forget: str
    rebuild: tuple[str, ...]

    def is_other(self, before: PlainRows, after: PlainRows, other: Collection[str]) -> bool:
        """Whether it may hold other things of a trial than its rows have now; ``other`` are the tables that differ."""
        return not self.tables.isdisjoint(other) or (Study.table.name in other and self._of(before) != self._of(after))

    def _of(self, tables: PlainRows) -> list[Any]:
        return list(map(self._of_row, tables.get(Study.table.name, ())))

    @cached_property
    def _of_row(self) -> Callable[[tuple[Any, ...]], Any]:
        return itemgetter(*map(Study.table.column_names.index, self.of_study))


_WORDS = f"FROM study_search_text WHERE {_LISTED}"


def search_index(name: str, tables: frozenset[str], columns: tuple[str, ...]) -> Beside:
    """An index of SQLite's FTS5 over ``columns`` of ``study_search_text``."""
    listed = ", ".join(columns)
    return Beside(
        name,
        tables,
        TITLES,
        take_in=f"INSERT INTO {name} (rowid, {listed}) SELECT nct_number, {listed} {_WORDS}",
        forget=f"INSERT INTO {name} ({name}, rowid, {listed}) SELECT 'delete', nct_number, {listed} {_WORDS}",
        rebuild=(f"INSERT INTO {name} ({name}) VALUES ('rebuild')",),  # noqa: S608
    )


ALL_WORDS = search_index("study_search", _NAMED | _TOLD, SEARCH_COLUMNS)
NAMES = search_index("study_search_names", _NAMED, NAME_COLUMNS)
INDEXES = (ALL_WORDS, NAMES)
_OF_ALL = f"INSERT INTO {PROFILES} SELECT nct_number, profile FROM {PROFILE_ROWS}"  # noqa: S608
OF_TRIALS = Beside(
    PROFILES,
    frozenset(each.table.name for each in LOOKED_AT if each is not Study),
    OF_STUDY,
    take_in=f"{_OF_ALL} WHERE {_LISTED}",
    forget=f"DELETE FROM {PROFILES} WHERE {_LISTED}",  # noqa: S608
    rebuild=(f"DELETE FROM {PROFILES}", _OF_ALL),  # noqa: S608
)
"""What a ranking of related trials looks at, a row a trial; see `harvester.tables.profile`."""
ALL_BESIDE = (*INDEXES, OF_TRIALS)
