"""The only home of SQLite writing, and of the queries everybody else uses.

Writing goes through `Store`; reading functions take any open connection, so that the site can hand them its own.

writing -> lock, database, standing (what is new), batch, renewing (what differs), words, read_by, runs
reading, history, ranking, search, naming, statistics … -> statements: SQL from the declarations of the tables
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from harvester.store.database import is_database, must_exist, open_for_reading, open_for_writing, storage_errors, table_shapes
from harvester.store.history import (
    Place,
    VersionHead,
    Wanted,
    changed_since,
    latest_arrival,
    list_snapshots,
    new_since,
    version_heads,
)
from harvester.store.read_by import ReadBy, count_read_by_other_rules, other_rules_line, read_by_other_rules
from harvester.store.reading import (
    StudyListing,
    count_studies,
    known_ids,
    list_studies,
    listings,
    read_changes,
    read_record,
    read_studies,
    read_versions,
    versions_in,
    with_history,
)
from harvester.store.runs import FATES, Fate, Run, read_runs
from harvester.store.standing import Head, Received, Standing
from harvester.store.statistics import Statistics, data_state, statistics
from harvester.store.writing import Store

if TYPE_CHECKING:
    from harvester.store.check import Finding, check_database
    from harvester.store.comparisons import freeze_comparison, list_comparisons, read_comparison, read_snapshot, save_comparison
    from harvester.store.naming import Naming, Namings, Sought, heaviest, interventions_named
    from harvester.store.narrowing import NARROWING, Kinds, Only, known_name, known_names
    from harvester.store.ranking import read_for_ranking
    from harvester.store.refreshing import (
        WATCHED,
        Readings,
        State,
        data_models,
        due_for_reading,
        keep_data_model,
        latest_data_model,
        list_searches,
        readings,
        save_search,
        states,
    )
    from harvester.store.search import (
        LOOKED_THROUGH,
        ORDERS,
        WEIGHED,
        Search,
        SearchHit,
        WantedTrials,
        match_expression,
        search_studies,
        terms_in_use,
    )
    from harvester.store.staging import Staging
    from harvester.store.stale import Stale, stale_trials
    from harvester.store.streaming import blocks_of, one_moment
    from harvester.store.sweeps import begin_sweep, finish_sweep, list_sweeps, save_parts, sweep_parts, unfinished_sweep
else:
    _LATER = {
        "check": "Finding check_database",
        "comparisons": "freeze_comparison list_comparisons read_comparison read_snapshot save_comparison",
        "naming": "Naming Namings Sought heaviest interventions_named",
        "ranking": "read_for_ranking",
        "refreshing": (
            "WATCHED Readings State data_models due_for_reading "
            "keep_data_model latest_data_model list_searches readings save_search states"
        ),
        "narrowing": "NARROWING Kinds Only known_name known_names",
        "search": "LOOKED_THROUGH ORDERS WEIGHED Search SearchHit WantedTrials match_expression search_studies terms_in_use",
        "staging": "Staging",
        "stale": "Stale stale_trials",
        "streaming": "blocks_of one_moment",
        "sweeps": "begin_sweep finish_sweep list_sweeps save_parts sweep_parts unfinished_sweep",
    }
    _HOMES = {name: home for home, names in _LATER.items() for name in names.split()}

    def __getattr__(name: str) -> object:
        """What few commands need is loaded when it is first asked for."""
        if name not in _HOMES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        found = globals()[name] = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
        return found


__all__ = [
    "FATES",
    "LOOKED_THROUGH",
    "NARROWING",
    "ORDERS",
    "WATCHED",
    "WEIGHED",
    "Fate",
    "Finding",
    "Head",
    "Kinds",
    "Naming",
    "Namings",
    "Only",
    "Place",
    "ReadBy",
    "Readings",
    "Received",
    "Run",
    "Search",
    "SearchHit",
    "Sought",
    "Staging",
    "Stale",
    "Standing",
    "State",
    "Statistics",
    "Store",
    "StudyListing",
    "VersionHead",
    "Wanted",
    "WantedTrials",
    "begin_sweep",
    "blocks_of",
    "changed_since",
    "check_database",
    "count_read_by_other_rules",
    "count_studies",
    "data_models",
    "data_state",
    "due_for_reading",
    "finish_sweep",
    "freeze_comparison",
    "heaviest",
    "interventions_named",
    "is_database",
    "keep_data_model",
    "known_ids",
    "known_name",
    "known_names",
    "latest_arrival",
    "latest_data_model",
    "list_comparisons",
    "list_searches",
    "list_snapshots",
    "list_studies",
    "list_sweeps",
    "listings",
    "match_expression",
    "must_exist",
    "new_since",
    "one_moment",
    "open_for_reading",
    "open_for_writing",
    "other_rules_line",
    "read_by_other_rules",
    "read_changes",
    "read_comparison",
    "read_for_ranking",
    "read_record",
    "read_runs",
    "read_snapshot",
    "read_studies",
    "read_versions",
    "readings",
    "save_comparison",
    "save_parts",
    "save_search",
    "search_studies",
    "stale_trials",
    "states",
    "statistics",
    "storage_errors",
    "sweep_parts",
    "table_shapes",
    "terms_in_use",
    "unfinished_sweep",
    "version_heads",
    "versions_in",
    "with_history",
]
