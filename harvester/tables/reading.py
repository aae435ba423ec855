"""How far a record was read, what was not, what contradicts itself, and what a person corrected."""

from __future__ import annotations

from harvester.schema import Row, column, optional, table


@table("text_coverage", "How much of each text was read.", indexes=())
class TextCoverage(Row):
    """One text of one record."""

    nct_id: str = column("NCT number", key=True, references="studies.nct_id")
    source_path: str = column("Field of the record", key=True)
    characters: int = column(
        "Characters that can state something: of an eligibility text all but headings, of others the amounts", unit="code points"
    )
    read_characters: int = column("Characters of it that a rule read", unit="code points")


def percent_read(read_characters: int, characters: int) -> int | None:
    """Per cent of a text that was read, rounded down: 100 only when all of it was. None where there is no text.

    >>> percent_read(453, 2_445), percent_read(1_999, 2_000), percent_read(0, 0)
    (18, 99, None)
    """
    return read_characters * 100 // characters if characters else None


@table("unread_text", "Pieces of text that no rule read, with the reason: stated, but not read.", indexes=())
class UnreadText(Row):
    """One piece."""

    nct_id: str = column("NCT number", key=True, references="studies.nct_id")
    source_path: str = column("Field of the record", key=True)
    source_start: int = column("First character in that field, from 0", key=True, unit="code points")
    source_end: int = column("Character after the last one", unit="code points")
    quote: str = column("Its words, as the registry gives them")
    reason: str = column("Why it was not read")


@table("record_conflicts", "Places where one record contradicts itself.")
class RecordConflict(Row):
    """One contradiction, both sides quoted."""

    conflict_id: str = column("Identifier of the conflict", key=True)
    nct_id: str = column("NCT number", references="studies.nct_id")
    kind: str = column("What contradicts: age, sex, region, scores, dose …")
    left_path: str = column("Field of the one side")
    left_start: int | None = optional("First character there", unit="code points")
    left_end: int | None = optional("Character after the last one", unit="code points")
    left_quote: str = column("Its words")
    right_path: str = column("Field of the other side")
    right_start: int | None = optional("First character there", unit="code points")
    right_end: int | None = optional("Character after the last one", unit="code points")
    right_quote: str = column("Its words")
    detail: str = column("The contradiction in a sentence")
