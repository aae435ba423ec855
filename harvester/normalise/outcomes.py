"""Outcome measures as planned."""

from __future__ import annotations

from collections.abc import Iterator

from harvester.normalise.fields import Fields
from harvester.tables import DesignOutcome, Row


def outcome_rows(nct_id: str, body: Fields) -> Iterator[Row]:
    """`DesignOutcome` rows: primary, then secondary, then other."""
    module = body.under("protocolSection.outcomesModule")
    number = 0
    for rank in ("primary", "secondary", "other"):
        for place, item in enumerate(module.objects(f"{rank}Outcomes")):
            number += 1
            yield DesignOutcome(
                design_outcome_id=f"{nct_id}.o{number}",
                nct_id=nct_id,
                outcome_type=rank,
                position=place,
                measure=item.text("measure"),
                time_frame=item.text("timeFrame"),
                description=item.text("description"),
            )
