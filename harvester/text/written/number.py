"""Reading numbers: thousands, decimals, powers of ten however written, number words, ranges.

All functions read regular text (see ``normal.py``) and look at one place only; none searches. What had to be assumed is a flag:
``lost_superscript`` (``3×105 cells`` meant 3 × 10^5), ``decimal_comma`` (``1,5 mg``), ``blank_thousands`` (``10 000 U``).
"""

from __future__ import annotations

import re

from harvester.shape import shape
from harvester.text.expressions.definition_file import definition_lists
from harvester.text.expressions.pattern import pattern_of

_ONES = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_TEENS = ("ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen")
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
WORD_VALUES = {
    **{word: value for value, word in enumerate((*_ONES, *_TEENS), 1)},
    **{word: 10 * value for value, word in enumerate(_TENS, 2)},
    **{
        f"{ten}{sign}{one}": 10 * tens + ones
        for tens, ten in enumerate(_TENS, 2)
        for ones, one in enumerate(_ONES, 1)
        for sign in "- "
    },
    **{f"{word}fold": value for value, word in enumerate((*_ONES[1:], "ten"), 2) if value <= 10},
}
# A number as a word, the longest first: for embedding in other patterns.
NUMBER_WORDS = (
    rf"(?:(?:{'|'.join(_ONES[1:])}|ten)fold|(?:{'|'.join(_TENS)})(?:[ -](?:{'|'.join(_ONES)})(?![a-z]))?"
    rf"|{'|'.join(_TEENS)}|{'|'.join(_ONES)})"
)
_SCALES = {
    "thousand": 1e3,
    "million": 1e6,
    "millions": 1e6,
    "mio": 1e6,
    "billion": 1e9,
    "lakh": 1e5,
    "lakhs": 1e5,
    "lac": 1e5,
    "lacs": 1e5,
    "billions": 1e9,
    "trillion": 1e12,
}
_FRACTIONS = {"½": 0.5, "¼": 0.25, "¾": 0.75}

# A number as written, unsigned, without its power of ten: for embedding in other patterns.
# Digits are bounded, so that a long run of them costs no more than its length.
NUMBER = r"(?:\d{1,3}(?:,\d{3}){1,5}(?!\d)(?:\.\d{1,9})?|\d{1,15}(?:\.\d{1,9})?|\.\d{1,9})"

_PLAIN = pattern_of(rf"(?P<blank>\d{{1,3}}(?: \d{{3}}){{0,2}} 000(?!\d))|(?P<plain>{NUMBER})(?P<half>[½¼¾])?|(?P<fraction>[½¼¾])")
_DECIMAL_COMMA = pattern_of(r"(\d+),(\d{1,2})(?= ?(?:x|×|mg|g|kg|ml|l|ug|mcg|gy|%|mmol|umol|iu|u|m2)(?![a-z]))", re.I)
_HALF = pattern_of(
    r"(?P<over>[1-3])/(?P<under>[2-4])(?= ?(?:to \d|- ?\d|a (?:tab|pill|cap)|of an? |tab(?:let)?s?|" r"pills?|capsules?|caps?))",
    re.I,
)
_WORD = pattern_of(NUMBER_WORDS + r"(?![a-z-])", re.I)
_SCALE = pattern_of(r"[ -]?(" + "|".join(sorted(_SCALES, key=len, reverse=True)) + r")(?![a-z])", re.I)
# "100M CAR T cells", "30M/kg": millions, where cells are counted; else M may be a unit.
_MEGA = pattern_of(r" ?M(?= ?/ ?kg| ?(?:(?!of |in |for )[A-Za-z+-]{1,12} ){0,3}?(?:CAR|CD\d|cells|lymphocytes|NK |MSCs?))")
# What follows the mantissa: a power of ten with its sign, or with the superscript lost.
_POWER = pattern_of(
    r" ?(?:\[ ?)?(?:[xX×*·]|times) ?10 ?(?:\^|\*\*|[eE](?=[+-]?\d)) ?(?:\((?P<up_in>[+-]?\d{1,2})\)|(?P<up>[+-]?\d{1,2})(?!\d))"
    r"| ?[xX×*·] ?10 ?\((?P<bracket>\d{1,2})\)"
    r"| ?[xX×*·] ?10 ?(?P<lost>(?:[3-9]|1[0-4]))(?![\d.])"
    r"|[eE]\+?(?P<exp>\d{1,2})(?!\d)"
)
_BARE_POWER = pattern_of(r"10 ?(?:\^|\*\*) ?(?:\((?P<up_in>\d{1,2})\)|(?P<up>\d{1,2})(?!\d))")
_CELLS = "|".join(definition_lists("dose-words.txt")["cells"])
# A lost superscript is believed only where something counted in such powers follows.
_COUNTED = pattern_of(
    rf"(?:(?:,|,? and|,? or|/) ?[\d.]{{1,5}} ?[xX×*·] ?10(?:[3-9]|1[0-4])(?!\d)){{0,6}}"
    rf"\s?(?:(?:[\w+/-]{{1,24}}\s){{0,5}}?[\w+/-]{{0,24}}?(?:cells?|lymphocytes|car-?t|(?:{_CELLS})s?|"
    r"cfus?|pfus?|vg|vp|tu|copies|particles|"
    r"genomes|spores|bacteria)(?![a-z])"
    r"|(?:CD\d+\+?|CAR\S{0,6})? ?(?:/|per) ?(?:kg|kilo|l(?![a-z])|liter|litre|ul|ml|m2|mm|cm)|g ?/ ?l)",
    re.I,
)
# A whole number that nothing but its scale can add to, and what a scale, a power of ten or the other end of a range begins with.
_WHOLE = pattern_of(r"[0-9]{1,15}(?![\d.,/½¼¾]| \d)")
_SCALE_BEGINS = frozenset("tTmMbBlLxX×*·[eE")
_TO_BEGINS = frozenset("-~tTuUaA/")
_TO = pattern_of(r" ?(?:-{1,2}|~|to|up to|through|and up to|/(?=\d)) ?", re.I)


@shape()
class NumberRead:
    """A number and where it stands in the regular text."""

    value: float
    start: int
    end: int
    flags: tuple[str, ...] = ()
    scaled: bool = False  # a power of ten or a word such as "million" was written


@shape()
class RangeRead:
    """A number or a range of two numbers (``low == high`` when single)."""

    low: float
    high: float
    start: int
    end: int
    flags: tuple[str, ...] = ()
    scaled: bool = False


def read_number(text: str, at: int) -> NumberRead | None:
    """The number that begins at ``at``, with its power of ten or scale word; None when none begins there.

    >>> read_number("1 x 10^7 cells", 0).value
    10000000.0
    """
    bare = _BARE_POWER.match(text, at) if text.startswith("10", at) else None
    if bare:
        return NumberRead(10.0 ** int(bare["up"] or bare["up_in"]), at, bare.end(), (), True)
    plain = _mantissa(text, at)
    return _scaled(text, plain) if plain else None


def read_range(text: str, at: int) -> RangeRead | None:
    """The number or range that begins at ``at``; a power or scale written once counts for both ends.

    ``15-20 million``, ``0.2-1 x 10^7``, ``1-5x10^8``, ``30 to 60``; a falling pair (``10-5``) is not a range.
    """
    first = read_number(text, at)
    if not first:
        return None
    single = RangeRead(first.value, first.value, at, first.end, first.flags, first.scaled)
    joint = _TO.match(text, first.end) if _behind(text, first.end, " ") in _TO_BEGINS else None
    second = read_number(text, joint.end()) if joint and text[joint.end() : joint.end() + 1].isdigit() else None
    if not joint or not second or ("/" in joint.group()):
        return single
    low = first.value
    if second.scaled and not first.scaled:
        mantissa = _mantissa(text, second.start)
        if not mantissa or mantissa.value == 0:
            return single
        low *= second.value / mantissa.value
    if low >= second.value:
        return single
    flags = tuple(dict.fromkeys((*first.flags, *second.flags)))
    return RangeRead(_tidy(low), second.value, at, second.end, flags, second.scaled)


def _mantissa(text: str, at: int) -> NumberRead | None:
    """The plain number at ``at``."""
    whole = _WHOLE.match(text, at)
    if whole:
        return NumberRead(float(whole.group()), at, whole.end())
    comma = _DECIMAL_COMMA.match(text, at)
    if comma:
        return NumberRead(float(f"{comma[1]}.{comma[2]}"), at, comma.end(), ("decimal_comma",))
    half = _HALF.match(text, at)
    if half:
        return NumberRead(int(half["over"]) / int(half["under"]), at, half.end())
    match = _PLAIN.match(text, at)
    if match and match["blank"]:
        return NumberRead(float(match["blank"].replace(" ", "")), at, match.end(), ("blank_thousands",))
    if match:
        value = float(match["plain"].replace(",", "")) if match["plain"] else 0.0
        return NumberRead(value + _FRACTIONS.get(match["half"] or match["fraction"] or "", 0.0), at, match.end())
    word = _WORD.match(text, at)
    return NumberRead(float(WORD_VALUES[word.group().lower()]), at, word.end()) if word else None


def _scaled(text: str, plain: NumberRead) -> NumberRead:
    """``plain`` with the power of ten or scale word that follows it."""
    if _behind(text, plain.end, " -") not in _SCALE_BEGINS:
        return plain
    scale = _SCALE.match(text, plain.end)
    if scale:
        return NumberRead(_tidy(plain.value * _SCALES[scale[1].lower()]), plain.start, scale.end(), plain.flags, True)
    mega = _MEGA.match(text, plain.end)
    if mega:
        return NumberRead(_tidy(plain.value * 1e6), plain.start, mega.end(), plain.flags, True)
    power = _POWER.match(text, plain.end)
    if not power:
        return plain
    if power["lost"]:
        if not _COUNTED.match(text, power.end()):
            return plain
        flags = (*plain.flags, "lost_superscript")
        return NumberRead(_tidy(plain.value * 10.0 ** int(power["lost"])), plain.start, power.end(), flags, True)
    exponent = int(power["up"] or power["up_in"] or power["bracket"] or power["exp"])
    return NumberRead(_tidy(plain.value * 10.0**exponent), plain.start, power.end(), plain.flags, True)


def _behind(text: str, at: int, blanks: str) -> str:
    """The sign at ``at``, or the one behind it where that is one of ``blanks``; empty at the end."""
    sign = text[at : at + 1]
    return text[at + 1 : at + 2] if sign and sign in blanks else sign


def _tidy(value: float) -> float:
    """The product without binary dust: 1.2 x 10^6 is 1200000, not 1199999.9999999998."""
    return float(f"{value:.12g}")


def count_of(word: str) -> float:
    """The value of a number in figures or as a word: "two", "1,500". ValueError for what is neither."""
    return float(WORD_VALUES.get(word.lower()) or word.replace(",", ""))
