"""Searching: any words are safe, the index follows the rows."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from harvester.registry.record import Record
from harvester.store import NARROWING, Namings, Search, Store, match_expression, search_studies
from tests.storing import write_record

Make = Callable[..., Record]
Save = Callable[[Record], int]


def found(connection: sqlite3.Connection, text: str) -> list[str]:
    return [hit.study.nct_id for hit in search_studies(connection, text)]


def test_words_are_found_wherever_they_stand(store: Store, record: Make, save: Save) -> None:
    save(record(1))  # Betacept in Synthetic Lymphoma
    save(record(2))  # Gammatinib in Synthetic Myeloma

    assert found(store.connection, "betacept") == ["NCT99000001"]
    assert found(store.connection, "gamma myel") == ["NCT99000002"]
    assert found(store.connection, "NCT99000001") == ["NCT99000001"]
    assert set(found(store.connection, "creatinine")) == {"NCT99000001", "NCT99000002"}
    assert found(store.connection, "betacept myeloma") == []
    assert "[Betacept]" in search_studies(store.connection, "betacept")[0].snippet


def test_the_index_follows_the_rows(store: Store, record: Make, save: Save) -> None:
    save(record(1, title="Xylophones"))
    save(record(1, title="Zithers"))

    assert found(store.connection, "xylophones") == []
    assert found(store.connection, "zithers") == ["NCT99000001"]
    store.rebuild_search()
    assert found(store.connection, "zithers") == ["NCT99000001"]
    store.connection.execute("INSERT INTO study_search (study_search, rank) VALUES ('integrity-check', 1)")


def test_people_are_not_searched(store: Store, record: Make, save: Save) -> None:
    body = record(1)
    contacts = {"centralContacts": [{"name": "Wilhelmina Quux", "email": "quux@example.org"}]}
    body.body["protocolSection"]["contactsLocationsModule"] = contacts
    save(body)

    assert found(store.connection, "quux") == []


@pytest.mark.parametrize("text", ["", "   ", '"', "***", "-", "( )"])
def test_no_words_no_hits(store: Store, record: Make, save: Save, text: str) -> None:
    save(record(1))

    assert found(store.connection, text) == []


@pytest.fixture(scope="module")
def one_trial(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    from harvester.registry.record import Origin, record_of
    from tests.standin.synthetic import synthetic_study

    record = record_of(synthetic_study(1), None, Origin(source="api", fetched_at="2026-11-25T08:00:00Z"))
    with Store(tmp_path_factory.mktemp("search") / "trials.db") as opened:
        with opened.transaction():
            write_record(opened, record)
        yield opened.connection


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text())
def test_no_text_breaks_the_search(one_trial: sqlite3.Connection, text: str) -> None:
    search_studies(one_trial, text)
    Namings().of(one_trial, 1, text)


@pytest.mark.parametrize(
    "text",
    ["quux OR betacept", "NEAR(betacept quux)", "betacept NOT quux", "{titles}: betacept", "'; DROP TABLE studies; --", "^quux"],
)
def test_operators_are_words(store: Store, record: Make, save: Save, text: str) -> None:
    save(record(1))

    assert found(store.connection, text) == []
    assert found(store.connection, "betacept") == ["NCT99000001"]


def test_every_word_is_quoted() -> None:
    assert match_expression('graft-versus-host "x" OR') == '"graft-versus-host"* "x"* "OR"*'


def test_of_very_many_the_youngest_come_first(store: Store, record: Make, save: Save, monkeypatch: pytest.MonkeyPatch) -> None:
    save(record(9, title="Betacept betacept betacept"))
    for number in (1, 5):
        save(record(number))
    best = found(store.connection, "betacept")
    monkeypatch.setattr("harvester.store.search.WEIGHED", 2)

    assert best[0] == "NCT99000009"
    assert found(store.connection, "betacept") == ["NCT99000009", "NCT99000005", "NCT99000001"]
    assert found(store.connection, "betacept lymphoma") == ["NCT99000001"]


def test_a_search_is_counted_and_narrowed_by_kind(store: Store, record: Make, save: Save) -> None:
    for number in range(1, 5):
        save(record(number))
    whole = Search(store.connection, "creatinine")
    kinds = whole.kinds()

    assert set(kinds) == set(NARROWING)
    assert whole.size == len(found(store.connection, "creatinine")) > 1
    for column, answers in kinds.items():
        for code, label, trials in answers:
            only = Search(store.connection, "creatinine", {column: code})
            assert len(only.hits()) == trials == only.size
            assert label
    assert Search(store.connection, "creatinine", {"phase": "NO_SUCH"}).hits() == []


def test_a_search_for_nothing_is_of_no_size_and_no_kind(one_trial: sqlite3.Connection) -> None:
    assert Search(one_trial, " - ").size == 0
    assert Search(one_trial, "").kinds() == {}
    assert Search(one_trial, "").hits() == []


def test_a_search_is_narrowed_by_fields_of_ours_alone(one_trial: sqlite3.Connection) -> None:
    with pytest.raises(KeyError):
        Search(one_trial, "creatinine", {"brief_title = '' OR 1": "x"})
