"""Rates: how many of something within a time (``at least 4 cluster attacks per week``, ``episodes > 6 per year``).

What may be counted, and the times, are definitions/rates.txt.
"""

from __future__ import annotations

import re
from functools import cache

from harvester.text.expressions.caseless import Caseless
from harvester.text.expressions.definition_file import definition_lists, expression
from harvester.text.expressions.folding import folded
from harvester.text.expressions.pattern import pattern_of

_BETWEEN = r"(?:(?!(?:and|or|with|in|for|from|to|of|at|on|that|which|who|prior|before|after)\b)[a-z][\w'-]* ){0,3}?"
_ASIDE = r"(?: of [a-z]{3,14}(?: (?:(?:or|and) )?(?!per\b|an?\b|each\b|every\b)[a-z]{3,14})?)?(?: \([^()]{1,40}\))?"
_TIME_BEHIND = pattern_of(
    r"(?: \([^()]*\))? ?(?:/|\b(?:per|pr|each|every|an?|daily|weekly|monthly|yearly|annually)\b).*$", re.IGNORECASE
)
_IN_TWO_DAYS = expression("rate.in_two_days")
_MORE = pattern_of(r"^(?:(?:or|and) (?:more|greater|fewer|less|higher))\b ?", re.IGNORECASE)  # "two or more flares per year"
_ADVERBS = {"daily": "d", "weekly": "wk", "monthly": "mo", "yearly": "a", "annually": "a"}
_TIMES = frozenset(_ADVERBS.values())


@cache
def _words() -> tuple[Caseless, dict[str, str], dict[str, str], dict[str, str]]:
    """The pattern behind a number, the name of each noun, the code of each time, the concept of each name."""
    lists = definition_lists("rates.txt")
    names: dict[str, str] = {}
    concepts: dict[str, str] = {}
    for line in lists["counted"]:
        name, _, rest = line.partition("=")
        nouns, _, concept = rest.partition("->")
        names |= {noun.strip(): name.strip() for noun in nouns.split("|")}
        concepts |= {name.strip(): concept.strip()} if concept else {}
    times = {
        word.strip(): code.strip()
        for code, _, words in (each.partition("=") for each in lists["period"])
        for word in words.split("|")
    }
    pattern = pattern_of(
        rf" ?(?:{_BETWEEN}(?P<what>{_any_of(names)})\b{_ASIDE})?"
        rf"(?: ?(?:/|\bper\b|\bpr\.?|\beach\b|\bevery\b|\ban?\b) ?(?P<time>{_any_of(times)})\b"
        rf"| (?P<adverb>{'|'.join(_ADVERBS)})\b)",
        re.IGNORECASE,
    )
    return Caseless(pattern), names, times, concepts


def _any_of(words: dict[str, str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


def read_rate(text: str, at: int) -> tuple[str, int] | None:
    """The unit of a rate behind a number that ends at ``at``, and where its words end.

    >>> read_rate("4 cluster attacks per week or more", 1)
    ('{attacks}/wk', 26)
    """
    behind = text[at : at + 3].lstrip()[:1]
    if not (behind.isalpha() or behind == "/"):  # as mostly, and neither what is counted nor a time begins so
        return None
    pattern, names, times, _ = _words()
    found = pattern.match(text, folded(text), at)
    if found is None or (found["adverb"] and not found["what"]):
        return None
    time = times[found["time"].lower()] if found["time"] else _ADVERBS[found["adverb"].lower()]
    return f"{names[found['what'].lower()] if found['what'] else ''}/{time}", found.end()


def read_in_two_days(text: str, at: int) -> tuple[str, int] | None:
    """The unit of a rate that is told for two days (``one attack every other day``), half of which it is a day, and its end."""
    found = _IN_TWO_DAYS.match(text, at)
    return (f"{{{found['what'].lower()}s}}/d" if found["what"] else "/d", found.end()) if found else None


def counted_in(words: str) -> str | None:
    """What a rate counts, by the words between its number and its time (``bowel movements`` of ``bowel movements /week``)."""
    return _MORE.sub("", _TIME_BEHIND.sub("", words).strip(" -")).strip(" -") or None


def is_rate(unit: str | None) -> bool:
    """Whether a unit is of so many within a time (``{attacks}/wk``, ``/a``)."""
    thing, slash, time = (unit or "").partition("/")
    return bool(slash) and time in _TIMES and (not thing or thing.startswith("{") or thing in ("h", "min") or unit == "d/mo")


def rate_concept(unit: str | None) -> str | None:
    """The concept a rate is of where nothing beside it is named (``{seizures}/mo`` is a frequency of attacks)."""
    return _words()[3].get((unit or "").partition("/")[0]) if is_rate(unit) else None
