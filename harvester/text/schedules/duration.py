"""For how long: one administration (``over 2 hours``), the whole treatment (``for 12 weeks``), and what ends it (``until …``)."""

from __future__ import annotations

import re

from harvester.text.expressions.definition_file import expression
from harvester.text.expressions.pattern import pattern_of
from harvester.text.expressions.scan import Phrase, Scan
from harvester.text.expressions.spans import Taken
from harvester.text.schedules.frequency import APART, SPACED, TIMES_WITHIN, of_each_day
from harvester.text.schedules.timing import Mention, Timing, time_unit
from harvester.text.written.number import NUMBER, NUMBER_WORDS, count_of

_WORDS = NUMBER_WORDS
_N = rf"(?P<n>{NUMBER}|{_WORDS})(?: ?(?:-|to|~|±|or) ?(?P<high>{NUMBER}|{_WORDS}))?"
_SHORT = r"(?P<u>minutes?|mins?|min|hours?|hrs?|hr|h)(?![A-Za-z])"
_LONG = r"(?P<u>days?|nights?|d|weeks?|wks?|wk|w|months?|mo|years?|yrs?)(?![A-Za-z])"
_ABOUT = (
    r"(?:approximately |about |at least |no less than |a minimum of |up to |around |a period of |"
    r"a |an |the course of |≥ ?|~ ?|> ?)*"
)
_INFUS = (
    r"(?:(?:iv|i\.v\.|intravenous(?:ly)?(?: \((?:iv|i\.v\.)\))?|intraveneous|continuous|constant|slow|short|subcutaneous|"
    r"single|drip|sc|long|bolus|extended|prolonged) ?-?)*(?:infus|drip|inject|inf\.|bolus|civi\b|civ\b|administration)"
)

_OVER = Phrase(rf"(?<![A-Za-z])over ?{_ABOUT}{_N}[ -]?{_SHORT}", re.I)
# "5 mg/kg IV in 3 hours", "IV (30 min)"
_WAY_IN = Phrase(
    rf"(?:(?<=IV )|(?<=i\.v\. )|(?<=infusion )|(?<=intravenously ))(?:in|-|\((?=[^()\n]{{2,20}}\))) ?{_ABOUT}{_N}[ -]?{_SHORT}"
    r"(?![ -]?(?:before|prior|after|of|from|post|pre|later|apart|between|intervals?)(?![a-z]))",
    re.I,
)
# "1 g/h for 24 hours"
_PER_HOUR_FOR = Phrase(rf"/ ?(?:hours?|hr|h|min|minute)(?: (?:IV|SC))? (?P<all>for {_ABOUT}{_N}[ -]?{_SHORT})", re.I)
_FOR_MINUTES = Phrase(  # not "during 30 minutes of exercise"
    rf"(?<![A-Za-z])(?:for|during(?! [\d-]{{1,7}}[ -]?min\w* (?:of|before|after) )) "
    rf"{_ABOUT}{_N}[ -]?(?P<u>minutes?|mins?|min)(?![A-Za-z])",
    re.I,
)
_INFUSED_FOR = Phrase(rf"(?:infus|drip|pump)[^.;]{{0,40}}?(?<![A-Za-z])(?P<all>for {_ABOUT}{_N}[ -]?{_SHORT})", re.I)
_LONG_INFUSION = Phrase(rf"(?:infus|continuous)[^.;]{{0,40}}?(?<![A-Za-z])(?P<all>over {_ABOUT}{_N}[ -]?{_LONG})", re.I)
_NAMED = Phrase(
    rf"(?<![A-Za-z0-9.])(?P<n>{NUMBER}|{_WORDS})(?:-? ?(?:-|to|~|±|or) ?(?P<high>{NUMBER}|{_WORDS}))?"
    rf"[ -]*{_SHORT}[ -]*(?:{_INFUS})",
    re.I,
)
_TIME_OF = Phrase(
    rf"(?:infus\w*|injection|administ\w*)(?: (?:time|duration))?(?: (?:of|is|was|:|lasting|for|"
    rf"lasts|in|within|during)|:) ?{_ABOUT}{_N}[ -]?{_SHORT}(?! (?:before|prior|after)(?![a-z]))",
    re.I,
)
_CONTINUOUS = Phrase(
    r"continuous(?:ly)?(?>[ -](?:24[- ]?(?:hours?|h)|intravenous(?:ly)?|iv|i\.v\.|subcutaneous(?:ly)?|"
    r"sc|sq|\w+[- ]hour|intra\w+))*[ -](?:infus\w+|drip|pump\w*|iv\b)"
    r"|(?:infus\w+|drip)(?: \w+){0,2} continuous(?:ly)?|(?<![A-Za-z])(?:CIVI?|CIVD|C\.?I\.?V\.?I)(?![A-Za-z])|"
    r"(?<![A-Za-z])(?<!% )(?-i:CI)(?= (?:IV(?![A-Za-z])|over \d))|(?:(?<=[ (]IV )|(?<=/d )|(?<=/day ))(?-i:CI)(?![A-Za-z])|"
    r"24[- ]?h(?:our)?[- ]continuous|continuous(?:ly)? (?:over|for) 24[- ]?h|"
    r"continuous(?:ly)? (?:iv|intravenous)\b|continuous(?:ly)? infus|(?:\biv|intravenous(?:ly)?) continuous(?:ly)?\b",
    re.I,
)

_FOR = Phrase(
    rf"(?:(?<![A-Za-z])|(?<=/d)(?=[x×])|(?<=d)(?=\*\d))(?:for|during|x|×|(?<=d)\*|times(?= \d)|"
    rf"lasting|over|on(?= (?:\d|{_WORDS}) consecutive days)"
    r"|(?=up to \d+ (?:months|years))"
    r"|(?<!\d )(?<!within )(?<!last )(?<!every )(?=\d days (?:every|q) ?\d)|(?<!\d )(?=\d consecutive days (?:every|of|in|q))) ?"
    r"(?:a total of |(?:a |the )(?:total |whole )?period of |a planned duration of |"
    rf"a duration of |up to |at least |approximately |about |a maximum of |a minimum of |(?:the )?(?:first|next|last|"
    rf"subsequent) |another |an additional |a further |additional |a |an |the |≥ ?|in total |≤ ?)*{_N}[ -]?(?:consecutive |"
    rf"continuous |additional |more |full )?{_LONG}"
    r"(?! ?(?:cycle|course|-?old|(?:before|prior)(?! (?:to )?(?:the )?(?:(?:leuk)?apheresis|harvest\w*|(?:stem )?cell collection"
    r"))|after the last|of age|apart|later|ago|follow[- ]?up|or longer remission|post-?treat|"
    r"on(?:, ?| ?/ ?| and )\d{1,2} (?:days?|weeks?|months?) off(?![a-z])|"
    r"(?:a|per|(?:of |in )?(?:each|every)|/) ?(?:week|wk)(?![a-z])))"  # 5 days a week: how often
    r"(?! \d{1,2} ?(?:-|,|&|and) ?\d{1,2}(?![\d./%]| ?[a-z]))",  # "x 4 days 2-3": four, on the days 2 and 3
    re.I,
)
_TOTAL = Phrase(
    rf"(?:total of|duration(?: of (?:treatment|therapy|administration|dosing))? (?:of|is|was|:|"
    rf"will be)|treatment (?:duration|period)(?: of|:| is)?|duration:|(?:(?<=[,;] )|(?<=\())duration(?= \d)) ?(?:up to |a |"
    rf"an |approximately )*{_N}[ -]?{_LONG}",
    re.I,
)
_OF_TREATMENT = Phrase(
    rf"(?<![A-Za-z0-9.]){_N}[ -]?(?P<u>days?|weeks?|wks?|months?|years?)[ -](?:of )?(?:daily )?(?:(?:double-blind |"
    rf"open-label |active |oral )?(?:treatment|therapy|dosing|supply|supplementation|administration|"
    rf"titration|(?<=day )(?:(?:continuous|intravenous|IV) )*infusion(?!s))"
    r"(?! cycle|[- ](?:free|holiday|break|interruption|pause|rest|delay|hold|gap)))",
    re.I,
)
_NOT_FOR = expression("schedule.not_for")
# "5 times a week for 5 consecutive days": which days of the week
_A_WEEK = pattern_of(r"(?:times|days|once|twice) (?:(?:a|per|each|every|in a) week|weekly),? $", re.I)
_OF_COUNT = pattern_of(r"(?:[<>≥≤]=? ?[\d.,]{1,9}|[\d)](?: ?(?:cells|(?-i:G)))? ?(?:/|per) ?(?:[uµμ]?l|mcl|mm\^?3)) $", re.I)
_TITRATED = pattern_of(r"(?:titrat|escalat|(?<![a-z])ramp)\w*[^.;]{0,44}$", re.I)
_AGED = pattern_of(r"(?:patients|subjects|participants|those|adults|children|people|women|men|aged?|ages) $", re.I)
_UNTIL = Phrase(
    r"(?<![A-Za-z])(?:until|till|up to)(?= ?(?:the )?(?:documented |confirmed |first |evidence|"
    r"time of )?(?:evidence of |radiographic )?(?:disease |tumou?r |objective )?(?:progress|PD\b|"
    r"unaccept|intoler|relapse|recur|toxic|death|withdraw|off treatment|loss of|complete remission|"
    r"remission|engraft|discharge|transplant|(?:day|week|month) \+?\d|D ?\+\d|end of))"
    r" ?(?P<what>(?:[^.;\n(),]|\.(?=\d)|,(?! ?(?:for|up to|at|with|on|in|given|administered|every|"
    r"whichever|plus|followed|combined|then|and then|once|twice|[a-z0-9]+ (?:times|sessions))\b)){2,160})"
    r"|(?<![A-Za-z])(?:until|till) (?P<other>(?:[^.;\n(),]|\.(?=\d)|,(?! ?(?:for|up to|at|with|"
    r"on|in|given|administered|every|whichever|plus|followed|combined|then|and then|once|twice|"
    r"[a-z0-9]+ (?:times|sessions))\b)){3,120})|(?:(?<!\d )|(?=through (?:the end of )?cycle))(?<![a-z])through "
    r"(?P<through>(?:(?:the end of )?(?:week|month|day|cycle|year|D(?= ?\+)) ?\+?\d{1,3}(?![\d-])"
    r"|\d{1,3} (?:weeks|months)(?![a-z]))(?: ?(?:post|after)[- ]?[A-Za-z-]{3,20}(?: [a-z]{4,15})?)?)"
    r"|(?<![a-z])(?:(?:ended|stopped|discontinued|withdrawn)(?: in)?(?: (?:complete(?:ly)?|withdrawal))*"
    r"|(?:stop|discontinue)(?: [a-z-]+){0,2}) (?:on|at|by) (?P<stop>day ?\+?\d{1,3})(?!\d)"
    r"|in the absence of (?P<absence>(?:disease )?progression[^.;\n()]{0,60})"
    r"|who do not meet (?P<meet>off[ -]treatment[^.;\n()]{0,40})",
    re.I,
)


# Ends after so many: "every 3 weeks for 4 doses".
_FOR_COUNT = Phrase(
    rf"(?<![A-Za-z])(?:for|x|×|(?=up to \d)|(?:by|as|in)(?= [a-z]+ (?:consecutive |once-?)?(?:weekly|daily|monthly))"
    rf"|by(?= [a-z]+ consecutive)|(?=(?:an? )?maximum of (?:\d{{1,2}}|{_WORDS}) [a-z]+ ?(?:[.,;)]|$))) ?"
    rf"(?:a total of |at least |(?=an? maximum)|an? |the first |the next |the )?"
    rf"(?P<most>up to |(?:an? )?maximum of )?(?P<n>\d{{1,2}}|{_WORDS})"
    r" (?:further |additional |more |weekly |monthly |total |consecutive |intravitreal |IV |subcutaneous |daily |equal )*"
    r"(?P<what>fractions|doses|infusions|injections|administrations|applications|sessions)(?! of| levels?)"
    r"(?! ?\((?:equal|equivalent|=|total (?!\d+ ?mg)))(?![A-Za-z])",
    re.I,
)
# "weekly x 4", "q12h x 6"; of a day "daily x 5" is five days.
_TIMES_OVER = Phrase(
    r"(?<![A-Za-z])(?:(?P<daily>daily|QD|qd|q\.d\.|once a day|per day|/day|/d)|weekly|QW|[Qq]\d{1,2} ?-?[hH]|"
    r"every \d{1,2} hours?|"
    r"bid|BID|twice daily|monthly) ?(?P<all>(?:x|×) ?(?P<n>[2-9]|[1-3]\d))(?! ?(?:days?|d|weeks?|wks?|w|months?|"
    r"cycles?|doses?|hours?|h|m?g|times|"
    r"mo|years?|fractions?|courses?|infusions?|injections?)(?![a-z])|[\d/^.]| ?10| ?(?:-|to) ?\d)",
)
# "four weekly doses of 375 mg/m2"
_WEEKLY_OF = Phrase(
    rf"(?<![A-Za-z0-9.-])(?<!to )(?<!or )(?<!every )(?<!each )"
    rf"(?P<count>[2-9]|1\d|{_WORDS}) (?:consecutive |equal )?(?:once-?)?(?=weekly|monthly|daily)"
    r"(?P<between>)[a-z]+ (?P<what>doses|infusions|injections) of (?=(?:[A-Za-z][\w-]* ){0,2}\d)",
    re.I,
)
_WATCHED = pattern_of(
    r"(?:follow|observ|monitor|assess|evaluat|visit|survey|collect|measur|scan|imag|sampl|"
    r"blind)\w*[^.;]{0,40}$",
    re.I,
)
_LASTING = pattern_of(r" with or without| (?:for|with) (?:a (?:maximum|total)|up to|at least|maximum)", re.I)


# "50 Gy in 25 fractions", "30 Gy/10 fractions": in so many is a whole given.
_OF_CYCLES = pattern_of(r"(?:cycles?|courses?|fractions?|doses?) ?\(?$", re.I)
# 7 days at 9 ug/day, 7 days of drugamab 100 mg
_AT = Phrase(
    r"(?<![A-Za-z0-9.-])(?<!within )(?<!after )(?<!before )(?<!least )(?<!first )(?<!last )(?<!than )"
    r"(?<!every )(?<!\d to )(?<!\d or )(?<!up to )(?<!mum of )(?P<n>\d{1,3}) (?P<u>days?|weeks?) (?:at (?=\d)"
    r"|of (?=(?:(?:oral|IV|intravenous|high-dose|low-dose) )?[a-z][\w-]{3,} \(?\d[\d.,]* ?[mu]?g(?![a-z])))",
    re.I,
)
_FIRST = Phrase(r"(?<![A-Za-z])(?:for|during) (?:the )?first (?P<u>week|month)(?! of|s)(?![a-z])", re.I)  # "for the first week"
_EACH = Phrase(r"(?<![A-Za-z0-9.])(?P<n>\d{1,2}) (?P<u>days?|weeks?|months?) each(?! week|[a-z])", re.I)  # every step of a list
# "14 mg/m2/d (3 days)", "3 g/m2 IV (2 days)"
_IN_BRACKET = Phrase(
    r"(?:/ ?(?:d|day)|/m2|/kg|[mu]?g|daily|twice a day|BID|IV|PO|SC|p\.o\.|i\.v\.) ?(?P<all>\((?:for |x ?|× ?)?(?P<n>\d{1,2}) "
    r"(?P<u>days|weeks)\))",
    re.I,
)
_IN_FRACTIONS = Phrase(
    r"Gy[A-Za-z]{0,3}(?: (?:will be|is|are|was|were)(?= (?:given|delivered|administered)))?"
    r"(?: (?:(?:cranio?(?:spinal|al)?|total|whole|brain|body|involved|field) ?){0,3}(?:radiation|irradiation|radiotherapy|RT))?"
    r"(?: (?:given|delivered|administered)(?= (?:in|as)))? ?(?P<all>(?:/|in|over|as|delivered in|given in) ?"
    rf"(?P<n>\d{{1,2}}|{_WORDS})"
    r"(?: (?:daily|equal|once-daily|twice-daily|consecutive))*[- ]?(?:fractions?|fx|fr|f)(?![A-Za-z]))",
    re.I,
)


# "8 Gy x 3", "5 x 5 Gy": so many fractions of the dose told.
_GY_TIMES = Phrase(
    r"(?<![A-Za-z])c?Gy(?:E|\(RBE\))? ?(?P<all>[x×] ?(?P<n>[2-9]|[1-4]\d)(?: ?(?:fractions?|fx|fr|f))?)(?![\d/.A-Za-z]"
    r"| ?(?:days?|d|weeks?|wks?|w|months?|times|cycles?|daily|per|a|c?Gy)(?![a-z]))"
    r"|(?<![\d.,A-Za-z/])(?P<first>(?P<m>[2-9]|[1-4]\d) ?[x×]) ?(?=\d{1,2}(?:\.\d+)? ?c?Gy"
    r"(?! ?(?:/ ?d|per day|a day|daily|b\.?i\.?d)))",
    re.I,
)


PHRASES = (
    _OVER, _WAY_IN, _FOR_MINUTES, _INFUSED_FOR, _LONG_INFUSION, _NAMED, _TIME_OF, _CONTINUOUS, _FOR, _TOTAL, _OF_TREATMENT,
    _UNTIL, _FOR_COUNT, _WEEKLY_OF, _IN_FRACTIONS, _GY_TIMES, _PER_HOUR_FOR, _TIMES_OVER, _EACH, _FIRST, _AT, _IN_BRACKET,
)  # fmt: skip


_EVERY = pattern_of(r"(?<![a-z])(?:every|each|q) ?$", re.I)


def infusion_mentions(scan: Scan) -> list[Mention]:
    """How long one administration takes; of a range the shorter time."""
    found: list[Mention] = []
    taken = Taken()
    for phrase, rule in (
        (_OVER, "infusion.over"),
        (_WAY_IN, "infusion.over"),
        (_NAMED, "infusion.named"),
        (_TIME_OF, "infusion.time"),
        (_LONG_INFUSION, "infusion.long"),
        (_INFUSED_FOR, "infusion.infused_for"),
        (_PER_HOUR_FOR, "infusion.per_hour_for"),
        (_FOR_MINUTES, "infusion.for_minutes"),
    ):
        for match in scan.finditer(phrase):
            start = match.start("all") if "all" in match.groupdict() else match.start()
            if phrase is _NAMED and _EVERY.search(scan.text, max(0, start - 8), start):
                continue  # "every 8 hours infused over 4 hours"
            if taken.meets(start, match.end()) or _NOT_FOR.search(scan.text[max(0, start - 48) : start]):
                continue
            taken.take(start, match.end())
            flags = ("range_of_infusion",) if match["high"] else ()
            value, unit = count_of(match["n"]), time_unit(match["u"])
            if phrase is _OVER and _of_several(scan.text, start, value, unit):
                all_of_them = Timing(duration_value=value, duration_unit=unit)
                found.append(Mention("duration", start, match.end(), all_of_them, "duration.over"))
                continue
            timing = Timing(infusion_value=value, infusion_unit=unit, infusion_high=_high(match))
            found.append(Mention("infusion", start, match.end(), timing, rule, flags))
    return sorted(found, key=lambda mention: mention.start)


# "every 4 hours for 17 doses over 72 hours", "in 4 doses over 24 hours"; not "weekly for 4 doses over 4 hours"
_SEVERAL = pattern_of(
    r"(?:(?<![a-z])(?:in(?:to)?|as) (?:[\w-]+ ){1,2}(?:doses|injections|administrations)|divided doses|boluses"
    r"|(?:every|q) ?(?P<n>\d{1,2}) ?-?(?:hours?|hrs?|h)(?: (?:x|for) ?\d{1,2}(?: doses)?)?),? $",
    re.I,
)


def _of_several(text: str, at: int, value: float, unit: str) -> bool:
    """Whether a time is that of several administrations: longer than the time between two of them, or of a day."""
    told = _SEVERAL.search(text, max(0, at - 32), at)
    return told is not None and unit == "h" and (value > float(told["n"]) if told["n"] else value >= 2)


def continuous_mentions(scan: Scan) -> list[Mention]:
    """Where a continuous infusion is written; continuous daily dosing is none."""
    return [
        Mention("continuous", m.start(), m.end(), Timing(continuous=True), "continuous.phrase")
        for m in scan.finditer(_CONTINUOUS)
        if not (_DAY_BY_DAY.search(m.group()) and _FOR_DAYS.match(scan.text, m.end()))
    ]


# "by infusion per day continuously for 14 days": on days in a row
_DAY_BY_DAY = pattern_of(r"(?:per|a|each|every) day continuously$", re.I)
_FOR_DAYS = pattern_of(r" for \d{1,3} days(?![a-z])", re.I)


def duration_mentions(scan: Scan) -> list[Mention]:
    """How long the treatment goes on; of a range the shorter time."""
    found: list[Mention] = []
    taken = Taken()
    for phrase, rule in ((_FOR, "duration.for"), (_TOTAL, "duration.total"), (_OF_TREATMENT, "duration.of_treatment")):
        for match in scan.finditer(phrase):
            before = scan.text[max(0, match.start() - 48) : match.start()]
            aged = match.group()[:4].lower() == "over" and (_AGED.search(before) or _TITRATED.search(before) or _is_age(match))
            in_week = _A_WEEK.search(before) and "consecutive day" in match.group().lower()
            if taken.meets(*match.span()) or aged or in_week or _NOT_FOR.search(before) or _OF_COUNT.search(before):
                continue
            taken.take(*match.span())
            flags = tuple(
                flag
                for flag, written in (
                    ("range_of_duration", match["high"]),
                    ("up_to", _AT_MOST.search(match.group()) or before.lower().endswith("up to ")),
                    ("at_least", _AT_LEAST.search(match.group())),
                )
                if written
            )
            timing = Timing(duration_value=count_of(match["n"]), duration_unit=time_unit(match["u"]), duration_high=_high(match))
            found.append(Mention("duration", match.start(), match.end(), timing, rule, flags))
    for match in scan.finditer(_AT):
        if taken.take(match.start(), match.end()):
            timing = Timing(duration_value=float(match["n"]), duration_unit=time_unit(match["u"]))
            found.append(Mention("duration", match.start(), match.end(), timing, "duration.at"))
    found += [
        Mention("duration", *m.span(), Timing(duration_value=1.0, duration_unit=time_unit(m["u"])), "duration.first")
        for m in scan.finditer(_FIRST)
        if taken.take(*m.span())
    ]
    for match in scan.finditer(_IN_BRACKET):
        if taken.take(*match.span("all")):
            timing = Timing(duration_value=float(match["n"]), duration_unit=time_unit(match["u"]))
            found.append(Mention("duration", *match.span("all"), timing, "duration.bracket"))
    for match in scan.finditer(_EACH):
        of_cycles = _OF_CYCLES.search(scan.text, max(0, match.start() - 14), match.start())
        if not of_cycles and taken.take(match.start(), match.end()):
            timing = Timing(duration_value=float(match["n"]), duration_unit=time_unit(match["u"]))
            found.append(Mention("duration", match.start(), match.end(), timing, "duration.each"))
    for match in scan.finditer(_TIMES_OVER):
        if match["daily"] and taken.take(match.start("all"), match.end()):
            timing = Timing(duration_value=float(match["n"]), duration_unit="d")
            found.append(Mention("duration", match.start("all"), match.end(), timing, "duration.times_over"))
    return sorted(found, key=lambda mention: mention.start)


def _is_age(match: re.Match[str]) -> bool:
    """Whether so many years are those of a grown person: "over 60 years"."""
    return time_unit(match["u"]) == "a" and count_of(match["n"]) >= 18


_MOST = pattern_of(r"(?:an? |the )?max(?:imum|imal)?\.?(?: dose| daily dose)?(?: of)? ?\d", re.I)
_TAPERED = pattern_of(r"(?<![a-z])(?:taper|wean)\w*(?: [a-z]+){0,3}(?: [-+]?\d{1,3}(?: [a-z]+){0,2})? $", re.I)
_OR_UNTIL = pattern_of(r"\((?:or|and) $", re.I)
# "until day +180, drugamab 15 mg/kg": the next dose ends nothing
_OTHER_DOSE = pattern_of(
    r"(?:, (?:and )?| and )(?=[A-Za-z][^,]{1,40}? \d[\d.,]* ?(?:mg|[mu]g|mcg|g|IU|mL|tablets?|capsules?|puffs?)(?![a-z]))"
    r"|,? or (?=(?:an? |the )?(?:equal|equivalent|matching|placebo|same|single dose|dose of)(?![a-z]))"
    r"|,? (?=(?:whereas|while|although)(?![a-z]))|,? and (?=(?:every|once|twice|weekly|monthly)(?![a-z]))"
    r"|,? (?:and |then )*(?=(?:taper|wean)\w*(?![a-z]))|, (?=after(?![a-z]))",
    re.I,
)
# "until progression and drugamab (DA) 40 mg"
_OTHER_NAME = pattern_of(r",? and [A-Za-z][\w-]{3,30} ?$", re.I)
_SHORT_NAME = pattern_of(r" ?\([A-Z][\w-]{0,9}\),? \d")
_STUMP = pattern_of(r",? (?:or|and)$", re.I)


def until_mentions(scan: Scan) -> list[Mention]:
    """What ends the treatment, in the text's words."""
    found = []
    for match in scan.finditer(_UNTIL):
        group = next(name for name, what in match.groupdict().items() if what)
        if group == "through" and _WATCHED.search(scan.text, max(0, match.start() - 60), match.start()):
            continue
        if group != "stop" and _TAPERED.search(scan.text, max(0, match.start() - 48), match.start()):
            continue  # "days 0 to 40, then tapered until day 96"
        if _OR_UNTIL.search(scan.text, max(0, match.start() - 6), match.start()):
            continue  # "on days 2-5 (or up to day 10)"
        if _MOST.match(match[group]):
            continue  # "until a maximum of 25 mg"
        what = _OTHER_DOSE.split(_LASTING.split(match[group])[0])[0]
        if _SHORT_NAME.match(scan.text, match.end(group)):
            what = _OTHER_NAME.sub("", what)
        what = _STUMP.sub("", what)
        end = match.start(group) + len(what)
        if what.strip(" ,"):
            found.append(Mention("until", match.start(), end, Timing(until=shortened(what.strip(" ,"), 120)), "until.phrase"))
    for match in scan.finditer(_FOR_COUNT):
        count = f"{count_of(match['n']):g} {match['what'].lower()}"
        words = f"up to {count}" if match["most"] else count
        found.append(Mention("until", match.start(), match.end(), Timing(until=words), "until.count"))
    found += [
        Mention("until", m.start("all"), m.end(), Timing(until=f"{m['n']} doses"), "until.count")
        for m in scan.finditer(_TIMES_OVER)
        if not m["daily"]
    ]
    for match in scan.finditer(_IN_FRACTIONS):
        number = int(count_of(match["n"]))
        words = f"in {number} fractions" if number > 1 else "in 1 fraction"
        found.append(Mention("until", match.start("all"), match.end(), Timing(until=words), "until.fractions"))
    for match in (*scan.finditer(APART), *scan.finditer(SPACED), *scan.finditer(_WEEKLY_OF)):
        words = f"{count_of(match['count']):g} {match['what'].lower()}"
        if not of_each_day(scan.text, match):
            found.append(Mention("until", match.start(), match.start("between"), Timing(until=words), "until.apart"))
    found += [
        Mention("until", *m.span(), Timing(until=f"{count_of(m['n']):g} doses"), "until.count")
        for m in scan.finditer(TIMES_WITHIN)
    ]
    counted = {mention.start for mention in found}
    for match in scan.finditer(_GY_TIMES):
        start, end = match.span("all" if match["all"] else "first")
        if start not in counted:
            rule = "until.times_behind" if match["all"] else "until.times"
            found.append(Mention("until", start, end, Timing(until=f"{match['n'] or match['m']} fractions"), rule))
    return sorted(found, key=lambda mention: mention.start)


def shortened(words: str, most: int) -> str:
    """``words`` of at most ``most`` characters, cut at a comma or "or" in their second half, else at a blank."""
    if len(words) <= most:
        return words
    kept = words[: most + 1]
    ends = [m.start() for m in re.finditer(r",| or ", kept) if m.start() >= most // 2]
    ends = ends or [m.start() for m in re.finditer(" ", kept)]
    return kept[: ends[-1]].rstrip(" ,") if ends else words[:most]


_AT_MOST = pattern_of(r"up to|maximum of|≤", re.I)
_AT_LEAST = pattern_of(r"at least|minimum of|≥", re.I)


def _high(match: re.Match[str]) -> float | None:
    """The upper end of a range of times; None where there is none, or what follows is a tolerance."""
    high = count_of(match["high"]) if match["high"] else 0.0
    return high if high > count_of(match["n"]) else None
