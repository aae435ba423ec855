"""Frames of frozen comparisons: pinned by their hash, honest about what is newer; and frames that tell their height."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from harvester.cli import main
from harvester.compare.build import build_comparison
from harvester.history import freeze
from harvester.site.app import make_datasette
from harvester.store import Store, freeze_comparison, read_studies
from tests.unit.site.site_records import FULL, PLAIN, write_site

Ask = Callable[..., Awaitable[Any]]
PAIR = (FULL, PLAIN[0])
HERE = "http://localhost"


@pytest.fixture(scope="module")
def pinned(tmp_path_factory: pytest.TempPathFactory) -> tuple[Ask, str, Path]:
    """The site with one frozen comparison, its hash, and the database."""
    path = write_site(tmp_path_factory.mktemp("pinned") / "trials.db")
    with Store(path) as store:
        found = read_studies(store.connection, PAIR)
        snapshot = freeze(build_comparison([found[each] for each in PAIR], collection_size=1), "2026-11-01T08:00:00Z")
        with store.transaction():
            freeze_comparison(store.connection, snapshot)
    site = make_datasette(path)

    async def ask(asked: str, **options: Any) -> Any:
        return await site.client.get(asked, **options)

    return ask, snapshot.snapshot_sha256, path


async def test_a_frozen_comparison_is_framable_and_its_address_is_its_hash(pinned: tuple[Ask, str, Path]) -> None:
    ask, sha256, _ = pinned
    answer = await ask(f"/embed/snapshot/{sha256}")

    assert answer.status_code == 200
    assert "frame-ancestors *" in answer.headers["content-security-policy"]
    assert "script" not in answer.headers["content-security-policy"]
    assert "<script" not in answer.text
    assert "Frozen on 2026-11-01" in answer.text
    assert f"SHA-256 {sha256[:12]}" in answer.text
    assert "Source: ClinicalTrials.gov" in answer.text
    assert 'id="population"' in answer.text


async def test_the_beginning_of_a_hash_leads_to_the_whole_and_keeps_the_part(pinned: tuple[Ask, str, Path]) -> None:
    ask, sha256, _ = pinned
    answer = await ask(f"/embed/snapshot/{sha256[:12]}?panel=calendar")

    assert answer.headers["location"] == f"/embed/snapshot/{sha256}?panel=calendar"
    assert (await ask(f"/embed/snapshot/{'0' * 64}")).status_code == 404


async def test_the_page_cites_a_frozen_comparison_as_the_command_does(pinned: tuple[Ask, str, Path]) -> None:
    ask, sha256, path = pinned
    page = " ".join(re.sub(r"<[^>]+>", " ", (await ask(f"/snapshot/{sha256}")).text).split())
    said = " ".join(CliRunner().invoke(main, ["cite", sha256, "--db", str(path)]).stdout.split())

    assert f"Frozen 2026-11-01, SHA-256 {sha256}. " in said
    assert said in page


async def test_a_comparison_is_cited_on_its_page_as_the_command_does(pinned: tuple[Ask, str, Path]) -> None:
    ask, _, path = pinned
    page = " ".join(re.sub(r"<[^>]+>", " ", (await ask(f"/compare/{','.join(PAIR)}")).text).split())
    said = CliRunner().invoke(main, ["cite", *PAIR, "--db", str(path)]).stdout.splitlines()[0]

    assert said.startswith("trialside, version ")
    assert said in page


async def test_a_frozen_frame_has_its_twin_for_machines(pinned: tuple[Ask, str, Path]) -> None:
    ask, sha256, _ = pinned
    answer = await ask(f"/embed/snapshot/{sha256}.json")

    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("application/json")
    assert [each["nct_id"] for each in answer.json()["trials"]] == list(PAIR)
    assert (await ask(f"/embed/snapshot/{sha256[:12]}.json")).headers["location"] == f"/embed/snapshot/{sha256}.json"
    assert (await ask(f"/embed/snapshot/{'0' * 64}.json")).status_code == 404


async def test_a_part_of_it_is_pinned_too(pinned: tuple[Ask, str, Path]) -> None:
    ask, sha256, _ = pinned
    text = (await ask(f"/embed/snapshot/{sha256}?panel=population")).text

    assert "Frozen on 2026-11-01" in text
    assert 'id="population"' in text
    assert 'id="design"' not in text


async def test_a_newer_state_is_told_with_a_link_and_the_rest_stays(pinned: tuple[Ask, str, Path]) -> None:
    ask, sha256, path = pinned
    before = (await ask(f"/embed/snapshot/{sha256}")).text
    with Store(path) as store, store.transaction():
        store.connection.execute("UPDATE studies SET overall_status_label = 'Withdrawn' WHERE nct_id = ?", (FULL,))
    after = (await ask(f"/embed/snapshot/{sha256}")).text

    assert "Nothing is said otherwise today" in before
    assert "A newer state exists:" in after
    assert f'href="/snapshot/{sha256}#since"' in after
    assert f'href="/compare/{",".join(PAIR)}"' in after
    assert without_notice(before) == without_notice(after)


def without_notice(page: str) -> str:
    return re.sub(r'<p class="notice.*?</p>', "", page, flags=re.DOTALL)


async def test_the_share_dialog_offers_latest_and_pinned(pinned: tuple[Ask, str, Path]) -> None:
    ask, sha256, _ = pinned
    page = (await ask(f"/compare/{','.join(PAIR)}")).text
    reversed_ = (await ask(f"/compare/{','.join(reversed(PAIR))}")).text

    assert f'href="/embed/snapshot/{sha256}"' in page
    assert f"{HERE}/embed/snapshot/{sha256}" in page
    assert "as frozen on 2026-11-01" in page
    assert f'<a href="/freeze/{",".join(reversed(PAIR))}">Freeze this comparison</a>' in reversed_


async def test_oembed_tells_of_the_pinned_frame(pinned: tuple[Ask, str, Path]) -> None:
    ask, sha256, _ = pinned
    for address in (f"/snapshot/{sha256}", f"/embed/snapshot/{sha256[:16]}"):
        told = (await ask("/oembed", params={"url": HERE + address})).json()

        assert f"{HERE}/embed/snapshot/{sha256}" in told["html"]
        assert told["title"].endswith("frozen 2026-11-01")
    assert "application/json+oembed" in (await ask(f"/snapshot/{sha256}")).text
    assert (await ask("/oembed", params={"url": f"{HERE}/snapshot/{'0' * 64}"})).status_code == 404


async def test_an_address_that_is_put_right_keeps_what_was_asked(pinned: tuple[Ask, str, Path]) -> None:
    ask, _, _ = pinned
    answer = await ask(f"/embed/compare/{FULL.lower()}?panel=calendar&height=1")

    assert answer.headers["location"] == f"/embed/compare/{FULL}?panel=calendar&height=1"


async def test_a_frame_tells_its_height_only_when_asked(pinned: tuple[Ask, str, Path]) -> None:
    ask, sha256, _ = pinned
    for path in (f"/embed/compare/{','.join(PAIR)}", f"/embed/snapshot/{sha256}"):
        silent, telling = await ask(path), await ask(f"{path}?height=1")
        (script,) = re.findall(r'<script src="([^"]+)" defer></script>', telling.text)

        assert "<script" not in silent.text
        assert "script-src 'self'" in telling.headers["content-security-policy"]
        assert "frame-ancestors *" in telling.headers["content-security-policy"]
        assert "trialside-height" in (await ask(script)).text


async def test_a_frozen_comparison_is_framed_with_the_chosen_rows_alone(pinned: tuple[Ask, str, Path]) -> None:
    ask, sha256, _ = pinned
    framed = (await ask(f"/embed/snapshot/{sha256}?rows=age")).text
    twin = (await ask(f"/embed/snapshot/{sha256}.json?rows=age")).json()
    page = (await ask(f"/compare/{','.join(PAIR)}?rows=age")).text

    assert [row["key"] for panel in twin["panels"] for row in panel["rows"]] == ["age"]
    assert 'id="population.age"' in framed
    assert 'id="population.sex"' not in framed
    assert "Frozen on 2026-11-01" in framed
    assert f'href="/embed/snapshot/{sha256}?rows=age"' in page


async def test_its_chosen_rows_keep_their_words_and_tell_their_own_news(pinned: tuple[Ask, str, Path]) -> None:
    ask, sha256, path = pinned
    with Store(path) as store, store.transaction():
        found = read_studies(store.connection, PAIR)
        made = build_comparison([found[each] for each in PAIR], collection_size=1)
        older = replace(made, sentences=tuple(replace(each, text=f"Then: {each.text}") for each in made.sentences))
        snapshot = freeze(older, "2026-10-01T08:00:00Z")
        freeze_comparison(store.connection, snapshot)
        store.connection.execute("UPDATE studies SET overall_status_label = 'Withdrawn' WHERE nct_id = ?", (FULL,))
    rows = ",".join(".".join(place) for place in older.sentences[0].rows)
    twin = (await ask(f"/embed/snapshot/{snapshot.snapshot_sha256}.json?rows={rows}")).json()

    assert older.sentences[0].text in [each["text"] for each in twin["sentences"]]
    assert all(each["text"].startswith("Then: ") for each in twin["sentences"])
    assert "Nothing is said otherwise today" in (await ask(f"/embed/snapshot/{sha256}?rows=age")).text
    assert "A newer state exists:" in (await ask(f"/embed/snapshot/{sha256}?rows=overall_status")).text
