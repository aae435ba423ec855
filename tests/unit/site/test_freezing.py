"""Freezing by a form: done at the machine of a site that is not public and nowhere else, and never by a stranger's page."""

from __future__ import annotations

import re
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from harvester.site.app import Site, make_datasette
from harvester.store import Store, list_snapshots, open_for_reading
from tests.unit.site.site_records import FULL, PLAIN, write_site

PAIR = f"{FULL},{PLAIN[0]}"
PATH = f"/freeze/{PAIR}"
TOKEN = re.compile(r'name="csrftoken" value="([^"]+)"')


@pytest.fixture
def own_db(tmp_path: Path) -> Path:
    return write_site(tmp_path / "own.db")


@pytest.fixture
def own(own_db: Path) -> Site:
    """A site that a test may write to."""
    return make_datasette(own_db, focal=FULL)


def frozen(path: Path) -> list[Any]:
    connection = open_for_reading(path)
    try:
        return list(list_snapshots(connection))
    finally:
        connection.close()


async def sent(site: Site, *, origin: str | None = "http://localhost", host: str = "localhost", token: str | None = None) -> Any:
    """What sending the form gives, as a browser does that asked for it before."""
    page = await site.client.get(PATH)
    given = TOKEN.search(page.text)
    cookies = {"ds_csrftoken": page.cookies["ds_csrftoken"]} if given else {}
    told = {"csrftoken": token if token is not None else given[1] if given else ""}
    headers = {"host": host} | ({"origin": origin} if origin else {})
    return await site.client.post(PATH, data=told, cookies=cookies, headers=headers)


async def test_the_page_gives_the_exact_command(own: Site, own_db: Path) -> None:
    page = await own.client.get(PATH)

    assert f"trialside --db {own_db} compare {FULL} {PLAIN[0]} --freeze" in page.text
    assert "no-store" in page.headers["cache-control"]
    assert "no-referrer" not in page.headers.get("referrer-policy", "")


async def test_the_form_freezes_and_leads_to_what_was_frozen(own: Site, own_db: Path) -> None:
    response = await sent(own)
    ((sha256, _, nct_ids),) = frozen(own_db)

    assert (response.status_code, response.headers["location"]) == (302, f"/snapshot/{sha256}")
    assert list(nct_ids) == [FULL, PLAIN[0]]
    assert (await own.client.get(f"/snapshot/{sha256}")).status_code == 200
    assert f"/embed/snapshot/{sha256}" in (await own.client.get(f"/compare/{PAIR}")).text


async def test_what_did_not_change_is_kept_once(own: Site, own_db: Path) -> None:
    await sent(own)
    await sent(own)

    assert len(frozen(own_db)) == 1


@pytest.mark.parametrize(
    "odd",
    [
        {"origin": "https://elsewhere.invalid"},
        {"origin": "null"},
        {"origin": None},
        {"origin": "http://rebound.invalid", "host": "rebound.invalid"},
        {"token": "made up"},
        {"token": ""},
    ],
    ids=["another origin", "no origin of its own", "none", "a name that points here", "a made-up token", "no token"],
)
async def test_what_is_not_our_own_form_writes_nothing(own: Site, own_db: Path, odd: dict[str, Any]) -> None:
    response = await sent(own, **odd)

    assert response.status_code == 403
    assert frozen(own_db) == []


async def test_a_form_without_a_cookie_writes_nothing(own: Site, own_db: Path) -> None:
    response = await own.client.post(PATH, data={"csrftoken": "x"}, headers={"origin": "http://localhost"})

    assert response.status_code == 403
    assert "Nothing was frozen" in response.text
    assert frozen(own_db) == []


async def test_a_public_site_gives_the_command_and_no_form(own_db: Path) -> None:
    public = make_datasette(own_db, public=True, focal=FULL)
    page = await public.client.get(PATH)

    assert f"<code>trialside compare {FULL} {PLAIN[0]} --freeze</code>" in page.text
    assert '<form action="/freeze' not in page.text
    assert str(own_db) not in page.text
    assert "ds_csrftoken" not in page.cookies
    assert (await sent(public)).status_code == 403
    assert frozen(own_db) == []
    comparison = await public.client.get(PATH.replace("/freeze/", "/compare/"))
    assert 'href="/freeze' not in comparison.text
    assert "Whoever runs this site can freeze them." in comparison.text


async def test_while_somebody_writes_nothing_is_frozen_and_the_page_says_so(
    own: Site, own_db: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("harvester.site.freezing.Store", partial(Store, wait_seconds=0.1))
    with Store(own_db):
        response = await sent(own)

    assert response.status_code == 503
    assert "Nothing was frozen" in response.text
    assert frozen(own_db) == []


async def test_trials_that_are_not_there_are_named(own: Site) -> None:
    assert (await own.client.get("/freeze/NCT99999998")).status_code == 404
    assert (await own.client.get(f"/freeze/{FULL.lower()}")).headers["location"] == f"/freeze/{FULL}"
