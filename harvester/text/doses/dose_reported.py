"""Amounts that a text only reports: statistics of what was given, what a bottle holds, what a unit is reckoned as."""

from __future__ import annotations

import re

from harvester.text.expressions.gate import gated
from harvester.text.expressions.pattern import pattern_of
from harvester.text.written.number import RangeRead
from harvester.text.written.unit import UnitRead

STATISTIC = "statistic of what was given"
_FILLERS = (
    r"(?: (?:single|cumulative|total|daily|weekly|unit|doses?|dosages?|administered|given|used|received|of|was|were|is|are|the|"
    r"an?|per \w+|over \d+ \w+|for \w+|\([A-Z]{2,5}\)|(?:(?<=dose )|(?<=doses ))of [a-z][\w-]{3,24})(?![a-z]))*"
)
_STATISTICS = r"(?:median|mean|most (?:common|frequent)(?:ly)?|average)"
# "a median of 3.5 g/m2", "most common single dose 50 mg"
_STATISTIC = gated(rf"(?<![a-z]){_STATISTICS}{_FILLERS} ?[=:,]? ?$", re.I)
# "median 6 mg/kg (range 3.5-15)"
_RANGE = pattern_of(
    rf"(?<![a-z]){_STATISTICS}(?![a-z])(?:[^.;\n]|\.(?=\d)){{0,90}}(?<![a-z])(?:range[sd]?|IQR)(?: of| was| from| is)?[:=,]? ?$",
    re.I,
)
_RANGES = gated(r"range[sd]?|IQR", re.I)
# "equivalent to 1200 mg per bottle"
_PER_BOTTLE = pattern_of(
    r" ?(?:/|per|in each|in one|in a) ?(?:bottle|vial|ampoule|ampule|container|cartridge|syringe)(?![a-z])", re.I
)
# "After constitution, a 5 mL suspension contains 200 mg"
_VESSEL = (
    r"(?:suspension|solution|vials?|bottles?|tablets?|capsules?|syringes?|ampoules?|sachets?|drops?|puffs?|m[lL]|patch(?:es)?)"
)
_HOLDS = gated(
    rf"(?<![a-z])(?:(?<!each ){_VESSEL}|{_VESSEL} of [\w-]{{3,24}}) (?:contains?|holds?|delivers?|provides?|ha(?:s|ve)) "
    r"(?:about |approximately )?$",
    re.I,
)
_HOLDS_BEHIND = pattern_of(rf" (?:\w+ )?{_VESSEL} (?:contains|holds|delivers|provides)(?![a-z])", re.I)
# "1 mg = 10,000 IU"
_IS = r" ?(?:=|≈|equals|corresponds to|is equivalent to) ?"
_ONE_IS = pattern_of(rf"(?<![\d.,])1 ?(?:[mu]?g|mcg|IU|U|units?|mL|mmol){_IS}$", re.I)
_IS_SOME = pattern_of(rf"{_IS}\d")


# "Capsules of 5 mg, 20 mg and 100 mg will be used": what lies on the shelf
_SIZES = r"(?:\d[\d.]{0,9} ?(?:[mu]?g|mcg)?(?:, and |, or | and | or |, | ?/ ?|(?= )|(?=[.;,)]|$)))"
_SHELF = gated(
    r"(?:^|[.;:\n•*] ?|- )(?:[A-Za-z][\w-]* ){0,2}(?:capsules|tablets|vials|pills|ampoules|sachets|syringes|patches) "
    rf"(?:containing|of|with|in)(?: strengths?(?: of)?)? (?P<more>{_SIZES}{{0,8}})$",
    re.I,
)
_ON_SHELF = pattern_of(
    rf",?(?P<more> (?:and |or )?{_SIZES}{{1,8}})?(?: ?(?:of )?(?:(?!will|are|were|is|was|to)[A-Za-z][\w-]*+ ?){{1,4}})? ?"
    r"(?:will be|are|were|is|was) (?:used|combined|available|supplied|provided|dispensed|manufactured|prepared|marketed)"
    r"(?! (?:once|twice|daily|weekly|every|each|as|for \d|at|on|\d))",
    re.I,
)
# "(350 mg for a 70 kg adult)", "(e.g. 80 mg/kg in a patient weighing 25 kg)": what a dose comes to for somebody
_PERSON = r"(?:child|infant|adolescent|adult|patient|person|subject|participant|man|woman|individual|human|body)"
_FOR_SOMEBODY = pattern_of(
    rf"(?: ?(?:/|per |a )?(?:daily|day|dose))? (?:for|in) an? (?:average |typical |standard )?"
    rf"(?:[\d.]+[- ]?kg (?:\w+ )?{_PERSON}|{_PERSON} (?:of|weighing|with a (?:body )?weight of) [\d.]+ ?kg(?! (?:or|to|and) ))",
    re.I,
)
_SAYS_AGAIN = pattern_of(
    r"(?:[(\[](?:e\.? ?g\.?,? |i\.? ?e\.?,? |for example,? |that is,? |= ?|(?:about|approximately|equivalent to|equal to|"
    r"corresponding to) )*|(?:equivalent|equal|corresponding|corresponds|equates|amounts) to (?:about |approximately )?)$",
    re.I,
)
# "as tablets of 20 mg A plus 120 mg B at a dosage of 1 tablet"
_IN_PIECES = gated(
    r"(?<![a-z])(?:tablets|capsules|pills|sachets) (?:of|containing|with) "
    r"(?:[\d.]+ ?[mu]?g (?:of )?[A-Za-z-]{2,24} ?(?:and|plus|\+|/|,) ?){0,3}$",
    re.I,
)
_BY_PIECES = pattern_of(
    r"[^.;\n]{0,60}? at (?:an? |the )?(?:dose|dosage)s? of:? ?(?:\d|one|two|three|half) ?(?:an? )?(?:tablet|capsule|pill|sachet)",
    re.I,
)
_HOLD_SOME = pattern_of(r" (?:of \w+ )?(?:contains?|holds?|delivers?|provides?) (?:about |approximately )?\d", re.I)
_FLOOR = gated(
    r"(?<![a-z])(?:no|not|never) (?:go |fall |be )?(?:lower than|below|less than|under) $"
    r"|(?<![a-z])(?:reduc|decreas|lower|taper)\w*(?: [a-z]+){0,4} (?:to|with) (?:a |the )?(?:min(?:imum|imal)|lowest)"
    r"(?: (?:daily|allowed|permitted))?(?: doses?)?(?: of)? $",
    re.I,
)


def _reported_of_product(text: str, start: int, unit: UnitRead, before: str) -> str | None:
    """Why an amount only tells what there is on the shelf, what a piece holds, or what a dose comes to for somebody."""
    if _FOR_SOMEBODY.match(text, unit.end) and _SAYS_AGAIN.search(before):
        return "amount told again"
    if unit.kind == "count":
        return "strength" if _HOLD_SOME.match(text, unit.end) else None
    if unit.kind not in ("mass", "activity"):
        return None
    if _FLOOR.may_match(before) and _FLOOR.search(before):
        return "least or range of what may be given"
    if _IN_PIECES.may_match(before) and _IN_PIECES.search(before) and _BY_PIECES.match(text, unit.end):
        return "strength"
    shelf = _SHELF.search(text, max(0, start - 90), start) if _SHELF.may_match(before) else None
    behind = _ON_SHELF.match(text, unit.end) if shelf else None
    return "strength" if shelf and behind and (shelf["more"] or behind["more"]) else None


# "200 mg by its maker (batch no. 12)", "600 capsules mg"
_BATCH = gated(r"(?<![a-z])(?:batch|lot) ?(?:no|number|#)(?![a-z])", re.I)
_TAKEN = pattern_of(
    r"(?<![a-z])(?:daily|once|twice|times|every|each|per|days?|weekly|taken?|given|orally|PO|IV|[bqt]\.?i?\.?d)(?![a-z])", re.I
)


def reported(text: str, number: RangeRead, unit: UnitRead, before: str) -> str | None:
    """Why an amount is only reported and nothing given; None when it may be given. ``before`` are the words before it."""
    if unit.kind != "radiation" and _STATISTIC.may_match(before) and _STATISTIC.search(before):
        return STATISTIC
    if _RANGES.may_match(before) and _RANGE.search(text, max(0, number.start - 140), number.start):
        return STATISTIC
    if _PER_BOTTLE.match(text, unit.end) or _HOLDS_BEHIND.match(text, unit.end):
        return "strength"
    if _HOLDS.may_match(before) and _HOLDS.search(before):
        return "strength"
    batch = _BATCH.search(text, unit.end, unit.end + 80)
    made = batch is not None and not _TAKEN.search(text, unit.end, batch.end() + 30)
    if made or (unit.kind == "count" and text.startswith(" mg ", unit.end)):
        return "strength"
    told = _reported_of_product(text, number.start, unit, before)
    if told:
        return told
    one = number.low == number.high == 1 and _IS_SOME.match(text, unit.end) is not None
    return "conversion" if one or (before.rstrip().endswith(("=", "s", "o", "≈")) and _ONE_IS.search(before)) else None


_ORGAN_LIMIT = pattern_of(
    r"(?:at most|no more than|(?:not (?:to )?)?exceed\w*|max\w*(?: of)?|below|limit\w*(?: to| of)?|and|[<≤]) ?$", re.I
)
_ORGANS = (
    r"liver|kidneys?|lungs?|heart|spinal cord|brain ?stem|bowel|marrow|o?esophagus|rectum|bladder|lens(?:es)?|parotids?|stomach|"
    r"duodenum|optic|cochlea|organs? at risk|OARs?"
)
# "the bone marrow receives less than 2 Gy", "with the spinal cord kept under 25 Gy"
_KEPT = pattern_of(
    rf"(?<![a-z])(?:{_ORGANS}) (?:is |are |being |to be |will be )?"
    r"(?:(?:kept|held|limited|shield\w+|block\w+) (?:down )?to|(?:kept|held|limited|spared|receiv\w+|gets?)[^.;\n\d]{0,24}"
    r"(?:under|below|less than|at most|no more than|[<≤])) ?$",
    re.I,
)
_ORGAN = pattern_of(rf" (?:to|in|for) (?:the )?(?:whole |spared |normal |healthy |left |right |both )*(?:{_ORGANS})", re.I)
# "the maximum dose to be delivered to the liver and the kidneys is 15 Gy and 10 Gy", "mean lung dose 20 Gy"
_NOT_MORE = r"(?:max\w*|mean|constraints?|limit\w*|toleran\w+|(?:not )?exceed\w*|V\d{1,2}|D\d{1,2}%?)"
_IN_CLAUSE = (
    r"(?:(?!SBRT|radioth|irradi|target|tumou?r|lesion|metast|boost|[PG]TV|(?<![a-z])(?:TBI|TMI|TM?LI|EBRT|IMRT|RT)(?![a-z]))"
    r"(?:[^.;\n]|\.(?=\d))){0,60}?"
)
_ORGAN_BEFORE = gated(
    rf"(?<![a-z])(?:{_NOT_MORE}(?![a-z]){_IN_CLAUSE}(?<![a-z])(?:{_ORGANS})|(?:{_ORGANS})(?![a-z]){_IN_CLAUSE}{_NOT_MORE})"
    rf"(?![a-z]){_IN_CLAUSE}[<≤]? ?$",
    re.I,
)
_ABSORBED = gated(
    rf"(?<![a-z])(?<!whole )(?<!whole-)(?:{_ORGANS}) (?:absorbed |radiation )?doses?(?![a-z]){_IN_CLAUSE}$"
    rf"|(?:absorbed|radiation) doses? (?:to|in|of) (?:the )?(?:\w+ )?(?:{_ORGANS})(?![a-z]){_IN_CLAUSE}$",
    re.I,
)
# "a portion of each site receiving at least 50 Gy"
_PARTLY = pattern_of(
    r"(?:(?<![a-z])(?:sites?|volumes?|[PGCI]TV|targets?|nodes?|portions?|lesions?|tumou?rs?)|%)(?: (?:that (?:is|are)|is|are))? "
    r"(?:receiv|cover)(?:es|ed|ing) (?:at least|more than|[≥>]=?|a minimum of) ?$",
    re.I,
)
_RECKONED = pattern_of(r"(?:BED ?_?\d{0,2}|EQD ?2)[^.;()\d]{0,16}$", re.I)  # "BED10 ≥ 100 Gy": what the dose is reckoned as


_IN_SO_MANY = pattern_of(
    r" ?(?:in|over|/) ?\d{1,2} (?:[a-z]+ )?(?:fractions|fx)(?![a-z])", re.I
)  # what is given, to an organ also


def of_an_organ(text: str, start: int, end: int, before: str) -> str | None:
    """Why a radiation dose is nothing given: it is what an organ may get, or what of a medicine reaches it."""
    if _RECKONED.search(before):
        return "amount told in another unit"
    if _ORGAN.match(text, end) and _ORGAN_LIMIT.search(before):
        return "limit of an organ"
    if _PARTLY.search(before):
        return "least or range of what may be given"
    clause = text[max(0, start - 160) : start]
    if _ORGAN_BEFORE.search(clause) or _KEPT.search(clause):
        return "limit of an organ"
    return "dose absorbed by an organ" if _ABSORBED.search(clause) and not _IN_SO_MANY.match(text, end) else None
