"""A second value of one comparison: ``must not exceed 1.5 mg/dL for women and 2.0 mg/dL for men``."""

from __future__ import annotations

import re
from dataclasses import replace

from harvester.text.expressions.definition_file import expression
from harvester.text.expressions.pattern import pattern_of
from harvester.text.limits.amount import read_amount
from harvester.text.limits.concept_unit import canonical, fits
from harvester.text.limits.limit import Limit
from harvester.text.limits.place import Place
from harvester.text.limits.rate import read_rate

# Amounts that are told with their time only behind what is measured.
_SPREAD = frozenset({"mL", "L", "mg", "g", "ug"})
_SPREAD_OVER = {"week": "wk", "minute": "min", "min": "min"}
_OF_SOMETHING_A_TIME = expression("carried.of_something_a_time")
_CELLS_A_VOLUME = expression("carried.cells_a_volume")
_FOR_ONE_SEX = expression("carried.for_one_sex")
_UNIT_BEFORE = pattern_of(r"[A-Za-z]\s?\((?:in )?(?P<unit>[A-Za-z%][^()]{0,18})\)\s*(?:of|is|was|:|=)?\s*$")
_KILO = pattern_of(r"[Kk]\b(?!\s?/)")  # "platelets > 50K"
_OF_CELLS = pattern_of(
    r"\b(?:platelets?|plts?|ANC|ALC|WBCs?|neutrophils?|leu[ck]ocytes?|lymphocytes?)\b[^.;,\d]{0,20}$", re.IGNORECASE
)
_LINES = pattern_of(r" lines?\b")
_CAPITAL_GRAMS = pattern_of(r"G ?/ ?L\b")  # "HEMOGLOBIN > 100 G/L"; platelets are counted in it
_ONLY_NAMED = pattern_of(r"[\s:]*(?:(?:levels?|values?|concentrations?|of|is|must be|should be)[\s:]*)*", re.IGNORECASE)
_ACROSS = pattern_of(r"(?: ?[xX×] ?\d+(?:\.\d+)?){1,2} ?(?P<unit>mm|cm)\b")  # "1.5 x 1.5 cm"
_THINGS = ("virus", "count")  # "Pain (VPS) > 3": no unit but a short name
_BOUNDS = ("<", "<=", ">", ">=")
_ONLY_OR = pattern_of(r"\s?,?\s?(?:or|and|and/or|/)\s?", re.IGNORECASE)
_LETTER = pattern_of(r" ?(?P<unit>[mCF]\b|º)(?!\s?/)(?!-)")
_DEGREES = {"C": ("Cel", 30.0, 43.0), "º": ("Cel", 30.0, 43.0), "F": ("[degF]", 86.0, 110.0)}
_FEVER = pattern_of(r"\b(?:temp(?:erature)?|fever|febrile|afebrile|pyrexia|hypo-?thermi[ac]|hyper-?thermi[ac])\b", re.IGNORECASE)
_IN_METRES = pattern_of(
    r"\b(?:(?:6|six)[- ]?min\w*|6[ -]?MW[DT]|altitudes?|elevation|above sea level|to walk|height|stature)\b", re.IGNORECASE
)
_OF_BLOOD = expression("carried.of_blood")
_TRANSFUSED = pattern_of(r"\btransfus\w+[^.;,\d]*$", re.IGNORECASE)  # "transfusion > 20 units"
_DRUNK = pattern_of(
    r"\s*(?P<alcohol>(?:of )?(?:alcohol|ethanol)\s*)?(?:per|pr\.?|a|/|each|every)\s?(?P<time>week|day|wk)\b", re.IGNORECASE
)
_ALCOHOL = pattern_of(r"\b(?:alcohol\w*|ethanol|drink\w*)\b", re.IGNORECASE)
_OFTEN_DRUNK = pattern_of(r"\b(?P<often>weekly|daily) (?:[a-z]+ ){0,2}(?:intake|consumption|use)\b[^.;]{0,40}$", re.IGNORECASE)
_TIMES = {"wee": "wk", "wk": "wk", "day": "d"}
# "greater than 4500 grams in diabetic and 5000 grams in non-diabetic mothers", "> 180 mmHg systolic and 110 mmHg diastolic"
_FOR_ONE = expression("carried.for_one")
_FOR_ANOTHER = pattern_of(r"\s*(?:(?:in|for) [a-z]|systolic|diastolic)", re.IGNORECASE)
_CLOSES = pattern_of(r"(?:,? (?:in )?SI (?:units?|equivalent)[^()]{0,20})?\s*[)\]]")
_BRACKET = pattern_of(r"[(\[]\s*$")
_IN_BRACKET = pattern_of(r"(?:,? (?:in )?SI (?:units?|equivalent)[^()]{0,20})?\s*[)\](\[]")
_TIMES_WHAT = pattern_of(r"\s?[x×]\s*[,;]", re.IGNORECASE)  # "bilirubin ≤ 3 x, AST ≤ 3 x the ULN"
_CONFIRMED = pattern_of(r"\b(?:confirm\w*|repeat\w*|re-?test\w*|again)\b", re.IGNORECASE)  # "(if > 15 mmol/L on a repeat)"
_FOR_THE_OTHER = pattern_of(
    r"\s*(?:[(\[]\s*(?:(?:for|in) )?|(?:for|in) )(?:adult )?(?:women|men|females?|males?|girls|boys)\b", re.IGNORECASE
)

# "AST ≤ 2.5 x ULN (5 x ULN if liver metastases)": the value of some patients only
_ELSE = pattern_of(r"\s*(?:[(\[]\s*|[,;]\s*|(?=or ))(?:or |but |and )?(?:up to )?", re.IGNORECASE)
_MULTIPLE = expression("carried.multiple")
_MULTIPLIED = expression("carried.multiplied")
_FOR_SOME = expression("carried.for_some")
_FOR_SOME_IN_BRACKET = expression("carried.for_some_in_bracket")
_SOME_BEFORE = pattern_of(r"\s*[(\[]\s*(?:if|when|for|in) [a-z][^()<>≤≥\d]{3,80}[,:]\s*(?:up to )?", re.IGNORECASE)


def carried(place: Place) -> Limit:
    """The limit of ``place``, with the comparator of the value before where the two are of one comparison: a sex each, or the
    second for some patients only."""
    limit = place.limit
    if place.earlier is None or not limit.is_unsigned:
        return limit
    first = place.earlier[0]
    if first.comparator not in _BOUNDS or limit.amount.word:
        return limit
    if _is_for_some(place, first):
        reference, kind = first.amount.reference, first.amount.kind
        amount = replace(limit.amount, unit=limit.amount.unit or first.amount.unit, reference=reference, kind=kind)
        return _signed(replace(limit, amount=amount), first)
    if limit.amount.unit is None or first.amount.unit not in (None, limit.amount.unit) or limit.rule != "limit.plain":
        return limit
    by_sex = _FOR_ONE_SEX.fullmatch(place.text, first.end, limit.start) and _FOR_THE_OTHER.match(place.right)
    if not by_sex and not (_FOR_ONE.fullmatch(place.text, first.end, limit.start) and _FOR_ANOTHER.match(place.right)):
        return limit
    return _signed(limit, first)


def multiple(place: Place) -> Place:
    """``place`` with the limit of normal that its multiple is of (``≤ 3 x ULN (≤ 5 x if liver metastases)``)."""
    limit, amount = place.limit, place.limit.amount
    if place.earlier is None or amount.unit is not None or amount.reference != "absolute" or limit.comparator in ("range", "in"):
        return place
    normal = place.earlier[0].amount.reference
    times = _MULTIPLE.match(place.text, amount.number_end) if normal == "ULN" else None
    if times is None or not _MULTIPLIED.fullmatch(place.text, place.earlier[0].end, limit.start):
        return place
    end = times.end()
    told = replace(amount, reference=normal, kind="reference", unit_text=times.group().strip(), end=end)
    right = place.text[end : place.bounds[1]]
    return replace(place, limit=replace(limit, amount=told, end=max(end, limit.number_start)), right=right)


def _is_for_some(place: Place, first: Limit) -> bool:
    """Whether a value tells what holds for some patients in place of the one before (``≤ 2.5 x ULN (5 x ULN if …)``).

    Without a unit of its own it must be the looser of the two: else it may be a number of something else.
    """
    limit = place.limit
    amount, before = limit.amount, first.amount
    ahead = place.right[:1] == ")" and _SOME_BEFORE.fullmatch(place.text, first.end, limit.start)
    opened = ahead or _ELSE.fullmatch(place.text, first.end, limit.start)
    if not opened or not amount.value or not before.value:
        return False
    bracket = opened.group().lstrip()[:1] in ("(", "[")
    told = ahead or _FOR_SOME.match(place.right) or (bracket and _FOR_SOME_IN_BRACKET.match(place.right))
    if not told:
        return False
    if limit.rule == "limit.pressure" or first.rule == "limit.pressure":
        return limit.rule == first.rule and amount.unit in (None, before.unit)
    if (amount.unit, amount.reference) == (before.unit, before.reference) and (amount.unit or amount.reference != "absolute"):
        return True
    looser = amount.value / before.value if first.comparator in ("<", "<=") else before.value / amount.value
    return bracket and amount.unit is None and amount.reference == "absolute" and 1 < looser <= 10


def _signed(limit: Limit, first: Limit) -> Limit:
    """``limit`` bounded on the side where ``first`` is."""
    above = first.comparator in (">", ">=")
    return replace(
        limit,
        comparator=first.comparator,
        low=limit.amount.value if above else None,
        high=None if above else limit.amount.value,
        low_inclusive=first.low_inclusive,
        high_inclusive=first.high_inclusive,
    )


def united(limit: Limit, text: str) -> Limit:
    """``limit`` with the unit told elsewhere than right behind its number.

    In brackets before it (``Hemoglobin (g/dL) ≥ 9``), behind its comparator (``one or more attacks/day``), or with its
    time behind what is measured (``50 mL of hemoptysis per day``).
    """
    amount = limit.amount
    if amount.unit == "{cells}" and _LINES.match(text, limit.end):
        return replace(limit, amount=replace(amount, unit=None, unit_text=None, kind="plain", end=amount.number_end))
    if amount.unit in ("[IU]", "[IU]/wk", "[IU]/d"):
        return _of_things(limit, text)
    if amount.unit == "deg":
        unit = _unit_of_letter("º", amount.value, text[max(0, limit.start - 80) : limit.start])
        return replace(limit, amount=replace(amount, unit=unit)) if unit else limit
    if amount.unit in _SPREAD:
        time = _OF_SOMETHING_A_TIME.match(text, limit.end)
        spread = f"{amount.unit}/{_SPREAD_OVER.get(time['time'].lower(), 'd')}" if time else amount.unit
        return replace(limit, amount=replace(amount, unit=spread))
    if amount.unit is not None or amount.reference != "absolute" or limit.values:
        return limit
    rate = read_rate(text, limit.end) if limit.rule == "limit.after" else None
    if rate is not None:
        words = text[amount.number_end : rate[1]].strip(" -")
        return replace(limit, amount=replace(amount, unit=rate[0], kind="lab", unit_text=words, end=rate[1]), end=rate[1])
    if amount.word:
        return limit
    across = _ACROSS.match(text, limit.end)
    if across:
        whole = replace(amount, unit=across["unit"], kind="lab", unit_text=across.group().strip(), end=across.end())
        return replace(limit, amount=whole, end=max(limit.end, across.end()))
    cells = _CELLS_A_VOLUME.match(text, limit.end)
    if cells:
        unit = "/mm3" if cells["volume"][:2].lower() in ("mm", "cu") else "/uL"
        return replace(limit, amount=replace(amount, unit=unit, kind="lab", unit_text=cells.group().strip()))
    if _KILO.match(text, limit.end) and _OF_CELLS.search(text, max(0, limit.start - 40), limit.start):
        whole = replace(amount, unit="10*3/uL", kind="lab", unit_text="K", end=limit.end + 1)
        return replace(limit, amount=whole, end=limit.end + 1)
    letter = _LETTER.match(text, limit.end)
    unit = _unit_of_letter(letter["unit"], amount.value, text[max(0, limit.start - 80) : limit.start]) if letter else None
    if letter and unit:
        whole = replace(amount, unit=unit, kind="lab", unit_text=letter["unit"], end=letter.end())
        return replace(limit, amount=whole, end=max(limit.end, letter.end()))
    before = text[max(0, limit.start - 30) : limit.start]
    bracket = _UNIT_BEFORE.search(before) if ")" in before else None
    told = read_amount(f"1 {bracket['unit']}", 0) if bracket else None
    if bracket is None or told is None or told.unit is None or told.kind in _THINGS or told.end != len(bracket["unit"]) + 2:
        return limit
    return replace(limit, amount=replace(amount, unit=told.unit, kind=told.kind, unit_text=bracket["unit"]))


def _unit_of_letter(letter: str, value: float, before: str) -> str | None:
    """What a single letter behind a number measures, by the words ``before``: metres walked or of height, a fever in degrees."""
    if letter == "m":
        return "m" if _IN_METRES.search(before) else None
    unit, least, most = _DEGREES[letter]
    return unit if least <= value <= most and _FEVER.search(before) else None


def _of_things(limit: Limit, text: str) -> Limit:
    """Units that are bags of blood or drinks, and no units of activity."""
    of_blood = _OF_BLOOD.match(text, limit.end) or _TRANSFUSED.search(text, max(0, limit.start - 40), limit.start)
    drunk = _DRUNK.match(text, limit.end)
    if "/" in (limit.amount.unit or ""):
        around = text[max(0, limit.start - 60) : limit.end + 60]
        unit, end = (limit.amount.unit or "").replace("[IU]", "{drinks}"), limit.end
        if not _ALCOHOL.search(around):
            return limit
    elif drunk and (drunk["alcohol"] or _ALCOHOL.search(text, max(0, limit.start - 60), limit.start)):
        unit, end = f"{{drinks}}/{_TIMES[drunk['time'][:3].lower()]}", drunk.end()
    elif of_blood:
        unit, end = "{units}", limit.end
    elif limit.amount.unit == "[IU]" and (often := _OFTEN_DRUNK.search(text, max(0, limit.start - 70), limit.start)):
        of_alcohol = _ALCOHOL.search(text, often.start(), limit.end + 20)  # "weekly alcohol intake > 14 units"
        unit, end = f"{{drinks}}/{'wk' if often['often'][:1] in 'wW' else 'd'}" if of_alcohol else "[IU]", limit.end
    else:
        return limit
    whole = replace(limit.amount, unit=unit, unit_text=text[limit.amount.number_end : end].strip(), end=end)
    return replace(limit, amount=whole, end=max(limit.end, end))


def sharing(place: Place) -> Limit:
    """The limit of ``place``, with the unit of the next one where only "or" parts them (``< 3.5 or > 5.5 mmol/L``)."""
    limit, following = place.limit, place.following
    if limit.amount.unit == "10*9/L":
        return _in_grams(place)
    if following is None or limit.amount.unit is not None or limit.amount.word or limit.amount.reference != "absolute":
        return limit
    unit = following.amount
    if unit.reference in ("ULN", "LLN") and _TIMES_WHAT.match(place.text, limit.end) and limit.comparator in _BOUNDS:
        return replace(limit, amount=replace(limit.amount, reference=unit.reference, kind=unit.kind))
    if limit.amount.end != limit.amount.number_end:
        return limit  # "≥ 15/50 or ≥ 30%": so many of fifty
    bounds = limit.comparator in _BOUNDS and following.comparator in _BOUNDS
    if not bounds or unit.unit is None or unit.kind == "duration" or unit.reference != "absolute":
        return limit
    if not _ONLY_OR.fullmatch(place.text, limit.end, following.start):
        return limit
    return replace(limit, amount=replace(limit.amount, unit=unit.unit, kind=unit.kind, unit_text=unit.unit_text))


def _in_grams(place: Place) -> Limit:
    """The limit of ``place``, in grams where a capital "G" stands for them: right behind the name of what is not counted."""
    limit, amount = place.limit, place.limit.amount
    if not _CAPITAL_GRAMS.match((amount.unit_text or "").strip()):
        return limit
    own = [name for name in place.names if _ONLY_NAMED.fullmatch(place.text, name.end, max(name.end, limit.start))]
    if not own or own[-1].end > limit.start or fits(own[-1].key, "10*9/L", "absolute"):
        return limit
    return replace(limit, amount=replace(amount, unit="g/L")) if fits(own[-1].key, "g/L", "absolute") else limit


def is_restated(place: Place) -> bool:
    """Whether a bracket tells the value before it once more in another unit (``≥ 50 x 10^9/L (≥ 50,000/mm3)``)."""
    if place.earlier is None:
        return False
    (first, subject), limit = place.earlier, place.limit
    between = place.between(first.end, 140)
    if between is None or not _BRACKET.search(between) or not _IN_BRACKET.match(place.right):
        return False
    if limit.comparator not in (None, first.comparator) or limit.amount.reference != "absolute":
        return False
    again = _CONFIRMED.search(between) is not None
    if not again and (between.strip() not in ("(", "[") or not _CLOSES.match(place.right)):
        return False
    if first.amount.unit == limit.amount.unit:
        return again and (first.low, first.high) == (limit.low, limit.high)
    if {first.amount.unit, limit.amount.unit} == {"%", "mmol/mol"}:
        return True  # HbA1c in its two units
    if {first.amount.unit, limit.amount.unit} == {"%", "[IU]/dL"}:
        return (first.low, first.high) == (limit.low, limit.high)  # a clotting factor in its two units
    concept = "platelets" if subject.concepts == ("other_measure",) else subject.concepts[0]
    left, right = (_canonical(concept, each) for each in (first, limit))
    return left is not None and right is not None and abs(left - right) <= 0.02 * abs(left)


def _canonical(concept: str, limit: Limit) -> float | None:
    value = limit.low if limit.low is not None else limit.high
    return canonical(concept, value, limit.amount.unit, limit.amount.reference)[0]
