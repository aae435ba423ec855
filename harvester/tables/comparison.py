"""Named comparisons and their frozen snapshots."""

from __future__ import annotations

from harvester.schema import Json, Row, column, optional, table


@table("comparisons", "Named sets of trials: a focal trial and its comparators.", derived=False, indexes=())
class ComparisonSet(Row):
    """One named set."""

    comparison_id: str = column("Short name, as in the address", key=True)
    title: str = column("Title")
    focal_nct_id: str = column("Focal trial")
    note: str | None = optional("What the set is for")


@table(
    "comparison_members",
    "The comparators of a set, each with the part it plays and why it is there.",
    derived=False,
    indexes=(("nct_id",),),
)
class ComparisonMember(Row):
    """One comparator in one set."""

    comparison_id: str = column("Set", key=True, references="comparisons.comparison_id")
    nct_id: str = column("Comparator", key=True)
    position: int = column("Order in the set, from 1")
    role: str | None = optional("Part it plays, in words")
    reason: str | None = optional("Why it is in the set, in words")


@table("comparison_snapshots", "Comparisons frozen as they were shown, with hash and date.", derived=False, indexes=())
class ComparisonSnapshot(Row):
    """One frozen comparison."""

    snapshot_sha256: str = column("SHA-256 of the content, in hexadecimal", key=True)
    comparison_id: str | None = optional("Set, where it is a named one")
    nct_ids: Json = column("Trials, focal first (JSON list)")
    created_at: str = column("When it was frozen (UTC, ISO 8601)")
    program_version: str = column("Version of the program that made it")
    content: Json = column("The comparison (JSON)")
