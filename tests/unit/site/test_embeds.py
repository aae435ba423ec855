"""What other pages may show of a comparison: the whole, a part, a picture, and how oEmbed tells them to."""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from bs4 import BeautifulSoup

from harvester.export.png import why_not
from harvester.site import app
from tests.unit.site.site_records import FULL, HOSTILE

Ask = Callable[..., Awaitable[Any]]
PAIR = f"{FULL},{HOSTILE}"
HOST = {"host": "trials.example"}


class TestOnePart:
    @pytest.mark.parametrize("part", ["population", "dosing", "criteria", "timeline"])
    async def test_a_part_alone_is_framable_and_names_its_source(self, ask: Ask, part: str) -> None:
        response = await ask(f"/embed/compare/{PAIR}?panel={part}")

        assert response.status_code == 200
        assert "frame-ancestors *" in response.headers["content-security-policy"]
        assert "Source: ClinicalTrials.gov" in response.text
        assert f'href="/compare/{PAIR}"' in response.text
        assert "<script" not in response.text.replace("&lt;script", "")

    async def test_it_holds_that_part_and_no_other(self, ask: Ask) -> None:
        population = (await ask(f"/embed/compare/{PAIR}?panel=population")).text
        dosing = (await ask(f"/embed/compare/{PAIR}?panel=dosing")).text

        assert re.findall(r'<section class="group" id="([^"]*)"', population) == ["population"]
        assert '<svg class="timeline"' in dosing
        assert '<svg class="timeline"' not in population

    async def test_a_part_that_is_not_there_names_those_that_are(self, ask: Ask) -> None:
        response = await ask(f"/embed/compare/{PAIR}?panel=weather")

        assert response.status_code == 404
        assert "population" in response.text
        assert "frame-ancestors 'none'" in response.headers["content-security-policy"]

    async def test_a_parameter_that_a_frame_does_not_know_is_told_and_escaped(self, ask: Ask) -> None:
        asked = "?part=population&%00%E2%80%AE%3Cb%3E=1&differences=1&zero=x&rows=&height=1"
        footer = BeautifulSoup((await ask(f"/embed/compare/{PAIR}{asked}")).text, "html.parser").footer

        assert footer is not None
        assert "Passed over, because a frame does not know it: part, <b>." in footer.get_text()
        assert "Passed over" not in (await ask(f"/embed/compare/{PAIR}?panel=population")).text

    async def test_the_page_leads_to_every_part(self, ask: Ask) -> None:
        page = (await ask(f"/compare/{PAIR}")).text
        parts = re.findall(rf'href="(/embed/compare/{PAIR}\?panel=[^"]+)"', page)

        assert len(parts) > 5
        for part in parts:
            assert (await ask(part)).status_code == 200


class TestPicture:
    async def test_the_timeline_is_a_file_with_its_source(self, ask: Ask) -> None:
        response = await ask(f"/compare/{PAIR}.svg")
        picture = ElementTree.fromstring(response.text)
        said = " ".join(picture.itertext())

        assert response.headers["content-type"] == "image/svg+xml"
        assert "Source: ClinicalTrials.gov" in said
        assert f"https://clinicaltrials.gov/study/{FULL}" in said
        assert not any("script" in element.tag for element in picture.iter())


class TestOembed:
    async def test_it_tells_how_to_frame_a_comparison(self, ask: Ask) -> None:
        told = await ask(f"/oembed?url=http://trials.example/compare/{PAIR}%3Fpanel%3Ddosing&maxwidth=500", headers=HOST)
        rich = json.loads(told.text)

        assert (rich["version"], rich["type"], rich["width"]) == ("1.0", "rich", 500)
        assert f'src="http://trials.example/embed/compare/{PAIR}?panel=dosing"' in rich["html"]

    async def test_a_choice_of_rows_is_framed_as_it_is(self, ask: Ask) -> None:
        address = f"http://trials.example/compare/{PAIR}?rows=age&rows=phase"
        rich = (await ask("/oembed", params={"url": address}, headers=HOST)).json()

        assert f'/embed/compare/{PAIR}?rows=age%2Cphase"' in rich["html"]

    async def test_the_page_says_where_to_ask(self, ask: Ask) -> None:
        page = (await ask(f"/compare/{PAIR}", headers=HOST)).text
        (address,) = re.findall(r'application/json\+oembed" href="http://trials\.example([^"]+)"', page)

        assert (await ask(address.replace("&amp;", "&"), headers=HOST)).status_code == 200

    @pytest.mark.parametrize(
        "url",
        ["", "http://evil.example/compare/{pair}", "http://trials.example/trial/{pair}", "http://trials.example/compare/x",
         "http://trials.example/compare/NCT99999998", "javascript:alert(1)", "http://[bad/compare/{pair}"],
    )  # fmt: skip
    async def test_any_other_address_is_not_known(self, ask: Ask, url: str) -> None:
        assert (await ask(f"/oembed?url={url.format(pair=PAIR)}", headers=HOST)).status_code == 404

    async def test_xml_is_not_spoken(self, ask: Ask) -> None:
        assert (await ask(f"/oembed?format=xml&url=http://trials.example/compare/{PAIR}", headers=HOST)).status_code == 501


class TestDrawings:
    @pytest.mark.parametrize("name", ["timeline", "calendar", "enrolment", "countries"])
    async def test_a_hostile_records_pictures_are_sound_and_hold_no_script(self, ask: Ask, name: str) -> None:
        response = await ask(f"/compare/{PAIR}.svg?panel={name}")
        picture = ElementTree.fromstring(response.text)
        names = {element.tag.rpartition("}")[2] for element in picture.iter()}

        assert response.status_code == 200
        assert names <= {"svg", "rect", "text", "title", "desc", "defs", "pattern", "path", "g", "polygon"}
        assert {key for element in picture.iter() for key in element.attrib if key.startswith("on") or "href" in key} == set()

    @pytest.mark.parametrize("name", ["timeline", "calendar", "enrolment", "countries"])
    async def test_each_is_png_here_or_one_line_says_why_not(self, ask: Ask, name: str) -> None:
        response = await ask(f"/compare/{PAIR}.png?panel={name}")

        if why_not():
            assert response.status_code == 501
            assert "PNG" in response.text
        else:
            assert response.content.startswith(b"\x89PNG\r\n\x1a\n")
            assert response.headers["content-type"] == "image/png"

    async def test_a_picture_that_is_not_there_names_those_that_are(self, ask: Ask) -> None:
        response = await ask(f"/compare/{PAIR}.svg?panel=nothing")

        assert response.status_code == 404
        assert "calendar, enrolment, limits, countries" in response.text

    @pytest.mark.parametrize("name", ["calendar", "enrolment", "countries"])
    async def test_each_is_framable_alone_with_its_table(self, ask: Ask, name: str) -> None:
        response = await ask(f"/embed/compare/{PAIR}?panel={name}")

        assert "frame-ancestors *" in response.headers["content-security-policy"]
        assert response.text.count('<svg class="drawing"') == 1
        assert "The same as a table" in response.text
        assert '<table class="side' not in response.text


async def test_print_leaves_out_the_ways_and_no_attribution(ask: Ask) -> None:
    """What leads elsewhere is for a screen; whose data they are is for paper, too."""
    style = (Path(app.__file__).parent / "static" / "pages.css").read_text(encoding="utf-8")
    hidden = re.findall(r"\.ts-footer ([^{}]*?) \{ display: none; \}", style)
    for address in (f"/compare/{PAIR}", f"/embed/compare/{PAIR}?panel=calendar", "/about"):
        footer = BeautifulSoup((await ask(address)).text, "html.parser").select_one(".ts-footer")
        assert footer is not None
        for each in footer.select(", ".join(hidden)):
            each.decompose()
        assert "ClinicalTrials.gov" in footer.get_text(), address
        assert footer.select("a") == [], address
