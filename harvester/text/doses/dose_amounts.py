"""Every amount of one text: where numbers begin, targets of an area under the curve, and what several amounts tell together.

"1 mg to 3 mg" is a range with its unit written twice; a bare power of ten behind cells counts cells of the same kind.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace

from harvester.text.doses.dose_amount import GAP, AmountRead, read_list
from harvester.text.expressions.definition_file import definition_lists
from harvester.text.expressions.gate import gated, held_open
from harvester.text.expressions.pattern import pattern_of
from harvester.text.written.number import NUMBER, read_range
from harvester.text.written.unit import DOSE_KINDS, read_dose_unit

# Where the number of an amount can begin.
_NUMBERED = "".join(f"(?<!{word})" for word in definition_lists("dose-words.txt")["numbered"])
# What stands before a word is asked behind it, as a search then leaps from one of their first letters to the next.
_WORDS = ("one", "two", "three", "four", "five", "six", "ten")
_NUMBER_WORD = f"(?:{'|'.join(rf'{word}(?<![A-Za-z-]{word})' for word in _WORDS)})"
_STARTS = (
    r"(?<![\d.,\w^])(?<!\d )[.]?\d",  # a number of its own
    r"(?<=\d )\d{3}(?!\d)",  # 10 000
    rf"(?<=[a-z]{{4}}){_NUMBERED}\d",  # bevacizumab15 mg/kg, but not cohort3
    r"(?<=AUC)\d",
    rf"{_NUMBER_WORD}(?= )",
    r"(?<=\w[#/+])\d",  # 1E6#3E6
    r"(?<=[,_])\d",
    r"(?<=[a-z]\.)\d",  # weekly.5 mg
    r"(?<=\d )\d",
    r"(?<=\d[x×])\d",  # 3x10 mg
    r"(?<=\d [x×] )\d",
    r"(?<!\w)[½¼¾]",
)
_START = pattern_of("|".join(_STARTS), re.I)
_DIGITS = pattern_of(r"[\d½¼¾]\d*")  # a digit behind a digit begins no number
_GLUED = pattern_of(r"[a-z]\d{4,6}/(?=\d)", re.I)
_NUMBER_WORDS = gated(rf"{_NUMBER_WORD}(?=\s)", re.I)
_TO = pattern_of(r" ?(?:-|~|to|up to) ?(?=[\d.])", re.I)
_AND = pattern_of(r" and (?=[\d.])", re.I)
# "at a dose between 10 mg and 20 mg", "between 10 mg and 20 mg daily"; else they are two doses that something parts
_BETWEEN = pattern_of(
    r"(?<![a-z])(?P<dose>(?:dose|dosage|amount)s? (?:of (?:[\w-]+ ){1,2})?(?:(?:is|are|was|were|will be|should be|can be|may be|"
    r"vary|varies|varied|range[sd]?|ranging|varying|of|anywhere|in|given) )*|(?:dosed|dosing|ranging|varying|of) )?between $",
    re.I,
)
_OFTEN_BEHIND = pattern_of(r" ?(?:/ ?d|a day|per day|daily|(?:once|twice|three times|every|each) )", re.I)
_PARTED_BEHIND = pattern_of(r" (?:of [\w-]+ )?(?:dose )?(?:cohort|group|arm|dose|level)s?(?![a-z])", re.I)
_TWO = pattern_of(
    r"(?:cho[io]s|differ|compar|select|alternat|random|switch|ratio|interval|relation|interact|titrat)[^.;\n]{0,60}$", re.I
)
_EACH = pattern_of(r"/|per ", re.I)  # "1.8 Gy per fraction to 45 Gy": a part and its total
_STEPPING = pattern_of(r"(?:increas|titrat|escalat|reduc|decreas|chang|taper|rais|adjust|ramp)\w*[^.;]{0,60}$", re.I)
_AUC = pattern_of(
    r"(?:(?:area|zone|surface)"
    r" under (?:the )?(?:(?:plasma )?(?:concentration[- ]time|concentration|time) )?curve(?: ?[(\[]AUC[)\]])?|AUC)"
    r"[)\]]? ?(?:=|:|of|target(?:ed)?(?: of)?|dose|to)? ?(?=\d)",
    re.I,
)
_AREA = gated(r"auc|curve", re.I)  # one of them stands in every match of the expression above
# "0.8 mg/kg every 6 hours (AUC target 900 umol*min/L)"
_BESIDE_DOSE = pattern_of(
    r"\d ?(?:mg|ug|g)/(?:kg|m2)[^().\n]{0,24}; ?(?:an? |the )?(?:target|goal)[^()\d,;]{0,20}$|"
    r"\d ?(?:mg|ug|g)[^().;\n]{0,60}(?:\([^()\d]{0,20}|(?:,| with| and) (?:an? |the )?(?:target|goal)[^()\d,;]{0,20})$",
    re.I,
)
_OVER_TIME = pattern_of(r"0 ?(?:-|to) ?(?:\d|inf|t(?![a-z])|∞)")  # AUC0-24: the hours the exposure is taken over
_AUC_UNIT = pattern_of(
    r" ?mg ?(?:/ ?ml ?[x×*./·]? ?(?:per )?min(?:ute)?s?|[x×*.·•]? ?min(?:ute)?s? ?(?:/|per) ?ml)(?![a-z])", re.I
)
# Further targets: "AUC 4, 5 or 6", "AUC 5/6", and not "AUC 5 or 6 cycles of docetaxel".
_AREAS = pattern_of(
    r"(?:, ?\d(?:\.\d)?(?![\d.]))*(?:,? ?\(?or | ?/ ?)\d(?:\.\d)?(?![\d./%])"
    r"(?! ?(?:-|to) ?\d|[- ](?:more |further |weekly |\d+-week )*(?:cycle|course|dose|time|infusion|day|week|month)s?(?![a-z]))",
    re.I,
)
_AREA_NUMBER = pattern_of(r"\d(?:\.\d)?")
_MOST_OF_CALVERT = 12  # mg/mL·min: no carboplatin is dosed to more; "AUC target 900-1500" is busulfan's, in other units
# What the dose is adjusted to is no dose beside the one that is.
_AIMED = pattern_of(
    r"(?:adjust|aim|achiev|reach|maintain|monitor|titrat|modif|dosed|dosing)\w*,?(?: (?:where|as|if|when) (?:needed|"
    r"necessary|required))?"
    r" (?:to|at|for)?(?: ?(?:an?|the|target|total|cumulative|mean|median))* ?$",
    re.I,
)


def may_hold_amounts(raw: str) -> bool:
    """Whether a number may be written in ``raw``, as the registry has it; most texts on arms and interventions hold none."""
    plain = raw.isascii() and "&" not in raw
    return not plain or _DIGITS.search(raw) is not None or _NUMBER_WORDS.search(raw) is not None


class Amounts:
    """The amounts of one regular text; each place is read once, however often the text is asked."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._starts = _starts(text)
        self._areas = bool(self._starts) and _AREA.may_match(text)
        self._read: dict[int, list[AmountRead]] = {}

    def find(self, counted: Sequence[tuple[int, int]] = ()) -> tuple[AmountRead, ...]:
        """Every amount, in order, none overlapping; numbers in the ordered spans ``counted`` (days, cycles) are none."""
        starts = [start for start, _ in counted]
        found: list[AmountRead] = []
        at = 0
        for begin, end in self._starts:
            if begin < at:
                continue
            if _in_code(self._text, begin, found) or _is_counted(counted, starts, begin):
                at = end
                continue
            read = self._read_at(begin)
            found += _joined(self._text, found, read)
            at = max([begin + 1, *(item.end for item in read)])
        return tuple(_with_inherited_cells(self._text, found))

    def _read_at(self, start: int) -> list[AmountRead]:
        """The amounts whose first number stands at ``start``."""
        read = self._read.get(start)
        if read is None:
            area = _exposure_before(self._text, start) if self._areas else None
            read = read_list(self._text, start) if area is None else _read_exposure(self._text, area, start)
            self._read[start] = read
        return read


def _starts(text: str) -> list[tuple[int, int]]:
    """Every place where the number of an amount can begin, and where the sign or word that shows it ends, in order.

    Only digits, fractions and number words are tried, which is many times faster than to try every sign of the text.
    """
    if held_open():
        return [start.span() for at in range(len(text)) if (start := _START.match(text, at))]
    places: list[int] = []
    for match in _DIGITS.finditer(text):
        at = match.start()
        places += (at - 1, at) if text[at - 1 : at] == "." else (at,)
    words = [match.start() for match in _NUMBER_WORDS.finditer(text)]
    found = [_START.match(text, at) for at in (sorted([*places, *words]) if words else places)]
    return [start.span() for start in found if start]


def _is_counted(counted: Sequence[tuple[int, int]], starts: Sequence[int], at: int) -> bool:
    """Whether ``at`` stands in one of the spans ``counted``, which are in order."""
    place = bisect_right(starts, at) - 1
    return place >= 0 and counted[place][0] <= at < counted[place][1]


def _in_code(text: str, at: int, found: list[AmountRead]) -> bool:
    """Whether the number at ``at`` is part of a code (``TAK-861``): a letter and a hyphen before it that end no amount."""
    glued = _GLUED.search(text, max(0, at - 9), at + 8)
    if glued and at in (glued.start() + 1, glued.end()):
        return True  # "ABC123400/100 mg": where the code ends cannot be told
    if at < 2 or text[at - 1] != "-" or not text[at - 2].isalpha() or text[:at].endswith("dose-"):
        return False
    return not (found and found[-1].end == at - 1)


def _exposure_before(text: str, at: int) -> int | None:
    """Where an AUC target that leads to the number at ``at`` begins."""
    begin = max(0, at - 80)
    window = text[begin : at + 1]
    starts = [found.start() for found in _AUC.finditer(window) if found.end() == len(window) - 1]
    return begin + starts[0] if starts else None


def _read_exposure(text: str, start: int, at: int) -> list[AmountRead]:
    """The AUC target whose number stands at ``at``."""
    number = read_range(text, at)
    if not number or _OVER_TIME.match(text, at):
        return []
    gap = GAP.match(text, number.end)
    unit = read_dose_unit(text, gap.end() if gap else number.end)
    if unit and unit.kind == "exposure" and unit.code != "{AUC}":
        aimed = _AIMED.search(text, max(0, start - 40), start) or _BESIDE_DOSE.search(text, max(0, start - 80), start)
        why = "exposure aimed at" if aimed else None
        return [
            AmountRead(
                number.low, number.high, unit.code, unit.spelling, None, "exposure", at, unit.end, "amount.exposure", excluded=why
            )
        ]  # fmt: skip
    written = _AUC_UNIT.match(text, number.end)
    end = written.end() if written else number.end
    if not written and unit and unit.kind in DOSE_KINDS:
        return []
    why = "exposure aimed at" if number.low is not None and number.low > _MOST_OF_CALVERT else None
    words = text[start:at].strip(" =:")
    first = AmountRead(number.low, number.high, "{AUC}", words, None, "exposure", start, end, "amount.auc", excluded=why)
    more = _AREAS.match(text, end)
    unit = read_dose_unit(text, more.end() + text.startswith(" ", more.end())) if more else None
    if more is None or (unit and not _AUC_UNIT.match(text, more.end())):
        return [first]
    areas = [(float(one.group()), *one.span()) for one in _AREA_NUMBER.finditer(text, *more.span())]
    return [replace(first, group=start), *(replace(first, low=n, high=n, start=a, end=b, group=start) for n, a, b in areas)]


def _joined(text: str, before: list[AmountRead], read: list[AmountRead]) -> list[AmountRead]:
    """``read``, or nothing when its first amount only ends a range that the last of ``before`` began (``1 mg to 3 mg``)."""
    listed = _AND.match(text, read[0].end) if len(read) == 2 else None
    if listed and listed.end() == read[1].start and _is_between(text, *read):
        return [replace(read[1], low=read[0].low, start=read[0].start, group=None, rule="amount.range_with_units")]
    if not before or not read or before[-1].excluded or read[0].excluded:
        return read
    last, new = before[-1], read[0]
    if new.unit == f"{last.unit}/m2" and " per " in new.unit_text and text[last.end : new.start].strip() == "/":
        before[-1] = replace(
            last, unit=new.unit, per_time=new.per_time, flags=(*last.flags, "combination")
        )  # "44 mg/100 mg per m2"
        return [replace(new, flags=(*new.flags, "combination")), *read[1:]]
    joint = _TO.match(text, last.end)
    if joint is None and _is_between(text, last, new):
        joint = _AND.match(text, last.end)
    if (
        joint is None
        or joint.end() != new.start
        or (last.unit, last.per_time) != (new.unit, new.per_time)
        or last.high >= new.low
        or "combination" in (*last.flags, *new.flags)  # "8/2 mg to 24/6 mg"
        or (last.kind == "radiation" and _EACH.search(last.unit_text) and not _EACH.search(new.unit_text))
        or _STEPPING.search(text, max(0, last.start - 80), last.start)
    ):
        return read
    before[-1] = replace(last, high=new.high, end=new.end, rule="amount.range_with_units")
    return read[1:]


def _is_between(text: str, first: AmountRead, second: AmountRead) -> bool:
    """Whether two amounts are the ends of a range that opens with "between"."""
    opened = _BETWEEN.search(text, max(0, first.start - 90), first.start) if text.endswith("n ", 0, first.start) else None
    if opened is None or first.low >= second.low or _PARTED_BEHIND.match(text, second.end):
        return False
    told = opened["dose"] or second.per_time or _OFTEN_BEHIND.match(text, second.end)
    return bool(told) and not _TWO.search(text, max(0, opened.start() - 90), opened.start())


_BARE_ENDS = pattern_of(
    r" ?(?:$|[,;.)\n]| ?(?:and|or|on|via|at|after)\b"
    r"| ?(?:\d{1,2}(?: ?(?:-|to) ?\d{1,2})?|[a-z]{3,5}) (?:days?|weeks?|months?) later)"
    r"|(?P<heavy> ?\(?(?:for |in )?(?:(?:patients|subjects|participants|children|those|a weight|weighing|weight|body) )*"
    r"(?:>|≥|over|above) ?\d)"
)
# So many times more cells than before, of a weight, are not by the kilogram: "5 x 10^6/kg (<= 50 kg) or 2.5 x 10^8 (> 50 kg)".
_NOT_BY_WEIGHT = 20
_MOST = pattern_of(
    r"(?:max\w*\.?|up to|at most|not to exceed|capped at)(?: (?:of|dose))* ?$", re.I
)  # a cap is of all, not per kg
_BARE = pattern_of(rf"(?<![\w.,^])(?:{NUMBER} ?(?:-|to) ?)?(?:{NUMBER} ?[xX×*] ?)?10 ?\^ ?\d{{1,2}}(?![\d/]| ?/)")


def _with_inherited_cells(text: str, found: list[AmountRead]) -> list[AmountRead]:
    """``found`` and the bare powers of ten that can only be cells of the kind counted just before them."""
    if "^" not in text or not any(item.kind == "cells" for item in found):
        return found
    extra: list[AmountRead] = []
    last: AmountRead | None = None  # the cells counted before; the amounts before ``place`` end before the match
    place = 0
    for match in _BARE.finditer(text):
        while place < len(found) and found[place].end <= match.start():
            last = found[place] if found[place].kind == "cells" else last
            place += 1
        if last is None or (place < len(found) and found[place].start < match.end()):
            continue
        number = read_range(text, match.start())
        ends = _BARE_ENDS.match(text, number.end, number.end + 48) if number and number.scaled else None
        if number and ends and not (ends["heavy"] and last.high < number.high < _NOT_BY_WEIGHT * last.high):
            capped = ends["heavy"] or _MOST.search(text, max(0, match.start() - 24), match.start())
            extra.append(
                replace(
                    last, unit="{cells}" if capped else last.unit, low=number.low, high=number.high, start=number.start,
                    end=number.end, rule="amount.inherited_cells", flags=(*number.flags, "unit_from_before"),
                )
            )  # fmt: skip
    return sorted([*found, *extra], key=lambda item: item.start)
