"""An amount that could be a dose: a number or range with its unit, a list that shares one unit, cells.

What looks like a dose and is none (a strength, a volume to dilute in, a body weight) is kept with the reason, so that it can be
shown as read and left out.
"""

from __future__ import annotations

import re
from dataclasses import replace

from harvester.shape import shape
from harvester.text.doses.cell import cell_type_of, read_cells, to_be_collected
from harvester.text.doses.dose_given import is_one_shot, not_given
from harvester.text.doses.dose_reported import STATISTIC, reported
from harvester.text.expressions.gate import gated
from harvester.text.expressions.pattern import pattern_of
from harvester.text.written.number import NUMBER, RangeRead, read_range
from harvester.text.written.unit import UnitRead, read_dose_unit


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


_TIMES_AUC = pattern_of(r" ?[x×] ?AUC(?![A-Za-z\d])")  # carboplatin 5xAUC
GAP = pattern_of(r" ?-? ?")
_LIST = pattern_of(r" ?(?:,? ?(?:or|and) |[,/#;+→]|->) ?(?:or |and )?(?=\d)", re.I)
_DONOR = pattern_of(r" ?\([A-Za-z][A-Za-z -]{1,30}\)")
_THEN = pattern_of(r",? (?:and )?then (?=\d)", re.I)  # "100, 200, then 400 mg"
_CHAIN = pattern_of(r"(?<![\w.])\d+(?:\.\d+)?(?P<dash> ?- ?)\d+(?:\.\d+)?(?P=dash)\d[\d.]*$")
_LABEL = gated(
    r"(?<![A-Za-z])(?:days?|d|weeks?|cycles?|courses?|cohorts?|levels?|groups?|phases?|stages?|types?|grades?|arms?|parts?|months?|visits?|"
    r"hours?|no\.?|steps?|#|version|protocol|periods?|sessions?|sequences?|blocks?|ages?|aged|CrCl|CLcr|e?GFR|"
    r"clearance|BMI|INR|HbA1c|ECOG|NYHA|ASA|PSA|scores?|ferritin|platelets?) ?[-+]?$|(?<![a-z])n ?= ?$|"
    r"(?<![a-z])(?:ages?|CrCl|CLcr|e?GFR|clearance|BMI|INR|HbA1c|ECOG|NYHA|scores?) [\d.]{1,4} ?- ?$",
    re.I,
)
# Further numbers behind a word that numbers: "at visits 1, 2 and …".
_LABELLED = gated(
    r"(?<![A-Za-z])(?<!\d[ -])(?:months?|years?|visits?|hours?|minutes?|phases?|stages?|parts?|periods?|sessions?) "
    r"(?:\d+(?:\.\d+)?(?:[ ,/&-]|and|to|or|through)+)*$"
    r"|(?<![a-z])(?:cohorts?|groups?|arms?|levels?) \d{1,2}(?:-|,? (?:and|or|to) )$",  # "in cohorts 1 and 2, 100 mg"
    re.I,
)
_PLACEBO_PIECE = pattern_of(r" (?:match(?:ing|ed) )?placebo (?=tab|cap|pill|patch)", re.I)  # "one placebo pill"
_GROUP = pattern_of(
    r"(?<![A-Za-z])(?:cohorts?|levels?|groups?|phases?|stages?|arms?|parts?|steps?|DL|tiers?|types?|grades?|visits?|periods?|"
    r"ages?|aged) ?[-#]?$",
    re.I,
)
_TIMES = pattern_of(r"(?:[a-z]\)? |\)|daily|weekly)[x×] ?$", re.I)  # and no end of a name: "venetoclax 100 or 200 mg"


def read_list(text: str, at: int) -> list[AmountRead]:
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
        if "-" in text[max(0, where - 2) : where] and _CHAIN.search(text, max(0, where - 14), number.end):
            return []  # "100-200-400 mg" is no range
        first = _with_unit(text, _with_tolerance(text, number))
        if first:
            return _shared(text, numbers, first)
        told = _DONOR.match(text, number.end) if number.scaled else None  # "5 x 10^6 (MUD) or 1 x 10^7 (sibling) cells/kg"
        joint = _LIST.match(text, told.end() if told else number.end) or (
            _THEN.match(text, number.end) if len(numbers) > 1 else None
        )
        if _BEHIND_UNIT.search(text, max(0, at - 12), at):
            return []  # "50 mg 4/2 or 37.5 mg"
        if _LIMIT.search(text, max(0, at - 8), at):
            return []  # "for age > 65 or 200 mg/m2 otherwise"
        if _TIMES.search(text, max(0, at - 8), at):
            return []  # "weekly x 4, 1200 mg"
        if _signed(text, at) or not joint or _LABEL.search(text, max(0, at - 12), at):
            return []
        if _LABELLED.search(text, max(0, at - 48), at):
            return []  # "months 1 to 3 and 100 mg": the last of the numbers before it
        if number.low >= 100 and _CODE.search(text, max(0, at - 7), at):
            return []  # "drugamab (AB 154, 10 mg/kg)"
        where = joint.end()
    return []


_CODE = pattern_of(r"\((?!IV|PO|SC|IM|IT)[A-Z]{2,4} $")
_BEHIND_UNIT = pattern_of(r"\d ?(?:[mu]?g|mcg|mL|IU)(?:/\w{1,3})* (?:\d{1,2}/)?$")
# "will be started at a fixed dose of 20.0 ± 5.0 mg/kg/day": what is planned, not what was measured
_TOLERANCE = pattern_of(rf" ?(?:±|\+/-) ?{NUMBER}")
# "15-20 (17.5 ± 2.5) mg/kg"; "a fixed dose of 20 (± 2.5) mg/kg"
_MIDDLE = pattern_of(r" ?\((?P<middle>\d+(?:\.\d+)?) ?(?:±|\+/?-) ?(?P<spread>\d+(?:\.\d+)?)\)")
_TOLERANCE_BEHIND = pattern_of(r" ?\((?:±|\+/?-) ?\d+(?:\.\d+)?\)")
_FIXED = gated(r"(?:fixed|starting|initial|target)[- ]dose of $", re.I)
_PLANNED = pattern_of(r"(?<![a-z])(?:will|to be|shall)(?![a-z])[^.;\n]{0,60}(?:dose|dosage)(?: of|:)? ?$", re.I)


def _with_tolerance(text: str, number: RangeRead) -> RangeRead:
    """``number`` with the tolerance behind it, where a dose is planned so, or its middle with one that makes the range."""
    middle = _MIDDLE.match(text, number.end)
    if middle and number.low < number.high:
        value, spread = float(middle["middle"]), float(middle["spread"])
        around = abs(value - spread - number.low) < 1e-6 and abs(value + spread - number.high) < 1e-6
        return replace(number, end=middle.end()) if around else number
    fixed = _TOLERANCE_BEHIND.match(text, number.end) if _FIXED.search(text, max(0, number.start - 24), number.start) else None
    if fixed:
        return replace(number, end=fixed.end())
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
    scaled = last.kind == "cells" or numbers[-1].scaled
    if scaled and not numbers[0].scaled:
        numbers = _scaled_alike(text, numbers)
    if last.kind in ("lab", "duration", "fraction") or (scaled and not numbers[0].scaled):
        return [last]
    if "point_thousands" in last.flags:
        numbers = [_thousands(n) if _POINTED.match(text, n.start) else n for n in numbers]
    slashed = "/" in text[numbers[0].end : numbers[1].start]
    if slashed and not numbers[0].low:
        last = replace(last, excluded="damaged number")  # "0/75 mg/kg", meant as 0.75
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
        if n.high or slashed  # "0, 75 or 150 mg": nothing is no dose
    ]
    return [*shared, replace(last, group=numbers[0].start, flags=(*last.flags, *flags))]


_MOST_MANTISSA = 1000  # a larger number stands before no power of ten
_MANTISSA = pattern_of(r"\d+(?:\.\d+)?(?= ?(?:[x×*] ?10|million(?![a-z])))")


def _scaled_alike(text: str, numbers: list[RangeRead]) -> list[RangeRead]:
    """Numbers before a last one with its power of ten, which is told for all: "0.5, 1 or 2 x 10^6 cells/kg"."""
    mantissa = _MANTISSA.match(text, numbers[-1].start)
    if (
        not mantissa
        or not float(mantissa.group())
        or any(number.scaled or number.high >= _MOST_MANTISSA for number in numbers[:-1])
    ):
        return numbers
    power = numbers[-1].low / float(mantissa.group())
    alike = [
        replace(n, low=float(f"{n.low * power:.6g}"), high=float(f"{n.high * power:.6g}"), scaled=True) for n in numbers[:-1]
    ]
    return [*alike, numbers[-1]]


# A point before three digits of which the last is 0: no one weighs out thousandths of an international unit.
_POINTED = pattern_of(r"[1-9]\d{0,2}\.\d\d0(?![\d.])(?: ?(?:-|to) ?[1-9]\d{0,2}\.\d\d0)?(?! ?(?:-|to )? ?\d)")


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
                "amount.cells", kind_of, phrase, flags, _no_cells_given(text, number, unit),
            )  # fmt: skip
    times = _TIMES_AUC.match(text, number.end)
    if times:
        return AmountRead(
            number.low, number.high, "{AUC}", "AUC", None, "exposure", number.start, times.end(), "amount.auc", flags=flags
        )  # fmt: skip
    gap = GAP.match(text, number.end)
    unit_at = gap.end() if gap else number.end
    found = read_dose_unit(text, unit_at)
    placebo = _PLACEBO_PIECE.match(text, number.end) if found is None else None
    if placebo and not _LABEL.search(text, max(0, number.start - 12), number.start):
        found = read_dose_unit(text, placebo.end())
    if not found and text.startswith("/", number.end):
        found = read_dose_unit(text, number.end + 1)
        if not found or found.kind != "mass":
            return None
        flags = (*flags, "stray_slash")
    if not found or (found.kind == "cells" and not number.scaled):
        return None
    found = _of_several(text, number, found)
    if is_one_shot(text, found):
        found = replace(found, kind="mass")
    excluded = not_given(text, number, found)
    if not number.scaled and _POINTED.match(text, number.start):
        if found.kind == "activity":
            number, flags = _thousands(number), (*flags, "point_thousands")
        elif found.code.startswith(("mg", "ug")):
            excluded = "damaged number"  # "1.500 mg/m2" is either
    written_as_word = text[number.start].isalpha()
    if written_as_word and found.kind not in ("count", "volume", "activity", "cells", "concentration"):
        return None
    return AmountRead(
        number.low, number.high, found.code, found.spelling, found.per_time, found.kind, number.start, found.end,
        "amount.unit", None, "placebo" if placebo else "", (*flags, *found.flags), excluded,
    )  # fmt: skip


def _of_several(text: str, number: RangeRead, unit: UnitRead) -> UnitRead:
    """``unit`` without the day where several such amounts are given in one: "2 doses of 40 mg per day", "2 x 40 mg/day"."""
    several = _DOSES_OF.search(text, max(0, number.start - 48), number.start)
    often = _A_DAY.search(unit.spelling) if several and unit.kind != "radiation" else None
    if often is None or several is None or not (several["each"] or ("/" not in unit.code and often.group()[0] == " ")):
        return unit
    return replace(unit, end=unit.end - len(often[0]), spelling=unit.spelling[: often.start()], per_time=None)


_DOSES_OF = pattern_of(
    r"(?<![a-z])(?:[1-6]|one|two|three|four|five|six) (?:[a-z]+ )?doses? of (?:[a-z-]+ )?$|"
    r"(?<![A-Za-z0-9.,])(?P<each>[2-6] ?(?:[x×]|times(?= ))) ?$",
    re.I,
)
_A_DAY = pattern_of(r" (?:per|a|each) day$| ?/ ?d(?:ay)?$", re.I)


def _thousands(number: RangeRead) -> RangeRead:
    return replace(number, low=number.low * 1000, high=number.high * 1000)


def _no_cells_given(text: str, number: RangeRead, unit: UnitRead) -> str | None:
    """Why cells are nothing given: they are what a collection yields, or a median of what was given. None otherwise."""
    told = reported(text, number, unit, text[max(0, number.start - 48) : number.start])
    return to_be_collected(text, number.start, unit.end) or (told if told == STATISTIC else None)


def _type_before(text: str, at: int) -> str | None:
    """The cell type named shortly before a bare ``1 × 10^7/kg``."""
    before = text[max(0, at - 80) : at].rsplit(".", 1)[-1]
    return cell_type_of(before[-24:]) or cell_type_of(before)


_LIMIT = pattern_of(r"(?:[<>≥≤]=?|(?<![a-z])(?:below|above|under|over|than)) ?$", re.I)
