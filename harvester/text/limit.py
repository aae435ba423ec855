"""Limits: numbers with the comparators around them, as ranges, sets or single bounds.

Rules: ``limit.before`` (comparator, number, unit), ``limit.after`` (``18 years or older``), ``limit.range`` (``14-65``, ``between 18 and
60``), ``limit.pair`` (``≥ 18 and < 70``), ``limit.reversed`` (``18 ≤ age ≤ 65``), ``limit.set`` (``0, 1, or 2``; ``III/IV``),
``limit.bare_reference`` (``≤ ULN``), ``limit.pressure`` (``> 140/90``), ``limit.plain`` (a number without any comparator: only some readers may use it).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from harvester.text.amount import ROMAN, Amount, read_amount, read_bare_reference
from harvester.text.comparator import FLIPPED, comparator_after, comparators
from harvester.text.concept import SCORES, mentions
from harvester.text.definition_file import expression
from harvester.text.number import WORD_VALUES
from harvester.text.token import Phrase, Token, tokens_of

# What may stand between a comparator and its number.
_FILLERS = frozenset(
    ["a", "an", "the", "of", "or", "age", "ages", "aged", "is", "was", "were", "be", "been", "being", "at", "by", "than", "equal", "to", "score", "scores", "level", "levels", "value", "values", "grade", "grades", "class", "total", "approximately", "about", "approx", "daily", "dose", "doses", "cumulative", "nyha", "ctcae", "ecog", "ctc", "ae", "stage", "degree", "equals", "between", "from", "and", "(", ":", ",", "x", "only", "normal", "rate", "count", "number", "period", "least", "nci", "points", "[", "]"]
)
_AFTER_UNIT = frozenset(
    ["of", "age", "old", "years", "year", "months", "(", ")", "inclusive", "points", "point", "score", "total", "inclusively", "yrs", "yr", ",", "consecutive"]
)
_JOINER = re.compile(r" ?(?:-{1,2}|~|\bto\b|\bthrough\b|\buntil\b|\btill\b|\bup to\b|\.\.+|#) ?", re.IGNORECASE)
_AND_WORDS = frozenset(["and", "but", ",", ";", "or", "&", "also", "years", "year", "old", "of", "age", "(", ")", "must", "be", "kg", "inclusive", "yrs"])
_SIGN = re.compile(r" ?(?P<sign>>=|<=|=>|=<|≥|≤|>|<) ?")
_NUMERIC = re.compile(
    r"\d|[Ⅰ-Ⅴ]|(?<![A-Za-z])[IiVv]{1,3}(?![A-Za-z])|ULN|UNL|LLN|LSN|UPN|ULRR|limit|upper|lower|(?<![A-Za-z])(?:"
    + "|".join(WORD_VALUES)
    + r")(?![a-z])",
    re.IGNORECASE,
)
_PRESSURE = re.compile(r" ?/ ?(?P<low>\d{2,3})(?![\d/.])")
_OUT_OF = re.compile(r" ?/ ?(?P<whole>10|15|20|24|30|50|100)(?![\d/.,]|\w)")
_LIST_AFTER = re.compile(r" ?(?:HLA|match|allel)", re.IGNORECASE)
_LIST_JOINER = re.compile(r" ?(?:, ?(?:and|or)?|/|\bor\b|\band\b|;|&|、) ?", re.IGNORECASE)
# Dates, ordinals and visual acuities are no limits; neither are versions of software.
_NO_NUMBER = re.compile(r"\d{1,2}/\d{1,2}/\d{2,4}|\d+(?:st|nd|rd|th)\b|20 ?/ ?\d{2,4}\b|\d{1,2}-[A-Z][a-z]{2}-\d{2,4}")
_SOFTWARE = expression("limit.software", exact=True)
_ROMAN = re.compile(r"(?:IV|III|II|I|V)(?![A-Za-z])|[Ⅰ-Ⅴ]")
_PLAIN_ROMAN = re.compile(r"(?:iv|iii|ii|i|v)(?![A-Za-z])")
_LETTERS = re.compile(r"[ABC](?![A-Za-z])")
_SIGNS = {"=>": ">=", "=<": "<=", "≥": ">=", "≤": "<="}
# A number behind one of these words names a thing and measures nothing.
_NAMING = frozenset(
    ["version", "v", "ver", "part", "parts", "cohort", "cohorts", "phase", "type", "step", "section", "sections", "appendix", "criterion", "criteria", "visit", "visits", "day", "days", "cycle", "week", "weeks", "month", "arm", "arms", "group", "groups", "no", "number", "nr", "table", "figure", "dsm", "icd", "recist", "lugano", "who", "stage", "stages", "study", "protocol", "trial", "chapter", "item", "items", "question", "vitamin", "factor", "interleukin", "covid", "sars", "cov", "chromosome", "exon", "hla", "hepatitis", "ipss", "imwg", "edition", "eln", "nccn", "gina", "eortc", "ichd", "hpv", "il", "pd", "ctla", "cyp", "mr", "level4", "st", "gen", "g", "question#", "module", "modules", "segments", "l1", "c1", "lumbar", "alk", "braf", "kras", "june", "july", "may", "march", "april", "january", "february", "august", "september", "october", "november", "december", "ver.", "lines", "nct", "regimen", "dose", "level", "course", "line"]
)
_NAMING_FREE = frozenset(
    ["day", "days", "week", "weeks", "month", "cycle", "cycles", "dose", "level", "group", "groups", "line", "lines", "type", "number", "stage", "visit", "visits"]
)


@dataclass(frozen=True, slots=True)
class Limit:
    """One limit in a line of regular text.

    ``comparator`` is ``>=`` ``>`` ``<=`` ``<`` ``=`` ``range`` ``in`` or none (a number alone). Numbers are as written.
    ``first``/``last`` are token indexes (half-open) of the whole limit, ``start``/``end`` its characters.
    """

    start: int
    end: int
    comparator: str | None
    low: float | None
    high: float | None
    low_inclusive: bool | None
    high_inclusive: bool | None
    amount: Amount
    rule: str
    values: tuple[float | str, ...] = ()
    number_start: int = 0
    flags: tuple[str, ...] = ()
    comparator_words: str = ""
    second: Amount | None = None


def read_limits(text: str) -> tuple[Limit, ...]:
    """Every limit of a line, from left to right; none overlaps another.

    >>> [(x.comparator, x.low, x.high) for x in read_limits("Age 14-65 years, ECOG < 3")]
    [('range', 14.0, 65.0), ('<', None, 3.0)]
    """
    return limits_of(text, tokens_of(text)) if may_hold_limits(text) else ()


def may_hold_limits(text: str) -> bool:
    """Whether a line has anything a limit needs: a digit, a number word, a roman numeral or a limit of normal."""
    return bool(_NUMERIC.search(text))


def limits_of(text: str, tokens: tuple[Token, ...]) -> tuple[Limit, ...]:
    """Every limit of a line whose tokens are already there, whether or not it may hold any."""
    return _Scan(text, tokens).limits()


@dataclass
class _Scan:
    text: str
    tokens: tuple[Token, ...]
    found: list[Limit] = field(default_factory=list)
    waiting: list[Limit] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.at_char = {token.start: index for index, token in enumerate(self.tokens)}
        self.mentions = mentions(self.tokens)
        self.in_mention = {at: phrase for phrase in self.mentions for at in range(phrase.first, phrase.last)}
        self.by_last = {phrase.last: phrase for phrase in comparators(self.tokens)}

    def limits(self) -> tuple[Limit, ...]:
        at = 0
        while at < len(self.tokens):
            limit = self._limit_at(at)
            if limit is None:
                at += 1
                continue
            self.found.append(limit)
            self.found.extend(self.waiting)
            self.waiting.clear()
            at = self._token_after(self.found[-1].end, at)
        return tuple(self.found)

    def _token_after(self, char: int, at: int) -> int:
        at += 1
        while at < len(self.tokens) and self.tokens[at].start < char:
            at += 1
        return at

    def _limit_at(self, at: int) -> Limit | None:
        before = self.by_last.get(at)
        if before is not None and before.key not in ("between",):
            bare = read_bare_reference(self.text, self._skip_blanks(before.end))
            if bare is not None and before.key != "=" and not re.match(r" ?\+", self.text[bare.end : bare.end + 3]):
                return self._bound(before.key, replace(bare, start=before.end), before.start, "limit.bare_reference", before)
        if not self._is_number(at):
            return None
        comparator = self._comparator_before(at)
        compared = comparator is not None
        amount = self._amount(at, compared)
        if amount is None:
            return None
        return self._assemble(at, amount, comparator)

    def _skip_blanks(self, char: int) -> int:
        while self.text[char : char + 1] in (" ", "(", ":"):
            char += 1
        return char

    # -- numbers -----------------------------------------------------------------------------------------------------

    def _is_number(self, at: int) -> bool:
        token = self.tokens[at]
        if token.low in WORD_VALUES:
            return not (at and self.tokens[at - 1].text == "-" and self.tokens[at - 1].end == token.start)
        if token.low in ("v", "i") and at + 1 < len(self.tokens) and self.tokens[at + 1].text[0].isdigit():
            return False
        if _ROMAN.fullmatch(token.text) or (_PLAIN_ROMAN.fullmatch(token.text) and self._scored_before(at)):
            return self._scored_before(at)
        if (
            not token.text[0].isdigit()
            or _NO_NUMBER.match(self.text, token.start)
            or _SOFTWARE.search(self.text[max(0, token.start - 24) : token.start])
        ):
            return False
        if (
            at in self.in_mention
            and self.in_mention[at].first < at < self.in_mention[at].last - 0
            and self.in_mention[at].key != "age"
        ):
            return False
        before = self.tokens[at - 1] if at else None
        if before is None or before.end < token.start:
            return True
        if before.text[-1].isalpha():
            return self._glued_score(at) or (before.low == "x" and self.by_last.get(at - 1) is not None)
        if before.text in "-/.+" and at >= 2 and self.tokens[at - 2].end == before.start:
            return not self.tokens[at - 2].text[-1].isalpha() or before.text == "." or self._glued_score(at - 1)
        return True

    def _glued_score(self, at: int) -> bool:
        """A number glued to a name is a value only behind a score or a comparator's word (``ECOG0-1``)."""
        phrase = self.in_mention.get(at - 1)
        return bool(phrase and phrase.key in SCORES and phrase.last == at) or self.by_last.get(at) is not None

    def _scored_before(self, at: int) -> bool:
        for index in range(at - 1, max(at - 7, -1), -1):
            phrase = self.in_mention.get(index)
            if phrase:
                return phrase.key in SCORES
            if self.tokens[index].low in ("class", "classes", "grade", "grades", "degree", "nyha"):
                return True
            if self.tokens[index].low not in _FILLERS and self.tokens[index].text not in ">≥<≤=-/or":
                return False
        return False

    def _amount(self, at: int, compared: bool) -> Amount | None:
        token = self.tokens[at]
        roman = _roman(token.text)
        if roman is not None:
            return Amount(float(roman), token.start, token.end, token.end)
        start = token.start
        if at and self.tokens[at - 1].text in "-+" and self.tokens[at - 1].end == start and self._is_sign(at - 1, compared):
            start = self.tokens[at - 1].start
        amount = read_amount(self.text, start, compared)
        whole = _OUT_OF.match(self.text, amount.number_end) if amount is not None and amount.unit is None else None
        if amount is not None and whole and amount.value <= int(whole["whole"]) and not _LIST_AFTER.match(self.text, whole.end()):
            return replace(amount, end=whole.end())
        return amount

    def _is_sign(self, at: int, compared: bool) -> bool:
        before = self.tokens[at - 1] if at else None
        return before is None or before.text in "(<>≤≥=" or (compared and before.end < self.tokens[at].start)

    def _comparator_before(self, at: int) -> Phrase | None:
        for index in range(at, max(at - 8, -1), -1):
            phrase = self.by_last.get(index)
            if phrase is not None:
                if (
                    phrase.key == "between"
                    and phrase.start
                    and self.text[phrase.start : phrase.end].lower() == "from"
                    and index < at
                ):
                    return None
                return self._widened(phrase)
            if index == 0:
                break
            token = self.tokens[index - 1]
            if token.low not in _FILLERS and (index - 1) not in self.in_mention and token.text not in "-+~":
                return None
        return None

    def _widened(self, phrase: Phrase) -> Phrase:
        """The comparator with another one of the same meaning straight before it (``greater than (>)``, ``at least ≥``)."""
        earlier = self.by_last.get(phrase.first) or (
            self.by_last.get(phrase.first - 1) if phrase.first and self.tokens[phrase.first - 1].text == "(" else None
        )
        if earlier is not None and earlier.key == phrase.key:
            return phrase._replace(first=earlier.first, start=earlier.start)
        if earlier is not None and phrase.key == "=" and earlier.key in FLIPPED:
            return earlier._replace(last=phrase.last, end=phrase.end)
        return phrase

    # -- assembling --------------------------------------------------------------------------------------------------

    def _assemble(self, at: int, amount: Amount, comparator: Phrase | None) -> Limit | None:
        after = self._token_index(amount.end)
        if comparator is None and self._names_a_thing(at):
            return None
        values = self._list(at, amount, comparator)
        if values is not None:
            return values
        pressure = self._pressure(at, amount, comparator)
        if pressure is not None:
            return pressure
        reversed_ = self._reversed(amount, comparator)
        if reversed_ is not None:
            return reversed_
        second = self._second(amount, comparator)
        if second is not None:
            return second
        behind = self._behind(after) if comparator is None or comparator.key == "=" else None
        if behind is not None:
            start = comparator.start if comparator else amount.start
            limit = self._bound(behind.key, amount, start, "limit.after", behind)
            return replace(limit, end=max(behind.end, amount.end))
        if comparator is None or comparator.key == "between":
            plus = self.text[amount.end : amount.end + 1] == "+" and (amount.kind == "duration" or self._aged_before(at))
            if plus and not self.text[amount.end + 1 : amount.end + 2].isalnum():
                return replace(self._bound(">=", amount, amount.start, "limit.after", None), end=amount.end + 1)
            if comparator is not None and amount.unit == "a" and self.text[comparator.start : comparator.end].lower() == "from":
                return self._bound(">=", amount, comparator.start, "limit.before", comparator)
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
        return self._paired(self._bound(comparator.key, amount, comparator.start, "limit.before", comparator))

    def _aged_before(self, at: int) -> bool:
        behind = self.text[self.tokens[at].end : self.tokens[at].end + 8].lower()
        return "year" in behind or any(
            self.in_mention.get(index) and self.in_mention[index].key == "age" for index in range(max(0, at - 3), at)
        )

    def _token_index(self, char: int) -> int:
        low, high = 0, len(self.tokens)
        while low < high:
            middle = (low + high) // 2
            if self.tokens[middle].start < char:
                low = middle + 1
            else:
                high = middle
        return low

    def _bound(self, sign: str, amount: Amount, start: int, rule: str, words: Phrase | None) -> Limit:
        lower = sign in (">=", ">")
        both = sign == "="
        return Limit(
            start, amount.end, sign, amount.value if lower or both else None, amount.value if not lower or both else None,
            (sign == ">=" or both) if lower or both else None, (sign == "<=" or both) if not lower or both else None,
            amount, rule, number_start=amount.start, flags=amount.flags, comparator_words=self.text[words.start : words.end].lower() if words else "",
        )  # fmt: skip

    def _names_a_thing(self, at: int) -> bool:
        """Whether the number is part of a name: a version, a cohort, a year, a visit."""
        token = self.tokens[at]
        before = self.tokens[at - 1] if at else None
        if before is not None and before.text in (".", "-", "#") and at >= 2:
            before = self.tokens[at - 2]
        named = self.in_mention.get(at - 1)
        if named is not None and named.last == at and named.key in SCORES:
            return False
        if before is not None and before.low in _NAMING:
            return True
        return (
            len(token.text) == 4
            and token.text.isdigit()
            and 1900 <= int(token.text) <= 2100
            and read_amount(self.text, token.start) is not None
            and ((read_amount(self.text, token.start) or Amount(0, 0, 0, 0)).unit is None)
        )

    def _behind(self, after: int) -> Phrase | None:
        for index in range(after, min(after + 6, len(self.tokens))):
            phrase = comparator_after(self.tokens, index)
            if phrase is not None:
                return phrase
            if self.tokens[index].low not in _AFTER_UNIT:
                return None
        return None

    def _list(self, at: int, amount: Amount, comparator: Phrase | None) -> Limit | None:
        """A set of small values (``0, 1, or 2``, ``III or IV``) behind a score."""
        if (comparator is not None and comparator.key != "=") or amount.unit or not self._scored_before(at):
            return None
        glued = re.fullmatch(r"\d(?:,\d)+", self.tokens[at].text)
        values = [float(value) for value in self.tokens[at].text.split(",")] if glued else [amount.value]
        end = self.tokens[at].end if glued else amount.end
        while True:
            joiner = _LIST_JOINER.match(self.text, end)
            following = self._token_index(joiner.end()) if joiner else len(self.tokens)
            if joiner is None or following >= len(self.tokens) or self.tokens[following].start != joiner.end():
                break
            token = self.tokens[following]
            value = _roman(token.text) if _roman(token.text) is not None else _small(token.text)
            if value is None or value in values:
                break
            values.append(float(value))
            end = token.end
        if len(values) < 2:
            return None
        points = read_amount(self.text, self.tokens[self._token_index(end) - 1].start)
        end = points.end if points and points.unit == "{points}" else end
        start = comparator.start if comparator and comparator.key == "=" else amount.start
        whole = replace(amount, end=end)
        return Limit(start, end, "in", None, None, None, None, whole, "limit.set", tuple(values), amount.start)

    def _pressure(self, at: int, amount: Amount, comparator: Phrase | None) -> Limit | None:
        """A blood pressure written as a pair (``> 140/90 mmHg``): two bounds of one sign."""
        match = _PRESSURE.match(self.text, amount.number_end)
        if match is None or amount.unit is not None or not 40 <= amount.value <= 300 or not 30 <= int(match["low"]) <= 200:
            return None
        second = read_amount(self.text, match.start("low"))
        near = [self.in_mention[index] for index in range(max(0, at - 20), at) if index in self.in_mention]
        named = any(phrase.key in ("blood_pressure", "sbp", "dbp") and 0 <= amount.start - phrase.end < 80 for phrase in near)
        if second is None or not (second.unit == "mm[Hg]" or named) or amount.value <= second.value:
            return None
        behind = self._behind(self._token_index(second.end))
        sign, words = (
            (comparator.key, comparator)
            if comparator and comparator.key in FLIPPED
            else (behind.key, behind)
            if behind
            else ("=", None)
        )
        whole = replace(amount, unit=second.unit, unit_text=second.unit_text, kind=second.kind, end=second.end)
        limit = self._bound(sign, whole, comparator.start if comparator else amount.start, "limit.pressure", words)
        return replace(
            limit, second=second, end=max(second.end, behind.end if behind and sign == behind.key and not comparator else 0)
        )

    def _reversed(self, amount: Amount, comparator: Phrase | None) -> Limit | None:
        """``18 ≤ age ≤ 65``: the number stands before the sign."""
        if comparator is not None:
            return None
        sign = _SIGN.match(self.text, amount.end)
        if sign is None or not self.text[sign.end() : sign.end() + 1].isalpha():
            return None
        first = FLIPPED[_SIGNS.get(sign["sign"], sign["sign"])]
        limit = replace(self._bound(first, amount, amount.start, "limit.reversed", None), end=sign.end())
        other = _SIGN.search(self.text, sign.end(), min(len(self.text), sign.end() + 40))
        second = read_amount(self.text, other.end(), True) if other else None
        if other is None or second is None or ";" in self.text[sign.end() : other.start()]:
            return replace(limit, end=amount.end + len(sign.group().rstrip()))
        key = _SIGNS.get(other["sign"], other["sign"])
        if (first in (">", ">=")) == (key in (">", ">=")):
            return replace(limit, end=amount.end + len(sign.group().rstrip()))
        low, high = (amount, second) if first in (">", ">=") else (second, amount)
        low_in, high_in = (first == ">=", key == "<=") if first in (">", ">=") else (key == ">=", first == "<=")
        return self._range(
            low, high, amount.start, second.end, low_in, high_in, "limit.reversed", second if second.unit else amount
        )

    def _second(self, amount: Amount, comparator: Phrase | None) -> Limit | None:
        """The second number of a range: ``14-65``, ``between 18 and 60``, ``> 6.0% to <= 11.5%``."""
        joiner = _JOINER.match(self.text, amount.end)
        word = self._token_index(amount.end)
        if joiner is None and comparator is not None and comparator.key == "between":
            stepped = self._step(word, {"years", "year", "old", "of", "age", "months"})
            if stepped < len(self.tokens) and self.tokens[stepped].low in ("and", "or", "&", "en", "und", "et", "y"):
                joiner = re.compile(r"\w+ ?|& ?").match(self.text, self.tokens[stepped].start)
        if joiner is None:
            stepped = self._step(word, {"years", "old", "of", "age"})
            joiner = _JOINER.match(self.text, self.tokens[stepped - 1].end) if stepped > word else None
            if joiner is None:
                return None
        at = self._token_index(joiner.end())
        inner = next(
            (
                phrase
                for phrase in (self.by_last.get(index) for index in range(at + 1, min(at + 7, len(self.tokens) + 1)))
                if phrase
            ),
            None,
        )
        if inner is not None and inner.first == at and inner.key in ("<", "<=", "="):
            second = self._amount_at(inner.last)
        else:
            inner, second = None, self._amount_at(at)
        if second is None or (joiner.group().strip() == "#" and comparator):
            return None
        return self._range_of(amount, second, comparator, inner)

    def _amount_at(self, at: int) -> Amount | None:
        if at >= len(self.tokens):
            return None
        token = self.tokens[at]
        roman = _roman(token.text)
        if roman is not None:
            return Amount(float(roman), token.start, token.end, token.end)
        if token.text in ("+", "-"):
            return read_amount(self.text, token.start)
        return read_amount(self.text, token.start) if token.text[0].isdigit() or token.low in WORD_VALUES else None

    def _step(self, at: int, words: set[str]) -> int:
        while at < len(self.tokens) and self.tokens[at].low in words:
            at += 1
        return at

    def _range_of(self, first: Amount, second: Amount, comparator: Phrase | None, inner: Phrase | None) -> Limit | None:
        if first.unit and second.unit and first.unit != second.unit:
            return self._two_bounds(first, second, comparator)
        if first.value >= second.value:
            return None if comparator is not None else self._falling_range(first, second)
        low_in = not (comparator is not None and comparator.key == ">")
        high_in = not (inner is not None and inner.key == "<")
        start = comparator.start if comparator is not None and comparator.key != "=" else first.start
        if (
            comparator is not None
            and comparator.key == "between"
            and self.text[comparator.start : comparator.end].lower() in ("from", "range of")
        ):
            start = first.start
        return self._range(
            first,
            second,
            start,
            second.end,
            low_in,
            high_in,
            "limit.range",
            second if second.unit or second.reference != "absolute" else first,
        )

    def _falling_range(self, first: Amount, second: Amount) -> Limit | None:
        """``73 to 24 letters``: a range written from its upper end; only the word "to" is believed."""
        if self.text[first.end : second.start].strip().lower() != "to" or first.value == second.value or second.value < 0:
            return None
        return self._range(second, first, first.start, second.end, True, True, "limit.range", second if second.unit else first)

    def _two_bounds(self, first: Amount, second: Amount, comparator: Phrase | None) -> Limit | None:
        """A range whose ends have different units of time (``between 6 months and 16 years``): two bounds."""
        if first.kind != "duration" or second.kind != "duration" or first.unit == "{half-life}" or "hyphen" in first.flags:
            return None
        if self.by_last.get(self._token_index(second.start)) is None:
            upper = self._bound("<=", second, second.start, "limit.range", None)
            self.waiting.append(upper)
        return self._bound(">=", first, first.start, "limit.range", None)

    def _range(
        self, low: Amount, high: Amount, start: int, end: int, low_in: bool, high_in: bool, rule: str, unit: Amount
    ) -> Limit:
        whole = replace(unit, value=low.value, start=start, flags=tuple(dict.fromkeys((*low.flags, *high.flags))))
        return Limit(
            start,
            end,
            "range",
            low.value,
            high.value,
            low_in,
            high_in,
            whole,
            rule,
            number_start=low.start,
            flags=whole.flags,
            second=high,
        )

    def _falling_pair(self, limit: Limit, phrase: Phrase, second: Amount, words: set[str]) -> Limit:
        """``< 18 years and ≥ 12 years``: the upper bound first; only "and" or "but" make a range of it."""
        first = limit.amount
        joined = bool(words & {"and", "but", "&"}) and "or" not in words
        if not joined or second.value >= first.value or (first.unit and second.unit and first.unit != second.unit):
            return limit
        unit = first if first.unit else second
        return self._range(
            second, first, limit.start, second.end, phrase.key == ">=", limit.comparator == "<=", "limit.pair", unit
        )

    def _paired(self, limit: Limit) -> Limit:
        """``≥ 18 and < 70 years``: a second bound of the other direction behind the first."""
        at = self._token_index(limit.end)
        index, steps = at, 0
        while index < len(self.tokens) and steps < 8 and self.tokens[index].low in _AND_WORDS:
            if self.tokens[index].text == ";":
                return limit
            index, steps = index + 1, steps + 1
        phrase = next(
            (
                self.by_last[last]
                for last in range(index + 1, min(index + 12, len(self.tokens)) + 1)
                if last in self.by_last and self.by_last[last].first == index
            ),
            None,
        )
        if (
            phrase is None
            or (not any(self.tokens[i].low in ("and", "but", "or", ",", "&") for i in range(at, index))
            and index != at)
        ):
            return limit
        lower, other_lower = limit.comparator in (">", ">="), phrase.key in (">", ">=")
        lost = limit.comparator == "=" and phrase.key in ("=", "<", "<=")
        last = phrase.last
        while last < len(self.tokens) and self.tokens[last].low in ("age", "of", "("):
            last += 1
        second = self._amount_at(last)
        if second is not None and not lower and other_lower and limit.comparator in ("<", "<="):
            return self._falling_pair(limit, phrase, second, {self.tokens[i].low for i in range(at, index)})
        if second is None or not (lost or (phrase.key in FLIPPED and phrase.key != "=" and lower and not other_lower)):
            return limit
        first = limit.amount
        same_unit = not (first.unit and second.unit) or first.unit == second.unit
        if not same_unit or first.value >= second.value or (first.reference != second.reference and first.unit):
            return limit
        words = {self.tokens[i].low for i in range(at, index)}
        if lost and "or" in words:
            return limit
        ranged = self._range(
            first,
            second,
            limit.start,
            second.end,
            limit.comparator != ">",
            phrase.key != "<",
            "limit.pair",
            second if second.unit or second.reference != "absolute" else first,
        )
        flags = (*ranged.flags, *(("or_read_as_and",) if "or" in words else ()), *(("sign_lost",) if lost else ()))
        return replace(ranged, flags=flags)


def _roman(text: str) -> int | None:
    if "Ⅰ" <= text <= "Ⅴ":
        return ord(text) - ord("Ⅰ") + 1
    return ROMAN.get(text.upper()) if text.isupper() or len(text) > 1 else ROMAN.get(text.upper()) if text in "iv" else None


def _small(text: str) -> int | None:
    return int(text) if text.isdigit() and len(text) <= 2 else None
