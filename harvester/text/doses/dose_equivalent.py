"""Amounts that only tell a dose again: in another medicine, "methylprednisolone 1 g (equivalent to prednisone 1250 mg)"; in the
parts of a day, "1000 mg/day (i.e. 500 mg twice daily)"; by weight, "25 mg (1 to 3 mg/kg/day)".
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from harvester.text.doses.dose_amount import AmountRead
from harvester.text.expressions.gate import gated
from harvester.text.expressions.pattern import pattern_of
from harvester.text.written.number import read_number
from harvester.text.written.unit import read_dose_unit

NEAR = 12  # how many amounts on either side an amount can describe
# "1 g daily (equivalent to prednisone 1250 mg)": an amount is reckoned in another medicine, which is not given.
_EQUIVALENT_TO = gated(
    r"(?<![a-z])(?:equivalent|equal|equipotent|corresponding) to (?:(?:an?|the) )?(?:(?:oral|daily|total|dose|doses|of) ){0,3}"
    r"(?:[A-Za-z][A-Za-z-]{3,30} )?(?:at |of |≤ ?|>= ?|<= ?|≥ ?|up to )?$",
    re.I,
)
_OF_ANOTHER = pattern_of(r"(?: ?(?:/|per|a) ?day| daily)? of [a-z]", re.I)


def in_terms_of_another(text: str, before: Sequence[AmountRead], amount: AmountRead) -> bool:
    """Whether a mass only says what another medicine's would be that is told before it in its sentence."""
    told = _EQUIVALENT_TO.search(text, max(0, amount.start - 90), amount.start)
    if told is None:
        return False
    masses = [each for each in before if each.kind == amount.kind and each.excluded is None]
    between = text[masses[-1].end : told.start()] if masses else None
    near = between is not None and len(between) < 60 and not re.search(r"[;\n]|\. ", between)
    named = told.group().split()[-1].lower() not in ("to", "of", "dose", "at", "daily")
    return near and (named or _OF_ANOTHER.match(text, amount.end) is not None)


IN_PARTS = "amount told in parts"  # why the amount of one part of a day is no dose beside that of the day
OF_ONE = "division.of_one"  # the rule that reads how such an amount is divided, which is told of no other
_BEHIND = (
    r"(?: (?:divided|orally|PO|p\.o\.|IV|intravenously|once daily|(?:twice|three times|four times) (?:daily|a day)|daily|per day|"
    r"a day|in (?:two|three|four|[2-6]) (?:equally )?divided doses|"
    r"b\.?i\.?d\.?|t\.?i\.?d\.?|q\.?d\.?|every \d{1,2} hours|q\d{1,2}h)){0,2},? "
)
_SAME = (
    r"(?:i\.?e\.?[,:]? ?|that is,? |namely |= ?|equals? |given as |administered as |as |containing |target(?:ing)? (?:of )?|"
    r"corresponding to |equivalent to |equal to |approximately |about |~ ?|single dose(?: of | is | ?[:=] ?))?"
)
_EXPLAINS = pattern_of(rf"{_BEHIND}?[(\[]{_SAME}", re.I)
_COMES_TO = pattern_of(r"[^.()\n\d]{0,24}[;,]? ?(?:corresponding|equivalent|equal) to (?:about |approximately )?", re.I)
_IN_PARTS = pattern_of(
    r"(?: (?:tablets?|capsules?))?(?:[)\]],?)? ?(?:(?P<n>two|2|three|3|four|4) times (?:a day|daily|per day)"
    r"|(?P<twice>twice (?:a day|daily|per day)|b\.?i\.?d\.?)"
    r"|(?P<three>t\.?i\.?d\.?|thrice daily)|(?P<four>q\.?i\.?d\.?)|(?:every|q) ?(?P<hours>12|8|6|4) ?h(?:ours|rs?)?)"
    r"(?: orally| PO| IV)?(?![a-z])",
    re.I,
)
_CLOSES = pattern_of(r"(?: (?:tablets?|capsules?|orally|PO|IV|daily|a day|per day|of body weight|body weight))*[)\]]", re.I)
_OF_PIECES = pattern_of(r" (?:film-coated |oral |hard )?(?:tablet|capsule|pill|vial|patch|sachet|caplet)(?:e?s)?[)\]]", re.I)
_PER_WEIGHT = ("/kg", "/m2")


def _explained(text: str, before: Sequence[AmountRead], amount: AmountRead) -> AmountRead | None:
    """The mass that an amount, first in a bracket right behind it, can only explain."""
    whole = before[-1] if before and before[-1].excluded is None and before[-1].kind == amount.kind == "mass" else None
    return whole if whole is not None and _EXPLAINS.fullmatch(text, whole.end, amount.start) else None


def in_parts_of_day(text: str, before: Sequence[AmountRead], amount: AmountRead) -> bool:
    """Whether an amount in brackets and how often it is given only come to the amount of a day: "1000 mg/day (500 mg bid)"."""
    whole, often = _explained(text, before, amount), _IN_PARTS.match(text, amount.end)
    factor = in_units_of(amount.unit, whole.unit) if whole else None
    if whole is None or often is None or factor is None or amount.per_time is not None:
        return False
    if ")" not in often.group() and not text.startswith((")", "]"), often.end()):
        return False  # "600 mg once daily (300 mg twice daily if not tolerated)"
    number = read_number(often["n"], 0) if often["n"] else None
    times = 24 / float(often["hours"]) if often["hours"] else 2 if often["twice"] else 3 if often["three"] else 4
    times = number.value if number else times
    between = text[whole.end : amount.start]
    closed = between == " (" and text.startswith(")", often.end())  # "240 mg (120 mg bid)"
    daily = closed or whole.per_time == "d" or "daily" in between or " day" in between
    ends = ((amount.low, whole.low), (amount.high, whole.high))
    return daily and all(abs(part * times * factor - day) < 1e-6 * day for part, day in ends)


_MASSES = {"g": 1.0, "mg": 1e-3, "ug": 1e-6, "ng": 1e-9}


def in_units_of(unit: str, other: str) -> float | None:
    """What an amount in ``unit`` is multiplied by to tell it in ``other``; None where they measure differently."""
    mass, _, basis = unit.partition("/")
    to, _, of_other = other.partition("/")
    if unit == other or basis != of_other or mass not in _MASSES or to not in _MASSES:
        return 1.0 if unit == other else None
    return _MASSES[mass] / _MASSES[to]


def by_weight_too(text: str, before: Sequence[AmountRead], amount: AmountRead) -> bool:
    """Whether an amount alone in brackets tells by weight what is told before it as a mass, or the reverse.

    "25 mg (1 to 3 mg/kg/day)"; "1 mg/kg (70 mg) daily".
    """
    whole = _explained(text, before, amount)
    units = (amount.unit, whole.unit) if whole is not None else ()
    based = any(unit.endswith(_PER_WEIGHT) for unit in units) and any("/" not in unit for unit in units)
    return based and _CLOSES.match(text, amount.end) is not None


_PARTS_OF = pattern_of(
    r" (?:in|into|as|divided (?:in|into)) (?P<n>two|three|four|2|3|4) (?:equal |equally |divided |separate |daily )*"
    r"(?:doses|portions) of $",
    re.I,
)


def _one_of_parts(text: str, whole: AmountRead, amount: AmountRead) -> bool:
    """Whether a mass is that of each part of the one before it: "1500 mg per day in three divided doses of 500 mg"."""
    parts = _PARTS_OF.fullmatch(text, whole.end, amount.start) if whole.excluded is None else None
    number = read_number(parts["n"], 0) if parts else None
    factor = in_units_of(amount.unit, whole.unit)
    return number is not None and factor is not None and abs(number.value * amount.low * factor - whole.low) < 1e-6 * whole.low


def told_again(text: str, before: Sequence[AmountRead], amount: AmountRead) -> str | None:
    """Why a mass is no dose beside one of those before it, which it only tells again; None when it may be one."""
    if in_terms_of_another(text, before, amount):
        return "amount told again"
    if before and _one_of_parts(text, before[-1], amount):
        return "amount told again"
    by_weight = amount.unit.endswith(_PER_WEIGHT) and before and before[-1].kind == "mass" and "/" not in before[-1].unit
    if by_weight and before[-1].excluded is None and _COMES_TO.fullmatch(text, before[-1].end, amount.start):
        return "amount told in another unit"  # "600 mg once daily; corresponding to 8-12 mg/kg"
    near = text[max(0, amount.start - 40) : amount.start]
    if "(" not in near and "[" not in near:
        return None
    if _sum_of_doses(text, before, amount):
        return "amount told again"
    whole = _explained(text, before, amount)
    factor = in_units_of(amount.unit, whole.unit) if whole else None
    same = factor not in (None, 1.0) and abs(amount.low * (factor or 0) - (whole.low if whole else 0.0)) < 1e-6 * amount.low
    if whole and (same or _ELEMENTAL.match(text, amount.end)):
        return "amount told again"  # "1 g (1000 mg)", "ferrous sulfate 325 mg (65 mg elemental iron)"
    if in_parts_of_day(text, before, amount):
        return IN_PARTS
    pieces = whole.low / (amount.low * factor) if whole and factor and amount.low else 0.5  # "(0 mg tablets)" makes up nothing
    if pieces > 0.5 and abs(pieces - round(pieces)) < 1e-6 and _OF_PIECES.match(text, amount.end):
        return "strength"  # "400 mg three times a day (200 mg tablets)"
    return "amount told in another unit" if by_weight_too(text, before, amount) else None


_ELEMENTAL = pattern_of(r" (?:of )?(?:elemental|(?:the )?(?:free )?base(?![a-z])|[a-z]+ base(?![a-z]))", re.I)
# "15 mg at intervals of 6 minutes … until 5 doses (75 mg) are received"
_SO_MANY = pattern_of(
    r"(?:until|after|up to) (?P<n>\d|two|three|four|five|six) (?:doses|dosings?(?:['’]s)?|injections|infusions) [(\[]$", re.I
)


def _sum_of_doses(text: str, before: Sequence[AmountRead], amount: AmountRead) -> bool:
    """Whether an amount in brackets is what as many doses told before come to."""
    told = _SO_MANY.search(text, max(0, amount.start - 40), amount.start)
    number = read_number(told["n"].lower(), 0) if told else None
    alike = [each.low for each in before if each.unit == amount.unit]
    return number is not None and any(abs(low * number.value - amount.low) < 1e-9 for low in alike)


def in_other_unit(text: str, before: AmountRead, amount: AmountRead) -> bool:
    """Whether a mass in brackets is the activity before in another unit, or the reverse: "1500 IU (300 ug)"."""
    kinds = {before.kind, amount.kind} == {"mass", "activity"} or (
        "[IU]" in (before.unit, amount.unit) and before.unit != amount.unit
    )
    plain = (
        before.excluded is None
        and before.low == before.high
        and amount.low == amount.high
        and "/" not in before.unit + amount.unit
    )
    return kinds and plain and text[before.end : amount.start] == " (" and text[amount.end : amount.end + 1] == ")"


_BECQUEREL = {"kBq": 1e-3, "MBq": 1.0, "GBq": 1e3, "mCi": 37.0, "uCi": 0.037, "Ci": 37e3}


def other_radioactivity(text: str, before: AmountRead, amount: AmountRead) -> bool:
    """Whether a radioactivity in brackets is the one before in another unit: ``7.4 GBq (200 mCi)``; within 5 %."""
    (unit, _, basis), (other, _, same) = before.unit.partition("/"), amount.unit.partition("/")
    factors = (_BECQUEREL.get(unit), _BECQUEREL.get(other)) if basis == same else (None, None)
    if None in factors or before.unit == amount.unit or not re.fullmatch(r" ?[(\[,/=] ?", text[before.end : amount.start]):
        return False
    first, second = before.low * (factors[0] or 0), amount.low * (factors[1] or 0)
    return abs(first - second) <= 0.05 * max(first, second)


_PARTS = pattern_of(
    r"[\d.]+ ?(?:[mu]?g|mcg|IU|units)(?:/\w+)? (?:of )?[A-Za-z][\w-]+"
    r"(?: ?(?:\+|/|,? and|plus) ?|, ?(?=\d[\d.]* ?[mu]?g)|[,;:][^()]*$|$)"
    r"|[A-Za-z][\w-]+ [\d.]+ ?(?:[mu]?g|mcg)(?:/(?:m2|kg))?(?: ?(?:\+|/|,? and|plus|,) ?|$)",
    re.I,
)


_DATED = pattern_of(r" (?:IV |orally )?(?:on )?(?:days?|d) ?[-+]?\d", re.I)


_OF_NAME = pattern_of(r" *(?: of [A-Za-z][\w-]*)? *")
_BARE_PARTS = pattern_of(r"[\d.]+ ?[mu]?g(?:/(?:m2|kg))?(?: ?\+ ?|$)")  # "65 units/m2 (29 mg/m2 + 65 mg/m2)"


_THE_NEXT = pattern_of(r"(?:(?!placebo)[^.;\n]){0,120}", re.I)
# "two tablets for others", and not "one tablet ivacaftor": another product
_OF_OTHERS = pattern_of(r" ?(?:$|[.,;)\n]|(?:for|in|if|when|daily|once|twice|three|every|per|a day)(?![a-z]))", re.I)


def by_pieces(text: str, amounts: Sequence[AmountRead], index: int) -> bool:
    """Whether a count of pieces that hold several medicines is what is taken, as other counts behind it are.

    "One tablet (20 mg A and 120 mg B) for those under 15 kg, two tablets for others".
    """
    amount = amounts[index]
    opened = _OPENS.match(text, amount.end) if amount.kind == "count" else None
    closed = text.find(")", opened.end()) if opened else -1
    inside = [each for each in amounts[index + 1 : index + NEAR] if each.end <= closed]
    behind = next((each for each in amounts[index + 1 : index + NEAR] if each.start > closed and each.kind == "count"), None)
    if len(inside) != 2 or any(each.kind != "mass" for each in inside) or behind is None or behind.unit != amount.unit:
        return False
    named = (
        re.fullmatch(r" ?(?:of )?[a-z-]{4,}(?: and | plus |, ?| ?\+ ?)", text[inside[0].end : inside[1].start], re.I) is not None
    )
    again = _THE_NEXT.fullmatch(text, closed + 1, behind.start) and _OF_OTHERS.match(text, behind.end)
    return named and again is not None


_OPENS = pattern_of(r"(?: of [\w-]+| daily| twice daily)? ?\((?:containing |each |with )*")


def of_product(text: str, amounts: Sequence[AmountRead], index: int) -> str | None:
    """One active part of a product of several, in brackets behind its dose: ``4.5 g (4 g piperacillin + 0.5 g tazobactam)``."""
    amount = amounts[index]
    if amount.kind == "mass" and any(
        by_pieces(text, amounts, at) and amount.start < text.find(")", amounts[at].end) for at in range(max(0, index - 2), index)
    ):
        return "ingredient"
    opened = text.rfind("(", 0, amount.start)
    closed = text.find(")", amount.end)
    whole = next((a for a in reversed(amounts[max(0, index - NEAR) : index]) if a.end <= opened and a.excluded is None), None)
    if whole is None or closed < 0 or ")" in text[opened : amount.start] or len(text[whole.end : opened]) > 24:
        return None
    inside = [a for a in amounts[max(0, index - NEAR) : index + NEAR] if opened < a.start < closed]
    of_one_list = len(inside) > 1 and inside[0].group is not None and all(a.group == inside[0].group for a in inside)
    if of_one_list and inside[0].unit == whole.unit and abs(sum(a.low for a in inside) - whole.low) < 1e-6 * whole.low:
        dated = _DATED.match(text, inside[-1].end)  # "1.8 mg/m2/cycle (0.8 + 0.5 + 0.5 mg/m2 on days 1, 8, 15)"
        return None if dated else "one fraction of a total"  # "25 mg/kg over 3 days (10, 10, 5 mg/kg)"
    parts = _PARTS.sub("", text[opened + 1 : closed]).strip()
    if whole.kind == "activity":
        parts = _BARE_PARTS.sub("", parts)
    if len(inside) < 2 or parts or not _OF_NAME.fullmatch(text, whole.end, opened) or len({a.unit for a in inside}) != 1:
        return None
    summed = inside[0].unit == whole.unit and abs(sum(a.low for a in inside) - whole.low) < 1e-6 * whole.low
    if summed and all(_DATED.match(text, a.end) for a in inside):
        return None  # "0.9 mg/m2 (0.6 mg/m2 on day 1, 0.3 mg/m2 on day 8)"
    return "ingredient" if summed or (whole.kind == "activity" and inside[0].kind == "mass") else None


_SEVERAL_OF = pattern_of(r"(?<![\w.,-])(?P<n>[2-9]|two|three|four|five|six) (?:x )?$", re.I)
# "Week 3 100 mg capsules" counts weeks, and "available as two 50 mg tablets" tells what there is.
_LABEL_NUMBER = pattern_of(
    r"(?<![a-z])(?:group|cohort|arm|part|week|day|dose|level|stage|phase|visit|period|cycle|month|step|sequence|treatment|no\.?|"
    r"number|drug|schedule|regimen|(?:available|supplied|provided|packaged|dispensed|comes?) (?:as|in))s?(?: level)? ?"
    r"(?:\d+(?:,|,? (?:and|or|to|through)) )*(?:\d|[a-z]+)$|(?<![a-z])(?:to|or|and) (?:\d|[a-z]+)(?: x)?$",
    re.I,
)


def several_pieces(text: str, amounts: Sequence[AmountRead], index: int) -> AmountRead | None:
    """The number of pieces where nothing else tells what is taken: "three 50 mg tablets daily" is 3 tablets."""
    amount = amounts[index]
    number = _SEVERAL_OF.search(text, max(0, amount.start - 12), amount.start) if amount.excluded == "strength" else None
    form = read_dose_unit(text, amount.end + 1) if number and text[amount.end : amount.end + 1] in (" ", "-") else None
    value = read_number(number["n"].lower(), 0) if number else None
    if number is None or form is None or value is None or form.kind != "count":
        return None
    start, end = number.span("n")
    if _LABEL_NUMBER.search(text, max(0, end - 48), end):
        return None
    near = [a for a in amounts[max(0, index - NEAR) : index + NEAR] if a is not amount and abs(a.start - amount.start) < 160]
    if any(a.kind in ("mass", "activity", "count") and a.excluded in (None, "strength") for a in near):
        return None
    return AmountRead(value.value, value.value, form.code, form.spelling, None, "count", start, end, "amount.pieces")
