"""Large searches that are gone through part by part, so that one that was cut off can go on where it stood."""

from __future__ import annotations

from harvester.schema import Json, Row, column, optional, table


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
