"""The tokens of a line with what was found in them: names of concepts and comparators, and which numbers measure something."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass, replace
from operator import attrgetter

from harvester.text.expressions.definition_file import definition_lists, expression
from harvester.text.expressions.pattern import pattern_of
from harvester.text.limits.amount import ROMAN, Amount, read_amount
from harvester.text.limits.comparator import FLIPPED, comparator_after, comparators
from harvester.text.limits.concept_group import SCORES
from harvester.text.limits.written_amount import is_percentile
from harvester.text.written.number import WORD_VALUES
from harvester.text.written.token import Phrase, Token


def limit_words(name: str) -> frozenset[str]:
    """The words of one list of definitions/limit_words.txt."""
    return frozenset(" ".join(definition_lists("limit_words.txt")[name]).split())


_FILLERS = limit_words("fillers")
_AFTER_UNIT = limit_words("after_unit")
_OUT_OF = pattern_of(r" ?/ ?(?P<whole>5|10|15|20|24|30|50|100)(?![\d/.,]|\w)")
_OF_HUNDRED = pattern_of(r"20 ?/ ?100(?![\d/.,]|\w)")
_OF_FIVE = pattern_of(r"\b(?:strengths?|power|MRC|motor|muscles?)\b", re.IGNORECASE)  # told in fifths
_LIST_AFTER = pattern_of(r" ?(?:HLA|match|allel)", re.IGNORECASE)
_NO_NUMBER = pattern_of(
    r"\d{1,2}/\d{1,2}/\d{2,4}|\d+(?:st|nd|rd|th)\b|20 ?/ ?\d{2,4}\b|\d+(?:\.\d+){2,}|\d{1,2}-[A-Z][a-z]{2}-\d{2,4}"
)
_SOFTWARE = expression("limit.software", exact=True)
_CLOCK = pattern_of(r"(?::\d\d)? ?(?:[ap]m\b|[ap]\.m\.|o'clock)", re.IGNORECASE)
_ENDS = pattern_of(r"\s*(?:$|[.,;)]|(?:and|in|at|within|on)\b)", re.IGNORECASE)
_CLASSED = frozenset({"class", "classes", "grade", "grades", "degree", "nyha"})
_CYCLES = frozenset({"cycle", "course"})
_CYCLE = pattern_of(r"\b(?:cycle|course) $", re.IGNORECASE)  # names a moment ("before cycle 1 day 1")
_ROMAN = pattern_of(r"(?:IV|III|II|I|V)(?![A-Za-z])|[Ⅰ-Ⅴ]")
_GRADED_BEHIND = pattern_of(
    r"(?:\s?(?:-|to|/|or|and|,)\s?(?:IV|III|II|I)\b)*\s(?:grade|degree|functional class)\b"
)  # "II-IV grade GVHD"
_PLAIN_ROMAN = pattern_of(r"(?:iv|iii|ii|i|v)(?![A-Za-z])")
_BEFORE_SIGN = frozenset({"of", "between", "from", "to", "and", "than", "least", "most"})  # "of -1.00 to -6.00"
_NEGATIVE = pattern_of(r"-\d{1,2}(?:\.\d{1,2})? (?:to|through|and) (?:[+-]\d|0(?![.,\d]))")  # "RASS -5 to 0"
_BEFORE_SCORE = _FILLERS | {"that", "either", "must", "as"}  # "performance status that is either 0 or 1"
_TO_SCALE = frozenset({"the", "on", "by", "to", "using", "("})
_UP_TO_SCALE = _TO_SCALE | {"or", ",", "score", "scores", "points", "according", "performance", "status", "scale", "of"}
_AGES_BEHIND = pattern_of(r"\d{1,2} ?(?:-|to) ?\d{2}(?!\d)")
_TIMES = frozenset(f"{unit}{end}" for unit in ("hour", "day", "week", "month", "year") for end in ("", "s"))
_STUDIES = frozenset({"study", "trial", "protocol"})
_BEFORE_NOW = pattern_of(r" ?(?:days?|weeks?|months?|years?) (?:prior|before|ago|preceding)\b", re.IGNORECASE)
_NAMING = limit_words("naming")
_SOFTWARE_ENDS = frozenset({"ios", "android", "os", "iphone", "windows", "version", "system", ".", "(", ")"})
_start = attrgetter("start")


@dataclass
class LimitTokens:
    """One line while its limits are read."""

    text: str
    tokens: tuple[Token, ...]
    mentions: tuple[Phrase, ...]

    def __post_init__(self) -> None:
        self.in_mention = {at: phrase for phrase in self.mentions for at in range(phrase.first, phrase.last)}
        self.by_last = {phrase.last: phrase for phrase in comparators(self.tokens) if not self._ends_a_unit(phrase)}

    def _ends_a_unit(self, phrase: Phrase) -> bool:
        """Whether the one word of a comparator is the end of a unit (``mL/min (≥ 1.0 mL/s)``)."""
        word = self.tokens[phrase.first]
        return phrase.last - phrase.first == 1 and word.text.isalpha() and self.text[word.start - 1 : word.start] == "/"

    def token_after(self, char: int, at: int) -> int:
        """The first token that begins at ``char`` or later, after token ``at``."""
        at += 1
        while at < len(self.tokens) and self.tokens[at].start < char:
            at += 1
        return at

    def token_index(self, char: int) -> int:
        """The first token that begins at ``char`` or later."""
        return bisect_left(self.tokens, char, key=_start)

    def is_number(self, at: int) -> bool:
        """Whether token ``at`` is a number that may measure something, and no part of a name."""
        token = self.tokens[at]
        before = self.tokens[at - 1] if at else None
        if _CLOCK.match(self.text, token.end) or (before is not None and self._counts_cycles(before, token)):
            return False
        if not token.text[0].isdigit():
            return self._is_word_or_roman(at, token)
        if _NO_NUMBER.match(self.text, token.start) and not (is_percentile(self.text, token.start) or self._is_of_hundred(at)):
            return False
        if before is not None and self._names_software(before, token):
            return False
        if (
            at in self.in_mention
            and self.in_mention[at].first < at < self.in_mention[at].last - 0
            and self.in_mention[at].key != "age"
        ):
            return False
        if before is None or before.end < token.start:
            return True
        if before.text == "/" and at >= 2 and self.tokens[at - 2].text == "20":
            return False
        if before.text[-1].isalpha():
            if self.named_age_before(at) and _AGES_BEHIND.match(self.text, token.start):
                return True  # "Age18-65"
            return self._glued_score(at) or (before.low == "x" and self.by_last.get(at - 1) is not None)
        if before.text in "-/.+" and at >= 2 and self.tokens[at - 2].end == before.start:
            return not self.tokens[at - 2].text[-1].isalpha() or before.text == "." or self._glued_score(at - 1)
        return True

    def _is_of_hundred(self, at: int) -> bool:
        """Whether ``20/100`` is a score and no sharpness of sight: a score is named before it."""
        near = (self.in_mention.get(index) for index in range(max(0, at - 8), at))
        return _OF_HUNDRED.match(self.text, self.tokens[at].start) is not None and any(
            phrase is not None and phrase.key in ("pain_score", "other_score") for phrase in near
        )

    def _counts_cycles(self, before: Token, token: Token) -> bool:
        """Whether a number names a cycle or a course."""
        return before.low in _CYCLES and _CYCLE.search(self.text[max(0, token.start - 10) : token.start]) is not None

    def _names_software(self, before: Token, token: Token) -> bool:
        """Whether a number names a version of software."""
        return before.low in _SOFTWARE_ENDS and _SOFTWARE.search(self.text[max(0, token.start - 24) : token.start]) is not None

    def _is_word_or_roman(self, at: int, token: Token) -> bool:
        """Whether a token without a digit is a number: a word, or a roman numeral of a score."""
        if token.low in WORD_VALUES:
            return not (at and self.tokens[at - 1].text == "-" and self.tokens[at - 1].end == token.start)
        if token.low in ("v", "i") and at + 1 < len(self.tokens) and self.tokens[at + 1].text[0].isdigit():
            return False
        if _ROMAN.fullmatch(token.text):
            signed = at and len(token.text) > 1 and self.tokens[at - 1].text[-1] in "≥≤<>"  # "a rating of ≥ II"
            return bool(signed) or self.scored_before(at) or _GRADED_BEHIND.match(self.text, token.end) is not None
        return _PLAIN_ROMAN.fullmatch(token.text) is not None and self.scored_before(at)

    def _glued_score(self, at: int) -> bool:
        """A number glued to a name is a value only behind a score or a comparator's word (``ECOG0-1``)."""
        phrase = self.in_mention.get(at - 1)
        scored = phrase is not None and phrase.key in SCORES and phrase.key != "other_score"  # HAMD-24 is a scale
        return bool(scored and phrase and phrase.last == at) or self.by_last.get(at) is not None

    def scored_before(self, at: int) -> bool:
        """Whether a score, a class or a grade is named right before token ``at``, or the comparator that ends there."""
        at = self.by_last[at].first if at in self.by_last else at
        for index in range(at - 1, max(at - 7, -1), -1):
            phrase = self.in_mention.get(index)
            if phrase:
                return phrase.key in SCORES
            if self.tokens[index].low in _CLASSED or (self.tokens[index].text == "WHO" and self.tokens[at].text == "0"):
                return True
            if self.tokens[index].low not in _BEFORE_SCORE and self.tokens[index].text not in ">≥<≤=-/or)":
                break
        return self._scored_behind(at)

    def _scored_behind(self, at: int) -> bool:
        """Whether the scale of the numbers from token ``at`` on is named behind them (``0 or 1 on the ECOG scale``)."""
        for index in range(at + 1, min(at + 11, len(self.tokens))):
            phrase = self.in_mention.get(index)
            if phrase is not None and phrase.key != "other_score":
                return phrase.key in SCORES and self.tokens[index - 1].low in _TO_SCALE
            if not (self.tokens[index].text.isdecimal() or self.tokens[index].low in _UP_TO_SCALE):
                return False
        return False

    def amount_of(self, at: int, compared: bool) -> Amount | None:
        """The amount that begins at token ``at``, with its sign; ``compared`` says a comparator stands before it."""
        token = self.tokens[at]
        roman = roman_value(token.text)
        if roman is not None:
            return Amount(float(roman), token.start, token.end, token.end)
        start = token.start
        if at and self.tokens[at - 1].text in "-+" and self.tokens[at - 1].end == start and self._is_sign(at - 1, compared):
            start = self.tokens[at - 1].start
        amount = read_amount(self.text, start, compared)
        whole = _OUT_OF.match(self.text, amount.number_end) if amount is not None and amount.unit is None else None
        if amount is None or whole is None or amount.value > int(whole["whole"]) or _LIST_AFTER.match(self.text, whole.end()):
            return amount
        of_five = whole["whole"] != "5" or _OF_FIVE.search(self.text, max(0, start - 60), start)
        return replace(amount, end=whole.end()) if of_five else amount

    def amount_at(self, at: int) -> Amount | None:
        """The amount that begins at token ``at``, a roman numeral too; none when none begins there."""
        if at >= len(self.tokens):
            return None
        token = self.tokens[at]
        roman = roman_value(token.text)
        if roman is not None:
            return Amount(float(roman), token.start, token.end, token.end)
        if token.text in ("+", "-"):
            return read_amount(self.text, token.start)
        return read_amount(self.text, token.start) if token.text[0].isdigit() or token.low in WORD_VALUES else None

    def _is_sign(self, at: int, compared: bool) -> bool:
        before = self.tokens[at - 1] if at else None
        if before is None or before.text in "(<>≤≥=":
            return True
        if before.end == self.tokens[at].start:
            return False
        return compared or before.low in _BEFORE_SIGN or _NEGATIVE.match(self.text, self.tokens[at].start) is not None

    def step(self, at: int, words: set[str]) -> int:
        """The first token from ``at`` on that is none of ``words``."""
        while at < len(self.tokens) and self.tokens[at].low in words:
            at += 1
        return at

    def comparator_before(self, at: int) -> Phrase | None:
        """The comparator of the number at token ``at``, only filler words between."""
        for index in range(at, max(at - 14, -1), -1):
            phrase = self.by_last.get(index)
            if phrase is not None:
                if (
                    phrase.key == "between"
                    and phrase.start
                    and self.text[phrase.start : phrase.end].lower() == "from"
                    and index < at
                ):
                    return None
                return None if self._closes_another(phrase, at) else self._widened(phrase)
            if index == 0:
                break
            token = self.tokens[index - 1]
            if token.low not in _FILLERS and (index - 1) not in self.in_mention and token.text not in "-+~":
                return None
        return None

    def _closes_another(self, phrase: Phrase, at: int) -> bool:
        """Whether the comparator closes the limit before (``18 and over``, ``2 hours before and``), other words before ``at``."""
        if phrase.first and self.tokens[phrase.first - 1].low in _TIMES:
            return self.text[phrase.start : phrase.end].lower() in ("before", "prior to")
        single = phrase.last - phrase.first == 1 and phrase.last < at
        return single and phrase.first > 1 and self.tokens[phrase.first - 1].low in ("or", "and") and phrase.key in (">", "<")

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

    def behind(self, after: int) -> Phrase | None:
        """The comparator behind a value, from token ``after`` on (``or older``), should a name part them (``blasts or more``)."""
        named = False
        for index in range(after, min(after + 6, len(self.tokens))):
            phrase = comparator_after(self.tokens, index)
            if phrase is not None:
                going_on = self.text[phrase.end - 2 : phrase.end + 4].lower() == "up to "  # "one a day and up to 8 a day"
                return phrase if not going_on and (not named or _ENDS.match(self.text, phrase.end)) else None
            own = index in self.in_mention and self.in_mention[index].key != "age"
            named = named or own
            if not own and self.tokens[index].low not in _AFTER_UNIT:
                return None
        return None

    def names_a_thing(self, at: int) -> bool:
        """Whether the number is part of a name: a version, a cohort, a year, a visit."""
        token = self.tokens[at]
        before = self.tokens[at - 1] if at else None
        if before is not None and before.text in (".", "-", "#") and at >= 2:
            before = self.tokens[at - 2]
        named = self.in_mention.get(at - 1)
        if named is not None and named.last == at and named.key in SCORES:
            return False
        if before is not None and before.low in _NAMING and (before.text, token.text) != ("WHO", "0"):  # "WHO 0-2" is a status
            return not (before.low in _STUDIES and _BEFORE_NOW.match(self.text, token.end))
        return (
            len(token.text) == 4
            and token.text.isdecimal()
            and 1900 <= int(token.text) <= 2100
            and read_amount(self.text, token.start) is not None
            and ((read_amount(self.text, token.start) or Amount(0, 0, 0, 0)).unit is None)
        )

    def aged_before(self, at: int) -> bool:
        """Whether the number at token ``at`` is an age: one is named before it, or years follow."""
        behind = self.text[self.tokens[at].end : self.tokens[at].end + 8].lower()
        return "year" in behind or self.named_age_before(at)

    def named_age_before(self, at: int) -> bool:
        """Whether "age" stands right before the number at token ``at``."""
        return any(self.in_mention.get(index) and self.in_mention[index].key == "age" for index in range(max(0, at - 3), at))

    def name_before(self, at: int) -> Phrase | None:
        """The last name before token ``at``, a few words away at most."""
        return next((self.in_mention[index] for index in range(at - 1, max(at - 7, -1), -1) if index in self.in_mention), None)


def roman_value(text: str) -> int | None:
    """The value of a roman numeral from I to V, or none."""
    if "Ⅰ" <= text <= "Ⅴ":
        return ord(text) - ord("Ⅰ") + 1
    return ROMAN.get(text.upper()) if text.isupper() or len(text) > 1 else ROMAN.get(text.upper()) if text in "iv" else None
