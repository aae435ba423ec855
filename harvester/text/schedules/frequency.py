"""How often: BID, q12h, every 3 weeks, three times a week, nightly."""

from __future__ import annotations

import re
from dataclasses import replace

from harvester.text.expressions.gate import gated
from harvester.text.expressions.pattern import pattern_of
from harvester.text.expressions.scan import Phrase, Scan
from harvester.text.expressions.spans import Taken
from harvester.text.schedules.timing import UNIT_WORDS, Mention, Timing, time_unit
from harvester.text.written.number import NUMBER, WORD_VALUES

_COUNT_WORDS = {"once": 1, "twice": 2, "thrice": 3, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7}
_ORDINALS = {"other": 2, "second": 2, "2nd": 2, "alternate": 2, "third": 3, "3rd": 3, "fourth": 4, "4th": 4}
_SMALL = r"(?:one|two|three|four|five|six|seven|eight|ten|twelve)"
_B = r"(?<![A-Za-z0-9])"
_E = r"(?![A-Za-z0-9])"

# Latin and their look-alikes; matched exactly where a common word is near, else in any case.
_LATIN = (
    (r"(?:QOD|qod|Qod|[Qq]\. ?[Oo]\. ?[Dd]\.?|EOD|every[- ]other[- ]day|on alternate days|alternate days|every second day|"
     r"every 2nd day)", 1, 2, "d", "frequency.latin"),
    (r"(?:QD|qd|Qd|O\.?D\.?|o\.d\.?|(?:(?<=g )|(?<=orally )|(?<=PO ))od|"
     r"[Qq]\. ?[Dd]\.?(?! ?[A-Za-z])|[Qq]uaque die|QDay|qDay|[Qq] day(?! ?\d)|SID)",
     1, 1, "d", "frequency.latin"),
    (r"(?:BID|bid|Bid|BiD|b\. ?i\. ?d\.?|B\. ?I\. ?D\.?|BDS?|bds?|b\.d\.|bis in die)(?! \(BID\))"
     r"(?! (?:with|at) (?:an? )?\d+[ -]?(?:day|week)s? interval)", 2, 1, "d", "frequency.latin"),
    (r"(?:TID|tid|Tid|t\. ?i\. ?d\.?|T\. ?I\. ?D\.?|TDS|tds)", 3, 1, "d", "frequency.latin"),
    (r"(?:QID|qid|Qid|QDS|qds|q\. ?i\. ?d\.?|Q\. ?I\. ?D\.?)", 4, 1, "d", "frequency.latin"),
    (r"(?:once )?(?:in the |[Ee]very |[Ee]ach )?mornings? and (?:once )?(?:in the |every |each |at )?(?:evenings?|night|bedtime)",
     2, 1, "d", "frequency.night"),
    (r"(?:[Qq] ?(?:AM|PM|HS)|qhs|q\.h\.s\.?|qam|qpm|QN|qn|[Nn]ightly|[Ee]very (?:night|morning|evening)|"
     r"[Ee]ach (?:night|morning|evening)|at bedtime|before bedtime|at night|h\.s\.|(?<=g )(?:HS|hs)|nocte|(?<=/)[ap]\.m\.)",
     1, 1, "d", "frequency.night"),
    (r"(?:in the (?:morning|evening)|at noon)", 1, 1, "d", "frequency.time_of_day"),
    (r"(?:QW|qw|Qw|q\.w\.|qwk|QWK)", 1, 1, "wk", "frequency.latin"),
    (r"(?:BIW|biw)", 2, 1, "wk", "frequency.latin"),
    (r"(?:TIW|tiw|MWF|M/W/F|M-W-F)", 3, 1, "wk", "frequency.latin"),
    (r"(?:EOW|eow|e\.o\.w\.|QOW|qow)", 1, 2, "wk", "frequency.latin"),
    (r"(?:(?<=mg )ew|(?<=or )ew|(?<=\()ew(?=\)))", 1, 1, "wk", "frequency.latin"),
    (r"(?:QM|qm|Q1M)", 1, 1, "mo", "frequency.latin"),
)  # fmt: skip
_LATIN_RE = [(Phrase(_B + body + _E), c, p, u, rule) for body, c, p, u, rule in _LATIN]

_Q = Phrase(
    _B + r"[Qq] ?-?(\d{1,2})(?: ?- ?(?P<high>\d{1,2}))? ?-? ?(?P<u>hours?|hrs?|h|H|days?|d|D|weekly|weeks?|wks?|wk|w|"
    r"W|months?|mo|m|M|minutes?|min)" + _E
)
_EVERY = Phrase(
    _B + r"(?:once in (?:every )?(?=[2-9t])"
    r"|(?:once |1 time |one time |one dose |1 dose |a single dose |administered |given )?(?:every|each|per)[ -]?)"
    rf"(?P<n>{NUMBER}|{_SMALL})(?: ?(?:-|to|or) ?(?P<high>{NUMBER}|{_SMALL}))?"
    rf"(?: ?\(?(?:±|\+/-|plus or minus|plus/minus) ?\d+\)?)? ?-?"
    rf"(?: ?\([^)]{{1,14}}\) ?)? ?(?P<u>{UNIT_WORDS})",
    re.I,
)
_PER_HOURS = Phrase(
    r"(?<=[a-z0-9)]) ?/ ?(?P<n>[4-9]|1\d|2[0-4]) ?(?!(?-i:HR))(?:hours?|hrs?|h)(?![A-Za-z0-9])", re.I
)  # 50 mg/12h
_PER_WEEKS = Phrase(r"(?<=kg)/ ?(?P<n>[2-9]|1[0-2]) ?(?P<u>weeks?|wks?|months?)(?![A-Za-z0-9])", re.I)  # 3 mg/kg/2 weeks
_INTERVALS = Phrase(
    _B + rf"(?:at|with) (?:an? )?(?P<n>\d{{1,2}}|{_SMALL})(?: ?(?:-|to) ?(?P<high>\d{{1,2}}|{_SMALL}))?[ -]?"
    r"(?P<u>day|week|month|hour)(?:s|ly)?(?: intervals?)"
    + _E
    + rf"|{_B}(?:at|with) (?:an )?intervals? of (?P<m>\d{{1,2}}|{_SMALL})"
    rf"(?: ?(?:-|to) ?(?P<top>\d{{1,2}}|{_SMALL}))? (?P<v>days?|weeks?|months?|hours?)" + _E,
    re.I,
)
_EVERY_ONE = Phrase(_B + r"(?:once )?(?:every|each) (?:single )?(?P<u>day|week|month|hour|year)" + _E, re.I)
_EVERY_ORDINAL = Phrase(
    _B + r"(?:every|each) (?P<o>other|second|third|fourth|alternate|2nd|3rd|4th) (?P<u>day|week|month|night|evening)" + _E, re.I
)
_N_HOURLY = Phrase(
    _B + r"(?<!\^)(?<!day )(?<!week )(?<!cycle )(?<!month )(?<!day -)(?<!AUC )(?<!AUC of )"
    r"(\d{1,2}|two|three|four|six|eight|twelve)(?: ?(?:-|to) ?(?P<high>\d{1,2}))?[- ]?(?P<u>h(?:ou)?r|week|month)ly"
    + _E
    + r"(?! (?:doses|pulses|instillations|injections|infusions|cycles|administrations|treatments|sessions|applications))",
    re.I,
)
_TIMES = Phrase(
    _B + rf"(?:(?:(?P<least>once)(?P<said> daily| a day)?(?: ?(?:or|to|and|and/or|/|-) ?))?(?P<word>once|twice|thrice)"
    rf"|(?P<n>\d{{1,2}}|{_SMALL})(?: ?(?:-|to|or) ?(?P<high>\d{{1,2}}|{_SMALL}))?[- ]?"
    r"(?:times?|x|×|doses?|administrations?|applications?|injections?|fractions?|infusions?|tablets? times))"
    r"[ -]?(?!one (?:day|week|month|hour) (?:apart|later|after|intervals?)(?![a-z])|a (?:day|week|month) apart(?! from)(?![a-z]))"
    r"(?:(?:in |within |/ ?)?(?:a|per|each|every|one|/) ?|/ ?)?(?P<u>daily|day|d|nightly|night|"
    r"weekly|week|wk|monthly|month|yearly|year|hour)" + _E,
    re.I,
)
# "3 times within 3 weeks"
TIMES_WITHIN = Phrase(
    _B + rf"(?P<n>[2-9]|{_SMALL}) times (?:with)?in (?P<m>\d{{1,2}}|{_SMALL}) (?P<u>days|weeks|months)" + _E, re.I
)
_DAYS_A_WEEK = Phrase(
    _B + rf"(?P<n>[1-7]|{_SMALL})(?: ?(?:-|to|or) ?(?P<high>[2-7]))?"
    r"(?: consecutive)?[- ]?(?:days?|d) ?(?:/|a|per|(?:of |in )?(?:each|every)|in a|out of every) ?(?:week|"
    rf"wk|w)" + _E,
    re.I,
)
# Two nightly doses are given in one night; three daily doses may be given on three days.
_NIGHTLY_DOSES = Phrase(
    _B + rf"(?P<n>[2-4]|{_SMALL}) (?:equal |divided |separate )*nightly (?:doses|dosages|administrations)" + _E, re.I
)
# "5 mg/kg/day in 2 divided doses", "1800 mg/day in three doses"; given on different days they are no parts of one.
_IN_DOSES = Phrase(
    rf"(?<![A-Za-z])(?:in|into|as|divided(?: (?:in|into|as|over))?|split(?: (?:in|into|as|over))?) (?:an? |the )?"
    rf"(?P<n>[1-6]|{_SMALL}|single)(?: dose)?(?: ?(?:-|to|or) ?(?P<high>[2-6]|{_SMALL}))?(?: (?:equal|divided|separate|daily))* "
    r"(?:doses|dosages|portions|parts)(?! of (?!\d))(?![a-z])(?! ?,? ?\(?(?:at least )?(?:\d+|one|two|three|four|five|six)[ -]?"
    r"(?:days?|weeks?|months?)(?! on(?![a-z]))| over| separated)",
    re.I,
)
_EACH_DAY = pattern_of(r"(?:daily|day),? ?(?:\(|(?:given |taken )?(?:as|in|into) )(?:as )?$", re.I)
_ON_DAYS = pattern_of(r" (?:given )?on (?:day|two|different)", re.I)
_DIVIDED = pattern_of(r"divided|split|daily", re.I)
# "2 doses of 40 mg a day"; "2 doses of 40 mg daily" may be all there are
_DOSES_A_DAY = Phrase(
    rf"{_B}(?P<n>[1-6]|{_SMALL})(?: ?(?:-|to|or) ?(?P<high>[2-6]|{_SMALL}))? (?:equal |separate |oral |single )?doses? of "
    rf"(?:[a-z-]{{1,24}} )?{NUMBER} ?[a-z]{{1,5}}(?: (?!once|twice|thrice|times|every|one|two|three|four)[a-z-]{{1,24}}){{0,3}}? "
    r"(?P<each>(?:per|a|each) day)" + _E,
    re.I,
)
# "3 x 400 mg/day", "3 x 1 mg in 3 weeks": so many such amounts in that time; "2 x 250 mg tablets daily" counts tablets
_PIECES_A_DAY = Phrase(
    rf"(?<![A-Za-z0-9.,])(?P<n>[2-6]) ?(?:[x×]|times(?= )) ?{NUMBER} ?(?:[mu]?g|mcg|iu|u|units?|ml|drops?|"
    r"tab(?:let)?s?|cap(?:sule)?s?)(?:/(?:kg|m2))?"
    r"(?: (?!once|twice|thrice|times|every|tab|cap|pill|one|two|three|four)[a-z-]{1,24}){0,2}? ?"
    rf"(?P<each>(?:per|a|each|every) day|daily|/ ?d(?:ay)?|(?:with)?in (?P<m>\d{{1,2}}|{_SMALL}) (?P<u>days|weeks|months))" + _E,
    re.I,
)
# "two doses of 30 ug 21 days apart": how often, and how many there are; without their number it would go on for ever.
APART = Phrase(
    rf"{_B}(?<!in )(?<!into )(?P<count>[2-6]|two|three|four|five|six) (?:(?:\d+(?:\.\d+)? ?[a-z]{{1,3}}|[a-z-]+) ){{0,2}}"
    rf"(?P<what>doses|injections|infusions|vaccinations|administrations)"
    rf"(?P<between>(?:(?!(?:daily|day)[ ,])[^.;]){{0,90}}?)(?<![A-Za-z0-9.])"
    rf"(?P<apart>(?P<n>{NUMBER}|{_SMALL})(?: ?(?:-|to|or) ?(?P<high>{NUMBER}|{_SMALL}))?[ -]?"
    r"(?P<u>hours?|hrs?|h|days?|weeks?|wks?|months?) apart)(?! from)(?![A-Za-z])",
    re.I,
)
# "in three sessions spaced by one week"
SPACED = Phrase(
    rf"{_B}(?P<count>[2-6]|two|three|four|five|six) (?:(?:\d+(?:\.\d+)? ?[a-z]{{1,3}}|[a-z-]+) ){{0,2}}"
    rf"(?P<what>doses|sessions|injections|infusions|administrations)"
    rf"(?P<between>(?:(?!(?:daily|day)[ ,])[^.;]){{0,60}}?)(?<![A-Za-z0-9.])"
    rf"(?P<apart>(?:spaced|separated) (?:by|at) (?P<n>{NUMBER}|{_SMALL})(?: ?(?:-|to|or) ?(?P<high>{NUMBER}|{_SMALL}))?[ -]?"
    r"(?P<u>hours?|hrs?|h|days?|weeks?|wks?|months?))(?! from)(?![A-Za-z])",
    re.I,
)
_X_DAILY = Phrase(r"(?<=[A-Za-z0-9)]) ?[x×] ?(?P<n>[2-4]) ?(?:daily|/ ?day|per day|a day)(?![A-Za-z])", re.I)
_DAYS_PER_WEEK_PAREN = Phrase(_B + r"(?P<n>[1-7])x/(?:week|wk)" + _E, re.I)
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WEEKDAY = r"(?:mon(?:day)?|tue(?:s(?:day)?)?|wed(?:nesday)?|thu(?:rs?(?:day)?)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?)s?"
_ON_WEEKDAYS = Phrase(
    _B + rf"(?:on |every |each )?{_WEEKDAY}(?: ?(?:,|/|&|-|,? and|to|through) ?{_WEEKDAY}){{1,6}}(?![A-Za-z])"
    rf"|{_B}(?:every|each) (?:(?=[a-z]+day){_WEEKDAY})(?![A-Za-z])",
    re.I,
)
_NO_VISIT = r"(?! (?:evaluations?|visits?|assessments?|monitoring|clinic))"
_PLAIN = (
    (Phrase(_B + r"(?:fortnightly|every fortnight|(?<!twice )bi-?weekly)" + _NO_VISIT + _E, re.I), 1, 2, "wk"),
    (Phrase(_B + r"(?:daily|per diem|/ ?day(?! ?\d)|once[- ]a[- ]day|one a day|1 a day)(?! (?:living|life|activit|basis for|"
     r"dose (?:of|is)|practice|routine))" + _E, re.I), 1, 1, "d"),
    (Phrase(_B + r"(?<!bi-)(?<!bi)(?<!tri-)(?<!\d-)(?:weekly|wkly)" + _NO_VISIT + _E, re.I), 1, 1, "wk"),
    (Phrase(_B + r"(?<!bi-)(?<!bi)(?<!\d-)monthly" + _NO_VISIT + _E, re.I), 1, 1, "mo"),
    (Phrase(r"(?<=[a-z)] )(?:per day|a day)" + _E, re.I), 1, 1, "d"),
    (Phrase(_B + r"quarterly" + _E, re.I), 1, 3, "mo"),
    (Phrase(_B + r"(?:yearly|annually)" + _E, re.I), 1, 1, "a"),
)  # fmt: skip


PHRASES = (
    _Q, _EVERY, _PER_HOURS, _PER_WEEKS, _INTERVALS, _EVERY_ONE, _EVERY_ORDINAL, _N_HOURLY, _TIMES, _DAYS_A_WEEK, _NIGHTLY_DOSES,
    _IN_DOSES, _DOSES_A_DAY, _PIECES_A_DAY, APART, SPACED, TIMES_WITHIN, _X_DAILY, _DAYS_PER_WEEK_PAREN, _ON_WEEKDAYS,
    *(phrase for phrase, *_ in _LATIN_RE), *(phrase for phrase, *_ in _PLAIN),
)  # fmt: skip
# "three times a week on alternate weeks": half as often as the first words say
_ALTERNATE = pattern_of(
    r",? ?(?:(?:on|in|for|during) )?(?:alternate|alternating|every (?:other|second|2nd|alternate)) weeks?(?![a-z])", re.I
)
_GROUP_BEFORE = pattern_of(r"(?<![a-z])(?:groups?|arms?) $", re.I)
_GROUP = pattern_of(r"BD (?:groups?|arms?)(?![a-z])")
_GROUP_OPENS = pattern_of(r"(?:^|[\n(.;:]|(?<![a-z])(?:the|in|of|for)) ?$", re.I)
# "reviewed at four weekly intervals", "people are seen every 4 weeks"
_LOOKED_AT = gated(
    r"(?<![a-z])(?:reviewed|seen|assessed|evaluated|monitored|examined|followed up|scanned"
    r"|(?:are|is|was|were|be) followed|(?:clinic|study|follow-up|with) visits|tested|measured)"
    r"(?: (?:at|in|on|up|again|approximately|about|clinic|the|once)){0,2} $",
    re.I,
)
_TAKEN = pattern_of(r"once|twice|thrice|(?:two|three|four|\d) times|[bqt]\.?[id]", re.I)
_TRIED = pattern_of(r"(?:evaluated|tested) $", re.I)
# "cycles 1-3 weekly", "weeks 1 through 8 weekly"; not "6 cycles 3-4 weekly"
_WINDOW_TO = pattern_of(
    r"(?<!\d )(?<!two )(?<!three )(?<!four )(?<!five )(?<!six )(?<!eight )(?<!twelve )(?:cycles?|weeks?|months?|doses?) ?"
    r"(?P<low>\d{1,2} ?(?:-|to|through) ?)?$",
    re.I,
)
# "20 cigarettes per day" tells how often people smoke
_MOST_COMMON = pattern_of(
    r"(?:most common|median|mean|average)[a-z ]{0,12}$"
    r"|\d (?:cigarettes?|packs?|steps|meals?|pieces|drinks?|cups|stools?|episodes?|attacks?|headaches?) ?$",
    re.I,
)
_AT_LEAST = pattern_of(r"(?:at least|minimum of|no less than|≥) ?$", re.I)
_AT_MOST = pattern_of(r"(?:up to|maximum of|max\.?|no more than|at most) ?$", re.I)


def _mention(start: int, end: int, count: float, period: float, unit: str, rule: str, flags: tuple[str, ...] = ()) -> Mention:
    timing = Timing(frequency_count=count, frequency_period=period, frequency_unit=unit)
    return Mention("frequency", start, end, timing, rule, flags)


def _of_range(match: re.Match[str]) -> tuple[str, ...]:
    """The flag of a number of times that is a range."""
    return ("range_of_times",) if match.groupdict().get("high") else ()


def _ranged(mention: Mention, high: str | None) -> Mention:
    """``mention`` with the upper end of its range: of how many times in one day or week, else of the time between them."""
    timing = mention.timing
    times = mention.rule in ("frequency.times", "frequency.days_a_week", "frequency.divided")
    most = _value(high) if high else 0.0
    if most <= ((timing.frequency_count if times else timing.frequency_period) or 0.0):
        return mention
    ranged = replace(timing, frequency_count_high=most) if times else replace(timing, frequency_period_high=most)
    return replace(mention, timing=ranged)


def _value(word: str) -> float:
    """A small number in digits or as a word."""
    folded = word.lower()
    return float(_COUNT_WORDS.get(folded) or WORD_VALUES.get(folded) or folded.replace(",", ""))


def frequency_mentions(scan: Scan) -> list[Mention]:
    """Every phrase in a scanned text that says how often; the more explicit reading of overlapping words is kept."""
    found: list[Mention] = []
    taken = Taken()

    def add(mention: Mention) -> None:
        times = mention.timing.frequency_count and mention.timing.frequency_period  # "every 0 weeks" says nothing
        is_told = times or mention.kind == "flag"
        if taken.take(mention.start, mention.end) and is_told:
            found.append(mention)

    for mention in (*_counted(scan), *_every(scan)):
        add(mention)
    for phrase, count, period, unit, rule in _LATIN_RE:
        for match in scan.finditer(phrase):
            if _names_group(scan.text, match.start()):
                continue
            add(_mention(match.start(), match.end(), count, period, unit, rule))
    for phrase, count, period, unit in _PLAIN:
        for match in scan.finditer(phrase):
            if not _MOST_COMMON.search(scan.text, max(0, match.start() - 32), match.start()):
                add(_mention(match.start(), match.end(), count, period, unit, "frequency.plain"))
    given = (each for each in found if not _is_of_visits(scan.text, each))
    return sorted((_on_alternate(scan.text, mention) for mention in given), key=lambda mention: mention.start)


def of_each_day(text: str, apart: re.Match[str]) -> bool:
    """Whether doses some hours apart are those of each day: "600 mg daily (2 doses of 300 mg 12 hours apart)"."""
    hours = (apart.groupdict().get("u") or "").startswith(("h", "H"))
    return hours and _EACH_DAY.search(text, max(0, apart.start() - 32), apart.start()) is not None


def _is_of_visits(text: str, often: Mention) -> bool:
    """Whether people are looked at so often: what is evaluated once or twice a day is a medicine so taken."""
    t = often.timing
    if _LOOKED_AT.search(text, max(0, often.start - 40), often.start) is None:
        return False
    taken = t.frequency_unit == "d" and t.frequency_period == 1 and _TAKEN.match(text, often.start)
    return not (taken and _TRIED.search(text, max(0, often.start - 10), often.start))


def _names_group(text: str, at: int) -> bool:
    """Whether the letters at ``at`` are a group's name: "group BD", "the BD arm", and not "5 mg BD arm"."""
    before = text[max(0, at - 8) : at]
    return bool(_GROUP_BEFORE.search(before) or (_GROUP.match(text, at) and _GROUP_OPENS.search(before)))


def _on_alternate(text: str, often: Mention) -> Mention:
    """``often`` with the flag of two frequencies where it is of every other week only, which one frequency cannot tell."""
    told = often.kind == "frequency" and _ALTERNATE.match(text, often.end)
    return replace(often, flags=(*often.flags, "frequency_conflict")) if told else often


def _weekdays(words: str) -> int:
    """How many days of the week are named: "Mon/Wed/Fri" are three, "Monday to Friday" five."""
    named = [_WEEKDAYS.index(name.lower()[:3]) for name in re.findall(_WEEKDAY, words, re.I)]
    if len(named) == 2 and re.search(r"-|(?<![a-z])(?:to|through)(?![a-z])", words, re.I):
        return (named[1] - named[0]) % 7 + 1
    return len(set(named))


def _counted(scan: Scan) -> list[Mention]:
    """Times a day, days a week; of "up to 3 times a day" only that the number is open, and no "a day" is read in it."""
    found = [
        _ranged(
            _mention(match.start(), match.end(), _value(match["n"]), 1, "wk", "frequency.days_a_week", _of_range(match)),
            match.groupdict().get("high"),
        )
        for phrase in (_DAYS_A_WEEK, _DAYS_PER_WEEK_PAREN)
        for match in scan.finditer(phrase)
    ]
    found += [_mention(m.start(), m.end(), float(m["n"]), 1, "d", "frequency.times") for m in scan.finditer(_X_DAILY)]
    found += [
        _mention(m.start(), m.end(), _value(m["n"]), 1, "d", "frequency.nightly_doses") for m in scan.finditer(_NIGHTLY_DOSES)
    ]
    for m in scan.finditer(_PIECES_A_DAY):
        period, unit = (_value(m["m"]), time_unit(m["u"])) if m["m"] else (1, "d")
        found.append(_mention(*m.span("each"), float(m["n"]), period, unit, "frequency.times"))
    for match in scan.finditer(_DOSES_A_DAY):
        told = _mention(*match.span("each"), _value(match["n"]), 1, "d", "frequency.times", _of_range(match))
        if _AT_MOST.search(scan.text[max(0, match.start() - 24) : match.start()]):
            told = replace(told, kind="flag", timing=Timing(), flags=("range_of_times",))
        found.append(_ranged(told, match["high"]))
    for match in scan.finditer(_IN_DOSES):
        count = 1.0 if match["n"].lower() == "single" else _value(match["n"])
        apart = _ON_DAYS.match(scan.text, match.end()) and not _DIVIDED.search(match.group())
        if not apart and (count > 1 or match["high"]):
            found.append(_ranged(_mention(*match.span(), count, 1, "d", "frequency.divided", _of_range(match)), match["high"]))
    found += [
        _mention(m.start(), m.end(), _weekdays(m.group()), 1, "wk", "frequency.weekdays") for m in scan.finditer(_ON_WEEKDAYS)
    ]
    for match in scan.finditer(_TIMES):
        if _AT_MOST.search(scan.text[max(0, match.start() - 24) : match.start()]):
            found.append(Mention("flag", *match.span(), Timing(), "frequency.at_most", ("range_of_times",)))
            continue
        daily = match["u"][0].lower() in ("d", "n")
        if match["least"] and "and" in match.group().lower() and (daily or not match["said"]):  # "once and twice daily"
            found.append(Mention("flag", *match.span(), Timing(), "frequency.two", ("frequency_choice",)))
            continue
        unit = {"n": "d", "d": "d"}.get(match["u"][0].lower()) or time_unit(match["u"])
        if match["said"] and unit != "d":  # "once daily and twice weekly": two of their own
            found.append(_mention(match.start(), match.end("said"), 1, 1, "d", "frequency.times"))
            found.append(_mention(match.start("word"), match.end(), _value(match["word"]), 1, unit, "frequency.times"))
            continue
        high = match["word"] if match["least"] else match["high"]
        count = _value(match["least"] or match["word"] or match["n"])
        flags = ("range_of_times",) if high else ()
        found.append(_ranged(_mention(match.start(), match.end(), count, 1, unit, "frequency.times", flags), high))
    return found


def _every(scan: Scan) -> list[Mention]:
    """Every so many hours, days, weeks, months."""
    found = []
    for match in scan.finditer(_EVERY_ORDINAL):
        unit = "d" if match["u"].lower() in ("night", "evening") else time_unit(match["u"])
        found.append(_mention(match.start(), match.end(), 1, _ORDINALS[match["o"].lower()], unit, "frequency.every_ordinal"))
    for match in scan.finditer(_EVERY):
        if match.group().lower().startswith("per "):
            continue
        flags = ("range_of_period",) if match["high"] else ()
        told = _mention(match.start(), match.end(), 1, _value(match["n"]), time_unit(match["u"]), "frequency.every", flags)
        found.append(_ranged(told, match["high"]))
    found += [_mention(m.start(), m.end(), 1, float(m["n"]), "h", "frequency.per_hours") for m in scan.finditer(_PER_HOURS)]
    found += [
        _mention(m.start(), m.end(), 1, float(m["n"]), time_unit(m["u"]), "frequency.every") for m in scan.finditer(_PER_WEEKS)
    ]
    for match in scan.finditer(_INTERVALS):
        unit = time_unit(match["u"] or match["v"])
        high = match["high"] or match["top"]
        flags = ("range_of_period",) if high else ()
        told = _mention(*match.span(), 1, _value(match["n"] or match["m"]), unit, "frequency.every", flags)
        found.append(_ranged(told, high))
    for match in (*scan.finditer(APART), *scan.finditer(SPACED)):
        if _AT_LEAST.search(match["between"]):
            continue  # "2 doses at least one week apart" tells no time between them
        flags = ("range_of_period",) if match["high"] else ()
        told = _mention(*match.span("apart"), 1, _value(match["n"]), time_unit(match["u"]), "frequency.every", flags)
        found.append(_ranged(told, match["high"]))
    for match in scan.finditer(TIMES_WITHIN):
        found.append(_mention(*match.span(), _value(match["n"]), _value(match["m"]), time_unit(match["u"]), "frequency.times"))
    found += [_mention(m.start(), m.end(), 1, 1, time_unit(m["u"]), "frequency.every") for m in scan.finditer(_EVERY_ONE)]
    for match in scan.finditer(_Q):
        unit = {"M": "mo", "m": "mo"}.get(match["u"]) or time_unit(match["u"])
        flags = ("range_of_period",) if match["high"] else ()
        told = _mention(match.start(), match.end(), 1, float(match[1]), unit, "frequency.q", flags)
        found.append(_ranged(told, match["high"]))
    for match in scan.finditer(_N_HOURLY):
        window = _WINDOW_TO.search(scan.text, max(0, match.start() - 20), match.start())
        if match["u"][0].lower() == "h" or window is None or not (match["high"] or window["low"]):
            flags = ("range_of_period",) if match["high"] else ()
            told = _mention(*match.span(), 1, _value(match[1]), time_unit(match["u"]), "frequency.hourly", flags)
            found.append(_ranged(told, match["high"]))
    return found
