"""Amounts that could be doses: numbers with their unit, lists that share one unit, ranges, AUC targets, cells.

What looks like a dose and is none (a strength, a volume to dilute in, a body weight) is kept with the reason, so that it can be
shown as read and left out.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace

from harvester.shape import shape
from harvester.text.doses.cell import cell_type_of, read_cells
from harvester.text.doses.dose_given import is_one_shot, not_given, to_be_collected
from harvester.text.expressions.definition_file import definition_lists
from harvester.text.expressions.gate import Gated, held_open
from harvester.text.expressions.pattern import pattern_of
from harvester.text.written.number import NUMBER, RangeRead, read_range
from harvester.text.written.unit import DOSE_KINDS, read_dose_unit


@shape()
class AmountRead:
    """One amount with its unit; ``start`` and ``end`` cover number and unit in the regular text.

    ``excluded`` is None for an amount that may be a dose, else the reason why it is none. ``group`` is the start of the list the
    amount was written in (``50, 100 and 200 mg``), or None.
    """

    low: float
    high: float
    unit: str
    unit_text: str
    per_time: str | None
    kind: str
    start: int
    end: int
    rule: str
    cell_type: str | None = None
    phrase: str = ""
    flags: tuple[str, ...] = ()
    excluded: str | None = None
    group: int | None = None


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
_NUMBER_WORDS = Gated(pattern_of(rf"{_NUMBER_WORD}(?=\s)", re.I))
_AUC = pattern_of(
    r"(?:area under (?:the )?(?:(?:plasma )?(?:concentration[- ]time|concentration|time) )?curve(?: ?[(\[]AUC[)\]])?|AUC)"
    r" ?(?:=|:|of|target(?:ed)?(?: of)?|dose|to)? ?(?=\d)",
    re.I,
)
_TIMES_AUC = pattern_of(r" ?[x×] ?AUC(?![A-Za-z\d])")  # carboplatin 5xAUC
_AREA = Gated(pattern_of(r"auc|curve", re.I))  # one of them stands in every match of the expression above
# "0.8 mg/kg every 6 hours (AUC target 900 umol*min/L)"
_BESIDE_DOSE = pattern_of(
    r"\d ?(?:mg|ug|g)[^().;\n]{0,60}(?:\([^()\d]{0,20}|(?:,| with| and) (?:an? |the )?(?:target|goal)[^()\d,;]{0,20})$", re.I
)
_OVER_TIME = pattern_of(r"0 ?(?:-|to) ?(?:\d|inf|t(?![a-z])|∞)")  # AUC0-24: the hours the exposure is taken over
_AUC_UNIT = pattern_of(r" ?mg ?/ ?ml ?[x×*./]? ?(?:per )?min(?:ute)?s?", re.I)
_MOST_OF_CALVERT = 12  # mg/mL·min: no carboplatin is dosed to more; "AUC target 900-1500" is busulfan's, in other units
# What the dose is adjusted to is no dose beside the one that is.
_AIMED = pattern_of(
    r"(?:adjust|aim|achiev|reach|maintain|monitor|titrat|modif|dosed|dosing)\w*,?(?: (?:where|as|if|when) (?:needed|"
    r"necessary|required))?"
    r" (?:to|at|for)?(?: ?(?:an?|the|target|total|cumulative|mean|median))* ?$",
    re.I,
)
_GAP = pattern_of(r" ?-? ?")
_LIST = pattern_of(r" ?(?:,? ?(?:or|and) |[,/#;+→]|->) ?(?:or |and )?(?=\d)", re.I)
_LABEL = pattern_of(
    r"(?<![A-Za-z])(?:days?|d|weeks?|cycles?|courses?|cohorts?|levels?|groups?|phases?|stages?|types?|grades?|arms?|parts?|months?|visits?|"
    r"hours?|no\.?|steps?|#|version|protocol|periods?|sessions?|sequences?|blocks?|ages?|aged|CrCl|CLcr|e?GFR|"
    r"clearance|BMI) ?[-+]?$|"
    r"(?<![a-z])(?:ages?|CrCl|CLcr|e?GFR|clearance|BMI) \d{1,3} ?- ?$",
    re.I,
)
# Further numbers behind a word that numbers: "at visits 1, 2 and …".
_LABELLED = pattern_of(
    r"(?<![A-Za-z])(?<!\d[ -])(?:months?|years?|visits?|hours?|minutes?|phases?|stages?|parts?|periods?|sessions?) "
    r"(?:\d+(?:\.\d+)?(?:[ ,/&-]|and|to|or|through)+)*$",
    re.I,
)
_GROUP = pattern_of(
    r"(?<![A-Za-z])(?:cohorts?|levels?|groups?|phases?|stages?|arms?|parts?|steps?|DL|tiers?|types?|grades?|ages?|aged) ?[-#]?$",
    re.I,
)
_TIMES = pattern_of(r"[a-z]\)? ?[x×] ?$", re.I)
_TO = pattern_of(r" ?(?:-|~|to|up to) ?(?=[\d.])", re.I)
_STEPPING = pattern_of(r"(?:increas|titrat|escalat|reduc|decreas|chang|taper|rais|adjust|ramp)\w*[^.;]{0,60}$", re.I)


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
            area = _auc_before(self._text, start) if self._areas else None
            read = _read_list(self._text, start) if area is None else _read_auc(self._text, area, start)
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
    if at < 2 or text[at - 1] != "-" or not text[at - 2].isalpha():
        return False
    return not (found and found[-1].end == at - 1)


def _auc_before(text: str, at: int) -> int | None:
    """Where an AUC target that leads to the number at ``at`` begins."""
    begin = max(0, at - 80)
    window = text[begin : at + 1]
    starts = [found.start() for found in _AUC.finditer(window) if found.end() == len(window) - 1]
    return begin + starts[0] if starts else None


def _read_auc(text: str, start: int, at: int) -> list[AmountRead]:
    """The AUC target whose number stands at ``at``."""
    number = read_range(text, at)
    if not number or _OVER_TIME.match(text, at):
        return []
    gap = _GAP.match(text, number.end)
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
    return [AmountRead(number.low, number.high, "{AUC}", words, None, "exposure", start, end, "amount.auc", excluded=why)]


def _read_list(text: str, at: int) -> list[AmountRead]:
    """The amount at ``at``, or the list of amounts that share the unit written after the last."""
    numbers: list[RangeRead] = []
    where = at
    for _ in range(10):
        number = read_range(text, where)
        if not number:
            return []
        if number.low != number.high and _GROUP.search(text, max(0, at - 12), at):
            return []  # "Arm 1 - 10 mg": the number of the arm is no amount
        numbers.append(number)
        first = _with_unit(text, _with_tolerance(text, number))
        if first:
            return _shared(text, numbers, first)
        if number.high != number.low:  # "5-10" without a unit may be two items joined by a dash
            pass
        joint = _LIST.match(text, number.end)
        if _LIMIT.search(text, max(0, at - 3), at):
            return []  # "for age > 65 or 200 mg/m2 otherwise"
        if _TIMES.search(text, max(0, at - 4), at):
            return []  # "weekly x 4, 1200 mg"
        if _signed(text, at) or not joint or _LABEL.search(text, max(0, at - 12), at):
            return []
        if _LABELLED.search(text, max(0, at - 48), at):
            return []  # "months 1 to 3 and 100 mg": the last of the numbers before it
        where = joint.end()
    return []


# "will be started at a fixed dose of 20.0 ± 5.0 mg/kg/day": what is planned, not what was measured
_TOLERANCE = pattern_of(rf" ?(?:±|\+/-) ?{NUMBER}")
_PLANNED = pattern_of(r"(?<![a-z])(?:will|to be|shall)(?![a-z])[^.;\n]{0,60}(?:dose|dosage)(?: of|:)? ?$", re.I)


def _with_tolerance(text: str, number: RangeRead) -> RangeRead:
    """``number`` with the tolerance behind it, where a dose is planned so."""
    tolerance = _TOLERANCE.match(text, number.end)
    planned = tolerance and _PLANNED.search(text, max(0, number.start - 90), number.start)
    return replace(number, end=tolerance.end()) if tolerance and planned else number


def _signed(text: str, at: int) -> bool:
    """Whether the number at ``at`` has a sign of its own, as days have: ``+1, 10 mg/m2``."""
    return at > 0 and text[at - 1] in "+-" and (at == 1 or not text[at - 2].isalnum())


def _shared(text: str, numbers: list[RangeRead], last: AmountRead) -> list[AmountRead]:
    """``last`` and the numbers before it, all with its unit."""
    if len(numbers) == 1:
        return [last]
    if last.kind == "cells" and not numbers[0].scaled:
        numbers = _scaled_alike(text, numbers)
    if last.kind in ("lab", "duration", "fraction") or (last.kind == "cells" and not numbers[0].scaled):
        return [last]
    slashed = "/" in text[numbers[0].end : numbers[1].start]
    flags = ("combination",) if slashed and len(numbers) == 2 else ()
    shared = [
        replace(
            last,
            low=n.low,
            high=n.high,
            start=n.start,
            end=n.end,
            rule="amount.shared_unit",
            group=numbers[0].start,
            flags=(*n.flags, *flags),
        )
        for n in numbers[:-1]
    ]
    return [*shared, replace(last, group=numbers[0].start, flags=(*last.flags, *flags))]


_MANTISSA = pattern_of(r"\d+(?:\.\d+)?(?= ?[x×*] ?10)")


def _scaled_alike(text: str, numbers: list[RangeRead]) -> list[RangeRead]:
    """Numbers before a last one with its power of ten, which is told for all: "0.5, 1 or 2 x 10^6 cells/kg"."""
    mantissa = _MANTISSA.match(text, numbers[-1].start)
    if not mantissa or not float(mantissa.group()) or any(number.scaled or number.high >= 100 for number in numbers[:-1]):
        return numbers
    power = numbers[-1].low / float(mantissa.group())
    alike = [
        replace(n, low=float(f"{n.low * power:.6g}"), high=float(f"{n.high * power:.6g}"), scaled=True) for n in numbers[:-1]
    ]
    return [*alike, numbers[-1]]


def _with_unit(text: str, number: RangeRead) -> AmountRead | None:
    """``number`` with the unit that follows it; None when none does."""
    flags = number.flags
    if number.scaled or number.low >= 1e4:
        cells = read_cells(text, number.end, number.scaled)
        if cells:
            unit = cells.unit
            phrase = cells.phrase or ""
            kind_of = cells.cell_type or _type_before(text, number.start)
            return AmountRead(
                number.low, number.high, unit.code, unit.spelling.strip(), unit.per_time, "cells", number.start, unit.end,
                "amount.cells", kind_of, phrase, flags, to_be_collected(text, number.start),
            )  # fmt: skip
    times = _TIMES_AUC.match(text, number.end)
    if times:
        return AmountRead(
            number.low, number.high, "{AUC}", "AUC", None, "exposure", number.start, times.end(), "amount.auc", flags=flags
        )  # fmt: skip
    gap = _GAP.match(text, number.end)
    unit_at = gap.end() if gap else number.end
    found = read_dose_unit(text, unit_at)
    if not found and text.startswith("/", number.end):
        found = read_dose_unit(text, number.end + 1)
        if not found or found.kind != "mass":
            return None
        flags = (*flags, "stray_slash")
    if not found or (found.kind == "cells" and not number.scaled):
        return None
    if is_one_shot(text, found):
        found = replace(found, kind="mass")
    written_as_word = text[number.start].isalpha()
    if written_as_word and found.kind not in ("count", "volume", "activity", "cells", "concentration"):
        return None
    return AmountRead(
        number.low, number.high, found.code, found.spelling, found.per_time, found.kind, number.start, found.end,
        "amount.unit", None, "", (*flags, *found.flags), not_given(text, number, found),
    )  # fmt: skip


def _type_before(text: str, at: int) -> str | None:
    """The cell type named shortly before a bare ``1 × 10^7/kg``."""
    before = text[max(0, at - 80) : at].rsplit(".", 1)[-1]
    return cell_type_of(before[-24:]) or cell_type_of(before)


def _joined(text: str, before: list[AmountRead], read: list[AmountRead]) -> list[AmountRead]:
    """``read``, or nothing when its first amount only ends a range that the last of ``before`` began (``1 mg to 3 mg``)."""
    if not before or not read or before[-1].excluded or read[0].excluded:
        return read
    last, new = before[-1], read[0]
    joint = _TO.match(text, last.end)
    if (
        joint is None
        or joint.end() != new.start
        or (last.unit, last.per_time) != (new.unit, new.per_time)
        or last.high >= new.low
        or "combination" in (*last.flags, *new.flags)  # "8/2 mg to 24/6 mg"
        or _STEPPING.search(text, max(0, last.start - 80), last.start)
    ):
        return read
    before[-1] = replace(last, high=new.high, end=new.end, rule="amount.range_with_units")
    return read[1:]


_BARE_ENDS = pattern_of(
    r" ?(?:$|[,;.)\n]| ?(?:and|or|on|via)\b| ?(?:\d{1,2}(?: ?(?:-|to) ?\d{1,2})?|[a-z]{3,5}) (?:days?|weeks?|months?) later)"
)
_LIMIT = pattern_of(r"[<>≥≤]=? ?$")
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
        if number and number.scaled and _BARE_ENDS.match(text, number.end, number.end + 32):
            capped = _MOST.search(text, max(0, match.start() - 24), match.start())
            extra.append(
                replace(
                    last, unit="{cells}" if capped else last.unit, low=number.low, high=number.high, start=number.start,
                    end=number.end, rule="amount.inherited_cells", flags=(*number.flags, "unit_from_before"),
                )
            )  # fmt: skip
    return sorted([*found, *extra], key=lambda item: item.start)
