"""Cycles: which ones, how long, how many. "Course" and "block" are cycles too."""

from __future__ import annotations

import re

from harvester.text.expressions.pattern import pattern_of
from harvester.text.expressions.scan import Phrase, Scan
from harvester.text.expressions.spans import Taken
from harvester.text.schedules.timing import DAYS_PER, Mention, Timing, time_unit
from harvester.text.written.number import NUMBER, NUMBER_WORDS, WORD_VALUES

_CYCLE = (
    r"(?:treatment |chemotherapy |therapy |induction |consolidation |maintenance |dosing |study )?(?:cycles?|"
    r"courses?|blocks?)"
)
_WORDS = NUMBER_WORDS
COUNT = rf"(?:\d{{1,2}}|{_WORDS})"
_ROMAN = {"I": 1, "II": 2, "III": 3, "IV": 4, "V": 5, "VI": 6, "VII": 7, "VIII": 8}
_TIME = r"(?:minutes?|hours?|hrs?|h|days?|d|weeks?|wks?|wk|w|months?|mo|years?)(?![A-Za-z])"
_B = r"(?<![A-Za-z0-9.])"
_SHORTEST, _LONGEST = 13, 56  # days of a cycle, where a time in brackets could be one cycle's or that of all

_LENGTHS = tuple(
    Phrase(_B + body, re.I)
    for body in (
        # 21-day cycle, 3-week cycles, each 21-28 day cycle, 21- to 28-day cycle
        rf"(?P<n>{NUMBER}|{_WORDS})(?:(?:-day|-week|-)? ?(?:-|to|or) ?(?P<high>\d+))?[ -]*(?P<u>{_TIME})"
        rf"(?: ?\([^)]{{1,16}}\))?[ -]*(?:long )?(?:continuous )?(?:treatment |dosing |chemotherapy |therapy )?"
        rf"(?:cycles?|courses?(?! of)|blocks?)(?![a-z])(?!(?<=weeks cycles|.days cycles) \d)",
        # of a 21 cycle (the unit left out)
        r"(?:each|every|of an?) (?P<n>21|28|14|42)[ -]?(?P<none>)cycles?(?![a-z])",
        # cycle of 28 days, cycles of 21 days, cycle length of 28 days, each cycle is 28 days, 1 cycle = 21 days
        rf"(?:cycles?|courses?|block)(?:,? or cycle,?)?(?: length| duration)?(?: \([^)]{{1,30}}\))?"
        rf"(?: \d{{1,2}} ?(?:-|to|through) ?\d{{1,2}}(?= of ))? ?(?:of|"
        rf"is|was|being|=|:|are|lasts?|lasting|consists of|will be|will last|equals?|defined as) (?:of |defined as |"
        rf"approximately )?(?P<n>{NUMBER}|{_WORDS})(?: ?(?:-|to) ?(?P<high>\d+))?[ -]?(?P<u>{_TIME})",
        # every 28 days as a cycle, every 21 days is one cycle, 21 days per cycle, 28 days a cycle
        rf"(?:every |each )?(?P<n>{NUMBER}|{_WORDS})[ -]?(?P<u>{_TIME}),? ?(?:as|is|for|constitutes?|"
        rf"per|a|/|were|was|are|in|=) ?(?:considered )?(?:a |an |one |1 |each )?(?:treatment )?(?:cycle|"
        rf"course)(?!s| ?[\dIV])",
        # one cycle every 3 months, cycles repeat every 21 days, repeated every 3 weeks, cycle every 3 weeks
        rf"(?:(?:one|1|a|each)? ?(?:cycles?|courses?|treatment|regimen)(?: (?:will be|is|are|was|were|"
        rf"be|to be|may))? ?(?:repeat(?:s|ed|ing)?|given|administered)? ?|repeat(?:ed|s|ing)? |recycled? )(?:every?|"
        rf"each|q|(?<=cycle )per|(?<=1 cycles )per) ?(?P<n>{NUMBER}|{_WORDS})(?: ?(?:-|to) ?(?P<high>\d+))?[ -]?(?P<u>{_TIME})",
        # (28-day), Course I (Induction Phase, 28 days)
        rf"(?:cycle|course|block) (?:\d|[IVX]+)[^()\n]{{0,3}}\((?:[^()\n]{{0,40}}, ?)?(?P<n>\d{{1,3}})[ -](?P<u>{_TIME})\)",
        # each cycle (21 days)
        rf"(?:(?P<count>{COUNT}) )?(?:cycles?|courses?) \((?P<each>each |every |of |cycle length |= ?|length )*"
        rf"(?P<n>\d{{1,3}})[ -]?(?P<u>{_TIME})\)",
        # days 1-7 of every cycle 28 days
        r"(?:each|every|per|a) (?:cycle|course),? (?P<n>\d{2})[ -](?P<u>days?|weeks?)(?![a-z])(?! ?\d)",
        # cycle length 21 days
        rf"cycle (?:length|duration):? (?P<n>\d{{1,3}})[ -]?(?P<u>{_TIME})",
        # 12 cycles (28 days each); cycles 2-6, 28 days each
        r"(?:cycles?|courses?)(?: of (?:[a-z]+ ){0,2}[a-z]+| \d{1,2}(?: ?(?:-|to|and) ?\d{1,2})?)?,? "
        r"\(?(?P<n>\d{1,3})[ -](?P<u>days?|weeks?) each(?![a-z])",
        # day 1 of a 21-day treatment
        r"of (?:a|each|every) (?P<n>\d{1,2})[ -](?P<u>days?|weeks?)[ -](?:treatment|schedule)(?! with| of)",
        r"(?P<repeat>repeated )(?P<u>weekly|monthly)",
    )
)  # fmt: skip
_COUNTS = tuple(
    Phrase(_B + body, re.I)
    for body in (
        rf"min(?:imum)? (?:of )?(?P<n>{COUNT})(?: {_CYCLE})?,? (?:(?>[a-z]+) ){{0,5}}?max(?:imum)? (?:of )?"
        rf"(?P<high>{COUNT}) {_CYCLE}",
        rf"(?:for )?(?:up to )?(?:a )?(?:maximum of |minimum of |total of |at least )?(?:an additional )?(?P<n>{COUNT})(?: "
        rf"?(?:-|to|or) ?(?P<high>{COUNT}))?"
        rf"(?: additional| total| planned| consecutive| more| \d{{1,2}}[ -](?:day|week)|"
        rf" (?:three|four)[ -]weekly)?[ -]?{_CYCLE}(?![a-z]|"
        rf" \d)",
        rf"(?:x|×) ?(?P<n>\d{{1,2}}) ?{_CYCLE}(?![a-z])",
        rf"numbers? of {_CYCLE}(?: (?:is|was|will be|planned))* ?[:=]? ?(?P<n>{COUNT})(?: ?(?:-|to|or) ?"
        rf"(?P<high>{COUNT}))?(?!\w|[./]\d|[ -]?(?:day|week|month))",
        r"cycles? ?(?:x|×) ?(?P<n>\d{1,2})(?![\d.]| ?(?:mg|g|days?|weeks?|doses?)(?![a-z]))",
        r"(?:every|q) ?\d{1,2} ?(?:days?|weeks?|wks?|w|d) ?(?:x|×) ?(?P<n>\d{1,2})"
        r"(?! ?(?:mg|g|days?|weeks?|w|doses?|infusions?|injections?|times|administrations?)(?![a-z]))",
    )
)
OF_DAYS = "cycle.of_days"  # "on days 1-21 of a 28-day cycle": nothing of what is not given on these days
_OF_DAYS = pattern_of(
    r"days? ?\d{1,2} ?(?:-|to|through) ?\d{1,2}[^.;:\n]{0,16} (?:of|in|per)(?: an?| each| every| the)? ?$", re.I
)
_NOT_COUNT = pattern_of(
    r"(?:first|after|every|each|cycle|course|last|previous|prior|than|within|before|of cycle|day|"
    r"next|these|and|between(?: the)?|other|or|<|>|≤|≥) ?$|\d ?(?:-|to|through) ?$",
    re.I,
)
# "until progression or for 2 cycles after complete response", "10 cycles for CRs or PRs; 6 cycles for SD"
_BEYOND = pattern_of(
    r" (?:after|beyond|past|following) (?:an? |the )?(?:(?:documented|confirmed|best) )?"
    r"(?:complete|CR|response|remission|maximal)(?![a-z])"
    r"| (?:for|in) (?:[a-z]+ (?:with|in|achieving) (?:an? )?)?(?:[CP]Rs?|SD|(?:[a-z]+ )?responders|stable disease)(?![a-z])",
    re.I,
)
_WHICH_ITEM = r"(?:\d{1,2}(?!\d|[.,]\d)|[IVX]{1,4}(?![A-Za-z])|one|two|three|four|five|six)"
_WHICH_JOIN = (
    r" ?(?:,|and|&|-|to|through|(?:until|up to)(?= cycle )|or|, and) ?(?:(?<=through )cycle |(?<=to )cycle |(?<=until )cycle )?"
)
# Of Roman numbers only where the first is one: "in cycle 1, IV over 30 minutes" counts no cycle 4.
_WHICH_LIST = (
    rf"(?:(?![IVX]){_WHICH_ITEM}(?:(?:{_WHICH_JOIN})(?![IVX]){_WHICH_ITEM})*|{_WHICH_ITEM}(?:(?:{_WHICH_JOIN}){_WHICH_ITEM})*)"
)
# "cycle 1 and subsequent cycles 20 mg", "… and in later cycles it is 20 mg": of the next dose; so only where the clause ends
_NEXT_AMOUNT = r"[,:]? ?(?:(?:at|to|of|with|by) )?(?:[a-z][\w-]* )?\d[\d.,]* ?(?:[mu]?g|mcg|iu|units?|ml|gy)(?![a-z])"
_WHICH = Phrase(
    rf"(?<![A-Za-z])(?<!number of )(?<!numbers of )(?:{_CYCLE}) ?#?(?P<list>{_WHICH_LIST})(?P<plus>\+|"
    rf" and (?:for |in |of |during |on )?(?:each|every|all) (?:(?:subsequent|following|"
    rf"later) )?(?:\d{{1,2}}[ -](?:day|week) )?cycles?"
    rf" (?:thereafter|afterwards)|"
    rf" ?(?:and|or) (?:onwards?|beyond|thereafter|later|(?:all )?subsequent|(?:all )?following(?= ?(?:[.,;)]|$))|"
    rf"(?:(?:for|in|during|on|all|any|the) ){{0,3}}(?:later|subsequent|following|remaining) cycles?"
    rf"(?= ?(?:[.,;:)]|$)| (?:until|unless|plus|with) [a-z])(?!{_NEXT_AMOUNT}))"
    r"| onwards?| on(?= ?(?:[.,;)]|$))| ?(?:-|to|through|until|till) ?(?:the )?end(?: of (?:the )?(?:treatment|study|trial))?|"
    rf"(?= until (?:disease |documented )?(?:progress|PD|relapse)))?(?!-(?:week|month)ly)(?! ?(?:cycles|"
    rf"[mu]?g(?![a-z])|mcg|ml|iu|units?|gy|million|x |× ?))(?! ?= ?\d)(?! (?:days|weeks|months|hours|minutes)(?! ?[-+]?\d))",
    re.I,
)
_CD = Phrase(r"(?<![A-Za-z0-9])C(?P<n>\d{1,2})(?:(?= ?(?:D|[Dd]ays?) ?\d)| ?- ?C?(?P<to>\d{1,2})(?![\d%])|(?P<plus>\+))")
_OF_C = Phrase(
    r"(?<![A-Za-z])(?:[Oo]f|[Ii]n|[Ff]rom|[Ff]or|[Dd]uring) C(?P<n>\d{1,2})(?:-C?(?P<to>\d{1,2}))?(?P<plus>\+|"
    r" onwards?| on(?= ?(?:[.,;)]|$)))?(?![A-Za-z0-9])"
)
_ORDINAL = {
    "first": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4, "4th": 4, "fifth": 5, "5th": 5, "sixth": 6,
    "6th": 6,
}  # fmt: skip
_ORDINAL_CYCLE = Phrase(
    rf"(?<![A-Za-z0-9])(?:the )?(?P<o>{'|'.join(_ORDINAL)})(?: (?P<n>\d|two|three|four|five|six))? {_CYCLE}(?![a-z])", re.I
)
# starting cycle 3 day 1 through cycle 15
_FROM_CYCLE = Phrase(
    r"(?<![A-Za-z])(?:from|starting(?: from| with| in| at| on)?|beginning(?: with| in| at| on)?) (?:cycle ?|"
    r"C)(?P<n>\d{1,2}),? ?(?:day ?|D)\d{1,2}"
    r"(?! ?(?:-|to|through|,|and) ?(?:day |D)?\d)(?:,? ?(?:through|to|until|up to) (?:the end of )?(?:cycle ?|"
    r"C)(?P<to>\d{1,2}))?(?![A-Za-z0-9])",
    re.I,
)
_AT_LEAST = Phrase(r"(?:≥|>=) ?(?:cycle ?|C)(?P<n>\d{1,2})(?![A-Za-z0-9])", re.I)
_THROUGH = pattern_of(
    r"(?P<first>(?:cycle ?|C)\d{1,2},?(?: ?(?:day ?|D)\d{1,2})?,? )?(?<![a-z])(?:through|until|up to)(?: the end of)? $", re.I
)
_DAY_AFTER = pattern_of(r"(?<![a-z])(?:after|following|before|prior to|since) (?:the )?(?:day ?|D)\d{1,2},? (?:of )?$", re.I)
_LASTS_AFTER = pattern_of(r"\d (?:days|weeks|months|years?) after (?:the )?(?:last |end of )?$", re.I)
_AFTER = pattern_of(r"(?<![a-z])after $", re.I)
_LATER = Phrase(
    rf"(?<![A-Za-z0-9])(?:(?:each |all |any |the )?(?:subsequent|following|remaining|later) {_CYCLE}|"
    rf"(?:subsequent|later) \d{{1,2}}[ -](?:day|week)[ -]cycles?)(?![a-z])(?! (?:based|depend|will|may|are|were|is|"
    rf"can|could|should|"
    rf"if|at the))",
    re.I,
)


PHRASES = (_FROM_CYCLE, _AT_LEAST, *_LENGTHS, *_COUNTS, _WHICH, _CD, _OF_C, _ORDINAL_CYCLE, _LATER)


def cycle_length_mentions(scan: Scan) -> list[Mention]:
    """Every phrase in a scanned text that says how long a cycle is; of a range the lower length."""
    found: list[Mention] = []
    taken = Taken()
    for phrase in _LENGTHS:
        for match in scan.finditer(phrase):
            if taken.meets(match.start(), match.end()):
                continue
            parts = match.groupdict()
            if "repeat" in parts:
                value, unit = 1.0, time_unit(match["u"])
            else:
                value = float(WORD_VALUES.get(match["n"].lower()) or match["n"].replace(",", ""))
                unit = "d" if "none" in parts else time_unit(match["u"])
            if unit in ("h", "min") and "cycle" not in match.group().lower():
                continue  # "2 mg repeated every 8 hours"
            cycles, days = count(parts.get("count") or "1"), value * DAYS_PER[unit]
            if cycles > 1 and not parts["each"] and (days > _LONGEST or days >= _SHORTEST * cycles):
                taken.take(match.start("n"), match.end())  # "six cycles (18 weeks)": as long as all of them
                whole = Timing(duration_value=value, duration_unit=unit)
                found.append(Mention("duration", match.start("n"), match.end("u"), whole, "cycle.whole"))
                continue
            flags = ("range_of_cycle",) if parts.get("high") else ()
            high = float(parts.get("high") or 0)
            timing = Timing(cycle_length_value=value, cycle_length_unit=unit, cycle_length_high=high if high > value else None)
            taken.take(match.start(), match.end())
            of_days = _OF_DAYS.search(scan.text, max(0, match.start() - 48), match.start()) is not None
            found.append(Mention("cycle_length", *match.span(), timing, OF_DAYS if of_days else "cycle.length", flags))
    return sorted(found, key=lambda mention: mention.start)


def cycle_count_mentions(scan: Scan) -> list[Mention]:
    """Every phrase in a scanned text that says how many cycles there are."""
    found: list[Mention] = []
    taken = Taken()
    for phrase in _COUNTS:
        for match in scan.finditer(phrase):
            free = re.match(r"for |up to |cycles? ?[x×]", match.group(), re.I) or not _NOT_COUNT.search(
                scan.text[max(0, match.start() - 24) : match.start()]
            )
            free = free or _behind_amount(scan.text, match.start(), match.end()) or _behind_length(scan.text, match.start())
            if not free or taken.meets(match.start(), match.end()) or _BEYOND.match(scan.text, match.end()):
                continue
            low = count(match["n"])
            high = count(match.groupdict().get("high") or match["n"])
            if not 1 <= low <= high <= 60 or (low == 1 and not re.match(r"for|up", match.group(), re.I)):
                continue
            if low == 1 and _is_length(scan.text, match.start(), match.end()):
                continue
            flags = ("up_to_cycles",) if re.search(r"up to|maximum", match.group(), re.I) else ()
            timing = Timing(cycle_count_low=low, cycle_count_high=high)
            taken.take(match.start(), match.end())
            found.append(Mention("cycle_count", match.start(), match.end(), timing, "cycle.count", flags))
    return sorted(found, key=lambda mention: mention.start)


_REPEATED = pattern_of(r"(?<![a-z])(?:every|each|q) ?\d{1,2}[ -]?(?:days?|weeks?|d|w) ?$", re.I)
_ENDS_OR_COUNTS = pattern_of(rf" ?(?:[.;)\n]|$|,? (?:and )?{COUNT} cycles)", re.I)
_LENGTH_AND = pattern_of(r"(?:every|each|q) ?\d{1,2}[ -]?(?:days?|weeks?|d|w) (?:for|as|is) (?:one|an?|1) cycle,? and $", re.I)


def _is_length(text: str, start: int, end: int) -> bool:
    """Whether "one cycle" tells how long it is: "every 21 days for one cycle", and nothing but how many behind it."""
    return _REPEATED.search(text, max(0, start - 24), start) is not None and _ENDS_OR_COUNTS.match(text, end) is not None


def _behind_length(text: str, start: int) -> bool:
    """Whether cycles are counted behind how long one is: "every 21 days for one cycle and three cycles are required"."""
    return _LENGTH_AND.search(text, max(0, start - 44), start) is not None


_AMOUNT_AND = pattern_of(r"(?:mg|/m2|/kg|\)),? and $", re.I)
_OF_NAME = pattern_of(r" of (?!treatment|therapy|chemo|study|the |each )[A-Za-z]", re.I)


def _behind_amount(text: str, start: int, end: int) -> bool:
    """Whether cycles of another medicine are counted behind an amount: "50 mg/m2, and four cycles of …"."""
    return _AMOUNT_AND.search(text, max(0, start - 12), start) is not None and _OF_NAME.match(text, end) is not None


def cycles_mentions(scan: Scan) -> list[Mention]:
    """Every phrase in a scanned text that says in which cycles something is given."""
    found: list[Mention] = []
    taken = Taken()

    def add(start: int, end: int, first: int, last: int | None, rule: str) -> None:
        if taken.take(start, end):
            found.append(Mention("cycles", start, end, Timing(cycle_from=first, cycle_to=last), rule))

    for match in scan.finditer(_AT_LEAST):
        add(match.start(), match.end(), int(match["n"]), None, "cycle.from")
    for match in scan.finditer(_FROM_CYCLE):
        add(match.start(), match.end(), int(match["n"]), int(match["to"]) if match["to"] else None, "cycle.from")
    for match in scan.finditer(_WHICH):
        if _DAY_AFTER.search(scan.text, max(0, match.start() - 32), match.start()):
            found.append(Mention("flag", match.start(), match.end(), Timing(), "days.left_out"))
            continue  # "3 months after day 1 of cycle 6"
        numbers = [count(item) for item in re.findall(_WHICH_ITEM, match["list"], re.I)]
        if numbers == sorted(numbers) and numbers[0] > 0:  # "cycle x 6" names none
            if _has_gap(match["list"]):
                if taken.take(match.start(), match.end()):
                    found.append(Mention("flag", match.start(), match.end(), Timing(), "cycle.apart", ("several_courses",)))
                continue
            if _LASTS_AFTER.search(scan.text, max(0, match.start() - 24), match.start()):
                found.append(Mention("flag", match.start(), match.end(), Timing(), "days.left_out"))
                continue  # "up to 3 years after cycle 6"
            if _AFTER.search(scan.text, max(0, match.start() - 10), match.start()):
                add(match.start(), match.end(), numbers[-1] + 1, None, "cycle.after")
                continue
            if _are_not_those(scan.text, match.start(), len(numbers)):
                continue
            goes_on = match["plus"] is not None or (len(numbers) == 1 and _is_beginning(scan.text, match.start(), match.end()))
            add(match.start(), match.end(), numbers[0], None if goes_on else numbers[-1], "cycle.which")
    for match in (*scan.finditer(_CD), *scan.finditer(_OF_C)):
        first = int(match["n"])
        opened = match.group().lower().startswith("from") and not match["to"]
        beyond = match["plus"] or opened or _OPEN_END.match(scan.text, match.end())
        add(match.start(), match.end(), first, None if beyond else int(match["to"] or first), "cycle.cd")
    for match in scan.finditer(_LATER):
        add(match.start(), match.end(), 2, None, "cycle.later")
    for match in scan.finditer(_ORDINAL_CYCLE):
        first = _ORDINAL[match["o"].lower()]
        last = first + count(match["n"]) - 1 if match["n"] else first
        if _AFTER.search(scan.text, max(0, match.start() - 10), match.start()):
            add(match.start(), match.end(), last + 1, None, "cycle.after")  # "after the first four cycles"
            continue
        goes_on = match["n"] is None and _is_beginning(scan.text, match.start(), match.end())
        add(match.start(), match.end(), first, None if goes_on else last, "cycle.ordinal")
    return sorted(found, key=lambda mention: mention.start)


_ITEM = pattern_of(_WHICH_ITEM, re.I)
# "omitted in cycle 1", "every 3 weeks except in cycle 1"
_OMITTED = pattern_of(
    r"(?<![a-z])(?:omit\w*|skipp?\w*|except(?:ing)?|exclud\w*|withh[eo]ld|not(?: given)?|without)"
    r"(?: (?:in|for|during|on|from))? $",
    re.I,
)


def _are_not_those(text: str, at: int, number: int) -> bool:
    """Whether cycles tell when something ends, or are none it is given in: "weekly through cycle 6", "omitted in cycle 1"."""
    through = _THROUGH.search(text, max(0, at - 44), at) if number == 1 else None
    return (through is not None and not through["first"]) or _OMITTED.search(text, max(0, at - 24), at) is not None


_OPEN_END = pattern_of(r" ?D ?\d{1,3}(?:\+|,? (?:and )?(?:onwards?|beyond|thereafter)(?![a-z]))", re.I)  # "C2D1 onwards"
_RANGED = pattern_of(r"-|to|through|until", re.I)


def _has_gap(listed: str) -> bool:
    """Whether cycles are listed of which some between are none: "2, 4 and 6", "1-2 and 5-6"; not "1, 2 and 3-6"."""
    last: re.Match[str] | None = None
    for item in _ITEM.finditer(listed):
        joint = listed[last.end() : item.start()] if last else ""
        if last and not _RANGED.search(joint) and count(item.group()) > count(last.group()) + 1:
            return True
        last = item
    return False


_FROM = pattern_of(r"(?<![a-z])(?:from|starting (?:from|with|in|at)|beginning (?:with|in|at)) $", re.I)
_TO = pattern_of(r",? ?(?:,? ?day \d+ )?(?:-|–|to|through|(?:until|up to)(?= (?:[a-z]+ ){0,4}\d))(?![a-z])", re.I)


def _is_beginning(text: str, start: int, end: int) -> bool:
    """Whether a cycle is only the first of those meant: "from cycle 13"."""
    return _FROM.search(text, max(0, start - 20), start) is not None and _TO.match(text, end) is None


def count(word: str) -> int:
    """A small whole number in digits, as a word or in Roman numerals."""
    return int(word) if word.isdecimal() else WORD_VALUES.get(word.lower()) or _ROMAN.get(word.upper(), 0)
