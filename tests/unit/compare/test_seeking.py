"""What is looked for in a large collection: the agents and the conditions of the focal trial, by every name they have."""

from __future__ import annotations

from math import isclose

from harvester.compare.seeking import Part, agents_in_titles, diseases_sought, parts_of, title_phrases, weigh
from tests.unit.compare.synthetic import SyntheticTrial


def trial() -> SyntheticTrial:
    return SyntheticTrial(1).arm("Only", "Donor Lymphocyte Infusion 10 mL", "Blinatumomab").other_name("Blinatumomab", "Blincyto")


def phrases(parts: tuple[Part, ...], kind: str) -> dict[str, tuple[str, ...]]:
    return {part.name: part.phrases for part in parts if part.kind == kind}


def test_an_agent_is_looked_for_by_all_its_names() -> None:
    drugs = phrases(parts_of(trial().done()), "drug")

    assert drugs["blinatumomab"] == ("blinatumomab",)
    assert drugs["blincyto"] == ("blincyto",)
    assert "dli" in drugs["donor lymphocyte infusion"]


def test_a_name_that_holds_another_of_the_same_agent_is_not_looked_for() -> None:
    names = phrases(parts_of(trial().done()), "drug")["donor lymphocyte infusion"]

    assert "donor lymphocyte infusion" in names
    assert not any("donor lymphocyte infusion " in name.casefold() for name in names)


def test_diseases_are_looked_for_however_they_are_written() -> None:
    study = SyntheticTrial(1).condition("B-ALL, relapsed").done()
    (disease,) = (part for part in diseases_sought(study) if part.name == "acute lymphoblastic leukaemia")

    assert {"acute lymphoblastic", "b-all"} <= set(disease.phrases)
    (cut_short,) = (part for part in diseases_sought(SyntheticTrial(1).condition("Diabetic foot").done()))
    assert cut_short.phrases == ("diabet*",)


def test_agents_that_titles_name_are_those_of_other_trials() -> None:
    study = trial().done()
    title = title_phrases(study)

    assert agents_in_titles(study, []) == ()
    assert agents_in_titles(study, ["Blinatumomab"]) == ()
    assert agents_in_titles(study, ["Venetoclax"]) == (Part("drug", "venetoclax", ("venetoclax",)),)
    assert all(len(phrase) >= 4 for phrase in title)


def test_the_parts_of_a_kind_share_its_weight_by_how_rare_they_are() -> None:
    parts = (
        Part("drug", "a", ("a",)),
        Part("drug", "b", ("b",)),
        Part("drug", "nobody's", ("c",)),
        Part("condition", "d", ("d",)),
    )
    weighed = {
        part.name: weight for part, weight in weigh(parts, {"a": 1, "b": 500, "d": 9}, 1_000, {"drug": 4.0, "condition": 3.0})
    }

    assert set(weighed) == {"a", "b", "d"}
    assert weighed["a"] > weighed["b"]
    assert isclose(weighed["a"] + weighed["b"], 4.0)
    assert isclose(weighed["d"], 3.0)
