"""Which trials name a phrase: counted, listed from the youngest, remembered as long as the data stay the same."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable
from contextlib import closing

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harvester.registry.record import Record
from harvester.store import Naming, Namings, Sought, Store, heaviest, interventions_named
from harvester.store.naming import phrase_expression

Make = Callable[..., Record]
Save = Callable[[Record], int]


@pytest.fixture
def twelve(store: Store, record: Make, save: Save) -> Store:
    """Every third trial is on lymphoma, every fourth gives Betacept."""
    for number in range(1, 13):
        save(record(number))
    return store


def numbers(*found: int) -> tuple[int, ...]:
    return tuple(99_000_000 + number for number in found)


def test_a_phrase_is_counted_and_listed(twelve: Store) -> None:
    namings = Namings()

    assert namings.of(twelve.connection, 1, "synthetic Lymphoma") == Naming(numbers(10, 7, 4, 1), 4)
    assert namings.of(twelve.connection, 1, "betac*") == Naming(numbers(9, 5, 1), 3)
    assert namings.of(twelve.connection, 1, "betac") == Naming((), 0)
    assert namings.of(twelve.connection, 1, '"*') is None
    assert set(namings.counts(twelve.connection, 1, ["betacept", "nobody's", "*"])) == {"betacept"}


def test_the_criteria_are_not_looked_at(twelve: Store) -> None:
    assert Namings().of(twelve.connection, 1, "creatinine") == Naming((), 0)


def test_of_very_many_the_youngest_are_listed_and_how_many_there_are_is_made_out(
    twelve: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("harvester.store.naming.LISTED", 2)
    found = Namings().of(twelve.connection, 1, "lymphoma")

    assert found is not None
    assert (found.listed, found.count, found.is_listed) == (numbers(10, 7), 2, False)
    assert 4 <= found.about <= 6, "three of the nine youngest"
    assert Namings().of(twelve.connection, 1, "betacept lymphoma") == Naming((), 0)


def collection(connection: sqlite3.Connection, trials: Iterable[int], naming: Iterable[int]) -> sqlite3.Connection:
    """What is looked at of a collection of ``trials``, of which those ``naming`` name a thing."""
    connection.execute("CREATE TABLE studies (nct_number INTEGER)")
    connection.executemany("INSERT INTO studies VALUES (?)", ((number,) for number in trials))
    connection.execute("CREATE VIRTUAL TABLE study_search_names USING fts5(titles)")
    connection.executemany("INSERT INTO study_search_names (rowid, titles) VALUES (?, 'it')", ((each,) for each in naming))
    return connection


@settings(max_examples=40, deadline=None)
@given(st.sets(st.integers(1, 3_000), min_size=40, max_size=400), st.integers(2, 25), st.integers(0, 10))
def test_what_is_made_out_is_near_what_is(trials: set[int], every: int, older: int) -> None:
    """Trials of any numbers, of which one in so many of the youngest names a thing, stored in whatever order."""
    ordered = sorted(trials)
    naming = ordered[len(ordered) * older // 20 :: every]
    with closing(sqlite3.connect(":memory:")) as connection, pytest.MonkeyPatch.context() as patched:
        for limit, value in (("LISTED", 3), ("PROBED", 3), ("EXACT", 3_000)):
            patched.setattr(f"harvester.store.naming.{limit}", value)
        found = Namings()._look_up(collection(connection, trials, naming), '"it"')

    assert found.listed == tuple(reversed(naming))[: len(found.listed)]
    assert found.is_listed == (len(found.listed) == len(naming))
    assert found.about == len(naming) if found.is_listed else 0.3 * len(naming) - 3 <= found.about <= 2.5 * len(naming) + 3


@pytest.mark.parametrize("written", ["Non-small cell", "non-small-cell", " non (small) cell,", "NON SMALL CELL"])
def test_what_the_index_does_not_tell_apart_is_looked_up_once(twelve: Store, written: str) -> None:
    assert phrase_expression(written) == '"non small cell"'
    assert phrase_expression(f"{written}*") == '"non small cell" *'


def test_what_was_looked_up_holds_for_one_state_of_the_data(twelve: Store, record: Make, save: Save) -> None:
    namings = Namings()
    before = namings.of(twelve.connection, 1, "betacept")
    save(record(13))

    assert namings.of(twelve.connection, 1, "betacept") is before
    assert namings.of(twelve.connection, 2, "betacept") == Naming(numbers(13, 9, 5, 1), 4)


def test_no_more_is_remembered_than_may_be(twelve: Store) -> None:
    namings = Namings(most=2)
    for phrase in ("betacept", "lymphoma", "myeloma"):
        namings.of(twelve.connection, 1, phrase)

    assert len(namings._kept) == 2


def test_any_of_several_phrases(twelve: Store) -> None:
    found = Namings().any_of(twelve.connection, 1, ["betacept", "lymphoma", "nobody's"])

    assert found == Naming(numbers(10, 9, 7, 5, 4, 1), 6)
    assert Namings().any_of(twelve.connection, 1, ["nobody's"]) == Naming((), 0)


def test_any_of_several_phrases_of_which_one_is_named_very_often(twelve: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("harvester.store.naming.LISTED", 3)
    found = Namings().any_of(twelve.connection, 1, ["betacept", "lymphoma"])

    assert found is not None
    assert found.listed == numbers(10, 9, 7)
    assert not found.is_listed
    assert 6 <= found.about <= 9


@pytest.mark.parametrize(
    ("named", "listed", "least", "most"),
    [
        (range(1, 1_001), 11, 800, 1_200),
        (range(1, 1_001, 2), 11, 400, 600),
        (range(1, 1_001, 5), 11, 160, 240),
        (range(971, 1_001), 30, 30, 30),
        (range(1, 31), 30, 30, 30),
    ],
    ids=["all", "every second", "every fifth", "the youngest alone", "the oldest alone"],
)
def test_what_is_named_too_often_is_listed_no_further_than_it_takes_to_see_it(
    named: range, listed: int, least: int, most: int
) -> None:
    with closing(sqlite3.connect(":memory:")) as connection, pytest.MonkeyPatch.context() as patched:
        patched.setattr("harvester.store.naming.LISTED", 40)
        patched.setattr("harvester.store.naming.PROBED", 10)
        found = Namings()._look_up(collection(connection, range(1, 1_001), named), '"it"')

    assert found.listed == tuple(reversed(named))[:listed]
    assert least <= found.about <= most


def test_trials_weigh_what_they_name(twelve: Store) -> None:
    sought = [Sought(("betacept", "betacept injection"), 2.0), Sought(("lymphoma",), 1.0), Sought(("nobody's",), 9.0)]
    weights = Namings().weighed(twelve.connection, 1, sought)

    assert weights == dict.fromkeys(numbers(5, 9), 2.0) | dict.fromkeys(numbers(4, 7, 10), 1.0) | {99_000_001: 3.0}
    assert heaviest(weights, 3) == [*numbers(1, 9, 5)]


def test_what_many_name_is_left_out_where_something_rarer_was_found(twelve: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("harvester.store.naming.LISTED", 3)
    both = Namings().weighed(twelve.connection, 1, [Sought(("lymphoma",), 1.0), Sought(("betacept",), 2.0)])
    alone = Namings().weighed(twelve.connection, 1, [Sought(("lymphoma",), 1.0)])

    assert set(both) == set(numbers(1, 5, 9))
    assert set(alone) == set(numbers(10, 7, 4))


@given(st.dictionaries(st.integers(1, 10**8), st.sampled_from([0.5, 1.0, 1.5, 2.0])), st.integers(1, 20))
def test_the_heaviest_are_the_first_of_all_in_order(weights: dict[int, float], most: int) -> None:
    assert heaviest(weights, most) == sorted(weights, key=lambda number: (-weights[number], -number))[:most]


def test_names_of_interventions_are_known_in_any_case(twelve: Store) -> None:
    assert interventions_named(twelve.connection, ["BETACEPT", "lymphoma", "o'"]) == {"BETACEPT"}
