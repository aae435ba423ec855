"""SQL on versions of records, with the dates on which they were last seen."""

from __future__ import annotations

from harvester.tables import RecordVersion
from harvester.tables.versions import SEEN

SEEN_VERSIONS = "record_versions LEFT JOIN record_sightings USING (nct_id, version)"
"""Versions with their sightings; what `SEEN` is about."""


def select_versions(where: str, record: str = "record") -> str:
    """SELECT of all columns of versions in order, in the order of writing; ``record`` is put in the record's place."""
    put = SEEN | {"record": record}
    names = ", ".join(put.get(name, f"record_versions.{name}") for name in RecordVersion.table.column_names)
    return f"SELECT {names} FROM {SEEN_VERSIONS} WHERE {where} ORDER BY record_versions.rowid"  # noqa: S608
