"""Trials as they stood on a day, read from the versions that are stored."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from harvester.cli.collection import known
from harvester.errors import InputError
from harvester.history import version_on
from harvester.normalise import NO_CORRECTIONS, Corrections
from harvester.store import read_record, version_heads
from harvester.tables import RecordVersion, StudyRows
from harvester.versions import read_version

if TYPE_CHECKING:
    from sqlite3 import Connection

_DAY = re.compile(r"\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])")


def studies_as_of(
    connection: Connection, nct_ids: Sequence[str], day: str, corrections: Corrections = NO_CORRECTIONS
) -> list[StudyRows]:
    """The trials in the order asked, each from the version that held on ``day``, its readings as corrected today.

    Raises UnknownTrial, and InputError for what is no day and for a trial of which no version of that day is stored.
    """
    if not _DAY.fullmatch(day):
        raise InputError(f"{day[:40]} is not a day", "Write it as 2026-11-25.")
    return [_study(connection, nct_id, day, corrections) for nct_id in known(connection, nct_ids)]


def _study(connection: Connection, nct_id: str, day: str, corrections: Corrections) -> StudyRows:
    head = version_on(version_heads(connection, nct_id), day)
    version = read_record(connection, nct_id, head.version) if head else None
    if version is None:
        raise InputError(
            f"No version of {nct_id} that held on {day} is stored", f"List them with: trialside diff {nct_id} --list"
        )
    rows = read_version(version, corrections)
    return StudyRows(nct_id, {**rows.rows, RecordVersion: (version,)})
