"""One line for a dose, short enough for a table cell: ``blinatumomab 9 ug/d IV continuous, cycle 1, days 1-3``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from harvester.text.doses.dose import DoseRead
from harvester.text.expressions.pattern import pattern_of
from harvester.text.schedules.duration import shortened
from harvester.text.schedules.timing import Timing, Windows

_ROUTES = {"intravenous": "IV", "subcutaneous": "SC", "intramuscular": "IM", "intrathecal": "IT", "oral": "oral"}
_PERIODS = {"min": "min", "h": "hours", "d": "days", "wk": "weeks", "mo": "months", "a": "years"}
_ONE = {"min": "every minute", "h": "hourly", "d": "daily", "wk": "weekly", "mo": "monthly", "a": "yearly"}
_SHORT = {"min": "min", "h": "h", "d": "d", "wk": "wk", "mo": "mo", "a": "y"}


_NUMBERED = pattern_of(r"(?:day|week) -?\d")  # the day or week it begins on
_COUNTED = pattern_of(
    r"(?:up to )?\d+ (?:doses|sessions|infusions|injections|administrations|applications|"
    r"fractions)"
)  # so many administrations end it


def canonical_line(dose: DoseRead) -> str:
    """The dose in one line: agent, amount, route, how often, then cycles, days, duration, anchor, always in this order."""
    timing: Timing = dose
    head = [dose.agent or "agent not named", _amount(dose)]
    head += [_role(dose)] if _role(dose) else []
    head += [_ROUTES.get(timing.route, timing.route)] if timing.route else []
    head += ["or another route"] if timing.route and "route_choice" in dose.flags else []
    head += ["continuous"] if timing.continuous else []
    lasting = f"over {_span(timing.infusion_value, timing.infusion_high)} {timing.infusion_unit}"
    head += [lasting] if _shows_infusion(timing) else []
    head += [_often(timing, dose.flags)] if timing.frequency_count is not None else []
    line = ", ".join([" ".join(part for part in head if part), *_when(timing, dose.flags)])
    return "; then ".join([line, *(_phase(phase, timing) for phase in dose.later)])


def _phase(phase: Timing, first: Timing) -> str:
    """How the same amount is given afterwards: what is as at first is not told again."""
    alike = (phase.cycle_length_value, phase.cycle_length_unit) == (first.cycle_length_value, first.cycle_length_unit)
    shown = replace(phase, cycle_length_value=None) if alike else phase
    return ", ".join([_frequency(phase)] * (phase.frequency_count is not None) + _when(shown))


def _shows_infusion(timing: Timing) -> bool:
    """Whether the time of one infusion is news: 24 hours of a continuous infusion are none."""
    return timing.infusion_value is not None and not (timing.continuous and timing.infusion_value == 24)


def _amount(dose: DoseRead) -> str:
    low, high = _number(dose.amount_low), _number(dose.amount_high)
    unit = dose.unit.replace("{", "").replace("}", "").replace("[", "").replace("]", "")
    value = low if low == high else f"{low}-{high}"
    text = f"AUC {value}" if unit == "AUC" else f"{value} {unit}"
    text += f"/{dose.per_time}" if dose.per_time else ""
    return text.replace("cells", f"{dose.cell_type} cells", 1) if dose.cell_type and "cells" in unit else text


def _role(dose: DoseRead) -> str:
    words = {"max": "maximum", "level": "dose level", "loading": "loading", "maintenance": "maintenance", "rescue": "rescue"}
    told = (dose.level_label or "").lower() or words.get(dose.role or "")
    in_fractions = dose.unit in ("Gy", "cGy") and (dose.until or "").startswith("in ") and dose.until != "in 1 fraction"
    return f"({told})" if told else "(total)" * ("total" in dose.flags or in_fractions)


def _often(timing: Timing, flags: Sequence[str]) -> str:
    """How often it is given, or how the amount of a day is divided."""
    if "divided" not in flags:
        return _frequency(timing)
    if timing.frequency_unit != "d":
        return f"divided {_frequency(timing)}"
    return f"in {_span(timing.frequency_count, timing.frequency_count_high)} divided doses"


def _frequency(timing: Timing) -> str:
    count, period, unit = timing.frequency_count or 1, timing.frequency_period or 1, timing.frequency_unit or "d"
    if count == 1 and timing.frequency_count_high is None:
        alone = period == 1 and timing.frequency_period_high is None
        return _ONE[unit] if alone else f"every {_span(period, timing.frequency_period_high)} {_PERIODS[unit]}"
    times = {2: "twice", 3: "three times"}.get(int(count), f"{_number(count)} times")
    times = f"{_span(count, timing.frequency_count_high)} times" if timing.frequency_count_high else times
    return f"{times} {_ONE[unit]}" if period == 1 else f"{times} every {_number(period)} {_PERIODS[unit]}"


def _when(timing: Timing, flags: Sequence[str] = ()) -> list[str]:
    """Cycles, days, weeks, length of a cycle, anchor, duration."""
    parts: list[str] = []
    if timing.cycle_from is not None:
        parts.append(_cycles(timing.cycle_from, timing.cycle_to))
    if timing.days:
        parts.append(_windows("day", timing.days))
    if timing.weeks:
        parts.append(_windows("week", timing.weeks))
    if timing.months:
        parts.append(_windows("month", timing.months))
    if timing.cycle_length_value is not None:
        length = _span(timing.cycle_length_value, timing.cycle_length_high)
        parts.append(f"{length}-{_SHORT[timing.cycle_length_unit or 'd']} cycle")
    if timing.cycle_count_low is not None:
        parts.append("up to " * ("up_to_cycles" in flags) + _count(timing))
    if timing.anchor_event:
        parts.append(_anchor(timing))
    if timing.duration_value is not None and not _is_of_infusion(timing):
        limit = "up to " if "up_to" in flags else "at least " if "at_least" in flags else ""
        lasting = _span(timing.duration_value, timing.duration_high)
        parts.append(f"for {limit}{lasting} {_SHORT[timing.duration_unit or 'd']}")
    if timing.until:
        parts.append(_until(timing.until))
    return parts


def _is_of_infusion(timing: Timing) -> bool:
    """Whether the time told is that of the one infusion, told already."""
    told = timing.infusion_value, timing.infusion_unit
    return _shows_infusion(timing) and told == (timing.duration_value, timing.duration_unit)


def _until(words: str) -> str:
    """What ends it: a number of administrations ("for 4 doses", "in 25 fractions") or an event."""
    lead = "" if words.startswith("in ") else "for " if _COUNTED.match(words) else "until "
    return lead + shortened(words, 40)


def _count(timing: Timing) -> str:
    low, high = timing.cycle_count_low, timing.cycle_count_high
    return f"{low} cycles" if low == high or high is None else f"{low}-{high} cycles"


def _cycles(first: int, last: int | None) -> str:
    return f"cycle {first}" if first == last else f"cycles {first} on" if last is None else f"cycles {first}-{last}"


def _anchor(timing: Timing) -> str:
    if timing.anchor_offset is None and _NUMBERED.match(timing.anchor_event or ""):
        return f"from {timing.anchor_event}"
    offset, unit = timing.anchor_offset, _SHORT[timing.anchor_unit or "d"]
    told = "days" if timing.days else "months" if timing.months else "weeks" if timing.weeks else None
    if offset is None and told:
        return f"{told} from {timing.anchor_event}"
    if offset is None or offset == 0:
        return f"at {timing.anchor_event}"
    other = abs(timing.anchor_high) if timing.anchor_high is not None else None
    nearer, further = sorted((abs(offset), other)) if other is not None else (abs(offset), None)
    return f"{_span(nearer, further)} {unit} {'before' if offset < 0 else 'after'} {timing.anchor_event}"


def _windows(word: str, windows: Windows) -> str:
    shown = ", ".join(str(a) if a == b else f"{a} to {b}" if a < 0 else f"{a}-{b}" for a, b in windows)
    single = len(windows) == 1 and windows[0][0] == windows[0][1]
    return f"{word if single else word + 's'} {shown}"


def _span(low: float | None, high: float | None) -> str:
    """A number, or the two ends of a range of numbers."""
    return _number(low) if high is None else f"{_number(low)}-{_number(high)}"


def _number(value: float | None) -> str:
    """A number as short as it can be told exactly: 9, 0.25, 1e7."""
    if value is None:
        return ""
    if value >= 1e5:
        mantissa, _, power = f"{value:.6e}".partition("e")
        return f"{float(mantissa):g}e{int(power)}"
    return f"{value:g}" if value != int(value) else str(int(value))
