"""Searches in the registry's words, and what a trial is related to."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester.errors import InputError
from harvester.registry.record import Origin, record_of
from harvester.registry.search import SearchQuery, any_of, quoted, related_queries, words_query
from tests.standin.collection import essie
from tests.standin.synthetic import synthetic_study


def study(interventions: list[str], conditions: list[str], arms: list[str] | None = None, mesh: bool = False) -> dict[str, Any]:
    body = synthetic_study(1)
    body["protocolSection"]["conditionsModule"]["conditions"] = conditions
    module = body["protocolSection"]["armsInterventionsModule"]
    module["interventions"] = [{"type": "DRUG", "name": name} for name in interventions]
    module["armGroups"] = [{"label": label} for label in arms or []]
    if not mesh:
        del body["derivedSection"]["conditionBrowseModule"], body["derivedSection"]["interventionBrowseModule"]
    return body


def related(body: dict[str, Any]) -> SearchQuery:
    return related_queries(record_of(body, None, Origin()))[0]


def test_mesh_terms_come_before_names() -> None:
    query = related(study(["SYN-001"], ["Leukemia of Tests"], mesh=True))

    assert query.conditions == ("Synthetic Lymphoma", "Leukemia of Tests")
    assert query.interventions == ("Betacept", "SYN-001")
    assert query.params == {
        "query.cond": '"Synthetic Lymphoma" OR "Leukemia of Tests"',
        "query.intr": '"Betacept" OR "SYN-001"',
        "sort": "@relevance",
    }


def test_names_put_together_are_taken_apart_and_arms_help_where_mesh_is_silent() -> None:
    query = related(study(["ALP and BET"], ["Leukemia"], ["Alphamab and Cell Infusion", "Arm B", "Placebo"]))

    assert query.interventions == ("ALP and BET", "ALP", "BET", "Alphamab and Cell Infusion", "Alphamab", "Cell Infusion")


@pytest.mark.parametrize(
    "name", ["Arm A", "Placebo", "Control group", "Standard of care", "Cohort 1", "No intervention", "IV", "x"]
)
def test_words_that_name_no_intervention_are_left_out(name: str) -> None:
    assert related(study([name], ["Leukemia"])).interventions == ()


def test_a_sentence_is_no_name() -> None:
    assert related(study(["a very long sentence " * 10], ["Leukemia"])).interventions == ()


def test_from_narrow_to_broad() -> None:
    queries = related_queries(record_of(study(["Alphamab"], ["Leukemia"]), None, Origin()))

    assert [bool(query.conditions) for query in queries] == [True, False, True]
    assert [bool(query.interventions) for query in queries] == [True, True, False]


def test_a_trial_without_interventions_is_searched_by_its_conditions() -> None:
    assert related_queries(record_of(study([], ["Leukemia"]), None, Origin())) == [
        SearchQuery(conditions=("Leukemia",), sort="@relevance")
    ]


def test_a_record_that_says_nothing_gives_an_empty_query() -> None:
    body = {"protocolSection": {"identificationModule": {"nctId": "NCT99000001"}, "conditionsModule": []}}

    assert related(body).is_empty


@given(st.text(max_size=40))
def test_no_words_can_break_out_of_their_phrase(words: str) -> None:
    """Whatever a person types is one phrase: never an operator, a bracket, or an open quotation."""
    phrase = quoted(words)

    assert phrase.count('"') in (0, 2)
    if phrase:
        assert phrase[0] == phrase[-1] == '"'
        assert essie(phrase)(words.replace('"', " ").replace("\\", " ").casefold()) or phrase != f'"{words}"'


@given(st.lists(st.text(max_size=10), max_size=4))
def test_any_of_is_an_expression_that_can_be_read(terms: list[str]) -> None:
    expression = any_of(terms)

    assert not expression or callable(essie(expression))


def test_free_words_are_all_sought() -> None:
    assert words_query('CAR-T AND (x)"').params == {"query.term": '"CAR-T" AND "AND" AND "(x)"'}


@pytest.mark.parametrize(
    ("query", "params"),
    [
        ("cond=B-ALL+OR+CLL&viewType=Table&page=2", {"query.cond": "B-ALL OR CLL"}),
        (
            "intr=blinatumomab&aggFilters=status:rec%20act,results:with",
            {"query.intr": "blinatumomab", "aggFilters": "status:rec act,results:with"},
        ),
        (
            "spons=Novartis&start=2024-01-01_&studyComp=_2026-12-31",
            {
                "query.spons": "Novartis",
                "filter.advanced": "AREA[StartDate]RANGE[2024-01-01,MAX] AND AREA[CompletionDate]RANGE[MIN,2026-12-31]",
            },
        ),
        ("cond=ALL&sort=StartDate,EnrollmentCount:desc", {"query.cond": "ALL", "sort": "StartDate|EnrollmentCount:desc"}),
        ("cond=ALL&sort=@relevance&sort=", {"query.cond": "ALL", "sort": "@relevance"}),
        ("cond=ALL&cond=ALL&start=_&term=+&intr=&locn=Berlin%20#top", {"query.cond": "ALL", "query.locn": "Berlin"}),
    ],
)
def test_the_address_of_a_search_at_the_registry_asks_the_same(query: str, params: dict[str, str]) -> None:
    assert words_query(f" https://www.clinicaltrials.gov/search?{query} ").params == params
    assert words_query(f"ClinicalTrials.gov/Search/?{query}").params == params


@pytest.mark.parametrize(
    "query",
    [
        *("cond=A&distance=50", "cond=A&start=2024", "cond=A&cond=B", "viewType=Table", "", "cond=+", "start=_"),
        *("sort=StartDate", "cond=A&sort=newest first", "cond=A&sort=A,B,C", "cond=A&sort=A:up", "cond=A&sort=A&sort=B"),
    ],
)
def test_an_address_that_asks_what_is_not_understood_is_refused(query: str) -> None:
    with pytest.raises(InputError, match="address of a search cannot be asked"):
        words_query(f"https://clinicaltrials.gov/search?{query}")


@pytest.mark.parametrize("path", ["study/NCT99000001", "ct2/results?cond=ALL", "expert-search?term=ALL", ""])
def test_another_address_at_the_registry_is_no_word(path: str) -> None:
    with pytest.raises(InputError, match="not that of its search page"):
        words_query(f"https://clinicaltrials.gov/{path}")


@pytest.mark.parametrize(
    "text",
    [
        *("clinicaltrials.gov", "//[CD19", "http://[ALL", "https://example.org/clinicaltrials.gov/search?cond=ALL"),
        *("https://clinicaltrials.gov.example.org/search?cond=ALL", "https://clinicaltrials.gov@example.org/search?cond=ALL"),
    ],
)
def test_any_other_address_is_words(text: str) -> None:
    assert words_query(text).terms == (text,)


def test_parameters_have_a_fixed_order_and_absent_ones_stay_absent() -> None:
    query = SearchQuery(
        ids=("NCT99000001", "NCT99000002"), expression="AREA[StartDate]RANGE[2026,MAX]", extra=(("fields", "NCTId"),)
    )

    assert list(query.params.items()) == [
        ("filter.ids", "NCT99000001|NCT99000002"),
        ("filter.advanced", "AREA[StartDate]RANGE[2026,MAX]"),
        ("fields", "NCTId"),
    ]
    assert SearchQuery().is_empty


SHARED = Path(__file__).parents[4] / "shared" / "records"


@pytest.mark.skipif(not SHARED.is_dir(), reason="no registry records beside the project")
def test_every_real_record_can_be_asked_for_its_relations() -> None:
    for path in sorted(SHARED.glob("*.json"))[:100]:
        queries = related_queries(record_of(json.loads(path.read_text(encoding="utf-8")), None, Origin()))
        assert all(
            callable(essie(value)) for query in queries for name, value in query.params.items() if name.startswith("query.")
        )
        assert not queries[0].is_empty
