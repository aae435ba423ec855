"""The page of a search: words and fields, lists of numbers, and what was found as a file."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from html import unescape

import pytest

from harvester.site.search_asked import LONGEST_LIST, MOST_WORDS, numbers_in
from harvester.store import StudyListing
from harvester.trial_id import pasted_id, typed_id, typed_ids
from tests.unit.site.conftest import Ask
from tests.unit.site.site_records import FULL, HOSTILE, PLAIN

LIST = ",".join([*PLAIN, FULL, *(f"NCT98{number:06d}" for number in range(1, 20))])
"""More numbers than stand side by side, most of them of no stored trial."""


async def test_a_search_tells_its_size_and_can_be_narrowed(ask: Ask) -> None:
    whole = (await ask("/search.json?q=synthetic")).json()
    page = (await ask("/search?q=synthetic")).text
    choice = next(each for each in whole["choices"] if len(each["kinds"]) > 1)
    kind = choice["kinds"][-1]
    narrowed = (await ask(f"/search.json?q=synthetic&{choice['name']}={kind['code']}")).json()

    assert f"<h1>{whole['size']} trials for" in page
    assert f'<input type="checkbox" name="{choice["name"]}" value="{kind["code"]}">' in page
    assert narrowed["size"] == len(narrowed["found"]) == kind["trials"] < whole["size"]
    for each in whole["choices"]:
        if each["name"] in ("overall_status", "study_type"):
            assert sum(kind["trials"] for kind in each["kinds"]) + each["untold"] == whole["size"]
    chosen = next(each for each in narrowed["choices"] if each["name"] == choice["name"])["kinds"]
    assert [each["code"] for each in chosen if each["is_chosen"]] == [kind["code"]]
    assert {each["code"] for each in chosen} == {each["code"] for each in choice["kinds"]}


async def test_several_codes_of_a_field_are_ticked_at_once_and_taken_away_one_by_one(ask: Ask) -> None:
    path = "/search?q=synthetic&overall_status=RECRUITING&overall_status=COMPLETED"
    both, page = (await ask(path.replace("/search", "/search.json"))).json(), (await ask(path)).text
    alone = [
        (await ask(f"/search.json?q=synthetic&overall_status={each}")).json()["size"] for each in ("RECRUITING", "COMPLETED")
    ]

    assert both["size"] == sum(alone) > max(alone)
    assert [each["label"] for each in both["limits"]] == ["Recruiting", "Completed"]
    assert both["limits"][0]["without"] == "/search?q=synthetic&overall_status=COMPLETED"
    assert page.count(" checked>") == 2
    assert "Status: <b>Recruiting or Completed</b>" in page
    assert (await ask("/search.json?q=synthetic&overall_status=RECRUITING,COMPLETED")).json()["size"] == both["size"]


async def test_fields_alone_find_trials_and_none_left_shows_all(ask: Ask) -> None:
    page, everything = (await ask("/search.json?overall_status=TERMINATED")).json(), (await ask("/search.json?all=1")).json()

    assert page["size"] == 1 < everything["size"]
    assert page["is_asked"]
    assert not page["often"]
    assert page["limits"] == [{"label": "Terminated", "without": "/search?all=1"}]
    assert "every word must occur" not in (await ask("/search?all=1")).text
    assert [each["nct_id"] for each in everything["found"]] == sorted((e["nct_id"] for e in everything["found"]), reverse=True)


async def test_conditions_and_interventions_are_asked_for_by_themselves(ask: Ask) -> None:
    drug = (await ask("/search.json?intervention=betacept")).json()
    page = (await ask("/search?condition=lymphoma&intervention=betacept")).text

    assert drug["size"] > 0
    assert (await ask("/search.json?condition=betacept")).json()["size"] == 0
    assert "condition “lymphoma”, intervention “betacept”" in page
    assert '<input type="search" name="condition" value="lymphoma"' in page
    assert (await ask(f"/search.json?condition=lymphoma&q={FULL}")).status_code == 200


async def test_a_name_with_a_comma_is_one_code(ask: Ask) -> None:
    page = (await ask("/search.json?all=1&country=Korea,%20Republic%20of&country=Nowhere")).json()
    country = next(each for each in page["choices"] if each["name"] == "country")

    assert [each["code"] for each in country["kinds"] if each["is_chosen"]] == ["Nowhere", "South Korea"]
    assert page["size"] == 1


async def test_an_order_is_kept_in_every_address(ask: Ask) -> None:
    page = (await ask("/search.json?q=synthetic&order=update&phase=PHASE2")).json()

    assert ["update", "latest update", True] in page["orders"]
    assert page["limits"][0]["without"] == "/search?q=synthetic&order=update"
    assert dict(page["files"])["CSV"] == "/search.csv?q=synthetic&phase=PHASE2&order=update"
    assert not any(chosen for *_, chosen in (await ask("/search.json?q=synthetic&order=nct_id;--")).json()["orders"])


async def test_more_numbers_than_stand_side_by_side_are_a_list(ask: Ask) -> None:
    page, twin = (await ask(f"/search?q={LIST}")).text, (await ask(f"/search.json?q={LIST}")).json()
    too_many = await ask(f"/compare/{LIST}")

    assert [each["nct_id"] for each in twin["found"]] == [*PLAIN, FULL]
    assert (twin["listed"], len(twin["missing"])) == (len(LIST.split(",")), 19)
    assert f"<h1>{len(PLAIN) + 1} of the {twin['listed']} trials that were named</h1>" in page
    assert '<a href="https://clinicaltrials.gov/study/NCT98000001">' in page
    assert f'<input type="hidden" name="q" value="{LIST}">' in page
    assert too_many.status_code == 400
    way = re.search(r'href="(/search\?[^"]+)"', too_many.text)
    assert way
    assert (await ask(unescape(way[1]))).status_code == 200


async def test_a_list_is_narrowed_too_and_one_without_stored_trials_says_so(ask: Ask) -> None:
    narrowed = (await ask(f"/search.json?q={LIST}&overall_status=TERMINATED")).json()
    none = await ask(f"/search?q={','.join(LIST.split(',')[-2:])}&overall_status=TERMINATED")

    assert len(narrowed["found"]) <= 1
    assert none.status_code == 200
    assert "0 of the 2 trials that were named" in none.text


def test_a_column_pasted_into_one_line_is_a_list() -> None:
    assert numbers_in(f"{FULL}{PLAIN[0].lower()} {PLAIN[1]}") == (FULL, PLAIN[0], PLAIN[1])
    assert typed_ids("NCT0710557NCT06111625") == ["NCT0710557NCT06111625"]
    assert typed_ids(f"{FULL}0") == [f"{FULL}0"]
    assert numbers_in(f"{FULL} {PLAIN[0]}lymphoma") == ()


@pytest.mark.parametrize("path", ["/search", "/search.csv", "/search.json"])
async def test_a_list_that_would_be_cut_is_refused(ask: Ask, path: str) -> None:
    answer = await ask(f"{path}?q={'NCT99000001,' * (LONGEST_LIST // 12 + 1)}")

    assert answer.status_code == 400
    assert "in parts" in answer.text


async def test_what_was_found_is_a_file(ask: Ask) -> None:
    found = [each["nct_id"] for each in (await ask("/search.json?q=synthetic&order=start")).json()["found"]]
    table, book, citations = [await ask(f"/search.{ending}?q=synthetic&order=start") for ending in ("csv", "xlsx", "ris")]
    rows = list(csv.DictReader(io.StringIO(table.text)))

    assert [row["nct_id"] for row in rows] == found
    assert all(row["data_date"] and row["registry_url"] for row in rows)
    assert 'filename="trials.csv"' in table.headers["content-disposition"]
    assert citations.text.count("TY  - ") == len(found)
    assert zipfile.ZipFile(io.BytesIO(book.content)).testzip() is None
    assert (await ask("/search.csv?q=zzzz")).status_code == 404


@pytest.mark.parametrize(("table", "column"), [("criteria", "source_start"), ("doses", "source_start")])
async def test_the_criteria_and_doses_of_what_was_found_are_files_too(
    ask: Ask, monkeypatch: pytest.MonkeyPatch, table: str, column: str
) -> None:
    page = (await ask("/search.json?q=synthetic&order=start")).json()
    hrefs = dict(dict(page["tables"])[table])
    rows = list(csv.DictReader(io.StringIO((await ask(hrefs["CSV"])).text)))
    monkeypatch.setattr("harvester.site.pages.search.MOST_IN_A_TABLE", 2)
    part = await ask(hrefs["CSV"].replace("start", "update"))

    assert {row["nct_id"] for row in rows} <= {each["nct_id"] for each in page["found"]}
    assert any(row[column] for row in rows)
    assert (await ask(hrefs["Excel"])).content.startswith(b"PK")
    assert f"{table}-first-2-trials.csv" in part.headers["content-disposition"]
    assert f"Their {table}, of the first 2" in (await ask("/search?q=synthetic&order=update")).text
    assert (await ask("/search.csv?q=synthetic&table=nothing")).status_code == 404


async def test_the_ages_let_in_stand_beside_each_trial(ask: Ask) -> None:
    found = {each["nct_id"]: each for each in (await ask("/search.json?q=synthetic")).json()["found"]}
    page = (await ask("/search?q=synthetic")).text

    assert any(each["ages"] for each in found.values())
    assert all(each["ages"] in page for each in found.values() if each["ages"])


@pytest.mark.parametrize(
    ("low", "high", "told"),
    [
        *(("18 Years", "65 Years", "18 to 65 years"), ("6 Months", "2 Years", "6 months to 2 years")),
        *(("1 Year", "29 Years", "1 to 29 years"), ("1 Day", "18 Hours", "1 day to 18 hours")),
        *(("18 Years", None, "from 18 years"), (None, "17 Years", "to 17 years"), (None, None, None)),
    ],
)
def test_ages_are_told_as_the_fields_have_them(low: str | None, high: str | None, told: str | None) -> None:
    listed = StudyListing(*([None] * 9), "api", None, 1, None, low, high)  # type: ignore[arg-type]

    assert listed.ages == told


async def test_of_a_question_the_names_in_it_are_offered_and_the_way_to_a_screening(ask: Ask) -> None:
    question = "which betacept trials take people over 75?"
    told = (await ask(f"/search.json?q={question}")).json()
    page = (await ask(f"/search?q={question}")).text

    assert [each["words"] for each in told["suggestions"]] == ["betacept"]
    assert 'href="/screen?among=betacept"' in page


async def test_a_file_of_very_many_says_that_it_is_a_part(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("harvester.site.pages.search.MOST_IN_A_FILE", 2)
    answer = await ask("/search.csv?all=1")

    assert len(list(csv.DictReader(io.StringIO(answer.text)))) == 2
    assert "trials-first-2.csv" in answer.headers["content-disposition"]
    assert "Download the first 2" in (await ask("/search?all=1")).text


async def test_contacts_are_in_no_file_of_a_search(ask: Ask) -> None:
    for ending in ("csv", "ris"):
        told = (await ask(f"/search.{ending}?all=1")).text
        assert HOSTILE in told
        assert "example.invalid" not in told


@pytest.mark.parametrize("path", ["/search", "/search.csv", "/search.json"])
@pytest.mark.parametrize("asked", ["q={}", "condition={}", "q=x&intervention={}"])
async def test_more_words_than_can_be_looked_for_are_refused(ask: Ask, path: str, asked: str) -> None:
    assert (await ask(f"{path}?{asked.format('x,' * (MOST_WORDS + 1))}")).status_code == 400
    assert (await ask(f"/search?{asked.format('x+' * (MOST_WORDS - 1))}")).status_code == 200


async def test_signs_find_nothing_whatever_they_are_narrowed_to(ask: Ask) -> None:
    for words in ("q=-", "condition=-", "intervention=%22"):
        assert (await ask(f"/search.json?{words}&overall_status=TERMINATED")).json()["size"] == 0


async def test_behind_the_end_of_a_list_a_page_does_not_say_that_nothing_was_found(ask: Ask) -> None:
    page = (await ask("/search?q=synthetic&from=9000")).text

    assert "Nothing was found" not in page
    assert '<a href="/search?q=synthetic">From its beginning</a>' in page


async def test_of_very_many_the_page_says_which_are_counted_and_put_in_order(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "newest numbers are counted" not in (await ask("/search?all=1")).text
    for module in ("harvester.store.search", "harvester.site.pages.search"):
        monkeypatch.setattr(f"{module}.WEIGHED", 1)

    assert "the 1 with the newest numbers are counted by field." in (await ask("/search?q=synthetic&sex=FEMALE")).text
    assert "counted by field and put in order." in (await ask("/search?q=synthetic&order=start")).text


@pytest.mark.parametrize("field", ["q", "condition", "intervention"])
async def test_a_misspelt_name_is_answered_with_the_one_that_is_there(ask: Ask, field: str) -> None:
    name = (await ask("/search.json")).json()["often"][0]["words"]
    page = (await ask("/search.json", params={field: f"{name}x"})).json()

    assert page["size"] == 0
    assert name in [each["words"] for each in page["suggestions"]]


AS_PEOPLE_PASTE = ("NCT 99000001", "nct-99000001", "NCT: 99000001", "(NCT99000001)", "NCT99000001.", "“NCT99000001”",
                   "https://clinicaltrials.gov/study/NCT99000001?rank=1",
                   "(clinicaltrials.gov/study/NCT99000001)", "<https://clinicaltrials.gov/study/NCT99000001>,",
                   "https://clinicaltrials.gov/study/NCT99000001?cond=ALL&aggFilters=phase:2,status:rec&term=NCT99000002",
                   "NCT#99000001", "nct99000001,",
                   "#NCT99000001;")  # fmt: skip
NO_NUMBERS = (
    "NCT 0710557",
    "NCT 123",
    "99000001",
    "NCT990000011",
    "NCT 990000011",
    "XNCT 99000001",
    "NCT99000001x",
    "NCT",
    "",
    "()",
)


@pytest.mark.parametrize("text", AS_PEOPLE_PASTE)
def test_a_number_is_known_as_people_paste_it_and_as_the_command_line_does(text: str) -> None:
    assert typed_id(text) == "NCT99000001"
    assert pasted_id(text) == "NCT99000001"


@pytest.mark.parametrize("text", NO_NUMBERS)
def test_what_lost_a_digit_or_has_more_is_no_number(text: str) -> None:
    assert typed_id(text) is None


@pytest.mark.parametrize("between", [" vs ", " v ", " and ", ", ", " vs. NCT: ", "; ", " beside NCT "])
def test_two_trials_are_told_apart_by_what_people_write_between_them(between: str) -> None:
    second = "99000002" if "NCT" in between else "NCT99000002"

    assert numbers_in(f"NCT 99000001{between}{second}") == ("NCT99000001", "NCT99000002")


@pytest.mark.parametrize("between", [", ", ",", " and ", "; ", "+", " "])
def test_addresses_are_told_apart_whatever_they_ask_for(between: str) -> None:
    one = "https://clinicaltrials.gov/study/NCT9900000{}?cond=a+b,c&aggFilters=phase:2,status:rec"

    assert numbers_in(between.join(map(one.format, "12"))) == ("NCT99000001", "NCT99000002")
    assert numbers_in(f"NCT 99000001{between}{one.format(2)}") == ("NCT99000001", "NCT99000002")


def test_other_words_between_trials_are_a_search() -> None:
    assert numbers_in("NCT99000001 after NCT99000002") == ()
