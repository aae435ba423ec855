"""What only a browser can tell: nothing fails, nothing is fetched from elsewhere, heads stick, phones fit, axe is content."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.unit.export.made_comparison import made_comparison
from tests.unit.site.site_records import EXTREME, FULL, HOSTILE, PLAIN

pytestmark = pytest.mark.browser

SIX = ",".join([FULL, HOSTILE, *PLAIN])
OURS = (
    *("/", f"/trial/{FULL}", f"/trial/{HOSTILE}", f"/compare/{FULL},{HOSTILE},{PLAIN[0]}", f"/embed/compare/{FULL},{HOSTILE}"),
    *(
        f"/compare/{FULL},{PLAIN[0]}?differences=1&rows=age,doses,countries",
        f"/related/{HOSTILE}",
        "/search?q=synthetic",
        "/search?q=zzz",
        f"/search?q={FULL},{HOSTILE},NCT98000000&country=Nowhere&sex=FEMALE&order=start",
        "/search",
        "/about",
    ),
    *(f"/trial/{HOSTILE}/history", "/changes"),
    *("/nothing", f"/vignette/{FULL},{PLAIN[0]}?age=70&sex=female", "/screen", "/screen?age=70&lvef=65"),
    *(f"/matrix/{FULL},{HOSTILE},{PLAIN[0]}", f"/freeze/{FULL},{HOSTILE}"),
)
STOCK = ("/data", "/data/studies", "/data/doses", f"/data/studies/{HOSTILE}", "/data/contradictions", "/data?sql=select+1")


@pytest.mark.parametrize("path", [*OURS, *STOCK])
def test_nothing_fails_and_nothing_is_fetched_from_elsewhere(look: Any, path: str) -> None:
    page = look(path)

    expected = ["Failed to load resource: the server responded with a status of 404 (Not Found)"] if path == "/nothing" else []
    assert page.troubles == expected


@pytest.mark.parametrize(("width", "dark"), [(1440, False), (390, True)], ids=["desk light", "phone dark"])
@pytest.mark.parametrize("path", OURS)
def test_axe_finds_nothing_grave(look: Any, path: str, width: int, dark: bool) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    page = look(path, width=width, dark=dark)

    found = axe.Axe().run(page).response["violations"]
    grave = [(each["id"], each["nodes"][0]["html"][:160]) for each in found if each["impact"] in ("serious", "critical")]

    assert grave == []


def test_heads_stick_to_both_edges(look: Any) -> None:
    page = look(f"/compare/{SIX}", width=900)
    row = page.locator("#status table.side tbody tr").last
    row.scroll_into_view_if_needed()
    page.evaluate("window.scrollBy(700, 0)")
    box = page.locator("#status table.side tbody th.question").first.bounding_box()
    page.evaluate("document.querySelector('#design').scrollIntoView(); window.scrollBy(0, 200)")
    head = page.locator("#design table.side thead th").nth(1).bounding_box()
    ways = page.locator("nav.jump").bounding_box()

    assert box["x"] == pytest.approx(0, abs=1)
    assert (ways["x"], ways["y"]) == pytest.approx((0, 0), abs=1)
    assert head["y"] == pytest.approx(ways["height"], abs=2)
    assert page.locator(".ts-masthead").bounding_box()["x"] == pytest.approx(0, abs=1)


@pytest.mark.parametrize("width", [1024, 1280])
def test_beside_a_table_wider_than_the_window_all_else_stays_and_so_does_the_focal_trial(look: Any, width: int) -> None:
    page = look(f"/compare/{SIX}", width=width)
    page.evaluate("document.querySelector('#status').scrollIntoView(); window.scrollBy(300, 0)")
    scrolled = page.evaluate("window.scrollX")
    focal = page.locator("#status table.side tbody td.focal").first.bounding_box()
    head = page.locator("#status table.side thead th.focal").bounding_box()
    question = page.locator("#status table.side tbody th.question").first.bounding_box()

    assert scrolled > 0
    assert focal["x"] == head["x"] == pytest.approx(question["width"], abs=1)
    for prose in (".ts-masthead", "h1", ".sentences", "#status figure", ".ts-footer"):
        box = page.locator(prose).first.bounding_box()
        assert box["x"] >= -1, prose
        assert box["x"] + box["width"] <= width + 1, prose


@pytest.mark.parametrize("width", [360, 1280])
def test_a_link_leads_to_the_beginning_of_a_part(look: Any, width: int) -> None:
    page = look(f"/compare/{FULL},{PLAIN[0]}", width=width)
    places = [name for name in ("main", "population", "status") if page.locator(f"#{name}").count()]

    assert "main" in places
    for name in reversed(places):
        page.evaluate("name => { location.hash = name; }", name)
        page.wait_for_timeout(200)
        assert page.locator(f"#{name}").bounding_box()["y"] >= -1, name


@pytest.mark.parametrize("others", [1, 2, 3])
def test_a_phone_shows_every_trial_without_scrolling_sideways(look: Any, others: int) -> None:
    page = look(f"/compare/{','.join([FULL, *PLAIN[:others]])}", width=390)
    cells = page.locator("table.side > tbody > tr > td, table.side > thead > tr > th:not(.question)")

    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert max(cells.evaluate_all("cells => cells.map(cell => cell.getBoundingClientRect().right)")) <= 390


def test_on_a_phone_every_cell_of_a_wide_table_says_whose_it_is(look: Any) -> None:
    page = look(f"/compare/{FULL},{PLAIN[0]},{PLAIN[1]}", width=390)
    name = "cell => getComputedStyle(cell, '::before').content"
    said = page.locator("#status table.side tbody tr[id]").first.locator("td").evaluate_all(f"cells => cells.map({name})")
    page.set_viewport_size({"width": 1440, "height": 900})
    wide = page.locator("#status table.side tbody tr[id]").first.locator("td").evaluate_all(f"cells => cells.map({name})")

    assert said == [f'"{nct_id}"' for nct_id in (FULL, PLAIN[0], PLAIN[1])]
    assert wide == ["none"] * 3


@pytest.mark.parametrize("others", [[PLAIN[0], PLAIN[1]], [HOSTILE, EXTREME, *PLAIN]], ids=["3", "7"])
def test_on_a_phone_many_trials_stand_under_each_question_which_stays_in_sight(look: Any, others: list[str]) -> None:
    page = look(f"/compare/{','.join([FULL, *others])}#all", width=390)
    row = page.locator("#population table.side tbody tr[id]").first
    page.evaluate("row => window.scrollTo(0, row.getBoundingClientRect().bottom + scrollY - 120)", row.element_handle())
    page.wait_for_timeout(100)
    question, cells = row.locator("th.question").bounding_box(), [each.bounding_box() for each in row.locator("> td").all()]

    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert 0 <= question["y"] < 120
    assert len({cell["x"] for cell in cells}) == 2
    assert max(cell["x"] + cell["width"] for cell in cells) <= 390


@pytest.mark.parametrize("kind", ["compare", "embed/compare"])
def test_on_a_phone_groups_of_many_trials_unfold_where_the_address_leads_without_a_script(look: Any, kind: str) -> None:
    page = look(f"/{kind}/{SIX},{EXTREME}", width=390, scripts=False)
    groups = page.locator("section.group")
    folded = page.locator("html").bounding_box()["height"]

    def shown() -> list[str | None]:
        return [each.get_attribute("id") for each in groups.all() if each.locator("table.side").is_visible()]

    assert shown() == []
    assert groups.first.locator("h2").is_visible()
    page.get_by_role("link", name="Show Population").click()
    assert shown() == ["population"]
    rows = page.locator("#population tr[id]")
    assert [each.locator("> td:visible").count() for each in rows.all()] == [0] * rows.count()
    rows.get_by_role("link", name="Show Age", exact=True).click()
    assert [each.locator("> td:visible").count() for each in rows.all()] == [7] + [0] * (rows.count() - 1)
    assert shown() == ["population"]
    page.locator(".sentences a.ref").first.click()
    assert len(shown()) == 1
    page.get_by_role("link", name="show all").click()
    assert len(shown()) == groups.count()
    assert len(page.context.pages) == 1
    assert folded < page.locator("html").bounding_box()["height"] / 4


def test_on_a_desk_and_for_two_trials_nothing_is_folded(look: Any) -> None:
    for page in (look(f"/compare/{SIX}"), look(f"/compare/{FULL},{PLAIN[0]}", width=390)):
        assert all(each.is_visible() for each in page.locator("section.group table.side").all())
        assert page.locator(".unfold:visible, .unfolding:visible").count() == 0


@pytest.mark.parametrize(("width", "kind"), [(390, "narrow"), (1280, "timeline")])
def test_times_are_seen_whole_on_a_phone_and_on_a_desk(look: Any, width: int, kind: str) -> None:
    page = look(f"/compare/{FULL},{PLAIN[0]}", width=width)
    calendar = page.locator("#calendar svg:visible")
    assert calendar.count() == 1
    assert calendar.bounding_box()["x"] + calendar.bounding_box()["width"] <= width
    seen = page.locator("#dosing svg.timeline:visible")
    ends = seen.first.locator(".bar, text").evaluate_all("all => all.map(each => each.getBoundingClientRect().right)")
    letters = seen.first.locator("text.trial").first.evaluate("text => text.getBoundingClientRect().height")

    assert kind in seen.first.get_attribute("class")
    assert seen.count() == page.locator("#dosing figure:visible").count()
    assert max(ends) <= width
    assert letters >= 10


def test_what_the_keyboard_comes_to_is_not_below_what_sticks(look: Any) -> None:
    page = look(f"/compare/{SIX},{EXTREME}", width=970)
    links = [cell.locator("a").first for cell in page.locator("#status table.side tbody tr[id] >> nth=0").locator("td").all()]
    page.evaluate("place => window.scrollTo(place - 150, scrollY)", links[1].bounding_box()["x"])
    links[2].evaluate("link => link.focus({ preventScroll: true })")
    page.keyboard.press("Shift+Tab")
    page.wait_for_timeout(100)

    assert links[1].evaluate("link => link === document.activeElement")
    focal = page.locator("#status table.side td.focal").first.bounding_box()
    assert links[1].bounding_box()["x"] >= focal["x"] + focal["width"] - 1


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("path", ["/search?q=synthetic", "/screen?age=70"])
def test_what_the_keyboard_comes_to_is_not_below_the_bar_of_a_list(look: Any, path: str, width: int) -> None:
    page = look(path, width=width)
    bar = page.locator(".choose")
    for _ in range(60):
        page.keyboard.press("Tab")
        here = page.evaluate("document.activeElement.getBoundingClientRect().toJSON()")
        is_of_bar = page.evaluate("document.activeElement.closest('.choose, footer, body:focus') !== null")
        assert is_of_bar or here["top"] + min(here["height"], 16) <= bar.bounding_box()["y"] + 1


def test_words_of_another_script_begin_where_it_begins(look: Any) -> None:
    page = look(f"/trial/{FULL}")
    made = "text => { const own = document.querySelector('h1'); own.textContent = text; const all = document.createRange(); "
    made += "all.setStart(own.firstChild, 0); all.setEnd(own.firstChild, 1); return all.getBoundingClientRect().x; }"

    latin, hebrew = (page.evaluate(made, text) for text in ("Leukaemia in children", "\u05dc\u05d5\u05e7\u05de\u05d9\u05d4 ALL"))

    assert latin < hebrew


def test_on_a_phone_the_head_of_a_table_hides_no_row(look: Any) -> None:
    page = look(f"/compare/{FULL},{PLAIN[0]}", width=390)
    head = page.locator("#status table.side thead th").nth(1).bounding_box()
    row = page.locator("#status table.side tbody tr[id]").first.bounding_box()

    assert head["y"] + head["height"] <= row["y"] + 1


def test_the_form_freezes_in_a_browser(look: Any) -> None:
    page = look(f"/freeze/{FULL},{PLAIN[0]}")
    page.click("text=Freeze it now")

    assert "/snapshot/" in page.url
    page.locator("text=SHA-256").first.wait_for(state="visible")
    assert page.troubles == []


WIDE_WORDS = (
    *(f"/trial/{EXTREME}", f"/trial/{EXTREME}/history", f"/related/{EXTREME}", "/changes", f"/compare/{EXTREME}"),
    *(f"/compare/{EXTREME},{FULL}", f"/compare/{EXTREME},{FULL},{HOSTILE}", f"/embed/compare/{EXTREME},{FULL}"),
    *(f"/vignette/{EXTREME},{FULL}?age=70", f"/matrix/{EXTREME},{FULL},{HOSTILE}", f"/freeze/{EXTREME},{FULL}"),
)


@pytest.mark.parametrize(("width", "others"), [(641, 1), (680, 1), (650, 2), (768, 2), (800, 3), (1024, 4), (1280, 4), (1440, 4)])
@pytest.mark.parametrize("kind", ["compare", "embed/compare"])
def test_columns_give_way_before_a_trial_is_cut_off(look: Any, kind: str, width: int, others: int) -> None:
    page = look(f"/{kind}/{','.join([FULL, HOSTILE, *PLAIN][: others + 1])}", width=width)

    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize(
    "path",
    ["/", "/changes", f"/trial/{FULL}", f"/related/{FULL}", "/about", "/search?q=synthetic", f"/trial/{HOSTILE}", *WIDE_WORDS],
)
def test_no_page_is_wider_than_a_phone(look: Any, path: str) -> None:
    page = look(path, width=390)

    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_words_are_one_step_away_without_scripts(look: Any) -> None:
    page = look(f"/compare/{FULL},{PLAIN[0]}", scripts=False)
    page.locator("#population a.words").first.click()

    assert "/trial/" in page.url
    assert page.locator("#words").is_visible()
    assert 0 <= page.locator("#words").bounding_box()["y"] < 900


def test_groups_fold_and_a_link_into_one_opens_it(look: Any) -> None:
    page = look(f"/compare/{FULL},{PLAIN[0]}")
    summary = page.locator("#design > details > summary")
    summary.click()
    folded = page.locator("#design table.side").is_visible()
    row = page.locator("#design tbody tr[id]").first.get_attribute("id")
    page.evaluate("id => { location.hash = '#' + id; }", row)
    page.wait_for_timeout(200)

    assert not folded
    assert page.locator("#design table.side").is_visible()


@pytest.mark.parametrize("width", [390, 1280])
def test_ticked_rows_are_all_that_is_shown(look: Any, width: int) -> None:
    page = look(f"/compare/{FULL},{PLAIN[0]}", width=width)
    page.click("details.choice > summary")
    page.get_by_label("Age", exact=True).check()
    page.get_by_label("Phase", exact=True).check()
    page.click("text=Show the ticked rows")

    assert page.locator("table.side tr[id]").evaluate_all("rows => rows.map(row => row.id)") == ["design.phase", "population.age"]
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_forms_lead_to_a_comparison(look: Any) -> None:
    page = look("/")
    page.fill("#ids", f"{FULL.lower()} {PLAIN[0]}")
    page.click("text=Put side by side")
    page.fill("#add", PLAIN[1])
    page.click("button:text-is('Add')")

    assert page.url.endswith(f"/compare/{FULL},{PLAIN[0]},{PLAIN[1]}")


def test_a_comparison_fits_a4_landscape(look: Any, folder: Path) -> None:
    page = look(f"/compare/{FULL},{PLAIN[0]},{PLAIN[1]}")
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 1030, "height": 700})

    assert page.evaluate("document.documentElement.scrollWidth") <= 1030
    assert page.locator(".toolbar").first.is_hidden()
    assert page.pdf(prefer_css_page_size=True).startswith(b"%PDF")


def test_a_trial_is_printed_upright_with_its_readings_beside_its_words(look: Any) -> None:
    upright, broad = (look(path).pdf(prefer_css_page_size=True) for path in (f"/trial/{FULL}", f"/compare/{FULL},{HOSTILE}"))
    assert b"/MediaBox [0 0 594" in upright
    assert b"/MediaBox [0 0 841" in broad

    page = look(f"/trial/{FULL}")
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 680, "height": 1000})
    own, readings = page.locator(".marked .row:has(.readings)").first.locator(".own, .readings").all()
    assert page.evaluate("document.documentElement.scrollWidth") <= 680
    assert own.bounding_box()["y"] == pytest.approx(readings.bounding_box()["y"], abs=4)
    assert readings.bounding_box()["x"] > own.bounding_box()["x"] + own.bounding_box()["width"]


def test_many_trials_are_printed_in_smaller_type_with_their_heads_on_every_sheet(look: Any) -> None:
    sizes = {}
    for ids in (f"{FULL},{HOSTILE}", SIX):
        page = look(f"/compare/{ids}")
        page.emulate_media(media="print")
        cell = page.locator("#status table.side tbody td").first
        sizes[ids] = float(cell.evaluate("cell => parseFloat(getComputedStyle(cell).fontSize)"))
        shown = page.locator("#status thead").first.evaluate("head => getComputedStyle(head).display")
        assert shown == "table-header-group"
        assert [page.locator(each).first.is_hidden() for each in (".toolbar", "nav.jump", "tr.controls")] == [True] * 3

    assert 8 < sizes[SIX] < sizes[f"{FULL},{HOSTILE}"]


def test_more_trials_are_printed_in_columns_under_each_question_what_differs_first(look: Any) -> None:
    page = look(f"/compare/{SIX},{EXTREME}")
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 1030, "height": 700})
    rows = page.locator("#population tr[id]").evaluate_all(
        "rows => rows.map(row => [[...row.closest('table').tBodies].indexOf(row.parentNode), "
        "row.classList.contains('differs'), row.getBoundingClientRect().top])"
    )
    cell = page.locator("#population tr[id] td").first

    assert page.locator("#status table.side thead").is_hidden()
    assert page.locator("tr.controls").is_hidden()
    assert FULL in cell.evaluate("cell => getComputedStyle(cell, '::before').content")
    assert cell.bounding_box()["width"] > 180, "wide enough to be read"
    short = "td => td.getClientRects().length === 1 || td.querySelectorAll('.line').length > 3"
    whole = page.locator(".crowd:not(.heads) td").evaluate_all(f"cells => cells.map({short})")
    assert len(whole) > 100
    assert all(whole), "what a trial says is parted from its number"
    kept = page.locator(".crowd > tbody > tr:not(.controls)").evaluate_all(
        "rows => rows.map(row => getComputedStyle(row).breakInside)"
    )
    assert set(kept) == {"avoid"}, "a question goes where its answers go"
    assert {differs for _, differs, _ in rows} == {True, False}
    printed = sorted(rows, key=lambda row: (row[0], row[2]))
    assert printed == sorted(rows, key=lambda row: (row[0], not row[1], row[2]))
    assert page.evaluate("document.documentElement.scrollWidth") <= 1030


@pytest.mark.parametrize("path", ["/search?q=synthetic", f"/related/{FULL}", "/screen?age=70"])
def test_lists_are_printed_without_what_is_to_be_pressed(look: Any, path: str) -> None:
    page = look(path)
    page.emulate_media(media="print")
    line = page.locator("ol.trials > li, ul.related > li, .screening tbody tr").first.bounding_box()

    assert line["width"] > 400
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"], "cut off by the sheet's edge"
    pressed = page.locator(".ways, .choose, main button, main input[type=checkbox]").all()
    assert len(pressed) > 3
    assert [each.is_hidden() for each in pressed].count(False) == 0


def test_a_file_works_from_disk(look: Any, folder: Path) -> None:
    from harvester.export.html import comparison_html

    path = folder / "comparison.html"
    path.write_text(comparison_html(made_comparison()), encoding="utf-8")
    page = look(f"file://{path}")

    assert page.troubles == [f"file://{path}"]
    assert page.locator("table.side").first.is_visible()


HEIGHT = """<iframe id="a" src="ADDRESS"></iframe><script>
addEventListener("message", event => {
  const frame = document.getElementById("a");
  if (event.source !== frame.contentWindow || event.data.type !== "trialside-height") return;
  frame.style.height = event.data.height + "px";
});
</script>"""
"""A page that gives a frame the height that it tells, as docs/publishing.md has it."""


@pytest.fixture
def elsewhere(folder: Path, address: str) -> Iterator[str]:
    """Another origin with a page that frames the embed and, beside it, the page itself."""
    embed, whole = f"{address}/embed/compare/{FULL},{PLAIN[0]}", f"{address}/compare/{FULL},{PLAIN[0]}"
    (folder / "index.html").write_text(
        f'<iframe id="a" src="{embed}"></iframe><iframe id="b" src="{whole}"></iframe>', encoding="utf-8"
    )

    (folder / "height.html").write_text(HEIGHT.replace("ADDRESS", f"{embed}?height=1"), encoding="utf-8")

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def __init__(self, *given: Any) -> None:
            super().__init__(*given, directory=str(folder))

        def log_message(self, *_: Any) -> None:
            return

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Quiet)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://localhost:{server.server_address[1]}/index.html"
    server.shutdown()
    server.server_close()


def test_only_the_embed_is_framed_on_another_site(look: Any, elsewhere: str) -> None:
    page = look(elsewhere)
    page.wait_for_timeout(300)
    frames = {frame.frame_element().get_attribute("id"): frame for frame in page.frames[1:]}

    assert frames["a"].locator("table.side").first.is_visible()
    assert frames["b"].locator("table.side").count() == 0


def test_a_frame_on_another_site_gets_the_height_it_tells(look: Any, elsewhere: str) -> None:
    page = look(elsewhere.replace("index.html", "height.html"))
    page.wait_for_function("document.getElementById('a').offsetHeight > 1000")
    inside = page.frames[1].evaluate("document.documentElement.scrollHeight")

    assert page.evaluate("document.getElementById('a').offsetHeight") == pytest.approx(inside, abs=40)


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("path", ["/", f"/compare/{FULL},{HOSTILE},{PLAIN[0]}", f"/trial/{FULL}", "/screen?age=70"])
def test_what_is_pressed_is_tall_enough_for_a_finger(look: Any, path: str, width: int) -> None:
    """WCAG 2.5.8: at least 24 px."""
    page = look(path, width=width)
    low = page.locator("main").evaluate(
        """main => [...main.querySelectorAll("summary, select, button, input:not([type=checkbox]):not([type=hidden])")]
            .filter(each => each.getClientRects().length && each.getBoundingClientRect().height < 23.9)
            .map(each => each.outerHTML.slice(0, 80) + each.getBoundingClientRect().height)"""
    )

    assert low == []
