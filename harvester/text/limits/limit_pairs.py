"""Two numbers that make one limit: ranges, and pairs of bounds (the rules ``limit.range`` and ``limit.pair``)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from harvester.text.expressions.pattern import pattern_of
from harvester.text.limits.amount import Amount
from harvester.text.limits.bound import Limit, bound
from harvester.text.limits.comparator import FLIPPED
from harvester.text.limits.concept_group import SCORES
from harvester.text.limits.limit_tokens import LimitTokens, limit_words
from harvester.text.written.token import Phrase

_JOINER = pattern_of(
    r" ?(?:- (?:to|through)\b|-{1,2}|~|\bto\b|\bthrough\b|\buntil\b|\btill\b|\bà\b|\bbis\b"
    r"|\bup to\b(?: and including\b)?|\.\.+|#) ?",
    re.IGNORECASE,
)
_ONE_OR_TWO = pattern_of(r"(?:[ -]levels?)? or (?=(?:[2-6]|two|three|four|five|six)\b(?![.,]\d))", re.IGNORECASE)
_ASIDE = pattern_of(r" ?\((?:[^()]{0,24}\d[^()]{0,12}|inclusive|included|completed)\)")  # the same amount in another unit
_STEP = pattern_of(r"-(?=[1-5](?![\da-z]|[.,/]\d)|I{1,3}\b|IV\b|V\b)")
_SIGN_BEHIND = pattern_of(r" ?\) ?(?:and|,)? ?[<>≤≥]=? ?")  # "Age (> 18 years) and < 70"
_METRES = pattern_of(r" ?m ?(?:-|to) ?(?=\d{2,4} ?m\b)")  # "150 m - 550 m"
_UNJOINED = pattern_of(r" (?P<high>\d{2}) ?(?:years?|yrs?)\b", re.IGNORECASE)
# "16 years old, less than 70 years old": the first alone can only be the least
_LESS_BEHIND = pattern_of(
    r"(?: old| of age)?,? ?(?:and |but )?"
    r"(?:less than|under|<|younger than|(?P<at>no more than|not more than|≤|<=|up to)) ?(?=\d{2})",
    re.IGNORECASE,
)
_AGE_TO = pattern_of(r"(?:^|\W)ages? ?: ?(?:up )?to $", re.IGNORECASE)
_LEAST_WORDS = frozenset({"at least", "a minimum of", "minimum of", "minimum"})  # "at least 2-4 months": at least 2
_BETWEEN = pattern_of(r"\b(?:between|from)\s*$", re.IGNORECASE)
_PAIRING = frozenset({"and", "but", "yet", "though", "or", ",", "&", "et", "und", "y"})
_AGE_BETWEEN = pattern_of(r"\bage[ds]?\b", re.IGNORECASE)
_LASTING = pattern_of(r"\b(?:for|since|lasting|duration)\b[^.;,\d]{0,16}$", re.IGNORECASE)
_OF_AGE = pattern_of(r"[\s-]*(?:of age|old|in age)\b", re.IGNORECASE)
_AGES = frozenset({"age", "donor_age", "age_at_onset", "gestational_age"})
_OF_SAMPLE = frozenset({"of", "the", "in", "bone", "marrow"})
_OWN_NOUN = pattern_of(r" (?:of )?(?:the )?time (?:spent )?(?:in|above|below)\b")  # a value of its own beside the first
_AND_WORDS = limit_words("and_words")


@dataclass
class LimitPairs(LimitTokens):
    """A line of which pairs of numbers are read; ``waiting`` holds a second limit that one pair made."""

    waiting: list[Limit] = field(default_factory=list)

    def second(self, amount: Amount, comparator: Phrase | None) -> Limit | None:
        """The second number of a range: ``14-65``, ``between 18 and 60``, ``> 6.0% to <= 11.5%``."""
        joiner = _JOINER.match(self.text, amount.end)
        aside = _ASIDE.match(self.text, amount.end)
        if joiner is None and aside is not None and (comparator is None or comparator.key != "between"):
            joiner = _JOINER.match(self.text, aside.end()) if amount.unit else None
            aside = None
        joiner = joiner or (_METRES.match(self.text, amount.end) if amount.unit is None else None)
        word = self.token_index(aside.end() if aside else amount.end)
        if joiner is None and comparator is not None and comparator.key == "between":
            stepped = self.step(word, {"years", "year", "old", "of", "age", "months"})
            if stepped < len(self.tokens) and self.tokens[stepped].low in ("and", "or", "&", "en", "und", "et", "y"):
                joiner = re.compile(r"\w+ ?|& ?").match(self.text, self.tokens[stepped].start)
        if joiner is None:
            stepped = self.step(word, {"years", "old", "of", "age"})
            joiner = _JOINER.match(self.text, self.tokens[stepped - 1].end) if stepped > word else None
            if joiner is None:
                return self._one_or_two(amount) if comparator is None else None
        at = self.token_index(joiner.end())
        inner = next(
            (
                phrase
                for phrase in (self.by_last.get(index) for index in range(at + 1, min(at + 10, len(self.tokens) + 1)))
                if phrase
            ),
            None,
        )
        twice = comparator is not None and inner is not None and comparator.key == inner.key and inner.key in (">=", ">")
        damaged = twice and joiner.group().strip() in ("-", "to")  # "≥ 18 - ≥ 65": the second sign cannot be meant
        if inner is not None and inner.first == at and (damaged or inner.key in ("<", "<=", "=")):
            second = self.amount_at(inner.last)
        else:
            inner, second = None, self.amount_at(at)
        if second is None or (joiner.group().strip() == "#" and comparator) or self._leads_to_age(amount, second):
            return None
        while (step := _STEP.match(self.text, second.end)) and second.unit is None:  # "ECOG 0-1-2"
            onward = self.amount_at(self.token_index(step.end()))
            if onward is None or onward.value != second.value + 1:
                break
            second = onward
        if second.unit == "a" and amount.unit is None and self._is_score(amount):
            told = bound(self.text, "=", amount, amount.start, "limit.plain", None)
            return replace(told, flags=(*told.flags, "no_sign"))  # "PS 2 up to 74 years old": for whom is told behind
        found = self._range_of(amount, second, comparator, inner)
        return replace(found, flags=(*found.flags, "sign_doubtful")) if found and damaged else found

    def _is_score(self, amount: Amount) -> bool:
        """Whether a scale of grades is named right before a number."""
        named = self.in_mention.get(self.token_index(amount.start) - 1)
        return named is not None and named.key in SCORES

    def _one_or_two(self, amount: Amount) -> Limit | None:
        """``one or two levels``: a number and the next, between which a count may lie."""
        joiner = _ONE_OR_TWO.match(self.text, amount.end) if amount.unit is None and 1 <= amount.value <= 5 else None
        second = self.amount_at(self.token_index(joiner.end())) if joiner else None
        if second is None or second.value != amount.value + 1 or self.text[amount.start - 1 : amount.start] in ("+", "-", "/"):
            return None
        limit = self.ranged(amount, second, amount.start, second.end, True, True, "limit.range", second)
        return replace(limit, flags=(*limit.flags, "no_sign"))

    def lost_range(self, at: int, amount: Amount) -> Limit | None:
        """Ages that lost their dash (``Ages 18 55 years``), and those of which only the end is left (``Age: to 80 years``)."""
        other = _UNJOINED.match(self.text, amount.number_end) if amount.unit is None else None
        if other and (self.named_age_before(at) or _OF_AGE.match(self.text, other.end())):
            second = self.amount_at(self.token_index(other.start("high")))
            if second is not None and second.unit == "a" and amount.value < second.value <= 120:
                limit = self.ranged(amount, second, amount.start, second.end, True, True, "limit.range", second)
                return replace(limit, flags=(*limit.flags, "sign_lost"))
        upper = _LESS_BEHIND.match(self.text, amount.end) if amount.unit == "a" and self.named_age_before(at) else None
        second = self.amount_at(self.token_index(upper.end())) if upper else None
        if upper and second is not None and second.unit in ("a", None) and amount.value < second.value <= 120:
            limit = self.ranged(amount, second, amount.start, second.end, True, upper["at"] is not None, "limit.range", amount)
            return replace(limit, flags=(*limit.flags, "sign_lost"))
        if but := self._but_no_more(amount):
            return but
        if amount.unit == "a" and _AGE_TO.search(self.text[max(0, amount.start - 24) : amount.start]):
            return bound(self.text, "<=", amount, amount.start, "limit.before", None)
        return None

    def _but_no_more(self, amount: Amount) -> Limit | None:
        """``1 but no more than 3 prior lines``: a number without a sign is the least where another bounds it above."""
        at = self.token_index(amount.end)
        if at >= len(self.tokens) or self.tokens[at].low != "but" or self.text[amount.start - 1 : amount.start] == "/":
            return None  # "135/85 but < 150/95" is of two
        near = (self.by_last.get(last) for last in range(at + 2, min(at + 8, len(self.tokens))))
        most = next((phrase for phrase in near if phrase and phrase.first == at + 1 and phrase.key in ("<", "<=")), None)
        second = self.amount_at(most.last) if most else None
        if most is None or second is None or second.value <= amount.value or amount.unit not in (None, second.unit):
            return None
        if self._is_score(amount) and second.unit:
            return None
        return self.ranged(amount, second, amount.start, second.end, True, most.key == "<=", "limit.range", second)

    def _range_of(self, first: Amount, second: Amount, comparator: Phrase | None, inner: Phrase | None) -> Limit | None:
        if {first.reference, second.reference} == {"LLN", "ULN"}:
            self.waiting.append(bound(self.text, "<=", second, second.start, "limit.range", None))
            return bound(self.text, ">=", first, first.start, "limit.range", None)
        if first.unit and second.unit and first.unit.startswith("/") and second.unit.endswith(first.unit):
            first = replace(first, unit=second.unit)  # "1 every other day to 8 attacks per day"
        if first.unit and second.unit and first.unit != second.unit:
            return self._two_bounds(first, second, comparator)
        alike = first.kind == second.kind or first.unit is None
        if (
            first.value > second.value
            and alike
            and (second.unit or second.value < 0)
            and comparator
            and comparator.key == "between"
        ):
            first, second = second, replace(first, start=first.start, end=second.end)  # "between 12 months and 1 month before"
        if first.value >= second.value:
            return None if comparator is not None else self._falling_range(first, second)
        if comparator is not None and self.text[comparator.start : comparator.end].lower() in _LEAST_WORDS and inner is None:
            low = replace(second if second.unit else first, value=first.value, start=first.start)
            return replace(bound(self.text, ">=", low, comparator.start, "limit.before", comparator), end=second.end)
        low_in = not (comparator is not None and comparator.key == ">")
        high_in = not (inner is not None and inner.key == "<")
        start = comparator.start if comparator is not None and comparator.key != "=" else first.start
        if (
            comparator is not None
            and comparator.key == "between"
            and self.text[comparator.start : comparator.end].lower() in ("from", "range of")
        ):
            start = first.start
        return self.ranged(
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
        """``73 to 24 letters``: a range written from its upper end; only the word "to" is believed.

        ``18-5 years`` is damaged: it is told with a flag, and nothing follows from it.
        """
        joiner = self.text[first.end : second.start].strip().lower()
        if joiner == "-" and second.unit == "a" and first.unit in (None, "a") and first.value > second.value > 0:
            limit = self.ranged(second, first, first.start, second.end, True, True, "limit.range", second)
            return replace(limit, flags=(*limit.flags, "range_falls"))
        negative = second.value < 0 and (first.value < 0 if second.unit is not None else first.value <= 10)  # "RASS +1 to -3"
        if joiner != "to" or first.value == second.value or (second.value < 0 and not negative):
            return None
        return self.ranged(second, first, first.start, second.end, True, True, "limit.range", second if second.unit else first)

    def _two_bounds(self, first: Amount, second: Amount, comparator: Phrase | None) -> Limit | None:
        """A range whose ends have different units of time (``between 6 months and 16 years``): two bounds."""
        if first.kind != "duration" or second.kind != "duration" or first.unit == "{half-life}" or _is_adjective(first, second):
            return None
        if self.by_last.get(self.token_index(second.start)) is None:
            upper = bound(self.text, "<=", second, second.start, "limit.range", None)
            self.waiting.append(upper)
        if comparator is not None and comparator.key in (">", ">="):
            return bound(self.text, comparator.key, first, comparator.start, "limit.before", comparator)
        return bound(self.text, ">=", first, first.start, "limit.range", None)

    def ranged(
        self, low: Amount, high: Amount, start: int, end: int, low_in: bool, high_in: bool, rule: str, unit: Amount
    ) -> Limit:
        """The range from ``low`` to ``high``; ``unit`` is the amount whose unit both share."""
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

    def paired(self, limit: Limit) -> Limit:
        """``≥ 18 and < 70 years``: a second bound of the other direction behind the first."""
        at = self.token_index(limit.end)
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
        words = {self.tokens[i].low for i in range(at, index)}
        if phrase is None or (_PAIRING.isdisjoint(words) and index != at):
            return limit
        lower, other_lower = limit.comparator in (">", ">="), phrase.key in (">", ">=")
        lost = self._is_half_lost(limit, phrase)
        last = phrase.last
        while last < len(self.tokens) and self.tokens[last].low in ("age", "of", "("):
            last += 1
        second = self.amount_at(last)
        if second is not None and (self._leads_to_age(limit.amount, second) or self._counts_another(limit, second)):
            return limit
        if second is not None and not lower and other_lower and limit.comparator in ("<", "<="):
            return self._falling_pair(limit, phrase, second, words)
        if second is None or not (lost or (phrase.key in FLIPPED and phrase.key != "=" and lower and not other_lower)):
            return limit
        first = limit.amount
        same_unit = not (first.unit and second.unit) or first.unit == second.unit or second.unit.startswith(f"{first.unit}/")
        apart = first.reference != second.reference and (first.unit or first.reference == "LLN")
        if not same_unit or first.value >= second.value or apart:
            return limit
        if ("or" in words and (lost or _OWN_NOUN.match(self.text, second.end))) or self._is_of_another(limit, second):
            return limit  # "GMI ≥ 7% or ≤ 80% time in range"
        ranged = self.ranged(
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

    def _counts_another(self, limit: Limit, second: Amount) -> bool:
        """Whether a number behind the bracket of a first bound counts something else (``(onset < 48 h) and at least one of``)."""
        between = self.text[limit.end : second.start]
        counted = second.unit is None and limit.amount.unit is not None and _SIGN_BEHIND.fullmatch(between) is None
        return counted and ((")" in between and "(" not in between) or "fewer" in between)

    def _is_half_lost(self, limit: Limit, phrase: Phrase) -> bool:
        """Whether a lone "=" of two signs is what is left of another (``=18 to <70``, ``between >17 and =28``)."""
        if limit.comparator == "=":
            return phrase.key in ("=", "<", "<=")
        between = _BETWEEN.search(self.text, max(0, limit.start - 12), limit.start)
        return limit.comparator in (">", ">=") and phrase.key == "=" and between is not None

    def _leads_to_age(self, first: Amount, second: Amount) -> bool:
        """Whether an age is named between the two numbers, and another measure before them (``BMI ≥ 18 and age below 65``)."""
        own_end = _OF_AGE.match(self.text, first.end)  # "≥ 18 years of age and ≤ 65"
        if _AGE_BETWEEN.search(self.text, own_end.end() if own_end else first.end, second.start) is None:
            return False
        own = self._named_before(self.token_index(first.start))
        if own is None:
            return first.kind == "duration" and _LASTING.search(self.text, max(0, first.start - 30), first.start) is not None
        return own.key not in _AGES

    def _named_before(self, at: int) -> Phrase | None:
        """The last name before token ``at``, a few words away at most."""
        return next((self.in_mention[index] for index in range(at - 1, max(at - 8, -1), -1) if index in self.in_mention), None)

    def _is_of_another(self, limit: Limit, second: Amount) -> bool:
        """Whether a second bound has a name of its own right behind it (``MRD ≥ 0.1% and < 5% blasts``)."""
        own = self.in_mention.get(self.token_index(limit.start) - 1)
        behind = self.token_index(second.end)
        while behind not in self.in_mention and behind < len(self.tokens) and self.tokens[behind].low in _OF_SAMPLE:
            behind += 1
        other = self.in_mention.get(behind)
        if own is None or other is None or other.key == own.key or other.first != behind:
            return False
        return other.last >= len(self.tokens) or self.tokens[other.last].text[0] not in "<>≤≥=:"

    def _falling_pair(self, limit: Limit, phrase: Phrase, second: Amount, words: set[str]) -> Limit:
        """``< 18 years and ≥ 12 years``: the upper bound first; only "and" or "but" make a range of it."""
        first = limit.amount
        joined = bool(words & {"and", "et", "und", "y", "but", "&"}) and "or" not in words
        if not joined or second.value >= first.value or (first.unit and second.unit and first.unit != second.unit):
            return limit
        unit = first if first.unit else second
        return self.ranged(
            second, first, limit.start, second.end, phrase.key == ">=", limit.comparator == "<=", "limit.pair", unit
        )


def _is_adjective(first: Amount, second: Amount) -> bool:
    """Whether a time with a hyphen is part of a word; of two with one both are times (``3-mo to 5-yrs``)."""
    return "hyphen" in first.flags and "hyphen" not in second.flags
