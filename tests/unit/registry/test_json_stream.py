"""However a stream is cut into chunks and whatever is broken in it, the sound records come out, each as given."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester.registry.json_stream import Element, elements, split_page
from harvester.registry.json_text import Damaged, Unfinished
from tests.standin.synthetic import synthetic_studies, synthetic_study

STUDIES = [json.dumps(study, ensure_ascii=False) for study in synthetic_studies(5)]
FORMS = {
    "one": (STUDIES[0], 1),
    "one a line": ("\n".join(STUDIES) + "\n", 5),
    "one after another": ("".join(STUDIES), 5),
    "list": ("[" + ", ".join(STUDIES) + "]", 5),
    "list over lines": ("[\n" + ",\n".join(STUDIES) + "\n]\n", 5),
    "pretty list": (json.dumps(synthetic_studies(5), indent=2), 5),
    "search answer": ('{"totalCount":5,"studies":[\n' + ",\n".join(STUDIES) + '\n],"nextPageToken":"x"}', 5),
    "search answer, token first": ('{"nextPageToken":"x","studies":[' + ",".join(STUDIES) + "]}", 5),
    "empty list": ("[]", 0),
    "no hits": ('{"totalCount":0,"studies":[\n\n]}', 0),
    "nothing": ("  \n", 0),
    "with a byte order mark": ("\ufeff" + STUDIES[0], 1),
}


def chunked(text: str, size: int) -> Iterator[str]:
    return (text[start : start + size] for start in range(0, len(text), size))


def sound(found: list[Element]) -> list[str]:
    return [element.body["protocolSection"]["identificationModule"]["nctId"] for element in found if element.damage is None]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("size", [7, 64, 1000, 1_000_000])
def test_every_form_gives_its_records_as_given(form: str, size: int) -> None:
    text, count = FORMS[form]
    found = list(elements(chunked(text, size)))

    assert [element.damage for element in found] == [None] * count
    assert [json.loads(element.raw) for element in found] == synthetic_studies(count)
    assert all(element.raw in text for element in found)


@given(st.lists(st.integers(1, 400), min_size=1, max_size=60))
def test_chunks_do_not_matter(sizes: list[int]) -> None:
    text = FORMS["search answer"][0]

    def chunks() -> Iterator[str]:
        start = 0
        for size in sizes:
            yield text[start : start + size]
            start += size
        yield text[start:]

    assert list(elements(chunks())) == list(elements(iter([text])))


BROKEN = {
    "cut": STUDIES[1][:400],
    "unquoted key": STUDIES[1].replace('"protocolSection"', "protocolSection", 1),
    "NaN": STUDIES[1].replace('"hasResults": false', '"hasResults": NaN'),
    "duplicate key": STUDIES[1].replace('"hasResults"', '"hasResults": true, "hasResults"'),
    "deep": '{"protocolSection":' + "[" * 100_000 + "]" * 100_000 + "}",
    "surrogate": STUDIES[1].replace("Synthetic Record", "\\ud800"),
    "bare word": "NCT99000002",
}


@pytest.mark.parametrize("kind", BROKEN)
@pytest.mark.parametrize("size", [101, 1_000_000])
def test_a_broken_line_costs_only_itself(kind: str, size: int) -> None:
    text = "\n".join([STUDIES[0], BROKEN[kind], *STUDIES[2:]])
    found = list(elements(chunked(text, size)))

    assert sound(found) == ["NCT99000001", "NCT99000003", "NCT99000004", "NCT99000005"]
    assert len([element for element in found if element.damage]) == 1


@pytest.mark.parametrize("kind", ["unquoted key", "NaN", "duplicate key", "deep", "surrogate"])
def test_a_broken_member_of_a_list_costs_only_itself(kind: str) -> None:
    text = "[" + ",".join([STUDIES[0], BROKEN[kind], *STUDIES[2:]]) + "]"

    assert sound(list(elements(iter([text])))) == ["NCT99000001", "NCT99000003", "NCT99000004", "NCT99000005"]


def test_a_list_that_ends_early_keeps_what_came() -> None:
    found = list(elements(iter(['{"studies":[' + STUDIES[0] + "," + STUDIES[1][:200]])))

    assert sound(found) == ["NCT99000001"]
    assert found[1].damage == "is cut short"


def test_an_unclosed_string_of_five_million_characters_takes_linear_time() -> None:
    text = '{"a": "' + 'x\\"' * 2_000_000
    start = time.process_time()
    found = list(elements(chunked(text, 1 << 20)))

    assert [element.damage for element in found] == ["is cut short"]
    assert time.process_time() - start < 5


def test_a_search_answer_is_taken_apart() -> None:
    fields, studies = split_page(FORMS["search answer"][0])

    assert fields == {"totalCount": 5, "studies": [], "nextPageToken": "x"}
    assert [json.loads(study.raw) for study in studies] == synthetic_studies(5)


def test_a_damaged_study_does_not_cost_its_page() -> None:
    page = '{"studies":[\n' + ",\n".join([STUDIES[0], BROKEN["NaN"], STUDIES[2]]) + '\n],"nextPageToken":"x"}'
    fields, studies = split_page(page)

    assert fields["nextPageToken"] == "x"
    assert [study.damage is None for study in studies] == [True, False, True]


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.999])
def test_a_page_cut_anywhere_is_unfinished(share: float) -> None:
    page = FORMS["search answer"][0]

    with pytest.raises(Unfinished):
        split_page(page[: int(len(page) * share)])


@pytest.mark.parametrize("text", ["{}", "[]", '{"studies": {}}', json.dumps(synthetic_study(1))])
def test_something_else_is_no_page(text: str) -> None:
    with pytest.raises(Damaged):
        split_page(text)


@pytest.mark.parametrize("text", ["", "<html>", '{"studies":['])
def test_no_json_at_all_is_unfinished(text: str) -> None:
    with pytest.raises(Unfinished):
        split_page(text)
