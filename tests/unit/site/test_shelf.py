"""Trials kept between requests: read once a state of the data, never from an older state, never without bound."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from sqlite3 import Connection
from typing import Any

import pytest

from harvester.compare.trial import Trial
from harvester.site import described
from harvester.site.app import make_datasette
from harvester.site.shelf import Shelf
from harvester.store import Store, open_for_reading, read_studies
from tests.standin.synthetic import synthetic_study
from tests.unit.site.site_records import ALIAS, FULL, PLAIN, full_study, write_site, write_study


@pytest.fixture
def connection(site_db: Path) -> Iterator[Connection]:
    with closing(open_for_reading(site_db)) as opened:
        yield opened


def test_it_gives_what_the_store_gives(connection: Connection) -> None:
    asked = [PLAIN[1], FULL, PLAIN[0]]
    shelf = Shelf()

    assert list(shelf.studies(connection, 1, asked).items()) == list(read_studies(connection, asked).items())
    assert list(shelf.studies(connection, 1, [FULL, PLAIN[2], PLAIN[1]])) == [FULL, PLAIN[2], PLAIN[1]]


def test_a_trial_is_read_once_as_long_as_the_data_stay_the_same(connection: Connection) -> None:
    shelf = Shelf()
    first, again, later = (shelf.studies(connection, state, [FULL])[FULL] for state in (1, 1, 2))

    assert again is first
    assert Trial.of(again) is Trial.of(first)
    assert later is not first


def test_an_obsolete_number_gives_the_trial_it_stands_for(tmp_path: Path) -> None:
    path = write_site(tmp_path / "trials.db")
    with Store(path) as store, store.transaction():
        store.connection.execute("INSERT OR REPLACE INTO trial_aliases (alias, nct_id) VALUES (?, ?)", (ALIAS, FULL))
    with closing(open_for_reading(path)) as connection:
        shelf = Shelf()
        for _ in range(2):
            assert list(shelf.studies(connection, 1, [ALIAS, PLAIN[0], "NCT98000000"])) == [PLAIN[0], FULL]


def test_it_holds_no_more_than_it_may(connection: Connection) -> None:
    shelf = Shelf(most_rows=1)
    for nct_id in PLAIN:
        shelf.studies(connection, 1, [nct_id])

    assert list(shelf._kept) == [PLAIN[-1]]


async def test_a_page_shows_the_trial_as_it_is_now(tmp_path: Path) -> None:
    path = write_site(tmp_path / "trials.db")
    site = make_datasette(path)
    before: Any = await site.client.get(f"/trial/{FULL}")
    changed = full_study()
    changed["protocolSection"]["identificationModule"]["briefTitle"] = "A title that came later"
    with Store(path) as store:
        write_study(store, changed)
    after: Any = await site.client.get(f"/trial/{FULL}")

    assert "A title that came later" not in before.text
    assert "A title that came later" in after.text


async def test_a_large_collection_has_no_counts_by_value_unless_asked(site_db: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    table, asked = "/data/studies.json?_shape=objects", "/data/studies.json?_facet=phase_label"
    small = (await make_datasette(site_db).client.get(table)).json()
    monkeypatch.setattr(described, "FACETED", 3)
    large = make_datasette(site_db)

    assert set(small["facet_results"]) == set(described.FACETS["studies"])
    assert (await large.client.get(table)).json()["facet_results"] == {}
    assert set((await large.client.get(asked)).json()["facet_results"]) == {"phase_label"}


async def test_tables_are_counted_once_a_state_of_the_data(tmp_path: Path) -> None:
    path = write_site(tmp_path / "trials.db")
    database = make_datasette(path).get_database("data")
    first = await database.table_counts()
    again = await database.table_counts()
    with Store(path) as store:
        write_study(store, synthetic_study(77))
    later = await database.table_counts()

    assert again is first
    assert later["studies"] == first["studies"] + 1
