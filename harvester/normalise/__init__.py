"""One record -> rows: pure, and the same record gives the same rows byte for byte.

record -> fields (never fails) -> rows: a module a noun (study, conditions, arms, outcomes, eligibility, dosing, people, places …)
texts  -> text -> corrections (correction_file) -> facts, events, conflicts, coverage
parts: which of this need not be done again; links: whose a dose is
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from harvester.normalise.correction_file import NO_CORRECTIONS, BadCorrections, Corrections, read_corrections
from harvester.steps import Steps, done

if TYPE_CHECKING:
    from collections.abc import Collection

    from harvester.registry.record import Record
    from harvester.tables import StudyRows

__all__ = ["NO_CORRECTIONS", "BadCorrections", "Corrections", "normalise", "normalise_in_steps", "read_corrections"]


def normalise(record: Record, corrections: Corrections = NO_CORRECTIONS, without: Collection[str] = ()) -> StudyRows:
    """All derived rows of ``record``, as corrected; those of the parts ``without`` left out, see `harvester.normalise.parts`.

    Never fails: what the data model does not allow becomes a conflict of kind ``schema``; a correction that
    no longer fits is void.
    """
    from harvester.normalise.rows import record_steps  # every rule: loaded when something is read, not to show what was

    return done(record_steps(record, corrections, without))


def normalise_in_steps(record: Record, corrections: Corrections, without: Collection[str] = ()) -> Steps[StudyRows]:
    """What `normalise` gives, for those who read many records together."""
    from harvester.normalise.rows import record_steps

    return record_steps(record, corrections, without)
