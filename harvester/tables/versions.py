"""Records as received, harvests with how far large searches came, and what changed between versions."""

from __future__ import annotations

from harvester.schema import Json, Row, column, index_name, optional, table

SOURCES = ("api", "file", "page", "digest")
_HEAD = (
    "is_current", "nct_id", "version", "content_sha256", "source", "api_version", "data_timestamp", "fetched_at", "note",
)  # fmt: skip
"""What is asked of a version without its record: in the table it lies behind the record, pages away; in an index it does not."""
_RECEIVED = ("is_current", "source", "received_at", "nct_id")


@table(
    "record_versions",
    "Every version of every record that was seen, whole. Only added to; all derived rows can be rebuilt from it.",
    derived=False,
    indexes=(_HEAD, _RECEIVED, ("first_fetched_at",)),
)
class RecordVersion(Row):
    """One version of one record."""

    nct_id: str = column("NCT number", key=True)
    version: int = column("1 is the first version seen here", key=True)
    content_sha256: str = column("SHA-256 of the record without the registry's data-version stamp, in hexadecimal")
    record: Json = column("The record as received (JSON)")
    source: str = column("Where it came from", choices=SOURCES)
    source_url: str | None = optional("Address it came from")
    api_version: str | None = optional("The registry's apiVersion when it was fetched")
    data_timestamp: str | None = optional(
        "The registry's dataTimestamp when it was last fetched: the date of the data, unless record_sightings has a later one"
    )
    fetched_at: str = column("When it was last fetched with this content (UTC, ISO 8601); record_sightings may have a later time")
    first_fetched_at: str | None = optional("When it was first fetched with this content (UTC, ISO 8601)")
    is_current: bool = column("Whether the derived rows come from this version")
    note: str | None = optional("What the reader should know of the source, as of a digest")
    received_at: str | None = optional("When the whole record last came with this content (UTC, ISO 8601)")


@table(
    "record_sightings",
    "Versions that the registry said, without giving the record again, not to have been updated since: when it last said so.",
    derived=False,
    indexes=(),
)
class RecordSighting(Row):
    """The last time that one version was seen so. Beside the versions, for a row with a record in it is long to write again."""

    nct_id: str = column("NCT number", key=True)
    version: int = column("Number of the version", key=True)
    seen_api_version: str = column("The registry's apiVersion")
    seen_data_timestamp: str = column("The registry's dataTimestamp: the date of the data")
    seen_at: str = column("When it was asked (UTC, ISO 8601)")


SEEN: dict[str, str] = {
    "api_version": "CASE WHEN seen_at >= record_versions.fetched_at THEN seen_api_version ELSE record_versions.api_version END",
    "data_timestamp": "coalesce(max(record_versions.data_timestamp, seen_data_timestamp), "
    "record_versions.data_timestamp, seen_data_timestamp)",
    "fetched_at": "coalesce(max(record_versions.fetched_at, seen_at), record_versions.fetched_at)",
}
"""Columns of a version that a later sighting changes, as SQL on `record_versions` joined with `record_sightings`."""

CURRENT_RECORDS_DDL = f"""CREATE VIEW "current_records" AS
SELECT record_versions.nct_id, record_versions.version, content_sha256, source,
  {SEEN["api_version"]} AS api_version,
  {SEEN["data_timestamp"]} AS data_timestamp,
  {SEEN["fetched_at"]} AS fetched_at, note
FROM record_versions INDEXED BY {index_name("record_versions", _HEAD)}
LEFT JOIN record_sightings USING (nct_id, version) WHERE is_current = 1"""  # noqa: S608


@table(
    "study_readings",
    "By which rules the rows of each trial were read, and from which texts.",
    derived=False,
    indexes=(),
)
class StudyReading(Row):
    """The last reading of one trial: what tells whether its rows may stay when a new version comes."""

    nct_id: str = column("NCT number", key=True)
    rules: str = column("Digest of the rules that read it: of the program's files that decide what rows a record gives")
    criteria_fields: str | None = optional("Digest of the fields its criteria come from; empty where they are to be read again")
    doses_fields: str | None = optional("Digest of the fields its doses come from; empty where they are to be read again")


@table(
    "harvest_runs",
    "Every harvest and what became of what was asked for: requested = saved + unchanged + failed + not found.",
    derived=False,
    indexes=(),
)
class HarvestRun(Row):
    """One harvest."""

    run_id: int = column("Number of the run", key=True)
    command: str = column("The command as typed")
    started_at: str = column("Start (UTC, ISO 8601)")
    finished_at: str | None = optional("End (UTC, ISO 8601); empty when the run was cut off")
    requested: int = column("Trials asked for")
    saved: int = column("New or changed records stored")
    unchanged: int = column("Records that were stored already, the same")
    failed: int = column("Trials that could not be had or read")
    not_found: int = column("Trials that the registry does not have")
    status: str = column("How it ended", choices=("running", "complete", "partial", "failed", "interrupted"))
    problems: Json = column("What went wrong: a list of {nct_id, fate, problem, next_step}")


@table(
    "trial_aliases",
    "Obsolete NCT numbers that the registry redirects to a trial.",
    derived=False,
)
class TrialAlias(Row):
    """One obsolete number."""

    alias: str = column("The obsolete NCT number", key=True)
    nct_id: str = column("The trial it stands for")


@table("data_state", "One number that every write raises, so that a cache knows when it is old.", derived=False, indexes=())
class DataState(Row):
    """The only row."""

    state_id: int = column("Always 1", key=True)
    generation: int = column("Raised by every write")


@table(
    "record_changes",
    "What a new version of a record changed; criteria and doses by meaning. Computed from the stored versions.",
    indexes=(("nct_id", "to_version"),),
)
class RecordChange(Row):
    """One change between two versions."""

    change_id: str = column("Identifier of the change", key=True)
    nct_id: str = column("NCT number")
    from_version: int = column("Version before")
    to_version: int = column("Version after")
    path: str = column("Field that changed")
    kind: str = column("What changed: criterion, dose, arm, outcome, status, date, enrolment, text …")
    before: str | None = optional("Words before")
    after: str | None = optional("Words after")
    direction: str | None = optional("How", choices=("tightened", "loosened", "reworded", "moved", "added", "removed", "changed"))
    detail: str | None = optional("What it comes to, in words: what was read before and after, or where it moved")


@table(
    "data_models",
    "The fields of the registry's records as the registry described them, one row each time the description changed.",
    derived=False,
    indexes=(),
)
class DataModel(Row):
    """One description."""

    model_id: int = column("Number of the description, from 1", key=True)
    seen_at: str = column("When it was first seen (UTC, ISO 8601)")
    api_version: str | None = optional("The registry's apiVersion then")
    fields: Json = column("Path of each field and its type (JSON)")


@table(
    "saved_searches",
    "Searches of the registry that a refresh runs again.",
    derived=False,
    indexes=(),
)
class SavedSearch(Row):
    """One search."""

    name: str = column("Its name", key=True)
    words: str = column("What is searched for; every word must occur")
    most: int = column("Trials taken at most")
    saved_at: str = column("When it was saved (UTC, ISO 8601)")


@table(
    "sweeps",
    "Searches that were gone through page by page, the whole registry among them, and how far each came.",
    derived=False,
    indexes=(),
)
class Sweep(Row):
    """One search, gone through."""

    sweep_id: int = column("Number of the sweep", key=True)
    query: Json = column("Parameters of the search; none for the whole registry (JSON)")
    most: int | None = optional("Trials taken at most")
    total: int | None = optional("Trials that the registry counted when it began")
    started_at: str = column("When it began (UTC, ISO 8601)")
    finished_at: str | None = optional("When all of it was stored (UTC, ISO 8601); empty while something is left")


@table(
    "sweep_parts",
    "The parts of a sweep: the trials that the registry first posted between two days.",
    derived=False,
    indexes=(),
)
class SweepPart(Row):
    """One part."""

    sweep_id: int = column("Number of the sweep", key=True, references="sweeps.sweep_id")
    position: int = column("Place among the parts, from 1", key=True)
    expression: str | None = optional("What the registry is asked for this part (Essie); empty for all that the search finds")
    total: int | None = optional("Trials that the registry counted in it")
    stored: int = column("Trials that came and were stored or counted as failed")
    pages: int = column("Pages that were stored")
    next_token: str | None = optional("The registry's token for the page after these")
    data_timestamp: str | None = optional("The registry's dataTimestamp of its pages")
    is_mixed: bool = column("Whether the registry's data changed between its pages")
    finished_at: str | None = optional("When its last page was stored (UTC, ISO 8601)")
