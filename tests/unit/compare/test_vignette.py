"""A vignette held against criteria: include, exclude, cannot tell."""

from __future__ import annotations

import pytest

from harvester.compare.vignette import NOTICE, Answer, entries, judge, parse_vignette
from harvester.schema import as_json
from tests.unit.compare.synthetic import SyntheticTrial, at_least, at_most


def answers(trial: SyntheticTrial, **stated: str) -> list[tuple[Answer, str]]:
    judged = judge(parse_vignette(stated), trial.done())
    return [(each.answer, each.why) for each in judged.judged if each.criterion_id]


def limits() -> SyntheticTrial:
    return SyntheticTrial(1).criterion(
        "Creatinine ≤ 2 x ULN or clearance ≥ 50 mL/min",
        at_most("creatinine_serum", 2, reference="ULN", alternative_group="g", quote="≤ 2 x ULN"),
        at_least("creatinine_clearance", 50, unit="mL/min", canonical_unit="mL/min", alternative_group="g", quote="≥ 50 mL/min"),
    )


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        ({}, ["cannot tell", "cannot tell"]),
        ({"creatinine_uln": "1"}, ["include", "cannot tell"]),
        ({"creatinine_uln": "3"}, ["cannot tell", "cannot tell"]),
        ({"creatinine_uln": "3", "creatinine_clearance": "60"}, ["include", "include"]),
        ({"creatinine_uln": "3", "creatinine_clearance": "40"}, ["exclude", "exclude"]),
    ],
)
def test_alternatives_exclude_only_when_none_is_met(stated: dict[str, str], expected: list[str]) -> None:
    assert [answer for answer, _ in answers(limits(), **stated)] == expected


def test_grades_times_and_states() -> None:
    trial = SyntheticTrial(1)
    trial.criterion("ECOG < 3", at_most("ecog", 3, eligible_high_inclusive=False, comparator="<", quote="< 3"))
    trial.criterion(
        "At least 2 months after transplant",
        {"concept": "time_since_transplant", "window_value": 2.0, "window_unit": "mo", "window_relation": "at least"},
    )
    trial.criterion("MRD-negative", {"concept": "mrd_positivity", "comparator": "absent", "eligible_set": as_json(["absent"])})

    told = answers(trial, ecog="3", days_since_transplant="90", mrd_positive="yes")

    assert [answer for answer, _ in told] == ["exclude", "include", "exclude"]
    assert told[2][1] == "measurable residual disease found: stated as present"


def test_a_day_near_a_limit_in_months_is_not_told_from_it() -> None:
    window = {"concept": "time_since_transplant", "window_value": 2.0, "window_unit": "mo", "window_relation": "at least"}

    def answer(days: str) -> str:
        trial = SyntheticTrial(1).criterion("At least 2 months after transplant", dict(window))
        return answers(trial, days_since_transplant=days)[0][0]

    assert answer("60") == "cannot tell"
    assert answer("40") == "exclude"


def test_limits_of_one_sex_need_the_sex() -> None:
    trial = SyntheticTrial(1).criterion(
        "QTc > 450 ms (men)",
        at_most("qtc", 450, comparator=">", unit="ms", canonical_unit="ms", sex="male", quote="> 450 ms (men)"),
        section="exclusion",
    )

    assert [answer for answer, _ in answers(trial, qtc="460")] == ["cannot tell"]
    assert [answer for answer, _ in answers(trial, qtc="460", sex="male")] == ["exclude"]
    assert [answer for answer, _ in answers(trial, qtc="460", sex="female")] == ["include"]


def test_conditions_cohorts_and_donors_leave_it_open() -> None:
    limit = {"unit": "%", "canonical_unit": "%"}
    for trial in (
        SyntheticTrial(1).criterion("LVEF ≥ 50 % if over 60", at_least("lvef", 50, condition="if over 60", **limit)),
        SyntheticTrial(1).criterion("LVEF ≥ 50 %", at_least("lvef", 50, **limit), scope="Cohort A").criterion("Consent"),
        SyntheticTrial(1).criterion("LVEF ≥ 50 %", at_least("lvef", 50, **limit), population="donor"),
    ):
        assert answers(trial, lvef="40")[0][0] == "cannot tell"


def test_what_was_not_read_cannot_be_told() -> None:
    assert answers(SyntheticTrial(1).criterion("No severe lung disease"), lvef="40") == [
        ("cannot tell", "no value was read from this criterion")
    ]


def test_age_and_sex_come_from_the_fields() -> None:
    trial = SyntheticTrial(1).eligibility(gender="FEMALE", gender_label="Female").criterion("Any")
    judged = judge(parse_vignette({"age": "17", "sex": "male"}), trial.done())

    assert [each.answer for each in judged.judged[:2]] == ["exclude", "exclude"]
    assert judged.answer == "exclude"
    assert judged.notice == NOTICE


@pytest.mark.parametrize(("sex", "said"), [("female", ["include"]), ("male", ["include"]), (None, [])])
def test_a_trial_of_all_sexes_answers_who_states_one(sex: str | None, said: list[str]) -> None:
    judged = judge(parse_vignette({"ecog": "1"} | ({"sex": sex} if sex else {})), SyntheticTrial(1).criterion("Any").done())

    assert [each.answer for each in judged.judged if each.entry == "sex"] == said


def test_a_trial_includes_only_when_every_criterion_does() -> None:
    trial = SyntheticTrial(1).criterion("ECOG 0-2", at_most("ecog", 2, quote="0-2"))

    assert judge(parse_vignette({"age": "30", "ecog": "1"}), trial.done()).answer == "include"
    assert judge(parse_vignette({"ecog": "1"}), trial.done()).answer == "cannot tell"
    assert judge(parse_vignette({"age": "30"}), SyntheticTrial(2).done()).answer == "cannot tell"


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"colour": "red"}, "unknown entry colour"),
        ({"age": "old"}, "Age: a number from 0 to 130, not 'old'"),
        ({"age": "-1"}, "a number from 0"),
        ({"age": "nan"}, "a number from 0"),
        ({"age": "300"}, "Age: a number from 0 to 130, not '300'"),
        ({"ecog": "7"}, "ECOG: a whole number from 0 to 5, not '7'"),
        ({"ecog": "2.5"}, "ECOG: a whole number from 0 to 5"),
        ({"karnofsky": "45"}, "Karnofsky: a multiple of 10 from 0 to 100"),
        ({"lvef": "500"}, "a number from 0 to 100"),
        ({"neutrophils": "inf"}, "a number from 0, not"),
        ({"sex": "x"}, "male or female"),
        ({"mrd_positive": "perhaps"}, "yes or no"),
    ],
)
def test_what_a_vignette_cannot_take_is_named(given: dict[str, str], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        parse_vignette(given)


def test_empty_fields_state_nothing_and_decimal_commas_are_taken() -> None:
    assert parse_vignette({"age": " ", "bilirubin_uln": "1,5"}).stated == {"bilirubin_uln": 1.5}


def test_every_entry_answers_a_concept_or_the_sex() -> None:
    assert all(entry.concept or entry.kind == "sex" for entry in entries())


CNS = {"concept": "cns_disease", "comparator": "present", "eligible_set": as_json(["absent"]), "quote": "CNS"}
GVHD = {"concept": "active_gvhd", "comparator": "present", "eligible_set": as_json(["absent"]), "quote": "GVHD"}
CD19 = {"concept": "cd19_positivity", "comparator": "present", "eligible_set": as_json(["present"]), "quote": "CD19"}


@pytest.mark.parametrize(
    ("text", "fact", "section", "expected"),
    [
        ("Known CNS involvement", CNS, "exclusion", "exclude"),
        ("Symptomatic CNS involvement", CNS, "exclusion", "cannot tell"),
        ("CNS disease that is not controlled", CNS, "exclusion", "cannot tell"),
        ("Active GVHD", GVHD, "exclusion", "exclude"),
        ("GVHD requiring systemic treatment", GVHD, "exclusion", "cannot tell"),
        ("CD19 on the blasts", CD19, "inclusion", "include"),
        ("≥ 5 % blasts with CD19", CD19, "inclusion", "cannot tell"),
        ("CD19 detected on greater than 15 % of cells", CD19, "inclusion", "cannot tell"),
    ],
)
def test_words_that_narrow_a_finding_leave_it_open(text: str, fact: dict[str, str], section: str, expected: str) -> None:
    trial = SyntheticTrial(1).criterion(text, dict(fact), section=section)

    assert answers(trial, cns_disease="yes", active_gvhd="yes", cd19_positive="yes")[0][0] == expected


def test_a_limit_for_some_people_includes_nobody_else() -> None:
    raised = at_most("alt", 5, reference="ULN", condition="with liver metastases", quote="≤ 5 x ULN")
    trial = SyntheticTrial(1).criterion("ALT ≤ 5 x ULN with liver metastases", raised)

    assert answers(trial, alt_uln="4")[0] == (
        "cannot tell",
        "ALT (times the upper limit of normal): stated as 4, but the limit is for: with liver metastases",
    )


def test_one_way_of_several_excludes_nobody_and_transplants_are_told_apart() -> None:
    window = {"concept": "time_since_transplant", "window_value": 100.0, "window_unit": "d", "window_relation": "at least"}
    listed = SyntheticTrial(1).criterion("One of the following", kind="parent")
    listed.criterion("Relapse at least 100 days after transplant", dict(window), parent_id="NCT99000001.c1", level=1)
    auto = SyntheticTrial(2).criterion("Autologous transplant at least 100 days ago", window | {"quote": "at least 100 days"})
    any_kind = SyntheticTrial(3).criterion("Transplant at least 100 days ago", window | {"quote": "at least 100 days"})
    told = [answers(trial, days_since_transplant="45")[0][0] for trial in (listed, auto, any_kind)]

    assert told == ["cannot tell", "cannot tell", "exclude"]


def test_a_limit_that_reads_the_other_way_round_is_left_open() -> None:
    trial = SyntheticTrial(1).criterion(
        "No prolongation (QTc > 450 ms)", at_least("qtc", 450, comparator=">", unit="ms", canonical_unit="ms")
    )

    assert [answers(trial, qtc=qtc)[0][0] for qtc in ("440", "460")] == ["cannot tell", "cannot tell"]
