"""Which days and weeks: ``days 1, 8 and 15``, ``Day -6 to Day -2``, ``d1-5``, ``week 1 to 5``."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from harvester.text.expressions.definition_file import expression
from harvester.text.expressions.gate import gated
from harvester.text.expressions.pattern import pattern_of
from harvester.text.expressions.scan import Phrase, Scan
from harvester.text.schedules.timing import Mention, Timing, Windows
from harvester.text.written.number import NUMBER_WORDS, WORD_VALUES
from harvester.text.written.unit import DOSE_KINDS, read_dose_unit

_DAY = r"(?:study |treatment )?(?:days?(?: \(D\))?|d)"
_WEEK = r"(?:study |treatment )?(?:weeks?|wks?|W)"
_INT = r"(?:[-+] ?)?\d{1,3}(?:st|nd|rd|th)?"
_RANGE = (
    r"(?: ?(?:-|~|→|to|through|thru|until|and up to|till|(?:, ?)?(?:and )?continu(?:e|es|ed|ing) (?:through|until|to|till)) ?)"
)
_SEP = (  # "D1 D8 and D15" too; each sign in one way only: n days with two ways each would be tried 2 ** n times
    r"(?:(?: ?(?:, ?)?(?:and|or|then)| ?, ?&| ?&(?! (?:[-+]?\d|[Dd]))) (?!\d ?\+ ?\d)(?!\d/\d (?:on|at|of)(?![a-z]))| ?, ?"
    r"| ?[&/+] ?(?=[-+]?\d|[Dd])| (?=[DdWw]\d{1,3}(?![A-Za-z0-9.:]|-[A-Za-z]| ?:| \d)))"
)
_B = r"(?<![A-Za-z0-9/])(?<![A-Za-z]-)"
_AGAIN = (
    r" ?\((?:(?:D|W|Day |Week )\d{1,3}|split[^()]{0,12}|(?:±|\+/-) ?\d(?: days?)?)\)"  # Day 1 (D1) and 5 (±1), 1-2 (split), 8
)
# "d0, then d1-21 drugamab 25 mg", "day 0, days 1-5 rituximab 100 mg/m2": days of the next medicine. Which word is a medicine is
# not known here: those that end as medicines do, behind "then" or a window that opens a list anew.
_AMOUNT_BEHIND = r" \d[\d.]* ?(?:[mu]?g|mcg|iu|auc)"
_OF_NEXT = (
    r"(?i:(?:(?<=then )(?:days?|d) ?\d{1,3}(?: ?[-~] ?\d{1,3})?|(?:days?|d) ?\d{1,3} ?[-~] ?\d{1,3}),? "
    rf"(?!combine )[a-z][a-z-]{{2,}}(?:mab|nib|exate|mide|oside|[bdrtx]ine|[bclmrst]in){_AMOUNT_BEHIND})"
)
_NEXT_PLAN = pattern_of(_OF_NEXT)


def _list_phrase(word: str) -> Phrase:
    item = rf"(?:{word}\.? ?)?{_INT}(?:{_AGAIN})?(?:(?i:{_RANGE})(?:{word}\.? ?)?{_INT}(?:{_AGAIN})?)?"
    return Phrase(
        rf"{_B}(?i:{word})\.? ?(?:s )?(?:# ?)?{_INT}(?:{_AGAIN})?"
        rf"(?:(?i:{_RANGE})(?:(?i:{word})\.? ?)?{_INT}(?:{_AGAIN})?)?(?:{_SEP}(?!{_OF_NEXT})(?i:{item})(?!\d|"
        rf"\.\d|%|,\d{{3}}|-[A-Z]{{2}}))*(?!\d|\.\d|,\d{{3}}(?!\d)|(?:W|NS)(?![A-Za-z]))"
    )


_DAYS = _list_phrase(_DAY)
_BLANKS_ONLY = Phrase(rf"{_B}days \d{{1,2}}(?: \d{{1,2}}){{2,11}}(?=,? (?:every|q|of|in) ?|[.;)]|$)", re.I)
_WEEKS = _list_phrase(_WEEK)
_MONTHS = _list_phrase(r"months?")
# "at 0, 1 and 6 months", "a 0-1-6 month schedule": the unit stands behind the list.
_COUNTED = Phrase(
    r"(?:(?<![A-Za-z0-9])(?:at|on|in|of|schedule:?)|(?<!\d)[,(]) ?(?:an? |the )?(?:approximately )?"
    r"(?P<list>\d{1,2}(?:(?:, ?(?:and |& )?| and | & )\d{1,2}){0,5}|0(?: ?[-/,] ?\d{1,2}){2,4})[- ](?P<u>weeks?|months?)"
    r"(?! (?:cycles?|courses?|apart|before|prior|post|later|follow))(?P<age> of age| old)?"
    r"(?![A-Za-z])",
    re.I,
)
# "First week, 50 mg; second week, 100 mg"
_ORDINAL_WEEKS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8}
_ORDINAL_WEEK = Phrase(rf"(?<![A-Za-z])(?:the )?(?P<o>{'|'.join(_ORDINAL_WEEKS)}) week(?=[,:]? ?\d)", re.I)
_CYCLE_DAY = Phrase(r"(?<![A-Za-z0-9])C(\d{1,2})(?: ?- ?\d{1,2})?D(\d{1,3})(?: ?(?:-|to) ?(?:C\1)?D?(\d{1,3}))?(?![A-Za-z0-9])")
# "days 1 (100 mg), 2 (900 mg), 8 and 15 (1,000 mg)": each amount stands behind its own days.
_OWN_DAYS = r"\d{1,3}(?: ?(?:-|to) ?\d{1,3})?(?:(?:, ?(?:and )?| and | ?& ?)\d{1,3}(?: ?(?:-|to) ?\d{1,3})?)*"
_DAYS_WITH_AMOUNTS = Phrase(
    rf"(?<![A-Za-z])days? ?{_OWN_DAYS} ?\([^()]{{2,24}}\)"
    rf"(?:(?:,| and|, and| &|;) ?(?:on )?(?:days? ?)?{_OWN_DAYS} ?\([^()]{{2,24}}\))+",
    re.I,
)
_DAY_OF_AMOUNT = pattern_of(rf"(?P<days>{_OWN_DAYS}) ?(?=\([^()]*\d[^()]*[A-Za-z])", re.I)
# "on the first, third and fifth day", "the 1st and 15th day of each cycle", "first day of every cycle"
_ORDINALS = {**_ORDINAL_WEEKS, "ninth": 9, "tenth": 10, "fourteenth": 14, "fifteenth": 15, "twenty-second": 22}
_NTH = rf"(?:{'|'.join(_ORDINALS)}|\d{{1,2}}(?:st|nd|rd|th))"
_OF_EACH = pattern_of(
    r" (?:of|in) (?:each|every|the|a|an|\d)(?![a-z])|,? (?:(?:for|x) \d+ cycles|(?:every|q) ?\d|\d weeks (?:per|a) )", re.I
)
_ORDINAL_DAYS = Phrase(
    rf"(?<![A-Za-z])(?:on )?(?:the )?(?P<nths>{_NTH}(?:, (?:the )?{_NTH}){{0,6}}(?:,? and (?:the )?{_NTH})?) days?(?![a-z])",
    re.I,
)
# "on days one, eight and fifteen"
_WORDED_DAYS = Phrase(
    rf"(?<![A-Za-z])(?:on )?days? (?P<list>(?>{NUMBER_WORDS})"
    rf"(?:(?:, ?(?:and )?| and | ?& ?| ?- ?| to | through )(?>{NUMBER_WORDS}))*)"
    r"(?= ?(?:[.,;)]|$|every |q ?\d| (?:of|in) (?:each|every|the|a|an|\d)(?![a-z])))",
    re.I,
)
_WORDED_ITEM = pattern_of(rf"({NUMBER_WORDS})(?:(?: ?- ?| to | through )({NUMBER_WORDS}))?", re.I)
# "the first 14 days of each 21-day cycle"
_FIRST_DAYS = Phrase(
    rf"(?<![A-Za-z])(?:for |during |on |over )?(?:the )?first (?P<n>\d{{1,2}}|{NUMBER_WORDS}) (?:consecutive )?days "
    r"(?=(?:of|in) (?:each|every|an?|the|cycle|course|\d))",
    re.I,
)
_ITEM = pattern_of(rf"({_INT})(?:(?:{_RANGE})(?:(?:days?|weeks?|wks?|d|w)\.? ?)?({_INT}))?", re.I)
_NOT_WINDOW = expression("schedule.not_window")
_DAY_OF = pattern_of(r"(?<![a-z])days? \d[\d, and-]{0,16} of $", re.I)  # day 1 of weeks 1-4
_RANGED = pattern_of(r"\d ?(?:-|~|→|to|through|thru|until|till) ?(?:days?|weeks?|d|w)?\.? ?[-+]?\d", re.I)
_STARTS_WITHIN = pattern_of(
    r"[^.;,()\n]{0,40}? for (?:up to |at least |a total of |about )?\d+ (?:more )?(?:months?|years?)"
    r"| (?:through|until|to) (?:day|week|month) ?\+?\d",
    re.I,
)
_LASTS = pattern_of(  # "d1-3, 21 days as a cycle", "D1-3, 6 cycles": no days; "day 1 and 8 day of each cycle": 8 is one
    r"[ -]?(?:(?!day of (?:each|every|an?|the) [\w -]{0,12}c(?:ycle|ourse)(?!s))days?|weeks?|months?|hours?|hrs?|h|min(?:utes?)?)"
    r"(?![A-Za-z])|-(?:week|month)ly(?![a-z])|[ -]d[ -]cycle| cycles(?! ?\d| repeat)| cycle ?(?:per|/|every)",
    re.I,
)
_POWER = pattern_of(r" ?(?:million|[x*] ?10|×|10 ?\^)|e\+?\d|\^\d", re.I)


PHRASES = (
    _DAYS, _BLANKS_ONLY, _WEEKS, _MONTHS, _COUNTED, _ORDINAL_WEEK, _CYCLE_DAY, _ORDINAL_DAYS, _WORDED_DAYS,
    _DAYS_WITH_AMOUNTS, _FIRST_DAYS,
)  # fmt: skip


def day_mentions(scan: Scan) -> list[Mention]:
    """Every window of days in a scanned text."""
    found = [
        Mention("days", *m.span(), Timing(days=((int(m[2]), int(m[3] or m[2])),)), f"days.cycle_day_{m[1]}")
        for m in scan.finditer(_CYCLE_DAY)
    ]
    lists = _with_amounts(scan)
    apart = [*_listed(scan, _BLANKS_ONLY, "days"), *_listed(scan, _DAYS, "days")]
    found += [*lists, *(m for m in apart if not any(m.overlaps(own.start, own.end) for own in lists))]
    for match in scan.finditer(_ORDINAL_DAYS):
        nths = [_ORDINALS.get(nth.lower()) or int(nth[:-2]) for nth in re.findall(_NTH, match["nths"], re.I)]
        if nths == sorted(set(nths)) and _is_giving(scan.text, match, len(nths)):
            found.append(Mention("days", *match.span(), Timing(days=tuple((nth, nth) for nth in nths)), "days.ordinal"))
    for match in scan.finditer(_WORDED_DAYS):
        ends = [(item[1].lower(), (item[2] or item[1]).lower()) for item in _WORDED_ITEM.finditer(match["list"])]
        windows = tuple((WORD_VALUES[first], WORD_VALUES[last]) for first, last in ends)
        if list(windows) == sorted(set(windows)) and _is_giving(scan.text, match, 2):
            found.append(Mention("days", *match.span(), Timing(days=windows), "days.worded"))
    for match in scan.finditer(_FIRST_DAYS):
        if (last := int(WORD_VALUES.get(match["n"].lower()) or match["n"])) > 1:
            found.append(Mention("days", match.start(), match.end() - 1, Timing(days=((1, last),)), "days.first"))
    return [_of_more(scan.text, m) for m in sorted(_one_list(scan.text, found), key=lambda mention: mention.start)]


# "on day 0, day 28 and month 6", "at baseline, day 15 and 3 months"
_MONTH_TOO = pattern_of(
    r"(?:,| and|, and| &|;) ?(?:(?:then|again) )?(?:(?:at|on|in) )?"
    r"(?:months? ?\d|\d{1,2} (?:months|years?)(?! of age| old| (?:of )?follow)(?![a-z]))"
    r"| ?, ?\((?:days? )?\d{1,3}, ?\d[^()]*\), ?\d",  # "day 1, 12, (18, 27 for some), 33"
    re.I,
)


def counted_mentions(scan: Scan) -> list[Mention]:
    """Where days, weeks and months are numbered, given or not: what is numbered so is no amount."""
    matches = (match for phrase in (_DAYS, _WEEKS, _MONTHS) for match in scan.finditer(phrase))
    lists = ((match.start(), _windows(scan.text, match)[1]) for match in matches)
    return [Mention("flag", start, end, Timing(), LEFT_OUT) for start, end in lists if end > start]


LEFT_OUT = "days.left_out"
_ONE_OF_MORE = pattern_of(r"(?:to|through|until|till|and|or|-) ?$", re.I)


def _is_giving(text: str, match: re.Match[str], days: int) -> bool:
    """Whether days told in words are some that something is given on: "on" several, or of each cycle."""
    if _ONE_OF_MORE.search(text, max(0, match.start() - 10), match.start()):
        return False  # "from the first to the fifth day of each cycle"
    return (days > 1 and match.group()[:3].lower() == "on ") or _OF_EACH.match(text, match.end()) is not None


def _of_more(text: str, days: Mention) -> Mention:
    """``days`` with a flag where their list goes on in months, or begins at baseline: they are not all there are."""
    more = _MONTH_TOO.match(text, days.end) or _BASELINE.search(text, max(0, days.start - 40), days.start)
    return replace(days, flags=(*days.flags, "goes_on_otherwise")) if more else days


def _with_amounts(scan: Scan) -> list[Mention]:
    """The days of a list in which each stands before its own amount, one by one."""
    found: list[Mention] = []
    for match in scan.finditer(_DAYS_WITH_AMOUNTS):
        for item in _DAY_OF_AMOUNT.finditer(scan.text, match.start(), match.end()):
            windows = tuple((_signed(each[1]), _signed(each[2] or each[1])) for each in _ITEM.finditer(item["days"]))
            start = match.start() if not found or found[-1].start < match.start() else item.start()
            found.append(Mention("days", start, item.end("days"), Timing(days=windows), "days.of_amount"))
    return found


_AT_HEAD = pattern_of(r"(?:^|[;,.:(\n] ?(?:and |then )?)$", re.I)
_NEXT_WEEK = pattern_of(r"\)(?:,| and|, and) (?:at |on |in )?(?:visit \d{1,2} ?\()?", re.I)  # "baseline (week 0) and week 2"


def week_mentions(scan: Scan) -> list[Mention]:
    """Every window of weeks in a scanned text."""
    joined: list[Mention] = []
    for mention in _listed(scan, _WEEKS, "weeks"):
        last = joined[-1] if joined else None
        if last and _NEXT_WEEK.fullmatch(scan.text, last.end, mention.start):
            windows = (*(last.timing.weeks or ()), *(mention.timing.weeks or ()))
            joined[-1] = Mention("weeks", last.start, mention.end, Timing(weeks=windows), last.rule)
        else:
            joined.append(mention)
    for match in scan.finditer(_ORDINAL_WEEK):
        if not _AT_HEAD.search(scan.text, max(0, match.start() - 8), match.start()):
            continue  # "reviewed in the second week, 3 days after the visit"
        week = _ORDINAL_WEEKS[match["o"].lower()]
        joined.append(Mention("weeks", match.start(), match.end(), _told("weeks", ((week, week),)), "weeks.ordinal"))
    return [*joined, *_counted(scan, "weeks")]


def month_mentions(scan: Scan) -> list[Mention]:
    """Every list of months something is given in; what is looked at then (follow-up, visits) is no giving."""
    found = [
        m
        for m in _listed(scan, _MONTHS, "months")
        if len(m.timing.months or ()) > 1
        or any(first < last for first, last in m.timing.months or ())
        or _BOOSTER.search(scan.text, max(0, m.start - 60), m.start)
    ]
    found = [m for m in found if not scan.text.startswith((" follow-", " follow up", " followup", " of follow"), m.end)]
    return [m for m in (*found, *_counted(scan, "months")) if not _LOOKED_AT.search(scan.text, max(0, m.start - 60), m.start)]


def _told(kind: str, windows: Windows) -> Timing:
    """The timing that windows of ``kind`` (days, weeks, months) make."""
    told: dict[str, Any] = {kind: windows}
    return Timing(**told)


def _counted(scan: Scan, kind: str) -> list[Mention]:
    """Lists of single weeks or months whose unit stands behind the last number; those of an age are told as such elsewhere."""
    found: list[Mention] = []
    for match in scan.finditer(_COUNTED):
        if match["u"][0].lower() != kind[0] or _LOOKED_AT.search(scan.text, max(0, match.start() - 60), match.start()):
            continue
        numbers = [int(number) for number in re.findall(r"\d+", match["list"])]
        if len(numbers) == 1 and not _BOOSTER.search(scan.text, max(0, match.start() - 60), match.start()):
            continue
        if numbers == sorted(set(numbers)):
            windows = tuple((number, number) for number in numbers)
            anchor = "birth" if match["age"] else None
            timing = replace(_told(kind, windows), anchor_event=anchor)
            found.append(Mention(kind, match.start("list"), match.end(), timing, f"{kind}.counted"))
    return found


_BOOSTER = pattern_of(r"(?<![a-z])(?:booster|second|third|fourth)(?! line)(?:[^.;,]|\.(?=\d)){0,44}$", re.I)
_LOOKED_AT = pattern_of(
    r"(?:follow|observ|monitor|assess|evaluat|visit|survey|collect|measur|scan|imag|sampl|seen|test|repeat|review|score|compar|"
    r"record|question|surviv|mortality|rate|outcome|blood|draw|exam)\w*[^.;]{0,50}$",
    re.I,
)


def _listed(scan: Scan, phrase: Phrase, kind: str) -> list[Mention]:
    """Windows written with their word."""
    text = scan.text
    found = []
    for match in scan.finditer(phrase):
        before = text[max(0, match.start() - 48) : match.start()]
        if _NOT_WINDOW.search(before) and not (kind == "weeks" and _DAY_OF.search(before)):
            range_from = re.search(
                r"\b(?:from|(?:start|begin)\w*(?: (?:at|on|from|with))?) (?:the )?$", before, re.I
            ) and _RANGED.search(match.group())
            if range_from and _STARTS_WITHIN.match(text, match.end()):
                continue  # "from day 30-90 after HSCT for up to 24 months": the first day lies between them
            if not range_from:
                continue
        windows, end, chosen = _windows(text, match)
        other = kind == "days" and _OTHER_DAYS.match(text, end) is not None
        apart = _APART_DOSE.search(before) is not None and not _OF_AMOUNT.match(text, end)
        if windows and (apart or _OMITTED.search(before) or _LOWERED.search(before)):
            continue
        if windows and kind != "days" and windows[0][0] > 0 and _BASELINE.search(before):
            windows = ((0, 0), *windows)
        if chosen and not windows:  # "days 1-7 or days 1-5, 8-9": which days, the text leaves open
            found.append(Mention("flag", match.start(), end, Timing(), f"{kind}.choice", ("time_choice",)))
        if windows:
            timing = _told(kind, windows)
            flags = ("time_choice",) if chosen or other else ()
            found.append(Mention(kind, match.start(), end, timing, f"{kind}.list", flags))
    return found


# "interrupted during weeks 7-9", "not given on day 8"
_OMITTED = gated(
    r"(?<![a-z])(?:interrupt\w*|omit\w*|skipp\w*|except(?:ing)?|exclud\w*|withh\w*|paus\w+|without|not (?:be )?given|"
    r"no (?:drug|dose|treatment)s?|rest(?:ing)?|off)(?: (?:it|them|treatment|therapy|drug|dosing|dose|for|during|in|on|at|"
    r"between|the)){0,3} $",
    re.I,
)
# "with additional doses on days 8 and 15", "(last dose at week 48)", "(split dose on days 1-2)"; not "on day 15 of 200 mg"
_APART_DOSE = expression("schedule.apart_dose")
_OF_AMOUNT = pattern_of(r",? (?:dose )?of \d")
# "tapered from day 50 to day 180"
_LOWERED = gated(
    r"(?<![a-z])(?:taper\w*|wean\w*)(?: off| slowly| gradually)?(?: (?:from|between|over|during|starting"
    r"|beginning|on|at|the))* $",
    re.I,
)
# "days -6 to -3 (or -5 to -4 for reduced intensity)", "days 2-5 (or up to day 10)"
_OTHER_DAYS = pattern_of(
    r" ?± ?D(?:ay)? ?\d"
    r"|,? ?\((?:or|alternatively,?) (?:on |for |up to |until )?(?:days? )?[-+]?\d{1,3}(?! ?(?:[mu]?g|mcg|mL|IU|%))",
    re.I,
)
_BASELINE = pattern_of(r"(?<![a-z])(?:at |on )baseline(?:,| and|, and|,? then)(?: at| on| in)? $", re.I)
_TOLD_AGAIN = pattern_of(_AGAIN, re.I)
_OR = pattern_of(r"(?<![a-z])or(?![a-z])", re.I)


def _windows(text: str, match: re.Match[str]) -> tuple[Windows | None, int, bool]:
    """The windows of a matched list, its end, and whether some are to choose from, which are left out.

    A last number that is an amount (``day 1, 8 100 mg``) is not part of it.
    """
    end = match.end()
    items: list[tuple[int, int]] = []
    last_end, chosen = match.start(), False
    written = _TOLD_AGAIN.sub(lambda again: " " * len(again.group()), match.group())
    for item in _ITEM.finditer(written):
        at_end = match.start() + item.end()
        several = items and not item[2] and (len(items) > 1 or written[:5].lower() == "days ")
        apart = _signed(item[1]) - items[-1][1] if several and text.startswith(" cycles ", at_end) else 0
        if is_amount(text, at_end) and (apart <= 0 or apart % 7):  # "d1, 8, 15 cycles of 28 days" ends with a day
            end = last_end
            if item[2] and _leads_to_amount(
                text, match.start(), match.start() + item.end(1), match.start() + item.start(2), at_end
            ):
                items, end = [*items, (_signed(item[1]),) * 2], match.start() + item.end(1)
            break
        first = _signed(item[1])
        last = _signed(item[2]) if item[2] else first
        if item[2] and first < 0 < last and not item[2].strip().startswith("+"):
            last = -last if -last >= first else last  # "day -5-3" means -5 to -3
        if first > last:
            return None, end, False
        if items and _OR.search(written, last_end - match.start(), item.start()):
            chosen = True
            items.pop()  # "day 15 or 22": one of them, which the text does not say
        elif not chosen:  # "days 1-7 or days 1-5, 8-9": what follows is of the second choice
            items.append((first, last))
        last_end = at_end
    return (tuple(items) or None), end, chosen


def _leads_to_amount(text: str, start: int, end: int, number: int, at_end: int) -> bool:
    """Whether a dash leads from one day at the head of a clause to its amount: "Day 1 - 5 mg, day 2 - 10 mg"."""
    dashed = text[end:number] in (" - ", " – ") and not _LASTS.match(text, at_end)
    return dashed and _AT_HEAD.search(text, max(0, start - 8), start) is not None


def is_amount(text: str, at: int) -> bool:
    """Whether the number that ends at ``at`` is an amount or a length of time, by the unit that follows."""
    if _LASTS.match(text, at):
        return True
    gap = 1 if text[at : at + 1] in (" ", "-") else 0
    unit = read_dose_unit(text, at + gap)
    return (unit is not None and unit.kind in DOSE_KINDS) or _POWER.match(text, at) is not None


def _signed(written: str) -> int:
    return int(re.sub(r"[^\d-]", "", written))


def _one_list(text: str, found: list[Mention]) -> list[Mention]:
    """``found`` with lists that only a comma or "and" parts made one (``Day -5, Day -4``, ``C1D1, C1D8``)."""
    joined: list[Mention] = []
    for mention in sorted(found, key=lambda m: (m.start, -m.end)):
        if joined and mention.start < joined[-1].end:
            continue
        if (
            joined
            and re.fullmatch(r" ?(?:;|(?:,|and|&|, and|/) ?(?:once )?(?:on )?) ?", text[joined[-1].end : mention.start])
            and joined[-1].rule == mention.rule
            and not _NEXT_PLAN.match(text, mention.start)
            and (joined[-1].timing.days or ((0, 0),))[-1][1] < (mention.timing.days or ((0, 0),))[0][0]  # else another plan
        ):
            last = joined[-1]
            windows = (*(last.timing.days or ()), *(mention.timing.days or ()))
            joined[-1] = Mention("days", last.start, mention.end, Timing(days=windows), last.rule)
            continue
        joined.append(mention)
    return joined
