"""From a draft to the finished dose: raw offsets, one timing of all phrases, flags, confidence."""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping
from dataclasses import replace

from harvester.text.doses.dose_amount import AmountRead
from harvester.text.doses.dose_draft import Draft
from harvester.text.doses.dose_equivalent import OF_ONE
from harvester.text.doses.dose_reading import DoseRead, UnreadRead
from harvester.text.expressions.rule import dose_confidence_of
from harvester.text.schedules.cycle import OF_DAYS
from harvester.text.schedules.timing import DAYS_PER, PARTS, Mention, Timing, Windows, all_told
from harvester.text.written.flow import FlowText


def finished(normal: FlowText, draft: Draft) -> DoseRead:
    """The finished dose of a draft, in raw offsets."""
    amount = draft.amount
    span = normal.raw_span(amount.start, amount.end)
    timing, flags = _timing(_after_cycle(draft.parts) if amount.kind == "cells" else draft.parts)
    timing, per_time, divided = _divided(draft.parts.get("division"), timing, amount.per_time)
    if per_time == "mo":  # an amount per month is given monthly
        per_time, timing = None, timing.merged(Timing(frequency_count=1, frequency_period=1, frequency_unit="mo"))
    flags = [*amount.flags, *normal.flags(amount.start, amount.end), *draft.flags, *flags, *divided]
    if draft.agent is None:
        flags.append("agent_not_named")
    elif draft.agent.how in ("own", "carried", "later"):
        flags.append(f"agent_{draft.agent.how}")
    return DoseRead(
        start=span.start, end=span.end, quote=span.quote(normal.raw), agent=_agent_text(draft),
        listed_agent=draft.agent.listed if draft.agent else None,
        amount_low=amount.low, amount_high=amount.high, unit=amount.unit, unit_text=amount.unit_text, per_time=per_time,
        cell_type=amount.cell_type, role=draft.role, level_label=draft.level_label, alternative=draft.alternative,
        condition=draft.condition, **timing.parts(), flags=tuple(dict.fromkeys(flags)), rule=amount.rule,
        confidence=dose_confidence_of(amount.rule), later=_later(draft, timing),
    )  # fmt: skip


def _divided(division: Mention | None, timing: Timing, per_time: str | None) -> tuple[Timing, str | None, list[str]]:
    """Timing, the time of the amount and flags with how a day's amount is divided: "5 mg/kg/day in 2 divided doses".

    "1800 mg daily in 3 divided doses" is an amount a day too; of what is not given by the day the division tells nothing sure.
    """
    daily = (timing.frequency_count, timing.frequency_period, timing.frequency_unit) == (1, 1, "d")
    if division is None or not (per_time == "d" or (per_time is None and (daily or division.rule == OF_ONE))):
        return timing, per_time, []
    if daily or timing.frequency_count is None:
        told = division.timing
        timing = replace(timing, **{name: getattr(told, name) for name in _FREQUENCY})
    return timing, "d", [*division.flags, "divided"]


_FREQUENCY = tuple(name for name in PARTS if name.startswith("frequency_"))


def _agent_text(draft: Draft) -> str | None:
    """The agent as written, folded to one line."""
    return " ".join(draft.agent.name.lower().split()) if draft.agent else None


_DAILY = {"frequency", "cycle_length"}
_LENGTH = ("cycle_length_value", "cycle_length_unit", "cycle_length_high")


def _later(draft: Draft, first: Timing) -> tuple[Timing, ...]:
    """The phases that follow ``first``: each goes on with the cycles where the one before ends, of the same length."""
    found: list[Timing] = []
    before = first
    for phase in draft.later:
        timing, _ = _timing(phase)
        later = "cycles" not in phase or phase["cycles"].rule == "cycle.later"
        if later and before.cycle_to is not None:
            timing = replace(timing, cycle_from=before.cycle_to + 1)
        if timing.cycle_length_value is None and (timing.days or timing.cycle_from is not None):
            timing = replace(timing, **{name: getattr(first, name) for name in _LENGTH})
        found.append(timing)
        before = timing
    return tuple(found)


def _timing(told: Mapping[str, Mention]) -> tuple[Timing, list[str]]:
    """The timing that the phrases ``told`` make together; an interval beside days is the length of the cycle."""
    parts = {kind: mention for kind, mention in told.items() if kind != "division"}
    interval = parts.pop("interval", None)
    often = parts.get("frequency")
    if often and often.rule == "frequency.time_of_day" and (interval or {"days", "weeks", "cycle_length"} & parts.keys()):
        del parts["frequency"]  # "on day 1 in the morning"
    if {"days", "weeks", "frequency", "cycle_length"} & parts.keys() == _DAILY and parts["cycle_length"].rule == OF_DAYS:
        del parts["cycle_length"]
    parts = _within_block(parts)
    timing = all_told(mention.timing for mention in parts.values())
    flags = [flag for mention in parts.values() for flag in mention.flags]
    if interval is not None:
        flags += interval.flags
        timing = _with_interval(timing, interval.timing)
    if _is_beyond_cycle(timing):
        length, count = parts.get("cycle_length"), parts.get("cycle_count")
        if length and count and abs(length.start - count.start) < 40:  # "repeated every 21 days for 4 cycles"
            return _timing({kind: mention for kind, mention in told.items() if mention not in (length, count)})
        timing = replace(timing, **dict.fromkeys(_LENGTH))
    return timing, flags


def _after_cycle(parts: dict[str, Mention]) -> dict[str, Mention]:
    """``parts`` where cells given after a cycle, and not how often, are given once then: "1 x 10^6/kg after cycle 1"."""
    cycles = parts.get("cycles")
    if (
        cycles is None
        or cycles.rule != "cycle.after"
        or {"frequency", "days", "anchor", "cycle_length", "duration"} & parts.keys()
    ):
        return parts
    event = f"end of cycle {(cycles.timing.cycle_from or 2) - 1}"
    told = replace(cycles, kind="anchor", timing=Timing(anchor_event=event, anchor_offset=0.0, anchor_unit="d"))
    return {**{kind: mention for kind, mention in parts.items() if kind != "cycles"}, "anchor": told}


def _within_block(parts: dict[str, Mention]) -> dict[str, Mention]:
    """``parts`` where a dose that has its own time within "4 weeks on, 2 weeks off" has not all the days of treatment."""
    block = parts.get("cycle_length")
    if block is None or not block.timing.days:
        return parts
    start = re.fullmatch(r"day (\d+)", parts["anchor"].timing.anchor_event or "") if "anchor" in parts else None
    last = block.timing.days[-1][1]
    if start and 1 < int(start[1]) <= last:
        days: Windows | None = ((int(start[1]), last),)
    elif "weeks" in parts or ("duration" in parts and not _lasts_longer(parts["duration"].timing, block.timing)):
        days = None
    else:
        return parts
    return {**parts, "cycle_length": replace(block, timing=replace(block.timing, days=days))}


def _lasts_longer(lasting: Timing, cycle: Timing) -> bool:
    """Whether a treatment lasts more than one cycle: "10 days on, 10 days off for 12 months"."""
    days = (lasting.duration_value or 0.0) * DAYS_PER[lasting.duration_unit or "d"]
    return days > (cycle.cycle_length_value or 0.0) * DAYS_PER[cycle.cycle_length_unit or "d"]


def _is_beyond_cycle(timing: Timing) -> bool:
    """Whether a day told lies behind the end of the cycle told: not one plan, "days 1 and 29, every 4 weeks"."""
    if not timing.days or timing.cycle_length_value is None:
        return False
    length = (timing.cycle_length_high or timing.cycle_length_value) * DAYS_PER[timing.cycle_length_unit or "d"]
    return length >= 7 and max(last for _, last in timing.days) > length + 1


def _with_interval(timing: Timing, interval: Timing) -> Timing:
    """``timing`` with "every 3 weeks": a cycle's length beside days or a shorter frequency, else how often."""
    length = Timing(
        cycle_length_value=interval.frequency_period,
        cycle_length_unit=interval.frequency_unit,
        cycle_length_high=interval.frequency_period_high,
    )
    if timing.days:
        several = len(timing.days) > 1 or timing.days[0][0] != timing.days[0][1]
        daily = _days_between(timing) == 1 < _days_between(interval)  # "days 1 and 15 (every 2 weeks) as a single daily dose"
        if (timing.frequency_count is None or daily) and _are_apart(timing.days, _days_between(interval)):
            return interval.merged(timing)  # "every 2 weeks (days 1 and 15)"
        alone = timing.frequency_count is None and not several
        return timing.merged(length).merged(interval) if alone else timing.merged(length)
    if timing.frequency_count is None:
        lasting = (timing.duration_value or 0.0) * DAYS_PER[timing.duration_unit or "d"]
        days_running = timing.duration_unit == "d" and 2 <= lasting < _days_between(interval)
        return timing.merged(length) if days_running else timing.merged(interval)
    return timing if _days_between(timing) >= 0.8 * _days_between(interval) else timing.merged(length)


def _are_apart(days: Windows, between: float) -> bool:
    """Whether several single days follow one another at a distance."""
    single = len(days) > 1 and all(first == last for first, last in days)
    return single and all(b[0] - a[0] == between for a, b in itertools.pairwise(days))


def _days_between(timing: Timing) -> float:
    """Days from one administration to the next."""
    period = (timing.frequency_period or 0.0) * DAYS_PER[timing.frequency_unit or "d"]
    return period / (timing.frequency_count or 1.0)


def unread_words(normal: FlowText, amount: AmountRead, reason: str) -> UnreadRead:
    """The words of ``amount`` in raw offsets, told as no dose with ``reason``."""
    span = normal.raw_span(amount.start, amount.end)
    return UnreadRead(span.start, span.end, span.quote(normal.raw), reason)
