"""The check finds each kind of damage and names it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from harvester.pipeline.renewal import check
from harvester.registry.record import Record
from harvester.store import Store

Make = Callable[..., Record]
Save = Callable[[Record], int]


@pytest.fixture
def filled(store: Store, record: Make, save: Save) -> Store:
    save(record(1))
    save(record(2))
    save(record(2, title="Another"))
    return store


def failing(path: Path) -> set[str]:
    return {finding.name for finding in check(path) if not finding.ok}


def test_a_whole_database_passes(filled: Store) -> None:
    findings = check(filled.path)

    assert [finding.name for finding in findings if not finding.ok] == []
    assert {"schema", "integrity", "references", "runs", "versions", "search", "hashes", "quotes", "rows"} == {
        finding.name for finding in findings
    }


@pytest.mark.parametrize(
    ("sql", "names"),
    [
        ("UPDATE studies SET brief_title = 'x' WHERE nct_id = 'NCT99000001'", {"rows"}),
        ("UPDATE eligibility_criteria SET source_start = 0 WHERE criterion_id = 'NCT99000001.c2'", {"quotes", "rows"}),
        ("DELETE FROM study_search_docsize WHERE id = 99000001", {"search"}),
        ("DELETE FROM study_search_names_docsize WHERE id = 99000001", {"search"}),
        ("DELETE FROM study_search_profiles WHERE nct_number = 99000001", {"search"}),
        ("UPDATE conditions SET name = 'x' WHERE nct_id = 'NCT99000001'", {"search", "rows"}),
        ("INSERT INTO record_sightings VALUES ('NCT99000001', 9, '2.0.5', '2026-11-24', '2026-11-25')", {"versions"}),
        (
            "PRAGMA foreign_keys = OFF; DELETE FROM studies WHERE nct_id = 'NCT99000001'",
            {"references", "versions", "search", "rows"},
        ),
        ("DROP TABLE violation_events", {"schema"}),
        (
            "DROP TRIGGER record_versions_keep_content; UPDATE record_versions SET content_sha256 = 'x' WHERE version = 2",
            {"hashes"},
        ),
        ("DROP TRIGGER record_versions_keep_rows; DELETE FROM record_versions WHERE is_current = 0", {"versions"}),
        ("DROP TRIGGER record_versions_keep_content; UPDATE record_versions SET is_current = 0", {"versions"}),
    ],
)
def test_damage_is_named(filled: Store, sql: str, names: set[str]) -> None:
    filled.connection.executescript(sql)

    assert failing(filled.path) >= names
