"""Ranges of one row as bars on one scale, so that the eye compares what the words beside them say."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from math import inf
from typing import Any

from harvester.compare.concept import concept
from harvester.compare.model import Cell, Line, Row
from harvester.compare.region import Interval, Region
from harvester.compare.wording import number, unit_label
from harvester.shape import shape

WIDTH = 136.0
"""As wide as a cell on a phone is: there the letters are not drawn smaller."""
EDGE = 8.0
CHARACTER = 6.2
"""About the width of a digit under a bar."""


@shape()
class End:
    """A limit's number under the bar; ``x`` is its middle."""

    x: float
    text: str


@shape()
class RangeBar:
    """A range in SVG user units. ``open_low`` and ``open_high`` say that it has no limit on that side; ``solid_*`` that the
    limit itself belongs to it."""

    x: float
    width: float
    open_low: bool
    open_high: bool
    solid_low: bool
    solid_high: bool
    ends: tuple[End, ...]
    title: str


@shape()
class _Range:
    low: float | None
    high: float | None
    low_inclusive: bool
    high_inclusive: bool
    unit: str | None
    reference: str | None
    text: str
    is_age: bool


def range_bars(row: Row) -> tuple[RangeBar | None, ...]:
    """One bar a cell, in the order of the trials; none where a cell states no single range.

    Nothing is drawn where fewer than two cells have a range, or where their units or references are not the same.
    """
    ranges = [_of_cell(cell) for cell in row.cells]
    there = [each for each in ranges if each]
    if len(there) < 2 or len({(each.unit, each.reference) for each in there}) > 1:
        return (None,) * len(row.cells)
    ends = [end for each in there for end in (each.low, each.high) if end is not None]
    first, last = min(ends), max(ends)
    margin = (last - first) * 0.15 or abs(last) * 0.5 or 1.0
    # A scale of amounts does not go below nought to make room.
    start = max(first - margin, 0.0) if first >= 0 else first - margin
    return tuple(_bar(each, start, last + margin) if each else None for each in ranges)


def _of_cell(cell: Cell) -> _Range | None:
    if cell.state != "stated" or not cell.lines:
        return None
    if isinstance(cell.lines[0].value, Mapping) and "minimum_years" in cell.lines[0].value:
        # The registry's own age fields, with what the criteria say of age; a note says that nobody meets both.
        return None if cell.note else _of_line(cell.lines[0])
    found = [_of_line(line) for line in cell.lines]
    limits = [each for each in found if each is not None]
    # Two different limits in one cell (men and women, a cohort) make no one bar.
    return limits[0] if len(limits) == len(found) and len({(each.low, each.high) for each in limits}) == 1 else None


def _of_line(line: Line) -> _Range | None:
    value = line.value
    if not isinstance(value, Mapping) or value.get("window_value") is not None or value.get("condition") or value.get("sex"):
        return None
    ends = _ages(value) if "minimum_years" in value else _limits(value)
    if ends.low is None and ends.high is None:
        return None
    return _Range(
        *(ends.low, ends.high, ends.low_inclusive, ends.high_inclusive),
        value.get("unit"),
        value.get("reference") if value.get("reference") != "absolute" else None,
        line.text,
        "minimum_years" in value,
    )


@shape()
class _Ends:
    low: float | None
    high: float | None
    low_inclusive: bool = True
    high_inclusive: bool = True


def _ages(value: Mapping[str, Any]) -> _Ends:
    """Ages that fields and criteria both admit, where the value tells them; else those of the fields."""
    if "admitted_from_years" in value:
        return _Ends(value["admitted_from_years"], value.get("admitted_to_years"))
    return _Ends(value.get("minimum_years"), value.get("maximum_years"))


def _limits(value: Mapping[str, Any]) -> _Ends:
    """The limits; of a score as its scale has them, so that "below 3", "≤ 2" and "0 to 2" of one score are one bar."""
    low, high = value.get("eligible_low"), value.get("eligible_high")
    ends = (low, high, value.get("eligible_low_inclusive") is not False, value.get("eligible_high_inclusive") is not False)
    return _Ends(*ends) if low is None and high is None else _on_scale(str(value.get("concept")), *ends)


@lru_cache(maxsize=2_000)
def _on_scale(slug: str, low: float | None, high: float | None, low_inclusive: bool, high_inclusive: bool) -> _Ends:
    about = concept(slug)
    ends = _Ends(low, high, low_inclusive, high_inclusive)
    if about.step is None or about.scale_low is None:
        return ends
    start, end = -inf if low is None else low, inf if high is None else high
    region = Region.of(Interval(start, end, low is not None and low_inclusive, high is not None and high_inclusive))
    there = about.shown(about.fitted(region)).intervals
    if len(there) != 1:
        return ends
    one = there[0]
    first, last = None if one.low == -inf else one.low, None if one.high == inf else one.high
    return _Ends(first, last, one.low_inclusive, one.high_inclusive)


def _bar(each: _Range, first: float, last: float) -> RangeBar:
    def place(value: float) -> float:
        return EDGE + (value - first) / (last - first) * (WIDTH - 2 * EDGE)

    start = EDGE if each.low is None else place(each.low)
    end = WIDTH - EDGE if each.high is None else place(each.high)
    return RangeBar(
        x=round(start, 1),
        width=round(max(end - start, 1.5), 1),
        open_low=each.low is None,
        open_high=each.high is None,
        solid_low=each.low_inclusive,
        solid_high=each.high_inclusive,
        ends=_ends(each, start, end),
        title="; ".join(part for part in (each.text, _open(each), _scale(each, first, last)) if part),
    )


def _ends(each: _Range, start: float, end: float) -> tuple[End, ...]:
    """The limits' numbers where they lie; as one where they would stand in each other's way, none where there is no room."""
    found = [_inside(x, _shown(value, each.text)) for x, value in ((start, each.low), (end, each.high)) if value is not None]
    if len(found) == 2 and found[1].x - found[0].x < CHARACTER * (len(found[0].text + found[1].text) / 2 + 1):
        text = found[0].text if each.low == each.high else f"{found[0].text}–{found[1].text}"
        found = [_inside((start + end) / 2, text)]
    return tuple(found) if all(len(end.text) * CHARACTER <= WIDTH for end in found) else ()


def _shown(value: float, text: str) -> str:
    """A limit's number; with three figures where it was converted and stands in no text: 12 weeks are 2.76 months."""
    exact = number(value)
    return exact if value == int(value) or exact in text else number(float(f"{value:.3g}"))


def _inside(x: float, text: str) -> End:
    half = min(len(text) * CHARACTER, WIDTH) / 2
    return End(round(min(max(x, half), WIDTH - half), 1), text)


def _open(each: _Range) -> str:
    return "no limit below" if each.low is None else "no limit above" if each.high is None else ""


def _scale(each: _Range, first: float, last: float) -> str:
    """The scale in words, with its unit; ages of the registry's fields are in years."""
    label = unit_label(each.unit) if each.unit else "years" if each.is_age else each.reference or ""
    return f"scale from {number(round(first, 2))} to {number(round(last, 2))} {label}".rstrip()
