"""The stand-in answers as the registry does, as far as its specification and recorded answers tell."""

from __future__ import annotations

import json
import re
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.standin import Collection, StandIn
from tests.standin.synthetic import synthetic_studies

RECORDS = Path(__file__).parents[2] / "records"
RESPONSES = Path(__file__).parents[4] / "shared" / "api" / "responses"
recorded = pytest.mark.skipif(not RESPONSES.is_dir(), reason="no recorded answers beside the project")


def standin(count: int = 30) -> StandIn:
    return StandIn(Collection(synthetic_studies(count)))


def page(running: StandIn, query: str = "") -> dict[str, object]:
    status, body, headers = running.answer(f"/api/v2/studies?{query}")
    assert (status, headers["Content-Type"]) == (200, "application/json")
    found = json.loads(body)
    assert isinstance(found, dict)
    return found


def refusal(running: StandIn, target: str) -> tuple[int, str]:
    status, body, headers = running.answer(f"/api/v2{target}")
    assert headers["Content-Type"].startswith("text/plain")
    return status, body.decode()


def size(found: dict[str, object]) -> int:
    studies = found["studies"]
    assert isinstance(studies, list)
    return len(studies)


def test_page_sizes() -> None:
    running = standin(1_100)

    assert size(page(running)) == size(page(running, "pageSize=0")) == 10
    assert size(page(running, "pageSize=7")) == 7
    assert size(page(running, "pageSize=5000")) == 1_000


def test_a_full_last_page_is_followed_by_an_empty_one() -> None:
    running = standin(20)
    first = page(running, "countTotal=true")
    second = page(running, f"countTotal=true&pageToken={first['nextPageToken']}")
    third = page(running, f"pageToken={second['nextPageToken']}")

    assert first["totalCount"] == 20
    assert "totalCount" not in second
    assert (size(third), "nextPageToken" in third) == (0, False)


def test_a_token_belongs_to_its_query_and_its_release() -> None:
    running = standin()
    token = page(running, "query.term=synthetic")["nextPageToken"]

    assert refusal(running, f"/studies?query.term=record&pageToken={token}")[0] == 400
    assert refusal(running, "/studies?pageToken=made-up")[0] == 400
    running.data_timestamp = "2026-11-25T09:00:00"
    assert refusal(running, f"/studies?query.term=synthetic&pageToken={token}")[0] == 400


def test_one_study_a_line_and_the_form_of_no_hits() -> None:
    running = standin(3)
    lines = running.answer("/api/v2/studies")[1].decode().split("\n")

    assert [line[:1] for line in lines] == ["{", "{", "{", "{", "]"]
    nothing = running.answer("/api/v2/studies?countTotal=true&query.cond=zzqxnotacondition")[1]
    assert nothing == b'{"totalCount":0,"studies":[\n\n]}'


@recorded
def test_the_form_of_no_hits_is_the_recorded_one() -> None:
    answer = json.loads((RESPONSES / "m37-20260912" / "search_nonsense_size3_page1.json").read_text())

    assert standin().answer("/api/v2/studies?countTotal=true&query.cond=zzqx")[1].decode() == answer["text"]


@recorded
def test_not_found_is_the_recorded_text() -> None:
    answer = json.loads((RESPONSES / "m37-20260912" / "study_NCT99999999.json").read_text())

    assert refusal(standin(), "/studies/NCT99999999") == (answer["status"], answer["text"])


@recorded
def test_the_version_has_the_recorded_form() -> None:
    answer = json.loads((RESPONSES / "m37-20260912" / "version.json").read_text())["text"]
    ours = standin().answer("/api/v2/version")[1].decode()
    blank = re.compile(r'(?<= : )"[^"]*"')

    assert blank.sub("", ours) == blank.sub("", answer)


@pytest.mark.parametrize(
    ("target", "status"),
    [
        ("/studies/NCT0", 400),
        ("/studies/junk", 400),
        ("/studies/NCT99999999", 404),
        ("/studies/NCT99000001?unknown=1", 400),
        ("/studies?unknown=1", 400),
        ("/studies?filter.ids=junk", 400),
        ("/studies?pageSize=-1", 400),
        ("/studies?query.term=(open", 400),
        ("/studies?sort=Nonsense", 400),
        ("/studies?filter.advanced=AREA%5BFoo%5DRANGE%5B1,2%5D", 400),
        ("/studies?fields=Nonsense", 500),
        ("/nothing", 404),
    ],
)
def test_errors_are_plain_text(target: str, status: int) -> None:
    assert refusal(standin(), target)[0] == status


def test_an_alias_redirects_and_loses_its_fields() -> None:
    running = StandIn(Collection.of_folder(RECORDS))
    status, body, headers = running.answer("/api/v2/studies/NCT99000901?fields=NCTId")

    assert (status, body, headers["Location"]) == (301, b"", "/api/v2/studies/NCT99000001")


def test_ids_are_filtered_by_number_and_alias_and_unknown_ones_are_silent() -> None:
    found = page(StandIn(Collection.of_folder(RECORDS)), "filter.ids=NCT99000901|nct99000002,NCT99999999&fields=NCTId")

    assert sorted(map(str, found["studies"])) == [  # type: ignore[call-overload]
        "{'protocolSection': {'identificationModule': {'nctId': 'NCT99000001'}}}",
        "{'protocolSection': {'identificationModule': {'nctId': 'NCT99000002'}}}",
    ]


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("query.intr=alphamab", 7),
        ('query.intr="alphamab" OR "betacept"', 15),
        ("query.cond=synthetic leukemia&query.intr=alphamab", 2),
        ("query.term=NOT alphamab", 23),
        ("query.term=(alphamab OR betacept) AND lymphoma", 6),
        ("query.term=NCT99000001 NCT99000002&filter.overallStatus=WITHDRAWN", 2),
        ("filter.overallStatus=COMPLETED|TERMINATED", 15),
        ("filter.advanced=AREA[LastUpdatePostDate]RANGE[2026-01-15,MAX]", 30),
        ("filter.advanced=AREA[LastUpdatePostDate]RANGE[2026-01-16,MAX]", 0),
    ],
)
def test_simple_searches(query: str, count: int) -> None:
    assert page(standin(), "countTotal=true&" + quote(query, safe="&=."))["totalCount"] == count


def test_sorting() -> None:
    found = page(standin(), "sort=EnrollmentCount:desc&fields=EnrollmentCount&pageSize=30")["studies"]
    assert isinstance(found, list)
    counts = [study["protocolSection"]["designModule"]["enrollmentInfo"]["count"] for study in found]

    assert counts == sorted(counts, reverse=True)


def test_the_data_model_and_the_size() -> None:
    running = standin(3)
    fields = json.loads(running.answer("/api/v2/studies/metadata")[1])

    assert [field["name"] for field in fields] == ["derivedSection", "hasResults", "protocolSection"]
    assert json.loads(running.answer("/api/v2/stats/size")[1]) == {"totalStudies": 3}
