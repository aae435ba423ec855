"""What leaves the site, as a browser has it: parts in frames, pictures, and a published copy from disk."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from harvester.cli import main
from harvester.export.png import why_not
from harvester.site import controls
from tests.unit.site.site_records import FULL, HOSTILE, PLAIN, write_site

pytestmark = pytest.mark.browser

PAIR = f"{FULL},{HOSTILE}"


def grave(page: Any) -> list[tuple[str, str]]:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    found = axe.Axe().run(page).response["violations"]
    return [(each["id"], each["nodes"][0]["html"][:160]) for each in found if each["impact"] in ("serious", "critical")]


@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize("part", ["population", "dosing", "timeline", "criteria"])
def test_a_part_alone_stands_and_fits(look: Any, part: str, width: int) -> None:
    page = look(f"/embed/compare/{FULL},{PLAIN[0]}?panel={part}", width=width, dark=width < 500)

    assert page.troubles == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert grave(page) == []


def test_a_hostile_record_does_nothing_in_a_part(look: Any) -> None:
    page = look(f"/embed/compare/{PAIR}?panel=dosing")

    assert page.troubles == []
    assert grave(page) == []


def test_where_no_png_is_drawn_here_the_browser_draws_it(look: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(controls, "why_not", lambda: "there is no font")
    page = look(f"/compare/{HOSTILE},{FULL}")
    page.get_by_text("Share and cite", exact=True).click()
    with page.expect_download() as expected:
        page.locator("details.share button", has_text="PNG").first.click()
    download = expected.value

    assert download.suggested_filename == f"{HOSTILE}-{FULL}.png"
    assert Path(download.path()).read_bytes().startswith(b"\x89PNG\r\n")
    assert [each for each in page.troubles if not each.startswith("blob:")] == []


@pytest.mark.skipif(bool(why_not()), reason=why_not() or "PNG is drawn here")
def test_a_picture_is_drawn_as_png_here(look: Any) -> None:
    page = look(f"/compare/{PAIR}.png?panel=calendar")

    assert page.evaluate("document.images[0].naturalWidth") > 1000


def test_without_scripts_the_picture_is_there_as_svg(look: Any) -> None:
    page = look(f"/compare/{PAIR}.svg", scripts=False)

    assert page.troubles == []
    assert "Source: ClinicalTrials.gov" in page.locator("svg").first.text_content()


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A published copy of the site's trials."""
    folder = tmp_path_factory.mktemp("published")
    database = write_site(folder / "trials.db")
    made = CliRunner().invoke(
        main, ["publish", str(folder / "copy"), "--db", str(database), "--compare", f"{FULL},{PLAIN[0]}", HOSTILE, "-q"]
    )
    assert made.exit_code == 0, made.output
    return folder / "copy"


@pytest.mark.parametrize("name", ["index", f"trial/{FULL}", f"trial/{HOSTILE}", f"compare/{FULL}-{PLAIN[0]}"])
@pytest.mark.parametrize("width", [1440, 390])
def test_a_published_page_works_from_disk(look: Any, published: Path, name: str, width: int) -> None:
    page = look(f"file://{published}/{name}.html", width=width)

    assert [each for each in page.troubles if not each.startswith(f"file://{published}/")] == []
    assert page.evaluate("getComputedStyle(document.body).fontFamily") != "Times New Roman"
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert grave(page) == []


def test_words_lead_into_the_copys_own_page_of_the_trial(look: Any, published: Path) -> None:
    page = look(f"file://{published}/compare/{FULL}-{PLAIN[0]}.html")
    page.locator("#population a.words").first.click()
    page.wait_for_url("**/trial/*.html*")

    assert page.locator("#eligibility").is_visible()
