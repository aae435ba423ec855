"""Limits of normal told without a number (rule ``limit.normal``): ``within normal limits``, ``bilirubin normal``, ``WNL``.

Such words bound a measure from above only where too much of it is what is feared: bile, creatinine, enzymes of the liver.
"""

from __future__ import annotations

import re

from harvester.text.expressions.pattern import pattern_of
from harvester.text.limits.amount import Amount
from harvester.text.limits.bound import Limit, bound
from harvester.text.limits.concept_group import group
from harvester.text.limits.concept_unit import fits
from harvester.text.written.token import Phrase, Token

BOUNDED_ABOVE = group("bounded_above")
OPENING = frozenset({"normal", "wnl"})  # a limit of normal is looked for at these words
_WHOSE = (
    r"(?:the |an? |each |its )?"
    r"(?:(?:institution(?:al|'s)?|laboratory|lab|local|site|age[- ](?:adjusted|specific)|reference) ){0,2}"
)
_INTO = pattern_of(rf"\b(?:with)?in {_WHOSE}$", re.IGNORECASE)
_LIMITS_OF = pattern_of(rf"\b(?:with)?in {_WHOSE}(?:limits?|ranges?) of (?:the )?$", re.IGNORECASE)
_RANGE = pattern_of(r"normal (?:institutional |laboratory |reference |lab )?(?:limits?|ranges?|values?)\b", re.IGNORECASE)
_IS = pattern_of(r"(?:\s*(?:is|are|was|be|must be|should be|levels?|values?|tests?|[:=,(\])]))*\s*$", re.IGNORECASE)
_CLOSES = pattern_of(
    r"normal(?: for (?:age|(?:the )?institution))?"
    r"(?=\s*(?:$|[.,;()]|\bor\b|\band\b|\bprior\b|\bwithin\b|\bat\b|\bunless\b|\bexcept\b))",
    re.IGNORECASE,
)
_ONLY_IF = pattern_of(r"\b(?:if|when|whose|provided|in case|in patients|those)\b[^,;.]*$", re.IGNORECASE)
_ONLY_WHOSE = pattern_of(rf" {_WHOSE}", re.IGNORECASE)
_SO_FAR = pattern_of(r"(?:\d|times|fold|twice|double|[x×%]|SDs?|deviations?|points?|slightly|just) (?:or more )?$", re.IGNORECASE)
_LEVELS = pattern_of(r"\b(?:levels?|concentrations?|tit(?:er|re)s?|counts?|values?) (?:(?:is|are|was|were) )?$", re.IGNORECASE)
_LONGEST_GAP = 24  # characters between a name and "normal"


def normal_bound(text: str, token: Token, name_end: int | None) -> Limit | None:
    """The limit at ``token``; ``name_end`` is where the last name before it ends."""
    if token.low == "wnl":
        return _limit(text, token.start, token.end)
    into, within = _INTO.search(text[max(0, token.start - 48) : token.start]), _RANGE.match(text, token.start)
    if into and within:
        return _limit(text, token.start - len(into.group()), within.end())
    limits_of = _LIMITS_OF.search(text[max(0, token.start - 60) : token.start])
    if limits_of:
        return _limit(text, token.start - len(limits_of.group()), token.end)
    if name_end is None or token.start - name_end > _LONGEST_GAP or not _IS.match(text, name_end, token.start):
        return None
    closes = _CLOSES.match(text, token.start)
    return _limit(text, token.start, closes.end()) if closes else None


def beyond_normal(text: str, token: Token, sign: Phrase | None, name: Phrase | None) -> Limit | None:
    """``IgG below the normal range``, ``TSH above normal``: on the other side of a limit of normal that words of comparison name.

    The lower limit is none of a measure of which no more than normal is asked.
    """
    if sign is None or sign.key not in ("<", ">") or text[sign.start] in "<>":
        return None
    before = text[max(0, sign.start - 24) : sign.start]
    told = _RANGE.match(text, token.start) or _CLOSES.match(text, token.start)
    if told is None or not (name or _LEVELS.search(before)) or _SO_FAR.search(before):
        return None
    if not _ONLY_WHOSE.fullmatch(text, sign.end, token.start):
        return None
    reference = "LLN" if sign.key == "<" else "ULN"
    if name and ((reference == "LLN" and name.key in BOUNDED_ABOVE) or not fits(name.key, None, reference)):
        return None
    amount = Amount(1.0, sign.start, sign.start, told.end(), None, text[sign.end : told.end()].strip(), "reference", reference)
    return bound(text, sign.key, amount, sign.start, "limit.bare_reference", sign)


def only_a_condition(left: str) -> bool:
    """Whether a normal value is the condition of another one (``if alkaline phosphatase is normal``)."""
    return _ONLY_IF.search(left[-80:]) is not None


def _limit(text: str, start: int, end: int) -> Limit:
    amount = Amount(1.0, start, start, end, None, text[start:end], "reference", "ULN")
    return bound(text, "<=", amount, start, "limit.normal", None)
