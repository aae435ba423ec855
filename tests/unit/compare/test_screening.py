"""Many trials held against one vignette: point by point, those that do not exclude first."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from harvester.compare.screening import LOOKED_AT, screen, stated_entries
from harvester.compare.vignette import judge, parse_vignette
from harvester.normalise import normalise
from harvester.registry.record import Origin, envelope_record
from harvester.tables import StudyRows
from tests.unit.compare.synthetic import SyntheticTrial, at_least, at_most


def ecog(number: int, most: int) -> StudyRows:
    trial = SyntheticTrial(number)
    return trial.criterion(f"ECOG 0-{most}", at_most("ecog", most)).criterion("Able to consent").done()


SILENT = SyntheticTrial(3).criterion("Able to consent").done()
SPOKEN = SyntheticTrial(4).criterion("A good left ventricular ejection fraction").done()
VIGNETTE = parse_vignette({"ecog": "2", "lvef": "45"})
SNAPSHOT = Path(__file__).parents[3] / "db" / "snapshot"
ASKED = parse_vignette({"age": "34", "lvef": "45", "ecog": "2", "sex": "female", "mrd_positive": "yes", "cd19_positive": "no"})


def test_each_stated_entry_has_one_point_in_the_order_of_the_form() -> None:
    (screened,) = screen(VIGNETTE, [ecog(1, 2)])

    assert [point.entry.name for point in screened.points] == ["ecog", "lvef"] == [e.name for e in stated_entries(VIGNETTE)]
    assert [point.standing for point in screened.points] == ["met", "not stated"]
    assert screened.points[0].lines[0].text == "≤ 2"  # the name stands over it
    assert not screened.is_excluded
    assert screened.others == 2  # to consent, and the ages of the field


def test_those_that_do_not_exclude_come_first_and_more_points_met_before_fewer() -> None:
    studies = [ecog(1, 1), SILENT, ecog(2, 2)]

    assert [each.nct_id for each in screen(VIGNETTE, studies)] == [studies[2].nct_id, SILENT.nct_id, studies[0].nct_id]


def test_one_criterion_that_excludes_settles_a_point() -> None:
    twice = SyntheticTrial(5).criterion("ECOG 0-2", at_most("ecog", 2)).criterion("Part B: ECOG 0-1", at_most("ecog", 1)).done()
    (screened,) = screen(VIGNETTE, [twice])

    assert screened.points[0].standing == "not met"
    assert screened.count("not met") == 1


def test_a_field_that_admits_whom_a_criterion_excludes_is_shown_beside_it() -> None:
    young = at_most("age", 25.0, unit="a", comparator="<", high_inclusive=False, eligible_high_inclusive=False)
    trial = SyntheticTrial(6).eligibility(maximum_age="25 Years", maximum_age_years=25.0, maximum_age_value=25.0)
    (screened,) = screen(parse_vignette({"age": "25"}), [trial.criterion("Less than 25 years of age", young).done()])

    assert screened.points[0].standing == "not met"
    assert [line.text for line in screened.points[0].lines] == [
        "< 25 years", "met by the registry's field: 18 to 25 years",
    ]  # fmt: skip


def test_what_is_spoken_of_and_was_not_read_cannot_be_told() -> None:
    (screened,) = screen(VIGNETTE, [SPOKEN])

    assert [point.standing for point in screened.points] == ["not stated", "cannot tell"]
    assert screened.points[1].why == "spoken of, but no value was read"


@pytest.mark.parametrize("study", [ecog(1, 1), ecog(2, 2), SILENT, SPOKEN])
def test_a_trial_is_excluded_exactly_when_its_criteria_say_so(study: StudyRows) -> None:
    (screened,) = screen(VIGNETTE, [study])

    assert screened.is_excluded == (judge(VIGNETTE, study).answer == "exclude")


def test_the_field_of_ages_answers_too() -> None:
    old = SyntheticTrial(6).criterion("LVEF", at_least("lvef", 50, unit="%")).done()
    (screened,) = screen(parse_vignette({"age": "34"}), [old])

    assert [point.entry.name for point in screened.points] == ["age"]


def test_a_trial_for_all_sexes_is_met_by_any_and_says_so() -> None:
    (screened,) = screen(parse_vignette({"sex": "female"}), [SILENT])

    assert [(point.standing, point.lines[0].text) for point in screened.points] == [("met", "All")]


def test_a_limit_of_the_other_sex_is_met_by_nobody() -> None:
    men = SyntheticTrial(7).criterion("QTc <= 450 ms for males", at_most("qtc", 450, unit="ms", canonical_unit="ms", sex="male"))
    (screened,) = screen(parse_vignette({"sex": "female", "qtc": "600"}), [men.done()])
    point = next(each for each in screened.points if each.entry.name == "qtc")

    assert (point.standing, point.why) == ("cannot tell", "the limit is for the male sex")


@pytest.mark.parametrize(
    "words",
    [
        "LVEF >= 50 %; patients with 40-49 % may join after a talk with the sponsor",
        "LVEF >= 50 %; patients with 40-49 % can be enrolled",
        "LVEF >= 50 % (40 % if the marrow is involved)",
        "LVEF >= 50 % (or 40 % for cohort B)",
        "LVEF >= 50 %, lower ones will be considered case by case",
    ],
)
def test_words_that_spare_somebody_leave_a_limit_open(words: str) -> None:
    limit = at_least("lvef", 50, unit="%", canonical_unit="%", quote=">= 50 %")
    (screened,) = screen(parse_vignette({"lvef": "45"}), [SyntheticTrial(8).criterion(words, limit).done()])

    assert [point.standing for point in screened.points] == ["cannot tell"]


@pytest.mark.parametrize(
    "words", ["LVEF >= 50 %", "LVEF >= 50 % (by echocardiography within 28 days)", "LVEF >= 50 % (normal 55 to 70)"]
)
def test_other_brackets_leave_no_doubt(words: str) -> None:
    limit = at_least("lvef", 50, unit="%", canonical_unit="%", quote=">= 50 %")
    (screened,) = screen(parse_vignette({"lvef": "45"}), [SyntheticTrial(8).criterion(words, limit).done()])

    assert [point.standing for point in screened.points] == ["not met"]


def test_what_a_digest_lacks_is_not_said_to_be_unstated() -> None:
    (screened,) = screen(VIGNETTE, [SyntheticTrial(9, source="digest").criterion("Able to consent").done()])

    assert {(point.standing, point.why) for point in screened.points} == {("cannot tell", "not in the digest at hand")}


def test_a_donors_limit_undoes_nothing_that_the_patient_meets() -> None:
    def standing(own: float | None) -> str:
        trial = SyntheticTrial(7).criterion("Donor: ECOG 0-1", at_most("ecog", 1), population="donor")
        made = trial if own is None else trial.criterion(f"ECOG 0-{own:g}", at_most("ecog", own))
        return str(screen(parse_vignette({"ecog": "2"}), [made.done()])[0].points[0].standing)

    assert (standing(2), standing(1), standing(None)) == ("met", "not met", "cannot tell")


def test_the_age_at_onset_is_told_as_such_and_excludes_nobody_by_the_age_today() -> None:
    fact = at_most("age_at_onset", 1, unit="a", quote="≤ 1 year")
    infants = SyntheticTrial(8).eligibility(minimum_age=None, minimum_age_years=None).criterion("Age at diagnosis ≤ 1 year", fact)
    (point,) = screen(parse_vignette({"age": "34"}), [infants.done()])[0].points

    assert point.standing == "cannot tell"
    assert [line.text for line in point.lines] == ["age at onset or diagnosis: ≤ 1 year"]
    assert "no value was read" not in point.why


@pytest.mark.parametrize("path", sorted(SNAPSHOT.glob("NCT*.json")), ids=lambda path: path.stem)
def test_a_screening_looks_at_no_other_rows_than_it_says(path: Path) -> None:
    """The bundled trials, whole and cut to what a screening of hundreds reads of them."""
    origin = Origin(source="file", data_timestamp="2026-11-20", fetched_at="2026-11-20T08:00:00Z")
    whole = normalise(envelope_record(json.loads(path.read_text("utf-8")), origin))
    cut = StudyRows(whole.nct_id, {each: whole.of(each) for each in LOOKED_AT})

    assert screen(ASKED, [cut]) == screen(ASKED, [whole])
    assert all(line.text for each in screen(ASKED, [whole]) for point in each.points for line in point.lines)
