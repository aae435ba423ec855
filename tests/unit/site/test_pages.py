"""Every page answers, says where its data come from, and has a JSON twin made of the same object."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from harvester.site.app import make_datasette
from harvester.store import Store, read_studies, save_comparison
from harvester.tables import ComparisonMember, ComparisonSet, StudyRows
from harvester.text.expressions.rule import dose_rules, rules
from tests.standin.synthetic import synthetic_id, synthetic_study
from tests.unit.site.conftest import Ask
from tests.unit.site.site_records import ALIAS, FULL, PLAIN, full_study, write_site, write_study

PAIR = f"{FULL},{PLAIN[0]}"
PAGES = {
    "/": "/index.json",
    f"/trial/{FULL}": f"/trial/{FULL}.json",
    f"/compare/{PAIR}": f"/compare/{PAIR}.json",
    f"/related/{FULL}": f"/related/{FULL}.json",
    "/search?q=synthetic": "/search.json?q=synthetic",
    "/about": "/about.json",
    f"/trial/{FULL}/history": f"/trial/{FULL}/history.json",
    "/changes": "/changes.json",
}


@pytest.mark.parametrize("path", [*PAGES, f"/embed/compare/{PAIR}", f"/file/compare/{PAIR}", "/data", "/data/doses", "/search"])
async def test_every_page_names_source_and_date(ask: Ask, path: str) -> None:
    response = await ask(path)

    assert response.status_code == 200
    assert "Source: ClinicalTrials.gov, U.S. National Library of Medicine, data as of 2026-11-24" in response.text
    assert "Modified by trialside" in response.text


@pytest.mark.parametrize(
    ("path", "words"),
    [
        (f"/compare/{PAIR}", "Data as of 2026-11-24"),
        (f"/matrix/{PAIR}", "Data as of 2026-11-24"),
        (f"/trial/{FULL}", "Data as of 2026-11-24"),
        ("/about", "Collection: data of 2026-11-24"),
        ("/data", "Collection: data of 2026-11-24"),
    ],
)
async def test_the_date_on_top_is_that_of_what_is_shown(ask: Ask, path: str, words: str) -> None:
    assert words in (await ask(path)).text.partition("</header>")[0]


@pytest.mark.parametrize(("page", "twin"), PAGES.items())
async def test_every_page_has_a_twin(ask: Ask, page: str, twin: str) -> None:
    html, json = await ask(page), await ask(twin)

    assert json.status_code == 200
    assert json.headers["content-type"].startswith("application/json")
    assert "attribution" in json.json()
    if "search" not in page:
        assert f'href="{twin}"' in html.text


async def test_the_trial_page_shows_every_section(ask: Ask) -> None:
    text = (await ask(f"/trial/{FULL}")).text

    for heading in ("Status and dates", "Brief summary", "Detailed description", "Conditions", "Study design", "Arms and groups",
                    "Interventions", "Eligibility", "Dosing", "Outcome measures", "Sponsors and responsible party", "Officials",
                    "Locations", "Contacts", "Other identifiers", "References and links", "Data sharing", "Results",
                    "Related trials", "Contradictions and gaps inside this record", "This record"):  # fmt: skip
        assert re.search(rf"<h2[^>]*>{heading}</h2>", text), heading
    for words in ("SYNFULL", "synthetic keyword", "SYN-007", "Relapse-free survival", "Synthetic Partner", "Utopia",
                  "Bo Example", "ada@example.invalid", "SYN-EUDRA-7", "12345678", "On request.", "<em>emphasis</em>",
                  "NCT99123456"):  # fmt: skip
        assert words in text, words


@pytest.mark.parametrize(
    ("source", "shown", "never"),
    [("file", "–</span> not stated", "not read:"), ("page", "…</span> not read: not on the saved page", "not stated")],
)
async def test_what_a_record_leaves_out_is_told_from_what_is_not_at_hand(
    tmp_path: Path, source: str, shown: str, never: str
) -> None:
    """Only the registry's own record can leave something unstated; a saved page may just not show it."""
    with Store(tmp_path / "trials.db") as store:
        write_study(store, synthetic_study(4), source)
    page = (await make_datasette(tmp_path / "trials.db").client.get(f"/trial/{synthetic_id(4)}")).text

    assert shown in page
    assert never not in page


async def test_a_digest_is_marked_in_lists_and_no_comparison_begins_with_it(tmp_path: Path) -> None:
    with Store(tmp_path / "trials.db") as store:
        write_study(store, synthetic_study(4), "api")
        write_study(store, synthetic_study(5), "digest")
    site = make_datasette(tmp_path / "trials.db").client
    start = await site.get("/index.json")

    assert [(each["nct_id"], each["is_digest"]) for each in start.json()["trials"]] == [
        (synthetic_id(5), True), (synthetic_id(4), False),
    ]  # fmt: skip
    assert start.json()["focal"]["nct_id"] == synthetic_id(4)
    for path in ("/", "/search?q=synthetic", f"/related/{synthetic_id(4)}"):
        lines = [each for each in (await site.get(path)).text.split("<li>") if f'href="/trial/{synthetic_id(5)}"' in each]
        assert lines, path
        assert " · digest</span>" in lines[0], path


async def test_read_words_are_marked_and_numbered(ask: Ask) -> None:
    text = (await ask(f"/trial/{FULL}")).text

    numbers = re.findall(r'<sup><a href="#reading-(\d+)"', text)
    readings = re.findall(r'<li id="reading-(\d+)"', text)

    assert "<mark" in text
    assert sorted(set(numbers), key=int) == sorted(readings, key=int)
    assert len(readings) == len(set(readings)) > 3


async def test_nothing_of_the_eligibility_text_is_lost_or_added(ask: Ask) -> None:
    page = (await ask(f"/trial/{FULL}.json")).json()

    lines = page["eligibility"]["text"]["lines"]
    shown = "\n".join(
        (line["lead"] + " " if line["lead"] else "") + "".join(part["text"] for part in line["segments"]) for line in lines
    )

    assert "2. ECOG performance status \\<3 and Karnofsky score ≥70" in shown
    expected = (
        "Inclusion Criteria: 1. Age 18-65 years 2. ECOG performance status \\<3 and Karnofsky score ≥70 "
        "3. LVEF ≥50% by echocardiography Exclusion Criteria: 1. LVEF \\<60% 2. Active uncontrolled infection"
    )
    assert " ".join(shown.split()) == expected


async def test_every_words_link_of_a_comparison_leads_to_marked_words(ask: Ask) -> None:
    text = (await ask(f"/compare/{PAIR}")).text
    links = sorted(set(re.findall(r'href="(/trial/[^"#]*\?words=[^"#]*)#words"', text)))

    assert links
    for link in links[:40]:
        page = (await ask(link.replace("&amp;", "&"))).text

        assert page.count('id="words"') == 1, link


async def test_every_rule_is_listed_with_its_measured_figure(ask: Ask) -> None:
    page = (await ask("/about")).text
    row = r'<tr><th scope="row"><code>([a-z_.]+)</code></th><td>.+?</td><td>(no labels|\d+ of \d+)</td></tr>'
    listed = re.findall(row, page)

    every = (*rules(), *dose_rules())
    told = {each.rule: f"{each.right} of {each.labelled}" if each.labelled else "no labels" for each in every}
    assert len(told) > 30
    assert dict(listed) == told


async def test_the_embed_needs_nothing_else(ask: Ask) -> None:
    response = await ask(f"/embed/compare/{PAIR}")

    assert "<script" not in response.text
    assert 'rel="stylesheet"' not in response.text
    assert "<style>" in response.text


async def test_contacts_are_on_the_trial_page_and_nowhere_else(ask: Ask) -> None:
    paths = (
        *(f"/trial/{FULL}.json", "/data/central_contacts", "/data/central_contacts.csv", "/data/facility_contacts.json"),
        *(f"/compare/{PAIR}", f"/compare/{PAIR}.json", f"/embed/compare/{PAIR}", f"/file/compare/{PAIR}", "/"),
        *(f"/related/{FULL}", "/search?q=synthetic", "/search?q=Ada+Example", "/search?q=ada@example.invalid"),
    )

    for path in paths:
        text = (await ask(path)).text.replace("Ada Example”", "").replace('value="Ada Example"', "")
        assert "555-0100" not in text, path
        assert "Ada Example<" not in text, path


@pytest.mark.parametrize(
    ("asked", "status", "location"),
    [
        (f"/trial/{FULL.lower()}", 301, f"/trial/{FULL}"),
        (f"/trial/{ALIAS}", 302, f"/trial/{FULL}"),
        (f"/trial/{ALIAS}.json", 302, f"/trial/{FULL}.json"),
        (f"/compare/{FULL.lower()},{PLAIN[0]}", 302, f"/compare/{PAIR}"),
        (f"/compare/{FULL}%2C{PLAIN[0]}", 200, None),
        (f"/compare/{ALIAS},{FULL},{PLAIN[0]}", 302, f"/compare/{PAIR}"),
        (f"/compare/{FULL}+{PLAIN[0]}?differences=1", 302, f"/compare/{PAIR}?differences=1"),
        (f"/compare?ids={FULL}&add={PLAIN[0]}", 302, f"/compare/{PAIR}"),
        (f"/compare?ids={FULL}%0A{PLAIN[0].lower()}", 302, f"/compare/{PAIR}"),
        (f"/related/{ALIAS}", 302, f"/related/{FULL}"),
        (f"/search?q={FULL.lower()}", 302, f"/trial/{FULL}"),
        (f"/search?q=https://clinicaltrials.gov/study/{FULL}%3Ftab=table", 302, f"/trial/{FULL}"),
        (f"/search?q=https://clinicaltrials.gov/study/{FULL})", 302, f"/trial/{FULL}"),
    ],
)
async def test_other_spellings_lead_to_one_address(ask: Ask, asked: str, status: int, location: str | None) -> None:
    response = await ask(asked)

    assert (response.status_code, response.headers.get("location")) == (status, location)


@pytest.mark.parametrize(
    ("asked", "status", "words"),
    [
        ("/trial/NCT99555555", 404, "trialside harvest NCT99555555"),
        ("/trial/garbage", 400, "That is not an NCT number"),
        (f"/compare/{FULL},NCT99555555", 404, f"/compare/{FULL}"),
        (f"/compare/{FULL},garbage", 400, "That is not an NCT number"),
        ("/compare/,", 400, "That is not an NCT number"),
        ("/compare", 400, "Name at least one NCT number"),
        ("/compare/" + ",".join(f"NCT99{number:06d}" for number in range(1, 51)), 400, "at most 20"),
        ("/related/NCT99555555", 404, "not in this collection"),
        ("/nothing/here", 404, "There is no such page"),
        ("/data/nothing", 404, "There is no such page"),
        ("/data/central_contacts", 403, "not given out in bulk"),
    ],
)
async def test_what_is_not_there_is_said_with_a_next_step(ask: Ask, asked: str, status: int, words: str) -> None:
    response = await ask(asked)

    assert response.status_code == status
    assert words in response.text
    assert "Traceback" not in response.text


async def test_missing_things_are_json_for_those_who_ask_for_json(ask: Ask) -> None:
    response = await ask("/trial/NCT99555555.json")

    assert response.status_code == 404
    assert response.json()["commands"] == ["trialside harvest NCT99555555"]


async def test_differences_only_leaves_out_rows_and_says_how_many(ask: Ask) -> None:
    everything = (await ask(f"/compare/{PAIR}.json")).json()
    differing = (await ask(f"/compare/{PAIR}.json?differences=1")).json()
    page = (await ask(f"/compare/{PAIR}?differences=1")).text

    rows = [row for panel in everything["panels"] for row in panel["rows"]]
    kept = [row for panel in differing["panels"] for row in panel["rows"]]

    assert kept == [row for row in rows if row["differs"]]
    assert f"{len(rows) - len(kept)} rows left out" in page


async def test_a_search_names_its_twin_for_machines(ask: Ask) -> None:
    page = (await ask("/search?q=synthetic&from=0")).text
    twin = re.search(r'type="application/json" href="(/search\.json\?[^"]+)"', page)

    assert twin
    assert (await ask(unescape(twin[1]))).json()["query"] == "synthetic"


async def test_one_name_for_one_field(ask: Ask) -> None:
    trial, compared = [(await ask(path)).text for path in (f"/trial/{FULL}", f"/compare/{PAIR}")]

    for name in ("Participants", "First posted", "Last update posted"):
        assert f">{name}<" in trial, name
    assert ">Participants<" in compared


async def test_one_and_seven_trials_can_be_compared(ask: Ask) -> None:
    one = await ask(f"/compare/{FULL}")
    all_of_them = await ask(f"/compare/{','.join([FULL, *PLAIN, 'NCT99000666'])}")

    assert one.status_code == all_of_them.status_code == 200
    assert "Nothing stands beside it yet" in one.text
    assert "<h1>SYNFULL beside 5 trials</h1>" in all_of_them.text


async def test_trials_are_moved_and_removed_by_links(ask: Ask) -> None:
    first, second, third = FULL, PLAIN[0], PLAIN[1]
    text = (await ask(f"/compare/{first},{second},{third}")).text

    for order in ([second, first, third], [first, third, second], [second, third], [first, third], [third, first, second]):
        assert f'href="/compare/{",".join(order)}"' in text


async def test_search_finds_by_drug_and_tells_when_nothing_is_found(ask: Ask) -> None:
    found, nothing = await ask("/search?q=Betacept"), await ask("/search?q=zzzz")

    assert PLAIN[0] in found.text
    assert "Nothing was found here. That says nothing about the registry." in nothing.text
    assert 'href="https://clinicaltrials.gov/search?term=' in nothing.text


async def test_an_empty_database_says_what_to_do(tmp_path: Path) -> None:
    response = await make_datasette(tmp_path / "new.db").client.get("/")

    assert response.status_code == 200
    assert "trialside harvest" in response.text


async def test_a_dose_that_arm_and_medicine_both_tell_is_one_line_with_both_places(tmp_path: Path) -> None:
    body = full_study()
    told = body["protocolSection"]["armsInterventionsModule"]
    for each in (told["armGroups"][0], told["interventions"][0]):
        each["description"] = "Synthetamab 20 mg IV over 30-60 minutes daily"
    with Store(tmp_path / "site.db") as store:
        write_study(store, body)
    client = make_datasette(tmp_path / "site.db").client
    (dose,) = (await client.get(f"/trial/{FULL}.json")).json()["dosing"]["doses"]
    page = (await client.get(f"/trial/{FULL}")).text

    assert [each["path"].split(".")[2] for each in dose["sources"]] == ["armGroups[0]", "interventions[0]"]
    assert dose["flags"] == []
    assert page.count('>20 mg</q></a><span class="also">also <a class="place"') == 1


async def test_a_vignette_is_held_against_the_criteria_and_kept_nowhere(ask: Ask) -> None:
    page = await ask(f"/vignette/{FULL},{PLAIN[0]}?age=70&lvef=65")
    judged = (await ask(f"/vignette/{FULL},{PLAIN[0]}.json?age=70")).json()["judged"]

    assert page.status_code == 200
    assert "A reading of criteria as the registry states them, not advice." in page.text
    assert page.headers["cache-control"] == "no-store"
    assert page.headers["referrer-policy"] == "no-referrer"
    assert "etag" not in page.headers
    assert {each["nct_id"]: each["answer"] for each in judged}[FULL] == "exclude"


async def test_a_vignette_that_cannot_be_read_says_which_entry(ask: Ask) -> None:
    page = await ask(f"/vignette/{FULL}?age=old")

    assert page.status_code == 400
    assert "Age: a number from 0 to 130, not" in page.text


async def test_a_vignette_asks_first_for_what_the_criteria_speak_of(ask: Ask) -> None:
    page = (await ask(f"/vignette/{FULL}")).text
    entries = {each["name"]: each for each in (await ask(f"/vignette/{FULL}.json")).json()["entries"]}
    given = (await ask(f"/vignette/{FULL}?qtc=450")).text

    assert entries["age"]["asked"]
    assert entries["lvef"]["asked"]
    assert not entries["qtc"]["asked"]
    assert page.index('name="lvef"') < page.index("<details") < page.index('name="qtc"')
    assert given.index('name="qtc"') < given.index("<details"), "what was entered is not folded"


async def test_an_empty_vignette_is_a_form(ask: Ask) -> None:
    page = await ask(f"/vignette/{FULL}")

    assert page.status_code == 200
    assert 'name="age"' in page.text
    assert 'class="judged"' not in page.text


async def test_trials_are_screened_point_by_point_and_nothing_is_kept(ask: Ask) -> None:
    page = await ask("/screen?age=70&lvef=65&among=synthetic")
    told = (await ask("/screen.json?age=70&lvef=65")).json()
    excluded = {each["nct_id"]: each["is_excluded"] for each in told["screened"]}

    assert page.status_code == 200
    assert page.headers["cache-control"] == "no-store"
    assert "not advice" in page.text
    assert excluded[FULL]
    assert [each["is_excluded"] for each in told["screened"]] == sorted(excluded.values())
    assert told["stated"] == ["Age", "Ejection fraction (%)"]
    assert f"/vignette/{FULL}?age=70&amp;lvef=65#answers" in (await ask("/screen?age=70&lvef=65")).text
    assert f'href="/trial/{FULL}?words=protocolSection.eligibilityModule' in page.text, "the words lead to their place"
    assert "1 not met" not in page.text, "of two points each is seen"
    assert "1 not met" in (await ask("/screen?age=70&lvef=65&ecog=1")).text


@pytest.mark.parametrize(
    ("search", "said"),
    [
        ("intervention=betacept", "intervention “betacept”"),
        ("q=synthetic&phase=PHASE2", "words “synthetic”, Phase 2"),
        (f"q={FULL},{PLAIN[0]}&order=start", f'name="among" value="{FULL},{PLAIN[0]}"'),
    ],
)
async def test_the_trials_of_a_search_are_screened(ask: Ask, search: str, said: str) -> None:
    found = (await ask(f"/search.json?{search}")).json()
    page = (await ask(f"{found['screen_href']}&age=70")).text
    told = (await ask(f"{found['screen_href'].replace('/screen', '/screen.json')}&age=70")).json()
    table = await ask(f"{found['screen_href'].replace('/screen', '/screen.csv')}&age=70")
    of_search = {each["nct_id"] for each in found["found"]}

    assert {each["nct_id"] for each in told["screened"]} == of_search
    assert {row["nct_id"] for row in csv.DictReader(io.StringIO(table.text))} == of_search
    assert said in page
    assert "Passed over" not in page


async def test_a_search_that_asks_for_nothing_is_passed_over(ask: Ask) -> None:
    page = (await ask("/screen?search=phse%3D1&age=70")).text

    assert "not asked here: <code>search</code>" in page
    assert 'name="among"' in page


async def test_a_list_of_numbers_may_be_typed_into_the_form(ask: Ask) -> None:
    told = (await ask(f"/screen.json?age=70&among={FULL}%20{PLAIN[0]}")).json()

    assert {each["nct_id"] for each in told["screened"]} == {FULL, PLAIN[0]}


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("/screen?among=&age=70&lvef=&sex=", "/screen?age=70"),
        (f"/vignette/{FULL}?age=&sex=female", f"/vignette/{FULL}?sex=female"),
        ("/search?q=a%20b&condition=", "/search?q=a%20b"),
        ("/changes?since=", "/changes"),
    ],
)
async def test_fields_that_were_left_empty_stand_in_no_address(path: str, told: str, ask: Ask) -> None:
    led = await ask(path)

    assert (led.status_code, led.headers["location"], led.headers["cache-control"]) == (302, told, "no-store")
    assert (await ask(path.replace("?", ".json?"))).status_code == 200


async def test_what_a_form_does_not_ask_is_said_to_be_passed_over(ask: Ask) -> None:
    for path in ("/screen", f"/vignette/{FULL}"):
        page = (await ask(f"{path}?age=70&crcl=55&<b>=1")).text
        assert "not asked here: <code>crcl</code>, <code>&lt;b&gt;</code>.</p>" in page
        assert "passed over" not in (await ask(f"{path}?age=70")).text.lower()
    assert "Passed over" not in (await ask("/screen?age=70&among=synthetic&from=1")).text
    assert (await ask("/screen.json?age=70&crcl=55")).json()["passed_over"] == ["crcl"]


async def test_a_way_for_the_reader_stands_before_the_command(ask: Ask) -> None:
    page = (await ask(f"/compare/{FULL},NCT99999998")).text

    assert page.count(f'href="/compare/{FULL}"') == 1
    assert page.index("at the registry") < page.index("trialside harvest NCT99999998")


async def test_trials_are_read_once_for_all_who_are_screened(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []

    def counting(connection: Any, nct_ids: Sequence[str], *of: Any) -> dict[str, StudyRows]:
        read.extend(nct_ids)
        return read_studies(connection, nct_ids, *of)

    await ask("/screen?age=70")
    for room in ("shelf", "pages.screen"):
        monkeypatch.setattr(f"harvester.site.{room}.read_studies", counting)

    assert len((await ask("/screen.json?age=12")).json()["screened"]) > 1
    assert read == []
    await ask("/screen.csv?age=12")
    assert len(read) > 1, "with all their rows they are read past what is kept"


async def test_a_long_screening_is_shown_in_pages(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("harvester.site.pages.screen.SHOWN", 1)
    first, second = (await ask("/screen?age=70")).text, (await ask("/screen?age=70&from=1")).text

    assert first.count('name="add"') == second.count('name="add"') == 1
    assert 'href="/screen?age=70&amp;from=1#answers" rel="next"' in first
    assert 'href="/screen?age=70&amp;from=0#answers" rel="prev"' in second
    assert "To those that exclude" in first
    assert (await ask("/screen?age=70&from=9999")).status_code == 200


async def test_a_screening_leaves_as_a_workbook(ask: Ask) -> None:
    assert (await ask("/screen.xlsx?age=70")).content.startswith(b"PK")


async def test_a_screening_leaves_as_a_table(ask: Ask) -> None:
    table = await ask("/screen.csv?age=70")
    empty = await ask("/screen.csv")

    assert table.headers["content-type"] == "text/csv; charset=utf-8"
    assert "screening.csv" in table.headers["content-disposition"]
    assert table.headers["cache-control"] == "no-store"
    assert table.text.startswith("nct_id,")
    assert empty.status_code == 400


@pytest.mark.parametrize(
    ("query", "status", "said"),
    [
        ("", 200, 'name="age"'),
        ("?age=old", 400, "Age: a number from 0 to 130, not"),
        ("?age=7&among=zzzz", 200, "No trial of this collection"),
        ("?age=7&among=" + "a+" * 201, 400, "takes 200 words"),
        (".csv?age=7&among=" + "a" * 6_501, 400, "takes 200 words"),
    ],
)
async def test_a_screening_without_an_answer_says_why(ask: Ask, query: str, status: int, said: str) -> None:
    page = await ask(f"/screen{query}")

    assert page.status_code == status
    assert said in page.text
    assert 'class="plain screening"' not in page.text


async def test_days_are_counted_from_the_event_in_the_address(ask: Ask) -> None:
    for query in ("", "?zero=first+dose", "?zero=x"):
        text = (await ask(f"/compare/{FULL},{PLAIN[0]}{query}")).text

        assert text.count('<svg class="timeline"') == 1
        assert "day 0 is first dose" in text


async def test_a_named_comparison_is_offered_and_its_focal_trial_shown(tmp_path: Path) -> None:
    path = write_site(tmp_path / "trials.db")
    named = ComparisonSet(comparison_id="set", title="A named set", focal_nct_id=PLAIN[1], note="what for")
    member = ComparisonMember(comparison_id="set", nct_id=PLAIN[2], position=1)
    with Store(path) as store, store.transaction():
        save_comparison(store.connection, named, [member])
    page = (await make_datasette(path).client.get("/index.json")).json()

    assert page["focal"]["nct_id"] == PLAIN[1]
    assert page["sets"] == [{"title": "A named set", "note": "what for", "href": f"/compare/{PLAIN[1]},{PLAIN[2]}"}]


async def test_a_search_for_nothing_offers_what_is_often_named(ask: Ask) -> None:
    page, twin = await ask("/search"), (await ask("/search.json")).json()

    often = {each["words"]: each["href"] for each in twin["often"]}

    assert often["Synthetic Lymphoma"] == "/search?q=Synthetic+Lymphoma"
    assert [each["trials"] for each in twin["often"]] == sorted((each["trials"] for each in twin["often"]), reverse=True)
    assert 'href="/search?q=Synthetic+Lymphoma"' in page.text


async def test_words_spelled_almost_right_are_suggested(ask: Ask) -> None:
    twin = (await ask("/search.json?q=synthetic+lymfoma")).json()

    assert twin["found"] == []
    assert twin["suggestions"][0]["words"] == "Synthetic Lymphoma"
    assert "synthetic" in [each["words"] for each in twin["suggestions"]]


async def test_a_number_without_its_letters_finds_the_trial(ask: Ask) -> None:
    assert (await ask(f"/search?q={FULL[3:]}")).headers["location"] == f"/trial/{FULL}"
    assert (await ask("/search?q=12345678")).status_code == 200


@pytest.mark.parametrize("start", ["1", "999999", "-1", "٣", "x"])
async def test_a_search_can_start_anywhere(ask: Ask, start: str) -> None:
    answer = await ask(f"/search.json?q=synthetic&from={start}")

    assert answer.status_code == 200
    assert answer.json()["start"] == {"1": 1, "999999": 10_000}.get(start, 0)


async def test_ticked_trials_stand_side_by_side(ask: Ask) -> None:
    listed = (await ask("/search?q=synthetic")).text
    ticked = await ask(f"/compare?add={PLAIN[1]}&add={FULL}")
    beside = await ask(f"/compare?ids={FULL}&add={PLAIN[0]}&add={PLAIN[1]}")

    assert f'<input type="checkbox" name="add" value="{FULL}"' in listed
    assert ticked.headers["location"] == f"/compare/{PLAIN[1]},{FULL}"
    assert beside.headers["location"] == f"/compare/{FULL},{PLAIN[0]},{PLAIN[1]}"


async def test_the_start_page_shows_how_a_row_reads(ask: Ask) -> None:
    page = (await ask("/")).text

    assert "How a row reads (made up)" in page
    assert page.index("How a row reads") < page.index('id="trials-title"')


async def test_a_number_with_a_digit_left_out_leads_to_those_that_go_on_with_one(ask: Ask) -> None:
    page = await ask(f"/trial/NCT0{FULL[3:-1]}")

    assert page.status_code == 404
    assert f'<a href="/trial/{FULL}">{FULL}, if a digit was left out</a>' in page.text


@pytest.mark.parametrize("short", ["NCT0710557", "nct00102", "NCT01"])
async def test_a_number_that_lost_a_digit_is_not_filled_up_to_another_trials(ask: Ask, short: str) -> None:
    pasted = f"https://clinicaltrials.gov/study/{short}"
    asked = (f"/trial/{short}", f"/compare/{short},{FULL}", f"/compare?ids={short},{FULL}", f"/compare?ids={pasted},{FULL}")
    for address in asked:
        answered = await ask(address)
        assert answered.status_code in (400, 404), address
        assert short in answered.text, address
        assert f"NCT{int(short[3:]):08d}" not in answered.text, address


async def test_of_seven_digits_the_stored_trials_with_one_more_are_offered(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    def stored(_: object, asked: Iterable[str]) -> dict[str, str]:
        return {each: each for each in asked if each == "NCT07105579"}

    monkeypatch.setattr("harvester.site.pages.message.known_ids", stored)

    for address in ("/trial/nct0710557", "/compare?ids=clinicaltrials.gov/study/NCT0710557?tab=table"):
        offered = await ask(address)
        assert offered.status_code == 400
        assert '<a href="/trial/NCT07105579">NCT07105579, if a digit was left out</a>' in offered.text


async def test_the_address_of_a_page_that_lacks_a_digit_is_searched_for_by_its_number(ask: Ask) -> None:
    found = await ask("/search?q=https://clinicaltrials.gov/study/NCT0990007?tab=table")

    assert "No trial for “NCT0990007”" in found.text


async def test_what_is_typed_beside_an_address_is_not_dropped(ask: Ask) -> None:
    page = "https://clinicaltrials.gov/study"

    assert (await ask(f"/search?q={page}/{FULL}?tab=a {page}/{PLAIN[0]}")).headers["location"] == f"/compare/{FULL},{PLAIN[0]}"
    assert (await ask(f"/search?q=<{page}/{FULL}>")).headers["location"] == f"/trial/{FULL}"
    assert f"“{page}/NCT0990007 lymphoma”" in (await ask(f"/search?q={page}/NCT0990007 lymphoma")).text


async def test_numbers_in_the_search_box_lead_to_their_comparison(ask: Ask) -> None:
    assert (await ask(f"/search?q={FULL},%20{PLAIN[0].lower()}")).headers["location"] == f"/compare/{FULL},{PLAIN[0]}"
    assert (await ask(f"/search?q={FULL}+lymphoma")).status_code == 200


async def test_every_pair_of_trials_has_its_verdicts(ask: Ask) -> None:
    trials = f"{FULL},{PLAIN[0]},{PLAIN[1]}"
    page, twin = await ask(f"/matrix/{trials}"), await ask(f"/matrix/{trials}.json")
    compared = (await ask(f"/compare/{trials}")).text

    assert page.status_code == 200
    assert "data as of 2026-11-24" in page.text
    assert {(each["trial"], each["other"]) for row in twin.json()["matrix"]["rows"] for each in row["verdicts"]} >= {
        (PLAIN[0], PLAIN[1]),
        (PLAIN[1], PLAIN[0]),
    }
    assert f'href="/matrix/{trials}"' in compared


async def test_a_pair_alone_is_the_comparison_itself(ask: Ask) -> None:
    assert f'href="/matrix/{PAIR}"' not in (await ask(f"/compare/{PAIR}")).text
    assert (await ask(f"/matrix/{PAIR}")).status_code == 200
    assert (await ask("/matrix/NCT99999998")).status_code == 404


async def test_on_a_phone_every_cell_of_a_wide_table_can_say_whose_it_is(ask: Ask) -> None:
    wide, narrow = await ask(f"/compare/{FULL},{PLAIN[0]},{PLAIN[1]}"), await ask(f"/compare/{PAIR}")

    assert f'data-trial="{PLAIN[1]}"' in wide.text
    assert "data-trial" not in narrow.text


async def test_the_start_page_has_words_for_who_has_no_number(ask: Ask) -> None:
    twin, page = (await ask("/index.json")).json(), (await ask("/")).text

    assert 0 < len(twin["often"]) <= 8
    assert f'href="{twin["often"][0]["href"].replace("&", "&amp;")}"' in page


async def test_a_title_that_was_found_is_not_said_twice(ask: Ask) -> None:
    found = (await ask("/search.json?q=synthetic")).json()["found"]

    assert found
    for each in found:
        said = "".join(piece["text"] for piece in each["words"]).strip("… ")
        assert not said.startswith(each["nct_id"])
        assert not said or said not in each["title"]


async def test_results_that_are_posted_are_one_step_away(tmp_path: Path) -> None:
    path = tmp_path / "trials.db"
    with Store(path) as store:
        for number, posted in ((1, True), (2, False)):
            write_study(store, {**synthetic_study(number), "hasResults": posted})
    client = make_datasette(path).client
    way = f'<a href="https://clinicaltrials.gov/study/{synthetic_id(1)}?tab=results">'

    assert way in (await client.get(f"/trial/{synthetic_id(1)}")).text
    assert (await client.get(f"/trial/{synthetic_id(2)}.json")).json()["results_url"] is None


async def test_a_comparison_of_nothing_leads_to_the_search(ask: Ask) -> None:
    answer = await ask("/compare?ids=")

    assert answer.status_code == 400
    assert 'href="/search"' in answer.text


async def test_a_trial_alone_is_not_said_to_differ_from_anything(ask: Ask) -> None:
    page = (await ask(f"/compare/{FULL}")).text

    assert not [words for words in ("Differences only", "0 differ", "Stated only in one", "why one row") if words in page]


async def test_a_document_of_the_registry_is_one_step_away(tmp_path: Path) -> None:
    path = tmp_path / "trials.db"
    file = {"typeAbbrev": "Prot", "label": "Study Protocol", "date": "2020-04-15", "filename": "Prot_000.pdf"}
    with Store(path) as store:
        write_study(store, {**synthetic_study(1), "documentSection": {"largeDocumentModule": {"largeDocs": [file]}}})
    page = (await make_datasette(path).client.get(f"/trial/{synthetic_id(1)}")).text

    place = f"https://cdn.clinicaltrials.gov/large-docs/{synthetic_id(1)[-2:]}/{synthetic_id(1)}/Prot_000.pdf"
    assert f'<a href="{place}">Study Protocol, 2020-04-15</a>' in page


async def test_every_part_of_how_values_are_read_is_one_step_away(ask: Ask) -> None:
    page = (await ask("/about")).text
    ways = re.findall(r'<li><a href="#([a-z]+)">', page)

    assert len(ways) == page.count("<h2")
    assert all(f'id="{way}"' in page for way in ways)
