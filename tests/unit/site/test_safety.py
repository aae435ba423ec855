"""Registry text is data, addresses are questions, and nobody is led or framed where we did not mean it."""

from __future__ import annotations

import asyncio
import csv
import gc
import io
import re
import resource
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from threading import Event
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote

import pytest

from harvester.resources import templates
from harvester.site import service
from harvester.site.app import Site, make_datasette
from harvester.site.database import NAME, OWN_THREADS
from harvester.site.visit import OutOfTimeError, Visit
from tests.unit.site.conftest import Ask
from tests.unit.site.site_records import FULL, HOSTILE, MARK, PLAIN

PAIR = f"{HOSTILE},{FULL}"
OUR_PAGES = (
    *("/", f"/trial/{HOSTILE}", f"/compare/{PAIR}", f"/related/{HOSTILE}", "/search?q=hostile", "/about", "/nothing"),
    *(f"/trial/{HOSTILE}/history", "/changes", "/changes?since=2026-11-01", "/snapshot/0123456789ab"),
)
ALL_PAGES = (*OUR_PAGES, f"/embed/compare/{PAIR}", f"/file/compare/{PAIR}", "/data", "/data/studies", "/data/doses",
             f"/data/studies/{HOSTILE}", "/data/text_not_read")  # fmt: skip
INJECTIONS = (
    *("'", '"', "`", "\\", "\x00", "%00", "%", "_", ";", "--", "/*", "*/", "NULL", "1 OR 1=1", "' OR '1'='1"),
    *("'; DROP TABLE studies; --", "UNION SELECT 1", "NEAR(", "NOT", "AND", "col:", "*", "^", "(", ")", "{{7*7}}", "${7*7}"),
    *("<script>alert(1)</script>", "javascript:alert(1)", "../../etc/passwd", "..%2f..%2fetc", "//evil.example", "{% raw %}"),
    *("http://evil.example", "\r\nSet-Cookie: a=b", "%0d%0aSet-Cookie:a=b", "\u202e", "😀" * 50, "\ud7ff", "A" * 5_000),
    *("NCT" + "9" * 400, "١٢٣", "-1", "1e309"),
)
QUESTIONS = (
    *(("q", "/search"), ("ids", "/compare"), ("add", "/compare"), ("words", f"/trial/{FULL}")),
    *(("differences", f"/compare/{FULL}"), ("zero", f"/compare/{FULL}"), ("anything", "/"), ("anything", "/about")),
    *(("since", "/changes"), ("since", "/changes.json"), ("anything", "/changes.atom"), ("anything", f"/trial/{FULL}/history")),
)


@pytest.mark.parametrize("path", ALL_PAGES)
async def test_a_hostile_record_stays_text(ask: Ask, path: str) -> None:
    text = (await ask(path)).text

    assert "<script>alert" not in text
    assert "<img" not in text
    assert 'href="javascript:' not in text
    assert 'href="data:' not in text
    assert not re.search(r"<[^>]*\sonerror=[^>]*>", re.sub(r'"[^"]*"', '""', text))
    assert "49" not in re.findall(rf"{MARK}\w+ \S* ?(\d+)", text)


@pytest.mark.parametrize("path", OUR_PAGES)
async def test_our_pages_run_nothing_inline_and_refuse_frames(ask: Ask, path: str) -> None:
    response = await ask(path)
    policy = response.headers["content-security-policy"]

    assert "script-src 'self'" in policy
    assert "unsafe-inline" not in policy
    assert "frame-ancestors 'none'" in policy
    assert response.headers["x-frame-options"] == "DENY"
    assert not re.search(r"<script(?![^>]*\ssrc=)", response.text)
    assert " style=" not in response.text
    assert not re.search(r"<[a-z]+[^>]*\son[a-z]+=", re.sub(r'"[^"]*"', '""', response.text))


@pytest.mark.parametrize("path", [*ALL_PAGES, "/data/doses.csv", "/data/doses.json", "/-/versions.json", "/assets/0/frame.css"])
async def test_every_answer_is_what_it_says(ask: Ask, path: str) -> None:
    response = await ask(path)

    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.headers["referrer-policy"] in ("strict-origin-when-cross-origin", "no-referrer")
    assert "content-security-policy" in response.headers


async def test_only_embeds_may_be_framed(ask: Ask) -> None:
    embed, missing = await ask(f"/embed/compare/{PAIR}"), await ask("/embed/compare/NCT99555555")

    assert "frame-ancestors *" in embed.headers["content-security-policy"]
    assert "x-frame-options" not in embed.headers
    assert "script-src" not in embed.headers["content-security-policy"]
    assert "frame-ancestors 'none'" in missing.headers["content-security-policy"]


async def test_no_page_loads_anything_from_elsewhere(ask: Ask) -> None:
    for path in ALL_PAGES:
        text = (await ask(path)).text
        loaded = re.findall(r'<(?:script|img|iframe|source|embed|object)[^>]*\s(?:src|data)="([^"]*)"', text)
        loaded += re.findall(r'<link[^>]*rel="stylesheet"[^>]*href="([^"]*)"', text)

        assert [each for each in loaded if not each.startswith("/") or each.startswith("//")] == [], path


@pytest.mark.parametrize("text", INJECTIONS, ids=range(len(INJECTIONS)))
async def test_no_parameter_breaks_the_site(ask: Ask, text: str) -> None:
    statuses = {}
    for name, path in QUESTIONS:
        response = await ask(path, params={name: text})
        statuses[path, name] = response.status_code
        assert "set-cookie" not in response.headers
        assert not response.headers.get("location", "/").startswith(("//", "http", "/\\"))

    assert {each: status for each, status in statuses.items() if status >= 500} == {}


@pytest.mark.parametrize("text", INJECTIONS, ids=range(len(INJECTIONS)))
async def test_no_path_breaks_the_site(site: Site, text: str) -> None:
    for base in ("/trial/", "/snapshot/", "/embed/compare/", "/assets/0/", "/data/", "/"):
        response = await site.client.get(base + quote(text, safe=""))

        assert response.status_code < 500, (base, text)
        assert not response.headers.get("location", "/").startswith(("//", "http", "/\\")), (base, text)


TABLE_QUESTIONS = ("_facet", "_search", "_sort", "_next", "_size", "_where", "_col", "overall_status__contains")


@pytest.fixture
def unawaited(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Datasette leaves the facets behind one that fails unawaited, which Python tells as they go; that is Datasette's own."""
    with monkeypatch.context() as patched:
        patched.setattr(sys, "unraisablehook", lambda told: None)
        yield
        gc.collect()


@pytest.mark.usefixtures("unawaited")
@pytest.mark.parametrize("text", [*INJECTIONS, "{}", "[]", '{"column": 1}', "1;DROP TABLE studies"], ids=repr)
async def test_no_parameter_breaks_the_tables(ask: Ask, text: str) -> None:
    statuses = {name: (await ask("/data/studies", params={name: text})).status_code for name in TABLE_QUESTIONS}

    assert {each: status for each, status in statuses.items() if status >= 500} == {}


@pytest.mark.usefixtures("unawaited")
async def test_what_datasette_cannot_take_is_no_fault_of_the_site(
    site: Site, ask: Ask, capsys: pytest.CaptureFixture[str]
) -> None:
    posted = await site.client.post("/data/studies", data={"x": "1"})
    named = await ask("/-/static/" + "A" * 5_000)
    faceted = await ask("/data/studies", params={"_facet": "{}"})

    assert [each.status_code for each in (posted, named, faceted)] == [400, 400, 400]
    assert "cannot be asked for" in faceted.text
    assert [line.partition(" failed")[0] for line in capsys.readouterr().err.splitlines()] == [
        "trialside: /data/studies",
        f"trialside: /-/static/{'A' * 5_000}"[:400],
        "trialside: /data/studies",
    ]


FAULTS = (
    (templates() / "datasette" / "table.html", "TypeError('no such filter')", 500),
    (Path(service.__file__).with_name("database.py"), "ValueError('ours')", 500),
    (Path(service.__file__).with_name("database.py"), "ProgrammingError('Cannot operate on a closed database.')", 500),
    (Path(service.__file__).with_name("database.py"), "ProgrammingError('You did not supply a value for binding 1.')", 400),
    (Path(service.__file__).with_name("pages") / "search.py", "ProgrammingError('Incorrect number of bindings supplied.')", 500),
    (Path("datasette") / "facets.py", "TypeError('a list')", 400),
)


@pytest.mark.parametrize(("file", "raised", "status"), FAULTS, ids=lambda each: getattr(each, "name", None))
async def test_whose_fault_it_is_goes_by_where_it_happened(
    site: Site, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], file: Path, raised: str, status: int
) -> None:
    """A template of ours, and what we do with the database, are no question of the visitor's; each leaves its line."""
    with pytest.raises(Exception) as caught:  # noqa: PT011 - it is made to be one of several
        exec(compile(f"from sqlite3 import ProgrammingError\nraise {raised}", str(file), "exec"), {})

    async def fails(*_: object, **__: object) -> None:
        raise caught.value.with_traceback(caught.tb.tb_next)

    monkeypatch.setattr("datasette.views.table.TableView.data", fails)
    response = await site.client.get("/data/studies")

    assert response.status_code == status
    assert len(capsys.readouterr().err.splitlines()) == 1


async def test_a_visitors_words_make_no_line_of_the_log(ask: Ask, capsys: pytest.CaptureFixture[str]) -> None:
    service._report(SimpleNamespace(path="/a"), KeyError("x"))
    service._report(SimpleNamespace(path="/b"), ValueError("x\ntrialside: made up\x1b[31m"))

    told = capsys.readouterr().err.splitlines()
    assert [line.partition(" failed")[0] for line in told] == ["trialside: /a", "trialside: /b"]
    assert "\x1b" not in told[1]


ASTRAY = (
    *("//evil.example", "//evil.example/", "//evil.example/%2e%2e", "/%2Fevil.example/", "/\\evil.example/", "/%5Cevil.example/"),
    *("/assets/0/..%2f..%2fpages.css", "/assets/0/../../app.py", "/-/static/../../../etc/passwd", "/evil.example%0d%0aX: y/"),
)


@pytest.mark.parametrize("path", ASTRAY)
async def test_no_address_leads_out_or_up(site: Site, path: str) -> None:
    response = await site.client.request("GET", f"http://localhost{path}", avoid_path_rewrites=True)

    assert response.status_code in (302, 404)
    location = response.headers.get("location", "/")
    assert location.startswith("/")
    assert not location.startswith(("//", "/\\"))
    assert "root:" not in response.text


async def test_csv_cells_are_no_formulas(ask: Ask) -> None:
    response = await ask(f"/data/studies.csv?nct_id={HOSTILE}&_stream=1")
    rows = list(csv.DictReader(io.StringIO(response.text)))

    assert [row["nct_id"] for row in rows] == [HOSTILE]
    assert rows[0]["brief_title"].startswith("'=cmd|")
    assert not any(cell.startswith(("=", "+", "@")) for row in rows for cell in row.values())


async def test_writes_are_refused(ask: Ask) -> None:
    for sql in (
        "delete from studies",
        "drop table studies",
        "insert into keywords default values",
        "attach 'x.db' as x",
        "pragma writable_schema=1",
    ):
        response = await ask("/data", params={"sql": sql})

        assert response.status_code in (400, 403), sql


@pytest.mark.parametrize(
    "sql",
    [
        "select length(hex(zeroblob(4e8)))",
        "with recursive c(x) as (select 1 union all select x+1 from c) select hex(zeroblob(9000000)) from c",
        "select group_concat(hex(zeroblob(1000000))) from (select 1 from studies, studies a, studies b)",
        "with recursive c(x) as (select 1 union all select x+1 from c) select count(*) from c",
    ],
)
async def test_bombs_in_sql_are_stopped(ask: Ask, sql: str) -> None:
    before, start = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.monotonic()

    response = await ask("/data.json", params={"sql": sql})

    assert response.status_code == 400
    assert time.monotonic() - start < 5
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 250_000


@pytest.mark.parametrize("path", [path for path in OUR_PAGES if path != "/nothing"])
async def test_our_pages_come_while_every_thread_of_datasette_is_held(site: Site, ask: Ask, path: str) -> None:
    released = threading.Event()
    held = [site.executor.submit(released.wait) for _ in range(2 * site.setting("num_sql_threads"))]
    try:
        response = await asyncio.wait_for(ask(path), timeout=20)
    finally:
        released.set()

    assert response.status_code in (200, 404)
    assert all(each.result() for each in held)


def _counting(connection: Any) -> None:
    while True:
        len(str(connection))


def _in_sql(connection: Any) -> None:
    connection.execute("WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT max(x) FROM n").fetchall()


def _swallowing(connection: Any) -> None:
    with suppress(OutOfTimeError):
        _counting(connection)
    _counting(connection)


@pytest.mark.parametrize("work", [_counting, _in_sql, _swallowing])
@pytest.mark.parametrize("path", ["/about", "/about.json"])
async def test_a_page_that_takes_too_long_is_broken_off(
    site: Site, ask: Ask, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], work: Any, path: str
) -> None:
    """Its thread is free again, and takes nothing of it into its next work; its connection is closed."""
    assert (await ask("/")).status_code == 200
    monkeypatch.setattr("harvester.site.database.LONGEST_VISIT", 0.2)
    monkeypatch.setattr("harvester.site.database.AGAIN", 0.05)
    monkeypatch.setattr("harvester.site.service.Asked", lambda connection, *rest: work(connection))
    broken = [await ask(path) for _ in range(OWN_THREADS + 1)]
    monkeypatch.undo()

    assert {each.status_code for each in broken} == {503}
    assert all("longer than half a minute" in each.text for each in broken)
    assert ("<h1>" in broken[0].text) is (path == "/about")
    assert len(capsys.readouterr().err.splitlines()) == len(broken)
    for _ in range(2 * OWN_THREADS):
        assert (await ask(path)).status_code == 200
    assert len(site.get_database(NAME)._all_file_connections) <= OWN_THREADS


async def test_what_a_visitor_no_longer_waits_for_is_broken_off(site: Site) -> None:
    begun, ended = Event(), Event()

    def read(connection: Any) -> None:
        begun.set()
        try:
            _counting(connection)
        finally:
            ended.set()

    visit = asyncio.ensure_future(site.get_database(NAME).visit(read))
    await asyncio.to_thread(begun.wait, 10)
    visit.cancel()

    assert await asyncio.to_thread(ended.wait, 10)
    assert (await asyncio.gather(visit, return_exceptions=True))[0].__class__ is asyncio.CancelledError


async def test_what_waits_too_long_for_a_thread_is_not_begun(site: Site) -> None:
    begun: list[int] = []
    visit = Visit(lambda connection: begun.append(1))
    visit.break_off()

    with pytest.raises(OutOfTimeError):
        await asyncio.to_thread(visit.run, SimpleNamespace(interrupt=lambda: None))
    assert begun == []


async def test_a_visit_in_time_raises_nothing_in_its_thread(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is raised in a thread, or taken back, makes every call of every thread look for it."""
    raised: list[int] = []
    monkeypatch.setattr("harvester.site.visit._raise_in", raised.append)

    assert await site.get_database(NAME).visit(lambda connection: 7) == 7
    assert raised == []


async def test_a_public_site_answers_no_free_sql(site_db) -> None:
    public = make_datasette(site_db, public=True)

    for path in (
        "/data?sql=select+1",
        "/data.json?sql=select+1",
        "/data/studies?_where=1=1",
        "/data.db",
        "/-/databases.json",
        "/data/record_versions",
        "/data/record_versions.csv",
        "/-/settings",
        "/_internal",
    ):
        assert (await public.client.get(path)).status_code in (400, 403, 404), path
    assert (await public.client.get("/data/contradictions")).status_code == 200
    assert (await public.client.get(f"/compare/{PLAIN[0]},{FULL}")).status_code == 200


@pytest.mark.parametrize("kind", [RuntimeError, ValueError, KeyError])
async def test_a_fault_of_ours_is_told_without_its_insides(
    ask: Ask, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], kind: type[Exception]
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise kind("secret inside")

    monkeypatch.setattr("harvester.site.search_asked.Search", broken)
    response = await ask("/search?q=fault")
    told = capsys.readouterr().err

    assert response.status_code == 500
    assert "secret" not in response.text
    assert told.startswith("trialside: /search")
    assert "Traceback" not in told
    assert len(told.splitlines()) == 1
