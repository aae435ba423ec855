"""Corrections that people made to readings: those that were applied, and those that are void and why."""

from __future__ import annotations

from collections.abc import Iterable

from harvester.schema import Row, column, optional, table

CORRECTED_TABLES = ("criterion_facts", "doses", "eligibility_criteria")
ACTIONS = ("set", "drop", "add")


@table(
    "corrections",
    "Corrections of readings, from the corrections file: applied, or void because what they were made for is gone.",
)
class Correction(Row):
    """One correction of one trial."""

    correction_id: str = column("Identifier of the correction", key=True)
    nct_id: str = column("NCT number", references="studies.nct_id")
    source_path: str = column("Field of the record")
    source_start: int = column("First character in that field, from 0", unit="code points")
    source_end: int = column("Character after the last one", unit="code points")
    words: str = column("The words it was made for, which a later record may no longer have there")
    table_name: str = column("Table that is corrected", choices=CORRECTED_TABLES)
    action: str = column("What is done: a value set, a reading dropped, a reading added", choices=ACTIONS)
    reading: str | None = optional("Concept or agent of the reading that is meant, where the words gave several")
    column_name: str | None = optional("Column that is set")
    old_value: str | None = optional("What was read; empty where nothing was")
    new_value: str | None = optional("What is right; of an added reading its columns (JSON)")
    reason: str = column("Why")
    who: str = column("Who made it")
    made_on: str = column("When it was made (ISO 8601 date)")
    state: str = column("Whether it was applied", choices=("applied", "void"))
    void_reason: str | None = optional("Why it is void")


def void_line(corrections: Iterable[Correction]) -> str | None:
    """One line on those of a trial's corrections that are void, the first with its reason; None when none is."""
    void = [each for each in corrections if each.state == "void"]
    if not void:
        return None
    more = f", and {len(void) - 1} more" if len(void) > 1 else ""
    return f'{void[0].nct_id}: the correction of "{" ".join(void[0].words.split())[:60]}" is void: {void[0].void_reason}{more}'
