"""Totals of courses that come again, and of one medicine that is counted in two courses; the words under a dose."""

from __future__ import annotations

from dataclasses import replace

import pytest

from harvester.compare.agent import Agents
from harvester.compare.build import build_comparison
from harvester.compare.model import Comparison
from harvester.compare.trial import Trial
from harvester.compare.wording import unit_label
from harvester.tables import DesignGroup, Intervention, InterventionOtherName
from tests.unit.compare.synthetic import ARMS, SyntheticTrial

TEN_DAYS = {"day_start": 0.0, "day_end": 9.0}


def compared(*trials: SyntheticTrial) -> Comparison:
    return build_comparison([trial.done() for trial in trials], collection_size=len(trials))


def of_text(text: str, quote: str, event: dict[str, object], **regimen: object) -> SyntheticTrial:
    """A trial with one arm of this text, and a dose of drugamab read from ``quote`` in it."""
    trial = SyntheticTrial(1).arm("Only", "drugamab")
    if regimen:
        trial.regimen(**regimen)
    start = text.index(quote)
    trial.dose(
        "drugamab", 5, "mg", event, quote=quote, source_path=f"{ARMS}.armGroups[0].description", source_start=start,
        source_end=start + len(quote), regimen_id="NCT99000001.r1" if regimen else None,
    )  # fmt: skip
    trial.rows[:] = [replace(row, description=text) if isinstance(row, DesignGroup) else row for row in trial.rows]
    return trial


def test_a_course_that_is_given_twice_comes_to_twice_as_much() -> None:
    trial = of_text("Two courses of drugamab 5 mg, days 1-10", "5 mg", TEN_DAYS, cycle_count_low=2, cycle_count_high=2)

    assert [each.formula for each in compared(trial).totals] == ["2 × (10 × 5) = 100 mg"]


def test_cycles_that_events_number_are_not_counted_again() -> None:
    trial = of_text("drugamab 5 mg, days 1-10", "5 mg", TEN_DAYS | {"cycle": 1}, cycle_count_low=2, cycle_count_high=2)

    assert [each.formula for each in compared(trial).totals] == ["10 × 5 = 50 mg"]


def test_no_total_where_the_number_of_cycles_is_a_range() -> None:
    assert compared(of_text("drugamab 5 mg", "5 mg", TEN_DAYS, cycle_count_low=2, cycle_count_high=4)).totals == ()


def test_what_a_cycle_comes_to_where_only_the_number_of_cycles_is_open() -> None:
    again = TEN_DAYS | {"cycle": 1, "open_ended": True}
    (total,) = compared(of_text("drugamab 5 mg, days 1-10 of each 21-day cycle", "5 mg", again, cycle_length_value=21)).totals

    assert (total.amount, total.unit, total.formula) == (50, "mg/{cycle}", "10 × 5 = 50 mg a cycle")
    assert unit_label(total.unit) == "mg a cycle"


@pytest.mark.parametrize(
    "event", [TEN_DAYS | {"open_ended": True}, {"day_start": 0.0, "day_end": 0.0, "cycle": 1, "open_ended": True}]
)
def test_no_sum_of_a_cycle_without_cycles_or_of_a_single_day(event: dict[str, object]) -> None:
    assert compared(of_text("drugamab 5 mg", "5 mg", event, cycle_length_value=21)).totals == ()


def test_one_medicine_in_two_phases_is_added_up() -> None:
    trial = SyntheticTrial(1).arm("Only", "drugamab", "post-transplant drugamab")
    trial.dose("drugamab", 15, "mg", {"day_start": 0.0, "day_end": 1.0}, line="drugamab 15 mg")
    trial.dose("post-transplant drugamab", 50, "mg", {"day_start": 5.0, "day_end": 6.0}, line="post-transplant drugamab 50 mg")

    assert [(each.amount, each.formula) for each in compared(trial).totals] == [
        (130, "2 × 15 = 30 mg; post-transplant drugamab 2 × 50 = 100 mg; 130 mg in all"),
        (100, "2 × 50 = 100 mg"),
    ]


def test_a_phase_without_a_total_in_the_same_unit_is_counted_apart() -> None:
    trial = SyntheticTrial(1).arm("Only", "drugamab", "post-transplant drugamab")
    trial.dose("drugamab", 15, "mg", {"day_start": 0.0, "day_end": 1.0}, line="drugamab 15 mg")
    trial.dose(
        "post-transplant drugamab", 50, "mg/kg", {"day_start": 5.0, "day_end": 6.0}, line="post-transplant drugamab 50 mg/kg"
    )

    assert [each.formula for each in compared(trial).totals] == [
        "2 × 15 = 30 mg, post-transplant drugamab counted apart",
        "2 × 50 = 100 mg/kg",
    ]


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("insulin", "insulin glargine"),
        ("doxorubicin", "pegylated liposomal doxorubicin"),
        ("iron", "iron sucrose"),
        ("drugamab", "maintenance drugamab tansine"),
    ],
)
def test_another_medicine_whose_name_holds_the_first_is_never_added(name: str, other: str) -> None:
    trial = SyntheticTrial(1).arm("Only", name, other)
    trial.dose(name, 10, "mg", {"day_start": 0.0, "day_end": 9.0}, line=f"{name} 10 mg")
    trial.dose(other, 20, "mg", {"day_start": 0.0, "day_end": 9.0}, line=f"{other} 20 mg")

    assert [each.formula for each in compared(trial).totals] == [
        f"10 × 10 = 100 mg, {other} counted apart",
        "10 × 20 = 200 mg",
    ]


@pytest.mark.parametrize(
    ("told", "sums"),
    [
        ({"per_time": "d"}, []),
        ({"flags": '["total", "total_of_part"]'}, []),
        ({"frequency_count": 1.0, "frequency_period": 1.0, "frequency_unit": "d"}, []),
        ({}, ["1,000 mg (stated as the total)"]),
    ],
)
def test_what_a_day_comes_to_is_no_total_of_the_course(told: dict[str, object], sums: list[str]) -> None:
    trial = SyntheticTrial(1).arm("Only", "drugamab")
    trial.dose("drugamab", 1000, "mg", line="drugamab 1000 mg (total)", **({"flags": '["total"]'} | told))

    assert [each.formula for each in compared(trial).totals] == sums


def test_under_a_dose_stands_the_sentence_with_its_days() -> None:
    text = "Drugamab will be given at 5 mg on days 1-10 as a continuous infusion"
    trial = of_text(text, "5 mg", TEN_DAYS)
    (line,) = (row.cells[0].lines[0] for panel in compared(trial).panels for row in panel.rows if row.key == "doses")

    assert [source.quote for source in line.sources] == ["5 mg", text]


def test_a_choice_of_routes_is_not_told_as_one() -> None:
    trial = SyntheticTrial(1).arm("Only", "drugamab").dose("drugamab", 5, "mg", route="oral", flags='["route_choice"]')
    (cell,) = (row.cells[0] for panel in compared(trial).panels for row in panel.rows if row.key == "routes")

    assert [line.text for line in cell.lines] == ["oral or another, as the words under the dose tell"]


@pytest.mark.parametrize(
    ("line", "flags"),
    [
        ("drugamab 5 mg (total) IV over 5-10 d", ()),
        ("drugamab 5 mg IV, day 1, 21-28-d cycle", ("total",)),
        ("drugamab 5 mg IV over 5 d", ("range_of_duration", "total")),
    ],
)
def test_what_the_line_of_a_dose_says_is_not_said_again_beside_it(line: str, flags: tuple[str, ...]) -> None:
    trial = SyntheticTrial(1).arm("Only", "drugamab")
    trial.dose("drugamab", 5, "mg", line=line, flags='["range_of_duration", "total"]')
    (cell,) = (row.cells[0] for panel in compared(trial).panels for row in panel.rows if row.key == "doses")

    assert [each.flags for each in cell.lines] == [flags]


def test_cells_named_by_a_part_of_their_intervention_are_one_agent() -> None:
    trial = SyntheticTrial(1).arm("Only", "LILRB4 STAR-T cells injection", "Fludarabine liposome")
    cells, drug = (each.intervention_id for each in trial.rows if isinstance(each, Intervention))
    trial.dose("star+t cells", 1e6, "{cells}/kg", intervention_id=cells)
    trial.dose("LILRB4 STAR-T cells injection", 3e6, "{cells}/kg", intervention_id=cells)
    trial.dose("fludarabine", 30, "mg/m2", intervention_id=drug)

    panels = [panel.key for panel in compared(trial).panels if panel.key.startswith("dosing-")]
    assert panels == ["dosing-lilrb4_star-t_cells", "dosing-fludarabine"]


def test_words_of_a_kind_of_cells_make_no_two_products_one() -> None:
    """Each trial calls its own product "stem cells"."""
    products = ("umbilical cord mesenchymal stem cells", "autologous CD34+ stem cells")
    trials = [SyntheticTrial(at).arm("Only", name) for at, name in enumerate(products, start=1)]
    for trial in trials:
        (cells,) = (each.intervention_id for each in trial.rows if isinstance(each, Intervention))
        trial.dose("stem cells", 1e6, "{cells}/kg", intervention_id=cells)

    names = Agents([Trial(trial.done()) for trial in trials])
    assert names.key(products[0]) != names.key(products[1])


@pytest.mark.parametrize(
    ("told", "course"),
    [
        ({"line": "drugamab 5 mg, for 10 d"}, ("for 10 days",)),
        ({"line": "drugamab 5 mg, for up to 10 d", "flags": '["up_to"]'}, ("for up to 10 days",)),
        ({"line": "drugamab 5 mg IV over 10-14 d", "flags": '["range_of_duration"]'}, ("for 10 to 14 days",)),
        ({"line": "drugamab 5 mg", "flags": '["range_of_duration"]'}, ()),
        ({"line": "drugamab 5 mg IV over 10-30 h daily, for 10-14 d", "flags": '["range_of_duration"]'}, ("for 10 to 14 days",)),
        ({"line": "drugamab 5 mg IV over 1-4 h daily, for 10-14 d", "flags": '["range_of_duration"]'}, ("for 10 to 14 days",)),
        ({"line": "drugamab 5 mg IV over 10-12 d, for 10-14 d", "flags": '["range_of_duration"]'}, ()),
    ],
)
def test_where_no_cycles_are_told_the_course_is_how_long_it_is_given(told: dict[str, str], course: tuple[str, ...]) -> None:
    """And nothing where the other end of a range is not told."""
    first = (
        SyntheticTrial(1)
        .arm("Only", "drugamab")
        .dose("drugamab", 5, "mg", TEN_DAYS, duration_value=10.0, duration_unit="d", **told)
    )
    second = SyntheticTrial(2).arm("Only", "drugamab").regimen(cycle_count_low=2, cycle_count_high=2)
    second.dose("drugamab", 5, "mg", TEN_DAYS, regimen_id="NCT99000002.r1")
    rows = [row for panel in compared(first, second).panels for row in panel.rows if row.key == "cycles"]

    assert [tuple(line.text for line in row.cells[0].lines) for row in rows] == [course]


def test_parts_that_come_to_a_stated_total_are_no_totals_of_their_own() -> None:
    trial = SyntheticTrial(1).arm("Only", "radiotherapy")
    for dose in (56.0, 40.0, 16.0):
        trial.dose("radiotherapy", dose, "Gy", line=f"radiotherapy {dose} Gy (total)", flags='["total"]')

    assert [each.formula for each in compared(trial).totals] == ["56 Gy (stated as the total)"]


def test_days_of_one_amount_are_counted_together() -> None:
    trial = SyntheticTrial(1).arm("Only", "drugamab")
    for day, dose in ((1.0, 15.0), (3.0, 10.0), (6.0, 10.0), (11.0, 10.0)):
        trial.dose("drugamab", dose, "mg", {"day_start": day, "day_end": day}, line=f"drugamab {dose} mg, day {day}")

    assert [each.formula for each in compared(trial).totals] == ["15 + 3 × 10 = 45 mg"]


def test_names_of_partners_are_no_names_of_the_medicine() -> None:
    trial = SyntheticTrial(1).arm("Only", "drugamab")
    trial.rows += [
        InterventionOtherName(
            nct_id=trial.nct_id, intervention_id="NCT99000001.i1", name=name, position=place, intervention_other_name_id=name
        )
        for place, name in enumerate(("alphanib", "betanib"))
    ]
    for agent in ("drugamab", "alphanib", "betanib"):
        trial.dose(agent, 100, "mg", {"day_start": 0.0, "day_end": 0.0})

    assert [lane.label for lane in compared(trial).timelines[0].lanes] == ["drugamab", "alphanib", "betanib"]
