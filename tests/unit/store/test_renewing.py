"""A new version's rows are written where they differ, and what is stored then is what writing all of them gives."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from harvester.migrations import NAME_COLUMNS, SEARCH_COLUMNS
from harvester.normalise import NO_CORRECTIONS
from harvester.reading.study import reading_of
from harvester.registry.record import Origin, Record, record_of
from harvester.store import Store, search_studies
from harvester.store.words import ALL_WORDS, INDEXES, NAMES, OF_TRIALS, TITLES, Beside
from harvester.tables import DERIVED
from tests.standin.synthetic import synthetic_study

Make = Callable[..., Record]
Save = Callable[[Record], int]
_LINES = ("Age 18 years or older", "Age 65 years or older", "ECOG 0 or 1", "Pregnant women", "Ferritin below 300 ug/L", "Asthma")
_PLACES = ("Utopia", "Erewhon", "Laputa", "Nowhere")


@st.composite
def studies(draw: st.DrawFn) -> Record:
    """A synthetic study whose criteria, conditions, keywords and sites are drawn."""
    body = synthetic_study(1)
    protocol = body["protocolSection"]
    protocol["identificationModule"]["briefTitle"] = draw(st.sampled_from(("A title", "Another title")))
    included, excluded = (draw(st.lists(st.sampled_from(_LINES), max_size=4)) for _ in range(2))
    text = "\n".join(
        ["Inclusion Criteria:", *(f"* {each}" for each in included), "Exclusion Criteria:", *(f"* {each}" for each in excluded)]
    )
    protocol["eligibilityModule"]["eligibilityCriteria"] = text
    protocol["conditionsModule"] = {
        "conditions": draw(st.lists(st.sampled_from(("Anaemia", "Asthma", "Pain")), min_size=1, max_size=3)),
        "keywords": draw(st.lists(st.sampled_from(("iron", "breath")), max_size=2)),
    }
    cities = draw(st.lists(st.sampled_from(_PLACES), max_size=4))
    protocol["contactsLocationsModule"] = {
        "locations": [{"facility": "Hospital", "city": each, "country": "Nowhere"} for each in cities]
    }
    return record_of(body, None, Origin(source="file", fetched_at="2026-11-25T08:00:00Z"))


def contents(store: Store) -> dict[str, list[tuple[Any, ...]]]:
    names = [row_type.table.name for row_type in DERIVED]
    return {name: store.connection.execute(f'SELECT * FROM "{name}" ORDER BY rowid').fetchall() for name in names}


def profiles(store: Store, of: str = "study_search_profiles") -> list[tuple[int, str]]:
    return store.connection.execute(f"SELECT nct_number, profile FROM {of} ORDER BY nct_number").fetchall()


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(before=studies(), after=studies())
def test_renewed_rows_are_those_that_writing_all_gives(
    tmp_path_factory: pytest.TempPathFactory, before: Record, after: Record
) -> None:
    folder = tmp_path_factory.mktemp("renewing")
    with Store(folder / "renewed.db") as renewed, Store(folder / "new.db") as new:
        for store, written in ((renewed, (before, after)), (new, (after,))):
            for record in written:
                with store.transaction():
                    store.renew_rows([reading_of(record, NO_CORRECTIONS)])

        assert contents(renewed) == contents(new)
        for store in (renewed, new):
            for index in INDEXES:
                store.connection.execute(f"INSERT INTO {index.name} ({index.name}, rank) VALUES ('integrity-check', 1)")
            assert store.connection.execute("PRAGMA foreign_key_check").fetchall() == []
            assert profiles(store) == profiles(store, "study_search_profile_rows")


def test_what_stays_is_not_written(store: Store, record: Make, save: Save) -> None:
    save(record(1))
    before = store.connection.total_changes
    with store.transaction():
        store.renew_rows([reading_of(record(1), NO_CORRECTIONS)])

    assert store.connection.total_changes == before + 1  # the state of the data


def test_the_words_of_a_search_follow_the_rows(store: Store, record: Make, save: Save) -> None:
    save(record(1, title="Gentamicin for everybody"))
    save(record(1, title="Amoxicillin for everybody"))

    assert search_studies(store.connection, "gentamicin") == []
    assert [hit.study.nct_id for hit in search_studies(store.connection, "amoxicillin")] == ["NCT99000001"]


def columns_read(folder: Path, sql: str) -> set[tuple[str, str]]:
    """Tables and columns that SQLite reads for a query."""
    read: set[tuple[str, str]] = set()

    def note(action: int, table: str | None, column: str | None, *_: str | None) -> int:
        if action == sqlite3.SQLITE_READ and table and column:
            read.add((table, column))
        return sqlite3.SQLITE_OK

    with Store(folder / "trials.db") as store:
        store.connection.set_authorizer(note)
        store.connection.execute(sql).fetchall()
        store.connection.set_authorizer(None)
    return read


@pytest.mark.parametrize(("index", "columns"), [(ALL_WORDS, SEARCH_COLUMNS), (NAMES, NAME_COLUMNS)], ids=("words", "names"))
def test_all_columns_that_an_index_takes_words_from_are_watched(tmp_path: Path, index: Beside, columns: tuple[str, ...]) -> None:
    read = columns_read(tmp_path, f"SELECT {', '.join(columns)} FROM study_search_text")
    tables = {table for table, column in read if column != "nct_id"} - {"study_search_text"}
    if "summary" not in columns:  # SQLite names all columns of a view, asked for or not
        tables -= ALL_WORDS.tables - NAMES.tables
    assert tables == {"studies", *index.tables}
    assert {column for table, column in read if table == "studies"} - {"nct_number"} == set(TITLES)


def test_all_columns_that_a_profile_comes_from_are_watched(tmp_path: Path) -> None:
    read = columns_read(tmp_path, "SELECT profile FROM study_search_profile_rows")
    tables = {table for table, _ in read} - {"study_search_profile_rows", "near"}

    assert {table for table in tables if not table.startswith("(")} - {""} == {"studies", *OF_TRIALS.tables}
    assert {column for table, column in read if table == "studies"} - {"nct_id", "nct_number"} == set(OF_TRIALS.of_study)


def test_a_profile_follows_the_rows(store: Store, record: Make, save: Save) -> None:
    save(record(1, title="Gentamicin for everybody"))
    first = profiles(store)
    save(record(1, title="Amoxicillin for everybody"))

    assert "Gentamicin" in first[0][1]
    assert "Amoxicillin" in profiles(store)[0][1]
    assert profiles(store) == profiles(store, "study_search_profile_rows") != first
