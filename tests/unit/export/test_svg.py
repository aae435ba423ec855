"""A timeline's shapes say what its table says, inside the picture."""

from __future__ import annotations

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

    bars = [bar for lane in picture.lanes for bar in lane.bars]

    assert len(bars) == sum(len(lane.bars) for lane in timeline.lanes) == len(picture.rows)
    for bar in bars:
        assert picture.left <= bar.x <= bar.x + bar.width <= picture.right + 0.2
        assert 0 <= bar.y <= bar.y + bar.height <= picture.axis_y
        assert bar.width > 0
    assert all(picture.left <= tick.x <= picture.right + 0.2 for tick in picture.ticks)
    assert len(picture.ticks) <= 14


def test_hatching_arrows_and_amounts_are_told_in_words() -> None:
    picture = timeline_picture(made_comparison().timelines[0], FOCAL)

    lane = picture.lanes[0]

    assert [bar.approximate for bar in lane.bars] == [False, False, True, False]
    assert [bar.arrow is not None for bar in lane.bars] == [False, False, False, True]
    assert picture.rows[2][-1] == "days approximate"
    assert picture.rows[3][-1] == "goes on"
    assert "28 ug" in picture.rows[1]
    assert lane.bars[0].height < lane.bars[1].height
    assert lane.is_focal
    assert not picture.lanes[1].is_focal
