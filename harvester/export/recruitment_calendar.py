"""The recruitment calendar: one lane a trial from its start over its primary completion to its completion."""

from __future__ import annotations

import re
from datetime import date
from itertools import pairwise
from typing import Final

from harvester.compare.model import Cell, Comparison, TrialHead
from harvester.export.drawing import WIDTH, Box, Drawing, Fill, Mark, Stroke, Tone, Word, cells_of, is_estimated, said
from harvester.shape import shape

KEY: Final = "calendar"
LEFT, RIGHT, TOP, LANE = 8.0, 24.0, 26.0, 44.0
_BAR, _HALF = 12.0, 7.0
_DATES = (("start_date", "start"), ("primary_completion_date", "primary completion"), ("completion_date", "completion"))
_DATE = re.compile(r"(\d{4})-(\d{2})(?:-(\d{2}))?")
_YEARS = (1, 2, 5, 10, 20, 50)
_MOST_YEARS = 12
_HALF_YEAR = 15.0
"""Half of what the four digits of a year take: none stands nearer to the edge."""
_LEGEND = (
    "Solid: actual, as the record says. Hatched or hollow: estimated, or not said to be actual. Triangle: start; diamond: "
    "primary completion; square: completion. Dashed: the day of the data at hand; what lies after it was planned then."
)
COLUMNS = ("Trial", "Status", "Start", "Primary completion", "Completion", "Data as of")


@shape()
class _Day:
    """A date of the record: where it lies on the axis, in days, and whether the record calls it actual."""

    at: float
    is_estimated: bool
    title: str


def recruitment_calendar(comparison: Comparison, width: float = WIDTH) -> Drawing | None:
    """The calendar of all trials; None where none of them states a date. Dates without a day lie in the middle of the month."""
    cells = {key: cells_of(comparison, "status", key) for key, _ in _DATES}
    lanes = [{key: _day(cells[key][place], name) for key, name in _DATES} for place in range(len(comparison.trials))]
    data = [_at(trial.data_date) for trial in comparison.trials]
    all_days = [day.at for lane in lanes for day in lane.values() if day]
    if not all_days:
        return None
    all_days += [day for day in data if day is not None]
    axis = _Axis(min(all_days), max(all_days), width)
    boxes: list[Box] = []
    marks: list[Mark] = []
    words: list[Word] = []
    strokes = [*axis.grid(TOP + LANE * len(lanes))]
    for place, (trial, lane, day) in enumerate(zip(comparison.trials, lanes, data, strict=True)):
        top = TOP + place * LANE
        words.append(Word(LEFT, top + 12, _heading(trial), "trial"))
        boxes += _stretches(lane, axis, top + 20, "focal" if trial.is_focal else "")
        marks += _marks(lane, axis, top + 20 + _BAR / 2, "focal" if trial.is_focal else "")
        if not any(lane.values()):
            words.append(Word(LEFT, top + 30, "no dates: " + _said(comparison, place, "start_date"), "label"))
        if day is not None:
            strokes.append(Stroke(f"M{axis.x(day):g} {top + 15:g}v22", "date"))
    bottom = TOP + LANE * len(lanes)
    strokes.append(Stroke(f"M{LEFT:g} {bottom:g}H{width - RIGHT:g}", "axis"))
    return Drawing(
        key=KEY,
        group="status",
        title="Recruitment calendar",
        description=f"Start, primary completion and completion of {', '.join(comparison.nct_ids)}. The table holds the same.",
        legend=_LEGEND,
        height=bottom + 24,
        strokes=tuple(strokes),
        boxes=tuple(boxes),
        marks=tuple(marks),
        words=(*words, *axis.ticks(bottom + 16)),
        columns=COLUMNS,
        rows=tuple(_row(comparison, place) for place in range(len(lanes))),
        width=width,
    )


@shape()
class _Axis:
    first: float
    last: float
    width: float

    def x(self, day: float) -> float:
        """Where a day lies."""
        margin = 14.0
        share = (day - self.first) / max(self.last - self.first, 1.0)
        return round(LEFT + margin + share * (self.width - RIGHT - LEFT - 2 * margin), 1)

    def years(self) -> list[int]:
        """The years that begin on the axis, every one or every few of them."""
        start, end = date.fromordinal(int(self.first)).year, date.fromordinal(int(self.last)).year + 1
        step = next((each for each in _YEARS if (end - start) / each <= _MOST_YEARS * self.width / WIDTH), _YEARS[-1])
        years = [year for year in range(start, end + 1) if year % step == 0 and year < date.max.year]
        return [year for year in years if LEFT <= self.x(date(year, 1, 1).toordinal()) <= self.width - RIGHT]

    def grid(self, bottom: float) -> list[Stroke]:
        """A line where each of those years begins."""
        return [Stroke(f"M{self.x(date(year, 1, 1).toordinal()):g} {TOP - 8:g}V{bottom:g}", "grid") for year in self.years()]

    def ticks(self, y: float) -> list[Word]:
        """The numbers of those years."""
        places = [(year, max(self.x(date(year, 1, 1).toordinal()), _HALF_YEAR)) for year in self.years()]
        return [Word(x, y, str(year), "tick", "middle") for year, x in places]


def _day(cell: Cell | None, name: str) -> _Day | None:
    value = cell.lines[0].value if cell and cell.state == "stated" and cell.lines else None
    at = _at(value if isinstance(value, str) else None)
    return None if at is None or cell is None else _Day(at, is_estimated(cell), f"{name} {cell.lines[0].text}")


def _at(text: str | None) -> float | None:
    """A date as a day on the axis; None for what is no date. Without a day: the middle of the month."""
    found = _DATE.fullmatch((text or "")[:10])
    if not found:
        return None
    try:
        return float(date(int(found[1]), int(found[2]), int(found[3] or 15)).toordinal())
    except ValueError:
        return None


def _stretches(lane: dict[str, _Day | None], axis: _Axis, y: float, tone: Tone) -> list[Box]:
    """From each date to the next one there is: solid where both are actual."""
    there = sorted((day for day in lane.values() if day), key=lambda day: day.at)
    boxes = []
    for one, two in pairwise(there):
        start, end = axis.x(one.at), axis.x(two.at)
        fill: Fill = "hatched" if one.is_estimated or two.is_estimated else "solid"
        boxes.append(Box(start, y, round(max(end - start, 1.0), 1), _BAR, fill, tone, f"{one.title} to {two.title}"))
    return boxes


def _marks(lane: dict[str, _Day | None], axis: _Axis, middle: float, tone: Tone) -> list[Mark]:
    # The larger below the smaller: where two dates are the same both are seen.
    shapes = {"completion_date": _square, "primary_completion_date": _diamond, "start_date": _triangle}
    return [
        Mark(shape(axis.x(day.at), middle), "hollow" if day.is_estimated else "solid", tone, day.title)
        for key, shape in shapes.items()
        if (day := lane[key])
    ]


def _triangle(x: float, y: float) -> str:
    return f"{x - 5:g},{y - _HALF:g} {x + 6:g},{y:g} {x - 5:g},{y + _HALF:g}"


def _diamond(x: float, y: float) -> str:
    return f"{x:g},{y - _HALF:g} {x + _HALF:g},{y:g} {x:g},{y + _HALF:g} {x - _HALF:g},{y:g}"


def _square(x: float, y: float) -> str:
    half = _HALF - 1.5
    return f"{x - half:g},{y - half:g} {x + half:g},{y - half:g} {x + half:g},{y + half:g} {x - half:g},{y + half:g}"


def _heading(trial: TrialHead) -> str:
    return " · ".join(part for part in (trial.nct_id, trial.overall_status_label) if part)


def _row(comparison: Comparison, place: int) -> tuple[str, ...]:
    trial = comparison.trials[place]
    status, *dates = (_said(comparison, place, key) for key in ("overall_status", *(key for key, _ in _DATES)))
    return (trial.nct_id, trial.overall_status_label or status, *dates, trial.data_date or "unknown")


def _said(comparison: Comparison, place: int, key: str) -> str:
    """What a row says of a trial; where no trial states it and there is no row, what its source lets one say."""
    cell = cells_of(comparison, "status", key)[place]
    is_whole = comparison.trials[place].source in ("api", "file")
    return said(cell) if cell or is_whole else "not at hand"
