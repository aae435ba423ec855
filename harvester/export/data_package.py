"""The tables of a collection as a data package: what leaves, and ``datapackage.json``, which describes it.

The description follows Data Package 2.0 (datapackage.org). Its additions: a field's ``unit`` and ``registryFields`` (the fields
of the registry's record, API version 2, that it comes from), a resource's ``rows``, and ``dataDate`` and ``attribution`` of all.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from harvester.shape import shape
from harvester.tables import COMPARED, DERIVED, CentralContact, FacilityContact, RecordVersion, Row, TrialAlias

PROFILE: Final = "https://datapackage.org/profiles/2.0/datapackage.json"
REGISTRY: Final = "https://clinicaltrials.gov/"
TERMS: Final = "https://clinicaltrials.gov/about-site/terms-conditions"
DESCRIPTION: Final = (
    "Trial records of ClinicalTrials.gov by table, and what trialside read from their texts. Values read from text stand beside "
    "their words (quote) and the place of these in the record (source_path, source_start, source_end). An empty value means that "
    "the record does not state it, unless the column's description says otherwise; what was not read is in unread_text. Counts "
    "are of this collection, not of the registry. People to telephone or write to, and the records' own JSON, are left out."
)
_LEFT_OUT: Final[Mapping[type[Row], frozenset[str]]] = {RecordVersion: frozenset({"record"})}
_CONTACTS: Final = (CentralContact, FacilityContact)
TABLES: Final[tuple[type[Row], ...]] = (
    *(row_type for row_type in DERIVED if row_type not in _CONTACTS),
    *COMPARED,
    RecordVersion,
    TrialAlias,
)
"""The tables that leave."""

_TYPES: Final = {"TEXT": "string", "INTEGER": "integer", "REAL": "number"}


@shape()
class Resource:
    """A table as it was written: its file's name, size in bytes, SHA-256 in hexadecimal, and number of rows."""

    row_type: type[Row]
    path: str
    size: int
    sha256: str
    rows: int


def columns_of(row_type: type[Row]) -> tuple[str, ...]:
    """Names of the columns that leave, in order."""
    left_out = _LEFT_OUT.get(row_type, frozenset())
    return tuple(name for name in row_type.table.column_names if name not in left_out)


def data_package(
    resources: Iterable[Resource], *, attribution: str, data_date: str | None, program_version: str, trials: int
) -> dict[str, Any]:
    """The content of ``datapackage.json``. The same data and the same program give the same: no time of writing is in it."""
    return {
        "$schema": PROFILE,
        "name": "trialside-tables",
        "title": f"{trials:,} trial records, read by trialside",
        "description": DESCRIPTION,
        "version": program_version,
        "dataDate": data_date,
        "attribution": attribution,
        "sources": [{"title": "ClinicalTrials.gov, U.S. National Library of Medicine", "path": REGISTRY}],
        "licenses": [{"title": "Terms and conditions of ClinicalTrials.gov", "path": TERMS}],
        "resources": [_resource(each) for each in resources],
    }


def _resource(resource: Resource) -> dict[str, Any]:
    table = resource.row_type.table
    return {
        "name": table.name,
        "path": resource.path,
        "format": "parquet",
        "mediatype": "application/vnd.apache.parquet",
        "description": table.description,
        "bytes": resource.size,
        "hash": f"sha256:{resource.sha256}",
        "rows": resource.rows,
        "schema": {
            "fields": [_field(resource.row_type, name) for name in columns_of(resource.row_type)],
            "primaryKey": list(table.key),
            "foreignKeys": _foreign_keys(resource.row_type),
        },
    }


def _field(row_type: type[Row], name: str) -> dict[str, Any]:
    table = row_type.table
    column = next(each for each in table.columns if each.name == name)
    constraints: dict[str, Any] = {} if column.nullable else {"required": True}
    if column.choices:
        constraints["enum"] = list(column.choices)
    described = {
        "name": name,
        "type": "boolean" if column.is_bool else _TYPES[column.type],
        "description": column.description,
        "contentMediaType": "application/json" if column.is_json else None,
        "unit": column.unit,
        "registryFields": list(table.field_paths(column)) or None,
        "constraints": constraints or None,
    }
    return {key: value for key, value in described.items() if value is not None}


def _foreign_keys(row_type: type[Row]) -> list[dict[str, Any]]:
    there = {each.table.name for each in TABLES}
    found = []
    for column in row_type.table.columns:
        other, _, name = (column.references or "").partition(".")
        if other in there:
            found.append({"fields": [column.name], "reference": {"resource": other, "fields": [name]}})
    return found
