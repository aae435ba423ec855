"""Related trials of any collection: what is looked at closely is enough, and nothing that a ranking needs is left unread."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from sqlite3 import Connection

import pytest
from click.testing import CliRunner

from harvester.cli import main
from harvester.compare.related import Related, default_weights, rank_related
from harvester.site.app import make_datasette
from harvester.site.ranking import candidates, related_trials
from harvester.store import Namings, Store, list_studies, open_for_reading, read_for_ranking, read_studies
from tests.unit.site.site_records import FULL, write_site

ROOT = Path(__file__).parents[3]
SHARED = ROOT.parent / "shared" / "records"
CLOSE = 20


@pytest.fixture(scope="module")
def connection(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Connection]:
    """Real records where they are beside the project, and always the bundled and the synthetic ones."""
    path = tmp_path_factory.mktemp("ranking") / "trials.db"
    sources = [str(each) for each in (SHARED, ROOT / "db" / "snapshot", ROOT / "tests" / "records") if each.is_dir()]
    CliRunner().invoke(main, ["harvest", "--quiet", "--db", str(path), "--from", *sources])
    with closing(open_for_reading(path)) as opened:
        yield opened


def chosen(connection: Connection) -> list[str]:
    return random.Random(1).sample(sorted(each.nct_id for each in list_studies(connection, 1_000)), 12)


def first(found: tuple[Related, ...], count: int = CLOSE) -> list[str]:
    return [each.nct_id for each in found if each.left_out_reason is None][:count]


def test_a_ranking_needs_no_more_than_is_read_for_it(connection: Connection) -> None:
    nct_ids = [each.nct_id for each in list_studies(connection, 1_000)]
    whole, read = read_studies(connection, nct_ids), read_for_ranking(connection, nct_ids)

    assert list(read) == list(whole)
    for focal in chosen(connection):
        others = [nct_id for nct_id in nct_ids if nct_id != focal]
        expected = rank_related(whole[focal], [whole[nct_id] for nct_id in others])
        assert rank_related(whole[focal], [read[nct_id] for nct_id in others]) == expected


def test_a_small_collection_is_looked_at_whole(connection: Connection) -> None:
    nct_ids = {each.nct_id for each in list_studies(connection, 1_000)}
    (focal,) = read_studies(connection, chosen(connection)[:1]).values()
    found = related_trials(connection, focal, len(nct_ids), closely=(len(nct_ids) + 1) // 2)

    assert {each.nct_id for each in found} == nct_ids - {focal.nct_id}


def test_those_looked_at_closely_hold_the_first_of_all(connection: Connection) -> None:
    """In a collection too large to be looked at whole, nearly all of the first twenty are found as if it had been."""
    nct_ids = [each.nct_id for each in list_studies(connection, 1_000)]
    namings, whole = Namings(), read_studies(connection, nct_ids)
    shares = []
    for nct_id in chosen(connection):
        expected = first(rank_related(whole[nct_id], [whole[each] for each in nct_ids if each != nct_id]))
        near = candidates(connection, whole[nct_id], 600_000, default_weights(), namings)
        shares.append(len(set(expected) & set(near)) / len(expected) if expected else 1.0)

    assert sum(shares) / len(shares) > 0.95


def test_trials_on_the_focal_trials_page_are_looked_at_in_any_case(
    connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    focal = read_studies(connection, ["NCT07105579"])["NCT07105579"]
    found = {each.nct_id for each in related_trials(connection, focal, 600_000, closely=1)}
    everyone = {each.nct_id for each in list_studies(connection, 1_000)}
    on_page = {row[0] for row in connection.execute("SELECT related_nct_id FROM related_trials WHERE nct_id = 'NCT07105579'")}

    assert on_page & everyone <= found
    assert len(found) <= len(on_page) + 1


def test_what_was_looked_up_before_changes_nothing(connection: Connection) -> None:
    namings = Namings()
    for nct_id in chosen(connection)[:4]:
        (focal,) = read_studies(connection, [nct_id]).values()
        fresh = related_trials(connection, focal, 5_000)
        assert related_trials(connection, focal, 5_000, namings=namings) == fresh
        assert related_trials(connection, focal, 5_000, namings=namings) == fresh


async def test_a_list_says_where_other_rules_read_its_trials(tmp_path: Path) -> None:
    path = write_site(tmp_path / "trials.db")
    address = f"/related/{FULL}"
    assert "Another version of the rules" not in (await make_datasette(path).client.get(address)).text
    with Store(path) as store, store.transaction():
        store.connection.execute("UPDATE study_readings SET rules = 'an earlier one'")

    assert "Another version of the rules read the rows of NCT" in (await make_datasette(path).client.get(address)).text
