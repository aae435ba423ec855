"""Searching: any words are safe, the index follows the rows."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from harvester.definition_file import names_of
from harvester.registry.record import Record
from harvester.store import (
    NARROWING,
    ORDERS,
    Namings,
    Search,
    Store,
    WantedTrials,
    known_names,
    match_expression,
    search_studies,
    spelling,
)
from harvester.store.spelling import names_in, spellings
from tests.storing import write_record

Make = Callable[..., Record]
Save = Callable[[Record], int]


def found(connection: sqlite3.Connection, text: str) -> list[str]:
    return [hit.study.nct_id for hit in search_studies(connection, text)]


def test_words_are_found_wherever_they_stand(store: Store, record: Make, save: Save) -> None:
    save(record(1))  # Betacept in Synthetic Lymphoma
    save(record(2))  # Gammatinib in Synthetic Myeloma

    assert found(store.connection, "betacept") == ["NCT99000001"]
    assert found(store.connection, "gamma myel") == ["NCT99000002"]
    assert found(store.connection, "NCT99000001") == ["NCT99000001"]
    assert set(found(store.connection, "creatinine")) == {"NCT99000001", "NCT99000002"}
    assert found(store.connection, "betacept myeloma") == []
    assert "[Betacept]" in search_studies(store.connection, "betacept")[0].snippet


def test_the_index_follows_the_rows(store: Store, record: Make, save: Save) -> None:
    save(record(1, title="Xylophones"))
    save(record(1, title="Zithers"))

    assert found(store.connection, "xylophones") == []
    assert found(store.connection, "zithers") == ["NCT99000001"]
    store.rebuild_search()
    assert found(store.connection, "zithers") == ["NCT99000001"]
    store.connection.execute("INSERT INTO study_search (study_search, rank) VALUES ('integrity-check', 1)")


def test_people_are_not_searched(store: Store, record: Make, save: Save) -> None:
    body = record(1)
    contacts = {"centralContacts": [{"name": "Wilhelmina Quux", "email": "quux@example.org"}]}
    body.body["protocolSection"]["contactsLocationsModule"] = contacts
    save(body)

    assert found(store.connection, "quux") == []


@pytest.mark.parametrize("text", ["", "   ", '"', "***", "-", "( )"])
def test_no_words_no_hits(store: Store, record: Make, save: Save, text: str) -> None:
    save(record(1))

    assert found(store.connection, text) == []


@pytest.fixture(scope="module")
def one_trial(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    from harvester.registry.record import Origin, record_of
    from tests.standin.synthetic import synthetic_study

    record = record_of(synthetic_study(1), None, Origin(source="api", fetched_at="2026-11-25T08:00:00Z"))
    with Store(tmp_path_factory.mktemp("search") / "trials.db") as opened:
        with opened.transaction():
            write_record(opened, record)
        yield opened.connection


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text())
def test_no_text_breaks_the_search(one_trial: sqlite3.Connection, text: str) -> None:
    search_studies(one_trial, text)
    Namings().of(one_trial, 1, text)


@pytest.mark.parametrize(
    "text",
    ["quux OR betacept", "NEAR(betacept quux)", "betacept NOT quux", "{titles}: betacept", "'; DROP TABLE studies; --", "^quux"],
)
def test_operators_are_words(store: Store, record: Make, save: Save, text: str) -> None:
    save(record(1))

    assert found(store.connection, text) == []
    assert found(store.connection, "betacept") == ["NCT99000001"]


def test_every_word_is_quoted() -> None:
    assert match_expression('host-versus-graft "xy" OR') == '"host-versus-graft"* "xy"* "OR"*'


@pytest.mark.parametrize(
    ("british", "american"),
    [("leukaemia", "leukemia"), ("anaemic", "anemic"), ("Haematopoietic", "hematopoietic"), ("tumours", "tumors"),
     ("lymphoedema", "lymphedema"), ("paediatric", "pediatric"), ("oesophageal", "esophageal"), ("diarrhoea", "diarrhea"),
     ("foetal", "fetal"), ("randomised", "randomized"), ("ischaemia", "ischemia"), ("hyperglycaemia", "hyperglycemia"),
     ("apnoea", "apnea"), ("oestrogen", "estrogen"), ("leucocytes", "leukocytes"), ("immunisation", "immunization"),
     ("haemophilia", "hemophilia"), ("anaesthesia", "anesthesia"), ("aetiology", "etiology"), ("orthopaedic", "orthopedic")],
)  # fmt: skip
def test_a_word_of_two_spellings_is_found_by_either(british: str, american: str) -> None:
    assert spellings(british) == (british, american.casefold())
    assert spellings(american) == (american, british.casefold())


@pytest.mark.parametrize("word", ["asthma", "ALL", "blinatumomab", "cancer", "graft-versus-host", "CD19", "é", "", "estimate"])
def test_a_word_of_one_spelling_stays_as_it_is(word: str) -> None:
    assert spellings(word) == (word,)


def test_either_spelling_finds_trials_of_both(store: Store, record: Make, save: Save) -> None:
    save(record(1, title="Relapsed leukaemia of children"))
    save(record(2, title="Relapsed leukemia of adults"))

    for text in ("leukemia", "relapsed Leukaemia", "LEUKEMIA relap"):
        assert sorted(found(store.connection, text)) == ["NCT99000001", "NCT99000002"]
    assert found(store.connection, "leukemia children") == ["NCT99000001"]
    assert [hit.snippet for hit in search_studies(store.connection, "leukemia")] != ["", ""]
    assert Search(store.connection, WantedTrials(conditions="leukemia OR tumor")).size == 0


def with_conditions(record: Record, *conditions: str) -> Record:
    record.body["protocolSection"]["conditionsModule"]["conditions"] = list(conditions)
    return record


@pytest.mark.parametrize(
    ("condition", "asked"),
    [("B-cell Acute Lymphoblastic Leukemia", ["B-ALL", "B ALL", "b-cell ALL", "B-Cell Acute Lymphocytic Leukaemia", "ALL"]),
     ("Acute B-Cell Lymphoblastic Leukaemia", ["B-ALL", "BCP-ALL"]), ("ALL, Adult", ["ALL", "acute lymphoblastic leukaemia"]),
     ("Leukemia, Myeloid, Acute", ["aml", "acute myeloid leukaemias", "adult AML"]), ("AML", ["acute myelogenous leukemia"]),
     ("Non-Hodgkins Lymphoma", ["non-Hodgkin's", "non-Hodgkin’s lymphoma", "NHL"]), ("Lymphoma, Non-Hodgkin", ["NHL"]),
     ("Hodgkin's Disease", ["Hodgkin lymphoma", "hodgkin"]), ("Graft Vs Host Disease", ["GVHD", "graft-versus-host"]),
     ("Parkinson Disease", ["Parkinson's disease", "parkinson’s"]), ("Non-small Cell Lung Carcinoma", ["NSCLC"])],
)  # fmt: skip
def test_a_condition_is_found_by_all_its_names(store: Store, record: Make, save: Save, condition: str, asked: list[str]) -> None:
    save(with_conditions(record(1), condition, "Adult"))
    save(with_conditions(record(2), "Asthma", "Allergies", "B-cell Lymphoma"))

    for words in asked:
        assert Search(store.connection, WantedTrials(conditions=words)).size == 1, words
        assert found(store.connection, words)[0] == "NCT99000001", words


@pytest.mark.parametrize("asked", ["B-ALL", "T-ALL", "AML", "NHL", "all", "hodgkins lymphoma", "small cell"])
def test_what_is_another_thing_or_wider_is_not_found_by_a_name(store: Store, record: Make, save: Save, asked: str) -> None:
    save(with_conditions(record(1), "Acute Lymphoblastic Leukemia", "Multiple Myeloma", "B-cell Lymphoma"))

    assert Search(store.connection, WantedTrials(conditions=asked)).size == 0


@pytest.mark.parametrize(
    ("asked", "text"),
    [("mantle cell lymphoma", "Platelets >= 100,000/mcL"), ("MCL", "Platelets >= 100,000/mcL"),
     ("myelodysplastic syndrome", "Seen by an MD"), ("MDS", "Seen by an MD"), ("CAR-T", "HIV under cART"),
     ("ALL", "Contraception for all patients"), ("sinusoidal obstruction syndrome", "Pulmonary veno-occlusive disease"),
     ("HSCT", "Mesenchymal stem cell transplantation"), ("Ph+", "Phase 2"), ("RRMM", "Multiple myeloma"),
     ("classical Hodgkin lymphoma", "Hodgkin lymphoma"), ("severe aplastic anemia", "SAA of 5 mg/L"),
     ("autologous stem cell transplantation", "Allogeneic HSCT")],
)  # fmt: skip
def test_a_name_finds_no_word_unit_or_title_and_nothing_wider(
    store: Store, record: Make, save: Save, asked: str, text: str
) -> None:
    save(record(1, title=text))

    assert found(store.connection, asked) == []


def test_what_is_narrower_is_found_by_the_thing_and_does_not_find_it(store: Store, record: Make, save: Save) -> None:
    save(with_conditions(record(1), "RRMM", "MDS", "Sickle Cell Anemia"))
    save(with_conditions(record(2), "Multiple Myeloma", "Myelodysplastic Syndromes", "Sickle Cell Disease"))

    assert found(store.connection, "RRMM") == ["NCT99000001"]
    assert found(store.connection, "sickle cell anaemia") == ["NCT99000001"]
    for asked in ("multiple myeloma", "MDS", "mds", "myelodysplastic syndromes", "sickle cell disease"):
        assert sorted(found(store.connection, asked)) == ["NCT99000001", "NCT99000002"], asked


@pytest.mark.parametrize(("asked", "times"), [("B-ALL", 1), ("B-ALL AML", 1), ("blinatumomab", 2)])
def test_names_are_looked_up_once_since_none_of_their_letters_may_be_missing(store: Store, asked: str, times: int) -> None:
    said: list[str] = []
    store.connection.set_trace_callback(said.append)
    Search(store.connection, asked)

    assert len([each for each in said if "group_concat" in each]) == times


def test_no_name_is_of_two_things() -> None:
    things = [
        [each for each in (thing, *others) if not each.startswith(">")]
        for thing, others in names_of(Path(spelling.__file__).parent / "definitions" / "names.txt")
    ]
    found = [{names for name in thing for _, names in names_in(name.removeprefix("=").split())} for thing in things]

    assert [len(names) for names in found] == [1] * len(things)
    assert len(set().union(*found)) == len(things)


def test_a_letter_by_itself_is_a_word_and_a_word_said_twice_is_one(store: Store, record: Make, save: Save) -> None:
    save(record(1, title="Car T against lymphoma"))
    save(record(2, title="Car tested against lymphoma"))

    assert match_expression("T é +1 IL-2 CD19 CD19 T") == '"T" "é" "+1" "IL-2" "CD19"*'
    assert found(store.connection, "car t") == ["NCT99000001"]
    assert set(found(store.connection, "car te")) == {"NCT99000002"}


def test_of_very_many_the_youngest_come_first(store: Store, record: Make, save: Save, monkeypatch: pytest.MonkeyPatch) -> None:
    save(record(9, title="Betacept betacept betacept"))
    for number in (1, 5):
        save(record(number))
    best = found(store.connection, "betacept")
    monkeypatch.setattr("harvester.store.search.WEIGHED", 2)

    assert best[0] == "NCT99000009"
    assert found(store.connection, "betacept") == ["NCT99000009", "NCT99000005", "NCT99000001"]
    assert found(store.connection, "betacept lymphoma") == ["NCT99000001"]


def test_a_search_is_counted_and_narrowed_by_kind(store: Store, record: Make, save: Save) -> None:
    for number in range(1, 5):
        save(varied(record, number))
    whole = Search(store.connection, "creatinine")

    assert tuple(each.field for each in whole.kinds()) == NARROWING
    assert whole.size == len(found(store.connection, "creatinine")) == 4
    for each in whole.kinds():
        assert each.kinds, each.field
        for code, label, trials in each.kinds:
            only = Search(store.connection, "creatinine", {each.field: [code]})
            assert len(only.hits()) == trials == only.size
            assert label
        every = [code for code, _, _ in each.kinds]
        assert Search(store.connection, "creatinine", {each.field: every}).size == 4 - each.untold
    assert Search(store.connection, "creatinine", {"phase": ["NO_SUCH"]}).hits() == []


def varied(record: Make, number: int) -> Record:
    """A trial that differs from its neighbours in every field that a search can be narrowed by."""
    made = record(number)
    section = made.body["protocolSection"]
    section["statusModule"]["overallStatus"] = ("RECRUITING", "COMPLETED", "NOT_YET_RECRUITING", "RECRUITING")[number % 4]
    section["statusModule"]["startDateStruct"] = {"date": f"20{10 + number}-03"}
    section["designModule"]["phases"] = (["PHASE1", "PHASE2"], ["PHASE2"], ["NA"], ["PHASE3"])[number % 4]
    countries = (["Korea, Republic of", "France"], ["France"], [], ["Chad"])[number % 4]
    section["contactsLocationsModule"] = {"locations": [{"facility": "X", "country": each} for each in countries]}
    section["eligibilityModule"] |= {
        "sex": ("ALL", "FEMALE", "MALE", "ALL")[number % 4],
        "stdAges": ["ADULT", "CHILD"][number % 2 :],
    }
    made.body["hasResults"] = number % 2 == 0
    return made


def listed(search: Search) -> list[str]:
    return [hit.study.nct_id for hit in search.hits()]


def test_each_field_is_counted_with_the_others_narrowed(store: Store, record: Make, save: Save) -> None:
    for number in range(1, 5):
        save(varied(record, number))
    only = {"overall_status": ["RECRUITING"], "country": ["France"]}
    narrowed = Search(store.connection, "creatinine", only)
    kinds = {each.field: {code: trials for code, _, trials in each.kinds} for each in narrowed.kinds()}

    assert listed(narrowed) == ["NCT99000004"]
    assert kinds["overall_status"] == {"RECRUITING": 1, "COMPLETED": 1}
    assert kinds["country"] == {"South Korea": 1, "France": 1, "Chad": 1}
    assert kinds["phase"] == {"PHASE1": 1, "PHASE2": 1, "PHASE1/PHASE2": 1}


@pytest.mark.parametrize("phase", ["PHASE1/PHASE2", "PHASE1|PHASE2", "Phase 1/Phase 2", "phase 2 / phase 1", "I/II", "1/2"])
def test_a_trial_of_two_phases_is_found_and_counted_by_both(store: Store, record: Make, save: Save, phase: str) -> None:
    for number in range(1, 5):
        save(varied(record, number))
    narrowed = Search(store.connection, "creatinine", {"phase": [phase]})
    kinds = next(each.kinds for each in narrowed.kinds() if each.field == "phase")

    assert listed(narrowed) == ["NCT99000004"]
    assert ("PHASE1/PHASE2", "Phase 1/Phase 2", 1) in kinds
    assert {code for code, _, _ in kinds} >= {"PHASE1", "PHASE2", "NA"}


@pytest.mark.parametrize(
    ("field", "label", "code"),
    [("overall_status", "not yet Recruiting", "NOT_YET_RECRUITING"), ("phase", "2", "PHASE2"), ("phase", "not applicable", "NA"),
     ("phase", "early phase I", "EARLY_PHASE1"), ("sex", "female", "FEMALE"), ("age", "Child (to 17)", "child"),
     ("results", "Posted", "posted"), ("country", "Korea, Republic of", "South Korea"), ("phase", "2/5", "2/5"),
     ("phase", "IIa", "IIa"), ("overall_status", "RECRUITING/COMPLETED", "RECRUITING/COMPLETED")],
)  # fmt: skip
def test_a_label_in_any_case_is_its_code(field: str, label: str, code: str) -> None:
    assert known_names({field: [label, code]}) == {field: [code]}


def test_what_was_chosen_is_counted_where_nothing_has_it(store: Store, record: Make, save: Save) -> None:
    save(varied(record, 1))
    (country,) = (
        each for each in Search(store.connection, "creatinine", {"country": ["Chad"]}).kinds() if each.field == "country"
    )
    none = Search(store.connection, "no such words", {"country": ["Chad"]})

    assert country.kinds == (("France", "France", 1), ("Chad", "Chad", 0))
    assert [each.kinds for each in none.kinds() if each.field == "country"] == [(("Chad", "Chad", 0),)]


def test_two_phases_are_both_and_a_trial_for_all_is_for_either_sex(store: Store, record: Make, save: Save) -> None:
    for number in range(1, 5):
        save(varied(record, number))

    def of(field: str, code: str) -> list[str]:
        return listed(Search(store.connection, "", {field: [code]}))

    assert of("phase", "PHASE2") == ["NCT99000004", "NCT99000001"]
    assert of("phase", "PHASE1") == of("phase", "PHASE1/PHASE2") == ["NCT99000004"]
    assert of("phase", "PHASE") == of("sex", "ALL") == of("age", "adults") == []
    assert of("sex", "FEMALE") == ["NCT99000004", "NCT99000003", "NCT99000001"]
    assert of("country", "Korea, Republic of") == of("country", "South Korea") == ["NCT99000004"]


def test_words_of_conditions_and_of_interventions_are_told_apart(store: Store, record: Make, save: Save) -> None:
    save(record(1))  # Betacept in Synthetic Lymphoma
    save(record(2))  # Gammatinib in Synthetic Myeloma

    def of(**words: str) -> list[str]:
        return listed(Search(store.connection, WantedTrials(**words)))

    assert of(conditions="lymphoma") == of(interventions="betacept") == ["NCT99000001"]
    assert of(conditions="lymph", interventions="beta") == of(text="synthetic", conditions="lymphoma") == ["NCT99000001"]
    assert of(conditions="betacept") == of(interventions="lymphoma") == of(conditions="lymphoma", interventions="gamma") == []
    assert of(conditions='x") OR ("a', interventions="{titles}: (") == of(conditions="-") == []
    assert set(of(conditions='synthetic "')) == {"NCT99000001", "NCT99000002"}


def test_fields_alone_and_lists_find_trials(store: Store, record: Make, save: Save, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(1, 5):
        save(varied(record, number))
    everything = WantedTrials(everything=True)
    some = WantedTrials(nct_ids=("NCT99000002", "NCT99000004", "NCT99000009", "NCT99000001"))

    assert listed(Search(store.connection, everything)) == [f"NCT9900000{number}" for number in (4, 3, 2, 1)]
    assert [each.study.nct_id for each in Search(store.connection, everything).hits(2, 1)] == ["NCT99000003", "NCT99000002"]
    assert listed(Search(store.connection, some)) == ["NCT99000002", "NCT99000004", "NCT99000001"]
    assert listed(Search(store.connection, some, {"phase": ["PHASE2"]})) == ["NCT99000004", "NCT99000001"]
    monkeypatch.setattr("harvester.store.search.LOOKED_THROUGH", 2)
    assert listed(Search(store.connection, everything)) == ["NCT99000004", "NCT99000003"]


def test_a_trial_is_found_by_its_sponsor_and_its_other_numbers_behind_those_that_are_about_the_words(
    store: Store, record: Make, save: Save
) -> None:
    save(record(1, title="Who is in a trials group"))
    save(record(2))

    assert found(store.connection, "trials group") == ["NCT99000001", "NCT99000002"]
    assert found(store.connection, "SYN-2") == found(store.connection, "syn-2 synthetic") == ["NCT99000002"]


@pytest.mark.parametrize("asked", ["small cell", "small cell lung cancer", "SCLC small", "lung small"])
def test_what_denies_a_word_comes_after_what_has_it(store: Store, record: Make, save: Save, asked: str) -> None:
    save(record(1, title="SCLC, small cell lung cancer that came back after a first treatment and after a second"))
    save(record(2, title="Small cell: non-small cell lung cancer, NSCLC and SCLC"))

    assert found(store.connection, asked) == ["NCT99000001", "NCT99000002"]
    assert found(store.connection, "non-small cell lung cancer") == ["NCT99000002"]
    assert found(store.connection, "cell NSCLC") == ["NCT99000002"]


def test_an_order_is_kept_whatever_is_asked_for(store: Store, record: Make, save: Save) -> None:
    for number in range(1, 5):
        save(varied(record, number))
    latest = ["NCT99000004", "NCT99000003", "NCT99000002", "NCT99000001"]

    assert listed(Search(store.connection, "creatinine", order="start")) == latest
    assert listed(Search(store.connection, WantedTrials(nct_ids=tuple(latest[::-1])), order="start")) == latest
    for order in ORDERS:
        assert sorted(listed(Search(store.connection, "creatinine", order=order))) == sorted(latest)
    assert Search(store.connection, "creatinine", order="start").hits()[0].snippet


def test_a_search_for_nothing_is_of_no_size_and_no_kind(one_trial: sqlite3.Connection) -> None:
    assert Search(one_trial, " - ").size == 0
    assert Search(one_trial, "-", {"sex": ["FEMALE"]}).size == 0 < Search(one_trial, "", {"sex": ["FEMALE"]}).size
    assert Search(one_trial, WantedTrials(conditions='"', everything=True)).size == 0
    assert Search(one_trial, "").kinds() == ()
    assert Search(one_trial, "").hits() == []


def test_a_search_is_narrowed_by_fields_of_ours_alone(one_trial: sqlite3.Connection) -> None:
    with pytest.raises(KeyError):
        Search(one_trial, "creatinine", {"brief_title = '' OR 1": ["x"]})
