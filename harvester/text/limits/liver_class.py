"""Child-Pugh classes told by their letters (rule ``stage.child_pugh``): ``Child-Pugh class B or C``, ``Child-Pugh A or B7``."""

from __future__ import annotations

import re

from harvester.text.expressions.definition_file import expression
from harvester.text.expressions.opened import opening
from harvester.text.expressions.pattern import pattern_of
from harvester.text.facts.fact_read import FactRead, changed
from harvester.text.facts.fact_value import framed
from harvester.text.limits.place import ReadingLine

_CLASS = r"[ABC](?:\s?[5-9](?!\d)(?:\s?-\s?[5-9](?!\d))?)?(?![A-Za-z0-9])"
_NAMED = opening(
    r"\b(?:child(?:'?s)?[\s-]{0,3}(?:turcotte[\s-]{0,3})?pugh|child's|child(?= class\b)"
    r"|child(?= [bc] cirrhosis)|(?-i:Child)(?= [AB]-[BC](?![A-Za-z])))"
    r"(?:[\s-](?:liver |functional )?(?:class(?:ification)?|scores?|grade|stage|status|category|function))*"
    r"(?:\s?\([^()]{2,16}\))?(?:\s(?:of|is|as|in)(?:\s(?:class|grade))?)?\s?:?\s?"
    r"(?P<sign>[≥>≤<]=?\s?|(?:worse|greater|better|less) than\s|no worse than\s|up to\s)?",
    re.IGNORECASE,
)
_FIRST = re.compile(_CLASS)
_NEXT = re.compile(
    rf"\s?(?P<joiner>,?\s?(?:or|and|and/or|&)\s|,\s?|/|\s?(?:-|to|through)\s?)(?:(?:class|stage|grade)\s)?(?P<value>{_CLASS})"
)
_TOLD_BEFORE = expression("liver_class.told_before")
_OR_WORSE = pattern_of(r"\s?,?\s?\(?(?:or|and) (?:worse|higher|greater|above|more)\b|\s?\+", re.IGNORECASE)
_OR_BETTER = pattern_of(r"\s?,?\s?\(?(?:or|and) (?:better|lower|less|below|fewer)\b(?! than)", re.IGNORECASE)
_WORSE = frozenset({">", ">=", "≥", "worse than", "greater than"})
_STRICT = frozenset({">", "<", "worse than", "greater than", "better than", "less than"})
_POINTS = pattern_of(r"\s?(?:cirrhosis\s)?\(?(?:score\s)?(?:[<>≤≥]=?\s?)?\d")
_LETTERS = ("A", "B", "C")
_SCORED = ("A5", "A6", "B7", "B8", "B9")
_UNLESS = pattern_of(
    r"\b(?:unless|except|if|who|(?:may|can|could|might) be \w+ (?:when|after|provided|where|upon|only|at))\b", re.IGNORECASE
)
_OPEN = pattern_of(r"\b(?:no|not|without|except|unless|if|who|either|including|cohort|arm|group|for)\b", re.IGNORECASE)


def liver_class_facts(line: ReadingLine) -> list[FactRead]:
    """The classes ``line`` names; a class whose points follow in figures is left to those."""
    if "hild" not in line.text and "HILD" not in line.text:
        return []
    found = (_read(line, named) for named in _NAMED.finditer(line.text))
    return [fact for fact in found if fact is not None]


def _read(line: ReadingLine, named: re.Match[str]) -> FactRead | None:
    text = line.text
    first = _FIRST.match(text, named.end())
    before_it = _TOLD_BEFORE.search(text, max(0, named.start() - 120), named.start()) if first is None else None
    first = _FIRST.match(text, before_it.start("first")) if before_it else first
    if first is None:
        return None
    values, end = [_spelt(first.group())], first.end()
    while following := _NEXT.match(text, end):
        value = _spelt(following["value"])
        ranged = following["joiner"].strip() in ("-", "to", "through")
        values.extend(_between(values[-1], value) if ranged else ())
        values.append(value)
        end = following.end()
    worse, better = _OR_WORSE.match(text, end), _OR_BETTER.match(text, end)
    sign = "" if before_it else (named["sign"] or "").strip().lower()
    if sign or worse or better:
        ranks = _LETTERS if values[0] in _LETTERS else (*_SCORED, "C")
        if len(values) > 1 or values[0] not in ranks:
            return None
        at, strict = ranks.index(values[0]), sign in _STRICT
        values = list(ranks[at + strict :] if worse or sign in _WORSE else ranks[: at + 1 - strict])
        end = (worse or better or first).end()
    if not values or _POINTS.match(text, end):
        return None
    opened = min(first.start(), named.start())
    bounds = line.clipped(opened, end)
    before, after = text[bounds[0] : opened], text[max(end, named.end()) : bounds[1]]
    start = named.start("sign") if sign else first.start()
    fact = framed(line, start, end, "child_pugh", "stage.child_pugh", before, after, ())
    told = tuple(dict.fromkeys(values))
    return changed(
        fact, comparator="in", value_set=told, reference="absolute", eligible_set=_who(line, fact, told, (before, after))
    )


def _spelt(value: str) -> str:
    return value.replace(" ", "")


def _between(low: str, high: str) -> tuple[str, ...]:
    """The classes between two, or the scores between two scores (``A5-B7``)."""
    if low in _SCORED and high in _SCORED:
        return _SCORED[_SCORED.index(low) + 1 : _SCORED.index(high)]
    return _LETTERS[_LETTERS.index(low[0]) + 1 : _LETTERS.index(high[0])]


def _who(line: ReadingLine, fact: FactRead, told: tuple[str, ...], around: tuple[str, str]) -> tuple[float | str, ...] | None:
    """Who may join by whole classes; nothing where something beside them leaves it open."""
    before, after = around
    loose = line.one_of_several or line.defining or line.conditional or line.spared or line.whom or line.criterion.scope
    if loose or fact.condition or fact.exception or _OPEN.search(before) or _UNLESS.search(after[:60]):
        return None
    if line.criterion.section == "inclusion":
        return tuple(told)
    if line.criterion.section != "exclusion" or not set(told) <= set(_LETTERS):
        return None
    worst = _LETTERS.index(min(told))
    return tuple(_LETTERS[:worst]) or None
