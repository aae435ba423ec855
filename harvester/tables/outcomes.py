"""Outcome measures as planned."""

from __future__ import annotations

from harvester.schema import Row, column, optional, table


@table(
    "design_outcomes",
    "Outcome measures as planned, primary first.",
    source="protocolSection.outcomesModule",
)
class DesignOutcome(Row):
    """One outcome measure."""

    design_outcome_id: str = column("Identifier of the outcome", key=True)
    nct_id: str = column("NCT number", references="studies.nct_id")
    outcome_type: str = column("Rank of the outcome", choices=("primary", "secondary", "other"))
    position: int = column("Order within its rank, from 0")
    measure: str | None = optional(
        "What is measured, verbatim", source="primaryOutcomes.measure secondaryOutcomes.measure otherOutcomes.measure"
    )
    time_frame: str | None = optional(
        "When, verbatim", source="primaryOutcomes.timeFrame secondaryOutcomes.timeFrame otherOutcomes.timeFrame"
    )
    description: str | None = optional(
        "More about it, verbatim",
        source="primaryOutcomes.description secondaryOutcomes.description otherOutcomes.description",
    )
