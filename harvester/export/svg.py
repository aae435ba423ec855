"""Timelines as shapes: a `Timeline` of days becomes a `Picture` of coordinates, wide and narrow; a template writes it as SVG."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import groupby
from math import floor
from textwrap import wrap

from harvester.compare.model import Bar, Lane, Timeline
from harvester.compare.wording import amount
from harvester.export.drawing import NARROW, cut
from harvester.shape import shape

WIDTH = 960.0
LEFT = 212.0
RIGHT = 24.0
TOP = 14.0
LANE = 30.0
BAR = 18.0
TRIAL_GAP = 22.0
CHARACTER = 6.2
LETTERS = 33
"""Letters of a line before a lane."""
_ARM = 90
"""Letters of an arm's name over its lanes."""
_EDGE, _ROW = 8.0, 13.0
_OVER = 54
"""Letters of a line over a lane."""
STEPS = (1, 2, 5, 7, 14, 28, 56, 91, 182, 365, 730, 1825, 3650)


@shape()
class Tick:
    """A mark on the axis of days."""

    x: float
    label: str


@shape()
class BarShape:
    """One stretch of days. ``arrow`` holds the points of an arrow head where it goes on; ``text`` fits inside or is empty."""

    x: float
    y: float
    width: float
    height: float
    title: str
    text: str
    approximate: bool
    arrow: str | None


@shape()
class LaneShape:
    """One agent of one trial. ``trial`` is set on the first lane of an arm: what stands over it. ``label`` is a line or more."""

    y: float
    label: tuple[str, ...]
    label_y: float
    trial: str | None
    trial_y: float
    is_focal: bool
    bars: tuple[BarShape, ...]


@shape()
class Plot:
    """Where all of a timeline lies; days from ``left`` to ``right``, the words of a lane from ``margin`` on."""

    width: float
    height: float
    left: float
    right: float
    axis_y: float
    zero_x: float
    ticks: tuple[Tick, ...]
    lanes: tuple[LaneShape, ...]
    margin: float


@shape()
class Picture(Plot):
    """A timeline ready to be drawn, with its words for those who do not see it: ``description`` and the table ``rows``.

    It is drawn as the wide plot that it is itself, or as ``narrow``, which a phone shows whole.
    """

    narrow: Plot
    key: str
    title: str
    description: str
    zero: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str | None
    has_approximate: bool
    has_open: bool
    has_range: bool


def timeline_picture(timeline: Timeline, focal: str) -> Picture:
    """The picture of a timeline; ``focal`` is the NCT number whose lanes are drawn darker. Lengths are SVG user units."""
    first, last = _range(timeline)
    scale = _Scale(first, last)
    lanes, bottom = _lanes(timeline, scale, focal)
    ticks = _ticks(first, last, scale)
    bars = [bar for lane in timeline.lanes for bar in lane.bars]
    return Picture(
        key=timeline.key,
        title=timeline.title,
        description=_description(timeline, first, last),
        zero=timeline.zero,
        width=WIDTH,
        height=round(bottom + 40, 1),
        left=LEFT,
        right=WIDTH - RIGHT,
        axis_y=round(bottom + 4, 1),
        zero_x=scale.x(0),
        ticks=ticks,
        lanes=lanes,
        margin=12,
        narrow=_narrow(lanes, ticks, scale.x(0)),
        columns=("Trial", "Given", "From day", "To day", "Cycle", "Amount a day", "Remarks"),
        rows=tuple(_row(lane, bar) for lane in timeline.lanes for bar in lane.bars),
        note=timeline.note,
        has_approximate=any(bar.approximate for bar in bars),
        has_open=any(bar.open_ended for bar in bars),
        has_range=any(bar.amount_per_day is None and bar.most_per_day is not None for bar in bars),
    )


@shape()
class _Scale:
    first: float
    last: float

    def x(self, day: float) -> float:
        """Where a day begins."""
        return round(LEFT + (day - self.first) / (self.last - self.first) * (WIDTH - RIGHT - LEFT), 1)


def _range(timeline: Timeline) -> tuple[float, float]:
    starts = [bar.day_start for lane in timeline.lanes for bar in lane.bars] or [0.0]
    ends = [bar.day_end + 1 for lane in timeline.lanes for bar in lane.bars] or [1.0]
    first, last = min(0.0, *starts), max(1.0, *ends)
    return first, last + (last - first) * 0.04


def _ticks(first: float, last: float, scale: _Scale) -> tuple[Tick, ...]:
    step = next((each for each in STEPS if (last - first) / each <= 12), STEPS[-1])
    start = -int(-first // step) * step
    days = range(start, int(last) + 1, step)
    return tuple(Tick(scale.x(day), f"{day:,}") for day in days if day >= first)


def _lanes(timeline: Timeline, scale: _Scale, focal: str) -> tuple[tuple[LaneShape, ...], float]:
    shapes: list[LaneShape] = []
    y = TOP
    for nct_id, grouped in groupby(timeline.lanes, key=lambda lane: lane.nct_id):
        by_arm: dict[str | None, list[Lane]] = {}
        for lane in grouped:
            by_arm.setdefault(lane.arm, []).append(lane)
        # What all arms receive comes first, under the trial's number alone.
        for place, (arm, own) in enumerate(sorted(by_arm.items(), key=lambda each: each[0] is not None)):
            heading = y + 12
            y += TRIAL_GAP
            named = ", ".join(part for part in (None if place else nct_id, cut(arm, _ARM) if arm else None) if part)
            for lane in own:
                head = named if lane is own[0] else None
                bars = _bars(lane, scale, y)
                label = _label(lane, bars)
                first = y + (14 if len(label) == 1 else 8)
                shapes.append(LaneShape(round(y, 1), label, first, head, heading, nct_id == focal, bars))
                y += LANE
    return tuple(shapes), y


def _narrow(lanes: Sequence[LaneShape], ticks: Sequence[Tick], zero_x: float) -> Plot:
    """The same for a phone: the words of a lane, and those in its bars, over its days; the days as wide as the picture."""
    right = NARROW - 12
    share = (right - _EDGE) / (WIDTH - RIGHT - LEFT)

    def x(wide: float) -> float:
        return round(_EDGE + (wide - LEFT) * share, 1)

    shapes, y = [], 4.0
    for lane in lanes:
        inside = ", ".join(dict.fromkeys(bar.text for bar in lane.bars if bar.text and not bar.approximate))
        label = (*lane.label, inside) if inside else lane.label
        label = (": ".join(label),) if len(": ".join(label)) <= _OVER else label
        heading, words_y = y + 13, y + (31 if lane.trial else 11)
        y = words_y + _ROW * len(label) - 7
        bars = tuple(_narrowed(bar, x(bar.x), share, y - lane.y) for bar in lane.bars)
        trial = cut(lane.trial, _OVER) if lane.trial else None
        shapes.append(LaneShape(y, label, words_y, trial, heading, lane.is_focal, bars))
        y += LANE - 2
    told = 1 + len(ticks) // 8
    marks = tuple(Tick(x(tick.x), "" if place % told else tick.label) for place, tick in enumerate(ticks))
    return Plot(NARROW, y + 36, _EDGE, right, y, x(zero_x), marks, tuple(shapes), _EDGE)


def _narrowed(bar: BarShape, x: float, share: float, lower: float) -> BarShape:
    width = round(max(bar.width, 4.0) * share, 1)
    y = round(bar.y + lower, 1)
    arrow = _arrow(x + bar.width * share, y + bar.height - BAR / 2) if bar.arrow else None
    return replace(bar, x=x, y=y, width=width, text="", arrow=arrow)


def _bars(lane: Lane, scale: _Scale, y: float) -> tuple[BarShape, ...]:
    most = max((_height(bar) or 0 for bar in lane.bars), default=0)
    return tuple(_bar(lane, bar, scale, y, most) for bar in sorted(lane.bars, key=_when))


def _bar(lane: Lane, bar: Bar, scale: _Scale, y: float, most: float) -> BarShape:
    amount_a_day = _height(bar)
    share = amount_a_day / most if most and amount_a_day is not None else 1.0
    height = round(BAR * max(0.35, share), 1)
    x = scale.x(bar.day_start)
    width = round(max(2.5, scale.x(bar.day_end + 1) - x), 1)
    top = round(y + BAR - height, 1)
    arrow = _arrow(x + width, y + BAR / 2) if bar.open_ended else None
    said = _amount(bar)
    text = said if len(said) * CHARACTER + 6 <= width and height >= 13 else ""
    return BarShape(x, top, width, height, _title(lane, bar), text, bar.approximate, arrow)


def _height(bar: Bar) -> float | None:
    """The amount a day that a bar's height shows: of a range its upper end."""
    return bar.most_per_day if bar.amount_per_day is None else bar.amount_per_day


def _label(lane: Lane, bars: Sequence[BarShape]) -> tuple[str, ...]:
    """The words before a lane on two lines, without the arm, which stands over it; the table has what does not fit.

    Amounts that do not fit into their bars stand there too, where there is room.
    """
    label = lane.label
    if lane.arm and label.endswith(f"{lane.arm})"):
        label = label.removesuffix(f"{lane.arm})").removesuffix(" (")
        label = f"{label.removesuffix(', ')})" if label.endswith(", ") else label
    lines = wrap(f"{label}; {lane.note}" if lane.note else label, LETTERS, break_long_words=True)
    if len(lines) > 2:
        return (lines[0], cut(f"{lines[1]} {lines[2]}", LETTERS))
    ordered = sorted(lane.bars, key=_when)
    untold = [bar for bar, drawn in zip(ordered, bars, strict=True) if not drawn.text or drawn.approximate]
    a_day = [" a day" if _amount(bar) and bar.day_end > bar.day_start else "" for bar in untold]
    amounts = ", ".join(dict.fromkeys((_amount(bar) or bar.label) + more for bar, more in zip(untold, a_day, strict=True)))
    if not amounts or len(amounts) > LETTERS:
        return tuple(lines)
    return (lines[0], amounts) if len(lines) == 1 else (lines[0], _with(lines[1], amounts))


def _with(line: str, amounts: str) -> str:
    longer = f"{line}: {amounts}"
    return longer if len(longer) <= LETTERS else line


def _when(bar: Bar) -> tuple[float, float]:
    return bar.day_start, bar.day_end


def _arrow(x: float, middle: float) -> str:
    return f"{x:.1f},{middle - 8:.1f} {x + 12:.1f},{middle:.1f} {x:.1f},{middle + 8:.1f}"


def _title(lane: Lane, bar: Bar) -> str:
    remarks = _remarks(bar)
    label = f"{lane.label}: {bar.label}" if bar.label and bar.label != lane.label else lane.label
    return f"{lane.nct_id}, {label}: {_days(bar)}" + (f" ({remarks})" if remarks else "")


def _days(bar: Bar) -> str:
    first, last = _day(bar.day_start), _day(bar.day_end)
    about = "about " if "about " in first + last else ""
    first, last = first.removeprefix("about "), last.removeprefix("about ")
    return f"{about}day {first}" if first == last else f"{about}days {first} to {last}"


def _day(day: float) -> str:
    """A day as it is said: one reckoned from months or hours has a fraction, which nobody stated."""
    return f"{day:,.0f}" if day == floor(day) else f"about {floor(day) if day > 0 else -int(0.5 - day):,}"


def _amount(bar: Bar) -> str:
    if bar.amount_per_day is not None:
        return amount(bar.amount_per_day, bar.unit)
    return "" if bar.most_per_day is None else bar.label


def _remarks(bar: Bar) -> str:
    said = ["days approximate"] if bar.approximate else []
    return ", ".join([*said, "goes on"] if bar.open_ended else said)


def _row(lane: Lane, bar: Bar) -> tuple[str, ...]:
    cycle = "" if bar.cycle is None else str(bar.cycle)
    given = f"{lane.label}: {bar.label}" if bar.label and bar.label != lane.label else lane.label
    return (lane.nct_id, given, _day(bar.day_start), _day(bar.day_end), cycle, _amount(bar), _remarks(bar))


def _description(timeline: Timeline, first: float, last: float) -> str:
    trials = _unique(lane.nct_id for lane in timeline.lanes)
    bars = sum(len(lane.bars) for lane in timeline.lanes)
    return (
        f"{_count(bars, 'stretch', 'stretches')} of days in {_count(len(timeline.lanes), 'lane', 'lanes')} of "
        f"{', '.join(trials)}, "
        f"from day {floor(first):,} to day {last:,.0f}; "
        f"day 0 is {timeline.zero}. The table below holds the same."
    )


def _count(number: int, one: str, more: str) -> str:
    return f"{number} {one if number == 1 else more}"


def _unique(values: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(values))
