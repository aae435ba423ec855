"""From when: ``day 60 post-transplant``, ``12 hours before the onset of blinatumomab infusion``, ``starting at baseline``."""

from __future__ import annotations

import re
from collections.abc import Callable

from harvester.text.expressions.pattern import pattern_of
from harvester.text.expressions.scan import Phrase, Scan
from harvester.text.expressions.spans import Taken
from harvester.text.schedules.timing import Mention, Timing, time_unit
from harvester.text.written.number import NUMBER, NUMBER_WORDS, count_of

DOSE_BEFORE = "the dose before"  # the event that "4 weeks later" counts from
_TIME = r"(?:minutes?|mins?|hours?|hrs?|hr|h|days?|d|weeks?|wks?|wk|w|months?|mo|years?)(?![A-Za-z])"
_WORDS = NUMBER_WORDS
_N = rf"(?:{NUMBER}|{_WORDS})"
_EVENT = (
    r"(?P<event>(?:the |a |an |each |every |their |first |last |start of |onset of |initiation of |"
    r"beginning of |end of |completion of |"
    r"scheduled )*[A-Za-z][\w+/-]*+(?:[ -](?!(?:and|or|at|on|in|by|for|with|to|then|followed|as|"
    r"via|over|is|was|are|were|will|if|until|per|"
    r"daily|once|twice|every|given|administered|through|but|when|before|after|which|that|who|plus|from|"
    r"(?:days?|weeks?)(?= \d))\b)[A-Za-z0-9+/-]++){0,5})"
)
_TRANSPLANT = pattern_of(r"transplant|HSCT|\bHCT\b|\bSCT\b|\bBMT\b|stem cell (?:infusion|reinfusion)|graft infusion", re.I)
_SINCE = r"(?P<rel>before|prior to|preceding|ahead of|pre-|after|following|post-?(?!op)|from|since)"

# 12 hours before X, 1-1.5 hr before X, 2 days after X
_OFFSET = Phrase(
    rf"(?<![A-Za-z0-9.-])(?:(?:at least|approximately|about|between|≥|>|~|within) ?)?(?P<n>{_N})(?: ?(?P<join>-|"
    rf"to|and|±) ?[-+]?(?P<high>{NUMBER}))? ?-?(?P<u>{_TIME})"
    rf"(?: ?\(±[^)]{{1,12}}\))?,? ?{_SINCE} ?{_EVENT}",
    re.I,
)
# day 60 post-transplant, day 120 after transplantation, day -14 prior to transplant
_DAY_SINCE = Phrase(
    rf"(?<![A-Za-z])(?P<u>day|week|month|hour|(?<!itamin )(?-i:D))s? ?(?P<sign>[-+]?) ?(?P<n>\d{{1,3}}),? ?{_SINCE}[ -]?{_EVENT}",
    re.I,
)
# day 30 to day 180 post-HSCT: the days stay days, counted from the event
_DAYS_SINCE = Phrase(
    rf"(?<![A-Za-z])(?:from )?(?P<u>day|week|month|(?-i:D))s? ?(?P<sign>[-+]?) ?(?P<n>\d{{1,3}})"
    rf"(?:, ?[-+]?\d{{1,3}}){{0,4}} ?(?:-|to|through|until|and|,) ?(?:(?:day|week|month|D)s? ?)?[-+]?(?P<last>\d{{1,3}}) ?"
    rf"{_SINCE}[ -]?{_EVENT}",
    re.I,
)
_LISTED_DAYS = pattern_of(r"[a-z ]+[-+]? ?\d{1,3} ?(?:and|,)", re.I)
_START_OF = Phrase(
    r"(?:starting|beginning|start|administered|given|initiated|commencing|self-administered|one administered) (?:at|"
    r"on|from|with|during) (?:the )?"
    r"(?P<event>(?:baseline(?: visit)?|day of (?:surgery|transplant\w*|randomi[sz]ation)|induction of an\w+|"
    r"time of (?:surgery|transplant\w*))(?: visit)?)",
    re.I,
)
_AT_ONCE = Phrase(r"(?:immediately|just|right|shortly) (?P<rel>before|prior to|after|following) ?" + _EVENT, re.I)
_BEFORE_DAY = Phrase(
    rf"(?P<n>{_N}) ?(?P<u>{_TIME}) (?:before|prior to|preceding) (?:the )?(?:start of )?"
    r"(?P<event>day 1 of cycle 1|cycle 1,? ?day 1|C1 ?D1)(?!\d)",
    re.I,
)
# starting on day +5, from day -7, beginning with week 4, from day 8 of cycle 1; "Day -3: commence"
_FROM_DAY = Phrase(
    r"(?<![A-Za-z])(?P<lead>start(?:s|ed|ing)?|begin(?:s|ning)?|began|commenc(?:ed|es|ing)|initiated|from)"
    r"(?: (?:on|at|from|with|in))?(?: the)? (?:(?:study|stimulation|treatment|cycle|dosing|trial|post-?operative|"
    r"post-?transplant) )?(?P<u>day|week|d(?=[-+])) ?(?P<n>[-+]?\d{1,3})(?!\d|\.\d)"
    r"(?!,? ?(?:-|to|through|thru|until|till|and|&|,|or) ?(?:including )?(?:(?P=u)s? ?|d)?[-+]?\d{1,3}"
    r"(?!\d|\.\d| ?(?:[mu]?g|mcg|mL|IU|x|×|months?|years?)(?![a-z])))"
    r"(?P<of> of (?:the )?(?:cycle ?\d{1,2}|first cycle))?",
    re.I,
)
_COMMENCE = Phrase(
    r"(?<![A-Za-z])(?P<u>day) ?(?P<n>[-+]?\d{1,3}) ?: ?(?:commence|start|begin|initiate)(?![a-z])(?P<of>)(?P<lead>)", re.I
)
# from -8d; week 5 onwards; "day 8 to end of treatment", "weeks 3+"
_FROM_SIGNED = Phrase(
    r"(?<![A-Za-z])(?P<lead>start(?:s|ed|ing)?|begin(?:s|ning)?|commenc(?:ed|es|ing)|from)(?: (?:on|at|from))? ?"
    r"(?P<n>[-+]\d{1,3}) ?(?P<u>d)(?:ays?)?(?![A-Za-z])(?P<of>)(?! ?(?:-|~|to|until|till|through) ?[-+]?\d)",
    re.I,
)
_LATER = Phrase(
    rf"(?<![A-Za-z0-9.-])(?:(?:at least|approximately|about) )?(?P<n>{_N})(?: ?(?:-|to|or) ?(?P<high>{_N}))?[ -]?"
    rf"(?P<u>{_TIME}) later(?![a-z])",
    re.I,
)
_ONWARDS = Phrase(
    r"(?<![A-Za-z])(?P<u>day|week|(?<!\d)(?-i:D))(?:(?<=[a-z])s)? ?(?P<n>[-+]?\d{1,3})"
    r"(?:,? (?:onwards?|and (?:onwards?|beyond|thereafter)"
    r"|(?:and )?(?:then )?continu(?:e[ds]?|ing)(?= (?:for|at|as|daily|orally)(?![a-z])))"
    r"|\+(?! ?[-+\dDdWw])|(?= ?(?:-|to|through|thru|until|till) ?(?:the )?"
    r"(?:end|last|final|discharge|(?:study |treatment )?completion|(?:disease )?progression|delivery|hospital)(?![a-z])))"
    r"(?![a-z])(?P<of>)(?P<lead>)",
    re.I,
)
# "day 0, day 14 and day 28 until the end of the study", "on day 1 until progression, every 21 days"
_LAST_OF_LIST = pattern_of(r"(?:day|week|d)s? ?[-+]?\d{1,3}(?:, ?(?:and )?| and | ?& ?)(?:on )?$", re.I)
_NOT_START = pattern_of(
    r"(?:taper\w*|discontinu\w*|stop\w*|wean\w*|reduc\w*|until|till|ended|prior to|before|then|switch\w*|convert\w*|measured) "
    r"(?:\w+ ){0,2}$",
    re.I,
)
_NOT_ANCHOR = pattern_of(
    r"(?:follow(?!ed by)\w*(?:[ -]up)?|observed|monitor\w*|assess\w*|evaluat\w*|measured|fasting|no less than|"
    r"survival|remission|stable|relapse\w*|collected|visits?|examin\w*|no later than|not later than|"
    r"at most|up to|through|until|till|stop(?:ped)?|discontinued?|h[eo]ld|withh[eo]ld|interrupt(?:ed)?) "
    r"(?:(?!start|begin|commenc|initiat)\w+ ){0,4}$",
    re.I,
)
_NOT_EVENT = pattern_of(
    r"^(?:the |a |an |each |their )*(?:meals?|food|breakfast|dinner|lunch|bed|sleep|that|this|"
    r"eating|waking|which|ingestion|dose time|missed|dose at|next|or|and|day|days|week|weeks|hours?|"
    r"then|to|until|through|study|treatment period)\b",
    re.I,
)


PHRASES = (
    _OFFSET, _DAY_SINCE, _DAYS_SINCE, _START_OF, _AT_ONCE, _BEFORE_DAY, _FROM_DAY, _COMMENCE, _FROM_SIGNED, _ONWARDS, _LATER,
)  # fmt: skip


def anchor_mentions(scan: Scan) -> list[Mention]:
    """Every phrase in a scanned text that ties a start to an event; offsets before it are negative, of a range the earlier."""
    text = scan.text
    found: list[Mention] = []
    taken = Taken()
    for phrase, rule, offset_of in _OFFSETS:
        for match in scan.finditer(phrase):
            told = offset_of(match, text)
            start, end, event = match.start(), match.end(), match["event"]
            if told is None or taken.meets(start, end) or _NOT_EVENT.match(event):
                continue
            if _NOT_ANCHOR.search(text[max(0, start - 40) : start]):
                continue
            taken.take(start, end)
            offset, high, unit = told
            name = _event_name(event, text[end : end + 2])
            timing = Timing(anchor_event=name, anchor_offset=offset, anchor_unit=unit, anchor_high=high)
            found.append(Mention("anchor", start, end, timing, rule))
    found += _from_days(scan, taken)
    return sorted(found, key=lambda mention: mention.start)


_Offset = tuple[float, float | None, str | None]  # how long after the event, at the latest, and in which unit


def _before_day(match: re.Match[str], text: str) -> _Offset | None:
    return -count_of(match["n"]), None, time_unit(match["u"])


# "on days 1-4 after the first four cycles": of which cycles the days are
_A_CYCLE = pattern_of(r"(?:the )?(?:first )?(?:\d+ |[a-z]+ )?(?:cycles |cycle \d|cycles$)", re.I)


def _days_since(match: re.Match[str], text: str) -> _Offset | None:
    listed = _LISTED_DAYS.match(match.group()) is not None
    many = match["u"].lower() not in ("day", "d") and "," in match.group()
    if many or (listed and match["rel"].lower() in ("from", "since")) or _A_CYCLE.match(match["event"]):
        return None  # "on days 1 and 2 from cycle 13 on", "days 1-21 after cycle 1"
    offset = -float(match["n"]) if match["sign"] == "-" else float(match["n"])
    between = listed and text[: match.start()].endswith("between ") and float(match["last"]) > offset
    last = float(match["last"]) if between else None  # "between day 42 and 84 after transplant"
    return offset, last, time_unit(match["u"])


def _day_since(match: re.Match[str], text: str) -> _Offset | None:
    offset, relation = float(match["n"]), match["rel"].lower()
    if (
        relation in ("from", "since")
        or offset == 0
        or _A_CYCLE.match(match["event"])
        or (match["sign"] == "-" and relation in ("after", "following"))
    ):
        return None  # "on day -1 after fludarabine": the day counts from another event
    return -offset if match["sign"] == "-" or _is_before(relation) else offset, None, time_unit(match["u"])


def _time_since(match: re.Match[str], text: str) -> _Offset | None:
    if match["rel"].lower() in ("from", "since"):
        return None
    if match["join"] == "and" and "between" not in match.group().lower():
        return None  # "3, 6 and 9 hours after": several times, no range
    low, high = count_of(match["n"]), count_of(match["high"] or match["n"])
    ends = sorted((-low, -high) if _is_before(match["rel"]) else (low, high))
    return ends[0], ends[1] if low < high else None, time_unit(match["u"])  # of "2 ± 1 weeks" the second is a tolerance


def _at(match: re.Match[str], text: str) -> _Offset | None:
    return 0.0, None, "d"


_OFFSETS: tuple[tuple[Phrase, str, Callable[[re.Match[str], str], _Offset | None]], ...] = (
    (_BEFORE_DAY, "anchor.before_day", _before_day),
    (_DAYS_SINCE, "anchor.days_since", _days_since),
    (_DAY_SINCE, "anchor.day_since", _day_since),
    (_OFFSET, "anchor.offset", _time_since),
    (_START_OF, "anchor.at", _at),
    (_AT_ONCE, "anchor.at_once", _at),
)
"""Phrases with their rules and what they tell, None where they tie nothing; words are the first's that takes them."""


def _from_days(scan: Scan, taken: Taken) -> list[Mention]:
    """Every phrase that names the day or week something begins on, as an event of its own."""
    text = scan.text
    found: list[Mention] = []
    for match in (match for phrase in (_FROM_DAY, _COMMENCE, _FROM_SIGNED, _ONWARDS) for match in scan.finditer(phrase)):
        before = text[max(0, match.start() - 40) : match.start()]
        before = before if match["lead"] else before.removesuffix("then ")
        once = before.endswith("on ") and text.startswith((" until", " till"), match.end())
        listed = once or (not match["lead"] and _LAST_OF_LIST.search(before))
        if listed or taken.meets(match.start(), match.end()) or _NOT_ANCHOR.search(before) or _NOT_START.search(before[-30:]):
            continue
        taken.take(match.start(), match.end())
        unit = "day" if match["u"].lower() == "d" else match["u"].lower()
        event = f"{unit} {int(match['n'])}{(match['of'] or '').lower()}"
        found.append(Mention("anchor", match.start(), match.end(), Timing(anchor_event=event), "anchor.from_day"))
        ends = _TO.match(text, match.end())
        if ends:
            found.append(Mention("until", *ends.span(), Timing(until=ends["until"].lower()), "until.from_to"))
    return found


# "from day 8 to week 12", "from day 14 to 6 months": where what begins on a day ends, in another unit.
_TO = pattern_of(
    r" ?(?:-|to|through|thru) ?(?:the )?(?P<until>(?:end of )?(?:day|week|month|year) ?\d{1,3}(?!\d)|"
    r"\d{1,2} (?:weeks|months|years)|(?:end of (?:the )?(?:study|treatment|trial|therapy|cycle)|discharge)(?![a-z]))",
    re.I,
)


def later_mentions(scan: Scan) -> list[Mention]:
    """Every phrase that counts a dose from the one told before it: "then 5 x 10^6 cells/kg 4-6 weeks later"."""
    found: list[Mention] = []
    for match in scan.finditer(_LATER):
        if _NOT_LATER.search(scan.text, max(0, match.start() - 30), match.start()):
            continue
        low, high = count_of(match["n"]), count_of(match["high"] or match["n"])
        timing = Timing(
            anchor_event=DOSE_BEFORE,
            anchor_offset=low,
            anchor_unit=time_unit(match["u"]),
            anchor_high=high if high > low else None,
        )
        found.append(Mention("anchor", match.start(), match.end(), timing, "anchor.later"))
    return found


_NOT_LATER = pattern_of(r"(?:no|not|visit\w*|assess\w*|evaluat\w*|follow(?!ed)\w*|measure\w*) (?:\w+ ){0,2}$", re.I)


_OPERATION = pattern_of(r"op(?:eratively)?$", re.I)  # "day 1 post-operatively"
_AN_AMOUNT = pattern_of(r" \d+(?: ?(?:mg|g|mcg|ug|mL|IU|units)(?![a-z]).*)", re.I)


def _is_before(relation: str) -> bool:
    return relation.lower().startswith(("before", "prior", "preced", "ahead", "pre"))


def _event_name(written: str, behind: str = "") -> str:
    """The event's short name: ``transplant`` for every spelling of it, else the words without their article.

    ``behind`` are the next two signs: an amount that goes on there is no part of a name, "after methotrexate 3.5 g/m2".
    """
    if behind[:1] == "." and behind[1:].isdecimal():
        written = written.rstrip("0123456789")
    if _TRANSPLANT.search(written):
        return "transplant"
    if _OPERATION.match(written):
        return "surgery"
    written = _AN_AMOUNT.split(written)[0]  # "amoxicillin 1 g bid" is amoxicillin
    return re.sub(r"^(?:the|a|an|each|their)\s+", "", written.strip(" ,.-"), flags=re.I)[:60]
