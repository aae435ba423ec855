"""Files and citations from the site: the right type, a harmless name, the source of the data, no way round the rules."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from harvester.site.pages import compare_file, trial_file
from tests.unit.site.site_records import ALIAS, FULL, HOSTILE, PLAIN

Ask = Callable[..., Awaitable[Any]]
PAIR = f"{FULL},{HOSTILE}"


@pytest.mark.parametrize("ending", compare_file.ENDINGS)
async def test_a_comparison_in_every_form(ask: Ask, ending: str) -> None:
    response = await ask(f"/compare/{PAIR}.{ending}")

    assert response.status_code == 200
    assert response.headers["content-disposition"].startswith(f'attachment; filename="comparison-{FULL}-{HOSTILE}.')
    assert response.headers["x-content-type-options"] == "nosniff"
    if ending in ("xlsx", "docx"):
        assert zipfile.ZipFile(io.BytesIO(response.content)).testzip() is None
    else:
        assert "ClinicalTrials.gov" in response.text
        assert "ada@example" not in response.text


@pytest.mark.parametrize("ending", trial_file.ENDINGS)
async def test_a_trial_in_every_form(ask: Ask, ending: str) -> None:
    response = await ask(f"/trial/{FULL}.{ending}")

    assert response.status_code == 200
    assert FULL in response.headers["content-disposition"]
    if ending in ("xlsx", "docx"):
        assert zipfile.ZipFile(io.BytesIO(response.content)).testzip() is None
    else:
        assert FULL in response.text
        assert "ada@example" not in response.text


async def test_csv_of_a_hostile_record_holds_no_formula(ask: Ask) -> None:
    cells = [cell for row in csv.reader(io.StringIO((await ask(f"/compare/{PAIR}.csv")).text, newline="")) for cell in row]

    assert cells
    assert [cell for cell in cells if cell[:1] in ("=", "+", "@")] == []


async def test_other_spellings_lead_to_the_same_file(ask: Ask) -> None:
    short = await ask(f"/compare/{FULL.lower()},{PLAIN[0]}.ris")
    alias = await ask(f"/trial/{ALIAS}.bib")

    assert short.headers["location"] == f"/compare/{FULL},{PLAIN[0]}.ris"
    assert alias.headers["location"] == f"/trial/{FULL}.bib"


@pytest.mark.parametrize(
    "path", ["/compare/NCT99999998,NCT99999997.csv", "/compare/x.docx", "/trial/NCT99999998.bib", "/trial/x.ris"]
)
async def test_what_is_not_there_is_said_on_a_page(ask: Ask, path: str) -> None:
    response = await ask(path)

    assert response.status_code in (400, 404)
    assert response.headers["content-type"].startswith("text/html")
    assert "content-disposition" not in response.headers


async def test_the_pages_say_where_the_files_are(ask: Ask) -> None:
    page = (await ask(f"/compare/{PAIR}?differences=1")).text

    for ending in compare_file.ENDINGS:
        assert f'href="/compare/{PAIR}.{ending}?differences=1"' in page


async def test_differences_only_are_left_in_files_too(ask: Ask) -> None:
    whole, part = [(await ask(f"/compare/{PAIR}.csv{query}")).text for query in ("", "?differences=1")]

    assert ",alike," in whole
    assert ",alike," not in part


async def test_chosen_rows_are_those_of_page_frame_file_and_links(ask: Ask) -> None:
    query = "?rows=age%2Coverall_status"
    page, frame, file = [(await ask(f"/{kind}/{PAIR}{query}")).text for kind in ("compare", "embed/compare", "file/compare")]
    lines = list(csv.DictReader(io.StringIO((await ask(f"/compare/{PAIR}.csv{query}")).text, newline="")))

    for text in (page, frame, file):
        assert 'id="population.age"' in text
        assert 'id="status.overall_status"' in text
        assert text.count('<tr id="') == 2
    assert {line["row"] for line in lines} == {"Age", "Recruitment status"}
    for ending in ("docx", "xlsx", "csv"):
        assert f'href="/compare/{PAIR}.{ending}{query}"' in page
    assert f'href="/embed/compare/{PAIR}{query}"' in page
    assert page.count(" checked>") == 2
    assert f'<a href="/compare/{PAIR}">All rows</a>' in page


async def test_a_form_sends_each_ticked_row_and_another_trial_keeps_them(ask: Ask) -> None:
    ticked = await ask(f"/compare/{PAIR}.json?rows=population.age&rows=status.overall_status&differences=1")
    added = await ask(f"/compare?ids={PAIR}&rows=population.age&differences=1&add={PLAIN[0]}")

    worded = (await ask(f"/compare/{PAIR}?rows=population.age&rows=ferritin%2C+prior+gene+therapy")).text

    assert 'name="rows" value="ferritin, prior gene therapy"' in worded
    assert "No row of these trials is called ferritin, prior gene therapy." in worded
    assert {row["key"] for panel in ticked.json()["panels"] for row in panel["rows"]} <= {"age", "overall_status"}
    assert added.headers["location"] == f"/compare/{PAIR},{PLAIN[0]}?differences=1&rows=population.age"


async def test_the_name_of_a_drug_stays_a_word_since_no_box_stands_for_all_it_chooses(ask: Ask) -> None:
    whole = (await ask(f"/compare/{PAIR}.json")).json()
    drug = next(panel["title"] for panel in whole["panels"] if panel["group"] == "dosing" and " " not in panel["title"])
    page = (await ask(f"/compare/{PAIR}?rows={drug}")).text

    assert f'name="rows" value="{drug}"' in page
    assert " checked>" not in page
    assert f'id="dosing-{drug.lower()}.doses"' in page


async def test_the_schema_is_published(ask: Ask) -> None:
    schema = json.loads((await ask("/schema/comparison.json")).text)

    assert schema["$ref"] == "#/$defs/Comparison"


async def test_a_citation_of_a_comparison_says_where_it_can_be_seen(ask: Ask) -> None:
    said = (await ask(f"/compare/{PAIR}.txt", headers={"host": "trials.example"})).text

    assert f"Available from: http://trials.example/compare/{PAIR}" in said


@pytest.mark.parametrize("template", ["characteristics", "dosing", "tidier"])
@pytest.mark.parametrize("ending", ["docx", "html", "csv"])
async def test_documents_filled_from_the_trials(ask: Ask, template: str, ending: str) -> None:
    response = await ask(f"/compare/{PAIR}.{ending}?template={template}")

    assert response.status_code == 200
    assert f'filename="{template}-{FULL}' in response.headers["content-disposition"]


async def test_the_page_leads_to_the_documents(ask: Ask) -> None:
    page = (await ask(f"/compare/{PAIR}")).text

    assert page.count("?template=") == 5


async def test_a_document_that_is_not_there_names_those_that_are(ask: Ask) -> None:
    response = await ask(f"/compare/{PAIR}.docx?template=novel")

    assert response.status_code == 404
    assert "characteristics" in response.text
