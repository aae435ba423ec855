"""Rows of synthetic records, read as the program reads them."""

from __future__ import annotations

from harvester.normalise import normalise
from harvester.registry.record import Origin, record_of
from harvester.tables import RecordVersion, StudyRows, as_json
from tests.standin.synthetic import synthetic_study
from tests.unit.site.site_records import full_study, hostile_study


def rows(*bodies: dict[str, object], source: str = "api") -> list[StudyRows]:
    """The rows of each record."""
    return [_rows(body, source) for body in bodies]


def _rows(body: dict[str, object], source: str) -> StudyRows:
    origin = Origin(source=source, data_timestamp="2026-11-24T09:00:05", fetched_at="2026-11-25T08:00:00Z")
    read = normalise(record_of(body, None, origin))
    version = RecordVersion(
        nct_id=read.nct_id, version=1, content_sha256="0" * 64, record=as_json(body), source=source,
        data_timestamp=origin.data_timestamp, fetched_at=origin.fetched_at, is_current=True,
    )  # fmt: skip
    return StudyRows.collect(read.nct_id, [*read, version])


FULL, HOSTILE, PLAIN = rows(full_study(), hostile_study(), synthetic_study(3))
DIGEST = rows(synthetic_study(3), source="digest")[0]
