"""Every phrase about how and when, with overlaps settled: an anchor's day is no window, a cycle's length no frequency."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache

from harvester.text.expressions.pattern import pattern_of
from harvester.text.expressions.scan import Phrase, Scan, Scanner
from harvester.text.expressions.spans import Spans
from harvester.text.schedules import anchor, cycle, days, duration, frequency
from harvester.text.schedules.route import route_mentions
from harvester.text.schedules.timing import DAYS_PER, Mention, Timing, time_unit

_A_CYCLE = pattern_of(r"(?:start of |beginning of )?(?:day 1 of )?(?:cycle|C) ?1(?!\d)", re.I)
_TO_CYCLE = pattern_of(r"(?:the )?(?:completion|end) of (?:the )?(?:cycle|course)", re.I)
_SIGNED_DAY = pattern_of(r"day ?[-+]", re.I)
_GOVERNED = pattern_of(  # "for 3 days before surgery and 5 days after it"
    r"(?<![A-Za-z])(?:for|every|over|each|times|x|×) ?(?:\d+ (?:hours|days|weeks) (?:before|after) [a-z -]{3,30} and )?$",
    re.I,
)
_NOT_OF_LIST = (
    r"(?<![A-Za-z0-9.-])(?<!and )(?:(?<!, )|(?<=ly, ))(?<!to )(?<!through )(?<!day )(?<!days )(?<!week )(?<!weeks )"
    r"(?<!dose )(?<!part )(?<!step )(?<!stage )"
)
_OUT_OF = tuple(
    Phrase(body, re.I)
    for body in (
        r"(?<![A-Za-z0-9])(?P<on>\d)(?P<u>W) ?/ ?(?P<of>\d)W(?![A-Za-z])",
        # for 21 of 28 days, 3 of every 4 weeks, 4 weeks out of each 6 weeks
        rf"{_NOT_OF_LIST}(?:for |on )?(?P<on>{cycle.COUNT})(?: consecutive)?(?: (?:weeks?|days?),?)? (?:out )?of "
        rf"(?:every |each |an? )?(?P<of>{cycle.COUNT})[ -](?P<u>weeks?|days?)(?![a-z]|[ -](?:treatment )?(?:cycle|course|block)"
        r"| (?:later|after|before|prior|apart))",
        # 3 weeks out of 4
        rf"{_NOT_OF_LIST}(?:for |on )?(?P<on>{cycle.COUNT}) (?P<u>weeks|days) (?:out of|of every|of) "
        rf"(?P<of>{cycle.COUNT})(?![\w-]| [a-z])",
        # days 1-21/28, on a 21/28 day schedule
        r"(?<![A-Za-z])(?:days? ?|D)1 ?(?:-|to) ?(?P<on>\d{1,2}) ?/ ?(?P<of>21|28|35|42)(?P<u>)(?: days?)?(?![\d/,-])",
        r"(?<![A-Za-z])(?:days? ?|D)1 ?(?:-|to) ?(?P<on>\d{1,2}) of (?P<of>21|28|35|42)(?P<u>)(?![\d/,-]| [a-z])",
        r"(?<![\d/.-])(?P<on>7|14|21) ?/ ?(?P<of>21|28|35|42)[ -](?P<u>days?)(?![a-z])",
    )
)
_ON_OFF = Phrase(
    rf"(?<![A-Za-z0-9])(?P<on>{cycle.COUNT})[ -]?(?P<u>weeks?|wks?|days?)[ -]on(?: treatment| therapy| drug)?,? ?(?:/|and|then|"
    rf"followed by|,)? ?(?P<off>{cycle.COUNT})[ -]?(?P<v>weeks?|wks?|days?)[ -]off(?![a-z])",
    re.I,
)


# 5 days on, 2 days off, 2 days on; 5-2-2
_ON_OFF_ON = Phrase(
    rf"(?<![A-Za-z0-9])(?P<on>{cycle.COUNT})[ -]?days? on,? ?(?:/|and|then|followed by|,)? ?"
    rf"(?P<off>{cycle.COUNT})[ -]?days? off,? ?"
    rf"(?:/|and|then|followed by|,)? ?(?P<again>{cycle.COUNT})[ -]?days? on(?![a-z])"
    r"|(?<![\d.-])(?P<five>5)-2-2(?![\d-])",
    re.I,
)
_OFF = (
    r"(?:[- ](?:of )?(?:off|rest|break|no treatment|without treatment|treatment[- ]free|off[- ]treatment|interruption)(?![a-z]))"
)
_FOR_THEN_OFF = Phrase(
    rf"(?<![A-Za-z0-9])(?:for )?(?P<on>{cycle.COUNT})[ -]?(?:consecutive )?(?P<u>weeks?|wks?|days?)"
    rf"(?:(?: of)? (?:treatment|therapy|dosing))?(?:,? ?(?:followed by|then|and|with)|,)"
    rf"(?:(?: an?| a further)? (?P<off>{cycle.COUNT})| an?)[ -]?(?P<v>weeks?|wks?|days?)"
    rf"(?:{_OFF}|(?= without (?!food|meals?|symptoms|fever)[a-z]))",
    re.I,
)
_DAYS_THEN_OFF = Phrase(
    rf"(?<![A-Za-z])(?:days?|D) ?1(?P<list>(?:[ ,&-]|\d|and|to|through){{0,50}}?)(?<!\d)(?P<on>\d{{1,2}})\)?,? ?"
    rf"(?P<all>(?:followed by|then|and|with)(?: an?| a further)? (?P<off>{cycle.COUNT})[ -]?(?P<v>weeks?|wks?|days?){_OFF})",
    re.I,
)


# "until oral therapy is possible"
_GIVEN_LATER = pattern_of(r" (?:therapy|treatment|medications?|antibiotics?|intake|diet|feeding|fluids)(?![a-z])", re.I)
_LONGEST = 56  # days of treatment before a rest in one cycle
_TWICE_WEEKLY = pattern_of(r"(?:twice|two times|2 times)[ -](?:a |per )?week", re.I)
_LENGTH_TOLD = pattern_of(r"(?<![a-z])(?:every|each|q|per|in) ?$", re.I)


PHRASES = (
    *anchor.PHRASES, *cycle.PHRASES, *days.PHRASES, *duration.PHRASES, *frequency.PHRASES,
    *_OUT_OF, _ON_OFF, _FOR_THEN_OFF, _DAYS_THEN_OFF, _ON_OFF_ON,
)  # fmt: skip


@cache
def _scanner() -> Scanner:
    """All phrases behind one pass; made when first a text is read."""
    return Scanner(PHRASES)


def find_mentions(text: str) -> tuple[Mention, ...]:
    """Every mention in regular ``text``, by place.

    The kind ``interval`` is a frequency of a week or more (``every 3 weeks``): beside days it tells the length of the cycle.
    """
    scan = _scanner().scan(text)
    lengths = cycle.cycle_length_mentions(scan)
    anchors = [m for m in anchor.anchor_mentions(scan) if not _GOVERNED.search(text[max(0, m.start - 60) : m.start])]
    anchors = _clear(anchors, lengths)
    starts = [m for m in anchors if m.rule == "anchor.from_day"]
    plain_anchors = [m for m in anchors if m.rule != "anchor.days_since" and not _SIGNED_DAY.match(text, m.start)] + starts
    ends = duration.until_mentions(scan)
    told = [m for m in anchors if _is_before_cycle(m)]  # "7 days prior to cycle 1 day 1"
    cycles = _clear(cycle.cycles_mentions(scan), [*starts, *told, *(m for m in ends if _TO_CYCLE.match(m.timing.until or ""))])
    windows = _clear(_signed(text, days.day_mentions(scan)), [*plain_anchors, *(m for m in cycles if m.rule == "cycle.from")])
    blocks = weeks_on_off(scan)
    windows = _clear(windows, [m for m in blocks if m.rule == "cycle.out_of"])  # "days 1-21/28"
    anchors = [_of_list(m, windows) for m in anchors]
    weeks = _clear(days.week_mentions(scan), [*lengths, *plain_anchors])
    months = _clear(days.month_mentions(scan), [*lengths, *plain_anchors])
    inside = Spans((m.start, m.end) for m in ends if m.rule == "until.phrase")
    routes = [m for m in route_mentions(text) if not (_GIVEN_LATER.match(text, m.end) and inside.around(m.end))]
    ranges = Spans((m.start, m.end) for m in cycles)
    ends = _clear(ends, windows)  # "day -6 and continue through day 0" is a window
    ends = [m for m in ends if not ranges.around(m.start)]  # "from cycle 3 until cycle 10" are cycles
    first = [m for m in windows if m.rule == "days.first"]
    durations = _clear(duration.duration_mentions(scan), [*lengths, *anchors, *blocks, *ends, *first, *months])
    frequencies = [_as_interval(m) for m in _clear(frequency.frequency_mentions(scan), lengths)]
    found = [
        *lengths, *anchors, *cycles, *windows, *weeks, *months, *blocks, *durations, *frequencies,
        *days.counted_mentions(scan), *_clear(cycle.cycle_count_mentions(scan), windows), *routes,
        *duration.infusion_mentions(scan), *duration.continuous_mentions(scan), *ends, *anchor.later_mentions(scan),
    ]  # fmt: skip
    return tuple(sorted(found, key=lambda m: (m.start, m.end, m.kind)))


# "On Day-1 …, then on Day-16": perhaps no sign, where days rise or are a cycle's, and nothing is counted down to.
_HYPHENED = pattern_of(r"days?-\d", re.I)
_COUNTED_TO = pattern_of(
    r"(?<![a-z])(?:day ?\+|(?:day|D) ?0(?!\d)|\w*transplant|\w*grafts?|\w*hsct|[as]?sct|bmt|stem cell|lymphodeplet|conditioning"
    r"|apheresis|re-?infus|CAR|DLI|before|prior|surgery)",
    re.I,
)
_CYCLE_BEHIND = pattern_of(r" (?:of|in) (?:each|every|an?|the) (?:[\w-]+ )?(?:cycle|course)", re.I)


def _signed(text: str, windows: list[Mention]) -> list[Mention]:
    """``windows`` without those whose hyphen may be no minus."""
    hyphened = [m for m in windows if _HYPHENED.match(text, m.start)]
    told = [first for m in hyphened for first, _ in m.timing.days or ()]
    rising = told[:1] == [-1] and told[-1] < -1 and told == sorted(told, reverse=True)
    counted_down = any(first < last < 0 for m in hyphened for first, last in m.timing.days or ())  # "Day-5 to Day-2"
    if not hyphened or counted_down or not (rising or _CYCLE_BEHIND.match(text, hyphened[0].end)) or _COUNTED_TO.search(text):
        return windows
    return [m for m in windows if m not in hyphened]


def _is_before_cycle(anchor: Mention) -> bool:
    """Whether something is given days before a cycle, and so in none: "2 weeks before cycle 1"."""
    offset, unit = anchor.timing.anchor_offset or 0, anchor.timing.anchor_unit
    return offset < 0 and unit not in ("h", "min") and _A_CYCLE.match(anchor.timing.anchor_event or "") is not None


def _of_list(mention: Mention, windows: list[Mention]) -> Mention:
    """An anchor that the last of several days tells is that of all of them: "day -1, day +13 and day +41 after transplant"."""
    listed = mention.rule in ("anchor.day_since", "anchor.days_since") and any(
        len(m.timing.days or ()) > 1 and m.overlaps(mention.start, mention.end) for m in windows
    )
    return replace(mention, timing=replace(mention.timing, anchor_offset=None, anchor_unit=None)) if listed else mention


def _clear(mentions: list[Mention], taken: list[Mention]) -> list[Mention]:
    """``mentions`` that share no character with any of ``taken``."""
    if not mentions or not taken:
        return mentions
    spans = Spans((other.start, other.end) for other in taken)
    return [m for m in mentions if not spans.meets(m.start, m.end)]


def _as_interval(mention: Mention) -> Mention:
    """A frequency of once in a week or longer becomes an interval, one that tells the parts of a day's amount a division."""
    if mention.rule == "frequency.divided":
        return replace(mention, kind="division")
    timing = mention.timing
    length = {"d": 1, "wk": 7, "mo": 30, "a": 365}.get(timing.frequency_unit or "", 0) * (timing.frequency_period or 0)
    said_every = mention.rule in ("frequency.every", "frequency.q", "frequency.hourly") and (timing.frequency_count or 0) == 1
    weeks_apart = timing.frequency_count == 1 and timing.frequency_unit == "wk" and (timing.frequency_period or 0) > 1
    return replace(mention, kind="interval") if (said_every and length >= 7) or weeks_apart else mention


def weeks_on_off(scan: Scan) -> list[Mention]:
    """Two weeks of three (``2W/3W``), four weeks on and two off, as a cycle with its days."""
    found = on_off_on(scan)
    twice = list(found)
    for match in (match for phrase in _OUT_OF for match in scan.finditer(phrase)):
        on, of, unit = cycle.count(match["on"]), cycle.count(match["of"]), time_unit(match["u"] or "d")
        if 0 < on <= of:
            timing = Timing(cycle_length_value=float(of), cycle_length_unit=unit, days=((1, on * int(DAYS_PER[unit])),))
            found.append(Mention("cycle_length", match.start(), match.end(), timing, "cycle.out_of"))
    for match in scan.finditer(_DAYS_THEN_OFF):
        last, rest = float(match["on"]), cycle.count(match["off"]) * DAYS_PER[time_unit(match["v"])]
        if rest % 7 == 0 and re.search(r",|and", match["list"]):
            last = -(-last // 7) * 7  # "days 1, 8 and 15 followed by a week of rest": the rest comes after the week of day 15
        timing = Timing(cycle_length_value=last + rest, cycle_length_unit="d")
        found.append(Mention("cycle_length", match.start("all"), match.end(), timing, "cycle.days_off"))
    for phrase, match in ((each, match) for each in (_ON_OFF, _FOR_THEN_OFF) for match in scan.finditer(each)):
        off = cycle.count(match["off"] or "1")  # "a week of rest"
        if not cycle.count(match["on"]) or not off:
            continue  # "0 days on" is no plan
        told = any(each.overlaps(match.start(), match.end()) for each in twice)
        if told or _LENGTH_TOLD.search(scan.text, max(0, match.start() - 8), match.start()):
            continue  # "every 28 days, with a 21 day rest": the rest is in the 28 days
        lasting = cycle.count(match["on"]) * DAYS_PER[time_unit(match["u"])]
        if lasting > _LONGEST and phrase is _FOR_THEN_OFF:
            continue  # "for 12 weeks followed by 4 weeks without treatment": no cycle
        whole = lasting + off * DAYS_PER[time_unit(match["v"])]
        if time_unit(match["u"]) == "wk" and _TWICE_WEEKLY.search(scan.text, max(0, match.start() - 24), match.start()):
            whole -= whole % 7  # the rest of 10 days begins after the last dose of the 2 weeks, on day 11
        in_weeks = whole % 7 == 0 and time_unit(match["u"]) == "wk"
        timing = Timing(
            cycle_length_value=whole / 7 if in_weeks else whole,
            cycle_length_unit="wk" if in_weeks else "d",
            days=((1, int(lasting)),),
        )
        found.append(Mention("cycle_length", match.start(), match.end(), timing, "cycle.on_off"))
    return found


def on_off_on(scan: Scan) -> list[Mention]:
    """Days of treatment with a rest between them: ``5 days on, 2 days off, 2 days on`` are days 1-5 and 8-9."""
    found = []
    for match in scan.finditer(_ON_OFF_ON):
        numbers = (5, 2, 2) if match["five"] else tuple(cycle.count(match[name]) for name in ("on", "off", "again"))
        on, off, again = numbers
        if all(numbers):
            timing = Timing(days=((1, on), (on + off + 1, on + off + again)))
            found.append(Mention("days", match.start(), match.end(), timing, "days.on_off_on"))
    return found
