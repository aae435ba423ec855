"""Pages are kept as long as the data stay the same, and no longer."""

from __future__ import annotations

from pathlib import Path

import pytest

from harvester.errors import StorageError
from harvester.site import assets
from harvester.site.app import make_datasette
from harvester.site.cache import Answer, PageCache
from harvester.store import Store
from tests.standin.synthetic import synthetic_study
from tests.unit.site.conftest import Ask
from tests.unit.site.site_records import FULL, PLAIN, write_study


async def test_a_refresh_is_seen_without_a_restart(tmp_path: Path) -> None:
    path = tmp_path / "trials.db"
    body = synthetic_study(1)
    with Store(path) as store:
        write_study(store, body)
    site = make_datasette(path)
    before = await site.client.get(f"/trial/{PLAIN[0]}")

    body["protocolSection"]["identificationModule"]["briefTitle"] = "A title written anew"
    with Store(path) as store:
        write_study(store, body)
        write_study(store, synthetic_study(2))
    after, start = await site.client.get(f"/trial/{PLAIN[0]}"), await site.client.get("/")

    assert "A title written anew" not in before.text
    assert "A title written anew" in after.text
    assert "This collection holds 2 trials" in start.text


async def test_an_unchanged_page_need_not_be_sent_again(ask: Ask) -> None:
    first = await ask(f"/compare/{FULL},{PLAIN[0]}")

    again = await ask(f"/compare/{FULL},{PLAIN[0]}", headers={"if-none-match": first.headers["etag"]})

    assert (again.status_code, again.content) == (304, b"")
    assert first.headers["cache-control"] == "no-cache"


async def test_a_kept_page_is_the_page(ask: Ask) -> None:
    assert (await ask(f"/trial/{FULL}")).content == (await ask(f"/trial/{FULL}")).content


async def test_styles_may_be_kept_for_ever(ask: Ask) -> None:
    for name in ("frame.css", "pages.css", "stock.css", "trialside.js"):
        response = await ask(assets.address(name))

        assert response.status_code == 200
        assert "immutable" in response.headers["cache-control"]
    old = await ask("/assets/0123456789ab/pages.css")
    assert (old.status_code, old.headers["location"]) == (302, assets.address("pages.css"))


def test_the_cache_forgets_what_is_old_or_too_much() -> None:
    cache = PageCache(largest=10)
    cache.put("a", 1, Answer(200, b"12345"))
    cache.put("b", 1, Answer(200, b"12345"))
    cache.get("a", 1)
    cache.put("c", 1, Answer(200, b"12345"))

    assert cache.get("a", 2) is None
    assert [key for key in "abc" if cache.get(key, 1)] == ["a", "c"]


def test_a_file_that_is_no_database_is_refused_in_one_line(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("nothing of a database in here, and long enough to be none at all" * 20)

    with pytest.raises(StorageError) as refused:
        make_datasette(path)

    assert str(path) in refused.value.line
    assert "\n" not in refused.value.line


class TestGzip:
    @pytest.mark.parametrize("path", ["/", f"/compare/{FULL},{PLAIN[0]}", f"/compare/{FULL},{PLAIN[0]}.json", "/data/studies"])
    async def test_who_takes_gzip_gets_the_same_page_in_fewer_bytes(self, ask: Ask, path: str) -> None:
        plain = await ask(path, headers={"accept-encoding": "identity"})
        for _ in range(2):
            zipped = await ask(path, headers={"accept-encoding": "gzip"})

            assert "content-encoding" not in plain.headers
            assert zipped.headers["content-encoding"] == "gzip"
            assert "Accept-Encoding" in zipped.headers["vary"]
            assert zipped.num_bytes_downloaded < len(plain.content) / 2
            if not path.startswith("/data"):
                assert zipped.text == plain.text

    async def test_a_zipped_page_is_known_again(self, ask: Ask) -> None:
        first = await ask("/about", headers={"accept-encoding": "gzip"})
        again = await ask("/about", headers={"accept-encoding": "gzip", "if-none-match": first.headers["etag"]})

        assert first.headers["etag"].startswith("W/")
        assert again.status_code == 304

    async def test_csv_is_harmless_and_zipped(self, ask: Ask) -> None:
        plain = await ask("/data/studies.csv", headers={"accept-encoding": "identity"})
        zipped = await ask("/data/studies.csv", headers={"accept-encoding": "gzip"})

        assert zipped.headers["content-encoding"] == "gzip"
        assert zipped.text == plain.text
