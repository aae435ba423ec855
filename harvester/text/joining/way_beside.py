"""Ways in without a value beside a value: ``eGFR < 60 or albuminuria``, ``known diabetes or HbA1c ≥ 6.5%``.

Such a value asks nothing of those who come the other way: who may join by it stays open, and by those that only commas part
from it, with the flag ``way_open``. What goes on with the value itself (``or more``, ``or at screening``) is no way.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from itertools import islice

from harvester.span import Span
from harvester.text.expressions.definition_file import expression
from harvester.text.expressions.gate import gated
from harvester.text.expressions.pattern import pattern_of
from harvester.text.facts.fact_read import NOBODY, FactRead, changed, tells_whom
from harvester.text.joining.branch import WAY_OPEN
from harvester.text.joining.who_joins import AGES
from harvester.text.limits.concept_group import COUNTS, SCORES
from harvester.text.limits.place import ReadingLine, WrittenNames, named_between

_BEHIND = expression("way_beside.behind")
_GOES_ON = expression("way_beside.goes_on")
_NEW = expression("way_beside.new")
_STATES = expression("way_beside.states")
_BEFORE = expression("way_beside.before")
_SHARED = expression("way_beside.shared")
_PARTED = expression("alternatives.listed")
_DENIES = pattern_of(
    r"\W*(?:(?:patients|participants|subjects|individuals|those) (?:(?:with|having|who have) )?|(?:has|have) )?"
    r"(?:no|not|without|absence of|free (?:of|from)|(?:must|should|do|does|may|can) ?not)\b",
    re.IGNORECASE,
)
# "oligometastatic disease (≤ 5 metastases, ≤ 3 organs) or stage IIB"
_OF_BRACKET = gated(r"^(?:[^()\d<>≤≥]|\([^()\d<>≤≥]*\))*(?:\w|\([^()\d<>≤≥]*\)) \([^()]*$")
_OF_LAST = expression("way_beside.of_last")  # "leukaemia or a myelodysplastic syndrome (< 5 % blasts)"
# "in serum (≥ 0.5 g/dL) or urine (≥ 200 mg/24 h)"
_OF_PAIR = pattern_of(r"\d[^()]{0,40}\),? (?:and/)?or (?:in )?(?:24[- ]hour )?(?:urine|serum|plasma|blood) \((?:[\w/-]+ ){0,6}$")
_OR_BEHIND = pattern_of(
    r"[^()]{0,120}\)(?:,? (?:and/)?or | ?/ ?)"
    r"(?![^.;()]{0,40}[<>≤≥]|(?:in )?(?:24[- ]hour )?(?:urine|serum|plasma|blood) \()[A-Za-z]"
)
_VALUES = frozenset({"<", "<=", ">", ">=", "=", "range", "in"})
_OR_BETWEEN = pattern_of(r"[^.;,<>≤≥]{0,30},? (?:and/)?or [^.;,<>≤≥]{1,60}", re.IGNORECASE)
# "ratio > 100 (involved chain ≥ 100 mg/L) or > 1 focal lesion"
_TOLD_AGAIN_OR = pattern_of(r"\s?\([A-Za-z][^()]{0,40}(?:[<>≤≥]|\bat least\b)[^()]{1,30}\),? (?:and/)?or (?=[<>≤≥a-z])")
_EITHER = gated(r"\beither [a-z][^.;<>≤≥\d]{3,80}\bor $", re.IGNORECASE)  # "either oedema or at least 2 B-lines"
_OF_DEGREE = pattern_of(
    r"\d (?:mild|moderate|severe),? (?:and/)?or $", re.IGNORECASE
)  # "≥ 2 moderate or ≥ 1 severe exacerbation"
_FOR_SOME = pattern_of(r"^ (?:for|in) [\w -]{2,30},")  # "> 30 x 10^9/L for B lineage, > 100 for T lineage, or t(9;22)"
_OPENS = pattern_of(r"\s?\([^().;<>≤≥\d]{0,30}")
_THIRD = pattern_of(
    r"[^.;<>≤≥\d]{0,30}, (?:(?:and/)?or )?(?P<words>[a-z][\w-]* [^.;,<>≤≥\d]{3,60}),? (?:and/)?or [^.;,<>≤≥\d]{0,50}",
    re.IGNORECASE,
)
# A name with the end of another way.
_TORN = pattern_of(
    r"^(?:\d+ \w+ )?(?:before|prior|previous|since|after|at|for|in|within|post|history|known)\b.*\bor "
    r"|\b(?:III?|IV|positive|negative|\d\+) or ",
    re.IGNORECASE,
)
_COUNTED = frozenset({"other_measure", "tumor_count"})
_FAR = 160  # characters


def with_ways_beside(line: ReadingLine, facts: list[FactRead]) -> list[FactRead]:
    """The values of one line (``facts``, in their order), nobody asked for those that stand beside a way without a value."""
    if line.criterion.section != "inclusion" or not _may_offer(line.text):
        return facts
    values = [fact for fact in facts if fact.comparator in _VALUES]
    names, sentences = line.written_names(), [line.normal.raw_span(*bounds) for bounds in line.sentences.bounds]
    ways = [_is_way(line, values, at, names, sentences) for at in range(len(values))]
    for at in range(1, len(values)):
        if not ways[at] and _beside_open(line, values[at - 1], values[at]):
            ways[at] = True
    for at in range(len(values) - 1, 0, -1):
        if ways[at] and not ways[at - 1] and _listed(line, values[at - 1], values[at]):
            ways[at - 1] = True
    for at in range(len(values) - 1, 0, -1):
        if not ways[at - 1] and _counts(line, values[at - 1], values[at], ways[at]):
            ways[at - 1] = True
    for at in range(1, len(values)):
        if ways[at - 1] and not ways[at] and _in_one_bracket(line, values[at - 1], values[at]):
            ways[at] = True
    for at in range(len(values) - 1, 0, -1):
        if ways[at] and not ways[at - 1] and _brackets(line, values[at - 1], values[at]):
            ways[at - 1] = True
    for at in range(1, len(values)):
        if not (ways[at - 1] and ways[at]) and _third_between(line, values[at - 1], values[at], names):
            ways[at - 1] = ways[at] = True
    open_ones = {id(fact) for fact, way in zip(values, ways, strict=True) if way and tells_whom(fact)}
    if not open_ones:
        return facts
    return [changed(fact, **NOBODY, flags=(*fact.flags, WAY_OPEN)) if id(fact) in open_ones else fact for fact in facts]


def _may_offer(text: str) -> bool:
    return any(words in text for words in (" or ", "/or ", " OR ", ")/", ") /", "; if ", ". If "))


def _listed(line: ReadingLine, one: FactRead, other: FactRead) -> bool:
    """Whether only a comma parts two values."""
    base = line.criterion.start
    between = line.normal.raw[one.end - base : other.start - base]
    return one.start == other.start or _PARTED.fullmatch(_FOR_SOME.sub(",", between, count=1)) is not None


def _beside_open(line: ReadingLine, one: FactRead, other: FactRead) -> bool:
    """Whether "or" joins a value to an age before it that asks nobody (``high risk: age > 60 or WBC > 30 x 10^9/L``)."""
    if (
        one.concept not in AGES
        or tells_whom(one)
        or one.exception
        or other.concept in AGES
        or other.alternative_group is not None
    ):
        return False
    base = line.criterion.start
    return _OR_BETWEEN.fullmatch(line.normal.raw[one.end - base : max(one.end, other.start) - base]) is not None


def _counts(line: ReadingLine, one: FactRead, other: FactRead, way: bool) -> bool:
    """Whether a value counts what the next one, a way in, measures (``at least one node ≥ 1.5 cm or an extranodal lesion``)."""
    if one.unit is not None or other.unit is None or one.comparator != ">=" or one.alternative_group is not None:
        return False
    if way:
        alike = (one.concept, one.detail) == (other.concept, other.detail) and one.detail is not None
        return alike and other.start - one.end < _FAR
    base = line.criterion.start
    between = line.normal.raw[one.end - base : other.start - base]
    same = other.concept == "lesion_size" or (other.detail is not None and other.detail == one.detail)
    sized = other.alternative_group is not None and same and one.concept in _COUNTED
    return sized and len(between) < 60 and not any(sign in between for sign in ",;.:")


def _brackets(line: ReadingLine, one: FactRead, other: FactRead) -> bool:
    """Whether a value of one measure stands in the bracket behind another (``≥ 10 mm (≥ 15 mm for nodes), or bone disease``)."""
    base = line.criterion.start
    between = line.normal.raw[one.end - base : max(one.end, other.start) - base]
    return one.concept == other.concept and _OPENS.fullmatch(between) is not None


def _third_between(line: ReadingLine, one: FactRead, other: FactRead, names: WrittenNames) -> bool:
    """Whether a way without a value stands between two ways (``after ≥ 2 lines, or primary refractory, or after ≥ 100 days``)."""
    if one.alternative_group is None or one.alternative_group != other.alternative_group:
        return False
    base = line.criterion.start
    told = _THIRD.fullmatch(line.normal.raw, one.end - base, max(one.end, other.start) - base)
    if told is None or _GOES_ON.match(told["words"]):
        return False
    return not named_between(names, told.start("words"), told.end("words"))


def _in_one_bracket(line: ReadingLine, one: FactRead, other: FactRead) -> bool:
    """Whether only a comma parts two values of the bracket behind the last of several ways."""
    before = line.normal.raw[max(0, one.start - line.criterion.start - 160) : one.start - line.criterion.start]
    between = line.normal.raw[one.end - line.criterion.start : other.start - line.criterion.start]
    return "," in between and ")" not in between and len(between) < 40 and _OF_LAST.search(before) is not None


def _is_way(line: ReadingLine, values: list[FactRead], at: int, names: WrittenNames, sentences: list[Span]) -> bool:
    fact, base = values[at], line.criterion.start
    if fact.exception:
        return False
    start, end = fact.start - base, fact.end - base
    bounds = _around(sentences, start) or (0, len(line.normal.raw))
    if _DENIES.match(line.normal.raw, *bounds):
        return False  # "no cirrhosis or bilirubin > 3": neither may be
    if fact.concept == "other_measure" and fact.detail and fact.alternative_group is None and _TORN.search(fact.detail):
        return True  # "before selection or spleen largest dimensions < 20 cm"
    before = line.normal.raw[max(bounds[0], start - 160) : start]
    if _OF_DEGREE.search(before) or (_OF_LAST.search(before) and not _OF_PAIR.search(before)):
        return True
    if fact.alternative_group is None and _EITHER.search(before):
        return True
    if _OF_BRACKET.search(line.normal.raw[bounds[0] : start]) and _OR_BEHIND.match(line.normal.raw, end, bounds[1]):
        return True
    later = next((each.start - base for each in islice(values, at + 1, None) if each.start > fact.start), bounds[1])
    earlier = next((values[place].end - base for place in range(at - 1, -1, -1) if values[place].start < fact.start), bounds[0])
    behind = line.normal.raw[end : min(later, bounds[1], end + _FAR)]
    if fact.unit is None and fact.detail and behind.lstrip().startswith(fact.detail):
        behind = behind.lstrip()[len(fact.detail) :]  # "at least one measurable lymph node or …"
    if fact.alternative_group is None and _TOLD_AGAIN_OR.match(line.normal.raw, end, bounds[1]):
        return True
    told = _BEHIND.match(behind)
    counted = fact.concept in COUNTS or fact.concept == "dose_limit" or fact.concept.endswith("_duration")
    if told and (told.end() < len(behind) or later >= bounds[1]):  # else the words go on to the next value
        parted = "," in behind[: told.start("words")]
        new = not counted or parted or _NEW.match(told["words"])  # "3 lines or regimens" is one count
        if new and not _GOES_ON.match(told["words"]):
            return True
    return not counted and _follows_a_way(line, fact, names, max(earlier, bounds[0], start - _FAR), start, earlier > bounds[0])


def _around(sentences: list[Span], at: int) -> tuple[int, int] | None:
    """The ends of the sentence that holds a place."""
    number = bisect_right(sentences, at, key=_start) - 1
    return (sentences[number].start, sentences[number].end) if number >= 0 and at < sentences[number].end else None


def _start(span: Span) -> int:
    return span.start


def _follows_a_way(line: ReadingLine, fact: FactRead, names: WrittenNames, since: int, start: int, behind_value: bool) -> bool:
    """Whether "or" parts the name of the value's measure from words that name no measure and belong to no value before."""
    names = named_between(names, since, start)
    near = [span for span, key in names if key == fact.concept and span.end <= start]
    if not near and fact.detail and fact.concept.startswith("other_"):
        named = line.normal.raw.rfind(fact.detail, since, start)
        near = [Span(named, named + len(fact.detail))] if named >= 0 else near
    if not near:
        return False
    told = _BEFORE.search(line.normal.raw[since : near[-1].start])
    if told is None or _SHARED.search(told["words"]) or (behind_value and not told.start()):
        return False
    at = since + told.start("words")
    if not _STATES.match(told["words"]) and any(at <= span.start < near[-1].start for span, key in names if key != "dose_limit"):
        return False
    return fact.concept not in SCORES or " " in told["words"].strip()
