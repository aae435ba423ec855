"""A timeline's shapes say what its table says, inside the picture."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester.compare.model import Bar, Lane, Timeline
from harvester.export.svg import timeline_picture
from tests.unit.export.made_comparison import FOCAL, made_comparison

days = st.floats(min_value=-400, max_value=4_000, allow_nan=False).map(lambda value: round(value, 1))


@st.composite
def timelines(draw: st.DrawFn) -> Timeline:
    lanes = []
    for number in range(draw(st.integers(0, 4))):
        bars = []
        for _ in range(draw(st.integers(0, 5))):
            start = draw(days)
            amount = draw(st.none() | st.floats(min_value=0, max_value=1e9, allow_nan=False))
            bars.append(
                Bar(start, start + draw(st.integers(0, 100)), "x", amount, "mg", draw(st.booleans()), draw(st.booleans()), None)
            )
        lanes.append(Lane(f"NCT9900000{number}", "drug", tuple(bars)))
    return Timeline("t", "Days", "first dose", None, tuple(lanes))


@given(timelines())
def test_everything_is_drawn_inside_the_picture(timeline: Timeline) -> None:
    picture = timeline_picture(timeline, "NCT99000000")

    for plot in (picture, picture.narrow):
        bars = [bar for lane in plot.lanes for bar in lane.bars]
        assert len(bars) == sum(len(lane.bars) for lane in timeline.lanes) == len(picture.rows)
        for bar in bars:
            assert plot.left <= bar.x <= bar.x + bar.width <= plot.right + 0.2
            assert 0 <= bar.y <= bar.y + bar.height <= plot.axis_y
            assert bar.width > 0
        assert all(plot.left <= tick.x <= plot.right + 0.2 for tick in plot.ticks)
        assert len(plot.ticks) <= 14


def test_a_phone_shows_the_days_as_wide_as_the_picture_and_the_words_over_them() -> None:
    bars = (Bar(0, 9, "x", 7.0, "ug", False, False, None), Bar(300, 305, "x", 7.0, "ug", False, True, None))
    lanes = (Lane("NCT99000001", "drug", bars, arm="Arm A"), Lane("NCT99000001", "drug with a very long name", bars, arm="Arm A"))
    picture = timeline_picture(Timeline("t", "Days", "first dose", None, lanes), "NCT99000001")
    narrow = picture.narrow

    assert narrow.width < picture.width / 2
    assert [lane.trial for lane in narrow.lanes] == ["NCT99000001, Arm A", None]
    assert [lane.label for lane in narrow.lanes] == [("drug: 7 µg a day",), ("drug with a very long name: 7 µg a day",)]
    assert all(lane.label_y < bar.y for lane in narrow.lanes for bar in lane.bars)
    assert narrow.lanes[0].bars[1].x / narrow.right == pytest.approx(picture.lanes[0].bars[1].x / picture.right, abs=0.03)
    assert len([tick for tick in narrow.ticks if tick.label]) <= 8


def test_hatching_arrows_and_amounts_are_told_in_words() -> None:
    picture = timeline_picture(made_comparison().timelines[0], FOCAL)

    lane = picture.lanes[0]

    assert [bar.approximate for bar in lane.bars] == [False, False, True, False]
    assert [bar.arrow is not None for bar in lane.bars] == [False, False, False, True]
    assert picture.rows[2][-1] == "days approximate"
    assert picture.rows[3][-1] == "goes on"
    assert "28 µg" in picture.rows[1]
    assert lane.bars[0].height < lane.bars[1].height
    assert lane.is_focal
    assert not picture.lanes[1].is_focal


@given(timelines())
def test_no_day_is_said_with_a_fraction(timeline: Timeline) -> None:
    picture = timeline_picture(timeline, "NCT99000000")
    titles = [bar.title.partition(": ")[2] for lane in picture.lanes for bar in lane.bars]

    assert all("." not in row[2] + row[3] for row in picture.rows)
    assert all("." not in title.partition(": ")[2] for title in titles)


def test_a_day_reckoned_from_months_is_said_to_be_about_it() -> None:
    bars = (Bar(151.31, 164.31, "28 ug/d", 28.0, "ug", True, False, 2), Bar(-0.5, -0.5, "x", None, None, False, False, None))
    picture = timeline_picture(Timeline("t", "Days", "first dose", None, (Lane("NCT99000001", "drug", bars),)), "NCT99000001")

    assert picture.rows[0][2:4] == ("about 151", "about 164")
    assert "from day -1 to day " in picture.description
    assert [bar.title.rpartition(": ")[2] for bar in picture.lanes[0].bars] == [
        "about day -1",
        "about days 151 to 164 (days approximate)",
    ]


def test_the_lanes_of_an_arm_stand_under_its_name() -> None:
    bar = Bar(0, 1, "5 mg", 5, "mg", False, False, None)
    told = (("x (< 9 kg, Arm A)", "Arm A"), ("x (Arm B)", "Arm B"), ("z", None), ("y (Arm A)", "Arm A"))
    lanes = tuple(Lane("NCT99000001", label, (bar,), arm=arm) for label, arm in told)
    picture = timeline_picture(Timeline("t", "Days", "first dose", None, lanes), "NCT99000001")

    assert [(lane.trial, lane.label) for lane in picture.lanes] == [
        ("NCT99000001", ("z",)),
        ("Arm A", ("x (< 9 kg)",)),
        (None, ("y",)),
        ("Arm B", ("x",)),
    ]
    assert len({lane.y for lane in picture.lanes}) == len(picture.lanes)


def test_amounts_that_do_not_fit_into_their_bars_stand_before_the_lane() -> None:
    def bar(start: float, end: float, amount: float) -> Bar:
        return Bar(start, end, "drug", amount, "ug", False, False, None)

    lanes = (
        Lane("NCT99000001", "drug", (bar(0, 2, 9), bar(3, 13, 28))),
        Lane("NCT99000001", "another", (bar(60, 60, 5),)),
        Lane("NCT99000001", "a third", (bar(0, 300, 7),)),
        Lane("NCT99000001", "many", tuple(bar(10 * n, 10 * n + 1, 1000 + n) for n in range(9))),
    )
    picture = timeline_picture(Timeline("t", "Days", "first dose", None, lanes), "NCT99000001")

    assert [lane.label for lane in picture.lanes] == [
        ("drug", "9 µg a day, 28 µg a day"),
        ("another", "5 µg"),
        ("a third",),
        ("many",),
    ]
    assert [bar.text for bar in picture.lanes[2].bars] == ["7 µg"]
