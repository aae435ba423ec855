"""Every phrase about how and when, with overlaps settled: an anchor's day is no window, a cycle's length no frequency."""

from __future__ import annotations

import re
from dataclasses import replace

from harvester.text.anchor import anchor_mentions
from harvester.text.cycle import cycle_count_mentions, cycle_length_mentions, cycles_mentions
from harvester.text.days import day_mentions, week_mentions
from harvester.text.duration import continuous_mentions, duration_mentions, infusion_mentions, until_mentions
from harvester.text.frequency import frequency_mentions
from harvester.text.route import route_mentions
from harvester.text.timing import Mention, Timing

_SIGNED_DAY = re.compile(r"day ?[-+]", re.I)
_GOVERNED = re.compile(r"(?<![A-Za-z])(?:for|every|over|each) $", re.I)
_ON_OFF = re.compile(
    r"(?<![A-Za-z0-9])(?:(?P<on>\d{1,2}) ?(?P<u>w|weeks?|wks?|d|days?) ?(?:on|of treatment)?,? ?(?:/|"
    r",|and|then|followed by)? ?(?P<off>\d{1,2})[ -]?(?:w|weeks?|wks?|d|days?)? ?(?:off|rest))(?![a-z])",
    re.I,
)
_WEEKS_OF = re.compile(r"(?<![A-Za-z0-9])(?P<on>\d)W ?/ ?(?P<of>\d)W(?![A-Za-z])")


def find_mentions(text: str) -> tuple[Mention, ...]:
    """Every mention in regular ``text``, by place.

    The kind ``interval`` is a frequency of a week or more (``every 3 weeks``): beside days it tells the length of the cycle.
    """
    lengths = cycle_length_mentions(text)
    anchors = [m for m in anchor_mentions(text) if not _GOVERNED.search(text[max(0, m.start - 7) : m.start])]
    anchors = _clear(anchors, lengths)
    plain_anchors = [m for m in anchors if m.rule != "anchor.days_since" and not _SIGNED_DAY.match(text, m.start)]
    cycles = _clear(cycles_mentions(text), [])
    days = _clear(day_mentions(text), plain_anchors)
    weeks = _clear(week_mentions(text), [*lengths, *plain_anchors])
    blocks = weeks_on_off(text)
    ends = until_mentions(text)
    durations = _clear(duration_mentions(text), [*lengths, *anchors, *blocks, *ends])
    frequencies = [_as_interval(m) for m in _clear(frequency_mentions(text), lengths)]
    counts = _clear(cycle_count_mentions(text), [])
    found = [
        *lengths, *anchors, *cycles, *days, *weeks, *blocks, *durations, *frequencies, *counts,
        *route_mentions(text), *infusion_mentions(text), *continuous_mentions(text), *ends,
    ]  # fmt: skip
    return tuple(sorted(found, key=lambda m: (m.start, m.end, m.kind)))


def _clear(mentions: list[Mention], taken: list[Mention]) -> list[Mention]:
    """``mentions`` that share no character with any of ``taken``."""
    return [m for m in mentions if not any(m.overlaps(other.start, other.end) for other in taken)]


def _as_interval(mention: Mention) -> Mention:
    """A frequency of once in a week or longer becomes an interval."""
    timing = mention.timing
    length = {"d": 1, "wk": 7, "mo": 30, "a": 365}.get(timing.frequency_unit or "", 0) * (timing.frequency_period or 0)
    said_every = mention.rule in ("frequency.every", "frequency.q", "frequency.hourly") and (timing.frequency_count or 0) == 1
    return replace(mention, kind="interval") if said_every and length >= 7 else mention


def weeks_on_off(text: str) -> list[Mention]:
    """Two weeks of three (``2W/3W``), as a cycle with its days."""
    found = []
    for match in _WEEKS_OF.finditer(text):
        on, of = int(match["on"]), int(match["of"])
        if on < of:
            timing = Timing(cycle_length_value=float(of), cycle_length_unit="wk", days=((1, on * 7),))
            found.append(Mention("cycle_length", match.start(), match.end(), timing, "cycle.weeks_of"))
    return found
