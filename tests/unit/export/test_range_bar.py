"""Bars of a row stand on one scale, and only where they can be compared."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from harvester.compare.model import Cell, Line, Row
from harvester.export.range_bar import CHARACTER, EDGE, WIDTH, range_bars

bounds = st.none() | st.floats(min_value=-1e6, max_value=1e6, allow_nan=False)


def cell(low: float | None, high: float | None, **more: Any) -> Cell:
    value = {"eligible_low": low, "eligible_high": high, "unit": "%", "reference": "absolute", **more}
    return Cell("stated", (Line(f"{low} to {high}", value=value),))


def bars_of(*cells: Cell) -> tuple[Any, ...]:
    return range_bars(Row("lvef", "LVEF", cells, True, ""))


@given(st.lists(st.tuples(bounds, bounds), min_size=2, max_size=6))
def test_bars_stay_on_the_scale(ends: list[tuple[float | None, float | None]]) -> None:
    ordered = [(low, high) if low is None or high is None or low <= high else (high, low) for low, high in ends]

    for bar in bars_of(*(cell(low, high) for low, high in ordered)):
        if bar:
            assert bar.x >= EDGE - 0.1
            assert bar.x + bar.width <= WIDTH - EDGE + 1.6


def test_order_on_the_scale_is_order_of_values_and_open_ends_are_open() -> None:
    first, second = bars_of(cell(50, None), cell(60, 80, eligible_high_inclusive=False))

    assert first.x < second.x
    assert (first.open_low, first.open_high, second.open_high) == (False, True, False)
    assert first.x + first.width > second.x + second.width
    assert (second.solid_low, second.solid_high) == (True, False)


def test_what_cannot_be_compared_is_not_drawn() -> None:
    nothing = (None, None)

    assert bars_of(cell(50, None), Cell("not stated")) == nothing
    assert bars_of(cell(50, None), cell(60, None, unit="mg")) == nothing
    assert bars_of(cell(3, None, reference="ULN"), cell(60, None)) == nothing
    assert bars_of(cell(50, None), cell(60, None, sex="male")) == nothing
    assert bars_of(cell(50, None), cell(60, None, window_value=14)) == nothing


def test_the_registrys_age_fields_come_before_what_the_criteria_say() -> None:
    age = Line("16 to 65 years", value={"minimum_years": 16.0, "maximum_years": 65.0})
    other = Line("≥ 16 years", value={"eligible_low": 16.0, "eligible_high": None, "unit": "a"})

    first, second = bars_of(Cell("stated", (age, other)), Cell("stated", (age,)))

    assert first == second
    assert not first.open_high


@given(st.lists(st.tuples(bounds, bounds), min_size=2, max_size=6))
def test_numbers_stand_under_the_bar_and_not_in_each_others_way(ends: list[tuple[float | None, float | None]]) -> None:
    ordered = [(low, high) if low is None or high is None or low <= high else (high, low) for low, high in ends]

    for bar in bars_of(*(cell(low, high) for low, high in ordered)):
        if bar:
            sides = [(end.x - len(end.text) * CHARACTER / 2, end.x + len(end.text) * CHARACTER / 2) for end in bar.ends]
            assert all(left >= -0.1 and right <= WIDTH + 0.1 for left, right in sides)
            assert all(one[1] <= two[0] for one, two in pairwise(sides))


def test_a_number_that_was_only_converted_has_three_figures() -> None:
    weeks, months = cell(2.7598, None), cell(5.25, None)
    (first, second) = bars_of(Cell("stated", (Line("≥ 12 weeks", value=weeks.lines[0].value),)), months)

    assert [end.text for end in first.ends] == ["2.76"]
    assert [end.text for end in second.ends] == ["5.25"]


def test_a_title_has_the_open_end_the_scale_and_the_unit() -> None:
    first, second = bars_of(cell(50, None), cell(None, 80))
    age = Line("16 to 65 years", value={"minimum_years": 16.0, "maximum_years": 65.0})
    years, _ = bars_of(Cell("stated", (age,)), Cell("stated", (age,)))

    assert first.title == "50 to None; no limit above; scale from 45.5 to 84.5 %"
    assert "no limit below" in second.title
    assert years.title.endswith("years")
    assert [end.text for end in years.ends] == ["16", "65"]
