"""Amounts that describe another one and are no dose of their own: strengths, volumes of a mass, pieces of a total."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache
from operator import attrgetter

from harvester.text.doses.dose_amount import AmountRead
from harvester.text.doses.dose_equivalent import (
    NEAR,
    by_pieces,
    in_other_unit,
    of_product,
    other_radioactivity,
    several_pieces,
    told_again,
)
from harvester.text.doses.dose_fraction import ONE_FRACTION, fraction_of, mark_whole, rate_of
from harvester.text.doses.dose_given import is_least
from harvester.text.expressions.definition_file import expression
from harvester.text.expressions.gate import gated
from harvester.text.expressions.opened import opening
from harvester.text.expressions.pattern import pattern_of
from harvester.text.written.number import read_number

_FORM = pattern_of(
    r"[ -]?(?:(?:oral|film[- ]coated|extended[- ]release|hard|soft|vaginal|sublingual|delayed[- ]release) )*(?:tablets?|"
    r"capsules?|pills?|caplets?|vials?|ampoules?|sachets?|patch(?:es)?|softgels?|tabs?|caps?|suppositor(?:y|ies)|lozenges?|"
    r"oral tablet|prefilled|pre-filled|pens?|autoinjectors?)(?![a-z])",
    re.I,
)
_GIVEN = pattern_of(
    r"(?<![a-z])(?:daily|once|twice|times|every|each|per day|/day|take[ns]?|receiv\w*|administ\w*|"
    r"given|bid|qd|tid|b\.i\.d|q\d|day|days|week\w*|month\w*|po|orally|dose of|treated|inject\w*|for \d|"
    r"or placebo)(?![a-z])",
    re.I,
)
# What is in the bottle: "supplied as 5 mg and 20 mg capsules", "vials containing 38.5 mcg".
_SUPPLIED = expression("dose_exclusion.supplied")
_ENDED = pattern_of(r"\.\s|\n")
# "tablets of 25 mg and 100 mg; 200 mg daily", "capsules (5 mg, 20 mg strengths)".
_PIECES_IN = gated(
    r"(?:tablets?|capsules?|vials?|ampoules?|pills?|patches) (?:of|in)(?: strengths?(?: of)?)? "
    r"(?:\d[\d.]* ?[mu]?g ?(?:,|and|or|, and) ?)*$",
    re.I,
)
# Further masses of one list; a list of strengths is short, and what is asked of every amount of a text must end soon.
_MORE_MASSES = r"(?: ?(?:,|and|or|/|, and) ?\d[\d.]{0,9} ?[mu]?g)"
_EACH_HOLDS = gated(
    r"(?:\((?:with )?each(?: [a-z]+){0,2} contain(?:ing|s)|(?:capsules|tablets|pills|sachets),? each (?:with|of)"
    r"(?: \d[\d.]* ?[mu]?g (?:of )?[A-Za-z-]+(?: and|,| plus))?) (?:about |approximately )?$",
    re.I,
)
_AND_MORE = pattern_of(_MORE_MASSES + r"{1,11}(?![\w/])", re.I)
_STRENGTHS = pattern_of(_MORE_MASSES + r"{0,11}(?: [a-z]{1,20})? strengths?(?![a-z])", re.I)
_DOSED = pattern_of(r"(?<![a-z])(?:dose|loading|initial|maintenance|mg/m2|mg/kg)(?![a-z])", re.I)
_SEVERAL = pattern_of(
    r"(?:(?<![\d.-])(?:[2-9]|1\d)|(?<![A-Za-z])(?:[Tt]wo|[Tt]hree|[Ff]our|[Ff]ive|[Ss]ix)) ?(?:x|×)? ?(?:subcutaneous |"
    r"oral |film-coated )?(?:injections? of |tablets? of |capsules? of |x ?)?(?:[A-Z]?[a-z-]+ )?$"
)
# "150 mg and 50 mg tablets taken at a dose of 300 mg": what the dose is made up of.
_TO_MAKE = pattern_of(
    rf"{_MORE_MASSES}{{0,11}}{_FORM.pattern}[^.;\n]{{0,60}}? at (?:(?:a |the )?dos(?:ag)?e of \d|\d[\d.]* ?[mu]?g(?![a-z]))", re.I
)
# "600 mg once daily (300 mg tablets x 2)"; "10 mg capsules, 3 to be taken"; "50 mg hard capsules. Initially 100 mg"
_TIMES_BEHIND = pattern_of(
    _FORM.pattern + r"(?:s? ?[x×] ?[1-9]\d?(?= ?[),;.])|, ?[2-9] (?:are )?(?:to be )?taken(?![a-z])|[.;] ?initially \d)", re.I
)
# "1 mg tablets, half a tablet daily"
_HALF_BEHIND = pattern_of(_FORM.pattern + r" ?[,;:(]? ?(?:(?:take |one[ -])?half|½|1/2|a quarter|¼|1/4)(?![a-z0-9])", re.I)
_TOTAL = pattern_of(
    r"[^.;\n]{0,60}?\((?:for )?(?:a )?total(?: dose)?(?: of)?:? ?$|[^.;\n]{0,30}?(?:for a total of|"
    r"totall?ing|\(total|total dose:?) ?$",
    re.I,
)
_TOTAL_BEFORE = pattern_of(r"total (?:daily |single )?dose:? ?(?:of )?$", re.I)


def without_repeats(text: str, amounts: Sequence[AmountRead]) -> list[AmountRead]:
    """``amounts`` with those excluded that only describe another amount or a product."""
    kept = [_unless_least(text, *pair) for pair in zip((None, *amounts), amounts, strict=False)]
    says = cache(lambda words: words.search(text) is not None)  # asked of many amounts, and may search the whole text
    for index, amount in enumerate(kept):
        if amount.excluded is None:
            reason = (
                _ingredient(text, amount)
                or _strength(text, amount, says)
                or _product_before(text, kept, index)
                or _combined(text, kept, index)
                or rate_of(text, kept, max(0, index - NEAR), index)
                or _beside(text, kept, index)
                or _part_of_total(text, kept, index)
                or _of_stated_total(text, kept, index)
                or of_product(text, kept, index)
            )
            if reason:
                kept[index] = replace(amount, excluded=reason)
                mark_whole(text, kept, index)
            elif _INJECTIONS_OF.search(text[max(0, amount.start - 90) : amount.start]) or _PIECES_IN_ALL.match(text, amount.end):
                kept[index] = replace(amount, flags=(*amount.flags, "several_pieces"))
    pieces = [piece for index in range(len(kept)) if (piece := several_pieces(text, kept, index))]
    return sorted([*kept, *pieces], key=attrgetter("start")) if pieces else kept


def _unless_least(text: str, before: AmountRead | None, amount: AmountRead) -> AmountRead:
    """``amount``, excluded where it is the least that may be given of the dose ``before`` it."""
    alike = before is not None and before.kind == amount.kind and amount.excluded is None
    least = alike and before is not None and is_least(text, before.end, amount.start)
    return replace(amount, excluded="least or range of what may be given") if least else amount


_MADE_OF = opening(
    r"(?:ingredients? ?:|composed of|composition|following (?:proportions?|ingredients)|each (?:providing|containing)|"
    r"each (?:tablet|"
    r"capsule|sachet|packet|ml|vial|drop) contain|"
    r"(?:(?:every|each) m[lL]|syringe|pump|cassette)[^.;:\n]{0,40} consist(?:s|ed|ing) of)",
    re.I,
)


def _ingredient(text: str, amount: AmountRead) -> str | None:
    """One part of what a product is made of, in the sentence or list that tells its composition."""
    opened = list(_MADE_OF.finditer(text, max(0, amount.start - 400), amount.start))
    if not opened:
        return None
    between = text[opened[-1].end() : amount.start]
    ended = re.search(r"[.;]\s+[A-Z]|\n\n(?![*-])", between)
    told = _GIVEN.search(between) or _GIVEN.match(text, amount.end + 1)
    return "ingredient" if not ended and not told else None


def _strength(text: str, amount: AmountRead, says: Callable[[re.Pattern[str]], bool]) -> str | None:
    """``75 mg tablet`` in a text that says nothing of giving it, or two 75 mg tablets: the strength of a piece."""
    if "combination" in amount.flags and not amount.unit.endswith("/m2") and not says(_GIVEN) and not says(_DOSED):
        return "strength"
    if _SUPPLIED.search(text[max(0, amount.start - 60) : amount.start]):
        behind = _ENDED.search(text, amount.end, amount.end + 120)
        if not _GIVEN.search(text, amount.end, behind.start() if behind else amount.end + 120):
            return "strength"
    if amount.kind not in ("mass", "activity"):
        return None
    listed = amount.group if amount.group is not None else amount.start
    if amount.group is not None and _SIZES.search(text, max(0, listed - 30), listed):
        return "strength"
    several = _SEVERAL.search(text[max(0, listed - 40) : listed]) if "combination" in amount.flags else None
    if several and _COMBINED.match(text, listed):
        return "strength"  # "two 8/90 mg tablets"
    held = _EACH_HOLDS.search(text, max(0, amount.start - 48), amount.start)
    if held or _STRENGTHS.match(text, amount.end) or _is_one_of_pieces(text, amount):
        return "strength"
    if not _FORM.match(text, amount.end) and not _TO_MAKE.match(text, amount.end):
        return None
    if any(words.match(text, amount.end) for words in (_TO_MAKE, _TIMES_BEHIND, _HALF_BEHIND)):
        return "strength"
    several = _SEVERAL.search(text[max(0, amount.start - 40) : amount.start])
    return None if says(_GIVEN) and not several else "strength"


_COMBINED = pattern_of(rf"[\d./]+ ?[mu]?g{_FORM.pattern}", re.I)
_MASS = pattern_of(r"\d ?m?g")
_SIZES = pattern_of(r"(?:tablets?|capsules?|strengths?|vials?)(?: sizes?| strengths?)? ?\((?:of |available )?$", re.I)


def _is_one_of_pieces(text: str, amount: AmountRead) -> bool:
    """Whether an amount is one of two or more strengths of a piece, told beside the dose that is taken."""
    before = _PIECES_IN.search(text[max(0, amount.start - 80) : amount.start])
    if not before:
        return False
    more = _AND_MORE.match(text, amount.end)
    several = more is not None or re.search(r"\d", before.group()) is not None
    end = more.end() if more else amount.end
    ends = several and re.match(r" ?[;.),]", text[end : end + 2]) is not None  # "1250 mg, in tablets of 150 mg and 500 mg, daily"
    return ends and (_MASS.search(text, end) or _MASS.search(text, 0, amount.start - len(before.group()))) is not None


def _product_before(text: str, amounts: Sequence[AmountRead], index: int) -> str | None:
    """The strength of a product right before the dose taken of it: ``125 mg tablets, 500 mg once daily``."""
    amount = amounts[index]
    following = amounts[index + 1] if index + 1 < len(amounts) else None
    closed = text.startswith(")", amount.end)  # "drugamab (125 mg) tablets, 500 mg daily"
    form = _FORM.match(text, amount.end + closed) if amount.kind == "mass" else None
    pieces = following is not None and following.kind == "count"
    if form and following and following.excluded is None and (following.unit == amount.unit or pieces):
        between = text[form.end() : following.start]
        return "strength" if re.fullmatch(r" ?[,;:(] ?|\),? ", between) and not _FORM.match(text, following.end) else None
    return None


def _combined(text: str, amounts: Sequence[AmountRead], index: int) -> str | None:
    """One part of a fixed combination in brackets, of which pieces are given: ``(20/120 mg): 5 to 15 kg 1 tablet``."""
    amount = amounts[index]
    if "combination" not in amount.flags or amount.group is None:
        return None
    last = next((a for a in reversed(amounts[index : index + NEAR]) if a.group == amount.group), amount)
    if text[amount.group - 1 : amount.group] != "(" and text[last.end : last.end + 1] != ":":
        return None
    behind = [a for a in amounts[index + 1 : index + 1 + NEAR] if a.group != amount.group and a.excluded is None]
    return "strength" if behind and behind[0].kind == "count" else None


def _beside(text: str, amounts: Sequence[AmountRead], index: int) -> str | None:
    """A volume or a count of pieces in brackets beside the mass it holds, on either side."""
    amount = amounts[index]
    if amount.kind in _PIECE_HOLDS and (_one_of_several(text, amounts, index) or _of_pieces_behind(text, amounts, index)):
        return "strength"
    told = told_again(text, amounts[max(0, index - NEAR) : index], amount) if amount.kind == "mass" and index else None
    if told:
        return told
    if amount.kind == "mass" and index and _same_again(text, amounts[max(0, index - NEAR) : index], amount):
        return "amount told again"
    if amount.kind == "radiation" and fraction_of(text, amounts, index):
        return ONE_FRACTION
    if index and other_radioactivity(text, amounts[index - 1], amount):
        return "amount told in another unit"
    if index and in_other_unit(text, amounts[index - 1], amount):
        return "amount told in another unit"
    if amount.kind not in ("volume", "count") or by_pieces(text, amounts, index):
        return None
    before = next(
        (a for a in reversed(amounts[max(0, index - NEAR) : index]) if a.excluded is None or a.excluded == "concentration"), None
    )
    after = next((a for a in amounts[index + 1 : index + NEAR] if a.excluded is None), None)
    if before and before.kind in _HELD and before.excluded is None:
        between = text[before.end : amount.start]
        if (
            re.fullmatch(
                r" ?(?:[A-Za-z0-9-]+ ){0,3}(?:\d[\d.]* ?% ?)?[(\[,=] ?(?:as |i\.e\.?,? |=|equivalent to |equal to |"
                r"corresponding to |in )?(?:a )?(?:(?:one|two|three|four|[1-4]) (?:x |× |separate )?)?",
                between,
            )
            and "," not in between
        ):
            return "amount told in another unit"
        if re.fullmatch(r" ?(?:in|as|=) (?:a )?", between) or (
            amount.kind == "count" and amount.high < 2 and re.fullmatch(r"(?: dose)?[;,] ?", between)
        ):
            return "amount told in another unit"
    if after and after.kind == "mass" and amount.low == amount.high == 1 and text[amount.end : after.start] == " of ":
        return "amount told in another unit"
    counted = before is not None and before.kind == "count" and amount.kind == "volume" and _CLOSED.match(text, amount.end)
    if before and counted and _OF_COUNT.fullmatch(text, before.end, amount.start):
        return "amount told in another unit"
    if amount.kind == "count" and before and re.search(r"\d(?:[mu]?g)? ?[x×*] ?$", text[max(0, amount.start - 6) : amount.start]):
        return "amount told in another unit"
    each = after is not None and amount.low >= 2 and _EACH_HOLDS_IT.match(text, after.end) is not None
    bare = after is not None and _PIECES_OF.search(text, max(0, after.start - 44), after.start) is not None
    if after and not each and not bare and after.kind in _HELD and _HELD_IN.fullmatch(text, amount.end, after.start):
        return "amount told in another unit"
    return None


_HELD = frozenset({"mass", "activity", "cells", "virus", "amount"})  # the kinds of what a volume or a piece holds
_PIECE_HOLDS = frozenset({"mass", "activity", "volume"})
_OF_COUNT = pattern_of(r"(?: of [\w-]{3,24})? ?\((?:= ?|about |approximately )?", re.I)  # "1 drop (35 uL)"
_CLOSED = pattern_of(r" ?(?:[),;]|of |each)", re.I)  # and not "2 tablets (5 mL for children)"
# "one capsule (containing 300 mg drugamab)"
_EACH_HOLDS_IT = pattern_of(r" each(?![a-z])", re.I)  # "2 capsules (100 mg each)"
_HELD_IN = pattern_of(r"(?: of)?(?: \d[\d.]* ?%)?(?: [A-Za-z0-9-]+){0,3} ?\((?:i\.e\. |= ?|total |about |containing )?")
_INHALER = pattern_of(
    r" ?[x×] ?|(?:/(?:puff|actuation|inhalation|dose|spray)| (?:MDI|inhaler|nasal spray|tablets?|"
    r"capsules?))?[;,:] ?| (?:p?MDI|DPI|inhaler) ",
    re.I,
)
_INHALED = frozenset({"{puff}", "{spray}"})


def _of_pieces_behind(text: str, amounts: Sequence[AmountRead], index: int) -> bool:
    """Whether two or more pieces of this strength are taken: "salbutamol 100 mcg, 2 puffs"."""
    last = index
    while amounts[index].group is not None and last + 1 < len(amounts) and amounts[last + 1].group == amounts[index].group:
        last += 1  # "320/14.4/10 ug, two inhalations"
    following = amounts[last + 1] if last + 1 < len(amounts) else None
    counted = following is not None and following.kind == "count" and amounts[index].kind != "volume"
    if following is None or not counted or following.high < 2 or following.excluded is not None:
        return False
    beside = following.unit in _INHALED and text[amounts[last].end : following.start] == " "
    return beside or _INHALER.fullmatch(text, amounts[last].end, following.start) is not None


_PIECES_OF = gated(
    r"(?<![\d.])(?P<n>[2-9]|two|three|four|five|six) (?:tablets?|capsules?|pills?|vials?|ampou?les?|sachets?|bottles?|puffs?|"
    r"inhalations?|actuations?|sprays?) (?:of|x|×|,|\()? ?(?:[a-z]+ )?$",
    re.I,
)
# "a loading dose of drugamab (two injections of 300 mg)"
_INJECTIONS_OF = pattern_of(r"dose[^.;()]{0,40}\((?:[2-9]|two|three|four|five|six) (?:\w+ )?injections? of $", re.I)
_MADE_UP_OF = expression("dose_exclusion.made_up_of")
_PER_SITE = pattern_of(
    r"\([^()]{2,16}(?:(?:/|per |in each |at each )(?:injection |trigger )?(?:site|point|muscle|injection)s?| each)\)", re.I
)


def _one_of_several(text: str, amounts: Sequence[AmountRead], index: int) -> bool:
    """Whether a mass is that of one piece of several: 2 tablets of 250 mg, 240 mg as two 120 mg injections."""
    amount = amounts[index]
    at = amount.group if amount.group is not None and "combination" in amount.flags else amount.start
    before = text[max(0, at - 44) : at]  # "2 tablets of 200/50 mg"
    last = amounts[index - 1] if index else None
    pieces = last is not None and last.kind == "count" and last.low >= 2 and amount.start - last.end < 40
    if _PIECES_OF.search(before) or (pieces and _EACH_HOLDS_IT.match(text, amount.end)):
        return True
    made = _MADE_UP_OF.search(before)
    whole = next(
        (a for a in reversed(amounts[max(0, index - NEAR) : index]) if a.excluded is None and a.unit == amount.unit), None
    )
    if whole and whole.low >= 2 * amount.high and _PER_SITE.match(text, amount.start - 1):
        return True  # "100 U (5 U per site)"
    number = read_number(made["n"], 0) if made else None
    return (
        whole is not None
        and number is not None
        and abs(whole.low - number.value * amount.low) < 1e-9
        and amount.start - whole.end < 120
    )


def _same_again(text: str, before: Sequence[AmountRead], amount: AmountRead) -> bool:
    """Whether the amount only repeats one before it: ``1.9 mg administered as one 1.9 mg patch``, ``(equivalent to 10 mg …)``."""
    told = [
        a
        for a in before
        if a.excluded is None
        and a.unit == amount.unit
        and (a.low == amount.low or _PIECES_TOLD.match(text, a.end))
        and amount.start - a.end < (160 if a.low == amount.low else 90)
    ]
    if not told or "\n" in text[told[-1].end : amount.start]:
        return False
    lead = text[told[-1].end : amount.start]
    if (
        (told[-1].low == amount.low or not _FOR_WHOM.search(lead))
        and _LABEL_AGAIN.search(lead)
        and text[amount.end : amount.end + 1] == ")"
    ):
        return True  # "carfilzomib 56 mg/m2 with lenalidomide and dexamethasone (KRd 56 mg/m2)"
    piece = re.search(r"(?:(?:as|using|with) |\()(?:one|a|an|a single|single|1)(?: x)? $", lead, re.I) and _FORM.match(
        text, amount.end
    )
    equal = (
        re.search(r"\((?:equivalent|equal|corresponding) to (?:a dose of |approximately |about )?$", lead, re.I)
        and "placebo" not in text[amount.end : amount.end + 30].lower()
    )
    again = lead == " (" and told[-1].low == amount.low and text.startswith(")", amount.end)  # "12 mg (12 mg)"
    return again or bool(piece) or bool(equal)


_PIECES_TOLD = pattern_of(r"(?: ?[x×] ?\d (?:injections|tablets|capsules|vials|syringes))? \(")
_PIECES_IN_ALL = pattern_of(r" ?[x×] ?\d (?:injections|tablets|capsules|vials|syringes) \((?:equal|equivalent|=|total)", re.I)
# The name of a regimen, which holds a capital behind its first letter, before an amount told again.
_FOR_WHOM = pattern_of(r"\((?:N?TDT|HIV|HCV|HBV|CKD|ESRD|DLBCL|CLL|MCL|ALL|AML|BMI)[+-]? $")  # "(NTDT 7 mg/kg)": of other people
_LABEL_AGAIN = pattern_of(r"\((?=\w*[A-Z])[A-Za-z][\w+-]{1,11}(?: (?:at|of|with))? $")
_PIECES_BEFORE = gated(
    r"(?:(?<![\d.-])[2-9]|(?<![a-z])(?:two|three|four|five|six)) (?:\w+ ){0,2}(?:injections?|tablets?|"
    r"capsules?|vials?|patch(?:es)?|pills?|doses)(?![a-z])",
    re.I,
)


def _part_of_total(text: str, amounts: Sequence[AmountRead], index: int) -> str | None:
    """One piece of a dose whose total is told right behind it: two injections of 300 mg (for a total of 600 mg)."""
    amount = amounts[index]
    following = next((a for a in amounts[index + 1 : index + NEAR] if a.excluded is None and a.kind == amount.kind), None)
    if not following or following.unit != amount.unit or following.start - amount.end > 90:
        return None
    between = text[amount.end : following.start]
    times = following.low / amount.low if amount.low else 0
    pieces = _PIECES_BEFORE.search(text[max(0, amount.start - 70) : amount.start]) or _FORM.match(text, amount.end)
    if pieces and _TOTAL.fullmatch(between) and times >= 2 and abs(times - round(times)) < 1e-9:
        return "strength"
    return None


_PIECE_OF = pattern_of(r"(?:tablets?|capsules?|injections?|vials?|pills?|patches|doses) (?:of|at) (?:[a-z-]+ )?$", re.I)


def _of_stated_total(text: str, amounts: Sequence[AmountRead], index: int) -> str | None:
    """A count of pieces, or the strength of one piece, in a sentence that goes on to tell the total dose."""
    amount = amounts[index]
    for later in amounts[index + 1 : index + NEAR]:
        between = text[amount.end : later.start]
        if "\n" in between or len(between) > 160:
            return None
        if later.excluded is None and later.kind == "mass" and _TOTAL_BEFORE.search(text[max(0, later.start - 30) : later.start]):
            if amount.kind == "count":
                return "amount told in another unit"
            pieces = any(a.kind == "count" for a in amounts[max(0, index - NEAR) : index + NEAR] if a.start < later.start)
            piece = (
                "combination" in amount.flags
                or _FORM.match(text, amount.end)
                or _PIECE_OF.search(text[max(0, amount.start - 30) : amount.start])
            )
            return "strength" if pieces and piece and amount.unit == later.unit and amount.high <= later.high else None
    return None
