"""Amounts in criteria: a number as written, its unit, and what it is measured against (ULN, LLN, baseline).

``1.5 x 10^9/L`` is the number 1.5 with the unit ``10*9/L`` however the power is damaged; ``2.5 times the upper limit of
normal`` is 2.5 against ULN; ``10-4`` behind a comparator is 0.0001. Flags say what was assumed: ``lost_superscript``,
``decimal_comma``.
"""

from __future__ import annotations

import re
from dataclasses import replace

from harvester.shape import shape
from harvester.text.expressions.definition_file import expression
from harvester.text.expressions.gate import Gated, gated
from harvester.text.expressions.pattern import pattern_of
from harvester.text.limits.rate import read_in_two_days, read_rate
from harvester.text.limits.written_amount import read_written
from harvester.text.written.number import NUMBER, NUMBER_WORDS, WORD_VALUES, read_number
from harvester.text.written.unit import read_unit

ROMAN = {"I": 1, "II": 2, "III": 3, "IV": 4, "V": 5}

# What cells are counted in: "75 400/uL", "1.500 cells/mm3"
_A_VOLUME = r" ?(?:cells? ?|leu[ck]ocytes ?|platelets ?)?(?:/|per) ?(?:[uU] ?[lL]|mm|ml|cu ?mm|micro)"
_SIGNED = pattern_of(
    rf"(?P<dot>\d{{1,3}}[•·]\d{{1,2}}(?!\d))|(?P<comma>\d{{1,3}},\d{{1,2}}(?![\d,])"
    r"(?!,? ?(?:or|and|/|-) ?\d(?!\d{0,2},\d{1,2}(?![\d,]))))"
    rf"|(?P<blank>\d{{1,3}}(?:(?: \d{{3}})* 000(?!\d)|(?:'\d{{3}})+(?!\d)| \d{{3}}(?={_A_VOLUME})))"
    rf"|(?P<broken>\d{{1,3}}, 000(?!\d))|(?P<plain>{NUMBER})"
)
# A number that nothing can be added to but what stands behind it.
_WHOLE = pattern_of(r"[0-9]{1,15}(?![\d.,•·']| \d)")
_WORD = pattern_of(NUMBER_WORDS + r"(?![a-z]|-(?! )(?!levels?\b|segments?\b))", re.IGNORECASE)  # "two-fold" is another word
_NEGATIVE_POWER = expression("amount.negative_power", exact=True)
_VOLUME = (
    r"(?P<volume>[Ll]iters?|[Ll]itres?|mm ?\^? ?3|cu(?:bic)? ?(?:mm|millimet(?:er|re)s?)|[mMuUd][Ll]|mc[Ll]"
    r"|microlit(?:er|re)s?|[Ll])(?![A-Za-z])"
)
_POWER_UNIT = pattern_of(
    r"(?: ?[xX×*·•∙] ?| +| ?times ?)(?P<ten>10) ?(?P<sign>\^|\*\*|\*|[eE]\+?)? ?[(\[]?(?P<power>3|6|9|12)[)\]]? ?"
    r"(?:(?:white |blood )?(?:cells?|neutrophils|platelets|leu[ck]ocytes) ?)?(?:/|per|\b) ?" + _VOLUME
)
_KILO = pattern_of(r" ?(?P<kilo>[Kk]|G|Gpt|giga|Giga|Tsd|[Tt]hou)\.? ?/ ?" + _VOLUME)
_VOLUMES = {
    "mm3": "uL",
    "cumm": "uL",
    "ul": "uL",
    "mcl": "uL",
    "l": "L",
    "ml": "mL",
    "dl": "dL",
    "liter": "L",
    "litre": "L",
    "microliter": "uL",
    "microlitre": "uL",
    "cubicmm": "uL",
    "cubicmillimeter": "uL",
    "cubicmillimetre": "uL",
}

_TIMES = r"(?:[xX×*∙·](?:'?s\b)?|times?(?:'s?)?|-? ?folds?)"  # "2x's the ULN"
_OR_MORE = r"(?:or (?:more|greater|higher|less|lower|fewer) ?)?"  # "3 times or more above the ULN"
_WHOSE = (
    r"(?:(?:the|its|each|study|institution(?:al|'?s)?|local|central|laborator(?:y|ies)'?s?|lab(?:'s)?"
    r"|site(?:'s)?|hospital|respective|corresponding|specific|reference|age[- ](?:adjusted|specific|matched"
    r"|appropriate)|clinical|testing) ){0,4}"
)
_ULN = (
    r"(?:(?:I?ULN|UNL)(?:\b(?!-)|(?=[xX×]\d))|LSN\b|ULRR\b|UPN\b|upper (?:limits?|levels?|bounds?|end"
    r"|range)(?: values?)?(?: (?:of|for|in)(?: the)?(?: (?:institutional|institution'?s?|laboratory|lab|local"
    r"|reference|age|central|study))*(?: (?:normal|reference))?(?: (?:range|values?|limits?|reference"
    r"|level))*)?(?: normal)?"
    r"|upper (?:normal|reference) (?:limits?|ranges?|values?|levels?)|upper normal\b|normal upper (?:limits?|values?)"
    r"|upper[- ]limit[- ]of[- ]normal"
    r"|(?:institutional )?limits? of normal)(?: ?[\[(] ?(?:I?ULN|UNL) ?[\])])?(?: values?| range)?(?: for age)?"
)
_LLN = (
    r"(?:I?LLN\b|(?:the )?lower (?:limits?|levels?|bounds?)(?: (?:of|for)(?: the)?(?: (?:institutional"
    r"|laboratory|local|central|study))*(?: (?:normal|reference|laboratory))?(?: (?:range|values?|test|limits?))*)?(?: normal)?"
    r"|lower normal limits?|normal lower limits?)(?: ?[\[(] ?LLN ?[\])])?"
)
_BEHIND = 400  # characters behind a number, in which every reference it can have is named
_NO_DETECTION = r"(?! ?(?:of )?(?:the )?(?:assay )?(?:detect|quantif))"
_AGAINST = gated(
    rf" ?-? ?(?:{_OR_MORE}(?=times|fold))?(?:\(? ?{_TIMES} ?{_OR_MORE})?(?:of |above |over |(?:greater |higher )?than )?{_WHOSE}"
    rf"(?:(?P<uln>{_ULN})|(?P<lln>{_LLN})){_NO_DETECTION}",
    re.IGNORECASE,
)
_AGAINST_NORMAL = gated(
    rf" ?-? ?{_TIMES} ?(?:of |above |over |(?:greater |higher )?than )?{_WHOSE}(?P<normal>N(?![A-Za-z])"
    rf"|norm(?:al)?s?(?: (?:values?|range|limits?|upper limits?|levels?))*|controls?(?! (?:arm|group))(?: values?)?)",
    re.IGNORECASE,
)
_AGAINST_BASELINE = gated(
    rf" ?(?:{_TIMES} ?)?(?:of |above |over |from )?(?:the )?(?P<baseline>baseline)(?! period| visit)", re.IGNORECASE
)
_BARE = pattern_of(
    rf"(?:(?P<twice>twice|double|two[- ]?fold) (?:of )?)?{_WHOSE}(?:(?P<uln>{_ULN})|(?P<lln>{_LLN})){_NO_DETECTION}"
    r"(?: ?[x×X*] ?(?P<factor>\d+(?:\.\d+)?))?"
    r"|(?P<double>twice|double) (?:the )?normal\b(?: (?:values?|ranges?|limits?|levels?))?",
    re.IGNORECASE,
)
# "3 ng/mgProt", "32 mm/sqft": so much of what; "1.5 mg/dL x ULN": two measures at once
_CUT_SHORT = pattern_of(r"/(?!(?:or|and|week|wk|day|month|mo|year|hour|hr|h|d|dose|night)\b)[A-Za-z]")
_AND_ULN = pattern_of(r" ?[x×*] ?(?:the )?(?:institutional )?(?:ULN|upper limit)\b", re.IGNORECASE)
_BRACKET = pattern_of(r" ?\( ?")
_COUNT_AGAIN = pattern_of(r" ?[(\[](?P<count>\d{1,2})[)\]]")  # "two (2)", "thirty [30]"
_SUM_AGAIN = pattern_of(r" ?\((?P<first>[1-5]) ?\+ ?(?P<second>[1-5])\)")  # "Gleason 7 (3+4) or higher"
_WORD_AGAIN = pattern_of(rf" ?[(\[](?P<word>{NUMBER_WORDS})[)\]]", re.IGNORECASE)  # "18 (eighteen)"
_PERCENT_OF = pattern_of(r" ?% of (?=(?:the )?(?:\w+ ){0,2}(?:lower|upper|LLN|ULN))", re.IGNORECASE)
_BARE_GATE = Gated(_BARE)
_PREDICTED = pattern_of(r" ?(?:\(?(?:of )?(?:the )?predicted(?: normal)?(?: value)?\)?)", re.IGNORECASE)
_BETWEEN = pattern_of(
    r" (?:or (?:more|longer|greater|fewer|less|shorter) (?:(?:consecutive|continuous|full|complete) )?"
    r"|(?:consecutive|full|calendar|continuous|complete|additional|successive|more|prior|previous|preceding|past) )(?=\w)"
)  # "12 or more months", "3 or more consecutive days"
_PLUS = pattern_of(r" (?:\([^()]{1,40}\) )?(?:plus|\+) (?P<more>\d{1,3}) ")
_DAILY = pattern_of(  # "exceeding 10 mg daily"
    r" (?:once )?(?:daily|(?:a|each|every) day|(?P<week>weekly|(?:a|each|every) week))\b(?! dos)", re.IGNORECASE
)
_AND_MONTHS = pattern_of(r",? (?P<months>\d{1,2}) months?\b")
# "100.000/uL", "1.500 cells/mm3": nobody counts cells to a thousandth
_POINT_THOUSANDS = pattern_of(
    r"\d{2,3}\.000(?= ?(?:/|per|mm ?\^?3) ?(?:u ?l|mm|ml|micro|cu|\b))"
    rf"|\d{{1,3}}\.\d{{3}}(?=(?: ?(?:-|to|and) ?\d{{1,3}}\.\d{{3}})?{_A_VOLUME})",
    re.IGNORECASE,
)
_LOST_POWER = pattern_of(r"10[3-9]")  # "105 CFU/mL": nobody counts colonies so closely
_SECONDS = pattern_of(r"s(?![A-Za-z0-9])")  # "PT > 16s", but not "in their 60s"
_SIGNS = frozenset("<>≤≥")
_PER_KILO = pattern_of(
    r"(?: (?:total |viable )?(?:TNCs?|MNCs?|(?:(?:mono)?nucleated|mononuclear|CD ?34 ?\+?)(?: cells?)?))? ?(?:/"
    r"|per) ?kg\b(?! ?/)",
    re.IGNORECASE,
)
_DOUBLED = pattern_of(r" ?\((?P<inside>[^()]{1,24})\)")


@shape()
class Amount:
    """A number with its unit; ``start``/``end`` cover number and unit, ``number_end`` the number alone."""

    value: float
    start: int
    number_end: int
    end: int
    unit: str | None = None
    unit_text: str | None = None
    kind: str | None = None  # section of units.txt: lab, duration, mass, fraction …
    reference: str = "absolute"
    flags: tuple[str, ...] = ()
    word: bool = False


def read_amount(text: str, at: int, compared: bool = False) -> Amount | None:
    """The amount that begins at ``at``; ``compared`` says that a comparator stands before it."""
    tiny = _NEGATIVE_POWER.match(text, at) if compared else None
    if tiny:
        return _tiny(text, tiny)
    written = read_written(text, at)
    if written is not None and written.unit is not None:
        return Amount(written.value, at, written.end, written.end, written.unit, written.words, written.kind, flags=written.flags)
    number = (written.value, written.end, written.flags, False) if written is not None else _number(text, at)
    if number is None:
        return None
    value, end, flags, word = number
    return _with_unit(text, at, value, end, flags, word)


def _tiny(text: str, match: re.Match[str]) -> Amount:
    mantissa = float(match["mantissa"] or match["short"] or 1)
    power = int(match["power"] or match["bracket"] or match["exp"])
    flags = () if "^" in match.group() or match["exp"] else ("lost_superscript",)
    return _with_unit(text, match.start(), float(f"{mantissa * 10.0**-power:.12g}"), match.end(), flags, False)


def _number(text: str, at: int) -> tuple[float, int, tuple[str, ...], bool] | None:
    sign = -1.0 if text[at : at + 1] == "-" else 1.0
    if text[at : at + 1] in ("-", "+"):
        at += 1
    whole = _WHOLE.match(text, at)
    if whole:
        value = float(whole.group())
        again = _WORD_AGAIN.match(text, whole.end()) if text[whole.end() : whole.end() + 2].lstrip()[:1] in ("(", "[") else None
        same = again is not None and WORD_VALUES[again["word"].lower()] == value
        if not same and "+" in text[whole.end() : whole.end() + 6]:
            again = _SUM_AGAIN.match(text, whole.end())
            same = again is not None and int(again["first"]) + int(again["second"]) == value
        return sign * value, again.end() if again and same else whole.end(), (), False
    word = _WORD.match(text, at)
    if word:
        doubled = _COUNT_AGAIN.match(text, word.end())
        value = float(doubled["count"] if doubled else WORD_VALUES[word.group().lower()])
        return value, doubled.end() if doubled else word.end(), (), True
    match = _SIGNED.match(text, at)
    if match is None:
        return None
    if match["dot"]:
        return sign * float(re.sub("[•·]", ".", match["dot"])), match.end(), ("decimal_comma",), False
    if match["comma"]:
        return sign * float(match["comma"].replace(",", ".")), match.end(), ("decimal_comma",), False
    if match["blank"] or match["broken"]:
        return sign * float(re.sub("[ ,']", "", match.group())), match.end(), ("blank_thousands",), False
    if "." in match["plain"] and _POINT_THOUSANDS.match(text, match.start("plain")):
        return sign * float(match["plain"].replace(".", "")), match.end(), ("point_thousands",), False
    return sign * float(match["plain"].replace(",", "")), match.end(), (), False


def _with_unit(text: str, start: int, value: float, end: int, flags: tuple[str, ...], word: bool) -> Amount:
    plain = Amount(value, start, end, end, flags=flags, word=word)
    sign = text[end : end + 8].lstrip(" -(")[:1].lower()
    for read, begins in _WAYS_ON:
        found = read(text, plain) if sign in begins or not sign or not sign.isascii() else None
        if found:
            return found
    rate = read_rate(text, end)
    if rate is not None:
        return _united(text, plain, rate[1], rate[0], "lab", flags)
    half = read_in_two_days(text, end)
    if half is not None:
        return _united(text, replace(plain, value=value / 2), half[1], half[0], "lab", flags)
    return _plain_unit(text, plain) or plain


def _power_unit(text: str, plain: Amount) -> Amount | None:
    match = _POWER_UNIT.match(text, plain.number_end) or _KILO.match(text, plain.number_end)
    if not match:
        return None
    volume = _VOLUMES.get(match["volume"].lower().replace(" ", "").replace("^", "").rstrip("s"), "L")
    groups = match.groupdict()
    power = groups.get("power") or ("3" if (groups.get("kilo") or "").lower() in ("k", "tsd", "thou") else "9")
    lost = "ten" in groups and not groups.get("sign")
    flags = (*plain.flags, "lost_superscript") if lost else plain.flags
    return _united(text, plain, match.end(), f"10*{power}/{volume}", "lab", flags)


def _against(text: str, plain: Amount) -> Amount | None:
    share = _PERCENT_OF.match(text, plain.number_end)
    if share:  # "80% of the lower limit of normal"
        part = _against(text, replace(plain, value=float(f"{plain.value / 100:.10g}"), number_end=share.end()))
        return replace(part, number_end=plain.number_end) if part is not None and part.reference != "baseline" else None
    behind = text[plain.number_end : plain.number_end + _BEHIND]
    for pattern in (_AGAINST, _AGAINST_NORMAL, _AGAINST_BASELINE):
        match = pattern.match(text, plain.number_end) if pattern.may_match(behind) else None
        if match and text[plain.number_end : match.end()].strip():
            groups = match.groupdict()
            reference = "LLN" if groups.get("lln") else "baseline" if groups.get("baseline") else "ULN"
            words = text[plain.number_end : match.end()].strip()
            return Amount(
                plain.value,
                plain.start,
                plain.number_end,
                match.end(),
                None,
                words,
                "reference",
                reference,
                plain.flags,
                plain.word,
            )
    return None


def _scaled(text: str, plain: Amount) -> Amount | None:
    """A number whose power of ten belongs to the number itself (``1 x 10^6 cells/kg``)."""
    number = read_number(text, plain.number_end if plain.start == plain.number_end else plain.start)
    if number is None or not number.scaled or number.end <= plain.number_end:
        return None
    flags = tuple(dict.fromkeys((*plain.flags, *number.flags)))
    scaled = Amount(number.value, plain.start, number.end, number.end, flags=flags)
    of_cells = _PER_KILO.match(text, number.end)  # so many of nothing but cells are given a kilogram
    if of_cells:
        return _united(text, scaled, of_cells.end(), "{cells}/kg", "cells", flags)
    return _plain_unit(text, scaled) or scaled


def _plain_unit(text: str, plain: Amount) -> Amount | None:
    at = plain.number_end
    if text[at : at + 1] == ")" and text[plain.start - 1 : plain.start] == "(":
        at += 1
    between = _BETWEEN.match(text, at)
    if between:
        unit = read_unit(text, between.end())
        if unit is not None and unit.kind == "duration":
            return _united(text, plain, unit.end, unit.code, unit.kind, plain.flags)
    while text[at : at + 1] in (" ", "-") and at - plain.number_end < 3:
        at += 1
    hyphen = "-" in text[plain.number_end : at]
    unit = read_unit(text, at)
    if unit is None and _SECONDS.match(text, at) and text[: plain.start].rstrip()[-1:] in _SIGNS:
        return _united(text, plain, at + 1, "s", "duration", plain.flags)
    months = _AND_MONTHS.match(text, unit.end) if unit is not None and unit.code == "a" else None
    if unit is not None and months:
        value = float(f"{plain.value + int(months['months']) / 12:.6g}")
        return _united(text, replace(plain, value=value), months.end(), "a", unit.kind, plain.flags)
    if unit is None:
        bracket = _BRACKET.match(text, plain.number_end)
        unit = read_unit(text, bracket.end()) if bracket else None
        if unit is None or text[unit.end : unit.end + 1] != ")":
            return None
        return _united(text, plain, unit.end + 1, _coded(unit.code, unit.per_time), unit.kind, plain.flags)
    end = unit.end
    added = _PLUS.match(text, end) if unit.kind == "duration" else None
    second = read_unit(text, added.end()) if added else None
    if added and second is not None and second.code == unit.code:
        flags = (*plain.flags, "summed")
        return _united(text, replace(plain, value=plain.value + float(added["more"])), second.end, unit.code, unit.kind, flags)
    if unit.kind == "fraction":
        predicted = _PREDICTED.match(text, end)
        end = predicted.end() if predicted else end
    else:
        doubled = _DOUBLED.match(text, end) if "(" in text[end : end + 2] else None
        inside = read_unit(text, doubled.start("inside")) if doubled else None
        if doubled and inside and inside.end == doubled.end("inside") and inside.code == unit.code:
            end = doubled.end()
    if unit.kind == "concentration" and unit.spelling.lower().replace(" ", "").endswith("/ml"):
        return _united(text, plain, end, f"{unit.code}/mL", "lab", plain.flags)
    flags = (*plain.flags, *unit.flags, "hyphen") if hyphen else (*plain.flags, *unit.flags)
    cut = unit.kind in ("mass", "volume", "amount") or unit.code in ("mm", "cm", "m")
    if unit.kind == "concentration" or (cut and _CUT_SHORT.match(text, end)) or _AND_ULN.match(text, end):
        flags = (*flags, "damaged_basis")
    daily = _DAILY.match(text, end) if unit.kind in ("mass", "amount") and unit.per_time is None else None
    code = _coded(unit.code, ("wk" if daily["week"] else "d") if daily else unit.per_time)
    return _united(text, plain, daily.end() if daily else end, code, unit.kind, flags)


# How a number can go on otherwise than with its unit, and the signs of ours that then stand first behind it.
_WAYS_ON = (
    (_power_unit, frozenset("1x*tkg")),
    (_against, frozenset("%x*abcefghilnorstu")),
    (_scaled, frozenset("0123456789^x*[ebmlt")),
)


def _coded(code: str, per_time: str | None) -> str:
    return f"{code}/{per_time}" if per_time else code


def _united(text: str, plain: Amount, end: int, code: str, kind: str, flags: tuple[str, ...]) -> Amount:
    words = text[plain.number_end : end].strip(" -")
    if code.startswith("[CFU]") and _LOST_POWER.fullmatch(text, plain.start, plain.number_end):
        plain, flags = replace(plain, value=10.0 ** (plain.value - 100)), (*flags, "lost_superscript")
    return Amount(
        plain.value, plain.start, plain.number_end, end, code, words, kind, "absolute", tuple(dict.fromkeys(flags)), plain.word
    )


def may_hold_bare_reference(text: str) -> bool:
    """Whether a limit of normal may be named anywhere in ``text``."""
    return _BARE_GATE.may_match(text)


def read_bare_reference(text: str, at: int) -> Amount | None:
    """``ULN`` or ``lower limit of normal`` without a number: once the limit, or the factor written behind it (``ULN x 2.5``)."""
    match = _BARE.match(text, at)
    if not match or match.end() == at:
        return None
    factor = float(match["factor"]) if match["factor"] else 2.0 if match["twice"] or match["double"] else 1.0
    words = text[at : match.end()]
    return Amount(factor, at, at, match.end(), None, words, "reference", "LLN" if match["lln"] else "ULN")
