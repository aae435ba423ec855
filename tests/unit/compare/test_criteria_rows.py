"""What the rows of criteria say where words alone tell: the same words, exceptions, failures, ages of a part, and silence."""

from __future__ import annotations

import pytest

from harvester.compare.build import build_comparison
from harvester.compare.model import Cell, Comparison
from harvester.compare.reading_words import NOT_TOLD, named_fact
from harvester.tables import CriterionFact, EligibilityCriterion, RecordConflict
from tests.unit.compare.synthetic import SyntheticTrial, at_least, at_most


def compared(*trials: SyntheticTrial) -> Comparison:
    return build_comparison([trial.done() for trial in trials], collection_size=len(trials))


def cells(comparison: Comparison, key: str) -> tuple[Cell, ...]:
    return next(row.cells for panel in comparison.panels for row in panel.rows if row.key == key)


def keys(comparison: Comparison) -> set[str]:
    return {row.key for panel in comparison.panels for row in panel.rows}


def present(concept: str, quote: str, **more: object) -> dict[str, object]:
    return {"concept": concept, "comparator": "present", "quote": quote} | more


def test_a_failure_to_reach_remission_has_a_row_of_its_own() -> None:
    failed = [
        SyntheticTrial(number).criterion(text, {"concept": "remission", "comparator": "absent", "quote": "remission"})
        for number, text in ((1, "Have failed to achieve a remission"), (2, "No remission after 2 cycles"))
    ]
    reached = SyntheticTrial(3).criterion("In remission", present("remission", "remission"))
    again = SyntheticTrial(4).criterion("In second remission", present("remission", "remission"))

    comparison = compared(*failed, reached, again)

    assert [cell.state for cell in cells(comparison, "remission")] == ["not stated", "not stated", "stated", "stated"]
    assert [cell.state for cell in cells(comparison, "remission_not_reached")] == ["stated", "stated", "not stated", "not stated"]
    assert cells(comparison, "remission_not_reached")[0].lines[0].note is None


def test_a_remission_that_an_exclusion_denies_is_still_one() -> None:
    text = "Malignancy that is not in remission"
    denied = SyntheticTrial(1).criterion(
        text, {"concept": "remission", "comparator": "absent", "quote": "remission"}, section="exclusion"
    )
    reached = SyntheticTrial(2).criterion("In remission", present("remission", "remission"))

    assert cells(compared(denied, reached), "remission")[0].lines[0].note == "excluded where it is not present"


@pytest.mark.parametrize(("lansky", "verdict"), [(50, "same"), (30, "not comparable")])
def test_scores_by_age_are_the_same_only_when_every_score_has_the_same_limit(lansky: int, verdict: str) -> None:
    by_age = SyntheticTrial(1).criterion(
        "Karnofsky ≥ 50 (> 16 years), Lansky ≥ 50 (≤ 16 years)",
        at_least("karnofsky", 50, quote="≥ 50 (>", condition="> 16 years"),
        at_least("lansky", 50, quote="≥ 50 (≤", condition="≤ 16 years"),
    )
    plain = SyntheticTrial(2).criterion(
        f"Karnofsky ≥ 50 or Lansky ≥ {lansky}",
        at_least("karnofsky", 50, quote="≥ 50", alternative_group="g"),
        at_least("lansky", lansky, quote=f"≥ {lansky}" if lansky != 50 else "Lansky ≥ 50", alternative_group="g"),
    )

    assert cells(compared(by_age, plain), "karnofsky")[1].verdict == verdict


def test_what_both_say_in_the_same_words_is_the_same() -> None:
    first = SyntheticTrial(1).criterion(
        "Patients has HBV or HCV infection at screening;", present("hbv", "HBV"), section="exclusion"
    )
    second = SyntheticTrial(2).criterion(
        "Subjects with HBV or HCV infection at screening.", present("hbv", "HBV"), section="exclusion"
    )
    third = SyntheticTrial(3).criterion("No HBV or HCV infection at screening.", present("hbv", "HBV"), section="exclusion")

    found = cells(compared(first, second, third), "hbv")

    assert [(cell.verdict, cell.verdict_reason) for cell in found[1:]] == [("same", "the same words"), (None, None)]


@pytest.mark.parametrize(
    ("other", "verdict"),
    [
        ("Other malignancy, skin cancer aside, unless disease free for at least 2 years", "same"),
        ("Concurrent sarcoma of bone unless cured for at least 2 years", "not comparable"),
    ],
)
def test_the_same_exception_to_exclusions_that_are_worded_alike_is_the_same(other: str, verdict: str) -> None:
    def trial(number: int, text: str) -> SyntheticTrial:
        free = {"concept": "prior_malignancy_free_interval", "window_relation": "at least", "window_value": 2.0}
        free |= {"window_unit": "a", "quote": "at least 2 years", "exception": True}
        return SyntheticTrial(number).criterion(text, free, section="exclusion")

    found = cells(
        compared(trial(1, "Other malignancy than skin cancer unless disease free for at least 2 years"), trial(2, other)),
        "prior_malignancy_free_interval",
    )[1]

    assert found.verdict == verdict
    assert "worded" in (found.verdict_reason or "")


def test_an_age_at_diagnosis_that_the_registry_s_ages_leave_out_is_a_contradiction() -> None:
    onset = at_most("age_at_onset", 1, unit="a", canonical_unit="a", quote="≤ 365 days")
    infants = SyntheticTrial(2).criterion("Newly diagnosed leukaemia").criterion("≤ 365 days of age at diagnosis", onset)
    late = SyntheticTrial(3).criterion("Relapsed leukaemia").criterion("≤ 365 days of age at diagnosis", dict(onset))

    found = cells(compared(SyntheticTrial(1), infants, late), "age")

    assert [cell.verdict for cell in found] == [None, "not comparable", "same"]
    assert found[1].note == "the registry's age fields and the criteria contradict each other"
    assert [line.text for line in found[1].lines] == ["≥ 18 years", "≤ 1 year"]


def test_several_ages_say_the_part_of_the_trial_they_hold_for() -> None:
    def years(low: int, quote: str) -> dict[str, object]:
        return at_least("age", low, unit="a", canonical_unit="a", quote=quote)

    trial = SyntheticTrial(1).criterion("Age ≥ 18 years", years(18, "≥ 18 years"))
    trial.criterion("≥ 21 years for the major dose finding study", years(21, "≥ 21 years"))
    trial.criterion("≥ 30 years", years(30, "≥ 30 years"))

    texts = [line.text for line in cells(compared(trial, SyntheticTrial(2)), "age")[0].lines]

    assert texts[1:] == [
        "≥ 18 years",
        "≥ 21 years (for the major dose finding study)",
        "≥ 30 years [for whom or when, the words tell]",
    ]


@pytest.mark.parametrize(
    ("concept", "text"),
    [
        ("qtc", "Congenital long QT syndrome"),
        ("qtc", "Inhibitors of CYP3A4 with QT interval prolongation toxicity"),
        ("hemoglobin", "Fanconi anemia or autoimmune hemolytic anemia"),
        ("hemoglobin", "DLCO ≥ 50 %, adjusted for hemoglobin"),
        ("hemoglobin", "Glycosylated haemoglobin of 8 %"),
        ("life_expectancy", "Diseases that affect the long-term survival"),
        ("hla_match", "Presence of both HLA haploidentical young and older donors"),
    ],
)
def test_a_name_that_holds_a_measure_s_word_does_not_speak_of_it(concept: str, text: str) -> None:
    stated = [SyntheticTrial(number).criterion("A limit of 5", at_least(concept, 5, quote="5")) for number in (1, 2)]
    other = SyntheticTrial(3).criterion(text, section="exclusion")

    assert cells(compared(*stated, other), concept)[2].state == "not stated"


def test_what_was_read_and_says_nothing_of_its_concept_is_not_called_unread() -> None:
    stated = [SyntheticTrial(number).criterion("Lives 3 months", at_least("life_expectancy", 3, quote="3")) for number in (1, 2)]
    text = "Second malignancy unless life expectancy is > 2 years"
    other = SyntheticTrial(3).criterion(
        text,
        present("other_malignancy", "Second malignancy"),
        at_least("life_expectancy", 2, quote="> 2 years", exception=True),
        section="exclusion",
    )

    assert cells(compared(*stated, other), "life_expectancy")[2].state == "not stated"


def test_silence_beside_words_that_were_not_read_is_no_difference() -> None:
    """One trial states a value, one speaks of it in words that were not read, one says nothing: nothing is said of likeness."""
    stated = SyntheticTrial(1).criterion("MRD-positive", present("mrd_positivity", "MRD-positive"))
    spoken = SyntheticTrial(2).criterion("MRD is measured by flow cytometry before enrolment")
    silent = SyntheticTrial(3).criterion("Signed consent")

    comparison = compared(stated, spoken, silent)
    (row,) = (row for panel in comparison.panels for row in panel.rows if row.key == "mrd_positivity")

    assert [cell.state for cell in row.cells] == ["stated", "not read", "not stated"]
    assert (row.differs, row.agreement) == (False, "cannot tell")


@pytest.mark.parametrize(
    ("population", "section", "fact", "words"),
    [
        ("donor", "inclusion", at_least("karnofsky", 70), "Karnofsky performance status (donor) ≥ 70"),
        ("patient", "inclusion", at_least("karnofsky", 70), "Karnofsky performance status ≥ 70"),
        ("donor", "inclusion", at_most("donor_age", 60, unit="a"), "donor age ≤ 60 years"),
        (None, "inclusion", at_least("platelets", 50, unit="10*9/L", sex="female", condition="Women who can conceive"),
         "platelet count ≥ 50 × 10⁹/L (Women who can conceive)"),
        (None, "inclusion", at_least("platelets", 50, unit="10*9/L", sex="female", condition="if able to conceive"),
         "platelet count ≥ 50 × 10⁹/L (women, if able to conceive)"),
        (None, "exclusion", {"concept": "av_block_degree", "comparator": "=", "low": 2.0, "high": 2.0},
         "atrioventricular block degree must not be 2"),
    ],
)  # fmt: skip
def test_what_was_read_is_named_with_whose_it_is(
    population: str | None, section: str, fact: dict[str, object], words: str
) -> None:
    study = SyntheticTrial(1).criterion("Words", fact, section=section, population=population).done()
    (criterion,), (read,) = study.of(EligibilityCriterion), study.of(CriterionFact)

    assert named_fact(read, criterion) == words


def test_a_difference_is_told_of_what_trials_claim() -> None:
    """Words by which it was not read who may join are weighed by the reader, beside a claim and beside silence."""
    asked = SyntheticTrial(1).criterion("CD19 positive", present("cd19_positivity", "CD19 positive", eligible_set='["present"]'))
    spoken = SyntheticTrial(2).criterion("After CAR T cells: no CD19 loss", present("cd19_positivity", "no CD19 loss"))
    refused = SyntheticTrial(3).criterion("CD19 negative", present("cd19_positivity", "CD19 negative", eligible_set='["absent"]'))
    silent = SyntheticTrial(4)

    def told(*trials: SyntheticTrial) -> str:
        comparison = compared(*trials)
        return next(r.agreement for p in comparison.panels for r in p.rows if r.key == "cd19_positivity")

    assert told(asked, spoken) == told(asked, spoken, silent) == "cannot tell"
    assert told(asked, refused) == told(asked, refused, spoken) == "differs"


@pytest.mark.parametrize(
    ("lines", "shown"),
    [
        (["Diabetes that is kept stable by insulin may be included."], "not excluded: "),
        (["Women who are pregnant (a test may be included)"], "excluded: "),
        (["Diabetes is not allowed"], "excluded: "),
        (["Another malignancy, with the exception of:", "Basal cell carcinoma of the skin"], "not excluded: "),
        (["Any heart disease other than those below:", "Angina"], "excluded: "),
    ],
)
def test_a_line_among_the_exclusions_that_spares_people_is_not_called_excluded(lines: list[str], shown: str) -> None:
    trial = SyntheticTrial(1)
    for number, line in enumerate(lines):
        trial.criterion(line, section="exclusion", level=number, parent_id="NCT99000001.c1" if number else None)
    comparison = compared(trial, SyntheticTrial(2).criterion("Something else"))
    texts = [line.text for line in comparison.stated_only[0].lines]

    assert f"{shown}{lines[-1]}" in texts


def test_limits_on_different_events_have_no_summary() -> None:
    def since(quote: str, weeks: float) -> dict[str, object]:
        window = {"window_value": weeks, "window_unit": "wk", "window_relation": "within"}
        return {"concept": "time_since_surgery", "quote": quote} | window

    trials = [
        SyntheticTrial(number)
        .criterion("Major surgery within 4 weeks", since("within 4 weeks", 4), section="exclusion")
        .criterion("Biopsy within 1 week", since("within 1 week", 1), section="exclusion")
        for number in (1, 2)
    ]

    assert [cell.summary for cell in cells(compared(*trials), "time_since_surgery")] == [None, None]


def test_a_gap_between_the_lists_of_grades_is_told_and_is_no_contradiction() -> None:
    def graded(number: int) -> SyntheticTrial:
        trial = SyntheticTrial(number)
        trial.criterion("ECOG < 2", at_most("ecog", 1, quote="< 2"))
        return trial.criterion("ECOG ≥ 3", at_most("ecog", 2, quote="≥ 3"), section="exclusion")

    odd = graded(1)
    first, second = (row for row in odd.rows if isinstance(row, CriterionFact))
    odd.rows.append(
        RecordConflict(
            conflict_id="c1", nct_id=odd.nct_id, kind="inclusion_exclusion_gap", detail="ECOG 2 is neither included nor excluded",
            left_path=first.source_path, left_start=first.source_start, left_end=first.source_end, left_quote="< 2",
            right_path=second.source_path, right_start=second.source_start, right_end=second.source_end, right_quote="≥ 3",
        )
    )  # fmt: skip
    mine, theirs = cells(compared(odd, SyntheticTrial(2).criterion("ECOG ≤ 2", at_most("ecog", 2, quote="≤ 2"))), "ecog")

    assert (mine.note or "").startswith("the record's lists leave a gap: ECOG performance status 2")
    assert mine.summary is None
    assert theirs.verdict == "not comparable"


@pytest.mark.parametrize(
    ("heading", "verdict"),
    [
        ("Blood counts, without transfusion or G-CSF within 14 days:", "not comparable"),
        ("Blood counts (no corrective treatment within 1 week):", "not comparable"),
        ("Blood counts:", "same"),
    ],
)
def test_a_heading_may_say_that_blood_counts_must_be_met_without_support(heading: str, verdict: str) -> None:
    count = {"unit": "10*9/L", "canonical_unit": "10*9/L", "quote": "≥ 1.5"}
    trials = [SyntheticTrial(1).criterion("ANC ≥ 1.5", at_least("anc", 1.5, **count)), SyntheticTrial(2)]
    trials[1].criterion(heading, kind="parent")
    trials[1].criterion("ANC ≥ 1.5 x 10^9/L", at_least("anc", 1.5, **count), parent_id="NCT99000002.c1", level=1)

    assert cells(compared(*trials), "anc")[1].verdict == verdict


def test_a_limit_of_which_it_is_not_told_whom_it_lets_in_says_so() -> None:
    marrow = {"comparator": ">", "low": 5.0, "unit": "%", "quote": "> 5 %"}
    trials = [SyntheticTrial(number).criterion("Relapse, blasts > 5 %", {"concept": "blasts"} | marrow) for number in (1, 2)]

    assert {line.note for cell in cells(compared(*trials), "blasts") for line in cell.lines} == {NOT_TOLD}


def test_ages_beside_a_sex_are_told() -> None:
    table = {"quote": "0.6", "sex": "male", "condition": "1 to < 2 years", "unit": "mg/dL", "canonical_unit": "mg/dL"}
    trials = [SyntheticTrial(n).criterion("1 to < 2 years male 0.6", at_most("creatinine_serum", 0.6, **table)) for n in (1, 2)]

    assert cells(compared(*trials), "creatinine_serum")[0].lines[0].text == "≤ 0.6 mg/dL (men, 1 to < 2 years)"
