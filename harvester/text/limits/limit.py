"""Limits: numbers with the comparators around them, as ranges, sets or single bounds.

Rules: ``limit.before`` (comparator, number, unit), ``limit.after`` (``18 years or older``), ``limit.range`` (``14-65``,
``between 18 and 60``), ``limit.pair`` (``≥ 18 and < 70``), ``limit.reversed`` (``18 ≤ age ≤ 65``), ``limit.set`` (``0, 1, or
2``; ``III/IV``), ``limit.bare_reference`` (``≤ ULN``), ``limit.normal`` (``within normal limits``), ``limit.pressure``
(``> 140/90``), ``limit.plain`` (a number without any comparator: only some readers may use it).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from harvester.text.expressions.definition_file import expression
from harvester.text.expressions.gate import gated
from harvester.text.expressions.pattern import pattern_of
from harvester.text.limits.amount import Amount, may_hold_bare_reference, read_amount, read_bare_reference
from harvester.text.limits.bound import Limit, bound
from harvester.text.limits.comparator import FLIPPED
from harvester.text.limits.concept import mentions
from harvester.text.limits.limit_normal import OPENING, beyond_normal, normal_bound
from harvester.text.limits.limit_pairs import LimitPairs
from harvester.text.limits.limit_tokens import roman_value
from harvester.text.written.number import NUMBER_WORDS, WORD_VALUES
from harvester.text.written.token import Phrase, Token

__all__ = ["MOST", "Limit", "limits_of", "may_hold_limits"]

MOST = 1000  # limits of one criterion; a longer list is no criterion, and what is behind it is unread
_SIGN = pattern_of(r" ?(?P<sign>>=|<=|=>|=<|≥|≤|>|<) ?")
# Begin with one set of signs, so that the search leaps to where one stands; a set of one script is looked up much faster.
_NUMERIC = pattern_of(r"[\dⅠ-Ⅴⅰ-ⅴIiVv](?:(?<=[\dⅠ-Ⅴⅰ-ⅴ])|(?<![A-Za-z].)[IiVv]{0,2}(?![A-Za-z]))")
_ASCII_NUMERIC = pattern_of(r"[0-9IiVv](?:(?<=[0-9])|(?<![A-Za-z].)[IiVv]{0,2}(?![A-Za-z]))")
_WORDED = gated(
    r"ULN|UNL|LLN|LSN|UPN|ULRR|limit|upper|lower|normal|wnl|(?<![A-Za-z])" + NUMBER_WORDS + r"(?![a-z])",
    re.IGNORECASE,
)
_COUNTING = frozenset({*WORD_VALUES, "i", "ii", "iii", "iv", "v", *"ⅰⅱⅲⅳⅴ"})  # words a number can be
_OPENING = _COUNTING | OPENING
_WITHIN = pattern_of(r"\bwithin $", re.IGNORECASE)
_WITHIN_BARE = pattern_of(r"\bwithin (?:the |its )?(?:(?:institutional|laboratory|local|reference) )?$", re.IGNORECASE)
_BARE_OPENS = frozenset({"uln", "unl", "upper"})
_PRESSURE = pattern_of(r" ?/ ?(?P<low>\d{2,3})(?![\d/.])")
_PRESSURE_TO = pattern_of(r" ?(?:mm ?Hg )?(?:-|to) ?(?=\d{2,3} ?/ ?\d{2,3}(?![\d/]))", re.IGNORECASE)
_PRESSURE_AND = pattern_of(r" ?(?:mm ?Hg )?(?:-|to|and) ?(?=\d{2,3} ?/ ?\d{2,3}(?![\d/]))", re.IGNORECASE)
# "NYHA II or III, 18 years or older", "ECOG 0 or 1, 18-75": an age, and no grade
_IS_AGE = expression("limit.is_age")
_LIST_JOINER = pattern_of(
    # "3 (moderate) or 4 (severe)"; a number before a noun counts something else ("1 (ambulatory) or 2 prior lines")
    r"(?: ?\([a-z][a-z -]{2,24}\)(?=,? (?:and|or) (?:(?:NYHA |class |grade )?[IV]{1,3}\b|(?:NYHA|class|grade) \d"
    r"|\d+(?:"
    r" ?\((?!(?:one|two|three|four|or|at|and)\b)[a-z][a-z -]{2,24}\)"
    r"| (?:adverse|toxicit(?:y|ies)|at|by|per|according)\b|\.?\s*$|[,;)]|\.\s))))?"
    r" ?(?:, ?(?:and|or)?|/|\bor\b|\band\b|;|&|、) ?(?:(?:NYHA|class|grade) (?=I|\d))?",
    re.IGNORECASE,
)
_PEOPLE = expression("limit.people")  # "Adults (18+)"
_EACH = pattern_of(r" (?:per|in|at|from) ")  # "patients (10+ per site)"
_THEN_TO = pattern_of(r" ?(?:-|to) ?(?P<last>IV|III|\d{1,2})(?![\w.%/]| ?years)")  # "7 or 8-10"
_PART = pattern_of(r"[a-c](?![A-Za-z0-9])")
_ADDED = pattern_of(r" ?\+")
_HOW_FAR = pattern_of(r"\)? (?:\([^()]{1,20}\) )?")  # "> 1 mg/dL (> 0.25 mmol/L) above the upper limit of normal"
_RATIO = pattern_of(r":\d")
_BEFORE_UNIT = pattern_of(
    r"(?:times |fold )?or (?:(?P<more>more|longer|greater|higher)|fewer|less|lower|shorter)\b", re.IGNORECASE
)  # "12 or more months"
_UPPER = pattern_of(r"\s?(?:(?:to|-|up to|through)\s?(?P<sign><=?|≤)?|(?:and|but|,)\s?(?P<must><=?|≤))\s?", re.IGNORECASE)
# "= [140 - age] x weight": how a clearance is reckoned; "Gleason ≤ 3+4": a sum of two patterns, neither the score
_SUBSCRIPT = pattern_of(r"[A-Za-z)]\\?_$")
_OF_NORMAL = expression("limit.of_normal")
_FORMULA = pattern_of(r" ?[-−] ?age\b|(?<=[1-5])(?<![\d.,]\d)(?: \+ |\+)[1-5](?![\d.%+])", re.IGNORECASE)
_SUMMAND = pattern_of(r"(?<![A-Za-z\d.,])[1-5](?: \+ |\+)$")
_SIGNS = {"=>": ">=", "=<": "<=", "≥": ">=", "≤": "<="}


def may_hold_limits(text: str) -> bool:
    """Whether a line has anything a limit needs: a digit, a number word, a roman numeral or a limit of normal."""
    return _has_digit(text) or bool(_WORDED.search(text) or (_ASCII_NUMERIC if text.isascii() else _NUMERIC).search(text))


def _has_digit(text: str) -> bool:
    """Whether a digit of ours stands in ``text``: asked one by one, most frequent first, each is found at once."""
    return (
        "1" in text
        or "2" in text
        or "0" in text
        or "3" in text
        or "8" in text
        or "5" in text
        or "6" in text
        or "4" in text
        or "7" in text
        or "9" in text
    )


def limits_of(text: str, tokens: tuple[Token, ...], names: tuple[Phrase, ...] | None = None) -> tuple[Limit, ...]:
    """Every limit of a line, from left to right, none over another: of ``Age 14-65 years, ECOG < 3`` a range and ``<``.

    ``tokens`` are the line's (`tokens_of`), ``names`` what `mentions` finds in them.
    """
    return _Scan(text, tokens, mentions(tokens) if names is None else names).limits()


@dataclass
class _Scan(LimitPairs):
    found: list[Limit] = field(default_factory=list)
    may_be_bare: bool = False  # whether the line may name a limit of normal without a number

    def limits(self) -> tuple[Limit, ...]:
        free = 0
        for at in self._starts():
            limit = self._limit_at(at) if at >= free else None
            if limit is not None:
                self.found.append(limit)
                self.found.extend(self.waiting)
                self.waiting.clear()
                free = self.token_after(self.found[-1].end, at)
                if len(self.found) >= MOST:
                    break
        return tuple(self.found)

    def _starts(self) -> list[int]:
        """The tokens a limit can begin with: what may be a number, and what stands behind a comparator where a limit of
        normal is named."""
        starts = [at for at, (text, low, _, _) in enumerate(self.tokens) if low in _OPENING or text[0].isdigit()]
        self.may_be_bare = may_hold_bare_reference(self.text)
        if not self.may_be_bare:
            return starts
        bare = (at for at, token in enumerate(self.tokens) if token.low in _BARE_OPENS)
        return sorted({*starts, *bare, *(at for at in self.by_last if at < len(self.tokens))})

    def _limit_at(self, at: int) -> Limit | None:
        before = self.by_last.get(at)
        if before is not None and before.key != "between" and self.may_be_bare:
            bare = read_bare_reference(self.text, self._skip_blanks(before.end))
            last = self.found[-1] if self.found else None
            how_far = last and last.amount.unit and _HOW_FAR.fullmatch(self.text, last.end, before.start)
            if bare is not None and before.key != "=" and not how_far and not _ADDED.match(self.text, bare.end):
                limit = bound(
                    self.text, before.key, replace(bare, start=before.end), before.start, "limit.bare_reference", before
                )
                return self._up_to(limit)
        if self.tokens[at].low in _BARE_OPENS:
            return self._within_bare(self.tokens[at].start)
        if self.tokens[at].low in OPENING:
            name = self.name_before(at)
            beyond = beyond_normal(self.text, self.tokens[at], self.comparator_before(at), name)
            return beyond or normal_bound(self.text, self.tokens[at], name.end if name else None)
        if not self.is_number(at):
            return None
        comparator = self.comparator_before(at)
        compared = comparator is not None
        amount = self.amount_of(at, compared)
        if amount is None or _FORMULA.match(self.text, amount.end) or _is_ratio(self.text, amount) or self._is_no_value(amount):
            return None
        if "+" in self.text[max(0, amount.start - 3) : amount.start] and _SUMMAND.search(self.text, 0, amount.start):
            return None
        return self._assemble(at, amount, comparator)

    def _is_no_value(self, amount: Amount) -> bool:
        """Whether a number is a lost subscript (``FEV_1``), or so many of a limit of normal in words that are not understood."""
        if _SUBSCRIPT.search(self.text[max(0, amount.start - 3) : amount.start]):
            return True
        bare = self.may_be_bare and amount.unit is None and amount.reference == "absolute"
        return bare and _OF_NORMAL.match(self.text, amount.end) is not None

    def _within_bare(self, start: int) -> Limit | None:
        """``within ULN``: at most the limit of normal that ``start`` names."""
        within = _WITHIN_BARE.search(self.text, max(0, start - 32), start)
        bare = read_bare_reference(self.text, start) if within else None
        if within is None or bare is None or bare.reference != "ULN":
            return None
        return bound(self.text, "<=", replace(bare, start=within.start()), within.start(), "limit.bare_reference", None)

    def _up_to(self, limit: Limit) -> Limit:
        """``> ULN to 1.5 x ULN``: a limit of normal that goes on to a multiple of it."""
        upper = _UPPER.match(self.text, limit.end) if limit.comparator in (">", ">=") else None
        second = read_amount(self.text, upper.end(), True) if upper else None
        first = limit.amount
        if upper is None or second is None or second.reference != first.reference or second.value <= first.value:
            return limit
        below = (upper["sign"] or upper["must"] or "<=").strip() == "<"
        return self.ranged(first, second, limit.start, second.end, limit.comparator == ">=", not below, "limit.range", second)

    def _skip_blanks(self, char: int) -> int:
        while self.text[char : char + 1] in (" ", "(", ":"):
            char += 1
        return char

    def _assemble(self, at: int, amount: Amount, comparator: Phrase | None) -> Limit | None:
        after = self.token_index(amount.end)
        after += self.text[amount.end : amount.end + 4] in ("+ or", "+ an")  # "2+ or more"
        if comparator is None and self.names_a_thing(at):
            return None
        values = self.listed(at, amount, comparator)
        if values is not None:
            return values
        pressure = self.pressure(at, amount, comparator)
        if pressure is not None:
            return pressure
        reversed_ = self.reversed(amount, comparator)
        if reversed_ is not None:
            return reversed_
        second = self.second(amount, comparator)
        if second is not None:
            return second
        told = _BEFORE_UNIT.match(amount.unit_text or "") if comparator is None else None
        if told:
            return bound(self.text, ">=" if told["more"] else "<=", amount, amount.start, "limit.after", None)
        open_ended = comparator is None or comparator.key == "=" or self.text[comparator.start : comparator.end].lower() == "from"
        behind = self.behind(after) if open_ended else None
        if behind is not None:
            start = comparator.start if comparator else amount.start
            limit = bound(self.text, behind.key, amount, start, "limit.after", behind)
            between = [self.in_mention[index] for index in range(after, behind.first) if index in self.in_mention]
            named = any(name.key != "age" for name in between)  # "20% blasts or more"
            return limit if named else replace(limit, end=max(behind.end, amount.end))
        unsigned = self.lost_range(at, amount) if comparator is None else None
        if unsigned is not None:
            return unsigned
        if comparator is None or comparator.key == "between":
            return self._alone(at, amount, comparator)
        return self.paired(bound(self.text, comparator.key, amount, comparator.start, "limit.before", comparator))

    def _alone(self, at: int, amount: Amount, comparator: Phrase | None) -> Limit:
        """A number no comparator bounds: ``18+ years``, ``from 18 years``, ``within 2 x ULN``, or a plain one."""
        before = self.text[max(0, amount.start - 16) : amount.start]
        plus = self.text[amount.end : amount.end + 1] == "+"
        plus = plus and bool(amount.kind == "duration" or self.aged_before(at) or _PEOPLE.search(before))
        if plus and not self.text[amount.end + 1 : amount.end + 2].isalnum() and not _EACH.match(self.text, amount.end + 1):
            return replace(bound(self.text, ">=", amount, amount.start, "limit.after", None), end=amount.end + 1)
        if comparator is not None and amount.unit == "a" and self.text[comparator.start : comparator.end].lower() == "from":
            return bound(self.text, ">=", amount, comparator.start, "limit.before", comparator)
        inside = _WITHIN.search(self.text[max(0, amount.start - 8) : amount.start]) if amount.reference == "ULN" else None
        if inside:
            start = amount.start - len(inside.group())
            return bound(self.text, "<=", amount, start, "limit.before", None)
        return Limit(
            amount.start,
            amount.end,
            None,
            amount.value,
            amount.value,
            None,
            None,
            amount,
            "limit.plain",
            number_start=amount.start,
        )

    def listed(self, at: int, amount: Amount, comparator: Phrase | None) -> Limit | None:
        """A set of small values (``0, 1, or 2``, ``III or IV``) behind a score."""
        if (comparator is not None and comparator.key != "=") or amount.unit or not self.scored_before(at):
            return None
        glued = re.fullmatch(r"\d(?:,\d)+", self.tokens[at].text)
        values: list[float | str] = [float(value) for value in self.tokens[at].text.split(",")] if glued else [amount.value]
        end = self.tokens[at].end if glued else amount.end
        part = _PART.match(self.text, end) if self.tokens[at].text.isdigit() and not glued else None
        if part:
            values, end = [f"{amount.value:g}{part.group()}"], part.end()
        parted = part is not None
        while True:
            joiner = _LIST_JOINER.match(self.text, end)
            following = self.token_index(joiner.end()) if joiner else len(self.tokens)
            if joiner is None or following >= len(self.tokens) or self.tokens[following].start != joiner.end():
                break
            token = self.tokens[following]
            value = roman_value(token.text) if roman_value(token.text) is not None else _small(token.text)
            if value is None or value in values or _IS_AGE.match(self.text, token.end):
                break
            part = _PART.match(self.text, token.end) if token.text.isdigit() else None  # "grade 1, 2 or 3a"
            values.append(f"{value:g}{part.group()}" if part else float(value))
            end = part.end() if part else token.end
        if len(values) < 2 and not parted:
            return None
        if to := _THEN_TO.match(self.text, end) if isinstance(values[-1], float) else None:
            last = roman_value(to["last"]) or int(to["last"])
            values.extend(float(value) for value in range(int(values[-1]) + 1, min(last, 10) + 1))
            end = to.end()
        points = read_amount(self.text, self.tokens[self.token_index(end) - 1].start)
        end = points.end if points and points.unit == "{points}" else end
        start = comparator.start if comparator and comparator.key == "=" else amount.start
        whole = replace(amount, end=end)
        return Limit(start, end, "in", None, None, None, None, whole, "limit.set", tuple(values), amount.start)

    def pressure(self, at: int, amount: Amount, comparator: Phrase | None) -> Limit | None:
        """A blood pressure written as a pair (``> 140/90 mmHg``): two bounds of one sign."""
        match = _PRESSURE.match(self.text, amount.number_end) if amount.unit is None and 40 <= amount.value <= 300 else None
        if match is None or not 30 <= int(match["low"]) <= 200:
            return None
        second = read_amount(self.text, match.start("low"))
        near = [self.in_mention[index] for index in range(max(0, at - 20), at) if index in self.in_mention]
        named = any(phrase.key in ("blood_pressure", "sbp", "dbp") and 0 <= amount.start - phrase.end < 80 for phrase in near)
        if second is None or not (second.unit == "mm[Hg]" or named) or amount.value <= second.value:
            return None
        ranged = self._pressures(amount, second, comparator)
        if ranged is not None:
            return ranged
        behind = self.behind(self.token_index(second.end))
        sign, words = (
            (comparator.key, comparator)
            if comparator and comparator.key in FLIPPED
            else (behind.key, behind)
            if behind
            else ("=", None)
        )
        whole = replace(amount, unit=second.unit, unit_text=second.unit_text, kind=second.kind, end=second.end)
        limit = bound(self.text, sign, whole, comparator.start if comparator else amount.start, "limit.pressure", words)
        return replace(
            limit, second=second, end=max(second.end, behind.end if behind and sign == behind.key and not comparator else 0)
        )

    def _pressures(self, amount: Amount, second: Amount, comparator: Phrase | None) -> Limit | None:
        """``between 90/60 and 140/90``: a bound from each pair."""
        if comparator is not None and comparator.key != "between":
            return None
        joiner = (_PRESSURE_AND if comparator is not None else _PRESSURE_TO).match(self.text, second.end)
        high = read_amount(self.text, joiner.end()) if joiner else None
        match = _PRESSURE.match(self.text, high.number_end) if high is not None else None
        low = read_amount(self.text, match.start("low")) if match else None
        if high is None or low is None or not (amount.value < high.value and second.value < low.value < high.value):
            return None
        whole = replace(amount, unit=low.unit, unit_text=low.unit_text, kind=low.kind, end=second.end)
        start = comparator.start if comparator is not None else amount.start
        upper = replace(whole, value=high.value, start=high.start, end=low.end)
        top = bound(self.text, "<=", upper, high.start, "limit.pressure", None)
        self.waiting.append(replace(top, second=low, end=low.end))
        return replace(bound(self.text, ">=", whole, start, "limit.pressure", None), second=second, end=second.end)

    def reversed(self, amount: Amount, comparator: Phrase | None) -> Limit | None:
        """``18 ≤ age ≤ 65``: the number stands before the sign."""
        if comparator is not None and comparator.key != "between":
            return None
        sign = _SIGN.match(self.text, amount.end)
        named = self.in_mention.get(self.token_index(amount.start) - 1)
        if sign is None or not self.text[sign.end() : sign.end() + 1].isalpha() or named is not None:
            return None
        first = FLIPPED[_SIGNS.get(sign["sign"], sign["sign"])]
        limit = replace(bound(self.text, first, amount, amount.start, "limit.reversed", None), end=sign.end())
        other = _SIGN.search(self.text, sign.end(), min(len(self.text), sign.end() + 40))
        second = read_amount(self.text, other.end(), True) if other else None
        if other is None or second is None or ";" in self.text[sign.end() : other.start()]:
            return replace(limit, end=amount.end + len(sign.group().rstrip()))
        key = _SIGNS.get(other["sign"], other["sign"])
        if (first in (">", ">=")) == (key in (">", ">=")):
            return replace(limit, end=amount.end + len(sign.group().rstrip()))
        low, high = (amount, second) if first in (">", ">=") else (second, amount)
        low_in, high_in = (first == ">=", key == "<=") if first in (">", ">=") else (key == ">=", first == "<=")
        return self.ranged(
            low, high, amount.start, second.end, low_in, high_in, "limit.reversed", second if second.unit else amount
        )


def _is_ratio(text: str, amount: Amount) -> bool:
    """Whether the number is the first of a ratio (``1:160``)."""
    return amount.unit is None and amount.reference == "absolute" and _RATIO.match(text, amount.end) is not None


def _small(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) <= 2 else None
