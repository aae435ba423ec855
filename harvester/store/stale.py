"""Trials whose last fetch failed: the last good record is kept, and said to be old."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from harvester.schema import as_json
from harvester.shape import shape

_FAILURES = """
SELECT failed.nct_id, failed.fate, failed.problem, max(failed.tried_at), current_records.fetched_at
FROM (
  SELECT json_extract(entry.value, '$.nct_id') AS nct_id, json_extract(entry.value, '$.fate') AS fate,
    json_extract(entry.value, '$.problem') AS problem, harvest_runs.started_at AS tried_at
  FROM harvest_runs, json_each(harvest_runs.problems) AS entry
) AS failed
CROSS JOIN current_records ON current_records.nct_id = failed.nct_id
WHERE current_records.fetched_at < failed.tried_at AND (?1 IS NULL OR failed.nct_id IN (SELECT value FROM json_each(?1)))
GROUP BY failed.nct_id ORDER BY failed.nct_id
"""


@shape()
class Stale:
    """A stored trial that was asked for again in vain. ``is_gone``: the registry answered that it has no such trial."""

    nct_id: str
    is_gone: bool
    problem: str
    tried_at: str
    fetched_at: str

    @property
    def words(self) -> str:
        """Why the record may be old, in words."""
        tried = "The registry did not have this trial any more" if self.is_gone else "It could not be fetched again"
        return f"{tried} on {self.tried_at[:10]}. This is the record as it was fetched on {self.fetched_at[:10]}."


def stale_trials(connection: sqlite3.Connection, nct_ids: Sequence[str] | None = None) -> dict[str, Stale]:
    """Stored trials, all or among ``nct_ids``, whose latest failed fetch is younger than their record."""
    rows = connection.execute(_FAILURES, (None if nct_ids is None else as_json(list(nct_ids)),))
    return {row[0]: Stale(row[0], row[1] == "not_found", row[2], row[3], row[4]) for row in rows}
