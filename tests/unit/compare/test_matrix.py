"""Every pair of trials, row by row: what the comparison says of the focal trial, said of each."""

from __future__ import annotations

from itertools import permutations
from typing import get_args

from hypothesis import given
from hypothesis import strategies as st

from harvester.compare.build import build_comparison
from harvester.compare.matrix import Matrix, build_matrix
from harvester.compare.model import Verdict
from harvester.tables import StudyRows
from tests.unit.compare.synthetic import SyntheticTrial, at_least, at_most


def lvef(number: int, limit: float | None) -> StudyRows:
    trial = SyntheticTrial(number).criterion("Signed consent")
    if limit is not None:
        trial.criterion(f"LVEF ≥ {limit:g} %", at_least("lvef", limit, unit="%", canonical_unit="%", quote=f"≥ {limit:g} %"))
    return trial.done()


def matrix_of(*studies: StudyRows) -> Matrix:
    return build_matrix(studies, build_comparison(studies, collection_size=len(studies)))


def test_trials_other_than_the_focal_one_are_held_against_each_other() -> None:
    made = matrix_of(lvef(1, None), lvef(2, 50), lvef(3, 60), lvef(4, 50))
    row = next(each for each in made.rows if each.key == "lvef")

    assert row.says == (("NCT99000002", "≥ 50 %"), ("NCT99000003", "≥ 60 %"), ("NCT99000004", "≥ 50 %"))
    assert row.silent == (("NCT99000001", "not stated"),)
    assert {(each.trial[-1], each.other[-1]): each.verdict for each in row.verdicts} == {
        ("2", "3"): "looser", ("3", "2"): "stricter",
        ("2", "4"): "same", ("4", "2"): "same",
        ("3", "4"): "stricter", ("4", "3"): "looser",
    }  # fmt: skip


@given(st.lists(st.none() | st.integers(0, 100), min_size=2, max_size=5))
def test_a_verdict_does_not_hang_on_the_order_of_the_trials(limits: list[int | None]) -> None:
    studies = [lvef(at, limit) for at, limit in enumerate(limits, start=1)]
    told = {
        frozenset((each.trial, each.other, each.verdict) for row in matrix_of(*order).rows for each in row.verdicts)
        for order in list(permutations(studies))[:6]
    }

    assert len(told) == 1


def test_it_says_of_the_focal_trial_what_the_comparison_says() -> None:
    studies = [lvef(1, 55), lvef(2, 50), lvef(3, 60)]
    comparison = build_comparison(studies, collection_size=3)
    made = build_matrix(studies, comparison)

    for row in made.rows:
        cells = next(each for each in comparison.panel(row.panel).rows if each.key == row.key).cells
        for nct_id, cell in zip(comparison.nct_ids[1:], cells[1:], strict=True):
            found = row.verdict(nct_id, comparison.focal.nct_id)
            assert (found.verdict if found else None) == cell.verdict


def test_a_reason_names_the_trials_by_their_numbers() -> None:
    odd = SyntheticTrial(2).criterion("Bilirubin ≤ 3 mg/dL", at_most("bilirubin_total", 3, unit="mg/dL", canonical_unit="mg/dL"))
    even = SyntheticTrial(3).criterion("Bilirubin ≤ 2 × ULN", at_most("bilirubin_total", 2, reference="ULN"))
    row = next(each for each in matrix_of(odd.done(), even.done()).rows if each.key == "bilirubin_total")

    assert {each.verdict for each in row.verdicts} == {"not comparable"}
    assert all(each.reason and "focal" not in each.reason for each in row.verdicts)


def test_rows_that_part_trials_stand_apart_from_those_that_unite_them() -> None:
    made = matrix_of(lvef(1, 50), lvef(2, 60))

    assert [row.key for row in made.parting] == ["lvef"]
    assert [row.key for row in made.uniting] == ["age", "sex"]
    assert made.counts("NCT99000002", "NCT99000001") == {"same": 2, "stricter": 1}
    assert {each.verdict for row in made.rows for each in row.verdicts} <= set(get_args(Verdict))
